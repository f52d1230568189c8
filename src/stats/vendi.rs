//! How many different things a set holds, and how much of it is the same: the Vendi score and its companions.
//!
//! VS_q(K, p) is the exponential of the Rényi entropy of order q of the eigenvalues λ of diag(√p)·K·diag(√p), with
//! p = 1/n unless weights are given: exp(−Σ λ ln λ) for q = 1, exp(ln(Σ λ^q)/(1 − q)) otherwise, 1/max λ for q = ∞
//! (Friedman & Dieng, TMLR 2023; Pasarkar & Dieng, "Cousins of the Vendi score", AISTATS 2024). It is n when nothing
//! is alike and 1 when everything is the same; q < 1 listens to what is rare, q > 1 to what is common.
//!
//! Invariants: K has ones on its diagonal where the scale of 1..=n is to hold; eigenvalues that are not positive, as
//! rounding makes them, count nothing; sets are compared at one size only, which [`windowed`] sees to.

use rand::seq::index::sample;

use crate::stats::draws::seeded;
use crate::stats::symmetric::Symmetric;

/// The size at which a creator's sets are compared.
pub const WINDOW: usize = 20;
/// Subsamples behind the score of a larger set.
const SUBSAMPLES: usize = 200;
/// Weights may miss the sum of 1 by this much.
const WEIGHT_TOLERANCE: f64 = 1e-6;

/// Which entropy: how much the common counts against the rare.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Order {
    /// Shannon's, the usual one.
    One,
    /// Rényi's of order 2: duplicates weigh more.
    Two,
    /// Order ½: rare things weigh more. Sensitive to rounding where K is not of full rank.
    Half,
    /// Only the greatest eigenvalue counts.
    Infinity,
}

/// The eigenvalues of a weighted similarity matrix, from which every order follows.
#[derive(Debug, Clone, PartialEq)]
pub struct Spectrum {
    values: Vec<f64>,
}

impl Spectrum {
    /// With equal weights.
    pub fn of(similarity: &Symmetric) -> Self {
        let share = 1.0 / similarity.size().max(1) as f64;
        Self { values: similarity.eigenvalues().into_iter().map(|value| value * share).collect() }
    }

    /// With weights: as many as rows, none negative, their sum 1. `None` of anything else.
    pub fn weighted(similarity: &Symmetric, weights: &[f64]) -> Option<Self> {
        if !are_weights(similarity, weights) {
            return None;
        }
        let weighted = Symmetric::from_fn(similarity.size(), |i, j| (weights[i] * weights[j]).sqrt() * similarity.at(i, j))?;
        Some(Self { values: weighted.eigenvalues() })
    }

    /// All eigenvalues, greatest first; rounding may leave the last ones below nought.
    pub fn eigenvalues(&self) -> &[f64] {
        &self.values
    }

    /// The number of different things; 0 of an empty set.
    pub fn score(&self, order: Order) -> f64 {
        self.score_above(order, 0.0)
    }

    /// The same, counting only eigenvalues above `floor`.
    pub fn score_above(&self, order: Order, floor: f64) -> f64 {
        let counted = || self.values.iter().copied().filter(|value| *value > floor);
        if counted().next().is_none() {
            return 0.0;
        }
        match order {
            Order::One => (-counted().map(|value| value * value.ln()).sum::<f64>()).exp(),
            Order::Two => 1.0 / counted().map(|value| value * value).sum::<f64>(),
            Order::Half => counted().map(f64::sqrt).sum::<f64>().powi(2),
            Order::Infinity => 1.0 / counted().fold(0.0, f64::max),
        }
    }
}

fn are_weights(similarity: &Symmetric, weights: &[f64]) -> bool {
    weights.len() == similarity.size() && weights.iter().all(|p| *p >= 0.0) && (weights.iter().sum::<f64>() - 1.0).abs() <= WEIGHT_TOLERANCE
}

/// Internal diversity, 1 − Σ pᵢ·pⱼ·Kᵢⱼ (Benhenda, 2017): one minus the mean similarity, the diagonal included. `None`
/// of weights that are none, or of an empty set.
pub fn internal_diversity(similarity: &Symmetric, weights: Option<&[f64]>) -> Option<f64> {
    let n = similarity.size();
    if n == 0 || weights.is_some_and(|weights| !are_weights(similarity, weights)) {
        return None;
    }
    let p = |i: usize| weights.map_or(1.0 / n as f64, |weights| weights[i]);
    Some(1.0 - (0..n).flat_map(|i| (0..n).map(move |j| (i, j))).map(|(i, j)| p(i) * p(j) * similarity.at(i, j)).sum::<f64>())
}

