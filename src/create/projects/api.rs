//! Projects for programs.

use super::model::NewProject;
use super::store::{Project, ProjectName};
use super::{actions, store};
use crate::platform::House;
use crate::platform::id::ProjectId;
use crate::web::{Ability, Access, Answer, Created, Cursor, Given, Items, Me, NewObject, Problem, Routes, create as create_once};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;

pub fn routes() -> Routes {
    let (read, publish) = (Access::Member(Ability::Read), Access::Member(Ability::Publish));
    Routes::new()
        .api::<__path_index, _, _>(read, index)
        .api::<__path_create, _, _>(publish, create)
        .api::<__path_show, _, _>(read, show)
        .api::<__path_update, _, _>(publish, update)
        .api::<__path_destroy, _, _>(publish, destroy)
        .api::<__path_restore, _, _>(publish, restore)
}

#[utoipa::path(get, path = "/api/v1/projects", operation_id = "projects_index", tag = "projects", params(Cursor),
    responses((status = 200, body = Items<ProjectName>), (status = 422, body = Problem)))]
async fn index(State(house): State<House>, me: Me, Query(cursor): Query<Cursor>) -> Answer {
    let slice = store::list(house.db.read(), me.member.id, cursor.after, cursor.limit()?).await?;
    Ok(Json(Items::from(slice)).into_response())
}

#[utoipa::path(post, path = "/api/v1/projects", operation_id = "projects_create", tag = "projects", request_body = NewProject,
    responses((status = 201, body = NewObject), (status = 422, body = Problem)))]
async fn create(State(house): State<House>, me: Me, given: Given<NewProject>) -> Answer {
    let (project, call) = given.into_parts();
    let project = project.check(&me.member.locale, me.member.zone.name())?;
    let (now, by, actor) = (house.now(), me.member.id, me.actor());
    let answer = create_once(&house, &me, call, async move |tx| Ok(Created::id(actions::create(tx, &actor, Some(by), &project, now).await?.0))).await;
    house.jobs.ring();
    answer
}

#[utoipa::path(get, path = "/api/v1/projects/{id}", operation_id = "projects_show", tag = "projects", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Project), (status = 404, body = Problem)))]
async fn show(State(house): State<House>, me: Me, Path(id): Path<ProjectId>) -> Answer {
    Ok(Json(store::find(house.db.read(), me.member.id, id).await?).into_response())
}

/// What changes; what is left out stays as it is.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
struct ProjectChange {
    name: Option<String>,
    niche: Option<String>,
    perspective: Option<String>,
    audience: Option<String>,
    stance: Option<String>,
    style_guide: Option<String>,
    locale: Option<String>,
    zone: Option<String>,
    /// All of them, as when a project is made
    markets: Option<String>,
    two_step: Option<bool>,
    /// The version that was read: changed meanwhile is a conflict. As it stands when left out
    version: Option<i64>,
}

impl ProjectChange {
    fn of(self, project: Project) -> NewProject {
        let now = NewProject::of(project);
        NewProject {
            name: self.name.unwrap_or(now.name),
            niche: self.niche.unwrap_or(now.niche),
            perspective: self.perspective.unwrap_or(now.perspective),
            audience: self.audience.unwrap_or(now.audience),
            stance: self.stance.unwrap_or(now.stance),
            style_guide: self.style_guide.unwrap_or(now.style_guide),
            locale: self.locale.unwrap_or(now.locale),
            zone: self.zone.unwrap_or(now.zone),
            markets: self.markets.unwrap_or(now.markets),
            two_step: self.two_step.unwrap_or(now.two_step),
            version: self.version.unwrap_or(now.version),
        }
    }
}

#[utoipa::path(patch, path = "/api/v1/projects/{id}", operation_id = "projects_update", tag = "projects", params(("id" = uuid::Uuid, Path)), request_body = ProjectChange,
    responses((status = 200, body = Project), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn update(State(house): State<House>, me: Me, Path(id): Path<ProjectId>, given: Given<ProjectChange>) -> Answer {
    let (change, _) = given.into_parts();
    let words = change.of(store::find(house.db.read(), me.member.id, id).await?);
    actions::update(&house, &me, id, words.check(&me.member.locale, me.member.zone.name())?).await?;
    show(State(house), me, Path(id)).await
}

#[utoipa::path(delete, path = "/api/v1/projects/{id}", operation_id = "projects_destroy", tag = "projects", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn destroy(State(house): State<House>, me: Me, Path(id): Path<ProjectId>) -> Answer {
    actions::bin(&house, &me, id, true).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[utoipa::path(post, path = "/api/v1/projects/{id}/restoration", operation_id = "projects_restore", tag = "projects", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn restore(State(house): State<House>, me: Me, Path(id): Path<ProjectId>) -> Answer {
    actions::bin(&house, &me, id, false).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
