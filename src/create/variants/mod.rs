//! Variants: the candidates of a piece, each in one locale. A variant never changes silently: an
//! edit writes a revision with who, when and the word diff, and takes an approval back. Its origin
//! (parent, run, share of human words) is recorded as it happens.

mod actions;
pub mod api;
mod model;
mod pages;
mod store;

pub use actions::{NewAsset, add, attach, choose_asset};
pub use model::{Author, NewVariant, VariantState, Words};
pub use pages::media::serve;
pub use pages::routes;

use crate::platform::{Error, Outcome};

/// Words as a revision keeps them.
pub fn words_of(kept: &str) -> Outcome<Words> {
    serde_json::from_str(kept).map_err(Error::broken)
}
pub use store::{Asset, Node, Variant, assets, assets_of_run, beats, find, of_piece, original, set_state};
