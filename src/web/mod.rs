//! Shared HTTP furniture. It knows no room: `app.rs` hands it a look-up of sessions and a source
//! of the shell as trait objects.

pub mod access;
mod api;
mod assets;
pub mod charts;

mod document;
mod doors;
mod entrance;
mod failure;
mod figures;
mod form;
mod guard;
mod headers;
pub mod i18n;
pub mod live;
mod objects;
mod pace;
mod page;
mod paging;
mod places;
mod routes;
mod serving;
mod shell;
mod visit;
mod when;

pub use access::{Ability, Access, Member, Role, Scope};
pub use api::{Call, Created, Given, Head, Items, NewObject, Pointed, Problem, create, create_outside, problem};
pub use assets::{Asset, asset, serve as serve_asset};
pub use document::document;
pub use doors::{Doors, Found, Shells};
pub use entrance::{Entrance, let_in};
pub use failure::Failure;
pub use figures::thousands;
pub use form::{Errors, Form};
pub use guard::{front, origin_guard};
pub use headers::{TURBO_STYLE, headers};
pub use i18n::Words;
pub use objects::parse;
pub use pace::paced;
pub use page::{Answer, page, see_other};
pub use paging::{After, Cursor, List, Slice, limit};
pub use places::{country, is_same_language, language, market};
pub use routes::{Declared, Routes, Spec, Table};
pub use serving::serve;
pub use shell::{Act, Place, ProjectBrief, Room, Say, Shell};
pub use visit::{Me, Peer, Said, Visit, cookie, require};
pub use when::{Moment, city};
