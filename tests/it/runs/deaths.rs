//! Runs that a killed or stopping program leaves behind, and what of a run never changes.

use super::{Stage, stage, stage_with};
use crate::openai::Manner;
use reqwest::StatusCode;
use serde_json::json;
use troupe::create::runs;
use troupe::platform::id::{BootId, RunId};
use troupe::platform::{Error, jobs};

/// What the next start of the program does with the runs that this one leaves behind.
async fn start_again(stage: &Stage) {
    let now = stage.app.house.now();
    let boot = BootId::new(now);
    stage
        .app
        .house
        .db
        .write(async move |tx| {
            jobs::recover(tx, boot, now, &[]).await?;
            runs::recover(tx, boot, now).await
        })
        .await
        .unwrap();
    stage.app.house.jobs.ring();
}

/// Puts a run and its job where a killed program leaves them.
async fn kill(stage: &Stage, run: &str, state: &'static str) {
    let run: RunId = run.parse().unwrap();
    stage
        .app
        .house
        .db
        .write(async move |tx| {
            sqlx::query("update runs set state = ?, made = 0, finished_ms = null where id = ?").bind(state).bind(run.0).execute(&mut *tx).await?;
            sqlx::query("update jobs set state = 'running', lease_boot = x'00' where id = (select job_id from runs where id = ?)")
                .bind(run.0)
                .execute(&mut *tx)
                .await?;
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_paid_answer_that_died_with_the_program_needs_a_look() {
    let stage = stage(Manner::Silent).await;
    let prompt = stage.prompt("ideas").await;
    let run = stage.run(json!({ "prompt": prompt, "backend": stage.backend, "count": 2 })).await;
    stage.app.eventually("the call", async || (!stage.service.chats().is_empty()).then_some(())).await;
    start_again(&stage).await;
    let left = stage.ended(&run).await;
    assert_eq!((&left["state"], &left["error_class"]), (&json!("needs_look"), &json!("interrupted")));
    assert_eq!(stage.service.chats().len(), 1, "nobody was asked again");
    assert!(stage.browser.page(&format!("/runs/{run}")).await.contains("Decide whether to ask again"));
    let answer = stage.browser.form(&format!("/runs/{run}/cancellation"), &[]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(stage.ended(&run).await["state"], "cancelled");
    stage.app.stop().await;
}

#[tokio::test]
async fn a_stop_waits_a_while_for_a_paid_answer_and_then_asks_a_person() {
    let stage = stage_with(Manner::Silent, 60).await;
    let prompt = stage.prompt("ideas").await;
    let run = stage.run(json!({ "prompt": prompt, "backend": stage.backend, "count": 2 })).await;
    stage.app.eventually("the call", async || (!stage.service.chats().is_empty()).then_some(())).await;
    let service = stage.service.clone();
    let folder = stage.app.stop().await;
    let file = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.path().join("data/troupe.db"));
    let db = sqlx::SqlitePool::connect_with(file).await.unwrap();
    let id: RunId = run.parse().unwrap();
    let (state, class): (String, String) =
        sqlx::query_as("select state, error_class from runs where id = ?").bind(id.0).fetch_one(&db).await.unwrap();
    assert_eq!((state.as_str(), class.as_str()), ("needs_look", "interrupted"));
    assert_eq!(service.chats().len(), 1);
}

#[tokio::test]
async fn a_paid_answer_waits_for_a_busy_writer_and_outlives_its_piece() {
    let stage = stage(Manner::Slow).await;
    stage.prompt("variants").await;
    let piece = stage.api.make(&format!("/api/v1/projects/{}/pieces", stage.project), json!({ "title": "The drum" })).await;
    let parent = stage.api.make(&format!("/api/v1/pieces/{piece}/variants"), json!({ "title": "One" })).await;
    let run = stage.run(json!({ "purpose": "variants", "parent": parent, "backend": stage.backend, "count": 6 })).await;
    stage.app.eventually("the call", async || (!stage.service.chats().is_empty()).then_some(())).await;
    let gone = stage.api.request(reqwest::Method::DELETE, &format!("/api/v1/pieces/{piece}")).send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    // Another process holds the file for longer than a write waits for it.
    let file = sqlx::sqlite::SqliteConnectOptions::new().filename(stage.app.data.join("troupe.db"));
    let db = sqlx::SqlitePool::connect_with(file).await.unwrap();
    let held = db.begin_with("begin immediate").await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(7_500)).await;
    assert_eq!(stage.api.json(&format!("/api/v1/runs/{run}")).await["state"], "running", "the answer is held");
    held.rollback().await.unwrap();
    let ended = stage.ended(&run).await;
    assert_eq!((&ended["state"], &ended["made"]), (&json!("done"), &json!(1)));
    let draft = stage.api.json(&format!("/api/v1/variants/{}", ended["drafts"][0].as_str().unwrap())).await;
    assert_eq!(draft["parent_id"], json!(null));
    let made = stage.api.json(&format!("/api/v1/pieces/{}", draft["piece_id"].as_str().unwrap())).await;
    assert_eq!(made["title"], "The drum");
    assert_ne!(made["id"], json!(piece));
    stage.app.stop().await;
}

#[tokio::test]
async fn what_asked_nobody_is_done_again_after_a_kill() {
    let stage = stage(Manner::Well).await;
    let run = stage.run(json!({ "purpose": "ideas", "backend": "sketch", "count": 4 })).await;
    stage.ended(&run).await;
    let before = stage.ideas().await.len();
    for state in ["running", "queued"] {
        kill(&stage, &run, state).await;
        start_again(&stage).await;
        let again = stage.ended(&run).await;
        assert_eq!((&again["state"], &again["made"]), (&json!("done"), &json!(4)), "left {state}");
    }
    assert_eq!(stage.ideas().await.len(), before + 8);
    stage.app.stop().await;
}

#[tokio::test]
async fn what_a_run_was_asked_never_changes() {
    let stage = stage(Manner::Well).await;
    let run = stage.run(json!({ "purpose": "ideas", "backend": "sketch", "count": 2 })).await;
    stage.ended(&run).await;
    for column in ["rendered", "inputs", "parameters", "count", "backend_id", "prompt_version_id"] {
        let sql: &'static str = Box::leak(format!("update runs set {column} = {column}").into_boxed_str());
        let done = stage.app.house.db.write(async move |tx| Ok::<_, Error>(sqlx::query(sql).execute(tx).await?.rows_affected())).await;
        assert!(matches!(done, Err(Error::Constraint(_))), "{column}: {done:?}");
    }
    stage.app.stop().await;
}
