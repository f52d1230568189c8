//! One writer, a few readers.
//!
//! A write unit is handed to one writer on its own thread, which runs what is waiting inside one
//! IMMEDIATE transaction, a savepoint for each unit, and answers the callers after COMMIT
//! (`synchronous=FULL`): an answer means the disk has it. Readers see committed rows only.
//!
//! Inside a unit nothing but SQL may be awaited, and no transaction words may be spoken. A batch
//! whose transaction failed drops the connection, because its depth counter may be wrong then.

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

/// The connection a unit writes through.
pub type Tx = SqliteConnection;

/// The oldest SQLite without the WAL-reset fault that could corrupt a file.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);
const UNIT_LIMIT: Duration = Duration::from_secs(2);
const BATCH_MAX: usize = 64;
const BATCH_TIME: Duration = Duration::from_millis(20);
/// Each holds the parsed schema, most of a megabyte.
const READERS: u32 = 3;

#[derive(Debug, Clone)]
pub enum WriteError {
    /// The writer has stopped or could not open the file: nothing was written.
    NotRun,
    /// A unit asked for another unit: refused instead of waiting for itself.
    Nested,
    Panicked,
    TimedOut,
    /// The transaction could not be begun or committed: nothing of the batch was written.
    NotCommitted(Arc<sqlx::Error>),
    /// SQLite took the whole batch back in the middle, as it does when the disk is full.
    Undone,
    /// The disk is nearly full, and what is left is kept for what must be written.
    Reserved,
}

type Answer = Box<dyn FnOnce(Result<(), WriteError>)>;
/// Handed the transaction, or why there is none; says whether to keep what it wrote, and to whom
/// that is told.
type Unit = Box<dyn for<'c> FnOnce(Result<&'c mut SqliteConnection, WriteError>) -> LocalBoxFuture<'c, Option<(bool, Answer)>> + Send>;

#[derive(Clone)]
pub struct Db {
    readers: SqlitePool,
    units: mpsc::Sender<Unit>,
    writer: std::thread::ThreadId,
    version: watch::Receiver<u64>,
    closing: CancellationToken,
    /// Little room is left on the disk: new work is refused.
    low: Arc<AtomicBool>,
    thread: Arc<Mutex<Option<std::thread::JoinHandle<()>>>>,
}

impl Db {
    /// Opens the file, which must be migrated already.
    pub async fn open(file: &Path) -> Result<Db, sqlx::Error> {
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_with(options(file).pragma("query_only", "on"))
            .await?;
        let (units, queue) = mpsc::channel(1024);
        let (bump, version) = watch::channel(0);
        let (started, on) = oneshot::channel();
        let options = options(file);
        let closing = CancellationToken::new();
        let closed = closing.clone();
        let thread = std::thread::Builder::new()
            .name("db-writer".into())
            .spawn(move || {
                let _ = started.send(std::thread::current().id());
                stay_on_one_core();
                match tokio::runtime::Builder::new_current_thread().enable_time().build() {
                    Ok(runtime) => runtime.block_on(write_until(closed, options, queue, bump)),
                    Err(error) => tracing::error!(%error, "the writer could not start"),
                }
            })
            .map_err(sqlx::Error::Io)?;
        let writer = on.await.map_err(|_| sqlx::Error::WorkerCrashed)?;
        Ok(Db { readers, units, writer, version, closing, low: Arc::default(), thread: Arc::new(Mutex::new(Some(thread))) })
    }

    /// Readers: committed rows, never a write.
    pub fn read(&self) -> &SqlitePool {
        &self.readers
    }

    /// Counts committed batches; caches compare it, the live refresh waits for it to move.
    pub fn version(&self) -> watch::Receiver<u64> {
        self.version.clone()
    }

    /// Whether new work is refused because little room is left on the disk.
    pub fn is_low(&self) -> bool {
        self.low.load(Ordering::Relaxed)
    }

    pub fn set_low(&self, low: bool) {
        self.low.store(low, Ordering::Relaxed);
    }

