//! Bluesky, and any server of the AT Protocol.
//!
//! A session (`com.atproto.server.createSession`, renewed by `refreshSession`), blobs (`uploadBlob`; a video through the
//! video service with a token made for it), then `com.atproto.repo.putRecord` of an `app.bsky.feed.post` under a record
//! key of our own choosing: a key made from the delivery names the same record however often it is put, so the same send
//! twice is one post (atproto.com/specs/record-key, "tid"). Places of links and tags are offsets in UTF-8 bytes.

use super::asking::{Asking, by_status, json, put, text_at};
use super::limits::{Limits, Most, Unit};
use super::payload::{Medium, Payload, hashtag, links};
use super::{Account, Kind, Parcel, Reason, Renewed, Report, Sent, Setting, Shape, Values};
use crate::platform::Ms;
use crate::platform::outbound::{Answer, Body, Method, Outbound, Request};
use crate::release::channels::kinds::reason::Refusal;
use crate::release::channels::model::Capability;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::time::Duration;

const SETTINGS: &[Setting] =
    &[setting!("server", Shape::Url, "https://bsky.social"), setting!("handle", Shape::Line), setting!("password", Shape::Secret)];
const VIDEO_SERVICE: &str = "https://video.bsky.app";
/// A session is renewed so long before it ends.
const AHEAD_MS: i64 = 5 * 60_000;
const POLLS: usize = 100;
const POLL: Duration = Duration::from_secs(3);
const UPLOAD: Duration = Duration::from_secs(900);

pub struct Bluesky;

impl Kind for Bluesky {
    fn name(&self) -> &'static str {
        "bluesky"
    }

    fn settings(&self) -> &'static [Setting] {
        SETTINGS
    }

    fn capability(&self, _: &Values) -> Capability {
        Capability::Key
    }

    fn limits(&self, _: &Values) -> Limits {
        Limits {
            as_of: "2026-11",
            text: Most { most: 300, unit: Unit::Graphemes },
            images: 4,
            videos: 1,
            one_kind: true,
            image_bytes: Some(1_000_000),
            video_bytes: Some(100_000_000),
            video_ms: Some((0, 180_000)),
            ..Limits::NONE
        }
    }

    fn is_expired(&self, account: &Account<'_>) -> bool {
        expiry(account.value("access")).is_none_or(|at| account.now.plus(AHEAD_MS) > at)
    }

    fn renew<'a>(&'a self, out: &'a Outbound, account: Account<'a>) -> BoxFuture<'a, Renewed> {
        Box::pin(async move {
            let asking = Asking { out, account, judge };
            let refresh = account.value("refresh");
            let refreshed = match expiry(refresh).filter(|at| *at > account.now) {
                Some(_) => asking.before(asking.signed(xrpc(&account, Method::POST, "com.atproto.server.refreshSession")?, refresh)).await.ok(),
                None => None,
            };
            let answer = match refreshed {
                Some(answer) => answer,
                None => {
                    let mut request = xrpc(&account, Method::POST, "com.atproto.server.createSession")?;
                    request.body = Body::Json(json!({ "identifier": account.value("handle"), "password": account.value("password") }));
                    asking.before(request).await?
                }
            };
            let body = json(&answer);
            let named = |name: &str, pointer: &str| text_at(&body, pointer).map(|text| (name.to_owned(), text));
            let found: Option<Values> = [named("access", "/accessJwt"), named("refresh", "/refreshJwt"), named("did", "/did")].into_iter().collect();
            found.ok_or_else(|| asking.report(Sent::RefusedForNow { retry_after_ms: None }, &answer, None))
        })
    }

    fn probe<'a>(&'a self, out: &'a Outbound, account: Account<'a>) -> BoxFuture<'a, Renewed> {
        Box::pin(async move {
            let asking = Asking { out, account, judge };
            let answer = asking.before(signed(&asking, xrpc(&account, Method::GET, "com.atproto.server.getSession")?)).await?;
            Ok(text_at(&json(&answer), "/handle").map(|handle| ("account".to_owned(), format!("@{handle}"))).into_iter().collect())
        })
    }

    fn send<'a>(&'a self, out: &'a Outbound, parcel: Parcel<'a>) -> BoxFuture<'a, Report<Sent>> {
        Box::pin(async move { send(out, parcel).await.unwrap_or_else(|report| report) })
    }
}

async fn send(out: &Outbound, parcel: Parcel<'_>) -> Result<Report<Sent>, Report<Sent>> {
    let asking = Asking { out, account: parcel.account, judge };
    let payload = parcel.payload().ok_or_else(|| Report::coded(Sent::Refused, "malformed"))?;
    let embed = embed(&asking, &parcel, &payload).await?;
    let (did, key) = (parcel.account.value("did"), record_key(&payload.planned_at, parcel.delivery));
    let mut request = signed(&asking, xrpc(&parcel.account, Method::POST, "com.atproto.repo.putRecord")?);
    request.body = Body::Json(json!({ "repo": did, "collection": "app.bsky.feed.post", "rkey": key, "record": record(&payload, embed) }));
    let answer = asking.publish(request).await?;
    let body = json(&answer);
    let outcome = match text_at(&body, "/uri") {
        Some(uri) => Sent::Published { id: Some(uri), url: Some(format!("https://bsky.app/profile/{did}/post/{key}")) },
        None => Sent::Unknown,
    };
    Ok(asking.report(outcome, &answer, None))
}

