//! What an experiment is, and the rules that need no database.
//!
//! Invariant: the grade follows from how viewers met the arms and is never typed; below grade A
//! nothing here names a winner.

use crate::platform::id::{ArmId, ExperimentId, ProjectId, VariantId};
use crate::platform::text::Checks;
use crate::platform::{FieldError, Ms, Outcome};
use crate::stats::grade::{self, Grade};
use crate::stats::power;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Fewest and most arms of an experiment opened here.
pub const ARMS: std::ops::RangeInclusive<usize> = 2..=8;
/// What is counted among the viewers of an arm: outcomes of exposures, so never more than them.
pub const METRICS: [&str; 5] = ["click_rate", "hook_rate", "hold_rate", "completion_rate", "conversion_rate"];
/// A count above this is a mistake, not an audience.
pub const MOST: i64 = 1_000_000_000_000;

/// How viewers met the arms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(rename_all = "snake_case")]
pub enum Assignment {
    RandomisedHere,
    RandomisedPlatform,
    Rotated,
    Replicated,
    Single,
}

impl Assignment {
    pub const ALL: [Assignment; 5] =
        [Assignment::RandomisedHere, Assignment::RandomisedPlatform, Assignment::Rotated, Assignment::Replicated, Assignment::Single];

    pub fn name(self) -> &'static str {
        match self {
            Assignment::RandomisedHere => "randomised_here",
            Assignment::RandomisedPlatform => "randomised_platform",
            Assignment::Rotated => "rotated",
            Assignment::Replicated => "replicated",
            Assignment::Single => "single",
        }
    }

    /// The strength of evidence. `slices`: arm-days counted so far; `posts`: fewest posts of any arm.
    pub fn grade(self, slices: u32, posts: u32) -> Grade {
        let assignment = match self {
            Assignment::RandomisedHere => grade::Assignment::RandomisedByUs,
            Assignment::RandomisedPlatform => grade::Assignment::RandomisedByPlatform,
            Assignment::Rotated => grade::Assignment::Rotated { slices },
            Assignment::Replicated => grade::Assignment::Replicated,
            Assignment::Single => grade::Assignment::Single,
        };
        grade::grade(assignment, posts)
    }
}

impl FromStr for Assignment {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Assignment, &'static str> {
        Assignment::ALL.into_iter().find(|one| one.name() == text).ok_or("error-choose-one")
    }
}

/// The letter a grade is stored and shown by.
pub fn letter(grade: Grade) -> &'static str {
    match grade {
        Grade::A => "a",
        Grade::B => "b",
        Grade::C => "c",
        Grade::D => "d",
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(rename_all = "snake_case")]
#[schema(as = ExperimentState)]
pub enum State {
    Draft,
    Running,
    Called,
    Stopped,
    Imported,
}

impl State {
    pub const ALL: [State; 5] = [State::Draft, State::Running, State::Called, State::Stopped, State::Imported];

    pub fn name(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Running => "running",
            State::Called => "called",
            State::Stopped => "stopped",
            State::Imported => "imported",
        }
    }
}

impl FromStr for State {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<State, &'static str> {
        State::ALL.into_iter().find(|one| one.name() == text).ok_or("error-choose-one")
    }
}

/// What an assessment comes to, in the one word that lists show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(rename_all = "snake_case")]
pub enum Badge {
    Proven,
    Safe,
    NoDifference,
    KeepGoing,
    Broken,
}

impl Badge {
    pub fn name(self) -> &'static str {
        match self {
            Badge::Proven => "proven",
            Badge::Safe => "safe",
            Badge::NoDifference => "no_difference",
            Badge::KeepGoing => "keep_going",
            Badge::Broken => "broken",
        }
    }
}

/// An experiment as its page shows it.
#[derive(Clone, Debug)]
pub struct Experiment {
    pub id: ExperimentId,
    pub project: ProjectId,
    pub name: String,
    pub question: String,
    pub assignment: Assignment,
    pub metric: String,
    pub state: State,
    /// Viewers per arm that were planned for.
    pub planned: Option<i64>,
    pub simulated: bool,
    pub source_key: Option<String>,
    pub assessment: Option<String>,
    pub assessed: Option<Ms>,
    pub badge: Option<Badge>,
    pub exposures: i64,
}

#[derive(Clone, Debug)]
pub struct Arm {
    pub id: ArmId,
    pub position: i64,
    pub label: String,
    /// The first words that viewers met, where it has a variant
    pub hook: Option<String>,
    pub variant: Option<VariantId>,
    pub locale: Option<String>,
    pub author: Option<String>,
    pub weight: f64,
    pub exposures: i64,
    pub outcomes: i64,
}

/// A row of the list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: ExperimentId,
    pub name: String,
    pub state: State,
    pub assignment: Assignment,
    pub badge: Option<Badge>,
    pub leader: Option<String>,
    pub chance: Option<f64>,
    pub loss: Option<f64>,
    pub arms: i64,
    pub exposures: i64,
    pub simulated: bool,
}

impl Listed {
    pub fn badge_name(&self) -> &'static str {
        self.badge.map_or("", Badge::name)
    }
}

