//! Fixtures: inputs kept under a name, so that every version is rendered and tried over the same.

use super::context::{Given, IdeaWords};
use crate::platform::id::{FixtureId, PromptId};
use crate::platform::locale::Locale;
use crate::platform::text::{Checks, length};
use crate::platform::{FieldError, Ms, Outcome};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Most fixtures of a prompt, inputs of a fixture, and characters of its inputs together.
pub const MOST: i64 = 100;
const INPUTS: usize = 60;
const LONGEST: usize = 100_000;

/// A fixture as a program sends it.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewFixture {
    pub name: String,
    /// BCP 47; the project's own when empty
    pub locale: String,
    /// The idea that is drafted from, in words
    pub idea: IdeaWords,
    /// Values for the names that the template asks of its caller
    #[schema(value_type = Object)]
    pub inputs: Map<String, Value>,
    /// The version that was read; needed to change a fixture
    pub version: i64,
}

/// A fixture that is kept.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Fixture {
    pub id: FixtureId,
    pub prompt_id: PromptId,
    pub name: String,
    pub locale: String,
    pub idea: IdeaWords,
    #[schema(value_type = Object)]
    pub inputs: Map<String, Value>,
    pub version: i64,
    #[serde(rename = "updated_at")]
    #[schema(value_type = String, format = DateTime)]
    pub updated_ms: Ms,
}

impl Fixture {
    /// What a version is rendered over.
    pub fn given(&self, count: i64) -> Given {
        Given { locale: self.locale.clone(), count, idea: self.idea.clone(), inputs: self.inputs.clone(), ..Given::default() }
    }
}

impl NewFixture {
    /// The same with its texts as they are kept.
    pub fn check(&self) -> Outcome<NewFixture> {
        let mut checks = Checks::new();
        let name = checks.required("name", &self.name, 80);
        let locale = match self.locale.trim() {
            "" => String::new(),
            tag => tag.parse::<Locale>().inspect_err(|key| checks.wrong("locale", key)).map(|locale| locale.to_string()).unwrap_or_default(),
        };
        let idea = IdeaWords {
            title: checks.line("idea.title", &self.idea.title, 200),
            hook: checks.text("idea.hook", &self.idea.hook, 500),
            angle: checks.text("idea.angle", &self.idea.angle, 1_000),
            why_now: checks.line("idea.why_now", &self.idea.why_now, 300),
        };
        if self.inputs.len() > INPUTS {
            checks.add(FieldError::new("inputs", "error-too-many").with("max", INPUTS));
        }
        let text = serde_json::to_string(&self.inputs).unwrap_or_default();
        if text.len() > LONGEST * 4 || length(&text) > LONGEST {
            checks.add(FieldError::new("inputs", "error-too-long").with("max", LONGEST));
        }
        checks.finish()?;
        Ok(NewFixture { name, locale, idea, inputs: self.inputs.clone(), version: self.version })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Error;
    use serde_json::json;

    #[test]
    fn a_fixture_is_kept_as_a_person_would_write_it() {
        let inputs = json!({ "seconds": 36 }).as_object().cloned().unwrap();
        let new = NewFixture { name: " Short ".into(), locale: "zh-hans".into(), inputs, ..NewFixture::default() };
        let kept = new.check().unwrap();
        assert_eq!((kept.name.as_str(), kept.locale.as_str()), ("Short", "zh-Hans"));
        let wrong = NewFixture { locale: "no such tag".into(), ..NewFixture::default() };
        let Err(Error::Invalid(errors)) = wrong.check() else { panic!("it was taken") };
        assert_eq!(errors.iter().map(|error| error.field).collect::<Vec<_>>(), ["name", "locale"]);
    }
}
