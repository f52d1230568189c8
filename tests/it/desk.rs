//! The desk of a team: filters, two approvals, two people at once, comments, guests, the tree.

use crate::app::{self, Client, TestApp, location};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use troupe::web::Role;

async fn piece(api: &Client, project: &str) -> String {
    api.make(&format!("/api/v1/projects/{project}/pieces"), json!({ "title": "Red faces" })).await
}

async fn draft(api: &Client, piece: &str, words: Value) -> String {
    api.make(&format!("/api/v1/pieces/{piece}/variants"), words).await
}

async fn state(api: &Client, id: &str) -> String {
    api.json(&format!("/api/v1/variants/{id}")).await["state"].as_str().unwrap().to_owned()
}

async fn second(app: &TestApp, name: &str, role: Role, project: &str) -> Client {
    let id = app.member(name, role).await;
    let uuid = uuid::Uuid::parse_str(project).unwrap();
    app.house
        .db
        .write(async move |tx| {
            sqlx::query("insert into project_members (project_id, member_id, created_ms) values (?, ?, 0)").bind(uuid).bind(id).execute(tx).await?;
            Ok::<_, troupe::platform::Error>(())
        })
        .await
        .unwrap();
    app.browser(name).await
}

fn now(page: &str) -> String {
    page.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn filters_are_links_and_a_summary_comes_before_a_batch() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let piece = piece(&api, &project).await;
    let en = draft(&api, &piece, json!({ "title": "English one" })).await;
    let vi = draft(&api, &piece, json!({ "title": "Bản tiếng Việt", "locale": "vi-VN" })).await;
    let only = browser.page(&format!("/projects/{project}/curate?locale=vi-VN")).await;
    assert!(only.contains("Bản tiếng Việt") && !only.contains("English one"));
    let grid = browser.page(&format!("/projects/{project}/curate?view=grid&author=person")).await;
    assert!(grid.contains(&en) && grid.contains(&vi));
    assert!(!browser.page(&format!("/projects/{project}/curate?view=grid&author=model")).await.contains(&en));
    let fields = [("id", en.as_str()), ("id", vi.as_str()), ("decision", "approved")];
    let summary = browser.form(&format!("/projects/{project}/reviews/summary"), &fields).await;
    assert_eq!(summary.status(), StatusCode::OK);
    let summary = summary.text().await.unwrap();
    assert!(summary.contains("2 drafts would be approved"), "{summary}");
    assert_eq!(state(&api, &en).await, "in_review", "nothing is written by looking");
    let seen = now(&summary);
    let fields = [("id", en.as_str()), ("id", vi.as_str()), ("decision", "approved"), ("seen", seen.as_str())];
    browser.form(&format!("/projects/{project}/reviews"), &fields).await;
    assert_eq!((state(&api, &en).await.as_str(), state(&api, &vi).await.as_str()), ("approved", "approved"));
    // A filter nobody has is no filter, and no fault.
    assert!(browser.page(&format!("/projects/{project}/curate?locale=%00&whose=x&author=y")).await.contains("Nothing"));
    app.stop().await;
}

