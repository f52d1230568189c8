//! What the house sees to by itself: clocks that were wrong, lists that grow for ever.

use crate::app::{self, Wishes, location};
use crate::program::assert_sound;
use reqwest::{Method, StatusCode, multipart};
use serde_json::json;
use troupe::platform::clock::{DAY, HOUR, SECOND};
use troupe::platform::{Clock, Ms};

const START: Ms = Ms(1_790_000_000_000);

#[tokio::test]
async fn a_clock_that_ran_ahead_costs_no_plan() {
    let clock = Clock::held(START);
    let app = app::start_with(Wishes { clock: Some(clock.clone()), ..Wishes::default() }).await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let channels = format!("/api/v1/projects/{project}/channels");
    let channel = api.make(&channels, json!({ "kind": "hand", "name": "Mine" })).await;
    let piece = api.make(&format!("/api/v1/projects/{project}/pieces"), json!({ "title": "Red faces" })).await;
    let variant = api.make(&format!("/api/v1/pieces/{piece}/variants"), json!({ "title": "One" })).await;
    api.post(&format!("/api/v1/variants/{variant}/approval"), json!({})).await;
    let in_tray = async || browser.page(&format!("/projects/{project}/calendar")).await.contains(&format!("/variants/{variant}/publications/new"));
    assert!(in_tray().await, "approved, no place yet");
    let plan = json!({ "channel": channel, "at": START.plus(2 * HOUR).rfc3339() });
    let id = api.make(&format!("/api/v1/variants/{variant}/publications"), plan).await;
    assert!(!in_tray().await);
    let state = async |wanted: &'static str| {
        let path = format!("/api/v1/publications/{id}");
        app.eventually(wanted, async || Some(api.json(&path).await).filter(|one| one["state"] == wanted)).await
    };
    clock.advance(20 * HOUR);
    assert_eq!(state("missed").await["review_reason"], "too_late");
    assert!(in_tray().await, "what was missed has no place");
    clock.advance(-20 * HOUR);
    let again = state("scheduled").await;
    assert_eq!((&again["review_reason"], &again["planned_at"]), (&json!(null), &json!(START.plus(2 * HOUR).rfc3339())));
    assert!(!in_tray().await);
    clock.advance(2 * HOUR + SECOND);
    assert_eq!(state("needs_review").await["review_reason"], "by_hand");
    assert_sound(&app.data);
    app.stop().await;
}

#[tokio::test]
async fn a_retry_does_not_wait_as_long_as_the_clock_went_back() {
    let clock = Clock::held(START);
    let app = app::start_with(Wishes { clock: Some(clock.clone()), ..Wishes::default() }).await;
    let (_, api) = app.owner().await;
    let project = api.project("Opera").await;
    let channel = api.make(&format!("/api/v1/projects/{project}/channels"), json!({ "kind": "hand", "name": "Mine" })).await;
    let piece = api.make(&format!("/api/v1/projects/{project}/pieces"), json!({ "title": "Red faces" })).await;
    let variant = api.make(&format!("/api/v1/pieces/{piece}/variants"), json!({ "title": "One" })).await;
    api.post(&format!("/api/v1/variants/{variant}/approval"), json!({})).await;
    let plan = json!({ "channel": channel, "at": START.plus(HOUR).rfc3339() });
    let id = api.make(&format!("/api/v1/variants/{variant}/publications"), plan).await;
    let id: uuid::Uuid = id.parse().unwrap();
    app.house
        .db
        .write(async move |tx| {
            let ahead = START.plus(6 * HOUR);
            sqlx::query("update publications set due_ms = ?, next_ms = ?, updated_ms = ?, sent_ms = ?, first_sent_ms = ? where id = ?")
                .bind(START.plus(-SECOND).0)
                .bind(ahead.plus(30 * SECOND).0)
                .bind(ahead.0)
                .bind(ahead.plus(-SECOND).0)
                .bind(ahead.plus(-10 * SECOND).0)
                .bind(id)
                .execute(&mut *tx)
                .await?;
            sqlx::query("update channels set blocked_until_ms = ?").bind(ahead.plus(30 * SECOND).0).execute(tx).await?;
            Ok::<_, troupe::platform::Error>(())
        })
        .await
        .unwrap();
    let look = "select p.next_ms, p.updated_ms, p.sent_ms, p.first_sent_ms, c.blocked_until_ms from publications p join channels c on c.id = p.channel_id where p.id = ?";
    let row: (i64, i64, i64, i64, i64) = app
        .eventually("the shift", async || {
            let row: (i64, i64, i64, i64, i64) = sqlx::query_as(look).bind(id).fetch_one(app.house.db.read()).await.unwrap();
            (row.1 == START.0).then_some(row)
        })
        .await;
    assert_eq!(row, (START.plus(30 * SECOND).0, START.0, START.plus(-SECOND).0, START.plus(-10 * SECOND).0, START.0));
    app.stop().await;
}

#[tokio::test]
async fn what_nobody_asks_for_any_more_goes_by_night() {
    let clock = Clock::held(START);
    let app = app::start_with(Wishes { clock: Some(clock.clone()), ..Wishes::default() }).await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let body = json!({ "name": "Mine", "purpose": "ideas", "template": "{{ count }}" });
    let prompt = api.make(&format!("/api/v1/projects/{project}/prompts"), body).await;
    let run = api.make(&format!("/api/v1/projects/{project}/runs"), json!({ "prompt": prompt, "backend": "sketch", "count": 2 })).await;
    app.eventually("the run", async || (api.json(&format!("/api/v1/runs/{run}")).await["state"] == "done").then_some(())).await;
    let count = async |sql: &'static str| -> i64 { sqlx::query_scalar(sql).fetch_one(app.house.db.read()).await.unwrap() };
    assert_eq!(count("select sum(n) from version_drafts").await, 2);
    let done = api.json(&format!("/api/v1/projects/{project}/runs?state=done")).await;
    assert_eq!(done["items"].as_array().unwrap().len(), 1);
    let gone = api.request(Method::DELETE, &format!("/api/v1/prompts/{prompt}")).send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    let part = multipart::Part::text("headline,impressions,clicks\nOne,10,1\n").file_name("mine.csv");
    let form = multipart::Form::new().text("kind", "headline-tests").part("file", part);
    let sent = browser.request(Method::POST, &format!("/projects/{project}/imports")).multipart(form).send().await.unwrap();
    assert_eq!(sent.status(), StatusCode::SEE_OTHER);
    browser.page(location(&sent)).await;
    assert_eq!(count("select count(*) from imports where state = 'uploaded'").await, 1);
    clock.advance(31 * DAY);
    app.eventually("the night", async || (count("select count(*) from imports").await == 0).then_some(())).await;
    app.eventually("the prompt", async || (count("select count(*) from prompts where deleted_ms is not null").await == 0).then_some(())).await;
    let uploads = || {
        std::fs::read_dir(app.data.join("tmp"))
            .unwrap()
            .filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().starts_with("import-"))
            .count()
    };
    app.eventually("the end of the uploaded file", async || (uploads() == 0).then_some(())).await;
    assert_eq!(count("select count(*) from runs where prompt_version_id is null").await, 1, "the run stays without its prompt");
    assert_eq!(count("select count(*) from jobs where kind = 'run'").await, 1);
    clock.advance(60 * DAY);
    app.eventually("the sweep of jobs", async || (count("select count(*) from jobs where kind = 'run'").await == 0).then_some(())).await;
    assert_sound(&app.data);
    app.stop().await;
}
