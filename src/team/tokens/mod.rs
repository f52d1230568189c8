//! API tokens: what a member hands to a program. Shown once, kept as a digest.

mod actions;
mod model;
mod store;

pub use actions::{add, revoke_by_name};
pub use model::NewToken;
