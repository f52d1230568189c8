//! Google: words, pictures and speech in one answer, films by an operation whose file wants the key.

use super::standin::{Asked, Fault, Protocol, Reply, Step};
use base64::Engine;
use serde_json::{Value, json};

fn settings(origin: &str) -> Value {
    json!({ "base_url": format!("{origin}/v1beta"), "secret": "key-1", "model": "small", "image_model": "paint",
        "speech_model": "say", "video_model": "models/veo" })
}

fn has_key(asked: &Asked) -> bool {
    asked.headers.get("x-goog-api-key").is_some_and(|key| key == "key-1")
}

fn step(asked: &Asked) -> Step {
    match asked.path.as_str() {
        path if path.starts_with("/v1beta/files/") || path.starts_with("/elsewhere/") => Step::Download,
        path if path.contains("/operations/") => Step::Look,
        _ if asked.method == "POST" => Step::Submit,
        _ => Step::Test,
    }
}

fn blocked(_: &str) -> (Step, u16, Value) {
    (Step::Submit, 200, json!({ "promptFeedback": { "blockReason": "PROHIBITED_CONTENT" }, "usageMetadata": { "promptTokenCount": 9 } }))
}

fn filtered(_: &str) -> (Step, u16, Value) {
    let response = json!({ "raiMediaFilteredCount": 1, "raiMediaFilteredReasons": ["A person who is known."] });
    (Step::Look, 200, json!({ "name": "models/veo/operations/o1", "done": true, "response": { "generateVideoResponse": response } }))
}

type HeldBack = fn(&str) -> (Step, u16, Value);

const fn protocol(medium: &'static str, held_back: HeldBack, makes: (&'static str, usize)) -> Protocol {
    Protocol { kind: "gemini", medium, settings, step, answer, is_signed: has_key, held_back, makes }
}

static TEXT: Protocol = protocol("text", blocked, ("", 0));
static IMAGE: Protocol = protocol("image", blocked, ("image/", 1));
static SPEECH: Protocol = protocol("speech", blocked, ("audio/", 1));
static VIDEO: Protocol = protocol("video", filtered, ("video/", 1));
static MOVED: Protocol = Protocol { answer: moved, ..protocol("video", filtered, ("video/", 1)) };
static ELSEWHERE: Protocol = Protocol { answer: elsewhere, ..protocol("video", filtered, ("video/", 1)) };

fn answer(asked: &Asked, step: Step, nth: usize, origin: &str) -> Reply {
    assert!(asked.query.is_empty() || step == Step::Download, "a key in an address would stand in logs");
    match (step, asked.path.as_str()) {
        (Step::Test, path) => Reply::Json(200, json!({ "name": path.trim_start_matches("/v1beta/") })),
        (Step::Submit, "/v1beta/models/small:generateContent") => words(asked),
        (Step::Submit, "/v1beta/models/paint:generateContent") => picture(asked),
        (Step::Submit, "/v1beta/models/say:generateContent") => speech(asked),
        (Step::Submit, "/v1beta/models/veo:predictLongRunning") => film(asked),
        (Step::Look, "/v1beta/models/veo/operations/o1") if nth == 0 => Reply::Json(200, json!({ "name": "models/veo/operations/o1" })),
        (Step::Look, "/v1beta/models/veo/operations/o1") => filmed(&format!("{origin}/v1beta/files/f1:download?alt=media")),
        (Step::Download, "/v1beta/files/f1:download") => {
            assert!(has_key(asked) && asked.query == "alt=media", "the service gives its own files to the key only");
            Reply::Bytes("video/mp4", super::film())
        }
        (_, path) => panic!("{path} is not of this protocol"),
    }
}

fn words(asked: &Asked) -> Reply {
    let body = asked.json();
    let config = &body["generationConfig"];
    assert_eq!((&config["responseMimeType"], &config["responseSchema"]["type"]), (&json!("application/json"), &json!("OBJECT")));
    assert!(!config.to_string().contains("additionalProperties"), "the schema is in the subset that is known");
    assert_eq!(body["contents"], json!([{ "role": "user", "parts": [{ "text": "2 about opera" }] }]));
    let ideas = crate::openai::answer()["choices"][0]["message"]["content"].clone();
    candidate(json!([{ "text": "Let me think.", "thought": true }, { "text": ideas }]))
}

fn picture(asked: &Asked) -> Reply {
    let expected = json!({ "responseModalities": ["IMAGE"], "imageConfig": { "aspectRatio": "9:16" } });
    assert_eq!(asked.json()["generationConfig"], expected);
    let data = base64::engine::general_purpose::STANDARD.encode(super::picture());
    candidate(json!([{ "text": "Here it is." }, { "inlineData": { "mimeType": "image/png", "data": data } }]))
}

