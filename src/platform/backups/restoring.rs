//! Putting a backup into an empty folder.

use super::{BackupError, Manifest, archive, sound};
use crate::platform::events::{Actor, Event, record};
use crate::platform::recurring::set_mark;
use crate::platform::{Folder, Ms, db};
use serde_json::json;
use sqlx::sqlite::SqliteJournalMode;
use sqlx::{ConnectOptions, Connection};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Unpacks a whole, known backup into `data`; the database takes its name last, so that a restore
/// that was cut short leaves no studio. The next start holds every publication for a person.
pub async fn restore(file: &Path, data: &Path, now: Ms) -> Result<Manifest, BackupError> {
    File::open(file).map_err(BackupError::io(file))?;
    // Looked at before the folder is touched, and again once it is ours.
    empty(data)?;
    let untouched = Untouched::of(data);
    let folder = Folder::take(data)?;
    empty(data)?;
    clear(data).map_err(BackupError::io(data))?;
    let staged = Staged(data.join("tmp").join(format!("restore-{}", crate::platform::id::fresh(now).simple())));
    let (from, to) = (file.to_path_buf(), staged.0.clone());
    let unpacked = tokio::task::spawn_blocking(move || unpack(&from, &to));
    let manifest = unpacked.await.map_err(|error| BackupError::Damaged(error.to_string()))??;
    let known = Folder::newest_migration();
    if manifest.schema > known {
        return Err(BackupError::Newer { found: manifest.schema, known });
    }
    prepare(&staged.0.join("troupe.db"), &manifest, now).await?;
    place(&staged.0, data)?;
    untouched.keep();
    drop(folder);
    Ok(manifest)
}

/// A folder without a studio: no database, no key, no media. Backups may lie there, and what a
/// restore put down that was cut short before the database had its name.
fn empty(data: &Path) -> Result<(), BackupError> {
    let media = fs::read_dir(data.join("media")).map(Iterator::count).unwrap_or(0);
    let parts = data.join("key").exists() || media > 0;
    if data.join("troupe.db").exists() || (parts && cut_short(data).is_empty()) {
        return Err(BackupError::Occupied(data.to_path_buf()));
    }
    Ok(())
}

/// The folders of restores that were killed; a finished one leaves none.
fn cut_short(data: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(data.join("tmp")) else { return Vec::new() };
    let staged = entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with("restore-"));
    staged.map(|entry| entry.path()).collect()
}

/// Removes what a killed restore left in a folder that was empty before it.
fn clear(data: &Path) -> io::Result<()> {
    let left = cut_short(data);
    if left.is_empty() {
        return Ok(());
    }
    match fs::remove_file(data.join("key")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::remove_dir_all(data.join("media"))?;
    fs::create_dir(data.join("media"))?;
    left.iter().try_for_each(fs::remove_dir_all)
}

/// What was not there before the restore, and goes again when it fails.
struct Untouched(Vec<PathBuf>);

impl Untouched {
    fn of(data: &Path) -> Untouched {
        let parts = ["lock", "media", "tmp", "backups", ""].map(|part| data.join(part));
        Untouched(parts.into_iter().filter(|part| !part.exists()).collect())
    }

    fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Untouched {
    fn drop(&mut self) {
        for part in &self.0 {
            // Folders go only when nothing lies in them.
            let _ = if part.is_dir() { fs::remove_dir(part) } else { fs::remove_file(part) };
        }
    }
}

fn unpack(file: &Path, to: &Path) -> Result<Manifest, BackupError> {
    fs::create_dir_all(to).map_err(BackupError::io(to))?;
    archive::read(file, |name, reader| {
        let path = to.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut out = File::options().write(true).create_new(true).mode(0o600).open(&path)?;
        io::copy(reader, &mut out)?;
        out.sync_all()
    })
}

/// Checks the database once more and leaves the mark of the restore in it.
async fn prepare(database: &Path, manifest: &Manifest, now: Ms) -> Result<(), BackupError> {
    let mut db = db::options(database).create_if_missing(false).journal_mode(SqliteJournalMode::Delete).connect().await?;
    sound(&mut db).await?;
    let mut tx = db.begin_with("begin immediate").await?;
    let told = async {
        set_mark(&mut tx, "restored_ms", &now.0.to_string(), now).await?;
        let detail = json!({ "made_ms": manifest.made_ms, "last_event": manifest.last_event });
        record(&mut tx, &Actor::operator(), now, Event::new("studio.restored", None).detail(detail)).await
    };
    told.await.map_err(|error| BackupError::Damaged(error.to_string()))?;
    tx.commit().await?;
    db.close().await?;
    Ok(())
}

fn place(staged: &Path, data: &Path) -> Result<(), BackupError> {
    for stale in ["troupe.db-wal", "troupe.db-shm"] {
        match fs::remove_file(data.join(stale)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(BackupError::io(&data.join(stale))(error)),
            _ => {}
        }
    }
    let shards = staged.join("media");
    if shards.is_dir() {
        fs::remove_dir(data.join("media")).and_then(|()| fs::rename(&shards, data.join("media"))).map_err(BackupError::io(&shards))?;
    }
    for name in ["key", "troupe.db"] {
        fs::rename(staged.join(name), data.join(name)).map_err(BackupError::io(&data.join(name)))?;
        File::open(data).and_then(|folder| folder.sync_all()).map_err(BackupError::io(data))?;
    }
    Ok(())
}

/// The folder things are unpacked in; gone when the restore is over, either way.
struct Staged(PathBuf);

impl Drop for Staged {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
