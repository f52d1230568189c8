//! The SQL of plans and of a person's choices.

use super::engine::Row;
use crate::platform::clock::DAY;
use crate::platform::db::Tx;
use crate::platform::id::{ChannelId, MemberId, ProjectId, PublicationId, VariantId};
use crate::platform::{Error, Ms, Outcome};
use crate::release::channels::Channel;
use crate::release::publications::plan::Plan;

/// A variant as scheduling meets it.
pub struct Planned {
    pub project: ProjectId,
    pub title: String,
    pub approved: bool,
}

/// A variant this member may see.
pub async fn variant(tx: &mut Tx, member: MemberId, id: VariantId) -> Outcome<Planned> {
    let row = sqlx::query_as!(
        Planned,
        r#"select project_id as "project: ProjectId", title, state = 'approved' and digest is not null as "approved!: bool"
           from variants v where id = ?1 and deleted_ms is null
             and exists (select 1 from sights where member_id = ?2 and project_id = v.project_id)"#,
        id,
        member
    )
    .fetch_one(tx)
    .await?;
    Ok(row)
}

/// That this member may see the publication, with what the engine knows of it.
pub async fn seen(tx: &mut Tx, member: MemberId, id: PublicationId) -> Outcome<Row> {
    sqlx::query_scalar!(
        "select 1 from publications p where id = ?1 and exists (select 1 from sights where member_id = ?2 and project_id = p.project_id)",
        id,
        member
    )
    .fetch_one(&mut *tx)
    .await?;
    super::engine::row(tx, id).await
}

/// A plan to be written.
pub struct NewRow<'a> {
    pub id: PublicationId,
    pub variant: VariantId,
    pub project: ProjectId,
    pub channel: &'a Channel,
    pub plan: &'a Plan,
    pub delivery: &'a str,
    pub frozen: Option<(String, Vec<u8>)>,
    pub by: MemberId,
}

pub async fn insert(tx: &mut Tx, row: NewRow<'_>, now: Ms) -> Outcome<()> {
    let NewRow { id, variant, project, channel, plan, delivery, frozen, by } = row;
    let (payload, digest) = frozen.unzip();
    sqlx::query!(
        "insert into publications (id, project_id, variant_id, channel_id, state, payload, content_digest, due_ms, due_local, due_zone,
           zone_rule, max_late_ms, capability, delivery, next_ms, simulated, created_by, created_ms, updated_ms)
         values (?1, ?2, ?3, ?4, 'scheduled', ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?7, ?14, ?15, ?16, ?16)",
        id,
        project,
        variant,
        channel.id,
        payload,
        digest,
        plan.due,
        plan.local,
        plan.zone,
        plan.rule,
        channel.max_late_ms,
        channel.capability,
        delivery,
        channel.simulated,
        by,
        now
    )
    .execute(tx)
    .await
    .map_err(taken)?;
    Ok(())
}

fn taken(error: sqlx::Error) -> Error {
    Error::from(error).taken("publications.variant_id, publications.channel_id, publications.due_ms", "local", "error-publication-taken")
}

/// Moves a plan; the words are frozen again because they carry the time.
pub async fn replan(tx: &mut Tx, was: &Row, plan: &Plan, frozen: Option<(String, Vec<u8>)>, now: Ms) -> Outcome<()> {
    let (payload, digest) = frozen.unzip();
    let done = sqlx::query!(
        "update publications set state = 'scheduled', due_ms = ?1, next_ms = ?1, due_local = ?2, due_zone = ?3, zone_rule = ?4, payload = ?5,
           content_digest = ?6, review_reason = null, stage_ref = null, updated_ms = ?7, version = version + 1
         where id = ?8 and state = ?9 and lease_epoch = ?10",
        plan.due,
        plan.local,
        plan.zone,
        plan.rule,
        payload,
        digest,
        now,
        was.id,
        was.standing.state,
        was.epoch
    )
    .execute(tx)
    .await
    .map_err(taken)?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Error::Stale(None)) }
}

