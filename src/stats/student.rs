//! Student's t distribution, through the identity T²/(ν + T²) ~ Beta(½, ν/2) (Abramowitz & Stegun 26.7.1), so that
//! the stable Beta quadrature serves it at any number of degrees of freedom.

use crate::stats::beta::Beta;

/// P(|T| > |t|) with `dof` ≥ 1 degrees of freedom; NaN below 1.
pub fn two_sided_p(t: f64, dof: f64) -> f64 {
    Beta::new(0.5, 0.5 * dof).map_or(f64::NAN, |beta| beta.survival(t * t / (dof + t * t)))
}

/// The t with P(|T| ≤ t) = `level`; NaN when `dof` < 1.
pub fn two_sided_critical(level: f64, dof: f64) -> f64 {
    Beta::new(0.5, 0.5 * dof).map_or(f64::NAN, |beta| dof.sqrt() * beta.quantile_angle(level).tan())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_and_critical_values_agree_with_scipy() {
        // scipy.stats.t: 2·sf(t, dof); ppf(0.975, dof).
        for (t, dof, p, critical) in [
            (2.0, 5.0, 0.101_939_478_829_858_35, 2.570_581_835_636_314_6),
            (0.0, 1.0, 1.0, 12.706_204_736_174_694),
            (1.3, 38.7, 0.201_290_767_102_018_43, 2.023_192_364_314_891),
            (3.2, 1e6, 0.001_374_318_751_660_613_5, 1.959_966_356_814_107),
        ] {
            assert!((two_sided_p(t, dof) - p).abs() < 1e-12, "{t} {dof}: {}", two_sided_p(t, dof));
            let found = two_sided_critical(0.95, dof);
            assert!((found / critical - 1.0).abs() < 1e-11, "{dof}: {found}");
        }
        assert!(two_sided_p(1.0, 0.5).is_nan());
    }
}
