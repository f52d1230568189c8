//! Imports for programs: the file in, the report out.

use super::headline_tests::Mapping;
use super::run::{Options, Progress, Report, Target, run};
use super::store::{self, Import};
use super::upload;
use crate::platform::id::{ImportId, ProjectId};
use crate::platform::{House, Ms};
use crate::web::{Ability, Access, Answer, Created, Cursor, Failure, Head, Items, Me, Problem, Routes, create_outside};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::handler::Handler;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

pub fn routes() -> Routes {
    let large = DefaultBodyLimit::max(upload::LARGEST);
    let read = Access::Member(Ability::Read);
    Routes::new()
        .api::<__path_index, _, _>(read, index)
        .api::<__path_create, _, _>(Access::Member(Ability::Make), create.layer(large))
        .api::<__path_show, _, _>(read, show)
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

/// A file that was read in, or waits to be.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ImportShown {
    id: ImportId,
    kind: String,
    file_name: String,
    /// `uploaded`, `queued`, `running`, `done` or `failed`
    state: String,
    /// Which header was taken for which column
    #[schema(value_type = Object)]
    mapping: Mapping,
    error: Option<String>,
    added: i64,
    unchanged: i64,
    refused: i64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Ms,
    /// Row by row, once it is done; in the answer of one alone
    report: Option<Report>,
}

impl From<Import> for ImportShown {
    fn from(import: Import) -> ImportShown {
        let (mapping, report) = (import.mapping(), import.report().filter(|_| import.state == "done"));
        let Import { id, kind, file_name, state, error, added, unchanged, refused, created, .. } = import;
        ImportShown { id, kind, file_name, state, mapping, error, added, unchanged, refused, created_at: created, report }
    }
}

#[utoipa::path(get, path = "/api/v1/projects/{id}/imports", operation_id = "imports_index", tag = "imports", params(("id" = uuid::Uuid, Path), Cursor),
    responses((status = 200, body = Items<ImportShown>), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(cursor): Query<Cursor>) -> Answer {
    me.shell(Some(project)).await?;
    let slice = store::page(house.db.read(), me.member.id, project, cursor.after, cursor.limit()?).await?;
    let items: Vec<ImportShown> = slice.items.into_iter().map(|import| ImportShown { report: None, ..ImportShown::from(import) }).collect();
    Ok(Json(Items { items, next: slice.next }).into_response())
}

#[utoipa::path(get, path = "/api/v1/imports/{id}", operation_id = "imports_show", tag = "imports", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = ImportShown), (status = 404, body = Problem)))]
async fn show(State(house): State<House>, me: Me, Path(id): Path<ImportId>) -> Answer {
    Ok(Json(ImportShown::from(store::find(house.db.read(), me.member.id, id).await?)).into_response())
}

/// Reads a CSV file in. The same file twice changes nothing.
#[utoipa::path(post, path = "/api/v1/projects/{id}/imports", operation_id = "imports_create", tag = "imports",
    params(("id" = uuid::Uuid, Path), Asked), request_body(content = String, content_type = "text/csv"),
    responses((status = 201, body = Report), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(asked): Query<Asked>, head: Head, body: Bytes) -> Answer {
    me.shell(Some(project)).await?;
    let call = head.with(&Sha256::digest(&body));
    let options = Options {
        target: Target::Project(project),
        mapping: asked.mapping()?,
        dry_run: asked.dry_run,
        file_name: asked.file.chars().filter(|c| !c.is_control()).take(200).collect(),
        member: Some(me.member.id),
        import: None,
    };
    let made = async {
        let report = run(&house, &asked.kind, Box::new(std::io::Cursor::new(body)), options, Progress::Silent).await?;
        Ok(Created { status: if report.dry_run { StatusCode::OK } else { StatusCode::CREATED }, body: json!(report) })
    };
    create_outside(&house, &me, call, made).await
}
