//! Slots and the week: wall-clock times that fill themselves in order, shown by channel and moved by hand.

use crate::app::{self, Client, TestApp, location};
use reqwest::StatusCode;
use serde_json::{Value, json};
use troupe::platform::{Clock, Ms};

/// Monday 7 December 2026, 10:00 in Shanghai.
const NOW: &str = "2026-12-07T02:00:00Z";

struct Stage {
    app: TestApp,
    web: Client,
    api: Client,
    project: String,
    channel: String,
}

async fn stage() -> Stage {
    let now = Ms(chrono::DateTime::parse_from_rfc3339(NOW).unwrap().timestamp_millis());
    let app = app::start_with(app::Wishes { clock: Some(Clock::held(now)), ..Default::default() }).await;
    let (web, api) = app.owner().await;
    let project = api.make("/api/v1/projects", json!({ "name": "Opera", "locale": "vi", "zone": "Asia/Shanghai" })).await;
    let channel = json!({ "kind": "hand", "name": "TikTok vi", "zone": "Asia/Ho_Chi_Minh", "locale": "vi-VN" });
    let channel = api.make(&format!("/api/v1/projects/{project}/channels"), channel).await;
    Stage { app, web, api, project, channel }
}

impl Stage {
    async fn approved(&self, title: &str) -> String {
        let piece = self.api.make(&format!("/api/v1/projects/{}/pieces", self.project), json!({ "title": title })).await;
        let words = json!({ "title": title, "caption": title, "locale": "vi" });
        let variant = self.api.make(&format!("/api/v1/pieces/{piece}/variants"), words).await;
        assert!(self.api.post(&format!("/api/v1/variants/{variant}/approval"), json!({})).await.status().is_success());
        variant
    }

    async fn slot(&self, rule: &str, time: &str, queue: &str) -> reqwest::Response {
        let slot = json!({ "channel": self.channel, "rule": rule, "time": time, "queue": queue });
        self.api.post(&format!("/api/v1/projects/{}/slots", self.project), slot).await
    }

    async fn fill(&self, variant: &str, queue: &str) -> Value {
        let answer = self.api.post(&format!("/api/v1/variants/{variant}/slot"), json!({ "channel": self.channel, "queue": queue })).await;
        assert_eq!(answer.status(), StatusCode::CREATED, "{}", answer.text().await.unwrap());
        let id = answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
        self.api.json(&format!("/api/v1/publications/{id}")).await
    }

    async fn week(&self) -> String {
        self.web.page(&format!("/projects/{}/calendar?view=week&day=2026-12-07", self.project)).await
    }
}

#[tokio::test]
async fn what_is_approved_goes_to_the_next_free_slot() {
    let stage = stage().await;
    assert_eq!(stage.slot("FREQ=WEEKLY;BYDAY=TU,TH", "19:30", "").await.status(), StatusCode::CREATED);
    assert_eq!(stage.slot("FREQ=WEEKLY;BYDAY=WE", "08:00", "series").await.status(), StatusCode::CREATED);
    let week = stage.week().await;
    assert_eq!(week.matches("class=\"slot open\"").count(), 3, "{week}");
    let (one, two, three) = (stage.approved("One").await, stage.approved("Two").await, stage.approved("Three").await);
    assert!(stage.week().await.contains("19:30"), "the tray says where it fits");
    let first = stage.fill(&one, "").await;
    assert_eq!((&first["local"], &first["zone"]), (&json!("2026-12-08T19:30"), &json!("Asia/Ho_Chi_Minh")));
    assert_eq!(first["planned_at"], "2026-12-08T12:30:00.000Z");
    // A queue takes its own slots and those for anything, not those of another.
    assert_eq!(stage.fill(&two, "shorts").await["local"], "2026-12-10T19:30");
    assert_eq!(stage.fill(&three, "series").await["local"], "2026-12-09T08:00");
    let week = stage.week().await;
    assert_eq!((week.matches("class=\"slot open\"").count(), week.matches("data-move").count()), (0, 3), "{week}");
    // Taken back, the place is free again.
    let id = first["id"].as_str().unwrap();
    assert!(stage.web.form(&format!("/publications/{id}/cancellation"), &[]).await.status().is_redirection());
    assert_eq!(stage.week().await.matches("class=\"slot open\"").count(), 1);
    stage.app.stop().await;
}

