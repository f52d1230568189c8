//! Members for programs, and who a token stands for.

use super::actions::{self, Change};
use super::store::{self, MemberRow};
use crate::platform::id::{MemberId, ProjectId};
use crate::platform::{Error, House};
use crate::web::{Ability, Access, Answer, Cursor, Given, Items, Me, Problem, Role, Routes, Scope, Slice};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};

pub fn routes() -> Routes {
    let administer = Access::Member(Ability::Administer);
    Routes::new()
        .api::<__path_me, _, _>(Access::Member(Ability::Read), me)
        .api::<__path_index, _, _>(administer, index)
        .api::<__path_show, _, _>(administer, show)
        .api::<__path_update, _, _>(administer, update)
        .api::<__path_destroy, _, _>(administer, destroy)
}

/// Who this token stands for, and how far it reaches.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Myself {
    id: MemberId,
    name: String,
    email: String,
    role: Role,
    /// Null for everything the role may do
    scopes: Option<Vec<Scope>>,
    locale: String,
    zone: String,
}

#[utoipa::path(get, path = "/api/v1/me", operation_id = "me_show", tag = "members", responses((status = 200, body = Myself), (status = 401, body = Problem)))]
async fn me(me: Me) -> Answer {
    let member = &me.member;
    let myself = Myself {
        id: member.id,
        name: member.name.clone(),
        email: member.email.clone(),
        role: member.role,
        scopes: member.scopes.clone(),
        locale: member.locale.clone(),
        zone: member.zone.name().to_owned(),
    };
    Ok(Json(myself).into_response())
}

/// A member together with the projects they were let into.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MemberDetail {
    #[serde(flatten)]
    member: MemberRow,
    projects: Vec<ProjectId>,
}

#[utoipa::path(get, path = "/api/v1/members", operation_id = "members_index", tag = "members", params(Cursor),
    responses((status = 200, body = Items<MemberDetail>), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn index(State(house): State<House>, _me: Me, Query(cursor): Query<Cursor>) -> Answer {
    let (members, inside) = (store::list(house.db.read()).await?, store::memberships(house.db.read()).await?);
    let items: Vec<MemberDetail> = members
        .into_iter()
        .map(|member| MemberDetail { projects: inside.iter().filter(|(id, _)| *id == member.id).map(|(_, project)| *project).collect(), member })
        .collect();
    Ok(Json(Items::from(Slice::of(items, &cursor, |detail| detail.member.id.0)?)).into_response())
}

#[utoipa::path(get, path = "/api/v1/members/{id}", operation_id = "members_show", tag = "members", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = MemberDetail), (status = 404, body = Problem)))]
async fn show(State(house): State<House>, Path(id): Path<MemberId>) -> Answer {
    let member = store::find(house.db.read(), id).await?;
    let inside = store::memberships(house.db.read()).await?;
    let projects = inside.into_iter().filter(|(member, _)| *member == id).map(|(_, project)| project).collect();
    Ok(Json(MemberDetail { member, projects }).into_response())
}

/// What shall be different; what is left out stays as it is.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct MemberPatch {
    role: Option<Role>,
    /// `active` or `deactivated`
    state: Option<String>,
    /// Exactly these from now on
    projects: Option<Vec<ProjectId>>,
    /// The version that was read; another one is refused with 409
    version: Option<i64>,
}

#[utoipa::path(patch, path = "/api/v1/members/{id}", operation_id = "members_update", tag = "members", params(("id" = uuid::Uuid, Path)), request_body = MemberPatch,
    responses((status = 200, body = MemberDetail), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn update(State(house): State<House>, me: Me, Path(id): Path<MemberId>, given: Given<MemberPatch>) -> Answer {
    let (patch, _) = given.into_parts();
    let active = match patch.state.as_deref() {
        None => None,
        Some("active") => Some(true),
        Some("deactivated") => Some(false),
        Some(_) => return Err(Error::field("state", "error-choose-one").into()),
    };
    let change = Change { role: patch.role, active, projects: patch.projects, version: patch.version };
    actions::change(&house, me.actor(), id, change).await?;
    show(State(house), Path(id)).await
}

#[utoipa::path(delete, path = "/api/v1/members/{id}", operation_id = "members_destroy", tag = "members", params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "Deactivated: what they made stays"), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn destroy(State(house): State<House>, me: Me, Path(id): Path<MemberId>) -> Answer {
    actions::change(&house, me.actor(), id, Change { active: Some(false), ..Change::default() }).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
