//! Search for programs.

use super::model::Hit;
use super::store;
use crate::platform::House;
use crate::web::{Ability, Access, Answer, Items, Me, Problem, Routes, limit};
use axum::Json;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use serde::Deserialize;

pub fn routes() -> Routes {
    Routes::new().api::<__path_index, _, _>(Access::Member(Ability::Read), index)
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Question {
    /// Every word must occur; three characters or more look through everything.
    q: String,
    /// How many, 50 unless told, at most 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// The newest finds, all on one page.
#[utoipa::path(get, path = "/api/v1/search", operation_id = "search_index", tag = "search", params(Question), responses((status = 200, body = Items<Hit>), (status = 422, body = Problem)))]
async fn index(State(house): State<House>, me: Me, Query(question): Query<Question>) -> Answer {
    let items = store::find(house.db.read(), me.member.id, &question.q, limit(question.limit)?).await?;
    Ok(Json(Items { items, next: None }).into_response())
}
