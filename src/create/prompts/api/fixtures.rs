//! Fixtures for programs.

use crate::create::prompts::actions::fixtures as actions;
use crate::create::prompts::context::IdeaWords;
use crate::create::prompts::fixtures::{Fixture, NewFixture};
use crate::create::prompts::store;
use crate::platform::House;
use crate::platform::id::{FixtureId, PromptId};
use crate::web::{Ability, Access, Answer, Created, Cursor, Given, Items, Me, NewObject, Problem, Routes, Slice, create as create_once};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::{Map, Value};

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new()
        .api::<__path_index, _, _>(read, index)
        .api::<__path_create, _, _>(make, create)
        .api::<__path_show, _, _>(read, show)
        .api::<__path_update, _, _>(make, update)
        .api::<__path_destroy, _, _>(make, destroy)
}

#[utoipa::path(get, path = "/api/v1/prompts/{id}/fixtures", operation_id = "fixtures_index", tag = "prompts", params(("id" = uuid::Uuid, Path), Cursor),
    responses((status = 200, body = Items<Fixture>), (status = 404, body = Problem)))]
async fn index(State(house): State<House>, me: Me, Path(prompt): Path<PromptId>, Query(cursor): Query<Cursor>) -> Answer {
    store::find(house.db.read(), me.member.id, prompt).await?;
    let fixtures = Slice::of(store::fixtures(house.db.read(), prompt).await?, &cursor, |fixture| fixture.id.0)?;
    Ok(Json(Items::from(fixtures)).into_response())
}

#[utoipa::path(post, path = "/api/v1/prompts/{id}/fixtures", operation_id = "fixtures_create", tag = "prompts", request_body = NewFixture,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 201, body = NewObject), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn create(State(house): State<House>, me: Me, Path(prompt): Path<PromptId>, given: Given<NewFixture>) -> Answer {
    let (fixture, call) = given.into_parts();
    let fixture = fixture.check()?;
    let (now, by, actor) = (house.now(), me.member.id, me.actor());
    create_once(&house, &me, call, async move |tx| Ok(Created::id(actions::keep(tx, &actor, by, prompt, &fixture, now).await?.0))).await
}

#[utoipa::path(get, path = "/api/v1/fixtures/{id}", operation_id = "fixtures_show", tag = "prompts", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Fixture), (status = 404, body = Problem)))]
async fn show(State(house): State<House>, me: Me, Path(id): Path<FixtureId>) -> Answer {
    Ok(Json(store::fixture(house.db.read(), me.member.id, id).await?).into_response())
}

/// What changes of a fixture; what is left out stays.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
struct FixtureChange {
    name: Option<String>,
    locale: Option<String>,
    idea: Option<IdeaWords>,
    #[schema(value_type = Object)]
    inputs: Option<Map<String, Value>>,
    /// The version that was read: changed meanwhile is a conflict. As it stands when left out
    version: Option<i64>,
}

#[utoipa::path(patch, path = "/api/v1/fixtures/{id}", operation_id = "fixtures_update", tag = "prompts", params(("id" = uuid::Uuid, Path)), request_body = FixtureChange,
    responses((status = 200, body = Fixture), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn update(State(house): State<House>, me: Me, Path(id): Path<FixtureId>, given: Given<FixtureChange>) -> Answer {
    let (change, _) = given.into_parts();
    let stands = store::fixture(house.db.read(), me.member.id, id).await?;
    let fixture = NewFixture {
        name: change.name.unwrap_or(stands.name),
        locale: change.locale.unwrap_or(stands.locale),
        idea: change.idea.unwrap_or(stands.idea),
        inputs: change.inputs.unwrap_or(stands.inputs),
        version: change.version.unwrap_or(stands.version),
    };
    actions::change(&house, &me, id, fixture).await?;
    show(State(house), me, Path(id)).await
}

#[utoipa::path(delete, path = "/api/v1/fixtures/{id}", operation_id = "fixtures_destroy", tag = "prompts", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn destroy(State(house): State<House>, me: Me, Path(id): Path<FixtureId>) -> Answer {
    actions::remove(&house, &me, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
