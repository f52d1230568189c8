//! Today: what needs a human, what goes out, what runs, what can be called, how fast one turn is.
//! Also the two pages that see the whole house: set-up, and the frame around every page.

mod pages;
mod sample;
mod shell;
mod store;
mod welcome;

use crate::platform::jobs::Kind;

pub use pages::routes;
pub use shell::Frames;
pub use welcome::invite_owner;

pub fn jobs() -> Vec<Kind> {
    vec![Kind::new("sample.fill", 3, true, sample::fill_job)]
}