/// Mean similarity of two different members; `None` of fewer than two.
pub fn mean_similarity(similarity: &Symmetric) -> Option<f64> {
    let n = similarity.size();
    let pairs = n * n.saturating_sub(1) / 2;
    (pairs > 0).then(|| (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| similarity.at(i, j)).sum::<f64>() / pairs as f64)
}

/// H = 1 − (V₁ − 1)/(n − 1): 0 where all `n` are different, 1 where all are the same. `None` of fewer than two.
pub fn homogenisation(score: f64, n: usize) -> Option<f64> {
    (n > 1).then(|| (1.0 - (score - 1.0) / (n as f64 - 1.0)).clamp(0.0, 1.0))
}

/// The scores of a set at exactly [`WINDOW`] members, so that sets of any size compare.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Windowed {
    /// Vendi score of order 1, 1..=20.
    pub one: f64,
    /// Vendi score of order 2.
    pub two: f64,
    /// Homogenisation, 0..=1.
    pub homogenisation: f64,
}

/// Scores twenty members: all of them, or if there are more the mean over 200 subsamples drawn by the seed. `None` of
/// fewer than twenty, which do not compare.
pub fn windowed(similarity: &Symmetric, seed: u64) -> Option<Windowed> {
    let n = similarity.size();
    if n < WINDOW {
        return None;
    }
    let mut rng = seeded(seed);
    let parts = if n == WINDOW { 1 } else { SUBSAMPLES };
    let (mut one, mut two) = (0.0, 0.0);
    for _ in 0..parts {
        let spectrum = Spectrum::of(&similarity.part(&sample(&mut rng, n, WINDOW).into_vec()));
        one += spectrum.score(Order::One) / parts as f64;
        two += spectrum.score(Order::Two) / parts as f64;
    }
    Some(Windowed { one, two, homogenisation: homogenisation(one, WINDOW)? })
}

