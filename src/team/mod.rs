//! Who works here: members and their roles, how they come in, what they may hand to programs, and
//! the record of what was done.

pub mod audit;
pub mod invitations;
pub mod members;
pub mod password;
pub mod profile;
pub mod sessions;
pub mod settings;
pub mod tokens;

use crate::web::Routes;

pub use members::{NewMember, found_studio};

/// Every route of this act.
pub fn routes() -> Routes {
    sessions::routes()
        .merge(settings::routes())
        .merge(profile::routes())
        .merge(members::routes())
        .merge(invitations::routes())
        .merge(tokens::routes())
        .merge(audit::routes())
}
