//! Ideas: what could be made. From a person or a model, through lenses; they move from the inbox
//! to the shortlist and into production, or are dropped. An idea that says nearly what a newer or
//! older one says carries its twin's id.

mod actions;
pub mod api;
mod model;
mod pages;
mod store;

pub use actions::{add, begin_production};
pub use model::{Checked, IdeaState, Lenses, NewIdea};
pub use pages::routes;
pub use store::{Idea, Origin, find, list, newest_waiting};
