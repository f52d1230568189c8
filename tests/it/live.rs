//! The stream that a page listens to: how far a job is reaches those who see its project, and nobody else.

use crate::app::{self, Client};
use serde_json::json;
use std::time::Duration;
use troupe::platform::id::ProjectId;
use troupe::platform::jobs::{self, Queued};
use troupe::web::Role;

/// What a stream says until it is silent for a moment.
async fn hears(client: &Client, wait: Duration, mut act: impl AsyncFnMut()) -> String {
    let mut answer = client.request(reqwest::Method::GET, "/live").send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let mut text = String::from_utf8(answer.chunk().await.unwrap().unwrap().to_vec()).unwrap();
    act().await;
    while let Ok(Ok(Some(piece))) = tokio::time::timeout(wait, answer.chunk()).await {
        text += &String::from_utf8_lossy(&piece);
    }
    text
}

#[tokio::test]
async fn the_stream_tells_how_far_work_is() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let id: ProjectId = project.parse().unwrap();
    let now = app.house.now();
    let job = app
        .house
        .db
        .write(async move |tx| {
            let far = now.plus(3_600_000);
            jobs::enqueue(tx, now, Queued { project: Some(id), run_at: far, ..Queued::now("run_look", json!({}), now) }).await
        })
        .await
        .unwrap()
        .unwrap();
    let heard = hears(&browser, Duration::from_millis(700), async || jobs::progress(&app.house, job, 2, 3).await.unwrap()).await;
    let told: Vec<&str> = heard.split("\n\n").filter(|event| event.starts_with("event: job")).collect();
    assert_eq!(told.len(), 1, "{heard}");
    assert!(told[0].contains(&format!("\"job\":\"{job}\"")) && told[0].contains("\"done\":2") && told[0].contains("\"of\":3"), "{heard}");
    app.member("Stranger", Role::Viewer).await;
    let stranger = app.browser("Stranger").await;
    let heard = hears(&stranger, Duration::from_millis(700), async || jobs::progress(&app.house, job, 3, 3).await.unwrap()).await;
    assert!(heard.contains("hello") && !heard.contains("event: job"), "{heard}");
    app.stop().await;
}
