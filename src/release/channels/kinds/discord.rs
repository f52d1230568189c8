//! Discord, through the webhook of one channel.
//!
//! `POST <webhook>?wait=true` with `payload_json` and `files[n]` answers with the message that was made
//! (discord.com/developers/docs, resources/webhook). Nothing may ping anybody: `allowed_mentions` lets no mention through.
//! It knows no key and lists no messages, so a lost answer is for a person to judge. The address is itself the secret.

use super::asking::{Asking, by_status, field, json, put, text_at, wait_at};
use super::limits::{Limits, Most};
use super::payload::Medium;
use super::{Account, Kind, Parcel, Reason, Renewed, Report, Sent, Setting, Shape, Values};
use crate::platform::outbound::{Answer, Body, Method, Outbound, Part, Request, Url};
use crate::release::channels::kinds::reason::Refusal;
use crate::release::channels::model::Capability;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use std::time::Duration;

const SETTINGS: &[Setting] = &[setting!("url" as "discord-url", Shape::SecretUrl)];
const UPLOAD: Duration = Duration::from_secs(600);
/// 10 MiB a file; servers that were boosted take more, which a webhook cannot tell.
const FILE_MOST: i64 = 10 << 20;

pub struct Discord;

impl Kind for Discord {
    fn name(&self) -> &'static str {
        "discord"
    }

    fn settings(&self) -> &'static [Setting] {
        SETTINGS
    }

    fn capability(&self, _: &Values) -> Capability {
        Capability::Blind
    }

    fn limits(&self, _: &Values) -> Limits {
        Limits {
            as_of: "2026-11",
            text: Most::characters(2_000),
            files: 10,
            image_bytes: Some(FILE_MOST),
            video_bytes: Some(FILE_MOST),
            ..Limits::NONE
        }
    }

    fn probe<'a>(&'a self, out: &'a Outbound, account: Account<'a>) -> BoxFuture<'a, Renewed> {
        Box::pin(async move {
            let asking = Asking { out, account, judge };
            let hook = json(&asking.before(request(&asking, Method::GET)?).await?);
            let facts = [("account", "/name"), ("guild_id", "/guild_id"), ("channel_id", "/channel_id")];
            Ok(facts.into_iter().filter_map(|(name, pointer)| Some((name.to_owned(), text_at(&hook, pointer)?))).collect())
        })
    }

    fn send<'a>(&'a self, out: &'a Outbound, parcel: Parcel<'a>) -> BoxFuture<'a, Report<Sent>> {
        Box::pin(async move { send(out, parcel).await.unwrap_or_else(|report| report) })
    }
}

async fn send(out: &Outbound, parcel: Parcel<'_>) -> Result<Report<Sent>, Report<Sent>> {
    let asking = Asking { out, account: parcel.account, judge };
    let payload = parcel.payload().ok_or_else(|| Report::coded(Sent::Refused, "malformed"))?;
    let media: Vec<&Medium> = payload.media.iter().filter(|medium| medium.is_image() || medium.is_video()).collect();
    let mut post = request(&asking, Method::POST)?;
    post.url.query_pairs_mut().append_pair("wait", "true");
    post.body = Body::Multipart(form(&parcel, &payload.post(), &media).ok_or_else(|| Report::coded(Sent::Refused, "file"))?);
    post.timeout = UPLOAD;
    let answer = asking.publish(post).await?;
    let body = json(&answer);
    let guild = Some(parcel.account.value("guild_id")).filter(|guild| !guild.is_empty());
    let outcome = match text_at(&body, "/id") {
        Some(id) => {
            let place = guild.zip(text_at(&body, "/channel_id"));
            let url = place.map(|(guild, channel)| format!("https://discord.com/channels/{guild}/{channel}/{id}"));
            Sent::Published { id: Some(id), url }
        }
        None => Sent::Unknown,
    };
    Ok(asking.report(outcome, &answer, None))
}

/// The message with its files; `None` when the digest of a file is none.
fn form(parcel: &Parcel<'_>, text: &str, media: &[&Medium]) -> Option<Vec<Part>> {
    let mut files = Vec::new();
    let mut attachments = Vec::new();
    for (index, medium) in media.iter().enumerate() {
        files.push(parcel.part(&format!("files[{index}]"), medium, index + 1)?);
        let mut attachment = json!({ "id": index });
        if !medium.alt.is_empty() {
            attachment["description"] = Value::from(medium.alt.as_str());
        }
        attachments.push(attachment);
    }
    let mut message = json!({ "allowed_mentions": { "parse": [] }, "attachments": attachments });
    if !text.is_empty() {
        message["content"] = Value::from(text);
    }
    let mut parts = vec![Part { media_type: Some("application/json".into()), ..field("payload_json", &message.to_string()) }];
    parts.extend(files);
    Some(parts)
}

