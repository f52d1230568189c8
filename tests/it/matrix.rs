//! Every route against everybody: the row of the table is what happens, and nothing breaks.

use crate::app::{self, Client, TestApp, location};
use reqwest::{Method, Response, StatusCode};
use serde_json::json;
use troupe::web::{Access, Declared, Role, Scope};

struct Actor {
    name: &'static str,
    /// `None` for who has no rights: nobody, and who was deactivated
    role: Option<Role>,
    /// Let into the project
    inside: bool,
    browser: Client,
    program: Client,
}

#[derive(Debug, PartialEq, Eq)]
enum Answer {
    SignIn,
    Forbidden,
    LetIn,
}

const SOMETHING: &str = "0198f0c0-0000-7000-8000-000000000000";

async fn actors(app: &TestApp, owner: &Client, project: &str) -> Vec<Actor> {
    let people = [
        ("outsider", Role::Maker, false),
        ("viewer", Role::Viewer, true),
        ("reviewer", Role::Reviewer, true),
        ("maker", Role::Maker, true),
        ("producer", Role::Producer, true),
        ("owner2", Role::Owner, true),
        ("gone", Role::Owner, false),
    ];
    let mut actors = vec![Actor { name: "nobody", role: None, inside: false, browser: app.nobody(), program: app.nobody() }];
    for (name, role, inside) in people {
        let id = app.member(name, role).await;
        let (browser, program) = (app.browser(name).await, app.program(id, &[Scope::All]).await);
        let gone = name == "gone";
        let patch = if gone { json!({ "state": "deactivated" }) } else { json!({ "projects": if inside { vec![project] } else { vec![] } }) };
        let done = owner.request(Method::PATCH, &format!("/api/v1/members/{id}")).json(&patch).send().await.unwrap();
        assert_eq!(done.status(), StatusCode::OK, "{name}");
        actors.push(Actor { name, role: Some(role).filter(|_| !gone), inside, browser, program });
    }
    actors
}

fn is_api(row: &Declared) -> bool {
    row.path.starts_with("/api/")
}

/// The path with an id in each place: the real project where that only looks, nothing real elsewhere.
fn path(row: &Declared, project: &str) -> String {
    let mut path = row.path.clone();
    if row.method == Method::GET {
        for beginning in ["/projects/{", "/api/v1/projects/{"] {
            if let Some(rest) = row.path.strip_prefix(beginning) {
                path = format!("{}{project}{}", beginning.trim_end_matches('{'), rest.split_once('}').unwrap().1);
            }
        }
    }
    while let (Some(start), Some(end)) = (path.find('{'), path.find('}')) {
        path.replace_range(start..=end, SOMETHING);
    }
    path
}

async fn send(actor: &Actor, row: &Declared, path: &str) -> Response {
    let client = if is_api(row) { &actor.program } else { &actor.browser };
    let request = client.request(row.method.clone(), path);
    let request = match (row.method.clone(), is_api(row)) {
        (Method::GET, _) => request,
        (_, true) => request.json(&json!({})),
        (_, false) => request.form(&[("x", "")]),
    };
    request.send().await.unwrap()
}

fn found(row: &Declared, path: &str, answer: &Response) -> Answer {
    let to_sign_in = if path == "/" { location(answer) == "/login" } else { location(answer).starts_with("/login?next=") };
    match answer.status() {
        StatusCode::FORBIDDEN => Answer::Forbidden,
        StatusCode::UNAUTHORIZED if is_api(row) => Answer::SignIn,
        StatusCode::SEE_OTHER if to_sign_in => Answer::SignIn,
        _ => Answer::LetIn,
    }
}

fn expected(row: &Declared, role: Option<Role>) -> Answer {
    match (row.access, role) {
        (Access::Public, _) => Answer::LetIn,
        (Access::Member(_), None) => Answer::SignIn,
        (Access::Member(ability), Some(role)) if role.can(ability) => Answer::LetIn,
        (Access::Member(_), Some(_)) => Answer::Forbidden,
    }
}

#[tokio::test]
async fn every_route_asks_everybody_what_its_row_says() {
    let app = app::start().await;
    let (_, owner) = app.owner().await;
    let project = owner.project("Opera").await;
    let actors = actors(&app, &owner, &project).await;
    let mut rows = troupe::app::table();
    // What signs the caller out comes last.
    rows.sort_by_key(|row| (row.method == Method::DELETE && row.path == "/session", row.path.clone()));
    let mut wrong = Vec::new();
    for row in &rows {
        let path = path(row, &project);
        for actor in &actors {
            let answer = send(actor, row, &path).await;
            let (status, found, expected) = (answer.status(), found(row, &path, &answer), expected(row, actor.role));
            if status.is_server_error() || found != expected {
                wrong.push(format!("{} {} as {}: {status}, {found:?} instead of {expected:?}", row.method, row.path, actor.name));
            }
            let within = path.contains(&project);
            if within && expected == Answer::LetIn && !actor.inside && status != StatusCode::NOT_FOUND {
                wrong.push(format!("{} {} shows {} a foreign project: {status}", row.method, row.path, actor.name));
            }
            if within && expected == Answer::LetIn && actor.inside && !path.contains(SOMETHING) && status == StatusCode::NOT_FOUND {
                wrong.push(format!("{} {} hides their own project from {}", row.method, row.path, actor.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {} asked wrong:\n{}", wrong.len(), rows.len() * actors.len(), wrong.join("\n"));
    app.stop().await;
}
