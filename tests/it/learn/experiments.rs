//! Counts, calls, plays and the next batch.

use super::{SMALL, clear_counts, experiment, import};
use crate::app;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use troupe::platform::id::MemberId;
use troupe::web::{Role, Scope};

#[tokio::test]
async fn a_call_writes_its_play_and_reopening_takes_it_back() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let id = experiment(&api, &project, "randomised_here").await;
    let counted = api.post(&format!("/api/v1/experiments/{id}/counts"), clear_counts()).await;
    assert_eq!(counted.status(), StatusCode::OK, "{}", counted.text().await.unwrap());
    let one = api.json(&format!("/api/v1/experiments/{id}")).await;
    assert_eq!((one["badge"].as_str(), one["exposures"].as_i64(), one["arms"][1]["outcomes"].as_i64()), (Some("proven"), Some(16_000), Some(1440)));
    assert!(browser.page(&format!("/experiments/{id}")).await.contains("is proven better"));
    let empty = api.post(&format!("/api/v1/experiments/{id}/verdict"), json!({ "winner": 1, "play": " " })).await;
    assert_eq!(empty.status(), StatusCode::UNPROCESSABLE_ENTITY);
    api.make(&format!("/api/v1/experiments/{id}/verdict"), json!({ "winner": 1, "play": "Questions hold.", "reason": "enough" })).await;
    assert_eq!(api.json(&format!("/api/v1/experiments/{id}")).await["state"], "called");
    let plays = api.json(&format!("/api/v1/projects/{project}/plays")).await;
    assert_eq!((plays["items"][0]["sentence"].as_str(), plays["items"][0]["grade"].as_str()), (Some("Questions hold."), Some("a")));
    let twice = api.post(&format!("/api/v1/experiments/{id}/verdict"), json!({ "winner": 1, "play": "Again." })).await;
    assert_eq!(twice.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(api.request(Method::DELETE, &format!("/api/v1/experiments/{id}/verdict")).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(api.json(&format!("/api/v1/experiments/{id}")).await["state"], "running");
    assert_eq!(api.json(&format!("/api/v1/projects/{project}/plays")).await["items"], json!([]));
    let badge = async || -> Option<String> {
        sqlx::query_scalar("select badge from verdicts where kind = 'winner' order by id desc limit 1").fetch_one(app.house.db.read()).await.unwrap()
    };
    assert_eq!(badge().await.as_deref(), Some("proven"));
    let page = browser.page(&format!("/experiments/{id}")).await;
    assert!(page.contains("Called: Variant 1") && page.contains("Reopened"), "both stay in the record");
    api.make(&format!("/api/v1/experiments/{id}/verdict"), json!({ "winner": 0, "play": "We keep the old one." })).await;
    assert_eq!(badge().await, None, "the badge belongs to the arm that earned it");
    app.stop().await;
}

#[tokio::test]
async fn a_play_holds_in_the_market_where_its_experiment_was_held() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.make("/api/v1/projects", json!({ "name": "Opera", "locale": "en", "markets": "th-TH\nvi-VN" })).await;
    let id = experiment(&api, &project, "randomised_here").await;
    api.post(&format!("/api/v1/experiments/{id}/counts"), clear_counts()).await;
    let called = async || {
        api.make(&format!("/api/v1/experiments/{id}/verdict"), json!({ "winner": 1, "play": "Questions hold." })).await;
        let plays = api.json(&format!("/api/v1/projects/{project}/plays")).await;
        api.request(Method::DELETE, &format!("/api/v1/experiments/{id}/verdict")).send().await.unwrap();
        plays["items"][0]["locale"].clone()
    };
    assert_eq!(called().await, Value::Null, "its ideas were meant for no market, and the project's language is none");
    let idea = api.make(&format!("/api/v1/projects/{project}/ideas"), json!({ "title": "Red faces" })).await;
    let meant_for = async |market: &str| {
        let (idea, lenses) = (idea.parse::<uuid::Uuid>().unwrap(), json!({ "market": market }).to_string());
        let project = project.parse::<uuid::Uuid>().unwrap();
        app.house
            .db
            .write(async move |tx| {
                sqlx::query("update ideas set lenses = ? where id = ?").bind(lenses).bind(idea).execute(&mut *tx).await?;
                sqlx::query("update pieces set idea_id = ? where project_id = ?").bind(idea).bind(project).execute(&mut *tx).await?;
                Ok::<_, troupe::platform::Error>(())
            })
            .await
            .unwrap();
    };
    meant_for("vi-VN").await;
    assert_eq!(called().await, json!("vi-VN"));
    meant_for("km-KH").await;
    assert_eq!(called().await, Value::Null, "the project has no such market");
    app.stop().await;
}

