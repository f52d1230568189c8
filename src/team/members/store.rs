//! All SQL of members and of the studio itself.

use super::model::{NewMember, email_key};
use crate::platform::db::Tx;
use crate::platform::id::MemberId;
use crate::platform::{Ms, Outcome};
use sqlx::SqlitePool;

#[derive(Debug, Clone)]
pub struct Studio {
    pub name: String,
    pub locale: String,
    pub zone: String,
    pub simulator: bool,
}

/// A member as the members page and the command line list them.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct MemberRow {
    pub id: MemberId,
    pub name: String,
    pub email: String,
    pub role: String,
    pub state: String,
    #[schema(value_type = i64)]
    pub created_ms: Ms,
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
        r#"select id as "id: MemberId", name, email, role, state, created_ms as "created_ms: Ms" from members order by id limit 1000"#
    )
    .fetch_all(db)
    .await?)
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
        id, member.email, key, member.name, password_hash, role, member.locale, member.zone, at
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
