//! Which two to show next.
//!
//! Mostly the pair whose answer teaches most: p(1 − p)·Var(θᵢ − θⱼ) is, to first order, what one duel takes off the
//! variance of that difference. But a ranking that only asks what it wonders about cannot notice its own bias, so one
//! pair in five is uniformly random and one in twenty repeats an earlier pair, which shows how consistent the judge is.
//! Pairs shown lately are left alone, and left and right are drawn, so that a habit of the hand can be measured.

use std::collections::HashSet;

use rand::{RngExt, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

use super::{Fit, chance};
use crate::stats::draws::seeded;

const REPEATED: f64 = 0.05;
const RANDOM: f64 = 0.20;
/// A pair does not come back among this many.
const LATELY: usize = 10;

/// Why a pair is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen {
    /// It teaches most.
    Information,
    /// Drawn uniformly, as a check on bias.
    Random,
    /// Shown before, as a check on consistency.
    Repeat,
}

/// Two items and their sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    pub left: usize,
    pub right: usize,
    pub chosen: Chosen,
}

/// The next pair after those `shown`, oldest first and whichever way round; `None` of fewer than two items. Never one
/// of the last ten, or of all but one where there are fewer pairs than that. The same arguments give the same pair.
pub fn next_pair(fit: &Fit, shown: &[(usize, usize)], seed: u64) -> Option<Pair> {
    let n = fit.theta.len();
    let pairs = n * n.saturating_sub(1) / 2;
    let lately: HashSet<(usize, usize)> = shown.iter().rev().take(LATELY.min(pairs.saturating_sub(1))).map(ordered).collect();
    let open: Vec<(usize, usize)> = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j))).filter(|pair| !lately.contains(pair)).collect();
    let mut rng = seeded(seed);
    let lot = rng.random::<f64>();
    let repeat = if lot < REPEATED { earlier(shown, &open, &mut rng) } else { None };
    let (pair, chosen) = match repeat {
        Some(pair) => (pair, Chosen::Repeat),
        None if (REPEATED..REPEATED + RANDOM).contains(&lot) => (*open.choose(&mut rng)?, Chosen::Random),
        None => (telling(fit, &open, &mut rng)?, Chosen::Information),
    };
    let (left, right) = if rng.random::<bool>() { pair } else { (pair.1, pair.0) };
    Some(Pair { left, right, chosen })
}

fn ordered(pair: &(usize, usize)) -> (usize, usize) {
    (pair.0.min(pair.1), pair.0.max(pair.1))
}

/// One of the pairs shown before that may be shown now.
fn earlier(shown: &[(usize, usize)], open: &[(usize, usize)], rng: &mut ChaCha8Rng) -> Option<(usize, usize)> {
    let before: HashSet<(usize, usize)> = shown.iter().map(ordered).collect();
    // In the order of `open`, not of the set, so that the seed decides alone.
    let known: Vec<(usize, usize)> = open.iter().filter(|pair| before.contains(pair)).copied().collect();
    known.choose(rng).copied()
}

/// The pair that teaches most; among equals, as at the very beginning, one at random.
fn telling(fit: &Fit, open: &[(usize, usize)], rng: &mut ChaCha8Rng) -> Option<(usize, usize)> {
    let worth = |(i, j): (usize, usize)| {
        let p = chance(fit.theta[i] - fit.theta[j]);
        p * (1.0 - p) * fit.variance_of_difference(i, j)
    };
    let worths: Vec<f64> = open.iter().map(|pair| worth(*pair)).collect();
    let most = worths.iter().copied().fold(0.0, f64::max);
    let best: Vec<(usize, usize)> = open.iter().zip(&worths).filter(|(_, worth)| **worth >= most * (1.0 - 1e-9)).map(|(pair, _)| *pair).collect();
    best.choose(rng).copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Wins, fit};
    use super::*;

    /// Item 0 far ahead, 1 and 2 level and well known, 3 and 4 without a duel.
    fn known() -> Fit {
        let mut duels = Wins::none(5);
        for _ in 0..50 {
            duels.win(0, 1);
            duels.win(0, 2);
            duels.tie(1, 2);
        }
        fit(&duels).unwrap()
    }

    #[test]
    fn the_most_telling_pair_has_the_unknown_items() {
        let told: Vec<Pair> = (0..400).filter_map(|seed| next_pair(&known(), &[], seed)).filter(|pair| pair.chosen == Chosen::Information).collect();
        assert!(told.len() > 250);
        assert!(told.iter().all(|pair| ordered(&(pair.left, pair.right)) == (3, 4)), "{told:?}");
    }

    #[test]
    fn kinds_and_sides_come_as_often_as_announced() {
        let posterior = fit(&Wins::none(8)).unwrap();
        let shown: Vec<(usize, usize)> = (0..7).flat_map(|i| (i + 1..8).map(move |j| (j, i))).collect();
        let pairs: Vec<Pair> = (0..4_000).filter_map(|seed| next_pair(&posterior, &shown, seed)).collect();
        let share = |test: &dyn Fn(&Pair) -> bool| pairs.iter().filter(|pair| test(pair)).count() as f64 / 4_000.0;
        assert!((share(&|pair| pair.chosen == Chosen::Repeat) - 0.05).abs() < 0.015);
        assert!((share(&|pair| pair.chosen == Chosen::Random) - 0.20).abs() < 0.025);
        assert!((share(&|pair| pair.left < pair.right) - 0.5).abs() < 0.03);
    }

    #[test]
    fn a_fresh_ranking_does_not_always_begin_with_the_same_two() {
        let posterior = fit(&Wins::none(6)).unwrap();
        let pairs: HashSet<(usize, usize)> =
            (0..200).filter_map(|seed| next_pair(&posterior, &[], seed)).map(|pair| ordered(&(pair.left, pair.right))).collect();
        assert_eq!(pairs.len(), 15);
    }

    #[test]
    fn too_few_items_have_no_pair_and_two_have_the_only_one() {
        assert_eq!(next_pair(&fit(&Wins::none(1)).unwrap(), &[], 1), None);
        assert!(next_pair(&fit(&Wins::none(2)).unwrap(), &[(0, 1); 20], 1).is_some());
    }

    proptest! {
        #[test]
        fn the_last_ten_do_not_come_back(n in 6usize..12, seed: u64, shown in prop::collection::vec((0usize..12, 0usize..12), 0..40)) {
            let posterior = fit(&Wins::none(n)).unwrap();
            let pair = next_pair(&posterior, &shown, seed).unwrap();
            prop_assert!(pair.left < n && pair.right < n && pair.left != pair.right);
            let found = ordered(&(pair.left, pair.right));
            prop_assert!(shown.iter().rev().take(10).all(|other| ordered(other) != found));
            prop_assert_eq!(next_pair(&posterior, &shown, seed), Some(pair));
        }
    }
}
