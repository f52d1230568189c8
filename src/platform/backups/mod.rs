//! Backups: one file that holds the database, the media and the key.
//!
//! Invariants: a backup has its name only after its copy of the database passed the integrity and
//! foreign key checks and every byte of the archive was read back and compared with its digest; an
//! archive without its manifest, which stands last, is cut short and refused; a restored studio
//! carries the mark that makes it hold its publications.

mod archive;
mod kept;
mod restoring;

pub use archive::Manifest;
pub use kept::{Kept, find, keep_some, list, new_name};
pub use restoring::restore;

use super::{Ms, db};
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("There is no studio in {0}.")]
    NoStudio(PathBuf),
    #[error("{path} cannot be read or written: {cause}")]
    Io { path: PathBuf, cause: std::io::Error },
    #[error("The database could not be copied: {0}")]
    Database(#[from] sqlx::Error),
    #[error("The copy of the database is damaged: {0}")]
    Damaged(String),
    #[error("{path} is no whole backup: {cause}")]
    NotABackup { path: PathBuf, cause: String },
    #[error("There is a studio in {0} already. Choose an empty folder, or move the old one aside.")]
    Occupied(PathBuf),
    #[error("The backup was made by a newer version of Troupe (schema {found}, known {known}). Restore it with that version.")]
    Newer { found: i64, known: i64 },
    #[error(transparent)]
    Folder(#[from] super::FolderError),
}

impl BackupError {
    fn io(path: &Path) -> impl Fn(std::io::Error) -> BackupError + use<> {
        let path = path.to_path_buf();
        move |cause| BackupError::Io { path: path.clone(), cause }
    }
}

/// What is told about a backup that was made.
#[derive(Clone, Debug)]
pub struct Made {
    /// In bytes.
    pub size: u64,
    pub manifest: Manifest,
}

/// Writes a verified backup of the studio in `data` to `target`, while a server runs or while none
/// does. A file of that name is replaced only by a whole one.
pub async fn make(data: &Path, key: &Path, target: &Path, now: Ms) -> Result<Made, BackupError> {
    let database = data.join("troupe.db");
    if !database.is_file() {
        return Err(BackupError::NoStudio(data.to_path_buf()));
    }
    let copy = Scratch::new(data.join("tmp").join(format!("backup-{}.db", super::id::fresh(now).simple())));
    let facts = snapshot(&database, copy.path()).await?;
    let (data, key, target) = (data.to_path_buf(), key.to_path_buf(), target.to_path_buf());
    let packed = tokio::task::spawn_blocking(move || {
        let made = archive::pack(&data, copy.path(), &key, &target, facts, now);
        drop(copy);
        made
    });
    packed.await.map_err(|error| BackupError::Damaged(error.to_string()))?
}

/// What the copy of the database says about itself.
struct Facts {
    schema: i64,
    last_event: Option<i64>,
    counts: BTreeMap<String, i64>,
    /// Digests of media the studio refers to, in hex.
    media: Vec<String>,
}

/// Copies the database as one consistent state and checks the copy.
async fn snapshot(database: &Path, copy: &Path) -> Result<Facts, BackupError> {
    // An empty file may be copied into; made first, it is never readable by others.
    File::options().write(true).create_new(true).mode(0o600).open(copy).map_err(BackupError::io(copy))?;
    let mut live = db::options(database).create_if_missing(false).connect().await?;
    sqlx::query("vacuum into ?").bind(copy.display().to_string()).execute(&mut live).await?;
    live.close().await?;
    let mut db = db::options(copy).create_if_missing(false).journal_mode(sqlx::sqlite::SqliteJournalMode::Delete).connect().await?;
    sound(&mut db).await?;
    let facts = facts(&mut db).await?;
    db.close().await?;
    File::open(copy).and_then(|file| file.sync_all()).map_err(BackupError::io(copy))?;
    Ok(facts)
}

/// Refuses a database whose pages or references do not hold together.
async fn sound(db: &mut SqliteConnection) -> Result<(), BackupError> {
    let found: Vec<String> = sqlx::query_scalar("pragma integrity_check(5)").fetch_all(&mut *db).await?;
    if found != ["ok"] {
        return Err(BackupError::Damaged(found.join("; ")));
    }
    match sqlx::query("pragma foreign_key_check").fetch_optional(&mut *db).await? {
        None => Ok(()),
        Some(row) => Err(BackupError::Damaged(format!("a row of {} points at nothing", row.try_get::<String, _>(0)?))),
    }
}

async fn facts(db: &mut SqliteConnection) -> Result<Facts, BackupError> {
    let schema: i64 = sqlx::query_scalar("select coalesce(max(version), 0) from _sqlx_migrations where success").fetch_one(&mut *db).await?;
    let last_event: Option<i64> = sqlx::query_scalar("select max(id) from events").fetch_one(&mut *db).await?;
    let tables: Vec<String> = sqlx::query_scalar(
        "select name from sqlite_schema where type = 'table' and name not like 'sqlite!_%' escape '!' and name not like '!_%' escape '!'
           and name not like 'search!_grams%' escape '!' order by name",
    )
    .fetch_all(&mut *db)
    .await?;
    let mut counts = BTreeMap::new();
    for table in tables {
        // The name comes from the schema itself, not from anybody outside.
        let count = sqlx::AssertSqlSafe(format!("select count(*) from \"{table}\""));
        let n: i64 = sqlx::query_scalar(count).fetch_one(&mut *db).await?;
        counts.insert(table, n);
    }
    let media = sqlx::query_scalar("select distinct lower(hex(digest)) from assets").fetch_all(&mut *db).await?;
    Ok(Facts { schema, last_event, counts, media })
}

/// A file that is gone when its owner is.
struct Scratch(PathBuf);

impl Scratch {
    fn new(path: PathBuf) -> Scratch {
        Scratch(path)
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
