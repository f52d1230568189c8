//! What a project's own posts say of the recipes a card can follow.
//!
//! A recipe is a play, a variant that won, or an angle, emotion and format together; a post counts for each that it
//! follows. What a card may expect is learned from all posts at once (`stats::attributes`): a recipe has an effect of its
//! own, and each angle, market, format and emotion has one that all share who are seen through it, so that a combination
//! nobody has tried inherits from its parts. An effect that one post alone has, and no card, is scatter.
//! Invariants: simulated and real posts are never put together: with [`FEWEST_REAL`] real posts the real ones
//! speak, and before that the simulated ones, and it says which; the same posts give the same evidence.

use super::model::{AXES, told_by};
use crate::platform::Ms;
use crate::platform::id::{IdeaId, PlayId, VariantId};
use crate::stats::attributes::{Belief, Results, level_variance, own_variance};
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

/// How often one recipe was followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Those without numbers yet included
    pub posts: u32,
    pub last: Option<Ms>,
}

/// What posts can have in common that moves their index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Effect {
    Own(Recipe),
    /// An axis, and the value on it, where one was said
    Level(&'static str, String),
}

impl Effect {
    /// Those of whatever follows these recipes through this lens.
    fn of(recipes: Vec<Recipe>, lens: &Value) -> Vec<Effect> {
        let value = |axis: &str| lens.get(axis).and_then(Value::as_str).filter(|value| !value.is_empty()).map(str::to_owned);
        let levels = AXES.into_iter().filter_map(|axis| Some(Effect::Level(axis, value(axis)?)));
        recipes.into_iter().map(Effect::Own).chain(levels).collect()
    }

