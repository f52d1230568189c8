//! Which family a hook belongs to, read from its first sentence alone.
//!
//! Reusable: performance groups by it, breeding varies it and the invented audience prefers by it.
//! English, Chinese (both scripts) and Vietnamese are known well, Thai and Indonesian by their
//! commonest words, any other language by its punctuation and digits. The rules need no language tag,
//! because the marker words of these languages do not collide.
//!
//! The first rule that fits decides, in this order:
//! 1. **silence**: nothing to read once stage directions in (…) and […] are taken out;
//! 2. **question**: a question mark in the first sentence, or words that only questions open or close with;
//! 3. **story**: somebody, some time: "I …", "那天", "Ngày xưa", "three years ago";
//! 4. **number**: a count early on: "3 mistakes", "三个秘密", "Năm điều", or a percentage anywhere;
//! 5. **claim**: everything else.
//!
//! It is a reading aid, not linguistics: deterministic, explainable and sometimes wrong.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use super::hook_words::{
    HAN_COUNTED, HAN_COUNTED_ONE, HAN_NUMERALS, NUMBER_WORDS, QUESTION_ENDINGS, QUESTION_OPENINGS, QUESTION_PARTS, STORY_OPENINGS,
    STORY_OPENINGS_UNSPACED, STORY_PARTS, STORY_PARTS_UNSPACED, VIETNAMESE_COUNTED, VIETNAMESE_NUMBERS,
};

/// How a hook asks for attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HookFamily {
    Question,
    Claim,
    Number,
    Story,
    Silence,
}

impl HookFamily {
    pub const ALL: [Self; 5] = [Self::Question, Self::Claim, Self::Number, Self::Story, Self::Silence];

    /// The family of a hook in any language; total, never fails.
    pub fn of(hook: &str) -> Self {
        let spoken = without_directions(&hook.nfc().collect::<String>().to_lowercase());
        if !spoken.chars().any(char::is_alphanumeric) {
            return Self::Silence;
        }
        let sentence = Sentence::first_of(&spoken);
        if sentence.asks() {
            Self::Question
        } else if sentence.tells() {
            Self::Story
        } else if sentence.counts() {
            Self::Number
        } else {
            Self::Claim
        }
    }
}

/// The first sentence, lowercased, with what the rules ask about it.
struct Sentence<'a> {
    text: &'a str,
    question_mark: bool,
    words: Vec<&'a str>,
}

impl<'a> Sentence<'a> {
    fn first_of(spoken: &'a str) -> Self {
        let start = spoken.trim_start_matches(|character: char| !character.is_alphanumeric());
        let end = start.char_indices().find(|(at, mark)| ends_sentence(start, *at, *mark));
        let (text, mark) = end.map_or((start, None), |(at, mark)| (start.get(..at).unwrap_or(start), Some(mark)));
        Self { text: text.trim(), question_mark: mark.is_some_and(is_question_mark), words: text.unicode_words().collect() }
    }

    fn asks(&self) -> bool {
        self.question_mark
            || self.opens_with(QUESTION_OPENINGS)
            || QUESTION_PARTS.iter().any(|part| self.text.contains(part))
            || QUESTION_ENDINGS.iter().any(|ending| self.text.ends_with(ending))
    }

    fn tells(&self) -> bool {
        self.opens_with(STORY_OPENINGS)
            || STORY_OPENINGS_UNSPACED.iter().any(|opening| self.text.starts_with(opening))
            || STORY_PARTS.iter().chain(STORY_PARTS_UNSPACED).any(|part| self.text.contains(part))
            || self.opens_with_a_year()
    }

    fn counts(&self) -> bool {
        self.text.contains(['%', '％']) || self.words.iter().take(3).any(counts_by_itself) || self.counts_in_vietnamese() || self.counts_in_han()
    }

    /// Whether the sentence begins with one of these phrases, word by word.
    fn opens_with(&self, openings: &[&str]) -> bool {
        openings.iter().any(|opening| {
            self.text
                .strip_prefix(opening)
                .is_some_and(|rest| rest.chars().next().is_none_or(|next| !next.is_alphanumeric() && !matches!(next, '\'' | '’')))
        })
    }

    /// "In 1937 …", "1937年 …", "Năm 1937 …".
    fn opens_with_a_year(&self) -> bool {
        let rest = ["in ", "năm ", "tahun ", "ปี "].iter().find_map(|word| self.text.strip_prefix(word));
        let digits = rest.unwrap_or(self.text);
        let length = digits.chars().take_while(char::is_ascii_digit).count();
        let after = digits.chars().nth(length);
        length == 4 && digits.starts_with(['1', '2']) && (rest.is_some() || after == Some('年'))
    }

    fn counts_in_vietnamese(&self) -> bool {
        self.words
            .windows(2)
            .take(2)
            .any(|pair| matches!(pair, [number, counted] if VIETNAMESE_NUMBERS.contains(number) && VIETNAMESE_COUNTED.contains(counted)))
    }

    /// A numeral before a measure word within the first eight characters.
    fn counts_in_han(&self) -> bool {
        let early: Vec<char> = self.text.chars().take(9).collect();
        early.windows(2).any(|pair| match pair {
            ['一', counted] => HAN_COUNTED_ONE.contains(*counted),
            [numeral, counted] => HAN_NUMERALS.contains(*numeral) && HAN_COUNTED.contains(*counted),
            _ => false,
        })
    }
}

