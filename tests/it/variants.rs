//! Pieces, variants and the desk: nothing changes silently, and a decision is a row.

use crate::app::{self, Client, location};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use troupe::web::{Role, Scope};

async fn variant(api: &Client, project: &str, title: &str) -> String {
    let piece = api.make(&format!("/api/v1/projects/{project}/pieces"), json!({ "title": "Red faces" })).await;
    api.make(&format!("/api/v1/pieces/{piece}/variants"), json!({ "title": title, "hook": "Why is his face red?", "script": "0:03 The drum stops." }))
        .await
}

#[tokio::test]
async fn an_edit_is_a_revision_and_takes_the_approval_back() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let id = variant(&api, &project, "Loyalty has a colour").await;
    let path = format!("/api/v1/variants/{id}");
    assert_eq!(api.post(&format!("{path}/approval"), json!({ "reason": "I want to answer" })).await.status(), StatusCode::OK);
    let approved = api.json(&path).await;
    assert_eq!(approved["state"], "approved");
    let version = approved["version"].to_string();
    let fields = [
        ("title", "Loyalty has one colour"),
        ("hook", "Why is his face red?"),
        ("script", "0:03 The drum stops."),
        ("locale", "en"),
        ("version", version.as_str()),
    ];
    assert_eq!(browser.form(&format!("/variants/{id}"), &fields).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(api.json(&path).await["state"], "in_review");
    let page = browser.page(&format!("/variants/{id}")).await;
    assert!(page.contains("<ins>one ") || page.contains("<ins>one"), "the word diff is shown");
    let stale = browser.form(&format!("/variants/{id}"), &fields).await;
    assert_eq!(stale.status(), StatusCode::CONFLICT);
    app.stop().await;
}

#[tokio::test]
async fn a_decision_is_made_once_and_can_be_taken_back() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let id = variant(&api, &project, "Merah bukan marah").await;
    let desk = browser.page(&format!("/projects/{project}/curate")).await;
    assert!(desk.contains("One draft waits for you") && desk.contains("Merah bukan marah"));
    let no = browser.form(&format!("/variants/{id}/rejection"), &[("reason", "same opening"), ("chip", "curate-chip-same")]).await;
    assert_eq!(location(&no), format!("/projects/{project}/curate"));
    browser.form(&format!("/variants/{id}/rejection"), &[]).await;
    let desk = browser.page(&format!("/projects/{project}/curate")).await;
    assert_eq!(desk.matches(&format!("/variants/{id}\">Merah")).count(), 1, "two clicks are one decision");
    assert!(desk.contains("same opening") && desk.contains("said before"));
    let review = desk.split("id=\"review-").nth(1).unwrap().split('"').next().unwrap();
    browser.request(Method::POST, &format!("/reviews/{review}?_method=DELETE")).send().await.unwrap();
    assert_eq!(api.json(&format!("/api/v1/variants/{id}")).await["state"], "in_review");
    app.stop().await;
}

#[tokio::test]
async fn a_batch_is_taken_back_as_one_and_not_over_somebody_elses_decision() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let (one, two) = (variant(&api, &project, "One").await, variant(&api, &project, "Two").await);
    let fields = [("id", one.as_str()), ("id", two.as_str()), ("decision", "rejected")];
    assert_eq!(browser.form(&format!("/projects/{project}/reviews"), &fields).await.status(), StatusCode::SEE_OTHER);
    let desk = browser.page(&format!("/projects/{project}/curate")).await;
    let review = desk.split("id=\"review-").nth(1).unwrap().split('"').next().unwrap().to_owned();
    // Somebody decides over one of them meanwhile.
    app.member("second", Role::Owner).await;
    let second = app.browser("second").await;
    assert_eq!(second.form(&format!("/variants/{two}/approval"), &[]).await.status(), StatusCode::SEE_OTHER);
    let state = async |id: &str| api.json(&format!("/api/v1/variants/{id}")).await["state"].as_str().unwrap().to_owned();
    assert_eq!((state(&one).await.as_str(), state(&two).await.as_str()), ("rejected", "approved"));
    let undo = format!("/reviews/{review}?_method=DELETE");
    assert_eq!(browser.request(Method::POST, &undo).send().await.unwrap().status(), StatusCode::SEE_OTHER);
    assert_eq!((state(&one).await.as_str(), state(&two).await.as_str()), ("in_review", "approved"));
    let again = browser.request(Method::POST, &undo).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY, "nothing of it stands any more");
    app.stop().await;
}

#[tokio::test]
async fn a_maker_writes_and_a_reviewer_decides() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Opera").await;
    let id = variant(&api, &project, "Loyal unto red").await;
    for (name, role, status) in [
        ("maker", Role::Maker, StatusCode::FORBIDDEN),
        ("viewer", Role::Viewer, StatusCode::FORBIDDEN),
        ("outsider", Role::Reviewer, StatusCode::NOT_FOUND),
    ] {
        let member = app.member(name, role).await;
        let program = app.program(member, &[Scope::All]).await;
        assert_eq!(program.post(&format!("/api/v1/variants/{id}/approval"), json!({})).await.status(), status, "{name}");
    }
    assert_eq!(api.json(&format!("/api/v1/variants/{id}")).await["state"], "in_review");
    app.stop().await;
}

