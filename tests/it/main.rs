//! The whole server on real SQLite, driven over HTTP as people and programs do.

mod app;
mod architecture;
mod ideas;
mod keeping;
mod kills;
mod learn;
mod locales;
mod matrix;
mod members;
mod openai;
mod process;
mod program;
mod prompts;
mod publications;
mod routes;
mod runs;
mod settings;
mod team;
mod variants;
