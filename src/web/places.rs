//! Languages and countries by their names, where a person reads a tag.

use super::Words;
use crate::platform::locale::{Locale, MARKETS};

/// The country of a tag with a region, as in `th-TH`; `None` when it has none or none that is known.
pub fn country(tag: &str, words: Words) -> Option<String> {
    let region = tag.split(['-', '_']).skip(1).find(|part| part.len() == 2)?;
    let (key, ..) = MARKETS.iter().find(|(_, locale, _)| locale.rsplit('-').next().is_some_and(|known| known.eq_ignore_ascii_case(region)))?;
    Some(words.t(key).into_owned())
}

/// Whether two tags name one written language, as zh-Hans and zh-CN do.
pub fn is_same_language(one: &str, other: &str) -> bool {
    language(one, Words::English) == language(other, Words::English)
}

/// The language of a tag; with its country where one language is offered for several. A tag nobody has a name for stays.

pub fn language(tag: &str, words: Words) -> String {
    let Ok(locale) = tag.parse::<Locale>() else { return tag.to_owned() };
    let mut parts = locale.as_str().split('-');
    let primary = parts.next().unwrap_or_default();
    let traditional = primary == "zh" && parts.any(|part| matches!(part, "Hant" | "TW" | "HK" | "MO"));
    let key = ["language-", if traditional { "zh-hant" } else { primary }].concat();
    let name = words.t(&key);
    if name == key {
        return tag.to_owned();
    }
    let offered = MARKETS.iter().filter(|(_, other, _)| other.split('-').next() == Some(primary)).count();
    match country(tag, words).filter(|_| offered > 1 && primary != "zh") {
        Some(country) => words.ab("language-of", "language", name, "country", country),
        None => name.into_owned(),
    }
}

/// A lens of the kind `market` by its country or language; what somebody typed stays.
pub fn market(text: &str, words: Words) -> String {
    country(text, words).unwrap_or_else(|| language(text, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_as_names() {
        let table = [
            ("zh-Hans", "Simplified Chinese", "简体中文"),
            ("zh-TW", "Traditional Chinese", "繁体中文"),
            ("th-TH", "Thai", "泰语"),
            ("en-GB", "English (United Kingdom)", "英语（英国）"),
            ("en", "English", "英语"),
            ("xx", "xx", "xx"),
            ("in the rain", "in the rain", "in the rain"),
        ];
        for (tag, english, chinese) in table {
            assert_eq!((language(tag, Words::English), language(tag, Words::Chinese)), (english.to_owned(), chinese.to_owned()));
        }
        assert_eq!((market("th-TH", Words::Chinese), market("vi", Words::English)), ("泰国".to_owned(), "Vietnamese".to_owned()));
    }
}
