//! The first act: what is thought of and drafted.

pub mod runs;
