//! Members: people with a role. There is always an active owner; the database sees to it.

mod actions;
mod model;
mod store;

pub use actions::{add, found_studio, set_password};
pub use model::{Founding, NewMember, email_key};
pub use store::{Studio, any, by_email, list, studio};
