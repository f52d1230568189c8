//! Shared parts: included by name, recorded with what was asked, and never missing without a line.

use crate::app;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn a_run_keeps_which_version_of_a_part_it_used() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let parts = format!("/api/v1/projects/{project}/parts");
    let refused: Value = api.post(&parts, json!({ "name": "voice", "text": "dry,\n{{ part('tone') }}" })).await.json().await.unwrap();
    assert_eq!(refused["errors"][0]["pointer"], "/text", "{refused}");
    assert!(refused.to_string().contains("Line 2 includes a part that is not there: voice → tone"), "{refused}");
    let tone = api.make(&parts, json!({ "name": "tone", "text": "low" })).await;
    let voice = api.make(&parts, json!({ "name": "voice", "text": "dry, {{ part('tone') }} at {{ seconds }} s" })).await;
    let circle = browser.form(&format!("/parts/{tone}/versions"), &[("text", "{{ part('voice') }}"), ("note", "")]).await;
    assert_eq!(circle.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(circle.text().await.unwrap().contains("Line 1 includes a part that includes itself"));

    let body = json!({ "name": "Mine", "purpose": "ideas", "template": "Say\n{{ part(\"voice\") }}\nnow" });
    let id = api.make(&format!("/api/v1/projects/{project}/prompts"), body).await;
    let page = browser.page(&format!("/prompts/{id}")).await;
    assert!(page.contains("in.seconds"), "what a part asks for is asked for: {page}");
    let run = async || {
        let asked = json!({ "prompt": id, "backend": "sketch", "count": 1, "inputs": { "seconds": 9 } });
        let run = api.make(&format!("/api/v1/projects/{project}/runs"), asked).await;
        let run = api.json(&format!("/api/v1/runs/{run}")).await;
        (run["rendered"].clone(), run["inputs"]["parts"].clone())
    };
    assert_eq!(run().await, (json!("Say\ndry, low at 9 s\nnow"), json!({ "tone": 1, "voice": 1 })));
    let next = api.post(&format!("/api/v1/parts/{tone}/versions"), json!({ "text": "high", "note": "louder" })).await;
    assert_eq!((next.status(), next.json::<Value>().await.unwrap()), (StatusCode::CREATED, json!({ "number": 2 })));
    assert_eq!(run().await, (json!("Say\ndry, high at 9 s\nnow"), json!({ "tone": 2, "voice": 1 })));
    let shown = api.json(&format!("/api/v1/parts/{tone}")).await;
    assert_eq!((&shown["history"][0]["text"], &shown["history"][1]["text"]), (&json!("high"), &json!("low")), "the first version stays");

    // Gone: nothing is asked, and the line is told; back: all is as it was.
    browser.form(&format!("/parts/{voice}?_method=DELETE"), &[]).await;
    let asked = json!({ "prompt": id, "backend": "sketch", "inputs": { "seconds": 9 } });
    let refused = api.post(&format!("/api/v1/projects/{project}/runs"), asked).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().await.unwrap().contains("Line 2 includes a part that is not there: voice"));
    assert!(browser.page(&format!("/prompts/{id}")).await.contains("Line 2 includes a part that is not there: voice"));
    let again = api.post(&format!("/api/v1/prompts/{id}/versions"), json!({ "template": "{{ part('voice') }}" })).await;
    assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY);
    browser.form(&format!("/parts/{voice}/restoration"), &[]).await;
    assert_eq!(run().await.1, json!({ "tone": 2, "voice": 1 }));

    let taken = browser.form(&format!("/projects/{project}/parts"), &[("name", "voice"), ("text", "x")]).await;
    assert!(taken.text().await.unwrap().contains("has a part of that name"));
    assert!(browser.page(&format!("/projects/{project}/parts")).await.contains("tone"));
    app.member("mai", troupe::web::Role::Maker).await;
    let mai = app.browser("mai").await;
    for path in [format!("/parts/{voice}"), format!("/projects/{project}/parts")] {
        assert_eq!(mai.get(&path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(mai.form(&format!("/parts/{voice}/versions"), &[("text", "mine")]).await.status(), StatusCode::NOT_FOUND);
    let gone = api.request(Method::DELETE, &format!("/api/v1/parts/{tone}")).send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    app.stop().await;
}
