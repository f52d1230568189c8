//! The generic HTTP channel: signed requests to an address of the studio's choice.
//!
//! Every request carries `Troupe-Delivery`, `Troupe-Timestamp` (Unix seconds) and
//! `Troupe-Signature: sha256=` hex HMAC-SHA-256 of `timestamp.body`. What an answer means:
//! a whole 2xx is published (or staged); 4xx other than 408, 409, 425, 429 is refused for good; 429,
//! 503 with `Retry-After` and a connection that never opened are refused for now; all else is unknown.

use super::asking::{code, excerpt, retry_after, text_at};
use super::{Kind, Parcel, Report, Seen, Sent, Setting, Shape, Values};
use crate::platform::outbound::{Answer, Body, Failure, HeaderMap, HeaderName, HeaderValue, Method, Outbound, Request, StatusCode, Url, header};
use crate::platform::secrets::mac;
use crate::release::channels::model::Capability;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use serde_json::Value;

const SETTINGS: &[Setting] =
    &[setting!("url", Shape::Url), setting!("secret", Shape::Secret), setting!("capability", Shape::Choice(&["key", "staged", "lookup", "blind"]))];

pub struct Webhook;

impl Kind for Webhook {
    fn name(&self) -> &'static str {
        "webhook"
    }

    fn settings(&self) -> &'static [Setting] {
        SETTINGS
    }

    fn capability(&self, values: &Values) -> Capability {
        match values.get("capability").map(String::as_str) {
            Some("key") => Capability::Key,
            Some("staged") => Capability::Staged,
            Some("lookup") => Capability::Lookup,
            _ => Capability::Blind,
        }
    }

    fn send<'a>(&'a self, out: &'a Outbound, parcel: Parcel<'a>) -> BoxFuture<'a, Report<Sent>> {
        Box::pin(async move {
            let steps: &[&str] = match (parcel.capability, parcel.stage) {
                (Capability::Staged, None) => &["stages"],
                (Capability::Staged, Some(stage)) => &["stages", stage, "publish"],
                _ => &[],
            };
            let staging = parcel.capability == Capability::Staged && parcel.stage.is_none();
            let Some(request) = request(Method::POST, &parcel, steps) else { return Report::bare(Sent::Refused) };
            report(out.send(request).await, &parcel, |answer| sent(answer, staging))
        })
    }

    fn look<'a>(&'a self, out: &'a Outbound, parcel: Parcel<'a>) -> BoxFuture<'a, Report<Seen>> {
        Box::pin(async move {
            let staged = parcel.capability == Capability::Staged;
            let stage = parcel.stage.unwrap_or_default();
            let steps: &[&str] = if staged { &["stages", stage] } else { &[] };
            let Some(mut request) = request(Method::GET, &parcel, steps) else { return Report::bare(Seen::Unseen) };
            if !staged {
                request.url.query_pairs_mut().append_pair("delivery", parcel.delivery);
            }
            report(out.send(request).await, &parcel, |answer| seen(answer, staged))
        })
    }
}

/// The signed request; `steps` are added to the path of the address. None when the address that
/// is stored is none.
fn request(method: Method, parcel: &Parcel<'_>, steps: &[&str]) -> Option<Request> {
    let mut url = Url::parse(parcel.account.value("url")).ok()?;
    // The address itself is asked as it was typed: to many servers a slash at its end matters.
    if !steps.is_empty() {
        url.path_segments_mut().ok()?.pop_if_empty().extend(steps);
    }
    let body = if method == Method::POST { parcel.body } else { "" };
    let timestamp = (parcel.account.now.0 / 1_000).to_string();
    let key = parcel.account.value("secret");
    let signature = format!("sha256={}", mac(key.as_bytes(), format!("{timestamp}.{body}").as_bytes()));
    let mut request = Request::new(method, url);
    let mut put = |name: &'static str, value: &str| Some(request.headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).ok()?));
    put("troupe-delivery", parcel.delivery)?;
    put("troupe-timestamp", &timestamp)?;
    put("troupe-signature", &signature)?;
    if parcel.capability == Capability::Key {
        put("idempotency-key", parcel.delivery)?;
    }
    if parcel.capability == Capability::Blind {
        // An old connection that the other side just closed would leave a doubt nobody can resolve.
        put("connection", "close")?;
    }
    if !body.is_empty() {
        put("content-type", "application/json")?;
        request.body = Body::Bytes(Bytes::copy_from_slice(body.as_bytes()));
    }
    Some(request)
}

