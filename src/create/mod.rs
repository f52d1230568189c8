//! The first act: what is thought of and drafted.

pub mod ideas;
pub mod projects;
pub mod runs;
