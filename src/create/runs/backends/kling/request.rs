//! What Kling is asked, and where. Pure.

use crate::create::runs::backends::adapter::{Ask, Medium, Reference, Service};
use serde_json::{Map, Value, json};

const FILM_RATIOS: [&str; 3] = ["16:9", "9:16", "1:1"];
const PICTURE_RATIOS: [&str; 8] = ["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"];
/// Pictures of one call.
const TOGETHER: usize = 9;
const SECONDS: i64 = 5;

/// The path below `/v1/` that a request goes to, and its task is looked at.
pub(super) fn path(ask: &Ask) -> &'static str {
    match (ask.medium, pictures(ask).next()) {
        (Medium::Image, _) => "images/generations",
        (_, Some(_)) => "videos/image2video",
        (_, None) => "videos/text2video",
    }
}

pub(super) fn body(service: &Service, ask: &Ask) -> Value {
    let mut body = Map::new();
    body.insert("prompt".into(), json!(ask.prompt));
    // The same for every try of this run: Kling takes each one once.
    body.insert("external_task_id".into(), json!(ask.key));
    let mut shown = pictures(ask).map(Reference::base64);
    if let Some(picture) = shown.next() {
        body.insert("image".into(), json!(picture));
    }
    if ask.medium == Medium::Image {
        body.insert("model_name".into(), json!(ask.model(service.get("image_model"))));
        body.insert("n".into(), json!(ask.count.min(TOGETHER)));
        body.insert("aspect_ratio".into(), json!(ask.frame.nearest(&PICTURE_RATIOS)));
        return Value::Object(body);
    }
    let model = ask.model(service.get("video_model"));
    body.insert("model_name".into(), json!(model));
    body.insert("mode".into(), json!(service.get_or("mode", "std")));
    body.insert("duration".into(), json!(duration(model, ask.frame.seconds.unwrap_or(SECONDS))));
    if let Some(last) = shown.next() {
        body.insert("image_tail".into(), json!(last));
    }
    // A film that begins with a picture has its ratio.
    if !body.contains_key("image") {
        body.insert("aspect_ratio".into(), json!(ask.frame.nearest(&FILM_RATIOS)));
    }
    Value::Object(body)
}

fn pictures(ask: &Ask) -> impl Iterator<Item = &Reference> {
    ask.references.iter().filter(|file| file.media_type.starts_with("image/"))
}

/// Seconds as Kling counts them, in a string: five or ten, and 3 to 15 since version 3.
fn duration(model: &str, seconds: i64) -> String {
    let seconds = match model.contains("-v3") {
        true => seconds.clamp(3, 15),
        false if seconds > 7 => 10,
        false => 5,
    };
    seconds.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::create::runs::backends::adapter::Frame;

    fn ask(medium: Medium, shown: usize) -> Ask {
        let picture = Reference { media_type: "image/png".into(), file_name: "a.png".into(), bytes: "hi".into() };
        Ask { key: "run-1".into(), medium, prompt: "A white face".into(), references: vec![picture; shown], count: 12, ..Ask::default() }
    }

    fn service() -> Service {
        let settings = [("video_model", "kling-v2-5-turbo"), ("image_model", "kling-v2-1"), ("mode", "pro")];
        Service { settings: settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into(), secret: None }
    }

    #[test]
    fn each_medium_has_its_fields() {
        let film = json!({ "model_name": "kling-v2-5-turbo", "prompt": "A white face", "external_task_id": "run-1", "mode": "pro", "duration": "5" });
        let with = |fields: Value| {
            let mut whole = film.clone();
            whole.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            whole
        };
        let picture = json!({ "model_name": "kling-v2-1", "prompt": "A white face", "external_task_id": "run-1", "n": 9, "aspect_ratio": "9:16", "image": "aGk=" });
        for (ask, at, expected) in [
            (ask(Medium::Video, 0), "videos/text2video", with(json!({ "aspect_ratio": "9:16" }))),
            (ask(Medium::Video, 1), "videos/image2video", with(json!({ "image": "aGk=" }))),
            (ask(Medium::Video, 2), "videos/image2video", with(json!({ "image": "aGk=", "image_tail": "aGk=" }))),
            (ask(Medium::Image, 1), "images/generations", picture),
        ] {
            assert_eq!((path(&ask), body(&service(), &ask)), (at, expected));
        }
        let wide = Ask { frame: Frame { aspect: "2:1".into(), seconds: Some(9), ..Frame::default() }, ..ask(Medium::Video, 0) };
        let wide = body(&service(), &wide);
        assert_eq!((&wide["aspect_ratio"], &wide["duration"]), (&json!("16:9"), &json!("10")));
    }

    #[test]
    fn lengths_are_those_of_the_model() {
        for (model, seconds, said) in [
            ("kling-v2-5-turbo", 1, "5"),
            ("kling-v2-5-turbo", 7, "5"),
            ("kling-v2-5-turbo", 8, "10"),
            ("kling-v2-5-turbo", 60, "10"),
            ("kling-v3", 1, "3"),
            ("kling-v3-omni", 8, "8"),
            ("kling-v3", 60, "15"),
        ] {
            assert_eq!(duration(model, seconds), said, "{model} {seconds}");
        }
    }
}
