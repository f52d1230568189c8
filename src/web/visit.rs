//! One request and who makes it: found once by `entrance`, before the handler.

use super::{Ability, Failure, Member, Say, Shell, Shells, Words, see_other};
use crate::platform::events::Actor;
use crate::platform::id::{ProjectId, SessionId, TokenId};
use crate::platform::{Ms, Outcome};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::sync::Arc;

/// The peer of the connection; `None` for a Unix socket, which only the local proxy can reach.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub Option<IpAddr>);

/// The cookie of a secret on its way to the page that shows it.
pub(super) const ONCE: &str = "once";

#[derive(Clone)]
pub struct Visit {
    pub member: Option<Arc<Member>>,
    pub session: Option<SessionId>,
    pub token: Option<TokenId>,
    pub words: Words,
    pub theme: String,
    pub address: Option<IpAddr>,
    /// Path and query without the base path.
    pub path: String,
    pub now: Ms,
    pub base: String,
    pub https: bool,
    pub agent: String,
    /// GET or HEAD: the path can be come back to.
    pub(super) reads: bool,
    pub(super) local: bool,
    pub(super) say: Option<Said>,
    /// The page's own script asked: it wants the line of [`Visit::go_saying`], not the page it leads to
    pub(super) by_script: bool,
    pub(super) once: Option<String>,
    pub(super) shells: Arc<dyn Shells>,
}

/// A line to be shown on the next page; travels in a cookie of a minute.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Said {
    key: String,
    parts: Vec<(String, String)>,
    undo: Option<String>,
    /// Path and key of the step that follows
    #[serde(default)]
    next: Option<(String, String)>,
}

impl Said {
    pub fn new(key: &str) -> Said {
        Said { key: key.to_owned(), parts: Vec::new(), undo: None, next: None }
    }

    pub fn with(mut self, name: &str, value: impl ToString) -> Said {
        self.parts.push((name.to_owned(), value.to_string()));
        self
    }

    /// A path that takes it back when POSTed to.
    pub fn undo(mut self, path: impl Into<String>) -> Said {
        self.undo = Some(path.into());
        self
    }

    /// The page where it goes on, and the key of what its link says.
    pub fn next(mut self, path: impl Into<String>, key: &str) -> Said {
        self.next = Some((path.into(), key.to_owned()));
        self
    }
}

impl Visit {
    /// The frame of a page inside a project, or `NotFound` when the member may not see it.
    pub async fn shell(&self, project: Option<ProjectId>) -> Outcome<Shell> {
        let mut shell = self.shells.shell(self, project).await?;
        shell.say = self.said();
        Ok(shell)
    }

    /// The project this member looked at last.
    pub fn last_project(&self) -> Option<ProjectId> {
        self.member.as_ref().and_then(|member| self.shells.last_project(member.id))
    }

    /// A frame without rooms: sign-in, set-up, errors.
    pub fn bare_shell(&self) -> Shell {
        Shell {
            words: self.words,
            base: self.base.clone(),
            now: self.now,
            member: self.member.clone(),
            project: super::ProjectBrief::default(),
            acts: Vec::new(),
            place: super::Place(""),
            say: self.said(),
            theme: self.theme.clone(),
            path: self.path.clone(),
        }
    }

    fn said(&self) -> Option<Say> {
        let said = self.say.as_ref()?;
        let text = self.line(said);
        (text != said.key).then(|| Say { text, undo: said.undo.clone(), next: said.next.clone() })
    }

    fn line(&self, said: &Said) -> String {
        use super::i18n::Arg;
        let parts: Vec<_> = said.parts.iter().map(|(name, value)| (static_name(name), value.value())).collect();
        self.words.with(&said.key, &parts)
    }

    /// Whether the request was made on this machine itself: no proxy handed it on.
    pub fn is_local(&self) -> bool {
        self.local
    }

    /// 303 to a path of the studio.
    pub fn go(&self, path: &str) -> Response {
        see_other(&format!("{}{path}", self.base))
    }

    /// 303 to a path, with a line to be shown there. A script of ours that asks for JSON gets the line itself, so that it
    /// need not load the page to show it: `{to, say, undo, next: {path, say}}`, with paths that carry the base.
    pub fn go_saying(&self, path: &str, said: Said) -> Response {
        if self.by_script {
            return self.tell(StatusCode::OK, path, &said);
        }
        let mut answer = self.go(path);
        if let Ok(text) = serde_json::to_string(&said) {
            self.set_cookie(&mut answer, "say", &encode(&text), Some(60));
        }
        answer
    }

