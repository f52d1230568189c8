//! Self-BLEU: how well each text could be pieced together from the others.
//!
//! BLEU-4 (Papineni et al., ACL 2002) of each text against all others (Zhu et al., "Texygen", SIGIR 2018), in the
//! sentence form of sacrebleu (Post, WMT 2018): orders a short text cannot have are left out, an order without any
//! match counts as 0.1 matches, a text without a single common token scores 0, and a text shorter than its closest
//! reference (the shorter one of a tie) pays exp(1 − r/c).

use std::collections::HashMap;

use super::grams::Grams;
use super::tokens::Tokens;

const ORDERS: usize = 4;
const FLOOR: f64 = 0.1;

/// Mean score of all texts, 0..=1. `None` of fewer than two texts.
pub fn self_bleu(texts: &[Tokens]) -> Option<f64> {
    let scores = self_bleu_each(texts)?;
    Some(scores.iter().sum::<f64>() / scores.len() as f64)
}

/// The score of each text against all others, in order. `None` of fewer than two texts.
pub fn self_bleu_each(texts: &[Tokens]) -> Option<Vec<f64>> {
    if texts.len() < 2 {
        return None;
    }
    let counted: Vec<Vec<Grams>> = (1..=ORDERS).map(|n| texts.iter().map(|text| Grams::of(text, n)).collect()).collect();
    let greatest: Vec<HashMap<&[String], Greatest>> = counted.iter().map(|order| greatest_counts(order)).collect();
    let score = |text: usize| {
        let length = texts[text].len();
        let mut log_precision = 0.0;
        let orders = length.min(ORDERS);
        for (order, most) in counted.iter().zip(&greatest).take(orders) {
            let matched: u32 = order[text].iter().map(|(gram, count)| count.min(most.get(gram).map_or(0, |most| most.without(text)))).sum();
            let total = order[text].total() as f64;
            if matched == 0 && std::ptr::eq(order, &counted[0]) {
                return 0.0;
            }
            let matched = if matched == 0 { FLOOR } else { f64::from(matched) };
            log_precision += (matched / total).ln();
        }
        if orders == 0 { 0.0 } else { (log_precision / orders as f64 + brevity(texts, text)).exp() }
    };
    Some((0..texts.len()).map(score).collect())
}

/// The greatest count of a gram in any text, who has it, and the greatest among the rest: a reference count for every
/// text without counting all others again.
#[derive(Debug, Clone, Copy)]
struct Greatest {
    holder: usize,
    first: u32,
    second: u32,
}

impl Greatest {
    fn without(&self, text: usize) -> u32 {
        if text == self.holder { self.second } else { self.first }
    }

    fn with(self, holder: usize, count: u32) -> Self {
        if count > self.first { Self { holder, first: count, second: self.first } } else { Self { second: self.second.max(count), ..self } }
    }
}

fn greatest_counts<'a>(texts: &[Grams<'a>]) -> HashMap<&'a [String], Greatest> {
    let mut greatest = HashMap::new();
    for (holder, grams) in texts.iter().enumerate() {
        for (gram, count) in grams.iter() {
            let known = greatest.entry(gram).or_insert(Greatest { holder, first: 0, second: 0 });
            *known = known.with(holder, count);
        }
    }
    greatest
}

/// Logarithm of the brevity penalty.
fn brevity(texts: &[Tokens], text: usize) -> f64 {
    let length = texts[text].len();
    let others = texts.iter().enumerate().filter(|(other, _)| *other != text).map(|(_, tokens)| tokens.len());
    let closest = others.min_by_key(|other| (other.abs_diff(length), *other)).unwrap_or(length);
    if length < closest { 1.0 - closest as f64 / length as f64 } else { 0.0 }
}
