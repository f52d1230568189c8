//! Ideas, from the inbox to the shortlist, by people and by programs.

use crate::app::{self, location};
use reqwest::{Method, StatusCode};
use serde_json::json;
use troupe::web::{Role, Scope};

#[tokio::test]
async fn an_idea_is_kept_shown_moved_and_taken_back() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let answer = browser.form(&format!("/projects/{project}/ideas"), &[("title", "Why faces are <red>"), ("locale", "en")]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let page = browser.page(&format!("/projects/{project}/ideas")).await;
    assert!(page.contains("Why faces are &#60;red&#62;") && !page.contains("<red>"), "the title is shown as text");
    let ideas = api.json(&format!("/api/v1/projects/{project}/ideas")).await;
    let id = ideas["items"][0]["id"].as_str().unwrap().to_owned();
    let moved = browser.form(&format!("/ideas/{id}/state"), &[("to", "shortlisted")]).await;
    assert_eq!(location(&moved), format!("/projects/{project}/ideas"));
    assert_eq!(api.json(&format!("/api/v1/ideas/{id}")).await["state"], "shortlisted");
    browser.form(&format!("/ideas/{id}/state?to=inbox"), &[]).await;
    assert_eq!(api.json(&format!("/api/v1/ideas/{id}")).await["state"], "inbox");
    app.stop().await;
}

#[tokio::test]
async fn a_wrong_form_keeps_what_was_typed() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    for title in ["", "\u{200b}", "a\u{0}b", &"x".repeat(201)] {
        let answer = browser.form(&format!("/projects/{project}/ideas"), &[("title", title), ("hook", "kept words"), ("locale", "en")]).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{title:?}");
        let page = answer.text().await.unwrap();
        assert!(page.contains("kept words") && page.contains(r#"aria-invalid="true""#), "{title:?}");
    }
    assert_eq!(api.json(&format!("/api/v1/projects/{project}/ideas")).await["items"].as_array().unwrap().len(), 0);
    app.stop().await;
}

#[tokio::test]
async fn two_people_editing_at_once_lose_nothing() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let id = api.make(&format!("/api/v1/projects/{project}/ideas"), json!({ "title": "First" })).await;
    let first = browser.form(&format!("/ideas/{id}"), &[("title", "Mine"), ("locale", "en"), ("version", "1")]).await;
    assert_eq!(first.status(), StatusCode::SEE_OTHER);
    let second = browser.form(&format!("/ideas/{id}"), &[("title", "Theirs"), ("locale", "en"), ("version", "1")]).await;
    assert_eq!(second.status(), StatusCode::CONFLICT);
    let page = second.text().await.unwrap();
    assert!(page.contains("Theirs") && page.contains("Mine"), "both texts are shown");
    assert_eq!(api.json(&format!("/api/v1/ideas/{id}")).await["title"], "Mine");
    app.stop().await;
}

#[tokio::test]
async fn the_same_idea_twice_is_marked_not_refused() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("戏曲").await;
    let path = format!("/api/v1/projects/{project}/ideas");
    let first = api.make(&path, json!({ "title": "红脸的人从不说谎" })).await;
    let second = api.make(&path, json!({ "title": "红脸的人，从不说谎" })).await;
    assert_eq!(api.json(&format!("/api/v1/ideas/{second}")).await["twin_id"], first.as_str());
    app.stop().await;
}

#[tokio::test]
async fn a_repeated_call_makes_one_idea() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Opera").await;
    let path = format!("/api/v1/projects/{project}/ideas");
    let send = |title: &str| api.request(Method::POST, &path).header("idempotency-key", "k1").json(&json!({ "title": title })).send();
    let (one, two) = tokio::join!(send("Once"), send("Once"));
    let (one, two) = (one.unwrap().text().await.unwrap(), two.unwrap().text().await.unwrap());
    assert_eq!(one, two);
    assert_eq!(send("Another").await.unwrap().status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(api.json(&path).await["items"].as_array().unwrap().len(), 1);
    app.stop().await;
}

#[tokio::test]
async fn what_you_may_not_see_is_not_found() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Secret").await;
    let idea = api.make(&format!("/api/v1/projects/{project}/ideas"), json!({ "title": "Hidden" })).await;
    let maker = app.member("maker", Role::Maker).await;
    let (outside, program) = (app.browser("maker").await, app.program(maker, &[Scope::All]).await);
    let missing = uuid::Uuid::now_v7();
    for (seen, absent) in
        [(format!("/ideas/{idea}"), format!("/ideas/{missing}")), (format!("/projects/{project}/ideas"), format!("/projects/{missing}/ideas"))]
    {
        let (foreign, gone) = (outside.get(&seen).await, outside.get(&absent).await);
        assert_eq!((foreign.status(), gone.status()), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
        assert_eq!(foreign.text().await.unwrap(), gone.text().await.unwrap(), "foreign looks like missing");
    }
    let written = program.post(&format!("/api/v1/projects/{project}/ideas"), json!({ "title": "Mine now" })).await;
    assert_eq!(written.status(), StatusCode::NOT_FOUND);
    let moved = outside.form(&format!("/ideas/{idea}/state"), &[("to", "dropped")]).await;
    assert_eq!(moved.status(), StatusCode::NOT_FOUND);
    app.stop().await;
}

#[tokio::test]
async fn lists_come_in_pages_and_lose_nothing_between() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Opera").await;
    let path = format!("/api/v1/projects/{project}/ideas");
    for n in 0..7 {
        api.make(&path, json!({ "title": format!("Idea number {n}") })).await;
    }
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = api.json(&format!("{path}?limit=3{after}")).await;
        seen.extend(page["items"].as_array().unwrap().iter().map(|idea| idea["title"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let wanted: Vec<String> = (0..7).rev().map(|n| format!("Idea number {n}")).collect();
    assert_eq!(seen, wanted);
    for query in ["limit=0", "limit=201", "limit=x", "sort=up", "state=none"] {
        let status = api.get(&format!("{path}?{query}")).await.status();
        assert!(status.is_client_error(), "{query}: {status}");
    }
    app.stop().await;
}
