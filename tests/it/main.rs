//! The whole server on real SQLite, driven over HTTP as people and programs do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test ends at the first thing that is not as it should be, and plays the other side"
)]

mod app;
mod architecture;
mod backends;
mod batches;
mod channels;
mod contract;
mod desk;
mod duels;
mod ideas;
mod keeping;
mod kills;
mod learn;
mod live;
mod locales;
mod matrix;
mod meaning;
mod measuring;
mod members;
mod openai;
mod originality;
mod preview;
mod process;
mod program;
mod prompts;
mod prompts_files;
mod prompts_parts;
mod prompts_scores;
mod publications;
mod routes;
mod runs;
mod settings;
mod slots;
mod team;
mod trials;
mod turn;
mod upkeep;
mod variants;
