//! The services that draft, one file each.

pub mod sketch;
