//! Backups for programs.

use super::{actions, pages};
use crate::platform::backups::{self, Kept};
use crate::platform::{Error, House};
use crate::web::{Ability, Access, Answer, Created, Failure, Head, Me, Problem, Routes, create_outside, limit};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use serde_json::json;

pub fn routes() -> Routes {
    let owner = Access::Member(Ability::Administer);
    Routes::new()
        .api::<__path_index, _, _>(owner, index)
        .api::<__path_create, _, _>(owner, create)
        .api::<__path_download, _, _>(owner, download)
        .api::<__path_destroy, _, _>(owner, destroy)
}

/// Backups go by their names.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
struct BackupList {
    /// The `next` of the page before
    after: Option<String>,
    /// How many, 50 unless told, at most 200
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// One page of backups, newest first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct BackupPage {
    items: Vec<Kept>,
    /// Hand it to `?after=`; null on the last page
    next: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/backups", operation_id = "backups_index", tag = "backups", params(BackupList),
    responses((status = 200, body = BackupPage), (status = 422, body = Problem)))]
async fn index(State(house): State<House>, Query(list): Query<BackupList>) -> Answer {
    let limit = usize::try_from(limit(list.limit)?).unwrap_or(0);
    let mut items = backups::list(&house.config.settings.data).map_err(Error::from)?;
    if let Some(after) = list.after {
        let place = items.iter().position(|kept| kept.name == after);
        let place = place.ok_or(Failure::Json { pointer: "/after".into(), detail: "a backup that is there".into() })?;
        items.drain(..=place);
    }
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|kept| kept.name.clone());
    Ok(Json(BackupPage { items, next }).into_response())
}

/// Makes a verified backup and answers when it is whole.
#[utoipa::path(post, path = "/api/v1/backups", operation_id = "backups_create", tag = "backups",
    responses((status = 201, body = Kept), (status = 409, body = Problem), (status = 507, body = Problem)))]
async fn create(State(house): State<House>, me: Me, head: Head) -> Answer {
    let made = async {
        let kept = actions::make(&house, &me.actor(), false).await?;
        Ok(Created { status: StatusCode::CREATED, body: json!(kept) })
    };
    create_outside(&house, &me, head.with(&[]), made).await
}

/// The file itself. It holds the key that opens the studio's secrets.
#[utoipa::path(get, path = "/api/v1/backups/{name}", operation_id = "backups_show", tag = "backups", params(("name" = String, Path)),
    responses((status = 200, content_type = "application/x-tar"), (status = 404, body = Problem)))]
async fn download(house: State<House>, name: Path<String>) -> Answer {
    pages::download(house, name).await
}

#[utoipa::path(delete, path = "/api/v1/backups/{name}", operation_id = "backups_destroy", tag = "backups", params(("name" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn destroy(State(house): State<House>, me: Me, Path(name): Path<String>) -> Answer {
    actions::remove(&house, &me.actor(), &name).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
