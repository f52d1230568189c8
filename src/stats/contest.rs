//! Which of several independent posteriors holds the greatest value, and what a wrong choice costs.
//!
//! One grid serves all arms: panels follow each posterior's own mass, each arm's distribution function
//! is the running integral of its density on that grid, and all results are sums over the same nodes.
//! Deterministic, so a page shows the same numbers on every load. Formulas, with density f_i and
//! distribution function F_i:
//!
//! - chance to be best: ∫ f_i Π_{k≠i} F_k
//! - expected loss: E[max θ] − E[θ_i] = ∫ (F_i − Π_k F_k) dθ, written so that nothing cancels
//! - chance to beat the control c: ∫ f_i F_c

use crate::stats::quadrature::{NODES, panels, rule};

/// A posterior distribution, seen through a coordinate in which it is smooth and bell-like.
pub trait Posterior {
    /// Coordinates outside which less than about 1e-16 of the mass lies, and a panel width that resolves it.
    fn window(&self) -> (f64, f64, f64);
    /// Density in the coordinate, up to a constant factor.
    fn shape(&self, coordinate: f64) -> f64;
    /// dθ/d(coordinate).
    fn slope(coordinate: f64) -> f64;
    /// E[θ].
    fn mean(&self) -> f64;
}

/// Outcome of a contest; every list is in the order of the arms.
#[derive(Debug, Clone, PartialEq)]
pub struct Contest {
    /// Chance that the arm has the greatest value; sums to 1.
    pub best: Vec<f64>,
    /// What choosing the arm costs on average, in units of θ; never negative.
    pub loss: Vec<f64>,
    /// E[max θ].
    pub expected_max: f64,
    /// Chance to exceed the control; `None` for the control itself.
    pub beats_control: Vec<Option<f64>>,
}

/// One arm on the grid: values at each node, panel after panel.
struct Traced {
    density: Vec<f64>,
    cumulative: Vec<f64>,
}

fn trace(arm: &impl Posterior, borders: &[f64]) -> Traced {
    let (from, to, _) = arm.window();
    let nodes = borders.len().saturating_sub(1) * NODES;
    let mut density = Vec::with_capacity(nodes);
    let mut cumulative = Vec::with_capacity(nodes);
    let mut mass = 0.0;
    for pair in borders.windows(2) {
        let &[start, end] = pair else { continue };
        if end <= from || start >= to {
            density.extend([0.0; NODES]);
            cumulative.extend([mass; NODES]);
            continue;
        }
        let half = 0.5 * (end - start);
        let middle = 0.5 * (end + start);
        let values = rule().nodes.map(|node| arm.shape(middle + half * node));
        density.extend(values);
        cumulative.extend(rule().running.iter().map(|row| mass + half * dot(row, &values)));
        mass += half * dot(&rule().weights, &values);
    }
    density.iter_mut().for_each(|value| *value /= mass);
    // Rounding may leave a running integral a hair outside [0, 1].
    cumulative.iter_mut().for_each(|value| *value = (*value / mass).clamp(0.0, 1.0));
    Traced { density, cumulative }
}

fn dot(left: &[f64; NODES], right: &[f64; NODES]) -> f64 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

/// Compares the arms; `control` is the index of the arm that the others are measured against.
/// An empty slice gives empty lists.
pub fn contest<P: Posterior>(arms: &[P], control: usize) -> Contest {
    let windows: Vec<_> = arms.iter().map(P::window).collect();
    on_grid(arms, control, &panels(&windows))
}

fn on_grid<P: Posterior>(arms: &[P], control: usize, borders: &[f64]) -> Contest {
    let traced: Vec<Traced> = arms.iter().map(|arm| trace(arm, borders)).collect();
    let count = arms.len();
    let mut best = vec![0.0; count];
    let mut loss = vec![0.0; count];
    let mut beats = vec![0.0; count];
    // after[i] is the product of the distribution functions of arms i, i+1, …
    let mut after = vec![1.0; count + 1];
    for (panel, pair) in borders.windows(2).enumerate() {
        let &[start, end] = pair else { continue };
        let half = 0.5 * (end - start);
        let middle = 0.5 * (end + start);
        for (k, (node, weight)) in rule().nodes.iter().zip(&rule().weights).enumerate() {
            let at = panel * NODES + k;
            let weight = half * weight;
            let step = weight * P::slope(middle + half * node);
            for i in (0..count).rev() {
                after[i] = after[i + 1] * traced[i].cumulative[at];
            }
            let control_below = traced.get(control).map_or(0.0, |arm| arm.cumulative[at]);
            let mut before = 1.0;
            for (i, arm) in traced.iter().enumerate() {
                let others = before * after[i + 1];
                best[i] += weight * arm.density[at] * others;
                loss[i] += step * arm.cumulative[at] * (1.0 - others);
                beats[i] += weight * arm.density[at] * control_below;
                before *= arm.cumulative[at];
            }
        }
    }
    // The least loss belongs to the highest mean: there the sum loses no digits.
    let expected_max = arms.iter().zip(&loss).max_by(|a, b| a.0.mean().total_cmp(&b.0.mean())).map_or(0.0, |(arm, loss)| arm.mean() + loss);
    Contest { best, loss, expected_max, beats_control: beats.into_iter().enumerate().map(|(i, p)| (i != control).then_some(p)).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::beta::Beta;
    use crate::stats::normal::Normal;

    #[test]
    fn the_adaptive_grid_agrees_with_a_brute_force_one() {
        let arms = [(5_000, 250), (5_200, 270), (90, 8), (4_000_000, 201_000), (5_000, 255)].map(|(n, s)| Beta::posterior(s, n));
        let windows: Vec<_> = arms.iter().map(Posterior::window).collect();
        let fine: Vec<_> = windows.iter().map(|&(from, to, step)| (from, to, step / 8.0)).collect();
        let (adaptive, brute) = (contest(&arms, 0), on_grid(&arms, 0, &panels(&fine)));
        for (a, b) in adaptive.best.iter().zip(&brute.best) {
            assert!((a - b).abs() < 1e-12, "{a} {b}");
        }
        for (a, b) in adaptive.loss.iter().zip(&brute.loss) {
            assert!((a - b).abs() < 1e-13, "{a} {b}");
        }
        assert!(panels(&fine).len() * NODES > 2_000, "the brute force grid is not one");
    }

    #[test]
    fn two_normals_have_a_closed_form() {
        let arms = [Normal { mean: 10.0, sd: 3.0 }, Normal { mean: 12.0, sd: 4.0 }];
        let result = contest(&arms, 0);
        // Φ(2/5) = 0.6554217416103242; E[max] = 12 Φ(.4) + 10 Φ(−.4) + 5 φ(.4)
        assert!((result.best[1] - 0.655_421_741_610_324_2).abs() < 1e-13);
        assert!((result.expected_max - 13.152_194_184_737_265).abs() < 1e-12, "{}", result.expected_max);
        assert_eq!(result.beats_control[0], None);
    }

    #[test]
    fn far_apart_arms_cost_their_whole_distance() {
        let arms = [Normal { mean: 0.0, sd: 1e-3 }, Normal { mean: 5.0, sd: 0.5 }];
        let result = contest(&arms, 0);
        assert!((result.loss[0] - 5.0).abs() < 1e-11, "{:?}", result.loss);
        assert!(result.loss[1] < 1e-14);
    }

    #[test]
    fn nobody_competes_in_an_empty_contest() {
        let result = contest::<Normal>(&[], 0);
        assert!(result.best.is_empty() && result.loss.is_empty());
    }
}
