//! The download of a project.

use super::api;
use super::pack::pack;
use crate::create::projects;
use crate::platform::House;
use crate::platform::events::{Event, record};
use crate::platform::id::ProjectId;
use crate::web::{Ability, Access, Answer, Me, Routes};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use futures_util::stream;

/// Chunks that may wait for a slow reader.
const AHEAD: usize = 8;

pub fn routes() -> Routes {
    let publish = Access::Member(Ability::Publish);
    Routes::new().get("/projects/{project}/export", publish, download).api::<api::__path_export, _, _>(publish, api::export)
}

pub(super) async fn download(State(house): State<House>, me: Me, Path(id): Path<ProjectId>) -> Answer {
    let project = projects::find(house.db.read(), me.member.id, id).await?;
    let (now, actor) = (house.now(), me.actor());
    house.db.write(async move |tx| record(tx, &actor, now, Event::new("project.exported", id.0).within(id)).await).await?;
    let (sender, receiver) = tokio::sync::mpsc::channel(AHEAD);
    tokio::task::spawn_blocking(move || {
        if let Err(error) = pack(&house, id, sender) {
            tracing::warn!(%error, "an export was cut short");
        }
    });
    let chunks = stream::unfold(receiver, |mut receiver| async move { receiver.recv().await.map(|chunk| (chunk, receiver)) });
    let headers = [
        (header::CONTENT_TYPE, "application/gzip".to_owned()),
        (header::CONTENT_DISPOSITION, disposition(&project.name)),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(chunks)).into_response())
}

/// RFC 6266: a plain name for old readers, the real one in UTF-8 beside it.
fn disposition(name: &str) -> String {
    let real: String = url::form_urlencoded::byte_serialize(format!("{name}.tar.gz").as_bytes()).collect::<String>().replace('+', "%20");
    format!("attachment; filename=\"project.tar.gz\"; filename*=UTF-8''{real}")
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn any_name_makes_a_header() {
        assert_eq!(
            disposition("红脸 \"戏\""),
            "attachment; filename=\"project.tar.gz\"; filename*=UTF-8''%E7%BA%A2%E8%84%B8%20%22%E6%88%8F%22.tar.gz"
        );
        assert!(axum::http::HeaderValue::from_str(&disposition("a\r\nb: c")).is_ok());
    }
}
