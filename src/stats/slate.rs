//! The rule of breeding: which few of many drafts to make next.
//!
//! A draft follows a recipe, and recipes share attributes: what is believed of their indices is one [`Belief`]. The
//! score of a draft is that of its recipe in one draw from it, made for all recipes together (Thompson, Biometrika 25,
//! 1933; Russo et al., "A tutorial on Thompson sampling", 2018), plus 0.15 for each standard deviation of the draft's
//! originality, less 0.1·e^(−days since last use/14) for the recipe. Two drafts of one recipe may stand in one slate; it
//! is their likeness that speaks against it, not a ban. A slate of n is grown greedily to the greatest Σ score + 0.3·ln det(K + 10⁻³·I), K being the similarities of the
//! drafts in it: the determinant falls towards nought as soon as two of them are alike (Kulesza & Taskar,
//! "Determinantal point processes for machine learning", 2012; the greedy growth by Cholesky rows after Chen, Zhang &
//! Zhou, NeurIPS 2018). At least ⌈explore·n⌉ cards follow recipes with fewer than three posts, while there are any.
//!
//! Invariants: the same arguments give the same slate; no draft comes twice; every card carries the chance with
//! which it was drawn, so that what it did can be weighted by it (Horvitz & Thompson, 1952). That chance has no closed
//! form, because the draws compete: it is the share of [`REPEATS`] further seeded draws, and this one, that hold the
//! card; so it is never nought, and its standard error is 0.035 at most.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use rand::RngExt;

use crate::stats::attributes::Belief;
use crate::stats::draws::seeded;
use crate::stats::symmetric::Symmetric;

/// Further draws behind every probability.
pub const REPEATS: usize = 200;
/// The share of a slate that is kept for recipes hardly tried, unless somebody wishes otherwise.
pub const EXPLORE: f64 = 0.2;
/// A recipe with fewer posts than this is hardly tried.
pub const TRIED: u32 = 3;
const ORIGINALITY_WEIGHT: f64 = 0.15;
const FATIGUE_WEIGHT: f64 = 0.1;
const RECOVERY_DAYS: f64 = 14.0;
const VARIETY_WEIGHT: f64 = 0.3;
const RIDGE: f64 = 1e-3;

/// A draft that could be made next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The recipe it follows, by its place in the belief.
    pub recipe: usize,
    /// How original this draft is among the candidates, in standard deviations; see [`standardised`].
    pub originality: f64,
    /// Since the recipe was used last; `None` if it never was.
    pub days_since_use: Option<f64>,
    /// Posts made from the recipe so far, those without numbers yet included.
    pub posts: u32,
}

impl Candidate {
    pub fn is_hardly_tried(&self) -> bool {
        self.posts < TRIED
    }

    fn is_sound(&self) -> bool {
        self.originality.is_finite() && self.days_since_use.is_none_or(|days| days >= 0.0)
    }

    /// `index` is that of its recipe, as it was drawn.
    fn score(&self, index: f64) -> f64 {
        let tired = self.days_since_use.map_or(0.0, |days| (-days / RECOVERY_DAYS).exp());
        index + ORIGINALITY_WEIGHT * self.originality - FATIGUE_WEIGHT * tired
    }
}

/// What to draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wish {
    /// Cards; fewer come if there are fewer candidates.
    pub size: usize,
    /// Share of them, rounded up, that goes to recipes hardly tried; 0..=1.
    pub explore: f64,
}

/// One place in a slate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Card {
    /// Which candidate.
    pub candidate: usize,
    /// Its score in this draw.
    pub score: f64,
    /// The chance that a slate drawn from the same beliefs holds it, above 0 and at most 1.
    pub probability: f64,
}

/// Draws a slate, the most wanted card first. `similarity` has one row per candidate. `None` if it has not, if the belief
/// does not tell of a recipe, or if a number is none.
pub fn slate(candidates: &[Candidate], belief: &Belief, similarity: &Symmetric, wish: Wish, seed: u64) -> Option<Vec<Card>> {
    let drawn = draw(candidates, belief, similarity, wish, seed)?;
    let mut hits = vec![1_u32; candidates.len()];
    let mut seeds = seeded(seed);
    for _ in 0..REPEATS {
        for (candidate, _) in draw(candidates, belief, similarity, wish, seeds.random())? {
            hits[candidate] += 1;
        }
    }
    let chance = |candidate: usize| f64::from(hits[candidate]) / (REPEATS as f64 + 1.0);
    Some(drawn.into_iter().map(|(candidate, score)| Card { candidate, score, probability: chance(candidate) }).collect())
}

