//! The interval of a share. Invariant: 0 ≤ low ≤ share ≤ high ≤ 1.
//!
//! Source: Wilson (1927), the score interval: it holds its level with few trials and at 0 and 1, where share ± 1.96 SE
//! does not.

use super::normal;

/// A share and the ends of its interval, each 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

/// `successes` of `trials` with the Wilson interval of level 1 − `alpha`; nothing without trials. More successes than
/// trials count as all trials.
pub fn wilson(successes: u64, trials: u64, alpha: f64) -> Option<Share> {
    if trials == 0 {
        return None;
    }
    let (n, value) = (trials as f64, successes.min(trials) as f64 / trials as f64);
    let z = normal::inverse(1.0 - alpha / 2.0);
    let shrunk = 1.0 + z * z / n;
    let centre = (value + z * z / (2.0 * n)) / shrunk;
    let half = z / shrunk * (value * (1.0 - value) / n + z * z / (4.0 * n * n)).sqrt();
    // At 0 and 1 an end is the share itself, but for rounding.
    Some(Share { value, low: (centre - half).clamp(0.0, value), high: (centre + half).clamp(value, 1.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_those_of_the_tables() {
        // Newcombe (1998), table I: method 3.
        for (successes, trials, low, high) in [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)] {
            let share = wilson(successes, trials, 0.05).unwrap();
            assert!((share.low - low).abs() < 5e-5 && (share.high - high).abs() < 5e-5, "{successes}/{trials}: {share:?}");
        }
        assert_eq!(wilson(0, 0, 0.05), None);
        let all = wilson(9, 3, 0.05).unwrap();
        assert_eq!((all.value, all.high), (1.0, 1.0));
    }
}
