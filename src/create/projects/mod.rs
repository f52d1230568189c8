//! Projects: a niche with a perspective, an audience, a stance, a style guide and markets.
//! Everything else belongs to exactly one project; every prompt carries its perspective.

mod actions;
pub mod api;
mod model;
mod pages;
mod store;

pub use actions::{create, ensure};
pub use model::{NewProject, STANCES};
pub use pages::routes;
pub use store::{Market, Project, ProjectName, find, find_for_system, names, seen_by, set_sample};
