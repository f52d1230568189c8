//! Counts of n-grams of tokens.

use std::collections::HashMap;

use super::tokens::Tokens;

/// How often each n-gram occurs; borrowed from the tokens.
#[derive(Debug, Clone, Default)]
pub(super) struct Grams<'a> {
    counts: HashMap<&'a [String], u32>,
}

impl<'a> Grams<'a> {
    /// The n-grams of one text; none of a text shorter than n, and none for n = 0.
    pub(super) fn of(text: &'a Tokens, n: usize) -> Self {
        Self::of_all(std::slice::from_ref(text), n)
    }

    /// The n-grams of all texts together, none of which crosses a border.
    pub(super) fn of_all(texts: &'a [Tokens], n: usize) -> Self {
        let mut counts = HashMap::new();
        for text in texts.iter().filter(|_| n > 0) {
            for gram in text.all().windows(n) {
                *counts.entry(gram).or_insert(0) += 1;
            }
        }
        Self { counts }
    }

    pub(super) fn kinds(&self) -> usize {
        self.counts.len()
    }

    pub(super) fn total(&self) -> u64 {
        self.counts.values().map(|count| u64::from(*count)).sum()
    }

    pub(super) fn count(&self, gram: &[String]) -> u32 {
        self.counts.get(gram).copied().unwrap_or(0)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a [String], u32)> {
        self.counts.iter().map(|(gram, count)| (*gram, *count))
    }

    /// Counts are whole numbers far below 2⁵³, so the order of the map does not show in any sum.
    pub(super) fn cosine(&self, other: &Self) -> f64 {
        if self.counts.is_empty() || other.counts.is_empty() {
            return f64::from(u8::from(self.counts.is_empty() && other.counts.is_empty()));
        }
        let product: f64 = self.iter().map(|(gram, count)| f64::from(count) * f64::from(other.count(gram))).sum();
        (product / (self.squares() * other.squares()).sqrt()).min(1.0)
    }

    fn squares(&self) -> f64 {
        self.counts.values().map(|count| f64::from(*count).powi(2)).sum()
    }

    pub(super) fn jaccard(&self, other: &Self) -> f64 {
        let common = self.counts.keys().filter(|gram| other.counts.contains_key(*gram)).count();
        let either = self.kinds() + other.kinds() - common;
        if either == 0 { 1.0 } else { common as f64 / either as f64 }
    }
}
