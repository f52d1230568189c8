//! Prompts for programs.

pub(super) mod files;
mod fixtures;
mod parts;

use crate::create::ideas::{self, Lenses};
use crate::create::projects;
use crate::create::prompts::context::{Given as ContextGiven, context};
use crate::create::prompts::model::{Choice, Label, NewPrompt, NewVersion, wrong};
use crate::create::prompts::scores::Score;
use crate::create::prompts::store::{PromptName, Version, VersionLine};
use crate::create::prompts::{actions, store, template};
use crate::platform::id::{FixtureId, IdeaId, ProjectId, PromptId, PromptVersionId};
use crate::platform::{Error, House};
use crate::web::{Ability, Access, Answer, Created, Cursor, Given, Items, Me, NewObject, Problem, Routes, create as create_once};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// How many drafts a rendering pretends to ask for.
const SAMPLE: i64 = 12;

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new()
        .api::<__path_index, _, _>(read, index)
        .api::<__path_create, _, _>(make, create)
        .api::<__path_show, _, _>(read, show)
        .api::<__path_update, _, _>(make, update)
        .api::<__path_destroy, _, _>(make, destroy)
        .api::<__path_show_version, _, _>(read, show_version)
        .api::<__path_add_version, _, _>(make, add_version)
        .api::<__path_move_label, _, _>(make, move_label)
        .api::<__path_render, _, _>(read, render)
        .api::<__path_scores, _, _>(read, scores)
        .merge(files::routes())
        .merge(fixtures::routes())
        .merge(parts::routes())
}

/// A prompt, its newest version whole, and the others by name.
#[derive(Serialize, utoipa::ToSchema)]
struct PromptShown {
    #[serde(flatten)]
    prompt: PromptName,
    newest: Version,
    history: Vec<VersionLine>,
}

/// The number a new version got.
#[derive(Serialize, utoipa::ToSchema)]
struct NewNumber {
    id: PromptVersionId,
    number: i64,
}

/// Where a label moves.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct LabelMove {
    label: Label,
    version: i64,
}

/// What a trial rendering is made with; the version is the newest unless told otherwise.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
struct NewRendering {
    version: Option<i64>,
    label: Option<Label>,
    #[schema(value_type = Object)]
    inputs: Map<String, Value>,
    /// Its language, idea and inputs where nothing else is given
    fixture: Option<FixtureId>,
    idea: Option<IdeaId>,
    lenses: Lenses,
    count: Option<i64>,
    locale: String,
}

/// The text that would be sent, and the names nothing was given for.
#[derive(Serialize, utoipa::ToSchema)]
struct Rendering {
    text: String,
    missing: Vec<String>,
}

#[utoipa::path(get, path = "/api/v1/projects/{id}/prompts", operation_id = "prompts_index", tag = "prompts", params(("id" = uuid::Uuid, Path), Cursor),
    responses((status = 200, body = Items<PromptName>), (status = 404, body = Problem)))]
async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(cursor): Query<Cursor>) -> Answer {
    projects::find(house.db.read(), me.member.id, project).await?;
    let prompts = store::list(house.db.read(), me.member.id, project, cursor.after, cursor.limit()?).await?;
    Ok(Json(Items::from(prompts)).into_response())
}

#[utoipa::path(post, path = "/api/v1/projects/{id}/prompts", operation_id = "prompts_create", tag = "prompts", request_body = NewPrompt,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 201, body = NewObject), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, given: Given<NewPrompt>) -> Answer {
    let (prompt, call) = given.into_parts();
    let (now, by, actor) = (house.now(), me.member.id, me.actor());
    create_once(&house, &me, call, async move |tx| Ok(Created::id(actions::create(tx, &actor, Some(by), project, &prompt, now).await?.0))).await
}

#[utoipa::path(get, path = "/api/v1/prompts/{id}", operation_id = "prompts_show", tag = "prompts", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = PromptShown), (status = 404, body = Problem)))]
async fn show(State(house): State<House>, me: Me, Path(id): Path<PromptId>) -> Answer {
    let db = house.db.read();
    let prompt = store::find(db, me.member.id, id).await?;
    let newest = store::version(db, id, prompt.versions).await?;
    let history = store::versions(db, id).await?;
    Ok(Json(PromptShown { prompt, newest, history }).into_response())
}

/// What changes of a prompt; its words change by a new version.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PromptChange {
    name: String,
}

