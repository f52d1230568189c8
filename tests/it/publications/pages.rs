//! Pages of channels, publications and the calendar, as people use them.

use crate::app::{self, Client, TestApp, location};
use reqwest::StatusCode;
use serde_json::json;
use troupe::web::{Role, Scope};

/// A project with an approved variant and one that is not.
async fn stage(api: &Client) -> (String, String, String) {
    let project = api.project("Opera").await;
    let piece = api.make(&format!("/api/v1/projects/{project}/pieces"), json!({ "title": "Red face" })).await;
    let path = format!("/api/v1/pieces/{piece}/variants");
    let approved = api.make(&path, json!({ "title": "Why is her face red?", "caption": "Watch to the end", "locale": "vi" })).await;
    let draft = api.make(&path, json!({ "title": "Not yet", "locale": "vi" })).await;
    let done = api.post(&format!("/api/v1/variants/{approved}/approval"), json!({})).await;
    assert!(done.status().is_success(), "{}", done.text().await.unwrap());
    (project, approved, draft)
}

async fn hand_channel(web: &Client, project: &str) {
    let fields = [("kind", "hand"), ("name", "TikTok vi"), ("zone", "Asia/Ho_Chi_Minh"), ("locale", "vi-VN"), ("max_late_minutes", "60")];
    let answer = web.form(&format!("/projects/{project}/channels"), &fields).await;
    assert_eq!((answer.status(), location(&answer)), (StatusCode::SEE_OTHER, format!("/projects/{project}/channels").as_str()));
}

async fn channel_id(api: &Client, project: &str) -> String {
    let list = api.json(&format!("/api/v1/projects/{project}/channels")).await;
    let ours = list["items"].as_array().unwrap().iter().find(|channel| channel["name"] == "TikTok vi").unwrap();
    ours["id"].as_str().unwrap().to_owned()
}

async fn ready() -> (TestApp, Client, Client, String, String, String) {
    let app = app::start().await;
    let (web, api) = app.owner().await;
    let (project, approved, draft) = stage(&api).await;
    (app, web, api, project, approved, draft)
}

