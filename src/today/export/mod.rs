//! A project as files: every table as JSON and as CSV, and the media, in one archive that is packed
//! while it is sent.
//!
//! Invariants: no secret leaves, sealed or not; no cell of a CSV file is a formula to a spreadsheet.

mod api;
mod cells;
mod pack;
mod pages;
mod store;

pub use pages::routes;
