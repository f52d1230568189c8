//! One request and who makes it: found once, before the handler.

use super::routes::Table;
use super::{Ability, Access, Doors, Failure, Found, Member, Say, Shell, Shells, Words, failure, see_other};
use crate::platform::events::Actor;
use crate::platform::id::{ProjectId, SessionId, TokenId};
use crate::platform::{House, Ms, Outcome};
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::sync::Arc;

/// The peer of the connection; `None` for a Unix socket, which only the local proxy can reach.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub Option<IpAddr>);

/// The cookie of a secret on its way to the page that shows it.
const ONCE: &str = "once";

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
    reads: bool,
    local: bool,
    say: Option<Said>,
    /// The page's own script asked: it wants the line of [`Visit::go_saying`], not the page it leads to
    by_script: bool,
    once: Option<String>,
    shells: Arc<dyn Shells>,
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

fn session_cookie(https: bool) -> &'static str {
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

fn decode(text: &str) -> String {
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

/// What the layer needs to know.
#[derive(Clone)]
pub struct Entrance {
    pub house: House,
    pub doors: Arc<dyn Doors>,
    pub shells: Arc<dyn Shells>,
    pub table: Arc<Table>,
}

/// The layer: finds who it is, checks the row of the route table, hands on, dresses failures.
pub async fn let_in(State(entrance): State<Entrance>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let (visit, trouble) = meet(&entrance, &parts).await;
    let wants_json = for_programs(parts.uri.path());
    let opens_nothing = visit.member.is_none()
        && trouble.is_none()
        && !wants_json
        && !parts.uri.path().starts_with("/static/")
        && cookie(&parts.headers, visit.session_cookie()).is_some();
    let matched = parts.extensions.get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let allowed = trouble.map_or_else(|| allowed(&entrance.table, &parts.method, matched.as_deref(), &visit), Err);
    parts.extensions.insert(visit.clone());
    let answer = match allowed {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(failure) => failure.into_response(),
    };
    let asked = failure::Asked { route: matched.as_deref(), reads: visit.reads, wants_json };
    let mut answer = failure::dress(&visit, asked, answer).await;
    if opens_nothing && !sets(&answer, visit.session_cookie()) {
        visit.set_cookie(&mut answer, visit.session_cookie(), "", Some(0));
    }
    let is_page = answer.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if visit.say.is_some() && is_page {
        visit.set_cookie(&mut answer, "say", "", Some(0));
    }
    answer
}

/// Whether the answer gives this cookie a value already.
fn sets(answer: &Response, name: &str) -> bool {
    let cookies = answer.headers().get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.filter_map(|cookie| cookie.split_once('=')).any(|(set, _)| set == name)
}

fn allowed(table: &Table, method: &Method, matched: Option<&str>, visit: &Visit) -> Result<(), Failure> {
    let Some(path) = matched else { return Ok(()) }; // the fallback answers "not found"
    match table.find(method, path) {
        Some(Access::Public) => Ok(()),
        Some(Access::Member(ability)) => match &visit.member {
            None => Err(Failure::SignIn),
            Some(member) if member.can(ability) => Ok(()),
            Some(_) => Err(Failure::Forbidden(ability)),
        },
        // No row for this method: the router answers 405 itself, a handler is never reached.
        None => Ok(()),
    }
}

async fn meet(entrance: &Entrance, request: &Parts) -> (Visit, Option<Failure>) {
    let headers = &request.headers;
    let config = &entrance.house.config;
    let found = found(entrance, request).await;
    let (found, trouble) = match found {
        Ok(found) => (found, None),
        Err(failure) => (None, Some(failure)),
    };
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
    let member = found.as_ref().map(|found| Arc::clone(&found.member));
    let words = match (&member, cookie(headers, "lang")) {
        (Some(member), _) => Words::of(&member.locale),
        (None, Some(tag)) => Words::of(tag),
        (None, None) => Words::of(text(header::ACCEPT_LANGUAGE)),
    };
    let visit = Visit {
        theme: member.as_ref().map_or_else(|| cookie(headers, "theme").unwrap_or("auto").to_owned(), |member| member.theme.clone()),
        member,
        session: found.as_ref().and_then(|found| found.session),
        token: found.as_ref().and_then(|found| found.token),
        words,
        address: address(request, &config.trusted_proxies),
        path: request.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        now: entrance.house.now(),
        base: config.base.clone(),
        https: config.https(),
        agent: text(header::USER_AGENT).chars().take(200).collect(),
        by_script: text(header::ACCEPT) == "application/json",
        once: cookie(headers, ONCE).map(str::to_owned),
        reads: matches!(request.method, Method::GET | Method::HEAD),
        local: is_local(request),
        say: cookie(headers, "say").and_then(|text| serde_json::from_str(&decode(text)).ok()),
        shells: Arc::clone(&entrance.shells),
    };
    (visit, trouble)
}

/// Paths that programs call: a token opens them, a cookie does not, and failures are JSON.
fn for_programs(path: &str) -> bool {
    path.starts_with("/api/") || path.starts_with("/health/") || path == "/metrics"
}

/// Programs come with a bearer token and nothing else; people come with a cookie.
async fn found(entrance: &Entrance, request: &Parts) -> Result<Option<Found>, Failure> {
    let headers = &request.headers;
    if for_programs(request.uri.path()) {
        let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
        let Some(secret) = value.to_str().ok().and_then(|value| value.strip_prefix("Bearer ")) else { return Ok(None) };
        return Ok(entrance.doors.by_bearer(secret.trim()).await?);
    }
    match cookie(headers, session_cookie(entrance.house.config.https())) {
        Some(secret) => Ok(entrance.doors.by_cookie(secret).await?),
        None => Ok(None),
    }
}

/// The visitor's address: forwarded headers count only when a trusted proxy wrote them, and then
/// the right-most address that is no proxy of ours.
fn address(request: &Parts, trusted: &[crate::config::Network]) -> Option<IpAddr> {
    let peer = request.extensions.get::<axum::extract::ConnectInfo<Peer>>().and_then(|info| info.0.0);
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    if peer.is_some_and(|peer| !is_trusted(peer)) {
        return peer;
    }
    let forwarded: Vec<IpAddr> = request
        .headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|part| part.trim().parse().ok())
        .collect();
    forwarded.into_iter().rev().find(|&address| !is_trusted(address)).or(peer)
}

/// A loopback peer that speaks for itself. A proxy on this machine is a loopback peer too, but it
/// says whom it speaks for.
fn is_local(request: &Parts) -> bool {
    let peer = request.extensions.get::<axum::extract::ConnectInfo<Peer>>().and_then(|info| info.0.0);
    let handed_on = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via"];
    peer.is_some_and(|peer| peer.to_canonical().is_loopback()) && !handed_on.iter().any(|name| request.headers.contains_key(*name))
}

/// For handlers that check more than their row says.
pub fn require(me: &Me, ability: Ability) -> Result<(), Failure> {
    if me.member.can(ability) { Ok(()) } else { Err(Failure::Forbidden(ability)) }
}
