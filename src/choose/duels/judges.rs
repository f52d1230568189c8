//! Whether the answers can be trusted: a habit of the hand, answers that change, members who disagree.

use super::model::Better;
use crate::platform::id::{MemberId, VariantId};
use crate::stats::agreement::{Level, TENTATIVE, krippendorff};
use crate::stats::proportion::{Share, wilson};
use std::collections::{BTreeMap, BTreeSet};

/// One answer that stands.
#[derive(Clone, Copy, Debug)]
pub struct Judged {
    pub left: VariantId,
    pub right: VariantId,
    pub outcome: Better,
    pub member: MemberId,
}

/// What the answers say about those who gave them.
#[derive(Clone, Debug, Default)]
pub struct Judges {
    pub answers: usize,
    pub members: usize,
    /// Share of left among answers that named a side, with its 95 % interval
    pub left: Option<Share>,
    /// How often somebody was asked a pair again
    pub repeats: u64,
    /// Share of those that were answered as the time before, with its 95 % interval
    pub alike: Option<Share>,
    /// Pairs that two members or more have answered
    pub shared: usize,
    /// Krippendorff's α over these, nominal; none of fewer than [`Judges::FEWEST`]
    pub alpha: Option<f64>,
}

/// A pair whichever way round, and what was said of it: that the first is better (0), the second (1), neither (2).
fn said(one: &Judged) -> ((VariantId, VariantId), f64) {
    let turned = one.left > one.right;
    let code = match one.outcome {
        Better::Tie => 2.0,
        Better::Left if turned => 1.0,
        Better::Right if !turned => 1.0,
        _ => 0.0,
    };
    (if turned { (one.right, one.left) } else { (one.left, one.right) }, code)
}

impl Judges {
    /// Fewer shared pairs say nothing about agreement.
    pub const FEWEST: usize = 10;

    /// `answers` stand oldest first.
    pub fn of(answers: &[Judged]) -> Judges {
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let lefts = answers.iter().filter(|one| one.outcome == Better::Left).count();
        let sided = answers.iter().filter(|one| one.outcome != Better::Tie).count();
        let mut last: BTreeMap<(MemberId, (VariantId, VariantId)), f64> = BTreeMap::new();
        let (mut repeats, mut alike) = (0, 0);
        for one in answers {
            let (pair, code) = said(one);
            if let Some(before) = last.insert((one.member, pair), code) {
                repeats += 1;
                alike += u64::from(before == code);
            }
        }
        let members: BTreeSet<MemberId> = answers.iter().map(|one| one.member).collect();
        let (shared, alpha) = agreement(&members, &last);
        Judges {
            answers: answers.len(),
            members: members.len(),
            left: wilson(count(lefts), count(sided), 0.05),
            repeats,
            alike: wilson(alike, repeats, 0.05),
            shared,
            alpha,
        }
    }

    /// A side is favoured when its interval leaves the half.
    pub fn leans(&self) -> bool {
        self.left.is_some_and(|left| left.low > 0.5 || left.high < 0.5)
    }

    /// Members are too far apart even for tentative conclusions.
    pub fn disagree(&self) -> bool {
        self.alpha.is_some_and(|alpha| alpha < TENTATIVE)
    }
}

/// Pairs with two judges, and α over each member's newest word on them.
fn agreement(members: &BTreeSet<MemberId>, last: &BTreeMap<(MemberId, (VariantId, VariantId)), f64>) -> (usize, Option<f64>) {
    let mut judges: BTreeMap<(VariantId, VariantId), usize> = BTreeMap::new();
    for (_, pair) in last.keys() {
        *judges.entry(*pair).or_default() += 1;
    }
    let shared: Vec<(VariantId, VariantId)> = judges.into_iter().filter(|(_, judges)| *judges > 1).map(|(pair, _)| pair).collect();
    if shared.len() < Judges::FEWEST {
        return (shared.len(), None);
    }
    let rows: Vec<Vec<Option<f64>>> = members.iter().map(|member| shared.iter().map(|pair| last.get(&(*member, *pair)).copied()).collect()).collect();
    (shared.len(), krippendorff(&rows, Level::Nominal))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn judged(member: u128, left: u128, right: u128, outcome: Better) -> Judged {
        let variant = |n| VariantId(Uuid::from_u128(n));
        Judged { left: variant(left), right: variant(right), outcome, member: MemberId(Uuid::from_u128(member)) }
    }

    #[test]
    fn an_answer_is_the_same_whichever_way_round() {
        let found =
            Judges::of(&[judged(1, 5, 6, Better::Left), judged(1, 6, 5, Better::Right), judged(1, 6, 5, Better::Left), judged(1, 5, 6, Better::Tie)]);
        assert_eq!((found.repeats, found.alike.map(|share| share.value)), (3, Some(1.0 / 3.0)));
        assert_eq!((found.answers, found.members, found.shared), (4, 1, 0));
        assert_eq!(found.left.map(|share| share.value), Some(2.0 / 3.0), "a tie names no side");
        assert!(!found.leans(), "three answers show no habit");
    }

    #[test]
    fn a_hand_that_always_goes_left_is_seen() {
        let answers: Vec<_> = (0..12).map(|n| judged(1, n, n + 1, Better::Left)).collect();
        assert!(Judges::of(&answers).leans());
    }

    #[test]
    fn agreement_needs_ten_pairs_of_two_and_says_when_there_is_none() {
        let same = |at: u128| if at.is_multiple_of(2) { Better::Left } else { Better::Right };
        let pairs = |n: u128, other: &dyn Fn(u128) -> Better| -> Vec<Judged> {
            (0..n).flat_map(|at| [judged(1, at, at + 1, same(at)), judged(2, at, at + 1, other(at))]).collect()
        };
        assert_eq!((Judges::of(&pairs(9, &same)).shared, Judges::of(&pairs(9, &same)).alpha), (9, None));
        let agreed = Judges::of(&pairs(10, &same));
        assert_eq!((agreed.alpha, agreed.disagree()), (Some(1.0), false));
        let against = Judges::of(&pairs(10, &|at| same(at + 1)));
        assert!(against.alpha.is_some_and(|alpha| alpha < 0.0) && against.disagree());
    }
}
