//! The answer of a model, in pieces or whole: what it hands to the tool, or what it says instead.

use crate::create::runs::backends::outcome::{Class, Made, Trouble, Used, beginning};
use crate::create::runs::backends::sse::Event;
use crate::create::runs::backends::wire;
use crate::platform::outbound::Answer;
use serde_json::Value;

/// What came back so far.
#[derive(Debug, Default)]
pub(super) struct Message {
    tool: String,
    text: String,
    stop: String,
    used: Used,
    begun: bool,
}

impl Message {
    /// Takes one event of a stream; true at its end. An error may come in the middle, with status 200.
    pub(super) fn take(&mut self, event: &Event) -> Result<bool, Trouble> {
        let body: Value = serde_json::from_str(&event.data).map_err(|_| Trouble::new(Class::BadAnswer))?;
        match wire::text(&body, &["type"]) {
            "message_start" => {
                self.begun = true;
                self.count(body.get("message"));
            }
            "content_block_delta" => {
                self.tool += wire::text(&body, &["delta", "partial_json"]);
                self.text += wire::text(&body, &["delta", "text"]);
            }
            "message_delta" => {
                wire::text(&body, &["delta", "stop_reason"]).clone_into(&mut self.stop);
                self.count(Some(&body));
            }
            "message_stop" => return Ok(true),
            "error" => return Err(self.failed(&body)),
            // Pings, the ends of blocks, and whatever the protocol adds later.
            _ => {}
        }
        Ok(false)
    }

    pub(super) fn used(&self) -> Used {
        self.used
    }

    /// An error in the middle. What was read until then may be charged, so this is not asked again by itself.
    fn failed(&self, body: &Value) -> Trouble {
        let trouble = sorted(wire::said(body, Class::Unavailable));
        let class = if self.begun && trouble.class == Class::RateLimited { Class::Unavailable } else { trouble.class };
        Trouble { class, ..trouble }
    }

    /// Figures are totals so far. What was cached is not among `input_tokens`.
    fn count(&mut self, of: Option<&Value>) {
        let Some(usage) = of.and_then(|of| of.get("usage")) else { return };
        let figure = |name: &str| wire::number(usage, &[name]);
        if let Some(fresh) = figure("input_tokens") {
            let cached = [figure("cache_creation_input_tokens"), figure("cache_read_input_tokens")];
            self.used.tokens_in = Some(cached.into_iter().flatten().fold(fresh, i64::saturating_add));
        }
        self.used.tokens_out = figure("output_tokens").or(self.used.tokens_out);
    }

    /// The drafts, or why there are none.
    pub(super) fn end(self, raw: String) -> Result<Made, Trouble> {
        let used = self.used;
        if self.stop == "refusal" {
            return Err(Trouble { used, raw, ..Trouble::saying(Class::Moderation, &self.text) });
        }
        let cut_short = matches!(self.stop.as_str(), "max_tokens" | "model_context_window_exceeded");
        let text = if self.tool.trim().is_empty() { self.text } else { self.tool };
        if text.trim().is_empty() {
            let class = if cut_short { Class::TooLong } else { Class::BadAnswer };
            return Err(Trouble { used, raw, ..Trouble::new(class) });
        }
        Ok(Made { text, cut_short, used, raw, ..Made::default() })
    }
}

/// The drafts of an answer that came whole, as some servers between us and the service send it.
pub(super) fn read(answer: &Answer) -> Result<Made, Trouble> {
    if !answer.status.is_success() {
        return Err(refused(answer));
    }
    let body = wire::json(answer)?;
    let raw = beginning(&answer.body);
    if body.get("error").is_some_and(|error| !error.is_null()) {
        return Err(Trouble { raw, ..sorted(wire::said(&body, Class::BadAnswer)) });
    }
    let mut message = Message { stop: wire::text(&body, &["stop_reason"]).to_owned(), ..Message::default() };
    message.count(Some(&body));
    for block in body.get("content").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default() {
        match block.get("input") {
            Some(input) => message.tool += &input.to_string(),
            None => message.text += wire::text(block, &["text"]),
        }
    }
    message.end(raw)
}

pub(super) fn refused(answer: &Answer) -> Trouble {
    sorted(wire::refused(answer))
}

