//! API tokens: what a member hands to a program. Shown once, kept as a digest; a token never does
//! more than its member and ends with the membership.

mod actions;
mod api;
mod model;
mod pages;
mod store;

pub use actions::{add, revoke_by_name};
pub use model::NewToken;
pub use pages::routes;
