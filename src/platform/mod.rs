//! The ground floor: what every room stands on and what knows no room and no page.

pub mod backups;
pub mod boots;
pub mod clock;
pub mod db;
pub mod diff;
pub mod disk;
pub mod error;
pub mod events;
mod folder;
mod house;
pub mod id;
pub mod jobs;
pub mod jumps;
pub mod locale;
pub mod media;
pub mod money;
pub mod outbound;
pub mod programs;
pub mod recurring;
pub mod secrets;
mod tasks;
pub mod text;

pub use clock::{Clock, Ms};
pub use error::{Error, FieldError, Outcome, Versions};
pub use folder::{Folder, FolderError};
pub use house::{House, Inside};
pub use tasks::Tasks;
