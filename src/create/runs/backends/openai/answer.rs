//! What came back, sorted. Compatible servers answer errors as objects, as text, as a web page, or
//! with status 200; whatever it is, the person reads one sentence and the beginning of the answer.

use crate::create::runs::backends::adapter::{Class, Drafted, Spent, Trouble, beginning};
use crate::platform::outbound::{Answer, HeaderMap, header};
use serde_json::Value;

/// No service asks for more patience than this, in milliseconds.
const LONGEST_WAIT: i64 = 3_600_000;

/// The drafts of a success, or why there are none.
pub(super) fn read(answer: &Answer) -> Result<Drafted, Trouble> {
    if !answer.status.is_success() {
        return Err(refused(answer));
    }
    let raw = beginning(&answer.body);
    let bad = |class, spent| Trouble { spent, raw: raw.clone(), ..Trouble::new(class) };
    let Ok(body) = serde_json::from_slice::<Value>(&answer.body) else {
        // JSON that ends too early was cut on the way; anything else is not an answer of this protocol.
        let class = if is_cut(answer) { Class::Unknown } else { Class::BadAnswer };
        return Err(bad(class, Spent::default()));
    };
    if body.get("error").is_some_and(|error| !error.is_null()) {
        return Err(Trouble { raw, ..said(&body, Class::BadAnswer) });
    }
    let spent = spent(&body);
    let Some(choice) = body.get("choices").and_then(|choices| choices.get(0)) else { return Err(bad(Class::BadAnswer, spent)) };
    let finish = choice.get("finish_reason").and_then(Value::as_str).unwrap_or_default();
    let message = choice.get("message");
    let refusal = message.and_then(|message| message.get("refusal")).and_then(Value::as_str).unwrap_or_default();
    if finish == "content_filter" || !refusal.is_empty() {
        return Err(Trouble { detail: refusal.to_owned(), ..bad(Class::Moderation, spent) });
    }
    let text = message.and_then(|message| message.get("content")).map(content).unwrap_or_default();
    let cut_short = finish == "length";
    if text.trim().is_empty() {
        return Err(bad(if cut_short { Class::TooLong } else { Class::BadAnswer }, spent));
    }
    Ok(Drafted { text, cut_short, spent, raw })
}

/// A refusal by its status, and by the code in its body where that says more.
pub(super) fn refused(answer: &Answer) -> Trouble {
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

/// The error object of a body, in any of the shapes seen: `{error: {message, type, code}}`,
/// `{error: "…"}`, `{message, code}`, `{detail}`.
fn said(body: &Value, otherwise: Class) -> Trouble {
    let error = body.get("error").filter(|error| !error.is_null()).unwrap_or(body);
    let field = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
    let detail =
        [error.as_str().unwrap_or_default(), field("message"), field("detail")].into_iter().find(|text| !text.is_empty()).unwrap_or_default();
    let codes = format!("{} {}", field("code"), field("type")).to_lowercase();
    let names = |words: &[&str]| words.iter().any(|word| codes.contains(word));
    let class = match () {
        () if names(&["insufficient_quota", "billing", "arrear", "balance"]) => Class::NoCredit,
        () if names(&["context_length", "string_above_max_length"]) => Class::TooLong,
        () if names(&["content_policy", "content_filter", "moderation", "sensitive", "inspection"]) => Class::Moderation,
        () if names(&["model_not_found"]) => Class::UnknownModel,
        () if names(&["invalid_api_key", "authentication"]) => Class::RefusedKey,
        () if names(&["rate_limit", "throttl"]) => Class::RateLimited,
        () => otherwise,
    };
    Trouble { detail: crate::platform::text::shorten(detail, 300), ..Trouble::new(class) }
}

/// Content is a text, or a list of parts of which some are text.
fn content(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part.get("text").and_then(Value::as_str)).collect(),
        _ => String::new(),
    }
}

