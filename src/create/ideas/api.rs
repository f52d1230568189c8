//! Ideas for programs.

use super::actions;
use super::model::{IdeaState, NewIdea};
use super::store::{self, Idea, Origin};
use crate::platform::House;
use crate::platform::id::{IdeaId, ProjectId};
use crate::web::{Ability, Access, Answer, Created, Given, Items, List, Me, NewObject, Problem, Routes, create as create_once};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::json;

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new()
        .api::<__path_index, _, _>(read, index)
        .api::<__path_create, _, _>(make, create)
        .api::<__path_show, _, _>(read, show)
        .api::<__path_update, _, _>(make, update)
        .api::<__path_move_to, _, _>(make, move_to)
        .api::<__path_destroy, _, _>(make, destroy)
}

#[utoipa::path(get, path = "/api/v1/projects/{id}/ideas", operation_id = "ideas_index", tag = "ideas", params(("id" = uuid::Uuid, Path), List),
    responses((status = 200, body = Items<Idea>), (status = 404, body = Problem)))]
async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(list): Query<List>) -> Answer {
    me.shell(Some(project)).await?;
    let (db, member, limit) = (house.db.read(), me.member.id, list.limit()?);
    let slice = match list.state()? {
        Some(state) => store::in_state(db, member, project, state, list.after, limit).await?,
        None => store::list(db, member, project, list.after, limit).await?,
    };
    Ok(Json(Items::from(slice)).into_response())
}

#[utoipa::path(post, path = "/api/v1/projects/{id}/ideas", operation_id = "ideas_create", tag = "ideas", params(("id" = uuid::Uuid, Path)),
    request_body = NewIdea, responses((status = 201, body = NewObject), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, given: Given<NewIdea>) -> Answer {
    let (idea, call) = given.into_parts();
    let (now, by, actor) = (house.now(), me.member.id, me.actor());
    create_once(&house, &me, call, async move |tx| {
        let added = actions::add(tx, &actor, Some(by), project, &[idea], &Origin::default(), now).await?;
        added.first().map(|id| Created::id(id.0)).ok_or(crate::platform::Error::NotFound)
    })
    .await
}

#[utoipa::path(get, path = "/api/v1/ideas/{id}", operation_id = "ideas_show", tag = "ideas", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Idea), (status = 404, body = Problem)))]
async fn show(State(house): State<House>, me: Me, Path(id): Path<IdeaId>) -> Answer {
    Ok(Json(store::find(house.db.read(), me.member.id, id).await?).into_response())
}

/// What changes; what is left out stays as it is.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
struct IdeaChange {
    title: Option<String>,
    hook: Option<String>,
    angle: Option<String>,
    why_now: Option<String>,
    locale: Option<String>,
    /// The version that was read: changed meanwhile is a conflict. As it stands when left out
    version: Option<i64>,
}

impl IdeaChange {
    fn of(self, idea: Idea) -> NewIdea {
        NewIdea {
            title: self.title.unwrap_or(idea.title),
            hook: self.hook.unwrap_or(idea.hook),
            angle: self.angle.unwrap_or(idea.angle),
            why_now: self.why_now.unwrap_or(idea.why_now),
            locale: self.locale.unwrap_or(idea.locale),
            version: self.version.unwrap_or(idea.version),
        }
    }
}

#[utoipa::path(patch, path = "/api/v1/ideas/{id}", operation_id = "ideas_update", tag = "ideas", params(("id" = uuid::Uuid, Path)), request_body = IdeaChange,
    responses((status = 200, body = Idea), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn update(State(house): State<House>, me: Me, Path(id): Path<IdeaId>, given: Given<IdeaChange>) -> Answer {
    let (change, _) = given.into_parts();
    let idea = store::find(house.db.read(), me.member.id, id).await?;
    let locale = idea.locale.clone();
    actions::update(&house, &me, id, change.of(idea).check(&locale)?).await?;
    show(State(house), me, Path(id)).await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct IdeaMove {
    to: IdeaState,
}

#[utoipa::path(post, path = "/api/v1/ideas/{id}/state", operation_id = "ideas_move", tag = "ideas", params(("id" = uuid::Uuid, Path)), request_body = IdeaMove,
    responses((status = 200), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn move_to(State(house): State<House>, me: Me, Path(id): Path<IdeaId>, given: Given<IdeaMove>) -> Answer {
    let (to, _) = given.into_parts();
    actions::move_to(&house, &me, vec![id], to.to).await?;
    Ok(Json(json!({ "id": id, "state": to.to })).into_response())
}

#[utoipa::path(delete, path = "/api/v1/ideas/{id}", operation_id = "ideas_destroy", tag = "ideas", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn destroy(State(house): State<House>, me: Me, Path(id): Path<IdeaId>) -> Answer {
    actions::bin(&house, &me, id, true).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
