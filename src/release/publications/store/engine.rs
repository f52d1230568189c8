//! The SQL of senders, looks and recovery.
//!
//! Invariants: an attempt row is committed before a byte leaves; every change of state names the
//! state and the lease it comes from and counts the rows it changed; an answer that comes too late
//! changes nothing and is kept as evidence.

use super::frozen::{self, Wanted};
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{BootId, ChannelId, ProjectId, PublicationId, VariantId};
use crate::platform::{Ms, Outcome};
use crate::release::channels::kinds::{Report, Seen, Sent};
use crate::release::channels::{Capability, ChannelState};
use crate::release::publications::model::{Ready, Standing, State, Step, backoff};
use serde_json::json;
use sqlx::SqlitePool;

/// A publication with what the engine needs of it.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: PublicationId,
    pub project: ProjectId,
    pub channel: ChannelId,
    pub variant: VariantId,
    pub delivery: String,
    pub payload: Option<String>,
    pub content_digest: Option<Vec<u8>>,
    pub due: Ms,
    pub epoch: i64,
    pub simulated: bool,
    pub standing: Standing,
}

/// One send or look under way.
#[derive(Clone, Debug)]
pub struct Errand {
    pub row: Row,
    pub step: Step,
    attempt: i64,
}

pub async fn row(tx: &mut Tx, id: PublicationId) -> Outcome<Row> {
    let row = sqlx::query!(
        r#"select project_id as "project: ProjectId", channel_id as "channel: ChannelId", variant_id as "variant: VariantId", delivery,
             payload, content_digest, due_ms as "due: Ms", lease_epoch as epoch, simulated as "simulated: bool", state as "state: State",
             capability as "capability: Capability", stage_ref as stage, remote_id, remote_url, sends, resends, looks,
             doubtful as "doubtful: bool", first_sent_ms as "first_sent: Ms", sent_ms as "sent: Ms", next_ms as "next: Ms",
             review_reason as reason, max_late_ms,
             max(due_ms, iif(review_choice = 'again', coalesce(reviewed_ms, 0), 0)) as "wanted!: Ms"
           from publications where id = ?"#,
        id
    )
    .fetch_one(tx)
    .await?;
    let standing = Standing {
        state: row.state,
        capability: row.capability,
        stage: row.stage,
        remote_id: row.remote_id,
        remote_url: row.remote_url,
        sends: row.sends,
        resends: row.resends,
        looks: row.looks,
        doubtful: row.doubtful,
        first_sent: row.first_sent,
        sent: row.sent,
        next: row.next,
        reason: row.reason,
        wanted: row.wanted,
        max_late_ms: row.max_late_ms,
    };
    Ok(Row {
        id,
        project: row.project,
        channel: row.channel,
        variant: row.variant,
        delivery: row.delivery,
        payload: row.payload,
        content_digest: row.content_digest,
        due: row.due,
        epoch: row.epoch,
        simulated: row.simulated,
        standing,
    })
}

