//! Guests for programs.

use super::actions;
use super::model::NewGuest;
use super::store::{self, Guest};
use crate::platform::id::{GuestId, ProjectId};
use crate::platform::secrets::random_token;
use crate::platform::{Error, House};
use crate::web::{Ability, Access, Answer, Cursor, Items, Me, Problem, Routes, parse};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Serialize;

pub fn routes() -> Routes {
    let decide = Access::Member(Ability::Decide);
    Routes::new().api::<__path_index, _, _>(decide, index).api::<__path_create, _, _>(decide, create).api::<__path_destroy, _, _>(decide, destroy)
}

/// A link that was just made; its secret is told this once.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = GuestLink)]
struct NewLink {
    id: GuestId,
    url: String,
}

#[utoipa::path(get, path = "/api/v1/projects/{id}/guests", operation_id = "guests_index", tag = "reviews", params(("id" = uuid::Uuid, Path), Cursor),
    responses((status = 200, body = Items<Guest>), (status = 404, body = Problem)))]
async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(cursor): Query<Cursor>) -> Answer {
    me.shell(Some(project)).await?;
    let slice = store::list(house.db.read(), me.member.id, project, cursor.after, cursor.limit()?).await?;
    Ok(Json(Items::from(slice)).into_response())
}

/// Not repeatable by an idempotency key: the secret is never kept, so it cannot be told twice.
#[utoipa::path(post, path = "/api/v1/projects/{id}/guests", operation_id = "guests_create", tag = "reviews", params(("id" = uuid::Uuid, Path)),
    request_body = NewGuest, responses((status = 201, body = NewLink), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, body: Bytes) -> Answer {
    let guest: NewGuest = parse(&body)?;
    let token = random_token().map_err(Error::broken)?;
    let (now, by, actor, secret) = (house.now(), me.member.id, me.actor(), token.clone());
    let id = house.db.write(async move |tx| actions::invite(tx, &actor, by, project, &guest, &secret, now).await).await?;
    Ok((StatusCode::CREATED, Json(NewLink { id, url: house.config.absolute(&format!("/review/{token}")) })).into_response())
}

#[utoipa::path(delete, path = "/api/v1/guests/{id}", operation_id = "guests_destroy", tag = "reviews", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn destroy(State(house): State<House>, me: Me, Path(id): Path<GuestId>) -> Answer {
    actions::revoke(&house, &me, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
