//! What waits to be measured, what it is held against, and what came of it.

use super::signatures::{Signed, sign};
use super::{NearReference, SamePicture, hexes};
use crate::choose::originality::model::Near;
use crate::choose::originality::model::meaning::SpaceId;
use crate::platform::db::Tx;
use crate::platform::id::{AssetId, ProjectId, ReferenceId, VariantId};
use crate::platform::{Error, Ms, Outcome};
use crate::stats::minhash::Signature;
use crate::stats::similarity::Grams;
use sqlx::SqlitePool;

/// Newest pictures of a project that a new one is held against.
const PICTURES: i64 = 5_000;

pub async fn projects_waiting(db: &SqlitePool) -> Outcome<Vec<ProjectId>> {
    Ok(sqlx::query_scalar!(r#"select distinct project_id as "project: ProjectId" from unmeasured"#).fetch_all(db).await?)
}

/// How many variants of a project wait.
pub async fn waiting_in(db: &SqlitePool, project: ProjectId) -> Outcome<i64> {
    Ok(sqlx::query_scalar!(
        "select count(*) from unmeasured u cross join variants v on v.id = u.variant_id where u.project_id = ? and v.deleted_ms is null",
        project
    )
    .fetch_one(db)
    .await?)
}

/// The projects there are.
pub async fn projects(db: &SqlitePool) -> Outcome<Vec<ProjectId>> {
    Ok(sqlx::query_scalar!(r#"select id as "id: ProjectId" from projects"#).fetch_all(db).await?)
}

/// The projects in which anything happened after event `after`, and the number of the last event.
pub async fn touched_since(db: &SqlitePool, after: i64) -> Outcome<(Vec<ProjectId>, i64)> {
    let last = last_event(db).await?;
    let projects = sqlx::query_scalar!(
        r#"select distinct project_id as "project!: ProjectId" from events where id > ? and id <= ? and project_id is not null"#,
        after,
        last
    )
    .fetch_all(db)
    .await?;
    Ok((projects, last))
}

pub async fn last_event(db: &SqlitePool) -> Outcome<i64> {
    Ok(sqlx::query_scalar!(r#"select coalesce(max(id), 0) as "n!: i64" from events"#).fetch_one(db).await?)
}

/// A variant that waits, as it was when it was read.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub id: VariantId,
    pub version: i64,
    pub state: String,
    pub assets: i64,
}

/// The oldest that wait in a project. What lies in the bin goes on waiting: it may come back.
pub async fn waiting(db: &SqlitePool, project: ProjectId, limit: i64) -> Outcome<Vec<Waiting>> {
    Ok(sqlx::query_as!(
        Waiting,
        r#"select v.id as "id: VariantId", v.version, v.state, (select count(*) from variant_assets a where a.variant_id = v.id) as "assets!: i64"
           from unmeasured u cross join variants v on v.id = u.variant_id
           where u.project_id = ? and v.deleted_ms is null order by u.variant_id limit ?"#,
        project,
        limit
    )
    .fetch_all(db)
    .await?)
}

/// The newest living variants of a project up to `until`, newest first.
pub async fn newest_until(db: &SqlitePool, project: ProjectId, until: VariantId, limit: i64) -> Outcome<Vec<VariantId>> {
    Ok(sqlx::query_scalar!(
        r#"select v.id as "id: VariantId"
           from json_each('["draft", "in_review", "changes_requested", "approved", "rejected", "archived"]') s
             cross join variants v on v.id in (
               select w.id from variants w where w.project_id = ?1 and w.state = s.value and w.deleted_ms is null and w.id <= ?2
               order by w.id desc limit ?3)
           order by v.id desc limit ?3"#,
        project,
        until,
        limit
    )
    .fetch_all(db)
    .await?)
}

/// What each of these came from, and what came from it: (variant, relative).
pub async fn lines(db: &SqlitePool, ids: &[VariantId]) -> Outcome<Vec<(VariantId, VariantId)>> {
    let ids = hexes(ids.iter().copied());
    let rows = sqlx::query!(
        r#"with recursive
             up (root, id, depth) as (
               select v.id, v.parent_id, 1 from json_each(?1) j cross join variants v on v.id = unhex(j.value) where v.parent_id is not null
               union select up.root, v.parent_id, up.depth + 1 from up cross join variants v on v.id = up.id
                 where v.parent_id is not null and up.depth < 50),
             down (root, id, depth) as (
               select v.parent_id, v.id, 1 from json_each(?1) j cross join variants v on v.parent_id = unhex(j.value)
               union select down.root, v.id, down.depth + 1 from down cross join variants v on v.parent_id = down.id where down.depth < 50)
           select root as "root!: VariantId", id as "id!: VariantId" from up
           union select root, id from down limit 10000"#,
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.root, row.id)).collect())
}

/// The grams of what others publish.
pub async fn references(db: &SqlitePool, project: ProjectId) -> Outcome<Vec<(ReferenceId, Vec<u8>)>> {
    let rows = sqlx::query!(
        r#"select t.id as "id: ReferenceId", t.grams from reference_sets s cross join reference_texts t on t.set_id = s.id
           where s.project_id = ? and s.deleted_ms is null"#,
        project
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.grams)).collect())
}

/// How original the other variants of a project were by one measure, ascending.
pub async fn history(db: &SqlitePool, project: ProjectId, space: Option<SpaceId>, except: &[VariantId]) -> Outcome<Vec<f64>> {
    let except = hexes(except.iter().copied());
    Ok(sqlx::query_scalar!(
        "select originality from originalities
         where project_id = ?1 and space_id is ?3 and variant_id not in (select unhex(value) from json_each(?2)) order by originality",
        project,
        except,
        space
    )
    .fetch_all(db)
    .await?)
}

/// The share of them that is at most `originality`, without reading them; `None` when there are none.
pub async fn rank(db: &SqlitePool, project: ProjectId, space: Option<SpaceId>, except: VariantId, originality: f64) -> Outcome<Option<f64>> {
    let row = sqlx::query!(
        r#"select count(*) as "n!: i64", coalesce(sum(originality <= ?3), 0) as "at_most!: i64" from originalities
           where project_id = ?1 and variant_id <> ?2 and space_id is ?4"#,
        project,
        except,
        originality,
        space
    )
    .fetch_one(db)
    .await?;
    Ok((row.n > 0).then(|| row.at_most as f64 / row.n as f64))
}

/// A picture of a variant: what its file is called, and its hash when it was taken.
#[derive(Clone, Debug)]
pub struct Picture {
    pub variant: VariantId,
    pub asset: AssetId,
    pub digest: Vec<u8>,
    pub hash: Option<i64>,
}

pub async fn pictures(db: &SqlitePool, ids: &[VariantId]) -> Outcome<Vec<Picture>> {
    let ids = hexes(ids.iter().copied());
    Ok(sqlx::query_as!(
        Picture,
        r#"select va.variant_id as "variant: VariantId", a.id as "asset: AssetId", a.digest, h.hash as "hash?"
           from json_each(?) j cross join variant_assets va on va.variant_id = unhex(j.value) join assets a on a.id = va.asset_id
             left join picture_hashes h on h.asset_id = a.id
           where a.kind = 'image' and a.deleted_ms is null"#,
        ids
    )
    .fetch_all(db)
    .await?)
}

/// Hashes of the newest pictures of a project with the variants that show them. 0 is a picture that shows nothing.
pub async fn looks(db: &SqlitePool, project: ProjectId) -> Outcome<Vec<(AssetId, VariantId, i64)>> {
    let rows = sqlx::query!(
        r#"select a.id as "asset: AssetId", va.variant_id as "variant: VariantId", h.hash
           from assets a join picture_hashes h on h.asset_id = a.id join variant_assets va on va.asset_id = a.id
             join variants v on v.id = va.variant_id
           where a.project_id = ? and a.deleted_ms is null and v.deleted_ms is null and h.hash <> 0 order by a.id desc limit ?"#,
        project,
        PICTURES
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.asset, row.variant, row.hash)).collect())
}

