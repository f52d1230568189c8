//! What Kling answers: an envelope with a code, and inside it a task. Pure.

use crate::create::runs::backends::outcome::{Class, Looked, Made, Product, Trouble, Used, beginning};
use crate::create::runs::backends::wire;
use crate::platform::outbound::Answer;
use serde_json::Value;

/// Between looks, in milliseconds.
const AFTER: i64 = 5_000;

/// The data of `{code: 0, message, request_id, data}`. A code that is not zero is a refusal whatever the status says.
pub(super) fn data(answer: &Answer) -> Result<Value, Trouble> {
    let body = serde_json::from_slice::<Value>(&answer.body).unwrap_or(Value::Null);
    let Some(code) = wire::number(&body, &["code"]).filter(|code| *code != 0) else {
        return wire::json(answer).map(|mut body| body.get_mut("data").map(Value::take).unwrap_or_default());
    };
    let by_status = if answer.status.is_success() { Class::Refused } else { wire::refused(answer).class };
    let class = class(code).unwrap_or(by_status);
    let retry_after = (class == Class::RateLimited).then(|| wire::wait(&answer.headers)).flatten();
    let detail = format!("{} ({code})", wire::text(&body, &["message"]));
    Err(Trouble { retry_after, raw: beginning(&answer.body), ..Trouble::saying(class, &detail) })
}

/// By Kling's own codes; others by the status they come with.
fn class(code: i64) -> Option<Class> {
    Some(match code {
        1000..=1004 => Class::RefusedKey,
        1101..=1103 => Class::NoCredit,
        1200..=1203 => Class::Refused,
        1301 => Class::Moderation,
        1302 | 1303 => Class::RateLimited,
        5000 | 5001 => Class::Unavailable,
        _ => return None,
    })
}

/// How far a task is: `{task_status, task_status_msg, task_result: {videos | images: [{url, duration}]}}`.
pub(super) fn read(data: &Value, raw: String) -> Result<Looked, Trouble> {
    match wire::text(data, &["task_status"]) {
        "submitted" | "processing" => Ok(Looked::Waiting { progress: None, after_ms: AFTER }),
        "succeed" => made(data, raw),
        "failed" => Err(Trouble { raw, ..failed(wire::text(data, &["task_status_msg"])) }),
        _ => Err(Trouble { raw, ..Trouble::new(Class::BadAnswer) }),
    }
}

fn made(data: &Value, raw: String) -> Result<Looked, Trouble> {
    let list = |name: &str| data.get("task_result").and_then(|result| result.get(name)).and_then(Value::as_array).cloned().unwrap_or_default();
    let (films, pictures) = (list("videos"), list("images"));
    let product = |file: &Value, name: &str| {
        let product = Product::at(wire::text(file, &["url"]), name);
        Product { duration_ms: length(file), ..product }
    };
    let mut products: Vec<Product> = films.iter().map(|film| product(film, "film")).collect();
    products.extend(pictures.iter().enumerate().map(|(at, picture)| product(picture, &format!("picture-{}", at + 1))));
    if products.is_empty() {
        return Err(Trouble { raw, ..Trouble::new(Class::TaskFailed) });
    }
    let used = Used {
        ms: films.iter().filter_map(length).reduce(i64::saturating_add),
        pictures: i64::try_from(pictures.len()).ok().filter(|pictures| *pictures > 0),
        ..Used::default()
    };
    Ok(Looked::Done(Made { products, used, raw, ..Made::default() }))
}

/// Seconds in a string, such as `"5.1"`, in milliseconds.
fn length(film: &Value) -> Option<i64> {
    let seconds: f64 = wire::text(film, &["duration"]).parse().ok()?;
    (0.0..86_400.0).contains(&seconds).then_some((seconds * 1_000.0).round() as i64)
}

