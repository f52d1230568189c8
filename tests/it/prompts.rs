//! Prompts: versions that never change, labels that move, rendering that costs nothing.

use crate::app::{self, location};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn prompt(api: &app::Client, project: &str, template: &str) -> String {
    api.make(&format!("/api/v1/projects/{project}/prompts"), json!({ "name": "Mine", "purpose": "ideas", "template": template })).await
}

#[tokio::test]
async fn a_project_begins_with_two_prompts_in_its_language() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    for (locale, name) in [("en", "Ideas with a perspective"), ("zh-Hans", "有立意的选题")] {
        let project = api.make("/api/v1/projects", json!({ "name": locale, "locale": locale, "perspective": "Nobody is <old>" })).await;
        let path = format!("/api/v1/projects/{project}/prompts");
        let prompts = app
            .eventually("the first prompts", async || {
                Some(api.json(&path).await["items"].clone()).filter(|items| items.as_array().unwrap().len() == 2)
            })
            .await;
        assert_eq!(prompts[0]["name"], name);
        assert_eq!((&prompts[0]["purpose"], &prompts[0]["live"]), (&json!("ideas"), &json!(1)));
        assert_eq!((&prompts[1]["purpose"], &prompts[1]["live"]), (&json!("variants"), &json!(1)));
        let page = browser.page(&format!("/prompts/{}", prompts[0]["id"].as_str().unwrap())).await;
        assert!(page.contains("Nobody is &#60;old&#62;"), "the preview carries the perspective");
        browser.page(&format!("/projects/{project}/prompts")).await;
    }
    app.stop().await;
}

#[tokio::test]
async fn versions_are_added_and_labels_move() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let id = prompt(&api, &project, "Say a red word about {{ perspective }}.").await;
    let answer = browser.form(&format!("/prompts/{id}/versions"), &[("template", "Say a white word."), ("temperature", "0.5"), ("note", "n")]).await;
    assert_eq!((answer.status(), location(&answer).to_owned()), (StatusCode::SEE_OTHER, format!("/prompts/{id}")));
    let shown = api.json(&format!("/api/v1/prompts/{id}")).await;
    assert_eq!((&shown["versions"], &shown["live"], &shown["newest"]["settings"]["temperature"]), (&json!(2), &json!(1), &json!(0.5)));
    assert_eq!(api.json(&format!("/api/v1/prompts/{id}/versions/1")).await["template"], "Say a red word about {{ perspective }}.");
    let page = browser.page(&format!("/prompts/{id}?version=2&against=1")).await;
    assert!(page.contains("<del>red</del>") && page.contains("<ins>white</ins>"), "the difference is shown by words");
    browser.form(&format!("/prompts/{id}/labels"), &[("label", "live"), ("version", "2")]).await;
    assert_eq!(api.json(&format!("/api/v1/prompts/{id}")).await["live"], 2);
    // Undo comes without fields.
    browser.form(&format!("/prompts/{id}/labels?label=live&version=1"), &[]).await;
    assert_eq!(api.json(&format!("/api/v1/prompts/{id}")).await["live"], 1);
    let moved = api.post(&format!("/api/v1/prompts/{id}/labels"), json!({ "label": "trial", "version": 2 })).await;
    assert_eq!(moved.json::<Value>().await.unwrap()["trial"], 2);
    let nowhere = api.post(&format!("/api/v1/prompts/{id}/labels"), json!({ "label": "live", "version": 9 })).await;
    assert_eq!(nowhere.status(), StatusCode::NOT_FOUND);
    app.stop().await;
}

#[tokio::test]
async fn a_template_that_cannot_be_read_is_refused_with_its_line() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let id = prompt(&api, &project, "ok").await;
    let answer = browser.form(&format!("/prompts/{id}/versions"), &[("template", "kept words\n{{ oops"), ("note", "")]).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text().await.unwrap();
    assert!(page.contains("kept words") && page.contains("Line 2 cannot be read"), "{page}");
    let answer = api.post(&format!("/api/v1/projects/{project}/prompts"), json!({ "name": "", "template": "{% if %}" })).await;
    let problem: Value = answer.json().await.unwrap();
    let pointers: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/name", "/template"]);
    let twice = api.post(&format!("/api/v1/projects/{project}/prompts"), json!({ "name": "Mine", "template": "x" })).await;
    assert_eq!(twice.status(), StatusCode::UNPROCESSABLE_ENTITY, "a name is used once");
    app.stop().await;
}

#[tokio::test]
async fn rendering_tells_what_is_missing() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let id = prompt(&api, &project, "{{ count }} for {{ seconds }} s about {{ idea.title }}").await;
    api.make(&format!("/api/v1/projects/{project}/ideas"), json!({ "title": "The drum" })).await;
    let path = format!("/api/v1/prompts/{id}/renderings");
    let rendered: Value = api.post(&path, json!({ "count": 3 })).await.json().await.unwrap();
    assert_eq!(rendered, json!({ "text": "3 for  s about The drum", "missing": ["seconds"] }));
    let rendered: Value = api.post(&path, json!({ "count": 3, "inputs": { "seconds": 36, "count": 99 } })).await.json().await.unwrap();
    assert_eq!(rendered, json!({ "text": "3 for 36 s about The drum", "missing": [] }));
    let page = browser.page(&format!("/prompts/{id}?version=1&in.seconds=45")).await;
    assert!(page.contains("12 for 45 s about The drum"), "{page}");
    app.stop().await;
}

