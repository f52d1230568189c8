//! Seedream: pictures from words, or from words and up to ten pictures that are shown. One call makes a series.

use super::{Ark, send, shown, sorted};
use crate::create::runs::backends::adapter::{Ask, Desk, Frame};
use crate::create::runs::backends::openai::pictures;
use crate::create::runs::backends::outcome::{Class, Made, Trouble, Used, beginning};
use crate::create::runs::backends::wire::{self, Call};
use serde_json::{Value, json};

/// Pictures that one call sees and makes together.
const TOGETHER: usize = 15;
const SHOWN: usize = 10;
/// The fewest pixels that 4.5 makes.
const FEWEST: f64 = 2_560.0 * 1_440.0;
/// Sides of other ratios are multiples of this.
const STEP: f64 = 16.0;

/// Width and height: what Ark recommends for the ratio, else the smallest that has enough pixels.
fn size(frame: &Frame) -> String {
    const RECOMMENDED: [((u32, u32), &str); 8] = [
        ((9, 16), "1440x2560"),
        ((16, 9), "2560x1440"),
        ((1, 1), "2048x2048"),
        ((3, 4), "1728x2304"),
        ((4, 3), "2304x1728"),
        ((2, 3), "1664x2496"),
        ((3, 2), "2496x1664"),
        ((21, 9), "3024x1296"),
    ];
    let (width, height) = frame.ratio();
    if let Some((_, size)) = RECOMMENDED.iter().find(|((wide, high), _)| wide * height == high * width) {
        return (*size).to_owned();
    }
    // Ark takes ratios from 1:16 to 16:1.
    let ratio = (f64::from(width) / f64::from(height)).clamp(1.0 / 16.0, 16.0);
    let stepped = |side: f64| ((side / STEP).ceil() * STEP) as i64;
    format!("{}x{}", stepped((FEWEST * ratio).sqrt()), stepped((FEWEST / ratio).sqrt()))
}

fn body(model: &str, ask: &Ask) -> Value {
    let shown = shown(&ask.references, SHOWN);
    let most = ask.count.min(TOGETHER - shown.len());
    let mut body = json!({
        "model": model,
        "prompt": ask.prompt,
        "size": size(&ask.frame),
        "response_format": "url",
        "watermark": false,
        "sequential_image_generation": if most > 1 { "auto" } else { "disabled" },
    });
    if most > 1 {
        body["sequential_image_generation_options"] = json!({ "max_images": most });
    }
    match shown.as_slice() {
        [] => {}
        [picture] => body["image"] = json!(picture),
        pictures => body["image"] = json!(pictures),
    }
    body
}

pub(super) async fn make(ark: &Ark, desk: &Desk<'_>, ask: &Ask) -> Result<Made, Trouble> {
    let body = body(ask.model(desk.service.get("image_model")), ask);
    let call = Call::post(format!("{}/images/generations", desk.service.get("base_url")), body).most(wire::FILES);
    let (body, answer) = send(ark, desk, call).await?;
    read(&body, beginning(&answer.body))
}

/// `{data: [{url | b64_json} | {error}], usage: {generated_images}}`: pictures are charged one by one, and the tokens that
/// are told beside them are not. A series may lack some that were held back.
fn read(body: &Value, raw: String) -> Result<Made, Trouble> {
    let held = body.get("data").and_then(Value::as_array).into_iter().flatten().find_map(|picture| picture.get("error"));
    match pictures::read(body, raw) {
        Ok(made) => {
            let pictures = wire::number(body, &["usage", "generated_images"]).or(made.used.pictures);
            Ok(Made { used: Used { pictures, ..Used::default() }, ..made })
        }
        Err(trouble) => Err(match held {
            Some(error) => Trouble { raw: trouble.raw, ..sorted(wire::said(error, Class::Refused), wire::text(error, &["code"])) },
            None => Trouble { used: Used::default(), ..trouble },
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::create::runs::backends::adapter::Reference;

    #[test]
    fn sizes_hold_enough_pixels_in_the_ratio_that_was_asked() {
        for (aspect, expected) in [
            ("", "1440x2560"),
            ("9:16", "1440x2560"),
            ("16:9", "2560x1440"),
            ("1:1", "2048x2048"),
            ("2:2", "2048x2048"),
            ("3:4", "1728x2304"),
            ("21:9", "3024x1296"),
            ("5:4", "2160x1728"),
            ("32:1", "7680x480"),
        ] {
            let size = size(&Frame { aspect: aspect.into(), ..Frame::default() });
            assert_eq!(size, expected, "{aspect}");
            let (width, height) = size.split_once('x').unwrap();
            assert!(width.parse::<f64>().unwrap() * height.parse::<f64>().unwrap() >= FEWEST, "{size}");
        }
    }

    #[test]
    fn one_picture_is_no_series() {
        let picture = Reference { media_type: "image/png".into(), file_name: "a.png".into(), bytes: "hi".into() };
        let ask = |count, shown| Ask { prompt: "A white face".into(), count, references: vec![picture.clone(); shown], ..Ask::default() };
        let one = body("seedream", &ask(1, 0));
        assert_eq!(
            (&one["sequential_image_generation"], one.get("sequential_image_generation_options"), one.get("image")),
            (&json!("disabled"), None, None)
        );
        assert_eq!((&one["watermark"], &one["model"]), (&json!(false), &json!("seedream")));
        let four = body("seedream", &ask(4, 1));
        assert_eq!((&four["sequential_image_generation"], &four["sequential_image_generation_options"]["max_images"]), (&json!("auto"), &json!(4)));
        assert_eq!(four["image"], "data:image/png;base64,aGk=");
        let many = body("seedream", &ask(10, 12));
        assert_eq!(many["image"].as_array().unwrap().len(), 10);
        assert_eq!(many["sequential_image_generation_options"]["max_images"], 5, "fifteen together");
    }

    #[test]
    fn pictures_are_counted_as_they_are_charged() {
        let error = json!({ "error": { "code": "OutputImageSensitiveContentDetected", "message": "held back" } });
        let some = json!({ "data": [{ "url": "https://x.example/1.png", "size": "1440x2560" }, error],
            "usage": { "generated_images": 1, "output_tokens": 14_400, "total_tokens": 14_400 } });
        let made = read(&some, String::new()).unwrap();
        assert_eq!((made.products.len(), made.used), (1, Used { pictures: Some(1), ..Used::default() }));
        let none = read(&json!({ "data": [error] }), "raw".into()).unwrap_err();
        assert_eq!((none.class, none.detail.as_str(), none.raw.as_str()), (Class::Moderation, "held back", "raw"));
        assert_eq!(read(&json!({ "data": [] }), String::new()).unwrap_err().class, Class::BadAnswer);
    }
}
