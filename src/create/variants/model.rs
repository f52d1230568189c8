//! What a variant is made of, and the rules of its states.

use crate::platform::id::{AssetId, VariantId};
use crate::platform::locale::Locale;
use crate::platform::text::Checks;
use crate::platform::{FieldError, Outcome};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VariantState {
    Draft,
    InReview,
    ChangesRequested,
    Approved,
    Rejected,
    Archived,
}

impl VariantState {
    pub const ALL: [VariantState; 6] = [
        VariantState::Draft,
        VariantState::InReview,
        VariantState::ChangesRequested,
        VariantState::Approved,
        VariantState::Rejected,
        VariantState::Archived,
    ];

    pub fn name(self) -> &'static str {
        match self {
            VariantState::Draft => "draft",
            VariantState::InReview => "in_review",
            VariantState::ChangesRequested => "changes_requested",
            VariantState::Approved => "approved",
            VariantState::Rejected => "rejected",
            VariantState::Archived => "archived",
        }
    }

    /// Where an edit leaves a variant: what was decided is decided again.
    pub fn after_edit(self) -> VariantState {
        match self {
            VariantState::Draft => VariantState::Draft,
            VariantState::Archived => VariantState::Archived,
            _ => VariantState::InReview,
        }
    }
}

impl fmt::Display for VariantState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for VariantState {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<VariantState, &'static str> {
        VariantState::ALL.into_iter().find(|state| state.name() == text).ok_or("error-choose-one")
    }
}

/// Who wrote the first words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    Person,
    Model,
    Template,
}

impl Author {
    pub fn name(self) -> &'static str {
        match self {
            Author::Person => "person",
            Author::Model => "model",
            Author::Template => "template",
        }
    }
}

/// A variant as a program sends it; the page's form sends its tags as one line.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewVariant {
    pub title: String,
    pub hook: String,
    /// One beat a line, as in `0:03 The drum stops.`
    pub script: String,
    pub caption: String,
    pub tags: Vec<String>,
    /// BCP 47; the project's own when empty
    pub locale: String,
    pub parent: Option<VariantId>,
    pub assets: Vec<AssetId>,
    /// The version that was read; needed to change a variant
    pub version: i64,
}

/// The words of a variant, checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    pub title: String,
    pub hook: String,
    pub script: String,
    pub caption: String,
    pub tags: Vec<String>,
    pub locale: Locale,
}

impl NewVariant {
    pub fn check(&self, default_locale: &str) -> Outcome<Words> {
        let mut checks = Checks::new();
        let title = checks.required("title", &self.title, 300);
        let hook = checks.text("hook", &self.hook, 1000);
        let script = checks.text("script", &self.script, 20_000);
        let caption = checks.text("caption", &self.caption, 5000);
        if self.tags.len() > 60 {
            checks.add(FieldError::new("tags", "error-too-many").with("max", 60));
        }
        let tags: Vec<String> =
            self.tags.iter().take(60).map(|tag| checks.line("tags", tag.trim_start_matches('#'), 100)).filter(|tag| !tag.is_empty()).collect();
        let tag = if self.locale.trim().is_empty() { default_locale } else { &self.locale };
        let locale = tag.parse::<Locale>().inspect_err(|key| checks.wrong("locale", key));
        checks.finish()?;
        let locale = locale.map_err(|key| crate::platform::Error::field("locale", key))?;
        Ok(Words { title, hook, script, caption, tags, locale })
    }
}

impl Words {
    /// Everything a reader would read, for diffs and shares.
    pub fn joined(&self) -> String {
        format!("{}\n{}\n{}\n{}\n{}", self.title, self.hook, self.script, self.caption, self.tags.join(" "))
    }

    /// Which parts differ from `parent`, by name.
    pub fn changed_from(&self, parent: &Words) -> Vec<&'static str> {
        let parts = [
            ("title", self.title != parent.title),
            ("hook", self.hook != parent.hook),
            ("script", self.script != parent.script),
            ("caption", self.caption != parent.caption),
            ("tags", self.tags != parent.tags),
            ("locale", self.locale != parent.locale),
        ];
        parts.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }

    /// SHA-256 over the words and the media in their order: what an approval is an approval of.
    pub fn digest(&self, media: &[Vec<u8>]) -> Vec<u8> {
        let mut hasher = Sha256::new();
        let tags = self.tags.join("\n");
        for part in [&self.title, &self.hook, &self.script, &self.caption, &tags, self.locale.as_str()] {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
        for digest in media {
            hasher.update(digest);
        }
        hasher.finalize().to_vec()
    }
}

/// Tags as one line of a form: separated by commas, spaces or `#`.
pub fn tags_of(line: &str) -> Vec<String> {
    line.split([',', '，', '、', '#', '\n']).map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(title: &str) -> Words {
        NewVariant { title: title.into(), tags: tags_of("#opera, red，戏曲"), ..NewVariant::default() }.check("en").unwrap()
    }

    #[test]
    fn a_digest_changes_with_every_part() {
        let base = words("Red");
        let mut moved = base.clone();
        moved.hook = "e".into();
        moved.title = "R".into();
        assert_ne!(base.digest(&[]), words("Red ed").digest(&[]));
        assert_ne!(base.digest(&[]), moved.digest(&[]));
        assert_ne!(base.digest(&[]), base.digest(&[vec![1; 32]]));
        assert_eq!(base.digest(&[]), words("Red").digest(&[]));
    }

    #[test]
    fn an_edit_takes_the_approval_back() {
        assert_eq!(VariantState::Approved.after_edit(), VariantState::InReview);
        assert_eq!(VariantState::Rejected.after_edit(), VariantState::InReview);
        assert_eq!(VariantState::Archived.after_edit(), VariantState::Archived);
    }

    #[test]
    fn tags_are_read_from_one_line() {
        assert_eq!(words("x").tags, ["opera", "red", "戏曲"]);
    }
}