#[tokio::test]
async fn single_posts_never_have_a_winner() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let id = experiment(&api, &project, "single").await;
    api.post(&format!("/api/v1/experiments/{id}/counts"), clear_counts()).await;
    let one = api.json(&format!("/api/v1/experiments/{id}")).await;
    assert_eq!((one["grade"].as_str(), &one["assessment"], &one["badge"]), (Some("d"), &Value::Null, &Value::Null));
    assert_eq!(api.json(&format!("/api/v1/projects/{project}/experiments")).await["items"][0]["leader"], Value::Null);
    let call =
        async |winner: Value| api.post(&format!("/api/v1/experiments/{id}/verdict"), json!({ "winner": winner, "play": "Never." })).await.status();
    assert_eq!(call(json!(1)).await, StatusCode::UNPROCESSABLE_ENTITY);
    let arms: Vec<String> = one["arms"].as_array().unwrap().iter().map(|arm| arm["id"].as_str().unwrap().to_owned()).collect();
    let typed = [
        ("day", "2026-11-20"),
        ("arm", arms[0].as_str()),
        ("exposures", "41"),
        ("outcomes", "57"),
        ("arm", arms[1].as_str()),
        ("exposures", ""),
        ("outcomes", ""),
    ];
    let refused = browser.form(&format!("/experiments/{id}/counts"), &typed).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let kept = refused.text().await.unwrap();
    assert!(["2026-11-20", "value=\"41\"", "value=\"57\""].iter().all(|typed| kept.contains(typed)), "{kept}");
    let page = browser.page(&format!("/experiments/{id}")).await;
    assert!(page.contains("Single posts describe") && !page.contains("proven better</"), "{page}");
    assert_eq!(call(Value::Null).await, StatusCode::CREATED);
    app.stop().await;
}

