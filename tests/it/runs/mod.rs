//! Runs: what is asked is frozen, what comes back is sorted, what it costs is known.

mod backends;
mod deaths;
mod drafts;
mod service;

use crate::app::{self, Client, TestApp, Wishes};
use crate::openai::{self, Manner, Service};
use serde_json::{Value, json};

/// A studio with a service connected to it, and a project with a prompt.
struct Stage {
    app: TestApp,
    browser: Client,
    api: Client,
    service: Service,
    backend: String,
    project: String,
}

async fn stage(manner: Manner) -> Stage {
    stage_with(manner, 10).await
}

/// The same with another patience of the backend, in seconds.
async fn stage_with(manner: Manner, timeout: u32) -> Stage {
    let service = openai::start(manner).await;
    let app = app::start_with(Wishes { allow_private: service.target.clone(), ..Wishes::default() }).await;
    let (browser, api) = app.owner().await;
    let settings =
        json!({ "base_url": service.base_url(), "secret": "key-1", "model": "small", "price_in": "2.50", "price_out": 10, "timeout": timeout });
    let backend = api.make("/api/v1/backends", json!({ "kind": "openai", "name": "Home", "settings": settings })).await;
    let project = api
        .make("/api/v1/projects", json!({ "name": "Opera", "locale": "en", "niche": "Chinese opera", "perspective": "Old stages, new ears" }))
        .await;
    Stage { app, browser, api, service, backend, project }
}

impl Stage {
    async fn prompt(&self, purpose: &str) -> String {
        let body = json!({ "name": format!("For {purpose}"), "purpose": purpose, "template": "{{ count }} about {{ perspective }} {{ idea.title }}",
            "settings": { "temperature": 0.7, "max_tokens": 900 } });
        self.api.make(&format!("/api/v1/projects/{}/prompts", self.project), body).await
    }

    async fn run(&self, body: Value) -> String {
        self.api.make(&format!("/api/v1/projects/{}/runs", self.project), body).await
    }

    /// Waits until a run is in one of these states.
    async fn ended(&self, run: &str) -> Value {
        self.app
            .eventually("the end of a run", async || {
                let run = self.api.json(&format!("/api/v1/runs/{run}")).await;
                (!matches!(run["state"].as_str().unwrap(), "queued" | "running")).then_some(run)
            })
            .await
    }

    async fn newest_run(&self) -> String {
        let runs = self.api.json(&format!("/api/v1/projects/{}/runs", self.project)).await;
        runs["items"][0]["id"].as_str().unwrap().to_owned()
    }

    async fn ideas(&self) -> Vec<Value> {
        self.api.json(&format!("/api/v1/projects/{}/ideas", self.project)).await["items"].as_array().unwrap().clone()
    }
}
