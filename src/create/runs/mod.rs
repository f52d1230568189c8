//! Runs: one call of a generation backend each.

mod backends;
pub mod shapes;
