//! The words: both languages complete, nothing missing, nothing left over.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use troupe::web::Words;

fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found
}

#[test]
fn both_languages_have_the_same_sentences() {
    let english: BTreeSet<_> = Words::English.keys().into_iter().collect();
    let chinese: BTreeSet<_> = Words::Chinese.keys().into_iter().collect();
    assert_eq!(english.difference(&chinese).collect::<Vec<_>>(), Vec::<&&str>::new(), "only in English");
    assert_eq!(chinese.difference(&english).collect::<Vec<_>>(), Vec::<&&str>::new(), "only in Chinese");
    assert_eq!(english.len(), Words::English.keys().len(), "a key stands twice");
}

/// What the sources and templates say that could name a sentence.
struct Said {
    /// Literals that may be keys as they stand
    whole: BTreeSet<String>,
    /// What keys begin with when their end is computed: `format!("role-{role}")`, `["role-", role].concat()`
    beginnings: BTreeSet<String>,
    /// Keys handed to a call that looks them up, with the file
    asked: Vec<String>,
}

/// The beginning of a computed key: words joined and ended by `-` right before what is filled in.
fn beginning(literal: &str) -> Option<&str> {
    let before = literal.split('{').next().unwrap_or(literal);
    let is_key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    (before.len() > 1 && before.ends_with('-') && before.chars().all(is_key)).then_some(before)
}

fn literals() -> Said {
    let (mut whole, mut beginnings, mut asked) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for file in files("src", ".rs").into_iter().chain(files("templates", ".html")) {
        let text = fs::read_to_string(&file).unwrap();
        for part in text.split('"').skip(1) {
            if !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_') {
                whole.insert(part.to_owned());
            }
        }
        // What a setting says of itself is spelled by its label: `setting!("base_url", "base-url", …)`.
        for rest in text.split("setting!(\"").skip(1) {
            let label = rest.split('"').nth(2).unwrap_or_default();
            whole.extend([format!("backends-setting-{label}"), format!("backends-setting-{label}-help")]);
        }
        let computed = ["format!(\"", "[\""].into_iter().flat_map(|call| text.split(call).skip(1)).filter_map(|rest| rest.split('"').next());
        beginnings.extend(computed.filter_map(beginning).map(str::to_owned));
        for call in [".t(\"", ".n(\"", ".a(\"", ".ab(\"", "Said::new(\"", "refused(\"", "FieldError::new(\""] {
            for rest in text.split(call).skip(1) {
                let mut parts = rest.split('"');
                let key = if call.starts_with("Field") { parts.nth(2) } else { parts.next() };
                if let Some(key) = key.filter(|key| key.contains('-')) {
                    asked.push(format!("{key} in {}", file.display()));
                }
            }
        }
    }
    Said { whole, beginnings, asked }
}

#[test]
fn a_computed_key_is_known_by_its_beginning_only() {
    assert_eq!(beginning("role-{}"), Some("role-"));
    assert_eq!(beginning("idea-state-"), Some("idea-state-"));
    for literal in ["{}-next", "-", "", "role", "Role-{}", "/ideas-{id}", "a - {b}"] {
        assert_eq!(beginning(literal), None, "{literal:?}");
    }
}

/// The stations of the rail have their names before the first room of each is open.
const STATIONS: [&str; 5] = ["act-today", "act-create", "act-choose", "act-release", "act-learn"];

#[test]
fn every_sentence_asked_for_is_there_and_every_one_there_is_asked_for() {
    let keys: BTreeSet<String> = Words::English.keys().into_iter().map(str::to_owned).collect();
    let Said { whole, beginnings, asked } = literals();
    let missing: Vec<_> = asked.iter().filter(|line| !keys.contains(line.split(' ').next().unwrap())).collect();
    assert!(missing.is_empty(), "no such sentence: {missing:#?}");
    let unused: Vec<_> = keys
        .iter()
        .filter(|key| !whole.contains(*key) && !beginnings.iter().any(|beginning| key.starts_with(beginning.as_str())))
        .filter(|key| !STATIONS.contains(&key.as_str()) && !key.strip_suffix("-next").is_some_and(|stem| keys.contains(stem)))
        .collect();
    assert!(unused.is_empty(), "nobody says: {unused:#?}");
}

#[test]
fn every_event_can_be_read() {
    let keys: BTreeSet<&str> = Words::English.keys().into_iter().collect();
    let mut kinds = BTreeSet::new();
    for file in files("src", ".rs") {
        let text = fs::read_to_string(file).unwrap();
        kinds.extend(text.split("Event::new(\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned));
    }
    assert!(kinds.contains("idea.created"), "the events were not found");
    let wordless: Vec<_> = kinds
        .iter()
        .filter(|kind| {
            let (noun, verb) = kind.split_once('.').unwrap();
            !keys.contains(format!("audit-noun-{noun}").as_str()) || !keys.contains(format!("audit-verb-{verb}").as_str())
        })
        .collect();
    assert!(wordless.is_empty(), "the audit page has no words for {wordless:?}");
}

#[test]
fn chinese_is_set_in_chinese_marks() {
    for file in files("locales/zh-Hans", ".ftl") {
        for line in fs::read_to_string(&file).unwrap().lines().filter(|line| !line.starts_with('#')) {
            let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
            let mut before = ' ';
            for c in line.chars() {
                assert!(!(han(before) && matches!(c, ',' | ';' | ':' | '?' | '!')), "half-width mark in {}: {line}", file.display());
                assert!(
                    !((han(before) && c.is_ascii_alphanumeric()) || (before.is_ascii_alphanumeric() && han(c))),
                    "no space between scripts in {}: {line}",
                    file.display()
                );
                before = c;
            }
        }
    }
}

#[test]
fn templates_hold_no_bare_words() {
    for file in files("templates", ".html") {
        let text = fs::read_to_string(&file).unwrap();
        let mut shown = String::new();
        let (mut tag, mut depth) = (false, 0_i32);
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match (c, chars.peek()) {
                ('{', Some('{' | '%' | '#')) => depth += 1,
                ('}' | '%' | '#', Some('}')) if depth > 0 => {
                    depth -= 1;
                    chars.next();
                    if c == '}' {
                        continue;
                    }
                }
                ('<', _) if depth == 0 => tag = true,
                ('>', _) if depth == 0 => {
                    tag = false;
                    shown.push(' ');
                }
                _ if depth == 0 && !tag => shown.push(c),
                _ => {}
            }
        }
        let names = ["Troupe", "English", "Ctrl", "Enter", "简体中文", "November", "SRM", "API", "JSON", "CSV", "Esc"];
        let bare: Vec<_> = shown
            .split_whitespace()
            .filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 2 && !names.contains(word))
            .filter(|word| !word.contains("11月"))
            .collect();
        assert!(bare.is_empty(), "{} says {bare:?}", file.display());
        assert!(!text.contains("style=\"") && !text.contains("onclick="), "{} has inline style or script", file.display());
    }
}