/// The candidates of a slate alone, without their chances, for studies that draw thousands: the same as [`slate`]'s.
pub fn pick(candidates: &[Candidate], belief: &Belief, similarity: &Symmetric, wish: Wish, seed: u64) -> Option<Vec<usize>> {
    Some(draw(candidates, belief, similarity, wish, seed)?.into_iter().map(|(candidate, _)| candidate).collect())
}

/// One draw: candidates with their scores.
fn draw(candidates: &[Candidate], belief: &Belief, similarity: &Symmetric, wish: Wish, seed: u64) -> Option<Vec<(usize, f64)>> {
    if similarity.size() != candidates.len() || !candidates.iter().all(Candidate::is_sound) {
        return None;
    }
    let indices = belief.draw(&mut seeded(seed));
    let scores: Vec<f64> = candidates.iter().map(|candidate| Some(candidate.score(*indices.get(candidate.recipe)?))).collect::<Option<_>>()?;
    let size = wish.size.min(candidates.len());
    let fresh = candidates.iter().filter(|candidate| candidate.is_hardly_tried()).count();
    let mut owed = ((wish.explore.clamp(0.0, 1.0) * size as f64).ceil() as usize).min(fresh);
    let mut growth = Growth::new(similarity);
    // What each would add at most: the gain only falls while the set grows (it is submodular), so whoever is still first
    // when its gain is known anew is the best (Minoux, "Accelerated greedy algorithms", 1978).
    let mut bounds: BinaryHeap<Bound> =
        (0..scores.len()).map(|candidate| Bound { gain: growth.gain(candidate, scores[candidate]), candidate }).collect();
    let mut drawn = Vec::with_capacity(size);
    for left in (1..=size).rev() {
        // Once only recipes hardly tried may come, it stays so.
        let allowed = |candidate: usize| owed < left || candidates[candidate].is_hardly_tried();
        let Some(next) = best(&mut bounds, &mut growth, &scores, allowed) else { break };
        growth.take(next);
        owed = owed.saturating_sub(usize::from(candidates[next].is_hardly_tried()));
        drawn.push((next, scores[next]));
    }
    Some(drawn)
}

/// Takes the candidate with the greatest gain, the last of those that are equal; those not allowed are let go for good.
fn best(bounds: &mut BinaryHeap<Bound>, growth: &mut Growth, scores: &[f64], allowed: impl Fn(usize) -> bool) -> Option<usize> {
    while let Some(first) = bounds.pop() {
        if !allowed(first.candidate) {
            continue;
        }
        if growth.is_known(first.candidate) {
            return Some(first.candidate);
        }
        bounds.push(Bound { gain: growth.gain(first.candidate, scores[first.candidate]), ..first });
    }
    None
}

/// A gain as it was when it was last computed.
#[derive(Debug, Clone, Copy)]
struct Bound {
    gain: f64,
    candidate: usize,
}

impl Ord for Bound {
    fn cmp(&self, other: &Self) -> Ordering {
        self.gain.total_cmp(&other.gain).then(self.candidate.cmp(&other.candidate))
    }
}

impl PartialOrd for Bound {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Bound {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Bound {}

/// A set that grows, with the rows of its Cholesky factor: what each further member would multiply the determinant by.
/// A candidate's row is continued when its gain is asked for.
struct Growth<'a> {
    similarity: &'a Symmetric,
    /// For each candidate its factor row as far as it is known, and the square of the entry it would add.
    rows: Vec<(Vec<f64>, f64)>,
    members: Vec<usize>,
}

impl<'a> Growth<'a> {
    fn new(similarity: &'a Symmetric) -> Self {
        let n = similarity.size();
        Self { similarity, rows: (0..n).map(|i| (Vec::new(), similarity.at(i, i) + RIDGE)).collect(), members: Vec::new() }
    }

    /// Whether the gain last computed is that of now.
    fn is_known(&self, candidate: usize) -> bool {
        self.rows[candidate].0.len() == self.members.len()
    }

    /// What a candidate adds to the whole: its score, and the logarithm of its factor.
    fn gain(&mut self, candidate: usize, score: f64) -> f64 {
        self.continue_row(candidate);
        score + VARIETY_WEIGHT * self.rows[candidate].1.max(f64::MIN_POSITIVE).ln()
    }

