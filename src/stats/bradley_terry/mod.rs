//! Taste from duels: Bradley–Terry strengths with a normal prior.
//!
//! P(i ≻ j) = σ(θᵢ − θⱼ) (Bradley & Terry, Biometrika 39, 1952), with independent θᵢ ~ N(0, 1). The estimate is the
//! mode of the posterior, by Newton's method with step halving (the log posterior is strictly concave); its spread is
//! Laplace's approximation, the inverse of the negative Hessian there. The prior is what makes a young ranking
//! possible: maximum likelihood exists only where every item can be reached from every other one by a chain of wins
//! (Ford, Amer. Math. Monthly 64, 1957). A tie is half a win each way.
//!
//! Invariants: every number is finite; an item without duels has θ = 0 and sd 1; the same duels in another order
//! give the same ranking. Work is cubic in the items: 300 take a moment, thousands do not.

mod next_pair;
mod ranks;

use crate::stats::symmetric::{Cholesky, Symmetric};

pub use next_pair::{Chosen, Pair, next_pair};
pub use ranks::RankInterval;

/// Newton steps before giving up; fewer than ten are usual.
const MOST_STEPS: usize = 200;
/// A step this small, in units of θ, is the last one: the error after it is about its square.
const CONVERGED: f64 = 1e-9;
/// Heights closer than this share of their size differ by rounding alone.
const LEVEL: f64 = 1e-12;
const MOST_HALVINGS: usize = 60;
/// Wins above this are no longer exact in a float.
const MOST_WINS: f64 = 9_007_199_254_740_992.0;

/// Who beat whom how often: n × n, nought on the diagonal, never negative.
#[derive(Debug, Clone, PartialEq)]
pub struct Wins {
    n: usize,
    cells: Vec<f64>,
}

impl Wins {
    /// No duels among `n` items.
    pub fn none(n: usize) -> Self {
        Self { n, cells: vec![0.0; n * n] }
    }

    /// Row i, column j: how often i beat j. `None` if ragged, negative, beyond 2⁵³ or not a number. The diagonal is
    /// ignored: nothing duels with itself.
    pub fn from_rows(rows: &[Vec<f64>]) -> Option<Self> {
        let n = rows.len();
        let sound = rows.iter().all(|row| row.len() == n && row.iter().all(|wins| (0.0..=MOST_WINS).contains(wins)));
        sound.then(|| {
            let cells = rows.iter().enumerate().flat_map(|(i, row)| row.iter().enumerate().map(move |(j, wins)| if i == j { 0.0 } else { *wins }));
            Self { n, cells: cells.collect() }
        })
    }

    /// Items, with duels or without.
    pub fn items(&self) -> usize {
        self.n
    }

    /// Counts one duel. An item beyond the set, or against itself, counts nothing.
    pub fn win(&mut self, winner: usize, loser: usize) {
        self.add(winner, loser, 1.0);
    }

    /// Counts one tie: half a win each way.
    pub fn tie(&mut self, one: usize, other: usize) {
        self.add(one, other, 0.5);
        self.add(other, one, 0.5);
    }

    fn add(&mut self, winner: usize, loser: usize, wins: f64) {
        if winner < self.n && loser < self.n && winner != loser {
            self.cells[winner * self.n + loser] += wins;
        }
    }

    /// How often `winner` beat `loser`; both must be below [`Wins::items`].
    pub fn count(&self, winner: usize, loser: usize) -> f64 {
        self.cells[winner * self.n + loser]
    }

    /// Whether a chain of wins leads from every item to every other one, so that maximum likelihood exists. No items
    /// and a single one are connected.
    pub fn is_strongly_connected(&self) -> bool {
        self.reaches_all(|from, to| self.count(from, to)) && self.reaches_all(|from, to| self.count(to, from))
    }

    fn reaches_all(&self, wins: impl Fn(usize, usize) -> f64) -> bool {
        let mut reached = vec![false; self.n];
        let mut open: Vec<usize> = (0..self.n.min(1)).collect();
        while let Some(from) = open.pop() {
            if reached[from] {
                continue;
            }
            reached[from] = true;
            open.extend((0..self.n).filter(|to| !reached[*to] && wins(from, *to) > 0.0));
        }
        reached.into_iter().all(|there| there)
    }

