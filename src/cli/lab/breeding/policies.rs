//! The policies that are compared: how each of them fills the slots of a turn.

use rand::seq::index::sample;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::studio::Studio;
use crate::stats::normal::Normal;
use crate::stats::slate::{Candidate, EXPLORE, Wish, noise, pick, posterior, standardised};

/// How the recipes of a turn are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Policy {
    /// Any recipes, all with the same chance, none twice in a turn.
    Uniform,
    /// The recipe with the highest posterior mean, in every slot for which it has a draft; then the next one.
    Exploit,
    /// The recipes with the highest posterior means, one slot each.
    ExploitTop,
    /// The slate rule.
    Breeding,
}

impl Policy {
    pub(super) const ALL: [Self; 4] = [Self::Uniform, Self::Exploit, Self::ExploitTop, Self::Breeding];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Exploit => "exploit",
            Self::ExploitTop => "exploit_top",
            Self::Breeding => "breeding",
        }
    }

    /// Whether it asks how alike drafts are.
    pub(super) fn compares(self) -> bool {
        self == Self::Breeding
    }

    /// The drafts of a turn, one per slot.
    pub(super) fn choose(self, studio: &Studio, turn: usize, size: usize, seed: u64) -> Option<Vec<usize>> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let drafts = studio.drafts();
        match self {
            Self::Uniform => {
                let recipes = studio.uses().len();
                Some(first_drafts(&drafts, sample(&mut rng, recipes, size.min(recipes)), 1).collect())
            }
            Self::Exploit => Some(first_drafts(&drafts, best_first(&beliefs(studio, turn)), size).take(size).collect()),
            Self::ExploitTop => Some(first_drafts(&drafts, best_first(&beliefs(studio, turn)), 1).take(size).collect()),
            Self::Breeding => pick(&candidates(studio, turn), &studio.similarity()?, Wish { size, explore: EXPLORE }, rng.next_u64()),
        }
    }
}

/// The first `most` drafts of each of these recipes.
fn first_drafts(drafts: &[usize], recipes: impl IntoIterator<Item = usize>, most: usize) -> impl Iterator<Item = usize> {
    recipes.into_iter().flat_map(move |recipe| drafts.iter().enumerate().filter(move |(_, of)| **of == recipe).map(|(place, _)| place).take(most))
}

/// What the product would believe of each recipe.
fn beliefs(studio: &Studio, turn: usize) -> Vec<Normal> {
    let indices = studio.indices(turn);
    let noise = noise(indices.iter().map(Vec::as_slice));
    indices.iter().map(|indices| posterior(indices, noise)).collect()
}

fn best_first(beliefs: &[Normal]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..beliefs.len()).collect();
    order.sort_by(|a, b| beliefs[*b].mean.total_cmp(&beliefs[*a].mean));
    order
}

fn candidates(studio: &Studio, turn: usize) -> Vec<Candidate> {
    let (beliefs, uses) = (beliefs(studio, turn), studio.uses());
    let drafts = studio.drafts().into_iter().zip(standardised(&studio.originality()));
    drafts
        .map(|(recipe, originality)| {
            let (posts, last) = uses[recipe];
            let days_since_use = last.map(|last| turn.saturating_sub(last) as f64);
            Candidate { recipe, index: beliefs[recipe], originality, days_since_use, posts }
        })
        .collect()
}
