//! Where a line may be broken, in scripts with spaces and in scripts without.
//!
//! Han and kana break between characters, except before closing and after opening marks. Thai and Lao break before a vowel
//! that is written first; Burmese before a syllable; Khmer before a cluster that begins one. None of them breaks by its
//! dictionary words, so a word may be parted between its syllables; a zero-width space that somebody typed is always taken.

use crate::stats::similarity::is_han;
use unicode_segmentation::UnicodeSegmentation;

/// A stretch of text that is not broken inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    /// A space stands before it when both are on one row.
    pub space: bool,
}

pub fn pieces(text: &str) -> Vec<Piece> {
    let mut found: Vec<Piece> = Vec::new();
    for word in text.split_whitespace() {
        let mut space = true;
        for part in word.split('\u{200b}').filter(|part| !part.is_empty()) {
            let graphemes: Vec<&str> = part.graphemes(true).collect();
            for (at, grapheme) in graphemes.iter().enumerate() {
                let before = at.checked_sub(1).and_then(|at| graphemes.get(at));
                match (before, found.last_mut()) {
                    (Some(before), Some(last)) if !may_break(before, grapheme, graphemes.get(at + 1).copied()) => last.text.push_str(grapheme),
                    _ => found.push(Piece { text: (*grapheme).to_owned(), space }),
                }
                space = false;
            }
        }
    }
    if let Some(first) = found.first_mut() {
        first.space = false;
    }
    found
}

/// The same without any piece wider than a row: such a one is broken between graphemes.
pub fn narrow(found: Vec<Piece>, fits: impl Fn(&str) -> bool) -> Vec<Piece> {
    let mut narrowed: Vec<Piece> = Vec::with_capacity(found.len());
    for piece in found {
        if fits(&piece.text) {
            narrowed.push(piece);
            continue;
        }
        let mut row = Piece { text: String::new(), space: piece.space };
        for grapheme in piece.text.graphemes(true) {
            if !row.text.is_empty() && !fits(&format!("{}{grapheme}", row.text)) {
                narrowed.push(std::mem::replace(&mut row, Piece { text: String::new(), space: false }));
            }
            row.text.push_str(grapheme);
        }
        narrowed.push(row);
    }
    narrowed
}

const CLOSING: &str = "，。、；：！？”’」』》〉）】…—·～,.;:!?)]}%‰℃々ーๆฯໆៗ។៕៖၊။";
const OPENING: &str = "（《〈「『“‘【([{¥$€£#";

fn may_break(before: &str, after: &str, next: Option<&str>) -> bool {
    let last = before.chars().next_back().unwrap_or(' ');
    let first = after.chars().next().unwrap_or(' ');
    if CLOSING.contains(first) || OPENING.contains(last) {
        return false;
    }
    match (script(last), script(first)) {
        (Script::Thai, Script::Thai) => leads(first) && !leads(last),
        (Script::Burmese, Script::Burmese) => begins_burmese(last, after, next),
        (Script::Khmer, Script::Khmer) => last != '\u{17d2}' && matches!(first, '\u{1780}'..='\u{17b3}') && after.chars().nth(1).is_some(),
        (Script::Other, Script::Other) => false,
        // One character beside another one, or beside a word of another script.
        _ => true,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Wide,
    Thai,
    Burmese,
    Khmer,
    Other,
}

fn script(c: char) -> Script {
    match c {
        '\u{0e00}'..='\u{0eff}' => Script::Thai,
        '\u{1000}'..='\u{109f}' | '\u{aa60}'..='\u{aa7f}' => Script::Burmese,
        '\u{1780}'..='\u{17ff}' => Script::Khmer,
        '\u{3000}'..='\u{30ff}' | '\u{ff00}'..='\u{ff60}' => Script::Wide,
        '—' | '…' | '“' | '”' | '‘' | '’' => Script::Other,
        c if is_han(c) => Script::Wide,
        _ => Script::Other,
    }
}

/// A vowel of Thai or Lao that is written before its consonant and opens a syllable.
fn leads(c: char) -> bool {
    matches!(c, '\u{0e40}'..='\u{0e44}' | '\u{0ec0}'..='\u{0ec4}')
}

/// A consonant, a vowel that stands by itself or a figure begins a syllable, unless it closes the one before it (with asat)
/// or is stacked with it (with virama).
fn begins_burmese(last: char, after: &str, next: Option<&str>) -> bool {
    let first = after.chars().next().unwrap_or(' ');
    let opens = matches!(first, '\u{1000}'..='\u{102a}' | '\u{103f}'..='\u{1049}' | '\u{104c}'..='\u{104f}');
    let closes = after.contains(['\u{103a}', '\u{1039}']) || next.is_some_and(|next| next.starts_with(['\u{103a}', '\u{1039}']));
    let figures = matches!(last, '\u{1040}'..='\u{1049}') && matches!(first, '\u{1040}'..='\u{1049}');
    opens && !closes && !figures && last != '\u{1039}'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parted(text: &str) -> String {
        pieces(text).into_iter().map(|piece| if piece.space { format!(" {}", piece.text) } else { piece.text }).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn every_script_breaks_where_it_may() {
        for (text, expected) in [
            ("Look at him, now!", "Look| at| him,| now!"),
            ("他说：“来吧”，走了。", "他|说：|“来|吧”，|走|了。"),
            ("《白脸》100%真", "《白|脸》|100%|真"),
            ("看 Beijing 戏", "看| Beijing| 戏"),
            ("AI说", "AI|说"),
            ("คนหน้าแดงไม่เคยโกหก", "คนหน้า|แดง|ไม่|เคย|โกหก"),
            ("မြန်မာစာ", "မြန်|မာ|စာ"),
            ("ခေါင်းဆောင်", "ခေါင်း|ဆောင်"),
            ("ភាសាខ្មែរ", "ភា|សា|ខ្មែរ"),
            ("ក\u{200b}ខ", "ក|ខ"),
            ("", ""),
            ("  \u{200b} ", ""),
        ] {
            assert_eq!(parted(text), expected, "{text}");
        }
    }

    #[test]
    fn nothing_is_lost_and_no_mark_is_parted() {
        let text = "Nhà hát 1.000 chỗ “กี่โมง” ศิลปะ မျက်နှာ ក្រហម 脸谱！ e\u{301}🎭👩‍🎤";
        assert_eq!(pieces(text).into_iter().map(|piece| if piece.space { format!(" {}", piece.text) } else { piece.text }).collect::<String>(), text);
        let wide = narrow(pieces("Donaudampfschifffahrt e\u{301}e\u{301}e\u{301}"), |text| text.graphemes(true).count() <= 4);
        assert!(wide.iter().all(|piece| piece.text.graphemes(true).count() <= 4), "{wide:?}");
        assert_eq!(wide.iter().map(|piece| piece.text.as_str()).collect::<String>(), "Donaudampfschifffahrte\u{301}e\u{301}e\u{301}");
    }
}
