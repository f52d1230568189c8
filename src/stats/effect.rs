//! The effect of a treatment on a control by normal theory: Bayesian (normal prior) and frequentist (Welch).
//!
//! Formulas and conventions are those of gbstats 0.8.0 (`bayesian/tests.py`, `frequentist/tests.py`): the variance
//! of a proportion is p(1−p) and of a mean the sample variance; a relative effect is divided by the control's mean,
//! its variance comes from the delta method and ignores the covariance with the control. What gbstats reports as an
//! uninformative default is an [`EffectError`] here, so that nobody mistakes it for a finding.

use crate::stats::{normal, student};

/// What is known of one arm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Units observed.
    pub n: f64,
    /// Mean outcome; after adjustment for earlier behaviour, the adjusted mean.
    pub mean: f64,
    /// Mean without adjustment: what relative effects are divided by.
    pub raw_mean: f64,
    /// Variance of one unit's outcome.
    pub variance: f64,
}

impl Summary {
    /// From `successes` among `n` units.
    pub fn proportion(n: f64, successes: f64) -> Self {
        let mean = if n > 0.0 { successes / n } else { 0.0 };
        Self { n, mean, raw_mean: mean, variance: mean * (1.0 - mean) }
    }

    /// From the sum and the sum of squares of `n` outcomes.
    pub fn mean(n: f64, sum: f64, sum_squares: f64) -> Self {
        let mean = if n > 0.0 { sum / n } else { 0.0 };
        let variance = if n > 1.0 { (sum_squares - sum * sum / n) / (n - 1.0) } else { 0.0 };
        Self { n, mean, raw_mean: mean, variance }
    }
}

/// The scale of an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// (treatment − control) / control.
    Relative,
    /// treatment − control.
    Absolute,
}

/// Why an effect cannot be computed; the names are those of gbstats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EffectError {
    /// The control's mean is zero: nothing can be relative to it.
    ZeroNegativeBaselineVariation,
    /// An arm has no units.
    NoUnitsInVariation,
    /// An arm shows no variance (or, by rounding, less than none).
    ZeroNegativeVariance,
}

impl EffectError {
    /// The name gbstats gives it.
    pub fn code(self) -> &'static str {
        match self {
            Self::ZeroNegativeBaselineVariation => "ZERO_NEGATIVE_BASELINE_VARIATION",
            Self::NoUnitsInVariation => "NO_UNITS_IN_VARIATION",
            Self::ZeroNegativeVariance => "ZERO_NEGATIVE_VARIANCE",
        }
    }
}

/// An estimated effect and its variance; both in the unit of its [`Scale`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// Estimate.
    pub estimate: f64,
    /// Variance of the estimate, positive.
    pub variance: f64,
}

/// The effect of `treatment` against `control`.
pub fn effect(control: &Summary, treatment: &Summary, scale: Scale) -> Result<Effect, EffectError> {
    if control.variance <= 0.0 || treatment.variance <= 0.0 {
        return Err(EffectError::ZeroNegativeVariance);
    }
    let difference = treatment.mean - control.mean;
    let noise = (control.variance / control.n, treatment.variance / treatment.n);
    let base = control.raw_mean;
    let (estimate, variance) = match scale {
        Scale::Absolute => (difference, noise.0 + noise.1),
        Scale::Relative => {
            let ratio = treatment.raw_mean / base;
            (difference / base, (noise.1 + noise.0 * ratio * ratio) / (base * base))
        }
    };
    Ok(Effect { estimate, variance })
}

/// A normal prior on the relative effect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Prior {
    /// Improper flat prior.
    Flat,
    /// N(0, sd²) on the relative effect; rescaled by the control's mean for an absolute one.
    Proper {
        /// Standard deviation, 0.3 by convention.
        sd: f64,
    },
}

/// Posterior of an effect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Belief {
    /// Posterior mean.
    pub mean: f64,
    /// Posterior standard deviation.
    pub sd: f64,
    /// Central interval holding 1 − alpha.
    pub interval: [f64; 2],
    /// Chance that the treatment is greater than the control.
    pub chance_to_win: f64,
    /// Expected loss, in the unit of the effect: of keeping the control, of shipping the treatment.
    pub risk: [f64; 2],
}

