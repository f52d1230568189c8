//! How alike two texts are: the cosine of their character n-gram counts.
//!
//! Reusable: this is the measure that originality reports and that makes the invented audience
//! tired, so the two always agree. It knows nothing of either.
//!
//! A text becomes counts of character 3-grams, or of 2-grams if it is mainly Han, after NFC,
//! lowercasing and removal of whitespace; similarity is ⟨a, b⟩ / (‖a‖·‖b‖). Characters rather than
//! words, because words split at spaces mean nothing in Chinese and Thai. Counts are never negative,
//! so a similarity lies in 0..=1, and a matrix of similarities is positive semidefinite, as the Vendi
//! score asks. (Salton and McGill, 1983, for the cosine; Damashek, "Gauging similarity with n-grams",
//! Science 267, 1995, for n-grams across languages.)
//!
//! Invariants: `similarity` is symmetric; two texts that are equal after normalisation have 1, unless
//! they are empty; an empty text is like nothing, itself included. Texts that use different n share no
//! gram and have 0.

use std::collections::HashMap;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A code point needs no more bits.
const POINT: u32 = 21;
/// Bytes of one gram and its count where they are kept.
const KEPT: usize = 10;

/// The n-gram counts of one text, computed once and compared often.
///
/// A gram is its code points, 21 bits each, behind a leading one that tells its length: the number is the gram itself
/// and no digest of it, so no two grams ever meet in one. Sorted, so that two texts are compared by merging.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Grams {
    counts: Vec<(u64, u32)>,
    norm: f64,
}

impl Grams {
    /// Counts the grams of a text; n is 2 if more than half of its letters are Han, else 3. A text
    /// shorter than n is one gram, so that equal short texts are still alike.
    pub fn of(text: &str) -> Self {
        let characters = characters(text);
        let n = if is_mainly_han(&characters) { 2 } else { 3 };
        Self::sized(&characters, n)
    }

    fn sized(characters: &[char], n: usize) -> Self {
        let short = (!characters.is_empty() && characters.len() < n).then(|| pack(characters));
        let mut keys: Vec<u64> = short.into_iter().chain(characters.windows(n).map(pack)).collect();
        keys.sort_unstable();
        let mut counts: Vec<(u64, u32)> = Vec::with_capacity(keys.len());
        for key in keys {
            match counts.last_mut() {
                Some((known, count)) if *known == key => *count = count.saturating_add(1),
                _ => counts.push((key, 1)),
            }
        }
        Self::counted(counts)
    }

    fn counted(counts: Vec<(u64, u32)>) -> Self {
        // Whole numbers far below 2^53 add exactly.
        let norm = counts.iter().map(|(_, count)| u64::from(*count) * u64::from(*count)).sum::<u64>() as f64;
        Self { counts, norm: norm.sqrt() }
    }

    /// Cosine similarity, 0 (no gram in common) to 1 (the same grams in the same proportions).
    pub fn similarity(&self, other: &Self) -> f64 {
        if self.norm == 0.0 || other.norm == 0.0 {
            return 0.0;
        }
        let (mut mine, mut theirs) = (self.counts.iter(), other.counts.iter());
        let (mut left, mut right) = (mine.next(), theirs.next());
        let mut product = 0_u64;
        while let (Some((a, n)), Some((b, m))) = (left, right) {
            if a == b {
                product += u64::from(*n) * u64::from(*m);
            }
            if a <= b {
                left = mine.next();
            }
            if b <= a {
                right = theirs.next();
            }
        }
        (product as f64 / (self.norm * other.norm)).min(1.0)
    }

    /// The different grams, each as its number.
    pub fn keys(&self) -> impl Iterator<Item = u64> {
        self.counts.iter().map(|(key, _)| *key)
    }

    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// To be kept: each gram as u64 and its count as u16, little endian, sorted. A count above 65,535 is kept as that.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.counts.len() * KEPT);
        for (key, count) in &self.counts {
            bytes.extend_from_slice(&key.to_le_bytes());
            bytes.extend_from_slice(&u16::try_from(*count).unwrap_or(u16::MAX).to_le_bytes());
        }
        bytes
    }

    /// What [`Grams::to_bytes`] wrote; bytes that it never wrote have no meaning and do no harm.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let mut counts: Vec<(u64, u32)> = bytes
            .as_chunks::<KEPT>()
            .0
            .iter()
            .map(|[a, b, c, d, e, f, g, h, low, high]| {
                (u64::from_le_bytes([*a, *b, *c, *d, *e, *f, *g, *h]), u32::from(u16::from_le_bytes([*low, *high])))
            })
            .collect();
        counts.sort_unstable();
        Self::counted(counts)
    }
}

