//! Where everything about a piece comes from and what became of it: idea, prompt version, run, variants, edits, publications,
//! results, as one tree to be walked. A variant whose parent was edited after it was made is stale, and says so.

pub mod api;
mod model;
mod pages;
mod store;

pub use pages::routes;