/// A person's call, as it was made.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub kind: String,
    pub arm: Option<String>,
    pub badge: Option<Badge>,
    pub reason: String,
    pub member: String,
    pub at: Ms,
}

/// What a new experiment is opened with.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub name: String,
    pub question: String,
    pub assignment: String,
    pub metric: String,
    /// Viewers per arm.
    pub planned: Option<i64>,
    pub variants: Vec<VariantId>,
}

/// A draft that was looked at.
#[derive(Clone, Debug)]
pub struct Opened {
    pub name: String,
    pub question: String,
    pub assignment: Assignment,
    pub metric: String,
    pub planned: Option<i64>,
    pub variants: Vec<VariantId>,
}

impl Draft {
    pub fn checked(&self) -> Outcome<Opened> {
        let mut checks = Checks::new();
        let name = checks.required("name", &self.name, 200);
        let question = checks.text("question", &self.question, 1_000);
        let assignment = self.assignment.parse::<Assignment>();
        if let Err(key) = assignment {
            checks.wrong("assignment", key);
        }
        checks.one_of("metric", &self.metric, &METRICS);
        if self.planned.is_some_and(|planned| !(1..=MOST).contains(&planned)) {
            checks.wrong("planned", "error-experiment-planned");
        }
        let mut variants = self.variants.clone();
        variants.sort_unstable();
        variants.dedup();
        if !ARMS.contains(&self.variants.len()) || variants.len() != self.variants.len() {
            checks.add(FieldError::new("variants", "error-experiment-arms"));
        }
        checks.finish()?;
        Ok(Opened {
            name,
            question,
            assignment: assignment.unwrap_or(Assignment::Single),
            metric: self.metric.clone(),
            planned: self.planned,
            variants: self.variants.clone(),
        })
    }
}

/// One day of one arm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayCount {
    pub arm: ArmId,
    /// `2026-11-23`
    pub day: String,
    pub exposures: i64,
    pub outcomes: i64,
}

/// `2026-11-23`, as a calendar day that exists, with four digits for its year.
pub fn day(text: &str) -> Option<chrono::NaiveDate> {
    let found = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    (text.len() == 10 && found.format("%Y-%m-%d").to_string() == text).then_some(found)
}

/// What a person chose when calling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    Winner(ArmId),
    NoDifference,
}

/// Viewers per arm to find a change, for the relative lifts a team thinks in. `base` is a rate.
pub fn viewers_needed(base: f64) -> Vec<(i64, u64)> {
    [5_i64, 10, 20, 50].into_iter().filter_map(|lift| Some((lift, power::units_per_arm(base, lift as f64 / 100.0, 0.05, 0.8)?))).collect()
}

/// Posts per recipe for a replicated test, at the usual spread of posts (log sd 0.35).
pub fn posts_needed() -> Vec<(i64, u64)> {
    [10_i64, 20, 50, 100].into_iter().filter_map(|lift| Some((lift, power::posts_per_recipe(0.35, lift as f64 / 100.0, 0.05, 0.8)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn draft() -> Draft {
        Draft {
            name: "Question or claim".into(),
            assignment: "single".into(),
            metric: "hook_rate".into(),
            variants: vec![VariantId(Uuid::from_u128(1)), VariantId(Uuid::from_u128(2))],
            ..Draft::default()
        }
    }

    #[test]
    fn the_grade_follows_the_assignment() {
        for (assignment, slices, posts, expected) in [
            (Assignment::RandomisedHere, 0, 0, "a"),
            (Assignment::RandomisedPlatform, 0, 0, "a"),
            (Assignment::Rotated, 14, 0, "b"),
            (Assignment::Rotated, 13, 9, "d"),
            (Assignment::Replicated, 0, 3, "c"),
            (Assignment::Single, 90, 90, "d"),
        ] {
            assert_eq!(letter(assignment.grade(slices, posts)), expected, "{assignment:?}");
        }
    }

    #[test]
    fn one_arm_nine_arms_and_the_same_arm_twice_are_refused() {
        assert!(draft().checked().is_ok());
        let one = VariantId(Uuid::from_u128(1));
        let nine = (0..9).map(|n| VariantId(Uuid::from_u128(n))).collect();
        for variants in [vec![], vec![one], vec![one, one], nine] {
            assert!(Draft { variants, ..draft() }.checked().is_err());
        }
        assert!(Draft { metric: "likes".into(), ..draft() }.checked().is_err());
        assert!(Draft { planned: Some(0), ..draft() }.checked().is_err());
    }

    #[test]
    fn days_are_days() {
        assert!(day("2026-02-28").is_some());
        for text in ["2026-02-30", "2026-2-3", "+12026-02-03", "-0026-02-03", "today", ""] {
            assert!(day(text).is_none(), "{text}");
        }
    }

    #[test]
    fn rare_outcomes_ask_for_more_viewers() {
        let at = |base| viewers_needed(base).first().map(|(_, n)| *n);
        assert!(at(0.02) > at(0.4));
        assert!(viewers_needed(0.0).is_empty());
    }
}
