//! Batches: priced before they start, led while they run, and nothing of them lost or made twice.

use crate::app::{self, Client, TestApp, Wishes};
use crate::openai::{self, Manner};
use crate::program::{Server, assert_sound, client, owner, post, project};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeMap;

async fn ideas(api: &Client, project: &str, n: usize) -> Vec<String> {
    let mut made = Vec::new();
    for k in 0..n {
        made.push(api.make(&format!("/api/v1/projects/{project}/ideas"), json!({ "title": format!("The face number {k}") })).await);
    }
    made
}

async fn prompt(api: &Client, project: &str, name: &str) -> String {
    let body = json!({ "name": name, "purpose": "variants", "template": "{{ count }} about {{ idea.title }} in {{ locale }}" });
    api.make(&format!("/api/v1/projects/{project}/prompts"), body).await
}

async fn ended(app: &TestApp, api: &Client, batch: &str) -> Value {
    app.eventually("the end of a batch", async || {
        let batch = api.json(&format!("/api/v1/batches/{batch}")).await;
        (batch["state"] == "done").then_some(batch)
    })
    .await
}

#[tokio::test]
async fn a_matrix_of_ideas_languages_and_prompts_lands_on_the_desk() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let (ideas, first, second) = (ideas(&api, &project, 2).await, prompt(&api, &project, "Plain").await, prompt(&api, &project, "Bold").await);
    let asked = json!({ "name": "First night", "ideas": ideas, "locales": ["en", "vi"], "prompts": [first, second], "backend": "sketch" });
    let batch = api.make(&format!("/api/v1/projects/{project}/batches"), asked).await;
    let planned = api.json(&format!("/api/v1/batches/{batch}")).await;
    assert_eq!((&planned["state"], &planned["cells"], &planned["progress"]["made"]), (&json!("planned"), &json!(8), &json!(0)));
    assert!(planned["runs"].as_array().unwrap().iter().all(|run| run["state"] == "planned"), "nothing is asked before it starts: {planned}");
    let page = browser.page(&format!("/batches/{batch}")).await;
    assert!(page.contains("First night") && page.contains("The face number 1") && page.contains("Bold"), "{page}");
    let answer = browser.form(&format!("/batches/{batch}/state"), &[("to", "running")]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let done = ended(&app, &api, &batch).await;
    assert_eq!((&done["progress"]["done"], &done["progress"]["made"]), (&json!(8), &json!(8)), "{done}");
    let mut cells: BTreeMap<(String, String, String), i64> = BTreeMap::new();
    for run in done["runs"].as_array().unwrap() {
        let key = ["idea", "locale", "prompt"].map(|name| run[name].as_str().unwrap().to_owned());
        *cells.entry(key.into()).or_default() += run["made"].as_i64().unwrap();
    }
    assert_eq!((cells.len(), cells.values().all(|made| *made == 1)), (8, true));
    let desk = browser.page(&format!("/projects/{project}/curate")).await;
    assert!(desk.contains("8 drafts"), "{desk}");
    let refused = api.post(&format!("/api/v1/batches/{batch}/state"), json!({ "to": "paused" })).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "a batch that is done is not paused");
    assert!(browser.page(&format!("/projects/{project}/batches")).await.contains("8 / 8"));
    app.stop().await;
}

#[tokio::test]
async fn a_paused_batch_goes_on_and_a_stopped_one_gives_up_the_rest() {
    let service = openai::start(Manner::Slow).await;
    let app = app::start_with(Wishes { allow_private: service.target.clone(), ..Wishes::default() }).await;
    let (_, api) = app.owner().await;
    let settings = json!({ "base_url": service.base_url(), "model": "small", "price_in": "2.50", "price_out": "10", "timeout": 20 });
    let backend = api.make("/api/v1/backends", json!({ "kind": "openai", "name": "Home", "settings": settings })).await;
    let project = api.project("Opera").await;
    let (ideas, prompt) = (ideas(&api, &project, 7).await, prompt(&api, &project, "Plain").await);
    let path = format!("/api/v1/projects/{project}/batches");
    let batch = api.make(&path, json!({ "ideas": ideas, "prompts": [prompt], "backend": backend })).await;
    let planned = api.json(&format!("/api/v1/batches/{batch}")).await;
    // Seven cells of one draft: 450 tokens at 10 for a million, and a few to ask.
    let estimate = planned["estimate_micros"].as_i64().unwrap();
    assert!((7 * 4_500..7 * 4_800).contains(&estimate), "{estimate}");
    let lead = async |to: &str| api.post(&format!("/api/v1/batches/{batch}/state"), json!({ "to": to })).await;
    assert_eq!(lead("running").await.status(), StatusCode::OK);
    app.eventually("a first call", async || (!service.chats().is_empty()).then_some(())).await;
    assert_eq!(lead("paused").await.status(), StatusCode::OK);
    let settled = app
        .eventually("what was on its way", async || {
            let batch = api.json(&format!("/api/v1/batches/{batch}")).await;
            let open = |run: &Value| matches!(run["state"].as_str().unwrap(), "queued" | "running");
            (!batch["runs"].as_array().unwrap().iter().any(open)).then_some(batch)
        })
        .await;
    let asked = service.chats().len();
    assert!((1..7).contains(&asked), "{asked} calls before the pause");
    assert_eq!((&settled["state"], settled["progress"]["done"].as_u64()), (&json!("paused"), Some(asked as u64)), "{settled}");
    assert_eq!(lead("running").await.status(), StatusCode::OK);
    let done = ended(&app, &api, &batch).await;
    assert_eq!((service.chats().len(), &done["progress"]["done"]), (7, &json!(7)), "each cell was asked once");
    let other = api.make(&path, json!({ "ideas": ideas, "prompts": [prompt], "backend": backend, "start": true })).await;
    app.eventually("a second call", async || (service.chats().len() > 7).then_some(())).await;
    let stopped = api.post(&format!("/api/v1/batches/{other}/state"), json!({ "to": "stopped" })).await;
    assert_eq!(stopped.status(), StatusCode::OK);
    let stopped: Value = stopped.json().await.unwrap();
    assert!(stopped["state"] == "stopped" && stopped["progress"]["cancelled"].as_i64().unwrap() > 0, "{stopped}");
    app.stop().await;
}

