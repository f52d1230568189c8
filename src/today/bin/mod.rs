//! The bin: what was deleted in a project, by whom, and for how long it can still be taken out.
//! After thirty days it goes for good, media included; the log of events and the ledger stay.

mod actions;
mod api;
mod jobs;
mod model;
mod pages;
mod store;

pub use jobs::{EMPTYING, kind};
pub use pages::routes;