/// The post as a record; the same words give the same record.
fn record(payload: &Payload, embed: Option<Value>) -> Value {
    let text = payload.post();
    let mut record = json!({ "$type": "app.bsky.feed.post", "text": text, "createdAt": payload.planned_at, "langs": [payload.locale] });
    let facets = facets(&text, &payload.tags);
    if !facets.is_empty() {
        record["facets"] = Value::Array(facets);
    }
    if let Some(embed) = embed {
        record["embed"] = embed;
    }
    record
}

/// Links and tags of a text, with their places in bytes.
fn facets(text: &str, tags: &[String]) -> Vec<Value> {
    let place = |start: usize, length: usize| json!({ "byteStart": start, "byteEnd": start + length });
    let mut found: Vec<(usize, Value)> = Vec::new();
    for link in links(text) {
        for (start, _) in text.match_indices(link.as_str()) {
            let feature = json!({ "$type": "app.bsky.richtext.facet#link", "uri": link });
            found.push((start, json!({ "index": place(start, link.len()), "features": [feature] })));
        }
    }
    for tag in tags {
        let written = hashtag(tag);
        let ends = |at: usize| text.get(at..).and_then(|rest| rest.chars().next()).is_none_or(|c| !c.is_alphanumeric());
        for (start, _) in text.match_indices(written.as_str()).filter(|(start, _)| written.len() > 1 && ends(start + written.len())) {
            let feature = json!({ "$type": "app.bsky.richtext.facet#tag", "tag": written.trim_start_matches('#') });
            found.push((start, json!({ "index": place(start, written.len()), "features": [feature] })));
        }
    }
    found.sort_by_key(|(start, _)| *start);
    found.dedup_by_key(|(start, _)| *start);
    found.into_iter().map(|(_, facet)| facet).collect()
}

async fn embed(asking: &Asking<'_>, parcel: &Parcel<'_>, payload: &Payload) -> Result<Option<Value>, Report<Sent>> {
    if let Some(video) = payload.media.iter().find(|medium| medium.is_video()) {
        let blob = film(asking, parcel, video).await?;
        return Ok(Some(json!({ "$type": "app.bsky.embed.video", "video": blob, "alt": video.alt })));
    }
    let mut images = Vec::new();
    for image in payload.media.iter().filter(|medium| medium.is_image()) {
        let request = signed(asking, xrpc(&parcel.account, Method::POST, "com.atproto.repo.uploadBlob")?);
        let answer = asking.before(with_file(request, parcel, image)?).await?;
        let blob = json(&answer).get("blob").cloned().ok_or_else(|| asking.report(Sent::RefusedForNow { retry_after_ms: None }, &answer, None))?;
        images.push(json!({ "image": blob, "alt": image.alt }));
    }
    Ok((!images.is_empty()).then(|| json!({ "$type": "app.bsky.embed.images", "images": images })))
}

/// A video through the service that prepares it.
async fn film(asking: &Asking<'_>, parcel: &Parcel<'_>, video: &Medium) -> Result<Value, Report<Sent>> {
    let account = &parcel.account;
    let host = account.at(account.value("server"), "/").and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let mut ask = xrpc(account, Method::GET, "com.atproto.server.getServiceAuth")?;
    ask.url.query_pairs_mut().append_pair("aud", &format!("did:web:{host}")).append_pair("lxm", "com.atproto.repo.uploadBlob");
    let answer = asking.before(signed(asking, ask)).await?;
    let token = text_at(&json(&answer), "/token").ok_or_else(|| asking.report(Sent::RefusedForNow { retry_after_ms: None }, &answer, None))?;
    let at = |method: &str| account.at(VIDEO_SERVICE, &format!("/xrpc/{method}")).ok_or_else(|| Report::coded(Sent::Refused, "malformed"));
    let mut url = at("app.bsky.video.uploadVideo")?;
    url.query_pairs_mut().append_pair("did", account.value("did")).append_pair("name", &format!("{}.mp4", video.sha256));
    let mut answer = asking.before(with_file(asking.signed(Request::new(Method::POST, url), &token), parcel, video)?).await?;
    for _ in 0..POLLS {
        let body = json(&answer);
        let job = body.get("jobStatus").unwrap_or(&body);
        if let Some(blob) = job.get("blob").filter(|blob| blob.is_object()) {
            return Ok(blob.clone());
        }
        if job.get("state").and_then(Value::as_str) == Some("JOB_STATE_FAILED") {
            let refusal = Refusal::of(Reason::MediaUnread, text_at(job, "/error").as_deref());
            return Err(asking.report(Sent::Refused, &answer, Some(refusal)));
        }
        let id = text_at(job, "/jobId").ok_or_else(|| asking.report(Sent::RefusedForNow { retry_after_ms: None }, &answer, None))?;
        tokio::time::sleep(POLL).await;
        let mut url = at("app.bsky.video.getJobStatus")?;
        url.query_pairs_mut().append_pair("jobId", &id);
        answer = asking.before(asking.signed(Request::new(Method::GET, url), &token)).await?;
    }
    Err(Report::coded(Sent::RefusedForNow { retry_after_ms: Some(60_000) }, "timed_out"))
}