#[tokio::test]
async fn counts_are_checked_and_a_day_replaces_itself() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let id = experiment(&api, &project, "randomised_platform").await;
    let path = format!("/api/v1/experiments/{id}/counts");
    for (row, pointer) in [
        (json!({ "position": 0, "day": "2026-02-30", "exposures": 1, "outcomes": 0 }), "/1/day"),
        (json!({ "position": 0, "day": "2026-11-01", "exposures": 5, "outcomes": 6 }), "/1/outcomes"),
        (json!({ "position": 0, "day": "2026-11-01", "exposures": -1, "outcomes": 0 }), "/1/exposures"),
        (json!({ "position": 7, "day": "2026-11-01", "exposures": 1, "outcomes": 0 }), "/1/arm"),
    ] {
        let good = json!({ "position": 0, "day": "2026-11-01", "exposures": 10, "outcomes": 1 });
        let answer = api.post(&path, json!([good, row])).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.json::<Value>().await.unwrap()["errors"][0]["pointer"], pointer);
    }
    assert_eq!(api.json(&format!("/api/v1/experiments/{id}")).await["exposures"], 0, "a wrong row writes nothing");
    api.make(&format!("/api/v1/experiments/{id}/verdict"), json!({ "winner": null, "play": "Nothing." })).await;
    let plays = api.json(&format!("/api/v1/projects/{project}/plays")).await;
    assert_eq!(plays["items"][0]["grade"], "said", "a call before any viewer came proves nothing");
    api.request(Method::DELETE, &format!("/api/v1/experiments/{id}/verdict")).send().await.unwrap();
    for exposures in [100, 140] {
        api.post(&path, json!([{ "position": 0, "day": "2026-11-01", "exposures": exposures, "outcomes": 3 }])).await;
    }
    let one = api.json(&format!("/api/v1/experiments/{id}")).await;
    assert_eq!(one["exposures"], 140);
    let arm = one["arms"][0]["id"].as_str().unwrap();
    for (typed, expected) in [("150", 150), ("140", 140)] {
        let day = [("day", "2026-11-01"), ("arm", arm), ("exposures", typed), ("outcomes", "3")];
        assert_eq!(browser.form(&format!("/experiments/{id}/counts"), &day).await.status(), StatusCode::SEE_OTHER);
        let one = api.json(&format!("/api/v1/experiments/{id}")).await;
        assert_eq!(one["exposures"], expected, "typed by hand over what a program counted: the same viewers");
    }
    api.post(&path, json!([{ "position": 1, "day": "2024-11-01", "exposures": 90, "outcomes": 3 }])).await;
    let one = api.json(&format!("/api/v1/experiments/{id}")).await;
    let days = one["assessment"]["unmet"].as_array().unwrap().iter().find(|unmet| unmet["guard"] == "days").unwrap();
    assert_eq!(days["have"], 2.0, "a mistyped year is one day more, not two years");
    app.stop().await;
}

#[tokio::test]
async fn the_invented_audience_decides_and_says_so() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let now = app.house.now();
    app.house
        .db
        .write(async move |tx| {
            sqlx::query("insert or ignore into studio (id, name, locale, zone, created_ms) values (1, 'S', 'en', 'UTC', ?)")
                .bind(now.0)
                .execute(tx)
                .await?;
            Ok::<_, troupe::platform::Error>(())
        })
        .await
        .unwrap();
    let project = api.project("Opera").await;
    let id = experiment(&api, &project, "randomised_here").await;
    assert_eq!(browser.form(&format!("/experiments/{id}/simulation"), &[]).await.status(), StatusCode::SEE_OTHER);
    let path = format!("/api/v1/experiments/{id}");
    let one = app.eventually("a fortnight", async || Some(api.json(&path).await).filter(|one| one["exposures"].as_i64() > Some(0))).await;
    assert_eq!((one["simulated"].as_bool(), one["exposures"].as_i64()), (Some(true), Some(8_400)));
    assert!(one["assessment"]["unmet"].as_array().unwrap().is_empty(), "{one}");
    assert!(browser.page(&format!("/experiments/{id}")).await.contains("simulated"));
    let real = api.post(&format!("{path}/counts"), clear_counts()).await;
    assert_eq!(real.status(), StatusCode::UNPROCESSABLE_ENTITY, "real counts never join simulated ones");
    assert!(!browser.page(&format!("/experiments/{id}")).await.contains("True rate"), "the truth stays hidden until the call");
    api.make(&format!("{path}/verdict"), json!({ "winner": 0, "play": "Questions hold." })).await;
    let page = browser.page(&format!("/experiments/{id}")).await;
    assert!(page.contains("True rate") && page.contains("question") && page.contains("claim"), "{page}");
    assert_eq!(api.json(&format!("/api/v1/projects/{project}/plays")).await["items"][0]["simulated"], true);
    app.stop().await;
}

