//! What every call of the API has in common: lists, pointers, versions, repeated calls, and verbs
//! that give back what others took.

use crate::app::{self, Client};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

async fn patch(api: &Client, path: &str, body: Value) -> Response {
    api.request(Method::PATCH, path).json(&body).send().await.unwrap()
}

async fn delete(api: &Client, path: &str) -> StatusCode {
    api.request(Method::DELETE, path).send().await.unwrap().status()
}

async fn keyed(api: &Client, path: &str, key: &str, body: Value) -> (StatusCode, Value) {
    let answer = api.request(Method::POST, path).header("idempotency-key", key).json(&body).send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

async fn pointer(answer: Response) -> (StatusCode, String) {
    let status = answer.status();
    let problem: Value = answer.json().await.unwrap();
    (status, problem["errors"][0]["pointer"].as_str().unwrap_or("none").to_owned())
}

/// A piece with one variant; the ids of both.
async fn variant(api: &Client, project: &str) -> (String, String) {
    let piece = api.make(&format!("/api/v1/projects/{project}/pieces"), json!({ "title": "Red faces" })).await;
    let variant = api.make(&format!("/api/v1/pieces/{piece}/variants"), json!({ "title": "One", "hook": "Why red?" })).await;
    (piece, variant)
}

#[tokio::test]
async fn every_list_has_pages() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Opera").await;
    api.project("Ballet").await;
    for name in ["second", "third"] {
        app.member(name, troupe::web::Role::Maker).await;
        api.make("/api/v1/tokens", json!({ "name": name, "scope": ["read"] })).await;
        api.make("/api/v1/members", json!({ "email": format!("{name}@else.example"), "role": "maker" })).await;
        let settings = json!({ "base_url": "https://models.example/v1", "secret": "k", "model": "m" });
        api.make("/api/v1/backends", json!({ "kind": "openai", "name": name, "settings": settings })).await;
        assert_eq!(api.post("/api/v1/backups", json!({})).await.status(), StatusCode::CREATED);
    }
    let (piece, _) = variant(&api, &project).await;
    api.make(&format!("/api/v1/pieces/{piece}/variants"), json!({ "title": "Two" })).await;
    let lists = ["projects", "members", "tokens", "backends", "invitations", "backups", &format!("pieces/{piece}/variants")];
    for list in lists.map(|list| format!("/api/v1/{list}")) {
        let first = api.json(&format!("{list}?limit=1")).await;
        assert_eq!(first["items"].as_array().unwrap().len(), 1, "{list}");
        let next = first["next"].as_str().unwrap();
        let second = api.json(&format!("{list}?limit=1&after={next}")).await;
        assert_ne!(first["items"][0], second["items"][0], "{list}");
        assert_eq!(pointer(api.get(&format!("{list}?limit=201")).await).await, (StatusCode::UNPROCESSABLE_ENTITY, "/limit".into()), "{list}");
    }
    assert_eq!(api.json("/api/v1/search?q=Red&limit=1").await["items"].as_array().unwrap().len(), 1);
    for list in ["ideas", "pieces", "prompts", "channels", "plays", "runs", "experiments", "publications"] {
        let found = pointer(api.get(&format!("/api/v1/projects/{project}/{list}?state=nonsense")).await).await;
        assert_eq!(found, (StatusCode::UNPROCESSABLE_ENTITY, "/state".into()), "{list}");
    }
    app.stop().await;
}

