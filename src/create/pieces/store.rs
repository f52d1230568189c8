//! All SQL of pieces.

use crate::platform::db::Tx;
use crate::platform::id::{IdeaId, MemberId, PieceId, ProjectId};
use crate::platform::{Error, Ms, Outcome};
use crate::web::Slice;
use serde::Serialize;
use sqlx::SqlitePool;
use uuid::Uuid;

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Piece {
    pub id: PieceId,
    pub project_id: ProjectId,
    pub idea_id: Option<IdeaId>,
    pub title: String,
    pub variants: i64,
    /// Variants that wait for a decision
    pub waiting: i64,
    pub approved: i64,
    pub published: i64,
    pub version: i64,
    #[serde(rename = "created_at")]
    #[schema(value_type = String, format = DateTime)]
    pub created_ms: Ms,
}

/// The pieces of a project, newest first, in pages.
pub async fn list(db: &SqlitePool, member: MemberId, project: ProjectId, after: Option<Uuid>, limit: i64) -> Outcome<Slice<Piece>> {
    Ok(counted(db, member, project, after, limit).await?.0)
}

/// The same with how many there are in all, in one question: a second one would cost as much as the rows.
pub(super) async fn counted(db: &SqlitePool, member: MemberId, project: ProjectId, after: Option<Uuid>, limit: i64) -> Outcome<(Slice<Piece>, i64)> {
    let (before, most) = (after.unwrap_or(Uuid::max()), limit + 1);
    let rows = sqlx::query!(
        r#"select id as "id: PieceId", idea_id as "idea_id: IdeaId", title, variants, waiting, approved, published, version,
             created_ms as "created_ms: Ms",
             (select n from counters where project_id = ?1 and noun = 'piece' and state = 'all') as "total!: i64"
           from pieces where project_id = ?1 and id < ?2 and deleted_ms is null
             and exists (select 1 from sights where member_id = ?3 and project_id = ?1)
           order by id desc limit ?4"#,
        project,
        before,
        member,
        most
    )
    .fetch_all(db)
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let pieces = rows.into_iter().map(|row| Piece {
        id: row.id,
        project_id: project,
        idea_id: row.idea_id,
        title: row.title,
        variants: row.variants,
        waiting: row.waiting,
        approved: row.approved,
        published: row.published,
        version: row.version,
        created_ms: row.created_ms,
    });
    Ok((Slice::cut(pieces.collect(), limit, |piece| piece.id.0), total))
}

pub async fn find(db: &SqlitePool, member: MemberId, id: PieceId) -> Outcome<Piece> {
    Ok(sqlx::query_as!(
        Piece,
        r#"select p.id as "id: PieceId", p.project_id as "project_id: ProjectId", p.idea_id as "idea_id: IdeaId", p.title, p.variants,
             p.waiting, p.approved, p.published, p.version, p.created_ms as "created_ms: Ms"
           from pieces p join sights s on s.project_id = p.project_id and s.member_id = ?2
           where p.id = ?1 and p.deleted_ms is null"#,
        id,
        member
    )
    .fetch_one(db)
    .await?)
}

/// Whether the project is there for this member (`None`: for the house), inside a write.
pub(super) async fn sees_project(tx: &mut Tx, member: Option<MemberId>, project: ProjectId) -> Outcome<()> {
    sqlx::query_scalar!(
        "select 1 from projects where id = ?1 and deleted_ms is null
           and (?2 is null or exists (select 1 from sights where member_id = ?2 and project_id = ?1))",
        project,
        member
    )
    .fetch_optional(tx)
    .await?
    .map(|_| ())
    .ok_or(Error::NotFound)
}

/// Whether the idea belongs to the project; one in the bin does still.
pub(super) async fn has_idea(tx: &mut Tx, project: ProjectId, idea: IdeaId) -> Outcome<bool> {
    let found = sqlx::query_scalar!("select 1 from ideas where id = ? and project_id = ?", idea, project).fetch_optional(tx).await?;
    Ok(found.is_some())
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: PieceId,
    project: ProjectId,
    idea: Option<IdeaId>,
    title: &str,
    by: Option<MemberId>,
    at: Ms,
) -> Outcome<()> {
    sqlx::query!(
        "insert into pieces (id, project_id, idea_id, title, created_by, created_ms, updated_ms) values (?, ?, ?, ?, ?, ?, ?)",
        id,
        project,
        idea,
        title,
        by,
        at,
        at
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The project of a piece a member may change, inside a write; of a binned one when `binned`.
pub(super) async fn project_of(tx: &mut Tx, member: MemberId, id: PieceId, binned: bool) -> Outcome<ProjectId> {
    Ok(sqlx::query_scalar!(
        r#"select p.project_id as "id: ProjectId" from pieces p join sights s on s.project_id = p.project_id and s.member_id = ?2
           where p.id = ?1 and (p.deleted_ms is not null) = ?3"#,
        id,
        member,
        binned
    )
    .fetch_one(tx)
    .await?)
}

pub(super) async fn rename(tx: &mut Tx, id: PieceId, title: &str, at: Ms) -> Outcome<()> {
    sqlx::query!("update pieces set title = ?, version = version + 1, updated_ms = ? where id = ?", title, at, id).execute(tx).await?;
    Ok(())
}

/// A piece goes to the bin with its variants, and comes back with those that went with it.
pub(super) async fn set_deleted(tx: &mut Tx, id: PieceId, deleted: Option<Ms>) -> Outcome<()> {
    match deleted {
        Some(at) => {
            sqlx::query!("update variants set deleted_ms = ? where piece_id = ? and deleted_ms is null", at, id).execute(&mut *tx).await?;
            sqlx::query!("update pieces set deleted_ms = ?, version = version + 1 where id = ?", at, id).execute(tx).await?;
        }
        None => {
            sqlx::query!(
                "update variants set deleted_ms = null where piece_id = ?1 and deleted_ms = (select deleted_ms from pieces where id = ?1)",
                id
            )
            .execute(&mut *tx)
            .await?;
            sqlx::query!("update pieces set deleted_ms = null, version = version + 1 where id = ?", id).execute(tx).await?;
        }
    }
    Ok(())
}
