//! The layer that every request comes through: who it is, whether its row of the route table lets it in, how a failure looks.

use super::routes::Table;
use super::visit::{ONCE, decode, session_cookie};
use super::{Access, Doors, Failure, Found, Peer, Shells, Visit, Words, cookie, failure};
use crate::platform::House;
use axum::extract::{MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;
use std::sync::Arc;

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
