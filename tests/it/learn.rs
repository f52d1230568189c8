//! Imports, experiments, the playbook and performance, by people and by programs.

use crate::app::{self, Client, TestApp, location};
use reqwest::{Method, StatusCode, multipart};
use serde_json::{Value, json};
use troupe::platform::id::MemberId;
use troupe::web::{Role, Scope};

const SMALL: &str = include_str!("../fixtures/headline-tests/small.csv");

async fn import(api: &Client, project: &str, csv: &str) -> (StatusCode, Value) {
    let path = format!("/api/v1/projects/{project}/imports?kind=headline-tests&file=small.csv");
    let answer = api.request(Method::POST, &path).header("content-type", "text/csv").body(csv.to_owned()).send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

/// A piece with this many variants; their ids.
async fn variants(api: &Client, project: &str, n: usize) -> Vec<String> {
    let piece = api.make(&format!("/api/v1/projects/{project}/pieces"), json!({ "title": "Red faces" })).await;
    let mut ids = Vec::new();
    for k in 0..n {
        let hook = if k % 2 == 0 { "Would you dare to sing?" } else { "He never lost a battle." };
        ids.push(api.make(&format!("/api/v1/pieces/{piece}/variants"), json!({ "title": format!("Variant {k}"), "hook": hook })).await);
    }
    ids
}

async fn experiment(api: &Client, project: &str, assignment: &str) -> String {
    let variants = variants(api, project, 2).await;
    let body = json!({ "name": "Question or claim", "assignment": assignment, "metric": "hook_rate", "variants": variants });
    api.make(&format!("/api/v1/projects/{project}/experiments"), body).await
}

/// Eight days of counts that prove the second arm better.
fn clear_counts() -> Value {
    let day = |day: i64, position: i64, outcomes: i64| json!({ "position": position, "day": format!("2026-11-{:02}", 10 + day), "exposures": 1000, "outcomes": outcomes });
    (0..8).flat_map(|n| [day(n, 0, 100), day(n, 1, 180)]).collect()
}

#[tokio::test]
async fn a_file_is_imported_once_and_its_bad_rows_are_named() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Headlines").await;
    let (status, report) = import(&api, &project, SMALL).await;
    assert_eq!(status, StatusCode::CREATED, "{report}");
    assert_eq!((report["rows"].as_i64(), report["added"].as_i64(), report["refused"].as_i64()), (Some(18), Some(10), Some(8)), "{report}");
    let lines: Vec<i64> = report["refusals"].as_array().unwrap().iter().map(|row| row["line"].as_i64().unwrap()).collect();
    assert_eq!(lines, [10, 11, 12, 13, 14, 15, 16, 17]);
    let list = api.json(&format!("/api/v1/projects/{project}/experiments")).await;
    let names: Vec<&str> = list["items"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["After the open quote", "=HYPERLINK(\"http://x\",\"y\")", "Same words twice", "Would you dare to sing?"]);
    let beta = api.json(&format!("/api/v1/experiments/{}", list["items"][2]["id"].as_str().unwrap())).await;
    assert_eq!(beta["arms"].as_array().unwrap().len(), 3, "identical rows stay apart");
    assert_eq!((beta["state"].as_str(), beta["grade"].as_str()), (Some("imported"), Some("a")));
    let (_, again) = import(&api, &project, SMALL).await;
    assert_eq!((again["added"].as_i64(), again["unchanged"].as_i64(), again["refused"].as_i64()), (Some(0), Some(10), Some(8)), "{again}");
    assert_eq!(api.json(&format!("/api/v1/projects/{project}/experiments")).await["items"].as_array().unwrap().len(), 4);
    app.stop().await;
}

