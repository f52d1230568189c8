//! The services that draft, one file each, and where their settings are kept.
//!
//! An adapter describes its own settings, so the form, the storage and the checks are the same for
//! all. It receives the outbound client and a request that is already rendered, never the database,
//! and returns a plain outcome; the room of runs writes the rows. Secrets are sealed to their row.

mod actions;
mod adapter;
mod api;
mod openai;
mod pages;
mod settings;
pub mod sketch;
mod store;

pub use actions::open;
pub use adapter::{Ask, Backend, Class, Drafted, Service, Spent, Trouble, cost_micros};
pub use pages::routes;
pub use store::{BackendName, SKETCH, default_one, resolve, usable};

/// Every kind of backend, in the order of the form.
pub static KINDS: &[&dyn Backend] = &[&sketch::Sketch, &openai::OpenAi];

/// The adapter of a kind.
pub fn of_kind(kind: &str) -> Option<&'static dyn Backend> {
    KINDS.iter().copied().find(|backend| backend.kind() == kind)
}
