//! Originality by meaning: vectors from any backend that makes embeddings, mixed in, paid for once, and never waited for.

use crate::app::{self, Client, TestApp, Wishes};
use crate::openai::{self, Manner, Service};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// A studio with a service that makes embeddings, and a project.
struct Stage {
    app: TestApp,
    browser: Client,
    api: Client,
    service: Service,
    backend: String,
    project: String,
}

async fn stage(manner: Manner) -> Stage {
    let service = openai::start(manner).await;
    let app = app::start_with(Wishes { allow_private: service.target.clone(), ..Wishes::default() }).await;
    let (browser, api) = app.owner().await;
    let settings = json!({ "base_url": service.base_url(), "secret": "key-1", "embedding_model": "embed", "price_in": "2.50", "timeout": 10 });
    let backend = api.make("/api/v1/backends", json!({ "kind": "openai", "name": "Home", "settings": settings })).await;
    let project = api.project("Opera").await;
    Stage { app, browser, api, service, backend, project }
}

impl Stage {
    async fn variant(&self, hook: &str) -> String {
        let piece = self.api.make(&format!("/api/v1/projects/{}/pieces", self.project), json!({ "title": "Piece" })).await;
        self.api.make(&format!("/api/v1/pieces/{piece}/variants"), json!({ "title": "Untitled", "hook": hook })).await
    }

    async fn choose(&self, body: Value) -> reqwest::Response {
        self.api.request(Method::PUT, &format!("/api/v1/projects/{}/meaning", self.project)).json(&body).send().await.unwrap()
    }

    /// Compares by meaning, with the model of the backend's settings.
    async fn on(&self) {
        assert_eq!(self.choose(json!({ "backend": self.backend })).await.status(), StatusCode::OK);
    }

    async fn known(&self, id: &str) -> Value {
        self.api.json(&format!("/api/v1/variants/{id}/originality")).await
    }

    /// Waits until a variant is measured like this.
    async fn measured(&self, id: &str, measure: &str) -> Value {
        self.app.eventually(measure, async || Some(self.known(id).await).filter(|known| known["measure"] == measure)).await
    }

    async fn report(&self) -> Value {
        self.api.json(&format!("/api/v1/projects/{}/originality", self.project)).await
    }

    async fn trouble(&self) -> Value {
        self.app.eventually("trouble", async || Some(self.report().await["meaning"].clone()).filter(|one| one["trouble"].is_string())).await
    }

    /// States and costs of the ledger, oldest first.
    async fn ledger(&self) -> Vec<(String, i64)> {
        let entries = self.api.json(&format!("/api/v1/projects/{}/entries", self.project)).await;
        let of = |entry: &Value| (entry["state"].as_str().unwrap().to_owned(), entry["spent_micros"].as_i64().unwrap());
        entries["items"].as_array().unwrap().iter().rev().map(of).collect()
    }

    fn texts(&self) -> Vec<String> {
        self.service.embedded().into_iter().flat_map(|(_, texts)| texts).collect()
    }
}

fn figure(known: &Value, name: &str) -> f64 {
    known[name].as_f64().unwrap()
}

#[tokio::test]
async fn what_says_the_same_in_other_words_is_near_by_meaning_and_each_call_stands_in_the_ledger() {
    let stage = stage(Manner::Well).await;
    let first = stage.variant("The king is dead").await;
    let drum = stage.variant("A drum rolls at noon").await;
    let like = stage.variant("His majesty has passed away").await;
    let words = stage.measured(&like, "words").await;
    assert!(figure(&words, "own") < 0.3, "by words they are strangers: {words}");
    let page = stage.browser.page(&format!("/projects/{}/originality", stage.project)).await;
    assert!(page.contains("By words alone") && page.contains("Home · embed"), "off by default, and offered");
    let form = stage.browser.form(&format!("/projects/{}/meaning", stage.project), &[("model", &format!("{} embed", stage.backend))]).await;
    assert_eq!(form.status(), StatusCode::SEE_OTHER);
    let known = stage.measured(&like, "words_and_meaning").await;
    assert!(figure(&known, "own") > figure(&words, "own") + 0.1, "{words} and {known}");
    let nearest = |known: &Value| known["nearest"][0]["variant"].clone();
    assert_eq!((nearest(&words), nearest(&known)), (json!(drum), json!(first)), "another one is nearest by meaning");
    assert!(figure(&known["nearest"][0], "similarity") > 0.45, "{known}");
    stage.measured(&first, "words_and_meaning").await;
    stage.measured(&drum, "words_and_meaning").await;
    assert_eq!(stage.service.embedded().len(), 1, "three texts, one call");
    // Three texts of ten tokens at 2.50 for a million.
    assert_eq!(stage.ledger().await, [("spent".to_owned(), 75)]);
    assert_eq!(stage.service.keys(), ["Bearer key-1"]);
    let budgets = stage.browser.page(&format!("/projects/{}/budgets", stage.project)).await;
    assert!(budgets.contains("embed") && !budgets.contains("href=\"/runs/"), "a call without a run leads to none");
    let page = stage.browser.page(&format!("/variants/{like}/originality")).await;
    assert!(page.contains("words and meaning") && page.contains("The king"), "{page}");
    let page = stage.browser.page(&format!("/projects/{}/originality", stage.project)).await;
    assert!(page.contains("By words and meaning, with") && !page.contains("waits for it"), "{page}");
    // A new draft is measured by words at once, however slow the service is, and by both when it answered.
    stage.service.behave(Manner::Slow);
    let late = stage.variant("Sodium all over the stage").await;
    stage.measured(&late, "words").await;
    let late = stage.measured(&late, "words_and_meaning").await;
    assert!(figure(&late, "percentile") >= 0.0 && figure(&late, "own") < 0.3, "{late}");
    stage.app.stop().await;
}