#[tokio::test]
async fn the_stored_assessment_is_what_the_laboratory_answers() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Headlines").await;
    import(&api, &project, SMALL).await;
    let list = api.json(&format!("/api/v1/projects/{project}/experiments")).await;
    for row in list["items"].as_array().unwrap() {
        let one = api.json(&format!("/api/v1/experiments/{}", row["id"].as_str().unwrap())).await;
        let arms: Vec<Value> =
            one["arms"].as_array().unwrap().iter().map(|arm| json!({ "n": arm["exposures"], "successes": arm["outcomes"] })).collect();
        let asked = json!({ "cases": [{ "id": "x", "arms": arms }] }).to_string();
        let answer: Value = serde_json::from_str(&troupe::cli::lab::run("ab", &asked).unwrap()).unwrap();
        let best = &answer["results"][0]["beta_binomial"]["prob_best"];
        for (k, arm) in one["assessment"]["arms"].as_array().unwrap().iter().enumerate() {
            assert!((arm["chance_best"].as_f64().unwrap() - best[k].as_f64().unwrap()).abs() < 1e-12, "{one}");
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn a_dry_run_and_a_file_that_cannot_be_read_change_nothing() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Headlines").await;
    let path = format!("/api/v1/projects/{project}/imports?kind=headline-tests&dry_run=true");
    let dry = api.request(Method::POST, &path).header("content-type", "text/csv").body(SMALL).send().await.unwrap();
    assert_eq!(dry.status(), StatusCode::OK);
    assert_eq!(dry.json::<Value>().await.unwrap()["added"], 10);
    for (csv, key) in [("", "import-error-empty"), ("headline,clicks\nx,1\n", "import-error-columns"), ("\u{0}PNG", "import-error-columns")] {
        let (status, problem) = import(&api, &project, csv).await;
        assert_eq!((status, problem["code"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some(key)), "{csv:?}");
    }
    let csv = SMALL.replace("headline,eyecatcher_id", "Titel,eyecatcher_id");
    let mapped = async |map: &str| {
        let request = api.request(Method::POST, &path).query(&[("map", map)]).header("content-type", "text/csv");
        request.body(csv.clone()).send().await.unwrap()
    };
    assert_eq!(mapped(r#"{"headline":"Titel"}"#).await.json::<Value>().await.unwrap()["added"], 10);
    let wrong = mapped("headline=Titel").await;
    assert_eq!(
        (wrong.status(), wrong.json::<Value>().await.unwrap()["errors"][0]["pointer"].as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, Some("/map"))
    );
    assert_eq!(api.json(&format!("/api/v1/projects/{project}/experiments")).await["items"], json!([]));
    app.stop().await;
}

#[tokio::test]
async fn a_person_uploads_looks_and_adds() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Headlines").await;
    let csv = SMALL.replace("headline,eyecatcher_id", "Überschrift,eyecatcher_id");
    let form = multipart::Form::new().text("kind", "headline-tests").part("file", multipart::Part::text(csv).file_name("mine.csv"));
    let sent = browser.request(Method::POST, &format!("/projects/{project}/imports")).multipart(form).send().await.unwrap();
    assert_eq!(sent.status(), StatusCode::SEE_OTHER);
    let path = location(&sent).to_owned();
    assert!(browser.page(&path).await.contains("has no column for: headline"));
    let mapped = browser.form(&format!("{path}/mapping"), &[("headline", "Überschrift"), ("test", ""), ("week", "")]).await;
    assert_eq!(mapped.status(), StatusCode::SEE_OTHER);
    let look = browser.page(&path).await;
    assert!(look.contains("10 rows would be added") && look.contains("8 rows are refused"), "{look}");
    assert_eq!(browser.form(&format!("{path}/start"), &[]).await.status(), StatusCode::SEE_OTHER);
    let page = app.eventually("the import", async || Some(browser.page(&path).await).filter(|page| page.contains("10 rows were added"))).await;
    assert!(page.contains("11 clicks cannot come from 10 impressions"), "{page}");
    assert_eq!(browser.form(&format!("{path}/start"), &[]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(api.json(&format!("/api/v1/projects/{project}/experiments")).await["items"].as_array().unwrap().len(), 4);
    assert_eq!(std::fs::read_dir(app.data.join("tmp")).unwrap().count(), 0, "the uploaded file is gone");
    app.stop().await;
}

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
    let (_, api) = app.owner().await;
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
async fn lists_come_in_pages_and_by_state() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Headlines").await;
    let rows: String = (0..130).map(|n| format!("t{n},A {n},p,2000,60,202546\nt{n},B {n},p,2000,{},202546\n", 60 + n)).collect();
    import(&api, &project, &format!("test,headline,eyecatcher,impressions,clicks,week\n{rows}")).await;
    let path = format!("/api/v1/projects/{project}/experiments?limit=50&state=imported");
    let (mut seen, mut after) = (0, String::new());
    loop {
        let page = api.json(&format!("{path}{after}")).await;
        seen += page["items"].as_array().unwrap().len();
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen, 130);
    let page = browser.page(&format!("/projects/{project}/experiments")).await;
    assert!(page.contains("A 129") && !page.contains("A 79<") && page.contains("after="), "{page}");
    assert_eq!(api.get(&format!("/api/v1/projects/{project}/experiments?state=up")).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
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
    assert_eq!(kinds, ["play", "play", "play", "explore", "explore"]);
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
    assert_eq!(browser.form(&format!("/slates/{id}/cards/4?_method=DELETE"), &[]).await.status(), StatusCode::SEE_OTHER);
    assert!(browser.page(&format!("/slates/{id}")).await.contains("Questions hold better than claims."));
    assert_eq!(browser.form(&format!("/slates/{id}/acceptance"), &[]).await.status(), StatusCode::SEE_OTHER);
    let ideas = api.json(&format!("/api/v1/projects/{project}/ideas")).await;
    assert_eq!(ideas["items"].as_array().unwrap().len(), 4);
    assert_eq!(ideas["items"].as_array().unwrap().iter().filter(|idea| idea["play_id"].is_string()).count(), 3);
    assert_eq!(api.json(&format!("/api/v1/projects/{project}/plays")).await["items"][0]["used"], 3);
    for body in [json!({ "size": 0, "explore": 0.3 }), json!({ "size": 61, "explore": 0.3 }), json!({ "size": 5, "explore": 1.5 })] {
        assert_eq!(api.post(&format!("/api/v1/projects/{project}/next-batch"), body).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    app.stop().await;
}

/// Two published rows with numbers, one real and one simulated.
async fn published(app: &TestApp, project: &str, owner: &Client) {
    let variants = variants(owner, project, 1).await;
    let (project, variant): (uuid::Uuid, uuid::Uuid) = (project.parse().unwrap(), variants[0].parse().unwrap());
    let now = app.house.now().0;
    app.house
        .db
        .write(async move |tx| {
            for (n, simulated) in [(1_i64, 0_i64), (2, 1)] {
                let (channel, publication) = (uuid::Uuid::from_u128(n as u128), uuid::Uuid::from_u128(10 + n as u128));
                sqlx::query("insert into channels (id, project_id, kind, name, settings, capability, zone, simulated, state, created_ms, updated_ms) values (?, ?, 'x', ?, '{}', 'hand', 'UTC', ?, 'on', ?, ?)")
                    .bind(channel).bind(project).bind(format!("=channel{n}")).bind(simulated).bind(now).bind(now).execute(&mut *tx).await?;
                sqlx::query("insert into publications (no, id, project_id, variant_id, channel_id, state, due_ms, due_local, due_zone, zone_rule, max_late_ms, capability, delivery, remote_id, simulated, published_ms, created_ms, updated_ms) values (?, ?, ?, ?, ?, 'published', ?, '', 'UTC', 'plain', 0, 'hand', ?, ?, ?, ?, ?, ?)")
                    .bind(n).bind(publication).bind(project).bind(variant).bind(channel).bind(now - 1_000 * n).bind(format!("d{n}")).bind(format!("r{n}")).bind(simulated).bind(now).bind(now).bind(now).execute(&mut *tx).await?;
                sqlx::query("insert into totals values (?, 'views', ?, ?, 4321, ?, 0, ?)").bind(n).bind(project).bind(channel).bind(now).bind(simulated).execute(&mut *tx).await?;
                sqlx::query("insert into totals values (?, 'hooks', ?, ?, 0, ?, 0, ?)").bind(n).bind(project).bind(channel).bind(now).bind(simulated).execute(&mut *tx).await?;
                sqlx::query("insert into snapshots values (?, 'impressions', ?, null, 'cumulative', 'not_offered', 'hand')").bind(n).bind(now).execute(&mut *tx).await?;
                let day = troupe::platform::Ms(now).utc().format("%Y-%m-%d").to_string();
                sqlx::query("insert into daily_totals values (?, ?, 'views', ?, ?, 4321)").bind(project).bind(channel).bind(day).bind(simulated).execute(&mut *tx).await?;
            }
            Ok::<_, troupe::platform::Error>(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn performance_tells_not_offered_from_zero_and_simulated_from_real() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    assert!(browser.page(&format!("/projects/{project}/performance")).await.contains("No numbers yet"));
    published(&app, &project, &api).await;
    for by in ["publications", "variants", "channels"] {
        let page = browser.page(&format!("/projects/{project}/performance?by={by}&channel=&metric=views")).await;
        assert_eq!(page.matches("class=\"sim\"").count(), 1, "{by}: simulated stands apart");
        assert!(page.contains("4,321") && !page.contains("8,642"), "{by}: never summed");
    }
    let channels = browser.page(&format!("/projects/{project}/performance?by=channels")).await;
    assert!(channels.contains("not offered"), "a channel says why it gives no impressions");
    let page = browser.page(&format!("/projects/{project}/performance")).await;
    assert!(page.contains("not offered") && page.contains("0.0 % of starts"));
    let csv = browser.page(&format!("/projects/{project}/performance.csv")).await;
    let rows: Vec<&str> = csv.lines().collect();
    assert_eq!(rows.len(), 3);
    assert!(rows[1].contains(",'=channel1,") && rows[1].contains(",not_offered,4321,0,") && rows[1].contains(",real,"), "{csv}");
    assert_eq!(browser.get(&format!("/projects/{project}/performance?metric=drop")).await.status(), StatusCode::BAD_REQUEST);
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

#[tokio::test]
async fn reports_of_what_was_new_are_compared_like_running_totals() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let variants = variants(&api, &project, 1).await;
    let (id, variant): (uuid::Uuid, uuid::Uuid) = (project.parse().unwrap(), variants[0].parse().unwrap());
    let now = app.house.now().0;
    app.house
        .db
        .write(async move |tx| {
            const HOUR: i64 = 3_600_000;
            let channel = uuid::Uuid::from_u128(1);
            sqlx::query("insert into channels (id, project_id, kind, name, settings, capability, zone, state, created_ms, updated_ms) values (?, ?, 'x', 'Real', '{}', 'hand', 'UTC', 'on', 0, 0)")
                .bind(channel).bind(id).execute(&mut *tx).await?;
            // Nine posts two days old, each with a hundred views after a day: the last one is told by increments.
            for n in 1..=9_i64 {
                let went_out = now - 48 * HOUR - n;
                sqlx::query("insert into publications (no, id, project_id, variant_id, channel_id, state, due_ms, due_local, due_zone, zone_rule, max_late_ms, capability, delivery, remote_id, published_ms, created_ms, updated_ms) values (?, ?, ?, ?, ?, 'published', ?, '', 'UTC', 'plain', 0, 'hand', ?, ?, ?, 0, 0)")
                    .bind(n).bind(uuid::Uuid::from_u128(10 + n as u128)).bind(id).bind(variant).bind(channel).bind(went_out).bind(format!("d{n}")).bind(format!("r{n}")).bind(went_out).execute(&mut *tx).await?;
                let (basis, values) = if n == 9 { ("increment", [60.0, 40.0]) } else { ("cumulative", [60.0, 100.0]) };
                for (hours, value) in [(12, values[0]), (24, values[1])] {
                    sqlx::query("insert into snapshots values (?, 'views', ?, ?, ?, 'given', 'api')").bind(n).bind(went_out + hours * HOUR).bind(value).bind(basis).execute(&mut *tx).await?;
                }
            }
            Ok::<_, troupe::platform::Error>(())
        })
        .await
        .unwrap();
    let page = browser.page(&format!("/projects/{project}/performance")).await;
    assert_eq!(page.matches("<b>1.00</b>").count(), 9, "all nine are usual: {page}");
    app.stop().await;
}
