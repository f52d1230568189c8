//! Members: how they are invited, changed, let in, reset, sent away and how they leave.

use crate::app::{self, Client, PASSWORD, TestApp, Wishes, location};
use reqwest::header::SET_COOKIE;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use troupe::platform::clock::{Clock, HOUR, Ms};
use troupe::web::{Role, Scope};

const START: Ms = Ms(1_795_000_000_000);

/// The value a page shows once, taken along as a browser takes its cookies.
async fn shown_once(browser: &Client, made: &Response, beginning: &str) -> String {
    assert_eq!(made.status(), StatusCode::SEE_OTHER);
    let cookie = made.headers().get(SET_COOKIE).unwrap().to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains(&format!("Path={}", location(made))), "{cookie}");
    let mut carrying = browser.clone();
    carrying.cookie = Some(format!("{}; {}", browser.cookie.clone().unwrap(), cookie.split(';').next().unwrap()));
    let shown = carrying.get(location(made)).await;
    assert!(shown.headers().get(SET_COOKIE).unwrap().to_str().unwrap().contains("Max-Age=0"), "the cookie ends with the page");
    let page = shown.text().await.unwrap();
    let text = page.split("value=\"").find(|rest| rest.starts_with(beginning)).unwrap_or_else(|| panic!("{beginning} is not shown: {page}"));
    assert!(!browser.page(location(made)).await.contains(text.split('"').next().unwrap()), "only once");
    text.split('"').next().unwrap().to_owned()
}

/// An invitation of this address, as a path.
async fn invite(app: &TestApp, owner: &Client, email: &str, role: &str, project: Option<&str>) -> String {
    let mut fields = vec![("email", email), ("role", role)];
    fields.extend(project.map(|project| ("projects", project)));
    let made = owner.form("/members/invitations", &fields).await;
    let link = shown_once(owner, &made, &app.url).await;
    link.strip_prefix(&app.url).unwrap().to_owned()
}

const MAI: [(&str, &str); 4] = [("name", "Mai"), ("password", "three drums at dawn"), ("locale", "en"), ("zone", "Asia/Ho_Chi_Minh")];

#[tokio::test]
async fn an_invitation_makes_one_member_with_its_role_and_projects() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let (project, _) = (api.project("Opera").await, api.project("Drums").await);
    let path = invite(&app, &browser, "mai@studio.example", "maker", Some(&project)).await;
    assert!(browser.page("/members/invitations").await.contains("mai@studio.example"));
    assert_eq!(api.json("/api/v1/members").await["items"].as_array().unwrap().len(), 1, "an invitation is no member yet");
    let nobody = app.nobody();
    assert!(nobody.page(&path).await.contains("mai@studio.example"));
    let weak = nobody
        .form(
            &path,
            &[("name", "Mai"), ("password", "password123"), ("locale", "en"), ("zone", "UTC"), ("email", "other@x.example"), ("role", "owner")],
        )
        .await;
    assert_eq!(weak.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = weak.text().await.unwrap();
    assert!(page.contains("value=\"Mai\"") && !page.contains("password123"), "the name is kept, the password is not shown");
    let made = nobody.form(&path, &[MAI.as_slice(), &[("role", "owner"), ("email", "other@x.example")]].concat()).await;
    assert_eq!((made.status(), location(&made)), (StatusCode::SEE_OTHER, "/"));
    let members = api.json("/api/v1/members").await;
    let mai = &members["items"][1];
    assert_eq!(
        (&mai["name"], &mai["email"], &mai["role"]),
        (&json!("Mai"), &json!("mai@studio.example"), &json!("maker")),
        "bound to address and role"
    );
    assert_eq!(mai["projects"], json!([project]));
    for again in [nobody.get(&path).await, nobody.form(&path, &MAI).await] {
        assert_eq!(again.status(), StatusCode::NOT_FOUND, "a second time it is no link");
    }
    assert!(!browser.page("/members/invitations").await.contains("mai@studio.example"));
    app.stop().await;
}

