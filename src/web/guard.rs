//! Before any handler: the base path, the host, and that a change was asked for by our own pages.

use super::Failure;
use crate::config::Config;
use crate::platform::House;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Runs before routing: takes the base path off, reads `?_method=DELETE` of a plain form, refuses
/// requests whose length or name is said twice, and those that name nothing of ours. `Err` is a
/// finished answer.
pub fn front(config: &Config, mut request: Request) -> Result<Request, Box<Response>> {
    if matches!(*request.method(), Method::CONNECT | Method::TRACE) || request.uri().path() == "*" {
        return Err(Box::new((StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD, POST, PUT, PATCH, DELETE")]).into_response()));
    }
    if request.headers().get_all(header::HOST).iter().count() > 1 {
        return Err(Box::new(StatusCode::BAD_REQUEST.into_response()));
    }
    if request.headers().contains_key(header::TRANSFER_ENCODING) && request.headers().contains_key(header::CONTENT_LENGTH) {
        return Err(Box::new(StatusCode::BAD_REQUEST.into_response()));
    }
    if request.method() == Method::POST && request.uri().query().is_some_and(|query| query.split('&').any(|pair| pair == "_method=DELETE")) {
        *request.method_mut() = Method::DELETE;
    }
    if config.base.is_empty() {
        return Ok(request);
    }
    let path = request.uri().path();
    if path == "/" || path == config.base {
        let mut answer = Response::new(Body::empty());
        *answer.status_mut() = StatusCode::SEE_OTHER;
        if let Ok(value) = format!("{}/", config.base).parse() {
            answer.headers_mut().insert(header::LOCATION, value);
        }
        return Err(Box::new(answer));
    }
    if path.starts_with("/health/") || path == "/metrics" {
        return Ok(request);
    }
    let Some(rest) = path.strip_prefix(config.base.as_str()).filter(|rest| rest.starts_with('/')) else {
        return Err(Box::new(StatusCode::NOT_FOUND.into_response()));
    };
    let rest = match request.uri().query() {
        Some(query) => format!("{rest}?{query}"),
        None => rest.to_owned(),
    };
    match rest.parse::<Uri>() {
        Ok(uri) => *request.uri_mut() = uri,
        Err(_) => return Err(Box::new(StatusCode::BAD_REQUEST.into_response())),
    }
    Ok(request)
}

/// The layer: only our own name, and only our own pages may change something.
pub async fn origin_guard(State(house): State<House>, request: Request, next: Next) -> Response {
    let health = request.uri().path().starts_with("/health/") || request.uri().path() == "/metrics";
    if !health && !known_host(&house.config, &request) {
        return Failure::Misdirected.into_response();
    }
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !safe && !same_site(&house.config, request.headers()) {
        return Failure::OtherSite.into_response();
    }
    next.run(request).await
}

fn host_of(request: &Request) -> Option<&str> {
    request
        .headers()
        .get(header::HOST)
        .and_then(|value| value.to_str().ok())
        .or_else(|| request.uri().authority().map(axum::http::uri::Authority::as_str))
}

/// The name without its port.
fn name(authority: &str) -> &str {
    match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => authority.split(':').next().unwrap_or(authority),
    }
}

fn is_loopback(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost") || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn known_host(config: &Config, request: &Request) -> bool {
    let Some(host) = host_of(request) else { return false };
    let ours = config.public_url.host_str().unwrap_or("").trim_matches(['[', ']']);
    name(host).eq_ignore_ascii_case(ours) || (is_loopback(ours) && is_loopback(name(host)))
}

/// `Sec-Fetch-Site` decides where browsers send it, `Origin` where they do not. Requests with
/// neither come from programs, which must not ride on a cookie.
fn same_site(config: &Config, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => own_origin(config, headers, origin),
        (None, None) => !headers.contains_key(header::COOKIE),
    }
}

fn own_origin(config: &Config, headers: &HeaderMap, origin: &str) -> bool {
    if origin == config.origin() {
        return true;
    }
    // Loopback names stand for each other while the studio itself lives on one.
    let ours = config.public_url.host_str().unwrap_or("").trim_matches(['[', ']']);
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or("");
    let Some(theirs) = origin.strip_prefix("http://") else { return false };
    let port = |authority: &str| authority.rsplit_once(':').map(|(_, port)| port.to_owned());
    is_loopback(ours) && is_loopback(name(theirs)) && port(theirs) == port(host)
}
