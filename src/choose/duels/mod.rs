//! Duels: which of two drafts is better, asked blind; and taste, the ranking that the answers imply.
//!
//! Invariants: nothing that tells where a draft comes from (author, prompt, state, taste) leaves the house with a pair; a
//! duel is a row that is taken back, never deleted; only drafts of one language meet; the ranking is a pure function of
//! the answers that stand, rebuilt by a job after each of them.

mod actions;
mod api;
mod jobs;
mod judges;
mod model;
mod pages;
mod ranking;
mod store;

pub use jobs::kinds as jobs;
pub use model::{Taste, points};
pub use pages::routes;
pub use store::of_variants;