#[tokio::test]
async fn an_invitation_ends_by_time_by_hand_and_with_who_made_it() {
    let clock = Clock::held(START);
    let app = app::start_with(Wishes { clock: Some(clock.clone()), ..Wishes::default() }).await;
    let (browser, api) = app.owner().await;
    let nobody = app.nobody();
    let late = invite(&app, &browser, "late@studio.example", "maker", None).await;
    clock.advance(72 * HOUR - 1);
    assert_eq!(nobody.get(&late).await.status(), StatusCode::OK);
    clock.advance(1);
    assert_eq!(nobody.get(&late).await.status(), StatusCode::NOT_FOUND);
    let revoked = invite(&app, &browser, "revoked@studio.example", "maker", None).await;
    let id = api.json("/api/v1/invitations").await["items"][0]["id"].as_str().unwrap().to_owned();
    browser.form(&format!("/members/invitations/{id}?_method=DELETE"), &[]).await;
    assert_eq!(nobody.form(&revoked, &MAI).await.status(), StatusCode::NOT_FOUND);
    let first = invite(&app, &browser, "twice@studio.example", "maker", None).await;
    let second = invite(&app, &browser, "Twice@studio.example", "viewer", None).await;
    assert_eq!(
        (nobody.get(&first).await.status(), nobody.get(&second).await.status()),
        (StatusCode::NOT_FOUND, StatusCode::OK),
        "the newer one counts"
    );
    let other = app.member("other", Role::Owner).await;
    let demoted = invite(&app, &app.browser("other").await, "orphan@studio.example", "owner", None).await;
    let patch = api.request(Method::PATCH, &format!("/api/v1/members/{other}")).json(&json!({ "role": "viewer" })).send().await.unwrap();
    assert_eq!(patch.status(), StatusCode::OK);
    assert_eq!(nobody.form(&demoted, &MAI).await.status(), StatusCode::NOT_FOUND, "what a former owner promised is not kept");
    let taken = browser.form("/members/invitations", &[("email", "OTHER@studio.example"), ("role", "maker")]).await;
    assert_eq!(taken.status(), StatusCode::UNPROCESSABLE_ENTITY);
    app.stop().await;
}