    /// Σ wᵢⱼ·ln σ(θᵢ − θⱼ).
    pub fn log_likelihood(&self, theta: &[f64]) -> f64 {
        self.pairs().map(|(i, j)| self.count(i, j) * log_chance(theta[i] - theta[j]) + self.count(j, i) * log_chance(theta[j] - theta[i])).sum()
    }

    /// Every pair once, the greater place first.
    fn pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        (0..self.n).flat_map(|i| (0..i).map(move |j| (i, j)))
    }

    /// Gradient of the log-likelihood, and its negative Hessian.
    fn slope(&self, theta: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let n = self.n;
        let (mut gradient, mut curvature) = (vec![0.0; n], vec![0.0; n * n]);
        for (i, j) in self.pairs() {
            let (won, lost) = (self.count(i, j), self.count(j, i));
            if won + lost == 0.0 {
                continue;
            }
            let p = chance(theta[i] - theta[j]);
            let (push, weight) = (won * (1.0 - p) - lost * p, (won + lost) * p * (1.0 - p));
            gradient[i] += push;
            gradient[j] -= push;
            curvature[i * n + i] += weight;
            curvature[j * n + j] += weight;
            curvature[i * n + j] -= weight;
        }
        (gradient, curvature)
    }
}

/// P(i ≻ j) for θᵢ − θⱼ.
pub fn chance(difference: f64) -> f64 {
    1.0 / (1.0 + (-difference).exp())
}

/// ln σ(x), without overflow.
fn log_chance(x: f64) -> f64 {
    if x < 0.0 { x - x.exp().ln_1p() } else { -(-x).exp().ln_1p() }
}

/// The posterior of all strengths.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// Mode of each strength, in natural logits; 0 is the middle of the prior.
    pub theta: Vec<f64>,
    covariance: Symmetric,
    precision: Cholesky,
}

impl Fit {
    /// Laplace's standard deviation of each strength, in logits; at most 1, that of the prior.
    pub fn sd(&self) -> Vec<f64> {
        (0..self.theta.len()).map(|i| self.covariance.at(i, i).sqrt()).collect()
    }

    /// Var(θᵢ − θⱼ), with the covariance between them.
    pub fn variance_of_difference(&self, i: usize, j: usize) -> f64 {
        (self.covariance.at(i, i) + self.covariance.at(j, j) - 2.0 * self.covariance.at(i, j)).max(0.0)
    }

    /// Items, the strongest first; equal ones by their place.
    pub fn order(&self) -> Vec<usize> {
        descending(&self.theta)
    }
}

fn descending(theta: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..theta.len()).collect();
    order.sort_by(|a, b| theta[*b].total_cmp(&theta[*a]));
    order
}

/// The posterior under the N(0, 1) prior. `None` only where the arithmetic fails, as with 10¹⁵ wins against one item.
pub fn fit(wins: &Wins) -> Option<Fit> {
    let (theta, precision) = newton(wins, Anchor::Prior)?;
    Some(Fit { theta, covariance: precision.inverse(), precision })
}

/// Maximum likelihood, centred.
#[derive(Debug, Clone, PartialEq)]
pub struct MaximumLikelihood {
    /// Strengths with mean 0, in logits.
    pub theta: Vec<f64>,
    /// Their standard errors under that constraint (the pseudo-inverse of the information).
    pub se: Vec<f64>,
    pub log_likelihood: f64,
}

/// The estimate without a prior, for comparison with other programs; `None` where it does not exist.
pub fn maximum_likelihood(wins: &Wins) -> Option<MaximumLikelihood> {
    if wins.items() == 0 || !wins.is_strongly_connected() {
        return None;
    }
    let (theta, precision) = newton(wins, Anchor::Mean)?;
    let inverse = precision.inverse();
    // The anchor adds 1·1ᵀ to the information, whose inverse thereby gains 1·1ᵀ/n².
    let spare = 1.0 / (wins.items() as f64).powi(2);
    let se = (0..wins.items()).map(|i| (inverse.at(i, i) - spare).max(0.0).sqrt()).collect();
    Some(MaximumLikelihood { log_likelihood: wins.log_likelihood(&theta), theta, se })
}

