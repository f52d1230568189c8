//! What a randomised test shows, what it still lacks, and what to do.
//!
//! Two badges, not one. *Safe to ship*: the expected loss of choosing the arm is negligible; fires often when arms
//! are equal, which is harmless, and must never be worded as proof. *Proven better*: the confidence sequence against
//! the control excludes zero, Holm-adjusted over the arms. Both wait for every guard, and neither is given while the
//! split of viewers contradicts the plan. Nothing can be assessed without a [`Randomised`], which only grade A has.
//!
//! Rules: posterior Beta(1 + s, 1 + n − s); relative loss = E[loss]/E[θ_control]; lift by the delta method, shown
//! only where every arm concerned has more than 5 expected events and non-events.

use crate::stats::beta::Beta;
use crate::stats::contest::{Contest, Posterior, contest};
use crate::stats::effect::{Scale, Summary};
use crate::stats::grade::Randomised;
use crate::stats::multiple::{holm, holm_levels};
use crate::stats::sequential::{Sequential, Tuning, sequential};
use crate::stats::srm::{Srm, srm};

/// What was counted on one arm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Viewers who met the arm.
    pub exposures: u64,
    /// Viewers among them who did what was hoped for.
    pub outcomes: u64,
}

/// A test to assess.
#[derive(Debug, Clone, Copy)]
pub struct Trial<'a> {
    /// The arms, two or more.
    pub arms: &'a [Counts],
    /// Index of the arm the others are measured against.
    pub control: usize,
    /// Intended shares on any positive scale; `None` when no split was set, and then none is checked.
    pub weights: Option<&'a [f64]>,
    /// Exposures that the split is checked on, where those of a day that is still counted are left out; `None` for
    /// all. A check at every count would raise false alarms: at most once a day.
    pub settled: Option<&'a [u64]>,
    /// Days run so far; `None` for an imported test without dates, and then no duration is asked.
    pub days: Option<f64>,
    /// Planned exposures of an arm and its control together: where the confidence sequence is tightest.
    pub planned: u64,
}

/// When enough is enough.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Days before any verdict: a weekly cycle.
    pub days: f64,
    /// Exposures per arm before any verdict.
    pub exposures: u64,
    /// Outcomes per arm before any verdict.
    pub events: u64,
    /// Relative expected loss below which an arm is safe to ship.
    pub loss: f64,
    /// Error of the proof over all arms and all looks; also the mass outside the intervals of the rates.
    pub alpha: f64,
    /// Relative difference too small to matter.
    pub rope: f64,
    /// Days after which a test without a verdict stops.
    pub max_days: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { days: 7.0, exposures: 1_000, events: 25, loss: 0.0025, alpha: 0.05, rope: 0.03, max_days: 28.0 }
    }
}

/// A guard that is not met yet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Guard {
    /// Too few days.
    Days {
        /// Days run.
        have: f64,
        /// Days asked.
        need: f64,
    },
    /// Too few viewers on an arm.
    Exposures {
        /// Index of the arm.
        arm: usize,
        /// Viewers so far.
        have: u64,
        /// Viewers asked.
        need: u64,
    },
    /// Too few outcomes on an arm.
    Events {
        /// Index of the arm.
        arm: usize,
        /// Outcomes so far.
        have: u64,
        /// Outcomes asked.
        need: u64,
    },
}

/// Relative change against the control.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lift {
    /// (rate − control) / control.
    pub estimate: f64,
    /// Confidence sequence at the level Holm's procedure grants this arm.
    pub interval: [f64; 2],
    /// Holm-adjusted always-valid p-value.
    pub p_value: f64,
}

/// One arm's findings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ArmFindings {
    /// Observed rate; `None` before the first exposure.
    pub rate: Option<f64>,
    /// Central posterior interval of the rate.
    pub interval: [f64; 2],
    /// Chance that the arm has the highest rate.
    pub chance_best: f64,
    /// Expected loss of choosing it, as a rate.
    pub loss: f64,
    /// The same over the control's expected rate.
    pub relative_loss: f64,
    /// Change against the control; `None` for the control and where counts are too small for normal theory.
    pub lift: Option<Lift>,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Recommendation {
    /// Choose this arm.
    CallIt(usize),
    /// Wait.
    KeepGoing,
    /// Stop: any arm will do.
    StopNoDifference,
    /// Trust nothing: viewers were not split as planned.
    Broken(Srm),
}

