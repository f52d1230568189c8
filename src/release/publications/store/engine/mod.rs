//! The SQL of senders, looks and recovery: here the row they all read and write, in their own files
//! taking the next one, recording what came back, and what nobody holds any more.
//!
//! Invariants: an attempt row is committed before a byte leaves; every change of state names the
//! state and the lease it comes from and counts the rows it changed; an answer that comes too late
//! changes nothing and is kept as evidence.

mod claiming;
mod recovery;
mod settling;

pub use claiming::{begin_look, channels_by_next, claim, to_look};
pub use recovery::{clear_restored, hold_restored, interrupt, is_restored, leased, oldest_due, overdue, release_ready, went_back};
pub use settling::{settle, settle_look};

use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{BootId, ChannelId, ProjectId, PublicationId, VariantId};
use crate::platform::{Ms, Outcome};
use crate::release::channels::Capability;
use crate::release::publications::model::{Standing, State, Step};
use serde_json::json;

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
