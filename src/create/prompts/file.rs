//! A prompt as a file: TOML, written to be read and compared by people, read strictly.
//!
//! Invariant: what is written is read back the same, so a file read in twice changes nothing the second time.

use super::context::IdeaWords;
use super::fixtures::{Fixture, NewFixture};
use super::model::{ModelSettings, NewVersion, Purpose};
use super::parts::Source;
use super::store::{PromptName, Version};
use super::template;
use crate::platform::text::Checks;
use crate::platform::{Error, FieldError, Outcome};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Largest file that is read, in bytes, and most versions in it.
pub const LARGEST: usize = 1 << 20;
const VERSIONS: usize = 200;
const FIXTURES: usize = 100;

/// A prompt as a file holds it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromptFile {
    pub name: String,
    pub purpose: Purpose,
    #[serde(default)]
    pub labels: Labels,
    /// Oldest first
    #[serde(default)]
    pub versions: Vec<FileVersion>,
    #[serde(default)]
    pub fixtures: Vec<FileFixture>,
}

/// Which version of the file each label stands on, counted from 1.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Labels {
    pub live: Option<i64>,
    pub trial: Option<i64>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileVersion {
    #[serde(default)]
    pub note: String,
    pub template: String,
    #[serde(default)]
    pub settings: ModelSettings,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileFixture {
    pub name: String,
    #[serde(default)]
    pub locale: String,
    /// JSON
    #[serde(default)]
    pub inputs: String,
    #[serde(default)]
    pub idea: IdeaWords,
}

/// What reading a file in changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Imported {
    /// The prompt was not there before
    pub created: bool,
    pub versions_added: i64,
    /// Versions that were there already, word for word with their settings
    pub versions_known: i64,
    pub fixtures_added: i64,
    /// Fixtures of these names that were there already; they stay as they are
    pub fixtures_known: i64,
}

/// Writes a prompt with its versions, oldest first, and its fixtures.
pub fn write(prompt: &PromptName, versions: &[Version], fixtures: &[Fixture]) -> String {
    let mut out = format!("name = {}\npurpose = {}\n", line(&prompt.name), line(prompt.purpose().name()));
    // A label is told by the place of its version in the file, which differs from its number when old ones are left out.
    let place = |number: Option<i64>| versions.iter().position(|version| Some(version.number) == number).map(|place| place + 1);
    let labels: Vec<String> = [("live", prompt.live), ("trial", prompt.trial)]
        .iter()
        .filter_map(|(name, number)| Some(format!("{name} = {}\n", place(*number)?)))
        .collect();
    if !labels.is_empty() {
        out.push_str(&format!("\n[labels]\n{}", labels.concat()));
    }
    for version in versions {
        out.push_str(&format!("\n[[versions]]\nnote = {}\ntemplate = {}\n", line(&version.note), block(&version.template)));
        out.push_str(&settings(&version.settings));
    }
    for fixture in fixtures {
        let inputs = serde_json::to_string_pretty(&fixture.inputs).unwrap_or_default();
        out.push_str(&format!("\n[[fixtures]]\nname = {}\nlocale = {}\ninputs = {}\n", line(&fixture.name), line(&fixture.locale), block(&inputs)));
        let idea = &fixture.idea;
        out.push_str("[fixtures.idea]\n");
        for (name, text) in [("title", &idea.title), ("hook", &idea.hook), ("angle", &idea.angle), ("why_now", &idea.why_now)] {
            if !text.is_empty() {
                out.push_str(&format!("{name} = {}\n", line(text)));
            }
        }
    }
    out
}

fn settings(settings: &ModelSettings) -> String {
    let mut out = String::from("[versions.settings]\n");
    if let Some(model) = &settings.model {
        out.push_str(&format!("model = {}\n", line(model)));
    }
    if let Some(degrees) = settings.temperature {
        // A point makes it a float of TOML.
        out.push_str(&format!("temperature = {degrees:?}\n"));
    }
    if let Some(tokens) = settings.max_tokens {
        out.push_str(&format!("max_tokens = {tokens}\n"));
    }
    out
}

/// A basic string of TOML.
fn line(text: &str) -> String {
    format!("\"{}\"", escaped(text).replace('\n', "\\n"))
}

