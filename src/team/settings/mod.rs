//! The page that leads to everything that can be set, as far as this member may open it.

mod pages;

pub use pages::routes;
