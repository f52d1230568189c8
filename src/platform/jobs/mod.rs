//! Background work as rows: seen, cancelled, priced, resumed.
//!
//! A job is leased by this boot; after a kill the next boot finds the leases of the dead one and
//! decides by kind: repeatable work is queued again (three deaths and it is put aside), work that
//! must not run twice by itself ends as failed, with the reason.

mod running;

pub use running::run;

use super::clock::DAY;
use super::db::Tx;
use super::id::{BootId, JobId, MemberId, ProjectId};
use super::{House, Ms, Outcome};
use futures_util::future::BoxFuture;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

const DEATHS_MAX: i64 = 3;

/// What a job is handed while it runs.
#[derive(Clone)]
pub struct Job {
    pub id: JobId,
    pub project: Option<ProjectId>,
    pub args: Value,
    pub attempt: i64,
    pub created_by: Option<MemberId>,
    /// Cancelled when somebody asked to stop this job, or the server stops.
    pub stop: CancellationToken,
}

/// How a job ends. Reasons are keys of sentences in `locales/`.
#[derive(Clone, Debug)]
pub enum Ending {
    Done,
    /// Once more later, unless the attempts are used up.
    Retry {
        class: &'static str,
        reason: String,
        after_ms: Option<i64>,
    },
    /// Not yet: again at this time, and no attempt was used.
    Later(Ms),
    Fail {
        class: &'static str,
        reason: String,
    },
    Cancelled,
}

type Work = Arc<dyn Fn(House, Job) -> BoxFuture<'static, Ending> + Send + Sync>;

/// A kind of work, declared by the room that does it.
#[derive(Clone)]
pub struct Kind {
    pub name: &'static str,
    pub max_attempts: i64,
    /// True when running it again after a kill repeats no effect outside the house.
    pub repeatable: bool,
    work: Work,
}

impl Kind {
    pub fn new<F, W>(name: &'static str, max_attempts: i64, repeatable: bool, work: W) -> Kind
    where
        W: Fn(House, Job) -> F + Send + Sync + 'static,
        F: Future<Output = Ending> + Send + 'static,
    {
        Kind { name, max_attempts, repeatable, work: Arc::new(move |house, job| Box::pin(work(house, job))) }
    }
}

/// The kinds known to this process and the bell that wakes the runner.
#[derive(Default)]
pub struct Jobs {
    kinds: OnceLock<HashMap<&'static str, Kind>>,
    bell: Notify,
    stops: Mutex<HashMap<JobId, CancellationToken>>,
    /// How far running jobs are, for those who watch
    moved: Mutex<HashMap<JobId, Moved>>,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    pub project: Option<ProjectId>,
    pub done: i64,
    pub of: i64,
}

/// A job to be queued, in the transaction of the change that wants it.
pub struct Queued<'a> {
    pub kind: &'static str,
    pub project: Option<ProjectId>,
    pub args: Value,
    pub run_at: Ms,
    pub unique_key: Option<&'a str>,
    pub group_key: Option<&'a str>,
    pub max_attempts: i64,
    pub created_by: Option<MemberId>,
}

