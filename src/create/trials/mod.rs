//! Trials: two versions of a prompt asked the same, fixture by fixture, side by side.
//!
//! Invariants: what a trial drafts waits on no desk and counts on no scoreboard; of a blind trial nothing that tells a
//! side's version (name, run, cost, time) leaves the house before the member who looks has chosen; a choice is a row.

mod actions;
mod api;
mod model;
mod pages;
mod store;
mod view;

pub use pages::routes;