#[tokio::test]
async fn the_second_of_two_people_sees_the_first_and_both_versions() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let piece = piece(&api, &project).await;
    let id = draft(&api, &piece, json!({ "title": "红脸从不说谎", "hook": "他为什么脸红" })).await;
    let other = second(&app, "mai", Role::Producer, &project).await;
    let seen = now(&other.page(&format!("/projects/{project}/curate")).await);
    let before = api.json(&format!("/api/v1/variants/{id}")).await;
    let version = before["version"].to_string();
    let words = [("title", "红脸从不说谎"), ("hook", "他为什么一说真话就脸红"), ("locale", "zh-Hans"), ("version", version.as_str())];
    assert_eq!(browser.form(&format!("/variants/{id}"), &words).await.status(), StatusCode::SEE_OTHER);
    browser.form(&format!("/variants/{id}/rejection"), &[("reason", "too <soft>")]).await;
    let answer = other.form(&format!("/variants/{id}/approval"), &[("seen", seen.as_str())]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let to = location(&answer).to_owned();
    assert!(to.contains("/decision?wanted=approved"), "{to}");
    assert_eq!(state(&api, &id).await, "rejected", "the second has decided nothing yet");
    let page = other.page(&to).await;
    assert!(page.contains("too &#60;soft&#62;") || page.contains("too &lt;soft&gt;"), "what the first decided, and why");
    assert!(page.contains("<ins>"), "both versions");
    // The same by a script of the page: the line and where it is shown, as a conflict.
    let script = other.request(Method::POST, &format!("/variants/{id}/approval")).header("accept", "application/json");
    let script = script.form(&[("seen", seen.as_str())]).send().await.unwrap();
    assert_eq!(script.status(), StatusCode::CONFLICT);
    assert!(script.json::<Value>().await.unwrap()["to"].as_str().unwrap().contains("/decision?"));
    let again = now(&page);
    other.form(&format!("/variants/{id}/approval"), &[("seen", again.as_str())]).await;
    assert_eq!(state(&api, &id).await, "approved");
    app.stop().await;
}

#[tokio::test]
async fn two_approvals_are_by_two_people_and_for_the_same_words() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    api.request(Method::PATCH, &format!("/api/v1/projects/{project}")).json(&json!({ "two_step": true })).send().await.unwrap();
    let piece = piece(&api, &project).await;
    let id = draft(&api, &piece, json!({ "title": "The general who sang" })).await;
    browser.form(&format!("/variants/{id}/approval"), &[]).await;
    assert_eq!(state(&api, &id).await, "in_review");
    assert!(browser.page(&format!("/projects/{project}/curate")).await.contains("has approved it; one more"));
    let again = browser.form(&format!("/variants/{id}/approval"), &[]).await;
    assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY, "one person is not two");
    let other = second(&app, "mai", Role::Reviewer, &project).await;
    // Edited meanwhile: the first approval was for other words.
    let version = api.json(&format!("/api/v1/variants/{id}")).await["version"].to_string();
    let words = [("title", "The general who sang twice"), ("locale", "en"), ("version", version.as_str())];
    browser.form(&format!("/variants/{id}"), &words).await;
    other.form(&format!("/variants/{id}/approval"), &[]).await;
    assert_eq!(state(&api, &id).await, "in_review");
    browser.form(&format!("/variants/{id}/approval"), &[]).await;
    assert_eq!(state(&api, &id).await, "approved");
    app.stop().await;
}

#[tokio::test]
async fn a_draft_is_handed_to_somebody_who_decides_and_is_due() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let piece = piece(&api, &project).await;
    let id = draft(&api, &piece, json!({ "title": "Red is not anger" })).await;
    let mai = app.member("mai", Role::Reviewer).await;
    let put = async |body: Value| api.request(Method::PUT, &format!("/api/v1/variants/{id}/assignment")).json(&body).send().await.unwrap().status();
    assert_eq!(put(json!({ "member": mai })).await, StatusCode::UNPROCESSABLE_ENTITY, "she does not see this project");
    assert_eq!(put(json!({ "days": 400 })).await, StatusCode::UNPROCESSABLE_ENTITY);
    let owner = api.json("/api/v1/members").await["items"][0]["id"].clone();
    assert_eq!(put(json!({ "member": owner, "days": 0 })).await, StatusCode::NO_CONTENT);
    assert!(browser.page(&format!("/projects/{project}/curate?whose=me")).await.contains("Red is not anger"));
    assert!(!browser.page(&format!("/projects/{project}/curate?whose=nobody")).await.contains("Red is not anger"));
    assert!(browser.page("/").await.contains("On your desk"));
    app.stop().await;
}

