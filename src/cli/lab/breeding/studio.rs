//! One studio in the invented market: it publishes, is watched, and learns what the product would learn.
//!
//! Every number comes from the audience itself: rates, reach and fatigue are its own, sameness is measured on the texts
//! that were published. What a post is worth is its engagement in likes, and its index stands against the usual of its
//! channel, both as the performance page computes them. Luck belongs to a place in the calendar and not to a recipe, so
//! that policies meet the same luck and their differences are paired.

use std::collections::VecDeque;

use chrono_tz::Tz;

use super::recipes::{LEVELS, Recipe};
use crate::learn::performance::{REFERENCE, Totals, index};
use crate::release::channels::kinds::simulator::audience::{Audience, Grams, Memory, Metric, Publication, REMEMBERED, VariantText, sameness};
use crate::stats::attributes::{Belief, PRIOR, Results, level_variance, own_variance};
use crate::stats::similarity::originality;
use crate::stats::symmetric::Symmetric;
use crate::stats::vendi::{Order, Spectrum, WINDOW};

/// Monday 7 December 2026, 19:00 UTC: the hour of every turn's first post.
const BEGIN_MS: i64 = 1_796_670_000_000;
const DAY_MS: i64 = 86_400_000;
const MINUTE_MS: i64 = 60_000;
/// The age at which posts are compared with each other, and the one at which their worth is counted.
const EARLY_HOURS: f64 = 24.0;
const SETTLED_HOURS: f64 = 168.0;
/// A slate is planned before its first post goes out, when the posts of the day before are not a day old yet.
const KNOWN_AFTER: usize = 2;
/// Own posts among which an original one finds no neighbour.
const OWN: usize = 50;

/// A text that waits to be posted.
struct Draft {
    recipe: usize,
    text: VariantText,
    grams: Grams,
    /// Similarities to the newest own posts, oldest first; kept only where somebody asks.
    near: VecDeque<f64>,
}

/// A post that went out.
struct Post {
    recipe: usize,
    turn: usize,
    early: f64,
}

/// A studio and its past.
pub(super) struct Studio {
    audience: Audience,
    market: String,
    recipes: Vec<Recipe>,
    drafts: Vec<Draft>,
    issues: Vec<u64>,
    posts: Vec<Post>,
    memory: VecDeque<Memory>,
    own: VecDeque<Grams>,
    /// Similarities of the drafts to each other; only for a studio that compares.
    likeness: Option<Vec<Vec<f64>>>,
    /// Engagement of all posts, in likes.
    pub(super) impact: f64,
    /// Vendi scores of each twenty posts in a row.
    pub(super) windows: Vec<f64>,
    sameness_sum: f64,
}

impl Studio {
    /// Before the first turn, `each` drafts of every recipe lying ready. `compares` says whether somebody will ask for
    /// the similarities of drafts.
    pub(super) fn open(seed: u64, market: &str, recipes: Vec<Recipe>, each: usize, compares: bool) -> Self {
        let mut studio = Self {
            audience: Audience::of(seed),
            market: market.to_owned(),
            issues: vec![0; recipes.len()],
            drafts: Vec::new(),
            recipes,
            posts: Vec::new(),
            memory: VecDeque::new(),
            own: VecDeque::new(),
            likeness: None,
            impact: 0.0,
            windows: Vec::new(),
            sameness_sum: 0.0,
        };
        for recipe in (0..studio.recipes.len()).flat_map(|recipe| vec![recipe; each]) {
            let draft = studio.draft(recipe);
            studio.drafts.push(draft);
        }
        studio.likeness = compares.then(|| studio.drafts.iter().map(|draft| studio.row(draft)).collect());
        studio
    }

    /// The next text of a recipe.
    fn draft(&mut self, recipe: usize) -> Draft {
        let text = self.recipes[recipe].write(self.issues[recipe]);
        self.issues[recipe] += 1;
        Draft { recipe, grams: Grams::of(&text.joined()), text, near: VecDeque::new() }
    }

