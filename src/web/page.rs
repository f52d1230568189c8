//! Answers for people: a whole page, or a redirect after a change.

use super::Failure;
use crate::platform::Error;
use askama::Template;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

pub type Answer = Result<Response, Failure>;

/// A rendered template. Signed-in pages are never stored by caches on the way.
pub fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (
            status,
            [
                (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ],
            html,
        )
            .into_response(),
        Err(error) => Failure::House(Error::broken(error)).into_response(),
    }
}

/// 303 to a path that already carries the base path.
pub fn see_other(path: &str) -> Response {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::SEE_OTHER;
    if let Ok(value) = HeaderValue::from_str(path) {
        answer.headers_mut().insert(header::LOCATION, value);
    }
    answer
}
