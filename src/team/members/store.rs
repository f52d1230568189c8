//! All SQL of members and of the studio itself.

use super::model::{NewMember, email_key};
use crate::platform::db::Tx;
use crate::platform::id::{MemberId, ProjectId};
use crate::platform::{Error, Ms, Outcome};
use crate::web::Role;
use serde::Serialize;
use sqlx::SqlitePool;

#[derive(Debug, Clone)]
pub struct Studio {
    pub name: String,
    pub locale: String,
    pub zone: String,
    pub simulator: bool,
}

/// A member as the members page and the command line list them.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MemberRow {
    pub id: MemberId,
    pub name: String,
    pub email: String,
    pub role: String,
    /// `active` or `deactivated`
    pub state: String,
    pub version: i64,
    #[serde(rename = "created_at", serialize_with = "Ms::to_text")]
    #[schema(value_type = String, format = DateTime)]
    pub created: Ms,
    /// When a browser of theirs was last here
    #[serde(rename = "seen_at", serialize_with = "Ms::to_text_if_any")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub seen: Option<Ms>,
}

impl MemberRow {
    pub fn is_active(&self) -> bool {
        self.state == "active"
    }

    pub fn sees_all(&self) -> bool {
        self.role == Role::Owner.name()
    }
}

/// A living project, as far as letting people in needs it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ProjectLabel {
    pub id: ProjectId,
    pub name: String,
}

pub async fn any(db: &SqlitePool) -> Outcome<bool> {
    Ok(sqlx::query_scalar!("select 1 from members limit 1").fetch_optional(db).await?.is_some())
}

