//! All SQL of slots.

use super::model::Checked;
use crate::platform::db::Tx;
use crate::platform::id::{ChannelId, MemberId, ProjectId, SlotId};
use crate::platform::{Error, Ms, Outcome};
use serde::Serialize;
use sqlx::SqlitePool;

/// A slot as people and programs read it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Slot {
    pub id: SlotId,
    pub channel: ChannelId,
    pub channel_name: String,
    /// RFC 5545
    pub rule: String,
    pub time: String,
    pub zone: String,
    pub queue: String,
    pub starts_on: String,
}

/// The slots of a project this member may see, by channel and time; there are never many.
pub async fn list(db: &SqlitePool, member: MemberId, project: ProjectId) -> Outcome<Vec<Slot>> {
    let rows = sqlx::query_as!(
        Slot,
        r#"select s.id as "id: SlotId", s.channel_id as "channel: ChannelId", c.name as channel_name, s.rule, s.local_time as time, s.zone, s.queue,
             s.starts_on
           from slots s join channels c on c.id = s.channel_id
           where s.project_id = ?1 and c.deleted_ms is null and exists (select 1 from sights where member_id = ?2 and project_id = s.project_id)
           order by c.name, s.local_time, s.id limit 500"#,
        project,
        member
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// What a member may see of one slot: its project and channel.
pub async fn find(tx: &mut Tx, member: MemberId, id: SlotId) -> Outcome<(ProjectId, ChannelId)> {
    let row = sqlx::query!(
        r#"select project_id as "project: ProjectId", channel_id as "channel: ChannelId" from slots s
           where id = ?1 and exists (select 1 from sights where member_id = ?2 and project_id = s.project_id)"#,
        id,
        member
    )
    .fetch_one(tx)
    .await?;
    Ok((row.project, row.channel))
}

pub async fn insert(tx: &mut Tx, (id, project, channel): (SlotId, ProjectId, ChannelId), slot: &Checked, by: MemberId, now: Ms) -> Outcome<()> {
    let (rule, starts) = (slot.rule.to_string(), slot.starts_on.to_string());
    sqlx::query!(
        "insert into slots (id, project_id, channel_id, rule, local_time, zone, queue, starts_on, created_by, created_ms)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        project,
        channel,
        rule,
        slot.time,
        slot.zone,
        slot.queue,
        starts,
        by,
        now
    )
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn delete(tx: &mut Tx, id: SlotId) -> Outcome<()> {
    let done = sqlx::query!("delete from slots where id = ?", id).execute(tx).await?;
    if done.rows_affected() == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// When something is planned or out on a channel, between two instants.
pub async fn taken(db: &SqlitePool, channel: ChannelId, from: Ms, until: Ms) -> Outcome<Vec<Ms>> {
    Ok(sqlx::query_scalar!(
        r#"select due_ms as "due: Ms" from publications indexed by publications_on_channel
           where channel_id = ? and due_ms between ? and ? and state not in ('cancelled', 'failed', 'missed') order by due_ms"#,
        channel,
        from,
        until
    )
    .fetch_all(db)
    .await?)
}

/// Whether something is planned or out on a channel between two instants.
pub async fn is_taken(tx: &mut Tx, channel: ChannelId, from: Ms, until: Ms) -> Outcome<bool> {
    let found = sqlx::query_scalar!(
        "select 1 from publications indexed by publications_on_channel
         where channel_id = ? and due_ms between ? and ? and state not in ('cancelled', 'failed', 'missed') limit 1",
        channel,
        from,
        until
    );
    Ok(found.fetch_optional(tx).await?.is_some())
}