/// A string over several lines, as it reads.
fn block(text: &str) -> String {
    format!("\"\"\"\n{}\"\"\"", escaped(text))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' | '\t' => out.push(c),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// Reads a file; what is wrong is told with its line.
pub fn read(text: &str) -> Outcome<PromptFile> {
    if text.len() > LARGEST {
        return Err(Error::Invalid(vec![FieldError::new("text", "error-too-long").with("max", LARGEST)]));
    }
    let text = text.replace("\r\n", "\n");
    let file: PromptFile = basic_toml::from_str(&text).map_err(|error| {
        let said = error.to_string();
        let (detail, line) = said.rsplit_once(" at line ").map_or((said.as_str(), 1), |(detail, place)| {
            (detail, place.split(' ').next().and_then(|number| number.parse::<usize>().ok()).unwrap_or(1))
        });
        wrong("prompts-file-syntax", line, detail)
    })?;
    let mut checks = Checks::new();
    if file.versions.is_empty() || file.versions.len() > VERSIONS {
        checks.add(FieldError::new("text", "prompts-file-versions").with("max", VERSIONS));
    }
    if file.fixtures.len() > FIXTURES {
        checks.add(FieldError::new("text", "error-too-many").with("max", FIXTURES));
    }
    checks.finish()?;
    let begins = beginnings(&text);
    for (place, version) in file.versions.iter().enumerate() {
        if let Err(fault) = template::inputs(&Source::from(version.template.as_str())) {
            let line = begins.get(place).copied().unwrap_or(0) + fault.line;
            return Err(Error::Invalid(vec![FieldError::new("text", fault.key).with("line", line).with("detail", fault.detail)]));
        }
    }
    Ok(file)
}

/// The line before the first line of each template.
fn beginnings(text: &str) -> Vec<usize> {
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.trim_start().strip_prefix("template").is_some_and(|rest| rest.trim_start().starts_with('=')));
    lines.map(|(place, line)| if line.trim_end().ends_with("\"\"\"") || line.trim_end().ends_with("'''") { place + 1 } else { place }).collect()
}

fn wrong(key: &'static str, line: usize, detail: &str) -> Error {
    Error::Invalid(vec![FieldError::new("text", key).with("line", line).with("detail", detail)])
}

impl FileVersion {
    pub fn version(&self) -> NewVersion {
        NewVersion { template: self.template.clone(), settings: self.settings.clone(), note: self.note.clone(), label: None }
    }
}

impl FileFixture {
    /// The fixture; inputs that are no JSON object are wrong.
    pub fn fixture(&self) -> Outcome<NewFixture> {
        let text = if self.inputs.trim().is_empty() { "{}" } else { &self.inputs };
        let inputs: Map<String, Value> =
            serde_json::from_str(text).map_err(|_| Error::Invalid(vec![FieldError::new("text", "prompts-file-inputs").with("name", &self.name)]))?;
        NewFixture { name: self.name.clone(), locale: self.locale.clone(), idea: self.idea.clone(), inputs, version: 0 }.check()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Ms;
    use crate::platform::id::{FixtureId, ProjectId, PromptId, PromptVersionId};
    use proptest::prelude::*;

    fn prompt() -> PromptName {
        let (id, project_id) = (PromptId::new(Ms(0)), ProjectId::new(Ms(0)));
        PromptName {
            id,
            project_id,
            name: "A \"name\"".into(),
            purpose: "variants".into(),
            versions: 2,
            live: Some(2),
            trial: None,
            updated_ms: Ms(0),
        }
    }

    fn version(number: i64, template: &str) -> Version {
        let settings = ModelSettings { temperature: Some(1.0), ..ModelSettings::default() };
        Version { id: PromptVersionId::new(Ms(0)), number, template: template.into(), settings, note: "n".into(), created_ms: Ms(0) }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(template in "[^{}\\r\u{202a}-\u{202e}\u{2066}-\u{2069}]{0,60}", value in "\\PC{0,20}") {
            let inputs = serde_json::json!({ "x": value, "n": 3 }).as_object().cloned().unwrap();
            let idea = IdeaWords { hook: "two\nlines".into(), ..IdeaWords::default() };
            let fixture = Fixture { id: FixtureId::new(Ms(0)), prompt_id: PromptId::new(Ms(0)), name: "f".into(), locale: "vi".into(), idea: idea.clone(), inputs: inputs.clone(), version: 1, updated_ms: Ms(0) };
            let text = write(&prompt(), &[version(1, "one"), version(2, &template)], &[fixture]);
            let file = read(&text).unwrap();
            prop_assert_eq!(&file.versions[1].template, &template);
            prop_assert_eq!(&file.versions[1].settings, &version(1, "").settings);
            prop_assert_eq!((file.name.as_str(), file.labels.live, file.purpose), ("A \"name\"", Some(2), Purpose::Variants));
            prop_assert_eq!(serde_json::from_str::<Value>(&file.fixtures[0].inputs).unwrap(), Value::Object(inputs));
            prop_assert_eq!(&file.fixtures[0].idea, &idea);
        }
    }

    #[test]
    fn what_is_wrong_has_a_line() {
        let line = |text: &str| match read(text) {
            Err(Error::Invalid(errors)) => (errors[0].key, errors[0].args.iter().find(|(name, _)| *name == "line").map(|(_, line)| line.clone())),
            other => panic!("{other:?}"),
        };
        assert_eq!(line("name = \"x\"\npurpose = oops\n"), ("prompts-file-syntax", Some("2".into())));
        let head = "name = \"x\"\npurpose = \"ideas\"\n";
        assert_eq!(line(&format!("{head}[[versions]]\ntemplate = \"\"\"\nfine\n{{{{ a\"\"\"\n")), ("prompts-fault-syntax", Some("6".into())));
        assert_eq!(line(&format!("{head}[[versions]]\ntemplate = \"{{{{ a\"\n")), ("prompts-fault-syntax", Some("4".into())));
        assert_eq!(line(head).0, "prompts-file-versions");
    }
}
