//! The answer of a chat, whole or in pieces.

use crate::create::runs::backends::outcome::{Class, Made, Trouble, Used, beginning};
use crate::create::runs::backends::sse::Event;
use crate::create::runs::backends::wire;
use crate::platform::outbound::Answer;
use serde_json::Value;

/// What came back so far.
#[derive(Debug, Default)]
pub(super) struct Chat {
    text: String,
    refusal: String,
    finish: String,
    used: Used,
    begun: bool,
}

impl Chat {
    /// Takes one event of a stream; true at its end. An error may come in the middle, with status 200.
    pub(super) fn take(&mut self, event: &Event) -> Result<bool, Trouble> {
        if event.data == "[DONE]" {
            return Ok(true);
        }
        let body: Value = serde_json::from_str(&event.data).map_err(|_| Trouble::new(Class::BadAnswer))?;
        if body.get("error").is_some_and(|error| !error.is_null()) {
            return Err(Trouble { used: self.used, ..wire::said(&body, Class::Unknown) });
        }
        self.add(&body, "delta");
        Ok(false)
    }

    fn add(&mut self, body: &Value, part: &str) {
        let used = used(body);
        if used != Used::default() {
            self.used = used;
        }
        // The last piece of a stream holds the usage and no choice.
        let Some(choice) = body.get("choices").and_then(|choices| choices.get(0)) else { return };
        self.begun = true;
        if let Some(finish) = choice.get("finish_reason").and_then(Value::as_str) {
            finish.clone_into(&mut self.finish);
        }
        if let Some(message) = choice.get(part) {
            self.text += &message.get("content").map(content).unwrap_or_default();
            self.refusal += message.get("refusal").and_then(Value::as_str).unwrap_or_default();
        }
    }

    /// The drafts, or why there are none.
    pub(super) fn end(self, raw: String) -> Result<Made, Trouble> {
        let bad = |class| Trouble { used: self.used, raw: raw.clone(), ..Trouble::new(class) };
        if !self.begun {
            return Err(bad(Class::BadAnswer));
        }
        if self.finish == "content_filter" || !self.refusal.is_empty() {
            return Err(Trouble { detail: self.refusal, ..bad(Class::Moderation) });
        }
        let cut_short = self.finish == "length";
        if self.text.trim().is_empty() {
            return Err(bad(if cut_short { Class::TooLong } else { Class::BadAnswer }));
        }
        Ok(Made { text: self.text, cut_short, used: self.used, raw, ..Made::default() })
    }
}

/// The drafts of a whole answer.
pub(super) fn read(answer: &Answer) -> Result<Made, Trouble> {
    let body = wire::json(answer)?;
    let raw = beginning(&answer.body);
    if body.get("error").is_some_and(|error| !error.is_null()) {
        return Err(Trouble { raw, ..wire::said(&body, Class::BadAnswer) });
    }
    let mut chat = Chat::default();
    chat.add(&body, "message");
    chat.end(raw)
}

/// Content is a text, or a list of parts of which some are text.
fn content(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part.get("text").and_then(Value::as_str)).collect(),
        _ => String::new(),
    }
}

pub(super) fn used(body: &Value) -> Used {
    let usage = |name: &str| body.get("usage").and_then(|usage| usage.get(name)).and_then(Value::as_i64).filter(|tokens| *tokens >= 0);
    Used { tokens_in: usage("prompt_tokens"), tokens_out: usage("completion_tokens"), ..Used::default() }
}

/// Whether the shortest call was answered in this protocol at all.
pub(super) fn is_alive(answer: &Answer) -> Result<(), Trouble> {
    match read(answer) {
        Ok(_) => Ok(()),
        // A word that was held back is still an answer.
        Err(trouble) if matches!(trouble.class, Class::TooLong | Class::Moderation) && answer.status.is_success() => Ok(()),
        Err(trouble) => Err(trouble),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::outbound::{HeaderMap, StatusCode};
    use serde_json::json;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status: StatusCode::from_u16(status).unwrap(), headers: HeaderMap::new(), body: body.to_owned().into(), complete: true }
    }

    #[test]
    fn answers_are_sorted() {
        let said = |code: &str| json!({ "error": { "message": "m", "type": "t", "code": code } }).to_string();
        let choice = |message: Value, finish: &str| json!({ "choices": [{ "message": message, "finish_reason": finish }] }).to_string();
        for (body, class) in [
            (json!({ "choices": [] }).to_string(), Class::BadAnswer),
            (json!({ "choices": null }).to_string(), Class::BadAnswer),
            (said("invalid_api_key"), Class::RefusedKey),
            (choice(json!({ "content": "x" }), "content_filter"), Class::Moderation),
            (choice(json!({ "content": null, "refusal": "I will not." }), "stop"), Class::Moderation),
            (choice(json!({ "content": "" }), "length"), Class::TooLong),
            (choice(json!({ "content": "" }), "stop"), Class::BadAnswer),
        ] {
            assert_eq!(read(&answer(200, &body)).unwrap_err().class, class, "{body}");
        }
    }

    #[test]
    fn a_success_gives_its_text_and_its_usage() {
        let body = json!({
            "choices": [{ "message": { "content": [{ "type": "text", "text": "a" }, { "type": "text", "text": "b" }] }, "finish_reason": "length" }],
            "usage": { "prompt_tokens": 12, "completion_tokens": 34 },
        });
        let made = read(&answer(200, &body.to_string())).unwrap();
        assert_eq!((made.text.as_str(), made.cut_short), ("ab", true));
        assert_eq!(made.used, Used { tokens_in: Some(12), tokens_out: Some(34), ..Used::default() });
    }

    #[test]
    fn pieces_make_the_same_answer() {
        let event = |data: Value| Event { name: String::new(), data: data.to_string() };
        let mut chat = Chat::default();
        for piece in [
            json!({ "choices": [{ "delta": { "role": "assistant", "content": "" } }] }),
            json!({ "choices": [{ "delta": { "content": "a" } }] }),
            json!({ "choices": [{ "delta": { "content": "b" }, "finish_reason": "length" }] }),
            json!({ "choices": [], "usage": { "prompt_tokens": 12, "completion_tokens": 34 } }),
        ] {
            assert!(!chat.take(&event(piece)).unwrap());
        }
        assert!(chat.take(&Event { name: String::new(), data: "[DONE]".into() }).unwrap());
        let made = chat.end(String::new()).unwrap();
        assert_eq!((made.text.as_str(), made.cut_short, made.used.tokens_out), ("ab", true, Some(34)));
        let error = Chat::default().take(&event(json!({ "error": { "message": "overloaded", "code": "rate_limit" } })));
        assert_eq!(error.unwrap_err().class, Class::RateLimited);
    }
}
