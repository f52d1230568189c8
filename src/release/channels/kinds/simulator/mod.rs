//! The simulator: a channel with an invented audience one can learn from.

pub mod audience;
