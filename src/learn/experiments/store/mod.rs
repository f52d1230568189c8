//! All SQL of experiments.

mod pairing;
mod reading;
mod simulation;
mod writing;

pub use pairing::{meets_people, of_piece};
pub use reading::{arms, counts, days, evidence, find, list, market, pieces, play, ready, variants_of, verdicts, version};
pub use simulation::{Shown, Stage, mark_simulated, may_simulate, shown, simulated_project, simulator_on, stage, undecided};
pub use writing::{NewVerdict, arms_from, bin, binned, insert, insert_verdict, measured, put_count, reword, roll_up, save_summary, sees};
