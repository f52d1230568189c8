//! Which voice of espeak-ng speaks a language. Pure.

/// The voice for a BCP 47 tag; nothing for a language that espeak-ng 1.51 does not speak, such as Khmer or Filipino.
///
/// `cmn` reads Han characters as spelled-out English syllables with the tone said as a number; `cmn-latn-pinyin` reads the
/// very same text in Mandarin.
pub fn voice(locale: &str) -> Option<&'static str> {
    let tag = locale.to_ascii_lowercase().replace('_', "-");
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    let is_of = |regions: &[&str]| rest.iter().any(|part| regions.contains(part));
    let voice = match language {
        "zh" if is_of(&["hk", "mo"]) => "yue",
        "zh" | "cmn" => "cmn-latn-pinyin",
        "en" if is_of(&["gb", "ie", "au", "nz", "za", "in", "sg", "my", "hk"]) => "en-gb",
        "en" => "en-us",
        "es" if rest.is_empty() || is_of(&["es"]) => "es",
        "es" => "es-419",
        "pt" if is_of(&["br"]) => "pt-br",
        "fr" if is_of(&["be"]) => "fr-be",
        "fr" if is_of(&["ch"]) => "fr-ch",
        "fr" => "fr-fr",
        "no" => "nb",
        "iw" => "he",
        _ => *SAME.iter().find(|known| **known == language)?,
    };
    Some(voice)
}

/// The southern and the central voice of Vietnamese, and others that no tag of language, script and region names, are
/// asked for by the name espeak-ng gives them.
pub fn is_name(voice: &str) -> bool {
    voice.len() <= 40 && voice.starts_with(|c: char| c.is_ascii_alphabetic()) && voice.chars().all(|c| c.is_ascii_alphanumeric() || "-+_".contains(c))
}

/// Languages whose voice is called by their own code.
const SAME: &[&str] = &[
    "af", "am", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "et", "eu", "fa", "fi", "ga", "gu", "hak", "he", "hi", "hr",
    "hu", "hy", "id", "is", "it", "ja", "ka", "kk", "kn", "ko", "ky", "lt", "lv", "mk", "ml", "mr", "ms", "my", "nb", "ne", "nl", "or", "pa", "pl",
    "ro", "ru", "sd", "shn", "si", "sk", "sl", "sq", "sr", "sv", "sw", "ta", "te", "th", "tr", "tt", "ug", "uk", "ur", "uz", "vi", "yue",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_market_has_its_voice_or_none() {
        for (locale, expected) in [
            ("zh", Some("cmn-latn-pinyin")),
            ("zh-Hans", Some("cmn-latn-pinyin")),
            ("zh-Hant-TW", Some("cmn-latn-pinyin")),
            ("zh-HK", Some("yue")),
            ("yue", Some("yue")),
            ("vi", Some("vi")),
            ("vi_VN", Some("vi")),
            ("id-ID", Some("id")),
            ("ms", Some("ms")),
            ("my", Some("my")),
            ("th-TH", Some("th")),
            ("en", Some("en-us")),
            ("en-SG", Some("en-gb")),
            ("es", Some("es")),
            ("es-MX", Some("es-419")),
            ("pt-BR", Some("pt-br")),
            ("km", None),
            ("lo", None),
            ("fil", None),
            ("", None),
        ] {
            assert_eq!(voice(locale), expected, "{locale}");
        }
    }

    #[test]
    fn a_name_is_no_option_and_no_path() {
        assert!(is_name("vi-vn-x-south") && is_name("en+f3"));
        for wrong in ["", "-w", "../x", "/etc/passwd", "a b", "a;b", "戏"] {
            assert!(!is_name(wrong), "{wrong}");
        }
    }
}