#[tokio::test]
async fn a_change_of_role_or_project_counts_on_the_next_request() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let id = app.member("mai", Role::Viewer).await;
    let mai = app.browser("mai").await;
    let (ideas, new) = (format!("/projects/{project}/ideas"), format!("/projects/{project}/ideas/new"));
    assert_eq!(mai.get(&ideas).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(mai.get(&new).await.status(), StatusCode::FORBIDDEN);
    let path = format!("/members/{id}");
    let saved = browser.form(&path, &[("role", "maker"), ("projects", &project), ("version", "1")]).await;
    assert_eq!(saved.status(), StatusCode::SEE_OTHER);
    assert_eq!((mai.get(&ideas).await.status(), mai.get(&new).await.status()), (StatusCode::OK, StatusCode::OK));
    let stale = browser.form(&path, &[("role", "viewer"), ("version", "1")]).await;
    assert_eq!(stale.status(), StatusCode::CONFLICT);
    assert_eq!(api.json(&format!("/api/v1/members/{id}")).await["role"], "maker", "the older page changed nothing");
    assert_eq!(browser.form(&path, &[("role", "viewer"), ("version", "2")]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(mai.get(&ideas).await.status(), StatusCode::NOT_FOUND);
    let foreign = api.request(Method::PATCH, &format!("/api/v1/members/{id}")).json(&json!({ "projects": [id] })).send().await.unwrap();
    assert_eq!(foreign.status(), StatusCode::UNPROCESSABLE_ENTITY, "no such project");
    app.stop().await;
}

#[tokio::test]
async fn the_last_owner_stays_whichever_way_it_is_tried() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let me = api.json("/api/v1/me").await;
    let (id, api_path) = (me["id"].as_str().unwrap(), format!("/api/v1/members/{}", me["id"].as_str().unwrap()));
    let tries = [
        browser.form(&format!("/members/{id}"), &[("role", "maker"), ("version", "1")]).await,
        browser.form(&format!("/members/{id}/deactivation"), &[]).await,
        browser.form("/departure", &[("name", "owner")]).await,
        api.request(Method::PATCH, &api_path).json(&json!({ "role": "viewer" })).send().await.unwrap(),
        api.request(Method::PATCH, &api_path).json(&json!({ "state": "deactivated" })).send().await.unwrap(),
        api.request(Method::DELETE, &api_path).send().await.unwrap(),
    ];
    for answer in tries {
        let path = answer.url().path().to_owned();
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(answer.text().await.unwrap().contains("The studio needs an owner who is active"), "{path}");
    }
    app.member("second", Role::Owner).await;
    let demoted = api.request(Method::PATCH, &api_path).json(&json!({ "role": "maker" })).send().await.unwrap();
    assert_eq!(demoted.status(), StatusCode::OK, "with a second owner the first may go");
    assert_eq!(browser.get("/members").await.status(), StatusCode::FORBIDDEN);
    app.stop().await;
}

#[tokio::test]
async fn deactivation_ends_everything_at_once_and_can_be_taken_back() {
    let app = app::start().await;
    let (browser, _) = app.owner().await;
    let id = app.member("mai", Role::Maker).await;
    let (mai, program) = (app.browser("mai").await, app.program(id, &[Scope::All]).await);
    let done = browser.form(&format!("/members/{id}/deactivation"), &[]).await;
    assert_eq!(done.status(), StatusCode::SEE_OTHER);
    assert_eq!(mai.get("/projects").await.status(), StatusCode::SEE_OTHER);
    assert_eq!(program.get("/api/v1/me").await.status(), StatusCode::UNAUTHORIZED);
    let login = [("email", "mai@studio.example"), ("password", PASSWORD)];
    assert_eq!(app.nobody().form("/login", &login).await.status(), StatusCode::UNAUTHORIZED);
    browser.form(&format!("/members/{id}/deactivation?_method=DELETE"), &[]).await;
    assert_eq!(app.nobody().form("/login", &login).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(mai.get("/projects").await.status(), StatusCode::SEE_OTHER, "old sessions stay ended");
    assert_eq!(program.get("/api/v1/me").await.status(), StatusCode::UNAUTHORIZED, "old tokens stay revoked");
    app.stop().await;
}

#[tokio::test]
async fn a_reset_link_works_once_within_a_day_and_ends_sessions() {
    let clock = Clock::held(START);
    let app = app::start_with(Wishes { clock: Some(clock.clone()), ..Wishes::default() }).await;
    let (browser, _) = app.owner().await;
    let id = app.member("mai", Role::Maker).await;
    let mai = app.browser("mai").await;
    let make = async || {
        let made = browser.form(&format!("/members/{id}/reset"), &[]).await;
        shown_once(&browser, &made, &app.url).await.strip_prefix(&app.url).unwrap().to_owned()
    };
    let expired = make().await;
    clock.advance(24 * HOUR);
    assert_eq!(app.nobody().get(&expired).await.status(), StatusCode::NOT_FOUND);
    let path = make().await;
    assert_eq!(app.nobody().form(&path, &[("password", "short")]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(mai.get("/projects").await.status(), StatusCode::OK, "nothing happened yet");
    let done = app.nobody().form(&path, &[("password", "three drums at dawn")]).await;
    assert_eq!((done.status(), location(&done)), (StatusCode::SEE_OTHER, "/login"));
    assert_eq!(mai.get("/projects").await.status(), StatusCode::SEE_OTHER, "every session ended");
    assert_eq!(app.nobody().form(&path, &[("password", "four drums at dawn")]).await.status(), StatusCode::NOT_FOUND);
    let login = app.nobody().form("/login", &[("email", "mai@studio.example"), ("password", "three drums at dawn")]).await;
    assert_eq!(login.status(), StatusCode::SEE_OTHER);
    app.stop().await;
}

#[tokio::test]
async fn leaving_is_meant_and_told() {
    let app = app::start().await;
    let (browser, _) = app.owner().await;
    app.member("mai", Role::Maker).await;
    let mai = app.browser("mai").await;
    let unsure = mai.form("/departure", &[("name", "may")]).await;
    assert_eq!(unsure.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unsure.text().await.unwrap().contains("value=\"may\""), "what was typed is kept");
    let left = mai.form("/departure", &[("name", "mai")]).await;
    assert_eq!((left.status(), location(&left)), (StatusCode::SEE_OTHER, "/login"));
    assert_eq!(mai.get("/projects").await.status(), StatusCode::SEE_OTHER);
    let page = browser.page("/audit?kind=member.deactivated").await;
    assert!(page.contains("Member deactivated") && page.contains(">mai<"), "the record says who");
    app.stop().await;
}

#[tokio::test]
async fn a_program_invites_once_and_reads_the_link_once() {
    let app = app::start().await;
    let (_, api) = app.owner().await;
    let send = || {
        api.request(Method::POST, "/api/v1/members")
            .header("idempotency-key", "k")
            .json(&json!({ "email": "mai@studio.example", "role": "maker" }))
            .send()
    };
    let first: Value = send().await.unwrap().json().await.unwrap();
    let path = first["url"].as_str().unwrap().strip_prefix(&app.url).unwrap().to_owned();
    assert_eq!(app.nobody().get(&path).await.status(), StatusCode::OK);
    let again: Value = send().await.unwrap().json().await.unwrap();
    assert_eq!((&again["id"], again.get("url")), (&first["id"], None), "the link is kept nowhere");
    assert_eq!(api.json("/api/v1/invitations").await["items"].as_array().unwrap().len(), 1);
    app.stop().await;
}
