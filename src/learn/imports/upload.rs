//! Uploaded files wait in `tmp/` under the id of their import until they are read in or thrown away.

use crate::platform::id::ImportId;
use crate::platform::{House, Outcome};
use std::path::PathBuf;

/// The largest file that is taken, in bytes.
pub const LARGEST: usize = 64 << 20;

pub fn path(house: &House, id: ImportId) -> PathBuf {
    house.config.settings.data.join("tmp").join(format!("import-{id}.csv"))
}

/// Takes a file away; one that is gone already is gone.
pub async fn discard(house: &House, id: ImportId) {
    let _ = tokio::fs::remove_file(path(house, id)).await;
}

/// An empty file for the bytes to come.
pub async fn begin(house: &House, id: ImportId) -> Outcome<tokio::fs::File> {
    Ok(tokio::fs::File::create_new(path(house, id)).await?)
}
