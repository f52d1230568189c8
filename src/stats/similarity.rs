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

use unicode_normalization::UnicodeNormalization;

/// The n-gram counts of one text, computed once and compared often.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Grams {
    counts: HashMap<String, u32>,
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
        let mut counts = HashMap::new();
        if !characters.is_empty() && characters.len() < n {
            counts.insert(characters.iter().collect(), 1);
        }
        for gram in characters.windows(n) {
            *counts.entry(gram.iter().collect::<String>()).or_insert(0) += 1;
        }
        let norm = counts.values().map(|count| f64::from(*count).powi(2)).sum::<f64>().sqrt();
        Self { counts, norm }
    }

    /// Cosine similarity, 0 (no gram in common) to 1 (the same grams in the same proportions).
    pub fn similarity(&self, other: &Self) -> f64 {
        if self.norm == 0.0 || other.norm == 0.0 {
            return 0.0;
        }
        let (few, many) = if self.counts.len() <= other.counts.len() { (self, other) } else { (other, self) };
        // Whole numbers far below 2^53 add exactly, so the order of the map does not show.
        let product: f64 = few.counts.iter().filter_map(|(gram, count)| many.counts.get(gram).map(|twin| f64::from(*count) * f64::from(*twin))).sum();
        (product / (self.norm * other.norm)).min(1.0)
    }
}

/// Texts to compare many others with, by the texts that hold each gram: a comparison costs what the two have in common.
#[derive(Debug, Clone, Default)]
pub struct Index<'a> {
    /// For each gram, which texts hold it and how often
    holders: HashMap<&'a str, Vec<(usize, f64)>>,
    norms: Vec<f64>,
}

impl<'a> Index<'a> {
    pub fn add(&mut self, text: &'a Grams) {
        for (gram, count) in &text.counts {
            self.holders.entry(gram).or_default().push((self.norms.len(), f64::from(*count)));
        }
        self.norms.push(text.norm);
    }

    /// The similarity of a text with each that was added, in their order: the same as [`Grams::similarity`].
    pub fn similarities(&self, text: &Grams) -> Vec<f64> {
        let mut products = vec![0.0; self.norms.len()];
        for (gram, count) in &text.counts {
            for (place, twin) in self.holders.get(gram.as_str()).into_iter().flatten() {
                products[*place] += f64::from(*count) * twin;
            }
        }
        let cosine = |(product, norm): (f64, &f64)| if *norm == 0.0 || text.norm == 0.0 { 0.0 } else { (product / (text.norm * norm)).min(1.0) };
        products.into_iter().zip(&self.norms).map(cosine).collect()
    }
}

/// NFC, lowercase, every code point that is not whitespace.
fn characters(text: &str) -> Vec<char> {
    let composed: String = text.nfc().collect();
    composed.to_lowercase().chars().filter(|character| !character.is_whitespace()).collect()
}

/// Whether more than half of the letters are Han ideographs; digits and punctuation do not vote.
fn is_mainly_han(characters: &[char]) -> bool {
    let letters = characters.iter().filter(|character| character.is_alphabetic()).count();
    let han = characters.iter().filter(|character| is_han(**character)).count();
    han * 2 > letters
}

/// Han ideographs: the unified blocks, their extensions and the compatibility block.
pub fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
