//! All SQL of guests.

use super::model::Invited;
use crate::platform::db::Tx;
use crate::platform::id::{AssetId, GuestId, MemberId, ProjectId, VariantId};
use crate::platform::{Ms, Outcome};
use crate::web::Slice;
use serde::Serialize;
use sqlx::SqlitePool;
use uuid::Uuid;

/// A guest as the team sees them.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Guest {
    pub id: GuestId,
    pub name: String,
    pub decides: bool,
    pub variants: i64,
    pub comments: i64,
    pub decisions: i64,
    pub invited_by: String,
    #[serde(rename = "expires_at")]
    #[schema(value_type = String, format = DateTime)]
    pub expires_ms: Ms,
    #[serde(rename = "revoked_at")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub revoked_ms: Option<Ms>,
    #[serde(rename = "seen_at")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub seen_ms: Option<Ms>,
}

impl Guest {
    pub fn is_open(&self, now: &Ms) -> bool {
        self.revoked_ms.is_none() && self.expires_ms > *now
    }
}

/// The guests of a project, newest first, in pages.
pub async fn list(db: &SqlitePool, member: MemberId, project: ProjectId, before: Option<Uuid>, limit: i64) -> Outcome<Slice<Guest>> {
    let (before, most) = (before.unwrap_or(Uuid::max()), limit + 1);
    let rows = sqlx::query_as!(
        Guest,
        r#"select g.id as "id: GuestId", g.name, g.decides as "decides: bool", m.name as invited_by,
             (select count(*) from guest_variants x where x.guest_id = g.id) as "variants!: i64",
             (select count(*) from guest_variants x join comments c on c.variant_id = x.variant_id
              where x.guest_id = g.id and c.guest_id = g.id and c.deleted_ms is null) as "comments!: i64",
             (select count(*) from guest_variants x join reviews r on r.variant_id = x.variant_id
              where x.guest_id = g.id and r.guest_id = g.id) as "decisions!: i64",
             g.expires_ms as "expires_ms: Ms", g.revoked_ms as "revoked_ms: Ms", g.seen_ms as "seen_ms: Ms"
           from guests g join members m on m.id = g.created_by
           where g.project_id = ?1 and g.id < ?3 and exists (select 1 from sights where member_id = ?2 and project_id = ?1)
           order by g.id desc limit ?4"#,
        project,
        member,
        before,
        most
    )
    .fetch_all(db)
    .await?;
    Ok(Slice::cut(rows, limit, |guest| guest.id.0))
}

