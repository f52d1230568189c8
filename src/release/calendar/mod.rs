//! The calendar: when each channel publishes what, in the zones of those who watch.

mod model;
mod pages;

pub use pages::routes;
