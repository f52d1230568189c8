//! The headers every answer carries, errors and static files included.

use crate::platform::House;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

/// The hash is of the style of Turbo's progress bar, the one style that it writes itself; a test
/// computes it from the vendored file.
pub const TURBO_STYLE: &str = "sha256-WAyOw4V+FqDc35lQPyRADLBWbuNK8ahvYEaQIYF1+Ps=";

fn policy() -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self' '{TURBO_STYLE}'; img-src 'self' data: blob:; \
         media-src 'self' blob:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
         object-src 'none'; frame-ancestors 'none'; manifest-src 'self'"
    )
}

pub async fn headers(State(house): State<House>, request: Request, next: Next) -> Response {
    // A length beside an encoding is a way to smuggle. Where the encoding came first the length is
    // dropped before anybody here sees it, so no second request is read after an encoded one.
    let encoded = request.headers().contains_key(header::TRANSFER_ENCODING);
    let mut answer = next.run(request).await;
    let head = answer.headers_mut();
    if encoded {
        head.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    put(head, header::CONTENT_SECURITY_POLICY, &policy());
    put(head, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(head, header::REFERRER_POLICY, "strict-origin-when-cross-origin");
    put(head, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    put(head, HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    put(head, HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=(), usb=()");
    put(head, header::X_FRAME_OPTIONS, "DENY");
    if house.config.https() {
        put(head, header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if !head.contains_key(header::CACHE_CONTROL) {
        put(head, header::CACHE_CONTROL, "no-store");
    }
    answer
}

/// A handler that set its own (media, embeds) keeps it.
fn put(head: &mut HeaderMap, name: HeaderName, value: &str) {
    if !head.contains_key(&name)
        && let Ok(value) = HeaderValue::from_str(value)
    {
        head.insert(name, value);
    }
}
