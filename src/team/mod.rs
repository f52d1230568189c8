//! Who works here: members and their roles, how they come in, what they may hand to programs, and
//! the record of what was done.

pub mod invitations;
pub mod members;
pub mod password;
pub mod sessions;
pub mod tokens;

pub use members::{NewMember, found_studio};
