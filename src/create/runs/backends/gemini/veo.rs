//! Films: an operation that is begun once and looked at until it is done.

use super::super::adapter::Ask;
use super::super::outcome::{Address, Class, Looked, Made, Product, Remote, Source, Trouble, Used};
use super::super::wire;
use super::refusal::is_held_back;
use serde_json::{Value, json};

/// Between looks, in milliseconds.
const AFTER: i64 = 10_000;
/// A film without a length is the shortest there is: it must not cost more than was reserved for it.
const SECONDS: i64 = 4;

fn seconds(ask: &Ask) -> i64 {
    ask.frame.seconds.unwrap_or(SECONDS)
}

/// The words, and a picture to begin with. The service knows two frames and says itself which lengths it takes.
pub(super) fn request(ask: &Ask) -> Value {
    let mut instance = json!({ "prompt": ask.prompt });
    let picture = ask.references.iter().find(|file| file.media_type.starts_with("image/"));
    if let (Some(picture), Some(fields)) = (picture, instance.as_object_mut()) {
        fields.insert("image".into(), json!({ "bytesBase64Encoded": picture.base64(), "mimeType": picture.media_type }));
    }
    let (width, height) = ask.frame.ratio();
    let aspect = if width > height { "16:9" } else { "9:16" };
    json!({ "instances": [instance], "parameters": { "aspectRatio": aspect, "durationSeconds": seconds(ask) } })
}

/// The operation to look at: `models/MODEL/operations/ID`, which becomes part of an address.
pub(super) fn begun(body: &Value, ask: &Ask) -> Option<Remote> {
    let name = wire::text(body, &["name"]);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
    let is_name = !name.is_empty() && name.chars().all(is_plain) && !name.starts_with('/') && !name.contains("..");
    is_name.then(|| Remote { id: name.to_owned(), more: json!({ "seconds": seconds(ask) }), finished: None })
}

/// How far an operation is. What was held back is not charged.
pub(super) fn read(body: &Value, seconds: Option<i64>, raw: String) -> Result<Looked, Trouble> {
    let is_done = body.get("done").and_then(Value::as_bool) == Some(true);
    if !is_done {
        let is_operation = !wire::text(body, &["name"]).is_empty();
        let waiting = Looked::Waiting { progress: None, after_ms: AFTER };
        return if is_operation { Ok(waiting) } else { Err(Trouble { raw, ..Trouble::new(Class::BadAnswer) }) };
    }
    if body.get("error").is_some_and(|error| !error.is_null()) {
        let said = wire::text(body, &["error", "message"]);
        let class = if is_held_back(said) { Class::Moderation } else { Class::TaskFailed };
        return Err(Trouble { raw, ..Trouble::saying(class, said) });
    }
    let answer = body.get("response").and_then(|response| response.get("generateVideoResponse")).unwrap_or(&Value::Null);
    let list = |name: &str| answer.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let uris = list("generatedSamples").iter().map(|sample| wire::text(sample, &["video", "uri"]));
    let products: Vec<Product> = uris.filter(|uri| !uri.is_empty()).map(film).collect();
    if products.is_empty() {
        let reasons: Vec<&str> = list("raiMediaFilteredReasons").iter().filter_map(Value::as_str).collect();
        let is_held = !reasons.is_empty() || wire::number(answer, &["raiMediaFilteredCount"]).is_some_and(|count| count > 0);
        let class = if is_held { Class::Moderation } else { Class::TaskFailed };
        return Err(Trouble { raw, ..Trouble::saying(class, &reasons.join(" ")) });
    }
    let films = i64::try_from(products.len()).unwrap_or(i64::MAX);
    let used = Used { ms: seconds.map(|seconds| seconds.saturating_mul(1_000).saturating_mul(films)), ..Used::default() };
    Ok(Looked::Done(Made { products, used, raw, ..Made::default() }))
}

/// The file lies with the service itself, which gives it to the key only.
fn film(uri: &str) -> Product {
    let address = Address { url: uri.to_owned(), with_key: true, file_name: "film".into(), duration_ms: None };
    Product { source: Source::Address(address), file_name: "film".into(), duration_ms: None, shot: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::create::runs::backends::adapter::{Frame, Reference};

    #[test]
    fn a_film_has_a_frame_a_length_and_perhaps_a_first_picture() {
        let body = request(&Ask { prompt: "Closer.".into(), ..Ask::default() });
        assert_eq!(body, json!({ "instances": [{ "prompt": "Closer." }], "parameters": { "aspectRatio": "9:16", "durationSeconds": SECONDS } }));
        let picture = Reference { media_type: "image/png".into(), file_name: "a.png".into(), bytes: "hi".into() };
        let frame = Frame { aspect: "4:3".into(), seconds: Some(8), ..Frame::default() };
        let body = request(&Ask { frame, references: vec![picture], ..Ask::default() });
        assert_eq!(body["parameters"], json!({ "aspectRatio": "16:9", "durationSeconds": 8 }));
        assert_eq!(body["instances"][0]["image"], json!({ "bytesBase64Encoded": "aGk=", "mimeType": "image/png" }));
    }

    #[test]
    fn an_operation_is_a_plain_name() {
        let begun = |name: &str| begun(&json!({ "name": name }), &Ask::default());
        let remote = begun("models/veo-3.1/operations/abc_1").unwrap();
        assert_eq!((remote.id.as_str(), &remote.more), ("models/veo-3.1/operations/abc_1", &json!({ "seconds": SECONDS })));
        for name in ["", "/models/x", "models/../secret", "models/x?y=1", "http://x.example/"] {
            assert_eq!(begun(name), None, "{name}");
        }
    }

    #[test]
    fn an_operation_waits_ends_or_fails() {
        let done = |response: Value| json!({ "name": "o", "done": true, "response": { "generateVideoResponse": response } });
        let read = |body: &Value| read(body, Some(8), String::new());
        assert!(matches!(read(&json!({ "name": "o" })), Ok(Looked::Waiting { .. })));
        let Ok(Looked::Done(made)) = read(&done(json!({ "generatedSamples": [{ "video": { "uri": "https://x.example/1" } }] }))) else {
            panic!("done")
        };
        assert!(matches!(&made.products[0].source, Source::Address(address) if address.with_key && address.url == "https://x.example/1"));
        assert_eq!(made.used, Used { ms: Some(8_000), ..Used::default() });
        for (body, class, detail) in [
            (json!({}), Class::BadAnswer, ""),
            (done(json!({ "raiMediaFilteredCount": 1, "raiMediaFilteredReasons": ["A person."] })), Class::Moderation, "A person."),
            (done(json!({ "raiMediaFilteredCount": 1 })), Class::Moderation, ""),
            (done(json!({})), Class::TaskFailed, ""),
            (json!({ "name": "o", "done": true, "error": { "code": 13, "message": "Internal." } }), Class::TaskFailed, "Internal."),
            (
                json!({ "done": true, "error": { "code": 3, "message": "It violates usage guidelines." } }),
                Class::Moderation,
                "It violates usage guidelines.",
            ),
        ] {
            let trouble = read(&body).unwrap_err();
            assert_eq!((trouble.class, trouble.detail.as_str()), (class, detail), "{body}");
        }
    }
}
