//! Originality for programs.

use super::actions::{self, NewMeaning, NewSet};
use super::model::reference::of_lines;
use super::radar;
use super::store::references::{self, ReferenceSet};
use super::store::vectors::{self, Space};
use super::store::windows::{self, Window};
use super::store::{self, Originality};
use crate::create::variants;
use crate::platform::id::{BackendId, ProjectId, ReferenceSetId, VariantId};
use crate::platform::{House, Ms, Outcome};
use crate::stats::spearman::Correlation;
use crate::web::{Ability, Access, Answer, Created, Cursor, Given, Items, Me, NewObject, Problem, Routes, create_outside};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Looks at the last twenty that are handed out.
const WINDOWS: i64 = 60;

pub fn routes() -> Routes {
    let (read, make, publish) = (Access::Member(Ability::Read), Access::Member(Ability::Make), Access::Member(Ability::Publish));
    Routes::new()
        .api::<__path_index, _, _>(read, index)
        .api::<__path_show, _, _>(read, show)
        .api::<__path_set_floor, _, _>(publish, set_floor)
        .api::<__path_set_meaning, _, _>(publish, set_meaning)
        .api::<__path_references, _, _>(read, references)
        .api::<__path_add_references, _, _>(make, add_references)
        .api::<__path_bin_references, _, _>(make, bin_references)
}

/// What a project repeats, and how wide its last works are.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct OriginalityReport {
    floor: f64,
    /// Null when texts are compared by words alone
    meaning: Option<Meaning>,
    /// Variants that wait to be measured
    waiting: i64,
    /// Own pieces whose formulas were counted
    works: usize,
    /// Looks at the last twenty, newest first
    windows: Vec<Window>,
    repeats: Vec<RepeatedFormula>,
    /// Originality against results with real viewers; null below ten
    real: Option<RankCorrelation>,
    /// The same with the invented audience
    simulated: Option<RankCorrelation>,
}

/// An opening, an ending or a form, and its share.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RepeatedFormula {
    /// `opening`, `ending` or `form`
    part: String,
    words: String,
    /// In the last twenty
    share: f64,
    /// In the works before
    share_before: f64,
    uses: usize,
    uses_before: usize,
    /// Mean result of the works that use it, 1 being usual; null below three
    index: Option<f64>,
}

/// Spearman's ρ with its 90 % interval.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RankCorrelation {
    n: usize,
    rho: f64,
    low: f64,
    high: f64,
}

fn written(known: Option<Correlation>) -> Option<RankCorrelation> {
    known.map(|one| RankCorrelation { n: one.n, rho: one.rho, low: one.low, high: one.high })
}

#[utoipa::path(get, path = "/api/v1/projects/{id}/originality", operation_id = "originality_index", tag = "originality",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = OriginalityReport), (status = 404, body = Problem)))]
async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>) -> Answer {
    me.shell(Some(project)).await?;
    let (db, radar) = (house.db.read(), radar::of(&house, project).await?);
    let repeats = radar.repeats.iter().map(|repeat| RepeatedFormula {
        part: repeat.used.formula.part.name().to_owned(),
        words: repeat.used.formula.words.clone(),
        share: repeat.used.share_now(),
        share_before: repeat.used.share_before(),
        uses: repeat.used.now.0,
        uses_before: repeat.used.before.0,
        index: repeat.index.map(|index| index.0),
    });
    let report = OriginalityReport {
        floor: store::floor(db, project).await?,
        meaning: meaning(&house, project).await?,
        waiting: radar::waiting(&house, project).await?,
        works: radar.works,
        windows: windows::windows(db, Some(me.member.id), project, WINDOWS).await?,
        repeats: repeats.collect(),
        real: written(radar.real),
        simulated: written(radar.simulated),
    };
    Ok(Json(report).into_response())
}

/// The model whose vectors are mixed into the measure.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Meaning {
    backend: BackendId,
    backend_name: String,
    model: String,
    /// Variants that wait for a vector and are compared by words until then
    waiting: i64,
    /// Why none came last time: an error class of runs
    trouble: Option<String>,
    /// When it is asked again
    #[schema(value_type = Option<String>, format = DateTime)]
    retry_at: Option<Ms>,
}

