//! Comments on a variant: what people say about it, pinned to words, a beat or a second where they mean one. A comment is a
//! member's or a guest's; what it is pinned to is kept with the words themselves, because a range moves when they are edited.

mod actions;
pub mod api;
mod model;
mod pages;
mod store;

pub use actions::{Said as CommentBy, say};
pub use model::{NewComment, PARTS};
pub use pages::{CommentForm, routes};
pub use store::{Comment, Mention, of_variant, unseen};
