//! All SQL of health: figures from counters and partial indexes, never from a whole history.

use crate::platform::{Ms, Outcome};
use sqlx::SqlitePool;

/// When the oldest publication that waits for its turn was due.
pub async fn oldest_due(db: &SqlitePool, now: Ms) -> Outcome<Option<Ms>> {
    Ok(sqlx::query_scalar!(
        r#"select due_ms as "due: Ms" from publications
           where state in ('scheduled', 'waiting_channel') and due_ms <= ? order by due_ms limit 1"#,
        now
    )
    .fetch_optional(db)
    .await?)
}

/// Jobs that wait and jobs that run.
pub async fn open_jobs(db: &SqlitePool) -> Outcome<Vec<(String, i64)>> {
    let ready = sqlx::query_scalar!("select count(*) from jobs where state = 'ready'").fetch_one(db).await?;
    let running = sqlx::query_scalar!("select count(*) from jobs where state = 'running'").fetch_one(db).await?;
    Ok(vec![("ready".into(), ready), ("running".into(), running)])
}

/// Publications of the whole studio by state, from the counters.
pub async fn publications(db: &SqlitePool) -> Outcome<Vec<(String, i64)>> {
    let rows = sqlx::query!(r#"select state, sum(n) as "n!: i64" from counters where noun = 'publication' group by state order by state"#)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.state, row.n)).collect())
}

pub async fn last_event(db: &SqlitePool) -> Outcome<i64> {
    Ok(sqlx::query_scalar!(r#"select coalesce(max(id), 0) as "id!: i64" from events"#).fetch_one(db).await?)
}
