//! Refusals as Google words them: `{error: {code, message, status, details: [{"@type", …}]}}`.

use super::super::outcome::{Class, Trouble};
use super::super::wire;
use crate::platform::outbound::Answer;
use serde_json::Value;

/// A refusal by its status, and by its details where they say more: a key that is wrong is a 400 here, and how long to
/// wait stands in the body.
pub(super) fn refused(answer: &Answer) -> Trouble {
    let trouble = wire::refused(answer);
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let details = body.get("error").and_then(|error| error.get("details")).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let reason = |reason: &str| details.iter().any(|detail| wire::text(detail, &["reason"]) == reason);
    let class = match trouble.class {
        Class::Refused if reason("API_KEY_INVALID") => Class::RefusedKey,
        Class::Refused if is_held_back(&trouble.detail) => Class::Moderation,
        Class::Refused if trouble.detail.contains("input token count") => Class::TooLong,
        class => class,
    };
    let said = || details.iter().find_map(|detail| delay(wire::text(detail, &["retryDelay"])));
    let retry_after = if class == Class::RateLimited { trouble.retry_after.or_else(said) } else { None };
    Trouble { class, retry_after, ..trouble }
}

/// Whether a message tells of the rules of the service; there is no code for it.
pub(super) fn is_held_back(message: &str) -> bool {
    let message = message.to_lowercase();
    ["responsible ai", "usage guidelines", "safety", "sensitive words", "prohibited"].iter().any(|word| message.contains(word))
}

/// A protobuf duration as JSON writes it, `17s` or `3.5s`, in milliseconds.
fn delay(text: &str) -> Option<i64> {
    let seconds: f64 = text.strip_suffix('s')?.parse().ok()?;
    seconds.is_finite().then(|| ((seconds * 1_000.0).ceil() as i64).clamp(0, wire::LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::outbound::{HeaderMap, HeaderName, HeaderValue, StatusCode};
    use serde_json::json;

    fn answer(code: u16, status: &str, message: &str, details: Value) -> Answer {
        let body = json!({ "error": { "code": code, "message": message, "status": status, "details": details } });
        Answer { status: StatusCode::from_u16(code).unwrap(), headers: HeaderMap::new(), body: body.to_string().into(), complete: true }
    }

    #[test]
    fn refusals_are_sorted() {
        for (code, status, message, details, class) in [
            (400, "INVALID_ARGUMENT", "API key not valid.", json!([{ "reason": "API_KEY_INVALID" }]), Class::RefusedKey),
            (400, "INVALID_ARGUMENT", "The prompt contains words that violate Responsible AI practices.", json!([]), Class::Moderation),
            (400, "INVALID_ARGUMENT", "The input token count (2000000) exceeds the maximum", json!([]), Class::TooLong),
            (400, "INVALID_ARGUMENT", "durationSeconds is out of bound.", json!(null), Class::Refused),
            (403, "PERMISSION_DENIED", "no", json!([]), Class::RefusedKey),
            (404, "NOT_FOUND", "models/x is not found", json!([]), Class::UnknownModel),
            (429, "RESOURCE_EXHAUSTED", "slower", json!([]), Class::RateLimited),
            (503, "UNAVAILABLE", "The model is overloaded.", json!([]), Class::RateLimited),
            (500, "INTERNAL", "no", json!([]), Class::Unavailable),
        ] {
            assert_eq!(refused(&answer(code, status, message, details)).class, class, "{code} {message}");
        }
    }

    #[test]
    fn the_wait_stands_in_the_header_or_in_the_body() {
        let details = || json!([{ "@type": "x/google.rpc.Help" }, { "@type": "x/google.rpc.RetryInfo", "retryDelay": "17s" }]);
        let mut limited = answer(429, "RESOURCE_EXHAUSTED", "slower", details());
        assert_eq!(refused(&limited).retry_after, Some(17_000));
        limited.headers.insert(HeaderName::from_static("retry-after"), HeaderValue::from_static("3"));
        assert_eq!(refused(&limited).retry_after, Some(3_000));
        assert_eq!(refused(&answer(400, "INVALID_ARGUMENT", "no", details())).retry_after, None);
        for (text, ms) in [("17s", Some(17_000)), ("3.5s", Some(3_500)), ("0.0001s", Some(1)), ("99999999s", Some(wire::LONGEST_WAIT))] {
            assert_eq!(delay(text), ms, "{text}");
        }
        for text in ["", "17", "s", "soons", "NaNs"] {
            assert_eq!(delay(text), None, "{text}");
        }
    }
}
