//! Shared parts: texts of a project that templates include by `{{ part("name") }}`.
//!
//! A part sees what the run gives, not the loops around it, and is rendered once. Invariant: what a template includes
//! is there and includes nothing that includes it again.

use super::template::{self, Fault};
use crate::platform::id::{MemberId, PartId, ProjectId};
use crate::platform::text::Checks;
use crate::platform::{FieldError, Ms, Outcome};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most living parts of a project.
pub const MOST: i64 = 100;
const MISSING: &str = "prompts-fault-part-missing";
const CYCLE: &str = "prompts-fault-part-cycle";

/// The newest version of every living part of a project, by name: number and text.
pub type Parts = BTreeMap<String, (i64, String)>;

/// A template with the parts it includes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    pub text: String,
    /// What is included before what includes it
    pub parts: Vec<Included>,
}

/// A part as it was found for a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Included {
    pub name: String,
    pub number: i64,
    pub text: String,
    /// The line of the template that asks for it, directly or through others
    pub line: usize,
}

impl From<&str> for Source {
    fn from(text: &str) -> Source {
        Source { text: text.to_owned(), parts: Vec::new() }
    }
}

impl Source {
    /// Finds every part a template includes; the first that is missing or includes itself is a fault at its line.
    pub fn gather(text: &str, all: &Parts) -> Result<Source, Fault> {
        let mut source = Source::from(text);
        for (line, name) in template::included(text) {
            source.add(&name, line, all, &mut Vec::new())?;
        }
        Ok(source)
    }

    fn add(&mut self, name: &str, line: usize, all: &Parts, way: &mut Vec<String>) -> Result<(), Fault> {
        let way_to = |way: &[String]| way.iter().map(String::as_str).chain([name]).collect::<Vec<_>>().join(" → ");
        if way.iter().any(|before| before == name) {
            return Err(Fault { line, key: CYCLE, detail: way_to(way) });
        }
        if self.parts.iter().any(|part| part.name == name) {
            return Ok(());
        }
        let Some((number, text)) = all.get(name) else { return Err(Fault { line, key: MISSING, detail: way_to(way) }) };
        way.push(name.to_owned());
        for (_, inner) in template::included(text) {
            self.add(&inner, line, all, way)?;
        }
        way.pop();
        self.parts.push(Included { name: name.to_owned(), number: *number, text: text.clone(), line });
        Ok(())
    }

    /// Which version of each part is used, for whoever asks later what a run was asked with.
    pub fn numbers(&self) -> BTreeMap<&str, i64> {
        self.parts.iter().map(|part| (part.name.as_str(), part.number)).collect()
    }
}

/// A new part, or a further version of one that has a name already.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewPart {
    /// Letters, digits, `-` and `_`; a further version leaves it out
    pub name: String,
    pub text: String,
    /// What is new in this version, in a sentence
    pub note: String,
}

/// A part as lists name it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Part {
    pub id: PartId,
    pub project_id: ProjectId,
    pub name: String,
    /// How many versions there are; the newest has this number
    pub versions: i64,
    #[serde(rename = "updated_at")]
    #[schema(value_type = String, format = DateTime)]
    pub updated_ms: Ms,
}

/// A version of a part.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PartVersion {
    pub number: i64,
    pub text: String,
    pub note: String,
    #[serde(rename = "created_at")]
    #[schema(value_type = String, format = DateTime)]
    pub created_ms: Ms,
    pub author: Option<String>,
}

/// Who writes.
#[derive(Clone, Copy, Debug)]
pub struct By {
    pub member: MemberId,
    pub at: Ms,
}

impl NewPart {
    /// The part with its texts as they are kept; the name stands or is checked.
    pub fn check(&self, stands: Option<&str>) -> Outcome<NewPart> {
        let mut checks = Checks::new();
        let name = match stands {
            Some(name) => name.to_owned(),
            None => checks.required("name", &self.name, 40),
        };
        if !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')) {
            checks.wrong("name", "prompts-error-part-name");
        }
        let text = checks.text("text", &self.text, template::LONGEST);
        if text.is_empty() {
            checks.wrong("text", "error-required");
        } else if let Err(fault) = template::inputs(&Source::from(text.as_str())) {
            checks.add(wrong(&fault));
        }
        let note = checks.line("note", &self.note, 200);
        checks.finish()?;
        Ok(NewPart { name, text, note })
    }

    /// Whether everything it includes is there, with itself among the others as it would be.
    pub fn fits(&self, mut all: Parts) -> Outcome<()> {
        all.insert(self.name.clone(), (0, self.text.clone()));
        let call = format!("{{{{ part({:?}) }}}}", self.name);
        match Source::gather(&call, &all).and_then(|_| Source::gather(&self.text, &all)) {
            Ok(_) => Ok(()),
            Err(fault) => {
                // The line is that of this text, not of the call around it.
                let line = Source::gather(&self.text, &all).err().map_or(fault.line, |inner| inner.line);
                Err(crate::platform::Error::Invalid(vec![wrong(&Fault { line, ..fault })]))
            }
        }
    }
}

fn wrong(fault: &Fault) -> FieldError {
    FieldError::new("text", fault.key).with("line", fault.line).with("detail", &fault.detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(list: &[(&str, &str)]) -> Parts {
        list.iter().map(|(name, text)| ((*name).to_owned(), (3, (*text).to_owned()))).collect()
    }

    #[test]
    fn parts_come_before_what_includes_them() {
        let all = parts(&[("voice", "dry, {{ part('tone') }}"), ("tone", "low"), ("other", "x")]);
        let source = Source::gather("a\n{{ part(\"voice\") }} {{ part('tone') }}", &all).unwrap();
        assert_eq!(source.parts.iter().map(|part| (part.name.as_str(), part.line)).collect::<Vec<_>>(), [("tone", 2), ("voice", 2)]);
        assert_eq!(source.numbers(), BTreeMap::from([("tone", 3), ("voice", 3)]));
    }

    #[test]
    fn what_is_missing_or_turns_in_a_circle_has_a_line() {
        let all = parts(&[("a", "{{ part('b') }}"), ("b", "{{ part('c') }}"), ("c", "{{ part('a') }}"), ("d", "{{ part('gone') }}")]);
        let fault = |text: &str| Source::gather(text, &all).unwrap_err();
        assert_eq!(fault("x\n\n{{ part('a') }}"), Fault { line: 3, key: CYCLE, detail: "a → b → c → a".into() });
        assert_eq!(fault("x\n{{ part('d') }}"), Fault { line: 2, key: MISSING, detail: "d → gone".into() });
    }

    #[test]
    fn a_part_that_would_include_itself_is_refused() {
        let all = parts(&[("a", "{{ part('b') }}"), ("b", "fine")]);
        let new = |name: &str, text: &str| NewPart { name: name.into(), text: text.into(), ..NewPart::default() }.check(None);
        assert!(new("b", "x\n{{ part('a') }}").unwrap().fits(all.clone()).is_err());
        assert!(new("c", "{{ part('a') }}").unwrap().fits(all).is_ok());
        assert!(new("no spaces", "x").is_err() && new("x", "{{ a").is_err());
    }
}
