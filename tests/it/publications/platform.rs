//! A platform on loopback that speaks the webhook protocol, breaks as told, and remembers everything:
//! what it accepted, what it created, and whether the requests were signed.
//!
//! It is written on plain sockets, so that it can cut a connection at any point.

use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What goes wrong with one request that would create or publish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// 500, nothing created.
    Before,
    /// 429 with `Retry-After: 1`.
    Later,
    /// The connection is cut after the post was created.
    Cut,
    /// 500 after the post was created.
    After,
    /// 400.
    Refused,
}

/// How often each fault comes, in per mille, and how long an answer takes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mood {
    pub before: u64,
    pub later: u64,
    pub cut: u64,
    pub after: u64,
    pub refused: u64,
    pub delay_ms: u64,
}

pub const CALM: Mood = Mood { before: 0, later: 0, cut: 0, after: 0, refused: 0, delay_ms: 0 };
pub const ROUGH: Mood = Mood { before: 40, later: 30, cut: 30, after: 20, refused: 0, delay_ms: 0 };

/// One post that came into being.
#[derive(Clone, Debug)]
#[allow(dead_code, reason = "printed when a test fails")]
pub struct Post {
    pub id: String,
    pub delivery: String,
    pub publication: String,
    pub channel: String,
    pub at: Instant,
    pub wall_ms: i64,
    pub body: Value,
}

#[derive(Default)]
struct Inside {
    posts: Vec<Post>,
    /// stage → (its body and delivery, the post it became)
    stages: HashMap<String, (Value, String, Option<usize>)>,
    mood: Mood,
    drawn: u64,
    requests: usize,
    unsigned: usize,
    looks: Vec<(String, Instant)>,
}

#[derive(Clone)]
pub struct Platform {
    inside: Arc<Mutex<Inside>>,
    pub port: u16,
    secret: String,
    seed: u64,
}

impl Platform {
    pub async fn start(seed: u64) -> Platform {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let platform = Platform { inside: Arc::default(), port, secret: "shared secret".into(), seed };
        let here = platform.clone();
        tokio::task::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let here = here.clone();
                tokio::task::spawn(async move { here.talk(stream).await });
            }
        });
        platform
    }

    pub fn set(&self, mood: Mood) {
        self.inside.lock().unwrap().mood = mood;
    }

    pub fn posts(&self) -> Vec<Post> {
        self.inside.lock().unwrap().posts.clone()
    }

    #[allow(dead_code, reason = "read by hand when a look is doubted")]
    pub fn looks(&self) -> Vec<(String, Instant)> {
        self.inside.lock().unwrap().looks.clone()
    }

    /// Requests whose signature or headers were wrong.
    pub fn unsigned(&self) -> usize {
        self.inside.lock().unwrap().unsigned
    }

    pub fn requests(&self) -> usize {
        self.inside.lock().unwrap().requests
    }

    pub fn settings(&self, capability: &str) -> Value {
        json!({ "url": format!("http://127.0.0.1:{}/{capability}", self.port), "secret": self.secret, "capability": capability })
    }

    async fn talk(&self, mut stream: TcpStream) {
        while let Some(request) = read(&mut stream).await {
            let delay = {
                let mut inside = self.inside.lock().unwrap();
                inside.requests += 1;
                inside.mood.delay_ms
            };
            if delay > 0 {
                tokio::time::sleep(Duration::from_millis(delay)).await;
            }
            let Some((status, extra, body)) = self.answer(&request) else { return };
            let reply = format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{extra}content-length: {}\r\n\r\n{body}", body.len());
            if stream.write_all(reply.as_bytes()).await.is_err() {
                return;
            }
        }
    }

    /// `None` cuts the connection.
    fn answer(&self, request: &Request) -> Option<(u16, &'static str, String)> {
        let mut inside = self.inside.lock().unwrap();
        if !self.is_signed(request) {
            inside.unsigned += 1;
            return Some((401, "", "{}".into()));
        }
        let delivery = request.header("troupe-delivery");
        let path = request.path.split('?').next().unwrap_or_default();
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        match (request.method.as_str(), parts.as_slice()) {
            ("POST", ["staged", "stages"]) => {
                if let Some(broken) = inside.trouble(self.seed) {
                    return broken;
                }
                let stage = format!("s{}", inside.stages.len());
                inside.stages.insert(stage.clone(), (request.json(), delivery, None));
                Some((201, "", json!({ "stage": stage }).to_string()))
            }
            ("POST", ["staged", "stages", stage, "publish"]) => {
                let Some((body, delivery, post)) = inside.stages.get(*stage).cloned() else { return Some((404, "", "{}".into())) };
                let fault = inside.draw(self.seed);
                if let Some(refusal) = refusal(fault) {
                    return Some(refusal);
                }
                let index = post.unwrap_or_else(|| inside.create(body, &delivery));
                inside.stages.insert((*stage).into(), (Value::Null, delivery, Some(index)));
                inside.reply(fault, index)
            }
            ("GET", ["staged", "stages", stage]) => {
                let found = inside.stages.get(*stage).cloned();
                Some(match found {
                    None => (404, "", "{}".into()),
                    Some((_, _, None)) => (200, "", json!({ "state": "open" }).to_string()),
                    Some((_, _, Some(index))) => (200, "", json!({ "state": "published", "id": inside.posts[index].id }).to_string()),
                })
            }
            ("GET", ["lookup"]) => {
                inside.looks.push((delivery.clone(), Instant::now()));
                let wanted = request.path.split("delivery=").nth(1).unwrap_or_default().to_owned();
                Some(match inside.posts.iter().find(|post| post.delivery == wanted) {
                    Some(post) => (200, "", json!({ "id": post.id }).to_string()),
                    None => (404, "", "{}".into()),
                })
            }
            ("POST", [class @ ("key" | "lookup" | "blind")]) => {
                let fault = inside.draw(self.seed);
                if let Some(refusal) = refusal(fault) {
                    return Some(refusal);
                }
                let known =
                    if *class == "key" { inside.posts.iter().position(|post| post.delivery == request.header("idempotency-key")) } else { None };
                let index = known.unwrap_or_else(|| inside.create(request.json(), &delivery));
                inside.reply(fault, index)
            }
            _ => Some((404, "", "{}".into())),
        }
    }

    fn is_signed(&self, request: &Request) -> bool {
        let timestamp = request.header("troupe-timestamp");
        let mut message = format!("{timestamp}.").into_bytes();
        message.extend_from_slice(&request.body);
        let expected = format!("sha256={}", troupe::platform::secrets::mac(self.secret.as_bytes(), &message));
        request.header("troupe-signature") == expected && !request.header("troupe-delivery").is_empty()
    }
}

