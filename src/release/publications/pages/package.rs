//! The download of everything that goes out, for whoever publishes it by hand.

use crate::platform::id::PublicationId;
use crate::platform::{Error, House};
use crate::release::channels::kinds::payload::Payload;
use crate::release::publications::package::pack;
use crate::release::publications::package::zip::{Archive, Content, Entry};
use crate::release::publications::store;
use crate::web::{Answer, Me};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};
use std::io;
use tokio_util::io::ReaderStream;

pub async fn download(State(house): State<House>, me: Me, Path(id): Path<PublicationId>) -> Answer {
    let one = store::find(house.db.read(), me.member.id, id).await?;
    let payload = one.payload.ok_or_else(|| Error::refused("publications-not-frozen"))?;
    let sent: Payload = serde_json::from_str(&payload).map_err(Error::broken)?;
    let words = me.words;
    let packed = tokio::task::spawn_blocking(move || pack(&house, &sent, words)).await.map_err(Error::broken)?;
    let archive = packed.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::NotFound,
        io::ErrorKind::FileTooLarge => Error::refused("publications-package-too-large"),
        _ => Error::from(error),
    })?;
    let head = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_LENGTH, archive.length().to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"publication-{id}.zip\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((head, body(archive)).into_response())
}

fn body(archive: Archive) -> Body {
    let directory = Bytes::from(archive.directory());
    let files = stream::iter(archive.into_entries()).flat_map(chunks);
    Body::from_stream(files.chain(stream::iter([Ok(directory)])))
}

fn chunks(entry: Entry) -> BoxStream<'static, io::Result<Bytes>> {
    let head = stream::iter([Ok(Bytes::from(entry.head()))]);
    match entry.content {
        Content::Text(text) => head.chain(stream::iter([Ok(Bytes::from(text))])).boxed(),
        Content::File(path) => {
            let open = async move { tokio::fs::File::open(path).await.map(ReaderStream::new) };
            head.chain(stream::once(open).try_flatten()).boxed()
        }
    }
}
