//! Gauss–Legendre rules and the panel grid on which posteriors are integrated.
//!
//! Invariant: everything here is a pure function of its arguments; the one rule used by the crate is
//! computed once and shared. Source of the nodes: Newton's method on the Legendre recurrence
//! (Press et al., *Numerical Recipes*, §4.6); source of the running integral: the exact integral of
//! the interpolating polynomial, written in Legendre form.

use std::sync::LazyLock;

/// Nodes per panel. Sixteen nodes integrate a bell two standard deviations wide to rounding error.
pub const NODES: usize = 16;

/// A Gauss–Legendre rule on [-1, 1], with the matrix that integrates from -1 up to each node.
#[derive(Debug)]
pub struct Rule {
    /// Nodes in ascending order.
    pub nodes: [f64; NODES],
    /// Weights; they sum to 2.
    pub weights: [f64; NODES],
    /// `running[k][j]`: the weight of the value at node `j` in the integral from -1 to node `k`.
    pub running: [[f64; NODES]; NODES],
}

static RULE: LazyLock<Rule> = LazyLock::new(Rule::compute);

/// The rule shared by the crate.
pub fn rule() -> &'static Rule {
    &RULE
}

/// Legendre polynomials `P_0 ..= P_NODES` at `x`.
fn legendre(x: f64) -> [f64; NODES + 1] {
    let mut values = [1.0; NODES + 1];
    values[1] = x;
    for k in 2..=NODES {
        let order = k as f64;
        values[k] = ((2.0 * order - 1.0) * x * values[k - 1] - (order - 1.0) * values[k - 2]) / order;
    }
    values
}

impl Rule {
    fn compute() -> Self {
        let count = NODES as f64;
        let mut nodes = [0.0; NODES];
        let mut weights = [0.0; NODES];
        for (k, (node, weight)) in nodes.iter_mut().zip(&mut weights).enumerate() {
            // Chebyshev's guess, mirrored so that the nodes ascend.
            let mut x = -(std::f64::consts::PI * (k as f64 + 0.75) / (count + 0.5)).cos();
            let mut slope = 1.0;
            // Newton doubles the digits each round; the guess is good to three.
            for _ in 0..8 {
                let p = legendre(x);
                slope = count * (x * p[NODES] - p[NODES - 1]) / (x * x - 1.0);
                x -= p[NODES] / slope;
            }
            *node = x;
            *weight = 2.0 / ((1.0 - x * x) * slope * slope);
        }
        let running = running_weights(&nodes, &weights);
        Self { nodes, weights, running }
    }
}

/// With `f = Σ_m c_m P_m`, `c_m = (2m+1)/2 Σ_j w_j P_m(x_j) f_j` and
/// `∫_{-1}^x P_m = (P_{m+1}(x) − P_{m−1}(x)) / (2m+1)`, the integral is linear in the `f_j`.
fn running_weights(nodes: &[f64; NODES], weights: &[f64; NODES]) -> [[f64; NODES]; NODES] {
    let at_nodes = nodes.map(legendre);
    let mut running = [[0.0; NODES]; NODES];
    for (k, row) in running.iter_mut().enumerate() {
        for (j, cell) in row.iter_mut().enumerate() {
            let mut sum = at_nodes[k][1] + 1.0;
            for m in 1..NODES {
                sum += at_nodes[j][m] * (at_nodes[k][m + 1] - at_nodes[k][m - 1]);
            }
            *cell = 0.5 * weights[j] * sum;
        }
    }
    running
}

/// ∫ of `f` from `from` to `to`, with one panel.
pub fn integrate(from: f64, to: f64, f: impl Fn(f64) -> f64) -> f64 {
    let half = 0.5 * (to - from);
    let middle = 0.5 * (to + from);
    let rule = rule();
    let sum: f64 = rule.nodes.iter().zip(&rule.weights).map(|(node, weight)| weight * f(middle + half * node)).sum();
    half * sum
}

/// Panel borders that cover every window and resolve every spread, and no more than that.
///
/// Each window is `(from, to, step)`: inside it a panel is at most `step` wide. Between windows one
/// panel spans the gap. Borders ascend and include every window's ends; empty input gives none.
pub fn panels(windows: &[(f64, f64, f64)]) -> Vec<f64> {
    let mut ends: Vec<f64> = windows.iter().flat_map(|&(from, to, _)| [from, to]).collect();
    ends.sort_by(f64::total_cmp);
    ends.dedup();
    let mut borders = Vec::new();
    for pair in ends.windows(2) {
        let &[from, to] = pair else { continue };
        let step = windows.iter().filter(|&&(start, end, _)| start <= from && to <= end).map(|&(_, _, step)| step).fold(f64::INFINITY, f64::min);
        // At least one panel; the cast saturates, and the cap keeps absurd input finite.
        let count = ((to - from) / step).ceil().clamp(1.0, 4096.0) as u32;
        let width = (to - from) / f64::from(count);
        borders.extend((0..count).map(|k| from + width * f64::from(k)));
    }
    borders.extend(ends.last());
    borders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_is_exact_for_polynomials_up_to_its_degree() {
        let integral = integrate(0.0, 2.0, |x| x.powi(31));
        let exact = 2f64.powi(32) / 32.0;
        assert!((integral / exact - 1.0).abs() < 1e-13, "{integral} {exact}");
        assert!((rule().weights.iter().sum::<f64>() - 2.0).abs() < 1e-14);
    }

    #[test]
    fn the_running_integral_of_a_power_is_the_next_power() {
        let rule = rule();
        for k in 0..NODES {
            let sum: f64 = rule.running[k].iter().zip(&rule.nodes).map(|(w, x)| w * x.powi(5)).sum();
            let exact = (rule.nodes[k].powi(6) - 1.0) / 6.0;
            assert!((sum - exact).abs() < 1e-14, "node {k}: {sum} {exact}");
        }
    }

    #[test]
    fn panels_resolve_the_narrow_window_and_bridge_the_gap() {
        let borders = panels(&[(0.0, 1.0, 0.5), (3.0, 3.25, 0.125)]);
        assert_eq!(borders.len(), 6, "{borders:?}");
        assert!(borders.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!((borders[2], borders[3]), (1.0, 3.0));
        assert!(panels(&[]).is_empty());
    }
}
