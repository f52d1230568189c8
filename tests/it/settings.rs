//! What members set for themselves: profile, password, sessions, tokens; and the record of it all.

use crate::app::{self, PASSWORD, Wishes, location};
use reqwest::header::SET_COOKIE;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use troupe::platform::clock::{Clock, DAY, Ms};
use troupe::web::{Role, Scope};

#[tokio::test]
async fn the_hub_leads_where_this_member_may_go() {
    let app = app::start().await;
    let (owner, _) = app.owner().await;
    app.member("mai", Role::Viewer).await;
    let mai = app.browser("mai").await;
    let (all, own) = (owner.page("/settings").await, mai.page("/settings").await);
    for path in ["/profile", "/password", "/sessions", "/tokens"] {
        let link = format!("href=\"{path}\"");
        assert!(all.contains(&link) && own.contains(&link), "{path}");
        assert_eq!(mai.get(path).await.status(), StatusCode::OK, "{path}");
    }
    for path in ["/members", "/audit", "/settings/backends", "/settings/backups"] {
        let link = format!("href=\"{path}\"");
        assert!(all.contains(&link) && !own.contains(&link), "{path}");
        assert_eq!(mai.get(path).await.status(), StatusCode::FORBIDDEN, "{path}");
        assert_eq!(owner.get(path).await.status(), StatusCode::OK, "{path}");
    }
    assert!(own.contains("action=\"/session?_method=DELETE\""), "a phone signs out here");
    app.stop().await;
}

#[tokio::test]
async fn a_profile_is_saved_once_and_kept_when_it_is_wrong() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let good = [("name", "Lin Wei"), ("locale", "zh-Hans"), ("zone", "Asia/Bangkok"), ("theme", "dark"), ("version", "1")];
    assert_eq!(browser.form("/profile", &good).await.status(), StatusCode::SEE_OTHER);
    let me = api.json("/api/v1/me").await;
    assert_eq!((&me["name"], &me["locale"], &me["zone"]), (&json!("Lin Wei"), &json!("zh-Hans"), &json!("Asia/Bangkok")));
    let page = browser.page("/profile").await;
    assert!(page.contains("lang=\"zh-Hans\" data-theme=\"dark\" data-keys=\"off\""), "an unchecked box switches the keys off");
    let stale = browser.form("/profile", &good).await;
    assert_eq!(stale.status(), StatusCode::CONFLICT);
    let wrong =
        browser.form("/profile", &[("name", "Lin <b>"), ("locale", "zh-Hans"), ("zone", "+08:00"), ("theme", "dark"), ("version", "2")]).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = wrong.text().await.unwrap();
    assert!(page.contains("Lin &#60;b&#62;") && page.contains("value=\"+08:00\""), "what was typed is kept, as text");
    app.stop().await;
}

#[tokio::test]
async fn a_new_password_asks_the_old_one_and_ends_every_other_session() {
    let app = app::start().await;
    app.member("mai", Role::Viewer).await;
    let (here, there) = (app.browser("mai").await, app.browser("mai").await);
    assert_ne!(here.cookie, there.cookie, "every sign-in has its own session");
    let wrong = here.form("/password", &[("old", "not this one"), ("password", "three drums at dawn")]).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let weak = here.form("/password", &[("old", PASSWORD), ("password", "iloveyou")]).await;
    assert_eq!(weak.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let done = here.form("/password", &[("old", PASSWORD), ("password", "three drums at dawn")]).await;
    assert_eq!(done.status(), StatusCode::SEE_OTHER);
    let sid =
        done.headers().get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()).find(|value| value.starts_with("sid=")).unwrap().to_owned();
    let mut renewed = here.clone();
    renewed.cookie = Some(sid.split(';').next().unwrap().to_owned());
    let statuses = [renewed.get("/profile").await.status(), here.get("/profile").await.status(), there.get("/profile").await.status()];
    assert_eq!(statuses, [StatusCode::OK, StatusCode::SEE_OTHER, StatusCode::SEE_OTHER], "a new session here, none elsewhere");
    for _ in 0..10 {
        renewed.form("/password", &[("old", "guess"), ("password", "four drums at dawn")]).await;
    }
    let slowed = renewed.form("/password", &[("old", "three drums at dawn"), ("password", "four drums at dawn")]).await;
    assert_eq!(slowed.status(), StatusCode::TOO_MANY_REQUESTS);
    app.stop().await;
}

