//! Prompts: named templates with numbered versions that never change and two labels that move.
//! `live` is what runs use unless told otherwise, `trial` is what is being tried. Every prompt is
//! rendered over the same context, which always carries the project's perspective.

mod actions;
mod api;
mod context;
mod file;
mod fixtures;
mod model;
mod pages;
mod parts;
mod scores;
mod store;
mod template;

use crate::platform::jobs::Kind;

pub use actions::seed;
pub use context::{Given, IdeaWords, ParentWords, asked, avoidance, context, recorded};
pub use fixtures::Fixture;
pub use model::{Choice, Label, ModelSettings, Purpose};
pub use pages::routes;
pub use store::{Chosen, PromptName, choose, find, fixtures, fixtures_of, list, named};
pub use template::{Fault, render};

/// Work that other rooms ask for by name.
pub fn jobs() -> Vec<Kind> {
    vec![Kind::new("prompts.seed", 3, true, actions::seed_job)]
}
