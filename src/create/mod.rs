//! The first act: what is thought of and drafted.

pub mod batches;
pub mod budgets;
pub mod comments;
pub mod ideas;
pub mod pieces;
pub mod projects;
pub mod prompts;
pub mod runs;
pub mod trials;
pub mod variants;
