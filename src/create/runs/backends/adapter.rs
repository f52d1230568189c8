//! What a backend is: what it says about itself, what it is asked, what it answers.

use super::outcome::{Looked, Remote, Submitted, Trouble};
use super::settings::Setting;
use crate::create::prompts::{ModelSettings, Purpose};
use crate::create::variants::Author;
use crate::platform::Ms;
use crate::platform::locale::Locale;
use crate::platform::outbound::{HeaderMap, Outbound};
use crate::platform::secrets::Secret;
use base64::Engine;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use tokio::sync::watch;

/// What a run makes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Medium {
    #[default]
    Text,
    Image,
    Speech,
    Video,
    Transcript,
    Embedding,
}

impl Medium {
    pub const ALL: [Medium; 6] = [Medium::Text, Medium::Image, Medium::Speech, Medium::Video, Medium::Transcript, Medium::Embedding];

    pub fn name(self) -> &'static str {
        match self {
            Medium::Text => "text",
            Medium::Image => "image",
            Medium::Speech => "speech",
            Medium::Video => "video",
            Medium::Transcript => "transcript",
            Medium::Embedding => "embedding",
        }
    }
}

impl FromStr for Medium {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Medium, &'static str> {
        Medium::ALL.into_iter().find(|medium| medium.name() == text).ok_or("error-choose-one")
    }
}

/// A kind of service that makes drafts.
pub trait Backend: Send + Sync {
    /// The word in the database, the API and `TROUPE_BACKEND_ORIGIN_<KIND>`.
    fn kind(&self) -> &'static str;

    /// Keys of its name and of one sentence about it.
    fn label(&self) -> &'static str;
    fn about(&self) -> &'static str;

    /// Where a person gets a key; empty when none is needed.
    fn key_page(&self) -> &'static str {
        ""
    }

    fn settings(&self) -> &'static [Setting];

    /// What is wrong with settings that are well by themselves: the field, and the key of its sentence.
    fn check(&self, service: &Service) -> Result<(), (&'static str, &'static str)> {
        let _ = service;
        Ok(())
    }

    /// What it can make, set up like this.
    fn makes(&self, service: &Service) -> Vec<Medium>;

    /// The model it uses for a medium unless the run names one; prices go by it.
    fn model(&self, service: &Service, medium: Medium) -> String;

    /// Who wrote what it drafts.
    fn author(&self) -> Author {
        Author::Model
    }

    /// The language it writes in when `wanted` is asked for; `own` is the project's, `subject` what the drafts are about,
    /// `words` what the project says of itself. A model writes whatever it is asked for.
    fn tongue(&self, wanted: &Locale, (own, subject, words): (&str, &str, &str)) -> Locale {
        let _ = (own, subject, words);
        wanted.clone()
    }

    /// True when it works inside the house: it costs nothing and asking again repeats no effect.
    fn is_local(&self) -> bool {
        false
    }

    /// True when every studio has it from the beginning: it cannot be connected, changed or removed.
    fn is_embedded(&self) -> bool {
        false
    }

    /// Programs of other people that it works with; it makes nothing while one is missing.
    fn programs(&self) -> &'static [&'static str] {
        &[]
    }

    /// What proves to the service who asks.
    fn credentials(&self, service: &Service, now: Ms) -> Result<HeaderMap, Trouble>;

    /// Files drawn before that this request could use again, by what they are drawn from.
    fn shots(&self, ask: &Ask) -> Vec<[u8; 32]> {
        let _ = ask;
        Vec::new()
    }

    /// Asks once. What may cost is asked nowhere else.
    fn submit<'a>(&'a self, desk: &'a Desk<'a>, ask: &'a Ask) -> BoxFuture<'a, Result<Submitted, Trouble>>;

    /// Looks how far a task is; looking changes nothing and costs nothing.
    fn look<'a>(&'a self, desk: &'a Desk<'a>, remote: &'a Remote) -> BoxFuture<'a, Result<Looked, Trouble>> {
        let _ = (desk, remote);
        Box::pin(std::future::ready(Err(Trouble::new(super::Class::Gone))))
    }

    /// Asks the service to stop a task. Most do what they can; the outcome is theirs.
    fn cancel<'a>(&'a self, desk: &'a Desk<'a>, remote: &'a Remote) -> BoxFuture<'a, ()> {
        let _ = (desk, remote);
        Box::pin(std::future::ready(()))
    }

    /// Asks whether it would answer, as cheaply as it can.
    fn test<'a>(&'a self, desk: &'a Desk<'a>) -> BoxFuture<'a, Result<(), Trouble>>;

    /// The models it offers, where it has such a list.
    fn models<'a>(&'a self, desk: &'a Desk<'a>) -> BoxFuture<'a, Result<Vec<String>, Trouble>> {
        let _ = desk;
        Box::pin(std::future::ready(Ok(Vec::new())))
    }
}

/// A backend that was connected: its settings, its secret opened.
#[derive(Debug, Default)]
pub struct Service {
    pub settings: BTreeMap<String, String>,
    pub secret: Option<Secret>,
}

impl Service {
    /// A setting, or nothing.
    pub fn get(&self, name: &str) -> &str {
        self.settings.get(name).map(String::as_str).unwrap_or_default()
    }

