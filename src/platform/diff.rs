//! What changed between two texts, word by word, in any script: words where a script has borders
//! between them, characters where it has none (Han by itself, Thai, Lao, Khmer, Burmese here).

use serde::{Deserialize, Serialize};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    Same,
    Gone,
    New,
}

/// A run of text that stayed, went or came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub change: Change,
    pub text: String,
}

impl Part {
    pub fn is_new(&self) -> bool {
        self.change == Change::New
    }
    pub fn is_gone(&self) -> bool {
        self.change == Change::Gone
    }
}

fn borderless(word: &str) -> bool {
    word.chars().any(|c| matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'))
}

/// The words of a text with the marks and spaces between them, nothing lost.
pub fn tokens(text: &str) -> Vec<&str> {
    text.split_word_bounds().flat_map(|word| if borderless(word) { word.graphemes(true).collect() } else { vec![word] }).collect()
}

/// The way from `before` to `after`; neighbours of one kind are one part.
pub fn diff(before: &str, after: &str) -> Vec<Part> {
    between(&tokens(before), &tokens(after))
}

/// The longest text compared character by character; the time grows with the length times the difference.
const BY_CHARACTER: usize = 4_000;

/// The same character by character, as a reader counts them: for a change inside a word. Long texts go word by word.
pub fn diff_characters(before: &str, after: &str) -> Vec<Part> {
    if before.len().max(after.len()) > BY_CHARACTER {
        return diff(before, after);
    }
    between(&before.graphemes(true).collect::<Vec<_>>(), &after.graphemes(true).collect::<Vec<_>>())
}

fn between(old: &[&str], new: &[&str]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut push = |change: Change, words: &[&str]| {
        let text = words.concat();
        match parts.last_mut() {
            Some(last) if last.change == change => last.text.push_str(&text),
            _ if text.is_empty() => {}
            _ => parts.push(Part { change, text }),
        }
    };
    for op in capture_diff_slices(Algorithm::Myers, old, new) {
        let (gone, came) = (old.get(op.old_range()).unwrap_or(&[]), new.get(op.new_range()).unwrap_or(&[]));
        match op {
            DiffOp::Equal { .. } => push(Change::Same, came),
            _ => {
                push(Change::Gone, gone);
                push(Change::New, came);
            }
        }
    }
    parts
}

/// The share of the words of `after` that are not in `before`, 0 to 1; spaces and marks do not count.
pub fn share_new(before: &str, after: &str) -> f64 {
    let words = |text: &str| tokens(text).iter().filter(|word| word.chars().any(char::is_alphanumeric)).count();
    let total = words(after);
    if total == 0 {
        return 0.0;
    }
    let new: usize = diff(before, after).iter().filter(|part| part.is_new()).map(|part| words(&part.text)).sum();
    #[allow(clippy::cast_precision_loss, reason = "word counts of one text")]
    let share = new as f64 / total as f64;
    share.min(1.0)
}

/// How many words it takes to get from `before` to `after`: in each stretch that differs, the larger of those taken out
/// and those put in, so that a word replaced by another counts once. Spaces and marks do not count.
pub fn words_edited(before: &str, after: &str) -> usize {
    let (old, new) = (tokens(before), tokens(after));
    let words = |tokens: Option<&[&str]>| tokens.unwrap_or(&[]).iter().filter(|token| token.chars().any(char::is_alphanumeric)).count();
    let differs = |op: &DiffOp| !matches!(op, DiffOp::Equal { .. });
    let stretches = capture_diff_slices(Algorithm::Myers, &old, &new);
    stretches.iter().filter(|op| differs(op)).map(|op| words(old.get(op.old_range())).max(words(new.get(op.new_range())))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(before: &str, after: &str) -> String {
        diff(before, after)
            .into_iter()
            .map(|part| match part.change {
                Change::Same => part.text,
                Change::Gone => format!("[-{}]", part.text),
                Change::New => format!("[+{}]", part.text),
            })
            .collect()
    }

    #[test]
    fn changes_are_found_in_any_script() {
        assert_eq!(shown("Why is his face red?", "Why was his face red?"), "Why [-is][+was] his face red?");
        assert_eq!(shown("红脸的人从不说谎", "红脸的人从不撒谎"), "红脸的人从不[-说][+撒]谎");
        assert_eq!(shown("ทำไมหน้างิ้วสีแดง", "ทำไมหน้าเขาสีแดง").matches("[+").count(), 1);
        assert_eq!(shown("", "new"), "[+new]");
    }

    #[test]
    fn the_human_share_counts_words() {
        assert!((share_new("one two three four", "one two three five") - 0.25).abs() < 1e-9);
        assert!(share_new("same", "same").abs() < 1e-9);
        assert!((share_new("", "all mine") - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_word_replaced_is_one_edit() {
        for (before, after, words) in [
            ("one two three", "one 2 three", 1),
            ("one two three", "one three", 1),
            ("one three", "one two three", 1),
            ("red car", "a blue bike", 3),
            ("Same, words.", "Same words!", 0),
            ("红脸的人从不说谎", "红脸的人从不撒谎", 1),
            ("หน้า", "หนา", 1),
            ("", "three new words", 3),
        ] {
            assert_eq!(words_edited(before, after), words, "{before} → {after}");
        }
    }

    proptest! {
        #[test]
        fn a_diff_holds_both_texts(before in "\\PC{0,40}", after in "\\PC{0,40}") {
            let parts = diff(&before, &after);
            let side = |skip: Change| parts.iter().filter(|part| part.change != skip).map(|part| part.text.as_str()).collect::<String>();
            prop_assert_eq!(side(Change::New), before);
            prop_assert_eq!(side(Change::Gone), after);
        }
    }
}
