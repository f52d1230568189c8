//! What Gemini is asked, and the schema of its answer in the subset that it knows.

use super::super::adapter::{Ask, Service};
use crate::create::prompts::Purpose;
use crate::create::runs::shapes;
use serde_json::{Map, Value, json};

/// The frames that pictures come in.
const ASPECTS: [(u32, u32); 10] = [(1, 1), (2, 3), (3, 2), (3, 4), (4, 3), (4, 5), (5, 4), (9, 16), (16, 9), (21, 9)];
/// The voice when nobody named one.
const VOICE: &str = "Kore";

/// Words in the shape that was asked for.
pub(super) fn words(ask: &Ask) -> Value {
    let (name, schema) = match ask.purpose {
        Purpose::Ideas => ("ideas", shapes::ideas_schema()),
        Purpose::Variants => ("variants", shapes::variants_schema()),
    };
    let system = format!("Answer with one JSON object and nothing else, with {} items in \"{name}\".", ask.count);
    let mut config = json!({ "responseMimeType": "application/json", "responseSchema": subset(&schema) });
    if let Some(fields) = config.as_object_mut() {
        fields.extend(ask.settings.temperature.map(|degrees| ("temperature".to_owned(), json!(degrees))));
        fields.extend(ask.settings.max_tokens.map(|tokens| ("maxOutputTokens".to_owned(), json!(tokens))));
    }
    json!({
        "systemInstruction": { "parts": [{ "text": system }] },
        "contents": [{ "role": "user", "parts": [{ "text": ask.prompt }] }],
        "generationConfig": config,
    })
}

/// A picture from words and from the pictures that are shown.
pub(super) fn picture(ask: &Ask) -> Value {
    let mut parts: Vec<Value> = ask
        .references
        .iter()
        .filter(|file| file.media_type.starts_with("image/"))
        .map(|file| json!({ "inlineData": { "mimeType": file.media_type, "data": file.base64() } }))
        .collect();
    parts.push(json!({ "text": ask.prompt }));
    json!({
        "contents": [{ "role": "user", "parts": parts }],
        "generationConfig": { "responseModalities": ["IMAGE"], "imageConfig": { "aspectRatio": aspect(ask.frame.ratio()) } },
    })
}

/// The words as they are to be said.
pub(super) fn speech(service: &Service, ask: &Ask) -> Value {
    let voice = Some(ask.frame.voice.as_str()).filter(|voice| !voice.is_empty()).unwrap_or(service.get_or("voice", VOICE));
    json!({
        "contents": [{ "role": "user", "parts": [{ "text": ask.prompt }] }],
        "generationConfig": {
            "responseModalities": ["AUDIO"],
            "speechConfig": { "voiceConfig": { "prebuiltVoiceConfig": { "voiceName": voice } } },
        },
    })
}

/// The frame that is nearest by the proportion of its sides.
fn aspect(ratio: (u32, u32)) -> String {
    let log = |(width, height): (u32, u32)| (f64::from(width) / f64::from(height)).ln();
    let far = |aspect: &(u32, u32)| (log(*aspect) - log(ratio)).abs();
    let (width, height) = ASPECTS.into_iter().min_by(|a, b| far(a).total_cmp(&far(b))).unwrap_or((9, 16));
    format!("{width}:{height}")
}

/// A JSON Schema as Google's `Schema` object: types in capitals, none of the fields it does not know. It writes what is
/// required in the order of that list.
fn subset(schema: &Value) -> Value {
    const KNOWN: [&str; 5] = ["description", "enum", "format", "nullable", "required"];
    let Some(fields) = schema.as_object() else { return schema.clone() };
    let mut kept = Map::new();
    for (name, value) in fields {
        let value = match (name.as_str(), value) {
            ("type", Value::String(kind)) => json!(kind.to_uppercase()),
            ("items", items) => subset(items),
            ("properties", Value::Object(properties)) => properties.iter().map(|(name, schema)| (name.clone(), subset(schema))).collect(),
            (known, value) if KNOWN.contains(&known) => value.clone(),
            _ => continue,
        };
        kept.insert(name.clone(), value);
    }
    Value::Object(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::create::prompts::ModelSettings;
    use crate::create::runs::backends::adapter::{Frame, Reference};

    #[test]
    fn the_schema_keeps_what_is_known() {
        let line = json!({ "type": "STRING" });
        let item = json!({ "type": "OBJECT", "properties": { "title": line, "hook": line, "angle": line, "why_now": line },
            "required": ["angle", "hook", "title", "why_now"] });
        let list = json!({ "type": "ARRAY", "items": item });
        assert_eq!(subset(&shapes::ideas_schema()), json!({ "type": "OBJECT", "properties": { "ideas": list }, "required": ["ideas"] }));
        let variants = subset(&shapes::variants_schema()).to_string();
        assert!(variants.contains("One beat per line") && !variants.contains("additionalProperties"));
    }

    #[test]
    fn a_property_may_have_the_name_of_a_keyword() {
        let schema = json!({ "type": "object", "properties": { "title": { "type": "string", "title": "T" }, "$defs": { "type": "integer" } } });
        assert_eq!(subset(&schema), json!({ "type": "OBJECT", "properties": { "title": { "type": "STRING" }, "$defs": { "type": "INTEGER" } } }));
    }

    #[test]
    fn a_frame_is_the_nearest_there_is() {
        for (ratio, kept) in [((9, 16), "9:16"), ((16, 9), "16:9"), ((1, 1), "1:1"), ((10, 16), "2:3"), ((32, 9), "21:9"), ((1, 3), "9:16")] {
            assert_eq!(aspect(ratio), kept, "{ratio:?}");
        }
    }

    #[test]
    fn words_are_asked_for_in_a_shape_and_within_a_limit() {
        let settings = ModelSettings { model: None, temperature: Some(0.5), max_tokens: Some(900) };
        let body = words(&Ask { prompt: "Twelve.".into(), settings, count: 12, ..Ask::default() });
        let config = &body["generationConfig"];
        assert_eq!((&config["temperature"], &config["maxOutputTokens"]), (&json!(0.5), &json!(900)));
        assert_eq!(body["contents"][0]["parts"][0]["text"], "Twelve.");
        assert!(words(&Ask::default())["generationConfig"].get("maxOutputTokens").is_none());
    }

    #[test]
    fn pictures_are_shown_before_the_words() {
        let shown = |media_type: &str| Reference { media_type: media_type.into(), file_name: "a".into(), bytes: "hi".into() };
        let ask = Ask { prompt: "Closer.".into(), references: vec![shown("image/png"), shown("audio/wav")], ..Ask::default() };
        let parts = picture(&ask)["contents"][0]["parts"].clone();
        assert_eq!(parts, json!([{ "inlineData": { "mimeType": "image/png", "data": "aGk=" } }, { "text": "Closer." }]));
    }

    #[test]
    fn a_voice_is_the_runs_the_services_or_a_known_one() {
        let voice = |service: &Service, said: &str| {
            let body = speech(service, &Ask { frame: Frame { voice: said.into(), ..Frame::default() }, ..Ask::default() });
            body["generationConfig"]["speechConfig"]["voiceConfig"]["prebuiltVoiceConfig"]["voiceName"].as_str().unwrap().to_owned()
        };
        let mut service = Service::default();
        assert_eq!(voice(&service, ""), VOICE);
        service.settings.insert("voice".into(), "Puck".into());
        assert_eq!((voice(&service, ""), voice(&service, "Leda")), ("Puck".to_owned(), "Leda".to_owned()));
    }
}