#[tokio::test]
async fn signing_in_again_ends_the_session_of_before() {
    let app = app::start().await;
    app.member("mai", Role::Viewer).await;
    let browser = app.browser("mai").await;
    let again = browser.form("/login", &[("email", "mai@studio.example"), ("password", PASSWORD)]).await;
    assert_eq!(again.status(), StatusCode::SEE_OTHER);
    assert_eq!(browser.get("/profile").await.status(), StatusCode::SEE_OTHER, "the old cookie is worth nothing");
    app.stop().await;
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_their_own_member() {
    let app = app::start().await;
    app.member("mai", Role::Viewer).await;
    app.member("lin", Role::Owner).await;
    let (here, there, lin) = (app.browser("mai").await, app.browser("mai").await, app.browser("lin").await);
    let page = here.page("/sessions").await;
    let ids: Vec<&str> = page.split("id=\"session-").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(ids.len(), 2);
    let other = page.split("action=\"/sessions/").nth(1).unwrap().split('?').next().unwrap().to_owned();
    let path = format!("/sessions/{other}?_method=DELETE");
    assert_eq!(lin.form(&path, &[]).await.status(), StatusCode::NOT_FOUND, "an owner does not reach it either");
    assert_eq!(there.get("/profile").await.status(), StatusCode::OK);
    here.form(&path, &[]).await;
    assert_eq!((here.get("/profile").await.status(), there.get("/profile").await.status()), (StatusCode::OK, StatusCode::SEE_OTHER));
    let third = app.browser("mai").await;
    here.form("/sessions?_method=DELETE", &[]).await;
    assert_eq!((here.get("/profile").await.status(), third.get("/profile").await.status()), (StatusCode::OK, StatusCode::SEE_OTHER));
    assert_eq!(lin.get("/profile").await.status(), StatusCode::OK, "nobody else's session ended");
    app.stop().await;
}

#[tokio::test]
async fn a_token_is_shown_once_does_what_it_says_and_ends() {
    let clock = Clock::held(Ms(1_795_000_000_000));
    let app = app::start_with(Wishes { clock: Some(clock.clone()), ..Wishes::default() }).await;
    let (browser, _) = app.owner().await;
    let none = browser.form("/tokens", &[("name", "ci"), ("days", "30")]).await;
    assert_eq!(none.status(), StatusCode::UNPROCESSABLE_ENTITY, "a token without a scope");
    let made = browser.form("/tokens", &[("name", "ci"), ("scope", "read"), ("days", "30")]).await;
    assert_eq!((made.status(), location(&made)), (StatusCode::SEE_OTHER, "/tokens"));
    let cookie = made.headers().get(SET_COOKIE).unwrap().to_str().unwrap().split(';').next().unwrap().to_owned();
    let secret = cookie.strip_prefix("once=").unwrap().to_owned();
    let mut carrying = browser.clone();
    carrying.cookie = Some(format!("{}; {cookie}", browser.cookie.clone().unwrap()));
    assert!(carrying.page("/tokens").await.contains(&secret));
    assert!(!browser.page("/tokens").await.contains(&secret));
    let http = reqwest::Client::new();
    let ask = |method: Method, path: &str, body: Option<Value>| {
        let request = http.request(method, format!("{}{path}", app.url)).bearer_auth(&secret);
        if let Some(body) = body { request.json(&body).send() } else { request.send() }
    };
    assert_eq!(ask(Method::GET, "/api/v1/me", None).await.unwrap().json::<Value>().await.unwrap()["scopes"], json!(["read"]));
    assert_eq!(ask(Method::POST, "/api/v1/tokens", Some(json!({ "name": "more", "scope": ["all"] }))).await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(ask(Method::GET, "/api/v1/members", None).await.unwrap().status(), StatusCode::FORBIDDEN);
    clock.advance(30 * DAY);
    assert_eq!(ask(Method::GET, "/api/v1/me", None).await.unwrap().status(), StatusCode::UNAUTHORIZED, "it ended by itself");
    app.stop().await;
}

#[tokio::test]
async fn a_token_of_everything_makes_and_ends_tokens() {
    let app = app::start().await;
    let mai = app.member("mai", Role::Maker).await;
    let (_, owner) = app.owner().await;
    let program = app.program(mai, &[Scope::All]).await;
    let made: Value = program.post("/api/v1/tokens", json!({ "name": "reader", "scope": ["read"], "days": "never" })).await.json().await.unwrap();
    let secret = made["secret"].as_str().unwrap();
    let me = |secret: String| reqwest::Client::new().get(format!("{}/api/v1/me", app.url)).bearer_auth(secret).send();
    assert_eq!(me(secret.to_owned()).await.unwrap().status(), StatusCode::OK);
    let list = program.json("/api/v1/tokens").await;
    assert_eq!((list["items"][0]["name"].as_str(), list["items"][0]["expires_at"].is_null()), (Some("reader"), true));
    assert!(!list.to_string().contains(secret), "the secret is kept nowhere");
    let path = format!("/api/v1/tokens/{}", made["id"].as_str().unwrap());
    assert_eq!(owner.request(Method::DELETE, &path).send().await.unwrap().status(), StatusCode::NOT_FOUND, "tokens are their member's own");
    assert_eq!(program.request(Method::DELETE, &path).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(me(secret.to_owned()).await.unwrap().status(), StatusCode::UNAUTHORIZED);
    app.stop().await;
}

#[tokio::test]
async fn the_record_is_paged_filtered_and_checked() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    for n in 0..5 {
        api.make(&format!("/api/v1/projects/{project}/ideas"), json!({ "title": format!("Face {n}") })).await;
    }
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let part = api.json(&format!("/api/v1/events?limit=2&kind=idea{after}")).await;
        seen.extend(part["items"].as_array().unwrap().iter().map(|entry| entry["id"].as_i64().unwrap()));
        let Some(next) = part["next"].as_i64() else { break };
        after = format!("&after={next}");
    }
    assert!(seen.len() == 5 && seen.is_sorted_by(|a, b| a > b), "each once, newest first: {seen:?}");
    let page = browser.page("/audit").await;
    assert!(page.contains("Idea created") && page.contains("owner") && page.contains("never checked"));
    browser.form("/audit/check", &[]).await;
    assert!(browser.page("/audit").await.contains("is whole"));
    let me = api.json("/api/v1/me").await["id"].as_str().unwrap().to_owned();
    let mine = api.json(&format!("/api/v1/events?member={me}&kind=idea.created")).await;
    assert_eq!(mine["items"].as_array().unwrap().len(), 5, "what a token did is its member's doing");
    assert_eq!((&mine["items"][0]["actor"], &mine["items"][0]["token"]), (&json!("token"), &json!("test")));
    assert!(!browser.page(&format!("/audit?member={me}&kind=session.opened")).await.contains("Idea created"));
    assert_eq!(api.get("/api/v1/events?limit=0").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    app.stop().await;
}

#[tokio::test]
async fn a_record_that_was_changed_behind_our_back_shows() {
    let app = app::start().await;
    let (browser, _) = app.owner().await;
    let file = app.data.join("troupe.db");
    let mut db = sqlx::ConnectOptions::connect(&troupe::platform::db::options(&file)).await.unwrap();
    sqlx::query("drop trigger events_are_never_edited").execute(&mut db).await.unwrap();
    sqlx::query("update events set detail = '{\"name\":\"somebody else\"}' where id = 1").execute(&mut db).await.unwrap();
    browser.form("/audit/check", &[]).await;
    assert!(browser.page("/audit").await.contains("row 1 was changed afterwards"));
    app.stop().await;
}

#[tokio::test]
async fn the_first_step_needs_a_noun_and_a_sentence_only() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    assert!(browser.page("/").await.contains(&format!("/projects/{project}/perspective")), "Today asks for it");
    let path = format!("/projects/{project}/perspective");
    let answer = browser.form(&path, &[("niche", "Chinese opera"), ("perspective", "Opera is gossip with drums")]).await;
    assert_eq!((answer.status(), location(&answer)), (StatusCode::SEE_OTHER, "/"));
    let kept = api.json(&format!("/api/v1/projects/{project}")).await;
    assert_eq!(
        (&kept["name"], &kept["niche"], &kept["perspective"]),
        (&json!("Opera"), &json!("Chinese opera"), &json!("Opera is gossip with drums"))
    );
    let long = "x".repeat(20_000);
    let answer = browser.form(&path, &[("niche", "Kept noun"), ("perspective", &long)]).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().await.unwrap().contains("Kept noun"), "the form keeps what was typed");
    app.stop().await;
}
