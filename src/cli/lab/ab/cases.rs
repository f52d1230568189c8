//! What a reference case looks like, and what of it can be answered.
//!
//! Invariant: a [`Summary`] that leaves here is finite; counts are whole and exact in a float.

use serde::Deserialize;

use crate::stats::cuped::Paired;
use crate::stats::effect::Summary;

/// Above this a count is no longer exact in a float.
pub(super) const MOST: f64 = 9_007_199_254_740_992.0;

#[derive(Deserialize)]
pub(super) struct Case {
    pub(super) arms: Vec<Arm>,
    pub(super) weights: Option<Vec<f64>>,
    #[serde(default)]
    pub(super) baseline: usize,
}

#[derive(Deserialize)]
pub(super) struct Pair {
    pub(super) a: Arm,
    pub(super) b: Arm,
}

#[derive(Deserialize, Clone, Copy)]
pub(super) struct Arm {
    pub(super) n: f64,
    successes: Option<f64>,
    sum: Option<f64>,
    sum_squares: Option<f64>,
    log_sum: Option<f64>,
    log_sum_squares: Option<f64>,
}

#[derive(Deserialize)]
pub(super) struct Before {
    pub(super) arms: Vec<PairedArm>,
}

#[derive(Deserialize)]
pub(super) struct PairedArm {
    pub(super) n: f64,
    pre_sum: f64,
    pre_sum_squares: f64,
    post_sum: f64,
    post_sum_squares: f64,
    cross: f64,
}

#[derive(Deserialize)]
pub(super) struct Split {
    pub(super) observed: Vec<f64>,
    pub(super) weights: Vec<f64>,
}

impl Arm {
    /// A whole number of successes, if the arm counts them; 0 ≤ successes ≤ n.
    pub(super) fn counted(&self) -> Result<Option<(u64, u64)>, String> {
        if !(0.0..=MOST).contains(&self.n) || self.n.fract() != 0.0 {
            return Err(format!("n must be a whole number of units, not {}", self.n));
        }
        let Some(successes) = self.successes else {
            return Ok(None);
        };
        if !(0.0..=self.n).contains(&successes) || successes.fract() != 0.0 {
            return Err(format!("successes must be a whole number from 0 to n = {}, not {successes}", self.n));
        }
        // Both are whole and below 2⁵³.
        Ok(Some((successes as u64, self.n as u64)))
    }

    pub(super) fn summary(&self) -> Result<Summary, String> {
        if let Some((successes, n)) = self.counted()? {
            return Ok(Summary::proportion(n as f64, successes as f64));
        }
        let (Some(sum), Some(squares)) = (self.sum, self.sum_squares) else {
            return Err("an arm needs successes, or sum and sum_squares".into());
        };
        finite_mean(self.n, sum, squares)
    }

    /// Mean of the logarithms, if they were summed.
    pub(super) fn log_summary(&self) -> Option<Result<Summary, String>> {
        Some(finite_mean(self.n, self.log_sum?, self.log_sum_squares?))
    }
}

/// Squares of very great sums overflow: better refused than answered with NaN.
fn finite_mean(n: f64, sum: f64, squares: f64) -> Result<Summary, String> {
    let summary = Summary::mean(n, sum, squares);
    // A relative variance holds the fourth power of the mean.
    let usable = summary.mean.abs() < 1e70 && summary.variance.abs() < 1e140 && squares >= 0.0;
    if usable { Ok(summary) } else { Err("sum and sum_squares must be numbers of a sensible size".into()) }
}

impl PairedArm {
    pub(super) fn paired(&self) -> Result<Paired, String> {
        let Self { n, pre_sum, pre_sum_squares, post_sum, post_sum_squares, cross } = *self;
        if !(1.0..=MOST).contains(&n) || n.fract() != 0.0 {
            return Err(format!("n must be a whole number of units, not {n}"));
        }
        finite_mean(n, pre_sum, pre_sum_squares)?;
        finite_mean(n, post_sum, post_sum_squares)?;
        Ok(Paired { n, pre_sum, pre_sum_squares, post_sum, post_sum_squares, cross })
    }
}
