//! What a backend is: what it says about itself, what it is asked, what it answers.

use super::settings::Setting;
use crate::create::prompts::{ModelSettings, Purpose};
use crate::create::variants::Author;
use crate::platform::outbound::Outbound;
use crate::platform::secrets::Secret;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A kind of service that drafts.
pub trait Backend: Send + Sync {
    /// The word in the database, the API and `TROUPE_BACKEND_ORIGIN_<KIND>`.
    fn kind(&self) -> &'static str;

    /// Keys of its name and of one sentence about it.
    fn label(&self) -> &'static str;
    fn about(&self) -> &'static str;

    fn settings(&self) -> &'static [Setting];

    /// Who wrote what it drafts.
    fn author(&self) -> Author {
        Author::Model
    }

    /// True when it drafts inside the house: it costs nothing and asking again repeats no effect.
    fn is_local(&self) -> bool {
        false
    }

    fn draft<'a>(&'a self, outbound: &'a Outbound, service: &'a Service, ask: &'a Ask) -> BoxFuture<'a, Result<Drafted, Trouble>>;

    /// Asks whether it would answer, as cheaply as it can.
    fn test<'a>(&'a self, outbound: &'a Outbound, service: &'a Service) -> BoxFuture<'a, Result<(), Trouble>>;
}

/// A backend that was connected: its settings, its secret opened.
#[derive(Debug)]
pub struct Service {
    pub settings: BTreeMap<String, String>,
    pub secret: Option<Secret>,
}

impl Service {
    /// A setting, or nothing.
    pub fn get(&self, name: &str) -> &str {
        self.settings.get(name).map(String::as_str).unwrap_or_default()
    }
}

impl Service {
    /// What came back, without the secret: some servers repeat the key they refuse.
    pub fn without_secret(&self, outcome: Result<Drafted, Trouble>) -> Result<Drafted, Trouble> {
        outcome.map(|drafted| Drafted { raw: self.hide(drafted.raw), ..drafted }).map_err(|trouble| Trouble {
            raw: self.hide(trouble.raw),
            detail: self.hide(trouble.detail),
            ..trouble
        })
    }

    fn hide(&self, text: String) -> String {
        match self.secret.as_ref().map(Secret::expose).filter(|secret| !secret.is_empty()) {
            Some(secret) if text.contains(secret) => text.replace(secret, "…"),
            _ => text,
        }
    }
}

/// One request, frozen when the run was planned.
#[derive(Clone, Debug)]
pub struct Ask {
    pub purpose: Purpose,
    /// The rendered prompt; empty when the backend needs none.
    pub prompt: String,
    /// What the prompt was rendered over.
    pub inputs: Map<String, Value>,
    pub settings: ModelSettings,
    /// 1 to 60
    pub count: usize,
    /// BCP 47
    pub locale: String,
    pub seed: u64,
}

/// An answer that was read to its end.
#[derive(Clone, Debug, Default)]
pub struct Drafted {
    /// What was drafted, in a shape that `shapes` reads.
    pub text: String,
    /// The service stopped at its limit; the last item may be missing.
    pub cut_short: bool,
    pub spent: Spent,
    /// The beginning of what came back.
    pub raw: String,
}

/// What was used, as far as the service says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    pub tokens_in: Option<i64>,
    pub tokens_out: Option<i64>,
}

/// Why there is no draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub class: Class,
    /// What the service itself said, for whoever mends it.
    pub detail: String,
    /// Milliseconds to wait, when the service said so.
    pub retry_after: Option<i64>,
    pub spent: Spent,
    pub raw: String,
}

impl Trouble {
    pub fn new(class: Class) -> Trouble {
        Trouble { class, detail: String::new(), retry_after: None, spent: Spent::default(), raw: String::new() }
    }
}

