//! Takes what is ready, runs it, and writes how it ended.

use super::{Ending, Job, Kind};
use crate::platform::clock::SECOND;
use crate::platform::id::{JobId, MemberId, ProjectId};
use crate::platform::{Error, House, Outcome};
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// How many jobs run side by side: most wait for somebody else's server, and groups keep the others apart.
const AT_ONCE: usize = 16;
/// When the end of a job could not be written.
const WRITE_AGAIN: Duration = Duration::from_secs(1);
const DELAY_BASE: i64 = 5 * SECOND;
const DELAY_CAP: i64 = 3_600 * SECOND;

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
            Ok::<_, Error>(row.map(|row| (row.id, row.kind, row.args, row.attempt, row.project, row.created_by)))
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
