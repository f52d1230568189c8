//! What changed between two texts, word by word. Where words are not divided by spaces (Han, kana,
//! Thai, Lao, Khmer, Burmese) each grapheme counts as one. Pure.

use serde::{Deserialize, Serialize};
use similar::{Algorithm, ChangeTag, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

/// Pieces beyond this are compared by line: the work of a diff grows with their product.
const MOST_PIECES: usize = 20_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    Same,
    Gone,
    New,
}

/// A stretch of text with one fate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    pub change: Change,
    pub text: String,
}

impl Span {
    // Templates ask these.
    pub fn is_gone(&self) -> bool {
        self.change == Change::Gone
    }
    pub fn is_new(&self) -> bool {
        self.change == Change::New
    }
}

/// The way from `before` to `after`. The same and the gone spans joined are `before`; the same and
/// the new ones are `after`.
pub fn words(before: &str, after: &str) -> Vec<Span> {
    let (mut old, mut new) = (pieces(before), pieces(after));
    if old.len().max(new.len()) > MOST_PIECES {
        old = before.split_inclusive('\n').collect();
        new = after.split_inclusive('\n').collect();
    }
    let mut spans: Vec<Span> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        for (tag, slice) in op.iter_slices(&old[..], &new[..]) {
            let change = match tag {
                ChangeTag::Equal => Change::Same,
                ChangeTag::Delete => Change::Gone,
                ChangeTag::Insert => Change::New,
            };
            let text = slice.concat();
            match spans.last_mut() {
                Some(last) if last.change == change => last.text.push_str(&text),
                _ => spans.push(Span { change, text }),
            }
        }
    }
    spans
}

/// Words, the spaces and marks between them, and single graphemes of scripts without spaces.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    for word in text.split_word_bounds() {
        if word.chars().any(is_unspaced) {
            pieces.extend(word.graphemes(true));
        } else {
            pieces.push(word);
        }
    }
    pieces
}

/// Scripts written without spaces between words.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(before: &str, after: &str) -> String {
        words(before, after)
            .iter()
            .map(|span| match span.change {
                Change::Same => span.text.clone(),
                Change::Gone => format!("[-{}-]", span.text),
                Change::New => format!("[+{}+]", span.text),
            })
            .collect()
    }

    #[test]
    fn words_change_as_words_and_han_characters_one_by_one() {
        assert_eq!(told("a red face", "a white face"), "a [-red-][+white+] face");
        assert_eq!(told("红脸的曹操", "白脸的曹操"), "[-红-][+白+]脸的曹操");
        assert_eq!(told("", "x"), "[+x+]");
        assert_eq!(told("same", "same"), "same");
    }

    proptest! {
        #[test]
        fn both_texts_can_be_put_together_again(before in "[a-c 红白脸\n]{0,40}", after in "[a-c 红白脸\n]{0,40}") {
            let spans = words(&before, &after);
            let join = |skip: Change| spans.iter().filter(|s| s.change != skip).map(|s| s.text.as_str()).collect::<String>();
            prop_assert_eq!(join(Change::New), before);
            prop_assert_eq!(join(Change::Gone), after);
        }
    }
}
