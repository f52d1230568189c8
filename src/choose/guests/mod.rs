//! Guests: somebody without an account who was handed some drafts by a link. The link ends by itself, can be revoked, is kept
//! only as a hash, and shows nothing but those drafts. A guest comments, and decides where the link says so.

mod actions;
pub mod api;
mod model;
mod pages;
mod store;

pub use pages::routes;