#[utoipa::path(patch, path = "/api/v1/prompts/{id}", operation_id = "prompts_update", tag = "prompts", params(("id" = uuid::Uuid, Path)), request_body = PromptChange,
    responses((status = 200, body = PromptShown), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn update(State(house): State<House>, me: Me, Path(id): Path<PromptId>, given: Given<PromptChange>) -> Answer {
    let (change, _) = given.into_parts();
    actions::rename(&house, &me, id, &change.name).await?;
    show(State(house), me, Path(id)).await
}

#[utoipa::path(delete, path = "/api/v1/prompts/{id}", operation_id = "prompts_destroy", tag = "prompts", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn destroy(State(house): State<House>, me: Me, Path(id): Path<PromptId>) -> Answer {
    actions::bin(&house, &me, id, true).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[utoipa::path(get, path = "/api/v1/prompts/{id}/versions/{number}", operation_id = "prompts_show_version", tag = "prompts",
    params(("id" = uuid::Uuid, Path), ("number" = i64, Path)),
    responses((status = 200, body = Version), (status = 404, body = Problem)))]
async fn show_version(State(house): State<House>, me: Me, Path((id, number)): Path<(PromptId, i64)>) -> Answer {
    store::find(house.db.read(), me.member.id, id).await?;
    Ok(Json(store::version(house.db.read(), id, number).await?).into_response())
}

#[utoipa::path(post, path = "/api/v1/prompts/{id}/versions", operation_id = "prompts_add_version", tag = "prompts", request_body = NewVersion,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 201, body = NewNumber), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn add_version(State(house): State<House>, me: Me, Path(id): Path<PromptId>, given: Given<NewVersion>) -> Answer {
    let (version, call) = given.into_parts();
    let (now, by, actor) = (house.now(), me.member.id, me.actor());
    create_once(&house, &me, call, async move |tx| {
        let (version, number) = actions::add_version(tx, &actor, by, id, &version, now).await?;
        Ok(Created { status: StatusCode::CREATED, body: json!(NewNumber { id: version, number }) })
    })
    .await
}

#[utoipa::path(post, path = "/api/v1/prompts/{id}/labels", operation_id = "prompts_move_label", tag = "prompts", params(("id" = uuid::Uuid, Path)), request_body = LabelMove,
    responses((status = 200, body = PromptName), (status = 404, body = Problem)))]
async fn move_label(State(house): State<House>, me: Me, Path(id): Path<PromptId>, given: Given<LabelMove>) -> Answer {
    let (to, _) = given.into_parts();
    let (now, by, actor) = (house.now(), me.member.id, me.actor());
    house.db.write(async move |tx| actions::move_label(tx, &actor, by, id, (to.label, to.version), now).await).await?;
    Ok(Json(store::find(house.db.read(), me.member.id, id).await?).into_response())
}

#[utoipa::path(post, path = "/api/v1/prompts/{id}/renderings", operation_id = "prompts_render", tag = "prompts", params(("id" = uuid::Uuid, Path)), request_body = NewRendering,
    responses((status = 200, body = Rendering), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn render(State(house): State<House>, me: Me, Path(id): Path<PromptId>, given: Given<NewRendering>) -> Answer {
    let (trial, _) = given.into_parts();
    let db = house.db.read();
    let prompt = store::find(db, me.member.id, id).await?;
    let choice = match (trial.version, trial.label) {
        (Some(number), _) => Choice::Version(id, number),
        (None, Some(label)) => Choice::Label(id, label),
        (None, None) => Choice::Version(id, prompt.versions),
    };
    let version = store::choose(db, prompt.project_id, choice).await?.ok_or(Error::NotFound)?;
    let project = projects::find(db, me.member.id, prompt.project_id).await?;
    let fixture = match trial.fixture {
        Some(fixture) => Some(store::fixture(db, me.member.id, fixture).await?),
        None => None,
    };
    let kept = fixture.filter(|fixture| fixture.prompt_id == id).map(|fixture| fixture.given(SAMPLE)).unwrap_or_default();
    let idea = match trial.idea {
        Some(idea) => (&ideas::find(db, me.member.id, idea).await?).into(),
        None if trial.fixture.is_some() => kept.idea,
        None => store::newest_idea(db, project.id).await?.unwrap_or_default(),
    };
    let mut inputs = kept.inputs;
    inputs.extend(trial.inputs);
    let given = ContextGiven {
        locale: if trial.locale.is_empty() { kept.locale } else { trial.locale },
        count: trial.count.unwrap_or(SAMPLE),
        lenses: trial.lenses,
        idea,
        inputs,
        ..ContextGiven::default()
    };
    let rendered =
        template::preview(&version.template, &context(&project, version.purpose, &given)).map_err(|fault| Error::Invalid(vec![wrong(&fault)]))?;
    Ok(Json(Rendering { text: rendered.text, missing: rendered.missing }).into_response())
}

/// The scores of the newest 200 versions, newest first.
#[derive(Serialize, utoipa::ToSchema)]
struct Scoreboard {
    items: Vec<Score>,
}

#[utoipa::path(get, path = "/api/v1/prompts/{id}/scores", operation_id = "prompts_scores", tag = "prompts", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Scoreboard), (status = 404, body = Problem)))]
async fn scores(State(house): State<House>, me: Me, Path(id): Path<PromptId>) -> Answer {
    store::find(house.db.read(), me.member.id, id).await?;
    Ok(Json(Scoreboard { items: store::scores(house.db.read(), id, house.now()).await? }).into_response())
}