#[tokio::test]
async fn a_comment_is_pinned_to_words_and_reaches_whom_it_names() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let piece = piece(&api, &project).await;
    let id = draft(&api, &piece, json!({ "title": "Red", "hook": "红脸的将军唱了", "script": "0:03 The drum stops." })).await;
    let mai = second(&app, "mai", Role::Maker, &project).await;
    let said = browser
        .form(&format!("/variants/{id}/comments"), &[("body", "@mai 太硬 <b>"), ("part", "hook"), ("quote", "将军"), ("second", "0:07")])
        .await;
    assert_eq!(said.status(), StatusCode::SEE_OTHER);
    let comments = api.json(&format!("/api/v1/variants/{id}/comments")).await;
    assert_eq!((comments[0]["from_char"].as_i64(), comments[0]["to_char"].as_i64(), comments[0]["second"].as_f64()), (Some(3), Some(5), Some(7.0)));
    let page = mai.page(&format!("/variants/{id}")).await;
    assert!(page.contains("将军</q>") && !page.contains("太硬 <b>"), "shown as text");
    assert!(mai.page("/").await.contains("You were mentioned"));
    let comment = comments[0]["id"].as_str().unwrap().to_owned();
    mai.form(&format!("/variants/{id}/comments"), &[("body", "改好了"), ("reply_to", comment.as_str())]).await;
    assert!(!mai.page("/").await.contains("You were mentioned"), "whoever answers has seen it");
    assert_eq!(
        mai.request(Method::POST, &format!("/comments/{comment}?_method=DELETE")).send().await.unwrap().status(),
        StatusCode::UNPROCESSABLE_ENTITY
    );
    for bad in [vec![("body", "")], vec![("body", "x"), ("second", "soon")], vec![("body", "x"), ("part", "tail")]] {
        assert_eq!(browser.form(&format!("/variants/{id}/comments"), &bad).await.status(), StatusCode::UNPROCESSABLE_ENTITY, "{bad:?}");
    }
    let stranger = app.member("viewer", Role::Viewer).await;
    let _ = stranger;
    let viewer = app.browser("viewer").await;
    assert_eq!(viewer.form(&format!("/variants/{id}/comments"), &[("body", "x")]).await.status(), StatusCode::FORBIDDEN);
    app.stop().await;
}

