//! Uploaded files wait in `tmp/` under the id of their import until they are read in or thrown away.

use super::store;
use crate::platform::clock::DAY;
use crate::platform::events::{Actor, Event, record};
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

/// Throws away files that waited for more than a day, and those that could not be read in; how many.
pub async fn sweep(house: &House) -> Outcome<usize> {
    let now = house.now();
    let mut gone = 0;
    for (id, project) in store::forsaken(house.db.read(), now.plus(-DAY)).await? {
        let forgotten = house.db.write(async move |tx| {
            let forgotten = store::forsake(tx, id).await?;
            if forgotten {
                record(tx, &Actor::system(), now, Event::new("import.discarded", id.0).within(project)).await?;
            }
            Ok::<_, crate::platform::Error>(forgotten)
        });
        gone += usize::from(forgotten.await?);
        // A failed one stays in the list, without its file.
        discard(house, id).await;
    }
    Ok(gone)
}
