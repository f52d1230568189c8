//! Answers for programs: JSON in, JSON out, errors as `application/problem+json` with a pointer.

use super::i18n::Arg;
use super::{Answer, Failure, Me, Slice, Words, objects};
use crate::platform::db::Tx;
use crate::platform::id::MemberId;
use crate::platform::{Error, FieldError, House, Outcome};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::SqliteExecutor;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// One page of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Items<T> {
    pub items: Vec<T>,
    /// Hand it to `?after=`; null on the last page.
    pub next: Option<Uuid>,
}

impl<T> From<Slice<T>> for Items<T> {
    fn from(slice: Slice<T>) -> Self {
        Items { items: slice.items, next: slice.next }
    }
}

/// What a creating call answers.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NewObject {
    pub id: Uuid,
}

/// An error as RFC 9457 has it. `errors` point to the fields.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// Always `about:blank`
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    kind: &'static str,
    pub title: String,
    pub status: u16,
    /// The same in every language
    #[schema(value_type = String)]
    pub code: &'static str,
    pub errors: Vec<Pointed>,
    /// With 409: the version that was sent
    #[serde(skip_serializing_if = "Option::is_none")]
    pub yours: Option<i64>,
    /// With 409: the version it has now
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<i64>,
    /// With 500: what the log has it under
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Pointed {
    /// A JSON pointer (RFC 6901).
    pub pointer: String,
    pub detail: String,
}

fn pointer(error: &FieldError) -> String {
    let inside = error.inside.as_ref().map(|name| format!("/{}", name.replace('~', "~0").replace('/', "~1")));
    format!("/{}{}", error.field.replace('.', "/"), inside.unwrap_or_default())
}

