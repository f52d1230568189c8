//! The policies that are compared: how each of them fills the slots of a turn.

use rand::seq::index::sample;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::studio::Studio;
use crate::stats::attributes::Belief;
use crate::stats::slate::{Candidate, EXPLORE, Wish, pick, standardised};

/// How the recipes of a turn are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Policy {
    /// Any recipes, all with the same chance, none twice in a turn.
    Uniform,
    /// The recipe with the highest posterior mean, in every slot for which it has a draft; then the next one.
    Exploit,
    /// The same, where each recipe is judged by its own posts alone.
    ExploitAlone,
    /// The recipes with the highest posterior means, one slot each.
    ExploitTop,
    /// The slate rule.
    Breeding,
}

impl Policy {
    pub(super) const ALL: [Self; 5] = [Self::Uniform, Self::Exploit, Self::ExploitAlone, Self::ExploitTop, Self::Breeding];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Exploit => "exploit",
            Self::ExploitAlone => "exploit_alone",
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
            Self::Exploit => Some(first_drafts(&drafts, best_first(&studio.belief(turn)?), size).take(size).collect()),
            Self::ExploitAlone => Some(first_drafts(&drafts, best_first(&studio.belief_alone(turn)?), size).take(size).collect()),
            Self::ExploitTop => Some(first_drafts(&drafts, best_first(&studio.belief(turn)?), 1).take(size).collect()),
            Self::Breeding => {
                let wish = Wish { size, explore: EXPLORE };
                pick(&candidates(studio, turn), &studio.belief(turn)?, &studio.similarity()?, wish, rng.next_u64())
            }
        }
    }
}

/// The first `most` drafts of each of these recipes.
fn first_drafts(drafts: &[usize], recipes: impl IntoIterator<Item = usize>, most: usize) -> impl Iterator<Item = usize> {
    recipes.into_iter().flat_map(move |recipe| drafts.iter().enumerate().filter(move |(_, of)| **of == recipe).map(|(place, _)| place).take(most))
}

fn best_first(belief: &Belief) -> Vec<usize> {
    let means = belief.means();
    let mut order: Vec<usize> = (0..means.len()).collect();
    order.sort_by(|a, b| means[*b].total_cmp(&means[*a]));
    order
}

fn candidates(studio: &Studio, turn: usize) -> Vec<Candidate> {
    let uses = studio.uses();
    let drafts = studio.drafts().into_iter().zip(standardised(&studio.originality()));
    drafts
        .map(|(recipe, originality)| {
            let (posts, last) = uses[recipe];
            let days_since_use = last.map(|last| turn.saturating_sub(last) as f64);
            Candidate { recipe, originality, days_since_use, posts }
        })
        .collect()
}
