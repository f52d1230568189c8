//! Mastodon, and servers that speak its API.
//!
//! `POST /api/v2/media` for each file, waiting while the server is at work on one, then `POST /api/v1/statuses` with an
//! `Idempotency-Key`, which the server remembers for an hour: the same key again answers with the post of the first time
//! (docs.joinmastodon.org, methods/statuses). What a server takes is asked of it (`/api/v2/instance`).

use super::asking::{Asking, by_status, json, put, text_at};
use super::limits::{Limits, Most, Unit};
use super::payload::Medium;
use super::{Account, Kind, Parcel, Reason, Renewed, Report, Sent, Setting, Shape, Values};
use crate::platform::outbound::{Answer, Body, Content, Method, Outbound, Part, Request, StatusCode};
use crate::release::channels::kinds::reason::Refusal;
use crate::release::channels::model::Capability;
use futures_util::future::BoxFuture;
use serde_json::json;
use std::time::Duration;

const SETTINGS: &[Setting] = &[
    setting!("server", Shape::Url),
    setting!("token", Shape::Secret),
    setting!("visibility", Shape::Choice(&["public", "unlisted", "private"]), "public"),
];
/// A server is asked so often, so far apart, whether a file is ready; then it is tried again later.
const POLLS: usize = 20;
const POLL: Duration = Duration::from_secs(3);
const UPLOAD: Duration = Duration::from_secs(600);

pub struct Mastodon;

impl Kind for Mastodon {
    fn name(&self) -> &'static str {
        "mastodon"
    }

    fn settings(&self) -> &'static [Setting] {
        SETTINGS
    }

    fn capability(&self, _: &Values) -> Capability {
        Capability::Key
    }

    fn limits(&self, values: &Values) -> Limits {
        let figure = |name: &str| values.get(name).and_then(|text| text.parse::<usize>().ok());
        let each = figure("per_link").unwrap_or(23);
        Limits {
            as_of: "2026-11",
            text: Most { most: figure("text_most").unwrap_or(500), unit: Unit::Links(each) },
            images: figure("media_most").unwrap_or(4),
            videos: 1,
            one_kind: true,
            image_bytes: figure("image_bytes").and_then(|bytes| i64::try_from(bytes).ok()),
            video_bytes: figure("video_bytes").and_then(|bytes| i64::try_from(bytes).ok()),
            ..Limits::NONE
        }
    }

    fn probe<'a>(&'a self, out: &'a Outbound, account: Account<'a>) -> BoxFuture<'a, Renewed> {
        Box::pin(async move {
            let asking = Asking { out, account, judge };
            let who = json(&asking.before(request(&asking, Method::GET, "/api/v1/accounts/verify_credentials")?).await?);
            let server = json(&asking.before(request(&asking, Method::GET, "/api/v2/instance")?).await?);
            let mut values = Values::new();
            let mut keep = |name: &str, from: &serde_json::Value, pointer: &str| {
                if let Some(text) = text_at(from, pointer) {
                    values.insert(name.to_owned(), text);
                }
            };
            keep("account", &who, "/acct");
            keep("text_most", &server, "/configuration/statuses/max_characters");
            keep("media_most", &server, "/configuration/statuses/max_media_attachments");
            keep("per_link", &server, "/configuration/statuses/characters_reserved_per_url");
            keep("image_bytes", &server, "/configuration/media_attachments/image_size_limit");
            keep("video_bytes", &server, "/configuration/media_attachments/video_size_limit");
            Ok(values)
        })
    }

    fn send<'a>(&'a self, out: &'a Outbound, parcel: Parcel<'a>) -> BoxFuture<'a, Report<Sent>> {
        Box::pin(async move { send(out, parcel).await.unwrap_or_else(|report| report) })
    }
}

