//! Windows: the last twenty own works, and how wide they were each time they moved.

use crate::choose::originality::model::meaning::{SpaceId, measure};
use crate::platform::db::Tx;
use crate::platform::id::{MemberId, ProjectId, VariantId};
use crate::platform::{Error, Ms, Outcome};
use serde::Serialize;
use sqlx::SqlitePool;

/// Decisions looked back on for the newest works: enough for twenty after changes of mind.
const DECISIONS: i64 = 200;

/// An own work: approved, or history that was imported.
#[derive(Clone, Debug)]
pub struct Work {
    pub id: VariantId,
    pub author: String,
}

/// The newest own works by when they were approved or imported, newest first.
pub async fn newest_works(db: &SqlitePool, project: ProjectId, limit: i64) -> Outcome<Vec<Work>> {
    Ok(sqlx::query_as!(
        Work,
        r#"with found (id, at) as (
             select r.variant_id, r.at_ms from (
               select variant_id, at_ms from reviews where project_id = ?1 and decision = 'approved' and final = 1 and undone_ms is null
               order by id desc limit ?3) r
             union all
             select id, created_ms from (select id, created_ms from variants
               where project_id = ?1 and state = 'approved' and deleted_ms is null order by id desc limit ?2)
             union all
             select id, created_ms from (select id, created_ms from variants
               where project_id = ?1 and state = 'archived' and deleted_ms is null and author = 'import' order by id desc limit ?2))
           select v.id as "id!: VariantId", v.author as "author!: String"
           from found f cross join variants v on v.id = f.id
           where v.deleted_ms is null and (v.state = 'approved' or (v.state = 'archived' and v.author = 'import'))
           group by v.id order by max(f.at) desc, v.id desc limit ?2"#,
        project,
        limit,
        DECISIONS
    )
    .fetch_all(db)
    .await?)
}

/// One look at the last twenty.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Window {
    #[serde(rename = "at")]
    #[schema(value_type = String, format = DateTime)]
    pub at_ms: Ms,
    /// The newest variant of it
    pub variant_id: VariantId,
    pub n: i64,
    /// The effective number of different pieces
    pub vendi_1: f64,
    pub vendi_2: f64,
    /// 0 all different, 1 all the same
    pub homogeneity: f64,
    /// Mean originality of its members
    pub originality: Option<f64>,
    pub distinct_2: f64,
    pub self_bleu: f64,
    pub deflate: f64,
    pub repetition: f64,
    /// Share of it that a machine proposed
    pub suggested: f64,
    /// Far narrower than usual, twice in a row, and mostly proposed by machines
    pub narrow: bool,
    #[serde(skip)]
    pub pairs: String,
    /// `words` or `words_and_meaning`; figures of two measures are not compared
    #[serde(rename = "measure", serialize_with = "measure")]
    #[schema(value_type = String)]
    pub space_id: Option<SpaceId>,
}

impl Window {
    /// The nearest pairs of it.
    pub fn nearest_pairs(&self) -> Vec<(VariantId, VariantId, f64)> {
        serde_json::from_str(&self.pairs).unwrap_or_default()
    }
}

/// The windows of a project this member sees, newest first.
pub async fn windows(db: &SqlitePool, member: Option<MemberId>, project: ProjectId, limit: i64) -> Outcome<Vec<Window>> {
    Ok(sqlx::query_as!(
        Window,
        r#"select at_ms as "at_ms: Ms", variant_id as "variant_id: VariantId", n, vendi_1, vendi_2, homogeneity, originality, distinct_2,
             self_bleu, deflate, repetition, suggested, narrow as "narrow: bool", pairs,
             space_id as "space_id: SpaceId"
           from windows where project_id = ?1
             and (?2 is null or exists (select 1 from sights where member_id = ?2 and project_id = ?1))
           order by at_ms desc limit ?3"#,
        project,
        member,
        limit
    )
    .fetch_all(db)
    .await?)
}

/// Mean originality of these by one measure; `None` when none was measured by it.
pub async fn mean_originality(db: &SqlitePool, space: Option<SpaceId>, ids: &[VariantId]) -> Outcome<Option<f64>> {
    let ids = super::hexes(ids.iter().copied());
    Ok(sqlx::query_scalar!(
        r#"select avg(o.originality) as "mean: f64" from json_each(?) j cross join originalities o on o.variant_id = unhex(j.value)
           where o.space_id is ?"#,
        ids,
        space
    )
    .fetch_one(db)
    .await?)
}

pub async fn keep(tx: &mut Tx, project: ProjectId, window: &Window) -> Outcome<()> {
    sqlx::query!(
        "insert or replace into windows (project_id, at_ms, variant_id, n, vendi_1, vendi_2, homogeneity, originality, distinct_2, self_bleu,
           deflate, repetition, suggested, narrow, pairs, space_id)
         select id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? from projects where id = ?",
        window.at_ms,
        window.variant_id,
        window.n,
        window.vendi_1,
        window.vendi_2,
        window.homogeneity,
        window.originality,
        window.distinct_2,
        window.self_bleu,
        window.deflate,
        window.repetition,
        window.suggested,
        window.narrow,
        window.pairs,
        window.space_id,
        project
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Pairs as they are kept: `[[variant, variant, similarity], …]`.
pub fn pairs(pairs: &[(VariantId, VariantId, f64)]) -> Outcome<String> {
    serde_json::to_string(pairs).map_err(Error::broken)
}