    fn take(&mut self, member: usize) {
        self.continue_row(member);
        self.members.push(member);
    }

    fn continue_row(&mut self, candidate: usize) {
        let (mut row, mut rest) = std::mem::take(&mut self.rows[candidate]);
        for place in row.len()..self.members.len() {
            let member = self.members[place];
            let (own, square) = &self.rows[member];
            let known: f64 = row.iter().zip(own).map(|(a, b)| a * b).sum();
            let entry = (self.similarity.at(member, candidate) - known) / square.max(RIDGE * RIDGE).sqrt();
            row.push(entry);
            rest -= entry * entry;
        }
        self.rows[candidate] = (row, rest);
    }
}

/// Values as standard deviations from their mean; all nought where they do not differ.
pub fn standardised(values: &[f64]) -> Vec<f64> {
    let n = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / n;
    let sd = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n).sqrt();
    values.iter().map(|value| if sd > 1e-12 { (value - mean) / sd } else { 0.0 }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::stats::normal::{Normal, cdf};

    const DRAFT: Candidate = Candidate { recipe: 0, originality: 0.0, days_since_use: None, posts: 9 };

    /// Recipes that share nothing, with the means and spreads of what is believed of them, and one draft of each.
    fn known(indices: &[(f64, f64)]) -> (Vec<Candidate>, Belief) {
        let beliefs: Vec<Normal> = indices.iter().map(|(mean, sd)| Normal { mean: *mean, sd: *sd }).collect();
        ((0..indices.len()).map(|recipe| Candidate { recipe, ..DRAFT }).collect(), Belief::apart(&beliefs))
    }

    fn apart(n: usize) -> Symmetric {
        Symmetric::from_fn(n, |i, j| f64::from(u8::from(i == j))).unwrap()
    }

    fn places(cards: &[Card]) -> Vec<usize> {
        cards.iter().map(|card| card.candidate).collect()
    }

    const ALL: Wish = Wish { size: 3, explore: 0.0 };

    #[test]
    fn without_doubt_the_best_are_taken_in_order() {
        let (candidates, belief) = known(&[(0.8, 0.0), (1.4, 0.0), (1.1, 0.0), (0.5, 0.0)]);
        let cards = slate(&candidates, &belief, &apart(4), ALL, 1).unwrap();
        assert_eq!(places(&cards), [1, 2, 0]);
        assert!(cards.iter().all(|card| card.probability == 1.0));
        assert_eq!(slate(&candidates, &belief, &apart(4), Wish { size: 9, explore: 0.0 }, 1).unwrap().len(), 4);
    }

    #[test]
    fn originality_pays_and_use_tires() {
        let (mut candidates, belief) = known(&[(1.0, 0.0); 3]);
        candidates[1].originality = 1.0;
        candidates[2].days_since_use = Some(0.0);
        let cards = slate(&candidates, &belief, &apart(3), ALL, 1).unwrap();
        assert_eq!(places(&cards), [1, 0, 2]);
        assert!((cards[0].score - 1.15).abs() < 1e-12 && (cards[2].score - 0.9).abs() < 1e-12);
    }

    #[test]
    fn a_twin_waits_until_nothing_else_is_left() {
        let twins = Symmetric::from_fn(3, |i, j| if i == j || (i < 2 && j < 2) { 1.0 } else { 0.0 }).unwrap();
        let (candidates, belief) = known(&[(2.0, 0.0), (1.9, 0.0), (0.4, 0.0)]);
        assert_eq!(places(&slate(&candidates, &belief, &twins, ALL, 1).unwrap()), [0, 2, 1]);
    }

    #[test]
    fn drafts_of_one_recipe_share_its_luck() {
        // Nothing alike and nothing else to tell them apart: the recipe with the better draw has both slots.
        let (drafts, belief) = known(&[(1.0, 0.3), (1.0, 0.3)]);
        let candidates: Vec<Candidate> = drafts.into_iter().flat_map(|draft| [draft, draft]).collect();
        for seed in 0..20 {
            let drawn = places(&slate(&candidates, &belief, &apart(4), Wish { size: 2, explore: 0.0 }, seed).unwrap());
            assert_eq!(drawn[0] / 2, drawn[1] / 2, "{drawn:?}");
        }
    }

    #[test]
    fn slots_are_kept_for_what_was_hardly_tried() {
        let (mut candidates, belief) = known(&[[(2.0, 0.0); 6].as_slice(), &[(0.1, 0.0), (0.2, 0.0)]].concat());
        (candidates[6].posts, candidates[7].posts) = (2, 0);
        let fresh = |size, explore| {
            let cards = slate(&candidates, &belief, &apart(8), Wish { size, explore }, 1).unwrap();
            assert_eq!(cards.len(), size);
            places(&cards).into_iter().filter(|place| *place >= 6).count()
        };
        assert_eq!([fresh(5, 0.2), fresh(6, 0.2), fresh(1, 0.2), fresh(5, 0.0), fresh(5, 1.0)], [1, 2, 1, 0, 2]);
    }

    /// With one slot, the chance is that of one normal exceeding another.
    #[test]
    fn the_probability_is_that_of_the_draw() {
        let (candidates, belief) = known(&[(1.0, 0.3), (1.2, 0.3)]);
        let chance = cdf(0.2 / (0.3 * 2.0_f64.sqrt()));
        for seed in 0..5 {
            let card = slate(&candidates, &belief, &apart(2), Wish { size: 1, explore: 0.0 }, seed).unwrap()[0];
            let expected = if card.candidate == 1 { chance } else { 1.0 - chance };
            assert!((card.probability - expected).abs() < 0.12, "{card:?}, not {expected}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let (candidates, belief) = known(&[(1.0, 0.1)]);
        assert_eq!(slate(&candidates, &belief, &apart(2), ALL, 1), None);
        assert_eq!(slate(&[Candidate { recipe: 1, ..DRAFT }], &belief, &apart(1), ALL, 1), None);
        assert_eq!(slate(&[Candidate { originality: f64::NAN, ..DRAFT }], &belief, &apart(1), ALL, 1), None);
        assert_eq!(slate(&[], &belief, &apart(0), ALL, 1), Some(Vec::new()));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

        /// What the greedy growth adds up is the objective of the slate as a whole.
        #[test]
        fn the_gains_add_up_to_the_determinant(vectors in prop::collection::vec(prop::collection::vec(0.05..1.0f64, 3), 2..9)) {
            let norm = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>().sqrt();
            let cosine = |i: usize, j: usize| vectors[i].iter().zip(&vectors[j]).map(|(a, b)| a * b).sum::<f64>() / (norm(&vectors[i]) * norm(&vectors[j]));
            let similarity = Symmetric::from_fn(vectors.len(), cosine).unwrap();
            let mut growth = Growth::new(&similarity);
            let mut sum = 0.0;
            for member in 0..vectors.len() {
                sum += growth.gain(member, 0.0);
                growth.take(member);
            }
            let ridged = Symmetric::from_fn(vectors.len(), |i, j| similarity.at(i, j) + if i == j { RIDGE } else { 0.0 }).unwrap();
            let whole = VARIETY_WEIGHT * ridged.cholesky().unwrap().log_determinant();
            prop_assert!((sum - whole).abs() < 1e-6 * (1.0 + whole.abs()), "{sum}, not {whole}");
        }

        #[test]
        fn a_slate_has_its_size_no_recipe_twice_and_is_drawn_again_alike(
            beliefs in prop::collection::vec((0.2..2.0f64, 0.0..0.4f64, 0u32..6, prop::option::of(0.0..60.0f64)), 0..12), size in 0usize..8, explore in 0.0..1.0f64, seed: u64,
        ) {
            let (mut candidates, belief) = known(&beliefs.iter().map(|one| (one.0, one.1)).collect::<Vec<_>>());
            for (candidate, (.., posts, days)) in candidates.iter_mut().zip(&beliefs) {
                *candidate = Candidate { recipe: candidate.recipe / 2, posts: *posts, days_since_use: *days, ..*candidate };
            }
            let wish = Wish { size, explore };
            let cards = slate(&candidates, &belief, &apart(candidates.len()), wish, seed).unwrap();
            let mut seen = places(&cards);
            seen.sort_unstable();
            seen.dedup();
            prop_assert_eq!(seen.len(), size.min(candidates.len()));
            prop_assert!(cards.iter().all(|card| card.probability > 0.0 && card.probability <= 1.0));
            prop_assert_eq!(Some(places(&cards)), pick(&candidates, &belief, &apart(candidates.len()), wish, seed));
            prop_assert_eq!(Some(cards), slate(&candidates, &belief, &apart(candidates.len()), wish, seed));
        }
    }
}