/// What a test shows. Lists are in the order of the arms.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// Findings per arm.
    pub arms: Vec<ArmFindings>,
    /// The split against the plan; `None` when no split was set or nobody has come.
    pub srm: Option<Srm>,
    /// Guards not met yet; empty when a verdict may be given.
    pub unmet: Vec<Guard>,
    /// The arm of least expected loss, if that loss is negligible.
    pub safe_to_ship: Option<usize>,
    /// The arm proven better than the control, or the control if proven better than every other arm.
    pub proven_better: Option<usize>,
    /// The arms differ by too little to matter, or time is up without a verdict.
    pub no_difference: bool,
    /// What to do.
    pub recommendation: Recommendation,
}

/// Why a trial cannot be assessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// A comparison needs two arms.
    #[error("a test needs at least two arms")]
    TooFewArms,
    /// The control is not among the arms.
    #[error("the control is not one of the arms")]
    NoSuchControl,
    /// An arm counts more outcomes than viewers: a rate is the wrong model.
    #[error("arm {arm} counts more outcomes than exposures")]
    MoreOutcomesThanExposures {
        /// Index of the arm.
        arm: usize,
    },
    /// Weights are missing, not positive or not finite.
    #[error("every arm needs a positive weight")]
    UnusableWeights,
    /// Days or a threshold are negative or not a number.
    #[error("days and thresholds must be numbers in their range")]
    UnusableNumber,
}

/// Assesses a randomised test as it stands. `_leave` is the proof that viewers were randomised.
pub fn assess(_leave: Randomised, trial: &Trial<'_>, thresholds: &Thresholds) -> Result<Assessment, Unfit> {
    check(trial, thresholds)?;
    let posteriors: Vec<Beta> = trial.arms.iter().map(|arm| Beta::posterior(arm.outcomes, arm.exposures)).collect();
    let contest = contest(&posteriors, trial.control);
    let lifts = lifts(trial, thresholds.alpha);
    let base = posteriors.get(trial.control).map_or(1.0, Posterior::mean);
    let arms: Vec<ArmFindings> = (0..trial.arms.len())
        .map(|arm| ArmFindings {
            rate: rate(trial.arms[arm]),
            interval: posteriors[arm].interval(thresholds.alpha),
            chance_best: contest.best[arm],
            loss: contest.loss[arm],
            relative_loss: contest.loss[arm] / base,
            lift: lifts[arm],
        })
        .collect();
    let srm = trial.weights.and_then(|weights| {
        let seen: Vec<f64> = match trial.settled {
            Some(settled) => settled.iter().map(|exposures| *exposures as f64).collect(),
            None => trial.arms.iter().map(|arm| arm.exposures as f64).collect(),
        };
        srm(&seen, weights)
    });
    let unmet = unmet(trial, thresholds);
    Ok(conclude(trial, thresholds, Findings { arms, contest, srm, unmet }))
}

fn check(trial: &Trial<'_>, thresholds: &Thresholds) -> Result<(), Unfit> {
    if trial.arms.len() < 2 {
        return Err(Unfit::TooFewArms);
    }
    if trial.control >= trial.arms.len() {
        return Err(Unfit::NoSuchControl);
    }
    if let Some(arm) = trial.arms.iter().position(|arm| arm.outcomes > arm.exposures) {
        return Err(Unfit::MoreOutcomesThanExposures { arm });
    }
    let fits = |weights: &[f64]| weights.len() == trial.arms.len() && weights.iter().all(|weight| *weight > 0.0 && weight.is_finite());
    if trial.weights.is_some_and(|weights| !fits(weights)) {
        return Err(Unfit::UnusableWeights);
    }
    let Thresholds { days, loss, alpha, rope, max_days, .. } = *thresholds;
    let numbers = [trial.days.unwrap_or(0.0), days, loss, rope, max_days];
    let usable = numbers.iter().all(|number| number.is_finite() && *number >= 0.0);
    if usable && alpha > 0.0 && alpha < 1.0 { Ok(()) } else { Err(Unfit::UnusableNumber) }
}

fn rate(arm: Counts) -> Option<f64> {
    (arm.exposures > 0).then(|| arm.outcomes as f64 / arm.exposures as f64)
}

/// Normal theory needs more than five events and as many non-events.
fn summary(arm: Counts) -> Option<Summary> {
    (arm.outcomes > 5 && arm.exposures - arm.outcomes > 5).then(|| Summary::proportion(arm.exposures as f64, arm.outcomes as f64))
}

