//! Shared parts for programs.

use crate::create::projects;
use crate::create::prompts::actions::parts as actions;
use crate::create::prompts::parts::{By, NewPart, Part, PartVersion};
use crate::create::prompts::store;
use crate::platform::House;
use crate::platform::id::{PartId, ProjectId};
use crate::web::{Ability, Access, Answer, Created, Cursor, Given, Items, Me, NewObject, Problem, Routes, Slice, create as create_once};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Serialize;
use serde_json::json;

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new()
        .api::<__path_index, _, _>(read, index)
        .api::<__path_create, _, _>(make, create)
        .api::<__path_show, _, _>(read, show)
        .api::<__path_add_version, _, _>(make, add_version)
        .api::<__path_destroy, _, _>(make, destroy)
}

/// A part with its newest 50 versions, the newest first.
#[derive(Serialize, utoipa::ToSchema)]
struct PartShown {
    #[serde(flatten)]
    part: Part,
    history: Vec<PartVersion>,
}

/// The number a new version of a part got.
#[derive(Serialize, utoipa::ToSchema)]
struct NewPartNumber {
    number: i64,
}

#[utoipa::path(get, path = "/api/v1/projects/{id}/parts", operation_id = "parts_index", tag = "prompts", params(("id" = uuid::Uuid, Path), Cursor),
    responses((status = 200, body = Items<Part>), (status = 404, body = Problem)))]
async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(cursor): Query<Cursor>) -> Answer {
    projects::find(house.db.read(), me.member.id, project).await?;
    let parts = Slice::of(store::parts(house.db.read(), me.member.id, project).await?, &cursor, |part| part.id.0)?;
    Ok(Json(Items::from(parts)).into_response())
}

#[utoipa::path(post, path = "/api/v1/projects/{id}/parts", operation_id = "parts_create", tag = "prompts", request_body = NewPart,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 201, body = NewObject), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, given: Given<NewPart>) -> Answer {
    let (part, call) = given.into_parts();
    let (by, actor) = (By { member: me.member.id, at: house.now() }, me.actor());
    create_once(&house, &me, call, async move |tx| Ok(Created::id(actions::create(tx, &actor, by, project, &part).await?.0))).await
}

#[utoipa::path(get, path = "/api/v1/parts/{id}", operation_id = "parts_show", tag = "prompts", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = PartShown), (status = 404, body = Problem)))]
async fn show(State(house): State<House>, me: Me, Path(id): Path<PartId>) -> Answer {
    let part = store::part(house.db.read(), me.member.id, id).await?;
    Ok(Json(PartShown { part, history: store::part_versions(house.db.read(), id).await? }).into_response())
}

#[utoipa::path(post, path = "/api/v1/parts/{id}/versions", operation_id = "parts_add_version", tag = "prompts", request_body = NewPart,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 201, body = NewPartNumber), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn add_version(State(house): State<House>, me: Me, Path(id): Path<PartId>, given: Given<NewPart>) -> Answer {
    let (part, call) = given.into_parts();
    let (by, actor) = (By { member: me.member.id, at: house.now() }, me.actor());
    create_once(&house, &me, call, async move |tx| {
        let number = actions::add_version(tx, &actor, by, id, &part).await?;
        Ok(Created { status: StatusCode::CREATED, body: json!(NewPartNumber { number }) })
    })
    .await
}

#[utoipa::path(delete, path = "/api/v1/parts/{id}", operation_id = "parts_destroy", tag = "prompts", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn destroy(State(house): State<House>, me: Me, Path(id): Path<PartId>) -> Answer {
    actions::remove(&house, &me, id, true).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
