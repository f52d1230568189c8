//! Publications: one variant on one channel at one time, exactly once.
//!
//! Invariants: never lost, never silently doubled; where a platform leaves that unknowable a person
//! is asked, with the evidence; what was sent is kept byte for byte; a number is never edited.

mod actions;
mod api;
mod jobs;
mod model;
pub mod numbers;
mod observing;
mod package;
mod pages;
mod pairing;
mod plan;
mod store;

pub use actions::{By, Choice, Scheduled, Warning, When, Wish, cancel, choose, schedule};
pub use jobs::start;
pub use model::State;
pub use pages::routes;
pub use pairing::{Contender, Pair};
pub use plan::Fold;
pub use plan::wall;
pub use store::engine::{hold_restored, oldest_due};
pub use store::pairing::pair_of;
pub use store::{Listed, Unplaced, between, candidate, unplaced};
