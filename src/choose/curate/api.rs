//! Decisions for programs.

use super::actions::{self, Why};
use super::model::Decision;
use super::store::{self, Review};
use crate::create::variants;
use crate::platform::clock::DAY;
use crate::platform::id::{MemberId, ProjectId, VariantId};
use crate::platform::{Error, House};
use crate::web::{Ability, Access, Answer, Cursor, Failure, Items, Me, Problem, Routes, parse};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
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
        .api::<__path_assign, _, _>(decide, assign)
        .api::<__path_index, _, _>(Access::Member(Ability::Read), index)
}

/// The log of decisions, newest first.
#[utoipa::path(get, path = "/api/v1/projects/{id}/reviews", operation_id = "reviews_index", tag = "reviews", params(("id" = uuid::Uuid, Path), Cursor),
    responses((status = 200, body = Items<Review>), (status = 404, body = Problem)))]
async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(cursor): Query<Cursor>) -> Answer {
    me.shell(Some(project)).await?;
    let slice = store::decisions(house.db.read(), me.member.id, project, cursor.after, cursor.limit()?).await?;
    Ok(Json(Items::from(slice)).into_response())
}

/// Whose desk a draft lies on.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = HandOver)]
struct Assignment {
    /// A member who decides in the project; nobody when left out
    member: Option<MemberId>,
    /// By when, in days from now, 0 to 365
    days: Option<i64>,
}

#[utoipa::path(put, path = "/api/v1/variants/{id}/assignment", operation_id = "assignment_update", tag = "reviews", params(("id" = uuid::Uuid, Path)), request_body = Assignment,
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn assign(State(house): State<House>, me: Me, Path(id): Path<VariantId>, body: Bytes) -> Answer {
    let to: Assignment = parse(&body)?;
    let due = match to.days {
        Some(days) if !(0..=365).contains(&days) => return Err(Error::field("days", "curate-error-days").into()),
        days => days.map(|days| house.now().plus(days * DAY)),
    };
    actions::assign(&house, &me, vec![id], to.member, due).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
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
