//! Properties that must hold for any data, and the error rate that the verdicts promise.

use proptest::prelude::*;

use crate::stats::assess::{Assessment, Counts, Guard, Recommendation, Thresholds, Trial, Unfit, assess};
use crate::stats::beta::Beta;
use crate::stats::contest::{Posterior, contest};
use crate::stats::effect::{Scale, Summary, welch};
use crate::stats::grade::{Assignment, grade};
use crate::stats::multiple::{benjamini_hochberg, holm};
use crate::stats::sequential::{Tuning, sequential};

fn counts() -> impl Strategy<Value = (u64, u64)> {
    (0u32..8, 0.0..1.0f64).prop_flat_map(|(digits, share)| (1..=10u64.pow(digits)).prop_map(move |n| ((n as f64 * share) as u64, n)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn chances_sum_to_one_and_the_highest_mean_loses_least(arms in prop::collection::vec(counts(), 2..20)) {
        let arms: Vec<Beta> = arms.into_iter().map(|(s, n)| Beta::posterior(s, n)).collect();
        let result = contest(&arms, 0);
        prop_assert!((result.best.iter().sum::<f64>() - 1.0).abs() < 1e-10, "{:?}", result.best);
        prop_assert!(result.best.iter().all(|p| (0.0..=1.0 + 1e-12).contains(p)));
        prop_assert!(result.loss.iter().all(|loss| *loss >= 0.0));
        for (arm, loss) in arms.iter().zip(&result.loss) {
            prop_assert!((arm.mean() + loss - result.expected_max).abs() < 1e-11);
        }
    }

    #[test]
    fn equal_arms_are_treated_equally(arm in counts(), copies in 2usize..8) {
        let result = contest(&vec![Beta::posterior(arm.0, arm.1); copies], 0);
        for (best, loss) in result.best.iter().zip(&result.loss) {
            prop_assert!((best - 1.0 / copies as f64).abs() < 1e-11);
            prop_assert!((loss - result.loss[0]).abs() < 1e-13);
        }
        prop_assert!((result.beats_control[1].unwrap() - 0.5).abs() < 1e-11);
    }

    #[test]
    fn corrections_keep_the_order_and_never_flatter(p in prop::collection::vec(0.0..1.0f64, 1..12)) {
        let (strict, mild) = (holm(&p), benjamini_hochberg(&p));
        for i in 0..p.len() {
            prop_assert!(p[i] <= mild[i] + 1e-15 && mild[i] <= strict[i] + 1e-15 && strict[i] <= 1.0);
            for j in 0..p.len() {
                prop_assert!(p[i] > p[j] || (strict[i] <= strict[j] && mild[i] <= mild[j]));
            }
        }
    }

    #[test]
    fn looking_every_day_costs_width(a in (100u32..100_000, 0.05..0.95f64), b in (100u32..100_000, 0.05..0.95f64), planned in 10.0..1e6f64) {
        let [a, b] = [a, b].map(|(n, p)| Summary::proportion(f64::from(n), (f64::from(n) * p).round()));
        let fixed = welch(&a, &b, Scale::Relative, 0.05).unwrap();
        let looked = sequential(&a, &b, Scale::Relative, Tuning::planned(planned, 0.05), 0.05).unwrap();
        prop_assert!(looked.interval[0] < fixed.interval[0] && fixed.interval[1] < looked.interval[1]);
        prop_assert!(looked.p_value >= fixed.p_value);
    }

    #[test]
    fn quantiles_invert_the_distribution(arm in counts(), p in 0.001..0.999f64) {
        let beta = Beta::posterior(arm.0, arm.1);
        let x = beta.quantile(p);
        prop_assert!((beta.cdf(x) - p).abs() < 1e-7 * (1.0 + (arm.1 as f64).sqrt() * 1e-3), "{} {p}", beta.cdf(x));
    }
}

fn look(arms: &[(u64, u64)], days: f64, weights: Option<&[f64]>) -> Assessment {
    let arms: Vec<Counts> = arms.iter().map(|&(outcomes, exposures)| Counts { exposures, outcomes }).collect();
    let trial = Trial { arms: &arms, control: 0, weights, settled: None, days: Some(days), planned: 28_000 };
    let leave = grade(Assignment::RandomisedByUs, 1).randomised().unwrap();
    assess(leave, &trial, &Thresholds::default()).unwrap()
}

#[test]
fn a_clear_winner_is_called() {
    let seen = look(&[(500, 10_000), (700, 10_000), (520, 10_000)], 9.5, Some(&[1.0, 1.0, 1.0]));
    assert_eq!((seen.proven_better, seen.safe_to_ship), (Some(1), Some(1)));
    assert_eq!(seen.recommendation, Recommendation::CallIt(1));
    let lift = seen.arms[1].lift.unwrap();
    assert!((lift.estimate - 0.4).abs() < 1e-12 && lift.interval[0] > 0.0 && lift.p_value < 0.01, "{lift:?}");
    assert!(seen.arms[2].lift.unwrap().interval[0] < 0.0);
    assert_eq!(seen.arms[0].lift, None);
}

#[test]
fn an_interval_excludes_zero_exactly_when_the_lift_is_significant() {
    let mut borderline = 0;
    for better in 500..720 {
        let counted = [(500, 10_000), (better, 10_000), (505, 10_000), (495, 10_000)];
        let seen = look(&counted, 9.0, None);
        for lift in seen.arms.iter().filter_map(|arm| arm.lift) {
            let excluded = lift.interval[0] > 0.0 || lift.interval[1] < 0.0;
            assert_eq!(excluded, lift.p_value <= 0.05, "{better}: {lift:?}");
            // Three comparisons: significant alone, not after adjustment.
            borderline += u32::from(lift.p_value > 0.05 && lift.p_value / 3.0 <= 0.05);
        }
    }
    assert!(borderline > 0, "no case tells adjusted and unadjusted apart");
}

#[test]
fn a_control_ahead_of_everyone_is_kept() {
    let seen = look(&[(700, 10_000), (500, 10_000)], 8.0, None);
    assert_eq!((seen.proven_better, seen.srm), (Some(0), None));
}

#[test]
fn of_equal_arms_the_control_is_the_safe_one() {
    let arms = [Counts { exposures: 4_000_000, outcomes: 200_000 }; 3];
    let trial = Trial { arms: &arms, control: 2, weights: None, settled: None, days: None, planned: 28_000 };
    let leave = grade(Assignment::RandomisedByUs, 1).randomised().unwrap();
    let seen = assess(leave, &trial, &Thresholds::default()).unwrap();
    assert_eq!((seen.safe_to_ship, seen.unmet), (Some(2), Vec::new()));
}

#[test]
fn nothing_is_called_while_a_guard_is_open() {
    let seen = look(&[(20, 900), (90, 1_000)], 3.0, None);
    let open =
        [Guard::Days { have: 3.0, need: 7.0 }, Guard::Exposures { arm: 0, have: 900, need: 1_000 }, Guard::Events { arm: 0, have: 20, need: 25 }];
    assert_eq!(seen.unmet, open);
    assert_eq!((seen.safe_to_ship, seen.proven_better), (None, None));
    assert_eq!(seen.recommendation, Recommendation::KeepGoing);
}

#[test]
fn a_broken_split_blocks_every_verdict() {
    let seen = look(&[(500, 10_000), (900, 12_000)], 30.0, Some(&[0.5, 0.5]));
    assert!(matches!(seen.recommendation, Recommendation::Broken(srm) if srm.alarm()), "{seen:?}");
    assert_eq!((seen.safe_to_ship, seen.proven_better, seen.no_difference), (None, None, false));
}

#[test]
fn time_runs_out_and_tiny_differences_stop_a_test() {
    let slow = look(&[(50, 1_000), (60, 1_000), (62, 1_000)], 28.0, None);
    assert_eq!(slow.recommendation, Recommendation::StopNoDifference);
    let alike = look(&[(4_000_000, 8_000_000), (4_001_000, 8_000_000)], 10.0, None);
    assert!(alike.no_difference && alike.proven_better.is_none(), "{alike:?}");
    let waiting = look(&[(50, 1_000), (60, 1_000), (62, 1_000)], 27.9, None);
    assert_eq!(waiting.recommendation, Recommendation::KeepGoing);
}

#[test]
fn a_day_without_viewers_is_no_accident() {
    let seen = look(&[(0, 0), (0, 0)], 0.0, Some(&[1.0, 1.0]));
    assert_eq!((seen.arms[0].rate, seen.srm), (None, None));
    assert!((seen.arms[0].chance_best - 0.5).abs() < 1e-12);
}

#[test]
fn senseless_trials_are_refused() {
    let leave = grade(Assignment::RandomisedByPlatform, 1).randomised().unwrap();
    let arm = |outcomes, exposures| Counts { exposures, outcomes };
    let refused = |arms: &[Counts], control, weights, days| {
        let trial = Trial { arms, control, weights, settled: None, days, planned: 1_000 };
        assess(leave, &trial, &Thresholds::default()).unwrap_err()
    };
    let two = [arm(1, 10), arm(2, 10)];
    assert_eq!(refused(&two[..1], 0, None, None), Unfit::TooFewArms);
    assert_eq!(refused(&two, 2, None, None), Unfit::NoSuchControl);
    assert_eq!(refused(&[arm(1, 10), arm(11, 10)], 0, None, None), Unfit::MoreOutcomesThanExposures { arm: 1 });
    assert_eq!(refused(&two, 0, Some(&[1.0]), None), Unfit::UnusableWeights);
    assert_eq!(refused(&two, 0, None, Some(f64::NAN)), Unfit::UnusableNumber);
}

/// Knuth's 64-bit linear congruential generator; its high bits are random enough for Bernoulli draws.
struct Dice(u64);

impl Dice {
    fn successes(&mut self, draws: u32, chance: f64) -> u64 {
        let bar = (chance * f64::from(1u32 << 31)) as u64;
        (0..draws).fold(0, |sum, _| {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            sum + u64::from(self.0 >> 33 < bar)
        })
    }
}

#[test]
fn equal_arms_are_rarely_proven_different() {
    // 28 daily looks at two equal arms of 200 viewers a day: the small-sample case, where the theory is weakest.
    let (tests, daily) = (250, 200);
    let mut dice = Dice(20_261_123);
    let mut called = 0;
    for _ in 0..tests {
        let mut arms = [(0, 0), (0, 0)];
        let fired = (1..=28).any(|day| {
            for arm in &mut arms {
                *arm = (arm.0 + dice.successes(daily, 0.05), arm.1 + u64::from(daily));
            }
            day >= 7 && look(&arms, f64::from(day), None).proven_better.is_some()
        });
        called += u32::from(fired);
    }
    assert!(called * 100 <= tests * 6, "{called} of {tests}");
}
