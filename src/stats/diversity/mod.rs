//! How much a set of texts repeats itself, by the measures of the field.
//!
//! Every measure works on [`Tokens`]: characters where scripts without spaces may occur (for Chinese and Thai words
//! split at spaces mean nothing), or words. Compare sets of equal size and texts of equal length only, because every
//! measure here falls or rises with length; [`companions`] cuts texts for that. What is alike enough to tire an
//! audience is another question, with a measure of its own: [`crate::stats::similarity`].
//!
//! Invariants: never fails, whatever the text; an n-gram never crosses from one text into the next; the order of the
//! texts changes nothing but rounding and compression. Work is linear in the texts, except [`rouge_l`], which is
//! quadratic in their length (by 64 tokens at a time), and everything pairwise, which is quadratic in their number.

mod bleu;
mod compression;
mod grams;
mod subsequence;
mod tokens;

use crate::stats::symmetric::Symmetric;
use grams::Grams;

pub use bleu::{self_bleu, self_bleu_each};
pub use compression::{Compressed, deflate};
pub use subsequence::rouge_l;
pub use tokens::{Token, Tokens};

/// Texts are compared by their first 300 characters.
pub const EQUAL_LENGTH: usize = 300;
/// Repetition is sought in runs of four words, or of eight characters where words are not spaced.
const REPEATED_WORDS: usize = 4;
const REPEATED_CHARACTERS: usize = 8;

/// Different n-grams ÷ all n-grams of the whole set (Li et al., NAACL 2016); 0 where there are none.
pub fn distinct(texts: &[Tokens], n: usize) -> f64 {
    let all = Grams::of_all(texts, n);
    if all.total() == 0 { 0.0 } else { all.kinds() as f64 / all.total() as f64 }
}

/// Σ distinct-n over n = 1..=4 (Padmakumar & He, ICLR 2024): 0..=4.
pub fn ngram_diversity(texts: &[Tokens]) -> f64 {
    (1..=4).map(|n| distinct(texts, n)).sum()
}

/// Cosine of the n-gram counts of every two texts. Texts too short for an n-gram are alike among themselves and like
/// nothing else.
pub fn cosines(texts: &[Tokens], n: usize) -> Option<Symmetric> {
    let grams: Vec<Grams> = texts.iter().map(|text| Grams::of(text, n)).collect();
    Symmetric::from_fn(texts.len(), |i, j| grams[i].cosine(&grams[j]))
}

/// Mean share of common n-grams, |A ∩ B| / |A ∪ B|, over all pairs; two texts without any count as the same. `None`
/// of fewer than two texts.
pub fn jaccard(texts: &[Tokens], n: usize) -> Option<f64> {
    let grams: Vec<Grams> = texts.iter().map(|text| Grams::of(text, n)).collect();
    mean_over_pairs(texts.len(), |i, j| grams[i].jaccard(&grams[j]))
}

/// Mean over the texts of ln(1 + r), r being how often its n-grams occur in the other ones (Salkar et al., AACL 2022;
/// counted as the `diversity` package of Shaib et al. counts, on lowercase tokens). 0 where nothing recurs.
pub fn self_repetition(texts: &[Tokens], n: usize) -> f64 {
    let everywhere = Grams::of_all(texts, n);
    let recurring = |text: &Tokens| {
        let own = Grams::of(text, n);
        own.iter().map(|(gram, count)| f64::from(count) * f64::from(everywhere.count(gram).saturating_sub(count))).sum::<f64>()
    };
    texts.iter().map(|text| recurring(text).ln_1p()).sum::<f64>() / texts.len().max(1) as f64
}

/// Mean over all pairs i > j; `None` if there is none.
fn mean_over_pairs(n: usize, of: impl Fn(usize, usize) -> f64) -> Option<f64> {
    let pairs = n * n.saturating_sub(1) / 2;
    (pairs > 0).then(|| (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| of(i, j)).sum::<f64>() / pairs as f64)
}

/// What is shown beside the Vendi score of a set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Companions {
    /// Different pairs of characters ÷ all of them, 0..=1; less is more repetitive.
    pub distinct_2: f64,
    /// Mean BLEU-4 of each text against all others, 0..=1; more is more repetitive. `None` of fewer than two texts.
    pub self_bleu_4: Option<f64>,
    /// How many times smaller the set becomes when compressed.
    pub deflate_ratio: f64,
    /// Mean ln(1 + recurring runs of four words, or of eight characters where words are not spaced).
    pub self_repetition: f64,
}

/// The four measures on the first [`EQUAL_LENGTH`] characters of each text.
pub fn companions(texts: &[&str]) -> Companions {
    let cut: Vec<String> = texts.iter().map(|text| text.chars().take(EQUAL_LENGTH).collect()).collect();
    let characters: Vec<Tokens> = cut.iter().map(|text| Tokens::of(text, Token::Character)).collect();
    let unspaced = characters.iter().filter(|text| text.is_unspaced()).count() * 2 > texts.len();
    let self_repetition = if unspaced {
        self_repetition(&characters, REPEATED_CHARACTERS)
    } else {
        let words: Vec<Tokens> = cut.iter().map(|text| Tokens::of(text, Token::Whitespace)).collect();
        self_repetition(&words, REPEATED_WORDS)
    };
    Companions {
        distinct_2: distinct(&characters, 2),
        self_bleu_4: self_bleu(&characters),
        deflate_ratio: deflate(&cut.join("\n"), 9).ratio(),
        self_repetition,
    }
}

#[cfg(test)]
mod tests;
