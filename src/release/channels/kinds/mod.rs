//! The kinds of channels, one file each, one line in [`KINDS`].
//!
//! A kind describes its own settings and limits, so forms, storage, validation and previews are generic. It is handed
//! the way out, the account and the frozen words, never the database, and says what came back. An answer that was not
//! read to its end is unknown: whether to send again is never decided here.

/// A setting of that name and shape, and perhaps what it is when nothing is typed. `"token" as "telegram-token"` has words
/// of its own, where those of the others do not fit.
macro_rules! setting {
    ($name:literal, $shape:expr) => {
        setting!($name as $name, $shape, "")
    };
    ($name:literal, $shape:expr, $default:expr) => {
        setting!($name as $name, $shape, $default)
    };
    ($name:literal as $words:literal, $shape:expr) => {
        setting!($name as $words, $shape, "")
    };
    ($name:literal as $words:literal, $shape:expr, $default:expr) => {
        $crate::release::channels::kinds::Setting { name: $name, words: $words, field: concat!("settings.", $name), shape: $shape, default: $default }
    };
}

mod asking;
mod bluesky;
pub mod consent;
mod discord;
mod hand;
pub mod limits;
mod mastodon;
pub mod parcel;
pub mod payload;
pub mod reason;
pub mod simulator;
mod telegram;
mod webhook;
mod youtube;

pub use consent::Consent;
pub use limits::Limits;
pub use parcel::{Account, Parcel, Report, Seen, Sent};
pub use reason::Reason;

use super::model::Capability;
use crate::platform::outbound::Outbound;
use futures_util::future::{BoxFuture, ready};
use limits::Problem;
use payload::Payload;
use std::collections::BTreeMap;

/// Every kind there is, in the order in which they are offered.
pub static KINDS: &[&dyn Kind] = &[
    &youtube::Youtube,
    &bluesky::Bluesky,
    &mastodon::Mastodon,
    &telegram::Telegram,
    &discord::Discord,
    &webhook::Webhook,
    &hand::Hand,
    &simulator::Simulator,
];

/// The kind of that name.
pub fn kind(name: &str) -> Option<&'static dyn Kind> {
    KINDS.iter().copied().find(|kind| kind.name() == name)
}

/// How a setting is typed and stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// An address that the outbound gate must admit.
    Url,
    /// A line of text.
    Line,
    /// Sealed; shown never; entered anew when an address changes.
    Secret,
    /// An address that the outbound gate must admit and that is itself a secret: whoever knows it may post.
    SecretUrl,
    Choice(&'static [&'static str]),
}

/// One setting of a kind. Its label is `channels-setting-<words>`, its help `channels-setting-help-<words>`; the values of
/// a choice are `channels-<name>-<value>`.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub name: &'static str,
    /// What the keys of its words end with: the name, unless this kind says it differently.
    pub words: &'static str,
    /// Where it stands in a request.
    pub field: &'static str,
    pub shape: Shape,
    /// What it is when nothing is typed; empty: something must be.
    pub default: &'static str,
}

impl Setting {
    pub fn is_secret(&self) -> bool {
        matches!(self.shape, Shape::Secret | Shape::SecretUrl)
    }

    pub fn is_url(&self) -> bool {
        self.shape == Shape::Url
    }
}

/// Values by the name of the setting, secret ones included.
pub type Values = BTreeMap<String, String>;

/// What a session with a platform gave: secret values to be kept in place of those of the same name.
pub type Renewed = Result<Values, Report<Sent>>;

pub trait Kind: Send + Sync {
    fn name(&self) -> &'static str;
    fn settings(&self) -> &'static [Setting];
    /// How doubt about a send can be resolved, with these settings.
    fn capability(&self, values: &Values) -> Capability;
    /// Whether its audience is invented.
    fn simulated(&self) -> bool {
        false
    }
    /// The most it takes; `values` are the public settings of the channel and what its platform said of itself.
    fn limits(&self, _values: &Values) -> Limits {
        Limits::NONE
    }
    /// The words of a post as the platform will show them.
    fn text(&self, payload: &Payload) -> String {
        payload.post()
    }
    /// What its platform would refuse beyond its limits.
    fn problems(&self, _payload: &Payload) -> Vec<Problem> {
        Vec::new()
    }
    /// How a person lets it act for an account; `None` where the settings are enough.
    fn consent(&self) -> Option<&'static Consent> {
        None
    }
    /// Whether its session must be begun, or begun again, before anything is asked.
    fn is_expired(&self, account: &Account<'_>) -> bool {
        self.consent().is_some_and(|consent| consent.is_expired(account))
    }
    /// Begins a session, or begins it again. One at a time for each channel.
    fn renew<'a>(&'a self, out: &'a Outbound, account: Account<'a>) -> BoxFuture<'a, Renewed> {
        match self.consent() {
            Some(consent) => Box::pin(consent.renew(out, account)),
            None => Box::pin(ready(Ok(Values::new()))),
        }
    }
    /// Asks the platform whose account it is, and what it takes: public values, `account` among them. Publishes nothing.
    fn probe<'a>(&'a self, _out: &'a Outbound, _account: Account<'a>) -> BoxFuture<'a, Renewed> {
        Box::pin(ready(Ok(Values::new())))
    }
    /// Sends: the first step when a staged parcel has no stage yet, else the one that publishes.
    fn send<'a>(&'a self, out: &'a Outbound, parcel: Parcel<'a>) -> BoxFuture<'a, Report<Sent>>;
    /// Looks for what an unanswered send did. A platform that tells nobody, or knows a key again, need not be asked.
    fn look<'a>(&'a self, _out: &'a Outbound, _parcel: Parcel<'a>) -> BoxFuture<'a, Report<Seen>> {
        Box::pin(ready(Report::bare(Seen::Unseen)))
    }
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

/// The key of the words for a trouble: a reason of a platform, or why there was no whole answer. One that has none of its
/// own is a trouble all the same.
pub fn trouble(code: &str) -> String {
    if let Some(reason) = Reason::named(code).filter(|reason| *reason != Reason::Other) {
        return format!("channels-reason-{}", reason.name());
    }
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

    #[test]
    fn every_kind_and_each_of_its_settings_has_words() {
        let keys = crate::web::Words::English.keys();
        for kind in KINDS {
            let mut wanted = vec![format!("channels-kind-{}", kind.name()), format!("channels-kind-note-{}", kind.name())];
            for setting in kind.settings() {
                wanted.extend([format!("channels-setting-{}", setting.words), format!("channels-setting-help-{}", setting.words)]);
                if let Shape::Choice(choices) = setting.shape {
                    wanted.extend(choices.iter().map(|choice| format!("channels-{}-{choice}", setting.name)));
                }
            }
            for key in wanted {
                assert!(keys.contains(&key.as_str()), "{key}");
            }
        }
    }
}
