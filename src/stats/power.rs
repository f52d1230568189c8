//! How much is needed before a test can find anything.
//!
//! Invariant: every answer is rounded up and capped, never negative; an impossible question has no answer.

use crate::stats::normal;

/// Units per arm for a two-sided test of two proportions to find the relative `lift` over the `base` rate with
/// chance `power` at error `alpha` (Fleiss, Levin & Paik, *Statistical Methods for Rates and Proportions*, eq. 4.14,
/// without continuity correction). `None` unless both rates lie strictly between 0 and 1 and differ, and
/// 0 < alpha < 1, alpha/2 < power < 1.
pub fn units_per_arm(base: f64, lift: f64, alpha: f64, power: f64) -> Option<u64> {
    let goal = base * (1.0 + lift);
    let inside = |p: f64| p > 0.0 && p < 1.0;
    if !(inside(base) && inside(goal) && inside(alpha) && inside(power)) || goal == base || power <= 0.5 * alpha {
        return None;
    }
    let pooled = 0.5 * (base + goal);
    let under_null = (2.0 * pooled * (1.0 - pooled)).sqrt();
    let under_goal = (base * (1.0 - base) + goal * (1.0 - goal)).sqrt();
    let reach = -normal::inverse(0.5 * alpha) * under_null + normal::inverse(power) * under_goal;
    // The cast saturates: a vanishing lift asks for more viewers than there are.
    Some((reach / (goal - base)).powi(2).ceil() as u64)
}

/// Posts per recipe for a replicated test (grade C) to find `lift` with chance `power` at error `alpha`, when the
/// log rate of posts of one recipe varies with standard deviation `spread`: 2(z_{1−α/2} + z_power)²·σ²/ln²(1 + lift).
/// At least 2. `None` unless spread > 0, lift > −1 and not 0, and the chances lie between 0 and 1.
pub fn posts_per_recipe(spread: f64, lift: f64, alpha: f64, power: f64) -> Option<u64> {
    let inside = |p: f64| p > 0.0 && p < 1.0;
    let asked = spread > 0.0 && spread.is_finite() && lift > -1.0 && lift.is_finite() && lift != 0.0;
    if !(asked && inside(alpha) && inside(power)) || power <= 0.5 * alpha {
        return None;
    }
    let reach = -normal::inverse(0.5 * alpha) + normal::inverse(power);
    let posts = 2.0 * (reach * spread / lift.ln_1p()).powi(2);
    Some((posts.ceil() as u64).max(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_posts_for_eighty_percent_power() {
        for (spread, posts) in [(0.2, [70, 19, 4, 2]), (0.35, [212, 58, 12, 5]), (0.6, [623, 171, 35, 12])] {
            let found = [0.1, 0.2, 0.5, 1.0].map(|lift| posts_per_recipe(spread, lift, 0.05, 0.8));
            assert_eq!(found, posts.map(Some), "{spread}");
        }
        assert_eq!(posts_per_recipe(0.2, 0.0, 0.05, 0.8), None);
        assert_eq!(posts_per_recipe(0.01, 1.0, 0.05, 0.8), Some(2));
    }

    #[test]
    fn units_agree_with_the_textbook_formula() {
        // Python: base .05, lift .2 → 8158; base .5, lift .1 → 1565.
        assert_eq!(units_per_arm(0.05, 0.2, 0.05, 0.8), Some(8158));
        assert_eq!(units_per_arm(0.5, 0.1, 0.05, 0.8), Some(1565));
        assert!(units_per_arm(0.05, 0.1, 0.05, 0.8) > units_per_arm(0.05, 0.2, 0.05, 0.8));
        assert_eq!(units_per_arm(0.0, 0.2, 0.05, 0.8), None);
        assert_eq!(units_per_arm(0.6, 0.9, 0.05, 0.8), None);
        assert_eq!(units_per_arm(0.05, 0.0, 0.05, 0.8), None);
    }
}