/// Writes where a publication stands now, if it still stands where it was read; false when not.
/// `lease` holds it for a boot, under a new epoch.
pub async fn save(tx: &mut Tx, was: &Row, now_at: &Standing, lease: Option<BootId>, now: Ms) -> Outcome<bool> {
    let epoch = was.epoch + i64::from(lease.is_some());
    let s = now_at;
    let done = sqlx::query!(
        "update publications set state = ?1, stage_ref = ?2, remote_id = ?3, remote_url = ?4, sends = ?5, resends = ?6, looks = ?7,
           doubtful = ?8, first_sent_ms = ?9, sent_ms = ?10, next_ms = ?11, review_reason = ?12, lease_boot = ?13, lease_epoch = ?14,
           published_ms = iif(?1 = 'published', coalesce(published_ms, ?15), published_ms), updated_ms = ?15, version = version + 1
         where id = ?16 and state = ?17 and lease_epoch = ?18",
        s.state,
        s.stage,
        s.remote_id,
        s.remote_url,
        s.sends,
        s.resends,
        s.looks,
        s.doubtful,
        s.first_sent,
        s.sent,
        s.next,
        s.reason,
        lease,
        epoch,
        now,
        was.id,
        was.standing.state,
        was.epoch
    )
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A channel with something planned, and when.
pub struct Due {
    pub channel: ChannelId,
    pub next: Ms,
}

/// When each channel has its next one, soonest first; blocked channels not before they open.
pub async fn channels_by_next(db: &SqlitePool) -> Outcome<Vec<Due>> {
    let rows = sqlx::query_as!(
        Due,
        r#"select channel as "channel!: ChannelId", next as "next!: Ms" from (
             select c.id as channel, max(coalesce(c.blocked_until_ms, 0),
               (select next_ms from publications p where p.channel_id = c.id and p.state = 'scheduled' order by next_ms limit 1)) as next
             from channels c)
           where next is not null order by next limit 500"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Takes the next one whose turn has come on a channel and writes the intent to send it. What may
/// not be sent moves aside on the way.
pub async fn claim(tx: &mut Tx, channel: ChannelId, boot: BootId, base: &str, now: Ms) -> Outcome<Option<Errand>> {
    for _ in 0..20 {
        let found = sqlx::query!(
            r#"select p.id as "id: PublicationId", c.state as "state: ChannelState", c.deleted_ms is not null or pr.deleted_ms is not null as "gone!: bool"
               from publications p join channels c on c.id = p.channel_id join projects pr on pr.id = p.project_id
               where p.channel_id = ?1 and p.state = 'scheduled' and p.next_ms <= ?2 and coalesce(c.blocked_until_ms, 0) <= ?2
               order by p.next_ms, p.due_ms limit 1"#,
            channel, now
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(found) = found else { return Ok(None) };
        let mut was = row(tx, found.id).await?;
        let approved = thaw(tx, &mut was, base).await?;
        let mut turned = was.standing.clone();
        let ready = Ready { approved, channel_on: found.state == ChannelState::On && !found.gone };
        let Some(step) = turned.turn(ready, now) else {
            save(tx, &was, &turned, None, now).await?;
            tell(tx, &was, &turned, now).await?;
            continue;
        };
        turned.state = State::Claimed;
        save(tx, &was, &turned, Some(boot), now).await?;
        (was.epoch, was.standing) = (was.epoch + 1, turned);
        return intend(tx, was, step, boot, now).await.map(Some);
    }
    Ok(None)
}

/// Sees to it that what goes out is what is approved: a changed and approved again variant is frozen
/// anew, unless a send under the same key may have carried the older words.
async fn thaw(tx: &mut Tx, was: &mut Row, base: &str) -> Outcome<bool> {
    let Some(approved) = frozen::approved_digest(tx, was.variant).await? else { return Ok(false) };
    if was.payload.is_some() && was.content_digest.as_ref() == Some(&approved) {
        return Ok(true);
    }
    if was.standing.doubtful && was.standing.capability == Capability::Key {
        return Ok(false);
    }
    let wanted = Wanted { id: was.id, project: was.project, channel: was.channel, variant: was.variant, delivery: &was.delivery, due: was.due, base };
    let Some((payload, digest)) = frozen::freeze(tx, &wanted).await? else { return Ok(false) };
    sqlx::query!("update publications set payload = ?, content_digest = ? where id = ?", payload, digest, was.id).execute(tx).await?;
    (was.payload, was.content_digest, was.standing.stage) = (Some(payload), Some(digest), None);
    Ok(true)
}

/// Writes that something is about to leave.
async fn intend(tx: &mut Tx, was: Row, step: Step, boot: BootId, now: Ms) -> Outcome<Errand> {
    use sha2::{Digest, Sha256};
    let mut sending = was.standing.clone();
    sending.send_begins(step, now);
    let done = sqlx::query!(
        "update publications set state = ?1, sends = ?2, looks = ?3, first_sent_ms = ?4, sent_ms = ?5, next_ms = null
         where id = ?6 and state = 'claimed' and lease_epoch = ?7",
        sending.state,
        sending.sends,
        sending.looks,
        sending.first_sent,
        sending.sent,
        was.id,
        was.epoch
    )
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() != 1 {
        return Err(crate::platform::Error::broken("a claimed publication was not there"));
    }
    let digest = Sha256::digest(was.payload.as_deref().unwrap_or_default().as_bytes()).to_vec();
    let attempt = open(tx, &was, step, boot, Some(digest), now).await?;
    Ok(Errand { row: Row { standing: sending, ..was }, step, attempt })
}

async fn open(tx: &mut Tx, row: &Row, step: Step, boot: BootId, digest: Option<Vec<u8>>, now: Ms) -> Outcome<i64> {
    let id = sqlx::query_scalar!(
        r#"insert into attempts (publication_id, seq, step, boot, lease_epoch, delivery, request_digest, state, intended_ms)
           select ?1, coalesce(max(seq), 0) + 1, ?2, ?3, ?4, ?5, ?6, 'sending', ?7 from attempts where publication_id = ?1
           returning id as "id!""#,
        row.id,
        step,
        boot,
        row.epoch,
        row.delivery,
        digest,
        now
    )
    .fetch_one(tx)
    .await?;
    Ok(id)
}

/// Writes an answer as evidence; an attempt that was given up keeps it as late.
async fn close<T>(tx: &mut Tx, attempt: i64, state: &str, report: &Report<T>, retry_after: Option<i64>, now: Ms) -> Outcome<()> {
    let status = report.status.map(i64::from);
    sqlx::query!(
        "update attempts set state = iif(state = 'sending', ?1, 'late_answer'), http_status = ?2, error_code = coalesce(?3, error_code),
           retry_after_ms = ?4, answer_excerpt = ?5, answered_ms = ?6 where id = ?7",
        state,
        status,
        report.code,
        retry_after,
        report.excerpt,
        now,
        attempt
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Records what came back from a send.
pub async fn settle(tx: &mut Tx, errand: &Errand, report: &Report<Sent>, now: Ms) -> Outcome<()> {
    let (state, retry_after) = match &report.outcome {
        Sent::Published { .. } | Sent::Staged { .. } => ("ok", None),
        Sent::Refused => ("refused", None),
        Sent::RefusedForNow { retry_after_ms } => ("refused_for_now", *retry_after_ms),
        Sent::Unknown => ("unknown", None),
    };
    close(tx, errand.attempt, state, report, retry_after, now).await?;
    let mut after = errand.row.standing.clone();
    after.answered(errand.step, &report.outcome, now);
    finish(tx, errand, after, now).await?;
    weigh(tx, errand.row.channel, report, now).await
}

/// Records what a look found.
pub async fn settle_look(tx: &mut Tx, errand: &Errand, report: &Report<Seen>, now: Ms) -> Outcome<()> {
    let state = match &report.outcome {
        Seen::Present { .. } => "present",
        Seen::Absent | Seen::Open | Seen::Expired => "absent",
        Seen::Unseen => "unknown",
    };
    close(tx, errand.attempt, state, report, None, now).await?;
    let mut after = errand.row.standing.clone();
    after.looked(&report.outcome, now);
    finish(tx, errand, after, now).await
}

async fn finish(tx: &mut Tx, errand: &Errand, mut after: Standing, now: Ms) -> Outcome<()> {
    let was = &errand.row;
    if after.state == State::Published {
        let id = after.remote_id.take().unwrap_or_else(|| was.delivery.clone());
        let other = sqlx::query_scalar!(
            r#"select 1 as "one!: i64" from publications where channel_id = ? and remote_id = ? and id <> ?"#,
            was.channel,
            id,
            was.id
        )
        .fetch_optional(&mut *tx)
        .await?;
        if other.is_some() {
            // The platform names two posts alike: only a person can say which is which.
            (after.state, after.reason, after.remote_url) = (State::NeedsReview, Some("id_taken".into()), None);
        } else {
            after.remote_id = Some(id);
            after.next = was.simulated.then_some(now);
        }
    }
    if save(tx, was, &after, None, now).await? {
        tell(tx, was, &after, now).await?;
    }
    Ok(())
}

/// What people should see at once is an event; the way there is not.
async fn tell(tx: &mut Tx, was: &Row, after: &Standing, now: Ms) -> Outcome<()> {
    let kind = match after.state {
        State::Published => "publication.published",
        State::Failed => "publication.failed",
        State::Missed => "publication.missed",
        State::NeedsReview => "publication.doubted",
        State::WaitingChannel => "publication.waiting",
        _ => return Ok(()),
    };
    let detail = json!({ "reason": after.reason });
    record(tx, &Actor::system(), now, Event::new(kind, was.id.0).within(was.project).detail(detail)).await
}

/// Keeps the channel's health: one refusal delays its publication only; the second in a row holds
/// the channel until the platform is likely to listen.
async fn weigh(tx: &mut Tx, channel: ChannelId, report: &Report<Sent>, now: Ms) -> Outcome<()> {
    match &report.outcome {
        Sent::Published { .. } | Sent::Staged { .. } => {
            let fresh = now.plus(-60_000);
            sqlx::query!(
                "update channels set fails_in_row = 0, blocked_until_ms = null, last_error = null, last_ok_ms = ?2
                 where id = ?1 and (fails_in_row > 0 or last_ok_ms is null or last_ok_ms < ?3)",
                channel,
                now,
                fresh
            )
            .execute(tx)
            .await?;
        }
        Sent::RefusedForNow { retry_after_ms } => {
            let error = report.code.map_or_else(|| report.status.map(|status| status.to_string()), |code| Some(code.to_owned()));
            let fails = sqlx::query_scalar!(
                "update channels set fails_in_row = fails_in_row + 1, last_error = ? where id = ? returning fails_in_row",
                error,
                channel
            )
            .fetch_one(&mut *tx)
            .await?;
            if fails >= 2 {
                let until = now.plus(retry_after_ms.unwrap_or_else(|| backoff(fails - 1).min(30_000)));
                sqlx::query!("update channels set blocked_until_ms = ? where id = ?", until, channel).execute(tx).await?;
            }
        }
        Sent::Refused => {
            let error = report.status.map(|status| status.to_string());
            sqlx::query!("update channels set fails_in_row = 0, last_error = ? where id = ?", error, channel).execute(tx).await?;
        }
        Sent::Unknown => {}
    }
    Ok(())
}

/// A channel whose secret cannot be opened: what is due waits until it is entered again.
pub async fn disconnect(tx: &mut Tx, errand: &Errand, now: Ms) -> Outcome<()> {
    let channel = errand.row.channel;
    sqlx::query!("update channels set state = 'needs_reconnect', last_error = 'secret', updated_ms = ? where id = ?", now, channel)
        .execute(&mut *tx)
        .await?;
    close(tx, errand.attempt, "refused_for_now", &Report { outcome: (), status: None, code: Some("secret"), excerpt: None }, None, now).await?;
    let mut after = errand.row.standing.clone();
    (after.state, after.next) = (State::Scheduled, Some(now));
    save(tx, &errand.row, &after, None, now).await?;
    Ok(())
}

/// What is to be looked at now, and when the next one is.
pub async fn to_look(db: &SqlitePool, limit: i64) -> Outcome<Vec<(PublicationId, Ms)>> {
    let rows = sqlx::query!(
        r#"select id as "id: PublicationId", next_ms as "next!: Ms" from publications
           where state = 'verifying' and next_ms is not null order by next_ms limit ?"#,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.next)).collect())
}

/// Writes the intent to look; `None` when there is nothing to look at any more.
pub async fn begin_look(tx: &mut Tx, id: PublicationId, boot: BootId, now: Ms) -> Outcome<Option<Errand>> {
    let mut was = row(tx, id).await?;
    if was.standing.state != State::Verifying || was.standing.next.is_none_or(|next| next > now) {
        return Ok(None);
    }
    let looking = Standing { next: None, ..was.standing.clone() };
    save(tx, &was, &looking, Some(boot), now).await?;
    (was.epoch, was.standing) = (was.epoch + 1, looking);
    let attempt = open(tx, &was, Step::Look, boot, None, now).await?;
    Ok(Some(Errand { row: was, step: Step::Look, attempt }))
}

/// Publications that some boot holds.
pub async fn leased(db: &SqlitePool) -> Outcome<Vec<(PublicationId, BootId, Ms)>> {
    let rows = sqlx::query!(
        r#"select id as "id: PublicationId", lease_boot as "boot!: BootId", updated_ms as "at: Ms" from publications where lease_boot is not null"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.boot, row.at)).collect())
}

/// Resolves one whose sender is gone: what was open stays unanswered for ever.
pub async fn interrupt(tx: &mut Tx, id: PublicationId, now: Ms) -> Outcome<()> {
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
