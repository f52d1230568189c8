//! What a model is given. Fields differ by model and models leave alone those they do not know, so what most of them
//! take is sent, and what a model wants besides is a setting that wins.

use super::super::adapter::{Ask, Medium, Reference, Service};
use super::super::outcome::{Class, Trouble};
use serde_json::{Map, Value, json};

/// Pixels of a picture whose frame has no name here.
const AREA: f64 = 1_048_576.0;

pub(super) fn input(service: &Service, ask: &Ask) -> Result<Map<String, Value>, Trouble> {
    let mut input = Map::new();
    let mut set = |name: &str, value: Value| {
        input.insert(name.to_owned(), value);
    };
    set("prompt", json!(ask.prompt));
    // Some models go by this, some by the size.
    set("aspect_ratio", json!(ask.frame.aspect()));
    let pictures: Vec<String> = ask.references.iter().filter(|file| file.media_type.starts_with("image/")).map(Reference::data_url).collect();
    match ask.medium {
        Medium::Image => {
            set("image_size", size(ask.frame.ratio()));
            if ask.count > 1 {
                set("num_images", json!(ask.count));
            }
            // Models that change one picture take the one, models that mix several the other.
            if let [picture] = pictures.as_slice() {
                set("image_url", json!(picture));
            }
            if !pictures.is_empty() {
                set("image_urls", json!(pictures));
            }
        }
        _ => {
            // Lengths are choices, written as text.
            if let Some(seconds) = ask.frame.seconds {
                set("duration", json!(seconds.to_string()));
            }
            if let Some(picture) = pictures.first() {
                set("image_url", json!(picture));
            }
        }
    }
    let besides = service.get("input").trim();
    if !besides.is_empty() {
        let besides: Map<String, Value> =
            serde_json::from_str(besides).map_err(|error| Trouble::saying(Class::Refused, &format!("settings.input: {error}")))?;
        input.extend(besides);
    }
    Ok(input)
}

/// The name of a size, or its sides in pixels, each a multiple of 16.
fn size((width, height): (u32, u32)) -> Value {
    match (width, height) {
        (9, 16) => json!("portrait_16_9"),
        (16, 9) => json!("landscape_16_9"),
        (3, 4) => json!("portrait_4_3"),
        (4, 3) => json!("landscape_4_3"),
        (1, 1) => json!("square_hd"),
        (width, height) => {
            let side = |one: u32, other: u32| ((AREA * f64::from(one) / f64::from(other)).sqrt() / 16.0).round() as i64 * 16;
            json!({ "width": side(width, height), "height": side(height, width) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::create::runs::backends::adapter::Frame;

    fn made(ask: Ask) -> Value {
        Value::Object(input(&Service::default(), &ask).unwrap())
    }

    fn picture() -> Reference {
        Reference { media_type: "image/png".into(), file_name: "a.png".into(), bytes: "hi".into() }
    }

    #[test]
    fn a_picture_has_a_size_and_a_number() {
        let ask = Ask { medium: Medium::Image, prompt: "Closer.".into(), count: 3, ..Ask::default() };
        let expected = json!({ "prompt": "Closer.", "aspect_ratio": "9:16", "image_size": "portrait_16_9", "num_images": 3 });
        assert_eq!(made(ask), expected);
        let shown = |references| made(Ask { medium: Medium::Image, references, ..Ask::default() });
        let data = "data:image/png;base64,aGk=";
        assert_eq!((&shown(vec![picture()])["image_url"], &shown(vec![picture()])["image_urls"]), (&json!(data), &json!([data])));
        let two = shown(vec![picture(), picture()]);
        assert_eq!((two.get("image_url"), &two["image_urls"]), (None, &json!([data, data])));
    }

    #[test]
    fn a_film_has_a_length_and_a_first_picture() {
        let frame = Frame { aspect: "16:9".into(), seconds: Some(5), ..Frame::default() };
        let film = made(Ask { medium: Medium::Video, prompt: "Closer.".into(), frame, references: vec![picture()], ..Ask::default() });
        assert_eq!(film, json!({ "prompt": "Closer.", "aspect_ratio": "16:9", "duration": "5", "image_url": "data:image/png;base64,aGk=" }));
    }

    #[test]
    fn what_the_model_wants_besides_wins() {
        let mut service = Service::default();
        service.settings.insert("input".into(), r#"{"image_size": "square", "guidance_scale": 3.5}"#.into());
        let made = input(&service, &Ask { medium: Medium::Image, ..Ask::default() }).unwrap();
        assert_eq!((&made["image_size"], &made["guidance_scale"]), (&json!("square"), &json!(3.5)));
        service.settings.insert("input".into(), "guidance".into());
        assert_eq!(input(&service, &Ask::default()).unwrap_err().class, Class::Refused);
    }

    #[test]
    fn an_uncommon_frame_is_sides_in_pixels() {
        assert_eq!(size((2, 1)), json!({ "width": 1_456, "height": 720 }));
        assert_eq!(size((1, 1)), json!("square_hd"));
    }
}
