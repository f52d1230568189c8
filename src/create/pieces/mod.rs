//! Pieces: an idea in production. A piece holds its variants; its counters are kept by the database.

mod actions;
pub mod api;
mod pages;
mod store;

pub use actions::create;
pub use pages::routes;
pub use store::{Piece, find, set_deleted};
