//! What a task came to: the model's answer, or its refusal in one of fal's two shapes, `{detail: [{loc, msg, type}]}` of
//! models and `{detail, error_type}` of the queue.

use super::super::outcome::{Class, Looked, Made, Product, Trouble, Used, beginning};
use super::super::wire;
use crate::platform::outbound::Answer;
use serde_json::Value;

/// The model's answer to a task that is completed. `more` is what was written down about the task.
pub(super) fn read(answer: &Answer, more: &Value) -> Result<Looked, Trouble> {
    if !answer.status.is_success() {
        return Err(failed(answer));
    }
    let body = wire::json(answer)?;
    made(&body, more, beginning(&answer.body)).map(Looked::Done)
}

fn made(body: &Value, more: &Value, raw: String) -> Result<Made, Trouble> {
    let is_film = wire::text(more, &["medium"]) == "video";
    let files = if is_film { listed(body, ["videos", "video"]) } else { listed(body, ["images", "image"]) };
    let flags = body.get("has_nsfw_concepts").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let is_flagged = |at: usize| flags.get(at).and_then(Value::as_bool) == Some(true);
    // A picture that was flagged is black; it was made and charged all the same.
    let shown = files.iter().enumerate().filter(|(at, _)| !is_flagged(*at));
    let products: Vec<Product> = shown.filter_map(|(at, url)| product(url, at, is_film)).collect();
    let used = if is_film {
        Used { ms: wire::number(more, &["seconds"]).map(|seconds| seconds.saturating_mul(1_000)), ..Used::default() }
    } else {
        Used { pictures: i64::try_from(files.len()).ok().filter(|files| *files > 0), ..Used::default() }
    };
    let raw = if files.iter().any(|url| url.starts_with("data:")) { String::new() } else { raw };
    if products.is_empty() {
        let class = if !files.is_empty() && (0..files.len()).all(is_flagged) { Class::Moderation } else { Class::TaskFailed };
        return Err(Trouble { used, raw, ..Trouble::new(class) });
    }
    Ok(Made { products, used, raw, ..Made::default() })
}

/// Addresses under the first name that holds any: a list of files or one, each an object with its address or the address.
fn listed<'a>(body: &'a Value, names: [&str; 2]) -> Vec<&'a str> {
    let url = |file: &'a Value| file.as_str().or_else(|| file.get("url").and_then(Value::as_str)).filter(|url| !url.is_empty());
    let under = |name: &str| -> Vec<&'a str> {
        let Some(found) = body.get(name) else { return Vec::new() };
        let one = std::slice::from_ref(found);
        found.as_array().map_or(one, Vec::as_slice).iter().filter_map(url).collect()
    };
    names.into_iter().map(under).find(|urls| !urls.is_empty()).unwrap_or_default()
}

fn product(url: &str, at: usize, is_film: bool) -> Option<Product> {
    let name = if is_film { "film".to_owned() } else { format!("picture-{}", at + 1) };
    if url.starts_with("data:") {
        return Some(Product::bytes(wire::decoded(url).filter(|bytes| !bytes.is_empty())?, &name));
    }
    Some(Product::at(url, &name))
}

/// Why a completed task has no result. What the model or the queue says is final; without such words it is the way to
/// the result that failed, and that may pass.
fn failed(answer: &Answer) -> Trouble {
    let trouble = refused(answer);
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let is_final = !details(&body).is_empty() || !wire::text(&body, &["error_type"]).is_empty() || answer.headers.contains_key("x-fal-error-type");
    let class = match trouble.class {
        Class::Moderation | Class::Refused | Class::NoCredit => trouble.class,
        _ if is_final => Class::TaskFailed,
        // Results are kept for an hour, large ones for minutes.
        Class::UnknownModel => Class::Expired,
        class => class,
    };
    Trouble { class, ..trouble }
}

/// A refusal by its status, and by its words where they say more.
pub(super) fn refused(answer: &Answer) -> Trouble {
    let trouble = wire::refused(answer);
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let details = details(&body);
    if let Some(held) = details.iter().find(|detail| wire::text(detail, &["type"]) == "content_policy_violation") {
        let detail = Trouble::saying(Class::Moderation, wire::text(held, &["msg"])).detail;
        return Trouble { class: Class::Moderation, detail, retry_after: None, ..trouble };
    }
    // An account without credit is a 403 like a key that is wrong.
    if trouble.class == Class::RefusedKey && trouble.detail.to_lowercase().contains("balance") {
        return Trouble { class: Class::NoCredit, ..trouble };
    }
    match details.first().map(place).filter(|place| !place.is_empty()) {
        Some(place) => Trouble { detail: format!("{place}: {}", trouble.detail), ..trouble },
        None => trouble,
    }
}