async fn send(out: &Outbound, parcel: Parcel<'_>) -> Result<Report<Sent>, Report<Sent>> {
    let asking = Asking { out, account: parcel.account, judge };
    let payload = parcel.payload().ok_or_else(|| Report::coded(Sent::Refused, "malformed"))?;
    let mut media_ids = Vec::new();
    for medium in payload.media.iter().filter(|medium| medium.is_image() || medium.is_video()) {
        media_ids.push(upload(&asking, &parcel, medium).await?);
    }
    let mut post = request(&asking, Method::POST, "/api/v1/statuses")?;
    put(&mut post, "idempotency-key", parcel.delivery);
    let visibility = asking.account.value("visibility");
    let visibility = if visibility.is_empty() { "public" } else { visibility };
    let language = payload.locale.split('-').next().unwrap_or_default();
    post.body = Body::Json(json!({ "status": payload.post(), "media_ids": media_ids, "visibility": visibility, "language": language }));
    let answer = asking.publish(post).await?;
    let body = json(&answer);
    let outcome = match text_at(&body, "/id") {
        Some(id) => Sent::Published { id: Some(id), url: text_at(&body, "/url") },
        None => Sent::Unknown,
    };
    Ok(asking.report(outcome, &answer, None))
}

/// One file, until the server can show it.
async fn upload(asking: &Asking<'_>, parcel: &Parcel<'_>, medium: &Medium) -> Result<String, Report<Sent>> {
    let path = parcel.file(&medium.sha256).ok_or_else(|| Report::coded(Sent::Refused, "file"))?;
    let mut post = request(asking, Method::POST, "/api/v2/media")?;
    post.timeout = UPLOAD;
    let file = Part { name: "file".into(), file_name: Some("file".into()), media_type: Some(medium.mime.clone()), content: Content::File(path) };
    let words = Part { name: "description".into(), file_name: None, media_type: None, content: Content::Bytes(medium.alt.clone().into()) };
    post.body = Body::Multipart(if medium.alt.is_empty() { vec![file] } else { vec![file, words] });
    let answer = asking.before(post).await?;
    let id = text_at(&json(&answer), "/id").ok_or_else(|| asking.report(Sent::RefusedForNow { retry_after_ms: None }, &answer, None))?;
    if answer.status != StatusCode::ACCEPTED {
        return Ok(id);
    }
    for _ in 0..POLLS {
        let answer = asking.before(request(asking, Method::GET, &format!("/api/v1/media/{id}"))?).await?;
        if answer.status == StatusCode::OK {
            return Ok(id);
        }
        tokio::time::sleep(POLL).await;
    }
    Err(Report::coded(Sent::RefusedForNow { retry_after_ms: Some(60_000) }, "timed_out"))
}

fn request(asking: &Asking<'_>, method: Method, path: &str) -> Result<Request, Report<Sent>> {
    let url = asking.account.at(asking.account.value("server"), path).ok_or_else(|| Report::coded(Sent::Refused, "malformed"))?;
    Ok(asking.signed(Request::new(method, url), asking.account.value("token")))
}

/// Mastodon names no codes: its statuses are all there is, and a sentence for people.
fn judge(answer: &Answer) -> Refusal {
    let plain = by_status(answer);
    let reset = answer.headers.get("x-ratelimit-reset").and_then(|value| value.to_str().ok());
    let reset = reset.and_then(|text| chrono::DateTime::parse_from_rfc3339(text).ok());
    match answer.status.as_u16() {
        422 => Refusal::of(Reason::Text, None),
        // When the window ends, by the clock of the server itself.
        429 => {
            let now = answer.headers.get("date").and_then(|value| value.to_str().ok());
            let now = now.and_then(|text| chrono::DateTime::parse_from_rfc2822(text).ok());
            let wait = reset.zip(now).map(|(reset, now)| (reset.timestamp_millis() - now.timestamp_millis()).clamp(1_000, 6 * 3_600_000));
            Refusal { retry_after_ms: plain.retry_after_ms.or(wait), ..plain }
        }
        _ => plain,
    }
}
