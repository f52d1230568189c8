//! The answer of `generateContent`: words and files in parts, or why there are none.

use super::super::outcome::{Class, Trouble, Used};
use super::super::wire;
use serde_json::Value;

/// What came back, read to its end.
#[derive(Debug, Default)]
pub(super) struct Answered {
    pub text: String,
    pub files: Vec<File>,
    pub cut_short: bool,
    pub used: Used,
    pub raw: String,
}

/// A file inside the answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct File {
    pub media_type: String,
    pub bytes: Vec<u8>,
}

impl Answered {
    /// Trouble with what was used and with what the model said instead.
    pub(super) fn without_result(self, class: Class) -> Trouble {
        Trouble { used: self.used, raw: self.raw, ..Trouble::saying(class, &self.text) }
    }
}

/// Why a model stops by its own rules.
const HELD_BACK: [&str; 8] =
    ["SAFETY", "RECITATION", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION"];

/// `{candidates: [{content: {parts}, finishReason}], promptFeedback, usageMetadata}`.
pub(super) fn read(body: &Value, raw: String) -> Result<Answered, Trouble> {
    if body.get("error").is_some_and(|error| !error.is_null()) {
        return Err(Trouble { raw, ..wire::said(body, Class::BadAnswer) });
    }
    let used = used(body);
    let blocked = wire::text(body, &["promptFeedback", "blockReason"]);
    if !blocked.is_empty() {
        let said = wire::text(body, &["promptFeedback", "blockReasonMessage"]);
        let detail = if said.is_empty() { blocked } else { said };
        return Err(Trouble { used, raw, ..Trouble::saying(Class::Moderation, detail) });
    }
    let Some(candidate) = body.get("candidates").and_then(|candidates| candidates.get(0)) else {
        return Err(Trouble { used, raw, ..Trouble::new(Class::BadAnswer) });
    };
    let finish = wire::text(candidate, &["finishReason"]);
    let mut answered = Answered { cut_short: finish == "MAX_TOKENS", used, raw, ..Answered::default() };
    let parts = candidate.get("content").and_then(|content| content.get("parts")).and_then(Value::as_array);
    for part in parts.map(Vec::as_slice).unwrap_or_default() {
        answered.add(part);
    }
    if HELD_BACK.contains(&finish) && answered.files.is_empty() {
        let said = wire::text(candidate, &["finishMessage"]);
        let detail = if said.is_empty() { finish } else { said };
        return Err(Trouble { used, raw: answered.raw, ..Trouble::saying(Class::Moderation, detail) });
    }
    Ok(answered)
}

impl Answered {
    fn add(&mut self, part: &Value) {
        // Models that think show drafts of words and of pictures on the way; they are not the answer.
        if part.get("thought").and_then(Value::as_bool) == Some(true) {
            return;
        }
        self.text += wire::text(part, &["text"]);
        let data = wire::text(part, &["inlineData", "data"]);
        if data.is_empty() {
            return;
        }
        // A file inside the answer would fill what is kept of it.
        self.raw.clear();
        if let Some(bytes) = wire::decoded(data).filter(|bytes| !bytes.is_empty()) {
            self.files.push(File { media_type: wire::text(part, &["inlineData", "mimeType"]).to_owned(), bytes });
        }
    }
}

/// Thinking is charged as part of the answer and counted beside it.
fn used(body: &Value) -> Used {
    let figure = |name: &str| wire::number(body, &["usageMetadata", name]);
    let answer = [figure("candidatesTokenCount"), figure("thoughtsTokenCount")];
    let tokens_out = answer.iter().any(Option::is_some).then(|| answer.into_iter().flatten().fold(0, i64::saturating_add));
    Used { tokens_in: figure("promptTokenCount"), tokens_out, ..Used::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn candidate(parts: Value, finish: &str) -> Value {
        json!({ "candidates": [{ "content": { "parts": parts }, "finishReason": finish }],
            "usageMetadata": { "promptTokenCount": 7, "candidatesTokenCount": 20, "thoughtsTokenCount": 13 } })
    }

    #[test]
    fn parts_are_gathered_and_thoughts_left_out() {
        let parts = json!([
            { "text": "I should", "thought": true },
            { "inlineData": { "mimeType": "image/png", "data": "eA==" }, "thought": true },
            { "text": "{\"ideas\":" },
            { "text": "[]}" },
            { "inlineData": { "mimeType": "image/png", "data": "aGk=" } },
        ]);
        let answered = read(&candidate(parts, "STOP"), "raw".into()).unwrap();
        assert_eq!((answered.text.as_str(), answered.cut_short, answered.raw.as_str()), ("{\"ideas\":[]}", false, ""));
        assert_eq!(answered.files, [File { media_type: "image/png".into(), bytes: b"hi".to_vec() }]);
        assert_eq!(answered.used, Used { tokens_in: Some(7), tokens_out: Some(33), ..Used::default() });
        assert!(read(&candidate(json!([{ "text": "a" }]), "MAX_TOKENS"), String::new()).unwrap().cut_short);
    }

    #[test]
    fn what_is_held_back_is_said() {
        for (body, class, detail) in [
            (json!({ "promptFeedback": { "blockReason": "PROHIBITED_CONTENT" } }), Class::Moderation, "PROHIBITED_CONTENT"),
            (candidate(json!([{ "text": "half" }]), "SAFETY"), Class::Moderation, "SAFETY"),
            (json!({ "candidates": [{ "finishReason": "IMAGE_SAFETY", "finishMessage": "Unsafe." }] }), Class::Moderation, "Unsafe."),
            (json!({ "candidates": [] }), Class::BadAnswer, ""),
            (json!({}), Class::BadAnswer, ""),
            (json!({ "error": { "status": "RESOURCE_EXHAUSTED", "message": "m" } }), Class::RateLimited, "m"),
        ] {
            let trouble = read(&body, String::new()).unwrap_err();
            assert_eq!((trouble.class, trouble.detail.as_str()), (class, detail), "{body}");
        }
        let held = read(&candidate(json!([]), "RECITATION"), String::new()).unwrap_err();
        assert_eq!(held.used.tokens_in, Some(7), "what was used all the same");
    }

    #[test]
    fn a_picture_that_came_is_kept_whatever_is_said_beside_it() {
        let parts = json!([{ "inlineData": { "mimeType": "image/png", "data": "aGk=" } }]);
        assert_eq!(read(&candidate(parts, "IMAGE_SAFETY"), String::new()).unwrap().files.len(), 1);
    }
}