fn details(body: &Value) -> &[Value] {
    body.get("detail").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The field that is meant: `["body", "image_url"]` is `image_url`.
fn place(detail: &Value) -> String {
    let parts = detail.get("loc").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    parts.iter().filter_map(Value::as_str).filter(|part| *part != "body").collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::create::runs::backends::outcome::Source;
    use crate::platform::outbound::{HeaderMap, HeaderName, HeaderValue, StatusCode};
    use serde_json::json;

    fn answer(status: u16, body: &Value) -> Answer {
        Answer { status: StatusCode::from_u16(status).unwrap(), headers: HeaderMap::new(), body: body.to_string().into(), complete: true }
    }

    fn urls(body: &Value, medium: &str) -> Vec<String> {
        let Looked::Done(made) = read(&answer(200, body), &json!({ "medium": medium, "seconds": 5 })).unwrap() else { panic!("done") };
        let url = |product: Product| match product.source {
            Source::Address(address) => {
                assert!(!address.with_key, "the key does not go with a download");
                address.url
            }
            _ => "bytes".to_owned(),
        };
        made.products.into_iter().map(url).collect()
    }

    #[test]
    fn results_come_in_many_shapes() {
        for (body, medium, expected) in [
            (json!({ "images": [{ "url": "https://x.example/1" }, { "url": "https://x.example/2" }] }), "image", vec!["1", "2"]),
            (json!({ "image": { "url": "https://x.example/1" } }), "image", vec!["1"]),
            (json!({ "images": ["https://x.example/1"], "has_nsfw_concepts": [false] }), "image", vec!["1"]),
            (json!({ "video": { "url": "https://x.example/1" }, "image": { "url": "https://x.example/2" } }), "video", vec!["1"]),
            (json!({ "videos": [{ "url": "https://x.example/1" }] }), "video", vec!["1"]),
        ] {
            let expected: Vec<String> = expected.into_iter().map(|name| format!("https://x.example/{name}")).collect();
            assert_eq!(urls(&body, medium), expected, "{body}");
        }
        assert_eq!(urls(&json!({ "images": [{ "url": "data:image/png;base64,aGk=" }] }), "image"), ["bytes"]);
    }

    #[test]
    fn what_was_made_is_counted_even_where_it_is_held_back() {
        let two = json!([{ "url": "https://x.example/1" }, { "url": "https://x.example/2" }]);
        let image = json!({ "medium": "image" });
        let read = |flags: Value| made(&json!({ "images": two, "has_nsfw_concepts": flags }), &image, String::new());
        let some = read(json!([true, false])).unwrap();
        assert_eq!((some.products.len(), some.used.pictures), (1, Some(2)));
        let none = read(json!([true, true])).unwrap_err();
        assert_eq!((none.class, none.used.pictures), (Class::Moderation, Some(2)));
        let film = made(&json!({ "video": { "url": "https://x.example/1" } }), &json!({ "medium": "video", "seconds": 5 }), String::new()).unwrap();
        assert_eq!(film.used, Used { ms: Some(5_000), ..Used::default() });
        let nothing = made(&json!({ "seed": 1 }), &image, String::new()).unwrap_err();
        assert_eq!((nothing.class, nothing.used), (Class::TaskFailed, Used::default()));
    }

    #[test]
    fn a_completed_task_may_have_failed() {
        let detail = |kind: &str| json!({ "detail": [{ "loc": ["body", "prompt"], "msg": "m", "type": kind }] });
        for (status, body, class) in [
            (422, detail("content_policy_violation"), Class::Moderation),
            (422, detail("missing"), Class::Refused),
            (500, detail("downstream_service_error"), Class::TaskFailed),
            (504, json!({ "detail": "Request timed out", "error_type": "request_timeout" }), Class::TaskFailed),
            (503, json!({ "detail": "No runner", "error_type": "runner_scheduling_failure" }), Class::TaskFailed),
            (404, json!({ "detail": "Request not found" }), Class::Expired),
            (500, json!({}), Class::Unavailable),
            (429, json!({}), Class::RateLimited),
            (401, json!({}), Class::RefusedKey),
        ] {
            assert_eq!(read(&answer(status, &body), &json!({})).unwrap_err().class, class, "{status} {body}");
        }
        let mut said = answer(502, &json!("bad gateway"));
        assert_eq!(failed(&said).class, Class::Unavailable);
        said.headers.insert(HeaderName::from_static("x-fal-error-type"), HeaderValue::from_static("runner_disconnected"));
        assert_eq!(failed(&said).class, Class::TaskFailed);
    }

    #[test]
    fn refusals_say_what_is_meant() {
        let missing = json!({ "detail": [{ "loc": ["body", "image_url"], "msg": "Field required", "type": "missing" }] });
        assert_eq!(refused(&answer(422, &missing)).detail, "image_url: Field required");
        let two = json!({ "detail": [{ "msg": "a", "type": "x" }, { "msg": "held", "type": "content_policy_violation" }] });
        let held = refused(&answer(422, &two));
        assert_eq!((held.class, held.detail.as_str()), (Class::Moderation, "held"));
        let locked = json!({ "detail": "User is locked. Reason: Exhausted balance." });
        assert_eq!(refused(&answer(403, &locked)).class, Class::NoCredit);
        assert_eq!(refused(&answer(403, &json!({ "detail": "Forbidden" }))).class, Class::RefusedKey);
    }
}