/// Keeps the hash of a picture.
pub async fn keep_hash(tx: &mut Tx, asset: AssetId, hash: i64) -> Outcome<()> {
    sqlx::query!("insert or ignore into picture_hashes (asset_id, hash) select id, ? from assets where id = ?", hash, asset).execute(tx).await?;
    Ok(())
}

/// What came of one variant.
#[derive(Clone, Debug)]
pub struct Measured {
    pub waiting: Waiting,
    pub signature: Option<Signature>,
    pub originality: f64,
    pub own: f64,
    pub reference: Option<f64>,
    pub percentile: Option<f64>,
    pub gain: Option<f64>,
    /// What it was measured by
    pub space: Option<SpaceId>,
    pub nearest: Vec<Near>,
    pub references: Vec<NearReference>,
    pub pictures: Vec<SamePicture>,
}

/// Writes what was measured. A variant that was changed meanwhile keeps waiting.
pub async fn keep(tx: &mut Tx, project: ProjectId, measured: &[Measured], now: Ms) -> Outcome<()> {
    let signed: Vec<Signed> =
        measured.iter().map(|one| Signed { id: one.waiting.id, version: one.waiting.version, signature: one.signature }).collect();
    let known = living(tx, &signed).await?;
    let signed: Vec<Signed> = signed.into_iter().filter(|one| known.contains(&one.id)).collect();
    sign(tx, project, &signed).await?;
    for one in measured.iter().filter(|one| known.contains(&one.waiting.id)) {
        keep_one(tx, project, one, now).await?;
    }
    Ok(())
}

