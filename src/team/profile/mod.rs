//! What a member says about themselves: name, language, zone, theme, keys; a new password; leaving.

mod actions;
mod model;
mod pages;
mod store;

pub use pages::routes;