    /// Runs `unit` in a write transaction; `Ok` is answered only after COMMIT reached the disk.
    pub async fn write<T, E, F>(&self, unit: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<WriteError> + Send + 'static,
    {
        if self.is_low() {
            return Err(WriteError::Reserved.into());
        }
        self.write_regardless(unit).await
    }

    /// The same out of the reserve that new work leaves: what came of something that has left the house already.
    pub async fn write_regardless<T, E, F>(&self, unit: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<WriteError> + Send + 'static,
    {
        if std::thread::current().id() == self.writer {
            return Err(WriteError::Nested.into());
        }
        let (tell, told) = oneshot::channel::<Result<T, E>>();
        let unit: Unit = Box::new(move |tx| {
            Box::pin(async move {
                if tell.is_closed() {
                    return None; // the caller left while it was queued
                }
                let tx = match tx {
                    Ok(tx) => tx,
                    Err(refused) => {
                        let _ = tell.send(Err(refused.into()));
                        return None;
                    }
                };
                let run = AssertUnwindSafe(async move { unit(tx).await }).catch_unwind();
                let outcome = match tokio::time::timeout(UNIT_LIMIT, run).await {
                    Ok(Ok(outcome)) => outcome,
                    Ok(Err(_)) => Err(WriteError::Panicked.into()),
                    Err(_) => Err(WriteError::TimedOut.into()),
                };
                let keep = outcome.is_ok();
                let answer: Answer = Box::new(move |committed| {
                    let _ = tell.send(outcome.and_then(|value| match committed {
                        Ok(()) => Ok(value),
                        Err(cause) => Err(cause.into()),
                    }));
                });
                Some((keep, answer))
            })
        });
        self.units.send(unit).await.map_err(|_| WriteError::NotRun)?;
        told.await.map_err(|_| WriteError::NotRun)?
    }

    /// Closes the readers, lets the writer finish what was handed in, and waits for it. Units
    /// handed in later are not run.
    pub async fn close(&self) {
        self.readers.close().await;
        self.closing.cancel();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

/// Readers of a file that is there already, beside a server or without one: never a write.
pub async fn readers(file: &Path) -> Result<SqlitePool, sqlx::Error> {
    let options = options(file).create_if_missing(false).pragma("query_only", "on");
    SqlitePoolOptions::new().max_connections(2).connect_with(options).await
}

/// Settings of every connection; the busy timeout comes first, the journal mode needs it.
pub fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .busy_timeout(Duration::from_secs(5))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("trusted_schema", "off")
        .pragma("temp_store", "memory")
        .pragma("cache_size", "-8000")
        .pragma("journal_size_limit", "67108864")
        .optimize_on_close(false, None)
}

/// Refuses an SQLite older than the fix of the WAL-reset fault.
pub async fn assert_version(db: &mut SqliteConnection) -> Result<(), String> {
    let text: String = sqlx::query_scalar("select sqlite_version()").fetch_one(&mut *db).await.map_err(|error| error.to_string())?;
    let mut parts = text.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let found = (parts.next().unwrap_or(0), parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if found < OLDEST_SQLITE {
        return Err(format!("SQLite {text} can corrupt a database under load; 3.51.3 or newer is needed."));
    }
    Ok(())
}

async fn write_until(closing: CancellationToken, options: SqliteConnectOptions, mut queue: mpsc::Receiver<Unit>, bump: watch::Sender<u64>) {
    let mut open: Option<SqliteConnection> = None;
    loop {
        let first = tokio::select! {
            biased;
            unit = queue.recv() => unit,
            () = closing.cancelled() => None,
        };
        let Some(first) = first else { break };
        let mut tx = match open.take() {
            Some(tx) => tx,
            None => match options.connect().await {
                Ok(tx) => tx,
                Err(error) => {
                    tracing::error!(%error, "the writer cannot open the file");
                    let _ = first(Err(WriteError::NotCommitted(Arc::new(error)))).await;
                    continue;
                }
            },
        };
        let mut answers = Vec::new();
        let done = batch(&mut tx, first, &mut queue, &mut answers).await;
        if let Err(error) = &done {
            tracing::warn!(?error, "a batch was not committed");
        } else {
            open = Some(tx);
            bump.send_modify(|version| *version += 1);
        }
        for answer in answers {
            answer(done.clone());
        }
    }
    if let Some(mut tx) = open {
        let _ = sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut tx).await;
        let _ = tx.close().await;
    }
}

/// Runs what waits, up to 64 units or 20 ms, each in a savepoint; the first one rides with BEGIN.
async fn batch(db: &mut SqliteConnection, first: Unit, queue: &mut mpsc::Receiver<Unit>, answers: &mut Vec<Answer>) -> Result<(), WriteError> {
    let failed = |cause: sqlx::Error| WriteError::NotCommitted(Arc::new(cause));
    let mut tx = match db.begin_with("begin immediate; savepoint unit").await.map_err(failed) {
        Ok(tx) => tx,
        Err(error) => {
            let _ = first(Err(error.clone())).await;
            return Err(error);
        }
    };
    let (start, mut unit) = (Instant::now(), first);
    loop {
        let mut keep = true;
        if let Some((kept, answer)) = unit(Ok(&mut tx)).await {
            answers.push(answer);
            keep = kept;
        }
        if !keep {
            // Leaves the savepoint open; without one SQLite itself has ended the transaction.
            sqlx::query("rollback to unit").execute(&mut *tx).await.map_err(|_| WriteError::Undone)?;
        }
        if answers.len() >= BATCH_MAX || start.elapsed() > BATCH_TIME {
            break;
        }
        let Ok(next) = queue.try_recv() else { break };
        if keep {
            sqlx::query("release unit; savepoint unit").execute(&mut *tx).await.map_err(failed)?;
        }
        unit = next;
    }
    tx.commit().await.map_err(failed)
}

/// The writer and the thread sqlx gives its connection hand every statement to each other; on one
/// core that costs a few microseconds, across two it wakes a sleeping one each time.
fn stay_on_one_core() {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
    let Ok(allowed) = sched_getaffinity(None) else { return };
    let Some(core) = (0..CpuSet::MAX_CPU).rev().find(|&core| allowed.is_set(core)) else { return };
    let mut one = CpuSet::new();
    one.set(core);
    let _ = sched_setaffinity(None, &one);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Error;

    #[tokio::test]
    async fn below_the_reserve_only_what_must_be_written_is() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("a.db")).await.unwrap();
        let write =
            async || db.write(async |tx| Ok::<_, Error>(sqlx::query("create table if not exists t (n)").execute(tx).await?.rows_affected())).await;
        assert!(write().await.is_ok());
        db.set_low(true);
        assert!(matches!(write().await, Err(Error::Full)));
        let settled = db.write_regardless(async |tx| Ok::<_, Error>(sqlx::query("insert into t values (1)").execute(tx).await?.rows_affected()));
        assert_eq!(settled.await.unwrap(), 1);
        db.set_low(false);
        assert!(write().await.is_ok());
        db.close().await;
    }
}
