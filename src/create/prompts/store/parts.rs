//! All SQL of shared parts.

use crate::create::prompts::parts::{By, MOST, NewPart, Part, PartVersion, Parts, Source};
use crate::create::prompts::template::{self, Fault};
use crate::platform::db::Tx;
use crate::platform::id::{MemberId, PartId, ProjectId};
use crate::platform::{Error, Ms, Outcome};
use sqlx::SqlitePool;

/// The living parts of a project by name.
pub async fn parts(db: &SqlitePool, member: MemberId, project: ProjectId) -> Outcome<Vec<Part>> {
    Ok(sqlx::query_as!(
        Part,
        r#"select id as "id: PartId", project_id as "project_id: ProjectId", name, versions, updated_ms as "updated_ms: Ms" from parts
           where project_id = ?1 and deleted_ms is null and exists (select 1 from sights where member_id = ?2 and project_id = ?1)
           order by name limit ?3"#,
        project,
        member,
        MOST
    )
    .fetch_all(db)
    .await?)
}

/// A living part this member may see.
pub async fn part(db: &SqlitePool, member: MemberId, id: PartId) -> Outcome<Part> {
    Ok(sqlx::query_as!(
        Part,
        r#"select id as "id: PartId", project_id as "project_id: ProjectId", name, versions, updated_ms as "updated_ms: Ms" from parts p
           where id = ?1 and deleted_ms is null and exists (select 1 from sights where member_id = ?2 and project_id = p.project_id)"#,
        id,
        member
    )
    .fetch_one(db)
    .await?)
}

macro_rules! versions {
    ($rest:literal, $($argument:expr),+) => {
        sqlx::query_as!(
            PartVersion,
            r#"select v.number, v.text, v.note, v.created_ms as "created_ms: Ms", m.name as "author?"
               from part_versions v left join members m on m.id = v.created_by "# + $rest,
            $($argument),+
        )
    };
}

/// The newest 50 versions of a part that was found before.
pub async fn part_versions(db: &SqlitePool, part: PartId) -> Outcome<Vec<PartVersion>> {
    Ok(versions!("where v.part_id = ? order by v.number desc limit 50", part).fetch_all(db).await?)
}

/// One version of a part that was found before.
pub async fn part_version(db: &SqlitePool, part: PartId, number: i64) -> Outcome<PartVersion> {
    Ok(versions!("where v.part_id = ? and v.number = ?", part, number).fetch_one(db).await?)
}

/// The newest version of every living part of a project, for a room that found the project before.
pub async fn parts_in(tx: &mut Tx, project: ProjectId) -> Outcome<Parts> {
    let rows = sqlx::query!(
        "select p.name, v.number, v.text from parts p join part_versions v on v.part_id = p.id and v.number = p.versions
         where p.project_id = ? and p.deleted_ms is null limit ?",
        project,
        MOST
    )
    .fetch_all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.name, (row.number, row.text))).collect())
}

/// A template of a project with the parts it includes; nothing is asked of the database when it includes none.
pub async fn source(db: &SqlitePool, project: ProjectId, text: &str) -> Outcome<Result<Source, Fault>> {
    if template::included(text).is_empty() {
        return Ok(Ok(Source::from(text)));
    }
    let mut connection = db.acquire().await?;
    Ok(Source::gather(text, &parts_in(&mut connection, project).await?))
}

/// The project and name of a part a member may change, inside a write; a removed one when `removed`.
pub(in crate::create::prompts) async fn hold_part(tx: &mut Tx, member: MemberId, id: PartId, removed: bool) -> Outcome<(ProjectId, String)> {
    let row = sqlx::query!(
        r#"select p.project_id as "project: ProjectId", p.name from parts p join sights s on s.project_id = p.project_id and s.member_id = ?2
           where p.id = ?1 and (p.deleted_ms is not null) = ?3"#,
        id,
        member,
        removed
    )
    .fetch_one(tx)
    .await?;
    Ok((row.project, row.name))
}

pub(in crate::create::prompts) async fn insert_part(tx: &mut Tx, project: ProjectId, name: &str, by: By) -> Outcome<PartId> {
    let id = PartId::new(by.at);
    let done = sqlx::query!(
        "insert into parts (id, project_id, name, created_by, created_ms, updated_ms)
         select ?1, ?2, ?3, ?4, ?5, ?5 where (select count(*) from parts where project_id = ?2 and deleted_ms is null) < ?6",
        id,
        project,
        name,
        by.member,
        by.at,
        MOST
    )
    .execute(tx)
    .await?;
    if done.rows_affected() == 1 { Ok(id) } else { Err(Error::refused("prompts-parts-many")) }
}

/// Adds a version under the next number.
pub(in crate::create::prompts) async fn add_part_version(tx: &mut Tx, id: PartId, new: &NewPart, by: By) -> Outcome<i64> {
    let number = sqlx::query_scalar!("update parts set versions = versions + 1, updated_ms = ? where id = ? returning versions", by.at, id)
        .fetch_one(&mut *tx)
        .await?;
    sqlx::query!(
        "insert into part_versions (part_id, number, text, note, created_by, created_ms) values (?, ?, ?, ?, ?, ?)",
        id,
        number,
        new.text,
        new.note,
        by.member,
        by.at
    )
    .execute(tx)
    .await?;
    Ok(number)
}

pub(in crate::create::prompts) async fn set_part_deleted(tx: &mut Tx, id: PartId, deleted: Option<Ms>) -> Outcome<()> {
    sqlx::query!("update parts set deleted_ms = ? where id = ?", deleted, id).execute(tx).await?;
    Ok(())
}
