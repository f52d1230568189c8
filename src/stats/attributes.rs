//! What is believed of recipes that share attributes: a Bayesian additive model.
//!
//! The index of a post is 1 + the sum of the effects its recipe has + scatter. An effect is one that many recipes have,
//! a level of an attribute such as "asks a question", or a recipe's own, which stands for whatever its attributes do not
//! tell. Effects are Normal around nought beforehand and independent, so the posterior is Normal too, with the precision
//! matrix Λ = diag(1/variance) + Xᵀ·X/noise² and the mean 1 + Λ⁻¹·Xᵀ·(y − 1)/noise² (Lindley & Smith, "Bayes estimates
//! for the linear model", JRSS B 34, 1972; Rasmussen & Williams, "Gaussian processes for machine learning", 2.1, also
//! for the same in the form of a kernel). What happened to one recipe thereby speaks of each that shares something with
//! it, and draws of several recipes go together.
//!
//! Before anything was tried, every recipe counts as usual: N(1, 0.3²). Half of that variance is the recipe's own and
//! half is shared equally by its attributes: that main effects tell most and that they tell nothing are both presumed as
//! little as can be. Recipes that share nothing are believed of as if each were judged alone.
//!
//! Invariants: the same results in the same order give the same bits; further results never widen a belief while the
//! scatter is the same.

use rand_chacha::ChaCha8Rng;

use crate::stats::draws::standard_normal;
use crate::stats::normal::Normal;
use crate::stats::symmetric::{Cholesky, Symmetric};

/// What is believed of a recipe that nothing is known of.
pub const PRIOR: Normal = Normal { mean: 1.0, sd: 0.3 };
/// The part of the prior variance that is the recipe's own.
const OWN: f64 = 0.5;
/// Where an index is cut: one accident must not rule for months.
const INDEX_RANGE: std::ops::RangeInclusive<f64> = 0.0..=3.0;
/// How much one post's index scatters about its recipe's before there is anything to tell it from (assumption), and
/// how many posts that guess is worth.
const GUESSED_NOISE: f64 = 0.6;
const GUESS_WORTH: f64 = 10.0;

/// The prior variance of a recipe's own effect.
pub fn own_variance() -> f64 {
    OWN * PRIOR.sd * PRIOR.sd
}

/// The prior variance of one level, where recipes have a level each of so many attributes.
pub fn level_variance(attributes: usize) -> f64 {
    (1.0 - OWN) * PRIOR.sd * PRIOR.sd / attributes.max(1) as f64
}

/// What came of posts that have the same effects.
#[derive(Debug, Clone, PartialEq)]
pub struct Results {
    /// By their numbers, each once.
    pub effects: Vec<usize>,
    /// Of each post, 1 being usual; those that are not finite are left out, and others cut to 0..=3.
    pub indices: Vec<f64>,
}

impl Results {
    fn cut(&self) -> impl Iterator<Item = f64> {
        self.indices.iter().filter(|index| index.is_finite()).map(|index| index.clamp(*INDEX_RANGE.start(), *INDEX_RANGE.end()))
    }
}

/// What is believed of the indices of some recipes, together.
#[derive(Debug, Clone)]
pub struct Belief {
    /// The effects of each recipe.
    recipes: Vec<Vec<usize>>,
    /// Posterior means of the effects.
    effects: Vec<f64>,
    /// Of their precision matrix.
    factor: Cholesky,
}

impl Belief {
    /// Learns the effects, which have these variances beforehand, from results, to tell of `recipes` by the effects each
    /// of them has. `None` if a variance is not positive and finite, or an effect has no variance.
    pub fn of(variances: &[f64], results: &[Results], recipes: Vec<Vec<usize>>) -> Option<Self> {
        let n = variances.len();
        let known = |effects: &[usize]| effects.iter().all(|effect| *effect < n);
        let sound = variances.iter().all(|variance| variance.is_finite() && *variance > 0.0);
        if !sound || !results.iter().all(|one| known(&one.effects)) || !recipes.iter().all(|effects| known(effects)) {
            return None;
        }
        let each = noise(results).powi(-2);
        let (mut precision, mut pull) = (vec![0.0; n * n], vec![0.0; n]);
        for (effect, variance) in variances.iter().enumerate() {
            precision[effect * n + effect] = variance.recip();
        }
        for one in results {
            let (count, above) = one.cut().fold((0.0, 0.0), |(count, above), index| (count + 1.0, above + index - PRIOR.mean));
            for effect in &one.effects {
                pull[*effect] += each * above;
                one.effects.iter().for_each(|other| precision[effect * n + other] += each * count);
            }
        }
        let factor = Symmetric::from_fn(n, |i, j| precision[i * n + j])?.cholesky()?;
        Some(Self { recipes, effects: factor.solve(&pull), factor })
    }

