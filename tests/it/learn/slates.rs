//! Slates: what is expected of a card, what is decided on it, and how the cards are judged.

use super::variants;
use crate::app::{self, Client, TestApp};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use troupe::web::{Role, Scope};
use uuid::Uuid;

async fn play(api: &Client, project: &str) -> String {
    api.make(&format!("/api/v1/projects/{project}/plays"), json!({ "sentence": "Questions hold better than claims." })).await
}

async fn drawn(api: &Client, project: &str, body: Value) -> Value {
    let answer = api.post(&format!("/api/v1/projects/{project}/next-batch"), body).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    answer.json().await.unwrap()
}

fn cards(slate: &Value) -> &Vec<Value> {
    slate["cards"].as_array().unwrap()
}

#[tokio::test]
async fn a_slate_explores_and_says_what_it_expects() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let written = variants(&api, &project, 2).await;
    play(&api, &project).await;
    let slate = drawn(&api, &project, json!({ "size": 10, "explore": 0.0 })).await;
    assert_eq!(cards(&slate).len(), 10);
    assert!(cards(&slate).iter().filter(|card| card["explores"] == true).count() >= 2, "a fifth explores, whatever was asked");
    assert!(cards(&slate).iter().any(|card| card["kind"] == "play"));
    for card in cards(&slate) {
        let figure = |name: &str| card[name].as_f64().unwrap();
        assert!(figure("expected_low") < figure("expected") && figure("expected") < figure("expected_high"), "{card}");
        assert!(figure("probability") > 0.0 && (0.0..=1.0).contains(&figure("originality")) && card["decision"].is_null());
        assert!(card["nearest"].is_null() || written.iter().any(|id| card["nearest"] == id.as_str()), "{card}");
    }
    let again = drawn(&api, &project, json!({ "size": 10, "explore": 0.0, "seed": slate["seed"] })).await;
    let without_slate = |slate: &Value| cards(slate).clone();
    assert_eq!(without_slate(&slate), without_slate(&again), "the same seed draws the same slate");
    let page = browser.page(&format!("/slates/{}", slate["id"].as_str().unwrap())).await;
    assert_eq!(page.matches("1 is usual here.").count(), 10, "{page}");
    assert!(page.contains("Nothing like it was posted yet") && page.contains("between 0.51 and 1.49"), "{page}");
    app.stop().await;
}