pub async fn insert(tx: &mut Tx, id: GuestId, project: ProjectId, invited: &Invited, hash: &[u8], by: MemberId, at: Ms) -> Outcome<()> {
    sqlx::query!(
        "insert into guests (id, project_id, name, token_hash, decides, created_by, created_ms, expires_ms) values (?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        project,
        invited.name,
        hash,
        invited.decides,
        by,
        at,
        invited.expires
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Hands a draft over; false when it is not a living one of this project.
pub async fn hand_over(tx: &mut Tx, id: GuestId, project: ProjectId, variant: VariantId) -> Outcome<bool> {
    let added = sqlx::query!(
        "insert into guest_variants (guest_id, variant_id) select ?1, id from variants where id = ?3 and project_id = ?2 and deleted_ms is null
         on conflict do nothing",
        id,
        project,
        variant
    )
    .execute(tx)
    .await?;
    Ok(added.rows_affected() == 1)
}

/// Whether a member sees a project, inside a write.
pub async fn sees(tx: &mut Tx, member: MemberId, project: ProjectId) -> Outcome<bool> {
    let seen = sqlx::query_scalar!("select 1 from sights where member_id = ? and project_id = ?", member, project);
    Ok(seen.fetch_optional(tx).await?.is_some())
}

/// Ends a link at once; the project when there is one that this member sees.
pub async fn revoke(tx: &mut Tx, member: MemberId, id: GuestId, at: Ms) -> Outcome<ProjectId> {
    let project = sqlx::query_scalar!(
        r#"update guests set revoked_ms = coalesce(revoked_ms, ?3) where id = ?1
             and exists (select 1 from sights s where s.member_id = ?2 and s.project_id = guests.project_id)
           returning project_id as "project: ProjectId""#,
        id,
        member,
        at
    );
    Ok(project.fetch_one(tx).await?)
}

/// A link as it is opened.
#[derive(Debug, Clone)]
pub struct Opened {
    pub id: GuestId,
    pub project_name: String,
    pub name: String,
    pub decides: bool,
    pub invited_by: String,
    pub expires_ms: Ms,
    pub revoked_ms: Option<Ms>,
    pub seen_ms: Option<Ms>,
}

impl Opened {
    pub fn has_ended(&self, now: Ms) -> bool {
        self.revoked_ms.is_some() || self.expires_ms <= now
    }
}

/// The guest whose token has this hash.
pub async fn by_hash(db: &SqlitePool, hash: &[u8]) -> Outcome<Opened> {
    Ok(sqlx::query_as!(
        Opened,
        r#"select g.id as "id: GuestId", p.name as project_name, g.name, g.decides as "decides: bool",
             m.name as invited_by, g.expires_ms as "expires_ms: Ms", g.revoked_ms as "revoked_ms: Ms", g.seen_ms as "seen_ms: Ms"
           from guests g join projects p on p.id = g.project_id join members m on m.id = g.created_by
           where g.token_hash = ? and p.deleted_ms is null"#,
        hash
    )
    .fetch_one(db)
    .await?)
}

/// A draft in front of a guest.
#[derive(Debug, Clone)]
pub struct Handed {
    pub id: VariantId,
    pub locale: String,
    pub title: String,
    pub hook: String,
    pub script: String,
    pub caption: String,
    pub state: String,
    /// What this guest decided last, if it stands
    pub decided: Option<String>,
}

/// What lies in front of a guest, in the order it was made; drafts that were binned meanwhile are gone from here too.
pub async fn handed(db: &SqlitePool, id: GuestId) -> Outcome<Vec<Handed>> {
    Ok(sqlx::query_as!(
        Handed,
        r#"select v.id as "id: VariantId", v.locale, v.title, v.hook, v.script, v.caption, v.state,
             (select r.decision from reviews r where r.variant_id = v.id and r.guest_id = ?1 and r.undone_ms is null order by r.id desc limit 1)
               as "decided?: String"
           from guest_variants x join variants v on v.id = x.variant_id where x.guest_id = ?1 and v.deleted_ms is null order by v.id"#,
        id
    )
    .fetch_all(db)
    .await?)
}

/// Whether a living draft was handed to this guest, and its state.
pub async fn holds(tx: &mut Tx, id: GuestId, variant: VariantId) -> Outcome<String> {
    let state = sqlx::query_scalar!(
        "select v.state from guest_variants x join variants v on v.id = x.variant_id where x.guest_id = ? and x.variant_id = ? and v.deleted_ms is null",
        id,
        variant
    );
    Ok(state.fetch_one(tx).await?)
}

/// Whether a file belongs to a living draft that was handed to this guest.
pub async fn may_see_asset(db: &SqlitePool, id: GuestId, asset: AssetId) -> Outcome<bool> {
    let found = sqlx::query_scalar!(
        "select 1 from guest_variants x join variant_assets va on va.variant_id = x.variant_id join variants v on v.id = x.variant_id
         where x.guest_id = ? and va.asset_id = ? and v.deleted_ms is null",
        id,
        asset
    );
    Ok(found.fetch_optional(db).await?.is_some())
}

/// Remembers that the guest was here, once an hour at most.
pub async fn seen(tx: &mut Tx, id: GuestId, at: Ms) -> Outcome<()> {
    sqlx::query!("update guests set seen_ms = ? where id = ?", at, id).execute(tx).await?;
    Ok(())
}