/// What an answer, or its absence, says; the judge is asked first.
trait Judged: Sized {
    const UNKNOWN: Self;
    /// Nothing left the house.
    fn unsent(failure: &Failure) -> Self;
    /// Only the status and the headers arrived.
    fn unread(status: StatusCode, headers: &HeaderMap) -> Self;
}

impl Judged for Sent {
    const UNKNOWN: Sent = Sent::Unknown;

    fn unsent(failure: &Failure) -> Sent {
        match failure {
            Failure::NotOpened => Sent::RefusedForNow { retry_after_ms: None },
            _ => Sent::Refused,
        }
    }

    fn unread(status: StatusCode, headers: &HeaderMap) -> Sent {
        for_now(status, headers).unwrap_or(Sent::Unknown)
    }
}

impl Judged for Seen {
    const UNKNOWN: Seen = Seen::Unseen;

    fn unsent(_: &Failure) -> Seen {
        Seen::Unseen
    }

    fn unread(_: StatusCode, _: &HeaderMap) -> Seen {
        Seen::Unseen
    }
}

fn report<T: Judged>(answer: Result<Answer, Failure>, parcel: &Parcel<'_>, judge: impl Fn(&Answer) -> T) -> Report<T> {
    match answer {
        Ok(answer) => {
            let excerpt = excerpt(&answer.body, parcel.account.masked);
            Report { status: Some(answer.status.as_u16()), excerpt: Some(excerpt), ..Report::bare(judge(&answer)) }
        }
        Err(failure) => {
            let outcome = match &failure {
                failure if failure.nothing_left() => T::unsent(failure),
                Failure::Unread { status, headers } | Failure::TooLarge { status, headers } => T::unread(*status, headers),
                _ => T::UNKNOWN,
            };
            Report { status: failure.status().map(|status| status.as_u16()), ..Report::coded(outcome, code(&failure)) }
        }
    }
}

fn sent(answer: &Answer, staging: bool) -> Sent {
    let (status, body) = (answer.status, serde_json::from_slice::<Value>(&answer.body).ok());
    if status.is_success() {
        // Without a marked end a cut body looks whole; then only well-formed JSON shows that it is.
        if !answer.complete && body.is_none() {
            return Sent::Unknown;
        }
        return match (staging, body.as_ref().and_then(|body| text_at(body, "/stage"))) {
            (true, Some(stage)) => Sent::Staged { stage },
            (true, None) => Sent::Unknown,
            (false, _) => {
                let (id, url) = identity(body.as_ref());
                Sent::Published { id, url }
            }
        };
    }
    if let Some(for_now) = for_now(status, &answer.headers) {
        return for_now;
    }
    if status.is_client_error() && !matches!(status.as_u16(), 408 | 409 | 425) { Sent::Refused } else { Sent::Unknown }
}

fn seen(answer: &Answer, staged: bool) -> Seen {
    let body = serde_json::from_slice::<Value>(&answer.body).ok();
    let (id, url) = identity(body.as_ref());
    match (staged, answer.status.as_u16()) {
        (false, 200) if body.is_some() => Seen::Present { id, url },
        (false, 404) => Seen::Absent,
        (true, 200) => match body.as_ref().and_then(|body| body.get("state")).and_then(Value::as_str) {
            Some("published") => Seen::Present { id, url },
            Some("open") => Seen::Open,
            Some("expired") => Seen::Expired,
            _ => Seen::Unseen,
        },
        _ => Seen::Unseen,
    }
}

/// 429 always, 503 when it says when.
fn for_now(status: StatusCode, headers: &HeaderMap) -> Option<Sent> {
    match status.as_u16() {
        429 => Some(Sent::RefusedForNow { retry_after_ms: retry_after(headers) }),
        503 if headers.contains_key(header::RETRY_AFTER) => Some(Sent::RefusedForNow { retry_after_ms: retry_after(headers) }),
        _ => None,
    }
}