fn spent(body: &Value) -> Spent {
    let usage = |name: &str| body.get("usage").and_then(|usage| usage.get(name)).and_then(Value::as_i64).filter(|tokens| *tokens >= 0);
    Spent { tokens_in: usage("prompt_tokens"), tokens_out: usage("completion_tokens") }
}

fn is_cut(answer: &Answer) -> bool {
    let begins_as_json = answer.body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    let eof = serde_json::from_slice::<Value>(&answer.body).err().is_some_and(|error| error.is_eof());
    begins_as_json && eof
}

/// How long the service asks to wait: milliseconds, seconds, or a date beside the answer's own.
fn wait(headers: &HeaderMap) -> Option<i64> {
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

/// Whether the list of models names this one; `None` when there is no such list.
pub(super) fn knows_model(answer: &Answer, model: &str) -> Option<bool> {
    if !answer.status.is_success() {
        return None;
    }
    let body: Value = serde_json::from_slice(&answer.body).ok()?;
    let list = body.get("data")?.as_array()?;
    let ids = list.iter().filter_map(|entry| entry.get("id").and_then(Value::as_str));
    // Ollama lists `name:latest` for `name`.
    (!list.is_empty()).then(|| ids.into_iter().any(|id| id == model || id.strip_suffix(":latest") == Some(model)))
}

/// Whether the shortest call was answered in this protocol at all.
pub(super) fn is_alive(answer: &Answer) -> Result<(), Trouble> {
    match read(answer) {
        Ok(_) => Ok(()),
        // A word that was held back is still an answer.
        Err(trouble) if matches!(trouble.class, Class::TooLong | Class::Moderation) && answer.status.is_success() => Ok(()),
        Err(trouble) => Err(trouble),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::outbound::{HeaderName, HeaderValue, StatusCode};
    use serde_json::json;

    fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Answer {
        let headers = headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect();
        Answer { status: StatusCode::from_u16(status).unwrap(), headers, body: body.to_owned().into(), complete: true }
    }

    #[test]
    fn answers_are_sorted() {
        let said = |code: &str| json!({ "error": { "message": "m", "type": "t", "code": code } }).to_string();
        let choice = |message: Value, finish: &str| json!({ "choices": [{ "message": message, "finish_reason": finish }] }).to_string();
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
            (200, json!({ "choices": [] }).to_string(), Class::BadAnswer),
            (200, json!({ "choices": null }).to_string(), Class::BadAnswer),
            (200, said("invalid_api_key"), Class::RefusedKey),
            (200, choice(json!({ "content": "x" }), "content_filter"), Class::Moderation),
            (200, choice(json!({ "content": null, "refusal": "I will not." }), "stop"), Class::Moderation),
            (200, choice(json!({ "content": "" }), "length"), Class::TooLong),
            (200, choice(json!({ "content": "" }), "stop"), Class::BadAnswer),
        ];
        for (status, body, class) in table {
            assert_eq!(read(&answer(status, &[], &body)).unwrap_err().class, class, "{status} {body}");
        }
    }

    #[test]
    fn a_success_gives_its_text_and_its_usage() {
        let body = json!({
            "choices": [{ "message": { "content": [{ "type": "text", "text": "a" }, { "type": "text", "text": "b" }] }, "finish_reason": "length" }],
            "usage": { "prompt_tokens": 12, "completion_tokens": 34 },
        });
        let drafted = read(&answer(200, &[], &body.to_string())).unwrap();
        assert_eq!((drafted.text.as_str(), drafted.cut_short), ("ab", true));
        assert_eq!(drafted.spent, Spent { tokens_in: Some(12), tokens_out: Some(34) });
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
    fn models_are_looked_up_where_there_is_a_list() {
        let list = r#"{"data":[{"id":"qwen:latest"},{"id":"small"}]}"#;
        assert_eq!(knows_model(&answer(200, &[], list), "qwen"), Some(true));
        assert_eq!(knows_model(&answer(200, &[], list), "large"), Some(false));
        assert_eq!(knows_model(&answer(200, &[], "{}"), "small"), None);
        assert_eq!(knows_model(&answer(404, &[], ""), "small"), None);
    }
}
