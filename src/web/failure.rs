//! What a handler can fail with, and how a person or a program reads it.
//!
//! A handler answers a [`Failure`]; [`dress`] turns it into an error page in the
//! reader's language, or into `application/problem+json` below `/api`. Input errors of pages never
//! come this far: their handler shows the form again.

use super::i18n::Arg;
use super::objects::field_of;
use super::{Ability, Shell, Visit, page, problem};
use crate::platform::id::fresh;
use crate::platform::{Error, Ms};
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

#[derive(Clone, Debug)]
pub enum Failure {
    House(Error),
    /// Nobody is signed in, or the session is over.
    SignIn,
    /// Signed in, but the role or the token's scope does not reach.
    Forbidden(Ability),
    /// The request came from another site.
    OtherSite,
    /// The request cannot be understood; the key says how.
    Bad(&'static str),
    TooLarge,
    /// The body came in too slowly.
    Slow,
    WrongType,
    WrongMethod,
    /// Wait this many seconds.
    TooMany(i64),
    /// A name the server does not answer to.
    Misdirected,
    /// The same idempotency key came with another body.
    KeyReused,
    /// The same idempotency key came while its first call is still under way.
    UnderWay,
    /// A query that is not what the page or the call takes: the name, when it is known, and what
    /// the parser said.
    Query {
        field: String,
        detail: String,
    },
    /// JSON that is not what the call takes: where, and what the parser said.
    Json {
        pointer: String,
        detail: String,
    },
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::House(error)
    }
}

impl Failure {
    pub fn status(&self) -> StatusCode {
        match self {
            Failure::House(Error::NotFound) => StatusCode::NOT_FOUND,
            Failure::House(Error::Invalid(_) | Error::Refused { .. } | Error::Constraint(_)) | Failure::KeyReused | Failure::Json { .. } => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Failure::House(Error::Stale(_)) | Failure::UnderWay => StatusCode::CONFLICT,
            Failure::House(Error::Full) => StatusCode::INSUFFICIENT_STORAGE,
            Failure::House(Error::Busy(_)) => StatusCode::SERVICE_UNAVAILABLE,
            Failure::House(Error::Broken(_)) => StatusCode::INTERNAL_SERVER_ERROR,
            Failure::SignIn => StatusCode::UNAUTHORIZED,
            Failure::Forbidden(_) | Failure::OtherSite => StatusCode::FORBIDDEN,
            Failure::Bad(_) | Failure::Query { .. } => StatusCode::BAD_REQUEST,
            Failure::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Failure::Slow => StatusCode::REQUEST_TIMEOUT,
            Failure::WrongType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Failure::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Failure::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Failure::Misdirected => StatusCode::MISDIRECTED_REQUEST,
        }
    }

    /// The key of the sentence that says what happened; its twin ends in `-next` and says what to do.
    pub fn key(&self) -> &'static str {
        match self {
            Failure::House(Error::NotFound) => "failure-not-found",
            Failure::House(Error::Invalid(_) | Error::Constraint(_)) => "failure-invalid",
            Failure::House(Error::Refused { key, .. }) | Failure::Bad(key) => key,
            Failure::House(Error::Stale(_)) => "failure-stale",
            Failure::House(Error::Full) => "failure-full",
            Failure::House(Error::Busy(_)) => "failure-busy",
            Failure::House(Error::Broken(_)) => "failure-broken",
            Failure::SignIn => "failure-sign-in",
            Failure::Forbidden(_) => "failure-forbidden",
            Failure::OtherSite => "failure-other-site",
            Failure::TooLarge => "failure-too-large",
            Failure::Slow => "failure-slow",
            Failure::WrongType => "failure-wrong-type",
            Failure::WrongMethod => "failure-wrong-method",
            Failure::TooMany(_) => "failure-too-many",
            Failure::Misdirected => "failure-misdirected",
            Failure::KeyReused => "failure-key-reused",
            Failure::UnderWay => "failure-under-way",
            Failure::Query { .. } => "failure-filter",
            Failure::Json { .. } => "failure-invalid",
        }
    }

    /// The parts of the sentence.
    pub fn parts(&self) -> Vec<(&'static str, String)> {
        match self {
            Failure::House(Error::Refused { args, .. }) => args.clone(),
            Failure::TooMany(seconds) => vec![("n", ((seconds + 59) / 60).to_string())],
            _ => Vec::new(),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut answer = self.status().into_response();
        if let Failure::TooMany(seconds) = self
            && let Ok(value) = HeaderValue::from_str(&seconds.to_string())
        {
            answer.headers_mut().insert(header::RETRY_AFTER, value);
        }
        if matches!(self, Failure::House(Error::Busy(_)) | Failure::UnderWay) {
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        answer.extensions_mut().insert(self);
        answer
    }
}

#[derive(Template)]
#[template(path = "web/failure.html")]
struct FailurePage {
    shell: Shell,
    what: String,
    next: Option<String>,
    reference: Option<String>,
}

/// What was asked for, as far as a refusal needs it.
pub struct Asked<'a> {
    /// The path of the route, as in `/ideas/{idea}`.
    pub route: Option<&'a str>,
    /// GET or HEAD.
    pub reads: bool,
    pub wants_json: bool,
}

