//! What nobody holds any more: leases of dead boots, plans past their limit, a restored studio.

use super::{row, save, tell};
use crate::platform::clock::SECOND;
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{BootId, PublicationId};
use crate::platform::{Ms, Outcome};
use crate::release::publications::model::{Standing, State, Step};
use serde_json::json;
use sqlx::SqlitePool;

/// Clocks that differ by less are steered gently, not set.
const CLOCKS_AGREE: i64 = 5 * SECOND;

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

/// What a clock that ran ahead left in its future, after it was set right. What waits for another try
/// or look waits as long from now as it would have from then, and no less long than to its planned
/// time; what was called too late and is not goes back to its plan.
pub async fn went_back(tx: &mut Tx, now: Ms) -> Outcome<()> {
    let ahead = now.plus(CLOCKS_AGREE);
    let waiting = sqlx::query_scalar!(
        r#"select id as "id: PublicationId" from publications where state = 'scheduled' and next_ms > due_ms and updated_ms > ?1
           union all
           select id from publications where state = 'verifying' and next_ms is not null and updated_ms > ?1 limit 500"#,
        ahead
    )
    .fetch_all(&mut *tx)
    .await?;
    for id in waiting {
        // A channel that refused opens with its next try.
        sqlx::query!(
            "update channels set blocked_until_ms = ?2 where blocked_until_ms > ?2 and id = (select channel_id from publications where id = ?1)",
            id,
            now
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query!(
            "update publications set updated_ms = ?2, next_ms = max(?2 + max(next_ms - updated_ms, 0), iif(state = 'scheduled', due_ms, 0)),
               sent_ms = sent_ms - (updated_ms - ?2), first_sent_ms = first_sent_ms - (updated_ms - ?2) where id = ?1",
            id,
            now
        )
        .execute(&mut *tx)
        .await?;
    }
    for id in called_too_early(tx, now).await? {
        let was = row(tx, id).await?;
        let mut after = was.standing.clone();
        after.not_late_after_all(was.due, now);
        if save(tx, &was, &after, None, now).await? {
            let event = Event::new("publication.rescheduled", id.0).within(was.project).detail(json!({ "at": was.due.rfc3339() }));
            record(tx, &Actor::system(), now, event).await?;
        }
    }
    Ok(())
}

/// Missed ones that are within their limit by the clock of now. Where somebody planned the same
/// variant on the channel again since, the older plan stays missed.
async fn called_too_early(tx: &mut Tx, now: Ms) -> Outcome<Vec<PublicationId>> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: PublicationId" from publications p
           where state = 'missed' and due_ms + max_late_ms >= ?1 and (review_reason = 'too_late' or due_ms > ?1)
             and not exists (select 1 from publications o where o.variant_id = p.variant_id and +o.channel_id = p.channel_id
                               and o.state not in ('cancelled', 'failed', 'missed'))
           order by due_ms limit 100"#,
        now
    )
    .fetch_all(tx)
    .await?)
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
