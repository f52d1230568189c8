//! A stand-in for a platform: speaks the protocol that a table describes, keeps a ledger of what it published, and
//! misbehaves at the step, and as often, as a test asks.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Which part of a conversation a request belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Beginning a session, or renewing one
    Session,
    /// Asking whose account it is and what it takes
    Probe,
    /// What comes before anything is public: files, stages
    Prepare,
    /// What makes it public
    Publish,
    Look,
}

/// A request as a protocol sees it.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub query: BTreeMap<String, String>,
    pub headers: BTreeMap<String, String>,
    pub body: Bytes,
}

impl Asked {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The fields of a multipart form by their names.
    pub fn form(&self) -> BTreeMap<String, Field> {
        let boundary = self.header("content-type").strip_prefix("multipart/form-data; boundary=").expect("a form");
        let (text, boundary) = (self.text(), format!("--{boundary}"));
        let parts = text.split(boundary.as_str()).filter_map(|part| part.split_once("\r\n\r\n"));
        let named = |head: &str, name: &str| Some(head.split_once(&format!("; {name}=\""))?.1.split('"').next().unwrap().to_owned());
        parts
            .map(|(head, body)| {
                let media_type = head.lines().find_map(|line| line.strip_prefix("Content-Type: ")).map(str::to_owned);
                let field = Field { file_name: named(head, "filename"), media_type, text: body.trim_end_matches("\r\n").to_owned() };
                (named(head, "name").unwrap(), field)
            })
            .collect()
    }
}

/// A field of a form: a text, or a file with its name and type.
#[derive(Clone, Debug)]
pub struct Field {
    pub file_name: Option<String>,
    pub media_type: Option<String>,
    pub text: String,
}

impl Field {
    pub fn is_picture(&self) -> bool {
        self.media_type.as_deref() == Some("image/png")
            && self.file_name.as_deref().is_some_and(|name| name.ends_with(".png"))
            && self.text.contains("IHDR")
    }
}

/// What a platform keeps.
#[derive(Default)]
pub struct Ledger {
    /// Published posts by what makes them one: a key, a stage, or their number.
    pub posts: BTreeMap<String, Value>,
    /// Half-made ones, and files, by their ids.
    pub stages: BTreeMap<String, Value>,
    /// Tokens that hold now.
    pub sessions: Vec<String>,
}

/// A status and a body, and perhaps headers.
pub struct Reply(pub u16, pub Value, pub Vec<(&'static str, String)>);

impl Reply {
    pub fn ok(body: Value) -> Reply {
        Reply(200, body, Vec::new())
    }
}

/// A protocol as a stand-in speaks it.
pub struct Protocol {
    pub kind: &'static str,
    /// The settings of a channel that is connected to this origin.
    pub settings: fn(origin: &str) -> Value,
    pub step: fn(&Asked) -> Step,
    pub answer: fn(&mut Ledger, &Asked, origin: &str) -> Reply,
    /// How it refuses a dead token, and a text it does not like.
    pub dead: fn() -> Reply,
    pub invalid: fn() -> Reply,
    /// What a lost answer to publishing leads to without anybody's help: one post; or a question to a person.
    pub asks_a_person: bool,
}

/// How it misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 500, nothing done
    Before,
    /// 500 after it was done
    After,
    /// Half of the answer after it was done
    Cut,
    /// 429 with `Retry-After: 1`
    Later,
    /// The protocol's word for a dead token
    Dead,
    /// The protocol's word for what it will never take
    Invalid,
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
    ledger: Mutex<Ledger>,
}

pub async fn start(protocol: &'static Protocol) -> Standin {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap().to_string();
    let origin = format!("http://{target}");
    let inside = Arc::new(Inside { protocol, origin, faults: Mutex::default(), seen: Mutex::default(), ledger: Mutex::default() });
    let router = Router::new().fallback(answer).with_state(Arc::clone(&inside));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Standin { target, inside }
}

impl Standin {
    pub fn origin(&self) -> &str {
        &self.inside.origin
    }

    /// Misbehaves like this, once each, in this order at each step.
    pub fn behave(&self, faults: &[(Step, Fault)]) {
        *self.inside.faults.lock().unwrap() = faults.to_vec();
    }

    pub fn asked(&self, step: Step) -> Vec<Asked> {
        self.inside.seen.lock().unwrap().iter().filter(|(at, _)| *at == step).map(|(_, asked)| asked.clone()).collect()
    }

    pub fn posts(&self) -> Vec<Value> {
        self.inside.ledger.lock().unwrap().posts.values().cloned().collect()
    }

    /// What the platform keeps, for a test that needs it to be otherwise.
    pub fn ledger<T>(&self, change: impl FnOnce(&mut Ledger) -> T) -> T {
        change(&mut self.inside.ledger.lock().unwrap())
    }

    /// Every session ends.
    pub fn forget_sessions(&self) {
        self.inside.ledger.lock().unwrap().sessions.clear();
    }
}

async fn answer(State(inside): State<Arc<Inside>>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 64 << 20).await.unwrap();
    let asked = Asked {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect(),
        headers: parts.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned())).collect(),
        body,
    };
    let step = (inside.protocol.step)(&asked);
    inside.seen.lock().unwrap().push((step, asked.clone()));
    let fault = {
        let mut faults = inside.faults.lock().unwrap();
        faults.iter().position(|(at, _)| *at == step).map(|place| faults.remove(place).1)
    };
    let well = || (inside.protocol.answer)(&mut inside.ledger.lock().unwrap(), &asked, &inside.origin);
    match fault {
        None => shown(well()),
        Some(Fault::Before) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(Fault::Later) => shown(Reply(429, json!({}), vec![("retry-after", "1".into())])),
        Some(Fault::Dead) => shown((inside.protocol.dead)()),
        Some(Fault::Invalid) => shown((inside.protocol.invalid)()),
        Some(Fault::After) => {
            well();
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
        Some(Fault::Cut) => cut(&well()),
    }
}

fn shown(Reply(status, body, headers): Reply) -> Response {
    let mut answer = (StatusCode::from_u16(status).unwrap(), [("content-type", "application/json")], body.to_string()).into_response();
    for (name, value) in headers {
        answer.headers_mut().insert(name, value.parse().unwrap());
    }
    answer
}

/// The first half of what was to be said, and then the connection breaks.
fn cut(Reply(_, body, _): &Reply) -> Response {
    let text = body.to_string();
    let half = Bytes::from(text.as_bytes()[..text.len() / 2].to_vec());
    let broken = stream::iter([Ok(half), Err(std::io::Error::other("cut"))]);
    ([("content-type", "application/json".to_owned()), ("content-length", text.len().to_string())], Body::from_stream(broken)).into_response()
}
