//! Services that are connected: their keys, their tests, who may see them.

use super::stage;
use crate::app::location;
use crate::openai::Manner;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn a_service_that_is_not_there_is_not_connected() {
    let stage = stage(Manner::Well).await;
    let prompt = stage.prompt("ideas").await;
    let closed = { tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap() };
    let settings = json!({ "base_url": format!("http://{closed}/v1"), "model": "small" });
    let refused = stage.api.post("/api/v1/backends", json!({ "kind": "openai", "name": "Nobody", "settings": settings })).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "a private address that is not listed");
    let problem: Value = refused.json().await.unwrap();
    assert_eq!(problem["errors"][0]["pointer"], "/settings/base_url");
    stage.api.request(Method::DELETE, &format!("/api/v1/backends/{}", stage.backend)).send().await.unwrap();
    let gone = stage.api.post(&format!("/api/v1/projects/{}/runs", stage.project), json!({ "prompt": prompt, "backend": stage.backend })).await;
    assert_eq!(gone.status(), StatusCode::UNPROCESSABLE_ENTITY);
    // The name is free again, and the sketch stays.
    let settings = json!({ "base_url": stage.service.base_url(), "model": "small" });
    stage.api.make("/api/v1/backends", json!({ "kind": "openai", "name": "Home", "settings": settings })).await;
    let sketch = "00000000-0000-7000-8000-736b65746368";
    let stays = stage.api.request(Method::DELETE, &format!("/api/v1/backends/{sketch}")).send().await.unwrap();
    assert_eq!(stays.status(), StatusCode::UNPROCESSABLE_ENTITY);
    stage.app.stop().await;
}

#[tokio::test]
async fn a_key_stays_with_its_address() {
    let stage = stage(Manner::Well).await;
    let path = format!("/settings/backends/{}", stage.backend);
    let page = stage.browser.page(&path).await;
    assert!(page.contains(&stage.service.base_url()) && !page.contains("key-1"), "the key is never sent back");
    let fields = |url: &str, secret: &str| {
        [("name", "Home"), ("settings.base_url", url), ("settings.secret", secret), ("settings.model", "small"), ("settings.currency", "CNY")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let send = async |url: &str, secret: &str| {
        let fields = fields(url, secret);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        stage.browser.form(&path, &fields).await
    };
    let moved = format!("http://{}/v2", stage.service.target);
    let answer = send(&moved, "").await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().await.unwrap().contains("Enter the key again"));
    assert_eq!(send(&moved, "key-2").await.status(), StatusCode::SEE_OTHER);
    assert_eq!(send(&moved, "").await.status(), StatusCode::SEE_OTHER, "the address stayed, so the key may");
    let list = stage.api.json("/api/v1/backends").await;
    let home = list["items"].as_array().unwrap().iter().find(|backend| backend["name"] == "Home").unwrap();
    assert!(home["has_secret"] == true && !list.to_string().contains("key-"), "{list}");
    stage.app.stop().await;
}

#[tokio::test]
async fn a_test_says_in_words_whether_a_service_answers() {
    let stage = stage(Manner::Well).await;
    let path = format!("/api/v1/backends/{}/tests", stage.backend);
    let tested: Value = stage.api.post(&path, json!({})).await.json().await.unwrap();
    assert_eq!(tested["ok"], true, "{tested}");
    let settings = json!({ "base_url": stage.service.base_url(), "model": "large" });
    let other = stage.api.make("/api/v1/backends", json!({ "kind": "openai", "name": "Large", "settings": settings })).await;
    let tested: Value = stage.api.post(&format!("/api/v1/backends/{other}/tests"), json!({})).await.json().await.unwrap();
    assert_eq!((&tested["ok"], &tested["class"]), (&json!(false), &json!("unknown_model")));
    let page = stage.browser.page("/settings/backends").await;
    assert!(page.contains("does not know this model") && page.contains("template, not AI"));
    let answer = stage.browser.form(&format!("/settings/backends/{other}/tests"), &[]).await;
    assert_eq!(location(&answer), "/settings/backends");
    stage.app.stop().await;
}

#[tokio::test]
async fn makers_run_but_do_not_see_the_settings() {
    let stage = stage(Manner::Well).await;
    stage.app.member("mai", troupe::web::Role::Maker).await;
    let mai = stage.app.browser("mai").await;
    for path in ["/settings/backends", "/settings/backends/new?kind=openai"] {
        assert_eq!(mai.get(path).await.status(), StatusCode::FORBIDDEN, "{path}");
    }
    let stranger = mai.form(&format!("/projects/{}/runs", stage.project), &[("purpose", "ideas"), ("backend", "sketch")]).await;
    assert_eq!(stranger.status(), StatusCode::NOT_FOUND, "not in this project");
    stage.browser.page(&format!("/projects/{}/runs/new?purpose=ideas", stage.project)).await;
    stage.app.stop().await;
}
