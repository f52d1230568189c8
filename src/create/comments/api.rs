//! Comments for programs.

use super::actions;
use super::model::NewComment;
use super::store::{self, Author, Comment};
use crate::platform::House;
use crate::platform::id::{CommentId, VariantId};
use crate::web::{Ability, Access, Answer, Created, Given, Me, NewObject, Problem, Routes, create as create_once};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;

pub fn routes() -> Routes {
    let (read, comment) = (Access::Member(Ability::Read), Access::Member(Ability::Comment));
    Routes::new()
        .api::<__path_index, _, _>(read, index)
        .api::<__path_create, _, _>(comment, create)
        .api::<__path_settle, _, _>(comment, settle)
        .api::<__path_reopen, _, _>(comment, reopen)
        .api::<__path_destroy, _, _>(comment, destroy)
}

#[utoipa::path(get, path = "/api/v1/variants/{id}/comments", operation_id = "comments_index", tag = "reviews", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = [Comment]), (status = 404, body = Problem)))]
async fn index(State(house): State<House>, me: Me, Path(id): Path<VariantId>) -> Answer {
    let (db, member) = (house.db.read(), me.member.id);
    store::visible(db, member, id).await?;
    Ok(Json(store::of_variant(db, id, Some(member)).await?).into_response())
}

#[utoipa::path(post, path = "/api/v1/variants/{id}/comments", operation_id = "comments_create", tag = "reviews", params(("id" = uuid::Uuid, Path)),
    request_body = NewComment, responses((status = 201, body = NewObject), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn create(State(house): State<House>, me: Me, Path(id): Path<VariantId>, given: Given<NewComment>) -> Answer {
    let (comment, call) = given.into_parts();
    let (now, actor, by) = (house.now(), me.actor(), Author { member: Some(me.member.id), guest: None });
    create_once(&house, &me, call, async move |tx| Ok(Created::id(actions::say(tx, &actor, by, id, &comment, now).await?.0))).await
}

#[utoipa::path(post, path = "/api/v1/comments/{id}/settlement", operation_id = "comment_settlement_create", tag = "reviews", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn settle(State(house): State<House>, me: Me, Path(id): Path<CommentId>) -> Answer {
    actions::settle(&house, &me, id, true).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[utoipa::path(delete, path = "/api/v1/comments/{id}/settlement", operation_id = "comment_settlement_destroy", tag = "reviews", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn reopen(State(house): State<House>, me: Me, Path(id): Path<CommentId>) -> Answer {
    actions::settle(&house, &me, id, false).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[utoipa::path(delete, path = "/api/v1/comments/{id}", operation_id = "comments_destroy", tag = "reviews", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn destroy(State(house): State<House>, me: Me, Path(id): Path<CommentId>) -> Answer {
    actions::delete(&house, &me, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