fn refusal(fault: Fault) -> Option<(u16, &'static str, String)> {
    match fault {
        Fault::Before => Some((500, "", "{}".into())),
        Fault::Later => Some((429, "retry-after: 1\r\n", "{}".into())),
        Fault::Refused => Some((400, "", json!({ "error": "no, with shared secret" }).to_string())),
        _ => None,
    }
}

impl Inside {
    fn draw(&mut self, seed: u64) -> Fault {
        self.drawn += 1;
        let dice = mix(seed ^ self.drawn.wrapping_mul(0x9e37_79b9_7f4a_7c15)) % 1_000;
        let Mood { before, later, cut, after, refused, .. } = self.mood;
        let mut bound = 0;
        for (share, fault) in [(before, Fault::Before), (later, Fault::Later), (cut, Fault::Cut), (after, Fault::After), (refused, Fault::Refused)] {
            bound += share;
            if dice < bound {
                return fault;
            }
        }
        Fault::None
    }

    /// A fault of a request that creates nothing; the outer `None` is for a request without trouble.
    #[allow(clippy::option_option, reason = "the inner None cuts the connection")]
    fn trouble(&mut self, seed: u64) -> Option<Option<(u16, &'static str, String)>> {
        match self.draw(seed) {
            Fault::None => None,
            Fault::Cut => Some(None),
            Fault::After => Some(Some((500, "", "{}".into()))),
            fault => Some(refusal(fault)),
        }
    }

    fn create(&mut self, body: Value, delivery: &str) -> usize {
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let id = format!("p{}", self.posts.len());
        let (publication, channel) = (text("publication"), text("channel"));
        self.posts.push(Post { id, delivery: delivery.to_owned(), publication, channel, at: Instant::now(), wall_ms: wall_ms(), body });
        self.posts.len() - 1
    }

    fn reply(&self, fault: Fault, index: usize) -> Option<(u16, &'static str, String)> {
        match fault {
            Fault::Cut => None,
            Fault::After => Some((500, "", "{}".into())),
            _ => {
                let id = &self.posts[index].id;
                Some((201, "", json!({ "id": id, "url": format!("https://platform.example/{id}") }).to_string()))
            }
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "the platform has a clock of its own")]
pub fn wall_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

/// SplitMix64.
pub fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

struct Request {
    method: String,
    path: String,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

impl Request {
    fn header(&self, name: &str) -> String {
        self.headers.get(name).cloned().unwrap_or_default()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        let mut more = [0; 4096];
        let n = stream.read(&mut more).await.ok().filter(|n| *n > 0)?;
        bytes.extend_from_slice(&more[..n]);
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: HashMap<String, String> =
        lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    let length = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = bytes[end + 4..].to_vec();
    while body.len() < length {
        let mut more = [0; 4096];
        let n = stream.read(&mut more).await.ok().filter(|n| *n > 0)?;
        body.extend_from_slice(&more[..n]);
    }
    Some(Request { method, path, headers, body })
}
