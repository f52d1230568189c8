//! The services that draft, one file each, and where their settings are kept.
//!
//! An adapter describes its own settings, so the form, the storage and the checks are the same for
//! all. It receives the outbound client and a request that is already rendered, never the database,
//! and returns a plain outcome; the room of runs writes the rows. Secrets are sealed to their row.

mod actions;
mod adapter;
mod anthropic;
mod api;
mod ark;
mod automatic1111;
mod comfyui;
mod fal;
mod gemini;
mod kling;
mod openai;
mod outcome;
mod pages;
mod preview;
mod prices;
mod replicate;
mod settings;
pub mod sketch;
mod speech;
mod sse;
mod store;
mod wire;

pub use actions::open;
pub use adapter::{Ask, Backend, Desk, Frame, Medium, Reference, Service};
pub use outcome::{Address, Class, Finished, Looked, Made, Product, Remote, Source, Submitted, Trouble, Used};
pub use pages::routes;
pub use prices::{Tariff, Unit};
pub use speech::check_piper;
pub use store::{BackendName, Rest, SKETCH, default_one, resolve, rest, succeeded, tariff, troubled, turn, usable};
pub use wire::unanswered;

/// How many calls of one backend are on their way at once, unless its settings say otherwise.
pub const AT_ONCE: u128 = 4;

/// Every kind of backend, in the order of the form.
pub static KINDS: &[&dyn Backend] = &[
    &sketch::Sketch,
    &speech::Espeak,
    &preview::Preview,
    &openai::OpenAi,
    &anthropic::Anthropic,
    &gemini::Gemini,
    &replicate::Replicate,
    &fal::Fal,
    &ark::Ark,
    &kling::Kling,
    &comfyui::ComfyUi,
    &automatic1111::Automatic1111,
    &speech::Piper,
];

/// The adapter of a kind.
pub fn of_kind(kind: &str) -> Option<&'static dyn Backend> {
    KINDS.iter().copied().find(|backend| backend.kind() == kind)
}
