//! Recording what came back from a send or a look, and what it says of the channel's health.

use super::{Errand, save, tell};
use crate::platform::db::Tx;
use crate::platform::id::ChannelId;
use crate::platform::{Ms, Outcome};
use crate::release::channels::kinds::{Reason, Report, Seen, Sent};
use crate::release::publications::model::{Standing, State, backoff};

/// Records what came back from a send.
pub async fn settle(tx: &mut Tx, errand: &Errand, report: &Report<Sent>, now: Ms) -> Outcome<()> {
    let (state, retry_after) = match &report.outcome {
        Sent::Published { .. } | Sent::Staged { .. } => ("ok", None),
        Sent::Denied => ("refused_for_now", None),
        Sent::Refused => ("refused", None),
        Sent::RefusedForNow { retry_after_ms } => ("refused_for_now", *retry_after_ms),
        Sent::Unknown => ("unknown", None),
    };
    if report.outcome == Sent::Denied {
        return disconnect(tx, errand, report, now).await;
    }
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
            let error = report.trouble();
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
            let error = report.trouble();
            sqlx::query!("update channels set fails_in_row = 0, last_error = ? where id = ?", error, channel).execute(tx).await?;
        }
        Sent::Unknown | Sent::Denied => {}
    }
    Ok(())
}

/// A channel whose secret cannot be opened, or whose platform knows it no more: what is due waits until it is connected
/// again.
async fn disconnect<T>(tx: &mut Tx, errand: &Errand, report: &Report<T>, now: Ms) -> Outcome<()> {
    let (channel, error) = (errand.row.channel, report.trouble());
    sqlx::query!("update channels set state = 'needs_reconnect', last_error = ?, updated_ms = ? where id = ?", error, now, channel)
        .execute(&mut *tx)
        .await?;
    close(tx, errand.attempt, "refused_for_now", report, None, now).await?;
    let mut after = errand.row.standing.clone();
    (after.state, after.next) = (State::Scheduled, Some(now));
    save(tx, &errand.row, &after, None, now).await?;
    Ok(())
}

/// Writes an answer as evidence; an attempt that was given up keeps it as late.
async fn close<T>(tx: &mut Tx, attempt: i64, state: &str, report: &Report<T>, retry_after: Option<i64>, now: Ms) -> Outcome<()> {
    let (status, reason) = (report.status.map(i64::from), report.reason.map(Reason::name));
    sqlx::query!(
        "update attempts set state = iif(state = 'sending', ?1, 'late_answer'), http_status = ?2, error_code = coalesce(?3, error_code),
           retry_after_ms = ?4, answer_excerpt = ?5, answered_ms = ?6, reason = ?8 where id = ?7",
        state,
        status,
        report.code,
        retry_after,
        report.excerpt,
        now,
        attempt,
        reason
    )
    .execute(tx)
    .await?;
    Ok(())
}
