//! Sample ratio mismatch: did the arms get the share of viewers that was intended?
//!
//! Source: Pearson's χ² with K−1 degrees of freedom. An alarm at p < 0.001 and only when at least 8 viewers were
//! expected everywhere (the defaults of GrowthBook). Daily repeats should test cumulative counts, once a day.

use statrs::function::gamma::checked_gamma_ur;

/// Alarm below this p-value.
pub const ALARM_BELOW: f64 = 0.001;
/// Fewest expected units per arm for an alarm.
pub const LEAST_EXPECTED: f64 = 8.0;

/// Result of the test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Srm {
    /// Σ (observed − expected)² / expected.
    pub chi_squared: f64,
    /// Arms less one.
    pub dof: usize,
    /// Chance of a mismatch at least this great under the intended split.
    pub p_value: f64,
    /// Smallest expected count.
    pub least_expected: f64,
}

impl Srm {
    /// Whether the split is too far from the plan for any result to be trusted.
    pub fn alarm(&self) -> bool {
        self.p_value < ALARM_BELOW && self.least_expected >= LEAST_EXPECTED
    }
}

/// Tests `observed` counts against `weights` (any positive scale). `None` unless there are two or more arms, as
/// many weights, all weights positive and finite, and at least one unit.
pub fn srm(observed: &[f64], weights: &[f64]) -> Option<Srm> {
    let total: f64 = observed.iter().sum();
    let whole: f64 = weights.iter().sum();
    let usable =
        observed.len() >= 2 && observed.len() == weights.len() && weights.iter().all(|weight| *weight > 0.0) && whole.is_finite() && total > 0.0;
    if !usable {
        return None;
    }
    let expected = || weights.iter().map(|weight| weight / whole * total);
    let chi_squared: f64 = observed.iter().zip(expected()).map(|(o, e)| (o - e) * (o - e) / e).sum();
    let dof = observed.len() - 1;
    let p_value = if chi_squared > 0.0 { checked_gamma_ur(0.5 * dof as f64, 0.5 * chi_squared).ok()? } else { 1.0 };
    Some(Srm { chi_squared, dof, p_value, least_expected: expected().fold(f64::INFINITY, f64::min) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_agrees_with_scipy() {
        // scipy.stats.chisquare.
        for (observed, weights, chi_squared, p_value) in [
            (vec![520.0, 480.0], vec![1.0, 1.0], 1.6, 0.205_903_210_732_064_66),
            (vec![300.0, 210.0, 90.0], vec![0.5, 0.3, 0.2], 12.5, 0.001_930_454_136_227_709_5),
        ] {
            let found = srm(&observed, &weights).unwrap();
            assert!((found.chi_squared - chi_squared).abs() < 1e-12, "{found:?}");
            assert!((found.p_value - p_value).abs() < 1e-12, "{found:?}");
            assert!(!found.alarm());
        }
    }

    #[test]
    fn the_alarm_needs_enough_viewers() {
        assert!(srm(&[1000.0, 1200.0], &[1.0, 1.0]).unwrap().alarm());
        let few = srm(&[14.0, 0.0], &[0.5, 0.5]).unwrap();
        assert!(few.p_value < ALARM_BELOW && !few.alarm(), "{few:?}");
        assert!(srm(&[1e7, 0.0], &[0.5, 0.5]).unwrap().alarm());
    }

    #[test]
    fn a_test_without_sense_is_none() {
        assert_eq!(srm(&[10.0], &[1.0]), None);
        assert_eq!(srm(&[10.0, 10.0], &[1.0]), None);
        assert_eq!(srm(&[10.0, 10.0], &[1.0, 0.0]), None);
        assert_eq!(srm(&[0.0, 0.0], &[1.0, 1.0]), None);
    }
}
