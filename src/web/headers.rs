//! The headers every answer carries, errors and static files included.

use crate::platform::House;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::LazyLock;

/// The hash is of the style of Turbo's progress bar, the one style that it writes itself; a test
/// computes it from the vendored file.
pub const TURBO_STYLE: &str = "sha256-WAyOw4V+FqDc35lQPyRADLBWbuNK8ahvYEaQIYF1+Ps=";

static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' '{TURBO_STYLE}'; img-src 'self' data: blob:; \
         media-src 'self' blob:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
         object-src 'none'; frame-ancestors 'none'; manifest-src 'self'"
    );
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

pub async fn headers(State(house): State<House>, request: Request, next: Next) -> Response {
    // A length beside an encoding is a way to smuggle, and the length may be dropped before anybody
    // here sees it: no second request is read after an encoded one (RFC 9112, 6.1).
    let encoded = request.headers().contains_key(header::TRANSFER_ENCODING);
    let mut answer = next.run(request).await;
    let head = answer.headers_mut();
    if encoded {
        head.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    // A handler that set its own (media, embeds) keeps it.
    let mut put = |name: HeaderName, value: HeaderValue| _ = head.entry(name).or_insert(value);
    let fixed = HeaderValue::from_static;
    put(header::CONTENT_SECURITY_POLICY, POLICY.clone());
    put(header::X_CONTENT_TYPE_OPTIONS, fixed("nosniff"));
    put(header::REFERRER_POLICY, fixed("strict-origin-when-cross-origin"));
    put(HeaderName::from_static("cross-origin-opener-policy"), fixed("same-origin"));
    put(HeaderName::from_static("cross-origin-resource-policy"), fixed("same-origin"));
    put(HeaderName::from_static("permissions-policy"), fixed("camera=(), microphone=(), geolocation=(), payment=(), usb=()"));
    put(header::X_FRAME_OPTIONS, fixed("DENY"));
    if house.config.https() {
        put(header::STRICT_TRANSPORT_SECURITY, fixed("max-age=31536000"));
    }
    put(header::CACHE_CONTROL, fixed("no-store"));
    answer
}
