//! Which installed font draws a line, how wide its letters are, and what no font has.
//!
//! The renderer of captions finds fonts by family name and draws what it cannot find as boxes, so both are decided here,
//! over the same fonts: a line is set in one family that has all of its letters, and signs that no font has are left out.

use super::super::sketch;
use resvg::usvg::fontdb::{Database, Family, ID, Query, Weight};
use skrifa::raw::TableProvider;
use skrifa::{FontRef, MetadataProvider, instance::LocationRef, instance::Size};
use std::collections::{BTreeSet, HashMap};

/// A font that was chosen for a line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Typeface {
    pub family: String,
    /// Height of a line for letters of one em: what renderers of ASS call the font size (`usWinAscent + usWinDescent`)
    pub line: f32,
    /// In em; letters of other fonts as wide as they are there
    advances: HashMap<char, f32>,
    /// Signs that no installed font has
    pub missing: String,
}

impl Typeface {
    /// The width of a text in em, before kerning.
    pub fn width(&self, text: &str) -> f32 {
        text.chars().map(|c| self.advances.get(&c).copied().unwrap_or(0.0)).sum()
    }

    /// Whether something is seen of it, or it changes how its neighbours are seen.
    pub fn draws(&self, letter: char) -> bool {
        self.advances.contains_key(&letter) || matches!(letter, '\u{200b}'..='\u{200d}')
    }

    /// A font of these letters and widths.
    #[cfg(test)]
    pub fn of(family: &str, advances: impl Iterator<Item = (char, f32)>) -> Typeface {
        Typeface { family: family.to_owned(), line: 1.4, advances: advances.collect(), missing: String::new() }
    }
}

/// Families by the scripts they are made for, the best first. The rest of what is installed comes after them.
fn preferred(locale: &str) -> Vec<&'static str> {
    let tag = locale.to_ascii_lowercase();
    let own: &[&str] = match tag.split(['-', '_']).next().unwrap_or_default() {
        "zh" if ["hant", "-tw", "-hk", "-mo"].iter().any(|part| tag.contains(part)) => &["Noto Sans CJK TC", "Noto Sans TC", "Noto Sans CJK HK"],
        "yue" => &["Noto Sans CJK HK", "Noto Sans HK", "Noto Sans CJK TC"],
        "ja" => &["Noto Sans CJK JP", "Noto Sans JP"],
        "ko" => &["Noto Sans CJK KR", "Noto Sans KR"],
        "th" => &["Noto Sans Thai", "Noto Sans Thai Looped"],
        "km" => &["Noto Sans Khmer"],
        "my" | "shn" => &["Noto Sans Myanmar"],
        "lo" => &["Noto Sans Lao"],
        "hi" | "mr" | "ne" => &["Noto Sans Devanagari"],
        "ar" | "fa" | "ur" | "ug" => &["Noto Sans Arabic", "Noto Naskh Arabic"],
        "zh" | "cmn" => &[],
        _ => &["Noto Sans", "DejaVu Sans"],
    };
    let rest = ["Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "WenQuanYi Micro Hei", "Noto Sans", "DejaVu Sans"];
    own.iter().copied().chain(rest).collect()
}

/// The font for one line. Reads font files; call it aside.
pub fn choose(text: &str, locale: &str) -> Typeface {
    let fonts = sketch::fonts();
    let letters: BTreeSet<char> = text.chars().filter(|c| !c.is_whitespace() && !is_invisible(*c)).collect();
    let mut best = Typeface::default();
    let mut tried = BTreeSet::new();
    let by_name = preferred(locale).into_iter().filter_map(|name| bold(&fonts, name));
    let all = fonts.faces().filter(|face| face.style == resvg::usvg::fontdb::Style::Normal && face.weight == Weight::NORMAL).map(|face| face.id);
    for id in by_name.chain(all) {
        // A family that has everything ends the search; otherwise the one that has most of it.
        if best.advances.len() == letters.len() && !best.family.is_empty() {
            break;
        }
        if let Some(face) = fonts.face(id)
            && tried.insert(id)
            && let Some((family, _)) = face.families.first()
            && !family.contains("Emoji")
            && let Some((line, advances)) = measured(&fonts, id, &letters)
            && (best.family.is_empty() || advances.len() > best.advances.len())
        {
            best = Typeface { family: family.clone(), line, advances, missing: String::new() };
        }
    }
    complete(&fonts, best, &letters)
}

