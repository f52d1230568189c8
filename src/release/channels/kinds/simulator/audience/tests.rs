//! The audience as a whole, over many publications.

use super::history::{Memory, sameness};
use super::observation::Metric;
use super::sample::publication;
use super::*;
use crate::stats::similarity::Grams;

/// Impressions of each of `count` daily posts of one text, summed over many worlds so that the post
/// effects cancel.
fn daily(text: impl Fn(u64) -> String, count: u64) -> Vec<u64> {
    let mut sums = vec![0; count as usize];
    for seed in 0..30 {
        let mut past: Vec<Memory> = Vec::new();
        for (day, sum) in (0..count).zip(&mut sums) {
            let (grams, published_ms) = (Grams::of(&text(day)), day as i64 * 86_400_000);
            let post = Publication { published_ms, sameness: sameness(&grams, published_ms, &past), ..publication(day) };
            *sum += Audience::of(seed).observe(&post, 168.0).total(Metric::Impressions).unwrap();
            past.push(Memory { grams, published_ms });
        }
    }
    sums
}

#[test]
fn a_loop_that_repeats_itself_sags_and_a_varied_one_does_not() {
    let ends = |sums: &[u64]| {
        let half: Vec<f64> = sums.chunks(10).map(|chunk| chunk.iter().sum::<u64>() as f64).collect();
        half[3] / half[0]
    };
    let alphabet: Vec<char> = ('a'..='z').chain('0'..='9').chain('α'..='ω').collect();
    let same = ends(&daily(|_| "the same mask again".into(), 40));
    let varied = ends(&daily(|day| alphabet[day as usize].to_string().repeat(9), 40));
    assert!(same < 0.8 * varied, "repeated {same}, varied {varied}");
    assert!(varied > 0.85, "varied {varied}");
}

#[test]
fn the_reveal_is_the_truth_of_the_seed() {
    assert_eq!(Audience::of(7).reveal(), &Truth::of(7));
    assert_eq!(Audience::of(7).rate(&publication(1)), Truth::of(7).rates(&publication(1)));
}
