//! Backups as people and programs meet them: the list, one now, a download; and the nightly one.

mod actions;
mod api;
mod jobs;
mod pages;

pub use jobs::{NIGHTLY, kind};
pub use pages::routes;