/// The ways a call fails; each has a sentence that says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// No connection was opened: nothing was asked.
    NotConnected,
    RefusedKey,
    UnknownModel,
    /// Too much at once; later it may work.
    RateLimited,
    /// The account has no credit left.
    NoCredit,
    TooLong,
    Moderation,
    /// The service did not take the request.
    Refused,
    /// The service is broken or overloaded.
    Unavailable,
    /// An answer that holds no drafts.
    BadAnswer,
    /// No answer in time; it may have been charged.
    Timeout,
    /// The answer was not fully read; it may have been charged.
    Unknown,
    /// The backend was removed meanwhile.
    Gone,
    /// The drafts came, but there was no place left to write them to.
    NotKept,
}

impl Class {
    const ALL: [(Class, &'static str, &'static str); 14] = [
        (Class::NotConnected, "not_connected", "runs-trouble-not-connected"),
        (Class::RefusedKey, "refused_key", "runs-trouble-refused-key"),
        (Class::UnknownModel, "unknown_model", "runs-trouble-unknown-model"),
        (Class::RateLimited, "rate_limited", "runs-trouble-rate-limited"),
        (Class::NoCredit, "no_credit", "runs-trouble-no-credit"),
        (Class::TooLong, "too_long", "runs-trouble-too-long"),
        (Class::Moderation, "moderation", "runs-trouble-moderation"),
        (Class::Refused, "refused", "runs-trouble-refused"),
        (Class::Unavailable, "unavailable", "runs-trouble-unavailable"),
        (Class::BadAnswer, "bad_answer", "runs-trouble-bad-answer"),
        (Class::Timeout, "timeout", "runs-trouble-timeout"),
        (Class::Unknown, "unknown", "runs-trouble-unknown"),
        (Class::Gone, "gone", "runs-trouble-gone"),
        (Class::NotKept, "not_kept", "runs-trouble-not-kept"),
    ];

    pub fn name(self) -> &'static str {
        Class::ALL.iter().find(|(class, ..)| *class == self).map_or("unknown", |(_, name, _)| name)
    }

    /// The key of the sentence.
    pub fn key(self) -> &'static str {
        Class::ALL.iter().find(|(class, ..)| *class == self).map_or("runs-trouble-unknown", |(.., key)| key)
    }

    pub fn parse(name: &str) -> Option<Class> {
        Class::ALL.iter().find(|(_, known, _)| *known == name).map(|(class, ..)| *class)
    }
}

/// The first 2 kB of an answer, cut between characters.
pub fn beginning(body: &[u8]) -> String {
    const KEPT: usize = 2_048;
    let text = String::from_utf8_lossy(body.get(..body.len().min(KEPT)).unwrap_or(body));
    text.trim_end_matches('\u{fffd}').replace('\0', "")
}

/// Prices are decimal amounts for a million tokens; the cost is rounded up to a whole micro.
pub fn cost_micros(tokens: i64, price: &str) -> i64 {
    let per_million = super::settings::micros(price).unwrap_or(0);
    let cost = (i128::from(tokens.max(0)) * i128::from(per_million) + 999_999) / 1_000_000;
    i64::try_from(cost).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cost_follows_the_price_table() {
        // tokens, price of a million, micros
        for (tokens, price, micros) in
            [(1_000_000, "0.15", 150_000), (1_480, "2.50", 3_700), (1, "0.15", 1), (0, "15", 0), (10, "", 0), (-5, "3", 0), (3, "0.000001", 1)]
        {
            assert_eq!(cost_micros(tokens, price), micros, "{tokens} tokens at {price}");
        }
    }

    #[test]
    fn every_class_has_its_own_name_and_sentence() {
        for (class, name, key) in Class::ALL {
            assert_eq!((class.name(), class.key(), Class::parse(name)), (name, key, Some(class)));
        }
    }

    #[test]
    fn a_beginning_is_short_and_whole() {
        let long = "戏".repeat(2_000);
        let kept = beginning(long.as_bytes());
        assert!(kept.len() <= 2_048 && long.starts_with(&kept));
        assert_eq!(beginning(b"a\0b"), "ab");
    }
}
