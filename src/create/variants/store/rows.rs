//! Variants, revisions and media as they are read.

use crate::create::variants::model::{VariantState, Words};
use crate::platform::diff::Part;
use crate::platform::id::{AssetId, PieceId, ProjectId, RunId, VariantId};
use crate::platform::locale::Locale;
use crate::platform::{Error, Ms, Outcome};
use serde::Serialize;

/// A variant with all its words.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Variant {
    pub id: VariantId,
    pub project_id: ProjectId,
    pub piece_id: PieceId,
    pub piece_title: String,
    pub parent_id: Option<VariantId>,
    pub locale: String,
    pub title: String,
    pub hook: String,
    pub script: String,
    pub caption: String,
    #[serde(skip)]
    pub tags: String,
    pub state: String,
    pub author: String,
    pub run_id: Option<RunId>,
    pub edits: i64,
    pub human_share: f64,
    #[serde(skip)]
    pub digest: Option<Vec<u8>>,
    pub version: i64,
    #[serde(rename = "created_at")]
    #[schema(value_type = String, format = DateTime)]
    pub created_ms: Ms,
    pub created_by: Option<String>,
}

impl Variant {
    pub fn tag_list(&self) -> Vec<String> {
        serde_json::from_str(&self.tags).unwrap_or_default()
    }

    pub fn state(&self) -> VariantState {
        self.state.parse().unwrap_or(VariantState::Draft)
    }

    pub fn words(&self) -> Outcome<Words> {
        let locale: Locale = self.locale.parse().map_err(Error::broken)?;
        Ok(Words {
            title: self.title.clone(),
            hook: self.hook.clone(),
            script: self.script.clone(),
            caption: self.caption.clone(),
            tags: self.tag_list(),
            locale,
        })
    }

    pub fn beats(&self) -> Vec<(String, String, String)> {
        beats(&self.script)
    }

    pub fn percent_human(&self) -> i64 {
        #[allow(clippy::cast_possible_truncation, reason = "0 to 100")]
        let percent = (self.human_share * 100.0).round() as i64;
        percent
    }
}

/// The script line by line: the time a beat begins, when it says one; the note in brackets on
/// how it is shown; its words.
pub fn beats(script: &str) -> Vec<(String, String, String)> {
    let digits = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let timed = |line: &str| {
        let (time, rest) = line.split_once(' ')?;
        let (minutes, seconds) = time.split_once(':')?;
        (digits(minutes) && digits(seconds)).then(|| (time.to_owned(), rest.trim().to_owned()))
    };
    let beat = |line: &str| {
        let (time, rest) = timed(line).unwrap_or_else(|| (String::new(), line.to_owned()));
        match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((note, words)) => (time, note.to_owned(), words.trim().to_owned()),
            None => (time, String::new(), rest),
        }
    };
    script.lines().map(str::trim).filter(|line| !line.is_empty()).map(beat).collect()
}

/// A variant as the tree of its piece shows it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Node {
    pub id: VariantId,
    pub parent_id: Option<VariantId>,
    pub title: String,
    pub locale: String,
    pub state: String,
    pub author: String,
    pub edits: i64,
    #[serde(skip)]
    pub changed: String,
    #[serde(rename = "created_at")]
    #[schema(value_type = String, format = DateTime)]
    pub created_ms: Ms,
}

impl Node {
    pub fn changed(&self) -> Vec<String> {
        serde_json::from_str(&self.changed).unwrap_or_default()
    }
}

#[derive(Debug, Clone)]
pub struct Revision {
    pub number: i64,
    pub diff: String,
    pub at_ms: Ms,
    pub by: Option<String>,
}

impl Revision {
    pub fn parts(&self) -> Vec<Part> {
        serde_json::from_str(&self.diff).unwrap_or_default()
    }
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Asset {
    pub id: AssetId,
    pub kind: String,
    pub mime: String,
    pub size: i64,
    #[serde(skip)]
    pub digest: Vec<u8>,
    pub alt: String,
    pub file_name: String,
    pub origin: String,
    /// Pixels, of pictures and films
    pub width: Option<i64>,
    pub height: Option<i64>,
    /// Milliseconds, of films and sound
    pub duration_ms: Option<i64>,
}

impl Asset {
    /// Sides, length and size, as far as they are known.
    pub fn facts(&self) -> String {
        let sides = self.width.zip(self.height).map(|(width, height)| format!("{width} × {height}"));
        let length = self.duration_ms.map(|ms| format!("{}:{:02}", ms / 60_000, (ms + 500) / 1_000 % 60));
        let size = if self.size < 1_000_000 {
            format!("{} kB", (self.size + 999) / 1_000)
        } else {
            format!("{}.{} MB", self.size / 1_000_000, self.size / 100_000 % 10)
        };
        sides.into_iter().chain(length).chain([size]).collect::<Vec<_>>().join(" · ")
    }
}