/// What holds the scale in place, which duels alone leave free.
#[derive(Debug, Clone, Copy)]
enum Anchor {
    /// −½ Σ θᵢ².
    Prior,
    /// −½ (Σ θᵢ)², which is nought at the answer and so changes nothing but the curvature.
    Mean,
}

impl Anchor {
    fn penalty(self, theta: &[f64]) -> f64 {
        match self {
            Self::Prior => 0.5 * theta.iter().map(|x| x * x).sum::<f64>(),
            Self::Mean => 0.5 * theta.iter().sum::<f64>().powi(2),
        }
    }

    fn apply(self, theta: &[f64], gradient: &mut [f64], curvature: &mut [f64]) {
        let (n, sum) = (theta.len(), theta.iter().sum::<f64>());
        for (i, slope) in gradient.iter_mut().enumerate() {
            match self {
                Self::Prior => {
                    *slope -= theta[i];
                    curvature[i * n + i] += 1.0;
                }
                Self::Mean => {
                    *slope -= sum;
                    curvature[i * n..i * n + i + 1].iter_mut().for_each(|cell| *cell += 1.0);
                }
            }
        }
    }
}

/// Climbs to the mode; answers it with the factored curvature there.
fn newton(wins: &Wins, anchor: Anchor) -> Option<(Vec<f64>, Cholesky)> {
    let n = wins.items();
    let mut theta = vec![0.0; n];
    let height = |theta: &[f64]| wins.log_likelihood(theta) - anchor.penalty(theta);
    for _ in 0..MOST_STEPS {
        let (mut gradient, mut curvature) = wins.slope(&theta);
        anchor.apply(&theta, &mut gradient, &mut curvature);
        let factored = Symmetric::from_fn(n, |i, j| curvature[i * n + j])?.cholesky()?;
        let step = factored.solve(&gradient);
        let longest = step.iter().fold(0.0_f64, |most, part| most.max(part.abs()));
        theta = climb(&theta, &step, height)?;
        if longest < CONVERGED {
            return Some((theta, factored));
        }
    }
    None
}

