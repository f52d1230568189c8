//! Trials for programs.

use super::model::{Choice, NewTrial};
use super::store::Trial;
use super::view::TrialShown;
use super::{actions, pages, store};
use crate::create::projects;
use crate::platform::House;
use crate::platform::id::{ProjectId, TrialId};
use crate::web::{Ability, Access, Answer, Created, Cursor, Given, Items, Me, NewObject, Problem, Routes, create as create_once};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse;
use serde::Deserialize;

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new()
        .api::<__path_index, _, _>(read, index)
        .api::<__path_create, _, _>(make, create)
        .api::<__path_show, _, _>(read, show)
        .api::<__path_choose, _, _>(make, choose)
}

#[utoipa::path(get, path = "/api/v1/projects/{id}/trials", operation_id = "trials_index", tag = "prompts", params(("id" = uuid::Uuid, Path), Cursor),
    responses((status = 200, body = Items<Trial>), (status = 404, body = Problem)))]
async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(cursor): Query<Cursor>) -> Answer {
    projects::find(house.db.read(), me.member.id, project).await?;
    let trials = store::list(house.db.read(), me.member.id, project, cursor.after, cursor.limit()?).await?;
    Ok(Json(Items::from(trials)).into_response())
}

#[utoipa::path(post, path = "/api/v1/projects/{id}/trials", operation_id = "trials_create", tag = "prompts", request_body = NewTrial,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 201, body = NewObject), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, given: Given<NewTrial>) -> Answer {
    let (trial, call) = given.into_parts();
    projects::find(house.db.read(), me.member.id, project).await?;
    let prepared = actions::prepare(&house, &me, project, &trial).await?;
    let (now, by, actor) = (house.now(), me.member.id, me.actor());
    let answer =
        create_once(&house, &me, call, async move |tx| Ok(Created::id(actions::submit(tx, &actor, by, project, &prepared, now).await?.0))).await;
    house.jobs.ring();
    answer
}

#[utoipa::path(get, path = "/api/v1/trials/{id}", operation_id = "trials_show", tag = "prompts", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = TrialShown), (status = 404, body = Problem)))]
async fn show(State(house): State<House>, me: Me, Path(id): Path<TrialId>) -> Answer {
    Ok(Json(pages::shown(&house, &me, id).await?).into_response())
}

/// What is liked better in one pair.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewChoice {
    position: i64,
    choice: Choice,
}

#[utoipa::path(post, path = "/api/v1/trials/{id}/choices", operation_id = "trials_choose", tag = "prompts", params(("id" = uuid::Uuid, Path)), request_body = NewChoice,
    responses((status = 200, body = TrialShown), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn choose(State(house): State<House>, me: Me, Path(id): Path<TrialId>, given: Given<NewChoice>) -> Answer {
    let (NewChoice { position, choice }, _) = given.into_parts();
    actions::choose(&house, &me, id, position, choice).await?;
    show(State(house), me, Path(id)).await
}
