//! From an answer as it came to items: strict JSON first, then each forgiveness in turn.

use serde_json::{Map, Value};

use super::{MOST_ITEMS, TAG, TAGS};

/// Longest answer looked at, in bytes.
const LONGEST: usize = 1_000_000;
/// Places in an answer where JSON is looked for; bounds the work on hostile text.
const STARTS: usize = 400;

/// What had to be done to an answer before it could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    /// A ``` fence or prose around the JSON was taken off.
    Unwrapped,
    /// The array came without the object around it.
    BareArray,
    /// Commas before a closing bracket were removed.
    TrailingComma,
    /// The JSON broke off or was damaged; whole items were saved from it.
    CutOff,
    /// No JSON at all: a numbered or dashed list was read.
    PlainList,
    /// A field was missing or of another type.
    Coerced,
    /// An item without anything usable was dropped.
    Dropped,
    /// Something was longer than allowed.
    Clipped,
}

/// Items and what was repaired on the way; no repairs means the answer met the schema's fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed<T> {
    pub items: Vec<T>,
    pub repairs: Vec<Repair>,
}

/// Why nothing could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    #[error("the answer was empty")]
    Empty,
    #[error("the answer held no list that could be read")]
    NoItems,
}

/// One item under a reader; it notes what it had to bend.
pub(super) struct Item<'a> {
    fields: &'a Map<String, Value>,
    repairs: &'a mut Vec<Repair>,
}

impl Item<'_> {
    /// The first field of these names as text; lists are joined line by line.
    pub(super) fn text(&mut self, names: &[&str], limit: usize) -> String {
        let found = names.iter().find_map(|name| self.fields.get(*name));
        if !found.is_some_and(Value::is_string) {
            note(self.repairs, Repair::Coerced);
        }
        let text = found.map(|value| plain(value, 0)).unwrap_or_default();
        self.clipped(text.trim(), limit)
    }

    /// Tags without `#`; a single string is split at spaces, commas and `#`.
    pub(super) fn tags(&mut self, names: &[&str]) -> Vec<String> {
        let raw: Vec<String> = match names.iter().find_map(|name| self.fields.get(*name)) {
            Some(Value::Array(list)) => list.iter().map(|value| plain(value, 0)).collect(),
            other => {
                note(self.repairs, Repair::Coerced);
                let text = other.map(|value| plain(value, 0)).unwrap_or_default();
                text.split([' ', ',', '，', '、', '#', '\n']).map(str::to_owned).collect()
            }
        };
        let mut tags: Vec<String> = Vec::new();
        for tag in raw {
            let tag = self.clipped(tag.trim().trim_start_matches(['#', '＃']).trim(), TAG);
            if tag.is_empty() || tags.contains(&tag) {
                continue;
            }
            if tags.len() == TAGS {
                note(self.repairs, Repair::Clipped);
                break;
            }
            tags.push(tag);
        }
        tags
    }

    fn clipped(&mut self, text: &str, limit: usize) -> String {
        let text = text.replace('\0', "");
        match text.char_indices().nth(limit) {
            Some((at, _)) => {
                note(self.repairs, Repair::Clipped);
                text.get(..at).unwrap_or_default().to_owned()
            }
            None => text,
        }
    }
}

/// A value as people would read it: lists and objects line by line.
fn plain(value: &Value, depth: usize) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Array(list) if depth < 3 => list.iter().map(|v| plain(v, depth + 1)).collect::<Vec<_>>().join("\n"),
        Value::Object(fields) if depth < 3 => fields.values().map(|v| plain(v, depth + 1)).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

pub(super) fn read<T>(answer: &str, name: &str, make: impl Fn(&mut Item<'_>) -> Option<T>) -> Result<Parsed<T>, ShapeError> {
    let mut repairs = Vec::new();
    let text = head(answer, &mut repairs).trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if text.is_empty() {
        return Err(ShapeError::Empty);
    }
    let found = whole(text, name, &mut repairs).or_else(|| pieces(text, name, &mut repairs)).or_else(|| list(text, &mut repairs));
    let mut items = Vec::new();
    for value in found.unwrap_or_default() {
        if items.len() == MOST_ITEMS {
            note(&mut repairs, Repair::Clipped);
            break;
        }
        let fields = match value {
            Value::Object(fields) => fields,
            other => {
                note(&mut repairs, Repair::Coerced);
                Map::from_iter([("title".to_owned(), Value::String(plain(&other, 0)))])
            }
        };
        match make(&mut Item { fields: &fields, repairs: &mut repairs }) {
            Some(item) => items.push(item),
            None => note(&mut repairs, Repair::Dropped),
        }
    }
    if items.is_empty() { Err(ShapeError::NoItems) } else { Ok(Parsed { items, repairs }) }
}

fn note(repairs: &mut Vec<Repair>, repair: Repair) {
    if !repairs.contains(&repair) {
        repairs.push(repair);
    }
}

fn head<'t>(answer: &'t str, repairs: &mut Vec<Repair>) -> &'t str {
    if answer.len() <= LONGEST {
        return answer;
    }
    note(repairs, Repair::Clipped);
    answer.get(..answer.floor_char_boundary(LONGEST)).unwrap_or_default()
}

/// The whole answer is JSON, perhaps with commas too many.
fn whole(text: &str, name: &str, repairs: &mut Vec<Repair>) -> Option<Vec<Value>> {
    if !text.starts_with(['{', '[']) {
        return None;
    }
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        return members(value, name, repairs);
    }
    let value = serde_json::from_str::<Value>(&without_trailing_commas(text)).ok()?;
    note(repairs, Repair::TrailingComma);
    members(value, name, repairs)
}

