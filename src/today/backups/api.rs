//! Backups for programs.

use super::{actions, pages};
use crate::platform::backups::{self, Kept};
use crate::platform::{Error, House};
use crate::web::{Ability, Access, Answer, Items, Me, Problem, Routes};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;

pub fn routes() -> Routes {
    let owner = Access::Member(Ability::Administer);
    Routes::new().api::<__path_index, _, _>(owner, index).api::<__path_create, _, _>(owner, create).api::<__path_download, _, _>(owner, download)
}

#[utoipa::path(get, path = "/api/v1/backups", operation_id = "backups_index", tag = "backups", responses((status = 200, body = Items<Kept>)))]
async fn index(State(house): State<House>) -> Answer {
    let items = backups::list(&house.config.settings.data).map_err(Error::from)?;
    Ok(Json(Items { items, next: None }).into_response())
}

/// Makes a verified backup and answers when it is whole.
#[utoipa::path(post, path = "/api/v1/backups", operation_id = "backups_create", tag = "backups",
    responses((status = 201, body = Kept), (status = 507, body = Problem)))]
async fn create(State(house): State<House>, me: Me) -> Answer {
    let kept = actions::make(&house, &me.actor(), false).await?;
    Ok((StatusCode::CREATED, Json(kept)).into_response())
}

/// The file itself. It holds the key that opens the studio's secrets.
#[utoipa::path(get, path = "/api/v1/backups/{name}", operation_id = "backups_show", tag = "backups", params(("name" = String, Path)),
    responses((status = 200, content_type = "application/x-tar"), (status = 404, body = Problem)))]
async fn download(house: State<House>, name: Path<String>) -> Answer {
    pages::download(house, name).await
}
