//! What is asked and answered in a duel, and which two drafts come next.

use crate::platform::id::{DuelId, MemberId, ProjectId, VariantId};
use crate::stats::bradley_terry::{Chosen, Wins, fit, next_pair};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// Which side is better, as the two stood on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[sqlx(rename_all = "lowercase")]
#[schema(as = DuelOutcome)]
pub enum Better {
    Left,
    Right,
    Tie,
}

/// Why these two were asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[sqlx(rename_all = "lowercase")]
#[schema(as = DuelReason)]
pub enum ChosenBy {
    /// The answer teaches most
    Information,
    /// Drawn, against the bias of that rule
    Random,
    /// Asked before, to see whether answers stand
    Repeat,
}

impl ChosenBy {
    pub fn name(self) -> &'static str {
        match self {
            ChosenBy::Information => "information",
            ChosenBy::Random => "random",
            ChosenBy::Repeat => "repeat",
        }
    }
}

impl From<Chosen> for ChosenBy {
    fn from(chosen: Chosen) -> ChosenBy {
        match chosen {
            Chosen::Information => ChosenBy::Information,
            Chosen::Random => ChosenBy::Random,
            Chosen::Repeat => ChosenBy::Repeat,
        }
    }
}

/// States in which a draft is compared: people still choose among these, or have.
pub const COMPARED: [&str; 3] = ["in_review", "changes_requested", "approved"];

/// An answer as a program sends it.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDuel {
    pub left: VariantId,
    pub right: VariantId,
    pub outcome: Better,
    pub chosen_by: ChosenBy,
    /// The caller's last answer that stands, as `/duels/next` named it: when another one came in since, the answer is
    /// refused with 409. Left out, it is not looked at.
    #[serde(default)]
    pub after: Option<DuelId>,
}

/// Two drafts that are shown next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next {
    pub left: VariantId,
    pub right: VariantId,
    pub chosen_by: ChosenBy,
}

/// Answers of one kind to one pair that stand.
#[derive(Clone, Copy, Debug)]
pub struct Answered {
    pub left: VariantId,
    pub right: VariantId,
    pub outcome: Better,
    pub n: i64,
}

/// Counts the answers between items; a tie is half a win each way. Answers about others are left out.
pub fn wins(items: &[VariantId], answers: &[Answered]) -> Wins {
    let places: HashMap<VariantId, usize> = items.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    let mut wins = Wins::none(items.len());
    for answer in answers {
        let (Some(left), Some(right)) = (places.get(&answer.left), places.get(&answer.right)) else { continue };
        for _ in 0..answer.n {
            match answer.outcome {
                Better::Left => wins.win(*left, *right),
                Better::Right => wins.win(*right, *left),
                Better::Tie => wins.tie(*left, *right),
            }
        }
    }
    wins
}

/// More pairs than these are not passed over in a row: then the first one comes again.
pub const SKIPS: u32 = 30;

/// What the next pair is chosen from.
#[derive(Clone, Debug)]
pub struct Field {
    pub candidates: Vec<VariantId>,
    /// All members' answers that stand
    pub answers: Vec<Answered>,
    /// The pairs this member answered, oldest first
    pub own: Vec<(VariantId, VariantId)>,
}

impl Field {
    /// The next pair, after passing over `skip` of them; the same field, seed and skip give the same pair. `None` of
    /// fewer than two candidates.
    pub fn next(&self, seed: u64, skip: u32) -> Option<Next> {
        let places: HashMap<VariantId, usize> = self.candidates.iter().enumerate().map(|(place, id)| (*id, place)).collect();
        let known = fit(&wins(&self.candidates, &self.answers))?;
        let mut shown: Vec<(usize, usize)> = self.own.iter().filter_map(|(left, right)| Some((*places.get(left)?, *places.get(right)?))).collect();
        let mut pair = next_pair(&known, &shown, seed)?;
        for passed in 1..=u64::from(skip % SKIPS) {
            shown.push((pair.left, pair.right));
            pair = next_pair(&known, &shown, seed.wrapping_add(passed))?;
        }
        Some(Next { left: *self.candidates.get(pair.left)?, right: *self.candidates.get(pair.right)?, chosen_by: pair.chosen.into() })
    }
}

