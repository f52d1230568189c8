//! Decisions for programs.

use super::actions::{self, Why};
use super::model::Decision;
use crate::create::variants;
use crate::platform::id::VariantId;
use crate::platform::{Error, House};
use crate::web::{Ability, Access, Answer, Failure, Me, Problem, Routes, parse};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::json;

pub fn routes() -> Routes {
    let decide = Access::Member(Ability::Decide);
    Routes::new()
        .api::<__path_approve, _, _>(decide, approve)
        .api::<__path_withdraw, _, _>(decide, withdraw)
        .api::<__path_reject, _, _>(decide, reject)
        .api::<__path_take_back, _, _>(decide, take_back)
        .api::<__path_request_changes, _, _>(decide, request_changes)
}

#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
struct Reason {
    reason: String,
}

/// The body may be left out: only a rejection needs words.
fn why(body: &Bytes) -> Result<Why, Failure> {
    if body.is_empty() {
        return Ok(Why::default());
    }
    let reason: Reason = parse(body)?;
    Ok(Why { reason: reason.reason, chips: Vec::new() })
}

async fn decide(house: &House, me: &Me, id: VariantId, decision: Decision, body: &Bytes) -> Answer {
    actions::decide(house, me, vec![id], decision, &why(body)?, None).await?;
    let state = variants::find(house.db.read(), me.member.id, id).await?.state;
    Ok(Json(json!({ "id": id, "state": state })).into_response())
}

#[utoipa::path(post, path = "/api/v1/variants/{id}/approval", operation_id = "approval_create", tag = "reviews", params(("id" = uuid::Uuid, Path)), request_body = Reason,
    responses((status = 200), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn approve(State(house): State<House>, me: Me, Path(id): Path<VariantId>, body: Bytes) -> Answer {
    decide(&house, &me, id, Decision::Approved, &body).await
}

#[utoipa::path(delete, path = "/api/v1/variants/{id}/approval", operation_id = "approval_destroy", tag = "reviews", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn withdraw(State(house): State<House>, me: Me, Path(id): Path<VariantId>) -> Answer {
    actions::undo(&house, &me, id, Some(Decision::Approved)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[utoipa::path(post, path = "/api/v1/variants/{id}/rejection", operation_id = "rejection_create", tag = "reviews", params(("id" = uuid::Uuid, Path)), request_body = Reason,
    responses((status = 200), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn reject(State(house): State<House>, me: Me, Path(id): Path<VariantId>, body: Bytes) -> Answer {
    if why(&body)?.reason.trim().is_empty() {
        return Err(Error::field("reason", "error-required").into());
    }
    decide(&house, &me, id, Decision::Rejected, &body).await
}

#[utoipa::path(delete, path = "/api/v1/variants/{id}/rejection", operation_id = "rejection_destroy", tag = "reviews", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn take_back(State(house): State<House>, me: Me, Path(id): Path<VariantId>) -> Answer {
    actions::undo(&house, &me, id, Some(Decision::Rejected)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[utoipa::path(post, path = "/api/v1/variants/{id}/changes", operation_id = "changes_create", tag = "reviews", params(("id" = uuid::Uuid, Path)), request_body = Reason,
    responses((status = 200), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn request_changes(State(house): State<House>, me: Me, Path(id): Path<VariantId>, body: Bytes) -> Answer {
    decide(&house, &me, id, Decision::ChangesRequested, &body).await
}
