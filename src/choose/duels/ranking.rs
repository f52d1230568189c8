//! The ranking of a project's drafts, language by language: Bradley–Terry with a N(0, 1) prior (see `stats`).

use super::model::{Answered, wins};
use crate::platform::id::VariantId;
use crate::stats::bradley_terry::fit;
use std::collections::{BTreeMap, BTreeSet};

/// Drafts of one language in a ranking: the newest of those with answers. The work grows with their cube.
pub const MOST: usize = 300;

/// A draft in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    pub variant: VariantId,
    pub theta: f64,
    pub sd: f64,
    pub rank: i64,
    pub low: i64,
    pub high: i64,
    pub duels: i64,
}

/// The places of all drafts with answers. `answers` come with the language of their two drafts; `seed` decides the
/// draws behind the intervals of ranks.
pub fn ranking(answers: &[(String, Answered)], seed: u64) -> Vec<Ranked> {
    let mut languages: BTreeMap<&str, Vec<Answered>> = BTreeMap::new();
    for (locale, answer) in answers {
        languages.entry(locale).or_default().push(*answer);
    }
    languages.values().flat_map(|answers| of_language(answers, seed)).collect()
}

fn of_language(answers: &[Answered], seed: u64) -> Vec<Ranked> {
    let all: BTreeSet<VariantId> = answers.iter().flat_map(|answer| [answer.left, answer.right]).collect();
    let items: Vec<VariantId> = all.into_iter().rev().take(MOST).collect();
    let inside: BTreeSet<VariantId> = items.iter().copied().collect();
    let mut duels: BTreeMap<VariantId, i64> = BTreeMap::new();
    for answer in answers.iter().filter(|answer| inside.contains(&answer.left) && inside.contains(&answer.right)) {
        *duels.entry(answer.left).or_default() += answer.n;
        *duels.entry(answer.right).or_default() += answer.n;
    }
    let Some(found) = fit(&wins(&items, answers)) else { return Vec::new() };
    let (spread, intervals) = (found.sd(), found.rank_intervals(seed));
    let place = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let ranked = found.order().into_iter().zip(1..).filter_map(|(at, rank)| {
        let (variant, interval) = (*items.get(at)?, intervals.get(at)?);
        let duels = *duels.get(&variant)?;
        Some(Ranked {
            variant,
            theta: *found.theta.get(at)?,
            sd: *spread.get(at)?,
            rank,
            low: place(interval.best),
            high: place(interval.worst),
            duels,
        })
    });
    ranked.collect()
}

#[cfg(test)]
mod tests {
    use super::super::model::Better;
    use super::*;
    use uuid::Uuid;

    fn answer(locale: &str, left: u128, right: u128, outcome: Better, n: i64) -> (String, Answered) {
        (locale.to_owned(), Answered { left: VariantId(Uuid::from_u128(left)), right: VariantId(Uuid::from_u128(right)), outcome, n })
    }

    #[test]
    fn languages_are_ranked_apart_and_the_same_each_time() {
        let answers = [
            answer("en", 1, 2, Better::Left, 5),
            answer("en", 3, 2, Better::Left, 5),
            answer("en", 1, 3, Better::Left, 5),
            answer("vi", 8, 9, Better::Tie, 4),
        ];
        let found = ranking(&answers, 5);
        let order: Vec<(u128, i64, i64)> = found.iter().map(|one| (one.variant.0.as_u128(), one.rank, one.duels)).collect();
        assert_eq!(order, [(1, 1, 10), (3, 2, 10), (2, 3, 10), (9, 1, 4), (8, 2, 4)]);
        assert!(found[3].theta == 0.0 && found[4].theta == 0.0, "a tie moves nobody");
        assert_eq!((found[3].low, found[3].high), (1, 2));
        assert_eq!(ranking(&answers, 5), found);
    }

    #[test]
    fn only_the_newest_are_ranked() {
        let answers: Vec<_> = (1..=320).map(|n| answer("en", n, n + 1, Better::Right, 1)).collect();
        let found = ranking(&answers, 1);
        assert_eq!(found.len(), MOST);
        assert!(found.iter().all(|one| one.variant.0.as_u128() > 21));
        assert_eq!(found.first().map(|one| one.variant.0.as_u128()), Some(321));
    }
}
