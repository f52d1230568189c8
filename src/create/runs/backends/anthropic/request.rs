//! What is sent, and which fields are given up when a model does not take them.

use crate::create::prompts::Purpose;
use crate::create::runs::backends::adapter::{Ask, Service};
use crate::create::runs::backends::wire;
use crate::create::runs::{costs, shapes};
use crate::platform::outbound::Answer;
use serde_json::{Value, json};

/// What is still worth sending to this model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Way {
    without_temperature: bool,
    /// The model decides whether it calls the tool; the words ask for it.
    unforced: bool,
    /// The longest answer the model allows, when it said so.
    limit: Option<i64>,
}

impl Way {
    /// Gives up what a refusal names; false when it names nothing that could be given up.
    pub(super) fn gives_up(&mut self, answer: &Answer) -> bool {
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        answer.status.as_u16() == 400 && self.gives_up_for(wire::text(&body, &["error", "message"]))
    }

    fn gives_up_for(&mut self, said: &str) -> bool {
        let before = *self;
        match () {
            () if said.contains("max_tokens") => self.limit = self.limit.or_else(|| allowed(said)),
            () if said.contains("tool_choice") => self.unforced = true,
            () if said.contains("temperature") => self.without_temperature = true,
            () => {}
        }
        *self != before
    }
}

/// The figure in `max_tokens: 21600 > 8192, which is the maximum allowed number of output tokens for …`.
fn allowed(said: &str) -> Option<i64> {
    let (_, rest) = said.split_once("max_tokens: ")?;
    let (_, rest) = rest.split_once("> ")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|tokens| *tokens > 0)
}

/// The body of the call. An answer must have an end; without one of the prompt's own it is the most that is reserved.
pub(super) fn message(service: &Service, ask: &Ask, way: Way) -> Value {
    let (name, schema) = match ask.purpose {
        Purpose::Ideas => ("ideas", shapes::ideas_schema()),
        Purpose::Variants => ("variants", shapes::variants_schema()),
    };
    let count = i64::try_from(ask.count).unwrap_or(i64::MAX);
    let asked = ask.settings.max_tokens.unwrap_or_else(|| costs::most_tokens(count));
    let system = format!(
        "Hand over your answer by calling the tool \"{name}\" once, with {} items in \"{name}\". \
         Where that is impossible, answer with one JSON object that fits the tool's schema and nothing else.",
        ask.count
    );
    let choice = if way.unforced { json!({ "type": "auto" }) } else { json!({ "type": "tool", "name": name, "disable_parallel_tool_use": true }) };
    let mut body = json!({
        "model": ask.model(service.get("model")),
        "max_tokens": way.limit.map_or(asked, |limit| asked.min(limit)),
        "stream": true,
        "system": system,
        "messages": [{ "role": "user", "content": ask.prompt }],
        "tools": [{ "name": name, "description": format!("Takes the {name} that were asked for."), "input_schema": schema }],
        "tool_choice": choice,
    });
    if let Some(degrees) = ask.settings.temperature.filter(|_| !way.without_temperature)
        && let Some(fields) = body.as_object_mut()
    {
        // This protocol ends at 1, where prompts may say up to 2.
        fields.insert("temperature".into(), json!(degrees.min(1.0)));
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::create::prompts::ModelSettings;
    use crate::platform::outbound::{HeaderMap, StatusCode};

    fn ask() -> Ask {
        let settings = ModelSettings { model: Some("claude".into()), temperature: Some(1.4), max_tokens: None };
        Ask { purpose: Purpose::Variants, prompt: "Twelve, please.".into(), settings, count: 12, ..Ask::default() }
    }

    #[test]
    fn the_shape_is_a_tool_and_the_answer_has_an_end() {
        let body = message(&Service::default(), &ask(), Way::default());
        assert_eq!((&body["model"], &body["max_tokens"], &body["temperature"]), (&json!("claude"), &json!(21_600), &json!(1.0)));
        assert_eq!((&body["tool_choice"]["type"], &body["tool_choice"]["name"]), (&json!("tool"), &json!("variants")));
        assert_eq!(body["tools"][0]["input_schema"], shapes::variants_schema());
        assert_eq!(body["messages"][0]["content"], "Twelve, please.");
        let short = Ask { settings: ModelSettings { max_tokens: Some(900), ..ModelSettings::default() }, ..ask() };
        assert_eq!(message(&Service::default(), &short, Way::default())["max_tokens"], 900);
    }

    #[test]
    fn a_refusal_costs_the_field_it_names_once() {
        let mut way = Way::default();
        assert!(way.gives_up_for("`temperature` is deprecated for this model."));
        assert!(way.gives_up_for("max_tokens: 21600 > 8192, which is the maximum allowed number of output tokens for claude-small"));
        assert!(way.gives_up_for("Thinking may not be enabled when tool_choice forces tool use."));
        let body = message(&Service::default(), &ask(), way);
        assert_eq!((body.get("temperature"), &body["max_tokens"], &body["tool_choice"]), (None, &json!(8_192), &json!({ "type": "auto" })));
        for said in ["temperature", "max_tokens: 8192 > 4096, which", "tool_choice", "something else", "max_tokens: must be greater than 0"] {
            assert!(!way.gives_up_for(said), "{said}");
        }
    }

    #[test]
    fn only_a_400_is_asked_again() {
        let body = json!({ "type": "error", "error": { "type": "invalid_request_error", "message": "temperature: no" } }).to_string();
        let answer = |status: u16| Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: body.clone().into(),
            complete: true,
        };
        assert!(Way::default().gives_up(&answer(400)));
        for status in [200, 429, 500] {
            assert!(!Way::default().gives_up(&answer(status)), "{status}");
        }
    }
}
