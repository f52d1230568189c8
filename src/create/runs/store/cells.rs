//! Runs as the cells of a batch.

use crate::platform::Outcome;
use crate::platform::db::Tx;
use crate::platform::id::{BatchId, JobId, ProjectId, RunId};

/// Puts a run that was just planned into a batch, where it waits to be queued.
pub async fn join_batch(tx: &mut Tx, id: RunId, batch: BatchId) -> Outcome<()> {
    sqlx::query!("update runs set state = 'planned', batch_id = ? where id = ?", batch, id).execute(tx).await?;
    Ok(())
}

pub async fn project_of_batch(tx: &mut Tx, batch: BatchId) -> Outcome<ProjectId> {
    Ok(sqlx::query_scalar!(r#"select project_id as "id: ProjectId" from batches where id = ?"#, batch).fetch_one(tx).await?)
}

/// The cells of a batch in a state.
pub async fn in_batch(tx: &mut Tx, batch: BatchId, state: &'static str) -> Outcome<Vec<(RunId, Option<JobId>)>> {
    let rows =
        sqlx::query!(r#"select id as "id: RunId", job_id as "job: JobId" from runs where batch_id = ? and state = ? order by id"#, batch, state)
            .fetch_all(tx)
            .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.job)).collect())
}

/// A queued cell waits again.
pub async fn hold(tx: &mut Tx, id: RunId) -> Outcome<()> {
    sqlx::query!("update runs set state = 'planned', job_id = null where id = ? and state = 'queued'", id).execute(tx).await?;
    Ok(())
}

/// Gives the place of an ended run in its batch to the one that asks again.
pub async fn take_place(tx: &mut Tx, old: RunId, new: RunId) -> Outcome<()> {
    sqlx::query!("update runs set batch_id = (select batch_id from runs where id = ?) where id = ?", old, new).execute(&mut *tx).await?;
    sqlx::query!("update runs set batch_id = null where id = ?", old).execute(tx).await?;
    Ok(())
}

/// Cancels a cell that was not asked yet.
pub async fn cancel_waiting(tx: &mut Tx, id: RunId, at: crate::platform::Ms) -> Outcome<()> {
    sqlx::query!("update runs set state = 'cancelled', finished_ms = ? where id = ? and state in ('planned', 'queued')", at, id).execute(tx).await?;
    Ok(())
}

/// Pauses the batch that a run belongs to, when it runs.
pub async fn pause_batch(tx: &mut Tx, id: RunId) -> Outcome<Option<BatchId>> {
    Ok(sqlx::query_scalar!(
        r#"update batches set state = 'paused' where state = 'running' and id = (select batch_id from runs where id = ?) returning id as "id: BatchId""#,
        id
    )
    .fetch_optional(tx)
    .await?)
}
