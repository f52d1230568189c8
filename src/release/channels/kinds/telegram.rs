//! Telegram, through a bot that may post in a channel or a group.
//!
//! One request publishes: `sendMessage`, `sendPhoto`, `sendVideo`, or `sendMediaGroup` for two to ten files, which go along
//! as parts of the same form (core.telegram.org/bots/api). It knows no key and can be asked for nothing afterwards, so a
//! lost answer is for a person to judge. The token stands in the path of every address: no address is ever told.

use super::asking::{Asking, by_status, field, json, put, text_at, wait_at};
use super::limits::{Limits, Most, Unit};
use super::payload::Medium;
use super::{Account, Kind, Parcel, Reason, Renewed, Report, Sent, Setting, Shape, Values};
use crate::platform::outbound::{Answer, Body, Method, Outbound, Part, Request};
use crate::release::channels::kinds::reason::Refusal;
use crate::release::channels::model::Capability;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use std::time::Duration;

const PUBLIC: &str = "https://api.telegram.org";
const SETTINGS: &[Setting] = &[
    setting!("server" as "telegram-server", Shape::Url, PUBLIC),
    setting!("token" as "telegram-token", Shape::Secret),
    setting!("chat", Shape::Line),
];
const UPLOAD: Duration = Duration::from_secs(600);

pub struct Telegram;

