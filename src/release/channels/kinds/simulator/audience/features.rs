//! What the invented audience can see in a variant: exactly what the product itself can see.
//!
//! Invariant: a variant has one level of every family, so its features are six and never more; a
//! preference for anything else could not be learned from the product's own tables.

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use super::hook_family::HookFamily;
use crate::stats::similarity::is_han;

/// The words of a variant as published, in any language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantText {
    pub title: String,
    pub hook: String,
    pub script: String,
    pub caption: String,
    pub tags: Vec<String>,
    /// BCP 47, such as `vi-VN` or `zh-Hans`.
    pub locale: String,
}

impl VariantText {
    /// Everything a viewer would recognise, for [`crate::stats::similarity::Grams::of`].
    pub fn joined(&self) -> String {
        [&self.title, &self.hook, &self.script, &self.caption].map(String::as_str).join("\n") + "\n" + &self.tags.join(" ")
    }
}

/// What is known of a variant besides its words.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Making {
    pub format: Format,
    pub stance: Stance,
    pub picture: PictureFamily,
    /// Running time where the medium has one; otherwise the script's speaking time is taken.
    pub seconds: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Video,
    Carousel,
    Image,
    Text,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    Raw,
    Crafted,
    Synthetic,
}

/// What mainly fills the first picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PictureFamily {
    Face,
    Scene,
    Card,
    Absent,
}

/// Under 15 s, under 30 s, under 60 s, and longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LengthBand {
    Flash,
    Short,
    Medium,
    Long,
}

impl LengthBand {
    pub fn of(seconds: f64) -> Self {
        match seconds {
            s if s < 15.0 => Self::Flash,
            s if s < 30.0 => Self::Short,
            s if s < 60.0 => Self::Medium,
            _ => Self::Long,
        }
    }
}

/// How near the variant's language is to its market's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LocaleMatch {
    /// The same language, and nothing in script or region contradicts.
    Exact,
    /// The same language in another script or for another region.
    Language,
    Foreign,
}

impl LocaleMatch {
    /// Compares two BCP 47 tags without regard to case; a subtag only one of them has is no contradiction.
    pub fn between(variant: &str, market: &str) -> Self {
        let (variant, market) = (Tag::of(variant), Tag::of(market));
        let agree = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
        if variant.language != market.language {
            Self::Foreign
        } else if agree(&variant.script, &market.script) && agree(&variant.region, &market.region) {
            Self::Exact
        } else {
            Self::Language
        }
    }
}

/// The subtags that matter here: the length tells a script (4) from a region (2 letters or 3 digits).
struct Tag {
    language: String,
    script: Option<String>,
    region: Option<String>,
}

impl Tag {
    fn of(tag: &str) -> Self {
        let lower = tag.to_lowercase().replace('_', "-");
        let mut subtags = lower.split('-');
        let language = subtags.next().unwrap_or_default().to_owned();
        let rest: Vec<&str> = subtags.take_while(|subtag| subtag.len() > 1).collect();
        let of_length = |lengths: [usize; 2]| rest.iter().find(|subtag| lengths.contains(&subtag.len())).map(ToString::to_string);
        Self { language, script: of_length([4, 4]), region: of_length([2, 3]) }
    }
}

/// One level of one family: what a preference weight hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "family", content = "level")]
pub enum Feature {
    Hook(HookFamily),
    Length(LengthBand),
    Format(Format),
    Stance(Stance),
    Locale(LocaleMatch),
    Picture(PictureFamily),
}

/// What the audience sees in one variant.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Features {
    pub hook: HookFamily,
    pub length: LengthBand,
    pub format: Format,
    pub stance: Stance,
    pub locale: LocaleMatch,
    pub picture: PictureFamily,
    /// Running or reading time in seconds, [`SHORTEST_SECONDS`] to [`LONGEST_SECONDS`].
    pub seconds: f64,
}

/// A hold is at half the length at the earliest and must not come before the 3-second mark.
pub const SHORTEST_SECONDS: f64 = 6.0;
pub const LONGEST_SECONDS: f64 = 3_600.0;

