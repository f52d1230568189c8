//! Channels for programs.

use super::actions;
use super::model::{ChannelChange, NewChannel};
use super::store::{self, Channel};
use crate::platform::House;
use crate::platform::id::{ChannelId, ProjectId};
use crate::web::{Ability, Access, Answer, Created, Cursor, Given, Items, Me, NewObject, Problem, Routes, create as create_once};
use axum::Json;
use axum::extract::{Path, Query, State};
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

#[utoipa::path(get, path = "/api/v1/projects/{id}/channels", operation_id = "channels_index", tag = "channels",
    params(("id" = uuid::Uuid, Path), Cursor), responses((status = 200, body = Items<Channel>), (status = 404, body = Problem)))]
async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(cursor): Query<Cursor>) -> Answer {
    me.shell(Some(project)).await?;
    let slice = store::seen_in(house.db.read(), me.member.id, project, cursor.after.map(ChannelId), cursor.limit()?).await?;
    Ok(Json(Items::from(slice)).into_response())
}

#[utoipa::path(post, path = "/api/v1/projects/{id}/channels", operation_id = "channels_create", tag = "channels", request_body = NewChannel,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 201, body = NewObject), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, given: Given<NewChannel>) -> Answer {
    let (channel, call) = given.into_parts();
    let row = actions::prepare(&house, &me, project, &channel).await?;
    let (actor, by, now) = (me.actor(), me.member.id, house.now());
    create_once(&house, &me, call, async move |tx| Ok(Created::id(actions::insert(tx, &actor, by, project, &row, now).await?.0))).await
}

#[utoipa::path(get, path = "/api/v1/channels/{id}", operation_id = "channels_show", tag = "channels", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Channel), (status = 404, body = Problem)))]
async fn show(State(house): State<House>, me: Me, Path(id): Path<ChannelId>) -> Answer {
    Ok(Json(actions::living(&house, &me, id).await?).into_response())
}

#[utoipa::path(patch, path = "/api/v1/channels/{id}", operation_id = "channels_update", tag = "channels", params(("id" = uuid::Uuid, Path)),
    request_body = ChannelChange, responses((status = 200, body = Channel), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn update(State(house): State<House>, me: Me, Path(id): Path<ChannelId>, given: Given<ChannelChange>) -> Answer {
    let (change, _) = given.into_parts();
    actions::update(&house, &me, id, change).await?;
    show(State(house), me, Path(id)).await
}

#[utoipa::path(delete, path = "/api/v1/channels/{id}", operation_id = "channels_destroy", tag = "channels", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn destroy(State(house): State<House>, me: Me, Path(id): Path<ChannelId>) -> Answer {
    actions::bin(&house, &me, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
