//! The page of backups.

use super::{actions, api};
use crate::platform::backups::{self, Kept};
use crate::platform::{Error, House};
use crate::web::{Ability, Access, Answer, Me, Routes, Said, Shell, page};
use askama::Template;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use tokio_util::io::ReaderStream;

pub fn routes() -> Routes {
    let owner = Access::Member(Ability::Administer);
    Routes::new()
        .get("/settings/backups", owner, index)
        .post("/settings/backups", owner, create)
        .get("/settings/backups/{name}", owner, download)
        .merge(api::routes())
}

#[derive(Template)]
#[template(path = "today/backups.html")]
struct BackupsPage {
    shell: Shell,
    backups: Vec<Kept>,
    newest: Option<crate::platform::Ms>,
}

impl BackupsPage {
    /// Megabytes with one decimal, in the reader's marks.
    fn size(&self, bytes: &u64) -> String {
        format!("{:.1}", *bytes as f64 / 1e6)
    }
}

async fn index(State(house): State<House>, me: Me) -> Answer {
    let backups = backups::list(&house.config.settings.data).map_err(Error::from)?;
    let shell = me.shell(None).await?.at("settings");
    Ok(page(StatusCode::OK, &BackupsPage { newest: actions::newest(&backups), shell, backups }))
}

async fn create(State(house): State<House>, me: Me) -> Answer {
    let kept = actions::make(&house, &me.actor(), false).await?;
    Ok(me.go_saying("/settings/backups", Said::new("backups-made").with("name", kept.name)))
}

/// The whole file; it holds the key, so only owners get here.
pub(super) async fn download(State(house): State<House>, Path(name): Path<String>) -> Answer {
    let path = backups::find(&house.config.settings.data, &name).map_err(Error::from)?.ok_or(Error::NotFound)?;
    let file = tokio::fs::File::open(path).await.map_err(Error::from)?;
    let size = file.metadata().await.map_err(Error::from)?.len();
    let headers = [
        (header::CONTENT_TYPE, "application/x-tar".to_owned()),
        (header::CONTENT_LENGTH, size.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(ReaderStream::with_capacity(file, 64 * 1024))).into_response())
}
