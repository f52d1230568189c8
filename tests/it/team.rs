//! How people come in, what their role lets them do, and what strangers learn: nothing.

use crate::app::{self, PASSWORD, location};
use reqwest::header::{COOKIE, ORIGIN};
use reqwest::{Method, StatusCode};
use serde_json::json;
use troupe::web::{Role, Scope};

#[tokio::test]
async fn the_set_up_link_works_once_and_makes_the_owner() {
    let app = app::start().await;
    let path = troupe::today::invite_owner(&app.house).await.unwrap().unwrap();
    let nobody = app.nobody();
    assert!(nobody.page(&path).await.contains(r#"name="studio""#));
    let form = |password: &'static str| {
        [
            ("name", "Lin Wei"),
            ("studio", "Opera for new ears"),
            ("email", "lin@studio.example"),
            ("password", password),
            ("locale", "zh-Hans"),
            ("zone", "Asia/Shanghai"),
            ("begin", "empty"),
        ]
    };
    let short = nobody.form(&path, &form("redface")).await;
    assert_eq!(short.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = short.text().await.unwrap();
    assert!(page.contains("Opera for new ears") && !page.contains("redface"), "words are kept, the password is not shown");
    let made = nobody.form(&path, &form(PASSWORD)).await;
    assert_eq!(made.status(), StatusCode::SEE_OTHER);
    assert!(made.headers().get("set-cookie").is_some());
    assert_eq!(nobody.form(&path, &form(PASSWORD)).await.status(), StatusCode::NOT_FOUND, "a second time it is no link");
    assert!(troupe::today::invite_owner(&app.house).await.unwrap().is_none());
    app.stop().await;
}

#[tokio::test]
async fn signing_in_tells_nothing_about_accounts_and_slows_guessing() {
    let app = app::start().await;
    app.member("lin", Role::Owner).await;
    let nobody = app.nobody();
    let wrong = nobody.form("/login", &[("email", "lin@studio.example"), ("password", "not this one")]).await;
    let unknown = nobody.form("/login", &[("email", "who@studio.example"), ("password", "not this one")]).await;
    assert_eq!((wrong.status(), unknown.status()), (StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED));
    let (wrong, unknown) = (wrong.text().await.unwrap(), unknown.text().await.unwrap());
    assert_eq!(wrong.replace("lin@", "x@"), unknown.replace("who@", "x@"));
    for _ in 0..9 {
        nobody.form("/login", &[("email", "lin@studio.example"), ("password", "not this one")]).await;
    }
    let slowed = nobody.form("/login", &[("email", "lin@studio.example"), ("password", PASSWORD)]).await;
    assert_eq!(slowed.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(slowed.headers().contains_key("retry-after"));
    app.stop().await;
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server() {
    let app = app::start().await;
    app.member("lin", Role::Owner).await;
    let browser = app.browser("lin").await;
    assert_eq!(browser.get("/projects").await.status(), StatusCode::OK);
    let out = browser.request(Method::POST, "/session?_method=DELETE").send().await.unwrap();
    assert_eq!(out.status(), StatusCode::SEE_OTHER);
    let after = browser.get("/projects").await;
    assert_eq!((after.status(), location(&after)), (StatusCode::SEE_OTHER, "/login?next=%2Fprojects"));
    app.stop().await;
}

#[tokio::test]
async fn only_our_own_pages_may_change_something() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    let project = api.project("Opera").await;
    let http = reqwest::Client::new();
    let path = format!("{}/projects/{project}/ideas", app.url);
    let cookie = browser.cookie.clone().unwrap();
    let cases: [(&[(&str, &str)], bool); 7] = [
        (&[("sec-fetch-site", "cross-site")], false),
        (&[("sec-fetch-site", "same-site")], false),
        (&[("sec-fetch-site", "same-origin")], true),
        (&[("sec-fetch-site", "none")], true),
        (&[("origin", "https://evil.example")], false),
        (&[("origin", "null")], false),
        (&[], false),
    ];
    for (headers, allowed) in cases {
        let mut request = http.post(&path).header(COOKIE, &cookie).form(&[("title", "From where"), ("locale", "en")]);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let status = request.send().await.unwrap().status();
        assert_eq!(status == StatusCode::FORBIDDEN, !allowed, "{headers:?}: {status}");
    }
    let ideas = api.json(&format!("/api/v1/projects/{project}/ideas")).await;
    assert_eq!(ideas["items"].as_array().unwrap().len(), 2, "refused requests changed nothing");
    let stranger = http.get(&path).header("host", "evil.example").header(ORIGIN, "x").send().await.unwrap();
    assert_eq!(stranger.status(), StatusCode::MISDIRECTED_REQUEST);
    app.stop().await;
}

#[tokio::test]
async fn roles_and_scopes_reach_as_far_as_they_say() {
    let app = app::start().await;
    let (_, owner) = app.owner().await;
    let project = owner.project("Opera").await;
    let path = format!("/api/v1/projects/{project}/ideas");
    let viewer = app.member("viewer", Role::Viewer).await;
    let read = app.program(viewer, &[Scope::All]).await;
    assert_eq!(read.post(&path, json!({ "title": "x" })).await.status(), StatusCode::FORBIDDEN);
    let nobody = app.nobody();
    assert_eq!(nobody.get(&path).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(nobody.get("/projects").await.status(), StatusCode::SEE_OTHER);
    let browser = app.browser("viewer").await;
    assert_eq!(browser.get(&path).await.status(), StatusCode::UNAUTHORIZED, "the API takes no cookies");
    app.stop().await;
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let app = app::start_with(app::Wishes { base: "/studio".into(), ..app::Wishes::default() }).await;
    let (browser, api) = app.owner().await;
    for answer in [
        browser.get("/projects").await,
        browser.get("/nothing/here").await,
        api.get("/api/v1/nothing").await,
        browser.form("/projects", &[]).await,
        browser.request(Method::TRACE, "/projects").send().await.unwrap(),
        reqwest::get(app.url.replace("/studio", "/elsewhere")).await.unwrap(),
    ] {
        let (path, status) = (answer.url().path().to_owned(), answer.status());
        let headers = answer.headers().clone();
        assert!(!status.is_server_error(), "{path}: {status}");
        for name in ["content-security-policy", "x-content-type-options", "referrer-policy", "cross-origin-opener-policy", "cache-control"] {
            assert!(headers.contains_key(name), "{path} ({status}) lacks {name}");
        }
        assert!(!headers["content-security-policy"].to_str().unwrap().contains("unsafe"));
    }
    let page = browser.page("/projects").await;
    for link in page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(link.starts_with("/studio") || link.starts_with('#'), "{link} leaves the base path");
    }
    app.stop().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_in_our_own_words() {
    let app = app::start().await;
    let (browser, api) = app.owner().await;
    for path in ["/ideas/abc", "/projects/-1/ideas", "/ideas/%ff"] {
        let (page, call) = (browser.get(path).await, api.get(&format!("/api/v1{path}")).await);
        assert_eq!((page.status(), call.status()), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND), "{path}");
        assert!(page.text().await.unwrap().contains("<h1"), "{path} is no page");
        assert_eq!(call.headers()["content-type"], "application/problem+json", "{path}");
    }
    let call = api.get("/api/v1/search?question=x").await;
    assert_eq!(call.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(call.text().await.unwrap().contains("question"), "the field is not named");
    // A form that was sent after the session ended leads to a page that can be opened.
    let gone = app.nobody().form("/projects", &[("name", "x")]).await;
    assert_eq!(location(&gone), "/login?next=%2F");
    app.stop().await;
}

#[tokio::test]
async fn guesses_made_side_by_side_are_counted_one_by_one() {
    let app = app::start().await;
    app.member("owner", Role::Owner).await;
    let guesses = (0..30).map(|n| {
        let nobody = app.nobody();
        async move { nobody.form("/login", &[("email", "owner@studio.example"), ("password", &format!("wrong guess {n}"))]).await.status() }
    });
    let answers = futures_util::future::join_all(guesses).await;
    let tried = answers.iter().filter(|status| **status == StatusCode::UNAUTHORIZED).count();
    assert_eq!(tried, 10, "{answers:?}");
    app.stop().await;
}
