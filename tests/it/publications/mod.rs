//! Publications through the real program and a platform that breaks.

mod kills;
mod platform;
mod server;
