//! What a backend answers: results, a task to ask for later, or trouble.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::PathBuf;

/// What came of submitting.
#[derive(Debug)]
pub enum Submitted {
    Done(Made),
    /// The service works on it; nothing is repeated, it is looked at until it ends.
    Pending(Remote),
}

/// What came of a look.
#[derive(Debug)]
pub enum Looked {
    /// Still working: how far in per cent when the service says so, and when to look again in milliseconds.
    Waiting {
        progress: Option<i64>,
        after_ms: i64,
    },
    Done(Made),
}

/// A task at a service, as it is written down before the first look. Holds no secret.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Remote {
    /// As the service names it, for people and for support
    pub id: String,
    /// What the adapter needs to look: addresses, kinds
    #[serde(skip_serializing_if = "Value::is_null")]
    pub more: Value,
    /// Results that are finished and wait to be downloaded
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished: Option<Finished>,
}

/// A result whose files lie at addresses of the service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Finished {
    pub files: Vec<Address>,
    pub used: Used,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Address {
    pub url: String,
    /// The service's own address: the key goes with it, to this origin only.
    #[serde(default)]
    pub with_key: bool,
    #[serde(default)]
    pub file_name: String,
    #[serde(default)]
    pub duration_ms: Option<i64>,
}

/// An answer that was read to its end.
#[derive(Debug, Default)]
pub struct Made {
    /// What was drafted, in a shape that `shapes` reads; text only.
    pub text: String,
    /// The service stopped at its limit; the last item may be missing.
    pub cut_short: bool,
    /// Pictures, sound, film, transcripts, vectors.
    pub products: Vec<Product>,
    pub used: Used,
    /// What a first answer used that could not be read; it stands in the ledger already.
    pub earlier: Used,
    /// The beginning of what came back.
    pub raw: String,
}

/// One file that was made.
#[derive(Debug)]
pub struct Product {
    pub source: Source,
    /// With its extension; checked against its bytes.
    pub file_name: String,
    pub duration_ms: Option<i64>,
    /// What it is drawn from, when it may be used again: see `shots`.
    pub shot: Option<[u8; 32]>,
}

#[derive(Debug)]
pub enum Source {
    Bytes(Bytes),
    /// In the folder of the call.
    File(PathBuf),
    Address(Address),
}

impl Product {
    pub fn bytes(bytes: impl Into<Bytes>, file_name: &str) -> Product {
        Product { source: Source::Bytes(bytes.into()), file_name: file_name.to_owned(), duration_ms: None, shot: None }
    }

    /// A file at an address that needs no key.
    pub fn at(url: &str, file_name: &str) -> Product {
        let address = Address { url: url.to_owned(), file_name: file_name.to_owned(), ..Address::default() };
        Product { source: Source::Address(address), file_name: file_name.to_owned(), duration_ms: None, shot: None }
    }
}

/// What was used, as far as the service says or the request shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Used {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens_in: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens_out: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub characters: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pictures: Option<i64>,
    /// Milliseconds of sound or film
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ms: Option<i64>,
    /// The service said that it charged for nothing
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub free: bool,
}

impl Used {
    /// Both together.
    pub fn plus(self, other: Used) -> Used {
        let sum =
            |a: Option<i64>, b: Option<i64>| if a.is_none() && b.is_none() { None } else { Some(a.unwrap_or(0).saturating_add(b.unwrap_or(0))) };
        Used {
            tokens_in: sum(self.tokens_in, other.tokens_in),
            tokens_out: sum(self.tokens_out, other.tokens_out),
            characters: sum(self.characters, other.characters),
            pictures: sum(self.pictures, other.pictures),
            ms: sum(self.ms, other.ms),
            free: self.free && other.free,
        }
    }
}

/// Why there is no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub class: Class,
    /// What the service itself said, for whoever mends it.
    pub detail: String,
    /// Milliseconds to wait, when the service said so.
    pub retry_after: Option<i64>,
    /// What was used all the same.
    pub used: Used,
    /// See [`Made::earlier`].
    pub earlier: Used,
    pub raw: String,
}

impl Trouble {
    pub fn new(class: Class) -> Trouble {
        Trouble { class, detail: String::new(), retry_after: None, used: Used::default(), earlier: Used::default(), raw: String::new() }
    }

    pub fn saying(class: Class, detail: &str) -> Trouble {
        Trouble { detail: crate::platform::text::shorten(detail, 300), ..Trouble::new(class) }
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
    /// The result was made and its address no longer answers.
    Expired,
    /// The project's budget of this month does not hold the call: nothing was asked.
    OverBudget,
    /// The service took it, worked on it and failed.
    TaskFailed,
    /// A program that works in the house is missing or failed.
    Program,
}

impl Class {
    const ALL: [(Class, &'static str, &'static str); 18] = [
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
        (Class::Expired, "expired", "runs-trouble-expired"),
        (Class::OverBudget, "over_budget", "runs-trouble-over-budget"),
        (Class::TaskFailed, "task_failed", "runs-trouble-task-failed"),
        (Class::Program, "program", "runs-trouble-program"),
    ];

    pub fn name(self) -> &'static str {
        Class::ALL.iter().find(|(class, ..)| *class == self).map_or("unknown", |(_, name, _)| name)
    }

    /// The key of the sentence.
    pub fn key(self) -> &'static str {
        Class::ALL.iter().find(|(class, ..)| *class == self).map_or("runs-trouble-unknown", |(.., key)| key)
    }

    /// The service may have done the work and charged for it: only a person asks again.
    pub fn is_doubtful(self) -> bool {
        matches!(self, Class::Timeout | Class::Unknown)
    }

    /// It may be over in a moment: a question that changes nothing may be asked again.
    pub fn is_passing(self) -> bool {
        matches!(self, Class::NotConnected | Class::RateLimited | Class::Unavailable | Class::Timeout | Class::Unknown)
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

#[cfg(test)]
mod tests {
    use super::*;

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