#[tokio::test]
async fn what_is_wrong_is_pointed_to() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Opera").await;
    let (_, variant) = variant(&api, &project).await;
    let channels = format!("/api/v1/projects/{project}/channels");
    let good = json!({ "url": "https://hooks.example/in", "secret": "s", "capability": "key" });
    let with = |name: &str, value: &str| {
        let mut settings = good.clone();
        settings[name] = value.into();
        json!({ "kind": "webhook", "name": "Hook", "settings": settings })
    };
    for (path, body, expected) in [
        (format!("/api/v1/variants/{variant}/publications"), json!({ "at": "2027-01-01T00:00:00Z" }), "/channel"),
        (channels.clone(), with("zzz", "1"), "/settings/zzz"),
        (channels.clone(), with("url", "https://\u{430}pple.com/in"), "/settings/url"),
        (format!("/api/v1/projects/{project}/pieces"), json!(["A title", null]), ""),
        (format!("/api/v1/projects/{project}/ideas"), json!({ "title": "x", "zzz": 1 }), "/zzz"),
        (format!("/api/v1/variants/{variant}/rejection"), json!({}), "/reason"),
        (format!("/api/v1/projects/{project}/runs"), json!({ "purpose": "ideas", "parent": project }), "/parent"),
        (format!("/api/v1/projects/{project}/runs"), json!({ "purpose": "ideas", "play": project }), "/play"),
        (format!("/api/v1/projects/{project}/runs"), json!({ "purpose": "ideas", "idea": project }), "/idea"),
        (format!("/api/v1/projects/{project}/runs"), json!({ "purpose": "ideas", "piece": project }), "/piece"),
    ] {
        let found = pointer(api.post(&path, body.clone()).await).await;
        assert_eq!(found, (StatusCode::UNPROCESSABLE_ENTITY, expected.into()), "{path} {body}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_stale_change_is_told_both_versions() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Opera").await;
    let idea = api.make(&format!("/api/v1/projects/{project}/ideas"), json!({ "title": "First" })).await;
    let channel = api.make(&format!("/api/v1/projects/{project}/channels"), json!({ "kind": "hand", "name": "By hand too" })).await;
    for path in [format!("/api/v1/ideas/{idea}"), format!("/api/v1/channels/{channel}")] {
        let word = if path.contains("ideas") { "title" } else { "name" };
        let version = api.json(&path).await["version"].as_i64().unwrap();
        assert_eq!(patch(&api, &path, json!({ (word): "Mine", "version": version })).await.status(), StatusCode::OK, "{path}");
        let stale = patch(&api, &path, json!({ (word): "Theirs", "version": version })).await;
        assert_eq!(stale.status(), StatusCode::CONFLICT, "{path}");
        let problem: Value = stale.json().await.unwrap();
        assert_eq!((problem["yours"].as_i64(), problem["current"].as_i64()), (Some(version), Some(version + 1)), "{path}");
        assert!(!problem["title"].as_str().unwrap().contains("below"), "a program has no form: {problem}");
        assert_eq!(api.json(&path).await[word], "Mine", "{path}");
    }
    assert_eq!(api.json(&format!("/api/v1/channels/{channel}")).await["max_late_minutes"], 720);
    app.stop().await;
}