fn with_file(mut request: Request, parcel: &Parcel<'_>, medium: &Medium) -> Result<Request, Report<Sent>> {
    let path = parcel.file(&medium.sha256).ok_or_else(|| Report::coded(Sent::Refused, "file"))?;
    put(&mut request, "content-type", &medium.mime);
    request.body = Body::File(path);
    request.timeout = UPLOAD;
    Ok(request)
}

fn xrpc(account: &Account<'_>, method: Method, name: &str) -> Result<Request, Report<Sent>> {
    let url = account.at(account.value("server"), &format!("/xrpc/{name}")).ok_or_else(|| Report::coded(Sent::Refused, "malformed"))?;
    Ok(Request::new(method, url))
}

fn signed(asking: &Asking<'_>, request: Request) -> Request {
    asking.signed(request, asking.account.value("access"))
}

/// When a token ends: `exp` of its claims, which are not checked here because only the server must believe them.
fn expiry(token: &str) -> Option<Ms> {
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?).ok()?;
    Some(Ms(claims.get("exp")?.as_i64()?.checked_mul(1_000)?))
}

/// A record key of the form "tid": 53 bits of microseconds, 10 bits that tell makers apart, in a sortable base 32. The
/// instant is the planned one and the rest comes from the delivery, so one delivery has one key.
fn record_key(planned_at: &str, delivery: &str) -> String {
    const ALPHABET: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";
    let planned = chrono::DateTime::parse_from_rfc3339(planned_at).map_or(0, |at| at.timestamp_millis()).clamp(0, 1 << 42);
    let [a, b, c, d, ..]: [u8; 32] = Sha256::digest(delivery.as_bytes()).into();
    let micros = u64::try_from(planned).unwrap_or(0) * 1_000 + u64::from(u16::from_be_bytes([a, b])) % 1_000;
    let whole = (micros << 10) | (u64::from(u16::from_be_bytes([c, d])) & 0x3ff);
    (0..13).rev().map(|place| char::from(ALPHABET[usize::try_from((whole >> (5 * place)) & 31).unwrap_or(0)])).collect()
}

/// The protocol names its errors in `error`; a dead token comes with status 400.
fn judge(answer: &Answer) -> Refusal {
    let body = json(answer);
    let code = text_at(&body, "/error");
    let plain = by_status(answer);
    let reason = match code.as_deref() {
        Some("ExpiredToken" | "InvalidToken" | "AuthMissing" | "AuthenticationRequired" | "AccountTakedown" | "AccountDeactivated") => Reason::Token,
        Some("AuthFactorTokenRequired") => Reason::Permission,
        Some("RateLimitExceeded") => Reason::Pace,
        Some("BlobTooLarge" | "PayloadTooLarge") => Reason::MediaSize,
        Some("InvalidMimeType") => Reason::MediaType,
        Some("InvalidRecord") => Reason::Text,
        _ => plain.reason,
    };
    Refusal { reason, code, ..plain }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_has_one_record_key_that_sorts_by_its_time() {
        let key = |at: &str, delivery: &str| record_key(at, delivery);
        let first = key("2026-12-01T12:30:00Z", "d1");
        assert_eq!(first, key("2026-12-01T12:30:00Z", "d1"));
        assert!(first.len() == 13 && first.starts_with(|c| "234567abcdefghij".contains(c)), "{first}");
        assert_ne!(first, key("2026-12-01T12:30:00Z", "d2"));
        assert!(first < key("2026-12-01T12:30:01Z", "d0"));
        // Nought is written as 2; below it are twenty bits that follow from the delivery.
        assert!(key("not a time", "d").starts_with("222222222"));
    }

    #[test]
    fn places_are_counted_in_bytes() {
        let text = "戏曲 https://a.example/x，看\n\n#opera #operas";
        let found = facets(text, &["opera".into(), "operas".into()]);
        let cut = |facet: &Value| {
            let at = |name: &str| usize::try_from(facet["index"][name].as_u64().unwrap()).unwrap();
            text[at("byteStart")..at("byteEnd")].to_owned()
        };
        assert_eq!(found.iter().map(cut).collect::<Vec<_>>(), ["https://a.example/x", "#opera", "#operas"]);
        assert_eq!(found[1]["features"][0]["tag"], "opera");
    }

    #[test]
    fn a_token_says_when_it_ends() {
        let claims = URL_SAFE_NO_PAD.encode(br#"{"exp":1800000000}"#);
        assert_eq!(expiry(&format!("h.{claims}.s")), Some(Ms(1_800_000_000_000)));
        assert_eq!((expiry(""), expiry("a.b.c")), (None, None));
    }
}
