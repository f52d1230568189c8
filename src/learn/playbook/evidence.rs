//! What a project's own posts say of the recipes a card can follow.
//!
//! A recipe is a play, a variant that won, or an angle, emotion and format together; a post counts for each that it
//! follows. Invariants: simulated and real posts are never put together: with [`FEWEST_REAL`] real posts the real ones
//! speak, and before that the simulated ones, and it says which; the same posts give the same evidence.

use super::model::told_by;
use crate::platform::Ms;
use crate::platform::id::{IdeaId, PlayId, VariantId};
use crate::stats::normal::Normal;
use crate::stats::slate::{noise, posterior};
use serde_json::Value;
use std::collections::BTreeMap;

/// Real posts from which on the invented audience is not asked any more.
const FEWEST_REAL: usize = 3;

/// One published post, and what it was made from.
#[derive(Clone, Debug)]
pub struct Post {
    pub variant: VariantId,
    pub idea: Option<IdeaId>,
    /// The play that its idea followed.
    pub play: Option<PlayId>,
    /// The variant that the card of its idea built on.
    pub followed: Option<VariantId>,
    /// The chance with which the card of its idea was drawn; `None` if its idea came from no card.
    pub drawn: Option<f64>,
    /// A person wrote its idea, by no card and no run.
    pub own: bool,
    pub lens: Value,
    pub simulated: bool,
    pub published: Ms,
    /// When its idea was written.
    pub conceived: Option<Ms>,
    /// 1 is usual on its channel; `None` while it has no numbers to be compared by.
    pub index: Option<f64>,
}

/// What cards follow, as far as results are told apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Recipe {
    Play(PlayId),
    Winner(VariantId),
    Lens(String),
}

impl Recipe {
    /// That of a card.
    pub fn of(play: Option<PlayId>, variant: Option<VariantId>, lens: &Value) -> Recipe {
        match (play, variant) {
            (Some(play), _) => Recipe::Play(play),
            (None, Some(variant)) => Recipe::Winner(variant),
            (None, None) => Recipe::Lens(told_by(lens)),
        }
    }
}

/// What came of one recipe.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Those without numbers yet included
    pub posts: u32,
    pub indices: Vec<f64>,
    pub last: Option<Ms>,
}

#[derive(Clone, Debug)]
pub struct Evidence {
    /// The invented audience speaks, for want of a real one.
    pub simulated: bool,
    /// In an order, so that sums over them come out the same to the last bit
    tallies: BTreeMap<Recipe, Tally>,
    noise: f64,
}

impl Evidence {
    pub fn of(posts: &[Post]) -> Evidence {
        let simulated = speaks_simulated(posts);
        let mut tallies: BTreeMap<Recipe, Tally> = BTreeMap::new();
        for post in posts.iter().filter(|post| post.simulated == simulated) {
            for recipe in followed(post) {
                let tally = tallies.entry(recipe).or_default();
                tally.posts += 1;
                tally.indices.extend(post.index);
                tally.last = tally.last.max(Some(post.published));
            }
        }
        let noise = noise(tallies.values().map(|tally| tally.indices.as_slice()));
        Evidence { simulated, tallies, noise }
    }

    pub fn tally(&self, recipe: &Recipe) -> Option<&Tally> {
        self.tallies.get(recipe)
    }

    pub fn posts(&self, recipe: &Recipe) -> u32 {
        self.tally(recipe).map_or(0, |tally| tally.posts)
    }

    /// What is believed of the recipe's index. The grade of a play moves nothing: it says how surely something was better
    /// than its rival in one test, not by how much it is above what is usual on a channel, and once it was followed its
    /// own posts say that.
    pub fn believed(&self, recipe: &Recipe) -> Normal {
        posterior(self.tally(recipe).map_or(&[][..], |tally| &tally.indices), self.noise)
    }
}

/// Whether, of these posts, it is the simulated ones that speak.
pub fn speaks_simulated(posts: &[Post]) -> bool {
    posts.iter().filter(|post| !post.simulated).count() < FEWEST_REAL
}

fn followed(post: &Post) -> Vec<Recipe> {
    let lens = told_by(&post.lens);
    let winners = [Some(post.variant), post.followed.filter(|followed| *followed != post.variant)];
    let mut recipes: Vec<Recipe> = winners.into_iter().flatten().map(Recipe::Winner).collect();
    recipes.extend(post.play.map(Recipe::Play));
    recipes.extend((!lens.is_empty()).then_some(Recipe::Lens(lens)));
    recipes
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use serde_json::json;
    use uuid::Uuid;

    pub fn post(n: u128, simulated: bool, index: Option<f64>) -> Post {
        Post {
            variant: VariantId(Uuid::from_u128(n)),
            idea: Some(IdeaId(Uuid::from_u128(n))),
            play: None,
            followed: None,
            drawn: None,
            own: false,
            lens: json!({}),
            simulated,
            published: Ms(n as i64),
            conceived: Some(Ms(n as i64)),
            index,
        }
    }

    #[test]
    fn a_post_counts_for_each_recipe_it_follows_and_for_no_other() {
        let (play, winner) = (PlayId(Uuid::from_u128(7)), VariantId(Uuid::from_u128(8)));
        let lens = json!({ "angle": "then and now", "market": "vi-VN" });
        let posts = [Post { play: Some(play), followed: Some(winner), lens: lens.clone(), ..post(1, true, Some(2.0)) }, post(2, true, None)];
        let evidence = Evidence::of(&posts);
        let elsewhere = json!({ "angle": "then and now", "market": "th-TH" });
        for recipe in [Recipe::Play(play), Recipe::Winner(winner), Recipe::of(None, None, &elsewhere), Recipe::Winner(posts[0].variant)] {
            assert_eq!(evidence.tally(&recipe), Some(&Tally { posts: 1, indices: vec![2.0], last: Some(Ms(1)) }), "{recipe:?}");
            assert!(evidence.believed(&recipe).mean > 1.0);
        }
        assert_eq!(evidence.tally(&Recipe::Lens(String::new())), None, "no lens is no recipe");
        assert_eq!(evidence.posts(&Recipe::Winner(posts[1].variant)), 1, "without numbers it was posted all the same");
        assert_eq!(evidence.believed(&Recipe::Winner(posts[1].variant)), posterior(&[], 1.0));
    }

    #[test]
    fn simulated_and_real_are_never_put_together() {
        let mut posts = vec![post(1, true, Some(3.0)), post(1, false, Some(0.5)), post(2, false, None)];
        let recipe = Recipe::Winner(posts[0].variant);
        let evidence = Evidence::of(&posts);
        assert_eq!((evidence.simulated, evidence.tally(&recipe).map(|tally| tally.indices.clone())), (true, Some(vec![3.0])));
        posts.push(post(3, false, None));
        let evidence = Evidence::of(&posts);
        assert_eq!((evidence.simulated, evidence.tally(&recipe).map(|tally| tally.indices.clone())), (false, Some(vec![0.5])));
    }
}