/// A failure in JSON.
pub fn problem(failure: &Failure, words: Words, reference: Option<String>) -> Response {
    let say = |key: &str, parts: &[(&'static str, String)]| {
        let parts: Vec<_> = parts.iter().map(|(name, value)| (*name, value.value())).collect();
        words.with(key, &parts)
    };
    let point = |pointer: String, detail: String| Pointed { pointer, detail };
    let errors: Vec<Pointed> = match failure {
        Failure::House(Error::Invalid(list)) => list.iter().map(|error| point(pointer(error), say(error.key, &error.args))).collect(),
        Failure::Query { field, detail } => {
            let pointer = if field.is_empty() { String::new() } else { format!("/{field}") };
            vec![point(pointer, detail.clone())]
        }
        Failure::Json { pointer, detail } => vec![point(pointer.clone(), detail.clone())],
        _ => Vec::new(),
    };
    let status = failure.status();
    // The sentence of the page speaks of its form.
    let title = if matches!(failure, Failure::House(Error::Stale(_))) { "failure-stale-api" } else { failure.key() };
    let versions = if let Failure::House(Error::Stale(versions)) = failure { *versions } else { None };
    let problem = Problem {
        kind: "about:blank",
        title: say(title, &failure.parts()),
        status: status.as_u16(),
        code: failure.key(),
        errors,
        yours: versions.map(|versions| versions.yours),
        current: versions.map(|versions| versions.current),
        reference,
    };
    let mut answer = (status, serde_json::to_string(&problem).unwrap_or_default()).into_response();
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if status == StatusCode::UNAUTHORIZED {
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    answer
}

/// A JSON body, and what is needed to answer the same call the same way again.
#[derive(Debug)]
pub struct Given<T> {
    pub value: T,
    call: Call,
}

/// A call that may be sent again: by its key, its address and the digest of its body.
#[derive(Debug, Clone)]
pub struct Call {
    key: Option<String>,
    path: String,
    body_sha256: Vec<u8>,
}

/// The head of such a call, for handlers that read the body themselves.
#[derive(Debug, Clone)]
pub struct Head {
    key: Option<String>,
    path: String,
}

impl Head {
    fn of(headers: &HeaderMap, method: &Method, uri: &Uri) -> Result<Head, Failure> {
        let key = headers.get("idempotency-key").map(|value| value.to_str().unwrap_or_default().to_owned());
        if key.as_ref().is_some_and(|key| key.is_empty() || key.len() > 255) {
            return Err(Failure::Bad("failure-key-length"));
        }
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        Ok(Head { key, path: format!("{method} {path}") })
    }

    /// `digest` is the SHA-256 of the body, or of what it carries.
    pub fn with(self, digest: &[u8]) -> Call {
        Call { key: self.key, path: self.path, body_sha256: digest.to_vec() }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Head {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Head, Failure> {
        Head::of(&parts.headers, &parts.method, &parts.uri)
    }
}

impl<T> Given<T> {
    pub fn into_parts(self) -> (T, Call) {
        (self.value, self.call)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Given<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let headers = request.headers().clone();
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let kind = text("content-type").unwrap_or_default();
        if kind.split(';').next().map(str::trim) != Some("application/json") {
            return Err(Failure::WrongType);
        }
        let head = Head::of(&headers, request.method(), request.uri())?;
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|cause| if cause.status() == StatusCode::PAYLOAD_TOO_LARGE { Failure::TooLarge } else { Failure::Bad("failure-json") })?;
        let value = objects::parse(&body)?;
        Ok(Given { value, call: head.with(&Sha256::digest(&body)) })
    }
}

/// What a creating unit made.
#[derive(Debug, Clone)]
pub struct Created {
    pub status: StatusCode,
    pub body: Value,
}

impl Created {
    pub fn id(id: Uuid) -> Created {
        Created { status: StatusCode::CREATED, body: json!({ "id": id }) }
    }
}

/// Runs a creating unit once per idempotency key: the key is claimed, the object made and the
/// answer kept in one transaction, so a repeated call, even after a crash, gets the first answer.
pub async fn create<F>(house: &House, me: &Me, call: Call, unit: F) -> Answer
where
    F: AsyncFnOnce(&mut Tx) -> Outcome<Created> + Send + 'static,
{
    let (owner, now) = (me.member.id, house.now());
    let made = house
        .db
        .write(async move |tx| {
            if let Some(first) = before(&mut *tx, owner, &call).await? {
                return Ok(first);
            }
            let Some(key) = call.key else { return unit(tx).await.map(Ok) };
            let made = unit(&mut *tx).await?;
            let (status, body) = (i64::from(made.status.as_u16()), made.body.to_string());
            sqlx::query!(
                "insert into idempotency_keys (owner_id, key, path, body_sha256, status, body, created_ms) values (?, ?, ?, ?, ?, ?, ?)",
                owner,
                key,
                call.path,
                call.body_sha256,
                status,
                body,
                now
            )
            .execute(&mut *tx)
            .await?;
            Ok::<_, Error>(Ok(made))
        })
        .await??;
    Ok((made.status, Json(made.body)).into_response())
}

/// The answer that this call had before: the same again, or a refusal when the key came with
/// another call. `None` for the first time, and without a key.
async fn before(tx: impl SqliteExecutor<'_>, owner: MemberId, call: &Call) -> Outcome<Option<Result<Created, Failure>>> {
    let Some(key) = &call.key else { return Ok(None) };
    let first = sqlx::query!("select path, body_sha256, status, body from idempotency_keys where owner_id = ? and key = ?", owner, key)
        .fetch_optional(tx)
        .await?;
    Ok(first.map(|first| {
        if first.path != call.path || first.body_sha256 != call.body_sha256 {
            return Err(Failure::KeyReused);
        }
        let status = u16::try_from(first.status).ok().and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or(StatusCode::CREATED);
        Ok(Created { status, body: serde_json::from_str(&first.body).unwrap_or_default() })
    }))
}

/// The same for work that is no unit of the database, such as writing a backup: while it is under
/// way, the same key is refused with 409; its answer is kept once it is there.
pub async fn create_outside<F>(house: &House, me: &Me, call: Call, work: F) -> Answer
where
    F: Future<Output = Result<Created, Failure>>,
{
    let _under_way = UnderWay::begin(me.member.id, call.key.as_ref())?;
    if let Some(first) = before(house.db.read(), me.member.id, &call).await? {
        let first = first?;
        return Ok((first.status, Json(first.body)).into_response());
    }
    let made = work.await?;
    create(house, me, call, async move |_| Ok(made)).await
}

/// A key whose work is under way in this process; over when it is dropped.
struct UnderWay(Option<(MemberId, String)>);

static KEYS: Mutex<BTreeSet<(MemberId, String)>> = Mutex::new(BTreeSet::new());

impl UnderWay {
    fn begin(owner: MemberId, key: Option<&String>) -> Result<UnderWay, Failure> {
        let Some(key) = key else { return Ok(UnderWay(None)) };
        let mine = (owner, key.clone());
        let is_first = KEYS.lock().unwrap_or_else(PoisonError::into_inner).insert(mine.clone());
        if is_first { Ok(UnderWay(Some(mine))) } else { Err(Failure::UnderWay) }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        if let Some(mine) = &self.0 {
            KEYS.lock().unwrap_or_else(PoisonError::into_inner).remove(mine);
        }
    }
}
