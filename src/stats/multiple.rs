//! Corrections for several comparisons at once.
//!
//! Sources: Holm 1979 (family-wise error, for what is called proven); Benjamini & Hochberg 1995 (false discovery
//! rate, for what is labelled exploratory). Both return adjusted values in the order given.

/// Ranks that sort the values; ties keep their order, so results are deterministic.
fn order(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    order
}

/// Holm's step-down adjusted p-values.
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let count = p_values.len();
    let mut adjusted = vec![0.0; count];
    let mut highest: f64 = 0.0;
    for (rank, index) in order(p_values).into_iter().enumerate() {
        highest = highest.max((count - rank) as f64 * p_values[index]).min(1.0);
        adjusted[index] = highest;
    }
    adjusted
}

/// The level at which each comparison's own interval agrees with Holm's verdict at family level `alpha`: the share
/// its rank was tested at if rejected, else the share at which the procedure stopped.
pub fn holm_levels(p_values: &[f64], alpha: f64) -> Vec<f64> {
    let count = p_values.len();
    let mut levels = vec![alpha; count];
    let mut rejected = 0;
    // Once one fails, so do all that follow: their values are no smaller and the level stays.
    for index in order(p_values) {
        levels[index] = alpha / (count - rejected) as f64;
        if p_values[index] <= levels[index] {
            rejected += 1;
        }
    }
    levels
}

/// Benjamini–Hochberg q-values.
pub fn benjamini_hochberg(p_values: &[f64]) -> Vec<f64> {
    let count = p_values.len();
    let mut adjusted = vec![0.0; count];
    let mut lowest: f64 = 1.0;
    for (rank, index) in order(p_values).into_iter().enumerate().rev() {
        lowest = lowest.min(p_values[index] * count as f64 / (rank + 1) as f64);
        adjusted[index] = lowest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: &[f64], expected: &[f64]) -> bool {
        found.len() == expected.len() && found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12)
    }

    #[test]
    fn adjusted_values_worked_by_hand() {
        let p = [0.01, 0.04, 0.03, 0.5];
        assert!(close(&holm(&p), &[0.04, 0.09, 0.09, 0.5]), "{:?}", holm(&p));
        let q = benjamini_hochberg(&p);
        assert!(close(&q, &[0.04, 0.16 / 3.0, 0.16 / 3.0, 0.5]), "{q:?}");
        assert!(holm(&[]).is_empty() && benjamini_hochberg(&[]).is_empty());
    }

    #[test]
    fn levels_reject_exactly_what_holm_rejects() {
        for p in [vec![0.001, 0.02, 0.03], vec![0.02, 0.001, 0.9], vec![0.03, 0.02, 0.024], vec![0.04]] {
            let rejected: Vec<bool> = holm(&p).iter().map(|value| *value <= 0.05).collect();
            let excluded: Vec<bool> = p.iter().zip(holm_levels(&p, 0.05)).map(|(p, level)| *p <= level).collect();
            assert_eq!(rejected, excluded, "{p:?}");
        }
    }
}
