//! Performance: attention by publication, variant and channel, held against what is usual.
//!
//! Invariants: a missing number says why it is missing; simulated and real numbers are never added up;
//! no page reads history, only totals and a bounded number of snapshots.

mod api;
mod model;
mod pages;
mod store;

pub use pages::routes;
pub use store::comparable;
