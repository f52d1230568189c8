//! Languages, regions and zones as people name them.

use super::Ms;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A canonical BCP 47 tag of language, script and region, as in `vi`, `zh-Hans` or `id-ID`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[sqlx(transparent)]
#[serde(try_from = "String", into = "String")]
pub struct Locale(String);

impl FromStr for Locale {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Locale, &'static str> {
        if text.len() > 35 {
            return Err("error-locale");
        }
        let tag: unic_langid::LanguageIdentifier = text.trim().parse().map_err(|_| "error-locale")?;
        // Five to eight letters may be registered as a language, but none is: somebody wrote out a name.
        if tag.language.is_empty() || tag.language.as_str().len() > 3 {
            return Err("error-locale");
        }
        Ok(Locale(tag.to_string()))
    }
}

impl TryFrom<String> for Locale {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Locale, &'static str> {
        text.parse()
    }
}

impl From<Locale> for String {
    fn from(locale: Locale) -> String {
        locale.0
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Locale {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An IANA zone by its name; offsets such as `+05:30` are not zones and are refused.
pub fn zone(name: &str) -> Result<Tz, &'static str> {
    name.trim().parse::<Tz>().map_err(|_| "error-zone")
}

/// The calendar day of an instant where a zone is, as `2026-12-01`; in UTC when there is no such zone.
pub fn local_day(at: Ms, zone_name: &str) -> String {
    at.utc().with_timezone(&zone(zone_name).unwrap_or(chrono_tz::UTC)).format("%Y-%m-%d").to_string()
}

/// Markets offered by their country, in the order of the list: the key of its name, locale and zone.
pub const MARKETS: &[(&str, &str, &str)] = &[
    ("market-vn", "vi-VN", "Asia/Ho_Chi_Minh"),
    ("market-th", "th-TH", "Asia/Bangkok"),
    ("market-id", "id-ID", "Asia/Jakarta"),
    ("market-ph", "fil-PH", "Asia/Manila"),
    ("market-my", "ms-MY", "Asia/Kuala_Lumpur"),
    ("market-sg", "en-SG", "Asia/Singapore"),
    ("market-mm", "my-MM", "Asia/Yangon"),
    ("market-kh", "km-KH", "Asia/Phnom_Penh"),
    ("market-cn", "zh-CN", "Asia/Shanghai"),
    ("market-tw", "zh-TW", "Asia/Taipei"),
    ("market-hk", "zh-HK", "Asia/Hong_Kong"),
    ("market-jp", "ja-JP", "Asia/Tokyo"),
    ("market-kr", "ko-KR", "Asia/Seoul"),
    ("market-in", "hi-IN", "Asia/Kolkata"),
    ("market-us", "en-US", "America/New_York"),
    ("market-gb", "en-GB", "Europe/London"),
    ("market-au", "en-AU", "Australia/Sydney"),
    ("market-de", "de-DE", "Europe/Berlin"),
    ("market-fr", "fr-FR", "Europe/Paris"),
    ("market-es", "es-ES", "Europe/Madrid"),
    ("market-mx", "es-MX", "America/Mexico_City"),
    ("market-br", "pt-BR", "America/Sao_Paulo"),
];

/// Zones offered first, in the order of longitude; every other IANA name may be typed.
pub const COMMON_ZONES: &[&str] = &[
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/New_York",
    "America/Sao_Paulo",
    "Europe/London",
    "Europe/Berlin",
    "Africa/Lagos",
    "Europe/Istanbul",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Yangon",
    "Asia/Bangkok",
    "Asia/Ho_Chi_Minh",
    "Asia/Jakarta",
    "Asia/Kuala_Lumpur",
    "Asia/Singapore",
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Taipei",
    "Asia/Manila",
    "Asia/Seoul",
    "Asia/Tokyo",
    "Australia/Sydney",
    "UTC",
];

/// Locales offered first for drafts and markets; any valid tag may be typed.
pub const COMMON_LOCALES: &[&str] = &["zh-Hans", "en", "vi", "th", "id", "ms", "fil", "km", "my", "ja", "ko", "es", "pt", "fr", "de"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_made_canonical_or_refused() {
        for (typed, kept) in [("VI", "vi"), ("zh-hans", "zh-Hans"), ("id-id", "id-ID"), ("en_us", "en-US")] {
            assert_eq!(typed.parse::<Locale>().unwrap().as_str(), kept);
        }
        for typed in ["", "x", "und-", "中文", "not a tag"] {
            assert!(typed.parse::<Locale>().is_err(), "{typed:?} was taken");
        }
    }

    #[test]
    fn offsets_are_not_zones() {
        assert!(zone("Asia/Ho_Chi_Minh").is_ok());
        for typed in ["+05:30", "GMT+8 ", "Mars/Olympus", ""] {
            assert!(zone(typed).is_err(), "{typed:?} was taken");
        }
        assert!(COMMON_ZONES.iter().all(|name| zone(name).is_ok()));
        assert!(MARKETS.iter().all(|(_, tag, name)| tag.parse::<Locale>().is_ok_and(|locale| locale.as_str() == *tag) && zone(name).is_ok()));
        assert_eq!(
            (local_day(Ms(1_790_000_000_000), "Asia/Shanghai"), local_day(Ms(1_790_000_000_000), "UTC")),
            ("2026-09-21".into(), "2026-09-21".into())
        );
    }
}
