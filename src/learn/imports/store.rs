//! All SQL of imports.

use super::headline_tests::Mapping;
use super::run::{KnownTest, Options, Report};
use crate::learn::experiments::Summary;
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{ArmId, ExperimentId, ImportId, JobId, MemberId, PieceId, ProjectId, VariantId};
use crate::platform::{Error, House, Ms, Outcome};
use crate::web::Slice;
use serde_json::json;
use sqlx::SqlitePool;
use std::collections::HashMap;
use uuid::Uuid;

/// What a project has of a kind already, by source key.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub tests: HashMap<String, KnownTest>,
    pub arms: HashMap<String, KnownArm>,
}

#[derive(Clone, Copy, Debug)]
pub struct KnownArm {
    pub exposures: i64,
    pub outcomes: i64,
}

/// A test to be written, whole.
#[derive(Clone, Debug)]
pub struct NewTest {
    pub key: String,
    /// The experiment it extends, and its piece.
    pub known: Option<(ExperimentId, Option<PieceId>)>,
    /// Counts of the arms that are there.
    pub before: Vec<(i64, i64)>,
    pub name: String,
    pub started: Option<Ms>,
    pub arms: Vec<NewArm>,
    pub found: Summary,
}

#[derive(Clone, Debug)]
pub struct NewArm {
    pub position: i64,
    pub source_key: String,
    pub label: String,
    pub headline: String,
    pub eyecatcher: String,
    pub day: String,
    pub exposures: i64,
    pub outcomes: i64,
}

pub async fn project_named(db: &SqlitePool, name: &str) -> Outcome<Option<ProjectId>> {
    Ok(sqlx::query_scalar!(r#"select id as "id: ProjectId" from projects where name = ? and deleted_ms is null"#, name).fetch_optional(db).await?)
}

/// Everything of `kind` in the project, the bin included.
pub async fn known(db: &SqlitePool, project: ProjectId, kind: &str) -> Outcome<Known> {
    // ';' follows ':' in ASCII, so the two bounds hold exactly the keys of this kind.
    let (from, to) = (format!("{kind}:"), format!("{kind};"));
    let rows = sqlx::query!(
        r#"select e.id as "id: ExperimentId", e.piece_id as "piece: PieceId", e.source_key as "key!: String",
             a.exposures, a.outcomes, v.source_key as "arm_key?: String"
           from experiments e join arms a on a.experiment_id = e.id left join variants v on v.id = a.variant_id
           where e.project_id = ? and e.source_key >= ? and e.source_key < ? order by e.source_key, a.position"#,
        project,
        from,
        to
    )
    .fetch_all(db)
    .await?;
    let mut known = Known::default();
    for row in rows {
        let test = known.tests.entry(row.key).or_insert_with(|| KnownTest { id: row.id, piece: row.piece, counts: Vec::new() });
        test.counts.push((row.exposures, row.outcomes));
        if let Some(key) = row.arm_key {
            known.arms.insert(key, KnownArm { exposures: row.exposures, outcomes: row.outcomes });
        }
    }
    Ok(known)
}

/// Writes one test: the experiment, its piece, a variant and an arm for each row, and the counts.
pub async fn insert_test(tx: &mut Tx, project: ProjectId, test: &NewTest, now: Ms) -> Outcome<()> {
    let (id, piece) = match test.known {
        Some((id, Some(piece))) => (id, piece),
        Some((id, None)) => (id, insert_piece(tx, project, test, now).await?),
        None => {
            let piece = insert_piece(tx, project, test, now).await?;
            (insert_experiment(tx, (project, piece), test, now).await?, piece)
        }
    };
    for arm in &test.arms {
        insert_arm(tx, (project, piece, id), arm, now).await?;
    }
    let arms = i64::try_from(test.before.len() + test.arms.len()).unwrap_or(0);
    let exposures: i64 = test.before.iter().map(|count| count.0).chain(test.arms.iter().map(|arm| arm.exposures)).sum();
    let found = &test.found;
    sqlx::query!(
        "update experiments set arms = ?, exposures = ?, assessment = ?, leader = ?, chance = ?, loss = ?, badge = ?, assessed_ms = ?,
           updated_ms = ? where id = ?",
        arms,
        exposures,
        found.json,
        found.leader,
        found.chance,
        found.loss,
        found.badge,
        now,
        now,
        id
    )
    .execute(tx)
    .await?;
    Ok(())
}

async fn insert_piece(tx: &mut Tx, project: ProjectId, test: &NewTest, now: Ms) -> Outcome<PieceId> {
    let id = PieceId::new(now);
    sqlx::query!(
        "insert into pieces (id, project_id, title, source_key, created_ms, updated_ms) values (?, ?, ?, ?, ?, ?)
         on conflict do nothing",
        id,
        project,
        test.name,
        test.key,
        now,
        now
    )
    .execute(&mut *tx)
    .await?;
    // A piece whose experiment was deleted for good is found again by its key.
    Ok(sqlx::query_scalar!(r#"select id as "id: PieceId" from pieces where project_id = ? and source_key = ?"#, project, test.key)
        .fetch_one(tx)
        .await?)
}

async fn insert_experiment(tx: &mut Tx, (project, piece): (ProjectId, PieceId), test: &NewTest, now: Ms) -> Outcome<ExperimentId> {
    const WEEK: i64 = 7 * crate::platform::clock::DAY;
    let (id, ended) = (ExperimentId::new(now), test.started.map(|at| at.plus(WEEK)));
    sqlx::query!(
        "insert into experiments (id, project_id, piece_id, name, assignment, metric, state, started_ms, ended_ms, source_key,
           created_ms, updated_ms)
         values (?, ?, ?, ?, 'randomised_platform', 'click_rate', 'imported', ?, ?, ?, ?, ?)",
        id,
        project,
        piece,
        test.name,
        test.started,
        ended,
        test.key,
        now,
        now
    )
    .execute(tx)
    .await?;
    Ok(id)
}

/// Imported variants are archived from the start: they are history, not work for the desk.
async fn insert_arm(tx: &mut Tx, (project, piece, experiment): (ProjectId, PieceId, ExperimentId), arm: &NewArm, now: Ms) -> Outcome<()> {
    let (variant, id) = (VariantId::new(now), ArmId::new(now));
    let tags = if arm.eyecatcher.is_empty() { json!([]) } else { json!([format!("picture {}", arm.eyecatcher)]) }.to_string();
    sqlx::query!(
        "insert into variants (id, project_id, piece_id, locale, title, tags, state, author, human_share, source_key, created_ms, updated_ms)
         select ?, id, ?, locale, ?, ?, 'archived', 'import', 1, ?, ?, ? from projects where id = ?",
        variant,
        piece,
        arm.headline,
        tags,
        arm.source_key,
        now,
        now,
        project
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into arms (id, experiment_id, position, label, variant_id, weight, exposures, outcomes) values (?, ?, ?, ?, ?, 1, ?, ?)",
        id,
        experiment,
        arm.position,
        arm.label,
        variant,
        arm.exposures,
        arm.outcomes
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into arm_counts (arm_id, day, exposures, outcomes, source) values (?, ?, ?, ?, 'import')",
        id,
        arm.day,
        arm.exposures,
        arm.outcomes
    )
    .execute(tx)
    .await?;
    Ok(())
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
