//! Performance: attention by publication, variant and channel, held against what is usual.
//!
//! Invariants: a missing number says why it is missing; simulated and real numbers are never added up;
//! no page reads history, only totals and a bounded number of snapshots.

mod api;
mod impact;
mod indices;
mod model;
mod pages;
mod store;
mod taste;

pub use indices::{Published, indices};
pub use model::{REFERENCE, Totals, index};
pub use pages::routes;
pub use store::comparable;