/// The number of a gram of at most three code points.
fn pack(gram: &[char]) -> u64 {
    gram.iter().fold(1, |key, character| key << POINT | u64::from(*character))
}

/// Texts to compare many others with, by the texts that hold each gram: a comparison costs what the two have in common.
#[derive(Debug, Clone, Default)]
pub struct Index {
    /// For each gram, which texts hold it and how often
    holders: HashMap<u64, Vec<(usize, f64)>>,
    norms: Vec<f64>,
}

impl Index {
    pub fn add(&mut self, text: &Grams) {
        for (gram, count) in &text.counts {
            self.holders.entry(*gram).or_default().push((self.norms.len(), f64::from(*count)));
        }
        self.norms.push(text.norm);
    }

    /// The similarity of a text with each that was added, in their order: the same as [`Grams::similarity`].
    pub fn similarities(&self, text: &Grams) -> Vec<f64> {
        let mut products = vec![0.0; self.norms.len()];
        for (gram, count) in &text.counts {
            for (place, twin) in self.holders.get(gram).into_iter().flatten() {
                products[*place] += f64::from(*count) * twin;
            }
        }
        let cosine = |(product, norm): (f64, &f64)| if *norm == 0.0 || text.norm == 0.0 { 0.0 } else { (product / (text.norm * norm)).min(1.0) };
        products.into_iter().zip(&self.norms).map(cosine).collect()
    }
}

/// NFC, lowercase, every code point that is not whitespace.
fn characters(text: &str) -> Vec<char> {
    if text.is_ascii() {
        return text.bytes().map(|byte| char::from(byte.to_ascii_lowercase())).filter(|character| !character.is_whitespace()).collect();
    }
    let lower = match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text.to_lowercase(),
        _ => text.nfc().collect::<String>().to_lowercase(),
    };
    lower.chars().filter(|character| !character.is_whitespace()).collect()
}

/// Whether more than half of the letters are Han ideographs; digits and punctuation do not vote.
fn is_mainly_han(characters: &[char]) -> bool {
    let letters = characters.iter().filter(|character| character.is_alphabetic()).count();
    let han = characters.iter().filter(|character| is_han(**character)).count();
    han * 2 > letters
}

/// Other texts that tell how original one is: those most like it.
const NEAREST: usize = 5;

/// How original a text is, 0..=1, by its similarities to others: 1 − the mean of the five greatest. `None` of none.
pub fn originality(similarities: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut near: Vec<f64> = similarities.into_iter().collect();
    near.sort_by(|a, b| b.total_cmp(a));
    near.truncate(NEAREST);
    (!near.is_empty()).then(|| (1.0 - near.iter().sum::<f64>() / near.len() as f64).clamp(0.0, 1.0))
}

