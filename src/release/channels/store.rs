//! All SQL of channels.

mod accounts;
mod consents;

pub use accounts::{connection, open_secret, renew, seal, set_facts, set_trouble, stored_secret};
pub use consents::{Consenting, Who, begin as begin_consent, take as take_consent, under_way as consent_under_way};

use super::kinds::limits::{Measured, Problem};
use super::kinds::payload::Payload;
use super::kinds::{Limits, Values, kind};
use super::model::{Capability, ChannelState, Checked};
use crate::platform::clock::MINUTE;
use crate::platform::db::Tx;
use crate::platform::id::{ChannelId, MemberId, ProjectId};
use crate::platform::{Error, Ms, Outcome};
use crate::web::Slice;
use serde::Serialize;
use sqlx::SqlitePool;

/// A channel as people and programs read it: never with its secret.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Channel {
    pub id: ChannelId,
    pub project: ProjectId,
    pub kind: String,
    pub name: String,
    pub settings: serde_json::Value,
    /// What its platform said of itself, `account` among it.
    pub facts: serde_json::Value,
    pub capability: Capability,
    pub locale: Option<String>,
    pub zone: String,
    pub simulated: bool,
    pub state: ChannelState,
    /// How late something may still leave
    #[serde(rename = "max_late_minutes", serialize_with = "minutes")]
    pub max_late_ms: i64,
    /// Nothing is sent before this instant (RFC 3339): the platform asked to wait, or cannot be reached.
    #[serde(serialize_with = "rfc3339")]
    #[schema(value_type = Option<String>)]
    pub blocked_until: Option<Ms>,
    pub last_error: Option<String>,
    /// When something was last accepted, RFC 3339.
    #[serde(serialize_with = "rfc3339")]
    #[schema(value_type = Option<String>)]
    pub last_ok: Option<Ms>,
    pub version: i64,
    #[serde(skip)]
    pub binned: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the shape serde asks for")]
fn minutes<S: serde::Serializer>(ms: &i64, to: S) -> Result<S::Ok, S::Error> {
    (ms / MINUTE).serialize(to)
}

#[allow(clippy::ref_option, reason = "the shape serde asks for")]
fn rfc3339<S: serde::Serializer>(at: &Option<Ms>, to: S) -> Result<S::Ok, S::Error> {
    at.map(Ms::rfc3339).serialize(to)
}

impl Channel {
    /// The public settings by name.
    pub fn values(&self) -> Values {
        serde_json::from_value(self.settings.clone()).unwrap_or_default()
    }

    /// Whose account it is, as its platform calls it.
    pub fn account(&self) -> Option<&str> {
        self.facts.get("account").and_then(serde_json::Value::as_str)
    }

    /// What its platform takes; a kind that is gone takes anything, and refuses when it is sent.
    pub fn limits(&self) -> Limits {
        let mut values: Values = serde_json::from_value(self.facts.clone()).unwrap_or_default();
        values.extend(self.values());
        kind(&self.kind).map_or(Limits::NONE, |kind| kind.limits(&values))
    }

    /// What its platform would refuse of a post.
    pub fn problems(&self, payload: &Payload, files: &[Measured]) -> Vec<Problem> {
        let Some(kind) = kind(&self.kind) else { return Vec::new() };
        let mut problems = self.limits().problems(payload, &kind.text(payload), files);
        problems.extend(kind.problems(payload));
        problems
    }

    pub fn max_late_minutes(&self) -> i64 {
        self.max_late_ms / MINUTE
    }
}

struct Row {
    id: ChannelId,
    project: ProjectId,
    kind: String,
    name: String,
    settings: String,
    facts: String,
    capability: Capability,
    locale: Option<String>,
    zone: String,
    simulated: bool,
    state: ChannelState,
    max_late_ms: i64,
    blocked_until: Option<Ms>,
    last_error: Option<String>,
    last_ok: Option<Ms>,
    version: i64,
    binned: bool,
}

impl From<Row> for Channel {
    fn from(row: Row) -> Channel {
        let Row {
            id,
            project,
            kind,
            name,
            settings,
            facts,
            capability,
            locale,
            zone,
            simulated,
            state,
            max_late_ms,
            blocked_until,
            last_error,
            last_ok,
            version,
            binned,
        } = row;
        let settings = serde_json::from_str(&settings).unwrap_or_default();
        let facts = serde_json::from_str(&facts).unwrap_or_default();
        Channel {
            id,
            project,
            kind,
            name,
            settings,
            facts,
            capability,
            locale,
            zone,
            simulated,
            state,
            max_late_ms,
            blocked_until,
            last_error,
            last_ok,
            version,
            binned,
        }
    }
}

