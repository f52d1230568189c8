//! The simulator: a channel with an invented audience one can learn from. It publishes at once,
//! always, and its numbers follow on a clock of its own; everything it does is marked simulated.

pub mod audience;

use super::{Kind, Parcel, Report, Sent, Setting, Values};
use crate::platform::outbound::Outbound;
use crate::release::channels::model::Capability;
use futures_util::future::{BoxFuture, ready};

pub struct Simulator;

impl Kind for Simulator {
    fn name(&self) -> &'static str {
        "simulator"
    }

    fn settings(&self) -> &'static [Setting] {
        &[]
    }

    /// The id follows from the delivery, so the same send twice is one post.
    fn capability(&self, _: &Values) -> Capability {
        Capability::Key
    }

    fn simulated(&self) -> bool {
        true
    }

    fn send<'a>(&'a self, _: &'a Outbound, parcel: Parcel<'a>) -> BoxFuture<'a, Report<Sent>> {
        let id = format!("simulated-{}", parcel.delivery);
        Box::pin(ready(Report::bare(Sent::Published { id: Some(id), url: None })))
    }
}
