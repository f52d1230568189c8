//! All SQL of one-time links.

use super::model::{Checked, INVITATION_LASTS, RESET_LASTS};
use crate::platform::db::Tx;
use crate::platform::id::{InvitationId, MemberId};
use crate::platform::{Error, Ms, Outcome};
use crate::team::members::email_key;
use serde::Serialize;
use sqlx::{SqliteExecutor, SqlitePool};

/// A new set-up link; older ones end.
pub async fn replace_setup(tx: &mut Tx, id: InvitationId, digest: &[u8], now: Ms, expires: Ms) -> Outcome<()> {
    sqlx::query!("delete from invitations where kind = 'setup' and used_ms is null").execute(&mut *tx).await?;
    sqlx::query!(
        "insert into invitations (id, kind, token_digest, role, created_ms, expires_ms) values (?, 'setup', ?, 'owner', ?, ?)",
        id,
        digest,
        now,
        expires
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// When an open set-up link ends; `NotFound` when it is none.
pub async fn setup_expiry(db: &SqlitePool, digest: &[u8], now: Ms) -> Outcome<Ms> {
    Ok(sqlx::query_scalar!(
        r#"select expires_ms as "at: Ms" from invitations where kind = 'setup' and token_digest = ? and used_ms is null and expires_ms > ?"#,
        digest,
        now
    )
    .fetch_one(db)
    .await?)
}

/// Uses a link up, once.
pub async fn use_up(tx: &mut Tx, digest: &[u8], now: Ms) -> Outcome<()> {
    let done = sqlx::query!("update invitations set used_ms = ?1 where token_digest = ?2 and used_ms is null and expires_ms > ?1", now, digest)
        .execute(tx)
        .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// An open invitation, as the list shows it. The link itself is nowhere.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OpenInvitation {
    pub id: InvitationId,
    pub email: String,
    pub role: String,
    #[serde(rename = "created_at", serialize_with = "Ms::to_text")]
    #[schema(value_type = String, format = DateTime)]
    pub created: Ms,
    #[serde(rename = "expires_at", serialize_with = "Ms::to_text")]
    #[schema(value_type = String, format = DateTime)]
    pub expires: Ms,
    /// Who invited
    pub by: String,
}

/// What stands behind a link that still opens something.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub email: Option<String>,
    pub role: Option<String>,
    pub projects: String,
    pub member: Option<MemberId>,
    pub expires: Ms,
}

/// Newest first; a studio has a handful.
pub(super) async fn open(db: &SqlitePool, now: Ms) -> Outcome<Vec<OpenInvitation>> {
    Ok(sqlx::query_as!(
        OpenInvitation,
        r#"select i.id as "id: InvitationId", i.email as "email!", i.role as "role!", i.created_ms as "created: Ms", i.expires_ms as "expires: Ms", m.name as by
           from invitations i join members m on m.id = i.made_by
           where i.kind = 'invitation' and i.used_ms is null and i.expires_ms > ? and m.role = 'owner' and m.state = 'active'
           order by i.created_ms desc, i.id desc limit 200"#,
        now
    )
    .fetch_all(db)
    .await?)
}

/// The link of this kind. It counts only while whoever made it may still administer and, for a
/// reset, while the member is active.
pub(super) async fn by_link(db: impl SqliteExecutor<'_>, kind: &str, digest: &[u8], now: Ms) -> Outcome<Link> {
    Ok(sqlx::query_as!(
        Link,
        r#"select i.email, i.role, i.projects, i.member_id as "member: MemberId", i.expires_ms as "expires: Ms"
           from invitations i join members maker on maker.id = i.made_by
           where i.kind = ? and i.token_digest = ? and i.used_ms is null and i.expires_ms > ?
             and maker.role = 'owner' and maker.state = 'active'
             and (i.member_id is null or exists (select 1 from members m where m.id = i.member_id and m.state = 'active'))"#,
        kind,
        digest,
        now
    )
    .fetch_one(db)
    .await?)
}

/// A new invitation; an older open one to the same address ends.
pub(super) async fn insert(tx: &mut Tx, id: InvitationId, digest: &[u8], invited: &Checked, by: MemberId, now: Ms) -> Outcome<()> {
    let (key, role, expires) = (email_key(&invited.email), invited.role.name(), now.plus(INVITATION_LASTS));
    let projects = serde_json::to_string(&invited.projects).map_err(Error::broken)?;
    sqlx::query!("delete from invitations where kind = 'invitation' and used_ms is null and lower(email) = ?", key).execute(&mut *tx).await?;
    sqlx::query!(
        "insert into invitations (id, kind, token_digest, email, role, projects, made_by, created_ms, expires_ms)
         values (?, 'invitation', ?, ?, ?, ?, ?, ?, ?)",
        id,
        digest,
        invited.email,
        role,
        projects,
        by,
        now,
        expires
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Whether somebody with this address is a member already, active or not.
pub(super) async fn is_member(tx: &mut Tx, email: &str) -> Outcome<bool> {
    let key = email_key(email);
    Ok(sqlx::query_scalar!("select 1 from members where email_key = ?", key).fetch_optional(tx).await?.is_some())
}

pub(super) async fn delete_open(tx: &mut Tx, id: InvitationId) -> Outcome<()> {
    let done = sqlx::query!("delete from invitations where id = ? and kind = 'invitation' and used_ms is null", id).execute(tx).await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// A reset link for an active member; older ones of theirs end.
pub(super) async fn insert_reset(tx: &mut Tx, id: InvitationId, digest: &[u8], member: MemberId, by: MemberId, now: Ms) -> Outcome<()> {
    let expires = now.plus(RESET_LASTS);
    sqlx::query!("delete from invitations where kind = 'reset' and used_ms is null and member_id = ?", member).execute(&mut *tx).await?;
    let done = sqlx::query!(
        "insert into invitations (id, kind, token_digest, member_id, made_by, created_ms, expires_ms)
         select ?1, 'reset', ?2, id, ?4, ?5, ?6 from members where id = ?3 and state = 'active'",
        id,
        digest,
        member,
        by,
        now,
        expires
    )
    .execute(tx)
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Error::NotFound) }
}
