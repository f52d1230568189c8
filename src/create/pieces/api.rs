//! Pieces for programs.

use super::actions;
use super::store::{self, Piece};
use crate::platform::House;
use crate::platform::id::{IdeaId, PieceId, ProjectId};
use crate::web::{Ability, Access, Answer, Created, Cursor, Given, Items, Me, NewObject, Problem, Routes, create as create_once};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new()
        .api::<__path_index, _, _>(read, index)
        .api::<__path_create, _, _>(make, create)
        .api::<__path_show, _, _>(read, show)
        .api::<__path_update, _, _>(make, update)
        .api::<__path_destroy, _, _>(make, destroy)
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPiece {
    title: String,
    /// The idea it is made from
    idea: Option<IdeaId>,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PieceTitle {
    title: String,
}

#[utoipa::path(get, path = "/api/v1/projects/{id}/pieces", operation_id = "pieces_index", tag = "pieces", params(("id" = uuid::Uuid, Path), Cursor),
    responses((status = 200, body = Items<Piece>), (status = 404, body = Problem)))]
async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(cursor): Query<Cursor>) -> Answer {
    me.shell(Some(project)).await?;
    let slice = store::list(house.db.read(), me.member.id, project, cursor.after, cursor.limit()?).await?;
    Ok(Json(Items::from(slice)).into_response())
}

#[utoipa::path(post, path = "/api/v1/projects/{id}/pieces", operation_id = "pieces_create", tag = "pieces", params(("id" = uuid::Uuid, Path)),
    request_body = NewPiece, responses((status = 201, body = NewObject), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, given: Given<NewPiece>) -> Answer {
    let (piece, call) = given.into_parts();
    let (now, by, actor) = (house.now(), me.member.id, me.actor());
    if let Some(idea) = piece.idea {
        crate::create::ideas::find(house.db.read(), by, idea).await?;
    }
    create_once(&house, &me, call, async move |tx| {
        Ok(Created::id(actions::create(tx, &actor, Some(by), project, piece.idea, &piece.title, now).await?.0))
    })
    .await
}

#[utoipa::path(get, path = "/api/v1/pieces/{id}", operation_id = "pieces_show", tag = "pieces", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Piece), (status = 404, body = Problem)))]
async fn show(State(house): State<House>, me: Me, Path(id): Path<PieceId>) -> Answer {
    Ok(Json(store::find(house.db.read(), me.member.id, id).await?).into_response())
}

#[utoipa::path(patch, path = "/api/v1/pieces/{id}", operation_id = "pieces_update", tag = "pieces", params(("id" = uuid::Uuid, Path)),
    request_body = PieceTitle, responses((status = 200, body = Piece), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn update(State(house): State<House>, me: Me, Path(id): Path<PieceId>, given: Given<PieceTitle>) -> Answer {
    let (piece, _) = given.into_parts();
    actions::rename(&house, &me, id, &piece.title).await?;
    show(State(house), me, Path(id)).await
}

#[utoipa::path(delete, path = "/api/v1/pieces/{id}", operation_id = "pieces_destroy", tag = "pieces", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn destroy(State(house): State<House>, me: Me, Path(id): Path<PieceId>) -> Answer {
    actions::bin(&house, &me, id, true).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