impl<'a> Queued<'a> {
    pub fn now(kind: &'static str, args: Value, at: Ms) -> Queued<'a> {
        Queued { kind, project: None, args, run_at: at, unique_key: None, group_key: None, max_attempts: 3, created_by: None }
    }
}

/// Queues a job; `None` when the same one waits or runs already.
pub async fn enqueue(tx: &mut Tx, at: Ms, job: Queued<'_>) -> Outcome<Option<JobId>> {
    let id = JobId::new(at);
    let args = job.args.to_string();
    let done = sqlx::query!(
        "insert into jobs (id, project_id, kind, args, state, run_at_ms, max_attempts, unique_key, group_key, created_by, created_ms)
         values (?, ?, ?, ?, 'ready', ?, ?, ?, ?, ?, ?) on conflict do nothing",
        id,
        job.project,
        job.kind,
        args,
        job.run_at,
        job.max_attempts,
        job.unique_key,
        job.group_key,
        job.created_by,
        at
    )
    .execute(tx)
    .await?;
    Ok((done.rows_affected() == 1).then_some(id))
}

/// Takes a job back: one that waits is never run, one that runs is asked to stop by [`Jobs::stop`].
pub async fn cancel(tx: &mut Tx, id: JobId, at: Ms) -> Outcome<()> {
    sqlx::query!(
        "update jobs set cancel_ms = ?1, finished_ms = iif(state = 'ready', ?1, finished_ms), state = iif(state = 'ready', 'cancelled', state)
         where id = ?2 and state in ('ready', 'running')",
        at,
        id
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Nothing of these groups begins before `until`: the keys that start with `groups`.
pub async fn postpone(tx: &mut Tx, kind: &str, groups: &str, until: Ms) -> Outcome<()> {
    let after = format!("{groups}\u{10ffff}");
    sqlx::query!(
        "update jobs set run_at_ms = ?1 where state = 'ready' and run_at_ms < ?1 and kind = ?2 and group_key >= ?3 and group_key < ?4",
        until,
        kind,
        groups,
        after
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// How far a job is; shown on Today and on the run.
pub async fn progress(house: &House, id: JobId, done: i64, of: i64) -> Outcome<()> {
    let known = house
        .db
        .write(async move |tx| {
            Ok::<_, super::Error>(
                sqlx::query_scalar!(
                    r#"update jobs set progress_done = ?, progress_of = ? where id = ? returning project_id as "project: ProjectId""#,
                    done,
                    of,
                    id
                )
                .fetch_optional(tx)
                .await?,
            )
        })
        .await?;
    if let Some(project) = known {
        house.jobs.moved.lock().unwrap_or_else(PoisonError::into_inner).insert(id, Moved { project, done, of });
    }
    Ok(())
}

impl Jobs {
    pub fn declare(&self, kinds: Vec<Kind>) {
        let _ = self.kinds.set(kinds.into_iter().map(|kind| (kind.name, kind)).collect());
    }

    /// Wakes the runner: something was queued.
    pub fn ring(&self) {
        self.bell.notify_one();
    }

    /// How far the jobs are that have said so and have not ended.
    pub fn moved(&self) -> Vec<(JobId, Moved)> {
        self.moved.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|(id, moved)| (*id, *moved)).collect()
    }

    /// Tells a running job to stop; its own code ends it.
    pub fn stop(&self, id: JobId) {
        if let Some(stop) = self.stops.lock().unwrap_or_else(PoisonError::into_inner).get(&id) {
            stop.cancel();
        }
    }
}

/// Decides on the jobs that dead boots left running. Runs before anything else.
pub async fn recover(tx: &mut Tx, boot: BootId, at: Ms, repeatable: &[&'static str]) -> Outcome<()> {
    let left = sqlx::query!(r#"select id as "id: JobId", kind, deaths from jobs where state = 'running' and lease_boot is not ?"#, boot)
        .fetch_all(&mut *tx)
        .await?;
    for job in left {
        let deaths = job.deaths + 1;
        let (state, class, text) = match () {
            () if deaths >= DEATHS_MAX => ("dead", Some("died"), Some("job-died-often")),
            () if repeatable.contains(&job.kind.as_str()) => ("ready", None, None),
            () => ("failed", Some("interrupted"), Some("job-interrupted")),
        };
        sqlx::query!(
            "update jobs set state = ?, deaths = ?, lease_boot = null, error_class = ?, error_text = ?, run_at_ms = ? where id = ?",
            state,
            deaths,
            class,
            text,
            at,
            job.id
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

/// After a restore nobody knows what was done since the backup: waiting work whose effect must not
/// be repeated by itself ends, with the reason; a person starts it again.
pub async fn hold_restored(tx: &mut Tx, at: Ms, repeatable: &[&'static str]) -> Outcome<()> {
    let restored = sqlx::query_scalar!("select 1 from marks where name = 'restored_ms'").fetch_optional(&mut *tx).await?;
    if restored.is_none() {
        return Ok(());
    }
    let waiting = sqlx::query!(r#"select id as "id: JobId", kind from jobs where state = 'ready'"#).fetch_all(&mut *tx).await?;
    for job in waiting.into_iter().filter(|job| !repeatable.contains(&job.kind.as_str())) {
        sqlx::query!(
            "update jobs set state = 'failed', error_class = 'restored', error_text = 'job-restored', finished_ms = ? where id = ?",
            at,
            job.id
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

/// Work that ended is shown for so long.
const KEPT: i64 = 90 * DAY;
const SWEPT_AT_ONCE: i64 = 500;

/// Forgets some of the work that ended long ago; how many rows went. The ids grow with time, so the oldest stand first.
pub async fn sweep(tx: &mut Tx, now: Ms) -> Outcome<u64> {
    let before = now.plus(-KEPT);
    let oldest = JobId::new(before);
    let done = sqlx::query!(
        "delete from jobs where id in (select id from jobs where id < ? and state not in ('ready', 'running')
           and coalesce(finished_ms, run_at_ms) < ? order by id limit ?)",
        oldest,
        before,
        SWEPT_AT_ONCE
    )
    .execute(tx)
    .await?;
    Ok(done.rows_affected())
}