    /// How many recipes it tells of.
    pub fn recipes(&self) -> usize {
        self.recipes.len()
    }

    /// What is believed of the index of one recipe; `None` if it does not tell of it.
    pub fn index(&self, recipe: usize) -> Option<Normal> {
        let has = self.recipes.get(recipe)?;
        let mut row = vec![0.0; self.effects.len()];
        has.iter().for_each(|effect| row[*effect] = 1.0);
        let variance: f64 = self.factor.solve_lower(&row).iter().map(|part| part * part).sum();
        Some(Normal { mean: sum(&self.effects, has), sd: variance.sqrt() })
    }

    /// The mean of what is believed of each recipe's index.
    pub fn means(&self) -> Vec<f64> {
        self.recipes.iter().map(|has| sum(&self.effects, has)).collect()
    }

    /// One draw of the indices of all recipes together.
    pub(crate) fn draw(&self, rng: &mut ChaCha8Rng) -> Vec<f64> {
        let luck = self.factor.solve_upper((0..self.effects.len()).map(|_| standard_normal(rng)).collect());
        let effects: Vec<f64> = self.effects.iter().zip(luck).map(|(mean, luck)| mean + luck).collect();
        self.recipes.iter().map(|has| sum(&effects, has)).collect()
    }

    /// Of recipes that share nothing, each of which is known as well as said.
    #[cfg(test)]
    pub(crate) fn apart(indices: &[Normal]) -> Self {
        let precision = |i: usize, j: usize| if i == j { indices[i].sd.max(1e-15).powi(-2) } else { 0.0 };
        Self {
            recipes: (0..indices.len()).map(|recipe| vec![recipe]).collect(),
            effects: indices.iter().map(|index| index.mean - PRIOR.mean).collect(),
            factor: Symmetric::from_fn(indices.len(), precision).and_then(|matrix| matrix.cholesky()).unwrap(),
        }
    }
}

fn sum(effects: &[f64], has: &[usize]) -> f64 {
    PRIOR.mean + has.iter().map(|effect| effects[*effect]).sum::<f64>()
}

