//! The kinds of channels, one file each, one line in [`KINDS`].
//!
//! A kind describes its own settings, so forms, storage and validation are generic. It is handed
//! the way out, the time and the frozen words, never the database, and says what came back. An
//! answer that was not read to its end is unknown: whether to send again is never decided here.

mod hand;
pub mod simulator;
mod webhook;

use super::model::Capability;
use crate::platform::Ms;
use crate::platform::outbound::Outbound;
use futures_util::future::BoxFuture;
use std::collections::BTreeMap;

/// Every kind there is, in the order in which they are offered.
pub static KINDS: &[&dyn Kind] = &[&webhook::Webhook, &hand::Hand, &simulator::Simulator];

/// The kind of that name.
pub fn kind(name: &str) -> Option<&'static dyn Kind> {
    KINDS.iter().copied().find(|kind| kind.name() == name)
}

/// How a setting is typed and stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// An address that the outbound gate must admit.
    Url,
    /// Sealed; shown never; entered anew when an address changes.
    Secret,
    Choice(&'static [&'static str]),
}

/// One setting of a kind. Its label is `channels-setting-<name>`, its help the same with `-help`;
/// the values of a choice are `channels-<name>-<value>`.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub name: &'static str,
    pub shape: Shape,
}

impl Setting {
    pub fn is_secret(&self) -> bool {
        self.shape == Shape::Secret
    }
}

/// Values by the name of the setting, secret ones included.
pub type Values = BTreeMap<String, String>;

/// What is handed over for one send or one look.
#[derive(Clone, Copy)]
pub struct Parcel<'a> {
    pub values: &'a Values,
    pub capability: Capability,
    /// The same for every try, until a person chooses to send again.
    pub delivery: &'a str,
    /// The frozen body.
    pub body: &'a str,
    /// Where a staged platform keeps the half-made post.
    pub stage: Option<&'a str>,
    pub now: Ms,
}

/// What a send came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    Published {
        id: Option<String>,
        url: Option<String>,
    },
    /// Half-made: a second step makes it public.
    Staged {
        stage: String,
    },
    /// For good: nothing was and nothing will be published by this.
    Refused,
    /// Nothing was published; later it may be.
    RefusedForNow {
        retry_after_ms: Option<i64>,
    },
    /// The answer was lost or says nothing: it may be live.
    Unknown,
}

/// What a look found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    Present {
        id: Option<String>,
        url: Option<String>,
    },
    Absent,
    /// The stage is there and not published.
    Open,
    /// The stage is gone.
    Expired,
    /// The platform did not say.
    Unseen,
}

/// An outcome with its evidence.
#[derive(Clone, Debug)]
pub struct Report<T> {
    pub outcome: T,
    pub status: Option<u16>,
    /// A short word for why there is no whole answer: `cut`, `timed_out`, `not_opened`, …
    pub code: Option<&'static str>,
    /// What came back, secrets masked, at most 2 kB.
    pub excerpt: Option<String>,
}

impl<T> Report<T> {
    pub fn bare(outcome: T) -> Report<T> {
        Report { outcome, status: None, code: None, excerpt: None }
    }
}

pub trait Kind: Send + Sync {
    fn name(&self) -> &'static str;
    fn settings(&self) -> &'static [Setting];
    /// How doubt about a send can be resolved, with these settings.
    fn capability(&self, values: &Values) -> Capability;
    /// Whether its audience is invented.
    fn simulated(&self) -> bool {
        false
    }
    /// Sends: the first step when a staged parcel has no stage yet, else the one that publishes.
    fn send<'a>(&'a self, out: &'a Outbound, parcel: Parcel<'a>) -> BoxFuture<'a, Report<Sent>>;
    /// Looks for what an unanswered send did.
    fn look<'a>(&'a self, out: &'a Outbound, parcel: Parcel<'a>) -> BoxFuture<'a, Report<Seen>>;
}

/// Why there is no whole answer, as it is kept beside attempts and channels.
const TROUBLES: [&str; 14] = [
    "not_allowed",
    "malformed",
    "not_opened",
    "cut",
    "timed_out",
    "unread",
    "too_large",
    "redirected",
    "file",
    "secret",
    "broken",
    "busy",
    "interrupted",
    "restored",
];

/// The key of the words for a trouble; one that has none of its own is a trouble all the same.
pub fn trouble(code: &str) -> String {
    let known = TROUBLES.into_iter().find(|known| *known == code).unwrap_or("other");
    format!("channels-trouble-{known}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_names_of_their_own_and_are_found_by_them() {
        for (index, one) in KINDS.iter().enumerate() {
            assert_eq!(KINDS.iter().position(|other| other.name() == one.name()), Some(index));
            assert_eq!(kind(one.name()).map(Kind::name), Some(one.name()));
        }
        assert!(kind("carrier-pigeon").is_none());
    }
}
