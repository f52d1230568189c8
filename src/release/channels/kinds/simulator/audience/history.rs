//! How tired the audience is of sameness: what the last publications leave behind.
//!
//! Invariant: only the newest [`REMEMBERED`] publications before the moment count, and the answer lies
//! in 0..=1.

use crate::stats::similarity::Grams;

/// How many publications the audience remembers.
pub const REMEMBERED: usize = 20;
/// After this many days without publishing, half the fatigue is gone.
pub const HALF_LIFE_DAYS: f64 = 14.0;
const DAY_MS: f64 = 86_400_000.0;

/// A publication as the audience remembers it.
#[derive(Debug, Clone, PartialEq)]
pub struct Memory {
    pub grams: Grams,
    /// UTC milliseconds.
    pub published_ms: i64,
}

/// Sameness = (1/20) · Σ similarityᵢ · 2^(−daysᵢ/14) over the last 20 publications before `at_ms`.
///
/// It divides by 20 and not by how many there are: three alike posts tire less than twenty. 1 means
/// that the last 20 were this very text, published just now. Publications at or after `at_ms` have
/// not been seen yet; `past` may come in any order.
pub fn sameness(text: &Grams, at_ms: i64, past: &[Memory]) -> f64 {
    let mut seen: Vec<&Memory> = past.iter().filter(|memory| memory.published_ms < at_ms).collect();
    seen.sort_by_key(|memory| std::cmp::Reverse(memory.published_ms));
    let felt: f64 = seen
        .iter()
        .take(REMEMBERED)
        .map(|memory| {
            let days = (at_ms - memory.published_ms) as f64 / DAY_MS;
            text.similarity(&memory.grams) * (-days / HALF_LIFE_DAYS).exp2()
        })
        .sum();
    (felt / REMEMBERED as f64).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;

    fn posts(text: &str, count: usize, published_ms: i64) -> Vec<Memory> {
        vec![Memory { grams: Grams::of(text), published_ms }; count]
    }

    #[test]
    fn twenty_equal_posts_just_now_are_full_sameness_and_fade_by_half_in_two_weeks() {
        let (text, past) = (Grams::of("the same mask again"), posts("the same mask again", 20, 0));
        assert!((sameness(&text, 1, &past) - 1.0).abs() < 1e-6);
        assert!((sameness(&text, 14 * DAY, &past) - 0.5).abs() < 1e-6);
        assert!((sameness(&text, 28 * DAY, &past) - 0.25).abs() < 1e-6);
    }

    #[test]
    fn few_or_different_posts_tire_little() {
        let text = Grams::of("the same mask again");
        assert!((sameness(&text, 1, &posts("the same mask again", 3, 0)) - 0.15).abs() < 1e-6);
        assert_eq!(sameness(&text, 1, &posts("戏曲", 20, 0)), 0.0);
        assert_eq!(sameness(&text, 1, &[]), 0.0);
    }

    #[test]
    fn only_the_newest_twenty_before_the_moment_count_in_any_order() {
        let text = Grams::of("the same mask again");
        let mut past = posts("the same mask again", 20, 0);
        past.extend(posts("戏曲", 20, 2));
        past.extend(posts("the same mask again", 20, 9));
        assert_eq!(sameness(&text, 9, &past), 0.0);
        past.reverse();
        assert_eq!(sameness(&text, 9, &past), 0.0);
    }
}
