//! The kinds of channels, one file each.

pub mod simulator;
