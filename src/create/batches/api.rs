//! Batches for programs.

use super::actions::{self, By};
use super::model::{BatchState, NewBatch, Progress};
use super::store::{self, Batch, Cell};
use crate::create::projects;
use crate::platform::House;
use crate::platform::id::{BatchId, ProjectId};
use crate::web::{Ability, Access, Answer, Created, Given, Items, List, Me, NewObject, Problem, Routes, create as create_once};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new()
        .api::<__path_index, _, _>(read, index)
        .api::<__path_create, _, _>(make, create)
        .api::<__path_show, _, _>(read, show)
        .api::<__path_lead, _, _>(make, lead)
}

/// A batch, how far it is, and its cells.
#[derive(Serialize, utoipa::ToSchema)]
struct BatchShown {
    #[serde(flatten)]
    batch: Batch,
    progress: Progress,
    /// The run of each cell, in the order they were planned
    runs: Vec<Cell>,
}

#[utoipa::path(get, path = "/api/v1/projects/{id}/batches", operation_id = "batches_index", tag = "batches", params(("id" = uuid::Uuid, Path), List),
    responses((status = 200, body = Items<Batch>), (status = 404, body = Problem)))]
async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(list): Query<List>) -> Answer {
    projects::find(house.db.read(), me.member.id, project).await?;
    let batches = store::list(house.db.read(), me.member.id, project, list.after, list.limit()?).await?;
    Ok(Json(Items::from(batches)).into_response())
}

#[utoipa::path(post, path = "/api/v1/projects/{id}/batches", operation_id = "batches_create", tag = "batches", request_body = NewBatch,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 201, body = NewObject), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, given: Given<NewBatch>) -> Answer {
    let (batch, call) = given.into_parts();
    projects::find(house.db.read(), me.member.id, project).await?;
    let prepared = actions::prepare(&house, project, &batch).await?;
    let by = By { member: me.member.id, actor: me.actor(), at: house.now() };
    let answer = create_once(&house, &me, call, async move |tx| Ok(Created::id(actions::submit(tx, &by, project, &prepared).await?.0))).await;
    house.jobs.ring();
    answer
}

#[utoipa::path(get, path = "/api/v1/batches/{id}", operation_id = "batches_show", tag = "batches", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = BatchShown), (status = 404, body = Problem)))]
async fn show(State(house): State<House>, me: Me, Path(id): Path<BatchId>) -> Answer {
    let batch = store::find(house.db.read(), me.member.id, id).await?;
    let runs = store::cells(house.db.read(), id).await?;
    Ok(Json(BatchShown { batch, progress: store::progress(&runs), runs }).into_response())
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct BatchLead {
    /// `running` starts or resumes, `paused` holds what has not begun, `stopped` gives it up
    to: BatchState,
}

#[utoipa::path(post, path = "/api/v1/batches/{id}/state", operation_id = "batches_lead", tag = "batches", params(("id" = uuid::Uuid, Path)), request_body = BatchLead,
    responses((status = 200, body = BatchShown), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn lead(State(house): State<House>, me: Me, Path(id): Path<BatchId>, given: Given<BatchLead>) -> Answer {
    let (BatchLead { to }, _) = given.into_parts();
    let by = By { member: me.member.id, actor: me.actor(), at: house.now() };
    house.db.write(async move |tx| actions::lead(tx, &by, id, to).await).await?;
    house.jobs.ring();
    show(State(house), me, Path(id)).await
}
