//! One-time links: set-up, invitation, password reset. Only the digest of a link is kept, and a
//! link that was used, has expired or never was looks the same. An invitation is bound to its
//! address and role and gives no right before it is accepted.

mod actions;
mod api;
mod model;
mod pages;
mod store;

pub use pages::routes;
pub use store::{replace_setup, setup_expiry, use_up};
