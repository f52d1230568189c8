//! Projects for programs.

use super::model::NewProject;
use super::store::{Project, ProjectName};
use super::{actions, store};
use crate::platform::House;
use crate::platform::id::ProjectId;
use crate::web::{Ability, Access, Answer, Created, Given, Items, Me, NewObject, Problem, Routes, create as create_once};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;

pub fn routes() -> Routes {
    let (read, publish) = (Access::Member(Ability::Read), Access::Member(Ability::Publish));
    Routes::new()
        .api::<__path_index, _, _>(read, index)
        .api::<__path_create, _, _>(publish, create)
        .api::<__path_show, _, _>(read, show)
        .api::<__path_update, _, _>(publish, update)
        .api::<__path_destroy, _, _>(publish, destroy)
}

#[utoipa::path(get, path = "/api/v1/projects", operation_id = "projects_index", tag = "projects", responses((status = 200, body = Items<ProjectName>)))]
async fn index(State(house): State<House>, me: Me) -> Answer {
    let items = store::seen_by(house.db.read(), me.member.id).await?;
    Ok(Json(Items { items, next: None }).into_response())
}

#[utoipa::path(post, path = "/api/v1/projects", operation_id = "projects_create", tag = "projects", request_body = NewProject,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key answers the same")),
    responses((status = 201, body = NewObject), (status = 422, body = Problem)))]
async fn create(State(house): State<House>, me: Me, given: Given<NewProject>) -> Answer {
    let (project, call) = given.into_parts();
    let project = project.check(&me.member.locale, me.member.zone.name())?;
    let (now, by, actor) = (house.now(), me.member.id, me.actor());
    let answer = create_once(&house, &me, call, async move |tx| Ok(Created::id(actions::create(tx, &actor, Some(by), &project, now).await?.0))).await;
    house.jobs.ring();
    answer
}

#[utoipa::path(get, path = "/api/v1/projects/{id}", operation_id = "projects_show", tag = "projects", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Project), (status = 404, body = Problem)))]
async fn show(State(house): State<House>, me: Me, Path(id): Path<ProjectId>) -> Answer {
    Ok(Json(store::find(house.db.read(), me.member.id, id).await?).into_response())
}

#[utoipa::path(patch, path = "/api/v1/projects/{id}", operation_id = "projects_update", tag = "projects", params(("id" = uuid::Uuid, Path)), request_body = NewProject,
    responses((status = 200, body = Project), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn update(State(house): State<House>, me: Me, Path(id): Path<ProjectId>, given: Given<NewProject>) -> Answer {
    let (words, _) = given.into_parts();
    actions::update(&house, &me, id, words.check(&me.member.locale, me.member.zone.name())?).await?;
    show(State(house), me, Path(id)).await
}

#[utoipa::path(delete, path = "/api/v1/projects/{id}", operation_id = "projects_destroy", tag = "projects", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn destroy(State(house): State<House>, me: Me, Path(id): Path<ProjectId>) -> Answer {
    actions::bin(&house, &me, id, true).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
