//! Slots: the times at which a channel publishes, and what is put into the next free one.
//!
//! Invariants: a slot is wall-clock time where its audience lives, so it does not drift when clocks change; a time that a
//! day skips is the first instant after the gap, one that comes twice is the first; nothing has a date because a slot
//! exists, only because a person put it there.

mod actions;
mod api;
mod model;
mod pages;
mod store;

pub use actions::{Open, next_free, open_between};
pub use pages::routes;
