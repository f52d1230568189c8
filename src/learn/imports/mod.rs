//! Files from elsewhere: read row by row, shown before they change anything, reported line by line.
//!
//! Invariants: the same file twice changes nothing; a refused row refuses itself only; a test is
//! written whole or not at all.

mod api;
mod headline_tests;
mod jobs;
mod pages;
mod records;
mod run;
mod store;
mod upload;

pub use headline_tests::{KIND, Mapping};
pub use jobs::kinds as jobs;
pub use pages::routes;
pub use run::{Options, Progress, Report, Target, run};
pub use upload::sweep;
