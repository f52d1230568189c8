//! Whether two figures rise together: Spearman's rank correlation with its interval.
//!
//! Ties get the mean of their ranks, and ρ is Pearson's r of the ranks. The interval is Fisher's z with the standard
//! error √((1 + ρ²/2) / (n − 3)) of Bonett and Wright (Psychometrika 65, 2000), which holds for ranks where the usual
//! 1/√(n − 3) is too narrow.

/// Fewer pairs say nothing.
pub const FEWEST: usize = 10;
const Z95: f64 = 1.959_963_984_540_054;

/// ρ between −1 and 1, with the ends of its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Correlation {
    pub n: usize,
    pub rho: f64,
    pub low: f64,
    pub high: f64,
}

/// `None` for fewer than ten pairs, or when one of the figures never changes.
pub fn spearman(pairs: &[(f64, f64)]) -> Option<Correlation> {
    let pairs: Vec<(f64, f64)> = pairs.iter().copied().filter(|(x, y)| x.is_finite() && y.is_finite()).collect();
    let n = pairs.len();
    if n < FEWEST {
        return None;
    }
    let xs = ranks(&pairs.iter().map(|pair| pair.0).collect::<Vec<_>>());
    let ys = ranks(&pairs.iter().map(|pair| pair.1).collect::<Vec<_>>());
    let middle = (n as f64 + 1.0) / 2.0;
    let (mut sxy, mut sxx, mut syy) = (0.0, 0.0, 0.0);
    for (x, y) in xs.iter().zip(&ys) {
        let (x, y) = (x - middle, y - middle);
        sxy += x * y;
        sxx += x * x;
        syy += y * y;
    }
    if sxx == 0.0 || syy == 0.0 {
        return None;
    }
    let rho = (sxy / (sxx * syy).sqrt()).clamp(-1.0, 1.0);
    let reach = Z95 * ((1.0 + rho * rho / 2.0) / (n as f64 - 3.0)).sqrt();
    // atanh of ±1 is infinite, and so is the certainty it would claim.
    let z = rho.clamp(-0.999_999, 0.999_999).atanh();
    Some(Correlation { n, rho, low: (z - reach).tanh(), high: (z + reach).tanh() })
}

/// Ranks from 1, ties at the mean of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<(usize, f64)> = values.iter().copied().enumerate().collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut ranks = vec![0.0; values.len()];
    let mut below = 0;
    for equal in order.chunk_by(|a, b| a.1 == b.1) {
        let rank = below as f64 + (equal.len() as f64 + 1.0) / 2.0;
        below += equal.len();
        for (place, _) in equal {
            if let Some(kept) = ranks.get_mut(*place) {
                *kept = rank;
            }
        }
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected value from an independent computation (Python, Pearson of mid-ranks) on the same pairs.
    #[test]
    fn agrees_with_the_reference() {
        let x = [0.42, 0.51, 0.51, 0.60, 0.33, 0.71, 0.28, 0.55, 0.64, 0.47, 0.39, 0.80];
        let y = [0.9, 1.1, 1.0, 1.3, 1.0, 1.2, 0.7, 0.8, 1.5, 1.0, 1.1, 1.4];
        let pairs: Vec<_> = x.into_iter().zip(y).collect();
        let found = spearman(&pairs).unwrap();
        assert!((found.rho - REFERENCE).abs() < 1e-9, "{}", found.rho);
        assert!(found.low < found.rho && found.rho < found.high && found.high < 1.0 && found.low > 0.0);
    }

    const REFERENCE: f64 = 0.719_099_229_812_053_9;

    #[test]
    fn says_nothing_where_nothing_can_be_said() {
        let rising: Vec<_> = (0..12).map(|i| (f64::from(i), f64::from(i * i))).collect();
        assert_eq!(spearman(&rising[..9]), None, "too few");
        assert_eq!(spearman(&[(1.0, 2.0); 20]), None, "nothing changes");
        assert_eq!(spearman(&rising).unwrap().rho, 1.0);
        assert!(spearman(&rising).unwrap().high <= 1.0);
        let falling: Vec<_> = rising.iter().map(|(x, y)| (*x, -y)).collect();
        assert_eq!(spearman(&falling).unwrap().rho, -1.0);
    }
}
