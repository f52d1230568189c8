//! All SQL of the export: rows as they are kept, without what is secret.

use crate::platform::Outcome;
use crate::platform::id::ProjectId;
use futures_util::TryStreamExt;
use serde_json::{Map, Value};
use sqlx::sqlite::SqliteRow;
use sqlx::{Column, Row, SqlitePool, TypeInfo, ValueRef};
use uuid::Uuid;

/// Every table of a project and how its rows are reached; `?` is the project.
pub const TABLES: &[(&str, &str)] = &[
    ("project", "select * from projects where id = ?"),
    ("markets", "select * from markets where project_id = ? order by id"),
    ("ideas", "select * from ideas where project_id = ? and deleted_ms is null order by id"),
    ("prompts", "select * from prompts where project_id = ? and deleted_ms is null order by id"),
    (
        "prompt_versions",
        "select v.* from prompt_versions v join prompts p on p.id = v.prompt_id where p.project_id = ? and p.deleted_ms is null order by v.id",
    ),
    ("prompt_labels", "select l.* from prompt_labels l join prompts p on p.id = l.prompt_id where p.project_id = ? and p.deleted_ms is null"),
    ("fixtures", "select f.* from fixtures f join prompts p on p.id = f.prompt_id where p.project_id = ? and p.deleted_ms is null order by f.id"),
    ("parts", "select * from parts where project_id = ? and deleted_ms is null order by id"),
    ("part_versions", "select v.* from part_versions v join parts p on p.id = v.part_id where p.project_id = ? and p.deleted_ms is null"),
    ("trials", "select * from trials where project_id = ? order by id"),
    ("trial_runs", "select r.* from trial_runs r join trials t on t.id = r.trial_id where t.project_id = ? order by r.trial_id, r.position"),
    ("trial_choices", "select c.* from trial_choices c join trials t on t.id = c.trial_id where t.project_id = ?"),
    ("runs", "select * from runs where project_id = ? order by id"),
    ("pieces", "select * from pieces where project_id = ? and deleted_ms is null order by id"),
    ("variants", "select * from variants where project_id = ? and deleted_ms is null order by id"),
    (
        "revisions",
        "select r.* from revisions r join variants v on v.id = r.variant_id where v.project_id = ? and v.deleted_ms is null order by r.variant_id, r.number",
    ),
    ("assets", "select * from assets where project_id = ? and deleted_ms is null order by id"),
    ("variant_assets", "select a.* from variant_assets a join variants v on v.id = a.variant_id where v.project_id = ? and v.deleted_ms is null"),
    ("reviews", "select * from reviews where project_id = ? order by id"),
    ("channels", "select * from channels where project_id = ? and deleted_ms is null order by id"),
    ("publications", "select * from publications where project_id = ? order by no"),
    ("attempts", "select a.* from attempts a join publications p on p.id = a.publication_id where p.project_id = ? order by a.id"),
    ("snapshots", "select s.* from snapshots s join publications p on p.no = s.publication_no where p.project_id = ?"),
    ("corrections", "select c.* from corrections c join publications p on p.no = c.publication_no where p.project_id = ?"),
    ("totals", "select * from totals where project_id = ?"),
    ("daily_totals", "select * from daily_totals where project_id = ?"),
    ("experiments", "select * from experiments where project_id = ? and deleted_ms is null order by id"),
    (
        "arms",
        "select a.* from arms a join experiments e on e.id = a.experiment_id where e.project_id = ? and e.deleted_ms is null order by a.experiment_id, a.position",
    ),
    (
        "arm_counts",
        "select c.* from arm_counts c join arms a on a.id = c.arm_id join experiments e on e.id = a.experiment_id where e.project_id = ? and e.deleted_ms is null",
    ),
    (
        "verdicts",
        "select v.* from verdicts v join experiments e on e.id = v.experiment_id where e.project_id = ? and e.deleted_ms is null order by v.id",
    ),
    ("plays", "select * from plays where project_id = ? and deleted_ms is null order by id"),
    ("slates", "select * from slates where project_id = ? order by id"),
    ("cards", "select c.* from cards c join slates s on s.id = c.slate_id where s.project_id = ? order by c.slate_id, c.position"),
    ("imports", "select * from imports where project_id = ? order by id"),
];

/// Never written to a file: sealed secrets, and what opens media to a platform.
const SECRET: &[&str] = &["secret", "delivery"];

/// Hands every row of one table to `take`, in order: its columns by name, and its values.
pub async fn rows(
    db: &SqlitePool,
    query: &'static str,
    project: ProjectId,
    mut take: impl FnMut(Map<String, Value>) -> std::io::Result<()>,
) -> Outcome<()> {
    let mut rows = sqlx::query(query).bind(project).fetch(db);
    while let Some(row) = rows.try_next().await? {
        take(object(&row)?)?;
    }
    Ok(())
}

fn object(row: &SqliteRow) -> Outcome<Map<String, Value>> {
    let mut object = Map::new();
    for column in row.columns().iter().filter(|column| !SECRET.contains(&column.name())) {
        object.insert(column.name().to_owned(), value(row, column.ordinal())?);
    }
    Ok(object)
}

/// Ids as UUIDs, digests as hex, kept JSON as JSON.
fn value(row: &SqliteRow, at: usize) -> Outcome<Value> {
    let raw = row.try_get_raw(at)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    let kind = raw.type_info().name().to_owned();
    Ok(match kind.as_str() {
        "INTEGER" => row.try_get::<i64, _>(at)?.into(),
        "REAL" => row.try_get::<f64, _>(at)?.into(),
        "BLOB" => {
            let bytes: Vec<u8> = row.try_get(at)?;
            let text = Uuid::from_slice(&bytes).map_or_else(|_| hex::encode(&bytes), |id| id.to_string());
            text.into()
        }
        _ => {
            let text: String = row.try_get(at)?;
            let object = text.starts_with('{') || text.starts_with('[');
            object.then(|| serde_json::from_str(&text).ok()).flatten().unwrap_or(Value::String(text))
        }
    })
}

/// Digest and file name of each of the project's files.
pub async fn media(db: &SqlitePool, project: ProjectId) -> Outcome<Vec<(Vec<u8>, String)>> {
    let rows = sqlx::query!(
        "select digest as \"digest!\", min(file_name) as \"name!: String\" from assets where project_id = ? and deleted_ms is null group by digest",
        project
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.digest, row.name)).collect())
}
