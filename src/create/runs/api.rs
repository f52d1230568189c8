//! Runs for programs.

use super::backends::Medium;
use super::model::{NewRun, Parameters};
use super::store::{Run, RunLine};
use super::{actions, planning, store};
use crate::create::budgets::{self, Entry};
use crate::create::projects;
use crate::create::variants::{self, Asset};
use crate::platform::id::{ProjectId, RunId};
use crate::platform::{Error, House};
use crate::web::{Ability, Access, Answer, Created, Given, Items, List, Me, NewObject, Problem, Routes, create as create_once};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new()
        .api::<__path_index, _, _>(read, index)
        .api::<__path_create, _, _>(make, create)
        .api::<__path_show, _, _>(read, show)
        .api::<__path_destroy, _, _>(make, destroy)
        .api::<__path_look, _, _>(make, look)
}

/// A run, what it was asked with, and what it made.
#[derive(Serialize, utoipa::ToSchema)]
struct RunShown {
    #[serde(flatten)]
    run: Run,
    #[schema(value_type = Object)]
    inputs: Value,
    #[schema(value_type = Object)]
    parameters: Parameters,
    /// Ids of the ideas or variants that are still there
    drafts: Vec<Uuid>,
    /// Files that it made
    assets: Vec<Asset>,
    /// The task as the service names it, where it works on one
    remote_id: Option<String>,
    /// Its calls in the ledger
    entries: Vec<Entry>,
}

#[utoipa::path(get, path = "/api/v1/projects/{id}/runs", operation_id = "runs_index", tag = "runs", params(("id" = uuid::Uuid, Path), List),
    responses((status = 200, body = Items<RunLine>), (status = 404, body = Problem)))]
async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(list): Query<List>) -> Answer {
    projects::find(house.db.read(), me.member.id, project).await?;
    let runs = store::list(house.db.read(), me.member.id, project, list.state()?, list.after, list.limit()?).await?;
    Ok(Json(Items::from(runs)).into_response())
}

#[utoipa::path(post, path = "/api/v1/projects/{id}/runs", operation_id = "runs_create", tag = "runs", request_body = NewRun,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 201, body = NewObject), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, given: Given<NewRun>) -> Answer {
    let (run, call) = given.into_parts();
    projects::find(house.db.read(), me.member.id, project).await?;
    let planned = planning::prepare(&house, project, &run).await?;
    let (now, by, actor) = (house.now(), me.member.id, me.actor());
    let answer =
        create_once(&house, &me, call, async move |tx| Ok(Created::id(actions::submit(tx, &actor, Some(by), project, &planned, now).await?.0))).await;
    house.jobs.ring();
    answer
}

#[utoipa::path(get, path = "/api/v1/runs/{id}", operation_id = "runs_show", tag = "runs", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = RunShown), (status = 404, body = Problem)))]
async fn show(State(house): State<House>, me: Me, Path(id): Path<RunId>) -> Answer {
    let run = store::find(house.db.read(), me.member.id, id).await?;
    let drafts = store::made(house.db.read(), id, run.purpose()).await?.into_iter().map(|made| made.id).collect();
    let assets = if run.medium() == Medium::Text { Vec::new() } else { variants::assets_of_run(house.db.read(), id).await? };
    let entries = budgets::of_run(house.db.read(), id).await?;
    let remote_id = run.remote_id();
    let inputs = serde_json::from_str(&run.inputs).unwrap_or_default();
    let parameters = run.parameters();
    Ok(Json(RunShown { run, inputs, parameters, drafts, assets, remote_id, entries }).into_response())
}

#[utoipa::path(delete, path = "/api/v1/runs/{id}", operation_id = "runs_destroy", tag = "runs", params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "Cancelled, or ended before"), (status = 404, body = Problem)))]
async fn destroy(State(house): State<House>, me: Me, Path(id): Path<RunId>) -> Answer {
    actions::cancel(&house, &me, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Looks once more at a run that ended, where its task at the service is known. Nothing is asked again.
#[utoipa::path(post, path = "/api/v1/runs/{id}/looks", operation_id = "runs_look", tag = "runs", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = RunShown), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn look(State(house): State<House>, me: Me, Path(id): Path<RunId>) -> Answer {
    store::find(house.db.read(), me.member.id, id).await?;
    if !actions::look_again(&house, &me, id).await? {
        return Err(Error::refused("runs-nothing-to-look-at").into());
    }
    show(State(house), me, Path(id)).await
}
