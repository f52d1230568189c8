//! All SQL of runs.

mod cells;
mod reading;
mod rows;
mod writing;

pub use cells::{cancel_waiting, hold, in_batch, join_batch, pause_batch, project_of_batch, take_place};
pub use reading::{find, find_for_system, idea, list, made, parent, piece, play, progress, reference, shot, titles, variant};
pub use rows::{End, Made, Planned, Run, RunLine};
pub use writing::{
    cancel, finish, insert, is_living, is_restored, keep_shot, lanes, leave, left_behind, lives_in, look_again, looked, piece_of, requeue, sees,
    set_job, set_looker, set_piece, start, wait, waiting_at,
};
