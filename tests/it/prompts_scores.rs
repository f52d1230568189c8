//! The scoreboard agrees with a hand count: what the lists and single objects of the API say, added up by other means.

use crate::app::{self, Client, PASSWORD, TestApp, Wishes};
use crate::openai::{self, Manner};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use troupe::platform::id::MemberId;
use troupe::web::Scope;

const TEMPLATE: &str = "{{ count }} about {{ perspective }} {{ idea.title }}";

async fn prompt(api: &Client, project: &str, purpose: &str) -> String {
    let body = json!({ "name": format!("For {purpose}"), "purpose": purpose, "template": TEMPLATE });
    let id = api.make(&format!("/api/v1/projects/{project}/prompts"), body).await;
    api.make(&format!("/api/v1/prompts/{id}/versions"), json!({ "template": format!("{TEMPLATE}, better") })).await;
    id
}

/// Plans a run and waits for its end.
async fn run(app: &TestApp, api: &Client, project: &str, body: Value) -> Value {
    let id = api.make(&format!("/api/v1/projects/{project}/runs"), body).await;
    app.eventually("the end of a run", async || {
        let run = api.json(&format!("/api/v1/runs/{id}")).await;
        (!matches!(run["state"].as_str().unwrap(), "planned" | "queued" | "running")).then_some(run)
    })
    .await
}

async fn decide(api: &Client, draft: &Value, decision: &str) {
    let answer = api.post(&format!("/api/v1/variants/{}/{decision}", draft.as_str().unwrap()), json!({ "reason": "said before" })).await;
    assert_eq!(answer.status(), StatusCode::OK, "{decision}");
}

/// Puts words behind the hook of a draft.
async fn add_words(api: &Client, draft: &Value, words: &str) {
    let path = format!("/api/v1/variants/{}", draft.as_str().unwrap());
    let hook = format!("{} {words}", api.json(&path).await["hook"].as_str().unwrap());
    assert_eq!(api.request(Method::PATCH, &path).json(&json!({ "hook": hook })).send().await.unwrap().status(), StatusCode::OK);
}

async fn scores(api: &Client, prompt: &str) -> Vec<Value> {
    api.json(&format!("/api/v1/prompts/{prompt}/scores")).await["items"].as_array().unwrap().clone()
}

/// Every page of a list.
async fn all(api: &Client, path: &str) -> Vec<Value> {
    let (mut items, mut after) = (Vec::new(), String::new());
    loop {
        let page = api.json(&format!("{path}?limit=3{after}")).await;
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return items,
        }
    }
}

/// What the lists of a project say of one version: runs, made, decided, approved and cost.
async fn by_hand(api: &Client, project: &str, version: &Value) -> Value {
    let (mut runs, mut made, mut decided, mut approved, mut cost) = (0, 0, 0, 0, BTreeMap::<String, i64>::new());
    for line in all(api, &format!("/api/v1/projects/{project}/runs")).await {
        let run = api.json(&format!("/api/v1/runs/{}", line["id"].as_str().unwrap())).await;
        if run["prompt_version_id"] != *version {
            continue;
        }
        runs += 1;
        made += run["made"].as_i64().unwrap();
        *cost.entry(run["currency"].as_str().unwrap().to_owned()).or_default() += run["cost_micros"].as_i64().unwrap();
        for draft in run["drafts"].as_array().unwrap() {
            let (noun, yes, no): (_, &[&str], &[&str]) = match run["purpose"].as_str().unwrap() {
                "ideas" => ("ideas", &["shortlisted", "in_production", "done"], &["dropped"]),
                _ => ("variants", &["approved"], &["rejected"]),
            };
            let draft = api.json(&format!("/api/v1/{noun}/{}", draft.as_str().unwrap())).await;
            let state = draft["state"].as_str().unwrap();
            approved += i64::from(yes.contains(&state));
            decided += i64::from(yes.contains(&state) || no.contains(&state));
        }
    }
    json!({ "runs": runs, "made": made, "decided": decided, "approved": approved, "cost": cost })
}

/// The same of a row of the board.
fn by_board(score: &Value) -> Value {
    let spend = score["spend"].as_array().unwrap();
    let runs: i64 = spend.iter().map(|spend| spend["runs"].as_i64().unwrap()).sum();
    let cost: BTreeMap<&str, i64> = spend.iter().map(|one| (one["currency"].as_str().unwrap(), one["cost_micros"].as_i64().unwrap())).collect();
    json!({ "runs": runs, "made": score["made"], "decided": score["decided"], "approved": score["approved"], "cost": cost })
}

