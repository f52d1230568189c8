//! Whether judges agree with each other.
//!
//! Krippendorff's α = 1 − D_o/D_e over all pairs of judgements of one unit (Krippendorff, *Content Analysis*, ch. 12;
//! Hayes & Krippendorff, 2007): 1 is perfect, 0 what chance alone would do, below 0 worse; missing judgements are left
//! out. Below [`TENTATIVE`] no conclusion should rest on them.

/// The α below which judges are too far apart even for tentative conclusions.
pub const TENTATIVE: f64 = 0.667;

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

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

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
    }
}