#[tokio::test]
async fn the_next_batch_follows_plays_and_looks_elsewhere() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    api.make(&format!("/api/v1/projects/{project}/plays"), json!({ "sentence": "Questions hold better than claims.", "locale": "vi" })).await;
    let answer = api.post(&format!("/api/v1/projects/{project}/next-batch"), json!({ "size": 5, "explore": 0.4 })).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    let slate: Value = answer.json().await.unwrap();
    let kinds: Vec<&str> = slate["cards"].as_array().unwrap().iter().map(|card| card["kind"].as_str().unwrap()).collect();
    let follow = kinds.iter().filter(|kind| **kind == "play").count();
    assert!(kinds.len() == 5 && follow >= 1 && kinds.iter().all(|kind| ["play", "explore"].contains(kind)), "{kinds:?}");
    assert!(
        slate["cards"]
            .as_array()
            .unwrap()
            .iter()
            .all(|card| card["probability"].as_f64() > Some(0.0) && !card["reason"].as_str().unwrap().is_empty())
    );
    let again = async || {
        let path = format!("/api/v1/projects/{project}/next-batch");
        let request = api.request(Method::POST, &path).header("idempotency-key", "one batch").json(&json!({ "size": 2, "explore": 0.5 }));
        request.send().await.unwrap().json::<Value>().await.unwrap()["id"].clone()
    };
    assert_eq!(again().await, again().await, "the same key draws one slate");
    let id = slate["id"].as_str().unwrap();
    let off = kinds.iter().position(|kind| *kind == "explore").unwrap_or(4);
    assert_eq!(browser.form(&format!("/slates/{id}/cards/{off}?_method=DELETE"), &[]).await.status(), StatusCode::SEE_OTHER);
    let follow = follow - usize::from(kinds[off] == "play");
    assert!(browser.page(&format!("/slates/{id}")).await.contains("Questions hold better than claims."));
    assert_eq!(browser.form(&format!("/slates/{id}/acceptance"), &[]).await.status(), StatusCode::SEE_OTHER);
    let ideas = api.json(&format!("/api/v1/projects/{project}/ideas")).await;
    assert_eq!(ideas["items"].as_array().unwrap().len(), 4);
    assert_eq!(ideas["items"].as_array().unwrap().iter().filter(|idea| idea["play_id"].is_string()).count(), follow);
    assert_eq!(api.json(&format!("/api/v1/projects/{project}/plays")).await["items"][0]["used"], follow);
    for body in [json!({ "size": 0, "explore": 0.3 }), json!({ "size": 61, "explore": 0.3 }), json!({ "size": 5, "explore": 1.5 })] {
        assert_eq!(api.post(&format!("/api/v1/projects/{project}/next-batch"), body).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    app.stop().await;
}

#[tokio::test]
async fn what_a_member_may_not_see_or_do_is_refused() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Secret").await;
    let id = experiment(&api, &project, "randomised_here").await;
    let play = api.make(&format!("/api/v1/projects/{project}/plays"), json!({ "sentence": "Hidden." })).await;
    let outside: MemberId = app.member("maker", Role::Maker).await;
    let program = app.program(outside, &[Scope::All]).await;
    for path in [format!("/api/v1/experiments/{id}"), format!("/api/v1/projects/{project}/experiments"), format!("/api/v1/projects/{project}/plays")]
    {
        assert_eq!(program.get(&path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let counted = program.post(&format!("/api/v1/experiments/{id}/counts"), clear_counts()).await;
    assert_eq!(counted.status(), StatusCode::NOT_FOUND);
    assert_eq!(program.request(Method::DELETE, &format!("/api/v1/plays/{play}")).send().await.unwrap().status(), StatusCode::NOT_FOUND);
    assert_eq!(
        program.post(&format!("/api/v1/projects/{project}/next-batch"), json!({ "size": 5, "explore": 0.3 })).await.status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(import(&program, &project, SMALL).await.0, StatusCode::NOT_FOUND);
    // A maker counts but does not call.
    let call = program.post(&format!("/api/v1/experiments/{id}/verdict"), json!({ "winner": 1, "play": "Mine." })).await;
    assert_eq!(call.status(), StatusCode::FORBIDDEN);
    app.stop().await;
}