    /// What came in the way, and the page that shows it: 303 for a person, 409 with the line for a script of ours.
    pub fn go_asking(&self, path: &str, said: &Said) -> Response {
        if self.by_script { self.tell(StatusCode::CONFLICT, path, said) } else { self.go(path) }
    }

    fn tell(&self, status: StatusCode, path: &str, said: &Said) -> Response {
        let to = |path: &str| format!("{}{path}", self.base);
        let next = said.next.as_ref().map(|(path, key)| serde_json::json!({ "path": to(path), "say": self.words.t(key) }));
        let body = serde_json::json!({ "to": to(path), "say": self.line(said), "undo": said.undo.as_deref().map(to), "next": next });
        (status, axum::Json(body)).into_response()
    }

    /// 303 to `path`, a page that shows `secret` once. It travels in a cookie of a minute that is
    /// sent to this path only, so that neither an address nor the database ever holds it.
    pub fn go_once(&self, path: &str, secret: &str) -> Response {
        let mut answer = self.go(path);
        self.put(&mut answer, ONCE, secret, &format!("{}{path}", self.base), Some(60));
        answer
    }

    /// The secret that came along.
    pub fn once(&self) -> Option<&str> {
        self.once.as_deref()
    }

    /// Ends the cookie of [`Visit::go_once`] with the answer that showed the secret.
    pub fn end_once(&self, mut answer: Response, path: &str) -> Response {
        if self.once.is_some() {
            self.put(&mut answer, ONCE, "", &format!("{}{path}", self.base), Some(0));
        }
        answer
    }

    /// The sign-in page, which leads back here, or to the first page when this cannot be come back to.
    pub fn to_login(&self) -> Response {
        if self.path == "/" {
            return self.go("/login");
        }
        let back = if self.reads { self.path.as_str() } else { "/" };
        let next: String = url::form_urlencoded::byte_serialize(back.as_bytes()).collect();
        self.go(&format!("/login?next={next}"))
    }

    /// Sets a cookie for the whole studio; `None` lasts for the session, 0 removes it.
    pub fn set_cookie(&self, answer: &mut Response, name: &str, value: &str, seconds: Option<i64>) {
        let path = if name.starts_with("__Host-") { "" } else { &self.base };
        self.put(answer, name, value, if path.is_empty() { "/" } else { path }, seconds);
    }

    fn put(&self, answer: &mut Response, name: &str, value: &str, path: &str, seconds: Option<i64>) {
        let age = seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
        let secure = if self.https { "; Secure" } else { "" };
        let cookie = format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax{secure}{age}");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            answer.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }

    /// The name of the session cookie: bound to the host where https allows it.
    pub fn session_cookie(&self) -> &'static str {
        session_cookie(self.https)
    }
}

pub(super) fn session_cookie(https: bool) -> &'static str {
    if https { "__Host-sid" } else { "sid" }
}

/// Parts that a said line may carry.
fn static_name(name: &str) -> &'static str {
    match name {
        "n" => "n",
        "title" => "title",
        "project" => "project",
        _ => "name",
    }
}

fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

pub(super) fn decode(text: &str) -> String {
    url::form_urlencoded::parse(format!("v={text}").as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// The value of a cookie; the first one when it was sent twice.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

/// The signed-in member of a request; routes with `Access::Member` always have one.
#[derive(Clone)]
pub struct Me {
    pub member: Arc<Member>,
    pub visit: Visit,
}

impl std::ops::Deref for Me {
    type Target = Visit;
    fn deref(&self) -> &Visit {
        &self.visit
    }
}

impl Me {
    pub fn actor(&self) -> Actor {
        let address = self.visit.address.map(|address| address.to_string());
        match self.visit.token {
            Some(token) => Actor::token(token, address),
            None => Actor::member(self.member.id, address),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Me {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Me, Failure> {
        let visit = parts.extensions.get::<Visit>().cloned().ok_or(Failure::SignIn)?;
        let member = visit.member.clone().ok_or(Failure::SignIn)?;
        Ok(Me { member, visit })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Visit, Failure> {
        parts.extensions.get::<Visit>().cloned().ok_or(Failure::SignIn)
    }
}

/// For handlers that check more than their row says.
pub fn require(me: &Me, ability: Ability) -> Result<(), Failure> {
    if me.member.can(ability) { Ok(()) } else { Err(Failure::Forbidden(ability)) }
}