/// Han ideographs: the unified blocks, their extensions and the compatibility block.
pub fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_five_nearest_tell_how_original_a_text_is() {
        assert_eq!(originality([]), None);
        assert_eq!(originality([0.5, 0.25]), Some(0.625));
        assert_eq!(originality([0.0, 1.0, 0.0, 1.0, 0.5, 0.5, 0.5]), Some(1.0 - 0.7));
        assert_eq!(originality([1.0 + 1e-12]), Some(0.0));
    }

    fn alike(a: &str, b: &str) -> f64 {
        Grams::of(a).similarity(&Grams::of(b))
    }

    /// Expected values from an independent computation (Python, numpy) on the same definition.
    #[test]
    fn agrees_with_the_reference_in_six_kinds_of_text() {
        for (a, b, expected) in [
            (
                "Stop scrolling: this one trick doubles your watch time.",
                "Stop scrolling! This one trick doubles your watch time today.",
                0.864355893779357,
            ),
            ("三分钟教你做出爆款短视频", "三分钟教你做出爆款短视频封面", 0.9198662110078),
            ("Đừng lướt nữa: mẹo này giúp tăng gấp đôi lượt xem.", "Đừng lướt nữa! Mẹo này giúp tăng gấp đôi lượt xem ngay.", 0.8510644963469901),
            ("หยุดเลื่อนก่อน เคล็ดลับนี้เพิ่มยอดวิวสองเท่า", "หยุดเลื่อนก่อน เคล็ดลับง่ายๆนี้เพิ่มยอดวิวสองเท่า", 0.9024621789837646),
            (
                "Berhenti menggulir: trik ini menggandakan jumlah tayangan.",
                "Berhenti menggulir! Trik ini menggandakan jumlah tayangan hari ini.",
                0.8858795678282981,
            ),
            ("👩‍🍳 cooking at night", "👩‍🍳 cooking at 3am", 0.7161148740394329),
        ] {
            let value = alike(a, b);
            assert!((value - expected).abs() < 1e-9, "{a} / {b}: {value}, not {expected}");
        }
    }

    #[test]
    fn case_spacing_and_composition_do_not_matter() {
        assert_eq!(alike("Đừng lướt nữa", "đừng  LƯỚT\nnữa"), 1.0);
        assert_eq!(alike("e\u{301}tude", "étude"), 1.0);
    }

    #[test]
    fn short_and_empty_texts_have_an_answer() {
        assert_eq!(alike("hi", "hi"), 1.0);
        assert_eq!(alike("好", "好"), 1.0);
        assert_eq!(alike("", ""), 0.0);
        assert_eq!(alike("", "words"), 0.0);
    }

    #[test]
    fn han_is_compared_by_pairs() {
        // 戏曲 is the only pair in common: one of three on either side, and no triple is.
        assert!((alike("看戏曲吧", "爱戏曲啊") - 1.0 / 3.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn kept_grams_are_the_same(a in "\\PC{0,40}", b in "\\PC{0,40}") {
            let (first, second) = (Grams::of(&a), Grams::of(&b));
            let kept = Grams::from_bytes(&first.to_bytes());
            prop_assert_eq!(&kept, &first);
            prop_assert_eq!(kept.similarity(&second).to_bits(), first.similarity(&second).to_bits());
        }

        /// The definition once more, by words and a table, as slow as it is plain.
        #[test]
        fn agrees_with_the_plain_definition(a in "[a-cé戏曲 ]{0,12}", b in "[a-cé戏曲 ]{0,12}") {
            let count = |text: &str| {
                let letters = characters(text);
                let n = if is_mainly_han(&letters) { 2 } else { 3 };
                let mut counts = HashMap::<String, f64>::new();
                if !letters.is_empty() && letters.len() < n {
                    counts.insert(letters.iter().collect(), 1.0);
                }
                for gram in letters.windows(n) {
                    *counts.entry(gram.iter().collect()).or_default() += 1.0;
                }
                counts
            };
            let (x, y) = (count(&a), count(&b));
            let norm = |counts: &HashMap<String, f64>| counts.values().map(|n| n * n).sum::<f64>().sqrt();
            let product: f64 = x.iter().filter_map(|(gram, n)| Some(n * y.get(gram)?)).sum();
            let plain = if norm(&x) == 0.0 || norm(&y) == 0.0 { 0.0 } else { (product / (norm(&x) * norm(&y))).min(1.0) };
            prop_assert_eq!(alike(&a, &b).to_bits(), (plain + 0.0).to_bits());
        }

        #[test]
        fn similarity_is_symmetric_and_bounded(a in "\\PC{0,40}", b in "\\PC{0,40}") {
            let there = alike(&a, &b);
            prop_assert!((0.0..=1.0).contains(&there));
            prop_assert_eq!(there, alike(&b, &a));
        }

        #[test]
        fn many_at_once_are_as_alike_as_two_by_two(texts in prop::collection::vec("[abé 好]{0,9}", 0..8), other in "[abé 好]{0,9}") {
            let (texts, other): (Vec<Grams>, _) = (texts.iter().map(|text| Grams::of(text)).collect(), Grams::of(&other));
            let mut index = Index::default();
            texts.iter().for_each(|text| index.add(text));
            let pairwise: Vec<f64> = texts.iter().map(|text| other.similarity(text)).collect();
            prop_assert_eq!(index.similarities(&other), pairwise);
        }

        #[test]
        fn a_text_is_like_itself(a in "\\PC{0,20}[a-z]") {
            prop_assert!((alike(&a, &a) - 1.0).abs() < 1e-12);
        }
    }
}
