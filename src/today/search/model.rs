//! What was asked for, and what is shown of a find.

use crate::platform::text::shorten;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

/// Longer questions are cut: nobody searches for a paragraph.
const QUERY_MAX: usize = 200;
/// Characters of a text shown around the find.
const AROUND: usize = 60;
/// Trigrams need three characters.
const GRAM: usize = 3;

/// How a question is put to the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    Empty,
    /// An expression for the trigram index.
    Grams(String),
    /// A pattern for `like … escape '!'`, for questions too short for trigrams.
    Pattern(String),
}

impl Query {
    /// Every word must occur, in any order; when a word is too short, the question as it stands.
    pub fn of(text: &str) -> Query {
        let text: String = text.nfc().filter(|c| !c.is_control()).take(QUERY_MAX).collect();
        let text = text.trim();
        let quoted = |word: &str| format!("\"{}\"", word.replace('"', "\"\""));
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.is_empty() {
            return Query::Empty;
        }
        if words.iter().all(|word| word.chars().count() >= GRAM) {
            return Query::Grams(words.into_iter().map(quoted).collect::<Vec<_>>().join(" "));
        }
        if text.chars().count() >= GRAM {
            return Query::Grams(quoted(text));
        }
        Query::Pattern(format!("%{}%", text.replace('!', "!!").replace('%', "!%").replace('_', "!_")))
    }
}

/// One find.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Hit {
    /// idea, piece, variant or prompt
    pub noun: String,
    pub id: Uuid,
    pub project_id: Uuid,
    pub project: String,
    pub title: String,
    /// The words around the find, when it is not in the title.
    pub excerpt: String,
}

impl Hit {
    /// Its page, below the base path.
    pub fn path(&self) -> String {
        format!("/{}s/{}", self.noun, self.id)
    }
}

/// The part of `body` around the first word of the question; nothing when the title says it.
pub fn excerpt(question: &str, title: &str, body: &str) -> String {
    let words: Vec<String> = question.nfc().collect::<String>().split_whitespace().map(str::to_lowercase).collect();
    let title = title.to_lowercase();
    let Some(word) = words.iter().find(|word| !title.contains(word.as_str())) else { return String::new() };
    let lower = body.to_lowercase();
    let Some(at) = lower.find(word.as_str()) else { return String::new() };
    // Lower-casing may change how many bytes a character takes, never how many come before it by much.
    let before = lower.get(..at).map_or(0, |text| text.chars().count());
    let start = before.saturating_sub(AROUND / 3);
    let rest: String = body.chars().skip(start).collect();
    let cut = shorten(rest.trim(), AROUND);
    if start > 0 { format!("…{cut}") } else { cut }
}

/// The order in which nouns are shown.
pub const NOUNS: [&str; 4] = ["piece", "variant", "idea", "prompt"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_text_and_never_syntax() {
        assert_eq!(Query::of("  "), Query::Empty);
        assert_eq!(Query::of("red faces"), Query::Grams(r#""red" "faces""#.into()));
        assert_eq!(Query::of(r#"say "no" OR"#), Query::Grams(r#""say ""no"" OR""#.into()));
        assert_eq!(Query::of("title:abc*"), Query::Grams(r#""title:abc*""#.into()));
        assert_eq!(Query::of("AI video"), Query::Grams(r#""AI video""#.into()));
        assert_eq!(Query::of("京剧"), Query::Pattern("%京剧%".into()));
        assert_eq!(Query::of("5%"), Query::Pattern("%5!%%".into()));
    }

    #[test]
    fn an_excerpt_shows_the_find_and_nothing_twice() {
        assert_eq!(excerpt("red", "Red faces", "a red one"), "");
        let body = format!("{} the secret door {}", "x".repeat(200), "y".repeat(200));
        let found = excerpt("SECRET", "Title", &body);
        assert!(found.starts_with('…') && found.contains("secret") && found.ends_with('…'), "{found}");
        assert_eq!(excerpt("脸谱", "标题", "红色脸谱的故事"), "红色脸谱的故事");
    }
}
