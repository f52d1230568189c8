//! Prompts as files for programs.

use crate::create::projects;
use crate::create::prompts::actions::files as actions;
use crate::create::prompts::file::{self, Imported};
use crate::create::prompts::store;
use crate::platform::House;
use crate::platform::id::{ProjectId, PromptId};
use crate::web::{Ability, Access, Answer, Given, Me, Problem, Routes};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new().api::<__path_show, _, _>(read, show).api::<__path_import, _, _>(make, import)
}

/// The text of a prompt file.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct FileText {
    text: String,
}

/// The prompt and what reading the file changed.
#[derive(Serialize, utoipa::ToSchema)]
struct ImportedPrompt {
    id: PromptId,
    #[serde(flatten)]
    imported: Imported,
}

/// The newest 200 versions, oldest first, and the fixtures of a prompt, as TOML.
#[utoipa::path(get, path = "/api/v1/prompts/{id}/file", operation_id = "prompts_file", tag = "prompts", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = String, content_type = "application/toml"), (status = 404, body = Problem)))]
pub async fn show(State(house): State<House>, me: Me, Path(id): Path<PromptId>) -> Answer {
    let db = house.db.read();
    let prompt = store::find(db, me.member.id, id).await?;
    let text = file::write(&prompt, &store::whole_versions(db, id).await?, &store::fixtures(db, id).await?);
    let headers = [(header::CONTENT_TYPE, "application/toml; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"prompt.toml\"")];
    Ok((headers, text).into_response())
}

#[utoipa::path(post, path = "/api/v1/projects/{id}/prompts/file", operation_id = "prompts_import", tag = "prompts", request_body = FileText,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = ImportedPrompt), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn import(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, given: Given<FileText>) -> Answer {
    let (FileText { text }, _) = given.into_parts();
    projects::find(house.db.read(), me.member.id, project).await?;
    let file = file::read(&text)?;
    let (now, by, actor) = (house.now(), me.member.id, me.actor());
    let (id, imported) = house.db.write(async move |tx| actions::import(tx, &actor, by, project, &file, now).await).await?;
    Ok(Json(ImportedPrompt { id, imported }).into_response())
}