#[tokio::test]
async fn cards_are_refused_put_back_changed_and_accepted_one_by_one() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    play(&api, &project).await;
    let slate = drawn(&api, &project, json!({ "size": 4, "explore": 0.3 })).await;
    let path = format!("/slates/{}", slate["id"].as_str().unwrap());
    let decisions = async || {
        let shown = api.json(&format!("/api/v1{path}")).await;
        cards(&shown).iter().map(|card| card["decision"].as_str().unwrap_or("open").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(browser.form(&format!("{path}/cards/0?_method=DELETE"), &[]).await.status(), StatusCode::SEE_OTHER);
    let off = browser.page(&path).await;
    assert!(off.contains("3 cards to look at") && off.contains("One card taken off") && off.contains("taken off by "), "{off}");
    assert_eq!(browser.form(&format!("{path}/cards/0/acceptance"), &[]).await.status(), StatusCode::NOT_FOUND, "it lies beside the slate");
    assert_eq!(browser.form(&format!("{path}/cards/0/restoration"), &[]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(decisions().await, ["open", "open", "open", "open"]);
    let empty = browser.form(&format!("{path}/cards/1"), &[("title", " "), ("angle", "Told by the drum")]).await;
    assert_eq!(empty.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let kept = empty.text().await.unwrap();
    assert!(kept.contains("Told by the drum</textarea>") && kept.contains("<details open>") && kept.contains("href=\"#title\""), "{kept}");
    let wording = [("title", "The drum decides"), ("angle", "Told by the drum")];
    assert_eq!(browser.form(&format!("{path}/cards/1"), &wording).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(browser.form(&format!("{path}/cards/1"), &wording).await.status(), StatusCode::NOT_FOUND, "decided already");
    assert_eq!(browser.form(&format!("{path}/cards/2/acceptance"), &[]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(api.request(Method::DELETE, &format!("/api/v1{path}/cards/3")).send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(decisions().await, ["open", "changed", "accepted", "refused"]);
    assert_eq!(browser.form(&format!("{path}/acceptance"), &[]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(decisions().await, ["accepted", "changed", "accepted", "refused"], "what was refused is not accepted with the rest");
    let ideas = api.json(&format!("/api/v1/projects/{project}/ideas")).await;
    let ideas = ideas["items"].as_array().unwrap();
    assert!(ideas.len() == 3 && ideas.iter().any(|idea| idea["title"] == "The drum decides" && idea["angle"] == "Told by the drum"), "{ideas:?}");
    let verbs: Vec<String> =
        sqlx::query_scalar("select kind from events where kind like 'slate.%' order by id").fetch_all(app.house.db.read()).await.unwrap();
    let expected = ["drawn", "card_refused", "card_restored", "card_changed", "card_accepted", "card_refused", "accepted"];
    assert_eq!(verbs, expected.map(|verb| format!("slate.{verb}")));
    let book = browser.page(&format!("/projects/{project}/playbook")).await;
    assert!(book.contains("How good the suggestions were") && book.contains("Not enough yet: 10 more ideas with numbers"), "{book}");
    app.stop().await;
}

#[tokio::test]
async fn programs_decide_as_people_do_and_only_where_they_see() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Secret").await;
    let slate = drawn(&api, &project, json!({ "size": 3, "explore": 0.3 })).await;
    let card = |n: i64| format!("/api/v1/slates/{}/cards/{n}", slate["id"].as_str().unwrap());
    let outside = app.program(app.member("maker", Role::Maker).await, &[Scope::All]).await;
    for (method, path) in [
        (Method::PATCH, card(0)),
        (Method::DELETE, card(0)),
        (Method::POST, format!("{}/acceptance", card(0))),
        (Method::POST, format!("{}/restoration", card(0))),
    ] {
        let answer = outside.request(method.clone(), &path).json(&json!({})).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{method} {path}");
    }
    let changed = api.request(Method::PATCH, &card(0)).json(&json!({ "title": "Two drums" })).send().await.unwrap();
    assert_eq!(changed.status(), StatusCode::OK);
    assert_eq!(cards(&changed.json().await.unwrap())[0]["decision"], "changed");
    let empty = api.request(Method::PATCH, &card(1)).json(&json!({ "title": "" })).send().await.unwrap();
    assert_eq!(empty.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(api.post(&format!("{}/acceptance", card(1)), json!({})).await.status(), StatusCode::OK);
    api.request(Method::DELETE, &card(2)).send().await.unwrap();
    let back = api.post(&format!("{}/restoration", card(2)), json!({})).await;
    assert!(cards(&back.json().await.unwrap())[2]["decision"].is_null());
    assert_eq!(api.post(&format!("{}/restoration", card(1)), json!({})).await.status(), StatusCode::NOT_FOUND, "it was not refused");
    app.stop().await;
}

/// Real posts two days old: nine of one variant with a hundred views after a day, two of the other with three hundred.
async fn posted(app: &TestApp, project: &str, [usual, better]: [&str; 2]) {
    let (project, usual, better): (Uuid, Uuid, Uuid) = (project.parse().unwrap(), usual.parse().unwrap(), better.parse().unwrap());
    let now = app.house.now().0;
    app.house
        .db
        .write(async move |tx| {
            const HOUR: i64 = 3_600_000;
            let channel = Uuid::from_u128(1);
            sqlx::query("insert into channels (id, project_id, kind, name, settings, capability, zone, state, created_ms, updated_ms) values (?, ?, 'x', 'Real', '{}', 'hand', 'UTC', 'on', 0, 0)")
                .bind(channel).bind(project).execute(&mut *tx).await?;
            for n in 1..=11_i64 {
                let went_out = now - 48 * HOUR - n;
                let (variant, views) = if n > 9 { (better, 300.0) } else { (usual, 100.0) };
                sqlx::query("insert into publications (no, id, project_id, variant_id, channel_id, state, due_ms, due_local, due_zone, zone_rule, max_late_ms, capability, delivery, remote_id, published_ms, created_ms, updated_ms) values (?, ?, ?, ?, ?, 'published', ?, '', 'UTC', 'plain', 0, 'hand', ?, ?, ?, 0, 0)")
                    .bind(n).bind(Uuid::from_u128(10 + n as u128)).bind(project).bind(variant).bind(channel).bind(went_out).bind(format!("d{n}")).bind(format!("r{n}")).bind(went_out).execute(&mut *tx).await?;
                sqlx::query("insert into snapshots values (?, 'views', ?, ?, 'cumulative', 'given', 'api')").bind(n).bind(went_out + 24 * HOUR).bind(views).execute(&mut *tx).await?;
            }
            Ok::<_, troupe::platform::Error>(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn what_came_of_a_play_is_what_the_next_cards_expect() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Opera").await;
    let play = play(&api, &project).await;
    let (usual, better) = (variants(&api, &project, 1).await, variants(&api, &project, 1).await);
    posted(&app, &project, [&usual[0], &better[0]]).await;
    let (followed, variant): (Uuid, Uuid) = (play.parse().unwrap(), better[0].parse().unwrap());
    let idea = api.make(&format!("/api/v1/projects/{project}/ideas"), json!({ "title": "Who lies?" })).await.parse::<Uuid>().unwrap();
    let tie = app.house.db.write(async move |tx| {
        sqlx::query("update ideas set play_id = ? where id = ?").bind(followed).bind(idea).execute(&mut *tx).await?;
        sqlx::query("update pieces set idea_id = ? where id = (select piece_id from variants where id = ?)")
            .bind(idea)
            .bind(variant)
            .execute(tx)
            .await?;
        Ok::<_, troupe::platform::Error>(())
    });
    tie.await.unwrap();
    let slate = drawn(&api, &project, json!({ "size": 5, "explore": 0.2 })).await;
    let follows = cards(&slate).iter().find(|card| card["play"] == play.as_str()).unwrap();
    assert!(follows["expected"].as_f64() > Some(1.2) && follows["posts"] == 2 && follows["simulated"] == false, "{follows}");
    let mut elsewhere = cards(&slate).iter().filter(|card| card["kind"] == "explore");
    assert!(elsewhere.all(|card| card["expected"] == 1.0 && card["posts"] == 0), "{slate}");
    app.stop().await;
}

#[tokio::test]
async fn a_play_ends_on_its_last_day() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let plays = format!("/api/v1/projects/{project}/plays");
    let book = format!("/projects/{project}/playbook");
    assert_eq!(browser.form(&book, &[("sentence", "Old."), ("expires", "soon")]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let old = api.make(&plays, json!({ "sentence": "Red opens.", "expires": "2001-03-31" })).await;
    assert!(browser.page(&book).await.contains("expired after 2001-03-31"));
    let slate = drawn(&api, &project, json!({ "size": 5, "explore": 0.2 })).await;
    assert!(cards(&slate).iter().all(|card| card["kind"] == "explore"), "nothing is left to follow");
    let longer = api.request(Method::PATCH, &format!("/api/v1/plays/{old}")).json(&json!({ "expires": "2999-12-31" })).send().await.unwrap();
    assert_eq!(longer.json::<Value>().await.unwrap()["expires"], "2999-12-31");
    assert!(browser.page(&book).await.contains("holds until 2999-12-31"));
    let slate = drawn(&api, &project, json!({ "size": 5, "explore": 0.2 })).await;
    assert!(cards(&slate).iter().any(|card| card["kind"] == "play"));
    app.stop().await;
}