pub async fn studio(db: &SqlitePool) -> Outcome<Option<Studio>> {
    Ok(sqlx::query_as!(Studio, r#"select name, locale, zone, simulator as "simulator: bool" from studio where id = 1"#).fetch_optional(db).await?)
}

/// Everyone, in the order they came; a studio has ten people.
pub async fn list(db: &SqlitePool) -> Outcome<Vec<MemberRow>> {
    Ok(sqlx::query_as!(
        MemberRow,
        r#"select id as "id: MemberId", name, email, role, state, version, created_ms as "created: Ms",
             (select max(seen_ms) from sessions where member_id = members.id) as "seen?: Ms"
           from members order by id limit 1000"#
    )
    .fetch_all(db)
    .await?)
}

pub async fn find(db: &SqlitePool, id: MemberId) -> Outcome<MemberRow> {
    Ok(sqlx::query_as!(
        MemberRow,
        r#"select id as "id: MemberId", name, email, role, state, version, created_ms as "created: Ms",
             (select max(seen_ms) from sessions where member_id = members.id) as "seen?: Ms"
           from members where id = ?"#,
        id
    )
    .fetch_one(db)
    .await?)
}

/// The names of all living projects, for letting people in.
pub async fn projects(db: &SqlitePool) -> Outcome<Vec<ProjectLabel>> {
    Ok(sqlx::query_as!(ProjectLabel, r#"select id as "id: ProjectId", name from projects where deleted_ms is null order by id limit 200"#)
        .fetch_all(db)
        .await?)
}

/// The living projects inside a write.
pub(super) async fn living(tx: &mut Tx) -> Outcome<Vec<ProjectId>> {
    Ok(sqlx::query_scalar!(r#"select id as "id: ProjectId" from projects where deleted_ms is null"#).fetch_all(tx).await?)
}

/// Who was let into which project.
pub(super) async fn memberships(db: &SqlitePool) -> Outcome<Vec<(MemberId, ProjectId)>> {
    let rows = sqlx::query!(
        r#"select pm.member_id as "member: MemberId", pm.project_id as "project: ProjectId"
           from project_members pm join projects p on p.id = pm.project_id
           where p.deleted_ms is null order by pm.project_id"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.member, row.project)).collect())
}

/// 0 rows when somebody else changed the member since `version` was read.
pub(super) async fn set_role(tx: &mut Tx, id: MemberId, role: &str, version: i64) -> Outcome<u64> {
    Ok(sqlx::query!("update members set role = ?, version = version + 1 where id = ? and version = ?", role, id, version)
        .execute(tx)
        .await?
        .rows_affected())
}

/// The member as it stands inside a write.
pub(super) async fn standing(tx: &mut Tx, id: MemberId) -> Outcome<(String, String, i64)> {
    let row = sqlx::query!("select role, state, version from members where id = ?", id).fetch_one(tx).await?;
    Ok((row.role, row.state, row.version))
}

/// Ends or begins a membership. Ending it ends sessions, tokens and open links with it.
pub(super) async fn set_state(tx: &mut Tx, id: MemberId, active: bool, at: Ms) -> Outcome<u64> {
    let state = if active { "active" } else { "deactivated" };
    let done = sqlx::query!("update members set state = ?1, version = version + 1 where id = ?2 and state <> ?1", state, id)
        .execute(&mut *tx)
        .await?
        .rows_affected();
    if !active {
        sqlx::query!("delete from sessions where member_id = ?", id).execute(&mut *tx).await?;
        sqlx::query!("update tokens set revoked_ms = ? where member_id = ? and revoked_ms is null", at, id).execute(&mut *tx).await?;
        sqlx::query!("delete from invitations where (member_id = ?1 or made_by = ?1) and used_ms is null", id).execute(tx).await?;
    }
    Ok(done)
}

/// Lets a member into exactly these projects; a foreign or binned one is refused by its key.
pub(super) async fn set_projects(tx: &mut Tx, id: MemberId, projects: &[ProjectId], at: Ms) -> Outcome<()> {
    sqlx::query!("delete from project_members where member_id = ?1 and project_id in (select id from projects where deleted_ms is null)", id)
        .execute(&mut *tx)
        .await?;
    for project in projects {
        let done = sqlx::query!(
            "insert into project_members (project_id, member_id, created_ms)
             select id, ?2, ?3 from projects where id = ?1 and deleted_ms is null on conflict do nothing",
            project,
            id,
            at
        )
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(Error::field("projects", "error-choose-one"));
        }
    }
    Ok(())
}

pub async fn by_email(db: &SqlitePool, email: &str) -> Outcome<Option<MemberId>> {
    let key = email_key(email);
    Ok(sqlx::query_scalar!(r#"select id as "id: MemberId" from members where email_key = ?"#, key).fetch_optional(db).await?)
}

pub(super) async fn insert_studio(tx: &mut Tx, name: &str, locale: &str, zone: &str, at: Ms) -> Outcome<()> {
    sqlx::query!("insert into studio (id, name, locale, zone, created_ms) values (1, ?, ?, ?, ?) on conflict do nothing", name, locale, zone, at)
        .execute(tx)
        .await?;
    Ok(())
}

pub(super) async fn insert(tx: &mut Tx, id: MemberId, member: &NewMember, password_hash: Option<&str>, at: Ms) -> Outcome<()> {
    let (key, role) = (email_key(&member.email), member.role.name());
    sqlx::query!(
        "insert into members (id, email, email_key, name, password_hash, role, state, locale, zone, created_ms)
         values (?, ?, ?, ?, ?, ?, 'active', ?, ?, ?)",
        id,
        member.email,
        key,
        member.name,
        password_hash,
        role,
        member.locale,
        member.zone,
        at
    )
    .execute(tx)
    .await?;
    Ok(())
}

pub(super) async fn any_owner(tx: &mut Tx) -> Outcome<bool> {
    Ok(sqlx::query_scalar!("select 1 from members where role = 'owner' and state = 'active' limit 1").fetch_optional(tx).await?.is_some())
}

/// A new password ends every session of its member but the one that set it.
pub(super) async fn set_password(tx: &mut Tx, id: MemberId, hash: &str, keep: Option<crate::platform::id::SessionId>) -> Outcome<()> {
    sqlx::query!("update members set password_hash = ?, version = version + 1 where id = ?", hash, id).execute(&mut *tx).await?;
    sqlx::query!("delete from sessions where member_id = ? and id is not ?", id, keep).execute(tx).await?;
    Ok(())
}
