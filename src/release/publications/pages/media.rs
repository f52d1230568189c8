//! The media of a delivery, for the platform that fetches them. Whoever knows the delivery, which
//! nobody can guess, may read what is handed over under it, and nothing else.

use crate::platform::media::{Digest, Served, served};
use crate::platform::{Error, House};
use crate::release::channels::kinds::payload::{Medium, Payload};
use crate::release::publications::store;
use crate::web::{Answer, Failure};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::io::SeekFrom;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

pub async fn fetch(State(house): State<House>, Path((delivery, position)): Path<(String, usize)>, headers: HeaderMap) -> Answer {
    let payload = store::by_delivery(house.db.read(), &delivery).await?;
    let payload: Payload = serde_json::from_str(&payload).map_err(Error::broken)?;
    let medium = payload.media.get(position).ok_or(Error::NotFound)?;
    let digest: Digest = medium.sha256.parse().map_err(|_| Error::NotFound)?;
    let (file, size) = house.media.open(digest).await.map_err(|_| Error::NotFound)?;
    let range = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    let mut answer = body(file, size, served(range, size)).await?;
    dress(&mut answer, medium);
    Ok(answer)
}

async fn body(mut file: tokio::fs::File, size: u64, part: Served) -> Result<Response, Failure> {
    let (status, first, length) = match part {
        Served::Whole => (StatusCode::OK, 0, size),
        Served::Part { first, last } => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
        Served::NotSatisfiable => (StatusCode::RANGE_NOT_SATISFIABLE, 0, 0),
    };
    file.seek(SeekFrom::Start(first)).await.map_err(Error::from)?;
    let mut answer = (status, Body::from_stream(ReaderStream::new(file.take(length)))).into_response();
    let range = match part {
        Served::Whole => None,
        Served::Part { first, last } => Some(format!("bytes {first}-{last}/{size}")),
        Served::NotSatisfiable => Some(format!("bytes */{size}")),
    };
    put(&mut answer, header::CONTENT_LENGTH, &length.to_string());
    if let Some(range) = range {
        put(&mut answer, header::CONTENT_RANGE, &range);
    }
    Ok(answer)
}

/// A stored file is shown as what it was found to be, and may do nothing.
fn dress(answer: &mut Response, medium: &Medium) {
    put(answer, header::CONTENT_TYPE, &medium.mime);
    put(answer, header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'");
    put(answer, header::ACCEPT_RANGES, "bytes");
    put(answer, header::CACHE_CONTROL, "private, max-age=3600");
    put(answer, header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin");
}

fn put(answer: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(name, value);
    }
}
