//! The record for programs.

use super::model::Entry;
use super::store::{self, Filter};
use crate::platform::House;
use crate::platform::id::MemberId;
use crate::web::{Ability, Access, Answer, Problem, Routes, limit};
use axum::Json;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};

pub fn routes() -> Routes {
    let administer = Access::Member(Ability::Administer);
    Routes::new().api::<__path_index, _, _>(administer, index).api::<__path_check, _, _>(administer, check)
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
struct EventList {
    /// The `next` of the page before
    after: Option<i64>,
    /// How many, 50 unless told, at most 200
    limit: Option<i64>,
    /// `idea.created`, or a noun alone
    kind: Option<String>,
    /// What this member did, also through tokens
    member: Option<uuid::Uuid>,
}

/// One page of the record, newest first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct EventPage {
    items: Vec<Entry>,
    /// Hand it to `?after=`; null on the last page
    next: Option<i64>,
}

#[utoipa::path(get, path = "/api/v1/events", operation_id = "events_index", tag = "events", params(EventList),
    responses((status = 200, body = EventPage), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn index(State(house): State<House>, Query(list): Query<EventList>) -> Answer {
    let limit = limit(list.limit)?;
    let filter = Filter { before: list.after, kind: list.kind, member: list.member.map(MemberId) };
    let (items, follows) = store::list(house.db.read(), &filter, limit).await?;
    let next = items.last().filter(|_| follows).map(|entry| entry.id);
    Ok(Json(EventPage { items, next }).into_response())
}

/// What a walk along the whole chain found.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ChainChecked {
    sound: bool,
    /// The first row that does not fit the one before it
    broken: Option<i64>,
    /// RFC 3339
    checked_at: String,
}

#[utoipa::path(post, path = "/api/v1/events/check", operation_id = "events_check", tag = "events",
    responses((status = 200, body = ChainChecked), (status = 403, body = Problem)))]
async fn check(State(house): State<House>) -> Answer {
    let (broken, at) = super::pages::walk(&house).await?;
    Ok(Json(ChainChecked { sound: broken.is_none(), broken, checked_at: at.rfc3339() }).into_response())
}
