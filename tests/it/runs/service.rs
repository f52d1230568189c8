//! A run that asks a service: what it costs, how it goes wrong, how it is taken back.

use super::stage;
use crate::app::location;
use crate::openai::Manner;
use reqwest::StatusCode;
use serde_json::{Value, json};

#[tokio::test]
async fn a_run_with_a_service_makes_ideas_and_knows_its_cost() {
    let stage = stage(Manner::Well).await;
    let prompt = stage.prompt("ideas").await;
    let run = stage.run(json!({ "prompt": prompt, "label": "live", "backend": stage.backend, "count": 5, "lenses": { "emotion": "wonder" } })).await;
    let ended = stage.ended(&run).await;
    assert_eq!((&ended["state"], &ended["made"], &ended["rendered"]), (&json!("done"), &json!(2), &json!("5 about Old stages, new ears ")));
    // 1,000 tokens at 2.50 and 500 at 10 for a million each.
    assert_eq!((&ended["tokens_in"], &ended["tokens_out"], &ended["cost_micros"]), (&json!(1_000), &json!(500), &json!(7_500)));
    assert_eq!(ended["currency"], "USD");
    let ideas = stage.ideas().await;
    assert_eq!(ideas.len(), 2);
    assert!(ideas.iter().all(|idea| idea["run_id"] == run.as_str() && idea["state"] == "inbox"));
    assert_eq!(ended["drafts"].as_array().unwrap().len(), 2);
    let chats = stage.service.chats();
    assert_eq!(chats.len(), 1);
    assert_eq!((&chats[0]["model"], &chats[0]["max_completion_tokens"]), (&json!("small"), &json!(900)));
    assert_eq!(chats[0]["response_format"]["json_schema"]["strict"], true);
    assert_eq!(stage.service.keys(), ["Bearer key-1"]);
    let page = stage.browser.page(&format!("/runs/{run}")).await;
    assert!(page.contains("The white face") && page.contains("0.0075 USD") && !page.contains("key-1"), "{page}");
    assert!(stage.browser.page(&format!("/projects/{}/runs", stage.project)).await.contains("Home"));
    stage.app.stop().await;
}

#[tokio::test]
async fn servers_that_know_fewer_fields_are_asked_again() {
    for (manner, calls) in [(Manner::NoSchema, 2), (Manner::NoFormat, 3), (Manner::NoCompletionTokens, 2)] {
        let stage = stage(manner).await;
        let prompt = stage.prompt("ideas").await;
        let run = stage.run(json!({ "prompt": prompt, "backend": "Home", "count": 2 })).await;
        assert_eq!(stage.ended(&run).await["state"], "done", "{manner:?}");
        let chats = stage.service.chats();
        assert_eq!(chats.len(), calls, "{manner:?}");
        let last = chats.last().unwrap();
        match manner {
            Manner::NoSchema => assert_eq!(last["response_format"], json!({ "type": "json_object" })),
            Manner::NoFormat => assert!(last.get("response_format").is_none()),
            _ => assert_eq!((last.get("max_completion_tokens"), &last["max_tokens"]), (None, &json!(900))),
        }
        stage.app.stop().await;
    }
}

#[tokio::test]
async fn every_misbehaviour_has_its_class_and_makes_nothing() {
    let stage = stage(Manner::Well).await;
    let prompt = stage.prompt("ideas").await;
    let table = [
        (Manner::Status(401), "refused_key", 0),
        (Manner::Echo, "refused_key", 0),
        (Manner::Status(404), "unknown_model", 0),
        (Manner::Status(402), "no_credit", 0),
        (Manner::Status(400), "refused", 0),
        (Manner::Status(500), "unavailable", 0),
        (Manner::Html, "bad_answer", 0),
        (Manner::BrokenJson, "bad_answer", 0),
        (Manner::EmptyChoices, "bad_answer", 18),
        // Read, not understood, and asked once more in words that name the fault.
        (Manner::Prose, "bad_answer", 5_200),
        (Manner::Filtered, "moderation", 0),
        (Manner::Cut, "unknown", 0),
        (Manner::Endless, "unknown", 0),
    ];
    for (manner, class, cost) in table {
        stage.service.behave(manner);
        let before = stage.service.chats().len();
        let run = stage.run(json!({ "prompt": prompt, "backend": stage.backend, "count": 2 })).await;
        let ended = stage.ended(&run).await;
        // What may have been done and charged is a person's to decide.
        let state = if class == "unknown" { "needs_look" } else { "failed" };
        assert_eq!((&ended["state"], &ended["error_class"]), (&json!(state), &json!(class)), "{manner:?}");
        assert_eq!((&ended["made"], &ended["cost_micros"]), (&json!(0), &json!(cost)), "{manner:?}");
        let asked = if manner == Manner::Prose { 2 } else { 1 };
        assert_eq!(stage.service.chats().len(), before + asked, "{manner:?}");
        assert!(!ended.to_string().contains("key-1"), "{manner:?} shows the key");
        assert!(stage.browser.page(&format!("/runs/{run}")).await.contains("say act"), "{manner:?} is explained");
    }
    assert!(stage.ideas().await.is_empty());
    stage.app.stop().await;
}