#[tokio::test]
async fn the_same_words_are_paid_for_once_and_another_model_is_another_space() {
    let stage = stage(Manner::Well).await;
    stage.on().await;
    let one = stage.variant("The king is dead").await;
    stage.measured(&one, "words_and_meaning").await;
    let twin = stage.variant("The king is dead").await;
    stage.measured(&twin, "words_and_meaning").await;
    for hook in ["Salt on the stage", "The king is dead"] {
        let version = stage.api.json(&format!("/api/v1/variants/{twin}")).await["version"].clone();
        let edit = json!({ "hook": hook, "version": version });
        let answer = stage.api.request(Method::PATCH, &format!("/api/v1/variants/{twin}")).json(&edit).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let near = |known: &Value| known["measure"] == "words_and_meaning" && (figure(known, "own") > 0.9) == hook.starts_with("The");
        stage.app.eventually(hook, async || Some(stage.known(&twin).await).filter(near)).await;
    }
    assert_eq!(stage.texts(), ["Untitled The king is dead", "Untitled Salt on the stage"], "the twin and the undo asked nobody");
    // Off, and on again: the vectors are there still.
    assert_eq!(stage.choose(json!({ "backend": null })).await.status(), StatusCode::OK);
    stage.measured(&twin, "words").await;
    assert!(stage.report().await["meaning"].is_null());
    stage.on().await;
    stage.measured(&twin, "words_and_meaning").await;
    assert_eq!(stage.texts().len(), 2);
    // Another model, whose vectors are of another length, never meets the first.
    assert_eq!(stage.choose(json!({ "backend": stage.backend, "model": "embed-large" })).await.status(), StatusCode::OK);
    stage.app.eventually("another model", async || (stage.service.embedded().last().unwrap().0 == "embed-large").then_some(())).await;
    let known = stage.measured(&twin, "words_and_meaning").await;
    assert!(figure(&known, "own") > 0.99, "{known}");
    let spaces: Vec<(i64, i64)> =
        sqlx::query_as("select s.dimensions, length(v.vector) from spaces s join vectors v on v.space_id = s.id group by 1, 2 order by 1")
            .fetch_all(stage.app.house.db.read())
            .await
            .unwrap();
    assert_eq!(spaces, [(11, 11), (17, 17)], "each space holds vectors of its own length alone");
    stage.app.stop().await;
}

#[tokio::test]
async fn whatever_the_service_does_words_remain_the_measure_until_it_is_well() {
    let table = [
        (Manner::Status(500), "unavailable", "released"),
        (Manner::Status(401), "refused_key", "released"),
        (Manner::Short, "bad_answer", "spent"),
        (Manner::NoNumber, "bad_answer", "doubtful"),
        (Manner::TooGreat, "bad_answer", "doubtful"),
        (Manner::Nought, "bad_answer", "spent"),
        (Manner::Narrow, "bad_answer", "spent"),
        (Manner::Html, "bad_answer", "doubtful"),
        (Manner::BrokenJson, "bad_answer", "doubtful"),
        (Manner::Cut, "unknown", "doubtful"),
        (Manner::Silent, "timeout", "doubtful"),
    ];
    let stage = stage(Manner::Well).await;
    stage.on().await;
    let before = stage.variant("The king is dead").await;
    stage.measured(&before, "words_and_meaning").await;
    for (at, (manner, class, state)) in table.into_iter().enumerate() {
        stage.service.behave(manner);
        let draft = stage.variant(&format!("The monarch passed {at}")).await;
        let meaning = stage.trouble().await;
        assert_eq!(meaning["trouble"], class, "{manner:?}");
        assert!(meaning["waiting"].as_i64().unwrap() >= 1 && meaning["retry_at"].is_string(), "{manner:?}: {meaning}");
        assert_eq!(stage.ledger().await.last().unwrap().0, state, "{manner:?}");
        let known = stage.measured(&draft, "words").await;
        assert!((0.0..=1.0).contains(&figure(&known, "originality")), "{manner:?}");
        let page = stage.browser.page(&format!("/projects/{}/originality", stage.project)).await;
        assert!(page.contains("until then words are the measure") && !page.contains("key-1"), "{manner:?}: {page}");
        stage.service.behave(Manner::Well);
        // Saving the same again asks at once.
        stage.on().await;
        let known = stage.measured(&draft, "words_and_meaning").await;
        assert!(figure(&known, "own") > 0.4, "{manner:?}: {known}");
        let meaning = stage.report().await["meaning"].clone();
        assert!(meaning["trouble"].is_null() && meaning["waiting"] == 0, "{manner:?}: {meaning}");
    }
    stage.app.stop().await;
}