    /// A setting, or what stands for it when it is not said.
    pub fn get_or<'a>(&'a self, name: &str, otherwise: &'a str) -> &'a str {
        Some(self.get(name)).filter(|text| !text.is_empty()).unwrap_or(otherwise)
    }

    /// Text that came back, without the secret: some servers repeat the key they refuse.
    pub fn hide(&self, text: String) -> String {
        match self.secret.as_ref().map(Secret::expose).filter(|secret| !secret.is_empty()) {
            Some(secret) if text.contains(secret) => text.replace(secret, "…"),
            _ => text,
        }
    }

    pub fn without_secret(&self, trouble: Trouble) -> Trouble {
        Trouble { raw: self.hide(trouble.raw), detail: self.hide(trouble.detail), ..trouble }
    }
}

/// What an adapter works with: the way out, its service, the time, a folder of its own for files on the way.
pub struct Desk<'a> {
    pub outbound: &'a Outbound,
    pub service: &'a Service,
    pub now: Ms,
    /// Exists while the call lasts; removed with all it holds.
    pub folder: &'a Path,
    /// Files drawn before that may be used again.
    pub shots: &'a HashMap<[u8; 32], PathBuf>,
    /// Where an adapter that works in steps says how many are done, and of how many.
    pub steps: &'a watch::Sender<(i64, i64)>,
}

/// One request, frozen when the run was planned.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// The same for every try of this run, for services that refuse to do one thing twice.
    pub key: String,
    pub medium: Medium,
    pub purpose: Purpose,
    /// The rendered prompt; for speech the words to be said, for a film the shots.
    pub prompt: String,
    /// What the prompt was rendered over.
    pub inputs: Map<String, Value>,
    pub settings: ModelSettings,
    pub frame: Frame,
    /// Pictures that are shown to the model, or the sound to be written down.
    pub references: Vec<Reference>,
    /// 1 to 60
    pub count: usize,
    /// BCP 47
    pub locale: String,
    pub seed: u64,
}

impl Ask {
    pub fn model<'a>(&'a self, otherwise: &'a str) -> &'a str {
        self.settings.model.as_deref().filter(|model| !model.is_empty()).unwrap_or(otherwise)
    }
}

/// The form of what is made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Frame {
    /// Width to height: `9:16` (which is meant when nothing is said), `16:9`, `1:1`, …
    #[serde(skip_serializing_if = "String::is_empty")]
    pub aspect: String,
    /// Length of a film, in seconds
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<i64>,
    /// As the service names it
    #[serde(skip_serializing_if = "String::is_empty")]
    pub voice: String,
    /// A second language below the first, line by line: BCP 47 and its lines
    #[serde(skip_serializing_if = "String::is_empty")]
    pub second_locale: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub second_lines: String,
}

impl Frame {
    /// Width and height, in lowest terms as they were said; 9 to 16 when nothing fits.
    pub fn ratio(&self) -> (u32, u32) {
        let read = |text: &str| {
            let (width, height) = text.split_once(':')?;
            let sides: (u32, u32) = (width.parse().ok()?, height.parse().ok()?);
            (1..=32).contains(&sides.0).then_some(())?;
            (1..=32).contains(&sides.1).then_some(sides)
        };
        read(&self.aspect).unwrap_or((9, 16))
    }

    pub fn aspect(&self) -> String {
        let (width, height) = self.ratio();
        format!("{width}:{height}")
    }

    /// The nearest of the ratios that a service knows, written like `9:16`.
    pub fn nearest(&self, known: &[&'static str]) -> &'static str {
        let wide = |(width, height): (u32, u32)| (f64::from(width) / f64::from(height)).ln();
        let away = |text: &str| (wide(Frame { aspect: text.to_owned(), ..Frame::default() }.ratio()) - wide(self.ratio())).abs();
        known.iter().copied().min_by(|one, other| away(one).total_cmp(&away(other))).unwrap_or_default()
    }
}

/// A file that goes with a request, as data: addresses of ours cannot be read from outside.
#[derive(Clone, Debug)]
pub struct Reference {
    pub media_type: String,
    pub file_name: String,
    pub bytes: Bytes,
}

impl Reference {
    pub fn base64(&self) -> String {
        base64::engine::general_purpose::STANDARD.encode(&self.bytes)
    }

    /// As a `data:` address.
    pub fn data_url(&self) -> String {
        format!("data:{};base64,{}", self.media_type, self.base64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_read_or_upright() {
        for (text, sides) in [("9:16", (9, 16)), ("16:9", (16, 9)), ("", (9, 16)), ("0:1", (9, 16)), ("1:99", (9, 16)), ("wide", (9, 16))] {
            assert_eq!(Frame { aspect: text.into(), ..Frame::default() }.ratio(), sides, "{text}");
        }
    }

    #[test]
    fn a_ratio_goes_to_the_nearest_that_is_known() {
        let known = ["16:9", "9:16", "1:1", "4:3"];
        for (text, nearest) in [("9:16", "9:16"), ("", "9:16"), ("2:1", "16:9"), ("5:4", "4:3"), ("10:11", "1:1"), ("1:3", "9:16"), ("18:32", "9:16")]
        {
            assert_eq!(Frame { aspect: text.into(), ..Frame::default() }.nearest(&known), nearest, "{text}");
        }
    }
}