#[tokio::test]
async fn a_picture_is_stored_shown_and_taken_for_what_it_is() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let id = variant(&api, &project, "With a still").await;
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(9, 16).write_to(&mut png, image::ImageFormat::Png).unwrap();
    let send = |bytes: Vec<u8>, name: &'static str| {
        let part = reqwest::multipart::Part::bytes(bytes).file_name(name);
        api.request(Method::POST, &format!("/api/v1/variants/{id}/assets")).multipart(reqwest::multipart::Form::new().part("file", part)).send()
    };
    let made = send(png.get_ref().clone(), "still.png").await.unwrap();
    assert_eq!(made.status(), StatusCode::CREATED, "{}", made.text().await.unwrap());
    let asset = api.json(&format!("/api/v1/variants/{id}")).await["assets"][0]["id"].as_str().unwrap().to_owned();
    let shown = browser.get(&format!("/media/{asset}")).await;
    assert_eq!(shown.headers()["content-type"], "image/png");
    let part = browser.request(Method::GET, &format!("/media/{asset}")).header("range", "bytes=0-3").send().await.unwrap();
    assert_eq!((part.status(), part.bytes().await.unwrap().len()), (StatusCode::PARTIAL_CONTENT, 4));
    for (bytes, name) in [(b"<svg onload=alert(1)>".to_vec(), "x.svg"), (b"<html>".to_vec(), "x.png"), (Vec::new(), "x.png")] {
        let refused = send(bytes, name).await.unwrap();
        assert!(refused.status().is_client_error(), "{name}: {}", refused.status());
    }
    let outsider = app.member("outsider", Role::Maker).await;
    let _ = outsider;
    assert_eq!(app.browser("outsider").await.get(&format!("/media/{asset}")).await.status(), StatusCode::NOT_FOUND);
    app.stop().await;
}

#[tokio::test]
async fn the_desk_stays_when_a_parent_is_binned_and_lights_what_lies_further_back() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let piece = api.make(&format!("/api/v1/projects/{project}/pieces"), json!({ "title": "Red faces" })).await;
    let path = format!("/api/v1/pieces/{piece}/variants");
    let parent = api.make(&path, json!({ "title": "The parent" })).await;
    let mut last = String::new();
    for n in 0..30 {
        last = api.make(&path, json!({ "title": format!("Child {n}"), "parent": parent })).await;
    }
    assert_eq!(api.request(Method::DELETE, &format!("/api/v1/variants/{parent}")).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    let desk = browser.page(&format!("/projects/{project}/curate")).await;
    assert!(desk.contains("Child 0") && !desk.contains("Child 29"), "{desk}");
    let further = browser.page(&format!("/projects/{project}/curate?lit={last}")).await;
    assert!(further.contains(&format!("id=\"lit-{last}\"")), "a draft beyond the strip can be lit");
    app.stop().await;
}

#[tokio::test]
async fn a_piece_is_made_from_an_idea_of_its_own_project() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let (here, there) = (api.project("Opera").await, api.project("Drama").await);
    let idea = api.make(&format!("/api/v1/projects/{there}/ideas"), json!({ "title": "Elsewhere" })).await;
    let body = json!({ "title": "Red faces", "idea": idea });
    let refused = api.post(&format!("/api/v1/projects/{here}/pieces"), body.clone()).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(api.json(&format!("/api/v1/ideas/{idea}")).await["state"], "inbox", "the other project's idea stays where it is");
    assert_eq!(api.post(&format!("/api/v1/projects/{there}/pieces"), body).await.status(), StatusCode::CREATED);
    app.stop().await;
}

#[tokio::test]
async fn a_variant_comes_out_of_the_bin_after_its_piece() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let id = variant(&api, &project, "Loyalty has a colour").await;
    let piece = api.json(&format!("/api/v1/variants/{id}")).await["piece_id"].as_str().unwrap().to_owned();
    api.request(Method::DELETE, &format!("/api/v1/pieces/{piece}")).send().await.unwrap();
    let early = browser.form(&format!("/variants/{id}/restoration"), &[]).await;
    assert_eq!(early.status(), StatusCode::UNPROCESSABLE_ENTITY, "a variant without its piece has no page");
    browser.form(&format!("/pieces/{piece}/restoration"), &[]).await;
    assert_eq!(api.json(&format!("/api/v1/variants/{id}")).await["state"], "in_review");
    app.stop().await;
}

#[tokio::test]
async fn a_patch_leaves_alone_what_it_does_not_name() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let body = json!({ "name": "Opera", "perspective": "Old songs, new ears", "markets": "vi-VN Asia/Ho_Chi_Minh" });
    let project = api.make("/api/v1/projects", body).await;
    let id = variant(&api, &project, "Loyalty has a colour").await;
    let idea = api.make(&format!("/api/v1/projects/{project}/ideas"), json!({ "title": "Faces", "hook": "Why red?", "angle": "Paint" })).await;
    let patch = async |path: &str, body: Value| api.request(Method::PATCH, path).json(&body).send().await.unwrap();
    for (path, change, kept) in [
        (format!("/api/v1/projects/{project}"), json!({ "name": "Opera nights" }), ("perspective", "Old songs, new ears")),
        (format!("/api/v1/variants/{id}"), json!({ "title": "Loyalty is red" }), ("hook", "Why is his face red?")),
        (format!("/api/v1/ideas/{idea}"), json!({ "angle": "Masks" }), ("hook", "Why red?")),
    ] {
        let answer = patch(&path, change).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert_eq!(answer.json::<Value>().await.unwrap()[kept.0], kept.1, "{path}");
        assert_eq!(patch(&path, json!({ "version": 77 })).await.status(), StatusCode::CONFLICT, "{path}");
    }
    assert_eq!(api.json(&format!("/api/v1/projects/{project}")).await["markets"][0]["locale"], "vi-VN");
    app.stop().await;
}