/// The living channels of a project this member may see, oldest first.
pub async fn seen_in(db: &SqlitePool, member: MemberId, project: ProjectId, after: Option<ChannelId>, limit: i64) -> Outcome<Slice<Channel>> {
    let more = limit + 1;
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: ChannelId", project_id as "project: ProjectId", kind, name, settings, facts, capability as "capability: Capability",
             locale, zone, simulated as "simulated: bool", state as "state: ChannelState", max_late_ms, blocked_until_ms as "blocked_until: Ms",
             last_error, last_ok_ms as "last_ok: Ms", version, deleted_ms is not null as "binned!: bool"
           from channels
           where project_id = ?1 and deleted_ms is null and (?3 is null or id > ?3)
             and exists (select 1 from sights where member_id = ?2 and project_id = channels.project_id)
           order by id limit ?4"#,
        project,
        member,
        after,
        more
    )
    .fetch_all(db)
    .await?;
    Ok(Slice::cut(rows.into_iter().map(Channel::from).collect(), limit, |channel| channel.id.0))
}

/// A channel this member may see; a binned one too, so that it can be restored.
pub async fn find(db: &SqlitePool, member: MemberId, id: ChannelId) -> Outcome<Channel> {
    let row = sqlx::query_as!(
        Row,
        r#"select id as "id: ChannelId", project_id as "project: ProjectId", kind, name, settings, facts, capability as "capability: Capability",
             locale, zone, simulated as "simulated: bool", state as "state: ChannelState", max_late_ms, blocked_until_ms as "blocked_until: Ms",
             last_error, last_ok_ms as "last_ok: Ms", version, deleted_ms is not null as "binned!: bool"
           from channels
           where id = ?1 and exists (select 1 from sights where member_id = ?2 and project_id = channels.project_id)"#,
        id,
        member
    )
    .fetch_one(db)
    .await?;
    Ok(row.into())
}

/// What scheduling needs to know of a channel; through what the member may see.
pub async fn found(tx: &mut Tx, member: MemberId, id: ChannelId) -> Outcome<Channel> {
    let row = sqlx::query_as!(
        Row,
        r#"select id as "id: ChannelId", project_id as "project: ProjectId", kind, name, settings, facts, capability as "capability: Capability",
             locale, zone, simulated as "simulated: bool", state as "state: ChannelState", max_late_ms, blocked_until_ms as "blocked_until: Ms",
             last_error, last_ok_ms as "last_ok: Ms", version, deleted_ms is not null as "binned!: bool"
           from channels
           where id = ?1 and deleted_ms is null and exists (select 1 from sights where member_id = ?2 and project_id = channels.project_id)"#,
        id,
        member
    )
    .fetch_one(tx)
    .await?;
    Ok(row.into())
}

/// A channel as a form offers it.
#[derive(Clone, Debug)]
pub struct ChannelName {
    pub id: ChannelId,
    pub name: String,
    pub zone: String,
    pub kind: String,
    /// The language of its audience, where one was named
    pub locale: Option<String>,
    pub state: ChannelState,
}

/// The channels to choose from; the caller has shown that the member may see the project.
pub async fn names(db: &SqlitePool, member: MemberId, project: ProjectId) -> Outcome<Vec<ChannelName>> {
    let names = sqlx::query_as!(
        ChannelName,
        r#"select id as "id: ChannelId", name, zone, kind, locale, state as "state: ChannelState" from channels
           where project_id = ?1 and deleted_ms is null
             and exists (select 1 from sights where member_id = ?2 and project_id = channels.project_id)
           order by name limit 200"#,
        project,
        member
    )
    .fetch_all(db)
    .await?;
    Ok(names)
}

/// The language of a member, for names given on their behalf.
pub async fn member_locale(db: &SqlitePool, member: MemberId) -> Outcome<String> {
    Ok(sqlx::query_scalar!("select locale from members where id = ?", member).fetch_one(db).await?)
}

/// The zone of a project this member may see: what a new channel starts from.
pub async fn project_zone(db: &SqlitePool, member: MemberId, project: ProjectId) -> Outcome<String> {
    let zone = sqlx::query_scalar!(
        "select zone from projects p where id = ? and deleted_ms is null
           and exists (select 1 from sights where member_id = ? and project_id = p.id)",
        project,
        member
    )
    .fetch_one(db)
    .await?;
    Ok(zone)
}

