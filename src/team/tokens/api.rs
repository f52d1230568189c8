//! A member's own tokens for programs. Only a token of scope `all` may make or end tokens. The
//! secret is in the first answer only: a repeated call with the same idempotency key gets the id.

use super::actions;
use super::model::TokenWish;
use super::store::{self, Token};
use crate::platform::House;
use crate::platform::id::TokenId;
use crate::web::{Ability, Access, Answer, Created, Cursor, Failure, Given, Items, Me, Problem, Routes, Slice, create as create_once};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Serialize;
use std::sync::{Arc, Mutex};

pub fn routes() -> Routes {
    let read = Access::Member(Ability::Read);
    Routes::new().api::<__path_index, _, _>(read, index).api::<__path_create, _, _>(read, create).api::<__path_destroy, _, _>(read, destroy)
}

/// A fresh token; its secret cannot be read again.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct NewSecret {
    id: TokenId,
    secret: String,
}

#[utoipa::path(get, path = "/api/v1/tokens", operation_id = "tokens_index", tag = "tokens", params(Cursor),
    responses((status = 200, body = Items<Token>), (status = 422, body = Problem)))]
async fn index(State(house): State<House>, me: Me, Query(cursor): Query<Cursor>) -> Answer {
    let items = store::of_member(house.db.read(), me.member.id).await?;
    Ok(Json(Items::from(Slice::newest(items, &cursor, |token| token.id.0)?)).into_response())
}

/// A new token. Its secret is in the first answer only: a repeated call gets the id alone.
#[utoipa::path(post, path = "/api/v1/tokens", operation_id = "tokens_create", tag = "tokens", request_body = TokenWish,
    responses((status = 201, body = NewSecret), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn create(State(house): State<House>, me: Me, given: Given<TokenWish>) -> Answer {
    whole(&me)?;
    let (wish, call) = given.into_parts();
    let token = wish.check(me.now)?;
    let secret = actions::fresh_secret()?;
    let (now, member, actor, kept) = (house.now(), me.member.id, me.actor(), secret.clone());
    let fresh = Arc::new(Mutex::new(None));
    let made = Arc::clone(&fresh);
    let answer = create_once(&house, &me, call, async move |tx| {
        let id = actions::keep(tx, &actor, member, &token, &kept, now).await?;
        if let Ok(mut made) = made.lock() {
            *made = Some(id);
        }
        Ok(Created::id(id.0))
    })
    .await?;
    let id = fresh.lock().ok().and_then(|made| *made);
    Ok(match id {
        Some(id) => (StatusCode::CREATED, Json(NewSecret { id, secret })).into_response(),
        None => answer,
    })
}

#[utoipa::path(delete, path = "/api/v1/tokens/{id}", operation_id = "tokens_destroy", tag = "tokens", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn destroy(State(house): State<House>, me: Me, Path(id): Path<TokenId>) -> Answer {
    whole(&me)?;
    actions::revoke(&house, &me, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn whole(me: &Me) -> Result<(), Failure> {
    if me.member.is_whole() { Ok(()) } else { Err(Failure::Forbidden(Ability::Administer)) }
}
