//! Inviting and reset links for programs. A link is in the first answer only: a repeated call with
//! the same idempotency key gets the id, because nothing keeps the link.

use super::actions;
use super::model::{INVITATION_LASTS, NewInvitation, RESET_LASTS};
use super::store::{self, OpenInvitation};
use crate::platform::id::{InvitationId, MemberId};
use crate::platform::secrets::random_token;
use crate::platform::{Error, House, Ms};
use crate::web::{Ability, Access, Answer, Created, Cursor, Given, Head, Items, Me, Problem, Routes, Slice, create as create_once};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Serialize;
use std::sync::Arc;

pub fn routes() -> Routes {
    let administer = Access::Member(Ability::Administer);
    Routes::new()
        .api::<__path_create, _, _>(administer, create)
        .api::<__path_index, _, _>(administer, index)
        .api::<__path_destroy, _, _>(administer, destroy)
        .api::<__path_offer_reset, _, _>(administer, offer_reset)
}

/// A fresh one-time link; it cannot be read again.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct NewLink {
    id: InvitationId,
    url: String,
    #[serde(rename = "expires_at", serialize_with = "Ms::to_text")]
    #[schema(value_type = String, format = DateTime)]
    expires: Ms,
}

/// Invites somebody. The link is in the first answer only: a repeated call gets the id alone.
#[utoipa::path(post, path = "/api/v1/members", operation_id = "members_invite", tag = "members", request_body = NewInvitation,
    responses((status = 201, body = NewLink), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn create(State(house): State<House>, me: Me, given: Given<NewInvitation>) -> Answer {
    let (invitation, call) = given.into_parts();
    let invited = invitation.check()?;
    let token = random_token().map_err(Error::broken)?;
    let (now, by, actor, link) = (house.now(), me.member.id, me.actor(), token.clone());
    let fresh = Arc::new(std::sync::Mutex::new(None));
    let made = Arc::clone(&fresh);
    let answer = create_once(&house, &me, call, async move |tx| {
        let id = actions::invite(tx, &actor, by, &invited, &link, now).await?;
        if let Ok(mut made) = made.lock() {
            *made = Some(id);
        }
        Ok(Created::id(id.0))
    })
    .await?;
    let id = fresh.lock().ok().and_then(|made| *made);
    Ok(match id {
        Some(id) => {
            let url = house.config.absolute(&format!("/invitations/{token}"));
            (StatusCode::CREATED, Json(NewLink { id, url, expires: now.plus(INVITATION_LASTS) })).into_response()
        }
        None => answer,
    })
}

#[utoipa::path(get, path = "/api/v1/invitations", operation_id = "invitations_index", tag = "members", params(Cursor),
    responses((status = 200, body = Items<OpenInvitation>), (status = 422, body = Problem)))]
async fn index(State(house): State<House>, me: Me, Query(cursor): Query<Cursor>) -> Answer {
    let items = store::open(house.db.read(), me.now).await?;
    Ok(Json(Items::from(Slice::newest(items, &cursor, |invitation| invitation.id.0)?)).into_response())
}

#[utoipa::path(delete, path = "/api/v1/invitations/{id}", operation_id = "invitations_destroy", tag = "members", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn destroy(State(house): State<House>, me: Me, Path(id): Path<InvitationId>) -> Answer {
    actions::revoke(&house, me.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A link for a new password. It is in the first answer only: a repeated call gets the id alone.
#[utoipa::path(post, path = "/api/v1/members/{id}/reset", operation_id = "members_reset", tag = "members", params(("id" = uuid::Uuid, Path)),
    responses((status = 201, body = NewLink), (status = 404, body = Problem)))]
async fn offer_reset(State(house): State<House>, me: Me, Path(member): Path<MemberId>, head: Head) -> Answer {
    let token = random_token().map_err(Error::broken)?;
    let (now, by, actor, link) = (house.now(), me.member.id, me.actor(), token.clone());
    let fresh = Arc::new(std::sync::Mutex::new(None));
    let made = Arc::clone(&fresh);
    let answer = create_once(&house, &me, head.with(&[]), async move |tx| {
        let id = actions::offer_reset(tx, &actor, by, member, &link, now).await?;
        if let Ok(mut made) = made.lock() {
            *made = Some(id);
        }
        Ok(Created::id(id.0))
    })
    .await?;
    let id = fresh.lock().ok().and_then(|made| *made);
    Ok(match id {
        Some(id) => {
            let url = house.config.absolute(&format!("/reset/{token}"));
            (StatusCode::CREATED, Json(NewLink { id, url, expires: now.plus(RESET_LASTS) })).into_response()
        }
        None => answer,
    })
}
