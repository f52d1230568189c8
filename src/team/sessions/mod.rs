//! Sessions: how a person comes in, stays in and goes. Only digests of cookies and tokens are kept.

mod actions;
mod pages;
mod store;

pub use actions::{Gate, open_session};
pub use pages::routes;
pub use store::{failed, forgive, reader, wait};
