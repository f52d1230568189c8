//! The record of what was done: who, when, from where. It is the log the whole house writes; this
//! room only reads it, and checks that no row of it was changed.

mod api;
mod model;
mod pages;
mod store;

pub use pages::routes;
