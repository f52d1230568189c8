//! Members: people with a role. There is always an active owner; the database sees to it.
//! What changes about a member counts from their next request on.

mod actions;
mod api;
mod model;
mod pages;
mod store;

pub(crate) use actions::set_active;
pub use actions::{add, found_studio, join, set_password};
pub use model::{Founding, NewMember, email, email_key};
pub use pages::routes;
pub use store::{MemberRow, ProjectLabel, Studio, any, by_email, find, list, projects, studio};
