//! The list of pieces beside the barest page that can show the same: `cargo bench --bench list_page [-- PIECES]`.
//!
//! Two servers take turns on one core: the studio with its session, guard and shell, and axum + askama + sqlx with one
//! query and one template, over the same file, with the same rows and the same bytes. The client is on another core.
//! What counts is the ratio; a rate alone says more about the machine.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "a bench ends at the first thing that is not as it should be, starts programs and prints"
)]

mod bare;
mod load;
mod studio;

use std::time::Duration;
use studio::Studio;

const ROUNDS: usize = 7;
const ROUND: Duration = Duration::from_secs(2);
/// The promise: at least half the rate of the bare page; we aim at 0.85.
const PROMISE: f64 = 0.5;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.first().map(String::as_str) {
        Some("bare") => bare::serve(arguments[1].as_str(), arguments[2].as_str()),
        count => compare(count.map_or(10_000, |count| count.parse().expect("PIECES is a number"))),
    }
}

fn compare(pieces: u32) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let studio = Studio::with_pieces(pieces).await;
        let bare = studio.bare_twin().await;
        load::stay_on(1);
        let same = bare.body.len().abs_diff(studio.page.body.len());
        assert!(same * 100 < studio.page.body.len(), "the pages differ by {same} bytes");
        println!("{} rows of {pieces}, {} bytes a page", studio.page.rows(), studio.page.body.len());
        let mut ratios = Vec::new();
        for round in 0..=ROUNDS {
            let ours = load::rate(&studio.page.ask, ROUND).await;
            let theirs = load::rate(&bare.ask, ROUND).await;
            if round == 0 {
                continue; // both warm up
            }
            println!("round {round}: studio {ours:.0}/s, bare {theirs:.0}/s, ratio {:.2}", ours / theirs);
            ratios.push(ours / theirs);
        }
        ratios.sort_by(f64::total_cmp);
        let median = ratios[ratios.len() / 2];
        println!("median ratio {median:.2} (promise {PROMISE:.2}); {:.2} to {:.2}", ratios[0], ratios[ratios.len() - 1]);
        assert!(median >= PROMISE, "the list of pieces serves less than half of the bare page");
    });
}
