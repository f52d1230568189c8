//! Killed while it measures and asks for vectors: every draft is measured in the end, and what may have been charged for a
//! call that was cut off is in doubt in the ledger, never forgotten.

use crate::openai::{self, Manner, Service};
use crate::program::{Server, assert_sound, client, free_port, owner, post, project, troupe};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

const KILLS: u64 = 6;
const DRAFTS: usize = 10;

fn start(data: &Path, service: &Service) -> Server {
    let port = free_port();
    let url = format!("http://127.0.0.1:{port}");
    let mut command = troupe(data);
    command.env("TROUPE_LISTEN", format!("127.0.0.1:{port}")).env("TROUPE_PUBLIC_URL", &url).env("TROUPE_ALLOW_PRIVATE", &service.target);
    Server::of(&mut command, url)
}

/// A studio over the kills of its server.
struct Studio {
    server: Server,
    http: reqwest::Client,
    token: String,
    project: String,
}

impl Studio {
    async fn get(&self, path: &str) -> Value {
        let path = format!("{}/api/v1{path}", self.server.url);
        self.http.get(path).bearer_auth(&self.token).send().await.unwrap().json().await.unwrap()
    }

    async fn make(&self, path: &str, body: Value) -> String {
        let (status, made) = post(&self.http, &self.token, &format!("{}/api/v1{path}", self.server.url), body).await.unwrap();
        assert_eq!(status, 201, "{made}");
        made["id"].as_str().unwrap().to_owned()
    }

    async fn draft(&self, hook: &str) -> String {
        let piece = self.make(&format!("/projects/{}/pieces", self.project), json!({ "title": "Piece" })).await;
        self.make(&format!("/pieces/{piece}/variants"), json!({ "title": ".", "hook": hook })).await
    }

    async fn entries(&self, state: &str) -> usize {
        let path = format!("/projects/{}/entries?state={state}", self.project);
        self.get(&path).await["items"].as_array().unwrap().len()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_to_be_measured_survives_kills() {
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    // Every call for vectors takes two seconds, and no start lives so long.
    let service = openai::start(Manner::Slow).await;
    let server = start(&data, &service);
    let (token, http) = (owner(&data), client());
    let project = project(&http, &token, &server.url).await;
    let mut studio = Studio { server, http, token, project };
    let settings = json!({ "base_url": service.base_url(), "embedding_model": "embed", "price_in": "2.50" });
    let backend = studio.make("/backends", json!({ "kind": "openai", "name": "Home", "settings": settings })).await;
    let choice = format!("{}/api/v1/projects/{}/meaning", studio.server.url, studio.project);
    let chosen = studio.http.put(choice).bearer_auth(&studio.token).json(&json!({ "backend": backend })).send().await.unwrap();
    assert_eq!(chosen.status(), 200);
    let mut drafts = Vec::new();
    for kill in 0..KILLS {
        for at in 0..DRAFTS {
            drafts.push(studio.draft(&format!("The king {kill} meets drum {at}")).await);
        }
        // Some die before anything was measured, some in the middle, some while a call is on its way.
        tokio::time::sleep(Duration::from_millis(kill * 200)).await;
        studio.server.kill();
        studio.server = start(&data, &service);
    }
    assert!(!service.embedded().is_empty(), "no call was on its way when it died");
    service.behave(Manner::Well);
    let mut known = Vec::new();
    for id in &drafts {
        let mut found = Value::Null;
        for _ in 0..600 {
            found = studio.get(&format!("/variants/{id}/originality")).await;
            if found["measure"] == "words_and_meaning" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(found["measure"], "words_and_meaning", "{found}");
        known.push(found);
    }
    assert!(known.iter().all(|one| (0.0..=1.0).contains(&one["originality"].as_f64().unwrap())));
    let report = studio.get(&format!("/projects/{}/originality", studio.project)).await;
    assert_eq!((&report["waiting"], &report["meaning"]["waiting"]), (&json!(0), &json!(0)));
    assert_eq!(studio.entries("reserved").await, 0, "nothing is on its way for ever");
    let calls = service.embedded().len();
    assert!(studio.entries("doubtful").await > 0, "a call that was cut off may have been charged");
    assert_eq!(studio.entries("doubtful").await + studio.entries("spent").await, calls, "one row of the ledger a call");
    assert_eq!(studio.server.stop().0, Some(0));
    assert_sound(&data);
}
