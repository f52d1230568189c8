//! What nobody holds any more: leases of dead boots, plans past their limit, a restored studio.

use super::{row, save, tell};
use crate::platform::db::Tx;
use crate::platform::id::{BootId, PublicationId};
use crate::platform::{Ms, Outcome};
use crate::release::publications::model::{Standing, State, Step};
use sqlx::SqlitePool;

/// A publication that some boot holds, as it was read.
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    pub id: PublicationId,
    pub boot: BootId,
    pub epoch: i64,
    pub since: Ms,
}

/// Publications that some boot holds.
pub async fn leased(db: &SqlitePool) -> Outcome<Vec<Lease>> {
    let rows = sqlx::query_as!(
        Lease,
        r#"select id as "id: PublicationId", lease_boot as "boot!: BootId", lease_epoch as epoch, updated_ms as "since: Ms"
           from publications where lease_boot is not null"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Resolves one whose sender is gone: what was open stays unanswered for ever. One that was settled,
/// or claimed again, since the lease was read stays as it is.
pub async fn interrupt(tx: &mut Tx, lease: Lease, now: Ms) -> Outcome<()> {
    let Lease { id, epoch, .. } = lease;
    let held = sqlx::query_scalar!("select 1 from publications where id = ? and lease_boot is not null and lease_epoch = ?", id, epoch);
    if held.fetch_optional(&mut *tx).await?.is_none() {
        return Ok(());
    }
    let was = row(tx, id).await?;
    if !matches!(was.standing.state, State::Claimed | State::Sending | State::Verifying) {
        return Ok(());
    }
    let open = sqlx::query_scalar!(
        r#"update attempts set state = 'unknown', error_code = 'interrupted', answered_ms = ?2
           where publication_id = ?1 and state = 'sending' returning step as "step!: Step""#,
        id,
        now
    )
    .fetch_optional(&mut *tx)
    .await?;
    let mut after = was.standing.clone();
    after.interrupted(open, now);
    if save(tx, &was, &after, None, now).await? {
        tell(tx, &was, &after, now).await?;
    }
    Ok(())
}

/// What waits for a channel that is on again (its project came back from the bin) goes on.
pub async fn release_ready(tx: &mut Tx, now: Ms) -> Outcome<()> {
    sqlx::query!(
        "update publications set state = 'scheduled', next_ms = ?1, updated_ms = ?1, version = version + 1
         where state = 'waiting_channel' and due_ms <= ?1
           and exists (select 1 from channels c join projects pr on pr.id = c.project_id
                       where c.id = channel_id and c.state = 'on' and c.deleted_ms is null and pr.deleted_ms is null)",
        now
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Those that waited past their limit, their channel off or the house closed.
pub async fn overdue(tx: &mut Tx, now: Ms) -> Outcome<()> {
    let late = sqlx::query_scalar!(
        r#"select id as "id: PublicationId" from publications
           where state in ('scheduled', 'waiting_channel') and due_ms < ?1
             and max(due_ms, iif(review_choice = 'again', coalesce(reviewed_ms, 0), 0)) + max_late_ms < ?1
           order by due_ms limit 100"#,
        now
    )
    .fetch_all(&mut *tx)
    .await?;
    for id in late {
        let was = row(tx, id).await?;
        let mut after = was.standing.clone();
        after.overdue();
        save(tx, &was, &after, None, now).await?;
        tell(tx, &was, &after, now).await?;
    }
    Ok(())
}

/// After a restore nobody knows what left since the backup: whatever was due by `at` is held for a
/// person. Some hundreds at a time; true while there may be more.
pub async fn hold_restored(tx: &mut Tx, at: Ms, now: Ms) -> Outcome<bool> {
    let held = sqlx::query_scalar!(
        r#"select id as "id: PublicationId" from publications
           where due_ms <= ? and state in ('scheduled', 'claimed', 'sending', 'verifying', 'waiting_channel') limit 500"#,
        at
    )
    .fetch_all(&mut *tx)
    .await?;
    let more = held.len() == 500;
    for id in held {
        let was = row(tx, id).await?;
        sqlx::query!(
            "update attempts set state = 'unknown', error_code = 'restored', answered_ms = ? where publication_id = ? and state = 'sending'",
            now,
            id
        )
        .execute(&mut *tx)
        .await?;
        let after = Standing { state: State::NeedsReview, next: None, reason: Some("restored".into()), doubtful: true, ..was.standing.clone() };
        save(tx, &was, &after, None, now).await?;
        tell(tx, &was, &after, now).await?;
    }
    Ok(more)
}

/// Whether a restore left its mark for this start.
pub async fn is_restored(db: &SqlitePool) -> Outcome<bool> {
    Ok(sqlx::query_scalar!("select 1 from marks where name = 'restored_ms'").fetch_optional(db).await?.is_some())
}

/// Everything of the restore is held: the mark goes.
pub async fn clear_restored(tx: &mut Tx) -> Outcome<()> {
    sqlx::query!("delete from marks where name = 'restored_ms'").execute(tx).await?;
    Ok(())
}

/// When the oldest one that is due was due; for the health page.
pub async fn oldest_due(db: &SqlitePool, now: Ms) -> Outcome<Option<Ms>> {
    let oldest = sqlx::query_scalar!(
        r#"select due_ms as "due: Ms" from publications where state in ('scheduled', 'waiting_channel') and due_ms <= ? order by due_ms limit 1"#,
        now
    )
    .fetch_optional(db)
    .await?;
    Ok(oldest)
}
