//! CUPED: less noise by subtracting what earlier behaviour predicts. Only for owned surfaces, where each unit's
//! outcome before the test is known.
//!
//! Source: Deng et al. 2013; θ = (cov₀ + cov₁)/(var₀ + var₁) from sample moments (n−1) within the arms.

use crate::stats::effect::Summary;

/// Sums over the units of one arm, before ("pre") and during ("post") the test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paired {
    /// Units.
    pub n: f64,
    /// Σ pre.
    pub pre_sum: f64,
    /// Σ pre².
    pub pre_sum_squares: f64,
    /// Σ post.
    pub post_sum: f64,
    /// Σ post².
    pub post_sum_squares: f64,
    /// Σ pre·post.
    pub cross: f64,
}

impl Paired {
    fn before(&self) -> Summary {
        Summary::mean(self.n, self.pre_sum, self.pre_sum_squares)
    }

    /// The arm without adjustment.
    pub fn unadjusted(&self) -> Summary {
        Summary::mean(self.n, self.post_sum, self.post_sum_squares)
    }

    fn covariance(&self) -> f64 {
        if self.n > 1.0 { (self.cross - self.pre_sum * self.post_sum / self.n) / (self.n - 1.0) } else { 0.0 }
    }

    /// The arm with θ times its earlier mean taken off; relative effects still divide by the unadjusted mean.
    pub fn adjusted(&self, theta: f64) -> Summary {
        let (before, after) = (self.before(), self.unadjusted());
        Summary {
            mean: after.mean - theta * before.mean,
            variance: after.variance + theta * theta * before.variance - 2.0 * theta * self.covariance(),
            ..after
        }
    }
}

/// The common slope θ of both arms; 0 when the earlier outcomes do not vary.
pub fn theta(control: &Paired, treatment: &Paired) -> f64 {
    let variance = control.before().variance + treatment.before().variance;
    if variance > 0.0 { (control.covariance() + treatment.covariance()) / variance } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paired(units: &[(f64, f64)]) -> Paired {
        let sum = |f: fn(&(f64, f64)) -> f64| units.iter().map(f).sum();
        Paired {
            n: units.len() as f64,
            pre_sum: sum(|u| u.0),
            pre_sum_squares: sum(|u| u.0 * u.0),
            post_sum: sum(|u| u.1),
            post_sum_squares: sum(|u| u.1 * u.1),
            cross: sum(|u| u.0 * u.1),
        }
    }

    #[test]
    fn a_perfect_predictor_leaves_no_noise() {
        let control = paired(&[(1.0, 4.0), (2.0, 6.0), (3.0, 8.0)]);
        let treatment = paired(&[(1.0, 5.0), (2.0, 7.0), (4.0, 11.0)]);
        let slope = theta(&control, &treatment);
        assert!((slope - 2.0).abs() < 1e-12);
        assert!(treatment.adjusted(slope).variance.abs() < 1e-12);
        let effect = treatment.adjusted(slope).mean - control.adjusted(slope).mean;
        assert!((effect - 1.0).abs() < 1e-12, "{effect}");
    }

    #[test]
    fn a_constant_past_adjusts_nothing() {
        let arm = paired(&[(3.0, 1.0), (3.0, 5.0)]);
        assert_eq!(theta(&arm, &arm), 0.0);
        assert_eq!(arm.adjusted(0.0), arm.unadjusted());
    }
}
