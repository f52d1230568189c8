//! Experiments: a question, arms, how viewers met them, what was counted, and a person's call.
//!
//! Invariants: the grade follows the assignment; an assessment is a pure function of the counts and is
//! rebuilt in the transaction that changes them; a verdict is a row and writes its play with it;
//! single posts never have a winner; simulated and real counts never meet in one experiment.

mod actions;
mod api;
mod assessment;
mod comparison;
mod jobs;
mod model;
mod pages;
mod store;
mod truth;
mod view;

pub use assessment::{Measured, Summary};
pub use jobs::kinds as jobs;
pub use model::{Assignment, MOST};
pub use pages::routes;