/// Lifts with simultaneous intervals. An arm too small for normal theory still counts as one of the comparisons,
/// with p = 1, so that its growing large later cannot weaken an earlier claim.
fn lifts(trial: &Trial<'_>, alpha: f64) -> Vec<Option<Lift>> {
    let tuning = Tuning::planned(trial.planned as f64, alpha);
    let control = summary(trial.arms[trial.control]);
    let test = |arm: usize| -> Option<Sequential> { sequential(&control?, &summary(trial.arms[arm])?, Scale::Relative, tuning, alpha).ok() };
    let others: Vec<usize> = (0..trial.arms.len()).filter(|arm| *arm != trial.control).collect();
    let tests: Vec<Option<Sequential>> = others.iter().map(|arm| test(*arm)).collect();
    let p_values: Vec<f64> = tests.iter().map(|test| test.map_or(1.0, |test| test.p_value)).collect();
    let (adjusted, levels) = (holm(&p_values), holm_levels(&p_values, alpha));
    let mut lifts = vec![None; trial.arms.len()];
    for (k, arm) in others.into_iter().enumerate() {
        lifts[arm] = tests[k].map(|test| {
            let n = (trial.arms[trial.control].exposures + trial.arms[arm].exposures) as f64;
            let estimate = test.effect.estimate;
            let reach = tuning.half_width(test.effect.variance, n, levels[k]);
            Lift { estimate, interval: [estimate - reach, estimate + reach], p_value: adjusted[k] }
        });
    }
    lifts
}

fn unmet(trial: &Trial<'_>, thresholds: &Thresholds) -> Vec<Guard> {
    let mut unmet = Vec::new();
    if let Some(have) = trial.days.filter(|days| *days < thresholds.days) {
        unmet.push(Guard::Days { have, need: thresholds.days });
    }
    for (arm, counts) in trial.arms.iter().enumerate() {
        if counts.exposures < thresholds.exposures {
            unmet.push(Guard::Exposures { arm, have: counts.exposures, need: thresholds.exposures });
        }
        if counts.outcomes < thresholds.events {
            unmet.push(Guard::Events { arm, have: counts.outcomes, need: thresholds.events });
        }
    }
    unmet
}

struct Findings {
    arms: Vec<ArmFindings>,
    contest: Contest,
    srm: Option<Srm>,
    unmet: Vec<Guard>,
}

fn conclude(trial: &Trial<'_>, thresholds: &Thresholds, findings: Findings) -> Assessment {
    let Findings { arms, contest, srm, unmet } = findings;
    let broken = srm.filter(Srm::alarm);
    let ready = unmet.is_empty() && broken.is_none();
    let safe_to_ship = least_loss(&contest.loss, trial.control).filter(|arm| ready && arms[*arm].relative_loss < thresholds.loss);
    let proven_better = proven(&arms, &contest.loss, trial.control, thresholds.alpha).filter(|_| ready);
    let verdict = proven_better.or(safe_to_ship);
    let alike = |arm: &ArmFindings| arm.lift.is_some_and(|lift| lift.interval.iter().all(|end| end.abs() < thresholds.rope));
    let all_alike = arms.iter().enumerate().all(|(k, arm)| k == trial.control || alike(arm));
    let time_is_up = trial.days.is_some_and(|days| days >= thresholds.max_days) && verdict.is_none();
    let no_difference = proven_better.is_none() && broken.is_none() && (ready && all_alike || time_is_up);
    let recommendation = match (broken, proven_better, no_difference, safe_to_ship) {
        (Some(srm), ..) => Recommendation::Broken(srm),
        (None, Some(arm), ..) => Recommendation::CallIt(arm),
        (None, None, true, _) => Recommendation::StopNoDifference,
        (None, None, false, Some(arm)) => Recommendation::CallIt(arm),
        (None, None, false, None) => Recommendation::KeepGoing,
    };
    Assessment { arms, srm, unmet, safe_to_ship, proven_better, no_difference, recommendation }
}

/// The arm of least expected loss; the control if it is no worse but for rounding, since staying costs nothing.
fn least_loss(loss: &[f64], control: usize) -> Option<usize> {
    let least = (0..loss.len()).min_by(|a, b| loss[*a].total_cmp(&loss[*b]))?;
    Some(if loss[control] <= loss[least] + 1e-14 { control } else { least })
}

/// Of the arms proven better than the control the one of least loss; the control if every other is proven worse.
fn proven(arms: &[ArmFindings], loss: &[f64], control: usize, alpha: f64) -> Option<usize> {
    let significant = |arm: &ArmFindings| arm.lift.filter(|lift| lift.p_value <= alpha);
    let better = |arm: usize| significant(&arms[arm]).is_some_and(|lift| lift.estimate > 0.0);
    let worse = |arm: usize| significant(&arms[arm]).is_some_and(|lift| lift.estimate < 0.0);
    let best = (0..arms.len()).filter(|arm| better(*arm)).min_by(|a, b| loss[*a].total_cmp(&loss[*b]));
    let control_wins = (0..arms.len()).all(|arm| arm == control || worse(arm));
    best.or(control_wins.then_some(control))
}
