//! What is sent, and which fields are given up when a server does not know them.

use crate::create::prompts::Purpose;
use crate::create::runs::backends::adapter::{Ask, Service};
use crate::create::runs::shapes;
use crate::platform::outbound::Answer;
use serde_json::{Value, json};

/// How the shape of the answer is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Format {
    /// A JSON Schema that the server enforces.
    #[default]
    Schema,
    /// Any JSON object; the schema stands in the words.
    Object,
    /// The words alone.
    Plain,
}

/// Which name the limit of the answer goes by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Limit {
    #[default]
    CompletionTokens,
    Tokens,
    Unsaid,
}

/// The fields still worth sending to this server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Way {
    format: Format,
    limit: Limit,
    without_temperature: bool,
    whole: bool,
}

impl Way {
    /// Gives up what a refusal names; false when it names nothing that could be given up.
    pub(super) fn gives_up(&mut self, answer: &Answer) -> bool {
        matches!(answer.status.as_u16(), 400 | 422) && self.gives_up_for(&String::from_utf8_lossy(&answer.body))
    }

    fn gives_up_for(&mut self, text: &str) -> bool {
        let names = |words: &[&str]| words.iter().any(|word| text.contains(word));
        let before = *self;
        match self.limit {
            Limit::CompletionTokens if names(&["max_completion_tokens"]) => self.limit = Limit::Tokens,
            Limit::Tokens if names(&["max_tokens"]) => self.limit = Limit::Unsaid,
            _ if names(&["response_format", "json_schema", "json_object"]) => {
                self.format = if self.format == Format::Schema { Format::Object } else { Format::Plain };
            }
            _ if names(&["temperature"]) => self.without_temperature = true,
            _ if names(&["stream"]) => self.whole = true,
            _ => {}
        }
        *self != before
    }
}

/// The body of the call. The shape also stands in the words, because some servers only read those.
pub(super) fn chat(service: &Service, ask: &Ask, way: Way) -> Value {
    let (name, schema) = match ask.purpose {
        Purpose::Ideas => ("ideas", shapes::ideas_schema()),
        Purpose::Variants => ("variants", shapes::variants_schema()),
    };
    let system =
        format!("Answer with one JSON object and nothing else. It must fit this JSON schema, with {} items in \"{name}\":\n{schema}", ask.count);
    let model = ask.model(service.get("model"));
    let mut body = json!({
        "model": model,
        "messages": [{ "role": "system", "content": system }, { "role": "user", "content": ask.prompt }],
    });
    let mut set = |field: &str, value: Value| {
        if let Some(fields) = body.as_object_mut() {
            fields.insert(field.to_owned(), value);
        }
    };
    match way.format {
        Format::Schema => set("response_format", json!({ "type": "json_schema", "json_schema": { "name": name, "strict": true, "schema": schema } })),
        Format::Object => set("response_format", json!({ "type": "json_object" })),
        Format::Plain => {}
    }
    match (ask.settings.max_tokens, way.limit) {
        (Some(tokens), Limit::CompletionTokens) => set("max_completion_tokens", json!(tokens)),
        (Some(tokens), Limit::Tokens) => set("max_tokens", json!(tokens)),
        _ => {}
    }
    if !way.whole {
        set("stream", json!(true));
        set("stream_options", json!({ "include_usage": true }));
    }
    if let Some(degrees) = ask.settings.temperature.filter(|_| !way.without_temperature) {
        set("temperature", json!(degrees));
    }
    body
}

/// The shortest call there is.
pub(super) fn hello(service: &Service) -> Value {
    json!({ "model": service.get("model"), "messages": [{ "role": "user", "content": "Say ok." }] })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::create::prompts::ModelSettings;
    use std::collections::BTreeMap;

    fn ask() -> Ask {
        Ask {
            purpose: Purpose::Ideas,
            prompt: "Twelve, please.".into(),
            settings: ModelSettings { model: None, temperature: Some(0.7), max_tokens: Some(900) },
            count: 12,
            locale: "vi".into(),
            seed: 1,
            ..Ask::default()
        }
    }

    fn service() -> Service {
        Service { settings: BTreeMap::from([("model".to_owned(), "small".to_owned())]), secret: None }
    }

    #[test]
    fn a_refusal_costs_the_field_it_names() {
        let mut way = Way::default();
        assert_eq!(chat(&service(), &ask(), way)["response_format"]["type"], "json_schema");
        assert!(way.gives_up_for("Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."));
        assert_eq!(chat(&service(), &ask(), way)["response_format"]["type"], "json_object");
        assert!(way.gives_up_for("unknown field response_format"));
        assert!(chat(&service(), &ask(), way).get("response_format").is_none());
        assert!(way.gives_up_for("Unrecognized request argument supplied: max_completion_tokens"));
        let body = chat(&service(), &ask(), way);
        assert_eq!((body.get("max_completion_tokens"), &body["max_tokens"]), (None, &json!(900)));
        assert!(way.gives_up_for("max_tokens is not permitted"));
        assert!(way.gives_up_for("'temperature' does not support 0.7"));
        let body = chat(&service(), &ask(), way);
        assert_eq!(body.as_object().unwrap().keys().collect::<Vec<_>>(), ["messages", "model", "stream", "stream_options"]);
        // Everything is given up: the refusal is the answer.
        assert!(way.gives_up_for("stream_options: extra fields not permitted"));
        assert!(chat(&service(), &ask(), way).get("stream").is_none());
        for text in ["max_completion_tokens", "response_format", "temperature", "something else"] {
            assert!(!way.gives_up_for(text), "{text}");
        }
    }

    #[test]
    fn the_words_name_json_and_the_prompt_is_the_users() {
        let body = chat(&service(), &ask(), Way::default());
        assert!(body["messages"][0]["content"].as_str().unwrap().contains("JSON"));
        assert_eq!(body["messages"][1]["content"], "Twelve, please.");
        assert_eq!(body["model"], "small");
        assert!(body.get("max_tokens").is_none());
    }
}
