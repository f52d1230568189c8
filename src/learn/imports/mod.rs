//! Files from elsewhere: read row by row, shown before they change anything, reported line by line.
//!
//! Invariants: the same file twice changes nothing; a refused row refuses itself only; a test is
//! written whole or not at all.

mod headline_tests;
mod records;
mod run;
mod store;

pub use headline_tests::{KIND, Mapping, Refusal};
pub use run::{Options, Progress, Report, Target, run};
