//! Channels: the accounts where things are published.

pub mod kinds;
