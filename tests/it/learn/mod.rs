//! Imports, experiments, the playbook and performance, by people and by programs.

mod experiments;
mod imports;
mod performance;
mod slates;

use crate::app::Client;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const SMALL: &str = include_str!("../../fixtures/headline-tests/small.csv");

async fn import(api: &Client, project: &str, csv: &str) -> (StatusCode, Value) {
    let path = format!("/api/v1/projects/{project}/imports?kind=headline-tests&file=small.csv");
    let answer = api.request(Method::POST, &path).header("content-type", "text/csv").body(csv.to_owned()).send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

/// A piece with this many variants; their ids.
async fn variants(api: &Client, project: &str, n: usize) -> Vec<String> {
    let piece = api.make(&format!("/api/v1/projects/{project}/pieces"), json!({ "title": "Red faces" })).await;
    let mut ids = Vec::new();
    for k in 0..n {
        let hook = if k % 2 == 0 { "Would you dare to sing?" } else { "He never lost a battle." };
        ids.push(api.make(&format!("/api/v1/pieces/{piece}/variants"), json!({ "title": format!("Variant {k}"), "hook": hook })).await);
    }
    ids
}

async fn experiment(api: &Client, project: &str, assignment: &str) -> String {
    let variants = variants(api, project, 2).await;
    let body = json!({ "name": "Question or claim", "assignment": assignment, "metric": "hook_rate", "variants": variants });
    api.make(&format!("/api/v1/projects/{project}/experiments"), body).await
}

/// Eight days of counts that prove the second arm better.
fn clear_counts() -> Value {
    let day = |day: i64, position: i64, outcomes: i64| json!({ "position": position, "day": format!("2026-11-{:02}", 10 + day), "exposures": 1000, "outcomes": outcomes });
    (0..8).flat_map(|n| [day(n, 0, 100), day(n, 1, 180)]).collect()
}
