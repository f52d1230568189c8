//! The whole server on real SQLite, driven over HTTP as people and programs do.

mod app;
mod architecture;
mod ideas;
mod locales;
mod routes;
mod team;
mod variants;
