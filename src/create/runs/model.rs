//! What a run is asked with, the states it goes through, and what it costs in words.

use super::backends::{Frame, Medium, Tariff};
use crate::create::ideas::Lenses;
use crate::create::prompts::{ModelSettings, Purpose};
use crate::platform::id::{AssetId, IdeaId, PieceId, PlayId, PromptId, VariantId};
use crate::platform::text::shorten;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;
use std::str::FromStr;
use unicode_normalization::UnicodeNormalization;

/// Where a run is. `planned` and `waiting` belong to batches and to services that are polled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    Planned,
    Queued,
    Running,
    Waiting,
    Done,
    Failed,
    Cancelled,
    /// The program died while a paid answer was on its way: a person decides whether to ask again.
    NeedsLook,
}

impl RunState {
    const ALL: [(RunState, &'static str); 8] = [
        (RunState::Planned, "planned"),
        (RunState::Queued, "queued"),
        (RunState::Running, "running"),
        (RunState::Waiting, "waiting"),
        (RunState::Done, "done"),
        (RunState::Failed, "failed"),
        (RunState::Cancelled, "cancelled"),
        (RunState::NeedsLook, "needs_look"),
    ];

    pub fn name(self) -> &'static str {
        RunState::ALL.iter().find(|(state, _)| *state == self).map_or("failed", |(_, name)| name)
    }

    /// Still on its way: may be cancelled.
    pub fn is_open(self) -> bool {
        matches!(self, RunState::Planned | RunState::Queued | RunState::Running | RunState::Waiting)
    }
}

impl fmt::Display for RunState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for RunState {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<RunState, &'static str> {
        RunState::ALL.iter().find(|(_, name)| *name == text).map(|(state, _)| *state).ok_or("error-choose-one")
    }
}

/// A run as a program sends it. Only what it is for is needed: the live prompt of the purpose, the
/// service connected last and twelve drafts are what it gets otherwise.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewRun {
    /// That of the prompt when a prompt is named
    pub purpose: Option<Purpose>,
    pub prompt: Option<PromptId>,
    /// `live` unless told otherwise
    pub label: Option<crate::create::prompts::Label>,
    /// The number of a version of the prompt
    pub version: Option<i64>,
    /// Values for the names that the template asks for and nothing else supplies
    #[schema(value_type = Object)]
    pub inputs: Map<String, Value>,
    /// Id or name of a backend, or `sketch`
    pub backend: String,
    /// 1 to 60
    pub count: Option<i64>,
    pub lenses: Lenses,
    /// BCP 47; the project's own when empty
    pub locale: String,
    /// What variants are drafted from: an idea, a piece, or a variant to descend from
    pub idea: Option<IdeaId>,
    pub piece: Option<PieceId>,
    pub parent: Option<VariantId>,
    /// A variant of the piece that drafts should not be like
    pub avoid: Option<VariantId>,
    /// The play of the playbook that asked for it
    pub play: Option<PlayId>,
    /// What it makes; text unless told otherwise
    pub medium: Medium,
    /// What a picture, a voice, a film or a transcript is made for
    pub variant: Option<VariantId>,
    /// The words themselves, for what is not text: what a picture shows, what a voice says
    pub text: String,
    /// Pictures shown to the model, or the sound to be written down: media of the project
    pub references: Vec<AssetId>,
    pub frame: Frame,
    /// A variant of the same piece in another language, whose lines stand below the first, line by line
    pub second: Option<VariantId>,
}

/// The parameters frozen in the run beside its inputs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Parameters {
    /// The language that is written
    pub locale: String,
    /// The language that was asked for, where it is another one
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted: Option<String>,
    pub lenses: Lenses,
    #[serde(flatten)]
    pub model: ModelSettings,
    pub seed: u64,
    /// The prices of the moment it was planned
    pub tariff: Tariff,
    #[serde(skip_serializing_if = "is_default")]
    pub frame: Frame,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<AssetId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub play: Option<PlayId>,
}

fn is_default(frame: &Frame) -> bool {
    *frame == Frame::default()
}

/// One line as a person could have typed it: NFC, no control characters, at most `max` graphemes.
pub fn line(text: &str, max: usize) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    clean(&words, max)
}

/// The same for several lines.
pub fn lines(text: &str, max: usize) -> String {
    clean(&text.replace("\r\n", "\n"), max)
}

fn clean(text: &str, max: usize) -> String {
    let kept: String = text
        .nfc()
        .filter(|c| (!c.is_control() || matches!(c, '\n' | '\t')) && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .collect();
    shorten(kept.trim(), max.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drafts_are_kept_as_a_person_could_have_typed_them() {
        assert_eq!(line("  a\u{202e}b\n\tc\0 ", 10), "ab c");
        assert_eq!(lines("Tra\u{302}\u{300}n\r\nx\u{7}", 10), "Trần\nx");
        assert_eq!(crate::platform::text::length(&line(&"戏".repeat(300), 200)), 200);
    }
}