    fn row(&self, draft: &Draft) -> Vec<f64> {
        self.drafts.iter().map(|other| draft.grams.similarity(&other.grams)).collect()
    }

    /// Publishes a draft as the `slot`th post of a turn, and has its recipe write another one.
    pub(super) fn publish(&mut self, place: usize, turn: usize, slot: usize, size: usize) {
        let at = BEGIN_MS + turn as i64 * DAY_MS + slot as i64 * MINUTE_MS;
        let draft = &self.drafts[place];
        let recipe = draft.recipe;
        let grams = draft.grams.clone();
        let post = Publication {
            id: (turn * size + slot) as u128 + 1,
            published_ms: at,
            market: self.market.clone(),
            channel: "study".into(),
            zone: Tz::UTC,
            features: self.recipes[recipe].features(&draft.text, &self.market),
            sameness: sameness(&grams, at, self.memory.make_contiguous()),
        };
        self.sameness_sum += post.sameness;
        self.impact += engagement(&self.audience, &post, SETTLED_HOURS);
        self.posts.push(Post { recipe, turn, early: engagement(&self.audience, &post, EARLY_HOURS) });
        self.remember(Memory { grams, published_ms: at }, place);
        self.replace(place, recipe);
    }

    /// The post was the draft at `place` until now, so its likeness to the others is known.
    fn remember(&mut self, memory: Memory, place: usize) {
        if let Some(likeness) = &self.likeness {
            for (draft, alike) in self.drafts.iter_mut().zip(&likeness[place]) {
                draft.near.push_back(*alike);
                keep_newest(&mut draft.near, OWN);
            }
            self.own.push_back(memory.grams.clone());
            keep_newest(&mut self.own, OWN);
        }
        self.memory.push_back(memory);
        keep_newest(&mut self.memory, REMEMBERED.max(WINDOW));
        if self.posts.len().is_multiple_of(WINDOW) {
            let alike = |i: usize, j: usize| if i == j { 1.0 } else { self.memory[i].grams.similarity(&self.memory[j].grams) };
            self.windows.extend(Symmetric::from_fn(self.memory.len(), alike).map(|matrix| Spectrum::of(&matrix).score(Order::One)));
        }
    }

    fn replace(&mut self, place: usize, recipe: usize) {
        let mut draft = self.draft(recipe);
        if let Some(mut likeness) = self.likeness.take() {
            draft.near = self.own.iter().map(|own| draft.grams.similarity(own)).collect();
            let mut row = self.row(&draft);
            row[place] = 1.0;
            for (other, value) in likeness.iter_mut().zip(&row) {
                other[place] = *value;
            }
            likeness[place] = row;
            self.likeness = Some(likeness);
        }
        self.drafts[place] = draft;
    }

    /// The indices of each recipe's posts, as they are known when `turn` is planned; empty while nothing is usual yet.
    fn indices(&self, turn: usize) -> Vec<Vec<f64>> {
        let known: Vec<&Post> = self.posts.iter().take_while(|post| post.turn + KNOWN_AFTER <= turn).collect();
        let newest = known.len().saturating_sub(usize::try_from(REFERENCE).unwrap_or(WINDOW));
        let usual: Vec<f64> = known.iter().skip(newest).map(|post| post.early).collect();
        let mut indices = vec![Vec::new(); self.recipes.len()];
        // index(x) = (x + 1)·index(0): the usual is sought once and not for every post.
        if let Some(unit) = index(0.0, &usual) {
            for post in known {
                indices[post.recipe].push((post.early + 1.0) * unit);
            }
        }
        indices
    }

    /// What is believed of each recipe when `turn` is planned if it is judged by its own posts alone.
    pub(super) fn belief_alone(&self, turn: usize) -> Option<Belief> {
        let indices = self.indices(turn).into_iter().enumerate();
        let results: Vec<Results> = indices.map(|(recipe, indices)| Results { effects: vec![recipe], indices }).collect();
        Belief::of(&vec![PRIOR.sd * PRIOR.sd; self.recipes.len()], &results, (0..self.recipes.len()).map(|recipe| vec![recipe]).collect())
    }