/// Some refusals differ by their words only.
fn sorted(trouble: Trouble) -> Trouble {
    let says = |words: &[&str]| words.iter().any(|word| trouble.detail.contains(word));
    let class = match trouble.class {
        Class::Refused if says(&["credit balance", "usage limits"]) => Class::NoCredit,
        Class::Refused if says(&["prompt is too long", "exceed context limit"]) => Class::TooLong,
        class => class,
    };
    Trouble { class, ..trouble }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::outbound::{HeaderMap, StatusCode};
    use serde_json::json;

    fn answer(status: u16, body: &Value) -> Answer {
        Answer { status: StatusCode::from_u16(status).unwrap(), headers: HeaderMap::new(), body: body.to_string().into(), complete: true }
    }

    fn event(data: &Value) -> Event {
        Event { name: data["type"].as_str().unwrap().into(), data: data.to_string() }
    }

    fn start() -> Value {
        let usage = json!({ "input_tokens": 12, "cache_creation_input_tokens": 3, "cache_read_input_tokens": 5, "output_tokens": 1 });
        json!({ "type": "message_start", "message": { "usage": usage } })
    }

    fn stopped(reason: &str) -> Value {
        json!({ "type": "message_delta", "delta": { "stop_reason": reason }, "usage": { "output_tokens": 34 } })
    }

    #[test]
    fn pieces_of_json_make_one_text() {
        let piece = |json: &str| json!({ "type": "content_block_delta", "delta": { "type": "input_json_delta", "partial_json": json } });
        let mut message = Message::default();
        for data in [
            start(),
            json!({ "type": "content_block_delta", "delta": { "type": "text_delta", "text": "Here they are." } }),
            json!({ "type": "content_block_start", "content_block": { "type": "tool_use", "name": "ideas", "input": {} } }),
            piece(""),
            piece("{\"ide"),
            json!({ "type": "ping" }),
            piece("as\": [1]}"),
            json!({ "type": "content_block_stop" }),
            stopped("max_tokens"),
        ] {
            assert!(!message.take(&event(&data)).unwrap());
        }
        assert!(message.take(&event(&json!({ "type": "message_stop" }))).unwrap());
        let made = message.end("raw".into()).unwrap();
        assert_eq!((made.text.as_str(), made.cut_short, made.raw.as_str()), ("{\"ideas\": [1]}", true, "raw"));
        assert_eq!(made.used, Used { tokens_in: Some(20), tokens_out: Some(34), ..Used::default() });
    }

    #[test]
    fn an_end_without_drafts_says_why() {
        for (reason, class) in [("refusal", Class::Moderation), ("max_tokens", Class::TooLong), ("end_turn", Class::BadAnswer)] {
            let mut message = Message::default();
            message.take(&event(&start())).unwrap();
            message.take(&event(&stopped(reason))).unwrap();
            let trouble = message.end(String::new()).unwrap_err();
            assert_eq!((trouble.class, trouble.used.tokens_in), (class, Some(20)), "{reason}");
        }
    }

    #[test]
    fn an_error_before_anything_may_pass_and_one_in_the_middle_is_a_persons() {
        let error = |kind: &str| event(&json!({ "type": "error", "error": { "type": kind, "message": "Overloaded" } }));
        let mut message = Message::default();
        assert_eq!(message.take(&error("overloaded_error")).unwrap_err().class, Class::RateLimited);
        message.take(&event(&start())).unwrap();
        assert_eq!(message.take(&error("overloaded_error")).unwrap_err().class, Class::Unavailable);
        assert_eq!(message.take(&error("api_error")).unwrap_err().class, Class::Unavailable);
        assert_eq!(message.used().tokens_in, Some(20));
    }

    #[test]
    fn whole_answers_are_sorted() {
        let error = |kind: &str, said: &str| json!({ "type": "error", "error": { "type": kind, "message": said } });
        for (status, body, class) in [
            (400, error("invalid_request_error", "Your credit balance is too low to access the Anthropic API."), Class::NoCredit),
            (400, error("invalid_request_error", "You have reached your specified API usage limits."), Class::NoCredit),
            (400, error("invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"), Class::TooLong),
            (400, error("invalid_request_error", "messages: no"), Class::Refused),
            (401, error("authentication_error", "invalid x-api-key"), Class::RefusedKey),
            (403, error("permission_error", "no"), Class::RefusedKey),
            (404, error("not_found_error", "model: x"), Class::UnknownModel),
            (413, error("request_too_large", "no"), Class::TooLong),
            (429, error("rate_limit_error", "slower"), Class::RateLimited),
            (500, error("api_error", "no"), Class::Unavailable),
            (529, error("overloaded_error", "Overloaded"), Class::RateLimited),
            (200, error("overloaded_error", "Overloaded"), Class::RateLimited),
            (200, json!({ "content": [], "stop_reason": "end_turn" }), Class::BadAnswer),
            (200, json!({ "content": [{ "type": "text", "text": "I will not." }], "stop_reason": "refusal" }), Class::Moderation),
        ] {
            assert_eq!(read(&answer(status, &body)).unwrap_err().class, class, "{status} {body}");
        }
    }

    #[test]
    fn the_tool_wins_over_what_is_said_beside_it() {
        let content = json!([{ "type": "text", "text": "Sure." }, { "type": "tool_use", "name": "ideas", "input": { "ideas": [] } }]);
        let body = json!({ "content": content, "stop_reason": "tool_use", "usage": { "input_tokens": 2, "output_tokens": 3 } });
        let made = read(&answer(200, &body)).unwrap();
        assert_eq!((made.text.as_str(), made.used.tokens_out), ("{\"ideas\":[]}", Some(3)));
        let said = json!({ "content": [{ "type": "text", "text": "{\"ideas\": []}" }], "stop_reason": "end_turn" });
        assert_eq!(read(&answer(200, &said)).unwrap().text, "{\"ideas\": []}");
    }
}