#[tokio::test]
async fn channels_are_connected_paused_and_binned_on_pages() {
    let (app, web, api, project, ..) = ready().await;
    let list = format!("/projects/{project}/channels");
    assert!(!web.page(&list).await.contains("TikTok vi"));
    for kind in ["", "?kind=webhook", "?kind=hand", "?kind=simulator"] {
        web.page(&format!("{list}/new{kind}")).await;
    }
    let fields = [
        ("kind", "webhook"),
        ("name", ""),
        ("url", "http://127.0.0.1:1/"),
        ("secret", "s"),
        ("capability", "key"),
        ("zone", "UTC"),
        ("max_late_minutes", "x"),
    ];
    let refused = web.form(&list, &fields).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text().await.unwrap();
    assert!(text.contains("http://127.0.0.1:1/") && text.contains("This address is not allowed"), "the form is kept");
    assert!(!text.contains("value=\"s\""), "a secret is not sent back");
    hand_channel(&web, &project).await;
    let id = channel_id(&api, &project).await;
    assert!(web.page(&list).await.contains("TikTok vi"));
    web.page(&format!("/channels/{id}/edit")).await;
    let twice = web.form(&list, &[("kind", "hand"), ("name", "TikTok vi"), ("zone", "UTC"), ("max_late_minutes", "60")]).await;
    assert_eq!(twice.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(web.form(&format!("/channels/{id}/pause"), &[]).await.status(), StatusCode::SEE_OTHER);
    assert!(web.page(&list).await.contains("paused"));
    assert_eq!(web.form(&format!("/channels/{id}/pause?_method=DELETE"), &[]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(web.form(&format!("/channels/{id}?_method=DELETE"), &[]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(web.get(&format!("/channels/{id}/edit")).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(web.form(&format!("/channels/{id}/restoration"), &[]).await.status(), StatusCode::SEE_OTHER);
    assert!(web.page(&list).await.contains("TikTok vi"));
    app.stop().await;
}

#[tokio::test]
async fn a_plan_is_made_shown_moved_and_taken_back_on_pages() {
    let (app, web, api, project, approved, draft) = ready().await;
    assert!(web.page(&format!("/projects/{project}/calendar")).await.contains("Why is her face red?"), "it waits in the tray");
    hand_channel(&web, &project).await;
    let channel = channel_id(&api, &project).await;
    let path = format!("/variants/{approved}/publications");
    assert!(web.page(&format!("{path}/new")).await.contains("TikTok vi"));
    let wrong = web.form(&path, &[("channel", &channel), ("date", "2020-01-01"), ("time", "19:30"), ("zone", "Asia/Ho_Chi_Minh")]).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().await.unwrap().contains("2020-01-01"), "the form is kept");
    let fields = [("channel", channel.as_str()), ("date", "2027-12-01"), ("time", "19:30"), ("zone", "Asia/Ho_Chi_Minh")];
    let made = web.form(&path, &fields).await;
    assert_eq!(made.status(), StatusCode::SEE_OTHER);
    let one = location(&made).to_owned();
    let text = web.page(&one).await;
    assert!(text.contains("2027-12-01 19:30") && text.contains("Watch to the end") && text.contains("Ho Chi Minh City"));
    for view in ["month", "list"] {
        let text = web.page(&format!("/projects/{project}/calendar?view={view}&month=2027-12")).await;
        assert!(text.contains("19:30") && text.contains(&one), "{view}");
    }
    assert_eq!(web.get(&format!("/projects/{project}/calendar?month=2027-99")).await.status(), StatusCode::BAD_REQUEST);
    // A place is held for what is not approved only when that is asked for.
    let draft_path = format!("/variants/{draft}/publications");
    assert_eq!(web.form(&draft_path, &fields).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let held = web.form(&draft_path, &[&fields[..], &[("hold", "on")]].concat()).await;
    assert_eq!(held.status(), StatusCode::SEE_OTHER);
    let moved = web.form(&format!("{one}/time"), &[("date", "2027-12-02"), ("time", "20:00"), ("zone", "Asia/Ho_Chi_Minh")]).await;
    assert_eq!(moved.status(), StatusCode::SEE_OTHER);
    assert_eq!(web.form(&format!("{one}/cancellation"), &[]).await.status(), StatusCode::SEE_OTHER);
    let list = format!("/projects/{project}/publications");
    assert!(web.page(&format!("{list}?state=cancelled")).await.contains(&one));
    assert_eq!(web.form(&format!("{one}/cancellation?_method=DELETE"), &[]).await.status(), StatusCode::SEE_OTHER);
    assert!(web.page(&format!("{list}?state=scheduled")).await.contains("2 December"));
    assert_eq!(web.get(&format!("{list}?state=nonsense")).await.status(), StatusCode::BAD_REQUEST);
    app.stop().await;
}

#[tokio::test]
async fn a_person_publishes_by_hand_on_the_page() {
    let (app, web, api, project, approved, _) = ready().await;
    hand_channel(&web, &project).await;
    let channel = channel_id(&api, &project).await;
    let now = app.house.now().rfc3339();
    let id = api.make(&format!("/api/v1/variants/{approved}/publications"), json!({ "channel": channel, "at": now })).await;
    let path = format!("/publications/{id}");
    app.eventually("the reminder", async || web.page(&path).await.contains("Publish it and paste the address").then_some(())).await;
    let packed = web.get(&format!("{path}/package")).await;
    assert_eq!((packed.status(), packed.headers()["content-type"].to_str().unwrap()), (StatusCode::OK, "application/zip"));
    let announced: usize = packed.headers()["content-length"].to_str().unwrap().parse().unwrap();
    let bytes = packed.bytes().await.unwrap();
    assert_eq!((announced, &bytes[..4]), (bytes.len(), &b"PK\x03\x04"[..]));
    for text in ["title.txt", "Why is her face red?", "caption.txt", "Watch to the end"] {
        assert!(bytes.windows(text.len()).any(|part| part == text.as_bytes()), "{text}");
    }
    let wrong = web.form(&format!("{path}/choice"), &[("choice", "live"), ("url", "tiktok")]).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().await.unwrap().contains("value=\"tiktok\""));
    let done = web.form(&format!("{path}/choice"), &[("choice", "live"), ("url", "https://tiktok.example/1")]).await;
    assert_eq!(done.status(), StatusCode::SEE_OTHER);
    assert!(web.page(&path).await.contains("https://tiktok.example/1"));
    app.stop().await;
}

#[tokio::test]
async fn only_who_publishes_may_and_strangers_see_nothing() {
    let (app, web, api, project, approved, _) = ready().await;
    hand_channel(&web, &project).await;
    let channel = channel_id(&api, &project).await;
    let id = api.make(&format!("/api/v1/variants/{approved}/publications"), json!({ "channel": channel, "local": "2027-12-01T10:00" })).await;
    let member = app.member("maker", Role::Maker).await;
    let (outside, program) = (app.browser("maker").await, app.program(member, &[Scope::All]).await);
    for path in [
        format!("/projects/{project}/channels"),
        format!("/projects/{project}/publications"),
        format!("/publications/{id}"),
        format!("/projects/{project}/calendar"),
    ] {
        assert_eq!(outside.get(&path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    for path in [format!("/api/v1/channels/{channel}"), format!("/api/v1/publications/{id}"), format!("/api/v1/projects/{project}/publications")] {
        assert_eq!(program.get(&path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let asked = program.post(&format!("/api/v1/publications/{id}/choice"), json!({ "choice": "drop" })).await;
    assert_eq!(asked.status(), StatusCode::FORBIDDEN, "a maker does not publish");
    let producer = app.member("producer", Role::Producer).await;
    let stranger = app.program(producer, &[Scope::All]).await;
    for (path, body) in [
        (format!("/api/v1/publications/{id}/choice"), json!({ "choice": "drop" })),
        (format!("/api/v1/variants/{approved}/publications"), json!({ "channel": channel, "local": "2027-12-03T10:00" })),
        (format!("/api/v1/projects/{project}/channels"), json!({ "kind": "hand", "name": "Mine" })),
        (format!("/api/v1/projects/{project}/snapshots"), json!([])),
    ] {
        assert_eq!(stranger.post(&path, body).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    app.stop().await;
}
