//! Channels: the accounts where things are published, and how each kind of account is spoken to.
//!
//! Invariants: secrets are sealed and never shown again; a stored secret is never sent to an address it was not entered
//! for; a consent counts only from whoever began it, where it was begun; what a kind can do decides how doubt about a send
//! is resolved.

mod accounts;
mod actions;
mod api;
mod consents;
pub mod kinds;
mod model;
mod pages;
mod store;

use crate::platform::jobs::Kind;

pub use accounts::{Opened, Reached, reach, reach_again};
pub use model::{Capability, ChannelState};
pub use pages::routes;
pub use store::{Channel, ChannelName, found, names};

/// A new project begins with the lanes that need no account.
pub fn jobs() -> Vec<Kind> {
    vec![Kind::new("channels.seed", 3, true, actions::seed_job)]
}
