//! What a kind is handed for one send or one look, and what it may answer.

use super::Values;
use super::payload::{Medium, Payload};
use super::reason::Reason;
use crate::platform::Ms;
use crate::platform::media::{Kind as FileKind, Media};
use crate::platform::outbound::{Content, Part, Url};
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

    /// A medium as a part of a form, `None` when its digest is none. Its file name is its place and its type: some platforms
    /// go by that alone.
    pub fn part(&self, name: &str, medium: &Medium, place: usize) -> Option<Part> {
        let extension = FileKind::from_media_type(&medium.mime).map_or("bin", FileKind::extension);
        Some(Part {
            name: name.to_owned(),
            file_name: Some(format!("{place}.{extension}")),
            media_type: Some(medium.mime.clone()),
            content: Content::File(self.file(&medium.sha256)?),
        })
    }
}

/// Parts of a secret address that are longer than this are secrets themselves; what is shorter names something.
const LONGEST_NAME: usize = 20;

/// What no evidence may show of these secrets, the longest first: each as it is and as it stands in an address; of one
/// that is an address its long parts too, for a server that complains of a path repeats only that.
pub fn masks(secret: &Values) -> Vec<String> {
    let mut masks: Vec<String> = secret.values().cloned().collect();
    for url in secret.values().filter_map(|value| Url::parse(value).ok()).filter(Url::has_host) {
        let parts = url.path_segments().into_iter().flatten().map(str::to_owned).chain(url.query_pairs().map(|(_, value)| value.into_owned()));
        masks.extend(parts.filter(|part| part.len() > LONGEST_NAME));
    }
    let encoded: Vec<String> = masks.iter().map(|mask| url::form_urlencoded::byte_serialize(mask.as_bytes()).collect()).collect();
    masks.extend(encoded);
    masks.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
    masks.dedup();
    masks
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::channels::kinds::asking::excerpt;

    #[test]
    fn a_secret_is_masked_however_an_answer_repeats_it() {
        let token = "a_Very-Long-Token-Of-A-Webhook-68";
        let secret =
            Values::from([("url".into(), format!("https://chat.example/api/webhooks/1999999999999999999/{token}")), ("key".into(), "7:hush".into())]);
        let masked = masks(&secret);
        for body in [
            format!("no such page: https://chat.example/api/webhooks/1999999999999999999/{token}"),
            format!(r#"{{"path":"\/api\/webhooks\/1999999999999999999\/{token}"}}"#),
            "/bot7:hush/getMe".to_owned(),
            "/bot7%3Ahush/getMe".to_owned(),
        ] {
            let shown = excerpt(body.as_bytes(), &masked);
            assert!(shown.contains('…') && !shown.contains(token) && !shown.contains("hush"), "{shown}");
        }
        // What a message is called stays legible.
        assert_eq!(excerpt(br#"{"webhook_id":"1999999999999999999"}"#, &masked), r#"{"webhook_id":"1999999999999999999"}"#);
    }
}