/// A row to be written, sealed already.
pub struct Sealed {
    pub id: ChannelId,
    pub checked: Checked,
    pub secret: Option<Vec<u8>>,
}

pub async fn insert(tx: &mut Tx, project: ProjectId, by: MemberId, row: &Sealed, now: Ms) -> Outcome<()> {
    let Checked { kind, name, open, locale, zone, max_late_ms, .. } = &row.checked;
    let settings = serde_json::to_string(open).map_err(Error::broken)?;
    let (kind_name, capability, simulated) = (kind.name(), kind.capability(open), kind.simulated());
    // Where a person must consent first, nothing leaves before that.
    let state = if kind.consent().is_some() { ChannelState::NeedsReconnect } else { ChannelState::On };
    let done = sqlx::query!(
        "insert into channels (id, project_id, kind, name, settings, secret, capability, locale, zone, simulated, state, max_late_ms,
           created_by, created_ms, updated_ms)
         select ?1, p.id, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?14, ?11, ?12, ?13, ?13 from projects p where p.id = ?2
           and p.deleted_ms is null and exists (select 1 from sights where member_id = ?12 and project_id = p.id)",
        row.id,
        project,
        kind_name,
        name,
        settings,
        row.secret,
        capability,
        locale,
        zone,
        simulated,
        max_late_ms,
        by,
        now,
        state
    )
    .execute(tx)
    .await
    .map_err(|error| Error::from(error).taken("channels.project_id, channels.name", "name", "error-taken"))?;
    if done.rows_affected() == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Writes a change to a channel that still has `version`; entering the settings anew reconnects.
pub async fn update(tx: &mut Tx, row: &Sealed, state: ChannelState, version: i64, now: Ms) -> Outcome<()> {
    let Checked { kind, name, open, locale, zone, max_late_ms, .. } = &row.checked;
    let settings = serde_json::to_string(open).map_err(Error::broken)?;
    let capability = kind.capability(open);
    let done = sqlx::query!(
        "update channels set name = ?2, settings = ?3, secret = ?4, capability = ?5, locale = ?6, zone = ?7, max_late_ms = ?8, state = ?9,
           blocked_until_ms = null, fails_in_row = 0, epoch = epoch + 1, version = version + 1, updated_ms = ?10
         where id = ?1 and version = ?11 and deleted_ms is null",
        row.id,
        name,
        settings,
        row.secret,
        capability,
        locale,
        zone,
        max_late_ms,
        state,
        now,
        version
    )
    .execute(&mut *tx)
    .await
    .map_err(|error| Error::from(error).taken("channels.project_id, channels.name", "name", "error-taken"))?;
    if done.rows_affected() == 0 {
        let current = sqlx::query_scalar!("select version from channels where id = ? and deleted_ms is null", row.id).fetch_one(tx).await?;
        return Err(Error::stale(version, current));
    }
    follow(tx, row.id, capability, *max_late_ms).await
}

/// Plans of which nothing can be live yet follow a change of their channel: a platform that turned
/// out not to honour keys must not be sent the same key again.
async fn follow(tx: &mut Tx, id: ChannelId, capability: Capability, max_late_ms: i64) -> Outcome<()> {
    sqlx::query!(
        "update publications set capability = ?2, max_late_ms = ?3
         where channel_id = ?1 and state in ('scheduled', 'waiting_channel') and doubtful = 0 and stage_ref is null
           and (capability <> ?2 or max_late_ms <> ?3)",
        id,
        capability,
        max_late_ms
    )
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn set_state(tx: &mut Tx, id: ChannelId, state: ChannelState, now: Ms) -> Outcome<()> {
    sqlx::query!("update channels set state = ?2, version = version + 1, updated_ms = ?3 where id = ?1", id, state, now).execute(tx).await?;
    Ok(())
}

/// What waited for this channel may go on; lateness is judged when it is claimed.
pub async fn release_waiting(tx: &mut Tx, id: ChannelId, now: Ms) -> Outcome<()> {
    sqlx::query!(
        "update publications set state = 'scheduled', next_ms = ?2, updated_ms = ?2, version = version + 1
         where channel_id = ?1 and state = 'waiting_channel'",
        id,
        now
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Into the bin, or out of it.
pub async fn set_binned(tx: &mut Tx, id: ChannelId, at: Option<Ms>, now: Ms) -> Outcome<()> {
    sqlx::query!("update channels set deleted_ms = ?2, updated_ms = ?3 where id = ?1", id, at, now)
        .execute(tx)
        .await
        .map_err(|error| Error::from(error).taken("channels.project_id, channels.name", "name", "error-taken"))?;
    Ok(())
}
