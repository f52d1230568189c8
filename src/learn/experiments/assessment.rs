//! The computed assessment of an experiment, as it is stored, shown and answered.
//!
//! Invariant: a pure function of the counts; the same counts give the same bits. Only grade A is
//! assessed, because only there viewers are independent trials. The split of viewers is checked only
//! where the studio itself set it.

use super::model::{Assignment, Badge};
use crate::stats::assess::{Assessment, Counts, Guard, Lift, Recommendation, Thresholds, Trial, assess};
use crate::stats::grade::Grade;
use serde::{Deserialize, Serialize};

/// Viewers of two arms together that a test without a plan is tuned for.
const PLANNED: u64 = 5_000;

/// What was counted, and how.
#[derive(Clone, Debug)]
pub struct Measured {
    pub assignment: Assignment,
    /// (exposures, outcomes) per arm, in order.
    pub counts: Vec<(i64, i64)>,
    pub weights: Vec<f64>,
    /// Exposures per arm up to the day before the newest one, because the split is checked once a day; `None` where no
    /// days are known, and then all.
    pub settled: Option<Vec<i64>>,
    /// Days that were counted, so that one mistyped date is one day and not a year; `None` where none are known day
    /// by day.
    pub days: Option<i64>,
    /// Viewers per arm.
    pub planned: Option<i64>,
    /// Arm-days counted, and the fewest posts of any arm.
    pub slices: u32,
    pub posts: u32,
}

/// One arm's findings. Rates and losses are shares of viewers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ArmFinding {
    pub rate: Option<f64>,
    /// Central 95 % posterior interval of the rate.
    pub interval: [f64; 2],
    pub chance_best: f64,
    pub loss: f64,
    pub relative_loss: f64,
    pub lift: Option<LiftFinding>,
}

/// Relative change against the control, with an interval that holds at every look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LiftFinding {
    pub estimate: f64,
    pub interval: [f64; 2],
    pub p_value: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Split {
    pub chi_squared: f64,
    pub p_value: f64,
    pub alarm: bool,
}

/// A guard not met yet: `days`, or `exposures` or `events` of an arm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Unmet {
    pub guard: String,
    pub arm: Option<usize>,
    pub have: f64,
    pub need: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Findings {
    pub control: usize,
    pub arms: Vec<ArmFinding>,
    pub srm: Option<Split>,
    pub unmet: Vec<Unmet>,
    pub safe_to_ship: Option<usize>,
    pub proven_better: Option<usize>,
    pub no_difference: bool,
    /// `call_it`, `keep_going`, `no_difference` or `broken`
    pub recommendation: String,
}

/// What lists show of the findings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    pub json: Option<String>,
    pub leader: Option<i64>,
    pub chance: Option<f64>,
    pub loss: Option<f64>,
    pub badge: Option<Badge>,
}

impl Measured {
    pub fn grade(&self) -> Grade {
        self.assignment.grade(self.slices, self.posts)
    }

    /// The findings; `None` below grade A, with fewer than two arms, or before anybody came.
    pub fn findings(&self) -> Option<Findings> {
        let leave = self.grade().randomised()?;
        let count = |n: i64| u64::try_from(n).unwrap_or(0);
        let arms: Vec<Counts> =
            self.counts.iter().map(|&(exposures, outcomes)| Counts { exposures: count(exposures), outcomes: count(outcomes) }).collect();
        if arms.iter().all(|arm| arm.exposures == 0) {
            return None;
        }
        let split_by_us = self.assignment == Assignment::RandomisedHere;
        let settled: Option<Vec<u64>> = self.settled.as_ref().map(|settled| settled.iter().map(|n| count(*n)).collect());
        let trial = Trial {
            arms: &arms,
            control: 0,
            settled: settled.as_deref(),
            weights: split_by_us.then_some(self.weights.as_slice()),
            days: self.days.map(|days| days as f64),
            planned: self.planned.map_or(PLANNED, |planned| count(planned).saturating_mul(2)),
        };
        assess(leave, &trial, &Thresholds::default()).ok().map(|found| Findings::of(&found))
    }

    pub fn summary(&self) -> Summary {
        self.findings().map(|found| found.summary()).unwrap_or_default()
    }
}

impl Findings {
    fn of(found: &Assessment) -> Findings {
        let lift = |lift: Lift| LiftFinding { estimate: lift.estimate, interval: lift.interval, p_value: lift.p_value };
        let arms = found.arms.iter().map(|arm| ArmFinding {
            rate: arm.rate,
            interval: arm.interval,
            chance_best: arm.chance_best,
            loss: arm.loss,
            relative_loss: arm.relative_loss,
            lift: arm.lift.map(lift),
        });
        let recommendation = match found.recommendation {
            Recommendation::CallIt(_) => "call_it",
            Recommendation::KeepGoing => "keep_going",
            Recommendation::StopNoDifference => "no_difference",
            Recommendation::Broken(_) => "broken",
        };
        Findings {
            control: 0,
            arms: arms.collect(),
            srm: found.srm.map(|srm| Split { chi_squared: srm.chi_squared, p_value: srm.p_value, alarm: srm.alarm() }),
            unmet: found.unmet.iter().map(unmet).collect(),
            safe_to_ship: found.safe_to_ship,
            proven_better: found.proven_better,
            no_difference: found.no_difference,
            recommendation: recommendation.to_owned(),
        }
    }