/// ΔV₁: what a newcomer adds to the set. `likeness` is its similarity to each member; its likeness to itself is 1.
/// Near nought, or below it, when the set holds its like already. `None` if the lengths differ.
pub fn contribution(set: &Symmetric, likeness: &[f64]) -> Option<f64> {
    let n = set.size();
    if likeness.len() != n {
        return None;
    }
    let entry = |i: usize, j: usize| match (i == n, j == n) {
        (false, false) => set.at(i, j),
        (true, false) => likeness[j],
        (false, true) => likeness[i],
        (true, true) => 1.0,
    };
    let joined = Symmetric::from_fn(n + 1, entry)?;
    Some(Spectrum::of(&joined).score(Order::One) - Spectrum::of(set).score(Order::One))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ORDERS: [Order; 4] = [Order::One, Order::Two, Order::Half, Order::Infinity];

    fn matrix(rows: &[&[f64]]) -> Symmetric {
        Symmetric::from_rows(&rows.iter().map(|row| row.to_vec()).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn everything_different_counts_all_and_everything_alike_counts_one() {
        for n in [1usize, 2, 7, 20] {
            let different = Spectrum::of(&Symmetric::from_fn(n, |i, j| f64::from(u8::from(i == j))).unwrap());
            let alike = Spectrum::of(&Symmetric::from_fn(n, |_, _| 1.0).unwrap());
            for order in ORDERS {
                assert!((different.score(order) - n as f64).abs() < 1e-9, "{order:?} of {n}");
                assert!((alike.score_above(order, 1e-12) - 1.0).abs() < 1e-9, "{order:?} of {n}");
            }
        }
        assert_eq!(Spectrum::of(&matrix(&[])).score(Order::One), 0.0);
    }

    /// Two alike by s have eigenvalues (1 ± s)/2.
    #[test]
    fn two_members_follow_the_formula() {
        let spectrum = Spectrum::of(&matrix(&[&[1.0, 0.6], &[0.6, 1.0]]));
        let entropy: f64 = -(0.8_f64 * 0.8_f64.ln() + 0.2 * 0.2_f64.ln());
        assert!((spectrum.score(Order::One) - entropy.exp()).abs() < 1e-12);
        assert!((spectrum.score(Order::Two) - 1.0 / 0.68).abs() < 1e-12);
        assert!((spectrum.score(Order::Half) - (0.8_f64.sqrt() + 0.2_f64.sqrt()).powi(2)).abs() < 1e-12);
        assert!((spectrum.score(Order::Infinity) - 1.25).abs() < 1e-12);
    }

    #[test]
    fn weights_count_as_shares() {
        let different = matrix(&[&[1.0, 0.0], &[0.0, 1.0]]);
        let uneven = Spectrum::weighted(&different, &[0.9, 0.1]).unwrap();
        assert!((uneven.score(Order::Two) - 1.0 / 0.82).abs() < 1e-12);
        assert!((internal_diversity(&different, Some(&[0.9, 0.1])).unwrap() - 0.18).abs() < 1e-12);
        assert!((internal_diversity(&different, None).unwrap() - 0.5).abs() < 1e-12);
        for wrong in [&[1.0][..], &[0.9, 0.2], &[1.1, -0.1], &[f64::NAN, 1.0]] {
            assert_eq!(Spectrum::weighted(&different, wrong), None);
            assert_eq!(internal_diversity(&different, Some(wrong)), None);
        }
    }

    #[test]
    fn homogenisation_runs_from_nought_to_one() {
        assert_eq!([homogenisation(20.0, 20), homogenisation(1.0, 20), homogenisation(1.0, 1)], [Some(0.0), Some(1.0), None]);
        assert_eq!([mean_similarity(&matrix(&[&[1.0]])), mean_similarity(&matrix(&[&[1.0, 0.25], &[0.25, 1.0]]))], [None, Some(0.25)]);
    }

    #[test]
    fn a_newcomer_adds_what_is_new_about_it() {
        let set = matrix(&[&[1.0, 0.0], &[0.0, 1.0]]);
        assert!((contribution(&set, &[0.0, 0.0]).unwrap() - 1.0).abs() < 1e-9);
        assert!(contribution(&set, &[1.0, 0.0]).unwrap() < 0.0);
        assert_eq!(contribution(&set, &[0.0]), None);
    }

    #[test]
    fn a_window_needs_twenty_and_larger_sets_are_subsampled() {
        let blocks = |n: usize| Symmetric::from_fn(n, |i, j| f64::from(u8::from(i % 5 == j % 5))).unwrap();
        assert_eq!(windowed(&blocks(19), 1), None);
        let exact = windowed(&blocks(20), 1).unwrap();
        assert!((exact.one - 5.0).abs() < 1e-9 && (exact.homogenisation - (1.0 - 4.0 / 19.0)).abs() < 1e-9);
        let drawn = windowed(&blocks(40), 1).unwrap();
        assert!(drawn.one > 4.5 && drawn.one < 5.0 && drawn.two < drawn.one, "{drawn:?}");
        assert_eq!(windowed(&blocks(40), 1), windowed(&blocks(40), 1));
        assert_ne!(windowed(&blocks(40), 1), windowed(&blocks(40), 2));
    }

    fn vectors() -> impl Strategy<Value = Vec<Vec<f64>>> {
        (1usize..24, 1usize..6).prop_flat_map(|(n, d)| prop::collection::vec(prop::collection::vec(0.01..1.0f64, d), n))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn scores_lie_between_one_and_n_and_fall_with_the_order(vectors in vectors()) {
            let norm = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>().sqrt();
            let cosine = |i: usize, j: usize| {
                let product: f64 = vectors[i].iter().zip(&vectors[j]).map(|(x, y)| x * y).sum();
                product / (norm(&vectors[i]) * norm(&vectors[j]))
            };
            let similarity = Symmetric::from_fn(vectors.len(), cosine).unwrap();
            let spectrum = Spectrum::of(&similarity);
            let [one, two, half, infinity] = ORDERS.map(|order| spectrum.score_above(order, 1e-12));
            prop_assert!(infinity >= 1.0 - 1e-9 && half <= vectors.len() as f64 + 1e-9);
            prop_assert!(infinity <= two + 1e-9 && two <= one + 1e-9 && one <= half + 1e-9);
            // A twin of a member never counts as a new thing.
            let row: Vec<f64> = (0..vectors.len()).map(|j| similarity.at(0, j)).collect();
            prop_assert!(contribution(&similarity, &row).unwrap() < 1.0);
        }
    }
}
