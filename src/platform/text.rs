//! Text as people type it: normalised, measured in what they see, checked before it is kept.

use super::FieldError;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Collects what is wrong with a form, so that every field is told at once.
#[derive(Debug, Default, Clone)]
pub struct Checks(Vec<FieldError>);

impl Checks {
    pub fn new() -> Checks {
        Checks::default()
    }

    pub fn wrong(&mut self, field: &'static str, key: &'static str) {
        self.0.push(FieldError::new(field, key));
    }

    pub fn add(&mut self, error: FieldError) {
        self.0.push(error);
    }

    /// One line of text: trimmed, NFC, at most `max` graphemes.
    pub fn line(&mut self, field: &'static str, text: &str, max: usize) -> String {
        if text.contains(['\n', '\r']) {
            self.wrong(field, "error-one-line");
        }
        self.text(field, text, max)
    }

    /// One line that must say something visible.
    pub fn required(&mut self, field: &'static str, text: &str, max: usize) -> String {
        let kept = self.line(field, text, max);
        if !visible(&kept) {
            self.wrong(field, "error-required");
        }
        kept
    }

    /// Several lines: NFC, line ends as `\n`, no control characters, at most `max` graphemes.
    pub fn text(&mut self, field: &'static str, text: &str, max: usize) -> String {
        let kept: String = text.replace("\r\n", "\n").trim().nfc().collect();
        if kept.chars().any(|c| (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')) {
            self.wrong(field, "error-control-characters");
        }
        // Bytes bound the work of counting; a grapheme of ours is at most a few of them.
        if kept.len() > max * 16 || length(&kept) > max {
            self.0.push(FieldError::new(field, "error-too-long").with("max", max));
        }
        kept
    }

    /// One of a fixed set.
    pub fn one_of<'a>(&mut self, field: &'static str, value: &'a str, allowed: &[&str]) -> &'a str {
        if !allowed.contains(&value) {
            self.wrong(field, "error-choose-one");
        }
        value
    }

    pub fn is_ok(&self) -> bool {
        self.0.is_empty()
    }

    pub fn finish(self) -> super::Outcome<()> {
        if self.0.is_empty() { Ok(()) } else { Err(super::Error::Invalid(self.0)) }
    }
}

/// Length as a reader counts it.
pub fn length(text: &str) -> usize {
    text.graphemes(true).count()
}

/// False for empty, blank, zero-width or direction-mark-only text.
pub fn visible(text: &str) -> bool {
    text.chars().any(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, '\u{ad}' | '\u{115f}' | '\u{1160}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'))
}

/// The first `max` graphemes, with an ellipsis when something was cut.
pub fn shorten(text: &str, max: usize) -> String {
    let mut graphemes = text.graphemes(true);
    let kept: String = graphemes.by_ref().take(max).collect();
    if graphemes.next().is_some() { format!("{}…", kept.trim_end()) } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_names_are_refused() {
        for name in ["", "   ", "\u{200b}\u{200f}", "\u{3164}"] {
            let mut checks = Checks::new();
            checks.required("name", name, 10);
            assert!(!checks.is_ok(), "{name:?} was taken");
        }
    }

    #[test]
    fn text_is_normalised_and_counted_as_seen() {
        let mut checks = Checks::new();
        assert_eq!(checks.required("name", "Tra\u{302}\u{300}n", 4), "Trần");
        assert!(checks.is_ok());
        assert_eq!(length("👨‍👩‍👧 ok"), 4);
    }

    #[test]
    fn control_and_direction_override_characters_are_refused() {
        for text in ["a\u{0}b", "a\u{1b}[0m", "a\u{202e}b"] {
            let mut checks = Checks::new();
            checks.text("body", text, 100);
            assert!(!checks.is_ok(), "{text:?} was taken");
        }
    }
}
