//! Whether two figures rise together: Spearman's rank correlation with its interval.
//!
//! Equal values get the mean of their ranks, and ρ is Pearson's r of the ranks. The interval is the percentile bootstrap
//! (Efron & Tibshirani, *An Introduction to the Bootstrap*, ch. 13): it holds for ties and for any shape of the figures.
//!
//! Invariant: the same pairs and the same seed give the same interval.

use rand::RngExt;

use crate::stats::draws::{quantile, seeded};

/// Fewer pairs give no correlation worth showing.
pub const FEWEST: usize = 10;
/// Resamples behind an interval; fewer of many pairs, so that no more than [`MOST_DRAWN`] are drawn, but never fewer
/// than [`LEAST_RESAMPLES`]. The interval of many pairs is narrow, and so is what it could be wrong by.
const RESAMPLES: usize = 2_000;
const LEAST_RESAMPLES: usize = 200;
const MOST_DRAWN: usize = 400_000;

/// A rank correlation and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Correlation {
    /// Pairs.
    pub n: usize,
    /// Spearman's ρ, −1..=1.
    pub rho: f64,
    /// The ends of the 90 % interval of resampled pairs.
    pub low: f64,
    pub high: f64,
}

/// Spearman's ρ of paired values with its interval; the same seed gives the same one. `None` of fewer than [`FEWEST`]
/// pairs, of lists of different length, of values that are not finite, and of a list without variety.
pub fn spearman(x: &[f64], y: &[f64], seed: u64) -> Option<Correlation> {
    let n = x.len();
    if n < FEWEST {
        return None;
    }
    let rho = rank_correlation(x, y)?;
    let mut rng = seeded(seed);
    let mut resampled: Vec<f64> = (0..(MOST_DRAWN / n).clamp(LEAST_RESAMPLES, RESAMPLES))
        .filter_map(|_| {
            let (left, right): (Vec<f64>, Vec<f64>) = (0..n).map(|_| rng.random_range(0..n)).map(|at| (x[at], y[at])).unzip();
            // A resample without variety has no correlation and says nothing.
            rank_correlation(&left, &right)
        })
        .collect();
    resampled.sort_by(f64::total_cmp);
    Some(Correlation { n, rho, low: quantile(&resampled, 0.05)?, high: quantile(&resampled, 0.95)? })
}

/// ρ alone, of any number of pairs from two on.
fn rank_correlation(x: &[f64], y: &[f64]) -> Option<f64> {
    let paired = x.len() == y.len() && x.len() > 1 && x.iter().chain(y).all(|value| value.is_finite());
    if !paired {
        return None;
    }
    let (x, y) = (average_ranks(x), average_ranks(y));
    let mean = (x.len() as f64 + 1.0) / 2.0;
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(u, v)| (u - mean) * (v - mean)).sum::<f64>();
    let scale = (product(&x, &x) * product(&y, &y)).sqrt();
    (scale > 0.0).then(|| (product(&x, &y) / scale).clamp(-1.0, 1.0))
}

/// Ranks from 1 on; equal values share the mean of the ranks they take.
fn average_ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut taken = 0;
    for run in order.chunk_by(|a, b| values[*a] == values[*b]) {
        let shared = taken as f64 + (run.len() as f64 + 1.0) / 2.0;
        run.iter().for_each(|place| ranks[*place] = shared);
        taken += run.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Expected value from an independent computation (Python, Pearson of mid-ranks) on the same pairs.
    #[test]
    fn agrees_with_the_reference() {
        let x = [0.42, 0.51, 0.51, 0.60, 0.33, 0.71, 0.28, 0.55, 0.64, 0.47, 0.39, 0.80];
        let y = [0.9, 1.1, 1.0, 1.3, 1.0, 1.2, 0.7, 0.8, 1.5, 1.0, 1.1, 1.4];
        let found = spearman(&x, &y, 1).unwrap();
        assert!((found.rho - REFERENCE).abs() < 1e-9, "{}", found.rho);
        assert!(found.low < found.rho && found.rho < found.high && found.high < 1.0 && found.low > 0.0);
    }

    const REFERENCE: f64 = 0.719_099_229_812_053_9;

    /// By hand: ranks 1, 2½, 2½, 4, 5 and 2, 1, 3, 4½, 4½; 7.5 / 9.5.
    #[test]
    fn ties_share_their_ranks() {
        assert_eq!(average_ranks(&[3.0, 1.0, 3.0, 2.0]), [3.5, 1.0, 3.5, 2.0]);
        let rho = rank_correlation(&[1.0, 2.0, 2.0, 4.0, 5.0], &[2.0, 1.0, 3.0, 5.0, 5.0]).unwrap();
        assert!((rho - 15.0 / 19.0).abs() < 1e-12, "{rho}");
    }

    #[test]
    fn a_correlation_needs_ten_pairs_and_variety() {
        let line: Vec<f64> = (0..12).map(f64::from).collect();
        assert_eq!(spearman(&line[..9], &line[..9], 1), None);
        assert_eq!(spearman(&line, &[1.0; 12], 1), None);
        assert_eq!(spearman(&line, &line[..11], 1), None);
        let same = spearman(&line, &line, 1).unwrap();
        assert!((same.rho - 1.0).abs() < 1e-12 && same.low > 0.999 && same.n == 12, "{same:?}");
        let weak: Vec<f64> = [3.0, 9.0, 1.0, 7.0, 2.0, 11.0, 5.0, 10.0, 4.0, 12.0, 6.0, 8.0].to_vec();
        let found = spearman(&line, &weak, 1).unwrap();
        assert!(found.low < found.rho && found.rho < found.high && found.high - found.low > 0.4, "{found:?}");
        assert_eq!(spearman(&line, &weak, 1), spearman(&line, &weak, 1));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn rank_correlation_sees_only_the_order(values in prop::collection::vec((-50i32..50, -50i32..50), 2..30)) {
            let (x, y): (Vec<f64>, Vec<f64>) = values.into_iter().map(|(x, y)| (f64::from(x), f64::from(y))).unzip();
            let bent: Vec<f64> = x.iter().map(|x| (x / 20.0).exp()).collect();
            match (rank_correlation(&x, &y), rank_correlation(&bent, &y)) {
                (Some(one), Some(other)) => prop_assert!((one - other).abs() < 1e-12),
                (one, other) => prop_assert_eq!(one, other),
            }
        }
    }
}
