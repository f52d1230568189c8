//! What a kind is handed for one send or one look, and what it may answer.

use super::Values;
use super::payload::Payload;
use super::reason::Reason;
use crate::platform::Ms;
use crate::platform::media::Media;
use crate::platform::outbound::Url;
use crate::release::channels::model::Capability;
use std::path::PathBuf;

/// The account of a channel: its settings with the secret ones, and where its platform is.
#[derive(Clone, Copy)]
pub struct Account<'a> {
    pub values: &'a Values,
    /// Values that no evidence may show.
    pub masked: &'a [String],
    /// The operator's stand-in for the platform.
    pub stand_in: Option<&'a Url>,
    pub now: Ms,
}

impl Account<'_> {
    /// A setting, empty when it is not set.
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// An address at the platform: below the stand-in where there is one, else below `origin`.
    pub fn at(&self, origin: &str, path: &str) -> Option<Url> {
        let base = match self.stand_in {
            Some(url) => url.as_str(),
            None => origin,
        };
        Url::parse(&format!("{}/{}", base.trim_end_matches('/'), path.trim_start_matches('/'))).ok()
    }
}

/// What is handed over for one send or one look.
#[derive(Clone, Copy)]
pub struct Parcel<'a> {
    pub account: Account<'a>,
    pub capability: Capability,
    /// The same for every try, until a person chooses to send again.
    pub delivery: &'a str,
    /// The frozen body, as the webhook sends it.
    pub body: &'a str,
    /// Where a staged platform keeps the half-made post.
    pub stage: Option<&'a str>,
    pub media: &'a Media,
}

impl Parcel<'_> {
    /// The frozen words; `None` if they cannot be read, which nothing that was scheduled is.
    pub fn payload(&self) -> Option<Payload> {
        serde_json::from_str(self.body).ok()
    }

    /// The file of a medium; `None` when its digest is none.
    pub fn file(&self, sha256: &str) -> Option<PathBuf> {
        Some(self.media.path(&sha256.parse().ok()?))
    }
}

/// What a send came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    Published {
        id: Option<String>,
        url: Option<String>,
    },
    /// Half-made: a further step makes it public.
    Staged {
        stage: String,
    },
    /// The platform has all of it and is still at work on it: looks tell what became of it.
    Taken {
        stage: Option<String>,
    },
    /// For good: nothing was and nothing will be published by this.
    Refused,
    /// Nothing was published; later it may be.
    RefusedForNow {
        retry_after_ms: Option<i64>,
    },
    /// Nothing was published: the account must be connected again first.
    Denied,
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
    /// The platform looked at it and will not publish it.
    Refused,
    /// The platform did not say.
    Unseen,
}

/// An outcome with its evidence.
#[derive(Clone, Debug)]
pub struct Report<T> {
    pub outcome: T,
    pub status: Option<u16>,
    /// What the platform's own code means, where it is known.
    pub reason: Option<Reason>,
    /// The platform's own code, or a short word for why there is no whole answer: `cut`, `timed_out`, `not_opened`, …
    pub code: Option<String>,
    /// What came back, secrets masked, at most 2 kB.
    pub excerpt: Option<String>,
}

impl<T> Report<T> {
    pub fn bare(outcome: T) -> Report<T> {
        Report { outcome, status: None, reason: None, code: None, excerpt: None }
    }

    pub fn coded(outcome: T, code: &str) -> Report<T> {
        Report { code: Some(code.to_owned()), ..Report::bare(outcome) }
    }

    /// What a channel says of its last trouble: the meaning of the platform's code, its status, or why there was no answer.
    pub fn trouble(&self) -> Option<String> {
        let known = self.reason.filter(|reason| *reason != Reason::Other).map(|reason| reason.name().to_owned());
        known.or_else(|| self.status.map(|status| status.to_string())).or_else(|| self.code.clone())
    }
}