    /// Beforehand, if recipes are told apart by so many axes.
    fn variance(&self, axes: usize) -> f64 {
        match self {
            Effect::Own(_) => own_variance(),
            Effect::Level(..) => level_variance(axes),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Evidence {
    /// The invented audience speaks, for want of a real one.
    pub simulated: bool,
    tallies: BTreeMap<Recipe, Tally>,
    /// Each post's effects, and its index
    posts: Vec<(Vec<Effect>, Option<f64>)>,
}

impl Evidence {
    pub fn of(posts: &[Post]) -> Evidence {
        let simulated = speaks_simulated(posts);
        let mut evidence = Evidence { simulated, tallies: BTreeMap::new(), posts: Vec::new() };
        for post in posts.iter().filter(|post| post.simulated == simulated) {
            let recipes = followed(post);
            for recipe in &recipes {
                let tally = evidence.tallies.entry(recipe.clone()).or_default();
                tally.posts += 1;
                tally.last = tally.last.max(Some(post.published));
            }
            evidence.posts.push((Effect::of(recipes, &post.lens), post.index));
        }
        evidence
    }

    pub fn tally(&self, recipe: &Recipe) -> Option<&Tally> {
        self.tallies.get(recipe)
    }

    pub fn posts(&self, recipe: &Recipe) -> u32 {
        self.tally(recipe).map_or(0, |tally| tally.posts)
    }

    /// What is believed of the indices of these recipes, each seen through a lens, in their order. The grade of a play
    /// moves nothing: it says how surely something was better than its rival in one test, not by how much it is above what
    /// is usual on a channel, and once it was followed its own posts say that.
    pub fn believed(&self, cards: &[(Recipe, Value)]) -> Option<Belief> {
        let cards: Vec<Vec<Effect>> = cards.iter().map(|(recipe, lens)| Effect::of(vec![recipe.clone()], lens)).collect();
        let posts = || self.posts.iter().filter_map(|(effects, index)| Some((effects, (*index)?)));
        let mut had: BTreeMap<&Effect, usize> = BTreeMap::new();
        posts().flat_map(|(effects, _)| effects).for_each(|effect| *had.entry(effect).or_default() += 1);
        cards.iter().flatten().for_each(|effect| *had.entry(effect).or_default() += 2);
        // Numbered in their order, so that sums over them come out the same to the last bit.
        let numbers: BTreeMap<&Effect, usize> = had.into_iter().filter(|(_, times)| *times > 1).map(|(effect, _)| effect).zip(0..).collect();
        let numbered = |effects: &[Effect]| effects.iter().filter_map(|effect| numbers.get(effect).copied()).collect::<Vec<usize>>();
        let mut results: BTreeMap<Vec<usize>, Vec<f64>> = BTreeMap::new();
        posts().for_each(|(effects, index)| results.entry(numbered(effects)).or_default().push(index));
        let results: Vec<Results> = results.into_iter().map(|(effects, indices)| Results { effects, indices }).collect();
        let says = |axis: &&&str| cards.iter().flatten().any(|effect| matches!(effect, Effect::Level(of, _) if of == *axis));
        let axes = AXES.iter().filter(says).count();
        let variances: Vec<f64> = numbers.keys().map(|effect| effect.variance(axes)).collect();
        Belief::of(&variances, &results, cards.iter().map(|effects| numbered(effects)).collect())
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
    use crate::stats::normal::Normal;
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
            assert_eq!(evidence.tally(&recipe), Some(&Tally { posts: 1, last: Some(Ms(1)) }), "{recipe:?}");
            assert!(believed(&evidence, &recipe, json!({ "angle": "one object" })).mean > 1.0);
        }
        assert_eq!(evidence.tally(&Recipe::Lens(String::new())), None, "no lens is no recipe");
        assert_eq!(evidence.posts(&Recipe::Winner(posts[1].variant)), 1, "without numbers it was posted all the same");
        let stranger = believed(&evidence, &Recipe::Winner(posts[1].variant), json!({ "angle": "x", "market": "x", "format": "x", "emotion": "x" }));
        assert!((stranger.mean - 1.0).abs() < 1e-12 && (stranger.sd - 0.3).abs() < 1e-12, "{stranger:?}");
    }

    fn believed(evidence: &Evidence, recipe: &Recipe, lens: Value) -> Normal {
        evidence.believed(&[(recipe.clone(), lens)]).unwrap().index(0).unwrap()
    }

    #[test]
    fn an_untried_combination_inherits_from_its_lenses() {
        let lens = |angle: &str, emotion: &str| json!({ "angle": angle, "emotion": emotion, "format": "carousel", "market": "vi-VN" });
        let seen =
            [("then and now", "pride", 1.7), ("then and now", "longing", 1.5), ("one object", "suspense", 0.5), ("one object", "tenderness", 0.3)];
        let posts: Vec<Post> =
            (1..).zip(seen).map(|(n, (angle, emotion, index))| Post { lens: lens(angle, emotion), ..post(n, true, Some(index)) }).collect();
        let evidence = Evidence::of(&posts);
        let of = |lens: Value| believed(&evidence, &Recipe::of(None, None, &lens), lens);
        let [good, bad] = ["then and now", "one object"].map(|angle| of(lens(angle, "laughter")));
        assert!(good.mean > 1.02 && bad.mean < 0.98 && good.sd < 0.3, "{good:?} {bad:?}");
        let tried = of(lens("then and now", "longing"));
        assert!(tried.mean > good.mean + 0.03, "{tried:?}");
        let strange = of(json!({ "angle": "a", "emotion": "b", "format": "c", "market": "d" }));
        assert!((strange.mean - 1.0).abs() < 1e-12 && (strange.sd - 0.3).abs() < 1e-12, "{strange:?}");
    }

    #[test]
    fn simulated_and_real_are_never_put_together() {
        let mut posts = vec![post(1, true, Some(3.0)), post(1, false, Some(0.5)), post(2, false, None)];
        let recipe = Recipe::Winner(posts[0].variant);
        let evidence = Evidence::of(&posts);
        assert!(evidence.simulated && believed(&evidence, &recipe, json!({ "angle": "x" })).mean > 1.0);
        posts.push(post(3, false, None));
        let evidence = Evidence::of(&posts);
        assert!(!evidence.simulated && believed(&evidence, &recipe, json!({ "angle": "x" })).mean < 1.0);
    }
}
