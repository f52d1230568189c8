//! Imports for programs: the file in, the report out.

use super::headline_tests::Mapping;
use super::run::{Options, Progress, Report, Target, run};
use super::upload;
use crate::platform::House;
use crate::platform::id::ProjectId;
use crate::web::{Ability, Access, Answer, Failure, Me, Problem, Routes};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::handler::Handler;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;

pub fn routes() -> Routes {
    let large = DefaultBodyLimit::max(upload::LARGEST);
    Routes::new().api::<__path_create, _, _>(Access::Member(Ability::Make), create.layer(large))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// `headline-tests`
    kind: String,
    /// Only say what would happen
    #[serde(default)]
    dry_run: bool,
    /// The file's name, for the record
    #[serde(default)]
    file: String,
    /// Which header is which, as a JSON object: `{"headline": "Titel"}`
    #[serde(default)]
    map: String,
}

impl Asked {
    fn mapping(&self) -> Result<Mapping, Failure> {
        if self.map.trim().is_empty() {
            return Ok(Mapping::new());
        }
        serde_json::from_str(&self.map).map_err(|cause| Failure::Json { pointer: "/map".into(), detail: cause.to_string() })
    }
}

/// Reads a CSV file in. The same file twice changes nothing.
#[utoipa::path(post, path = "/api/v1/projects/{id}/imports", operation_id = "imports_create", tag = "imports",
    params(("id" = uuid::Uuid, Path), Asked), request_body(content = String, content_type = "text/csv"),
    responses((status = 201, body = Report), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(asked): Query<Asked>, body: Bytes) -> Answer {
    me.shell(Some(project)).await?;
    let options = Options {
        target: Target::Project(project),
        mapping: asked.mapping()?,
        dry_run: asked.dry_run,
        file_name: asked.file.chars().filter(|c| !c.is_control()).take(200).collect(),
        member: Some(me.member.id),
        import: None,
    };
    let report = run(&house, &asked.kind, Box::new(std::io::Cursor::new(body)), options, Progress::Silent).await?;
    let status = if report.dry_run { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(report)).into_response())
}
