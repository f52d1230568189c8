//! The Beta posterior of a rate, exact by quadrature.
//!
//! With x = sin²φ the Beta(a, b) density becomes sin^{2a−1}φ·cos^{2b−1}φ: smooth up to both ends, log-concave,
//! and of nearly constant width 1/(2√(a+b−1)). Values are taken relative to the mode, by the addition theorems,
//! so a posterior of 10⁷ trials keeps its digits. Invariant: a, b ≥ ½ and finite.
//!
//! Source of the bound behind the window: with A = 2a−1, B = 2b−1, at distance δ from the mode the density is
//! at most exp(−(A+B)δ²/2) of its peak, because on either side one factor's curvature only grows.

use std::f64::consts::FRAC_PI_2;

use crate::stats::contest::Posterior;
use crate::stats::quadrature::{integrate, panels};

/// Posterior Beta(a, b) of a rate in [0, 1].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beta {
    a: f64,
    b: f64,
    mode: f64,
    /// tan(mode) = √(A/B).
    tangent: f64,
    /// A + B, half the curvature at the mode.
    sharpness: f64,
}

impl Beta {
    /// Posterior under the uniform prior: Beta(1 + successes, 1 + trials − successes).
    /// More successes than trials count as all trials.
    pub fn posterior(successes: u64, trials: u64) -> Self {
        let failures = trials.saturating_sub(successes);
        Self::bounded(1.0 + successes.min(trials) as f64, 1.0 + failures as f64)
    }

    /// Beta(a, b), or `None` unless both are finite and at least ½.
    pub fn new(a: f64, b: f64) -> Option<Self> {
        (a >= 0.5 && b >= 0.5 && a.is_finite() && b.is_finite()).then(|| Self::bounded(a, b))
    }

    fn bounded(a: f64, b: f64) -> Self {
        let (rise, fall) = (2.0 * a - 1.0, 2.0 * b - 1.0);
        Self { a, b, mode: rise.sqrt().atan2(fall.sqrt()), tangent: (rise / fall).sqrt(), sharpness: rise + fall }
    }

    /// First parameter.
    pub fn a(&self) -> f64 {
        self.a
    }

    /// Second parameter.
    pub fn b(&self) -> f64 {
        self.b
    }

    /// Standard deviation of the rate.
    pub fn sd(&self) -> f64 {
        let sum = self.a + self.b;
        (self.a * self.b / (sum + 1.0)).sqrt() / sum
    }

    /// (mass below φ, mass above φ), each with its own digits and summing to 1.
    fn split(&self, phi: f64) -> (f64, f64) {
        let (from, to, step) = self.window();
        let phi = phi.clamp(from, to);
        let mass = |from, to| {
            if from < to { self.masses(from, to, step).last().map_or(0.0, |end| end.1) } else { 0.0 }
        };
        let (below, above) = (mass(from, phi), mass(phi, to));
        let total = below + above;
        (below / total, above / total)
    }

    /// Panel borders from `from` to `to`, each with the integral of the shape up to it.
    fn masses(&self, from: f64, to: f64, step: f64) -> Vec<(f64, f64)> {
        let borders = panels(&[(from, to, step)]);
        let mut below = 0.0;
        let mut masses = vec![(from, 0.0)];
        for pair in borders.windows(2) {
            let &[start, end] = pair else { continue };
            below += integrate(start, end, |phi| self.shape(phi));
            masses.push((end, below));
        }
        masses
    }

    /// P(rate ≤ x).
    pub fn cdf(&self, x: f64) -> f64 {
        self.split(angle(x)).0
    }

    /// P(rate > x).
    pub fn survival(&self, x: f64) -> f64 {
        self.split(angle(x)).1
    }

    /// The rate below which `p` of the mass lies; `p` is clamped to [0, 1].
    pub fn quantile(&self, p: f64) -> f64 {
        let sine = self.quantile_angle(p).sin();
        sine * sine
    }

    /// The quantile in φ: the rate is sin²φ.
    pub(in crate::stats) fn quantile_angle(&self, p: f64) -> f64 {
        let (from, to, step) = self.window();
        self.invert(&self.masses(from, to, step), p)
    }

    /// Solves for the φ with `p` of the mass below it, within the panel that holds it.
    fn invert(&self, masses: &[(f64, f64)], p: f64) -> f64 {
        let total = masses.last().map_or(0.0, |end| end.1);
        let target = p.clamp(0.0, 1.0) * total;
        let panel = masses.windows(2).find(|pair| pair.last().is_some_and(|end| end.1 >= target));
        let Some(&[(start, below), (end, _)]) = panel else {
            return masses.last().map_or(0.0, |end| end.0);
        };
        let (mut from, mut to) = (start, end);
        let mut phi = 0.5 * (start + end);
        // Newton inside a shrinking bracket: it converges in a handful of rounds, bisection caps it.
        for _ in 0..60 {
            let excess = below + integrate(start, phi, |at| self.shape(at)) - target;
            if excess < 0.0 {
                from = phi;
            } else {
                to = phi;
            }
            let newton = phi - excess / self.shape(phi);
            let next = if newton > from && newton < to { newton } else { 0.5 * (from + to) };
            let moved = (next - phi).abs();
            phi = next;
            if moved <= 1e-14 * phi {
                break;
            }
        }
        phi
    }

