//! Spaces, the vectors in them, and the texts that wait for one.

use super::hexes;
use crate::choose::originality::model::BEFORE;
use crate::choose::originality::model::meaning::{Row, SpaceId};
use crate::platform::db::Tx;
use crate::platform::id::{BackendId, ProjectId, VariantId};
use crate::platform::{Ms, Outcome};
use sqlx::SqlitePool;
use std::collections::HashMap;

/// The kind of the job that asks for vectors.
pub const KIND: &str = "meaning";
/// Variants that are put on the list at once.
const LISTED: i64 = 1_000;
/// Variants whose fifty before may hold one of a batch; a few of the fifty do not count.
const AFTER: i64 = BEFORE as i64 + 14;

/// What a project compares in, and how asking goes.
#[derive(Clone, Debug)]
pub struct Space {
    pub id: SpaceId,
    pub backend: BackendId,
    pub backend_name: String,
    pub model: String,
    /// `None` until the first answer
    pub dimensions: Option<i64>,
    pub at_once: i64,
    /// Trouble in a row, and its error class of runs
    pub failures: i64,
    pub class: Option<String>,
    pub retry_ms: Ms,
    /// Older variants are not on the list yet
    pub is_listing: bool,
}

/// `None` when a project compares by words alone.
pub async fn space(db: &SqlitePool, project: ProjectId) -> Outcome<Option<Space>> {
    Ok(sqlx::query_as!(
        Space,
        r#"select s.id as "id!: SpaceId", s.backend_id as "backend!: BackendId", b.name as "backend_name!: String", s.model as "model!: String",
             s.dimensions, s.at_once as "at_once!: i64", s.failures as "failures!: i64", s.class, s.retry_ms as "retry_ms!: Ms",
             s.unlisted is not null as "is_listing!: bool"
           from projects p join spaces s on s.id = p.space_id join backends b on b.id = s.backend_id where p.id = ?"#,
        project
    )
    .fetch_optional(db)
    .await?)
}

/// The projects whose backend may be asked now and is not being asked.
pub async fn projects_to_ask(db: &SqlitePool, now: Ms) -> Outcome<Vec<ProjectId>> {
    Ok(sqlx::query_scalar!(
        r#"select p.id as "id: ProjectId" from projects p join spaces s on s.id = p.space_id
           where s.retry_ms <= ?1
             and (s.unlisted is not null or exists (select 1 from unembedded u cross join variants v on v.id = u.variant_id
               where u.project_id = p.id and u.retry_ms <= ?1 and v.deleted_ms is null))
             and not exists (select 1 from jobs j where j.kind = ?2 and j.project_id = p.id and j.state in ('ready', 'running'))"#,
        now,
        KIND
    )
    .fetch_all(db)
    .await?)
}

/// How many living variants of a project wait for a vector.
pub async fn waiting_in(db: &SqlitePool, project: ProjectId) -> Outcome<i64> {
    Ok(sqlx::query_scalar!(
        "select count(*) from unembedded u cross join variants v on v.id = u.variant_id where u.project_id = ? and v.deleted_ms is null",
        project
    )
    .fetch_one(db)
    .await?)
}

/// A variant on the list, as it was when it was read.
#[derive(Clone, Copy, Debug)]
pub struct Listed {
    pub id: VariantId,
    pub version: i64,
    pub tries: i64,
}

/// The newest on the list that may be asked for now.
pub async fn listed(db: &SqlitePool, project: ProjectId, limit: i64, now: Ms) -> Outcome<Vec<Listed>> {
    Ok(sqlx::query_as!(
        Listed,
        r#"select v.id as "id: VariantId", v.version, u.tries from unembedded u cross join variants v on v.id = u.variant_id
           where u.project_id = ? and u.retry_ms <= ? and v.deleted_ms is null order by u.variant_id desc limit ?"#,
        project,
        now,
        limit
    )
    .fetch_all(db)
    .await?)
}

/// Puts the next older variants on the list; false when there were none, and all are listed.
pub async fn list_older(tx: &mut Tx, project: ProjectId, space: SpaceId) -> Outcome<bool> {
    let older = sqlx::query_scalar!(
        r#"select v.id as "id!: VariantId" from spaces f
             cross join json_each('["draft", "in_review", "changes_requested", "approved", "rejected", "archived"]') s
             cross join variants v on v.id in (
               select w.id from variants w where w.project_id = ?1 and w.state = s.value and w.deleted_ms is null and w.id < f.unlisted
               order by w.id desc limit ?3)
           where f.id = ?2 order by v.id desc limit ?3"#,
        project,
        space,
        LISTED
    )
    .fetch_all(&mut *tx)
    .await?;
    let oldest = older.last().copied();
    let ids = hexes(older);
    sqlx::query!("insert or ignore into unembedded (variant_id, project_id) select unhex(value), ?2 from json_each(?1)", ids, project)
        .execute(&mut *tx)
        .await?;
    sqlx::query!("update spaces set unlisted = ? where id = ?", oldest, space).execute(tx).await?;
    Ok(oldest.is_some())
}

/// All vectors of these variants, those of earlier words among them.
pub async fn of(db: &SqlitePool, space: SpaceId, ids: impl IntoIterator<Item = VariantId>) -> Outcome<Vec<Row>> {
    let ids = hexes(ids);
    Ok(sqlx::query_as!(
        Row,
        r#"select w.variant_id as "variant: VariantId", w.digest, w.vector
           from json_each(?) j cross join vectors w on w.variant_id = unhex(j.value) and w.space_id = ?"#,
        ids,
        space
    )
    .fetch_all(db)
    .await?)
}

