//! The data folder: `troupe.db`, `media/`, `key`, `lock`, `tmp/`, `backups/`, nothing else.
//! One process owns it at a time.

use super::db;
use sqlx::migrate::{Migrate, Migrator};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

static MIGRATIONS: Migrator = sqlx::migrate!();

#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    #[error("Another process uses {0}. Stop it first, or choose another data folder.")]
    Taken(PathBuf),
    #[error("{path} cannot be used: {cause}")]
    Unusable { path: PathBuf, cause: String },
    #[error("{0} was written by a newer version of Troupe. Start that version, or restore a backup from before the upgrade.")]
    Newer(PathBuf),
    #[error("The database could not be brought up to date: {0}. A copy from before is in the backups folder.")]
    Migration(String),
}

/// An owned data folder; dropping it gives the folder back.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Makes the folder if needed and locks it; fails at once when another process has it.
    pub fn take(path: &Path) -> Result<Folder, FolderError> {
        let unusable = |cause: std::io::Error| FolderError::Unusable { path: path.to_path_buf(), cause: cause.to_string() };
        for part in ["", "media", "tmp", "backups"] {
            let part = path.join(part);
            if !part.is_dir() {
                fs::create_dir_all(&part).map_err(unusable)?;
                fs::set_permissions(&part, fs::Permissions::from_mode(0o700)).map_err(unusable)?;
            }
        }
        let lock = File::options().create(true).truncate(false).write(true).open(path.join("lock")).map_err(unusable)?;
        lock.try_lock().map_err(|_| FolderError::Taken(path.to_path_buf()))?;
        Ok(Folder { path: path.to_path_buf(), _lock: lock })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn database(&self) -> PathBuf {
        self.path.join("troupe.db")
    }

    /// The number of the newest migration this program knows.
    pub fn newest_migration() -> i64 {
        MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
    }

    /// Brings the database up to date; before it changes an existing one, a snapshot is kept.
    pub async fn migrate(&self) -> Result<(), FolderError> {
        let file = self.database();
        let unusable = |cause: sqlx::Error| FolderError::Unusable { path: file.clone(), cause: cause.to_string() };
        let fresh = !file.exists();
        let mut db = db::options(&file).connect().await.map_err(unusable)?;
        db::assert_version(&mut db).await.map_err(|cause| FolderError::Unusable { path: file.clone(), cause })?;
        if !fresh {
            self.look_before(&mut db).await?;
        }
        MIGRATIONS.run(&mut db).await.map_err(|error| match error {
            sqlx::migrate::MigrateError::VersionMissing(_) => FolderError::Newer(file.clone()),
            other => FolderError::Migration(other.to_string()),
        })?;
        db.close().await.map_err(unusable)?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600))
            .map_err(|cause| FolderError::Unusable { path: file.clone(), cause: cause.to_string() })
    }

    /// Refuses a newer database untouched, and copies an older one aside.
    async fn look_before(&self, db: &mut SqliteConnection) -> Result<(), FolderError> {
        let failed = |error: &dyn std::fmt::Display| FolderError::Migration(error.to_string());
        db.ensure_migrations_table("_sqlx_migrations").await.map_err(|error| failed(&error))?;
        let applied = db.list_applied_migrations("_sqlx_migrations").await.map_err(|error| failed(&error))?;
        let newest = applied.iter().map(|migration| migration.version).max().unwrap_or(0);
        let known = Folder::newest_migration();
        if newest > known {
            return Err(FolderError::Newer(self.database()));
        }
        if newest == known || applied.is_empty() {
            return Ok(());
        }
        // Named by both, so that a start that was cut short does not write over what was there before.
        let name = format!("before-{known:04}-from-{newest:04}.db");
        let (copy, partial) = (self.path.join("backups").join(&name), self.path.join("tmp").join(&name));
        let _ = fs::remove_file(&partial);
        sqlx::query("vacuum into ?").bind(partial.display().to_string()).execute(&mut *db).await.map_err(|error| failed(&error))?;
        fs::set_permissions(&partial, fs::Permissions::from_mode(0o600)).map_err(|error| failed(&error))?;
        File::open(&partial).and_then(|file| file.sync_all()).map_err(|error| failed(&error))?;
        fs::rename(&partial, &copy).map_err(|error| failed(&error))
    }
}
