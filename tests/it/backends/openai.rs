//! The OpenAI protocols: words as a stream, pictures, speech, transcripts, embeddings.

use super::standin::{Asked, Protocol, Reply, Step};
use base64::Engine;
use serde_json::{Value, json};

fn settings(origin: &str) -> Value {
    json!({ "base_url": format!("{origin}/v1"), "secret": "key-1", "model": "small", "image_model": "paint", "speech_model": "say",
        "transcript_model": "hear", "embedding_model": "embed" })
}

fn is_signed(asked: &Asked) -> bool {
    asked.headers.get("authorization").is_some_and(|value| value == "Bearer key-1")
}

fn step(asked: &Asked) -> Step {
    match asked.path.as_str() {
        "/v1/models" => Step::Test,
        path if path.starts_with("/files/") => Step::Download,
        _ => Step::Submit,
    }
}

fn held_back(_: &str) -> (Step, u16, Value) {
    (Step::Submit, 400, json!({ "error": { "message": "held back", "type": "invalid_request_error", "code": "moderation_blocked" } }))
}

const fn protocol(medium: &'static str, makes: (&'static str, usize)) -> Protocol {
    Protocol { kind: "openai", medium, settings, step, answer, is_signed, held_back, makes }
}

static TEXT: Protocol = protocol("text", ("", 0));
static IMAGE: Protocol = protocol("image", ("image/", 2));
static SPEECH: Protocol = protocol("speech", ("audio/", 1));
static TRANSCRIPT: Protocol = protocol("transcript", ("text/vtt", 1));
static EMBEDDING: Protocol = protocol("embedding", ("text/csv", 1));

fn answer(asked: &Asked, _: Step, _: usize, _: &str) -> Reply {
    match asked.path.as_str() {
        "/v1/models" => Reply::Json(200, json!({ "data": [{ "id": "small" }, { "id": "paint" }] })),
        "/v1/chat/completions" => chat(asked),
        "/v1/images/generations" => {
            assert_eq!((&asked.json()["model"], &asked.json()["size"]), (&json!("paint"), &json!("1024x1536")));
            let data = base64::engine::general_purpose::STANDARD.encode(super::picture());
            Reply::Json(200, json!({ "data": [{ "b64_json": data }, { "b64_json": data }], "usage": { "input_tokens": 9, "output_tokens": 90 } }))
        }
        "/v1/audio/speech" => {
            assert_eq!((&asked.json()["input"], &asked.json()["voice"]), (&json!("A white face, closer."), &json!("alloy")));
            Reply::Bytes("audio/wav", super::wave(1))
        }
        "/v1/audio/transcriptions" => {
            let body = String::from_utf8_lossy(&asked.body);
            assert!(body.contains("verbose_json") && body.contains("filename=\"a.wav\""));
            Reply::Json(200, json!({ "text": "Xin chào", "duration": 1.0, "segments": [{ "start": 0.0, "end": 1.0, "text": "Xin chào" }] }))
        }
        "/v1/embeddings" => Reply::Json(200, json!({ "data": [{ "index": 0, "embedding": [0.5, 0.25] }], "usage": { "prompt_tokens": 4 } })),
        path => panic!("{path} is not of this protocol"),
    }
}

/// Two ideas, streamed in small pieces, with a comment that keeps the connection alive and the usage at the end.
fn chat(asked: &Asked) -> Reply {
    assert_eq!(asked.json()["stream"], true);
    let ideas = crate::openai::answer()["choices"][0]["message"]["content"].as_str().unwrap().to_owned();
    let letters: Vec<char> = ideas.chars().collect();
    let mut events = String::from(": working\n\n");
    for piece in letters.chunks(17) {
        let content: String = piece.iter().collect();
        events += &format!("data: {}\n\n", json!({ "choices": [{ "delta": { "content": content } }] }));
    }
    events += &format!("data: {}\n\n", json!({ "choices": [{ "delta": {}, "finish_reason": "stop" }] }));
    events += &format!("data: {}\n\n", json!({ "choices": [], "usage": { "prompt_tokens": 1_000, "completion_tokens": 500 } }));
    events += "data: [DONE]\n\n";
    Reply::Events(events)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_keep_the_contract() {
    super::keeps_the_contract(&TEXT).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_keep_the_contract() {
    super::keeps_the_contract(&IMAGE).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn speech_keeps_the_contract() {
    super::keeps_the_contract(&SPEECH).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transcripts_keep_the_contract() {
    super::keeps_the_contract(&TRANSCRIPT).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn embeddings_keep_the_contract() {
    super::keeps_the_contract(&EMBEDDING).await;
}
