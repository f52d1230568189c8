//! How adapters ask a platform: what a request may have done decides what its lost answer means.
//!
//! Everything before the request that publishes may be asked again, so whatever goes wrong there is a refusal for now or
//! for good. The request that publishes is different: only an answer read to its end says anything.

use super::parcel::{Account, Report, Seen, Sent};
use super::reason::{Class, Reason, Refusal};
use crate::platform::outbound::{Answer, Content, Failure, HeaderMap, HeaderName, HeaderValue, Outbound, Part, Request, StatusCode, header};
use serde_json::Value;

pub const EXCERPT: usize = 2_000;
const RETRY_AFTER_MOST: i64 = 6 * 3_600;

/// A conversation with one platform about one account.
pub struct Asking<'a> {
    pub out: &'a Outbound,
    pub account: Account<'a>,
    /// What an answer that is no success means to this platform.
    pub judge: fn(&Answer) -> Refusal,
}

impl Asking<'_> {
    /// A request that publishes nothing, whatever becomes of it.
    pub async fn before(&self, request: Request) -> Result<Answer, Report<Sent>> {
        let answer = self.ask(request).await?;
        if answer.status.is_success() { Ok(answer) } else { Err(self.not_taken(&answer)) }
    }

    /// The same, with an answer of any status.
    pub async fn ask(&self, request: Request) -> Result<Answer, Report<Sent>> {
        self.out.send(request).await.map_err(|failure| {
            let outcome = match &failure {
                Failure::NotAllowed | Failure::Malformed | Failure::File { sent: false, .. } => Sent::Refused,
                _ => Sent::RefusedForNow { retry_after_ms: None },
            };
            lost(outcome, &failure)
        })
    }

    /// What a refusal of a request that publishes nothing comes to.
    pub fn not_taken(&self, answer: &Answer) -> Report<Sent> {
        let refusal = (self.judge)(answer);
        let outcome = match refusal.reason.class() {
            Class::Reconnect => Sent::Denied,
            Class::Invalid if answer.status.is_server_error() => Sent::RefusedForNow { retry_after_ms: refusal.retry_after_ms },
            Class::Invalid => Sent::Refused,
            Class::Later | Class::Transient => Sent::RefusedForNow { retry_after_ms: refusal.retry_after_ms },
        };
        self.report(outcome, answer, Some(refusal))
    }

    /// The request that publishes.
    pub async fn publish(&self, request: Request) -> Result<Answer, Report<Sent>> {
        let answer = self.give(request).await?;
        if answer.status.is_success() { Ok(answer) } else { Err(self.not_published(&answer)) }
    }

    /// The same, with an answer of any status.
    pub async fn give(&self, request: Request) -> Result<Answer, Report<Sent>> {
        self.out.send(request).await.map_err(|failure| {
            let outcome = match &failure {
                Failure::NotOpened => Sent::RefusedForNow { retry_after_ms: None },
                failure if failure.nothing_left() => Sent::Refused,
                Failure::Unread { status, headers } | Failure::TooLarge { status, headers } if *status == StatusCode::TOO_MANY_REQUESTS => {
                    Sent::RefusedForNow { retry_after_ms: retry_after(headers) }
                }
                _ => Sent::Unknown,
            };
            lost(outcome, &failure)
        })
    }

    /// What a refusal of the request that publishes comes to.
    pub fn not_published(&self, answer: &Answer) -> Report<Sent> {
        let refusal = (self.judge)(answer);
        let outcome = match refusal.reason.class() {
            Class::Reconnect => Sent::Denied,
            Class::Later => Sent::RefusedForNow { retry_after_ms: refusal.retry_after_ms },
            // What is no answer to this request says nothing of it.
            _ if !answer.status.is_client_error() || matches!(answer.status.as_u16(), 408 | 409 | 425) => Sent::Unknown,
            Class::Transient => Sent::Unknown,
            Class::Invalid => Sent::Refused,
        };
        self.report(outcome, answer, Some(refusal))
    }

    /// A look: an answer of any status, read whole.
    pub async fn look(&self, request: Request) -> Result<Answer, Report<Seen>> {
        self.out.send(request).await.map_err(|failure| lost(Seen::Unseen, &failure))
    }

    /// An outcome with the answer as its evidence.
    pub fn report<T>(&self, outcome: T, answer: &Answer, refusal: Option<Refusal>) -> Report<T> {
        let (reason, code) = refusal.map_or((None, None), |refusal| (Some(refusal.reason), refusal.code));
        Report { outcome, status: Some(answer.status.as_u16()), reason, code, excerpt: Some(excerpt(&answer.body, self.account.masked)) }
    }

    /// A request with the account's bearer token.
    pub fn signed(&self, mut request: Request, token: &str) -> Request {
        if let Ok(mut value) = HeaderValue::from_str(&format!("Bearer {token}")) {
            value.set_sensitive(true);
            request.headers.insert(header::AUTHORIZATION, value);
        }
        request
    }
}

