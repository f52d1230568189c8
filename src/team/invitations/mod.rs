//! One-time links: set-up, invitation, password reset. Only the digest of a link is kept, and a
//! link that was used, has expired or never was looks the same.

mod store;

pub use store::{replace_setup, setup_expiry, use_up};