#[tokio::test]
async fn two_versions_score_what_a_hand_count_says() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let id = prompt(&api, &project, "variants").await;
    assert!(browser.page(&format!("/prompts/{id}")).await.contains("Nothing was made with this prompt yet"));
    let idea = api.make(&format!("/api/v1/projects/{project}/ideas"), json!({ "title": "The white face" })).await;
    let draft = async |version: i64, count: i64| {
        let asked = json!({ "prompt": id, "version": version, "idea": idea, "count": count, "backend": "sketch" });
        run(&app, &api, &project, asked).await["drafts"].as_array().unwrap().clone()
    };
    let (first, second, more) = (draft(1, 5).await, draft(2, 3).await, draft(2, 2).await);
    // Version 1: one approved as it is, one approved with three words more, one approved and edited since, one rejected.
    decide(&api, &first[0], "approval").await;
    add_words(&api, &first[1], "sung not shouted").await;
    decide(&api, &first[1], "approval").await;
    decide(&api, &first[2], "approval").await;
    add_words(&api, &first[2], "again").await;
    decide(&api, &first[3], "rejection").await;
    // Version 2: all approved, one of them twice over with five words in two edits; one decision is taken back.
    for one in second.iter().chain(&more) {
        decide(&api, one, "approval").await;
    }
    add_words(&api, &second[0], "one two three").await;
    add_words(&api, &second[0], "four five").await;
    decide(&api, &second[0], "approval").await;
    let taken = api.request(Method::DELETE, &format!("/api/v1/variants/{}/approval", more[0].as_str().unwrap())).send().await.unwrap();
    assert!(taken.status().is_success());
    // What a person wrote below a draft is nobody's score.
    let piece = api.json(&format!("/api/v1/variants/{}", first[0].as_str().unwrap())).await["piece_id"].as_str().unwrap().to_owned();
    let own = api.make(&format!("/api/v1/pieces/{piece}/variants"), json!({ "title": "Mine", "parent": first[0] })).await;
    decide(&api, &json!(own), "approval").await;

    let board = scores(&api, &id).await;
    for score in &board {
        assert_eq!(by_board(score), by_hand(&api, &project, &score["version_id"]).await, "{score}");
    }
    let figures = |score: &Value| ["number", "made", "decided", "approved"].map(|name| score[name].as_i64().unwrap());
    assert_eq!((figures(&board[0]), figures(&board[1])), ([2, 5, 4, 4], [1, 5, 3, 2]));
    assert_eq!((&board[1]["words_per_approved"], &board[0]["words_per_approved"]), (&json!(1.5), &json!(1.25)), "3 of 2, 5 of 4");
    let share = &board[1]["share"];
    // Two of three by Wilson's formula with z = 1.959964.
    let near = |value: &Value, wanted: f64| (value.as_f64().unwrap() - wanted).abs() < 1e-4;
    assert!(near(&share["value"], 0.66667) && near(&share["low"], 0.20766) && near(&share["high"], 0.93851), "{share}");
    let page = browser.page(&format!("/prompts/{id}")).await;
    assert!(page.contains("21 % to 94 %") && page.contains("67 %") && page.contains(">1.5<"), "{page}");

    // In the bin it stays counted, decided or not.
    for one in [&first[3], &first[4]] {
        let gone = api.request(Method::DELETE, &format!("/api/v1/variants/{}", one.as_str().unwrap())).send().await.unwrap();
        assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    }
    assert_eq!(scores(&api, &id).await, board);
    app.stop().await;
}

