//! Pictures: made from words, or from words and pictures that are shown.
//!
//! GPT image models always answer base64 and refuse `response_format`; relays answer addresses where base64 is expected,
//! or the reverse: both are read.

use super::OpenAi;
use crate::create::runs::backends::adapter::{Ask, Desk};
use crate::create::runs::backends::outcome::{Class, Made, Product, Trouble, Used, beginning};
use crate::create::runs::backends::wire::{self, Call};
use crate::platform::outbound::{Content, Part};
use serde_json::{Value, json};

/// The size of GPT image that is nearest to the frame.
fn size(ask: &Ask) -> &'static str {
    match ask.frame.ratio() {
        (width, height) if width > height => "1536x1024",
        (width, height) if width < height => "1024x1536",
        _ => "1024x1024",
    }
}

pub(super) async fn make(adapter: &OpenAi, desk: &Desk<'_>, ask: &Ask) -> Result<Made, Trouble> {
    let model = ask.model(desk.service.get("image_model"));
    let base = desk.service.get("base_url");
    let pictures: Vec<_> = ask.references.iter().filter(|file| file.media_type.starts_with("image/")).collect();
    let call = if pictures.is_empty() {
        let body = json!({ "model": model, "prompt": ask.prompt, "n": ask.count, "size": size(ask) });
        Call::post(format!("{base}/images/generations"), body)
    } else {
        let text = |name: &str, text: String| Part { name: name.into(), file_name: None, media_type: None, content: Content::Bytes(text.into()) };
        let mut parts = vec![
            text("model", model.to_owned()),
            text("prompt", ask.prompt.clone()),
            text("n", ask.count.to_string()),
            text("size", size(ask).to_owned()),
        ];
        parts.extend(pictures.iter().map(|picture| Part {
            name: "image[]".into(),
            file_name: Some(picture.file_name.clone()),
            media_type: Some(picture.media_type.clone()),
            content: Content::Bytes(picture.bytes.clone()),
        }));
        Call::form(format!("{base}/images/edits"), parts)
    };
    let (body, answer) = wire::ask(adapter, desk, call.most(wire::FILES)).await?;
    read(&body, beginning(&answer.body))
}

/// `{data: [{b64_json | url}], usage}`.
pub(in crate::create::runs::backends) fn read(body: &Value, raw: String) -> Result<Made, Trouble> {
    if body.get("error").is_some_and(|error| !error.is_null()) {
        return Err(Trouble { raw, ..wire::said(body, Class::BadAnswer) });
    }
    let list = body.get("data").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut products = Vec::new();
    for (at, picture) in list.iter().enumerate() {
        let name = format!("picture-{}", at + 1);
        let (data, url) = (wire::text(picture, &["b64_json"]), wire::text(picture, &["url"]));
        if let Some(bytes) = wire::decoded(data).filter(|bytes| !bytes.is_empty()) {
            products.push(Product::bytes(bytes, &name));
        } else if let Some(bytes) = url.starts_with("data:").then(|| wire::decoded(url)).flatten() {
            products.push(Product::bytes(bytes, &name));
        } else if !url.is_empty() {
            products.push(Product::at(url, &name));
        }
    }
    let used = Used {
        tokens_in: wire::number(body, &["usage", "input_tokens"]),
        tokens_out: wire::number(body, &["usage", "output_tokens"]),
        pictures: i64::try_from(products.len()).ok(),
        ..Used::default()
    };
    // Pictures inside the answer would fill what is kept of it.
    let raw = if list.iter().any(|picture| picture.get("b64_json").is_some()) { String::new() } else { raw };
    if products.is_empty() {
        return Err(Trouble { used: Used { pictures: None, ..used }, raw, ..Trouble::new(Class::BadAnswer) });
    }
    Ok(Made { products, used, raw, ..Made::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::create::runs::backends::outcome::Source;

    #[test]
    fn pictures_come_as_data_or_as_addresses() {
        let body = json!({ "data": [{ "b64_json": "aGk=" }, { "url": "https://x.example/1.png" }, { "url": "data:image/png;base64,aGk=" }],
            "usage": { "input_tokens": 5, "output_tokens": 7 } });
        let made = read(&body, String::new()).unwrap();
        assert_eq!((made.products.len(), made.used.pictures, made.used.tokens_out), (3, Some(3), Some(7)));
        assert!(matches!(&made.products[1].source, Source::Address(address) if address.url == "https://x.example/1.png"));
        for body in [json!({}), json!({ "data": [] }), json!({ "data": [{ "b64_json": "" }] }), json!({ "data": [{ "b64_json": "%%" }] })] {
            assert_eq!(read(&body, String::new()).unwrap_err().class, Class::BadAnswer, "{body}");
        }
    }
}
