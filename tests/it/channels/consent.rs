//! The way to a platform and back: what changes a channel, and all that must not.

use super::standin::Step;
use super::youtube::PROTOCOL;
use super::{Stage, stage, stage_at};
use crate::app::{Client, location};
use reqwest::StatusCode;
use serde_json::{Value, json};
use troupe::platform::{Clock, Ms};
use troupe::web::Role;

/// Comes back, and must be told to start again while nothing changes.
async fn refused(stage: &Stage, browser: &Client, back: &str, why: &str) {
    let (before, asked) = (stage.health().await, stage.standin.asked(Step::Session).len());
    let answer = browser.get(back).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{why}");
    let html = answer.text().await.unwrap();
    assert!(html.contains("Please start again") && html.contains("To the channel"), "{why}: {html}");
    assert!(!html.contains("code-") && !html.contains("state="), "{why}: nothing of the address is repeated");
    assert_eq!(stage.health().await, before, "{why}");
    assert_eq!(stage.standin.asked(Step::Session).len(), asked, "{why}: no code was tried");
}

async fn works(stage: &Stage, browser: &Client, back: &str, why: &str) {
    let answer = browser.get(back).await;
    assert_eq!((answer.status(), location(&answer)), (StatusCode::SEE_OTHER, format!("/projects/{}/channels", stage.project).as_str()), "{why}");
}

#[tokio::test]
async fn only_what_was_begun_here_counts() {
    let stage = stage(&PROTOCOL).await;
    let page = &stage.page;
    for (back, why) in [
        ("/channels/callback", "nothing at all"),
        ("/channels/callback?code=code-1", "no state"),
        ("/channels/callback?state=guessed&code=code-1", "a state of nobody"),
        ("/channels/callback?state=&code=", "empty"),
    ] {
        refused(&stage, page, back, why).await;
    }
    let begun = async || stage.consent(page).await;
    let state = |back: &str| back.split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let back = begun().await;
    refused(&stage, page, &format!("/channels/callback?state={}&error=access_denied", state(&back)), "the person said no").await;
    refused(&stage, page, &back, "a state that came back with an error").await;
    refused(&stage, page, &format!("/channels/callback?state={}", state(&begun().await)), "no code").await;
    refused(&stage, page, &format!("{}&iss=https%3A%2F%2Fother.example", begun().await), "another issuer").await;
    let (first, second) = (begun().await, begun().await);
    refused(&stage, page, &first, "the first of two tabs").await;
    works(&stage, page, &format!("{second}&iss={}", stage.standin.origin().replace(':', "%3A").replace('/', "%2F")), "the second of two tabs").await;
    refused(&stage, page, &second, "the same code twice").await;
    assert_eq!(page.get(&format!("{second}&state=again")).await.status(), StatusCode::BAD_REQUEST, "two states");
}

#[tokio::test]
async fn somebody_else_or_another_browser_brings_nothing_back() {
    let stage = stage(&PROTOCOL).await;
    let producer = stage.app.member("producer", Role::Producer).await;
    let patch = json!({ "projects": [stage.project] });
    let let_in = stage.api.request(reqwest::Method::PATCH, &format!("/api/v1/members/{producer}")).json(&patch).send().await.unwrap();
    assert_eq!(let_in.status(), StatusCode::OK);
    let back = stage.consent(&stage.page).await;
    refused(&stage, &stage.app.browser("producer").await, &back, "another member").await;
    refused(&stage, &stage.app.browser("owner").await, &back, "another session of the same member").await;
    assert!(location(&stage.app.nobody().get(&back).await).starts_with("/login"), "nobody");
    works(&stage, &stage.page, &back, "whoever began it").await;
}

#[tokio::test]
async fn ten_minutes_are_enough_and_a_session_is_renewed_before_its_end() {
    let clock = Clock::held(Ms(1_800_000_000_000));
    let stage = stage_at(&PROTOCOL, clock.clone()).await;
    let late = stage.consent(&stage.page).await;
    clock.advance(10 * 60_000);
    refused(&stage, &stage.page, &late, "too late").await;
    let renewals = || stage.standin.asked(Step::Session).len() - 1;
    stage.until(&stage.publish("Fresh").await, "published").await;
    assert_eq!(renewals(), 0);
    // Four fifths of an hour.
    clock.advance(38 * 60_000);
    stage.until(&stage.publish("Older").await, "published").await;
    assert_eq!(renewals(), 1);
}

#[tokio::test]
async fn a_code_that_the_platform_refuses_changes_nothing() {
    let stage = stage(&PROTOCOL).await;
    let before = stage.health().await;
    let back = stage.consent(&stage.page).await.replace("code=code-", "code=wrong-");
    let answer = stage.page.get(&back).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    assert!(answer.text().await.unwrap().contains(&format!("/channels/{}/edit", stage.channel)));
    assert_eq!(stage.health().await, before);
    assert_eq!(stage.standin.asked(Step::Session).len(), 2, "tried once");
    // The session that was there still publishes.
    stage.until(&stage.publish("Still").await, "published").await;
}

#[tokio::test]
async fn another_app_has_to_be_consented_to_anew_and_a_new_name_does_not() {
    let stage = stage(&PROTOCOL).await;
    let patch = async |change: Value| {
        let answer = stage.api.request(reqwest::Method::PATCH, &format!("/api/v1/channels/{}", stage.channel)).json(&change).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json::<Value>().await.unwrap()["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(patch(json!({ "name": "Renamed" })).await, "on");
    assert_eq!(patch(json!({ "settings": { "client_id": "app-1", "privacy": "private" } })).await, "on");
    stage.until(&stage.publish("Kept").await, "published").await;
    assert_eq!(patch(json!({ "settings": { "client_id": "app-2" } })).await, "needs_reconnect");
    assert_eq!(patch(json!({ "state": "on" })).await, "needs_reconnect", "only a consent connects it");
    let html = stage.page.page(&format!("/channels/{}/edit", stage.channel)).await;
    assert!(html.contains(&format!("{}/channels/callback", stage.app.url)), "the address to register is shown");
    assert!(!html.contains("hush-hush") && !html.contains("access-"), "no secret is shown");
}