/// How much the indices of posts with the same effects scatter, pooled; a guess while there are few.
fn noise(results: &[Results]) -> f64 {
    let (mut squares, mut freedom) = (GUESS_WORTH * GUESSED_NOISE * GUESSED_NOISE, GUESS_WORTH);
    for one in results.iter().filter(|one| one.indices.len() > 1) {
        let count = one.cut().count() as f64;
        let mean = one.cut().sum::<f64>() / count.max(1.0);
        squares += one.cut().map(|index| (index - mean).powi(2)).sum::<f64>();
        freedom += (count - 1.0).max(0.0);
    }
    (squares / freedom).sqrt().max(1e-3)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::stats::draws::seeded;

    fn results(effects: &[usize], indices: &[f64]) -> Results {
        Results { effects: effects.to_vec(), indices: indices.to_vec() }
    }

    #[test]
    fn before_anything_was_tried_every_recipe_is_usual() {
        let attributes = level_variance(2);
        let belief = Belief::of(&[own_variance(), attributes, attributes], &[], vec![vec![0, 1, 2]]).unwrap();
        let index = belief.index(0).unwrap();
        assert!((index.mean - 1.0).abs() < 1e-12 && (index.sd - 0.3).abs() < 1e-12, "{index:?}");
    }

    /// By hand: the mean of precisions, 1/0.09 of the prior and 4 of each of two posts.
    #[test]
    fn a_recipe_that_shares_nothing_is_judged_alone() {
        let (two, many) = (results(&[0, 1], &[2.0, 1.5]), results(&[2, 3], &[0.2; 40]));
        let variances = [0.045, 0.045, 0.045, 0.045];
        let belief = Belief::of(&variances, &[two.clone(), many.clone()], vec![vec![0, 1]]).unwrap();
        let each = noise(&[two, many]).powi(-2);
        let precision = 1.0 / 0.09 + 2.0 * each;
        let index = belief.index(0).unwrap();
        assert!((index.mean - (1.0 / 0.09 + 3.5 * each) / precision).abs() < 1e-12, "{index:?}");
        assert!((index.sd - precision.sqrt().recip()).abs() < 1e-12, "{index:?}");
    }

    #[test]
    fn what_is_untried_inherits_from_what_it_shares() {
        // Recipes: own effects 0, 1, 2; level 3 is shared by the first two.
        let variances = [0.045; 5];
        let recipes = vec![vec![0, 3], vec![1, 3], vec![2, 4]];
        let belief = Belief::of(&variances, &[results(&[0, 3], &[2.0; 6])], recipes).unwrap();
        let [tried, kin, stranger] = [0, 1, 2].map(|recipe| belief.index(recipe).unwrap());
        assert!(tried.mean > kin.mean && kin.mean > 1.2 && (stranger.mean - 1.0).abs() < 1e-12, "{tried:?} {kin:?} {stranger:?}");
        assert!(tried.sd < kin.sd && kin.sd < stranger.sd && (stranger.sd - 0.3).abs() < 1e-12, "{tried:?} {kin:?} {stranger:?}");
    }

    #[test]
    fn an_accident_is_cut_and_no_number_is_left_out() {
        let mean = |indices: &[f64]| Belief::of(&[0.09], &[results(&[0], indices)], vec![vec![0]]).unwrap().index(0).unwrap();
        assert_eq!(mean(&[90.0, f64::NAN]), mean(&[3.0]));
    }

    #[test]
    fn noise_begins_as_a_guess_and_becomes_what_was_seen() {
        assert!((noise(&[]) - 0.6).abs() < 1e-12);
        let many: Vec<f64> = (0..2_000).map(|i| if i % 2 == 0 { 0.9 } else { 1.1 }).collect();
        assert!((noise(&[results(&[], &many)]) - 0.1).abs() < 0.02);
        // Recipes that differ from each other are no noise.
        assert!(noise(&[results(&[], &[0.5; 500]), results(&[], &[2.0; 500])]) < 0.1);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        assert!(Belief::of(&[0.0], &[], vec![]).is_none());
        assert!(Belief::of(&[f64::NAN], &[], vec![]).is_none());
        assert!(Belief::of(&[0.1], &[], vec![vec![1]]).is_none());
        assert!(Belief::of(&[0.1], &[results(&[1], &[])], vec![]).is_none());
        let none = Belief::of(&[], &[], vec![]).unwrap();
        assert_eq!((none.recipes(), none.index(0)), (0, None));
    }

    #[test]
    fn draws_have_the_means_spreads_and_ties_of_the_belief() {
        let variances = [0.03, 0.03, 0.06, 0.09];
        let seen = [results(&[0, 2], &[1.6, 1.4, 1.9]), results(&[1, 3], &[0.4])];
        let belief = Belief::of(&variances, &seen, vec![vec![0, 2], vec![1, 2], vec![1, 3]]).unwrap();
        let mut rng = seeded(5);
        let draws: Vec<Vec<f64>> = (0..40_000).map(|_| belief.draw(&mut rng)).collect();
        let kernel = Kernel::of(&variances, &seen);
        for i in 0..3 {
            let mean = |i: usize| draws.iter().map(|draw| draw[i]).sum::<f64>() / 40_000.0;
            assert!((mean(i) - belief.index(i).unwrap().mean).abs() < 0.006, "{i}");
            for j in 0..=i {
                let (of_i, of_j) = (mean(i), mean(j));
                let found = draws.iter().map(|draw| (draw[i] - of_i) * (draw[j] - of_j)).sum::<f64>() / 40_000.0;
                let expected = kernel.covariance(&belief.recipes[i], &belief.recipes[j]);
                assert!((found - expected).abs() < 0.002, "{i}, {j}: {found}, not {expected}");
            }
        }
    }

    /// The same posterior from the other side: every post by itself, and the covariances that the shared effects give,
    /// conditioned by the textbook (Rasmussen & Williams, 2.25 and 2.26).
    struct Kernel {
        variances: Vec<f64>,
        posts: Vec<(Vec<usize>, f64)>,
        inverse: Symmetric,
    }

    impl Kernel {
        fn of(variances: &[f64], seen: &[Results]) -> Self {
            let posts: Vec<(Vec<usize>, f64)> = seen.iter().flat_map(|one| one.cut().map(|index| (one.effects.clone(), index))).collect();
            let square = noise(seen).powi(2);
            let between = |i: usize, j: usize| shared(variances, &posts[i].0, &posts[j].0) + if i == j { square } else { 0.0 };
            let inverse = Symmetric::from_fn(posts.len(), between).unwrap().cholesky().unwrap().inverse();
            Self { variances: variances.to_vec(), posts, inverse }
        }

        fn weigh(&self, recipe: &[usize], value: impl Fn(usize) -> f64) -> f64 {
            let n = self.posts.len();
            let alike = |post: usize| shared(&self.variances, recipe, &self.posts[post].0);
            (0..n).flat_map(|i| (0..n).map(move |j| (i, j))).map(|(i, j)| alike(i) * self.inverse.at(i, j) * value(j)).sum()
        }

        fn mean(&self, recipe: &[usize]) -> f64 {
            1.0 + self.weigh(recipe, |post| self.posts[post].1 - 1.0)
        }

        fn covariance(&self, one: &[usize], other: &[usize]) -> f64 {
            shared(&self.variances, one, other) - self.weigh(one, |post| shared(&self.variances, other, &self.posts[post].0))
        }
    }

    fn shared(variances: &[f64], one: &[usize], other: &[usize]) -> f64 {
        one.iter().filter(|effect| other.contains(effect)).map(|effect| variances[*effect]).sum()
    }

    /// Three attributes of three levels each, and an own effect for every combination that occurs.
    fn world() -> impl Strategy<Value = (Vec<f64>, Vec<Results>)> {
        prop::collection::vec((prop::collection::vec(0usize..3, 3), prop::collection::vec(0.0..3.0f64, 0..4)), 1..7).prop_map(|posts| {
            let mut variances = vec![level_variance(3); 9];
            let results = posts.into_iter().map(|(levels, indices)| {
                variances.push(own_variance());
                let mut effects: Vec<usize> = levels.iter().enumerate().map(|(axis, level)| 3 * axis + level).collect();
                effects.push(variances.len() - 1);
                Results { effects, indices }
            });
            let results = results.collect();
            (variances, results)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_is_the_posterior_of_the_kernel((variances, seen) in world()) {
            let recipes: Vec<Vec<usize>> = seen.iter().map(|one| one.effects.clone()).chain([vec![0, 4, 8]]).collect();
            let (belief, kernel) = (Belief::of(&variances, &seen, recipes.clone()).unwrap(), Kernel::of(&variances, &seen));
            for (place, effects) in recipes.iter().enumerate() {
                let index = belief.index(place).unwrap();
                prop_assert!((index.mean - kernel.mean(effects)).abs() < 1e-9, "{} {}", index.mean, kernel.mean(effects));
                prop_assert!((index.sd.powi(2) - kernel.covariance(effects, effects)).abs() < 1e-9);
            }
        }

        /// A post at the mean of its fellows leaves no more scatter than there was.
        #[test]
        fn more_posts_never_widen_a_belief((variances, mut seen) in world(), which in 0usize..7) {
            let recipes: Vec<Vec<usize>> = seen.iter().map(|one| one.effects.clone()).collect();
            let before = Belief::of(&variances, &seen, recipes.clone()).unwrap();
            let at = which % seen.len();
            let mean = seen[at].indices.iter().sum::<f64>() / seen[at].indices.len().max(1) as f64;
            seen[at].indices.push(mean);
            let after = Belief::of(&variances, &seen, recipes).unwrap();
            for recipe in 0..before.recipes() {
                prop_assert!(after.index(recipe).unwrap().sd <= before.index(recipe).unwrap().sd + 1e-12);
            }
        }
    }
}
