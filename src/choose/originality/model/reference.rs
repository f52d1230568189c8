//! Texts of others, from a paste or a file, and what is kept of each.

use crate::platform::text::{shorten, visible};
use crate::stats::similarity::Grams;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use unicode_normalization::UnicodeNormalization;

/// Texts of all living sets of a project: each draft is held against every one of them.
pub const MOST: i64 = 5_000;
/// Characters of a reference that are compared.
const COMPARED: usize = 600;
/// Graphemes that are kept to recognise it by.
const EXCERPT: usize = 160;
/// Headers of a column that holds the texts.
const HEADERS: [&str; 8] = ["text", "title", "headline", "hook", "caption", "标题", "文案", "文本"];

/// What is kept of a text: never the whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    pub excerpt: String,
    pub grams: Vec<u8>,
    pub digest: Vec<u8>,
}

impl Kept {
    /// `None` of what nobody can read.
    fn of(text: &str) -> Option<Kept> {
        let text: String = text.trim().nfc().filter(|c| !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')).collect();
        let compared: String = text.chars().take(COMPARED).collect();
        let grams = Grams::of(&compared);
        if !visible(&text) || grams.is_empty() {
            return None;
        }
        // A grapheme may be a thousand marks on one letter.
        let excerpt = shorten(&text, EXCERPT).chars().take(4 * EXCERPT).collect();
        Some(Kept { excerpt, grams: grams.to_bytes(), digest: Sha256::digest(text.as_bytes()).to_vec() })
    }
}

/// One text a line; the same line twice is one.
pub fn of_lines(text: &str) -> Vec<Kept> {
    once(text.trim_start_matches('\u{feff}').lines().filter_map(Kept::of))
}

/// The texts of a table: of the column whose header says so, else of the one with the longest cells.
pub fn of_table(text: &str) -> Vec<Kept> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().filter_map(Result::ok).collect();
    let Some(head) = rows.first() else { return Vec::new() };
    let named = head.iter().position(|cell| HEADERS.contains(&cell.trim().to_lowercase().as_str()));
    let length = |column: usize| rows.iter().skip(1).take(200).filter_map(|row| row.get(column)).map(str::len).sum::<usize>();
    let column = named.or_else(|| (0..head.len()).max_by_key(|column| (length(*column), std::cmp::Reverse(*column)))).unwrap_or(0);
    once(rows.iter().skip(usize::from(named.is_some())).filter_map(|row| row.get(column)).filter_map(Kept::of))
}

fn once(texts: impl Iterator<Item = Kept>) -> Vec<Kept> {
    let mut seen = HashSet::new();
    texts.filter(|text| seen.insert(text.digest.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpts(texts: &[Kept]) -> Vec<&str> {
        texts.iter().map(|text| text.excerpt.as_str()).collect()
    }

    #[test]
    fn lines_of_any_script_are_texts_and_twins_are_one() {
        let text = "\u{feff}Why faces are red\r\n\n你知道吗？\nWhy faces are red\n\u{200b}\n👩‍🍳👩‍🍳\nمرحبا بالعالم\ne\u{301}tude\nétude\na";
        assert_eq!(excerpts(&of_lines(text)), ["Why faces are red", "你知道吗？", "👩‍🍳👩‍🍳", "مرحبا بالعالم", "étude", "a"]);
        assert!(of_lines("").is_empty());
        let long = of_lines(&"戏".repeat(300_000));
        assert_eq!((long.len(), long[0].excerpt.chars().count()), (1, 161));
        assert!(long[0].grams.len() <= 600 * 10);
        let marks = of_lines(&format!("a{}", "\u{301}".repeat(100_000)));
        assert!(marks[0].excerpt.chars().count() <= 640);
    }

    #[test]
    fn a_table_names_its_column_or_has_one_that_is_longest() {
        assert_eq!(excerpts(&of_table("id,Headline\n1,\"Red, and loud\"\n2,Drums\n")), ["Red, and loud", "Drums"]);
        assert_eq!(excerpts(&of_table("1,Why faces are red\n2,Drums that stop\n")), ["Why faces are red", "Drums that stop"]);
        assert!(of_table("").is_empty());
        assert_eq!(of_table("title\n\"an open quote\nnever closed").len(), 1);
    }
}