/// The list inside a value: under its name, bare, or a single item.
fn members(value: Value, name: &str, repairs: &mut Vec<Repair>) -> Option<Vec<Value>> {
    match value {
        Value::Array(list) => {
            note(repairs, Repair::BareArray);
            Some(list)
        }
        Value::Object(mut fields) => match fields.remove(name) {
            Some(Value::Array(list)) => Some(list),
            _ if fields.contains_key("title") || fields.contains_key("script") || fields.contains_key("hook") => {
                note(repairs, Repair::Coerced);
                Some(vec![Value::Object(fields)])
            }
            _ => None,
        },
        _ => None,
    }
}

/// JSON somewhere inside the answer: the first list that parses, else every whole object that does.
fn pieces(text: &str, name: &str, repairs: &mut Vec<Repair>) -> Option<Vec<Value>> {
    let mended = without_trailing_commas(text);
    let mut saved = Vec::new();
    let mut from = 0;
    for _ in 0..STARTS {
        let Some(tail) = mended.get(from..) else {
            break;
        };
        let Some(step) = tail.find(['{', '[']) else {
            break;
        };
        let Some(candidate) = tail.get(step..) else {
            break;
        };
        let mut stream = serde_json::Deserializer::from_str(candidate).into_iter::<Value>();
        let Some(Ok(value)) = stream.next() else {
            from += step + 1;
            continue;
        };
        from += step + stream.byte_offset().max(1);
        let mut found = Vec::new();
        match members(value, name, &mut found) {
            Some(list) if !list.is_empty() && list.iter().all(Value::is_object) && !found.contains(&Repair::Coerced) => {
                note(repairs, Repair::Unwrapped);
                found.into_iter().for_each(|repair| note(repairs, repair));
                if mended.len() != text.len() {
                    note(repairs, Repair::TrailingComma);
                }
                return Some(list);
            }
            Some(list) if found.contains(&Repair::Coerced) => saved.extend(list),
            _ => {}
        }
    }
    if saved.is_empty() {
        return None;
    }
    note(repairs, Repair::CutOff);
    Some(saved)
}

/// Commas directly before `]` or `}` outside strings are dropped.
fn without_trailing_commas(text: &str) -> String {
    let (mut out, mut quoted, mut escaped) = (String::with_capacity(text.len()), false, false);
    // Where a comma stands in `out` with nothing but spaces after it.
    let mut comma: Option<usize> = None;
    for c in text.chars() {
        if quoted {
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if matches!(c, ']' | '}') {
            if let Some(at) = comma.take() {
                out.remove(at);
            }
        } else if c == ',' {
            comma = Some(out.len());
        } else if !c.is_whitespace() {
            quoted = c == '"';
            comma = None;
        }
        out.push(c);
    }
    out
}

/// `1. Title`, `2) Title`, `3、标题` or `- Title`, the lines below it being hook, angle and why now,
/// or the script when they carry times.
fn list(text: &str, repairs: &mut Vec<Repair>) -> Option<Vec<Value>> {
    let mut items: Vec<(String, Vec<String>)> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("```")) {
        match (bullet(line), items.last_mut()) {
            (Some(title), _) => items.push((undecorated(title), Vec::new())),
            (None, Some((_, below))) => below.push(undecorated(line)),
            (None, None) => {}
        }
    }
    if items.is_empty() {
        return None;
    }
    note(repairs, Repair::PlainList);
    Some(items.into_iter().map(|(title, below)| listed(&title, &below)).collect())
}

fn listed(title: &str, below: &[String]) -> Value {
    let (title, same_line) = [" — ", " – ", "——"].iter().find_map(|dash| title.split_once(dash)).unwrap_or((title, ""));
    let mut fields = Map::new();
    fields.insert("title".to_owned(), title.trim().into());
    let script: Vec<&str> = below.iter().map(String::as_str).filter(|line| super::timed(line).is_some()).collect();
    fields.insert("script".to_owned(), script.join("\n").into());
    let lines = std::iter::once(same_line).chain(below.iter().map(String::as_str)).filter(|line| !line.is_empty() && super::timed(line).is_none());
    for (name, line) in ["hook", "angle", "why_now"].iter().zip(lines) {
        fields.insert((*name).to_owned(), line.trim().into());
    }
    Value::Object(fields)
}

fn bullet(line: &str) -> Option<&str> {
    let line = line.trim_start_matches(['*', '#']).trim_start();
    if let Some(rest) = ["- ", "• ", "· "].iter().find_map(|dash| line.strip_prefix(dash)) {
        return Some(rest.trim()).filter(|rest| !rest.is_empty());
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line.get(digits..).filter(|_| (1..=3).contains(&digits))?;
    let rest = rest.strip_prefix(['.', ')', '、', '．', '）', '。'])?;
    Some(rest.trim()).filter(|rest| !rest.is_empty())
}

/// Without Markdown emphasis, quotes around the whole, and a leading "Hook:".
fn undecorated(line: &str) -> String {
    let line = line.replace("**", "");
    let line = line.trim().trim_matches(['"', '“', '”', '*', '_']).trim();
    let labels = ["title", "hook", "angle", "why now", "标题", "钩子"];
    let labelled = line.split_once([':', '：']).filter(|(label, _)| labels.contains(&label.trim().to_lowercase().as_str()));
    labelled.map_or(line, |(_, rest)| rest.trim()).to_owned()
}
