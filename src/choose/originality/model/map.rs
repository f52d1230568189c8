//! A map of texts in two dimensions on which near means alike, the same from visit to visit.
//!
//! Each text is placed once the older ones stand, and never moves them: it begins where a fixed random projection of
//! its grams puts it, then goes where its distances to the first sixty texts and to its nearest older ones are kept best
//! (weighted stress, minimised for the one point by majorisation: de Leeuw, 1977; the fixed sixty are landmarks as in
//! de Silva and Tenenbaum, 2004). Adding a text therefore moves no old dot. What is alike weighs more than what is not:
//! two dimensions cannot keep every distance, and nobody reads the far ones.

use crate::stats::similarity::Grams;
use std::f64::consts::TAU;

const LANDMARKS: usize = 60;
const NEIGHBOURS: usize = 8;
/// Dots are chosen so that at most so many are drawn.
const NEWEST: usize = 300;
const STEP: usize = 100;
const ROUNDS: usize = 40;
/// How far a text of its own stands from the middle; the sides are at a half.
const RIM: f64 = 0.27;
/// Weight of a pair that has nothing in common.
const APART: f64 = 0.003;

/// A place, each way 0 to 1.
pub type Place = (f64, f64);

/// Which of `n` texts, oldest first, are drawn: all up to five hundred, else the newest and every so many of the old.
/// The choice changes only once in a hundred texts, so that dots do not come and go with each.
pub fn chosen(n: usize) -> Vec<usize> {
    if n <= NEWEST + 2 * STEP {
        return (0..n).collect();
    }
    let newest = (n - NEWEST) / STEP * STEP;
    let every = newest.div_ceil(STEP).next_power_of_two();
    (0..newest).step_by(every).chain(newest..n).collect()
}

/// The places of texts, oldest first.
pub fn places(texts: &[Grams]) -> Vec<Place> {
    let mut placed: Vec<Place> = Vec::with_capacity(texts.len());
    for (i, text) in texts.iter().enumerate() {
        let mut near: Vec<(usize, f64)> = texts.iter().take(i).map(|other| text.similarity(other)).enumerate().collect();
        let mut fixed: Vec<(usize, f64)> = near.iter().take(LANDMARKS).copied().collect();
        near.drain(..near.len().min(LANDMARKS));
        near.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        fixed.extend(near.into_iter().take(NEIGHBOURS));
        let held: Vec<(Place, f64)> = fixed.into_iter().filter_map(|(j, similarity)| Some((*placed.get(j)?, similarity))).collect();
        placed.push(settle(spot(text), &held));
    }
    placed.into_iter().map(|(x, y)| ((0.5 + x).clamp(0.02, 0.98), (0.5 + y).clamp(0.02, 0.98))).collect()
}

/// Where the text's own grams put it: the sum of one fixed direction for each.
fn spot(text: &Grams) -> Place {
    let (x, y) = text.keys().fold((0.0, 0.0), |(x, y), key| {
        let turn = TAU * (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 11) as f64 / (1_u64 << 53) as f64;
        (x + turn.cos(), y + turn.sin())
    });
    let length = f64::hypot(x, y);
    if length < 1e-9 { (0.0, 0.0) } else { (RIM * x / length, RIM * y / length) }
}

/// The place that keeps the distances to what stands already, in units of the map; its own spot holds it a little.
fn settle(spot: Place, held: &[(Place, f64)]) -> Place {
    let (mut x, mut y) = spot;
    for _ in 0..ROUNDS {
        let (mut to_x, mut to_y, mut all) = (spot.0 * 4.0 * APART, spot.1 * 4.0 * APART, 4.0 * APART);
        for ((at_x, at_y), similarity) in held {
            let weight = APART + similarity * similarity;
            let distance = 2.0 * RIM * (1.0 - similarity);
            let (dx, dy) = (x - at_x, y - at_y);
            let now = f64::hypot(dx, dy);
            let keep = if now < 1e-9 { 0.0 } else { distance / now };
            to_x += weight * (at_x + dx * keep);
            to_y += weight * (at_y + dy * keep);
            all += weight;
        }
        (x, y) = (to_x / all, to_y / all);
    }
    (x, y)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts() -> Vec<String> {
        let openings =
            ["Did you know why his face is red", "A drum stops and the whole hall waits", "我爷爷教我唱的第一句戏", "Ba màu, ba lời nói dối của"];
        (0..90).map(|i| format!("{} {}", openings[i % 4], "abcdefghijklmnop".chars().cycle().skip(i * 5).take(9).collect::<String>())).collect()
    }

    fn far((a, b): Place, (c, d): Place) -> f64 {
        f64::hypot(a - c, b - d)
    }

    #[test]
    fn a_new_text_moves_no_old_dot() {
        let grams: Vec<Grams> = texts().iter().map(|text| Grams::of(text)).collect();
        let whole = places(&grams);
        for n in [1, 5, 59, 60, 61, 89] {
            let before = places(&grams[..n]);
            let moved = before.iter().zip(&whole).map(|(a, b)| far(*a, *b)).fold(0.0, f64::max);
            assert!(moved < 0.02, "{n}: {moved}");
        }
    }

    #[test]
    fn near_means_alike() {
        let grams: Vec<Grams> = texts().iter().map(|text| Grams::of(text)).collect();
        let at = places(&grams);
        let mean = |same: bool| {
            let pairs: Vec<f64> =
                (0..90).flat_map(|i| (0..i).map(move |j| (i, j))).filter(|(i, j)| (i % 4 == j % 4) == same).map(|(i, j)| far(at[i], at[j])).collect();
            pairs.iter().sum::<f64>() / pairs.len() as f64
        };
        assert!(mean(true) * 2.0 < mean(false), "{} and {}", mean(true), mean(false));
        assert!(at.iter().all(|(x, y)| (0.0..=1.0).contains(x) && (0.0..=1.0).contains(y)));
        assert_eq!(places(&[Grams::of(""), Grams::of("")]), [(0.5, 0.5), (0.5, 0.5)]);
    }

    #[test]
    fn at_most_five_hundred_are_chosen_and_seldom_others() {
        for n in [0, 1, 500, 501, 750, 11_151, 100_000] {
            let dots = chosen(n);
            assert!(dots.len() <= 500 && dots.len() >= n.min(350), "{n}: {}", dots.len());
            assert!(dots.is_sorted() && dots.iter().all(|at| *at < n));
        }
        let (one, two) = (chosen(11_151), chosen(11_152));
        assert_eq!(one, two[..one.len()]);
    }
}