/// A request to the webhook. What was typed after a question mark is kept when posting: `thread_id` leads into a thread.
/// An old connection that the other side just closed would leave a doubt that nobody can resolve, so each has its own.
fn request(asking: &Asking<'_>, method: Method) -> Result<Request, Report<Sent>> {
    let malformed = || Report::coded(Sent::Refused, "malformed");
    let typed = Url::parse(asking.account.value("url")).map_err(|_| malformed())?;
    let origin = typed.origin().ascii_serialization();
    let mut url = asking.account.at(&origin, typed.path().trim_end_matches('/')).ok_or_else(malformed)?;
    if method == Method::POST {
        url.query_pairs_mut().extend_pairs(typed.query_pairs().filter(|(name, _)| name != "wait"));
    }
    let mut request = Request::new(method, url);
    put(&mut request, "connection", "close");
    Ok(request)
}

/// Discord names its errors by number; where it gives none of ours, the status speaks.
fn judge(answer: &Answer) -> Refusal {
    let body = json(answer);
    let plain = by_status(answer);
    let code = body.get("code").and_then(Value::as_u64).filter(|code| *code != 0);
    let reason = match code {
        Some(10_003 | 10_004 | 10_015) => Reason::Gone,
        Some(20_016 | 20_028) => Reason::Pace,
        Some(40_005) => Reason::MediaSize,
        Some(50_001 | 50_013) => Reason::Permission,
        Some(50_006) => Reason::Text,
        Some(50_027) => Reason::Token,
        // A form that it does not take: the fields it complains of stand in `errors`.
        Some(50_035) if body.pointer("/errors/content").is_some() => Reason::Text,
        // Held back by the rules of the server or of Discord.
        Some(200_000 | 200_001 | 240_000) => Reason::Policy,
        _ => plain.reason,
    };
    Refusal { reason, code: code.map(|code| code.to_string()), retry_after_ms: wait_at(&body, "/retry_after").or(plain.retry_after_ms) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::outbound::{HeaderMap, StatusCode};

    fn told(status: u16, body: &Value) -> Refusal {
        let body = body.to_string().into();
        judge(&Answer { status: StatusCode::from_u16(status).unwrap(), headers: HeaderMap::new(), body, complete: true })
    }

    #[test]
    fn its_numbers_mean_what_its_documentation_says() {
        for (status, code, wanted) in [
            (404, 10_003, Reason::Gone),
            (404, 10_004, Reason::Gone),
            (404, 10_015, Reason::Gone),
            (429, 20_016, Reason::Pace),
            (429, 20_028, Reason::Pace),
            (413, 40_005, Reason::MediaSize),
            (400, 40_005, Reason::MediaSize),
            (403, 50_001, Reason::Permission),
            (403, 50_013, Reason::Permission),
            (400, 50_006, Reason::Text),
            (401, 50_027, Reason::Token),
            (400, 50_035, Reason::Other),
            (400, 200_000, Reason::Policy),
            (400, 240_000, Reason::Policy),
            (401, 0, Reason::Token),
            (400, 99_999, Reason::Other),
            (503, 0, Reason::Server),
        ] {
            let refusal = told(status, &json!({ "code": code, "message": "50013 missing 10003" }));
            assert_eq!(refusal.reason, wanted, "{status} {code}");
            assert_eq!(refusal.code, (code != 0).then(|| code.to_string()));
        }
        let long = json!({ "code": 50_035, "errors": { "content": { "_errors": [{ "code": "BASE_TYPE_MAX_LENGTH" }] } } });
        assert_eq!(told(400, &long).reason, Reason::Text);
    }

    #[test]
    fn it_says_in_seconds_how_long_to_wait() {
        let wait = |value: Value| told(429, &json!({ "message": "You are being rate limited.", "retry_after": value, "global": false }));
        assert_eq!((wait(json!(0.3001)).reason, wait(json!(0.3001)).retry_after_ms), (Reason::Pace, Some(301)));
        assert_eq!(wait(json!(65)).retry_after_ms, Some(65_000));
        assert_eq!(wait(json!(1e12)).retry_after_ms, Some(6 * 3_600_000));
        assert_eq!(wait(json!("soon")).retry_after_ms, None);
    }

    #[test]
    fn a_thread_is_kept_and_the_wait_is_ours() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let out = Outbound::new(crate::platform::outbound::Policy::default()).unwrap();
        let values = Values::from([("url".into(), "https://discord.com/api/webhooks/1/t/?thread_id=7&wait=false".into())]);
        let stand_in = Url::parse("http://127.0.0.1:9000").unwrap();
        let at = |stand_in, method| {
            let account = Account { values: &values, masked: &[], stand_in, now: crate::platform::Ms(0) };
            request(&Asking { out: &out, account, judge }, method).unwrap().url.to_string()
        };
        assert_eq!(at(None, Method::POST), "https://discord.com/api/webhooks/1/t?thread_id=7");
        assert_eq!(at(None, Method::GET), "https://discord.com/api/webhooks/1/t");
        assert_eq!(at(Some(&stand_in), Method::GET), "http://127.0.0.1:9000/api/webhooks/1/t");
    }
}
