//! The sign-in page, the way out, and where else a member is signed in.

use super::actions;
use super::store::{self, OpenSession};
use crate::platform::id::SessionId;
use crate::platform::{Error, House};
use crate::web::{Ability, Access, Answer, Errors, Failure, Form, Me, Routes, Said, Shell, Visit, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use serde::Deserialize;

pub fn routes() -> Routes {
    let read = Access::Member(Ability::Read);
    Routes::new()
        .get("/login", Access::Public, new)
        .post("/login", Access::Public, create)
        .delete("/session", read, destroy)
        .get("/sessions", read, index)
        .delete("/sessions", read, end_others)
        .delete("/sessions/{session}", read, end)
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

/// In bytes; no password that was ever kept is nearly as long.
const PASSWORD_MAX: usize = 16 << 10;

async fn new(visit: Visit, Query(form): Query<LoginForm>) -> Answer {
    if visit.member.is_some() {
        return Ok(visit.go("/"));
    }
    Ok(page(StatusCode::OK, &LoginPage { shell: visit.bare_shell(), form, errors: Errors::default() }))
}

async fn create(State(house): State<House>, visit: Visit, Form(mut form): Form<LoginForm>) -> Answer {
    let password = std::mem::take(&mut form.password);
    if password.len() > PASSWORD_MAX {
        return Err(Failure::TooLarge);
    }
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

#[derive(Template)]
#[template(path = "team/sessions/index.html")]
struct SessionsPage {
    shell: Shell,
    sessions: Vec<OpenSession>,
    own: Option<SessionId>,
}

impl SessionsPage {
    fn is_own(&self, session: &OpenSession) -> bool {
        self.own == Some(session.id)
    }
}

async fn index(State(house): State<House>, me: Me) -> Answer {
    let sessions = store::of_member(house.db.read(), me.member.id, me.now).await?;
    Ok(page(StatusCode::OK, &SessionsPage { shell: me.shell(None).await?.at("sessions"), sessions, own: me.session }))
}

async fn end(State(house): State<House>, me: Me, Path(id): Path<SessionId>) -> Answer {
    actions::end(&house, &me, id).await?;
    Ok(me.go_saying("/sessions", Said::new("sessions-ended")))
}

async fn end_others(State(house): State<House>, me: Me) -> Answer {
    let n = actions::end_others(&house, &me).await?;
    Ok(me.go_saying("/sessions", Said::new("sessions-others-ended").with("n", n)))
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
    // Browsers drop tabs and line ends from an address before they read it.
    let ours = next.starts_with('/') && !next.starts_with("//") && !next.contains(|c: char| c == '\\' || c.is_control());
    if ours { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn signing_in_leads_nowhere_else() {
        assert_eq!(inside("/projects/1?state=inbox"), "/projects/1?state=inbox");
        for next in ["", "//evil.example", "https://evil.example", "/\\evil.example", "/\r\nx", "/\t/evil.example"] {
            assert_eq!(inside(next), "/", "{next:?}");
        }
    }
}