impl Features {
    /// Reads a variant for a market, whose locale is a BCP 47 tag. Where the hook is empty, the title
    /// opens the piece; without either it opens in silence.
    pub fn of(text: &VariantText, making: Making, market_locale: &str) -> Self {
        let opening = if text.hook.trim().is_empty() { &text.title } else { &text.hook };
        let given = making.seconds.filter(|seconds| seconds.is_finite());
        let seconds = given.unwrap_or_else(|| speaking_seconds(&text.script)).clamp(SHORTEST_SECONDS, LONGEST_SECONDS);
        Self {
            hook: HookFamily::of(opening),
            length: LengthBand::of(seconds),
            format: making.format,
            stance: making.stance,
            locale: LocaleMatch::between(&text.locale, market_locale),
            picture: making.picture,
            seconds,
        }
    }

    /// The level of each family.
    pub fn levels(&self) -> [Feature; 6] {
        [
            Feature::Hook(self.hook),
            Feature::Length(self.length),
            Feature::Format(self.format),
            Feature::Stance(self.stance),
            Feature::Locale(self.locale),
            Feature::Picture(self.picture),
        ]
    }
}

/// Speaking time in seconds. Assumption: 2.5 words, 4.5 Han characters or 10 Thai characters a second.
pub fn speaking_seconds(script: &str) -> f64 {
    let characters = |wanted: fn(char) -> bool| script.chars().filter(|character| wanted(*character)).count() as f64;
    let thai: fn(char) -> bool = |character| matches!(character, '\u{0E01}'..='\u{0E5B}');
    let words = script.unicode_words().filter(|word| !word.chars().any(|letter| is_han(letter) || thai(letter))).count() as f64;
    words / 2.5 + characters(is_han) / 4.5 + characters(thai) / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn making(seconds: Option<f64>) -> Making {
        Making { format: Format::Video, stance: Stance::Crafted, picture: PictureFamily::Face, seconds }
    }

    #[test]
    fn a_locale_matches_until_something_contradicts() {
        for (variant, market, expected) in [
            ("vi", "vi-VN", LocaleMatch::Exact),
            ("VI_vn", "vi-VN", LocaleMatch::Exact),
            ("zh-Hans", "zh-CN", LocaleMatch::Exact),
            ("zh-Hans", "zh-Hant-TW", LocaleMatch::Language),
            ("pt-BR", "pt-PT", LocaleMatch::Language),
            ("en", "vi-VN", LocaleMatch::Foreign),
            ("en-x-th", "en-US", LocaleMatch::Exact),
        ] {
            assert_eq!(LocaleMatch::between(variant, market), expected, "{variant} in {market}");
        }
    }

    #[test]
    fn speaking_time_follows_the_script() {
        assert_eq!(speaking_seconds("one two three four five"), 2.0);
        assert_eq!(speaking_seconds("三分钟看懂京剧脸"), 8.0 / 4.5);
        assert_eq!(speaking_seconds("Tôi hát tuồng mỗi đêm"), 2.0);
        assert_eq!(speaking_seconds(""), 0.0);
    }

    #[test]
    fn the_title_opens_when_there_is_no_hook() {
        let mut text = VariantText { title: "Why white?".into(), hook: " ".into(), locale: "en".into(), ..VariantText::default() };
        assert_eq!(Features::of(&text, making(None), "en-US").hook, HookFamily::Question);
        text.hook = "3 masks".into();
        assert_eq!(Features::of(&text, making(None), "en-US").hook, HookFamily::Number);
    }

    #[test]
    fn the_running_time_wins_over_the_script_and_is_kept_in_bounds() {
        let text = VariantText { script: "word ".repeat(100), ..VariantText::default() };
        assert_eq!(Features::of(&text, making(None), "").length, LengthBand::Medium);
        assert_eq!(Features::of(&text, making(Some(20.0)), "").length, LengthBand::Short);
        assert_eq!(Features::of(&text, making(Some(0.0)), "").seconds, SHORTEST_SECONDS);
        assert_eq!(Features::of(&text, making(Some(f64::NAN)), "").seconds, 40.0);
    }
}
