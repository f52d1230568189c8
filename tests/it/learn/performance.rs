//! Numbers of publications: what is missing says why, and all are compared alike.

use super::variants;
use crate::app::{self, Client, TestApp};
use reqwest::StatusCode;

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
    assert!(page.contains("not offered") && page.contains("0.0 % of views"));
    let csv = browser.page(&format!("/projects/{project}/performance.csv")).await;
    let rows: Vec<&str> = csv.lines().collect();
    assert_eq!(rows.len(), 3);
    assert!(rows[1].contains(",'=channel1,") && rows[1].contains(",not_offered,4321,0,") && rows[1].contains(",real,"), "{csv}");
    assert_eq!(browser.get(&format!("/projects/{project}/performance?metric=drop")).await.status(), StatusCode::BAD_REQUEST);
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

#[tokio::test]
async fn late_hooks_are_rated_over_the_impressions_of_their_time() {
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
            let (channel, went_out) = (uuid::Uuid::from_u128(1), now - 10 * HOUR);
            sqlx::query("insert into channels (id, project_id, kind, name, settings, capability, zone, simulated, state, created_ms, updated_ms) values (?, ?, 'x', 'Audience', '{}', 'key', 'UTC', 1, 'on', 0, 0)")
                .bind(channel).bind(id).execute(&mut *tx).await?;
            sqlx::query("insert into publications (no, id, project_id, variant_id, channel_id, state, due_ms, due_local, due_zone, zone_rule, max_late_ms, capability, delivery, remote_id, simulated, published_ms, created_ms, updated_ms) values (1, ?, ?, ?, ?, 'published', ?, '', 'UTC', 'plain', 0, 'key', 'd', 'r', 1, ?, 0, 0)")
                .bind(uuid::Uuid::from_u128(11)).bind(id).bind(variant).bind(channel).bind(went_out).bind(went_out).execute(&mut *tx).await?;
            for (metric, value) in [("impressions", 1_000.0), ("hooks", 105.0)] {
                sqlx::query("insert into totals values (1, ?, ?, ?, ?, ?, 0, 1)").bind(metric).bind(id).bind(channel).bind(value).bind(now).execute(&mut *tx).await?;
            }
            for (hours, value) in [(7, 500.0), (8, 600.0), (10, 1_000.0)] {
                sqlx::query("insert into snapshots values (1, 'impressions', ?, ?, 'cumulative', 'given', 'simulator')").bind(went_out + hours * HOUR).bind(value).execute(&mut *tx).await?;
            }
            Ok::<_, troupe::platform::Error>(())
        })
        .await
        .unwrap();
    for by in ["publications", "variants"] {
        let page = browser.page(&format!("/projects/{project}/performance?by={by}")).await;
        assert!(page.contains("20.0 %") && !page.contains("10.5 %"), "105 hooks reach up to 7 h 15 min, when 525 had seen it: {page}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_corrected_number_is_kept_beside_the_first_one() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Opera").await;
    published(&app, &project, &api).await;
    let publication = uuid::Uuid::from_u128(11);
    let observed = app.house.now().plus(-60_000).rfc3339();
    let say = async |metric: &str, basis: &str, value: i64| {
        let row = serde_json::json!([{ "publication": publication, "metric": metric, "observed_at": observed, "value": value, "basis": basis }]);
        let answer = api.post(&format!("/api/v1/projects/{project}/snapshots"), row).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let said: serde_json::Value = answer.json().await.unwrap();
        ["added", "unchanged", "corrected"].map(|what| said[what].as_i64().unwrap())
    };
    let total = async |metric: &str| {
        let rows = api.json(&format!("/api/v1/projects/{project}/performance")).await;
        let row = rows["items"].as_array().unwrap().iter().find(|row| row["simulated"] == false).unwrap().clone();
        row["metrics"][metric]["value"].as_f64().unwrap()
    };
    assert_eq!(say("likes", "cumulative", 10).await, [1, 0, 0]);
    assert_eq!(say("likes", "cumulative", 10).await, [0, 1, 0]);
    assert_eq!(say("likes", "cumulative", 14).await, [0, 0, 1]);
    assert_eq!(total("likes").await, 14.0);
    assert_eq!(say("likes", "cumulative", 12).await, [0, 0, 1]);
    assert_eq!(say("likes", "cumulative", 12).await, [0, 1, 0]);
    assert_eq!(total("likes").await, 14.0, "the total is the running maximum");
    assert_eq!(say("shares", "increment", 5).await, [1, 0, 0]);
    assert_eq!(say("shares", "increment", 3).await, [0, 0, 1]);
    assert_eq!(total("shares").await, 3.0, "a corrected increment counts once");
    let days: Vec<(String, f64)> =
        sqlx::query_as("select metric, sum(value) from daily_totals where metric in ('likes', 'shares') group by metric order by metric")
            .fetch_all(app.house.db.read())
            .await
            .unwrap();
    assert_eq!(days, [("likes".to_owned(), 14.0), ("shares".to_owned(), 3.0)]);
    app.stop().await;
}