fn speech(asked: &Asked) -> Reply {
    let config = asked.json()["generationConfig"].clone();
    assert_eq!(config["speechConfig"]["voiceConfig"]["prebuiltVoiceConfig"]["voiceName"], "Kore");
    let data = base64::engine::general_purpose::STANDARD.encode(vec![0; 48_000]);
    candidate(json!([{ "inlineData": { "mimeType": "audio/L16;codec=pcm;rate=24000", "data": data } }]))
}

fn film(asked: &Asked) -> Reply {
    let body = asked.json();
    assert_eq!(body["instances"], json!([{ "prompt": "A white face, closer." }]));
    assert_eq!(body["parameters"]["aspectRatio"], "9:16");
    Reply::Json(200, json!({ "name": "models/veo/operations/o1" }))
}

fn candidate(parts: Value) -> Reply {
    let usage = json!({ "promptTokenCount": 1_000, "candidatesTokenCount": 400, "thoughtsTokenCount": 100, "totalTokenCount": 1_500 });
    Reply::Json(200, json!({ "candidates": [{ "content": { "role": "model", "parts": parts }, "finishReason": "STOP" }], "usageMetadata": usage }))
}

fn filmed(uri: &str) -> Reply {
    let response = json!({ "generateVideoResponse": { "generatedSamples": [{ "video": { "uri": uri } }] } });
    Reply::Json(200, json!({ "name": "models/veo/operations/o1", "done": true, "response": response }))
}

/// The service sends its file on to another host: the same machine under another name, which is another origin.
fn moved(asked: &Asked, step: Step, nth: usize, origin: &str) -> Reply {
    if step == Step::Download && asked.path.starts_with("/v1beta/files/") {
        assert!(has_key(asked));
        return Reply::Moved(format!("{}/elsewhere/f1", origin.replace("127.0.0.1", "localhost")));
    }
    if step == Step::Download {
        return Reply::Bytes("video/mp4", super::film());
    }
    answer(asked, step, nth, origin)
}

/// The service names another host at once.
fn elsewhere(asked: &Asked, step: Step, nth: usize, origin: &str) -> Reply {
    match step {
        Step::Look if nth > 0 => filmed(&format!("{}/elsewhere/f1", origin.replace("127.0.0.1", "localhost"))),
        Step::Download => Reply::Bytes("video/mp4", super::film()),
        _ => answer(asked, step, nth, origin),
    }
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
async fn films_keep_the_contract() {
    super::keeps_the_contract(&VIDEO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_key_stays_behind_when_a_film_lies_elsewhere() {
    let stage = super::stage(&MOVED).await;
    let run = stage.run(vec![]).await;
    assert_eq!(stage.ended(&run).await["state"], "done");
    let downloads = stage.standin.asked(Step::Download);
    let [first, last] = downloads.as_slice() else { panic!("one redirect") };
    assert!(has_key(first) && first.headers["host"].starts_with("127.0.0.1"));
    assert!(!has_key(last) && last.headers["host"].starts_with("localhost"), "{:?}", last.headers);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_key_goes_to_no_other_host() {
    let stage = super::stage(&ELSEWHERE).await;
    let run = stage.run(vec![]).await;
    assert_eq!(stage.ended(&run).await["state"], "done");
    let downloads = stage.standin.asked(Step::Download);
    let [only] = downloads.as_slice() else { panic!("one download") };
    assert!(!has_key(only) && only.headers["host"].starts_with("localhost"), "{:?}", only.headers);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_wait_is_the_one_in_the_body() {
    let stage = super::stage(&TEXT).await;
    let details = json!([{ "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "17s" }]);
    let limited = json!({ "error": { "code": 429, "message": "Quota exceeded.", "status": "RESOURCE_EXHAUSTED", "details": details } });
    let before = chrono::Utc::now();
    stage.run(vec![(Step::Submit, Fault::Say(429, limited))]).await;
    let until = stage
        .app
        .eventually("the rest of a backend", async || {
            let backend = stage.api.json(&format!("/api/v1/backends/{}", stage.backend)).await;
            backend["rests_until"].as_str().map(|until| chrono::DateTime::parse_from_rfc3339(until).unwrap())
        })
        .await;
    let seconds = (until.to_utc() - before).num_seconds();
    assert!((16..=30).contains(&seconds), "{seconds}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_key_is_a_400_here() {
    let stage = super::stage(&TEXT).await;
    let details = json!([{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID" }]);
    let wrong = json!({ "error": { "code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT", "details": details } });
    let run = stage.run(vec![(Step::Submit, Fault::Say(400, wrong))]).await;
    let ended = stage.ended(&run).await;
    assert_eq!((ended["state"].as_str(), ended["error_class"].as_str()), (Some("failed"), Some("refused_key")), "{ended}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thinking_is_counted_as_part_of_the_answer() {
    let stage = super::stage(&TEXT).await;
    let run = stage.run(vec![]).await;
    let ended = stage.ended(&run).await;
    assert_eq!((&ended["tokens_in"], &ended["tokens_out"]), (&json!(1_000), &json!(500)), "{ended}");
}
