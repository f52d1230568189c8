//! Runs: one call of a generation backend each. What is asked (prompt version, rendered text, inputs,
//! parameters, backend) is frozen when the run is planned; only its outcome is added. What a run
//! makes is a draft, written in one transaction with the outcome.

mod actions;
mod api;
pub mod backends;
mod costs;
mod drafts;
pub mod embedding;
mod files;
mod jobs;
mod landing;
mod media;
mod model;
mod pages;
mod planning;
mod script;
pub mod shapes;
mod store;

use crate::web::Routes;

pub use crate::platform::money::amount;
pub use actions::{cancel_cells, hold_cells, plan, plan_cell, queue_cells, recover, submit};
pub use costs::estimate;
pub use jobs::jobs;
pub use landing::{drafted, ended};
pub use media::making;
pub use model::{NewRun, RunState};
pub use planning::prepare;
pub use store::{Planned, Run, RunLine, find};

pub fn routes() -> Routes {
    pages::routes().merge(backends::routes())
}
