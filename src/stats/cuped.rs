//! CUPED: less noise by subtracting what earlier behaviour predicts. Only for owned surfaces, where each unit's
//! outcome before the test is known.
//!
//! Source: Deng et al. 2013. Two slopes are in use and differ by sampling noise: [`theta_within`], from moments
//! within the arms, and [`theta_pooled`], from all units as one sample, which gbstats 0.8.0 applies. A result must
//! say which one it was adjusted with.

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

/// θ = (cov₀ + cov₁)/(var₀ + var₁), sample moments (n−1) within each arm: free of the difference between the arms.
/// 0 when the earlier outcomes do not vary.
pub fn theta_within(control: &Paired, treatment: &Paired) -> f64 {
    let variance = control.before().variance + treatment.before().variance;
    if variance > 0.0 { (control.covariance() + treatment.covariance()) / variance } else { 0.0 }
}

/// θ = cov/var over the units of both arms taken as one sample (gbstats 0.8.0, `compute_theta`). 0 when the outcomes
/// before or during the test do not vary.
pub fn theta_pooled(control: &Paired, treatment: &Paired) -> f64 {
    let joint = Paired {
        n: control.n + treatment.n,
        pre_sum: control.pre_sum + treatment.pre_sum,
        pre_sum_squares: control.pre_sum_squares + treatment.pre_sum_squares,
        post_sum: control.post_sum + treatment.post_sum,
        post_sum_squares: control.post_sum_squares + treatment.post_sum_squares,
        cross: control.cross + treatment.cross,
    };
    let variance = joint.before().variance;
    if variance > 0.0 && joint.unadjusted().variance > 0.0 { joint.covariance() / variance } else { 0.0 }
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
        let slope = theta_within(&control, &treatment);
        assert!((slope - 2.0).abs() < 1e-12);
        // Six units as one sample: Σpre = 13, Σpost = 41, Σpre² = 35, Σpre·post = 4+12+24+5+14+44 = 103.
        let pooled = theta_pooled(&control, &treatment);
        let expected = (103.0 - 13.0 * 41.0 / 6.0) / (35.0 - 169.0 / 6.0);
        assert!((pooled - expected).abs() < 1e-12, "{pooled} {expected}");
        assert!(treatment.adjusted(slope).variance.abs() < 1e-12);
        let effect = treatment.adjusted(slope).mean - control.adjusted(slope).mean;
        assert!((effect - 1.0).abs() < 1e-12, "{effect}");
    }

    #[test]
    fn a_constant_past_adjusts_nothing() {
        let arm = paired(&[(3.0, 1.0), (3.0, 5.0)]);
        assert_eq!((theta_within(&arm, &arm), theta_pooled(&arm, &arm)), (0.0, 0.0));
        assert_eq!(arm.adjusted(0.0), arm.unadjusted());
    }
}