#[tokio::test]
async fn a_cell_that_failed_is_asked_alone_and_takes_its_place() {
    let service = openai::start(Manner::BrokenJson).await;
    let app = app::start_with(Wishes { allow_private: service.target.clone(), ..Wishes::default() }).await;
    let (browser, api) = app.owner().await;
    let settings = json!({ "base_url": service.base_url(), "model": "small" });
    let backend = api.make("/api/v1/backends", json!({ "kind": "openai", "name": "Home", "settings": settings })).await;
    let project = api.project("Opera").await;
    let (ideas, prompt) = (ideas(&api, &project, 1).await, prompt(&api, &project, "Plain").await);
    let asked = json!({ "ideas": ideas, "prompts": [prompt], "backend": backend, "start": true });
    let batch = api.make(&format!("/api/v1/projects/{project}/batches"), asked).await;
    let done = ended(&app, &api, &batch).await;
    assert_eq!(done["progress"]["failed"], 1, "{done}");
    let run = done["runs"][0]["run"].as_str().unwrap();
    assert_eq!(browser.form(&format!("/runs/{run}/repetition"), &[]).await.status(), StatusCode::SEE_OTHER);
    let again = api.json(&format!("/api/v1/batches/{batch}")).await;
    assert_eq!((&again["state"], again["runs"].as_array().unwrap().len()), (&json!("running"), 1), "{again}");
    assert_ne!(again["runs"][0]["run"].as_str(), Some(run));
    ended(&app, &api, &batch).await;
    app.stop().await;
}

#[tokio::test]
async fn what_cannot_be_planned_is_said_beside_its_field() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let (project, other) = (api.project("Opera").await, api.project("Elsewhere").await);
    let foreign = ideas(&api, &other, 1).await;
    let own = ideas(&api, &project, 1).await;
    let path = format!("/api/v1/projects/{project}/batches");
    let locales: Vec<String> = (0..501).map(|_| "en".to_owned()).collect();
    for (body, pointer) in [
        (json!({}), "/ideas"),
        (json!({ "ideas": foreign }), "/ideas"),
        (json!({ "ideas": own, "locales": ["vietnam"] }), "/locales"),
        (json!({ "ideas": own, "locales": locales }), "/ideas"),
        (json!({ "ideas": own, "prompts": ["01a20000-0000-7000-8000-000000000000"] }), "/prompts"),
        (json!({ "ideas": own, "count": 61 }), "/count"),
        (json!({ "ideas": own, "backend": "nobody" }), "/backend"),
    ] {
        let answer = api.post(&path, body.clone()).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{pointer}");
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    assert!(api.json(&path).await["items"].as_array().unwrap().is_empty(), "nothing half-done");
    let form = [("idea", own[0].as_str()), ("count", "many"), ("name", "Kept name")];
    let answer = browser.form(&format!("/projects/{project}/batches"), &form).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().await.unwrap().contains("Kept name"));
    app.member("mai", troupe::web::Role::Maker).await;
    let batch = api.make(&path, json!({ "ideas": own, "backend": "sketch" })).await;
    assert_eq!(app.browser("mai").await.get(&format!("/batches/{batch}")).await.status(), StatusCode::NOT_FOUND, "not in this project");
    app.stop().await;
}

/// Killed again and again while it runs: every cell ends, each with its one draft.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_survives_kills() {
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    let mut server = Server::start(&data);
    let (token, http) = (owner(&data), client());
    let project = project(&http, &token, &server.url).await;
    let mut ideas = Vec::new();
    for k in 0..6 {
        let url = format!("{}/api/v1/projects/{project}/ideas", server.url);
        ideas.push(post(&http, &token, &url, json!({ "title": format!("Face {k}") })).await.unwrap().1["id"].clone());
    }
    let asked = json!({ "ideas": ideas, "locales": ["en", "vi"], "backend": "sketch", "start": true });
    let batch = post(&http, &token, &format!("{}/api/v1/projects/{project}/batches", server.url), asked).await.unwrap().1;
    let batch = batch["id"].as_str().unwrap().to_owned();
    let mut kills = 0;
    let done = loop {
        let url = format!("{}/api/v1/batches/{batch}", server.url);
        let seen: Value = http.get(&url).bearer_auth(&token).send().await.unwrap().json().await.unwrap();
        if seen["state"] == "done" {
            break seen;
        }
        if kills < 2 && seen["progress"]["done"].as_i64().unwrap() > kills * 4 {
            kills += 1;
            server.kill();
            server = Server::start(&data);
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert!(kills > 0, "it was over before the first kill");
    assert_eq!((&done["progress"]["done"], &done["progress"]["made"]), (&json!(12), &json!(12)), "{done}");
    let variants = http.get(format!("{}/api/v1/projects/{project}/pieces", server.url)).bearer_auth(&token).send().await.unwrap();
    let pieces: Value = variants.json().await.unwrap();
    let drafts: i64 = pieces["items"].as_array().unwrap().iter().map(|piece| piece["variants"].as_i64().unwrap()).sum();
    assert_eq!(drafts, 12, "no draft is there twice: {pieces}");
    assert_eq!(server.stop().0, Some(0));
    assert_sound(&data);
}