/// Gives a failed answer its words, in the reader's language.
pub async fn dress(visit: &Visit, asked: Asked<'_>, answer: Response) -> Response {
    let Asked { wants_json, .. } = asked;
    let answer = match is_plain_refusal(&answer) {
        true => unread(visit, &asked, answer).await.into_response(),
        false => answer,
    };
    let Some(failure) = answer.extensions().get::<Failure>().cloned().or_else(|| bare(&answer)) else { return answer };
    if matches!(failure, Failure::SignIn) && !wants_json {
        return visit.to_login();
    }
    let reference = logged(&failure, visit.now);
    let mut full = if wants_json {
        problem(&failure, visit.words, reference)
    } else {
        let parts = failure.parts();
        let parts: Vec<_> = parts.iter().map(|(name, value)| (*name, value.value())).collect();
        let next_key = format!("{}-next", failure.key());
        let next = Some(visit.words.with(&next_key, &parts)).filter(|text| *text != next_key);
        let what = visit.words.with(failure.key(), &parts);
        page(failure.status(), &FailurePage { shell: visit.bare_shell(), what, next, reference })
    };
    for name in [header::RETRY_AFTER, header::ALLOW, header::SET_COOKIE, header::CONNECTION] {
        if let Some(value) = answer.headers().get(&name) {
            full.headers_mut().insert(name, value.clone());
        }
    }
    full
}

/// The framework refuses what it cannot read in its own words; no handler of ours answers like that.
fn is_plain_refusal(answer: &Response) -> bool {
    answer.status() == StatusCode::BAD_REQUEST
        && answer.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"))
}

/// An id that is none names nothing here; anything else was said in the query or in the form.
async fn unread(visit: &Visit, asked: &Asked<'_>, answer: Response) -> Failure {
    let path = visit.path.split('?').next().unwrap_or_default();
    let given = asked.route.unwrap_or_default().split('/').zip(path.split('/'));
    if given.into_iter().any(|(name, value)| name.starts_with('{') && value.parse::<uuid::Uuid>().is_err()) {
        return Failure::House(Error::NotFound);
    }
    if !asked.reads {
        return Failure::Bad("failure-form");
    }
    let said = axum::body::to_bytes(answer.into_body(), 4096).await.unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    let said = said.strip_prefix("Failed to deserialize query string: ").unwrap_or(&said);
    let named = said.split_once(": ").filter(|(field, _)| field.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
    let (field, detail) = named.unwrap_or_else(|| (field_of(said).unwrap_or_default(), said));
    let (field, detail) = (field.to_owned(), detail.to_owned());
    // A filter that a list does not have is refused like a value that it does not know.
    if asked.wants_json && detail.starts_with("unknown field") {
        return Failure::Json { pointer: format!("/{field}"), detail };
    }
    Failure::Query { field, detail }
}

/// Refusals of the router itself (no such path, no such method) carry no words yet.
fn bare(answer: &Response) -> Option<Failure> {
    if answer.headers().contains_key(header::CONTENT_TYPE) {
        return None;
    }
    match answer.status() {
        StatusCode::NOT_FOUND => Some(Failure::House(Error::NotFound)),
        StatusCode::METHOD_NOT_ALLOWED => Some(Failure::WrongMethod),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Failure::TooLarge),
        StatusCode::INTERNAL_SERVER_ERROR => Some(Failure::House(Error::Broken("a handler panicked".into()))),
        _ => None,
    }
}

/// What is ours to mend is logged once with a reference; the reader sees only the reference.
fn logged(failure: &Failure, at: Ms) -> Option<String> {
    let Failure::House(Error::Broken(cause) | Error::Constraint(cause)) = failure else { return None };
    let reference = fresh(at).simple().to_string().split_off(20);
    tracing::error!(%cause, reference, "a request failed");
    Some(reference)
}
