//! All SQL of variants, their revisions and their media.

mod reading;
mod rows;
mod writing;

pub use reading::{any_asset, asset, assets, assets_of_run, find, list, of_piece, offered, original, revisions};
pub use rows::{Asset, Node, Revision, Variant, beats};
pub use writing::{
    Birth, Share, edit, first_words, hold, holds_asset, insert, insert_asset, piece, piece_lives, place_asset, replace_assets, set_deleted, set_state,
};