/// Vectors that any variant of the space has for these words, by their digests.
pub async fn known(db: &SqlitePool, space: SpaceId, digests: impl Iterator<Item = [u8; 32]>) -> Outcome<HashMap<Vec<u8>, Vec<u8>>> {
    let digests = serde_json::to_string(&digests.map(hex::encode).collect::<Vec<_>>()).unwrap_or_default();
    let rows = sqlx::query!(
        "select w.digest, w.vector from json_each(?) j cross join vectors w on w.space_id = ? and w.digest = unhex(j.value)",
        digests,
        space
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.digest, row.vector)).collect())
}

/// A vector to be kept: of the words that a version of a variant has.
#[derive(Clone, Debug)]
pub struct Kept {
    pub id: VariantId,
    pub version: i64,
    pub digest: [u8; 32],
    pub vector: Vec<u8>,
}

/// Keeps vectors and takes their variants off the list, unless they were changed meanwhile. They and those that are held
/// against them are measured again.
pub async fn keep(tx: &mut Tx, project: ProjectId, space: SpaceId, kept: &[Kept]) -> Outcome<()> {
    for one in kept {
        let digest = one.digest.as_slice();
        sqlx::query!(
            "insert or ignore into vectors (variant_id, space_id, digest, vector)
             select v.id, s.id, ?3, ?4 from variants v join spaces s on s.id = ?2 where v.id = ?1",
            one.id,
            space,
            digest,
            one.vector
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query!(
            "delete from unembedded where variant_id = ?1 and exists (select 1 from variants v where v.id = ?1 and v.version = ?2)",
            one.id,
            one.version
        )
        .execute(&mut *tx)
        .await?;
    }
    measure_again(tx, project, kept).await
}

async fn measure_again(tx: &mut Tx, project: ProjectId, kept: &[Kept]) -> Outcome<()> {
    let ids = hexes(kept.iter().map(|one| one.id));
    let newest = kept.iter().map(|one| one.id).max();
    sqlx::query!(
        r#"insert or ignore into unmeasured (variant_id, project_id)
           select v.id, v.project_id from json_each(?1) j cross join variants v on v.id = unhex(j.value) where v.project_id = ?2
           union
           select v.id, v.project_id
             from json_each('["draft", "in_review", "changes_requested", "approved", "rejected", "archived"]') s
             cross join variants v on v.id in (
               select w.id from variants w where w.project_id = ?2 and w.state = s.value and w.deleted_ms is null and w.id > ?3
               order by w.id limit ?4)"#,
        ids,
        project,
        newest,
        AFTER
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The service answered as it should, with vectors of so many figures.
pub async fn succeeded(tx: &mut Tx, space: SpaceId, dimensions: i64) -> Outcome<()> {
    sqlx::query!(
        "update spaces set dimensions = ?, failures = 0, class = null, retry_ms = 0, at_once = min(64, at_once * 2) where id = ?",
        dimensions,
        space
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// It did not: it is asked again after `retry`, for `at_once` texts.
pub async fn failed(tx: &mut Tx, space: SpaceId, class: &str, retry: Ms, at_once: i64) -> Outcome<()> {
    sqlx::query!("update spaces set failures = failures + 1, class = ?, retry_ms = ?, at_once = ? where id = ?", class, retry, at_once, space)
        .execute(tx)
        .await?;
    Ok(())
}

/// A text that was refused alone stands back.
pub async fn stand_back(tx: &mut Tx, id: VariantId, until: Ms) -> Outcome<()> {
    sqlx::query!("update unembedded set tries = tries + 1, retry_ms = ? where variant_id = ?", until, id).execute(tx).await?;
    Ok(())
}

/// Compares a project in the space of this model from now on, or by words alone. What stood back is asked for at once.
/// False when nothing changed.
pub async fn choose(tx: &mut Tx, project: ProjectId, model: Option<(BackendId, &str)>) -> Outcome<bool> {
    let before = sqlx::query_scalar!(r#"select space_id as "id: SpaceId" from projects where id = ?"#, project).fetch_one(&mut *tx).await?;
    let chosen = match model {
        Some((backend, model)) => Some(enter(tx, project, backend, model).await?),
        None => None,
    };
    if chosen == before {
        sqlx::query!("update unembedded set retry_ms = 0 where project_id = ?", project).execute(tx).await?;
        return Ok(false);
    }
    sqlx::query!("update projects set space_id = ? where id = ?", chosen, project).execute(&mut *tx).await?;
    sqlx::query!("delete from unembedded where project_id = ?", project).execute(&mut *tx).await?;
    sqlx::query!("update spaces set unlisted = unhex(?) where id = ?", LAST, chosen).execute(tx).await?;
    Ok(true)
}

/// Above every id.
const LAST: &str = "ffffffffffffffffffffffffffffffff";

async fn enter(tx: &mut Tx, project: ProjectId, backend: BackendId, model: &str) -> Outcome<SpaceId> {
    Ok(sqlx::query_scalar!(
        r#"insert into spaces (project_id, backend_id, model) values (?, ?, ?)
           on conflict (project_id, backend_id, model) do update set failures = 0, class = null, retry_ms = 0, at_once = 64
           returning id as "id!: SpaceId""#,
        project,
        backend,
        model
    )
    .fetch_one(tx)
    .await?)
}
