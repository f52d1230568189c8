//! Speech from words, and words from speech.

use super::OpenAi;
use crate::create::runs::backends::adapter::{Ask, Desk};
use crate::create::runs::backends::outcome::{Class, Made, Product, Trouble, Used, beginning};
use crate::create::runs::backends::wire::{self, Call};
use crate::platform::outbound::{Content, Part};
use crate::platform::text::length;
use serde_json::{Value, json};

/// The bytes of an answer are the sound; usage is not in it, so the characters are counted.
pub(super) async fn say(adapter: &OpenAi, desk: &Desk<'_>, ask: &Ask) -> Result<Made, Trouble> {
    let voice = Some(ask.frame.voice.as_str()).filter(|voice| !voice.is_empty()).unwrap_or(desk.service.get_or("voice", "alloy"));
    let body = json!({ "model": ask.model(desk.service.get("speech_model")), "input": ask.prompt, "voice": voice, "response_format": "mp3" });
    let call = Call::post(format!("{}/audio/speech", desk.service.get("base_url")), body).most(wire::FILES);
    let answer = wire::send(adapter, desk, call).await?;
    if !answer.status.is_success() {
        return Err(wire::refused(&answer));
    }
    let used = Used { characters: i64::try_from(length(&ask.prompt)).ok(), ..Used::default() };
    // Some servers answer an error as JSON with status 200.
    if answer.body.is_empty() || answer.body.first() == Some(&b'{') {
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        return Err(Trouble { raw: beginning(&answer.body), ..wire::said(&body, Class::BadAnswer) });
    }
    if !answer.complete {
        return Err(Trouble { used, ..Trouble::new(Class::Unknown) });
    }
    Ok(Made { products: vec![Product::bytes(answer.body, "speech")], used, ..Made::default() })
}

/// Asks for segments; a server that knows none answers the words alone.
pub(super) async fn write_down(adapter: &OpenAi, desk: &Desk<'_>, ask: &Ask) -> Result<Made, Trouble> {
    let Some(sound) = ask.references.first() else { return Err(Trouble::new(Class::Refused)) };
    let text =
        |name: &str, text: &str| Part { name: name.into(), file_name: None, media_type: None, content: Content::Bytes(text.to_owned().into()) };
    let parts = vec![
        text("model", ask.model(desk.service.get("transcript_model"))),
        text("response_format", "verbose_json"),
        text("language", ask.locale.split('-').next().unwrap_or_default()),
        Part {
            name: "file".into(),
            file_name: Some(sound.file_name.clone()),
            media_type: Some(sound.media_type.clone()),
            content: Content::Bytes(sound.bytes.clone()),
        },
    ];
    let call = Call::form(format!("{}/audio/transcriptions", desk.service.get("base_url")), parts);
    let (body, answer) = wire::ask(adapter, desk, call).await?;
    heard(&body, beginning(&answer.body))
}

/// `{text, duration, segments: [{start, end, text}]}` as WebVTT.
fn heard(body: &Value, raw: String) -> Result<Made, Trouble> {
    let seconds = |value: &Value, name: &str| value.get(name).and_then(Value::as_f64).filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
    let ms = |seconds: f64| (seconds * 1_000.0).round() as i64;
    let duration = seconds(body, "duration").or_else(|| body.get("usage").and_then(|usage| seconds(usage, "seconds"))).map(ms);
    let text = wire::text(body, &["text"]).trim().to_owned();
    let mut cues: Vec<(i64, i64, String)> = Vec::new();
    for segment in body.get("segments").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default() {
        if let (Some(start), Some(end)) = (seconds(segment, "start"), seconds(segment, "end")) {
            cues.push((ms(start), ms(end), wire::text(segment, &["text"]).trim().to_owned()));
        }
    }
    let used = Used {
        ms: duration,
        tokens_in: wire::number(body, &["usage", "input_tokens"]),
        tokens_out: wire::number(body, &["usage", "output_tokens"]),
        ..Used::default()
    };
    if text.is_empty() && cues.is_empty() {
        return Err(Trouble { used, raw, ..Trouble::new(Class::BadAnswer) });
    }
    if cues.is_empty() {
        cues.push((0, duration.unwrap_or(1_000), text.clone()));
    }
    let product = Product { duration_ms: duration, ..Product::bytes(vtt(&cues), "transcript.vtt") };
    Ok(Made { text, products: vec![product], used, raw, ..Made::default() })
}

fn vtt(cues: &[(i64, i64, String)]) -> String {
    let stamp = |ms: i64| format!("{:02}:{:02}:{:02}.{:03}", ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60, ms % 1_000);
    let mut text = String::from("WEBVTT\n");
    for (start, end, words) in cues {
        // An arrow or an empty line inside a cue would end it.
        let words = words.replace("-->", "→").split('\n').map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
        text += &format!("\n{} --> {}\n{words}\n", stamp(*start), stamp((*end).max(*start + 1)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::create::runs::backends::outcome::Source;

    #[test]
    fn what_was_heard_becomes_cues() {
        let body = json!({ "text": "你好。Xin chào.", "duration": 3.5,
            "segments": [{ "start": 0.0, "end": 1.25, "text": " 你好。" }, { "start": 1.25, "end": 3.5, "text": "Xin --> chào." }] });
        let made = heard(&body, String::new()).unwrap();
        let Source::Bytes(bytes) = &made.products[0].source else { panic!("bytes") };
        let expected = "WEBVTT\n\n00:00:00.000 --> 00:00:01.250\n你好。\n\n00:00:01.250 --> 00:00:03.500\nXin → chào.\n";
        assert_eq!(String::from_utf8_lossy(bytes), expected);
        assert_eq!((made.used.ms, made.products[0].duration_ms), (Some(3_500), Some(3_500)));
        assert!(heard(&json!({ "text": "words alone" }), String::new()).is_ok());
        assert_eq!(heard(&json!({ "text": " " }), String::new()).unwrap_err().class, Class::BadAnswer);
    }
}
