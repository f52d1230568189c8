//! The playbook: what was learned, one sentence each, and the next batch that follows from it.
//!
//! Invariants: a play's grade is that of the experiment that wrote it, or "said"; a card says why it
//! is there, what is expected of it and with which chance it was drawn; a slate changes nothing until a person accepts it,
//! and who decided what on a card is kept.

mod actions;
mod api;
mod evidence;
mod judgement;
mod lenses;
mod model;
mod pages;
mod proposal;
mod store;
mod suggestion;
mod view;

pub use actions::{bin_of_experiment, write};
pub use model::NewPlay;
pub use pages::routes;
