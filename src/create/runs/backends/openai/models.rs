//! The list of models that a server offers.

use crate::platform::outbound::Answer;
use serde_json::Value;

/// The names in the list; `None` when there is no such list.
pub(super) fn listed(answer: &Answer) -> Option<Vec<String>> {
    if !answer.status.is_success() {
        return None;
    }
    let body: Value = serde_json::from_slice(&answer.body).ok()?;
    let list = body.get("data")?.as_array()?;
    Some(list.iter().filter_map(|entry| entry.get("id").and_then(Value::as_str)).map(str::to_owned).collect())
}

/// Whether the list names this model. Ollama lists `name:latest` for `name`.
pub(super) fn knows(list: &[String], model: &str) -> bool {
    list.iter().any(|id| id == model || id.strip_suffix(":latest") == Some(model))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::outbound::{HeaderMap, StatusCode};

    #[test]
    fn models_are_looked_up_where_there_is_a_list() {
        let answer = |status, body: &'static str| Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: body.into(),
            complete: true,
        };
        let list = listed(&answer(200, r#"{"data":[{"id":"qwen:latest"},{"id":"small"}]}"#)).unwrap();
        assert!(knows(&list, "qwen") && knows(&list, "small") && !knows(&list, "large"));
        assert_eq!((listed(&answer(200, "{}")), listed(&answer(404, ""))), (None, None));
    }
}
