//! The normal distribution. Invariant: tails are computed as tails, so small probabilities keep their digits.
//!
//! Source: Abramowitz & Stegun 26.2. The tail is φ(z)·∫₀^∞ exp(−zt − t²/2) dt, whose integral is of moderate size at
//! any z. (The error function of `statrs` was measured to be good to 1e-11 only; its inverse is a first guess here.)

use std::f64::consts::{PI, SQRT_2};

use statrs::function::erf::erfc_inv;

use crate::stats::contest::Posterior;
use crate::stats::quadrature::integrate;

/// Density of the standard normal at `z`.
pub fn pdf(z: f64) -> f64 {
    (-0.5 * z * z).exp() / (2.0 * PI).sqrt()
}

/// P(Z ≤ z).
pub fn cdf(z: f64) -> f64 {
    survival(-z)
}

/// P(Z > z).
pub fn survival(z: f64) -> f64 {
    if z < 0.0 { 1.0 - upper_tail(-z) } else { upper_tail(z) }
}

/// P(Z > z) for z ≥ 0, to rounding error relative to itself.
fn upper_tail(z: f64) -> f64 {
    // Beyond `reach` the integrand is below e⁻⁴⁰; six panels resolve it at any z.
    let reach = 80.0 / ((z * z + 80.0).sqrt() + z);
    let width = reach / 6.0;
    let integrand = |t: f64| (-t * (z + 0.5 * t)).exp();
    let integral: f64 = (0..6).map(|panel| width * f64::from(panel)).map(|t| integrate(t, t + width, integrand)).sum();
    pdf(z) * integral
}

/// The z with P(Z ≤ z) = `p`; ±∞ at 0 and 1, NaN outside [0, 1].
pub fn inverse(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    let guess = -SQRT_2 * erfc_inv(2.0 * p);
    let density = pdf(guess);
    if !guess.is_finite() || density < f64::MIN_POSITIVE {
        return guess;
    }
    // One Newton step removes the last digits of error of the rational approximation.
    guess - (cdf(guess) - p) / density
}

/// A normal posterior of a mean. `sd` must be positive and finite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Normal {
    /// Centre, in the unit of the quantity.
    pub mean: f64,
    /// Standard deviation, same unit.
    pub sd: f64,
}

impl Normal {
    /// The value below which the posterior puts `p` of its mass.
    pub fn quantile(&self, p: f64) -> f64 {
        self.mean + self.sd * inverse(p)
    }
}

impl Posterior for Normal {
    fn window(&self) -> (f64, f64, f64) {
        // 9 standard deviations leave 2e-19 outside.
        (self.mean - 9.0 * self.sd, self.mean + 9.0 * self.sd, 1.5 * self.sd)
    }

    fn shape(&self, coordinate: f64) -> f64 {
        let z = (coordinate - self.mean) / self.sd;
        (-0.5 * z * z).exp()
    }

    fn slope(_: f64) -> f64 {
        1.0
    }

    fn mean(&self) -> f64 {
        self.mean
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_functions_agree_with_scipy() {
        // scipy.stats.norm: cdf, sf, ppf.
        for (z, below, above) in [
            (0.0, 0.5, 0.5),
            (1.0, 0.841_344_746_068_542_9, 0.158_655_253_931_457_05),
            (-3.5, 2.326_290_790_355_250_2e-4, 0.999_767_370_920_964_5),
            (8.0, 0.999_999_999_999_999_3, 6.220_960_574_271_74e-16),
        ] {
            assert!((cdf(z) / below - 1.0).abs() < 1e-13, "cdf {z}: {}", cdf(z));
            assert!((survival(z) / above - 1.0).abs() < 1e-13, "sf {z}: {}", survival(z));
        }
        for (p, z) in [(0.975, 1.959_963_984_540_054), (1e-10, -6.361_340_902_404_056), (0.5, 0.0)] {
            assert!((inverse(p) - z).abs() < 1e-12, "{p}: {}", inverse(p));
        }
        assert!(inverse(1.5).is_nan() && inverse(1.0) == f64::INFINITY);
    }
}