fn failed(said: &str) -> Trouble {
    let is_held_back = wire::is_held_back(said) || said.contains("1301");
    Trouble::saying(if is_held_back { Class::Moderation } else { Class::TaskFailed }, said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::outbound::{HeaderMap, HeaderValue, StatusCode};
    use serde_json::json;

    fn answer(status: u16, body: &str) -> Answer {
        let headers = HeaderMap::from_iter([("retry-after".parse().unwrap(), HeaderValue::from_static("3"))]);
        Answer { status: StatusCode::from_u16(status).unwrap(), headers, body: body.to_owned().into(), complete: true }
    }

    #[test]
    fn codes_are_sorted_whatever_the_status_is() {
        for (status, code, class) in [
            (200, 1000, Class::RefusedKey),
            (401, 1004, Class::RefusedKey),
            (429, 1101, Class::NoCredit),
            (429, 1102, Class::NoCredit),
            (403, 1103, Class::NoCredit),
            (400, 1201, Class::Refused),
            (400, 1301, Class::Moderation),
            (200, 1302, Class::RateLimited),
            (429, 1303, Class::RateLimited),
            (503, 5001, Class::Unavailable),
            (504, 5002, Class::Timeout),
            (200, 9999, Class::Refused),
        ] {
            let trouble = data(&answer(status, &json!({ "code": code, "message": "m", "request_id": "r" }).to_string())).unwrap_err();
            assert_eq!((trouble.class, trouble.detail), (class, format!("m ({code})")), "{status} {code}");
            assert_eq!(trouble.retry_after, (class == Class::RateLimited).then_some(3_000), "{code}");
        }
        for (status, body, class) in [(402, "", Class::NoCredit), (200, "<html>", Class::BadAnswer), (500, "{\"code\":0}", Class::Unavailable)] {
            assert_eq!(data(&answer(status, body)).unwrap_err().class, class, "{status} {body}");
        }
        assert_eq!(data(&answer(200, r#"{"code":0,"data":{"task_id":"1"}}"#)).unwrap(), json!({ "task_id": "1" }));
        assert_eq!(data(&answer(200, "{}")).unwrap(), Value::Null);
    }

    #[test]
    fn a_task_is_read_to_its_end() {
        let failed = |said: &str| json!({ "task_status": "failed", "task_status_msg": said });
        for (body, class) in [
            (failed("Failure to pass the risk control system"), Class::Moderation),
            (failed("code 1301"), Class::Moderation),
            (failed("内容涉及敏感信息"), Class::Moderation),
            (failed("internal"), Class::TaskFailed),
            (json!({ "task_status": "succeed", "task_result": { "videos": [] } }), Class::TaskFailed),
            (json!({ "task_status": "succeeded" }), Class::BadAnswer),
            (Value::Null, Class::BadAnswer),
        ] {
            assert_eq!(read(&body, String::new()).unwrap_err().class, class, "{body}");
        }
        for status in ["submitted", "processing"] {
            assert!(matches!(read(&json!({ "task_status": status }), String::new()), Ok(Looked::Waiting { .. })), "{status}");
        }
    }

    #[test]
    fn films_are_counted_in_time_and_pictures_by_number() {
        let done = |result: Value| match read(&json!({ "task_status": "succeed", "task_result": result }), String::new()) {
            Ok(Looked::Done(made)) => made,
            other => panic!("{other:?}"),
        };
        let film = done(json!({ "videos": [{ "id": "v", "url": "https://x.example/1.mp4", "duration": "5.1" }] }));
        assert_eq!((film.used, film.products[0].duration_ms), (Used { ms: Some(5_100), ..Used::default() }, Some(5_100)));
        let silent = done(json!({ "videos": [{ "url": "https://x.example/1.mp4" }] }));
        assert_eq!(silent.used, Used::default(), "what it does not say is not made up");
        let pictures =
            done(json!({ "images": [{ "index": 0, "url": "https://x.example/1.png" }, { "index": 1, "url": "https://x.example/2.png" }] }));
        assert_eq!((pictures.used, pictures.products.len()), (Used { pictures: Some(2), ..Used::default() }, 2));
    }
}