async fn meaning(house: &House, project: ProjectId) -> Outcome<Option<Meaning>> {
    let Some(space) = vectors::space(house.db.read(), project).await? else { return Ok(None) };
    let waiting = vectors::waiting_in(house.db.read(), project).await?;
    let Space { backend, backend_name, model, class: trouble, retry_ms, .. } = space;
    let retry_at = trouble.is_some().then_some(retry_ms);
    Ok(Some(Meaning { backend, backend_name, model, waiting, trouble, retry_at }))
}

/// What texts are compared by.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ChosenMeaning {
    /// A backend that makes embeddings; null: words alone
    backend: Option<BackendId>,
    /// The one its settings name when empty
    #[serde(default)]
    model: String,
}

#[utoipa::path(put, path = "/api/v1/projects/{id}/meaning", operation_id = "originality_meaning", tag = "originality", params(("id" = uuid::Uuid, Path)),
    request_body = ChosenMeaning, responses((status = 200, body = Option<Meaning>), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn set_meaning(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, given: Given<ChosenMeaning>) -> Answer {
    let (ChosenMeaning { backend, model }, _) = given.into_parts();
    actions::choose_meaning(&house, me.actor(), me.member.id, project, &NewMeaning { backend, model }).await?;
    Ok(Json(meaning(&house, project).await?).into_response())
}

/// Null while it waits to be measured, which takes moments.
#[utoipa::path(get, path = "/api/v1/variants/{id}/originality", operation_id = "originality_show", tag = "originality",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = Option<Originality>), (status = 404, body = Problem)))]
async fn show(State(house): State<House>, me: Me, Path(id): Path<VariantId>) -> Answer {
    variants::find(house.db.read(), me.member.id, id).await?;
    Ok(Json(store::of(house.db.read(), me.member.id, id).await?).into_response())
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewFloor {
    /// 0 to 1; a draft below it is marked
    floor: f64,
}

#[utoipa::path(patch, path = "/api/v1/projects/{id}/floor", operation_id = "originality_floor", tag = "originality", params(("id" = uuid::Uuid, Path)),
    request_body = NewFloor, responses((status = 200), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn set_floor(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, given: Given<NewFloor>) -> Answer {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    let (NewFloor { floor }, _) = given.into_parts();
    house.db.write(async move |tx| actions::move_floor(tx, &actor, member, project, floor, now).await).await?;
    Ok(Json(json!({ "id": project, "floor": floor })).into_response())
}

#[utoipa::path(get, path = "/api/v1/projects/{id}/references", operation_id = "references_index", tag = "originality",
    params(("id" = uuid::Uuid, Path), Cursor), responses((status = 200, body = Items<ReferenceSet>), (status = 404, body = Problem)))]
async fn references(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(cursor): Query<Cursor>) -> Answer {
    me.shell(Some(project)).await?;
    let slice = references::sets(house.db.read(), me.member.id, project, cursor.after, cursor.limit()?).await?;
    Ok(Json(Items::from(slice)).into_response())
}

/// Texts of others, kept as grams and a short excerpt.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewReferences {
    name: String,
    #[serde(default)]
    source: String,
    /// The same text twice is one
    texts: Vec<String>,
}

#[utoipa::path(post, path = "/api/v1/projects/{id}/references", operation_id = "references_create", tag = "originality", params(("id" = uuid::Uuid, Path)),
    request_body = NewReferences, responses((status = 201, body = NewObject), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn add_references(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, given: Given<NewReferences>) -> Answer {
    let (given, call) = given.into_parts();
    me.shell(Some(project)).await?;
    let lines = given.texts.iter().map(|text| text.replace(['\n', '\r'], " ")).collect::<Vec<_>>().join("\n");
    let set = NewSet { name: given.name, source: given.source, texts: of_lines(&lines) };
    create_outside(&house, &me, call, async {
        let (id, _, _) = actions::add_set(&house, me.actor(), me.member.id, project, set).await?;
        Ok(Created::id(id.0))
    })
    .await
}

#[utoipa::path(delete, path = "/api/v1/references/{id}", operation_id = "references_destroy", tag = "originality", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn bin_references(State(house): State<House>, me: Me, Path(id): Path<ReferenceSetId>) -> Answer {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house.db.write(async move |tx| actions::bin_set(tx, &actor, member, id, now).await).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