/// A word that is or begins with digits ("3", "3x", "90秒"), or a number word.
fn counts_by_itself(word: &&str) -> bool {
    word.starts_with(char::is_numeric) && !word.starts_with(|letter| HAN_NUMERALS.contains(letter)) || NUMBER_WORDS.contains(word)
}

/// Whether the mark at this byte ends the sentence; a point between digits is a decimal.
fn ends_sentence(text: &str, at: usize, mark: char) -> bool {
    let decimal = || text.get(at + 1..).is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
    is_question_mark(mark) || matches!(mark, '!' | '！' | '。' | '…' | '\n') || (mark == '.' && !decimal())
}

fn is_question_mark(mark: char) -> bool {
    matches!(mark, '?' | '？' | '؟' | '⁇' | '⁈' | '‽')
}

/// Takes out stage directions. 【】 stays: in Chinese titles it holds the headline itself.
fn without_directions(text: &str) -> String {
    let mut depth = 0_u32;
    let mut spoken = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '(' | '[' | '（' => depth += 1,
            ')' | ']' | '）' => depth = depth.saturating_sub(1),
            _ if depth == 0 => spoken.push(character),
            _ => {}
        }
    }
    spoken
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::HookFamily::{self, Claim, Number, Question, Silence, Story};

    fn check(cases: &[(&str, HookFamily)]) {
        for (hook, family) in cases {
            assert_eq!(HookFamily::of(hook), *family, "{hook}");
        }
    }

    #[test]
    fn english() {
        check(&[
            ("Why do villains paint their faces white?", Question),
            ("Did you know this mask is a warning", Question),
            ("What if the hero never came back", Question),
            ("What a night at the opera", Claim),
            ("How to paint a face", Claim),
            ("3 mistakes every singer makes", Number),
            ("These five gestures say everything", Number),
            ("Only 2.5 seconds decide it", Number),
            ("Most people, 90% in fact, miss this", Number),
            ("I painted my face for the last time", Story),
            ("Once, a girl sang for the king", Story),
            ("Three years ago nobody would listen", Story),
            ("In 1937 the theatre burned", Story),
            ("Iron masks are heavier than you think", Claim),
            ("Stop scrolling: this mask is a warning.", Claim),
            ("This is the loudest voice in opera. Why?", Claim),
            ("[drum roll] (no words)", Silence),
            ("🎭🔥…", Silence),
            ("", Silence),
        ]);
    }

    #[test]
    fn chinese() {
        check(&[
            ("为什么花脸要画成白色", Question),
            ("你看得懂这个手势吗", Question),
            ("她还会回来？", Question),
            ("三分钟看懂京剧脸谱", Number),
            ("京剧里的五种笑", Number),
            ("3个动作学会水袖", Number),
            ("【三个秘密】老戏迷才懂", Number),
            ("一招学会亮相", Number),
            ("那年，她第一次登台", Story),
            ("我学戏的第一天就被骂哭了", Story),
            ("三年前，没人愿意听戏", Story),
            ("1937年，戏园子烧了", Story),
            ("一个女孩走进空戏台", Story),
            ("这才是最美的唱腔", Claim),
            ("別再划走了", Claim),
            ("（锣鼓声）", Silence),
            ("……", Silence),
        ]);
    }

    #[test]
    fn vietnamese() {
        check(&[
            ("Tại sao mặt nạ lại màu trắng", Question),
            ("Bạn có biết điệu múa này?", Question),
            ("Bí mật của chiếc mặt nạ là gì", Question),
            ("5 điều bạn chưa biết về kinh kịch", Number),
            ("Năm điều về mặt nạ", Number),
            ("Ba bước để hát tuồng", Number),
            ("Năm 1937, rạp hát bốc cháy", Story),
            ("Ba tôi từng hát tuồng", Story),
            ("Tôi bước lên sân khấu lần cuối", Story),
            ("Nga\u{300}y xưa có một cô gái", Story),
            ("Ba năm trước không ai nghe tuồng", Story),
            ("Đừng lướt nữa: mặt nạ này nguy hiểm", Claim),
            ("Giọng hát này khiến cả rạp im lặng", Claim),
            ("[tiếng trống]", Silence),
        ]);
    }

    #[test]
    fn other_languages_by_their_commonest_marks() {
        check(&[
            ("ทำไมหน้ากากถึงเป็นสีขาว", Question),
            ("Mengapa topeng ini putih", Question),
            ("Suatu hari seorang gadis bernyanyi", Story),
            ("¿Quién canta así?", Question),
            ("7 secretos de la ópera", Number),
            ("La voz más alta", Claim),
        ]);
    }

    proptest! {
        #[test]
        fn the_question_mark_at_the_end_decides_in_any_language(words in "\\p{L}{1,12}( \\p{L}{1,12}){0,4}") {
            prop_assert_eq!(HookFamily::of(&format!("{words}?")), Question);
        }

        #[test]
        fn any_text_has_a_family(text in "\\PC{0,60}") {
            prop_assert!(HookFamily::ALL.contains(&HookFamily::of(&text)));
        }
    }
}