#[tokio::test]
async fn one_text_that_is_never_taken_does_not_keep_the_others_from_it() {
    let stage = stage(Manner::Refusing("forbidden")).await;
    let good = stage.variant("The king is dead").await;
    let bad = stage.variant("A forbidden word").await;
    let last = stage.variant("His majesty has passed away").await;
    stage.on().await;
    // Half a dozen waits are over at once here; a person would wait minutes.
    let hurry = async || {
        let now = async |tx: &mut troupe::platform::db::Tx| {
            sqlx::query("update spaces set retry_ms = 0, failures = min(failures, 3)").execute(&mut *tx).await?;
            sqlx::query("update unembedded set retry_ms = 0").execute(&mut *tx).await?;
            Ok::<_, troupe::platform::Error>(())
        };
        stage.app.house.db.write(now).await.unwrap();
    };
    stage
        .app
        .eventually("the last of them", async || {
            hurry().await;
            let both = [stage.known(&good).await, stage.known(&last).await];
            let waiting = stage.report().await["meaning"]["waiting"].as_i64();
            (both.iter().all(|known| known["measure"] == "words_and_meaning") && waiting == Some(0)).then_some(())
        })
        .await;
    assert_eq!(stage.known(&bad).await["measure"], "words", "for good");
    let alone = stage.service.embedded().into_iter().filter(|(_, texts)| texts.len() == 1 && texts[0].contains("forbidden")).count();
    assert_eq!(alone, 3, "it was asked for alone three times and then left");
    stage.app.stop().await;
}

#[tokio::test]
async fn a_budget_holds_for_vectors_too() {
    let stage = stage(Manner::Well).await;
    stage.api.make(&format!("/api/v1/projects/{}/budgets", stage.project), json!({ "currency": "USD", "month": "0.000001" })).await;
    stage.on().await;
    let draft = stage.variant("The king is dead").await;
    assert_eq!(stage.trouble().await["trouble"], "over_budget");
    assert!(stage.service.embedded().is_empty(), "nothing was asked");
    stage.measured(&draft, "words").await;
    let page = stage.browser.page(&format!("/projects/{}/originality", stage.project)).await;
    assert!(page.contains("The budget of this month does not hold this call"), "{page}");
    stage.api.make(&format!("/api/v1/projects/{}/budgets", stage.project), json!({ "currency": "USD", "month": "5" })).await;
    stage.on().await;
    stage.measured(&draft, "words_and_meaning").await;
    // A backend that is gone says so, and words remain.
    let answer = stage.api.request(Method::DELETE, &format!("/api/v1/backends/{}", stage.backend)).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let late = stage.variant("A drum rolls at noon").await;
    assert_eq!(stage.trouble().await["trouble"], "gone");
    stage.measured(&late, "words").await;
    let page = stage.browser.page(&format!("/projects/{}/originality", stage.project)).await;
    assert!(page.contains("The backend was removed"), "{page}");
    stage.app.stop().await;
}

#[tokio::test]
async fn only_a_backend_that_makes_embeddings_can_be_chosen() {
    let stage = stage(Manner::Well).await;
    let settings = json!({ "base_url": stage.service.base_url(), "secret": "key-1", "model": "small" });
    let mute = stage.api.make("/api/v1/backends", json!({ "kind": "openai", "name": "Words", "settings": settings })).await;
    for backend in [mute.as_str(), "00000000-0000-7000-8000-736b65746368", "01900000-0000-7000-8000-000000000000"] {
        assert_eq!(stage.choose(json!({ "backend": backend })).await.status(), StatusCode::UNPROCESSABLE_ENTITY, "{backend}");
        let path = format!("/projects/{}/meaning", stage.project);
        let answer = stage.browser.form(&path, &[("model", &format!("{backend} small"))]).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{backend}");
        assert!(answer.text().await.unwrap().contains("Choose a connected backend"), "{backend}");
    }
    assert_eq!(
        stage.browser.form(&format!("/projects/{}/meaning", stage.project), &[("model", "x")]).await.status(),
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let elsewhere = "01900000-0000-7000-8000-000000000000";
    let answer = stage.api.request(Method::PUT, &format!("/api/v1/projects/{elsewhere}/meaning")).json(&json!({ "backend": stage.backend }));
    assert_eq!(answer.send().await.unwrap().status(), StatusCode::NOT_FOUND);
    assert!(stage.report().await["meaning"].is_null() && stage.service.embedded().is_empty());
    stage.app.stop().await;
}