fn lost<T>(outcome: T, failure: &Failure) -> Report<T> {
    Report { status: failure.status().map(|status| status.as_u16()), ..Report::coded(outcome, code(failure)) }
}

/// A short word for why there is no whole answer.
pub fn code(failure: &Failure) -> &'static str {
    match failure {
        Failure::NotAllowed => "not_allowed",
        Failure::Malformed => "malformed",
        Failure::NotOpened => "not_opened",
        Failure::Cut => "cut",
        Failure::TimedOut => "timed_out",
        Failure::Unread { .. } => "unread",
        Failure::TooLarge { .. } => "too_large",
        Failure::Misdirected { .. } | Failure::TooManyRedirects { .. } => "redirected",
        Failure::File { .. } => "file",
    }
}

/// Sets a header; one whose value cannot stand in a header is left out.
pub fn put(request: &mut Request, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        request.headers.insert(HeaderName::from_static(name), value);
    }
}

/// A field of a form that holds text.
pub fn field(name: &str, text: &str) -> Part {
    Part { name: name.to_owned(), file_name: None, media_type: None, content: Content::Bytes(text.to_owned().into()) }
}

/// The body as JSON; null when it is none.
pub fn json(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_default()
}

/// A text or a number at a pointer, as text: ids come as both.
pub fn text_at(value: &Value, pointer: &str) -> Option<String> {
    let text = match value.pointer(pointer)? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(text).filter(|text| !text.is_empty() && text.len() <= 2_000 && !text.contains(char::is_control))
}

/// `Retry-After` in seconds, as milliseconds; six hours at most.
pub fn retry_after(headers: &HeaderMap) -> Option<i64> {
    let seconds: i64 = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(seconds.clamp(0, RETRY_AFTER_MOST) * 1_000)
}

/// A wait in seconds at a pointer, perhaps with a fraction, as whole milliseconds; six hours at most.
pub fn wait_at(value: &Value, pointer: &str) -> Option<i64> {
    let seconds = value.pointer(pointer)?.as_f64()?;
    Some((seconds.clamp(0.0, RETRY_AFTER_MOST as f64) * 1_000.0).ceil() as i64)
}

/// What a status means to every platform that says no more than that.
pub fn by_status(answer: &Answer) -> Refusal {
    let reason = match answer.status.as_u16() {
        401 => Reason::Token,
        403 => Reason::Permission,
        404 | 410 => Reason::Gone,
        413 => Reason::MediaSize,
        415 => Reason::MediaType,
        429 => Reason::Pace,
        status if status >= 500 => Reason::Server,
        _ => Reason::Other,
    };
    Refusal { reason, code: None, retry_after_ms: retry_after(&answer.headers) }
}

/// Evidence for a person: text, without what is secret, cut to size.
pub fn excerpt(body: &[u8], masked: &[String]) -> String {
    let mut text = String::from_utf8_lossy(body).into_owned();
    for secret in masked.iter().filter(|secret| secret.len() >= 4) {
        text = text.replace(secret.as_str(), "…");
    }
    let end = text.floor_char_boundary(EXCERPT);
    text.truncate(end);
    text.replace(|c: char| c.is_control() && c != '\n', " ")
}
