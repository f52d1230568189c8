//! Batches: the same thing asked for many ideas, in many languages, with several prompts. Every cell is a run of its
//! own: planned and priced together, started, paused, resumed and stopped together, retried alone. What they make
//! lands on the desk as any draft does.

mod actions;
mod api;
mod model;
mod pages;
mod store;

pub use pages::routes;