fn identity(body: Option<&Value>) -> (Option<String>, Option<String>) {
    let url = body.and_then(|body| text_at(body, "/url")).filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    (body.and_then(|body| text_at(body, "/id")), url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str, headers: &[(&'static str, &str)]) -> Answer {
        let headers = headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())).collect();
        Answer { status: StatusCode::from_u16(status).unwrap(), headers, body: Bytes::copy_from_slice(body.as_bytes()), complete: true }
    }

    #[test]
    fn answers_mean_what_the_contract_says() {
        let published = |id: Option<&str>| Sent::Published { id: id.map(str::to_owned), url: None };
        let later = |ms| Sent::RefusedForNow { retry_after_ms: ms };
        for (status, body, headers, wanted) in [
            (200, r#"{"id":"p1"}"#, &[][..], published(Some("p1"))),
            (201, r#"{"id":7,"url":"javascript:x"}"#, &[], published(Some("7"))),
            (204, "", &[], published(None)),
            (400, "", &[], Sent::Refused),
            (401, "", &[], Sent::Refused),
            (408, "", &[], Sent::Unknown),
            (409, "", &[], Sent::Unknown),
            (425, "", &[], Sent::Unknown),
            (429, "", &[], later(None)),
            (429, "", &[("retry-after", "3")], later(Some(3_000))),
            (500, "", &[], Sent::Unknown),
            (503, "", &[], Sent::Unknown),
            (503, "", &[("retry-after", "2")], later(Some(2_000))),
            (301, "", &[], Sent::Unknown),
        ] {
            assert_eq!(sent(&answer(status, body, headers), false), wanted, "{status}");
        }
        assert_eq!(sent(&answer(201, r#"{"stage":"s1"}"#, &[]), true), Sent::Staged { stage: "s1".into() });
        assert_eq!(sent(&answer(201, "{}", &[]), true), Sent::Unknown);
    }

    #[test]
    fn a_body_that_may_be_cut_is_not_believed() {
        let cut = Answer { complete: false, ..answer(200, r#"{"id":"p"#, &[]) };
        assert_eq!(sent(&cut, false), Sent::Unknown);
        let headers = HeaderMap::new();
        assert_eq!(Sent::unread(StatusCode::BAD_REQUEST, &headers), Sent::Unknown);
        assert_eq!(Sent::unread(StatusCode::TOO_MANY_REQUESTS, &headers), Sent::RefusedForNow { retry_after_ms: None });
    }

    #[test]
    fn looks_tell_there_from_not_there_from_no_answer() {
        assert_eq!(seen(&answer(404, "", &[]), false), Seen::Absent);
        assert_eq!(seen(&answer(404, "", &[]), true), Seen::Unseen);
        assert_eq!(seen(&answer(500, "", &[]), false), Seen::Unseen);
        assert_eq!(seen(&answer(200, r#"{"id":"p"}"#, &[]), false), Seen::Present { id: Some("p".into()), url: None });
        assert_eq!(seen(&answer(200, r#"{"state":"open"}"#, &[]), true), Seen::Open);
        assert_eq!(seen(&answer(200, r#"{"state":"expired"}"#, &[]), true), Seen::Expired);
    }

    #[test]
    fn requests_are_signed_over_timestamp_and_body() {
        let values = Values::from([("url".into(), "http://a.example/hook/".into()), ("secret".into(), "s3cret".into())]);
        let folder = tempfile::tempdir().unwrap();
        let (media, masked) = (Media::new(folder.path()).unwrap(), ["s3cret".to_owned()]);
        let account = Account { values: &values, masked: &masked, stand_in: None, now: Ms(1_700_000_000_999) };
        let parcel = Parcel { account, capability: Capability::Key, delivery: "d1", body: "{}", stage: None, media: &media };
        let request = request(Method::POST, &parcel, &["stages", "a/b"]).unwrap();
        assert_eq!(request.url.as_str(), "http://a.example/hook/stages/a%2Fb");
        assert_eq!(super::request(Method::POST, &parcel, &[]).unwrap().url.as_str(), "http://a.example/hook/");
        assert_eq!(request.headers.get("troupe-timestamp").unwrap(), "1700000000");
        let expected = format!("sha256={}", mac(b"s3cret", b"1700000000.{}"));
        assert_eq!(request.headers.get("troupe-signature").unwrap(), expected.as_str());
        assert_eq!(request.headers.get("idempotency-key").unwrap(), "d1");
        assert!(excerpt(b"token s3cret\0!", &masked).starts_with("token … !"));
    }

    use crate::platform::Ms;
    use crate::platform::media::Media;
    use crate::release::channels::kinds::Account;
}
