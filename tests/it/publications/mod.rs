//! Publications through the real program and a platform that breaks.

mod flows;
mod kills;
mod pages;
mod platform;
mod server;