/// The chance of one page: by whose it is and what was answered last, so that a reload draws the same.
pub fn seed(project: ProjectId, member: MemberId, after: Option<DuelId>) -> u64 {
    let mut hasher = Sha256::new();
    for id in [project.0, member.0, after.map_or(uuid::Uuid::nil(), |after| after.0)] {
        hasher.update(id.as_bytes());
    }
    hasher.finalize().iter().take(8).fold(0, |seed, byte| seed << 8 | u64::from(*byte))
}

/// The place of a draft in the ranking of its language.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Taste {
    pub variant_id: VariantId,
    pub locale: String,
    /// Strength in natural logits; 0 is the middle
    pub theta: f64,
    /// Its standard deviation, in logits
    pub sd: f64,
    /// From 1, the best liked, with its 90 % interval
    pub rank: i64,
    pub rank_low: i64,
    pub rank_high: i64,
    /// Answers it is from
    pub duels: i64,
}

/// Strength as people read it: 50 is the middle, 10 a logit.
pub fn points(theta: f64) -> f64 {
    50.0 + 10.0 * theta
}

impl Taste {
    /// "67"
    pub fn score(&self) -> String {
        format!("{:.0}", points(self.theta))
    }
    /// What stands after ±, one standard deviation: "6"
    pub fn spread(&self) -> String {
        format!("{:.0}", 10.0 * self.sd)
    }
    /// The 90 % interval, in points.
    pub fn ends(&self) -> (f64, f64) {
        (points(self.theta - 1.645 * self.sd), points(self.theta + 1.645 * self.sd))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn field(n: u128) -> Field {
        Field { candidates: (1..=n).map(|id| VariantId(Uuid::from_u128(id))).collect(), answers: Vec::new(), own: Vec::new() }
    }

    #[test]
    fn a_skip_leads_to_another_pair_and_back_to_the_same() {
        let field = field(6);
        let ordered = |next: Next| (next.left.min(next.right), next.left.max(next.right));
        let pairs: Vec<_> = (0..10).map(|skip| ordered(field.next(7, skip).unwrap())).collect();
        assert_eq!(pairs, (0..10).map(|skip| ordered(field.next(7, skip).unwrap())).collect::<Vec<_>>());
        let mut different = pairs.clone();
        different.sort();
        different.dedup();
        assert_eq!(different.len(), 10, "none of the last ten comes again: {pairs:?}");
        assert_eq!(field.next(7, SKIPS), field.next(7, 0));
    }

    #[test]
    fn one_draft_has_nobody_to_meet() {
        assert_eq!(field(0).next(1, 0), None);
        assert_eq!(field(1).next(1, 3), None);
        assert!(field(2).next(1, 3).is_some());
    }

    #[test]
    fn the_seed_tells_members_and_answers_apart() {
        let id = Uuid::from_u128;
        let of = |project, member, after: Option<u128>| seed(ProjectId(id(project)), MemberId(id(member)), after.map(|after| DuelId(id(after))));
        let seeds = [of(1, 2, None), of(2, 1, None), of(1, 3, None), of(1, 2, Some(4)), of(1, 2, Some(5))];
        let mut different = seeds.to_vec();
        different.sort_unstable();
        different.dedup();
        assert_eq!(different.len(), seeds.len());
    }

    #[test]
    fn ties_and_turned_pairs_are_counted() {
        let ids = field(2).candidates;
        let answer = |left: usize, right: usize, outcome, n| Answered { left: ids[left], right: ids[right], outcome, n };
        let found =
            wins(&ids, &[answer(0, 1, Better::Left, 2), answer(1, 0, Better::Left, 1), answer(1, 0, Better::Right, 3), answer(0, 1, Better::Tie, 2)]);
        assert_eq!((found.count(0, 1), found.count(1, 0)), (6.0, 2.0));
    }
}
