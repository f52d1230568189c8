//! Anthropic: words handed to a tool, streamed in pieces.

use super::standin::{Asked, Fault, Protocol, Reply, Step};
use serde_json::{Value, json};

fn settings(origin: &str) -> Value {
    json!({ "base_url": format!("{origin}/v1"), "secret": "key-1", "model": "claude-small" })
}

fn is_signed(asked: &Asked) -> bool {
    asked.headers.get("x-api-key").is_some_and(|key| key == "key-1")
}

fn step(asked: &Asked) -> Step {
    if asked.method == "POST" { Step::Submit } else { Step::Test }
}

fn held_back(_: &str) -> (Step, u16, Value) {
    let content = json!([{ "type": "text", "text": "I will not write this." }]);
    (Step::Submit, 200, json!({ "type": "message", "content": content, "stop_reason": "refusal", "usage": { "input_tokens": 9 } }))
}

type Answer = fn(&Asked, Step, usize, &str) -> Reply;

const fn protocol(answer: Answer) -> Protocol {
    Protocol { kind: "anthropic", medium: "text", settings, step, answer, is_signed, held_back, makes: ("", 0) }
}

static TEXT: Protocol = protocol(answer);
static REFUSING: Protocol = protocol(refusing);
static BREAKING: Protocol = protocol(breaking);
static BESIDE: Protocol = protocol(beside);

fn answer(asked: &Asked, step: Step, _: usize, _: &str) -> Reply {
    assert_eq!(asked.headers.get("anthropic-version").map(String::as_str), Some("2023-06-01"));
    if step == Step::Test {
        return listed(asked);
    }
    let body = asked.json();
    assert_eq!(asked.path, "/v1/messages");
    assert_eq!((&body["model"], &body["stream"], &body["max_tokens"]), (&json!("claude-small"), &json!(true), &json!(4_000)));
    assert_eq!(body["messages"], json!([{ "role": "user", "content": "2 about opera" }]));
    assert_eq!((&body["tools"][0]["name"], &body["tools"][0]["input_schema"]["required"]), (&json!("ideas"), &json!(["ideas"])));
    Reply::Events(stream(&pieces(), "tool_use"))
}

/// The list holds the long name; the short one is known when it is asked for by itself.
fn listed(asked: &Asked) -> Reply {
    match asked.path.as_str() {
        "/v1/models" => Reply::Json(200, json!({ "data": [{ "type": "model", "id": "claude-small-20260101" }], "has_more": false })),
        "/v1/models/claude-small" => Reply::Json(200, json!({ "type": "model", "id": "claude-small-20260101" })),
        path => panic!("{path} is not of this protocol"),
    }
}

/// Two ideas as JSON for the tool, cut without regard for words, after a sentence that is none of it.
fn pieces() -> Vec<Value> {
    let ideas = crate::openai::answer()["choices"][0]["message"]["content"].as_str().unwrap().to_owned();
    let letters: Vec<char> = ideas.chars().collect();
    let delta = |index: usize, delta: Value| json!({ "type": "content_block_delta", "index": index, "delta": delta });
    let mut pieces = vec![delta(0, json!({ "type": "text_delta", "text": "Here are two [ideas]." }))];
    pieces.extend(letters.chunks(13).map(|piece| delta(1, json!({ "type": "input_json_delta", "partial_json": piece.iter().collect::<String>() }))));
    pieces
}

fn stream(pieces: &[Value], stop: &str) -> String {
    let usage = json!({ "input_tokens": 900, "cache_read_input_tokens": 100, "output_tokens": 1 });
    let mut events = vec![json!({ "type": "message_start", "message": { "role": "assistant", "usage": usage } }), json!({ "type": "ping" })];
    events.extend(pieces.iter().cloned());
    events.push(json!({ "type": "message_delta", "delta": { "stop_reason": stop }, "usage": { "output_tokens": 500 } }));
    events.push(json!({ "type": "message_stop" }));
    lines(&events)
}

fn lines(events: &[Value]) -> String {
    events.iter().map(|event| format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap())).collect()
}

