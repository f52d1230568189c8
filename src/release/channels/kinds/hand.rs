//! By hand: for every platform without an account for programs. Troupe prepares the post and
//! reminds; a person publishes it and pastes the address. Nothing is ever sent by itself.

use super::{Kind, Parcel, Report, Sent, Setting, Values};
use crate::platform::outbound::Outbound;
use crate::release::channels::model::Capability;
use futures_util::future::{BoxFuture, ready};

pub struct Hand;

impl Kind for Hand {
    fn name(&self) -> &'static str {
        "hand"
    }

    fn settings(&self) -> &'static [Setting] {
        &[]
    }

    fn capability(&self, _: &Values) -> Capability {
        Capability::Hand
    }

    fn send<'a>(&'a self, _: &'a Outbound, _: Parcel<'a>) -> BoxFuture<'a, Report<Sent>> {
        Box::pin(ready(Report::bare(Sent::Refused)))
    }
}
