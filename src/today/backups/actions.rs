//! Making a backup in the data folder.

use crate::platform::backups::{self, Kept};
use crate::platform::events::{Actor, Event, record};
use crate::platform::{Error, House, Ms, Outcome};
use serde_json::json;
use tokio::sync::Semaphore;

/// Each copies the whole database, so they are made one after the other.
static ROOM: Semaphore = Semaphore::const_new(1);

/// Makes a verified backup in `backups/` and tells the log; a nightly one replaces that of the same day.
pub async fn make(house: &House, actor: &Actor, nightly: bool) -> Outcome<Kept> {
    let _room = match nightly {
        true => ROOM.acquire().await.map_err(Error::broken)?,
        false => ROOM.try_acquire().map_err(|_| Error::refused("backups-under-way"))?,
    };
    let (now, data) = (house.now(), &house.config.settings.data);
    let name = backups::new_name(nightly, now);
    let key = house.config.key_file();
    let made = backups::make(data, &key, &data.join("backups").join(&name), now).await.map_err(failed)?;
    let detail = json!({ "name": name, "size": made.size, "last_event": made.manifest.last_event, "missing": made.manifest.missing.len() });
    let (actor, kept) = (actor.clone(), Kept { name, size: made.size, made_ms: now, nightly });
    house.db.write(async move |tx| record(tx, &actor, now, Event::new("backup.made", None).detail(detail)).await).await?;
    Ok(kept)
}

/// Removes a backup for good.
pub async fn remove(house: &House, actor: &Actor, name: &str) -> Outcome<()> {
    let path = backups::find(&house.config.settings.data, name)?.ok_or(Error::NotFound)?;
    tokio::fs::remove_file(path).await?;
    let (actor, now, detail) = (actor.clone(), house.now(), json!({ "name": name }));
    house.db.write(async move |tx| record(tx, &actor, now, Event::new("backup.removed", None).detail(detail)).await).await
}

fn failed(error: backups::BackupError) -> Error {
    match error {
        backups::BackupError::Io { cause, .. } => cause.into(),
        backups::BackupError::Database(cause) => cause.into(),
        other => Error::broken(other),
    }
}

/// The newest one, for whoever wants to know how much could be lost.
pub fn newest(kept: &[Kept]) -> Option<Ms> {
    kept.first().map(|kept| kept.made_ms)
}
