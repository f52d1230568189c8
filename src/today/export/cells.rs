//! Values as JSON and as CSV cells.

use serde_json::Value;
use std::borrow::Cow;

/// Characters with which spreadsheets begin a formula, full-width ones included.
const FORMULA: &[char] = &['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
/// What a spreadsheet may skip before it looks.
const SKIPPED: &[char] = &[' ', '\u{a0}', '\u{feff}', '\u{3000}'];

/// Text that no spreadsheet takes for a formula, on any of its lines.
pub fn harmless(text: &str) -> Cow<'_, str> {
    let starts = |line: &str| line.trim_start_matches(SKIPPED).starts_with(FORMULA);
    if !text.split(['\n', '\r']).any(starts) && !starts(text) {
        return Cow::Borrowed(text);
    }
    let lines: Vec<String> =
        text.split('\n').map(|line| if starts(line) || line.split('\r').any(starts) { format!("'{line}") } else { line.to_owned() }).collect();
    Cow::Owned(lines.join("\n"))
}

/// One cell: numbers as they are, everything else as harmless text.
pub fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => harmless(text).into_owned(),
        Value::Number(number) => number.to_string(),
        other => harmless(&other.to_string()).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn no_text_is_a_formula() {
        for text in ["=1+1", " +cmd", "\u{feff}@x", "-2", "\t=1", "＝1", "first\n=2", "a\r=3", "\u{a0}=1", "\r=1"] {
            let safe = harmless(text).into_owned();
            for line in safe.split('\n') {
                assert!(!line.trim_start_matches(SKIPPED).starts_with(FORMULA), "{text:?} became {safe:?}");
            }
            assert!(safe.contains('\''), "{text:?} became {safe:?}");
        }
        for text in ["", "plain", "a = b", "京剧", "first\nsecond"] {
            assert_eq!(harmless(text), text);
        }
    }

    #[test]
    fn numbers_stay_numbers() {
        assert_eq!(cell(&json!(-3)), "-3");
        assert_eq!(cell(&json!(-0.5)), "-0.5");
        assert_eq!(cell(&json!("-3")), "'-3");
        assert_eq!(cell(&Value::Null), "");
    }
}
