//! Texts as sequences of tokens.

use unicode_normalization::UnicodeNormalization;

use crate::stats::similarity::is_han;

/// What counts as one token. Texts are NFC and lowercase before they are split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// Whatever stands between whitespace.
    Whitespace,
    /// Every code point that is not whitespace.
    Character,
}

/// The tokens of one text, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tokens(Vec<String>);

impl Tokens {
    /// Splits a text; none of an empty one.
    pub fn of(text: &str, token: Token) -> Self {
        let composed = text.nfc().collect::<String>().to_lowercase();
        Self(match token {
            Token::Whitespace => composed.split(is_space).filter(|word| !word.is_empty()).map(str::to_owned).collect(),
            Token::Character => composed.chars().filter(|character| !is_space(*character)).map(String::from).collect(),
        })
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn all(&self) -> &[String] {
        &self.0
    }

    /// Whether most letters belong to a script that does not space its words: Han, kana, Thai, Lao, Khmer, Burmese.
    pub fn is_unspaced(&self) -> bool {
        let letters = || self.0.iter().flat_map(|token| token.chars()).filter(|character| character.is_alphabetic());
        letters().filter(|character| is_han(*character) || is_of_an_unspaced_alphabet(*character)).count() * 2 > letters().count()
    }
}

fn is_of_an_unspaced_alphabet(character: char) -> bool {
    matches!(character, '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3040}'..='\u{30FF}')
}

/// Unicode whitespace, and the four separators of ASCII that reference implementations split at as well.
fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{1C}'..='\u{1F}')
}
