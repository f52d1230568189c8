//! All SQL of imports.

pub mod headlines;

pub use headlines::{Known, NewArm, NewTest, insert_test, known};

use super::headline_tests::Mapping;
use super::run::{Options, Report};
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{ImportId, JobId, MemberId, ProjectId};
use crate::platform::{Error, House, Ms, Outcome};
use crate::web::Slice;
use serde_json::json;
use sqlx::SqlitePool;
use uuid::Uuid;

pub async fn project_named(db: &SqlitePool, name: &str) -> Outcome<Option<ProjectId>> {
    Ok(sqlx::query_scalar!(r#"select id as "id: ProjectId" from projects where name = ? and deleted_ms is null"#, name).fetch_optional(db).await?)
}

/// Keeps the report of a finished import.
pub async fn finish(house: &House, (project, options): (ProjectId, Options), digest: Vec<u8>, report: Report) -> Outcome<ImportId> {
    let now = house.now();
    house
        .db
        .write(async move |tx| {
            let id = options.import.unwrap_or_else(|| ImportId::new(now));
            let (text, mapping) = (serde_json::to_string(&report).map_err(Error::broken)?, json!(options.mapping).to_string());
            sqlx::query!(
                "insert into imports (id, project_id, kind, file_name, file_digest, state, mapping, rows, added, unchanged, refused, report,
                   created_by, created_ms, finished_ms)
                 values (?, ?, 'headline-tests', ?, ?, 'done', ?, ?, ?, ?, ?, ?, ?, ?, ?)
                 on conflict (id) do update set state = 'done', file_digest = excluded.file_digest, rows = excluded.rows, added = excluded.added,
                   unchanged = excluded.unchanged, refused = excluded.refused, report = excluded.report, finished_ms = excluded.finished_ms",
                id,
                project,
                options.file_name,
                digest,
                mapping,
                report.rows,
                report.added,
                report.unchanged,
                report.refused,
                text,
                options.member,
                now,
                now
            )
            .execute(&mut *tx)
            .await?;
            // What other uploads would bring may be there now.
            sqlx::query!("update imports set report = '{}' where project_id = ? and state = 'uploaded'", project).execute(&mut *tx).await?;
            let actor = options.member.map_or_else(Actor::operator, |member| Actor::member(member, None));
            let detail = json!({ "added": report.added, "unchanged": report.unchanged, "refused": report.refused });
            record(tx, &actor, now, Event::new("import.finished", id.0).within(project).detail(detail)).await?;
            Ok::<_, Error>(id)
        })
        .await
}

/// An import as its page shows it.
#[derive(Clone, Debug)]
pub struct Import {
    pub id: ImportId,
    pub project: ProjectId,
    pub kind: String,
    pub file_name: String,
    pub state: String,
    pub mapping: String,
    pub error: Option<String>,
    pub added: i64,
    pub unchanged: i64,
    pub refused: i64,
    pub report: String,
    pub done: Option<i64>,
    pub of: Option<i64>,
    pub created: Ms,
}

impl Import {
    pub fn mapping(&self) -> Mapping {
        serde_json::from_str(&self.mapping).unwrap_or_default()
    }

    pub fn report(&self) -> Option<Report> {
        serde_json::from_str(&self.report).ok()
    }
}

/// The imports of a project, newest first.
pub async fn list(db: &SqlitePool, member: MemberId, project: ProjectId) -> Outcome<Vec<Import>> {
    Ok(sqlx::query_as!(
        Import,
        r#"select i.id as "id: ImportId", i.project_id as "project: ProjectId", i.kind, i.file_name, i.state, i.mapping, i.error,
             i.added, i.unchanged, i.refused, '{}' as "report!: String", null as "done: i64", null as "of: i64", i.created_ms as "created: Ms"
           from imports i where i.project_id = ?1 and exists (select 1 from sights where member_id = ?2 and project_id = ?1)
           order by i.id desc limit 50"#,
        project,
        member
    )
    .fetch_all(db)
    .await?)
}

/// The same in pages.
pub async fn page(db: &SqlitePool, member: MemberId, project: ProjectId, after: Option<Uuid>, limit: i64) -> Outcome<Slice<Import>> {
    let (before, most) = (after.unwrap_or(Uuid::max()), limit + 1);
    let rows = sqlx::query_as!(
        Import,
        r#"select i.id as "id: ImportId", i.project_id as "project: ProjectId", i.kind, i.file_name, i.state, i.mapping, i.error,
             i.added, i.unchanged, i.refused, '{}' as "report!: String", null as "done: i64", null as "of: i64", i.created_ms as "created: Ms"
           from imports i where i.project_id = ?1 and i.id < ?3 and exists (select 1 from sights where member_id = ?2 and project_id = ?1)
           order by i.id desc limit ?4"#,
        project,
        member,
        before,
        most
    )
    .fetch_all(db)
    .await?;
    Ok(Slice::cut(rows, limit, |import| import.id.0))
}

pub async fn find(db: &SqlitePool, member: MemberId, id: ImportId) -> Outcome<Import> {
    Ok(sqlx::query_as!(
        Import,
        r#"select i.id as "id: ImportId", i.project_id as "project: ProjectId", i.kind, i.file_name, i.state, i.mapping, i.error,
             i.added, i.unchanged, i.refused, i.report, j.progress_done as "done?: i64", j.progress_of as "of?: i64", i.created_ms as "created: Ms"
           from imports i left join jobs j on j.id = i.job_id
           where i.id = ?1 and exists (select 1 from sights where member_id = ?2 and project_id = i.project_id)"#,
        id,
        member
    )
    .fetch_one(db)
    .await?)
}

/// The import of a job, while it still waits to be done.
pub async fn queued(db: &SqlitePool, id: ImportId) -> Outcome<Option<Import>> {
    Ok(sqlx::query_as!(
        Import,
        r#"select i.id as "id: ImportId", i.project_id as "project: ProjectId", i.kind, i.file_name, i.state, i.mapping, i.error,
             i.added, i.unchanged, i.refused, i.report, null as "done: i64", null as "of: i64", i.created_ms as "created: Ms"
           from imports i where i.id = ? and i.state = 'queued'"#,
        id
    )
    .fetch_optional(db)
    .await?)
}

/// Remembers a file that was uploaded.
pub async fn insert_upload(
    tx: &mut Tx,
    (id, project, member): (ImportId, ProjectId, MemberId),
    (kind, name, digest): (&str, &str, &[u8]),
    now: Ms,
) -> Outcome<()> {
    sqlx::query!(
        "insert into imports (id, project_id, kind, file_name, file_digest, state, created_by, created_ms) values (?, ?, ?, ?, ?, 'uploaded', ?, ?)",
        id,
        project,
        kind,
        name,
        digest,
        member,
        now
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Changes how the columns of an uploaded file are read; only while it waits.
pub async fn set_mapping(tx: &mut Tx, id: ImportId, mapping: &Mapping) -> Outcome<()> {
    let text = json!(mapping).to_string();
    waiting(
        sqlx::query!("update imports set mapping = ?, report = '{}' where id = ? and state = 'uploaded'", text, id)
            .execute(tx)
            .await?
            .rows_affected(),
    )
}

/// Keeps what an uploaded file would bring, as long as it is read with the same columns.
pub async fn keep_preview(tx: &mut Tx, id: ImportId, mapping: &str, report: &str) -> Outcome<()> {
    sqlx::query!("update imports set report = ? where id = ? and state = 'uploaded' and mapping = ?", report, id, mapping).execute(tx).await?;
    Ok(())
}

/// Uploaded or failed files since before `before`, which nobody will read in any more.
pub async fn forsaken(db: &SqlitePool, before: Ms) -> Outcome<Vec<(ImportId, ProjectId)>> {
    let rows = sqlx::query!(
        r#"select id as "id: ImportId", project_id as "project: ProjectId" from imports where state in ('uploaded', 'failed') and created_ms < ? limit 500"#,
        before
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.project)).collect())
}

/// Forgets an upload that nobody started; a failed one stays in the record. Whether there was one.
pub async fn forsake(tx: &mut Tx, id: ImportId) -> Outcome<bool> {
    Ok(sqlx::query!("delete from imports where id = ? and state = 'uploaded'", id).execute(tx).await?.rows_affected() == 1)
}

/// The file goes to its job.
pub async fn queue(tx: &mut Tx, id: ImportId, job: Option<JobId>) -> Outcome<()> {
    waiting(
        sqlx::query!("update imports set state = 'queued', job_id = ? where id = ? and state = 'uploaded'", job, id)
            .execute(tx)
            .await?
            .rows_affected(),
    )
}

/// An uploaded or failed import is forgotten; one that was done stays in the record.
pub async fn forget(tx: &mut Tx, id: ImportId) -> Outcome<()> {
    waiting(sqlx::query!("delete from imports where id = ? and state in ('uploaded', 'failed')", id).execute(tx).await?.rows_affected())
}

fn waiting(rows: u64) -> Outcome<()> {
    if rows == 1 { Ok(()) } else { Err(Error::refused("imports-refused-state")) }
}

/// A file that could not be read in, and why.
pub async fn fail(house: &House, id: ImportId, key: &'static str) -> Outcome<()> {
    let now = house.now();
    house
        .db
        .write(async move |tx| {
            sqlx::query!("update imports set state = 'failed', error = ?, finished_ms = ? where id = ? and state = 'queued'", key, now, id)
                .execute(tx)
                .await?;
            Ok::<_, Error>(())
        })
        .await
}