/// Those of them that are there still.
async fn living(tx: &mut Tx, signed: &[Signed]) -> Outcome<Vec<VariantId>> {
    let ids = hexes(signed.iter().map(|one| one.id));
    Ok(sqlx::query_scalar!(r#"select v.id as "id: VariantId" from json_each(?) j cross join variants v on v.id = unhex(j.value)"#, ids)
        .fetch_all(tx)
        .await?)
}

async fn keep_one(tx: &mut Tx, project: ProjectId, one: &Measured, now: Ms) -> Outcome<()> {
    let nearest = serde_json::to_string(&one.nearest).map_err(Error::broken)?;
    let references = serde_json::to_string(&one.references).map_err(Error::broken)?;
    let pictures = serde_json::to_string(&one.pictures).map_err(Error::broken)?;
    sqlx::query!(
        "insert into originalities (variant_id, project_id, version, originality, own, reference, percentile, gain, nearest, nearest_references,
           pictures, space_id, measured_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         on conflict (variant_id) do update set version = excluded.version, originality = excluded.originality, own = excluded.own,
           reference = excluded.reference, percentile = excluded.percentile, gain = excluded.gain, nearest = excluded.nearest,
           nearest_references = excluded.nearest_references, pictures = excluded.pictures,
           space_id = excluded.space_id, measured_ms = excluded.measured_ms",
        one.waiting.id,
        project,
        one.waiting.version,
        one.originality,
        one.own,
        one.reference,
        one.percentile,
        one.gain,
        nearest,
        references,
        pictures,
        one.space,
        now
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "delete from unmeasured where variant_id = ?1 and exists (
           select 1 from variants v where v.id = ?1 and v.version = ?2 and ?3 = (select count(*) from variant_assets a where a.variant_id = ?1))",
        one.waiting.id,
        one.waiting.version,
        one.waiting.assets
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Reads kept grams.
pub fn grams_of(kept: Vec<(ReferenceId, Vec<u8>)>) -> Vec<(ReferenceId, Grams)> {
    kept.into_iter().map(|(id, bytes)| (id, Grams::from_bytes(&bytes))).collect()
}