    /// What the product would believe of each recipe when `turn` is planned: the effects are the levels of its attributes,
    /// one attribute after the other, and then each recipe's own.
    pub(super) fn belief(&self, turn: usize) -> Option<Belief> {
        let before = |attribute: usize| LEVELS.iter().take(attribute).sum::<usize>();
        let shared = before(LEVELS.len());
        let effects = |(place, recipe): (usize, &Recipe)| {
            let levels = recipe.levels.iter().enumerate().map(|(attribute, level)| before(attribute) + level);
            levels.chain([shared + place]).collect::<Vec<usize>>()
        };
        let recipes: Vec<Vec<usize>> = self.recipes.iter().enumerate().map(effects).collect();
        let mut variances = vec![level_variance(LEVELS.len()); shared];
        variances.resize(shared + recipes.len(), own_variance());
        let indices = self.indices(turn).into_iter().zip(&recipes);
        let results: Vec<Results> = indices.map(|(indices, effects)| Results { effects: effects.clone(), indices }).collect();
        Belief::of(&variances, &results, recipes)
    }

    /// The recipe of each draft.
    pub(super) fn drafts(&self) -> Vec<usize> {
        self.drafts.iter().map(|draft| draft.recipe).collect()
    }

    /// Posts of a recipe so far, and the turn of the last one.
    pub(super) fn uses(&self) -> Vec<(u32, Option<usize>)> {
        let mut uses = vec![(0, None); self.recipes.len()];
        for post in &self.posts {
            uses[post.recipe] = (uses[post.recipe].0 + 1, Some(post.turn));
        }
        uses
    }

    /// How alike the drafts are; `None` of a studio that does not compare.
    pub(super) fn similarity(&self) -> Option<Symmetric> {
        let rows = self.likeness.as_ref()?;
        Symmetric::from_fn(rows.len(), |i, j| if i == j { 1.0 } else { rows[i][j] })
    }

    /// Originality of each draft: one minus its mean similarity to the five nearest of the last fifty own posts.
    pub(super) fn originality(&self) -> Vec<f64> {
        // Before anything was posted, all are as original as can be.
        self.drafts.iter().map(|draft| originality(draft.near.iter().copied()).unwrap_or(1.0)).collect()
    }

    /// How alike to the twenty before it a post was, on average, as the audience felt it.
    pub(super) fn mean_sameness(&self) -> f64 {
        self.sameness_sum / self.posts.len().max(1) as f64
    }

    /// The share of posts made from the recipe that the audience would like best, were nobody tired of it.
    pub(super) fn share_of_the_best(&self) -> f64 {
        let liking = |draft: &Draft| self.audience.reveal().preference(&self.recipes[draft.recipe].features(&draft.text, &self.market));
        let best = self.drafts.iter().max_by(|a, b| liking(a).total_cmp(&liking(b))).map(|draft| draft.recipe);
        self.posts.iter().filter(|post| Some(post.recipe) == best).count() as f64 / self.posts.len().max(1) as f64
    }
}

fn keep_newest<T>(kept: &mut VecDeque<T>, most: usize) {
    kept.drain(..kept.len().saturating_sub(most));
}

/// Engagement in likes at an age, as the performance page adds it up.
fn engagement(audience: &Audience, post: &Publication, age_hours: f64) -> f64 {
    let seen = audience.observe(post, age_hours);
    let mut totals = Totals::default();
    for (metric, name) in [
        (Metric::Likes, "likes"),
        (Metric::Comments, "comments"),
        (Metric::Saves, "saves"),
        (Metric::Shares, "shares"),
        (Metric::Follows, "follows"),
        (Metric::Clicks, "clicks"),
    ] {
        if let Some(total) = seen.total(metric) {
            totals.set(name, total as f64);
        }
    }
    totals.engagement().given().unwrap_or(0.0)
}
