//! A stand-in for a service: speaks the protocol that a table describes, counts what it would charge for, and misbehaves
//! at the step and as often as a test asks.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Which part of a conversation a request belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// What may cost
    Submit,
    Look,
    Download,
    Cancel,
    /// What the test button asks
    Test,
}

/// A request as a protocol sees it.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub query: String,
    /// The header that carries the key
    pub headers: BTreeMap<String, String>,
    pub body: Bytes,
}

impl Asked {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// What a service answers when it is well.
pub enum Reply {
    Json(u16, Value),
    /// Content type and bytes
    Bytes(&'static str, Vec<u8>),
    /// An event stream
    Events(String),
    /// Another address has it
    Moved(String),
}

/// A protocol as a stand-in speaks it.
pub struct Protocol {
    pub kind: &'static str,
    pub medium: &'static str,
    /// The settings of a backend that is connected to this origin; the key is `key-1`.
    pub settings: fn(origin: &str) -> Value,
    pub step: fn(&Asked) -> Step,
    /// `nth`: how many requests of this step came before it. `origin`: where addresses in it point to.
    pub answer: fn(asked: &Asked, step: Step, nth: usize, origin: &str) -> Reply,
    /// Whether the request carries the key as this protocol wants it.
    pub is_signed: fn(&Asked) -> bool,
    /// What it answers when it holds something back by its own rules, and at which step.
    pub held_back: fn(origin: &str) -> (Step, u16, Value),
    /// The beginning of the type of what it makes, and of how many files.
    pub makes: (&'static str, usize),
}

/// How it misbehaves.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    Status(u16),
    /// 429 with this `Retry-After`
    Wait(String),
    /// A page of a portal, with 200
    Html,
    /// JSON that is none
    Broken,
    /// Half of what was promised
    Cut,
    /// Bytes without end
    Endless,
    /// Declares two gibibytes
    Huge,
    Say(u16, Value),
}

pub struct Standin {
    /// 127.0.0.1:PORT
    pub target: String,
    inside: Arc<Inside>,
}

struct Inside {
    protocol: &'static Protocol,
    origin: String,
    faults: Mutex<Vec<(Step, Fault)>>,
    seen: Mutex<Vec<(Step, Asked)>>,
}

pub async fn start(protocol: &'static Protocol) -> Standin {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap().to_string();
    let inside = Arc::new(Inside { protocol, origin: format!("http://{target}"), faults: Mutex::default(), seen: Mutex::default() });
    let router = Router::new().fallback(answer).with_state(Arc::clone(&inside));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Standin { target, inside }
}

impl Standin {
    pub fn origin(&self) -> &str {
        &self.inside.origin
    }

    /// Forgets what was, and misbehaves like this, once each.
    pub fn behave(&self, faults: Vec<(Step, Fault)>) {
        self.inside.seen.lock().unwrap().clear();
        *self.inside.faults.lock().unwrap() = faults;
    }

    pub fn asked(&self, step: Step) -> Vec<Asked> {
        self.inside.seen.lock().unwrap().iter().filter(|(at, _)| *at == step).map(|(_, asked)| asked.clone()).collect()
    }
}

async fn answer(State(inside): State<Arc<Inside>>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 64 << 20).await.unwrap();
    let headers = parts.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned())).collect();
    let asked = Asked {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers,
        body,
    };
    let step = (inside.protocol.step)(&asked);
    let nth = {
        let mut seen = inside.seen.lock().unwrap();
        seen.push((step, asked.clone()));
        seen.iter().filter(|(at, _)| *at == step).count() - 1
    };
    let fault = {
        let mut faults = inside.faults.lock().unwrap();
        faults.iter().position(|(at, _)| *at == step).map(|place| faults.remove(place).1)
    };
    if step != Step::Download && !(inside.protocol.is_signed)(&asked) {
        return (StatusCode::UNAUTHORIZED, "no key").into_response();
    }
    let well = || (inside.protocol.answer)(&asked, step, nth, &inside.origin);
    match fault {
        None => shown(well()),
        Some(Fault::Status(status)) => StatusCode::from_u16(status).unwrap().into_response(),
        Some(Fault::Wait(after)) => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", after)], "slower").into_response(),
        Some(Fault::Html) => ([("content-type", "text/html")], "<!doctype html><html><body>Please sign in</body></html>").into_response(),
        Some(Fault::Broken) => ([("content-type", "application/json")], "{\"id\": nope}").into_response(),
        Some(Fault::Say(status, body)) => shown(Reply::Json(status, body)),
        Some(Fault::Cut) => cut(well()),
        Some(Fault::Endless) => {
            let body = Body::from_stream(stream::repeat(Bytes::from(vec![b' '; 64 << 10])).map(Ok::<_, std::io::Error>));
            ([("content-type", "application/json")], body).into_response()
        }
        Some(Fault::Huge) => {
            let body = Body::from_stream(stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"{"))]).chain(stream::pending()));
            ([("content-type", "application/json".to_owned()), ("content-length", (2_u64 << 30).to_string())], body).into_response()
        }
    }
}

fn shown(reply: Reply) -> Response {
    match reply {
        Reply::Json(status, body) => {
            (StatusCode::from_u16(status).unwrap(), [("content-type", "application/json")], body.to_string()).into_response()
        }
        Reply::Bytes(kind, bytes) => ([("content-type", kind)], bytes).into_response(),
        Reply::Events(events) => ([("content-type", "text/event-stream")], events).into_response(),
        Reply::Moved(to) => (StatusCode::FOUND, [("location", to)]).into_response(),
    }
}

/// The first half of what was to be said, and then the connection breaks.
fn cut(reply: Reply) -> Response {
    let (kind, bytes) = match reply {
        Reply::Json(_, body) => ("application/json", body.to_string().into_bytes()),
        Reply::Bytes(kind, bytes) => (kind, bytes),
        Reply::Events(events) => ("text/event-stream", events.into_bytes()),
        Reply::Moved(to) => ("text/plain", to.into_bytes()),
    };
    let half = Bytes::from(bytes[..bytes.len() / 2].to_vec());
    let broken = stream::iter([Ok(half), Err(std::io::Error::other("cut"))]);
    ([("content-type", kind.to_owned()), ("content-length", bytes.len().to_string())], Body::from_stream(broken)).into_response()
}