/// Takes a plan back, or brings one back that was taken back.
pub async fn set_cancelled(tx: &mut Tx, was: &Row, state: &'static str, next: Option<Ms>, now: Ms) -> Outcome<()> {
    let done = sqlx::query!(
        "update publications set state = ?1, next_ms = ?2, updated_ms = ?3, version = version + 1 where id = ?4 and state = ?5 and lease_epoch = ?6",
        state,
        next,
        now,
        was.id,
        was.standing.state,
        was.epoch
    )
    .execute(tx)
    .await
    .map_err(taken)?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Error::Stale(None)) }
}

/// Whether a person dropped it, rather than taking back a plan.
pub async fn is_dropped(tx: &mut Tx, id: PublicationId) -> Outcome<bool> {
    let choice = sqlx::query_scalar!("select review_choice from publications where id = ?", id).fetch_one(tx).await?;
    Ok(choice.as_deref() == Some("drop"))
}

/// A person's word on what became of it, kept with who and when.
pub async fn write_choice(tx: &mut Tx, id: PublicationId, choice: &'static str, by: MemberId, now: Ms) -> Outcome<()> {
    sqlx::query!("update publications set review_choice = ?, reviewed_by = ?, reviewed_ms = ? where id = ?", choice, by, now, id).execute(tx).await?;
    Ok(())
}

/// A person says where it is.
pub async fn mark_live(tx: &mut Tx, was: &Row, address: Option<&str>, now: Ms) -> Outcome<()> {
    let done = sqlx::query!(
        "update publications set state = 'published', remote_id = ?1, remote_url = ?1, next_ms = iif(simulated, ?2, null), doubtful = 0,
           published_ms = coalesce(sent_ms, ?2), updated_ms = ?2, version = version + 1 where id = ?3 and state = ?4 and lease_epoch = ?5",
        address,
        now,
        was.id,
        was.standing.state,
        was.epoch
    )
    .execute(tx)
    .await
    .map_err(|error| Error::from(error).taken("publications.channel_id, publications.remote_id", "url", "error-address-taken"))?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Error::Stale(None)) }
}

/// The evidence that a person published it.
pub async fn hand_attempt(tx: &mut Tx, was: &Row, boot: crate::platform::id::BootId, address: Option<&str>, now: Ms) -> Outcome<()> {
    sqlx::query!(
        "insert into attempts (publication_id, seq, step, boot, lease_epoch, delivery, state, answer_excerpt, intended_ms, answered_ms)
         select ?1, coalesce(max(seq), 0) + 1, 'hand', ?2, ?3, ?4, 'ok', ?5, ?6, ?6 from attempts where publication_id = ?1",
        was.id,
        boot,
        was.epoch,
        was.delivery,
        address,
        now
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// A new delivery for a new try.
pub async fn renew(tx: &mut Tx, id: PublicationId, delivery: &str, frozen: Option<(String, Vec<u8>)>) -> Outcome<()> {
    let (payload, digest) = frozen.unzip();
    sqlx::query!("update publications set delivery = ?, payload = ?, content_digest = ? where id = ?", delivery, payload, digest, id)
        .execute(tx)
        .await?;
    Ok(())
}

/// Whether the same words go out on the channel within a day of `due`.
pub async fn same_words_near(tx: &mut Tx, channel: ChannelId, digest: &[u8], due: Ms) -> Outcome<bool> {
    let (from, until) = (due.plus(-DAY), due.plus(DAY));
    let found = sqlx::query_scalar!(
        "select 1 from publications where channel_id = ? and due_ms between ? and ? and content_digest = ?
           and state not in ('cancelled', 'failed', 'missed') limit 1",
        channel,
        from,
        until,
        digest
    )
    .fetch_optional(tx)
    .await?;
    Ok(found.is_some())
}

/// How many are planned or out on the channel between two instants.
pub async fn planned_between(tx: &mut Tx, channel: ChannelId, from: Ms, until: Ms) -> Outcome<i64> {
    let n = sqlx::query_scalar!(
        "select count(*) from publications where channel_id = ? and due_ms >= ? and due_ms < ? and state not in ('cancelled', 'failed', 'missed')",
        channel,
        from,
        until
    )
    .fetch_one(tx)
    .await?;
    Ok(n)
}