#[tokio::test]
async fn a_binned_prompt_comes_back_with_everything() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let id = prompt(&api, &project, "x").await;
    let answer = browser.form(&format!("/prompts/{id}?_method=DELETE"), &[]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(api.get(&format!("/api/v1/prompts/{id}")).await.status(), StatusCode::NOT_FOUND);
    browser.form(&format!("/prompts/{id}/restoration"), &[]).await;
    assert_eq!(api.json(&format!("/api/v1/prompts/{id}")).await["live"], 1);
    assert_eq!(api.request(Method::DELETE, &format!("/api/v1/prompts/{id}")).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    app.stop().await;
}

#[tokio::test]
async fn strangers_find_no_prompt() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Opera").await;
    let id = prompt(&api, &project, "x").await;
    app.member("mai", troupe::web::Role::Maker).await;
    let mai = app.browser("mai").await;
    for path in [format!("/prompts/{id}"), format!("/projects/{project}/prompts"), format!("/projects/{project}/runs")] {
        assert_eq!(mai.get(&path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(mai.form(&format!("/prompts/{id}/versions"), &[("template", "mine")]).await.status(), StatusCode::NOT_FOUND);
    app.stop().await;
}

#[tokio::test]
async fn every_version_is_rendered_over_the_same_fixture() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let body = json!({ "name": "Mine", "purpose": "variants", "template": "One: {{ seconds }} s, {{ idea.title }}, {{ locale }}" });
    let id = api.make(&format!("/api/v1/projects/{project}/prompts"), body).await;
    api.make(&format!("/api/v1/prompts/{id}/versions"), json!({ "template": "Two: {{ seconds }} s, {{ tone }}, {{ idea.title }}" })).await;
    api.make(&format!("/api/v1/projects/{project}/ideas"), json!({ "title": "The newest idea" })).await;
    let form = browser.page(&format!("/prompts/{id}/fixtures/new")).await;
    assert!(form.contains("in.seconds") && form.contains("in.tone"), "what the newest version asks for is found: {form}");
    let fields = [("name", "Short"), ("locale", "vi"), ("idea.title", "The white face"), ("in.seconds", "36"), ("in.tone", "")];
    let kept = browser.form(&format!("/prompts/{id}/fixtures"), &fields).await;
    assert_eq!(kept.status(), StatusCode::SEE_OTHER, "{}", location(&kept));
    let fixtures = api.json(&format!("/api/v1/prompts/{id}/fixtures")).await;
    let fixture = fixtures["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(fixtures["items"][0]["inputs"], json!({ "seconds": "36" }));
    for (version, text, missing) in
        [(1, "One: 36 s, The white face, vi", "nothing to say"), (2, "Two: 36 s, , The white face", "Nothing was given for: tone")]
    {
        let page = browser.page(&format!("/prompts/{id}?version={version}&fixture={fixture}")).await;
        assert!(page.contains(text) && !page.contains("The newest idea"), "{page}");
        assert_eq!(page.contains(missing), version == 2);
        let asked = json!({ "version": version, "fixture": fixture });
        let rendered: Value = api.post(&format!("/api/v1/prompts/{id}/renderings"), asked).await.json().await.unwrap();
        assert_eq!(rendered["text"], text);
    }
    let over = json!({ "version": 2, "fixture": fixture, "inputs": { "tone": "dry" }, "locale": "th" });
    let rendered: Value = api.post(&format!("/api/v1/prompts/{id}/renderings"), over).await.json().await.unwrap();
    assert_eq!(rendered, json!({ "text": "Two: 36 s, dry, The white face", "missing": [] }));

    let twice = browser.form(&format!("/prompts/{id}/fixtures"), &fields).await;
    assert_eq!(twice.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(twice.text().await.unwrap().contains("has a fixture of that name"));
    let changed = api.request(Method::PATCH, &format!("/api/v1/fixtures/{fixture}")).json(&json!({ "inputs": { "seconds": 9 }, "version": 1 }));
    assert_eq!(changed.send().await.unwrap().json::<Value>().await.unwrap()["version"], 2);
    let stale = browser.form(&format!("/fixtures/{fixture}"), &[("name", "Mine alone"), ("version", "1")]).await;
    assert_eq!(stale.status(), StatusCode::CONFLICT);
    assert!(stale.text().await.unwrap().contains("Mine alone"), "what was typed is kept");
    app.member("mai", troupe::web::Role::Maker).await;
    let mai = app.browser("mai").await;
    for path in [format!("/fixtures/{fixture}"), format!("/prompts/{id}/fixtures/new")] {
        assert_eq!(mai.get(&path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(mai.form(&format!("/fixtures/{fixture}?_method=DELETE"), &[]).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(browser.form(&format!("/fixtures/{fixture}?_method=DELETE"), &[]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(api.json(&format!("/api/v1/prompts/{id}/fixtures")).await["items"], json!([]));
    app.stop().await;
}
