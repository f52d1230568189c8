//! Whether judges agree with each other, and whether taste agrees with the market.
//!
//! Krippendorff's α = 1 − D_o/D_e over all pairs of judgements of one unit (Krippendorff, *Content Analysis*, ch. 12;
//! Hayes & Krippendorff, 2007): 1 is perfect, 0 what chance alone would do, below 0 worse; missing judgements are left
//! out. Below [`TENTATIVE`] no conclusion should rest on them. Spearman's ρ is the correlation of average ranks, with
//! a percentile bootstrap interval (Efron & Tibshirani, ch. 13).

use rand::RngExt;

use crate::stats::draws::{quantile, seeded};

/// The α below which judges are too far apart even for tentative conclusions.
pub const TENTATIVE: f64 = 0.667;
/// Fewer pairs give no correlation worth showing.
pub const FEWEST_PAIRS: usize = 10;
const RESAMPLES: usize = 2_000;

/// What the distance between two judgements means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Categories: the same or not.
    Nominal,
    /// Places in an order: how many judgements lie between.
    Ordinal,
    /// Numbers: the squared difference.
    Interval,
}

/// Krippendorff's α of judgements, one row per judge and one column per unit. Rows may end early; a missing or NaN
/// judgement is none. `None` where no unit has two judgements; 1 where all judgements are the same value.
pub fn krippendorff(judges: &[Vec<Option<f64>>], level: Level) -> Option<f64> {
    let units = judges.iter().map(Vec::len).max().unwrap_or(0);
    let judged: Vec<Vec<f64>> = (0..units)
        .map(|unit| judges.iter().filter_map(|row| row.get(unit).copied().flatten()).filter(|value| value.is_finite()).collect())
        .filter(|values: &Vec<f64>| values.len() > 1)
        .collect();
    let mut values: Vec<f64> = judged.iter().flatten().copied().collect();
    values.sort_by(f64::total_cmp);
    values.dedup();
    let place = |value: f64| values.partition_point(|known| *known < value);
    let mut totals = vec![0.0; values.len()];
    judged.iter().flatten().for_each(|value| totals[place(*value)] += 1.0);
    let n: f64 = totals.iter().sum();
    if n == 0.0 {
        return None;
    }
    let distances = Distances::new(level, &values, &totals);
    let observed: f64 = judged.iter().map(|unit| spread(unit, &|a, b| distances.between(place(a), place(b))) / (unit.len() as f64 - 1.0)).sum();
    let pairs = (0..values.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
    let expected: f64 = pairs.map(|(a, b)| 2.0 * totals[a] * totals[b] * distances.between(a, b)).sum::<f64>() / (n - 1.0);
    if expected == 0.0 { Some(1.0) } else { Some(1.0 - observed / expected) }
}

/// Sum of the distances of all ordered pairs.
fn spread(values: &[f64], distance: &impl Fn(f64, f64) -> f64) -> f64 {
    let pairs = values.iter().enumerate().flat_map(|(at, a)| values.iter().take(at).map(move |b| (*a, *b)));
    2.0 * pairs.map(|(a, b)| distance(a, b)).sum::<f64>()
}

/// Squared distances between the places of distinct values.
struct Distances<'a> {
    level: Level,
    values: &'a [f64],
    /// Judgements up to and with each value.
    cumulative: Vec<f64>,
    totals: &'a [f64],
}

impl<'a> Distances<'a> {
    fn new(level: Level, values: &'a [f64], totals: &'a [f64]) -> Self {
        let sums = totals.iter().scan(0.0, |sum, count| {
            *sum += count;
            Some(*sum)
        });
        Self { level, values, cumulative: sums.collect(), totals }
    }

    fn between(&self, a: usize, b: usize) -> f64 {
        let (low, high) = (a.min(b), a.max(b));
        if low == high {
            return 0.0;
        }
        match self.level {
            Level::Nominal => 1.0,
            // Everything from low to high, less half of the two ends.
            Level::Ordinal => {
                let whole = self.cumulative[high] - self.cumulative[low] + self.totals[low];
                (whole - 0.5 * (self.totals[low] + self.totals[high])).powi(2)
            }
            Level::Interval => (self.values[high] - self.values[low]).powi(2),
        }
    }
}

/// A rank correlation and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Correlation {
    /// Spearman's ρ, −1..=1.
    pub rho: f64,
    /// The 90% interval of resampled pairs.
    pub interval: [f64; 2],
}

