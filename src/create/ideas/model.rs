//! Ideas and the rules of their states.

use crate::platform::locale::Locale;
use crate::platform::text::Checks;
use crate::platform::{Error, Outcome};
use crate::stats::similarity::Grams;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Where an idea is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdeaState {
    Inbox,
    Shortlisted,
    InProduction,
    Done,
    Dropped,
}

impl IdeaState {
    pub const ALL: [IdeaState; 5] = [IdeaState::Inbox, IdeaState::Shortlisted, IdeaState::InProduction, IdeaState::Done, IdeaState::Dropped];

    pub fn name(self) -> &'static str {
        match self {
            IdeaState::Inbox => "inbox",
            IdeaState::Shortlisted => "shortlisted",
            IdeaState::InProduction => "in_production",
            IdeaState::Done => "done",
            IdeaState::Dropped => "dropped",
        }
    }

    /// Whether a person may move an idea from here to `to` by hand. Production begins with a piece
    /// and is not left by hand, except to call it done.
    pub fn may_become(self, to: IdeaState) -> bool {
        use IdeaState::{Done, Dropped, InProduction, Inbox, Shortlisted};
        matches!(
            (self, to),
            (Inbox, Shortlisted | Dropped)
                | (Shortlisted, Inbox | Dropped)
                | (Dropped, Inbox | Shortlisted)
                | (InProduction, Done)
                | (Done, InProduction)
        )
    }
}

impl fmt::Display for IdeaState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for IdeaState {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<IdeaState, &'static str> {
        IdeaState::ALL.into_iter().find(|state| state.name() == text).ok_or("error-choose-one")
    }
}

/// The four directions an idea can be looked for from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct Lenses {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub angle: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub market: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub format: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub emotion: String,
}

impl Lenses {
    /// The lenses in use, in the order of the page: name and value.
    pub fn used(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [("angle", &self.angle), ("market", &self.market), ("format", &self.format), ("emotion", &self.emotion)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name, value.as_str()))
    }
}

/// An idea as a form or a program sends it.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewIdea {
    pub title: String,
    pub hook: String,
    pub angle: String,
    pub why_now: String,
    /// BCP 47; the project's own when empty
    pub locale: String,
    /// The version that was read; needed to change an idea
    pub version: i64,
}

/// A checked idea.
#[derive(Debug, Clone)]
pub struct Checked {
    pub title: String,
    pub hook: String,
    pub angle: String,
    pub why_now: String,
    pub locale: Locale,
    pub version: i64,
}

impl NewIdea {
    pub fn check(&self, default_locale: &str) -> Outcome<Checked> {
        let mut checks = Checks::new();
        let title = checks.required("title", &self.title, 200);
        let hook = checks.text("hook", &self.hook, 500);
        let angle = checks.text("angle", &self.angle, 1000);
        let why_now = checks.line("why_now", &self.why_now, 300);
        let tag = if self.locale.trim().is_empty() { default_locale } else { &self.locale };
        match tag.parse::<Locale>() {
            Ok(locale) => {
                checks.finish()?;
                Ok(Checked { title, hook, angle, why_now, locale, version: self.version })
            }
            Err(key) => {
                checks.wrong("locale", key);
                Err(checks.finish().err().unwrap_or(Error::NotFound))
            }
        }
    }
}

/// From this similarity on two titles say the same (cosine of character n-grams, 0 to 1).
const TWIN: f64 = 0.72;

/// The first of `others` that says nearly what a title with these grams says.
pub fn twin<Id: Copy>(title: &Grams, others: &[(Id, Grams)]) -> Option<Id> {
    others.iter().find(|(_, other)| title.similarity(other) >= TWIN).map(|(id, _)| *id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ideas_move_as_the_product_says() {
        use IdeaState::*;
        assert!(Inbox.may_become(Shortlisted) && Shortlisted.may_become(Dropped) && Dropped.may_become(Inbox));
        for (from, to) in [(Inbox, InProduction), (InProduction, Inbox), (Done, Dropped), (Inbox, Inbox), (Shortlisted, Done)] {
            assert!(!from.may_become(to), "{from} became {to}");
        }
    }

    #[test]
    fn twins_are_found_in_any_script() {
        let old = [(1, "Why opera faces are red"), (2, "红脸的人从不说谎"), (3, "Vì sao mặt ông ấy đỏ")].map(|(id, title)| (id, Grams::of(title)));
        assert_eq!(twin(&Grams::of("Why the opera faces are red"), &old), Some(1));
        assert_eq!(twin(&Grams::of("红脸的人，从不说谎"), &old), Some(2));
        assert_eq!(twin(&Grams::of("A general who sang"), &old), None);
    }
}