/// Bayesian estimate of the effect; `alpha` is the mass outside the interval.
pub fn bayesian(control: &Summary, treatment: &Summary, scale: Scale, prior: Prior, alpha: f64) -> Result<Belief, EffectError> {
    if scale == Scale::Relative && (control.mean == 0.0 || control.raw_mean == 0.0) {
        return Err(EffectError::ZeroNegativeBaselineVariation);
    }
    if control.n == 0.0 || treatment.n == 0.0 {
        return Err(EffectError::NoUnitsInVariation);
    }
    let data = effect(control, treatment, scale)?;
    let unit = if scale == Scale::Absolute { control.raw_mean.abs() } else { 1.0 };
    let shrink = match prior {
        Prior::Flat => 1.0,
        // 1/V / (1/V + 1/τ²), free of overflow; a control at zero leaves the prior no width and so no effect.
        Prior::Proper { sd } => (sd * unit).powi(2) / ((sd * unit).powi(2) + data.variance),
    };
    let mean = data.estimate * shrink;
    let sd = (data.variance * shrink).sqrt();
    let z = if sd > 0.0 { mean / sd } else { 0.0 };
    let reach = -normal::inverse(0.5 * alpha) * sd;
    Ok(Belief {
        mean,
        sd,
        interval: [mean - reach, mean + reach],
        chance_to_win: normal::cdf(z),
        // E[max(Δ, 0)] and E[max(−Δ, 0)] for Δ ~ N(mean, sd²).
        risk: [sd * normal::pdf(z) + mean * normal::cdf(z), sd * normal::pdf(z) - mean * normal::survival(z)],
    })
}

/// Welch's two-sided t-test of an effect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Welch {
    /// The effect and its variance.
    pub effect: Effect,
    /// Fixed-horizon interval of coverage 1 − alpha.
    pub interval: [f64; 2],
    /// Two-sided p-value.
    pub p_value: f64,
    /// Test statistic.
    pub t: f64,
    /// Welch–Satterthwaite degrees of freedom, of the absolute difference on either scale, as gbstats has it.
    pub dof: f64,
}

/// The checks that gbstats makes before a frequentist or sequential test, then the effect.
pub(in crate::stats) fn testable(control: &Summary, treatment: &Summary, scale: Scale) -> Result<Effect, EffectError> {
    if control.mean == 0.0 || control.raw_mean == 0.0 {
        return Err(EffectError::ZeroNegativeBaselineVariation);
    }
    effect(control, treatment, scale)
}

/// Welch's t-test; valid for one look at the end, not for daily looks (see [`crate::stats::sequential`]).
pub fn welch(control: &Summary, treatment: &Summary, scale: Scale, alpha: f64) -> Result<Welch, EffectError> {
    let effect = testable(control, treatment, scale)?;
    let noise = (control.variance / control.n, treatment.variance / treatment.n);
    let dof = (noise.0 + noise.1).powi(2) / (noise.0.powi(2) / (control.n - 1.0) + noise.1.powi(2) / (treatment.n - 1.0));
    let sd = effect.variance.sqrt();
    let t = effect.estimate / sd;
    let reach = student::two_sided_critical(1.0 - alpha, dof) * sd;
    Ok(Welch { effect, interval: [effect.estimate - reach, effect.estimate + reach], p_value: student::two_sided_p(t, dof), t, dof })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_effect_worked_by_hand() {
        // 40/400 against 60/500: p = .10, .12; V = .1056/(500·.01) + .09·.0144/(400·.0001) = .05352.
        let (a, b) = (Summary::proportion(400.0, 40.0), Summary::proportion(500.0, 60.0));
        let relative = effect(&a, &b, Scale::Relative).unwrap();
        assert!((relative.estimate - 0.2).abs() < 1e-12 && (relative.variance - 0.05352).abs() < 1e-12);
        let absolute = effect(&a, &b, Scale::Absolute).unwrap();
        assert!((absolute.variance - (0.1056 / 500.0 + 0.09 / 400.0)).abs() < 1e-15);
        // Prior N(0, .09): weight .09/.14352.
        let belief = bayesian(&a, &b, Scale::Relative, Prior::Proper { sd: 0.3 }, 0.05).unwrap();
        assert!((belief.mean - 0.2 * 0.09 / 0.14352).abs() < 1e-12);
    }

    #[test]
    fn risks_differ_by_the_effect() {
        let (a, b) = (Summary::mean(50.0, 100.0, 260.0), Summary::mean(60.0, 150.0, 500.0));
        let belief = bayesian(&a, &b, Scale::Absolute, Prior::Flat, 0.05).unwrap();
        assert!((belief.risk[0] - belief.risk[1] - 0.5).abs() < 1e-12);
        assert!(belief.risk[1] > 0.0);
    }

    #[test]
    fn arms_without_variance_give_an_error_and_not_a_number() {
        let (none, some) = (Summary::proportion(20.0, 0.0), Summary::proportion(20.0, 7.0));
        let (all, empty) = (Summary::proportion(20.0, 20.0), Summary::proportion(0.0, 0.0));
        let flat = |a, b| bayesian(a, b, Scale::Relative, Prior::Flat, 0.05).unwrap_err();
        assert_eq!(flat(&none, &some), EffectError::ZeroNegativeBaselineVariation);
        assert_eq!(flat(&some, &all), EffectError::ZeroNegativeVariance);
        assert_eq!(flat(&some, &empty), EffectError::NoUnitsInVariation);
        let test = |a, b| welch(a, b, Scale::Absolute, 0.05).unwrap_err();
        assert_eq!(test(&some, &empty), EffectError::ZeroNegativeVariance);
        assert_eq!(test(&none, &some), EffectError::ZeroNegativeBaselineVariation);
    }
}
