//! Background work as rows: seen, cancelled, priced, resumed.
//!
//! A job is leased by this boot; after a kill the next boot finds the leases of the dead one and
//! decides by kind: repeatable work is queued again (three deaths and it is put aside), work that
//! must not run twice by itself ends as failed, with the reason.

use super::clock::{DAY, SECOND};
use super::db::Tx;
use super::id::{BootId, JobId, MemberId, ProjectId};
use super::{House, Ms, Outcome};
use futures_util::future::BoxFuture;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;

/// How many jobs run side by side: most wait for somebody else's server, and groups keep the others apart.
const AT_ONCE: usize = 16;
const DEATHS_MAX: i64 = 3;
/// When the end of a job could not be written.
const WRITE_AGAIN: Duration = Duration::from_secs(1);
const DELAY_BASE: i64 = 5 * SECOND;
const DELAY_CAP: i64 = 3_600 * SECOND;

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

/// Takes ready jobs and runs them, a few at once, until the server stops.
pub async fn run(house: House, stop: CancellationToken) {
    let room = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        house.tasks.beat("jobs");
        // Every place may be taken for long; the loop still moves.
        let place = tokio::time::timeout(Duration::from_secs(1), Arc::clone(&room).acquire_owned()).await;
        if stop.is_cancelled() {
            return;
        }
        let Ok(Ok(permit)) = place else { continue };
        match claim(&house).await {
            Ok(Some((kind, job))) => {
                let house = house.clone();
                house.clone().tasks.start(|_| async move {
                    work(house, kind, job).await;
                    drop(permit);
                });
            }
            outcome => {
                drop(permit);
                if let Err(error) = outcome {
                    tracing::warn!(%error, "no job could be taken");
                }
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = house.jobs.bell.notified() => {}
                    () = tokio::time::sleep(Duration::from_secs(1)) => {}
                }
            }
        }
    }
}

async fn claim(house: &House) -> Outcome<Option<(Kind, Job)>> {
    let now = house.now();
    // Looking is cheap and the common case finds nothing; only a find takes the writer.
    let any = sqlx::query_scalar!("select 1 from jobs where state = 'ready' and run_at_ms <= ? limit 1", now).fetch_optional(house.db.read()).await?;
    if any.is_none() {
        return Ok(None);
    }
    let boot = house.boot;
    let taken = house
        .db
        .write(async move |tx| {
            let row = sqlx::query!(
                r#"update jobs set state = 'running', lease_boot = ?1, attempt = attempt + 1, started_ms = ?2,
                     error_class = null, error_text = null
                   where id = (
                     select id from jobs j where j.state = 'ready' and j.run_at_ms <= ?2
                       and (j.group_key is null or not exists (
                         select 1 from jobs r where r.state = 'running' and r.group_key = j.group_key))
                     order by j.run_at_ms limit 1)
                   returning id as "id!: JobId", kind, args, attempt, project_id as "project: ProjectId",
                     created_by as "created_by: MemberId""#,
                boot,
                now
            )
            .fetch_optional(&mut *tx)
            .await?;
            Ok::<_, super::Error>(row.map(|row| (row.id, row.kind, row.args, row.attempt, row.project, row.created_by)))
        })
        .await?;
    let Some((id, kind, args, attempt, project, created_by)) = taken else { return Ok(None) };
    let stop = house.tasks.stopping().child_token();
    let job = Job { id, project, args: serde_json::from_str(&args).unwrap_or_default(), attempt, created_by, stop: stop.clone() };
    let Some(kind) = house.jobs.kinds.get().and_then(|kinds| kinds.get(kind.as_str())).cloned() else {
        finish(house, &job, 0, Ending::Fail { class: "unknown_kind", reason: "job-unknown-kind".into() }).await?;
        return Ok(None);
    };
    house.jobs.stops.lock().unwrap_or_else(PoisonError::into_inner).insert(id, stop);
    Ok(Some((kind, job)))
}

async fn work(house: House, kind: Kind, job: Job) {
    use futures_util::FutureExt;
    let run = std::panic::AssertUnwindSafe((kind.work)(house.clone(), job.clone())).catch_unwind();
    let ending = run.await.unwrap_or(Ending::Fail { class: "broken", reason: "job-broken".into() });
    house.jobs.stops.lock().unwrap_or_else(PoisonError::into_inner).remove(&job.id);
    if !matches!(ending, Ending::Later(_)) {
        house.jobs.moved.lock().unwrap_or_else(PoisonError::into_inner).remove(&job.id);
    }
    // An end that is not written would leave the job running until the next start.
    while let Err(error) = finish(&house, &job, kind.max_attempts, ending.clone()).await {
        tracing::error!(%error, kind = kind.name, "the end of a job could not be written");
        tokio::select! {
            () = house.tasks.stopping().cancelled_owned() => break,
            () = tokio::time::sleep(WRITE_AGAIN) => {}
        }
    }
    house.jobs.ring();
}

async fn finish(house: &House, job: &Job, max_attempts: i64, ending: Ending) -> Outcome<()> {
    let now = house.now();
    let (id, attempt, boot) = (job.id, job.attempt, house.boot);
    let stopping = house.tasks.stopping().is_cancelled();
    let unused = i64::from(matches!(ending, Ending::Later(_)));
    let (state, run_at, class, text) = match ending {
        Ending::Done => ("done", now, None, None),
        // The server stops: the work waits for the next start.
        Ending::Cancelled if stopping => ("ready", now, None, None),
        Ending::Cancelled => ("cancelled", now, None, None),
        Ending::Later(at) => ("ready", at, None, None),
        Ending::Retry { class, reason, after_ms } if attempt < max_attempts => {
            ("ready", now.plus(after_ms.unwrap_or_else(|| delay(attempt, &job.id))), Some(class), Some(reason))
        }
        Ending::Retry { class, reason, .. } | Ending::Fail { class, reason } => ("failed", now, Some(class), Some(reason)),
    };
    house
        .db
        .write_regardless(async move |tx| {
            sqlx::query!(
                "update jobs set state = ?, run_at_ms = ?, error_class = ?, error_text = ?, lease_boot = null,
                   attempt = attempt - ?, finished_ms = iif(? = 'ready', null, ?)
                 where id = ? and state = 'running' and lease_boot = ?",
                state,
                run_at,
                class,
                text,
                unused,
                state,
                now,
                id,
                boot
            )
            .execute(tx)
            .await?;
            Ok(())
        })
        .await
}

/// Half fixed, half spread, doubling with each attempt up to an hour. Milliseconds.
fn delay(attempt: i64, id: &JobId) -> i64 {
    let whole = DELAY_BASE.saturating_mul(1_i64 << attempt.clamp(0, 20)).min(DELAY_CAP);
    let spread = i64::try_from(id.0.as_u128() & 0xffff).unwrap_or(0);
    whole / 2 + whole / 2 * spread / 0xffff
}