/// The farthest of the step, its half, its quarter … that does not lead down.
fn climb(theta: &[f64], step: &[f64], height: impl Fn(&[f64]) -> f64) -> Option<Vec<f64>> {
    let here = height(theta);
    let least = here - LEVEL * (1.0 + here.abs());
    (0..MOST_HALVINGS).find_map(|halvings| {
        let share = 0.5_f64.powi(i32::try_from(halvings).unwrap_or(i32::MAX));
        let there: Vec<f64> = theta.iter().zip(step).map(|(x, part)| x + share * part).collect();
        (height(&there) >= least).then_some(there)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wins(rows: &[&[f64]]) -> Wins {
        Wins::from_rows(&rows.iter().map(|row| row.to_vec()).collect::<Vec<_>>()).unwrap()
    }

    /// Expected values from scipy's minimiser on the same posterior, and choix's maximum likelihood.
    #[test]
    fn agrees_with_the_reference() {
        let duels = wins(&[&[0.0, 2.0, 0.0], &[3.0, 0.0, 4.0], &[5.0, 4.0, 0.0]]);
        let found = fit(&duels).unwrap();
        for (value, expected) in found.theta.iter().zip([-0.6757160716248874, 0.1694709691406532, 0.5062451024842356]) {
            assert!((value - expected).abs() < 1e-9, "{value}");
        }
        for (value, expected) in found.sd().iter().zip([0.7094937553814875, 0.6766568348688842, 0.6815513203632132]) {
            assert!((value - expected).abs() < 1e-9, "{value}");
        }
        let plain = maximum_likelihood(&duels).unwrap();
        for (value, expected) in plain.theta.iter().zip([-0.9331122624715791, 0.25538241781621923, 0.67772984465536]) {
            assert!((value - expected).abs() < 1e-8, "{value}");
        }
        for (value, expected) in plain.se.iter().zip([0.5296379326399802, 0.4116638311171597, 0.43334088943172666]) {
            assert!((value - expected).abs() < 1e-8, "{value}");
        }
        assert!((plain.log_likelihood + 10.33945955618465).abs() < 1e-10);
        assert_eq!(found.order(), [2, 1, 0]);
    }

    #[test]
    fn an_item_without_duels_is_what_the_prior_says() {
        let mut duels = Wins::none(3);
        duels.win(0, 1);
        let found = fit(&duels).unwrap();
        assert_eq!((found.theta[2], found.sd()[2]), (0.0, 1.0));
        assert!(found.theta[0] > 0.2 && found.sd()[0] < 1.0);
        assert_eq!(fit(&Wins::none(0)).unwrap().theta, Vec::<f64>::new());
    }

    #[test]
    fn a_tie_is_half_a_win_each_way() {
        let (mut tied, mut traded) = (Wins::none(3), Wins::none(3));
        tied.tie(0, 1);
        tied.tie(1, 0);
        traded.win(0, 1);
        traded.win(1, 0);
        assert_eq!(tied, traded);
        assert_eq!(fit(&tied).unwrap().theta, [0.0; 3]);
    }

    #[test]
    fn without_a_way_back_there_is_no_maximum_likelihood() {
        let chain = wins(&[&[0.0, 1.0, 0.0], &[0.0, 0.0, 1.0], &[0.0, 0.0, 0.0]]);
        let circle = wins(&[&[0.0, 1.0, 0.0], &[0.0, 0.0, 1.0], &[1.0, 0.0, 0.0]]);
        assert!(!chain.is_strongly_connected() && circle.is_strongly_connected());
        assert_eq!(maximum_likelihood(&chain), None);
        assert!(maximum_likelihood(&circle).unwrap().theta.iter().all(|theta| theta.abs() < 1e-12));
        assert!(fit(&chain).unwrap().theta[0] > 0.3);
    }

    #[test]
    fn one_sided_and_lopsided_counts_stay_finite() {
        let found = fit(&wins(&[&[0.0, 1e12], &[1.0, 0.0]])).unwrap();
        assert!(found.theta.iter().chain(&found.sd()).all(|value| value.is_finite()), "{found:?}");
        assert!(found.theta[0] > 5.0);
        for rows in [vec![vec![0.0, -1.0], vec![0.0; 2]], vec![vec![0.0; 2]], vec![vec![0.0, f64::NAN], vec![0.0; 2]]] {
            assert_eq!(Wins::from_rows(&rows), None);
        }
        let mut ignored = Wins::none(2);
        ignored.win(0, 7);
        ignored.win(1, 1);
        assert_eq!(ignored, Wins::none(2));
    }

    fn duels() -> impl Strategy<Value = (usize, Vec<(usize, usize)>)> {
        (2usize..12).prop_flat_map(|n| prop::collection::vec((0..n, 0..n), 0..60).prop_map(move |duels| (n, duels)))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_mode_is_centred_level_and_no_less_certain_than_the_prior((n, duels) in duels()) {
            let mut wins = Wins::none(n);
            duels.iter().for_each(|(winner, loser)| wins.win(*winner, *loser));
            let found = fit(&wins).unwrap();
            let (gradient, _) = wins.slope(&found.theta);
            // At the mode the pull of the duels equals that of the prior.
            prop_assert!(gradient.iter().zip(&found.theta).all(|(pull, theta)| (pull - theta).abs() < 1e-8));
            prop_assert!(found.theta.iter().sum::<f64>().abs() < 1e-8);
            prop_assert!(found.sd().iter().all(|sd| *sd > 0.0 && *sd <= 1.0 + 1e-12));
        }

        #[test]
        fn one_more_win_never_lowers_the_winner((n, duels) in duels(), extra in (0usize..12, 0usize..12)) {
            let mut wins = Wins::none(n);
            duels.iter().for_each(|(winner, loser)| wins.win(*winner, *loser));
            let before = fit(&wins).unwrap();
            let (winner, loser) = (extra.0 % n, extra.1 % n);
            wins.win(winner, loser);
            prop_assert!(fit(&wins).unwrap().theta[winner] >= before.theta[winner] - 1e-9);
        }
    }
}