#[tokio::test]
async fn a_guest_sees_what_was_handed_over_and_nothing_else() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let piece = piece(&api, &project).await;
    let (one, two) =
        (draft(&api, &piece, json!({ "title": "For Ann" })).await, draft(&api, &piece, json!({ "title": "A secret of the house" })).await);
    let link = api.post(&format!("/api/v1/projects/{project}/guests"), json!({ "name": "Ann", "decides": true, "variants": [one] })).await;
    assert_eq!(link.status(), StatusCode::CREATED);
    let link = link.json::<Value>().await.unwrap();
    let path = link["url"].as_str().unwrap().split("/review/").nth(1).map(|token| format!("/review/{token}")).unwrap();
    let ann = app.nobody();
    let page = ann.page(&path).await;
    assert!(page.contains("For Ann") && !page.contains("A secret of the house"));
    assert_eq!(ann.get("/review/guessed-guessed-guessed-guessed-guess").await.status(), StatusCode::NOT_FOUND);
    ann.form(&format!("{path}/variants/{one}/comments"), &[("body", "Lovely")]).await;
    let kept = ann.form(&format!("{path}/variants/{one}/comments"), &[("body", "Typed already"), ("second", "soon")]).await;
    assert_eq!(kept.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(kept.text().await.unwrap().contains("Typed already"), "what was typed is kept");
    assert_eq!(ann.form(&format!("{path}/variants/{two}/comments"), &[("body", "x")]).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(ann.form(&format!("{path}/variants/{two}/review"), &[("decision", "approved")]).await.status(), StatusCode::NOT_FOUND);
    ann.form(&format!("{path}/variants/{one}/review"), &[("decision", "approved"), ("reason", "Yes")]).await;
    assert_eq!(state(&api, &one).await, "approved");
    let log = browser.page(&format!("/projects/{project}/reviews")).await;
    assert!(log.contains("Ann") && log.contains("guest"));
    let late = ann.form(&format!("{path}/variants/{one}/review"), &[("decision", "rejected")]).await;
    assert_eq!(late.status(), StatusCode::UNPROCESSABLE_ENTITY, "what is decided is decided");
    let id = link["id"].as_str().unwrap();
    assert_eq!(api.request(Method::DELETE, &format!("/api/v1/guests/{id}")).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(ann.get(&path).await.status(), StatusCode::GONE);
    assert_eq!(ann.form(&format!("{path}/variants/{one}/comments"), &[("body", "x")]).await.status(), StatusCode::GONE);
    app.stop().await;
}

#[tokio::test]
async fn a_guest_link_ends_by_itself_and_may_be_for_comments_only() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let project = api.project("Opera").await;
    let piece = piece(&api, &project).await;
    let one = draft(&api, &piece, json!({ "title": "For Bo" })).await;
    let link = api.post(&format!("/api/v1/projects/{project}/guests"), json!({ "name": "Bo", "days": 1, "variants": [one] })).await;
    let link = link.json::<Value>().await.unwrap();
    let path = format!("/review/{}", link["url"].as_str().unwrap().split("/review/").nth(1).unwrap());
    let bo = app.nobody();
    let refused = bo.form(&format!("{path}/variants/{one}/review"), &[("decision", "approved")]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let id = uuid::Uuid::parse_str(link["id"].as_str().unwrap()).unwrap();
    app.house
        .db
        .write(async move |tx| {
            sqlx::query("update guests set expires_ms = 1 where id = ?").bind(id).execute(tx).await?;
            Ok::<_, troupe::platform::Error>(())
        })
        .await
        .unwrap();
    let ended = bo.get(&path).await;
    assert_eq!(ended.status(), StatusCode::GONE);
    assert!(ended.text().await.unwrap().contains("This link has ended"));
    app.stop().await;
}

#[tokio::test]
async fn the_tree_says_what_is_stale_and_a_variant_on_somebodys_desk_may_be_binned() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let piece = piece(&api, &project).await;
    let parent = draft(&api, &piece, json!({ "title": "Parent" })).await;
    let child = draft(&api, &piece, json!({ "title": "Child", "parent": parent })).await;
    let tree = api.json(&format!("/api/v1/pieces/{piece}/tree")).await;
    assert_eq!(tree["variants"][1]["is_stale"], false);
    let version = api.json(&format!("/api/v1/variants/{parent}")).await["version"].to_string();
    browser.form(&format!("/variants/{parent}"), &[("title", "Parent, changed"), ("locale", "en"), ("version", version.as_str())]).await;
    let tree = api.json(&format!("/api/v1/pieces/{piece}/tree")).await;
    assert_eq!((tree["variants"][0]["is_stale"].clone(), tree["variants"][1]["is_stale"].clone()), (json!(false), json!(true)));
    let page = browser.page(&format!("/pieces/{piece}/tree")).await;
    assert!(page.contains("stale: the parent changed") && page.contains("/side?v="));
    let side = browser.page(&format!("/projects/{project}/side?v={parent}&v={child}&v={child}&by=character")).await;
    assert!(side.contains("<del>"), "{side}");
    // Binned while it lies on somebody's desk: the decision finds nothing, and the side goes on without it.
    browser.request(Method::POST, &format!("/variants/{child}?_method=DELETE")).send().await.unwrap();
    assert_eq!(browser.form(&format!("/variants/{child}/approval"), &[]).await.status(), StatusCode::NOT_FOUND);
    assert!(browser.page(&format!("/projects/{project}/side?v={parent}&v={child}")).await.contains("Parent, changed"));
    app.stop().await;
}
