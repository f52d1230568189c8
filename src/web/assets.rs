//! Static files: joined and compressed by the build, named by their content, kept for ever.

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

#[derive(Debug)]
pub struct Asset {
    pub name: &'static str,
    pub file: &'static str,
    pub mime: &'static str,
    pub plain: &'static [u8],
    pub br: &'static [u8],
    pub gz: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The asset by the name it has in the sources.
pub fn asset(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

pub async fn serve(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.file == file) else { return StatusCode::NOT_FOUND.into_response() };
    let accepts = |coding: &str| {
        headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).is_some_and(|value| {
            value.split(',').any(|part| part.trim().split(';').next() == Some(coding) && !part.contains("q=0,") && !part.trim_end().ends_with("q=0"))
        })
    };
    let (bytes, coding) = match () {
        () if accepts("br") => (asset.br, Some("br")),
        () if accepts("gzip") => (asset.gz, Some("gzip")),
        () => (asset.plain, None),
    };
    let mut answer = bytes.into_response();
    let head = answer.headers_mut();
    head.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.mime));
    head.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    head.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Some(coding) = coding {
        head.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    answer
}
