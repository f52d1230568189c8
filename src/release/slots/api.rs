//! Slots for programs.

use super::actions;
use super::model::NewSlot;
use super::store::{self, Slot};
use crate::platform::id::{ChannelId, ProjectId, SlotId, VariantId};
use crate::platform::{Error, House};
use crate::release::publications::{By, candidate};
use crate::web::{Ability, Access, Answer, Created, Given, Items, Me, NewObject, Problem, Routes, create as create_once};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;

pub fn routes() -> Routes {
    let (read, publish) = (Access::Member(Ability::Read), Access::Member(Ability::Publish));
    Routes::new()
        .api::<__path_index, _, _>(read, index)
        .api::<__path_create, _, _>(publish, create)
        .api::<__path_destroy, _, _>(publish, destroy)
        .api::<__path_fill, _, _>(publish, fill)
}

#[utoipa::path(get, path = "/api/v1/projects/{id}/slots", operation_id = "slots_index", tag = "slots", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Items<Slot>), (status = 404, body = Problem)))]
async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>) -> Answer {
    me.shell(Some(project)).await?;
    Ok(Json(Items { items: store::list(house.db.read(), me.member.id, project).await?, next: None }).into_response())
}

#[utoipa::path(post, path = "/api/v1/projects/{id}/slots", operation_id = "slots_create", tag = "slots", request_body = NewSlot,
    params(("id" = uuid::Uuid, Path)), responses((status = 201, body = NewObject), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, given: Given<NewSlot>) -> Answer {
    me.shell(Some(project)).await?;
    let (slot, call) = given.into_parts();
    let (actor, by, now) = (me.actor(), me.member.id, house.now());
    create_once(&house, &me, call, async move |tx| Ok(Created::id(actions::create(tx, &actor, by, project, &slot, now).await?.0))).await
}

#[utoipa::path(delete, path = "/api/v1/slots/{id}", operation_id = "slots_destroy", tag = "slots", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn destroy(State(house): State<House>, me: Me, Path(id): Path<SlotId>) -> Answer {
    let (actor, by, now) = (me.actor(), me.member.id, house.now());
    house.db.write(async move |tx| actions::remove(tx, &actor, by, id, now).await).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Into the next free slot of a channel.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Fill {
    channel: ChannelId,
    /// Slots for this, or for anything; any slot when left out
    #[serde(default)]
    queue: String,
}

#[utoipa::path(post, path = "/api/v1/variants/{id}/slot", operation_id = "slots_fill", tag = "slots", request_body = Fill,
    params(("id" = uuid::Uuid, Path)), responses((status = 201, body = NewObject), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn fill(State(house): State<House>, me: Me, Path(variant): Path<VariantId>, given: Given<Fill>) -> Answer {
    let (wish, call) = given.into_parts();
    let project = candidate(house.db.read(), me.member.id, variant).await?.project;
    let open = actions::next_free(house.db.read(), me.member.id, project, wish.channel, wish.queue.trim(), house.now()).await?;
    let open = open.ok_or(Error::refused("slots-none-free"))?;
    let by = By::of(&house, &me);
    create_once(&house, &me, call, async move |tx| Ok(Created::id(actions::put_in(tx, &by, variant, &open).await?.id.0))).await
}
