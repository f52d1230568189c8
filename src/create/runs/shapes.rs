//! The shapes a generation backend answers in: the JSON Schemas a model is given, and readers that
//! forgive what models do to JSON (fences, prose, bare arrays, numbered lists, answers cut off).
//!
//! Invariants: a reader never panics, hands back at most [`MOST_ITEMS`] items of bounded size, and
//! names every repair, so that a run can show what was received and what was made of it.

mod reading;

use serde::Serialize;
use serde_json::{Value, json};

use reading::{Item, read};
pub use reading::{Parsed, Repair, ShapeError};

/// Items beyond this are left off and reported as clipped.
pub const MOST_ITEMS: usize = 200;
/// Longest fields kept, in characters.
pub const TITLE: usize = 200;
pub const LINE: usize = 1_000;
pub const SCRIPT: usize = 20_000;
pub const CAPTION: usize = 5_000;
/// Most tags of a variant, and the longest tag.
pub const TAGS: usize = 30;
pub const TAG: usize = 60;

/// An idea as a backend answers it. Only the title is never empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IdeaShape {
    pub title: String,
    pub hook: String,
    pub angle: String,
    pub why_now: String,
}

/// A variant as a backend answers it; `script` has one beat a line (see [`beats`]). A title, a hook
/// or a script is always there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VariantShape {
    pub title: String,
    pub hook: String,
    pub script: String,
    pub caption: String,
    pub tags: Vec<String>,
}

/// One beat of a script: when it starts, what is said or stands on screen, how it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Beat {
    pub second: u32,
    pub text: String,
    pub note: String,
}

/// `{"ideas":[{"title","hook","angle","why_now"}]}`, strict: every field required, no others.
pub fn ideas_schema() -> Value {
    let line = json!({ "type": "string" });
    list_schema("ideas", json!({ "title": line, "hook": line, "angle": line, "why_now": line }))
}

/// `{"variants":[{"title","hook","script","caption","tags"}]}`, strict.
pub fn variants_schema() -> Value {
    let line = json!({ "type": "string" });
    let script = json!({ "type": "string", "description": "One beat per line: 0:03 [how it is shown] what is said" });
    let tags = json!({ "type": "array", "items": { "type": "string" } });
    list_schema("variants", json!({ "title": line, "hook": line, "script": script, "caption": line, "tags": tags }))
}

fn list_schema(name: &str, properties: Value) -> Value {
    let required: Vec<&String> = properties.as_object().map(|fields| fields.keys().collect()).unwrap_or_default();
    let item = json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
    json!({
        "type": "object",
        "properties": { name: { "type": "array", "items": item } },
        "required": [name],
        "additionalProperties": false,
    })
}

/// Ideas out of whatever a backend wrote.
pub fn parse_ideas(answer: &str) -> Result<Parsed<IdeaShape>, ShapeError> {
    read(answer, "ideas", |item: &mut Item<'_>| {
        let idea = IdeaShape {
            title: item.text(&["title", "标题"], TITLE),
            hook: item.text(&["hook", "钩子"], LINE),
            angle: item.text(&["angle", "description"], LINE),
            why_now: item.text(&["why_now", "whyNow", "why now"], LINE),
        };
        (!idea.title.is_empty()).then_some(idea)
    })
}

/// Variants out of whatever a backend wrote.
pub fn parse_variants(answer: &str) -> Result<Parsed<VariantShape>, ShapeError> {
    read(answer, "variants", |item: &mut Item<'_>| {
        let variant = VariantShape {
            title: item.text(&["title", "标题"], TITLE),
            hook: item.text(&["hook", "钩子"], LINE),
            script: item.text(&["script", "beats"], SCRIPT),
            caption: item.text(&["caption", "文案"], CAPTION),
            tags: item.tags(&["tags", "hashtags"]),
        };
        let any = !(variant.title.is_empty() && variant.hook.is_empty() && variant.script.is_empty());
        any.then_some(variant)
    })
}

/// A script as text: `0:03 [note] text`, one beat a line; without a note, without brackets.
pub fn script_text(beats: &[Beat]) -> String {
    let line = |beat: &Beat| {
        let clock = format!("{}:{:02}", beat.second / 60, beat.second % 60);
        let note = if beat.note.is_empty() { String::new() } else { format!(" [{}]", beat.note.replace(['[', ']'], "")) };
        format!("{clock}{note} {}", beat.text)
    };
    beats.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The beats of a script text. A line without a time belongs to the beat before it, or starts at 0:00.
pub fn beats(script: &str) -> Vec<Beat> {
    let mut beats: Vec<Beat> = Vec::new();
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match (timed(line), beats.last_mut()) {
            (Some((second, rest)), _) => beats.push(beat(second, rest)),
            (None, Some(last)) => {
                last.text.push('\n');
                last.text.push_str(line);
            }
            (None, None) => beats.push(beat(0, line)),
        }
    }
    beats
}

fn timed(line: &str) -> Option<(u32, &str)> {
    let (clock, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let (minutes, seconds) = clock.split_once(':')?;
    let digits = |text: &str| !text.is_empty() && text.len() <= 3 && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(minutes) || !digits(seconds) {
        return None;
    }
    Some((minutes.parse::<u32>().ok()? * 60 + seconds.parse::<u32>().ok()?, rest))
}

fn beat(second: u32, rest: &str) -> Beat {
    let rest = rest.trim();
    let (note, text) = rest.strip_prefix('[').and_then(|inner| inner.split_once(']')).unwrap_or(("", rest));
    Beat { second, text: text.trim().to_owned(), note: note.trim().to_owned() }
}

#[cfg(test)]
mod tests;
