//! The playbook: what was learned, one sentence each, and the next batch that follows from it.
//!
//! Invariants: a play's grade is that of the experiment that wrote it, or "said"; a card says why it
//! is there and with which chance it was drawn; a slate changes nothing until a person accepts it.

mod actions;
mod api;
mod lenses;
mod model;
mod pages;
mod store;
mod suggestion;

pub use actions::{bin_of_experiment, write};
pub use model::NewPlay;
pub use pages::routes;