    /// The central interval that holds 1 − `alpha` of the mass.
    pub fn interval(&self, alpha: f64) -> [f64; 2] {
        let (from, to, step) = self.window();
        let masses = self.masses(from, to, step);
        [0.5 * alpha, 1.0 - 0.5 * alpha].map(|p| self.invert(&masses, p).sin().powi(2))
    }

    /// Points (rate, density) of the curve over [from, to], evenly spaced, for a chart. Fewer than two points
    /// give none.
    pub fn curve(&self, from: f64, to: f64, points: usize) -> Vec<(f64, f64)> {
        if points < 2 {
            return Vec::new();
        }
        let (start, end, width) = self.window();
        let total = self.masses(start, end, width).last().map_or(1.0, |end| end.1);
        let step = (to - from) / (points - 1) as f64;
        (0..points)
            .map(|k| {
                let x = (from + step * k as f64).clamp(0.0, 1.0);
                // dφ/dx has no value at the ends: stand a hair inside.
                let phi = angle(x).clamp(1e-8, FRAC_PI_2 - 1e-8);
                (x, self.shape(phi) / (total * Self::slope(phi)))
            })
            .collect()
    }
}

fn angle(x: f64) -> f64 {
    x.clamp(0.0, 1.0).sqrt().asin()
}

/// power · ln(1 + change), where a factor of power zero is absent even at its zero.
fn log_factor(power: f64, change: f64) -> f64 {
    if power > 0.0 { power * change.max(-1.0).ln_1p() } else { 0.0 }
}

impl Posterior for Beta {
    fn window(&self) -> (f64, f64, f64) {
        let spread = 1.0 / (2.0 * self.sharpness.max(0.25)).sqrt();
        // exp(−12.5²/4) = 1e-17 of the peak.
        let reach = 12.5 * spread;
        ((self.mode - reach).max(0.0), (self.mode + reach).min(FRAC_PI_2), 2.0 * spread)
    }

    fn shape(&self, phi: f64) -> f64 {
        let distance = phi - self.mode;
        let (sine, cosine) = distance.sin_cos();
        let versine = sine * sine / (1.0 + cosine);
        // sin φ / sin mode = cos δ + cot(mode) sin δ, and likewise for the cosine.
        let rise = log_factor(2.0 * self.a - 1.0, sine / self.tangent - versine);
        let fall = log_factor(2.0 * self.b - 1.0, -sine * self.tangent - versine);
        (rise + fall).exp()
    }

    fn slope(phi: f64) -> f64 {
        (2.0 * phi).sin()
    }

    fn mean(&self) -> f64 {
        self.a / (self.a + self.b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distribution_and_quantiles_agree_with_scipy() {
        // scipy.stats.beta(a, b): cdf at x, ppf at .025 and .975; see tests/fixtures/stats/beta.json.
        let fixture = include_str!("../../tests/fixtures/stats/beta.json");
        let rows: Vec<(f64, f64, f64, f64, f64, f64)> = serde_json::from_str(fixture).unwrap();
        assert!(rows.len() >= 8);
        for (a, b, x, below, low, high) in rows {
            let beta = Beta::new(a, b).unwrap();
            assert!((beta.cdf(x) - below).abs() < 1e-10, "cdf {a} {b}: {} {below}", beta.cdf(x));
            assert!((beta.cdf(x) + beta.survival(x) - 1.0).abs() < 1e-14);
            let [from, to] = beta.interval(0.05);
            assert!((from / low - 1.0).abs() < 1e-10, "low {a} {b}: {from} {low}");
            assert!((to / high - 1.0).abs() < 1e-10, "high {a} {b}: {to} {high}");
        }
    }

    #[test]
    fn the_uniform_posterior_is_the_diagonal() {
        let beta = Beta::posterior(0, 0);
        for x in [0.0, 0.1, 0.5, 0.93, 1.0] {
            assert!((beta.cdf(x) - x).abs() < 1e-14, "{x}: {}", beta.cdf(x));
            assert!((beta.quantile(x) - x).abs() < 1e-13, "{x}: {}", beta.quantile(x));
        }
    }

    #[test]
    fn the_curve_encloses_one() {
        for (s, n) in [(0, 4), (12, 300), (700, 700)] {
            let curve = Beta::posterior(s, n).curve(0.0, 1.0, 20_001);
            let area: f64 = curve.iter().map(|point| point.1).sum::<f64>() / 20_000.0;
            let ends = 0.5 * (curve[0].1 + curve[20_000].1) / 20_000.0;
            // The trapezoid rule itself errs by f′(1)/12·h² = 1e-4 on the steepest of them.
            assert!((area - ends - 1.0).abs() < 2e-4, "{s}/{n}: {area}");
        }
        assert!(Beta::posterior(1, 2).curve(0.0, 1.0, 1).is_empty());
    }

    #[test]
    fn a_shape_without_a_mode_is_refused() {
        assert_eq!(Beta::new(0.4, 3.0), None);
        assert_eq!(Beta::new(f64::INFINITY, 3.0), None);
        assert_eq!(Beta::new(1.0, f64::NAN), None);
    }
}