impl Kind for Telegram {
    fn name(&self) -> &'static str {
        "telegram"
    }

    fn settings(&self) -> &'static [Setting] {
        SETTINGS
    }

    fn capability(&self, _: &Values) -> Capability {
        Capability::Blind
    }

    /// Entities are counted in UTF-16 there, and no other unit gives more: whatever fits by it fits.
    fn limits(&self, values: &Values) -> Limits {
        // A Bot API server of one's own takes larger films.
        let own = values.get("server").is_some_and(|server| server.trim_end_matches('/') != PUBLIC);
        Limits {
            as_of: "2026-11",
            text: Most { most: 4_096, unit: Unit::Utf16 },
            text_with_media: Some(Most { most: 1_024, unit: Unit::Utf16 }),
            files: 10,
            image_bytes: Some(10_000_000),
            video_bytes: Some(if own { 2_000_000_000 } else { 50_000_000 }),
            image_types: &["image/jpeg", "image/png", "image/webp"],
            ..Limits::NONE
        }
    }

    fn probe<'a>(&'a self, out: &'a Outbound, account: Account<'a>) -> BoxFuture<'a, Renewed> {
        Box::pin(async move {
            let asking = Asking { out, account, judge };
            let bot = json(&asking.before(request(&asking, Method::GET, "getMe")?).await?);
            let mut ask = request(&asking, Method::GET, "getChat")?;
            ask.url.query_pairs_mut().append_pair("chat_id", account.value("chat"));
            let chat = json(&asking.before(ask).await?);
            let chat_name = text_at(&chat, "/result/username").map(|name| format!("@{name}")).or_else(|| text_at(&chat, "/result/title"));
            let bot_name = text_at(&bot, "/result/username").map(|name| format!("@{name}"));
            let names: Vec<String> = chat_name.into_iter().chain(bot_name).collect();
            Ok(if names.is_empty() { Values::new() } else { Values::from([("account".to_owned(), names.join(" · "))]) })
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
    let (method, parts) = post(&parcel, &payload.post(), &media).ok_or_else(|| Report::coded(Sent::Refused, "file"))?;
    let mut post = request(&asking, Method::POST, method)?;
    post.body = Body::Multipart(parts);
    post.timeout = UPLOAD;
    let answer = asking.publish(post).await?;
    let body = json(&answer);
    // Of several files each is a message; the first carries the words.
    let first = body.pointer("/result/0").or_else(|| body.get("result")).unwrap_or(&Value::Null);
    let outcome = match text_at(first, "/message_id") {
        Some(id) => {
            let url = text_at(first, "/chat/username").map(|name| format!("https://t.me/{name}/{id}"));
            Sent::Published { id: Some(id), url }
        }
        None => Sent::Unknown,
    };
    Ok(asking.report(outcome, &answer, None))
}

/// The method for so many files, and its form; `None` when the digest of a file is none. Words are sent as they are:
/// without a `parse_mode` nothing in them is taken for markup.
fn post(parcel: &Parcel<'_>, text: &str, media: &[&Medium]) -> Option<(&'static str, Vec<Part>)> {
    let mut parts = vec![field("chat_id", parcel.account.value("chat"))];
    let method = match media {
        [] => {
            parts.push(field("text", text));
            "sendMessage"
        }
        [one] => {
            if !text.is_empty() {
                parts.push(field("caption", text));
            }
            let (method, name) = if one.is_video() { ("sendVideo", "video") } else { ("sendPhoto", "photo") };
            parts.push(parcel.part(name, one, 1)?);
            method
        }
        several => {
            let mut group = Vec::new();
            let mut files = Vec::new();
            for (index, medium) in several.iter().enumerate() {
                let name = format!("file{index}");
                let kind = if medium.is_video() { "video" } else { "photo" };
                let mut item = json!({ "type": kind, "media": format!("attach://{name}") });
                if index == 0 && !text.is_empty() {
                    item["caption"] = Value::from(text);
                }
                group.push(item);
                files.push(parcel.part(&name, medium, index + 1)?);
            }
            parts.push(field("media", &Value::Array(group).to_string()));
            parts.extend(files);
            "sendMediaGroup"
        }
    };
    Some((method, parts))
}

/// A request about this bot. An old connection that the other side just closed would leave a doubt that nobody can
/// resolve, so each has its own.
fn request(asking: &Asking<'_>, method: Method, name: &str) -> Result<Request, Report<Sent>> {
    let malformed = || Report::coded(Sent::Refused, "malformed");
    let mut url = asking.account.at(asking.account.value("server"), "").ok_or_else(malformed)?;
    // As one segment, whatever is in it.
    let bot = format!("bot{}", asking.account.value("token").trim());
    url.path_segments_mut().map_err(|()| malformed())?.pop_if_empty().extend([bot.as_str(), name]);
    let mut request = Request::new(method, url);
    put(&mut request, "connection", "close");
    Ok(request)
}

/// What stands behind "Bad Request: " where the code is 400 for everything; compared whole.
const BAD_REQUESTS: [(&str, Reason); 13] = [
    ("chat not found", Reason::Gone),
    ("group chat was upgraded to a supergroup chat", Reason::Gone),
    ("need administrator rights in the channel chat", Reason::Permission),
    ("have no rights to send a message", Reason::Permission),
    ("not enough rights to send text messages to the chat", Reason::Permission),
    ("not enough rights to send photos to the chat", Reason::Permission),
    ("not enough rights to send videos to the chat", Reason::Permission),
    ("CHAT_WRITE_FORBIDDEN", Reason::Permission),
    ("message is too long", Reason::Text),
    ("message caption is too long", Reason::Text),
    ("message text is empty", Reason::Text),
    ("PHOTO_INVALID_DIMENSIONS", Reason::MediaShape),
    ("IMAGE_PROCESS_FAILED", Reason::MediaUnread),
];

/// Telegram answers with its own `error_code`, and with `parameters` where there is something to be done.
fn judge(answer: &Answer) -> Refusal {
    let body = json(answer);
    let plain = by_status(answer);
    let code = body.get("error_code").and_then(Value::as_u64);
    let moved = body.pointer("/parameters/migrate_to_chat_id").is_some_and(Value::is_number);
    let reason = match code {
        Some(_) if moved => Reason::Gone,
        Some(400) => {
            let told = text_at(&body, "/description").unwrap_or_default();
            let told = told.strip_prefix("Bad Request: ").unwrap_or(&told);
            BAD_REQUESTS.iter().find(|(known, _)| known.eq_ignore_ascii_case(told)).map_or(Reason::Other, |(_, reason)| *reason)
        }
        // A path that leads to no bot: the token is not one.
        Some(401 | 404) => Reason::Token,
        Some(403) => Reason::Permission,
        Some(413) => Reason::MediaSize,
        Some(429) => Reason::Pace,
        Some(500..) => Reason::Server,
        Some(_) => Reason::Other,
        None => plain.reason,
    };
    let retry_after_ms = wait_at(&body, "/parameters/retry_after").or(plain.retry_after_ms);
    Refusal { reason, code: code.map(|code| code.to_string()), retry_after_ms }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Ms;
    use crate::platform::outbound::{HeaderMap, Policy, StatusCode};

    fn told(status: u16, body: &Value) -> Refusal {
        let body = body.to_string().into();
        judge(&Answer { status: StatusCode::from_u16(status).unwrap(), headers: HeaderMap::new(), body, complete: true })
    }

    #[test]
    fn its_codes_and_descriptions_mean_what_its_documentation_says() {
        for (code, description, wanted) in [
            (401, "Unauthorized", Reason::Token),
            (404, "Not Found", Reason::Token),
            (403, "Forbidden: bot was kicked from the channel chat", Reason::Permission),
            (403, "Forbidden: bot was blocked by the user", Reason::Permission),
            (400, "Bad Request: chat not found", Reason::Gone),
            (400, "Bad Request: need administrator rights in the channel chat", Reason::Permission),
            (400, "Bad Request: not enough rights to send photos to the chat", Reason::Permission),
            (400, "Bad Request: message caption is too long", Reason::Text),
            (400, "Bad Request: PHOTO_INVALID_DIMENSIONS", Reason::MediaShape),
            (400, "Bad Request: IMAGE_PROCESS_FAILED", Reason::MediaUnread),
            // No part of a sentence is believed.
            (400, "Bad Request: can't parse entities: chat not found 401", Reason::Other),
            (413, "Request Entity Too Large", Reason::MediaSize),
            (429, "Too Many Requests: retry after 5", Reason::Pace),
            (500, "Internal Server Error", Reason::Server),
            (502, "Bad Gateway", Reason::Server),
        ] {
            let refusal = told(code, &json!({ "ok": false, "error_code": code, "description": description }));
            assert_eq!((refusal.reason, refusal.code), (wanted, Some(code.to_string())), "{code} {description}");
        }
        // Not its own words: whatever stood in the way.
        assert_eq!((told(404, &json!("chat")).reason, told(403, &Value::Null).code), (Reason::Gone, None));
    }

    #[test]
    fn parameters_say_where_a_group_went_and_how_long_to_wait() {
        let moved = json!({ "ok": false, "error_code": 400, "description": "Bad Request: …", "parameters": { "migrate_to_chat_id": -1001 } });
        assert_eq!(told(400, &moved).reason, Reason::Gone);
        let wait = |seconds: i64| told(429, &json!({ "error_code": 429, "parameters": { "retry_after": seconds } })).retry_after_ms;
        assert_eq!((wait(5), wait(-1), wait(1_000_000)), (Some(5_000), Some(0), Some(6 * 3_600_000)));
    }

    #[test]
    fn what_fits_depends_on_whether_there_is_a_file() {
        use crate::release::channels::kinds::limits::Measured;
        use crate::release::channels::kinds::payload::Payload;
        let files = |kinds: &[(&str, i64)]| -> Vec<Measured> {
            kinds.iter().map(|(mime, bytes)| Measured { mime: (*mime).into(), bytes: *bytes, duration_ms: None }).collect()
        };
        let keys = |server: &str, text: &str, kinds: &[(&str, i64)]| -> Vec<&str> {
            let values = Values::from([("server".into(), server.into())]);
            Telegram.limits(&values).problems(&Payload::default(), text, &files(kinds)).iter().map(|problem| problem.key).collect()
        };
        let picture = [("image/png", 1)];
        assert!(keys(PUBLIC, &"红".repeat(4_096), &[]).is_empty());
        assert!(keys(PUBLIC, &"红".repeat(1_024), &picture).is_empty());
        assert_eq!(keys(PUBLIC, &"红".repeat(4_097), &[]), ["limits-text"]);
        assert_eq!(keys(PUBLIC, &"红".repeat(1_025), &picture), ["limits-text-with-media"]);
        // Two code units each.
        assert_eq!(keys(PUBLIC, &"🎭".repeat(513), &picture), ["limits-text-with-media"]);
        assert_eq!(keys(PUBLIC, "a", &[("image/png", 1); 11]), ["limits-files"]);
        assert_eq!(keys(PUBLIC, "a", &[("image/gif", 1), ("video/mp4", 50_000_001)]), ["limits-type", "limits-bytes"]);
        assert!(keys("https://bots.example/", "a", &[("video/mp4", 50_000_001)]).is_empty());
    }

    /// A place in memory for whatever is logged.
    #[derive(Clone, Default)]
    struct Log(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

    impl std::io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_token_stands_in_no_evidence_and_no_line_of_the_log() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let log = Log::default();
        let sink = log.clone();
        let lines = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || sink.clone()).finish();
        let _held = tracing::subscriber::set_default(lines);
        // Somebody who takes the request and hangs up, and a port where nobody is.
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target = listener.local_addr().unwrap().to_string();
        let allowed = Policy { allow_private: vec![target.parse().unwrap()], ..Policy::default() };
        let out = Outbound::new(allowed).unwrap();
        let values = |server: &str| {
            let named = [("server", server), ("token", "7:hush-hush"), ("chat", "@opera")];
            named.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Values>()
        };
        let (hung_up, refused) = (values(&format!("http://{target}")), values("http://127.0.0.1:9"));
        let ask = async |values: &Values| {
            let account = Account { values, masked: &[], stand_in: None, now: Ms(0) };
            Telegram.probe(&out, account).await.unwrap_err()
        };
        let (report, ()) = tokio::join!(ask(&hung_up), async { drop(listener.accept().await.unwrap()) });
        assert_eq!(report.code.as_deref(), Some("cut"));
        let told = format!("{report:?} {:?}", ask(&refused).await);
        let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert!(told.contains("not_allowed") && !told.contains("hush"), "{told}");
        assert!(logged.contains(&target) && !logged.contains("hush"), "{logged}");
    }
}
