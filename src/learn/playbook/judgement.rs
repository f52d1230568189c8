//! The recommender against the team: what came of accepted cards beside what came of people's own ideas.
//!
//! The unit is an idea, with the mean logarithm of the indices of its posts, so that an idea that was posted often counts
//! once. Means are of logarithms (an index is a ratio), intervals Student's at 90 %. Each card is also weighted by the
//! inverse of the chance with which it was drawn (Hájek's ratio estimator, 1971), which tells what the candidates would
//! have brought had all been drawn alike. Nobody assigned ideas by chance to either side, so this is evidence of grade C.
//!
//! Invariants: simulated and real posts are never put together; fewer than [`FEWEST`] ideas on a side have no number.

use super::evidence::{Post, speaks_simulated};
use crate::platform::Ms;
use crate::platform::id::IdeaId;
use crate::stats::student::two_sided_critical;
use std::collections::BTreeMap;

/// Ideas with numbers below which nothing is said.
pub const FEWEST: usize = 10;
const LEVEL: f64 = 0.9;

/// A geometric mean of indices, or a ratio of two, with its 90 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    pub mean: f64,
    pub low: f64,
    pub high: f64,
}

/// One side: how many ideas have numbers, and their mean if there are enough.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Side {
    pub n: usize,
    pub mean: Option<Mean>,
}

impl Side {
    pub fn missing(&self) -> usize {
        FEWEST.saturating_sub(self.n)
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    pub accepted: i64,
    pub changed: i64,
    pub refused: i64,
    /// The numbers are the invented audience's.
    pub simulated: bool,
    pub cards: Side,
    pub own: Side,
    /// Cards by the inverse of their chance, where the weights leave as many ideas' worth of evidence.
    pub weighted: Option<Mean>,
    /// Cards over own ideas.
    pub ratio: Option<Mean>,
}

/// Judges by the posts of ideas that were written since a moment. `decisions`: accepted, changed, refused.
pub fn judge(posts: &[Post], since: Ms, [accepted, changed, refused]: [i64; 3]) -> Judgement {
    let simulated = speaks_simulated(posts);
    let of = |post: &&Post| post.simulated == simulated && post.conceived.is_some_and(|at| at >= since);
    let (mut cards, mut own): (BTreeMap<IdeaId, Idea>, BTreeMap<IdeaId, Idea>) = Default::default();
    for post in posts.iter().filter(of) {
        let (Some(id), Some(index)) = (post.idea, post.index.filter(|index| *index > 0.0)) else { continue };
        let (side, weight) = match (post.drawn, post.own) {
            (Some(chance), _) if chance > 0.0 => (&mut cards, chance.recip()),
            (None, true) => (&mut own, 1.0),
            _ => continue,
        };
        let idea = side.entry(id).or_insert(Idea { weight, logs: Vec::new() });
        idea.logs.push(index.ln());
    }
    let even = |side: &BTreeMap<IdeaId, Idea>| Sample::of(side.values().map(|idea| (idea.mean(), 1.0)));
    let (cards_even, own_even) = (even(&cards), even(&own));
    let weighted = Sample::of(cards.values().map(|idea| (idea.mean(), idea.weight)));
    let side = |n: usize, sample: Option<Sample>| Side { n, mean: sample.map(Sample::mean) };
    let ratio = cards_even.zip(own_even).map(|(cards, own)| cards.over(own));
    let (cards, own) = (side(cards.len(), cards_even), side(own.len(), own_even));
    Judgement { accepted, changed, refused, simulated, cards, own, weighted: weighted.map(Sample::mean), ratio }
}

struct Idea {
    weight: f64,
    logs: Vec<f64>,
}

impl Idea {
    fn mean(&self) -> f64 {
        self.logs.iter().sum::<f64>() / self.logs.len() as f64
    }
}

/// A weighted mean of logarithms, its variance, and how many even weights it is worth.
#[derive(Clone, Copy, Debug)]
struct Sample {
    mean: f64,
    variance: f64,
    worth: f64,
}

impl Sample {
    /// `None` if it is worth fewer than [`FEWEST`].
    fn of(values: impl Iterator<Item = (f64, f64)>) -> Option<Sample> {
        let values: Vec<(f64, f64)> = values.collect();
        let whole: f64 = values.iter().map(|(_, weight)| weight).sum();
        let worth = whole.powi(2) / values.iter().map(|(_, weight)| weight.powi(2)).sum::<f64>();
        let mean = values.iter().map(|(value, weight)| value * weight).sum::<f64>() / whole;
        let spread: f64 = values.iter().map(|(value, weight)| (weight * (value - mean)).powi(2)).sum();
        // Even weights of n values sum to n but for rounding.
        (worth > FEWEST as f64 - 1e-9).then(|| Sample { mean, variance: spread / whole.powi(2) * worth / (worth - 1.0), worth })
    }

