//! The sign-in page and the way out.

use super::actions;
use crate::platform::{Error, House};
use crate::web::{Access, Answer, Errors, Failure, Form, Me, Routes, Shell, Visit, page};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use serde::Deserialize;

pub fn routes() -> Routes {
    Routes::new()
        .get("/login", Access::Public, new)
        .post("/login", Access::Public, create)
        .delete("/session", Access::Member(crate::web::Ability::Read), destroy)
        .post("/language", Access::Public, language)
}

#[derive(Template)]
#[template(path = "team/login.html")]
struct LoginPage {
    shell: Shell,
    form: LoginForm,
    errors: Errors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LoginForm {
    email: String,
    password: String,
    next: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LanguageForm {
    lang: String,
}

async fn new(visit: Visit, Query(form): Query<LoginForm>) -> Answer {
    if visit.member.is_some() {
        return Ok(visit.go("/"));
    }
    Ok(page(StatusCode::OK, &LoginPage { shell: visit.bare_shell(), form, errors: Errors::default() }))
}

async fn create(State(house): State<House>, visit: Visit, Form(mut form): Form<LoginForm>) -> Answer {
    let password = std::mem::take(&mut form.password);
    match actions::sign_in(&house, &visit, &form.email, password).await {
        Ok(secret) => {
            let mut answer = visit.go(inside(&form.next));
            visit.set_cookie(&mut answer, visit.session_cookie(), &secret, Some(30 * 24 * 3600));
            Ok(answer)
        }
        Err(Failure::House(Error::Invalid(errors))) => {
            let errors = Errors::of(visit.words, &errors);
            Ok(page(StatusCode::UNAUTHORIZED, &LoginPage { shell: visit.bare_shell(), form, errors }))
        }
        Err(failure) => Err(failure),
    }
}

async fn destroy(State(house): State<House>, me: Me) -> Answer {
    if let Some(session) = me.session {
        actions::sign_out(&house, session, me.actor()).await?;
    }
    let mut answer = me.go("/login");
    me.set_cookie(&mut answer, me.session_cookie(), "", Some(0));
    answer.headers_mut().insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(answer)
}

/// The language of the pages before somebody is signed in.
async fn language(visit: Visit, Form(form): Form<LanguageForm>) -> Answer {
    let mut answer = visit.go("/login");
    let tag = if form.lang == "zh-Hans" { "zh-Hans" } else { "en" };
    visit.set_cookie(&mut answer, "lang", tag, Some(365 * 24 * 3600));
    Ok(answer)
}

/// Only a path of our own may be gone to after signing in.
fn inside(next: &str) -> &str {
    let ours = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n']);
    if ours { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn signing_in_leads_nowhere_else() {
        assert_eq!(inside("/projects/1?state=inbox"), "/projects/1?state=inbox");
        for next in ["", "//evil.example", "https://evil.example", "/\\evil.example", "/\r\nx"] {
            assert_eq!(inside(next), "/", "{next:?}");
        }
    }
}
