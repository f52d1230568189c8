//! What can lie in the bin.

use crate::platform::Ms;
use crate::platform::clock::DAY;
use crate::web::Ability;
use std::str::FromStr;
use uuid::Uuid;

/// How long things stay in the bin.
pub const STAYS: i64 = 30 * DAY;

/// A noun that is put into the bin before it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    Idea,
    Prompt,
    Piece,
    Variant,
    Channel,
    Experiment,
    Play,
    Reference,
}

impl Noun {
    pub const ALL: [Noun; 8] = [Noun::Idea, Noun::Prompt, Noun::Piece, Noun::Variant, Noun::Channel, Noun::Experiment, Noun::Play, Noun::Reference];

    pub fn name(self) -> &'static str {
        match self {
            Noun::Idea => "idea",
            Noun::Prompt => "prompt",
            Noun::Piece => "piece",
            Noun::Variant => "variant",
            Noun::Channel => "channel",
            Noun::Experiment => "experiment",
            Noun::Play => "play",
            Noun::Reference => "reference",
        }
    }

    /// The event that tells of a restoration.
    pub fn restored(self) -> &'static str {
        match self {
            Noun::Idea => "idea.restored",
            Noun::Prompt => "prompt.restored",
            Noun::Piece => "piece.restored",
            Noun::Variant => "variant.restored",
            Noun::Channel => "channel.restored",
            Noun::Experiment => "experiment.restored",
            Noun::Play => "play.restored",
            Noun::Reference => "reference.restored",
        }
    }

    /// Who may take it out: whoever may put it in.
    pub fn ability(self) -> Ability {
        match self {
            Noun::Idea | Noun::Prompt | Noun::Piece | Noun::Variant | Noun::Reference => Ability::Make,
            Noun::Channel | Noun::Experiment | Noun::Play => Ability::Publish,
        }
    }
}

impl FromStr for Noun {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Noun, &'static str> {
        Noun::ALL.into_iter().find(|noun| noun.name() == text).ok_or("failure-not-found")
    }
}

/// One thing in the bin.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
pub struct Binned {
    pub noun: String,
    pub id: Uuid,
    pub title: String,
    #[serde(rename = "deleted_at")]
    #[schema(value_type = String, format = DateTime)]
    pub deleted_ms: Ms,
    /// Who put it there, when a person did.
    pub by: Option<String>,
}

impl Binned {
    /// Whole days until it goes for good.
    pub fn days_left(&self, now: &Ms) -> i64 {
        (STAYS - now.since(self.deleted_ms)).max(0) / DAY
    }

    /// Where the button that takes it out posts to.
    pub fn restoration(&self) -> String {
        match self.noun.as_str() {
            "project" => format!("/projects/{}/restoration", self.id),
            noun => format!("/bin/{noun}/{}/restoration", self.id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_is_day_zero() {
        let id = Uuid::nil();
        let binned = Binned { noun: "idea".into(), id, title: String::new(), deleted_ms: Ms(0), by: None };
        assert_eq!(binned.days_left(&Ms(0)), 30);
        assert_eq!(binned.days_left(&Ms(29 * DAY + 1)), 0);
        assert_eq!(binned.days_left(&Ms(90 * DAY)), 0);
    }
}
