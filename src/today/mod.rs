//! Today: what needs a human, what goes out, what runs, what can be called, how fast one turn is.
//! Also the two pages that see the whole house: set-up, and the frame around every page.

mod backups;
mod bin;
pub mod checks;
mod demo;
mod export;
mod health;
mod pages;
mod sample;
mod search;
mod shell;
mod store;
mod welcome;

use crate::platform::jobs::Kind;
use crate::platform::recurring::Recurring;
use crate::web::Routes;

pub use demo::found_demo;
pub use shell::Frames;
pub use welcome::invite_owner;

pub fn routes() -> Routes {
    pages::routes().merge(health::routes()).merge(backups::routes()).merge(search::routes()).merge(bin::routes()).merge(export::routes())
}

/// What Today does in the background.
pub fn jobs() -> Vec<Kind> {
    vec![backups::kind(), bin::kind(), Kind::new("sample.fill", 3, true, sample::fill_job)]
}

/// What comes again every night.
pub fn recurring() -> Vec<Recurring> {
    vec![backups::NIGHTLY, bin::EMPTYING]
}