#[tokio::test]
async fn one_key_makes_one_thing() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Opera").await;
    let (_, variant) = variant(&api, &project).await;
    let first = keyed(&api, "/api/v1/backups", "b", json!({})).await;
    assert_eq!(first.0, StatusCode::CREATED);
    assert_eq!(keyed(&api, "/api/v1/backups", "b", json!({})).await, first);
    assert_eq!(api.json("/api/v1/backups").await["items"].as_array().unwrap().len(), 1);
    let name = first.1["name"].as_str().unwrap();
    assert_eq!(delete(&api, &format!("/api/v1/backups/{name}")).await, StatusCode::NO_CONTENT);
    assert_eq!(delete(&api, &format!("/api/v1/backups/{name}")).await, StatusCode::NOT_FOUND);
    let assets = format!("/api/v1/variants/{variant}/assets");
    let upload = async |bytes: &[u8]| {
        let part = reqwest::multipart::Part::bytes(bytes.to_vec()).file_name("words.srt");
        let form = reqwest::multipart::Form::new().part("file", part);
        let answer = api.request(Method::POST, &assets).header("idempotency-key", "a").multipart(form).send().await.unwrap();
        (answer.status(), answer.json::<Value>().await.unwrap())
    };
    let first = upload(b"1\n00:00:00,000 --> 00:00:01,000\nWhy red?\n").await;
    assert_eq!(first.0, StatusCode::CREATED, "{}", first.1);
    assert_eq!(upload(b"1\n00:00:00,000 --> 00:00:01,000\nWhy red?\n").await, first);
    assert_eq!(upload(b"1\n00:00:00,000 --> 00:00:01,000\nWhy blue?\n").await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let csv = include_str!("../fixtures/headline-tests/small.csv");
    let import = async |text: &str| {
        let path = format!("/api/v1/projects/{project}/imports?kind=headline-tests");
        let request = api.request(Method::POST, &path).header("idempotency-key", "i").header("content-type", "text/csv");
        request.body(text.to_owned()).send().await.unwrap()
    };
    let first: Value = import(csv).await.json().await.unwrap();
    assert_eq!(import(csv).await.json::<Value>().await.unwrap(), first);
    assert_eq!(import(&format!("{csv}\n")).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let list = api.json(&format!("/api/v1/projects/{project}/imports")).await;
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    let one = api.json(&format!("/api/v1/imports/{}", list["items"][0]["id"].as_str().unwrap())).await;
    assert!(one["report"].is_object() && one["mapping"].is_object(), "{one}");
    app.stop().await;
}

#[tokio::test]
async fn what_is_binned_comes_back() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Opera").await;
    let within = |noun: &str| format!("/api/v1/projects/{project}/{noun}");
    let (piece, variant) = variant(&api, &project).await;
    let idea = api.make(&within("ideas"), json!({ "title": "First" })).await;
    let prompt = api.make(&within("prompts"), json!({ "name": "Mine", "purpose": "ideas", "template": "{{ count }} ideas" })).await;
    let channel = api.make(&within("channels"), json!({ "kind": "hand", "name": "Another hand" })).await;
    let play = api.make(&within("plays"), json!({ "sentence": "Questions hold." })).await;
    assert_eq!(api.json(&format!("/api/v1/plays/{play}")).await["sentence"], "Questions hold.");
    let renamed = patch(&api, &format!("/api/v1/prompts/{prompt}"), json!({ "name": "Yours" })).await;
    assert_eq!(renamed.json::<Value>().await.unwrap()["name"], "Yours");
    let all = [("variants", variant), ("pieces", piece), ("ideas", idea), ("prompts", prompt), ("channels", channel), ("plays", play)];
    for (noun, id) in all {
        let path = format!("/api/v1/{noun}/{id}");
        assert_eq!(delete(&api, &path).await, StatusCode::NO_CONTENT, "{noun}");
        assert_eq!(api.get(&path).await.status(), StatusCode::NOT_FOUND, "{noun}");
        let bin = api.json(&within("bin")).await;
        assert!(bin["items"].as_array().unwrap().iter().any(|one| one["id"] == id.as_str()), "{noun}: {bin}");
        assert_eq!(api.post(&format!("{path}/restoration"), json!({})).await.status(), StatusCode::NO_CONTENT, "{noun}");
        assert_eq!(api.get(&path).await.status(), StatusCode::OK, "{noun}");
    }
    let path = format!("/api/v1/projects/{project}");
    assert_eq!(delete(&api, &path).await, StatusCode::NO_CONTENT);
    assert_eq!(api.post(&format!("{path}/restoration"), json!({})).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(api.get(&path).await.status(), StatusCode::OK);
    app.stop().await;
}

#[tokio::test]
async fn programs_stop_undo_and_settle_what_pages_can() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Opera").await;
    let (piece, first) = variant(&api, &project).await;
    let second = api.make(&format!("/api/v1/pieces/{piece}/variants"), json!({ "title": "Two" })).await;
    assert_eq!(api.post(&format!("/api/v1/variants/{second}/rejection"), json!({ "reason": "dull" })).await.status(), StatusCode::OK);
    assert_eq!(delete(&api, &format!("/api/v1/variants/{second}/rejection")).await, StatusCode::NO_CONTENT);
    assert_eq!(api.json(&format!("/api/v1/variants/{second}")).await["state"], "in_review");
    let body = json!({ "name": "Which", "assignment": "randomised_here", "variants": [first, second] });
    let experiment = api.make(&format!("/api/v1/projects/{project}/experiments"), body).await;
    let path = format!("/api/v1/experiments/{experiment}");
    let changed: Value = patch(&api, &path, json!({ "name": "Which one", "version": 1 })).await.json().await.unwrap();
    assert_eq!((&changed["name"], &changed["version"]), (&json!("Which one"), &json!(2)));
    assert_eq!(patch(&api, &path, json!({ "name": "Again", "version": 1 })).await.status(), StatusCode::CONFLICT);
    assert_eq!(api.post(&format!("{path}/stop"), json!({})).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(api.json(&path).await["state"], "stopped");
    assert_eq!(delete(&api, &format!("{path}/verdict")).await, StatusCode::NO_CONTENT);
    assert_eq!(api.json(&path).await["state"], "running");
    let settings = json!({ "base_url": "https://models.example/v1", "secret": "k", "model": "m" });
    let backend = api.make("/api/v1/backends", json!({ "kind": "openai", "name": "Home", "settings": settings })).await;
    let path = format!("/api/v1/backends/{backend}");
    assert_eq!(patch(&api, &path, json!({ "settings": { "model": "n" } })).await.status(), StatusCode::OK);
    let shown = api.json(&path).await;
    assert_eq!((&shown["settings"]["model"], &shown["has_secret"]), (&json!("n"), &json!(true)));
    let checked: Value = api.post("/api/v1/events/check", json!({})).await.json().await.unwrap();
    assert_eq!(checked["sound"], true);
    let export = api.get(&format!("/api/v1/projects/{project}/export")).await;
    assert_eq!(export.headers()["content-type"], "application/gzip");
    assert!(!export.bytes().await.unwrap().is_empty());
    app.stop().await;
}

#[tokio::test]
async fn media_are_read_ordered_and_removed_by_programs() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Opera").await;
    let (_, variant) = variant(&api, &project).await;
    let path = format!("/api/v1/variants/{variant}");
    let mut ids = Vec::new();
    for words in ["Why red?", "Why blue?"] {
        let text = format!("1\n00:00:00,000 --> 00:00:01,000\n{words}\n");
        let part = reqwest::multipart::Part::bytes(text.clone().into_bytes()).file_name("words.srt");
        let form = reqwest::multipart::Form::new().part("file", part);
        let made: Value = api.request(Method::POST, &format!("{path}/assets")).multipart(form).send().await.unwrap().json().await.unwrap();
        let id = made["id"].as_str().unwrap().to_owned();
        let file = api.get(&format!("/api/v1/media/{id}")).await;
        assert_eq!((file.status(), file.text().await.unwrap()), (StatusCode::OK, text));
        ids.push(id);
    }
    assert_eq!(app.nobody().get(&format!("/api/v1/media/{}", ids[0])).await.status(), StatusCode::UNAUTHORIZED);
    let order = async || -> Vec<String> {
        let shown = api.json(&path).await;
        shown["assets"].as_array().unwrap().iter().map(|asset| asset["id"].as_str().unwrap().to_owned()).collect()
    };
    api.post(&format!("{path}/approval"), json!({})).await;
    ids.reverse();
    assert_eq!(patch(&api, &path, json!({ "assets": ids })).await.status(), StatusCode::OK);
    assert_eq!(order().await, ids);
    assert_ne!(api.json(&path).await["state"], "approved", "what was approved had its media in another order");
    assert_eq!(patch(&api, &path, json!({ "assets": [ids[0], ids[0]] })).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(patch(&api, &path, json!({ "assets": [ids[0]] })).await.status(), StatusCode::OK);
    assert_eq!(order().await, ids[..1]);
    app.stop().await;
}

#[tokio::test]
async fn what_no_person_sends_is_refused_and_a_cookie_that_opens_nothing_ends() {
    let app = app::start().await;
    let token = troupe::today::invite_owner(&app.house).await.unwrap().unwrap();
    assert_eq!(app.nobody().get(&token).await.status(), StatusCode::OK);
    let (browser, api) = app.owner().await;
    assert_eq!(app.nobody().get(&token).await.status(), StatusCode::NOT_FOUND, "an owner was made meanwhile");
    let project = api.project("Opera").await;
    let long = "x".repeat(1_000_000);
    let login = app.nobody().form("/login", &[("email", "owner@studio.example"), ("password", &long)]).await;
    assert_eq!(login.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let many: Vec<(String, &str)> = (0..10_000).map(|n| (format!("field{n}"), "x")).collect();
    let answer = browser.request(Method::POST, &format!("/projects/{project}/ideas")).form(&many).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let mut tampered = app.nobody();
    tampered.cookie = browser.cookie.as_ref().map(|cookie| format!("{cookie}x"));
    let answer = tampered.get(&format!("/projects/{project}/ideas")).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let ended = answer.headers().get_all("set-cookie").iter().any(|cookie| cookie.to_str().unwrap().starts_with("sid=;"));
    assert!(ended, "{:?}", answer.headers());
    assert!(browser.get(&format!("/projects/{project}/ideas")).await.headers().get("set-cookie").is_none());
    app.stop().await;
}
