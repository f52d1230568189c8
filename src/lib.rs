//! Troupe: a self-hosted dashboard for micro-studios.
//!
//! # The map
//! Rooms follow the loop: `create` (projects, ideas, prompts, runs, pieces, variants), `choose`
//! (originality, curate, duels, guests, lineage), `release` (channels, publications, calendar), `learn` (performance, experiments,
//! playbook), and `today`, which looks at all of them. `team` is who may do what. `web` is shared
//! HTTP furniture, `platform` is what everything stands on, `stats` is pure mathematics.
//!
//! # The stair of imports
//! ```text
//! main → cli → app → today → learn → release → choose → create → team → web → platform, stats
//! ```
//! Rightwards only; `config` is ground. A test reads the sources and fails with the sentence that
//! was broken.
//!
//! # A room
//! `mod.rs` is the door, `model.rs` types and pure rules, `store.rs` all SQL, `actions.rs` verbs
//! that need a transaction, `pages.rs` for people, `api.rs` for programs, `jobs.rs` the background.

pub mod app;
pub mod choose;
pub mod cli;
pub mod config;
pub mod create;
pub mod learn;
pub mod platform;
pub mod release;
pub mod stats;
pub mod team;
pub mod today;
pub mod web;