/// Spearman's ρ of paired values with its interval; the same seed gives the same one. `None` of fewer than
/// [`FEWEST_PAIRS`] pairs, of lists of different length, of values that are not finite, and of a list without variety.
pub fn spearman(x: &[f64], y: &[f64], seed: u64) -> Option<Correlation> {
    let n = x.len();
    if n < FEWEST_PAIRS {
        return None;
    }
    let rho = rank_correlation(x, y)?;
    let mut rng = seeded(seed);
    let mut resampled: Vec<f64> = (0..RESAMPLES)
        .filter_map(|_| {
            let (left, right): (Vec<f64>, Vec<f64>) = (0..n).map(|_| rng.random_range(0..n)).map(|at| (x[at], y[at])).unzip();
            // A resample without variety has no correlation and says nothing.
            rank_correlation(&left, &right)
        })
        .collect();
    resampled.sort_by(f64::total_cmp);
    Some(Correlation { rho, interval: [quantile(&resampled, 0.05)?, quantile(&resampled, 0.95)?] })
}

/// Spearman's ρ alone, of any number of pairs from two on; `None` as in [`spearman`].
pub fn rank_correlation(x: &[f64], y: &[f64]) -> Option<f64> {
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
pub fn average_ranks(values: &[f64]) -> Vec<f64> {
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

    fn rows(judges: &[&[f64]]) -> Vec<Vec<Option<f64>>> {
        judges.iter().map(|row| row.iter().map(|value| value.is_finite().then_some(*value)).collect()).collect()
    }

    /// The example with four judges, twelve units and gaps of Krippendorff, "Computing Krippendorff's
    /// alpha-reliability" (2011), section E: 0.743, 0.815, 0.849.
    #[test]
    fn agrees_with_krippendorffs_own_example() {
        const X: f64 = f64::NAN;
        let judges = rows(&[
            &[1.0, 2.0, 3.0, 3.0, 2.0, 1.0, 4.0, 1.0, 2.0, X, X, X],
            &[1.0, 2.0, 3.0, 3.0, 2.0, 2.0, 4.0, 1.0, 2.0, 5.0, X, 3.0],
            &[X, 3.0, 3.0, 3.0, 2.0, 3.0, 4.0, 2.0, 2.0, 5.0, 1.0, X],
            &[1.0, 2.0, 3.0, 3.0, 2.0, 4.0, 4.0, 1.0, 2.0, 5.0, 1.0, X],
        ]);
        for (level, expected) in [(Level::Nominal, 0.743), (Level::Ordinal, 0.815), (Level::Interval, 0.849)] {
            let alpha = krippendorff(&judges, level).unwrap();
            assert!((alpha - expected).abs() < 5e-4, "{level:?}: {alpha}");
        }
    }

    #[test]
    fn nothing_to_compare_has_no_agreement_and_one_answer_is_agreement() {
        assert_eq!(krippendorff(&[], Level::Nominal), None);
        assert_eq!(krippendorff(&rows(&[&[1.0, 2.0, 3.0]]), Level::Nominal), None);
        assert_eq!(krippendorff(&rows(&[&[2.0, 2.0], &[2.0, 2.0]]), Level::Interval), Some(1.0));
        assert_eq!(krippendorff(&rows(&[&[1.0], &[1.0, 2.0]]), Level::Nominal), Some(1.0));
        assert!(krippendorff(&rows(&[&[1.0, 2.0], &[2.0, 1.0]]), Level::Nominal).unwrap() < 0.0);
    }

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
        assert!((same.rho - 1.0).abs() < 1e-12 && same.interval[0] > 0.999, "{same:?}");
        let weak: Vec<f64> = [3.0, 9.0, 1.0, 7.0, 2.0, 11.0, 5.0, 10.0, 4.0, 12.0, 6.0, 8.0].to_vec();
        let found = spearman(&line, &weak, 1).unwrap();
        assert!(found.interval[0] < found.rho && found.rho < found.interval[1] && found.interval[1] - found.interval[0] > 0.4, "{found:?}");
        assert_eq!(spearman(&line, &weak, 1), spearman(&line, &weak, 1));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn alpha_never_exceeds_one_and_ignores_who_judged(
            judges in (2usize..5, 1usize..9).prop_flat_map(|(j, u)| prop::collection::vec(prop::collection::vec(prop::option::of((0u8..4).prop_map(f64::from)), u), j)),
        ) {
            let mut turned = judges.clone();
            turned.reverse();
            for level in [Level::Nominal, Level::Ordinal, Level::Interval] {
                match (krippendorff(&judges, level), krippendorff(&turned, level)) {
                    (Some(alpha), Some(again)) => prop_assert!(alpha <= 1.0 + 1e-12 && (alpha - again).abs() < 1e-9),
                    (one, other) => prop_assert_eq!(one, other),
                }
            }
        }

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
