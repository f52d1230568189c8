//! All SQL of originality.

pub mod measuring;
pub mod radar;
pub mod references;
pub mod results;
pub mod signatures;
pub mod vectors;
pub mod windows;

use super::model::meaning::{SpaceId, measure};
use super::model::{Near, Text, words_of};
use crate::platform::id::{AssetId, MemberId, PieceId, ProjectId, ReferenceId, VariantId};
use crate::platform::{Ms, Outcome};
use crate::stats::similarity::Grams;
use serde::{Deserialize, Serialize};
use sqlx::SqlitePool;
use std::collections::HashMap;

/// Ids for `select unhex(value) from json_each(?)`.
pub fn hexes(ids: impl IntoIterator<Item = VariantId>) -> String {
    let ids: Vec<String> = ids.into_iter().map(|id| id.0.simple().to_string()).collect();
    serde_json::to_string(&ids).unwrap_or_default()
}

/// The words of a variant as they are stored.
#[derive(Clone, Debug)]
pub struct Raw {
    pub id: VariantId,
    pub piece: PieceId,
    pub locale: String,
    pub title: String,
    pub hook: String,
    pub script: String,
}

impl Raw {
    /// Counts the grams.
    pub fn text(self) -> Text {
        let words = words_of(&self.title, &self.hook, &self.script);
        let grams = Grams::of(&words);
        Text { id: self.id, piece: self.piece, locale: self.locale, title: self.title, words, grams }
    }

    /// What stands first: the hook, where there is one.
    pub fn first(&self) -> &str {
        if self.hook.trim().is_empty() { &self.title } else { &self.hook }
    }
}

/// The words of living variants; more than is ever compared is not read.
pub async fn words(db: &SqlitePool, ids: impl IntoIterator<Item = VariantId>) -> Outcome<Vec<Raw>> {
    let ids = hexes(ids);
    Ok(sqlx::query_as!(
        Raw,
        r#"select v.id as "id: VariantId", v.piece_id as "piece: PieceId", v.locale, v.title, v.hook, substr(v.script, 1, 6000) as "script!: String"
           from json_each(?) j cross join variants v on v.id = unhex(j.value) where v.deleted_ms is null order by v.id"#,
        ids
    )
    .fetch_all(db)
    .await?)
}

/// A near text of a reference set: in JSON `{"reference": …, "similarity": …}`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NearReference {
    pub reference: ReferenceId,
    pub similarity: f64,
}

/// A picture that looks the same: in JSON `{"asset": …, "variant": …, "distance": …}`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SamePicture {
    /// The other picture, and whose it is
    pub asset: AssetId,
    pub variant: VariantId,
    /// Of 64 bits
    pub distance: u32,
}

/// How new a variant was when it was measured.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Originality {
    pub variant: VariantId,
    /// 1 − ½(own + reference), or 1 − own without a reference set
    pub originality: f64,
    /// Mean similarity to the five nearest of the fifty before it
    pub own: f64,
    /// The same to the reference sets
    pub reference: Option<f64>,
    /// Share of the project's variants until then that were at most as original
    pub percentile: Option<f64>,
    /// What it adds to the effective number of different pieces among the last twenty
    pub gain: Option<f64>,
    pub nearest: Vec<Near>,
    pub nearest_references: Vec<NearReference>,
    pub pictures: Vec<SamePicture>,
    /// `words` or `words_and_meaning`; figures of two measures are not compared
    #[serde(rename = "measure", serialize_with = "measure")]
    #[schema(value_type = String)]
    pub space: Option<SpaceId>,
    #[serde(rename = "measured_at")]
    #[schema(value_type = String, format = DateTime)]
    pub measured_ms: Ms,
}

/// What is known of a variant this member may see; `None` while it waits to be measured.
pub async fn of(db: &SqlitePool, member: MemberId, id: VariantId) -> Outcome<Option<Originality>> {
    Ok(of_all(db, member, &[id]).await?.pop())
}

/// The same for several.
pub async fn of_all(db: &SqlitePool, member: MemberId, ids: &[VariantId]) -> Outcome<Vec<Originality>> {
    let ids = hexes(ids.iter().copied());
    let rows = sqlx::query!(
        r#"select o.variant_id as "id: VariantId", o.originality, o.own, o.reference, o.percentile, o.gain, o.nearest, o.nearest_references,
             o.pictures, o.space_id as "space: SpaceId", o.measured_ms as "measured_ms: Ms"
           from json_each(?) j cross join originalities o on o.variant_id = unhex(j.value)
             join sights s on s.project_id = o.project_id and s.member_id = ?"#,
        ids,
        member
    )
    .fetch_all(db)
    .await?;
    let rows = rows.into_iter().map(|row| Originality {
        variant: row.id,
        originality: row.originality,
        own: row.own,
        reference: row.reference,
        percentile: row.percentile,
        gain: row.gain,
        nearest: serde_json::from_str(&row.nearest).unwrap_or_default(),
        nearest_references: serde_json::from_str(&row.nearest_references).unwrap_or_default(),
        pictures: serde_json::from_str(&row.pictures).unwrap_or_default(),
        space: row.space,
        measured_ms: row.measured_ms,
    });
    Ok(rows.collect())
}

/// Below this a draft is marked.
pub async fn floor(db: &SqlitePool, project: ProjectId) -> Outcome<f64> {
    Ok(sqlx::query_scalar!("select floor from projects where id = ?", project).fetch_one(db).await?)
}

/// Titles of living variants, with their languages.
pub async fn titles(db: &SqlitePool, ids: impl IntoIterator<Item = VariantId>) -> Outcome<Vec<(VariantId, String, String)>> {
    let ids = hexes(ids);
    let rows = sqlx::query!(
        r#"select v.id as "id: VariantId", iif(v.hook = '', v.title, v.hook) as "title!: String", v.locale from json_each(?) j
             cross join variants v on v.id = unhex(j.value) where v.deleted_ms is null"#,
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.title, row.locale)).collect())
}

/// The floor that holds for each of these.
pub async fn floors(db: &SqlitePool, ids: &[VariantId]) -> Outcome<HashMap<VariantId, f64>> {
    let ids = hexes(ids.iter().copied());
    let rows = sqlx::query!(
        r#"select v.id as "id: VariantId", p.floor from json_each(?) j cross join variants v on v.id = unhex(j.value)
             join projects p on p.id = v.project_id"#,
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.floor)).collect())
}
