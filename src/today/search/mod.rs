//! Search: everything this member may see, by any three characters in any script.
//!
//! Invariants: what was typed is text and never syntax; nothing is found that a list would not show.

mod api;
mod model;
mod pages;
mod store;

pub use pages::routes;
