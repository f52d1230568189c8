//! Reference sets: what others publish, as grams and a short excerpt.

use crate::choose::originality::model::reference::Kept;
use crate::platform::db::Tx;
use crate::platform::id::{MemberId, ProjectId, ReferenceId, ReferenceSetId};
use crate::platform::{Ms, Outcome};
use crate::web::Slice;
use serde::Serialize;
use sqlx::SqlitePool;
use uuid::Uuid;

/// A set as it is listed.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ReferenceSet {
    pub id: ReferenceSetId,
    pub name: String,
    pub source: String,
    pub texts: i64,
    #[serde(rename = "created_at")]
    #[schema(value_type = String, format = DateTime)]
    pub created_ms: Ms,
}

/// The sets of a project, oldest first, in pages.
pub async fn sets(db: &SqlitePool, member: MemberId, project: ProjectId, after: Option<Uuid>, limit: i64) -> Outcome<Slice<ReferenceSet>> {
    let (after, most) = (after.unwrap_or(Uuid::nil()), limit + 1);
    let rows = sqlx::query_as!(
        ReferenceSet,
        r#"select id as "id: ReferenceSetId", name, source, texts, created_ms as "created_ms: Ms" from reference_sets
           where project_id = ?1 and deleted_ms is null and id > ?3
             and exists (select 1 from sights where member_id = ?2 and project_id = ?1) order by id limit ?4"#,
        project,
        member,
        after,
        most
    )
    .fetch_all(db)
    .await?;
    Ok(Slice::cut(rows, limit, |set| set.id.0))
}

/// How many texts the living sets of a project hold.
pub async fn texts_in(db: &SqlitePool, project: ProjectId) -> Outcome<i64> {
    Ok(sqlx::query_scalar!(r#"select coalesce(sum(texts), 0) as "n!: i64" from reference_sets where project_id = ? and deleted_ms is null"#, project)
        .fetch_one(db)
        .await?)
}

/// The project and name of a living set that this member may see.
pub async fn held(tx: &mut Tx, member: MemberId, id: ReferenceSetId) -> Outcome<(ProjectId, String)> {
    let row = sqlx::query!(
        r#"select r.project_id as "project: ProjectId", r.name from reference_sets r
             join sights s on s.project_id = r.project_id and s.member_id = ?2 where r.id = ?1 and r.deleted_ms is null"#,
        id,
        member
    )
    .fetch_one(tx)
    .await?;
    Ok((row.project, row.name))
}

/// Whether this member may see the project.
pub async fn may_see(tx: &mut Tx, member: MemberId, project: ProjectId) -> Outcome<()> {
    sqlx::query_scalar!("select 1 from sights where member_id = ? and project_id = ?", member, project).fetch_one(tx).await?;
    Ok(())
}

pub async fn insert(tx: &mut Tx, id: ReferenceSetId, project: ProjectId, (name, source): (&str, &str), by: MemberId, at: Ms) -> Outcome<()> {
    sqlx::query!(
        "insert into reference_sets (id, project_id, name, source, created_by, created_ms) values (?, ?, ?, ?, ?, ?)",
        id,
        project,
        name,
        source,
        by,
        at
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Adds texts; the same text twice is one. How many were new.
pub async fn add(tx: &mut Tx, set: ReferenceSetId, texts: &[Kept], at: Ms) -> Outcome<i64> {
    let mut added = 0;
    for text in texts {
        let id = ReferenceId::new(at);
        let done = sqlx::query!(
            "insert into reference_texts (id, set_id, excerpt, grams, digest) values (?, ?, ?, ?, ?) on conflict (set_id, digest) do nothing",
            id,
            set,
            text.excerpt,
            text.grams,
            text.digest
        )
        .execute(&mut *tx)
        .await?;
        added += i64::try_from(done.rows_affected()).unwrap_or(0);
    }
    sqlx::query!("update reference_sets set texts = texts + ? where id = ?", added, set).execute(tx).await?;
    Ok(added)
}

pub async fn bin(tx: &mut Tx, id: ReferenceSetId, at: Ms) -> Outcome<()> {
    sqlx::query!("update reference_sets set deleted_ms = ? where id = ?", at, id).execute(tx).await?;
    Ok(())
}

/// What waits for a decision is measured again against other references.
pub async fn measure_again(tx: &mut Tx, project: ProjectId) -> Outcome<()> {
    sqlx::query!(
        r#"insert or ignore into unmeasured (variant_id, project_id)
           select v.id, v.project_id from json_each('["draft", "in_review", "changes_requested"]') s
             cross join variants v on v.id in (select w.id from variants w
               where w.project_id = ?1 and w.state = s.value and w.deleted_ms is null order by w.id desc limit 200)"#,
        project
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// A text of a set as it is shown.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ReferenceText {
    pub id: ReferenceId,
    pub set: String,
    pub excerpt: String,
}

/// These texts, as far as their sets are not in the bin.
pub async fn excerpts(db: &SqlitePool, ids: &[ReferenceId]) -> Outcome<Vec<ReferenceText>> {
    let ids: Vec<String> = ids.iter().map(|id| id.0.simple().to_string()).collect();
    let ids = serde_json::to_string(&ids).unwrap_or_default();
    Ok(sqlx::query_as!(
        ReferenceText,
        r#"select t.id as "id: ReferenceId", s.name as "set", t.excerpt from json_each(?) j cross join reference_texts t on t.id = unhex(j.value)
             join reference_sets s on s.id = t.set_id where s.deleted_ms is null"#,
        ids
    )
    .fetch_all(db)
    .await?)
}

/// The first texts of a set, to be recognised by.
pub async fn first_of(db: &SqlitePool, set: ReferenceSetId, limit: i64) -> Outcome<Vec<String>> {
    Ok(sqlx::query_scalar!("select excerpt from reference_texts where set_id = ? order by id limit ?", set, limit).fetch_all(db).await?)
}

/// Moves the floor of a project. `false` when this member may not see it.
pub async fn set_floor(tx: &mut Tx, member: MemberId, project: ProjectId, floor: f64) -> Outcome<bool> {
    let done = sqlx::query!(
        "update projects set floor = ?1 where id = ?2 and exists (select 1 from sights where member_id = ?3 and project_id = ?2)",
        floor,
        project,
        member
    )
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}
