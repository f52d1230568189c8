//! Paid runs under kill −9: none bought twice, none lost, the spend never past the budget, and what nobody can know is
//! before a person. `scripts/kill-runs` runs it large.
//!
//! The stand-in bills when it takes a task, whatever becomes of its answer.

use crate::program::{Server, assert_sound, client, owner, post, project, troupe};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use axum::routing::{get, post as posted};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What a task costs, in millionths.
const PRICE: i64 = 40_000;

#[allow(clippy::disallowed_methods, reason = "the script hands the sizes over")]
fn size(name: &str, small: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(small)
}

/// A number that looks random and is the same again.
fn mix(seed: u64) -> u64 {
    let mut x = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Tasks by the words they were asked with; the position is the task's id.
#[derive(Clone, Default)]
struct Service {
    billed: Arc<Mutex<Vec<String>>>,
    looks: Arc<Mutex<HashMap<usize, usize>>>,
    origin: Arc<Mutex<String>>,
}

async fn start_service() -> Service {
    let service = Service::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    *service.origin.lock().unwrap() = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new()
        .route("/v1/models/maker/model/predictions", posted(take))
        .route("/v1/predictions/{id}", get(look))
        .route("/files/{id}", get(async || ([("content-type", "image/png")], super::picture())))
        .with_state(service.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    service
}

/// Bills at once and answers after a while; the caller may be dead by then.
async fn take(State(service): State<Service>, body: axum::Json<Value>) -> axum::response::Response {
    let words = body["input"]["prompt"].as_str().unwrap().to_owned();
    let id = {
        let mut billed = service.billed.lock().unwrap();
        billed.push(words);
        billed.len() - 1
    };
    tokio::time::sleep(Duration::from_millis(mix(id as u64) % 120)).await;
    if mix(id as u64 ^ 77).is_multiple_of(20) {
        // It took the task and its answer is lost.
        return (axum::http::StatusCode::GATEWAY_TIMEOUT, "gone").into_response();
    }
    json!({ "id": format!("t{id}"), "status": "starting" }).to_string().into_response()
}

async fn look(State(service): State<Service>, Path(id): Path<String>) -> String {
    let number: usize = id.trim_start_matches('t').parse().unwrap();
    let looks = {
        let mut looks = service.looks.lock().unwrap();
        let looks = looks.entry(number).or_default();
        *looks += 1;
        *looks
    };
    tokio::time::sleep(Duration::from_millis(mix(number as u64 ^ 5) % 60)).await;
    if looks < 2 {
        return json!({ "id": id, "status": "processing" }).to_string();
    }
    let origin = service.origin.lock().unwrap().clone();
    json!({ "id": id, "status": "succeeded", "output": format!("{origin}/files/{number}") }).to_string()
}

struct Studio {
    _temp: tempfile::TempDir,
    data: std::path::PathBuf,
    server: Option<Server>,
    http: reqwest::Client,
    token: String,
    origin: String,
    port: u16,
}

impl Studio {
    fn start(&mut self) {
        let url = self.url();
        let mut command = troupe(&self.data);
        command
            .env("TROUPE_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("TROUPE_PUBLIC_URL", &url)
            .env("TROUPE_ALLOW_PRIVATE", self.origin.trim_start_matches("http://"));
        self.server = Some(Server::of(&mut command, url));
    }

    fn kill(&mut self) {
        self.server.take().unwrap().kill();
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let (status, body) = post(&self.http, &self.token, &format!("{}{path}", self.url()), body).await.unwrap();
        assert!(status < 300, "{path}: {status} {body}");
        body
    }

    async fn get(&self, path: &str) -> Value {
        self.http.get(format!("{}{path}", self.url())).bearer_auth(&self.token).send().await.unwrap().json().await.unwrap()
    }

    async fn runs(&self, project: &str) -> Vec<Value> {
        let (mut all, mut after) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("/api/v1/projects/{project}/runs?limit=200{after}")).await;
            all.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => return all,
            }
        }
    }

    async fn drained(&self, project: &str, within: Duration) -> Vec<Value> {
        let until = Instant::now() + within;
        loop {
            let runs = self.runs(project).await;
            let open = runs.iter().filter(|run| matches!(run["state"].as_str().unwrap(), "queued" | "running" | "waiting" | "planned")).count();
            if open == 0 {
                return runs;
            }
            assert!(Instant::now() < until, "{open} runs are still open");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn paid_runs_survive_kills() {
    let (count, kills, seed) = (size("KILLS_RUNS", 60), size("KILLS_KILLS", 12), size("KILLS_SEED", 20_261_123));
    println!("seed {seed}: {count} runs, {kills} kills");
    let service = start_service().await;
    let origin = service.origin.lock().unwrap().clone();
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    let mut studio = Studio {
        data: data.clone(),
        server: None,
        http: client(),
        token: String::new(),
        origin: origin.clone(),
        port: crate::program::free_port(),
        _temp: temp,
    };
    studio.start();
    studio.token = owner(&data);
    let project = project(&studio.http, &studio.token, &studio.url()).await;
    let settings =
        json!({ "base_url": format!("{origin}/v1"), "secret": "key-1", "image_model": "maker/model", "price_picture": "0.04", "at_once": "8" });
    let backend = studio.post("/api/v1/backends", json!({ "kind": "replicate", "name": "R", "settings": settings })).await;
    // Nine tenths of what all of it would cost.
    let budget = i64::try_from(count).unwrap() * PRICE * 9 / 10;
    let month = format!("{}.{:06}", budget / 1_000_000, budget % 1_000_000);
    studio.post(&format!("/api/v1/projects/{project}/budgets"), json!({ "currency": "USD", "month": month })).await;
    for number in 0..count {
        let body = json!({ "medium": "image", "backend": backend["id"], "text": format!("run {number}") });
        studio.post(&format!("/api/v1/projects/{project}/runs"), body).await;
    }
    let begun = Instant::now();
    for number in 0..kills {
        tokio::time::sleep(Duration::from_millis(60 + mix(seed ^ (number << 20)) % 400)).await;
        studio.kill();
        studio.start();
    }
    let runs = studio.drained(&project, Duration::from_secs(120 + count / 2)).await;
    println!("drained after {:?}", begun.elapsed());
    judge(&studio, &service, &project, &runs, usize::try_from(count).unwrap(), budget).await;
    assert_sound(&data);
}

/// What the studio says, what the service billed, and what the ledger holds must agree.
async fn judge(studio: &Studio, service: &Service, project: &str, runs: &[Value], count: usize, budget: i64) {
    let mut billed = HashMap::<String, usize>::new();
    for words in service.billed.lock().unwrap().iter() {
        *billed.entry(words.clone()).or_default() += 1;
    }
    assert!(billed.values().all(|times| *times == 1), "bought twice: {billed:?}");
    assert_eq!(runs.len(), count, "none is lost");
    let mut states = HashMap::<String, usize>::new();
    let mut known = 0;
    for line in runs {
        let run = studio.get(&format!("/api/v1/runs/{}", line["id"].as_str().unwrap())).await;
        let (state, class) = (run["state"].as_str().unwrap(), run["error_class"].as_str().unwrap_or_default());
        let bought = billed.contains_key(run["rendered"].as_str().unwrap());
        let entries: Vec<&str> = run["entries"].as_array().unwrap().iter().map(|entry| entry["state"].as_str().unwrap()).collect();
        match state {
            "done" => {
                assert!(bought && run["assets"].as_array().unwrap().len() == 1, "done with its result: {run}");
                assert_eq!(entries.iter().filter(|state| **state == "spent").count(), 1, "{run}");
            }
            "needs_look" => assert!(entries.contains(&"doubtful"), "a person finds it in the ledger: {run}"),
            "failed" => {
                assert!(!bought && class == "over_budget", "only the budget says no here: {run}");
                assert!(entries.is_empty(), "{run}");
            }
            _ => panic!("rests in {state}: {run}"),
        }
        known += usize::from(bought);
        *states.entry(state.to_owned()).or_default() += 1;
    }
    assert_eq!(known, billed.len(), "everything that was billed belongs to a run");
    let shown = studio.get(&format!("/api/v1/projects/{project}/budgets")).await;
    let spending = &shown["items"][0]["spending"];
    let (spent, reserved) = (spending["spent_micros"].as_i64().unwrap(), spending["reserved_micros"].as_i64().unwrap());
    assert!(spent + reserved <= budget, "{spent} + {reserved} is past {budget}");
    let done = i64::try_from(*states.get("done").unwrap_or(&0)).unwrap();
    assert_eq!(spent, done * PRICE, "the ledger knows what is done");
    assert!(i64::try_from(billed.len()).unwrap() * PRICE <= budget, "billed past the budget");
    println!("{} billed, {states:?}, spent {spent} and in doubt {reserved} of {budget}", billed.len());
}
