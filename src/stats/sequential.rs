//! Asymptotic confidence sequences: intervals that stay valid however often one looks.
//!
//! Source: Waudby-Smith et al. (arXiv 2103.06476v7), eq. 9 (width), 155 (p-value), 161 (tuning), as gbstats 0.8.0
//! applies them to the two-arm effect with N = n₀ + n₁. Invariant: the tuning is fixed by the plan, before the data;
//! stricter levels for several arms reuse it, otherwise interval and p-value could contradict each other.

use crate::stats::effect::{Effect, EffectError, Scale, Summary, testable};

/// Tuning of a confidence sequence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tuning {
    rho_squared: f64,
}

impl Tuning {
    /// Tightest near `planned` units over both arms at level `alpha`: ρ² = (−2 ln α + ln(1 − 2 ln α)) / N*.
    /// A plan below one unit counts as one.
    pub fn planned(planned: f64, alpha: f64) -> Self {
        let spent = -2.0 * alpha.ln();
        Self { rho_squared: (spent + spent.ln_1p()) / planned.max(1.0) }
    }

    /// ρ, as gbstats reports it.
    pub fn rho(self) -> f64 {
        self.rho_squared.sqrt()
    }

    /// Half-width of the interval for an effect of this variance after `n` units, at error `alpha`.
    pub fn half_width(self, variance: f64, n: f64, alpha: f64) -> f64 {
        let growth = n * self.rho_squared;
        (variance * 2.0 * (growth + 1.0) * (0.5 * growth.ln_1p() - alpha.ln()) / growth).sqrt()
    }

    /// The smallest level at which the sequence still excludes zero, at most 1.
    pub fn p_value(self, effect: Effect, n: f64) -> f64 {
        let growth = n * self.rho_squared;
        let evidence = growth * effect.estimate * effect.estimate / (effect.variance * 2.0 * (growth + 1.0));
        (0.5 * growth.ln_1p() - evidence).exp().min(1.0)
    }
}

/// A two-sided sequential test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sequential {
    /// The effect and its variance.
    pub effect: Effect,
    /// Interval of coverage 1 − alpha over all looks together.
    pub interval: [f64; 2],
    /// Always-valid p-value.
    pub p_value: f64,
}

/// The sequential test of `treatment` against `control` at error `alpha`.
pub fn sequential(control: &Summary, treatment: &Summary, scale: Scale, tuning: Tuning, alpha: f64) -> Result<Sequential, EffectError> {
    let effect = testable(control, treatment, scale)?;
    let n = control.n + treatment.n;
    let reach = tuning.half_width(effect.variance, n, alpha);
    Ok(Sequential { effect, interval: [effect.estimate - reach, effect.estimate + reach], p_value: tuning.p_value(effect, n) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_and_p_value_worked_in_another_tool() {
        // Python, straight from the formulas: N* = 800, α = .05, N = 900, Δ = .2, V = .05352.
        let tuning = Tuning::planned(800.0, 0.05);
        let effect = Effect { estimate: 0.2, variance: 0.05352 };
        assert!((tuning.rho() - 0.099_600_166_928_434_2).abs() < 1e-12, "{}", tuning.rho());
        let width = tuning.half_width(effect.variance, 900.0, 0.05);
        assert!((width - 0.702_272_925_895_127).abs() < 1e-9, "{width}");
        assert_eq!(tuning.p_value(effect, 900.0), 1.0);
    }

    #[test]
    fn interval_and_p_value_agree_on_what_is_excluded() {
        let tuning = Tuning::planned(5000.0, 0.05);
        for estimate in [0.05, 0.1, 0.12, 0.15, 0.2, 0.4] {
            let effect = Effect { estimate, variance: 0.001 };
            for alpha in [0.05, 0.025, 0.01] {
                let excluded = estimate > tuning.half_width(effect.variance, 6000.0, alpha);
                assert_eq!(excluded, tuning.p_value(effect, 6000.0) <= alpha, "{estimate} {alpha}");
            }
        }
    }
}
