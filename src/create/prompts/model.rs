//! What a prompt is made of, and the rules of its form.

use super::parts::Source;
use super::template::{self, Fault};
use crate::platform::id::PromptId;
use crate::platform::text::Checks;
use crate::platform::{FieldError, Outcome};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What a prompt asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    #[default]
    Ideas,
    Variants,
}

impl Purpose {
    pub const ALL: [Purpose; 2] = [Purpose::Ideas, Purpose::Variants];

    pub fn name(self) -> &'static str {
        match self {
            Purpose::Ideas => "ideas",
            Purpose::Variants => "variants",
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Purpose {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Purpose, &'static str> {
        Purpose::ALL.into_iter().find(|purpose| purpose.name() == text).ok_or("error-choose-one")
    }
}

/// A name that moves from version to version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Label {
    #[default]
    Live,
    Trial,
}

impl Label {
    pub const ALL: [Label; 2] = [Label::Live, Label::Trial];

    pub fn name(self) -> &'static str {
        match self {
            Label::Live => "live",
            Label::Trial => "trial",
        }
    }
}

impl FromStr for Label {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Label, &'static str> {
        Label::ALL.into_iter().find(|label| label.name() == text).ok_or("error-choose-one")
    }
}

/// Which version a run uses.
#[derive(Clone, Copy, Debug)]
pub enum Choice {
    Version(PromptId, i64),
    Label(PromptId, Label),
    /// The prompt of this purpose whose label moved last.
    Any(Purpose, Label),
}

/// What a version asks of the model; what is not said is left to the backend.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ModelSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// 0 to 2
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// Longest answer, in tokens
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<i64>,
}

impl ModelSettings {
    fn check(&self, checks: &mut Checks) -> ModelSettings {
        let model = self.model.as_deref().map(|model| checks.line("settings.model", model, 200)).filter(|model| !model.is_empty());
        if self.temperature.is_some_and(|degrees| !(0.0..=2.0).contains(&degrees)) {
            checks.wrong("settings.temperature", "prompts-error-temperature");
        }
        if self.max_tokens.is_some_and(|tokens| !(1..=1_000_000).contains(&tokens)) {
            checks.wrong("settings.max_tokens", "prompts-error-max-tokens");
        }
        ModelSettings { model, ..self.clone() }
    }
}

/// A new prompt with its first version, as a program sends it.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewPrompt {
    pub name: String,
    pub purpose: Purpose,
    pub template: String,
    pub settings: ModelSettings,
    /// What is new in this version, in a sentence
    pub note: String,
}

/// A further version.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewVersion {
    pub template: String,
    pub settings: ModelSettings,
    pub note: String,
    /// The label that moves to this version at once
    pub label: Option<Label>,
}

/// A checked version.
#[derive(Clone, Debug)]
pub struct Checked {
    pub template: String,
    pub settings: ModelSettings,
    pub note: String,
}

impl NewVersion {
    pub fn check(&self) -> Outcome<Checked> {
        let mut checks = Checks::new();
        let checked = checked(&mut checks, &self.template, &self.settings, &self.note);
        checks.finish()?;
        Ok(checked)
    }
}

impl NewPrompt {
    /// The name and the first version.
    pub fn check(&self) -> Outcome<(String, Checked)> {
        let mut checks = Checks::new();
        let name = checks.required("name", &self.name, 80);
        let checked = checked(&mut checks, &self.template, &self.settings, &self.note);
        checks.finish()?;
        Ok((name, checked))
    }
}

fn checked(checks: &mut Checks, template: &str, settings: &ModelSettings, note: &str) -> Checked {
    let template = checks.text("template", template, template::LONGEST);
    if template.is_empty() {
        checks.wrong("template", "error-required");
    } else if let Err(fault) = template::inputs(&Source::from(template.as_str())) {
        checks.add(wrong(&fault));
    }
    Checked { template, settings: settings.check(checks), note: checks.line("note", note, 200) }
}

/// A fault of a template as the sentence beside its field.
pub fn wrong(fault: &Fault) -> FieldError {
    FieldError::new("template", fault.key).with("line", fault.line).with("detail", &fault.detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Error;

    fn errors(version: &NewVersion) -> Vec<(&'static str, &'static str)> {
        match version.check() {
            Err(Error::Invalid(list)) => list.iter().map(|error| (error.field, error.key)).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn every_wrong_field_is_told() {
        let settings = ModelSettings { temperature: Some(3.0), max_tokens: Some(0), ..ModelSettings::default() };
        let version = NewVersion { template: "{{ a".into(), settings, ..NewVersion::default() };
        assert_eq!(
            errors(&version),
            [
                ("template", "prompts-fault-syntax"),
                ("settings.temperature", "prompts-error-temperature"),
                ("settings.max_tokens", "prompts-error-max-tokens")
            ]
        );
        assert_eq!(errors(&NewVersion { template: "  ".into(), ..NewVersion::default() }), [("template", "error-required")]);
        assert_eq!(errors(&NewVersion { template: "Say {{ perspective }}.".into(), ..NewVersion::default() }), []);
    }
}