    fn mean(self) -> Mean {
        around(self.mean, self.variance, self.worth - 1.0)
    }

    /// The ratio of two, by Welch's degrees of freedom.
    fn over(self, other: Sample) -> Mean {
        let variance = self.variance + other.variance;
        let parts = [self, other].map(|side| side.variance.powi(2) / (side.worth - 1.0));
        let freedom = variance.powi(2) / parts.iter().sum::<f64>();
        around(self.mean - other.mean, variance, if freedom.is_finite() { freedom } else { self.worth - 1.0 })
    }
}

fn around(mean: f64, variance: f64, freedom: f64) -> Mean {
    let reach = two_sided_critical(LEVEL, freedom) * variance.sqrt();
    Mean { mean: mean.exp(), low: (mean - reach).exp(), high: (mean + reach).exp() }
}

#[cfg(test)]
mod tests {
    use super::super::evidence::tests::post;
    use super::*;

    fn side(from: u128, n: u128, drawn: Option<f64>, index: impl Fn(u128) -> f64) -> Vec<Post> {
        (0..n).map(|k| Post { drawn, own: drawn.is_none(), ..post(from + k, true, Some(index(k))) }).collect()
    }

    /// Even numbers one value, odd ones another: ten of them have mean log ½(ln a + ln b) and a known spread.
    fn two(a: f64, b: f64) -> impl Fn(u128) -> f64 {
        move |k| if k.is_multiple_of(2) { a } else { b }
    }

    #[test]
    fn ten_of_each_are_compared_and_nine_are_not() {
        let mut posts = side(100, 10, Some(0.5), two(1.0, 2.0));
        posts.extend(side(200, 9, None, two(1.0, 1.0)));
        let judged = judge(&posts, Ms(0), [8, 2, 3]);
        let cards = judged.cards.mean.unwrap();
        // t of 9 degrees at 90 % is 1.8331; the standard error of the ten logarithms is ln 2 / 2 · √(10/9) / √10.
        let reach = 1.833_113 * 2.0_f64.ln() / 2.0 * (1.0_f64 / 9.0).sqrt();
        assert!((cards.mean - 2.0_f64.sqrt()).abs() < 1e-9 && (cards.high / cards.mean - reach.exp()).abs() < 1e-5, "{cards:?}");
        assert_eq!((judged.cards.n, judged.own, judged.ratio), (10, Side { n: 9, mean: None }, None));
        assert_eq!((judged.own.missing(), judged.refused, judged.simulated), (1, 3, true));
        posts.extend(side(300, 1, None, |_| 1.0));
        let ratio = judge(&posts, Ms(0), [0; 3]).ratio.unwrap();
        assert!((ratio.mean - 2.0_f64.sqrt()).abs() < 1e-9 && ratio.low < ratio.mean && ratio.mean < ratio.high);
    }

    #[test]
    fn chances_weigh_back_what_was_drawn_often() {
        let mut posts = side(100, 10, Some(1.0), |_| 2.0);
        posts.extend(side(200, 10, Some(0.5), |_| 1.0));
        let judged = judge(&posts, Ms(0), [20, 0, 0]);
        assert!((judged.weighted.unwrap().mean - 2.0_f64.powf(1.0 / 3.0)).abs() < 1e-9);
        assert!((judged.cards.mean.unwrap().mean - 2.0_f64.sqrt()).abs() < 1e-9);
        let mut lopsided = side(100, 10, Some(1.0), |_| 2.0);
        lopsided.extend(side(200, 1, Some(0.01), |_| 1.0));
        assert_eq!(judge(&lopsided, Ms(0), [11, 0, 0]).weighted, None, "one card would speak for all");
    }

    #[test]
    fn only_ideas_of_the_window_and_of_one_world_count_and_each_once() {
        let mut posts = side(100, 10, Some(0.5), |_| 1.0);
        posts.extend(side(100, 10, Some(0.5), |_| 4.0));
        let judged = judge(&posts, Ms(0), [10, 0, 0]);
        assert_eq!(judged.cards.n, 10);
        assert!((judged.cards.mean.unwrap().mean - 2.0).abs() < 1e-9);
        assert_eq!(judge(&posts, Ms(105), [10, 0, 0]).cards.n, 5);
        posts.extend((0..3).map(|n| post(900 + n, false, Some(1.0))));
        let real = judge(&posts, Ms(0), [10, 0, 0]);
        assert_eq!((real.simulated, real.cards.n), (false, 0));
    }
}
