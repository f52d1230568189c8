//! All SQL of runs.

mod cells;
mod reading;
mod rows;
mod writing;

pub use cells::{cancel_waiting, hold, in_batch, join_batch, project_of_batch, take_place};
pub use reading::{find, find_for_system, idea, list, made, parent, piece, play, progress, titles};
pub use rows::{End, Made, Planned, Run, RunLine};
pub use writing::{cancel, finish, insert, is_living, is_restored, leave, left_behind, lives_in, piece_of, requeue, sees, set_job, set_piece, start};
