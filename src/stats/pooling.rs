//! One effect measured on several channels: how much they differ, and what each borrows from the rest.
//!
//! τ² after DerSimonian & Laird (Controlled Clinical Trials 7, 1986), never below nought; μ = Σ wᵢdᵢ/Σ wᵢ with
//! wᵢ = 1/(vᵢ + τ²); each effect is shrunk to Bᵢ·μ + (1 − Bᵢ)·dᵢ with Bᵢ = vᵢ/(vᵢ + τ²); I² is the share of the
//! variation beyond chance (Higgins & Thompson, 2002).

/// The effects together.
#[derive(Debug, Clone, PartialEq)]
pub struct Pooled {
    /// Cochran's Q.
    pub q: f64,
    /// Variance of the true effects between channels.
    pub tau_squared: f64,
    /// Mean of the true effects, and its standard error.
    pub mean: f64,
    pub mean_se: f64,
    /// Share of the variation that chance does not explain, 0..1.
    pub i_squared: f64,
    /// The mean if all channels had one and the same effect.
    pub fixed_mean: f64,
    /// How far each effect is drawn to the mean, 0..=1, in order.
    pub shrinkage: Vec<f64>,
    /// Each effect after that, in order.
    pub shrunk: Vec<f64>,
}

/// Pools (effect, variance) pairs, in any one unit. `None` of fewer than two, or unless every effect is finite and
/// every variance finite and positive.
pub fn pool(effects: &[(f64, f64)]) -> Option<Pooled> {
    if effects.len() < 2 || !effects.iter().all(|(effect, variance)| effect.is_finite() && variance.is_finite() && *variance > 0.0) {
        return None;
    }
    let weighted = |tau_squared: f64| {
        let total: f64 = effects.iter().map(|(_, variance)| 1.0 / (variance + tau_squared)).sum();
        (effects.iter().map(|(effect, variance)| effect / (variance + tau_squared)).sum::<f64>() / total, total)
    };
    let (fixed_mean, total) = weighted(0.0);
    let squares: f64 = effects.iter().map(|(_, variance)| variance.powi(-2)).sum();
    let q: f64 = effects.iter().map(|(effect, variance)| (effect - fixed_mean).powi(2) / variance).sum();
    let beyond = q - (effects.len() as f64 - 1.0);
    let tau_squared = (beyond / (total - squares / total)).max(0.0);
    let (mean, precision) = weighted(tau_squared);
    let shrinkage: Vec<f64> = effects.iter().map(|(_, variance)| variance / (variance + tau_squared)).collect();
    let shrunk = effects.iter().zip(&shrinkage).map(|((effect, _), b)| b * mean + (1.0 - b) * effect).collect();
    let i_squared = if q > 0.0 { (beyond / q).max(0.0) } else { 0.0 };
    Some(Pooled { q, tau_squared, mean, mean_se: precision.sqrt().recip(), i_squared, fixed_mean, shrinkage, shrunk })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Expected values from statsmodels' combine_effects (method_re="dl").
    #[test]
    fn agrees_with_the_reference() {
        let found = pool(&[(-0.150647, 0.016572), (-0.309323, 0.006574), (0.300464, 0.02768)]).unwrap();
        for (value, expected) in [
            (found.q, 10.934633210845437),
            (found.tau_squared, 0.06588783155212884),
            (found.mean, -0.07877925714185416),
            (found.mean_se, 0.16526122196872411),
            (found.i_squared, 0.8170949165431252),
            (found.fixed_mean, -0.18218374666427883),
            (found.shrinkage[2], 0.2958281659501623),
            (found.shrunk[0], -0.13620369818590875),
        ] {
            assert!((value - expected).abs() < 1e-9, "{value}, not {expected}");
        }
    }

    #[test]
    fn effects_within_chance_become_one() {
        let found = pool(&[(0.027073, 0.010994), (0.172825, 0.025576), (0.048469, 0.002293)]).unwrap();
        assert_eq!((found.tau_squared, found.i_squared), (0.0, 0.0));
        assert!(found.shrunk.iter().all(|effect| (effect - found.fixed_mean).abs() < 1e-15));
    }

    #[test]
    fn what_cannot_be_pooled_is_refused() {
        for wrong in [&[][..], &[(0.1, 0.2)], &[(0.1, 0.0), (0.2, 0.1)], &[(f64::NAN, 0.1), (0.2, 0.1)], &[(0.1, f64::INFINITY), (0.2, 0.1)]] {
            assert_eq!(pool(wrong), None);
        }
    }

    proptest! {
        #[test]
        fn shrinking_moves_towards_the_mean_and_never_past_it(effects in prop::collection::vec((-1.0..1.0f64, 0.001..0.5f64), 2..12)) {
            let found = pool(&effects).unwrap();
            for ((effect, _), shrunk) in effects.iter().zip(&found.shrunk) {
                prop_assert!((shrunk - effect) * (found.mean - effect) >= -1e-12);
                prop_assert!((shrunk - found.mean).abs() <= (effect - found.mean).abs() + 1e-12);
            }
        }
    }
}