/// The bold face of a family, or the nearest.
fn bold(fonts: &Database, name: &str) -> Option<ID> {
    fonts.query(&Query { families: &[Family::Name(name)], weight: Weight::BOLD, ..Query::default() })
}

/// Takes the letters a family lacks from whichever font has them, as the renderer will.
fn complete(fonts: &Database, mut best: Typeface, letters: &BTreeSet<char>) -> Typeface {
    let mut lacking: BTreeSet<char> = letters.iter().copied().filter(|c| !best.advances.contains_key(c)).collect();
    for face in fonts.faces() {
        if lacking.is_empty() {
            break;
        }
        if face.families.first().is_some_and(|(family, _)| family.contains("Emoji")) {
            continue;
        }
        if let Some((_, advances)) = measured(fonts, face.id, &lacking) {
            lacking.retain(|c| !advances.contains_key(c));
            best.advances.extend(advances);
        }
    }
    best.missing = lacking.into_iter().collect();
    best.advances.insert(' ', best.advances.get(&'n').map_or(0.28, |n| n * 0.45));
    best
}

/// The height of a line and the widths of the letters a font has, in em.
fn measured(fonts: &Database, id: ID, letters: &BTreeSet<char>) -> Option<(f32, HashMap<char, f32>)> {
    let read = |data: &[u8], index| {
        let font = FontRef::from_index(data, index).ok()?;
        let em = f32::from(font.head().ok()?.units_per_em());
        let line = match font.os2() {
            Ok(os2) if os2.us_win_ascent() > 0 => f32::from(os2.us_win_ascent()) + f32::from(os2.us_win_descent()),
            _ => font.hhea().map(|hhea| f32::from(hhea.ascender().to_i16()) - f32::from(hhea.descender().to_i16())).ok()?,
        };
        let (map, metrics) = (font.charmap(), font.glyph_metrics(Size::unscaled(), LocationRef::default()));
        let advance = |c: &char| Some((*c, map.map(*c).and_then(|glyph| metrics.advance_width(glyph))? / em));
        Some((line / em, letters.iter().filter_map(advance).collect()))
    };
    fonts.with_face_data(id, read).flatten()
}

/// Drawn by no font, and nothing is missing without it: joiners, marks of direction, selectors of variants.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}') || c.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[ignore = "needs the Noto fonts"]
    fn every_market_is_drawn_by_a_font_that_has_its_letters() {
        for (locale, text, family) in [
            ("zh-Hans", "红脸的人，从不说谎。100%", "Noto Sans CJK SC"),
            ("zh-TW", "紅臉的人", "Noto Sans CJK TC"),
            ("vi", "Người mặt đỏ không bao giờ nói dối", "Noto Sans"),
            ("th", "คนหน้าแดงไม่เคยโกหก", "Noto Sans Thai"),
            ("km", "មនុស្សមុខក្រហម", "Noto Sans Khmer"),
            ("my", "မျက်နှာနီ", "Noto Sans Myanmar"),
            // Words of another language than the one that was said.
            ("vi", "红脸的人", "Noto Sans CJK SC"),
            ("zh", "Người mặt đỏ", "Noto Sans"),
        ] {
            let face = choose(text, locale);
            assert_eq!((face.family.as_str(), face.missing.as_str()), (family, ""), "{locale} {text}");
            assert!(face.line > 1.0 && face.line < 2.5, "{face:?}");
        }
        let face = choose("红脸🎭的人", "zh");
        assert_eq!((face.missing.as_str(), face.draws('🎭'), face.draws('红')), ("🎭", false, true));
        assert!((face.width("红脸") - 2.0).abs() < 0.01 && choose("il", "en").width("il") < 0.8);
        // Marks above and below take no room.
        let thai = choose("กี่", "th");
        assert!((thai.width("กี่") - thai.width("ก")).abs() < 0.05, "{thai:?}");
    }
}
