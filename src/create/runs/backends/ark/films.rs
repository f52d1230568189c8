//! Seedance: films as tasks, from words, from a first picture, or after pictures that are shown. Charged by the tokens of
//! the film, which the answer tells.

use super::{Ark, send, shown, sorted};
use crate::create::runs::backends::adapter::{Ask, Desk};
use crate::create::runs::backends::outcome::{Class, Looked, Made, Product, Remote, Trouble, Used, beginning};
use crate::create::runs::backends::wire::{self, Call};
use serde_json::{Value, json};

/// Between looks, in milliseconds.
const AFTER: i64 = 5_000;
const SECONDS: i64 = 5;
/// Pictures that a film is made after.
const SHOWN: usize = 9;
const RATIOS: [&str; 6] = ["16:9", "9:16", "1:1", "4:3", "3:4", "21:9"];
const LARGEST_SEED: u64 = 0x7fff_ffff;

pub(super) fn tasks(desk: &Desk<'_>) -> String {
    format!("{}/contents/generations/tasks", desk.service.get("base_url"))
}

pub(super) async fn begin(ark: &Ark, desk: &Desk<'_>, ask: &Ask) -> Result<Remote, Trouble> {
    let body = body(ask.model(desk.service.get("video_model")), desk.service.get("resolution"), ask);
    let (body, answer) = send(ark, desk, Call::post(tasks(desk), body)).await?;
    let id = wire::text(&body, &["id"]);
    if id.is_empty() {
        return Err(Trouble { raw: beginning(&answer.body), ..Trouble::new(Class::BadAnswer) });
    }
    Ok(Remote { id: id.to_owned(), more: json!({ "medium": ask.medium }), finished: None })
}

/// One picture is the first of the film; several are what it is made after, since the two do not go together.
fn body(model: &str, resolution: &str, ask: &Ask) -> Value {
    let shown = shown(&ask.references, SHOWN);
    let role = if shown.len() == 1 { "first_frame" } else { "reference_image" };
    let pictures = shown.iter().map(|url| json!({ "type": "image_url", "image_url": { "url": url }, "role": role }));
    let content: Vec<Value> = std::iter::once(json!({ "type": "text", "text": ask.prompt })).chain(pictures).collect();
    json!({
        "model": model,
        "content": content,
        "ratio": ask.frame.nearest(&RATIOS),
        "duration": ask.frame.seconds.unwrap_or(SECONDS),
        "resolution": resolution,
        "generate_audio": false,
        "watermark": false,
        "seed": ask.seed & LARGEST_SEED,
    })
}

/// `{status, content: {video_url}, usage: {completion_tokens}, error: {code, message}}`.
pub(super) fn read(body: &Value, raw: String) -> Result<Looked, Trouble> {
    match wire::text(body, &["status"]) {
        "queued" | "running" => Ok(Looked::Waiting { progress: None, after_ms: AFTER }),
        "succeeded" => {
            let url = wire::text(body, &["content", "video_url"]);
            let used = Used { tokens_out: wire::number(body, &["usage", "completion_tokens"]), ..Used::default() };
            if url.is_empty() {
                return Err(Trouble { raw, used, ..Trouble::new(Class::TaskFailed) });
            }
            Ok(Looked::Done(Made { products: vec![Product::at(url, "film")], used, raw, ..Made::default() }))
        }
        "failed" => Err(Trouble { raw, ..sorted(Trouble::saying(Class::TaskFailed, wire::text(body, &["error", "message"])), failure(body)) }),
        ended @ ("cancelled" | "expired") => Err(Trouble { raw, ..Trouble::saying(Class::TaskFailed, ended) }),
        _ => Err(Trouble { raw, ..Trouble::new(Class::BadAnswer) }),
    }
}

/// The code of a task that failed, where it is one of the person's concern: a task that was taken and then met an
/// overloaded server has failed all the same, and asking about it again does not help.
fn failure(body: &Value) -> &str {
    let code = wire::text(body, &["error", "code"]);
    if super::class(code).is_some_and(Class::is_passing) { "" } else { code }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::create::runs::backends::adapter::{Frame, Reference};
    use crate::create::runs::backends::outcome::Source;

    #[test]
    fn a_film_is_asked_for_in_fields() {
        let picture = Reference { media_type: "image/png".into(), file_name: "a.png".into(), bytes: "hi".into() };
        let ask = |shown| Ask { prompt: "A white face".into(), references: vec![picture.clone(); shown], ..Ask::default() };
        let plain = body("seedance", "480p", &ask(0));
        assert_eq!(
            (&plain["ratio"], &plain["duration"], &plain["resolution"], &plain["generate_audio"]),
            (&json!("9:16"), &json!(5), &json!("480p"), &json!(false))
        );
        assert_eq!(plain["content"], json!([{ "type": "text", "text": "A white face" }]));
        let first = body("seedance", "720p", &ask(1));
        assert_eq!(first["content"][1], json!({ "type": "image_url", "image_url": { "url": "data:image/png;base64,aGk=" }, "role": "first_frame" }));
        let after = body("seedance", "720p", &ask(2));
        assert!(after["content"].as_array().unwrap().iter().skip(1).all(|picture| picture["role"] == "reference_image"));
        let long = Ask { frame: Frame { aspect: "2:1".into(), seconds: Some(8), ..Frame::default() }, seed: u64::MAX, ..ask(0) };
        let long = body("seedance", "720p", &long);
        assert_eq!((&long["ratio"], &long["duration"], &long["seed"]), (&json!("16:9"), &json!(8), &json!(LARGEST_SEED)));
    }

    #[test]
    fn a_task_is_read_to_its_end() {
        let failed = |code: &str| json!({ "status": "failed", "error": { "code": code, "message": "m" } });
        for (body, class) in [
            (failed("OutputVideoSensitiveContentDetected"), Class::Moderation),
            (failed("InternalServiceError"), Class::TaskFailed),
            (failed("RateLimitExceeded"), Class::TaskFailed),
            (failed("Other"), Class::TaskFailed),
            (json!({ "status": "failed" }), Class::TaskFailed),
            (json!({ "status": "cancelled" }), Class::TaskFailed),
            (json!({ "status": "expired" }), Class::TaskFailed),
            (json!({ "status": "succeeded", "content": {} }), Class::TaskFailed),
            (json!({ "status": "new" }), Class::BadAnswer),
            (json!({}), Class::BadAnswer),
        ] {
            assert_eq!(read(&body, String::new()).unwrap_err().class, class, "{body}");
        }
        for status in ["queued", "running"] {
            assert!(matches!(read(&json!({ "status": status }), String::new()), Ok(Looked::Waiting { .. })), "{status}");
        }
        let body = json!({ "status": "succeeded", "content": { "video_url": "https://x.example/1.mp4" }, "usage": { "completion_tokens": 108_900 } });
        let Ok(Looked::Done(made)) = read(&body, String::new()) else { panic!("not done") };
        assert_eq!(made.used, Used { tokens_out: Some(108_900), ..Used::default() });
        assert!(matches!(&made.products[0].source, Source::Address(address) if address.url == "https://x.example/1.mp4" && !address.with_key));
    }
}