#[tokio::test]
async fn costs_stand_by_currency_with_those_of_failed_runs() {
    let service = openai::start(Manner::Well).await;
    let app = app::start_with(Wishes { allow_private: service.target.clone(), ..Wishes::default() }).await;
    let (browser, api) = app.owner().await;
    let settings =
        |currency: &str| json!({ "base_url": service.base_url(), "model": "small", "price_in": "2.50", "price_out": "10", "currency": currency });
    let backend = async |name: &str, currency: &str| {
        api.make("/api/v1/backends", json!({ "kind": "openai", "name": name, "settings": settings(currency) })).await
    };
    let (dollars, yuan) = (backend("Dollars", "USD").await, backend("Yuan", "CNY").await);
    let project = api.project("Opera").await;
    let id = prompt(&api, &project, "ideas").await;
    let ask = async |backend: &str| run(&app, &api, &project, json!({ "prompt": id, "version": 1, "backend": backend })).await;
    let kept = ask(&dollars).await;
    ask(&yuan).await;
    service.behave(Manner::Prose);
    assert_eq!(ask(&dollars).await["state"], "failed");
    for draft in kept["drafts"].as_array().unwrap() {
        let moved = api.post(&format!("/api/v1/ideas/{}/state", draft.as_str().unwrap()), json!({ "to": "shortlisted" })).await;
        assert!(moved.status().is_success());
    }
    let board = scores(&api, &id).await;
    assert_eq!(by_board(&board[1]), by_hand(&api, &project, &board[1]["version_id"]).await);
    // 1,000 tokens at 2.50 and 500 at 10 for a million, then twice 1,000 and 10, because what could not be read is asked once
    // more; two ideas of four were kept.
    let spend = json!([
        { "currency": "CNY", "runs": 1, "cost_micros": 7_500, "per_approved_micros": 3_750 },
        { "currency": "USD", "runs": 2, "cost_micros": 12_700, "per_approved_micros": 6_350 },
    ]);
    assert_eq!((&board[1]["spend"], &board[1]["made"], &board[1]["approved"]), (&spend, &json!(4), &json!(2)));
    assert_eq!((&board[0]["spend"], &board[0]["share"], &board[1]["words_per_approved"]), (&json!([]), &Value::Null, &Value::Null));
    let page = browser.page(&format!("/prompts/{id}")).await;
    assert!(page.contains("0.00375 CNY") && page.contains("0.00505 USD") && page.contains("Shortlisted"), "{page}");
    app.stop().await;
}

