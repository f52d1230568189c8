//! The export for programs.

use super::pages::download;
use crate::platform::House;
use crate::platform::id::ProjectId;
use crate::web::{Answer, Me, Problem};
use axum::extract::{Path, State};

/// Every table of a project as JSON and CSV, with its media, as one archive.
#[utoipa::path(get, path = "/api/v1/projects/{id}/export", operation_id = "projects_export", tag = "projects", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, content_type = "application/gzip"), (status = 404, body = Problem)))]
pub async fn export(house: State<House>, me: Me, id: Path<ProjectId>) -> Answer {
    download(house, me, id).await
}