#[tokio::test]
async fn a_busy_service_is_asked_again_after_its_time() {
    let stage = stage(Manner::BusyOnce).await;
    let prompt = stage.prompt("ideas").await;
    let run = stage.run(json!({ "prompt": prompt, "backend": stage.backend, "count": 2 })).await;
    let ended = stage.ended(&run).await;
    assert_eq!((&ended["state"], &ended["error_class"]), (&json!("done"), &Value::Null));
    assert_eq!(stage.service.chats().len(), 2);
    stage.app.stop().await;
}

#[tokio::test]
async fn a_run_under_way_can_be_cancelled_and_asked_again() {
    let stage = stage(Manner::Silent).await;
    let prompt = stage.prompt("ideas").await;
    let run = stage.run(json!({ "prompt": prompt, "backend": stage.backend, "count": 2 })).await;
    stage.app.eventually("the call", async || (!stage.service.chats().is_empty()).then_some(())).await;
    let answer = stage.browser.form(&format!("/runs/{run}/cancellation"), &[]).await;
    assert_eq!(location(&answer), format!("/runs/{run}"));
    assert_eq!(stage.ended(&run).await["state"], "cancelled");
    stage.service.behave(Manner::Well);
    let answer = stage.browser.form(&format!("/runs/{run}/repetition"), &[]).await;
    let again = location(&answer).strip_prefix("/runs/").unwrap().to_owned();
    let ended = stage.ended(&again).await;
    assert_eq!((&ended["state"], &ended["rendered"]), (&json!("done"), &json!("2 about Old stages, new ears ")));
    assert_eq!(stage.ideas().await.len(), 2, "the cancelled run made nothing");
    stage.app.stop().await;
}

#[tokio::test]
async fn no_answer_in_time_is_told_and_not_asked_again() {
    let stage = stage(Manner::Silent).await;
    let prompt = stage.prompt("ideas").await;
    let run = stage.run(json!({ "prompt": prompt, "backend": stage.backend, "count": 2 })).await;
    tokio::time::sleep(std::time::Duration::from_secs(9)).await;
    let ended = stage.ended(&run).await;
    assert_eq!((&ended["state"], &ended["error_class"]), (&json!("needs_look"), &json!("timeout")));
    assert_eq!(stage.service.chats().len(), 1);
    stage.app.stop().await;
}

#[tokio::test]
async fn what_cannot_be_asked_is_told_before_anything_is_sent() {
    let stage = stage(Manner::Well).await;
    let path = format!("/api/v1/projects/{}/runs", stage.project);
    let prompt = stage
        .api
        .make(
            &format!("/api/v1/projects/{}/prompts", stage.project),
            json!({ "name": "Asks", "purpose": "ideas", "template": "{{ seconds }} {{ place }}" }),
        )
        .await;
    let table = [
        (json!({ "prompt": prompt, "backend": stage.backend, "count": 2 }), "/inputs"),
        (json!({ "prompt": prompt, "backend": stage.backend, "count": 0 }), "/count"),
        (json!({ "prompt": prompt, "backend": stage.backend, "count": 61 }), "/count"),
        (json!({ "prompt": prompt, "backend": "nobody" }), "/backend"),
        (json!({ "prompt": prompt, "version": 7, "backend": stage.backend }), "/prompt"),
        (json!({ "prompt": prompt, "purpose": "variants", "backend": stage.backend }), "/prompt"),
        (json!({ "purpose": "variants", "backend": "sketch" }), "/idea"),
        (json!({ "purpose": "ideas", "backend": "sketch", "locale": "not a tag" }), "/locale"),
    ];
    for (body, pointer) in table {
        let answer = stage.api.post(&path, body.clone()).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}: {problem}");
    }
    let answer = stage.api.post(&path, json!({ "prompt": prompt, "backend": stage.backend })).await;
    let problem: Value = answer.json().await.unwrap();
    assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("place, seconds"), "{problem}");
    // The page asks for what is missing, keeps what was typed, and takes it.
    let form =
        |place: &'static str| [("purpose", "ideas"), ("prompt", prompt.as_str()), ("backend", "sketch"), ("in.seconds", "36"), ("in.place", place)];
    let pages = format!("/projects/{}/runs", stage.project);
    let fields: Vec<_> = form("").into_iter().filter(|(name, _)| *name != "in.place").collect();
    let answer = stage.browser.form(&pages, &fields).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text().await.unwrap();
    assert!(page.contains(r#"name="in.place" value="""#) && page.contains(r#"name="in.seconds" value="36""#), "{page}");
    assert_eq!(stage.browser.form(&pages, &form("Hanoi")).await.status(), StatusCode::SEE_OTHER);
    assert!(stage.service.chats().is_empty());
    stage.app.stop().await;
}
