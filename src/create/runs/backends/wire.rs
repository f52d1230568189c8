//! How adapters speak HTTP: one request out through the guard, one sorted answer back.
//!
//! Services of every make answer errors as objects, as text, as a web page, or with status 200; whatever it is, the
//! person reads one sentence, and the beginning of the answer is kept for whoever mends it.

use super::adapter::{Backend, Desk};
use super::outcome::{Class, Trouble, beginning};
use crate::platform::outbound::{Answer, Body, Failure, HeaderMap, HeaderName, HeaderValue, Method, Part, Redirects, Request, Url, header};
use base64::Engine;
use serde_json::Value;
use std::time::Duration;

/// No service asks for more patience than this, in milliseconds.
pub const LONGEST_WAIT: i64 = 3_600_000;
/// Longest answer read, in bytes: sixty long scripts are a tenth of it.
pub const WORDS: usize = 4 << 20;
/// Answers that carry pictures or sound inside: base64 makes them a third longer.
pub const FILES: usize = 96 << 20;
const TIMEOUT: u64 = 180;
pub const TEST: Duration = Duration::from_secs(20);
pub const LOOK: Duration = Duration::from_secs(30);

/// One call that is put together.
#[derive(Debug)]
pub struct Call {
    method: Method,
    address: String,
    body: Body,
    headers: HeaderMap,
    timeout: Option<Duration>,
    most: usize,
}

impl Call {
    pub fn get(address: impl Into<String>) -> Call {
        Call::new(Method::GET, address.into(), Body::Empty)
    }

    pub fn post(address: impl Into<String>, body: Value) -> Call {
        Call::new(Method::POST, address.into(), Body::Json(body))
    }

    pub fn form(address: impl Into<String>, parts: Vec<Part>) -> Call {
        Call::new(Method::POST, address.into(), Body::Multipart(parts))
    }

    pub fn new(method: Method, address: String, body: Body) -> Call {
        Call { method, address, body, headers: HeaderMap::new(), timeout: None, most: WORDS }
    }

    /// From the first byte out to the last byte in; the backend's own patience otherwise.
    pub fn within(self, timeout: Duration) -> Call {
        Call { timeout: Some(timeout), ..self }
    }

