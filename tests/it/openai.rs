//! A stand-in for services that speak the OpenAI chat protocol, as well behaved as a test asks.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How it answers a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    Well,
    /// 400 while `response_format` has this type or is there at all.
    NoSchema,
    NoFormat,
    NoCompletionTokens,
    Status(u16),
    /// 429 with `Retry-After: 0` for the first call, then well.
    BusyOnce,
    Html,
    BrokenJson,
    EmptyChoices,
    /// 401 that repeats the key it refuses.
    Echo,
    Filtered,
    Prose,
    /// The whole answer is promised and half of it sent.
    Cut,
    /// An answer that never ends.
    Endless,
    /// Well, after two seconds.
    Slow,
    /// Nothing, until the caller gives up.
    Silent,
    /// Embeddings: one fewer than asked, a figure fewer in each, a figure that is none, one too great for a number, all nought.
    Short,
    Narrow,
    NoNumber,
    TooGreat,
    Nought,
    /// 400 for more than one text, or for one that holds the word.
    Refusing(&'static str),
}

#[derive(Clone)]
pub struct Service {
    /// 127.0.0.1:PORT
    pub target: String,
    inside: Arc<Inside>,
}

struct Inside {
    manner: Mutex<Manner>,
    seen: Mutex<Vec<(HeaderMap, Value)>>,
}

/// Two ideas with a usage of 1,000 tokens in and 500 out.
pub fn answer() -> Value {
    let drafts = json!({ "ideas": [
        { "title": "The white face", "hook": "He paints himself white.", "angle": "guilt", "why_now": "" },
        { "title": "红脸的人", "hook": "他从不说谎。", "angle": "忠", "why_now": "" },
    ], "variants": [
        { "title": "The white face", "hook": "Who painted you?", "script": "0:00 Look.\n0:03 [close] Closer.", "caption": "c", "tags": ["opera"] },
    ] });
    json!({
        "id": "x", "choices": [{ "message": { "role": "assistant", "content": drafts.to_string() }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 1_000, "completion_tokens": 500, "total_tokens": 1_500 },
    })
}

pub async fn start(manner: Manner) -> Service {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap().to_string();
    let inside = Arc::new(Inside { manner: Mutex::new(manner), seen: Mutex::new(Vec::new()) });
    let router = Router::new()
        .route("/v1/models", axum::routing::get(models))
        .route("/v1/chat/completions", axum::routing::post(chat))
        .route("/v1/embeddings", axum::routing::post(embeddings))
        .with_state(Arc::clone(&inside));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Service { target, inside }
}

impl Service {
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.target)
    }

    pub fn behave(&self, manner: Manner) {
        *self.inside.manner.lock().unwrap() = manner;
    }

    /// The texts of the calls for embeddings so far, call by call, with the model that was asked.
    pub fn embedded(&self) -> Vec<(String, Vec<String>)> {
        let texts = |body: &Value| body["input"].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect();
        let seen = self.inside.seen.lock().unwrap();
        seen.iter().filter(|(_, body)| body["input"].is_array()).map(|(_, body)| (body["model"].as_str().unwrap().to_owned(), texts(body))).collect()
    }

    /// The bodies of the chats so far.
    pub fn chats(&self) -> Vec<Value> {
        self.inside.seen.lock().unwrap().iter().map(|(_, body)| body.clone()).collect()
    }

    /// The keys they came with.
    pub fn keys(&self) -> Vec<String> {
        let seen = self.inside.seen.lock().unwrap();
        seen.iter().map(|(headers, _)| headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or("").to_owned()).collect()
    }
}

async fn models() -> Response {
    json!({ "object": "list", "data": [{ "id": "small" }] }).to_string().into_response()
}

fn error(status: u16, code: &str, message: &str) -> Response {
    let body = json!({ "error": { "message": message, "type": "invalid_request_error", "code": code } });
    (StatusCode::from_u16(status).unwrap(), body.to_string()).into_response()
}