    /// The arm that earned a badge worth acting on; `None` where waiting, stopping or mistrust is advised.
    pub fn chosen(&self) -> Option<usize> {
        match self.badge() {
            Badge::Proven => self.proven_better,
            Badge::Safe => self.safe_to_ship,
            Badge::NoDifference | Badge::KeepGoing | Badge::Broken => None,
        }
    }

    /// The arm that lists name beside the badge: the one that earned it, else the one that is probably best, the
    /// first of equals. With three arms or more the two may differ: an arm can be proven better than the control
    /// while a younger one looks better still.
    pub fn leader(&self) -> usize {
        if let Some(chosen) = self.chosen() {
            return chosen;
        }
        let mut leader = 0;
        for (k, arm) in self.arms.iter().enumerate() {
            if self.arms.get(leader).is_some_and(|best| arm.chance_best > best.chance_best) {
                leader = k;
            }
        }
        leader
    }

    pub fn badge(&self) -> Badge {
        match self.recommendation.as_str() {
            "broken" => Badge::Broken,
            "no_difference" => Badge::NoDifference,
            _ if self.proven_better.is_some() => Badge::Proven,
            _ if self.safe_to_ship.is_some() => Badge::Safe,
            _ => Badge::KeepGoing,
        }
    }

    pub fn summary(&self) -> Summary {
        let leader = self.leader();
        let found = self.arms.get(leader);
        Summary {
            json: serde_json::to_string(self).ok(),
            leader: i64::try_from(leader).ok(),
            chance: found.map(|arm| arm.chance_best),
            loss: found.map(|arm| arm.loss),
            badge: Some(self.badge()),
        }
    }
}

fn unmet(guard: &Guard) -> Unmet {
    match *guard {
        Guard::Days { have, need } => Unmet { guard: "days".into(), arm: None, have, need },
        Guard::Exposures { arm, have, need } => Unmet { guard: "exposures".into(), arm: Some(arm), have: have as f64, need: need as f64 },
        Guard::Events { arm, have, need } => Unmet { guard: "events".into(), arm: Some(arm), have: have as f64, need: need as f64 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(assignment: Assignment, counts: &[(i64, i64)]) -> Measured {
        Measured {
            assignment,
            counts: counts.to_vec(),
            weights: vec![1.0; counts.len()],
            settled: None,
            days: Some(10),
            planned: None,
            slices: 20,
            posts: 5,
        }
    }

    #[test]
    fn only_randomised_viewers_have_a_leader() {
        let counts = [(5_000, 200), (5_000, 320)];
        let found = measured(Assignment::RandomisedHere, &counts).summary();
        assert_eq!((found.leader, found.badge), (Some(1), Some(Badge::Proven)));
        for assignment in [Assignment::Rotated, Assignment::Replicated, Assignment::Single] {
            assert_eq!(measured(assignment, &counts).summary(), Summary::default(), "{assignment:?}");
        }
    }

    #[test]
    fn the_badge_belongs_to_the_arm_that_earned_it() {
        let found = measured(Assignment::RandomisedPlatform, &[(100_000, 5_000), (100_000, 5_500), (1_000, 62)]).findings().unwrap();
        assert!(found.arms[2].chance_best > found.arms[1].chance_best, "the young arm looks best");
        assert_eq!((found.badge(), found.chosen(), found.leader()), (Badge::Proven, Some(1), 1));
        let waiting = measured(Assignment::RandomisedPlatform, &[(120, 3), (130, 9)]).findings().unwrap();
        assert_eq!((waiting.badge(), waiting.chosen(), waiting.leader()), (Badge::KeepGoing, None, 1));
    }

    #[test]
    fn a_broken_split_is_an_alarm_only_where_we_split() {
        let counts = [(6_000, 200), (5_000, 320)];
        assert_eq!(measured(Assignment::RandomisedHere, &counts).summary().badge, Some(Badge::Broken));
        assert_eq!(measured(Assignment::RandomisedPlatform, &counts).summary().badge, Some(Badge::Proven));
    }

    #[test]
    fn the_split_is_checked_on_days_that_are_over() {
        let badge = |settled| Measured { settled, ..measured(Assignment::RandomisedHere, &[(6_000, 200), (5_000, 320)]) }.summary().badge;
        assert_eq!(badge(Some(vec![4_010, 3_990])), Some(Badge::Proven), "today is half counted");
        assert_eq!(badge(Some(vec![4_800, 4_000])), Some(Badge::Broken));
        assert_eq!(badge(Some(vec![0, 0])), Some(Badge::Proven), "the first day is not over");
    }

    #[test]
    fn nothing_is_said_of_one_arm_or_of_nobody() {
        assert!(measured(Assignment::RandomisedHere, &[(500, 20)]).findings().is_none());
        assert!(measured(Assignment::RandomisedHere, &[(0, 0), (0, 0)]).findings().is_none());
    }

    #[test]
    fn findings_survive_being_stored() {
        let found = measured(Assignment::RandomisedPlatform, &[(120, 3), (130, 9), (90, 0)]).findings().unwrap();
        let back: Findings = serde_json::from_str(&found.summary().json.unwrap()).unwrap();
        assert_eq!((back.badge(), back.leader(), &back.unmet), (found.badge(), 1, &found.unmet));
        for (read, written) in back.arms.iter().zip(&found.arms) {
            assert!((read.chance_best - written.chance_best).abs() < 1e-12 && (read.loss - written.loss).abs() < 1e-12);
        }
        assert!(found.unmet.iter().any(|unmet| unmet.guard == "exposures" && unmet.arm == Some(2)));
    }
}