    /// Longest answer read, in bytes.
    pub fn most(self, most: usize) -> Call {
        Call { most, ..self }
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Call {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }
}

/// Sends with the credentials of the service. An answer of any status is an answer.
pub async fn send(backend: &dyn Backend, desk: &Desk<'_>, call: Call) -> Result<Answer, Trouble> {
    let request = request(backend, desk, call)?;
    desk.outbound.send(request).await.map_err(unanswered)
}

/// The same, read as JSON; anything but a success is trouble.
pub async fn ask(backend: &dyn Backend, desk: &Desk<'_>, call: Call) -> Result<(Value, Answer), Trouble> {
    let answer = send(backend, desk, call).await?;
    let body = json(&answer)?;
    Ok((body, answer))
}

/// The request as it goes out, for an answer that is read piece by piece.
pub fn request(backend: &dyn Backend, desk: &Desk<'_>, call: Call) -> Result<Request, Trouble> {
    let url: Url = call.address.parse().map_err(|_| Trouble::saying(Class::NotConnected, &call.address))?;
    let mut headers = backend.credentials(desk.service, desk.now)?;
    headers.extend(call.headers);
    let timeout = call.timeout.unwrap_or_else(|| Duration::from_secs(desk.service.get("timeout").parse().unwrap_or(TIMEOUT)));
    Ok(Request { headers, body: call.body, timeout, max_bytes: call.most, redirects: Redirects::None, ..Request::new(call.method, url) })
}

/// `Authorization: SCHEME SECRET`, or nothing while there is no secret.
pub fn authorization(scheme: &str, secret: Option<&crate::platform::secrets::Secret>) -> Result<HeaderMap, Trouble> {
    match secret {
        Some(secret) => secret_header(header::AUTHORIZATION, &format!("{scheme} {}", secret.expose())),
        None => Ok(HeaderMap::new()),
    }
}

/// One header that logs leave out.
pub fn secret_header(name: HeaderName, value: &str) -> Result<HeaderMap, Trouble> {
    let mut value = HeaderValue::from_str(value).map_err(|_| Trouble::new(Class::RefusedKey))?;
    value.set_sensitive(true);
    Ok(HeaderMap::from_iter([(name, value)]))
}

/// The JSON of a success, or why there is none.
pub fn json(answer: &Answer) -> Result<Value, Trouble> {
    if !answer.status.is_success() {
        return Err(refused(answer));
    }
    serde_json::from_slice::<Value>(&answer.body).map_err(|_| {
        // JSON that ends too early was cut on the way; anything else is not an answer of this protocol.
        let class = if is_cut(answer) { Class::Unknown } else { Class::BadAnswer };
        Trouble { raw: beginning(&answer.body), ..Trouble::new(class) }
    })
}

/// A refusal says enough by its status even when its body broke off; a success does not.
pub fn unanswered(failure: Failure) -> Trouble {
    match failure {
        Failure::Unread { status, headers } | Failure::TooLarge { status, headers } if !status.is_success() => {
            refused(&Answer { status, headers, body: bytes::Bytes::new(), complete: false })
        }
        failure if failure.nothing_left() => Trouble::saying(Class::NotConnected, &failure.to_string()),
        Failure::TimedOut => Trouble::new(Class::Timeout),
        failure => Trouble::saying(Class::Unknown, &failure.to_string()),
    }
}

/// A refusal by its status, and by the code in its body where that says more.
pub fn refused(answer: &Answer) -> Trouble {
    let class = match answer.status.as_u16() {
        401 | 403 => Class::RefusedKey,
        402 => Class::NoCredit,
        404 => Class::UnknownModel,
        408 | 504 => Class::Timeout,
        413 => Class::TooLong,
        429 | 503 | 529 => Class::RateLimited,
        500.. => Class::Unavailable,
        _ => Class::Refused,
    };
    let raw = beginning(&answer.body);
    let trouble = match serde_json::from_slice::<Value>(&answer.body) {
        Ok(body) => said(&body, class),
        Err(_) => Trouble::new(class),
    };
    let retry_after = (trouble.class == Class::RateLimited).then(|| wait(&answer.headers)).flatten();
    Trouble { raw, retry_after, ..trouble }
}

/// The error object of a body, in any of the shapes seen: `{error: {message, type, code, status}}`, `{error: "…"}`,
/// `{message, code}`, `{detail}`, `{detail: [{msg, type}]}`, `{title, detail}`.
pub fn said(body: &Value, otherwise: Class) -> Trouble {
    let error = body.get("error").filter(|error| !error.is_null()).unwrap_or(body);
    let error = error.get("detail").and_then(|detail| detail.get(0)).unwrap_or(error);
    let field = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
    let words = [error.as_str().unwrap_or_default(), field("message"), field("msg"), field("detail"), field("title")];
    let detail = words.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
    let codes = format!("{} {} {}", field("code"), field("type"), field("status")).to_lowercase();
    let names = |words: &[&str]| words.iter().any(|word| codes.contains(word));
    let class = match () {
        () if names(&["insufficient_quota", "billing", "arrear", "balance"]) => Class::NoCredit,
        () if names(&["context_length", "string_above_max_length", "request_too_large"]) => Class::TooLong,
        () if names(&["content_policy", "content_filter", "moderation", "sensitive", "inspection"]) => Class::Moderation,
        () if names(&["model_not_found"]) => Class::UnknownModel,
        () if names(&["invalid_api_key", "authentication", "unauthenticated", "permission_denied"]) => Class::RefusedKey,
        () if names(&["rate_limit", "ratelimit", "throttl", "overloaded", "resource_exhausted"]) => Class::RateLimited,
        () => otherwise,
    };
    Trouble::saying(class, detail)
}

/// Whether the words of a failure say that a service holds something back by its own rules.
pub fn is_held_back(said: &str) -> bool {
    const WORDS: [&str; 9] = ["nsfw", "sensitive", "safety", "moderation", "content policy", "risk control", "违规", "敏感", "审核"];
    let said = said.to_lowercase();
    WORDS.iter().any(|word| said.contains(word))
}

fn is_cut(answer: &Answer) -> bool {
    let begins_as_json = answer.body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    let eof = serde_json::from_slice::<Value>(&answer.body).err().is_some_and(|error| error.is_eof());
    begins_as_json && eof
}

/// How long the service asks to wait: milliseconds, seconds, or a date beside the answer's own.
pub fn wait(headers: &HeaderMap) -> Option<i64> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let date = |text: &str| chrono::DateTime::parse_from_rfc2822(text).ok();
    let ms = match (text("retry-after-ms"), text("retry-after")) {
        (Some(ms), _) if ms.parse::<i64>().is_ok() => ms.parse().ok(),
        (_, Some(after)) => match after.parse::<f64>() {
            Ok(seconds) => Some((seconds * 1_000.0) as i64),
            Err(_) => Some(date(after)?.signed_duration_since(date(text(header::DATE.as_str())?)?).num_milliseconds()),
        },
        _ => None,
    };
    ms.map(|ms| ms.clamp(0, LONGEST_WAIT))
}

