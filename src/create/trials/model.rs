//! What a trial is asked with, which side stands left, and what choices come to.

use crate::platform::id::{FixtureId, PromptId};
use crate::platform::text::Checks;
use crate::platform::{FieldError, Outcome};
use crate::stats::proportion::{Share, wilson};
use serde::{Deserialize, Serialize};

/// Most fixtures and most drafts a side of each: two answers that nobody can read through show nothing.
const FIXTURES: usize = 20;
const COUNT: i64 = 6;

/// A trial as a program sends it.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewTrial {
    pub prompt: Option<PromptId>,
    /// The numbers of two versions of the prompt
    pub a: i64,
    pub b: i64,
    pub fixtures: Vec<FixtureId>,
    /// Id or name of a backend, or `sketch`
    pub backend: String,
    /// Drafts of each version with each fixture, 1 to 6; 1 unless told
    pub count: Option<i64>,
    /// Mixes the sides and hides their versions until a person has chosen
    pub blind: bool,
}

impl NewTrial {
    /// The prompt and how many drafts each side is asked for.
    pub fn check(&self) -> Outcome<(PromptId, i64)> {
        let mut checks = Checks::new();
        let prompt = self.prompt;
        if prompt.is_none() {
            checks.wrong("prompt", "error-required");
        }
        if self.a == self.b {
            checks.wrong("b", "trials-error-same");
        }
        if self.fixtures.is_empty() {
            checks.wrong("fixtures", "trials-error-no-fixture");
        } else if self.fixtures.len() > FIXTURES {
            checks.add(FieldError::new("fixtures", "trials-error-fixtures").with("max", FIXTURES));
        }
        let count = self.count.unwrap_or(1);
        if !(1..=COUNT).contains(&count) {
            checks.add(FieldError::new("count", "trials-error-count").with("max", COUNT));
        }
        checks.finish()?;
        Ok((prompt.unwrap_or(PromptId(uuid::Uuid::nil())), count))
    }
}

/// One of the two versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[sqlx(rename_all = "lowercase")]
pub enum Side {
    A,
    B,
}

impl Side {
    pub fn other(self) -> Side {
        match self {
            Side::A => Side::B,
            Side::B => Side::A,
        }
    }
}

/// What was liked better, as it stands on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Choice {
    Left,
    Right,
    Neither,
}

/// The side that stands left at a position: always A, unless blind; then by the trial's seed (SplitMix64).
pub fn left(blind: bool, seed: i64, position: i64) -> Side {
    let mut z = seed.cast_unsigned().wrapping_add(position.cast_unsigned().wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    if blind && (z ^ (z >> 31)) & 1 == 1 { Side::B } else { Side::A }
}

impl Choice {
    /// The side behind a choice where `left` stands left; none for neither.
    pub fn side(self, left: Side) -> Option<Side> {
        match self {
            Choice::Left => Some(left),
            Choice::Right => Some(left.other()),
            Choice::Neither => None,
        }
    }

    /// The choice by which a kept side shows.
    pub fn of(side: Option<Side>, left: Side) -> Choice {
        match side {
            None => Choice::Neither,
            Some(side) if side == left => Choice::Left,
            Some(_) => Choice::Right,
        }
    }
}

/// What one member's choices come to. Choices of several people on the same answers are no independent trials, so the
/// interval is over those of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Tally {
    pub pairs: i64,
    pub a: i64,
    pub b: i64,
    pub neither: i64,
    /// The share of B among the pairs in which one was liked better, with its 95 % interval (Wilson)
    pub share_b: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

impl Tally {
    /// `choices` are those that were made, of `pairs`.
    pub fn of(pairs: usize, choices: impl Iterator<Item = Option<Side>>) -> Tally {
        let mut tally = Tally { pairs: i64::try_from(pairs).unwrap_or(0), ..Tally::default() };
        for choice in choices {
            match choice {
                Some(Side::A) => tally.a += 1,
                Some(Side::B) => tally.b += 1,
                None => tally.neither += 1,
            }
        }
        let count = |n: i64| u64::try_from(n).unwrap_or(0);
        let share: Option<Share> = wilson(count(tally.b), count(tally.a + tally.b), 0.05);
        Tally { share_b: share.map(|share| share.value), low: share.map(|share| share.low), high: share.map(|share| share.high), ..tally }
    }

    pub fn made(&self) -> i64 {
        self.a + self.b + self.neither
    }

    pub fn is_whole(&self) -> bool {
        self.made() == self.pairs
    }

    /// The side that the interval sets apart from a coin; none while it does not.
    pub fn apart(&self) -> Option<Side> {
        match (self.low, self.high) {
            (Some(low), _) if low > 0.5 => Some(Side::B),
            (_, Some(high)) if high < 0.5 => Some(Side::A),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_are_mixed_the_same_way_each_time() {
        let order: Vec<Side> = (0..64).map(|position| left(true, 7, position)).collect();
        assert_eq!(order, (0..64).map(|position| left(true, 7, position)).collect::<Vec<_>>());
        let a = order.iter().filter(|side| **side == Side::A).count();
        assert!((16..=48).contains(&a), "{a} of 64");
        assert_ne!(order, (0..64).map(|position| left(true, 8, position)).collect::<Vec<_>>());
        assert!((0..64).all(|position| left(false, 7, position) == Side::A));
    }

    #[test]
    fn a_choice_finds_its_side_and_back() {
        for left in [Side::A, Side::B] {
            for choice in [Choice::Left, Choice::Right, Choice::Neither] {
                assert_eq!(Choice::of(choice.side(left), left), choice);
            }
        }
        assert_eq!(Choice::Left.side(Side::B), Some(Side::B));
    }

    #[test]
    fn a_tally_says_no_more_than_it_knows() {
        let few = Tally::of(4, [Some(Side::B), Some(Side::B), Some(Side::B), None].into_iter());
        assert_eq!((few.b, few.neither, few.is_whole(), few.apart()), (3, 1, true, None));
        let many = Tally::of(20, std::iter::repeat_n(Some(Side::A), 12));
        assert_eq!((many.is_whole(), many.apart()), (false, Some(Side::A)));
        assert_eq!(Tally::of(3, std::iter::repeat_n(None, 3)).share_b, None);
    }
}
