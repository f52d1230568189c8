//! Trials: two versions over the same fixtures, blind until chosen, and nothing of them where work waits.

use crate::app::{self, Client, TestApp, Wishes, location};
use crate::openai::{self, Manner};
use reqwest::StatusCode;
use serde_json::{Value, json};

/// A prompt with two versions and `n` fixtures: its id and theirs.
async fn stage(api: &Client, project: &str, purpose: &str, n: usize) -> (String, Vec<String>) {
    let template = "One: {{ seconds }} s, {{ idea.title }} in {{ locale }}";
    let body = json!({ "name": "Mine", "purpose": purpose, "template": template });
    let id = api.make(&format!("/api/v1/projects/{project}/prompts"), body).await;
    api.make(&format!("/api/v1/prompts/{id}/versions"), json!({ "template": template.replace("One", "Two") })).await;
    let mut fixtures = Vec::new();
    for k in 0..n {
        let body =
            json!({ "name": format!("Case {k}"), "locale": "en", "idea": { "title": format!("The face {k}") }, "inputs": { "seconds": 30 + k } });
        fixtures.push(api.make(&format!("/api/v1/prompts/{id}/fixtures"), body).await);
    }
    (id, fixtures)
}

async fn ended(app: &TestApp, api: &Client, trial: &str) -> Value {
    app.eventually("the end of a trial", async || {
        let trial = api.json(&format!("/api/v1/trials/{trial}")).await;
        let open = |half: &Value| matches!(half["state"].as_str().unwrap(), "planned" | "queued" | "running");
        (!trial["pairs"].as_array().unwrap().iter().any(|pair| open(&pair["left"]) || open(&pair["right"]))).then_some(trial)
    })
    .await
}

async fn choose(api: &Client, trial: &str, position: usize, choice: &str) -> Value {
    let answer = api.post(&format!("/api/v1/trials/{trial}/choices"), json!({ "position": position, "choice": choice })).await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.unwrap()
}

#[tokio::test]
async fn a_blind_trial_tells_its_versions_when_it_was_chosen() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let (prompt, fixtures) = stage(&api, &project, "variants", 6).await;
    let path = format!("/prompts/{prompt}/trials");
    let mut fields = vec![("a", "1"), ("b", "2"), ("backend", "sketch"), ("count", "2"), ("blind", "1")];
    fields.extend(fixtures.iter().map(|id| ("fixture", id.as_str())));
    assert!(browser.page(&format!("{path}/new")).await.contains("Case 5"));
    let answer = browser.form(&path, &fields).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.text().await.unwrap());
    let trial = location(&answer).rsplit('/').next().unwrap().to_owned();
    let shown = ended(&app, &api, &trial).await;
    let pairs = shown["pairs"].as_array().unwrap();
    assert_eq!(pairs.len(), 6);
    for half in pairs.iter().flat_map(|pair| [&pair["left"], &pair["right"]]) {
        assert_eq!((&half["state"], half["drafts"].as_array().unwrap().len()), (&json!("done"), 2), "{half}");
        for hidden in ["version", "run", "cost_micros", "took_ms"] {
            assert_eq!(half[hidden], Value::Null, "{hidden} is hidden");
        }
    }
    assert_eq!((&shown["tally"], &shown["sums"]), (&Value::Null, &Value::Null));
    let page = browser.page(&format!("/trials/{trial}")).await;
    assert!(page.contains("6 fixtures wait for your choice") && !page.contains("/runs/0") && !page.contains(">Version 1<"), "{page}");

    // Each choice uncovers its pair and no other; the runs say that the sides are what they are said to be.
    let mut versions = Vec::new();
    for position in 0..6 {
        let shown = choose(&api, &trial, position, "left").await;
        let pair = &shown["pairs"][position];
        versions.push(pair["left"]["version"].as_i64().unwrap());
        assert_eq!(shown["pairs"].as_array().unwrap().iter().filter(|pair| pair["left"]["version"] != Value::Null).count(), position + 1);
        let run = api.json(&format!("/api/v1/runs/{}", pair["left"]["run"].as_str().unwrap())).await;
        let word = if versions[position] == 1 { "One" } else { "Two" };
        assert_eq!(run["rendered"], format!("{word}: {} s, The face {position} in en", 30 + position));
        assert_eq!(run["inputs"]["idea"]["title"], format!("The face {position}"), "what was asked is kept");
    }
    let shown = choose(&api, &trial, 5, "neither").await;
    let tally = &shown["tally"];
    let of = |version: i64| versions.iter().take(5).filter(|left| **left == version).count();
    assert_eq!((tally["a"].as_u64().unwrap() as usize, tally["b"].as_u64().unwrap() as usize, &tally["neither"]), (of(1), of(2), &json!(1)));
    assert_eq!((&shown["sums"][0]["runs"], &shown["sums"][1]["drafts"]), (&json!(6), &json!(12)));
    let page = browser.page(&format!("/trials/{trial}")).await;
    assert!(page.contains("You have chosen everywhere") && page.contains("95 % interval"), "{page}");
    assert!(browser.page(&format!("/projects/{project}/trials")).await.contains(&trial));
    // Another member has chosen nothing, and still sees no version.
    let second = app.member("second", troupe::web::Role::Owner).await;
    let second = app.program(second, &[troupe::web::Scope::All]).await;
    assert_eq!(second.json(&format!("/api/v1/trials/{trial}")).await["pairs"][0]["left"]["version"], Value::Null);
    app.stop().await;
}