/// Bytes of standard base64, with or without padding, or of a `data:` address.
pub fn decoded(text: &str) -> Option<Vec<u8>> {
    let text = text.split_once(";base64,").map_or(text, |(_, data)| data).trim();
    base64::engine::general_purpose::STANDARD_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

/// A text somewhere inside: `text(&body, &["error", "message"])`; empty when it is not there.
pub fn text<'a>(body: &'a Value, path: &[&str]) -> &'a str {
    path.iter().try_fold(body, |value, name| value.get(name)).and_then(Value::as_str).unwrap_or_default()
}

/// A whole number somewhere inside, not below zero.
pub fn number(body: &Value, path: &[&str]) -> Option<i64> {
    path.iter().try_fold(body, |value, name| value.get(name)).and_then(Value::as_i64).filter(|number| *number >= 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::outbound::StatusCode;
    use serde_json::json;

    fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Answer {
        let headers = headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect();
        Answer { status: StatusCode::from_u16(status).unwrap(), headers, body: body.to_owned().into(), complete: true }
    }

    #[test]
    fn refusals_are_sorted() {
        let said = |code: &str| json!({ "error": { "message": "m", "type": "t", "code": code } }).to_string();
        let table: Vec<(u16, String, Class)> = vec![
            (401, String::new(), Class::RefusedKey),
            (403, "<html>".into(), Class::RefusedKey),
            (403, said("content_policy_violation"), Class::Moderation),
            (404, said("model_not_found"), Class::UnknownModel),
            (400, said("context_length_exceeded"), Class::TooLong),
            (400, said("other"), Class::Refused),
            (422, json!({ "detail": "no" }).to_string(), Class::Refused),
            (429, said("rate_limit_exceeded"), Class::RateLimited),
            (429, said("insufficient_quota"), Class::NoCredit),
            (402, String::new(), Class::NoCredit),
            (500, String::new(), Class::Unavailable),
            (503, json!({ "error": "loading" }).to_string(), Class::RateLimited),
            (302, String::new(), Class::Refused),
            (200, "<!doctype html><html>".into(), Class::BadAnswer),
            (200, "{\"choices\": [{\"mess".into(), Class::Unknown),
            (200, "{\"choices\": nope}".into(), Class::BadAnswer),
        ];
        for (status, body, class) in table {
            assert_eq!(json(&answer(status, &[], &body)).unwrap_err().class, class, "{status} {body}");
        }
    }

    #[test]
    fn waiting_is_as_long_as_the_service_says() {
        type Headers = &'static [(&'static str, &'static str)];
        let table: &[(Headers, Option<i64>)] = &[
            (&[], None),
            (&[("retry-after", "7")], Some(7_000)),
            (&[("retry-after", "1.5")], Some(1_500)),
            (&[("retry-after-ms", "250"), ("retry-after", "7")], Some(250)),
            (&[("retry-after", "999999")], Some(LONGEST_WAIT)),
            (&[("retry-after", "-3")], Some(0)),
            (&[("retry-after", "Mon, 23 Nov 2026 12:00:20 GMT"), ("date", "Mon, 23 Nov 2026 12:00:00 GMT")], Some(20_000)),
            (&[("retry-after", "soon")], None),
        ];
        for (headers, expected) in table {
            assert_eq!(refused(&answer(429, headers, "")).retry_after, *expected, "{headers:?}");
        }
    }

    #[test]
    fn base64_is_read_in_the_shapes_services_send() {
        for text in ["aGk=", "aGk", "data:image/png;base64,aGk="] {
            assert_eq!(decoded(text).as_deref(), Some(b"hi".as_slice()), "{text}");
        }
        assert_eq!(decoded("no base64 at all"), None);
    }
}