/// Publishes drafts on a channel of each kind eight days ago, with hooks over impressions.
async fn publish(app: &TestApp, project: &str, rows: &[(&Value, bool, f64, f64)]) {
    let (project, now): (uuid::Uuid, i64) = (project.parse().unwrap(), app.house.now().0);
    let rows: Vec<(uuid::Uuid, bool, f64, f64)> = rows.iter().map(|row| (row.0.as_str().unwrap().parse().unwrap(), row.1, row.2, row.3)).collect();
    app.house
        .db
        .write(async move |tx| {
            for (n, (variant, simulated, hooks, impressions)) in rows.into_iter().enumerate() {
                let (n, went_out) = (n as i64 + 1, now - 8 * 24 * 3_600_000);
                let channel = uuid::Uuid::from_u128(n as u128);
                sqlx::query("insert into channels (id, project_id, kind, name, settings, capability, zone, simulated, state, created_ms, updated_ms) values (?, ?, 'x', ?, '{}', 'hand', 'UTC', ?, 'on', 0, 0)")
                    .bind(channel).bind(project).bind(format!("c{n}")).bind(simulated).execute(&mut *tx).await?;
                sqlx::query("insert into publications (no, id, project_id, variant_id, channel_id, state, due_ms, due_local, due_zone, zone_rule, max_late_ms, capability, delivery, remote_id, simulated, published_ms, created_ms, updated_ms) values (?, ?, ?, ?, ?, 'scheduled', ?, '', 'UTC', 'plain', 0, 'hand', ?, ?, ?, ?, 0, 0)")
                    .bind(n).bind(uuid::Uuid::from_u128(100 + n as u128)).bind(project).bind(variant).bind(channel).bind(went_out).bind(format!("d{n}")).bind(format!("r{n}")).bind(simulated).bind(went_out).execute(&mut *tx).await?;
                sqlx::query("update publications set state = 'published' where no = ?").bind(n).execute(&mut *tx).await?;
                for (metric, value) in [("hooks", hooks), ("impressions", impressions)] {
                    sqlx::query("insert into totals values (?, ?, ?, ?, ?, ?, 0, ?)").bind(n).bind(metric).bind(project).bind(channel).bind(value).bind(now).bind(simulated).execute(&mut *tx).await?;
                }
            }
            Ok::<_, troupe::platform::Error>(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn results_of_real_and_invented_audiences_stand_apart() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let id = prompt(&api, &project, "variants").await;
    let idea = api.make(&format!("/api/v1/projects/{project}/ideas"), json!({ "title": "The white face" })).await;
    let asked = json!({ "prompt": id, "version": 1, "idea": idea, "count": 2, "backend": "sketch" });
    let drafts = run(&app, &api, &project, asked).await["drafts"].as_array().unwrap().clone();
    let rows =
        [(&drafts[0], false, 20.0, 100.0), (&drafts[0], false, 30.0, 100.0), (&drafts[1], false, 10.0, 100.0), (&drafts[1], true, 90.0, 100.0)];
    publish(&app, &project, &rows).await;
    let score = &scores(&api, &id).await[1];
    let results = |published: i64, rated: i64, rate: f64| json!({ "published": published, "rated": rated, "hook_rate": rate, "of_starts": false });
    let real = &score["real"];
    assert!((real["hook_rate"].as_f64().unwrap() - 0.2).abs() < 1e-12, "the mean of 20, 30 and 10 %: {real}");
    assert_eq!((&real["published"], &real["rated"]), (&json!(2), &json!(3)), "two drafts in three publications");
    assert_eq!(score["simulated"], results(1, 1, 0.9));
    let page = browser.page(&format!("/prompts/{id}")).await;
    assert!(page.contains("2 out, hook rate 20 % of 3") && page.contains("one out, hook rate 90 % of 1"), "{page}");
    app.stop().await;
}

#[tokio::test]
async fn the_sample_project_scores_what_a_hand_count_says() {
    let app = app::start().await;
    assert!(troupe::today::found_demo(&app.house, "demo@studio.example", PASSWORD).await.unwrap());
    let member: uuid::Uuid = sqlx::query_scalar("select id from members").fetch_one(app.house.db.read()).await.unwrap();
    let api = app.program(MemberId(member), &[Scope::All]).await;
    let project = api.json("/api/v1/projects").await["items"][0]["id"].as_str().unwrap().to_owned();
    let runs = format!("/api/v1/projects/{project}/runs");
    app.eventually("the sample drafts", async || {
        let runs = all(&api, &runs).await;
        (runs.len() == 3 && runs.iter().all(|run| run["state"] == "done")).then_some(())
    })
    .await;
    let prompts = all(&api, &format!("/api/v1/projects/{project}/prompts")).await;
    let of = |purpose: &str| prompts.iter().find(|prompt| prompt["purpose"] == purpose).unwrap()["id"].as_str().unwrap().to_owned();
    let (ideas, variants) = (of("ideas"), of("variants"));
    // A second version of each, on the first idea.
    let idea = all(&api, &format!("/api/v1/projects/{project}/ideas")).await[0]["id"].clone();
    for (prompt, asked) in [(&ideas, json!({ "count": 4 })), (&variants, json!({ "count": 3, "idea": idea }))] {
        api.make(&format!("/api/v1/prompts/{prompt}/versions"), json!({ "template": TEMPLATE })).await;
        let mut asked = asked;
        (asked["prompt"], asked["version"], asked["backend"]) = (json!(prompt), json!(2), json!("sketch"));
        run(&app, &api, &project, asked).await;
    }
    // Every second draft is liked, every third of the others is not, and one in four is rewritten first.
    let mut drafts = Vec::new();
    for line in all(&api, &runs).await {
        let run = api.json(&format!("/api/v1/runs/{}", line["id"].as_str().unwrap())).await;
        drafts.extend(run["drafts"].as_array().unwrap().iter().map(|draft| (run["purpose"].as_str().unwrap().to_owned(), draft.clone())));
    }
    for (n, (purpose, draft)) in drafts.iter().enumerate() {
        match (purpose.as_str(), n % 2 == 0, n % 3 == 0) {
            ("variants", yes, no) => {
                if n % 4 == 0 {
                    add_words(&api, draft, "two words").await;
                }
                if yes || no {
                    decide(&api, draft, if yes { "approval" } else { "rejection" }).await;
                }
            }
            // One idea is in production by now: drafts were made of it.
            (_, yes, no) if (yes || no) && api.json(&format!("/api/v1/ideas/{}", draft.as_str().unwrap())).await["state"] == "inbox" => {
                let to = json!({ "to": if yes { "shortlisted" } else { "dropped" } });
                let moved = api.post(&format!("/api/v1/ideas/{}/state", draft.as_str().unwrap()), to).await;
                assert!(moved.status().is_success(), "{}", moved.text().await.unwrap());
            }
            _ => {}
        }
    }
    for prompt in [&ideas, &variants] {
        let board = scores(&api, prompt).await;
        assert_eq!(board.len(), 2);
        for score in board {
            assert!(score["made"].as_i64().unwrap() > 0 && score["approved"].as_i64().unwrap() > 0, "{score}");
            assert_eq!(by_board(&score), by_hand(&api, &project, &score["version_id"]).await, "{score}");
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn a_version_of_ten_thousand_drafts_answers_at_once() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Opera").await;
    let id = prompt(&api, &project, "variants").await;
    let idea = api.make(&format!("/api/v1/projects/{project}/ideas"), json!({ "title": "The white face" })).await;
    let asked = json!({ "prompt": id, "version": 1, "idea": idea, "count": 1, "backend": "sketch" });
    let first = run(&app, &api, &project, asked).await;
    let (run, draft): (uuid::Uuid, uuid::Uuid) =
        (first["id"].as_str().unwrap().parse().unwrap(), first["drafts"][0].as_str().unwrap().parse().unwrap());
    for thousand in 0..10_i64 {
        app.house
            .db
            .write(async move |tx| {
                // Copies of the draft, each published, with the two numbers of its rate.
                sqlx::query("insert into channels (id, project_id, kind, name, settings, capability, zone, state, created_ms, updated_ms) select ?1, project_id, 'x', 'c' || ?2, '{}', 'hand', 'UTC', 'on', 0, 0 from variants where id = ?3")
                    .bind(uuid::Uuid::from_u128(thousand as u128 + 1)).bind(thousand).bind(draft).execute(&mut *tx).await?;
                sqlx::query("with recursive n (i) as (select 1 union all select i + 1 from n where i < 1000)
                    insert into variants (id, project_id, piece_id, locale, title, script, state, author, run_id, human_share, created_ms, updated_ms)
                    select randomblob(16), project_id, piece_id, locale, title, printf('%.500c', 'x'), 'in_review', author, run_id, 0, 0, 0 from n join variants v on v.id = ?")
                    .bind(draft).execute(&mut *tx).await?;
                sqlx::query("update variants set state = 'approved', words_edited = 2 where run_id = ? and state = 'in_review'").bind(run).execute(&mut *tx).await?;
                sqlx::query("insert into publications (id, project_id, variant_id, channel_id, state, due_ms, due_local, due_zone, zone_rule, max_late_ms, capability, delivery, remote_id, published_ms, created_ms, updated_ms)
                    select randomblob(16), project_id, id, ?1, 'published', 0, '', 'UTC', 'plain', 0, 'hand', hex(id), hex(id), 0, 0, 0 from variants where run_id = ?2 and placed = 0")
                    .bind(uuid::Uuid::from_u128(thousand as u128 + 1)).bind(run).execute(&mut *tx).await?;
                Ok::<_, troupe::platform::Error>(())
            })
            .await
            .unwrap();
    }
    let project: uuid::Uuid = project.parse().unwrap();
    for (metric, value) in [("hooks", 1.0), ("impressions", 4.0)] {
        app.house
            .db
            .write(async move |tx| {
                sqlx::query("insert into totals select no, ?, ?, channel_id, ?, 0, 0, 0 from publications")
                    .bind(metric)
                    .bind(project)
                    .bind(value)
                    .execute(&mut *tx)
                    .await?;
                Ok::<_, troupe::platform::Error>(())
            })
            .await
            .unwrap();
    }
    let mut best = std::time::Duration::MAX;
    for _ in 0..10 {
        let started = std::time::Instant::now();
        let score = &scores(&api, &id).await[1];
        best = best.min(started.elapsed());
        assert_eq!((&score["approved"], &score["words_per_approved"]), (&json!(10_001), &json!(2.0)));
        assert_eq!((&score["real"]["published"], &score["real"]["hook_rate"]), (&json!(10_001), &json!(0.25)));
    }
    println!("scores of 10,001 drafts: {best:?}");
    assert!(best.as_millis() < 30, "{best:?}");
    app.stop().await;
}