#[tokio::test]
async fn two_at_once_take_two_slots() {
    let stage = stage().await;
    assert_eq!(stage.slot("FREQ=DAILY", "19:30", "").await.status(), StatusCode::CREATED);
    let mut variants = Vec::new();
    for title in ["One", "Two", "Three", "Four"] {
        variants.push(stage.approved(title).await);
    }
    let fields = [("channel", stage.channel.as_str()), ("queue", "")];
    let paths: Vec<String> = variants.iter().map(|variant| format!("/variants/{variant}/slot")).collect();
    let answers = futures_util::future::join_all(paths.iter().map(|path| stage.web.form(path, &fields))).await;
    assert!(answers.iter().all(|answer| answer.status() == StatusCode::SEE_OTHER));
    let list = stage.api.json(&format!("/api/v1/projects/{}/publications", stage.project)).await;
    let mut times: Vec<&str> = list["items"].as_array().unwrap().iter().map(|one| one["local"].as_str().unwrap()).collect();
    times.sort_unstable();
    assert_eq!(times, ["2026-12-07T19:30", "2026-12-08T19:30", "2026-12-09T19:30", "2026-12-10T19:30"]);
    stage.app.stop().await;
}

#[tokio::test]
async fn a_plan_is_moved_within_the_week() {
    let stage = stage().await;
    let variant = stage.approved("One").await;
    let plan = json!({ "channel": stage.channel, "local": "2026-12-08T19:30", "zone": "Asia/Ho_Chi_Minh" });
    let id = stage.api.make(&format!("/api/v1/variants/{variant}/publications"), plan).await;
    let fields = [("date", "2026-12-11"), ("time", "20:15"), ("zone", "Asia/Ho_Chi_Minh"), ("back", "week")];
    let answer = stage.web.form(&format!("/publications/{id}/time"), &fields).await;
    assert_eq!(location(&answer), format!("/projects/{}/calendar?view=week&day=2026-12-11", stage.project));
    assert_eq!(stage.api.json(&format!("/api/v1/publications/{id}")).await["local"], "2026-12-11T20:15");
    // In Ho Chi Minh City it is Friday; the day view of Thursday does not have it.
    let day = |date: &str| format!("/projects/{}/calendar?view=day&day={date}", stage.project);
    assert!(stage.web.page(&day("2026-12-11")).await.contains("21:15"), "the reader's own clock stands beside it");
    assert!(!stage.web.page(&day("2026-12-10")).await.contains("20:15"));
    assert_eq!(stage.web.get(&day("never")).await.status(), StatusCode::BAD_REQUEST);
    stage.app.stop().await;
}

#[tokio::test]
async fn slots_are_made_on_their_page_and_wrong_ones_are_refused() {
    let stage = stage().await;
    let path = format!("/projects/{}/slots", stage.project);
    let fields = [("channel", stage.channel.as_str()), ("day", "MO"), ("day", "FR"), ("time", "07:05"), ("queue", "旦角")];
    assert_eq!(stage.web.form(&path, &fields).await.status(), StatusCode::SEE_OTHER);
    let list = stage.web.page(&path).await;
    assert!(list.contains("07:05") && list.contains("旦角"), "{list}");
    let none = [("channel", stage.channel.as_str()), ("time", "19:00"), ("queue", "kept")];
    let refused = stage.web.form(&path, &none).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().await.unwrap().contains("kept"), "the form is kept");
    for (rule, time) in
        [("FREQ=SECONDLY", "19:30"), ("FREQ=DAILY;UNTIL=20200101", "19:30"), ("FREQ=DAILY", "25:00"), ("FREQ=WEEKLY;BYDAY=", "19:30"), ("", "19:30")]
    {
        assert_eq!(stage.slot(rule, time, "").await.status(), StatusCode::UNPROCESSABLE_ENTITY, "{rule} {time}");
    }
    // Nobody else's channel.
    let other = stage.api.make("/api/v1/projects", json!({ "name": "Other" })).await;
    let slot = json!({ "channel": stage.channel, "rule": "FREQ=DAILY", "time": "10:00" });
    assert_eq!(stage.api.post(&format!("/api/v1/projects/{other}/slots"), slot).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    // A channel without a slot has no free one.
    let made = stage.api.json(&format!("/api/v1{path}")).await;
    let id = made["items"][0]["id"].as_str().unwrap();
    assert!(stage.web.form(&format!("/slots/{id}?_method=DELETE"), &[]).await.status().is_redirection());
    let variant = stage.approved("Nowhere").await;
    let answer = stage.api.post(&format!("/api/v1/variants/{variant}/slot"), json!({ "channel": stage.channel })).await;
    assert!(answer.status().is_client_error(), "{}", answer.status());
    stage.app.stop().await;
}