#[tokio::test]
async fn what_a_trial_drafts_waits_nowhere_and_scores_nothing() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    for purpose in ["variants", "ideas"] {
        let project = if purpose == "ideas" { api.project("Shadows").await } else { project.clone() };
        let (prompt, fixtures) = stage(&api, &project, purpose, 1).await;
        let asked = json!({ "prompt": prompt, "a": 2, "b": 1, "fixtures": fixtures, "backend": "sketch", "count": 3 });
        let trial = api.make(&format!("/api/v1/projects/{project}/trials"), asked).await;
        let shown = ended(&app, &api, &trial).await;
        let (left, right) = (&shown["pairs"][0]["left"], &shown["pairs"][0]["right"]);
        assert_eq!((&left["version"], &right["version"]), (&json!(2), &json!(1)), "not blind: as they were named");
        assert_eq!((left["drafts"].as_array().unwrap().len(), right["drafts"].as_array().unwrap().len()), (3, 3));
        assert!(left["took_ms"].as_i64().unwrap() >= 0 && left["cost_micros"] == 0);
        for score in api.json(&format!("/api/v1/prompts/{prompt}/scores")).await["items"].as_array().unwrap() {
            assert_eq!((&score["made"], &score["decided"], &score["spend"]), (&json!(0), &json!(0), &json!([])), "{score}");
        }
        let run = api.json(&format!("/api/v1/runs/{}", left["run"].as_str().unwrap())).await;
        let draft = run["drafts"][0].as_str().unwrap();
        if purpose == "variants" {
            let desk = browser.page(&format!("/projects/{project}/curate")).await;
            assert!(!desk.contains(draft) && !desk.contains("drafts wait"), "{desk}");
            assert_eq!(api.json(&format!("/api/v1/variants/{draft}")).await["state"], "draft");
            // One that is liked may be taken over, and still is nobody's score.
            assert_eq!(api.post(&format!("/api/v1/variants/{draft}/approval"), json!({})).await.status(), StatusCode::OK);
            assert_eq!(api.json(&format!("/api/v1/prompts/{prompt}/scores")).await["items"][0]["approved"], 0);
            let pieces = api.json(&format!("/api/v1/projects/{project}/pieces")).await;
            assert_eq!((pieces["items"].as_array().unwrap().len(), &pieces["items"][0]["title"]), (1, &json!("Drafts of trials")));
        } else {
            assert_eq!(api.json(&format!("/api/v1/ideas/{draft}")).await["state"], "dropped");
            assert!(!browser.page(&format!("/projects/{project}/ideas")).await.contains(draft));
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn a_trial_is_refused_with_what_is_wrong_and_chosen_when_it_is_there() {
    let service = openai::start(Manner::Slow).await;
    let app = app::start_with(Wishes { allow_private: service.target.clone(), ..Wishes::default() }).await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let (prompt, fixtures) = stage(&api, &project, "variants", 1).await;
    let lacking = api.make(&format!("/api/v1/prompts/{prompt}/fixtures"), json!({ "name": "Without seconds" })).await;
    let refused = async |mut asked: Value, pointer: &str| {
        asked["prompt"] = json!(prompt);
        let answer = api.post(&format!("/api/v1/projects/{project}/trials"), asked).await;
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
        problem["errors"][0]["detail"].as_str().unwrap_or_default().to_owned()
    };
    refused(json!({ "a": 1, "b": 1, "fixtures": fixtures }), "/b").await;
    refused(json!({ "a": 1, "b": 9, "fixtures": fixtures }), "/b").await;
    refused(json!({ "a": 1, "b": 2, "fixtures": [] }), "/fixtures").await;
    refused(json!({ "a": 1, "b": 2, "fixtures": fixtures, "count": 7 }), "/count").await;
    refused(json!({ "a": 1, "b": 2, "fixtures": fixtures, "backend": "nobody" }), "/backend").await;
    let page = browser.form(&format!("/prompts/{prompt}/trials"), &[("a", "1"), ("b", "2"), ("fixture", &lacking), ("backend", "sketch")]).await;
    assert_eq!(page.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().await.unwrap().contains("needs a value that nothing was given for: seconds"));
    let settings = json!({ "base_url": service.base_url(), "model": "small", "timeout": 20 });
    let backend = api.make("/api/v1/backends", json!({ "kind": "openai", "name": "Home", "settings": settings })).await;
    let asked = json!({ "prompt": prompt, "a": 1, "b": 2, "fixtures": fixtures, "backend": backend });
    let trial = api.make(&format!("/api/v1/projects/{project}/trials"), asked).await;
    let early = api.post(&format!("/api/v1/trials/{trial}/choices"), json!({ "position": 0, "choice": "left" })).await;
    assert_eq!(early.status(), StatusCode::UNPROCESSABLE_ENTITY, "nothing is there to choose from");
    ended(&app, &api, &trial).await;
    assert_eq!(choose(&api, &trial, 0, "right").await["tally"]["b"], 1);
    let tally = choose(&api, &trial, 0, "left").await["tally"].clone();
    assert_eq!(["pairs", "a", "b", "neither"].map(|name| tally[name].as_i64().unwrap()), [1, 1, 0, 0], "the newest choice stands");
    // None of one: the upper end is z² / (1 + z²).
    assert!((tally["high"].as_f64().unwrap() - 0.793_451).abs() < 1e-6 && tally["low"] == 0.0, "{tally}");
    let beyond = api.post(&format!("/api/v1/trials/{trial}/choices"), json!({ "position": 1, "choice": "left" })).await;
    assert_eq!(beyond.status(), StatusCode::NOT_FOUND);
    app.member("mai", troupe::web::Role::Maker).await;
    let mai = app.browser("mai").await;
    for path in [format!("/trials/{trial}"), format!("/projects/{project}/trials"), format!("/prompts/{prompt}/trials/new")] {
        assert_eq!(mai.get(&path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(mai.form(&format!("/trials/{trial}/choices"), &[("position", "0"), ("choice", "left")]).await.status(), StatusCode::NOT_FOUND);
    app.stop().await;
}