async fn chat(State(inside): State<Arc<Inside>>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let body: Value = serde_json::from_slice(&axum::body::to_bytes(body, 1 << 20).await.unwrap()).unwrap();
    let key = parts.headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or("").to_owned();
    let first = {
        let mut seen = inside.seen.lock().unwrap();
        seen.push((parts.headers, body.clone()));
        seen.len() == 1
    };
    let manner = *inside.manner.lock().unwrap();
    let well = answer().to_string();
    if let Some(answer) = misbehaved(manner, &well).await {
        return answer;
    }
    let format = body["response_format"]["type"].as_str();
    match manner {
        Manner::NoSchema if format == Some("json_schema") => error(400, "unsupported", "response_format json_schema is not supported"),
        Manner::NoFormat if format.is_some() => error(400, "unsupported", "Unknown field: response_format"),
        Manner::NoCompletionTokens if body.get("max_completion_tokens").is_some() => {
            error(400, "unknown_parameter", "Unrecognized request argument supplied: max_completion_tokens")
        }
        Manner::Echo => error(401, "invalid_api_key", &format!("Incorrect key: {key}")),
        Manner::BusyOnce if first => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "0")], "slow down").into_response(),
        Manner::EmptyChoices => json!({ "choices": [], "usage": { "prompt_tokens": 7, "completion_tokens": 0 } }).to_string().into_response(),
        Manner::Filtered => json!({ "choices": [{ "message": { "content": "" }, "finish_reason": "content_filter" }] }).to_string().into_response(),
        Manner::Prose => json!({ "choices": [{ "message": { "content": "I would rather talk about the weather." }, "finish_reason": "stop" }],
            "usage": { "prompt_tokens": 1_000, "completion_tokens": 10 } })
        .to_string()
        .into_response(),
        _ => well.into_response(),
    }
}

/// What goes wrong alike whatever was asked; the slow ones only wait.
async fn misbehaved(manner: Manner, well: &str) -> Option<Response> {
    Some(match manner {
        Manner::Status(404) => error(404, "model_not_found", "The model does not exist"),
        Manner::Status(status) => error(status, "", "as asked"),
        Manner::Html => ([("content-type", "text/html")], "<!doctype html><title>Sign in</title>").into_response(),
        Manner::BrokenJson => "{\"choices\": [{\"message\"; nope}]}".into_response(),
        Manner::Cut => {
            let half = well.get(..well.len() / 2).unwrap().to_owned();
            let parts = futures_util::stream::iter([Ok::<_, std::io::Error>(Bytes::from(half)), Err(std::io::Error::other("cut"))]);
            ([("content-length", well.len().to_string())], Body::from_stream(parts)).into_response()
        }
        Manner::Endless => {
            let spaces = Bytes::from(vec![b' '; 64 * 1024]);
            Body::from_stream(futures_util::stream::repeat(spaces).map(Ok::<_, std::io::Error>)).into_response()
        }
        Manner::Slow => {
            tokio::time::sleep(Duration::from_secs(2)).await;
            return None;
        }
        Manner::Silent => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            return None;
        }
        _ => return None,
    })
}

/// Words that mean one thing, one axis each.
const MEANINGS: [&[&str]; 5] =
    [&["king", "majesty", "monarch"], &["dead", "passed", "died"], &["drum", "percussion"], &["salt", "sodium"], &["mask", "visor"]];

/// A vector by what the words mean, in a space that differs from model to model.
fn figures(model: &str, text: &str) -> Vec<f64> {
    let text = text.to_lowercase();
    let axis = |words: &&[&str]| words.iter().filter(|word| text.contains(**word)).count() as f64;
    let mut figures: Vec<f64> = MEANINGS.iter().map(axis).collect();
    figures.push(0.05);
    figures.extend(vec![0.01; model.len()]);
    figures
}

async fn embeddings(State(inside): State<Arc<Inside>>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let body: Value = serde_json::from_slice(&axum::body::to_bytes(body, 1 << 20).await.unwrap()).unwrap();
    inside.seen.lock().unwrap().push((parts.headers, body.clone()));
    let manner = *inside.manner.lock().unwrap();
    let texts: Vec<&str> = body["input"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    assert!(texts.len() <= 64 && texts.iter().all(|text| !text.trim().is_empty() && !text.contains('\n')), "{texts:?}");
    let mut rows: Vec<Vec<f64>> = texts.iter().map(|text| figures(body["model"].as_str().unwrap(), text)).collect();
    match manner {
        Manner::Short => rows.truncate(texts.len() - 1),
        Manner::Narrow => rows.iter_mut().for_each(|row| row.truncate(5)),
        Manner::Nought => rows.iter_mut().for_each(|row| row.fill(0.0)),
        Manner::Refusing(word) if texts.len() > 1 || texts.iter().any(|text| text.contains(word)) => return error(400, "", "input is too long"),
        _ => {}
    }
    let data: Vec<Value> = rows.iter().enumerate().map(|(index, row)| json!({ "index": index, "embedding": row })).collect();
    let well = json!({ "data": data, "usage": { "prompt_tokens": 10 * texts.len() } }).to_string();
    let well = match manner {
        Manner::NoNumber => well.replacen("0.05", "NaN", 1),
        Manner::TooGreat => well.replacen("0.05", "1e999", 1),
        _ => well,
    };
    match misbehaved(manner, &well).await {
        Some(answer) => answer,
        None => ([("content-type", "application/json")], well).into_response(),
    }
}
