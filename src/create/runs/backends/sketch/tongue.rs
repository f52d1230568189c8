//! Which language the templates write in: that of the project's own words, unless another one is asked for, the templates
//! truly have it, and the subject is said in it. Templates do not translate, and half a language is none.

use super::brief::Language;
use crate::platform::locale::Locale;
use crate::stats::similarity::is_han;

/// Latin words without any mark of Vietnamese from which on a text is taken as English and not as names.
const SENTENCE: usize = 4;

/// Whether there are templates in the language of a tag. Chinese is written in simplified characters only.
pub fn writes(tag: &str) -> bool {
    match primary(tag).as_str() {
        "en" | "vi" => true,
        "zh" | "cmn" => !is_traditional(tag),
        _ => false,
    }
}

/// The tag that drafts are to carry when `wanted` was asked for. `own` is the project's tag, `subject` what the drafts are
/// about, `words` what else the project says of itself.
pub fn tongue(wanted: &Locale, own: &str, subject: &str, words: &str) -> Locale {
    let mother = decided(subject).or_else(|| decided(&[words, subject].join(" "))).unwrap_or_else(|| Language::of(own));
    let asked = Language::of(wanted.as_str());
    let has_it = writes(wanted.as_str());
    if has_it && (asked == mother || says(subject) == Some(asked)) {
        return wanted.clone();
    }
    let own = if Language::of(own) == mother && writes(own) { own } else { mother.tag() };
    own.parse().unwrap_or_else(|_| wanted.clone())
}

/// The language a text is plainly written in; `None` for a name or a few words that could stand in any.
pub(super) fn says(text: &str) -> Option<Language> {
    decided(text).or_else(|| (latin_words(text) > 1 && !has_other(text)).then_some(Language::English))
}

/// The same, where one has to be sure: a project of another language may well have an English name for what it is about.
fn decided(text: &str) -> Option<Language> {
    if has_other(text) {
        return None;
    }
    let han = text.chars().filter(|c| is_han(*c)).count();
    if han > 0 && han >= latin_words(text) {
        return Some(Language::Chinese);
    }
    if text.chars().any(is_vietnamese) {
        return Some(Language::Vietnamese);
    }
    (han == 0 && latin_words(text) >= SENTENCE).then_some(Language::English)
}

fn latin_words(text: &str) -> usize {
    text.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '’') || is_han(c)).filter(|word| word.chars().any(char::is_alphabetic)).count()
}

/// Letters of a script that no template is written in: kana, Hangul, Thai, Cyrillic and so on.
fn has_other(text: &str) -> bool {
    text.chars().any(|c| c.is_alphabetic() && !is_han(c) && !is_latin(c))
}

fn is_latin(c: char) -> bool {
    matches!(u32::from(c), 0x41..=0x24f | 0x1e00..=0x1eff | 0xff21..=0xff5a)
}

/// Letters that only Vietnamese has among the languages of the templates.
fn is_vietnamese(c: char) -> bool {
    matches!(c, 'ă' | 'Ă' | 'đ' | 'Đ' | 'ơ' | 'Ơ' | 'ư' | 'Ư' | 'ĩ' | 'ũ' | 'ẽ' | 'ỹ') || matches!(u32::from(c), 0x1ea0..=0x1ef9)
}

fn primary(tag: &str) -> String {
    tag.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

fn is_traditional(tag: &str) -> bool {
    let mut parts = tag.split(['-', '_']).map(str::to_ascii_lowercase);
    parts.clone().any(|part| part == "hant")
        || parts.all(|part| part != "hans") && tag.split(['-', '_']).any(|part| matches!(part, "TW" | "HK" | "MO"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drafts_are_in_the_language_of_the_words_they_are_about() {
        let table = [
            // wanted, the project's tag, subject, the project's other words, what is written
            ("th-TH", "zh-Hans", "戏曲", "把老戏讲成今天的家长里短", "zh-Hans"),
            ("vi-VN", "en", "night markets", "A city says what it thinks after dark.", "en"),
            ("vi-VN", "en", "chợ đêm", "A city says what it thinks after dark.", "vi-VN"),
            ("vi-VN", "vi-VN", "chợ đêm", "", "vi-VN"),
            ("vi-VN", "vi", "stools", "", "vi-VN"),
            ("en-GB", "en", "night markets", "", "en-GB"),
            ("en", "zh-Hans", "戏曲", "", "zh-Hans"),
            ("en", "en", "戏曲", "", "zh-Hans"),
            ("zh-TW", "zh-Hans", "戏曲", "", "zh-Hans"),
            ("zh-CN", "zh-Hans", "K-pop", "", "zh-CN"),
            ("th", "th", "ตลาดกลางคืน", "", "en"),
            ("vi", "en", "", "", "en"),
        ];
        for (wanted, own, subject, words, written) in table {
            assert_eq!(tongue(&wanted.parse().unwrap(), own, subject, words).as_str(), written, "{wanted} {own} {subject}");
        }
    }

    #[test]
    fn the_templates_say_which_languages_they_have() {
        for (tag, has) in [("en-GB", true), ("vi", true), ("zh-Hans", true), ("zh-CN", true), ("zh-Hant", false), ("zh-HK", false), ("th-TH", false)]
        {
            assert_eq!(writes(tag), has, "{tag}");
        }
    }
}