fn refusing(asked: &Asked, step: Step, _: usize, _: &str) -> Reply {
    if step == Step::Test { listed(asked) } else { Reply::Events(stream(&[], "refusal")) }
}

/// Overloaded, after it had begun.
fn breaking(asked: &Asked, step: Step, _: usize, _: &str) -> Reply {
    if step == Step::Test {
        return listed(asked);
    }
    let whole = stream(&pieces(), "tool_use");
    let half: String = whole.split_inclusive("\n\n").take(5).collect();
    let error = json!({ "type": "error", "error": { "type": "overloaded_error", "message": "Overloaded" } });
    Reply::Events(half + &lines(&[error]))
}

/// A model that does not call the tool, and says the JSON instead.
fn beside(asked: &Asked, step: Step, _: usize, _: &str) -> Reply {
    if step == Step::Test {
        return listed(asked);
    }
    let ideas = crate::openai::answer()["choices"][0]["message"]["content"].clone();
    let said = json!({ "type": "content_block_delta", "index": 0, "delta": { "type": "text_delta", "text": ideas } });
    Reply::Events(stream(&[said], "end_turn"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn claude_keeps_the_contract() {
    super::keeps_the_contract(&TEXT).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_overloaded_service_is_asked_again_and_what_it_used_is_counted() {
    let stage = super::stage(&TEXT).await;
    let overloaded = json!({ "type": "error", "error": { "type": "overloaded_error", "message": "Overloaded" }, "request_id": "r" });
    let run = stage.run(vec![(Step::Submit, Fault::Say(529, overloaded))]).await;
    let ended = stage.ended(&run).await;
    assert_eq!((ended["state"].as_str(), stage.standin.asked(Step::Submit).len()), (Some("done"), 2), "{ended}");
    assert_eq!((&ended["tokens_in"], &ended["tokens_out"]), (&json!(1_000), &json!(500)), "{ended}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_that_will_not_be_forced_is_asked_freely() {
    let stage = super::stage(&BESIDE).await;
    let no = json!({ "type": "error", "error": { "type": "invalid_request_error",
        "message": "Thinking may not be enabled when tool_choice forces tool use." } });
    let run = stage.run(vec![(Step::Submit, Fault::Say(400, no))]).await;
    let ended = stage.ended(&run).await;
    let choices: Vec<Value> = stage.standin.asked(Step::Submit).iter().map(|asked| asked.json()["tool_choice"]["type"].clone()).collect();
    assert_eq!((ended["state"].as_str(), choices), (Some("done"), vec![json!("tool"), json!("auto")]), "{ended}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_at_the_end_of_a_stream_is_moderation() {
    let stage = super::stage(&REFUSING).await;
    let run = stage.run(vec![]).await;
    let ended = stage.ended(&run).await;
    assert_eq!((ended["state"].as_str(), ended["error_class"].as_str()), (Some("failed"), Some("moderation")), "{ended}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_breaks_off_in_the_middle_is_not_asked_again_by_itself() {
    let stage = super::stage(&BREAKING).await;
    let run = stage.run(vec![]).await;
    let ended = stage.ended(&run).await;
    assert_eq!((ended["state"].as_str(), ended["error_class"].as_str()), (Some("failed"), Some("unavailable")), "{ended}");
    assert_eq!((&ended["tokens_in"], stage.standin.asked(Step::Submit).len()), (&json!(1_000), 1), "what was read is counted: {ended}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_that_is_not_there_is_found_by_the_test() {
    let stage = super::stage(&TEXT).await;
    let path = format!("/api/v1/backends/{}", stage.backend);
    let unknown = json!({ "type": "error", "error": { "type": "not_found_error", "message": "model: claude-small" } });
    stage.standin.behave(vec![(Step::Test, Fault::Say(200, json!({ "data": [] }))), (Step::Test, Fault::Say(404, unknown))]);
    let tested = stage.api.post(&format!("{path}/tests"), json!({})).await.json::<Value>().await.unwrap();
    assert_eq!(tested["ok"], false, "{tested}");
    assert_eq!(stage.api.json(&path).await["test_error"], "unknown_model");
}
