//! YouTube through its Data API v3: one video, uploaded in a session that can be resumed.
//!
//! The first step opens the session (`videos.insert`, `uploadType=resumable`), the second one sends the file from where the
//! session stands. Nothing is on the channel until the last byte is there, and the session says what became of it: 308 with
//! how much it has, 200 or 201 with the video, 404 or 410 once it is gone
//! (developers.google.com/youtube/v3/guides/using_resumable_upload_protocol).

mod refusals;

use super::asking::{Asking, json, put, text_at};
use super::consent::{Consent, base64url};
use super::limits::{Limits, Most, Problem};
use super::payload::{Medium, Payload};
use super::{Account, Kind, Parcel, Reason, Renewed, Report, Seen, Sent, Setting, Shape, Values};
use crate::platform::outbound::{Answer, Body, Method, Outbound, Request, Url, header};
use crate::release::channels::kinds::reason::Refusal;
use crate::release::channels::model::Capability;
use futures_util::future::BoxFuture;
use refusals::judge;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Duration;

const SETTINGS: &[Setting] = &[
    setting!("client_id", Shape::Line),
    setting!("client_secret", Shape::Secret),
    setting!("privacy", Shape::Choice(&["public", "unlisted", "private"]), "public"),
    setting!("category", Shape::Choice(&["24", "22", "1", "10", "17", "20", "23", "25", "26", "27", "28"]), "24"),
];
const API: &str = "https://www.googleapis.com";
const CONSENT: Consent = Consent {
    authorize: ("https://accounts.google.com", "/o/oauth2/v2/auth"),
    token: ("https://oauth2.googleapis.com", "/token"),
    client: "client_id",
    scopes: "https://www.googleapis.com/auth/youtube.upload https://www.googleapis.com/auth/youtube.readonly",
    // A refresh token comes with an offline consent only, and only when a person was really asked.
    extra: &[("access_type", "offline"), ("prompt", "consent")],
    challenge: base64url,
};
/// One request carries so much of the file: a multiple of 256 KiB, as the protocol has it.
const PIECE: u64 = 8 << 20;
const PIECE_TIME: Duration = Duration::from_secs(300);
/// Of all tags together, as YouTube counts them.
const TAGS_MOST: usize = 500;
/// What is upright and no longer than this is a Short.
const SHORT_MS: i64 = 180_000;

pub struct Youtube;

impl Kind for Youtube {
    fn name(&self) -> &'static str {
        "youtube"
    }

    fn settings(&self) -> &'static [Setting] {
        SETTINGS
    }

    fn capability(&self, _: &Values) -> Capability {
        Capability::Staged
    }

    fn limits(&self, _: &Values) -> Limits {
        Limits {
            as_of: "2026-11",
            title: Some(Most::characters(100)),
            text: Most::characters(5_000),
            // The thumbnail.
            images: 1,
            videos: 1,
            needs_video: true,
            image_bytes: Some(2_000_000),
            video_bytes: Some(256_000_000_000),
            image_types: &["image/jpeg", "image/png"],
            ..Limits::NONE
        }
    }

    fn text(&self, payload: &Payload) -> String {
        payload.caption.trim().to_owned()
    }

    fn problems(&self, payload: &Payload) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (field, text) in [("title", &payload.title), ("caption", &payload.caption)] {
            if text.contains(['<', '>']) {
                problems.push(Problem { field, key: "limits-angles", now: String::new(), most: String::new() });
            }
        }
        let length = tags_length(&payload.tags);
        if length > TAGS_MOST {
            problems.push(Problem { field: "caption", key: "limits-tags", now: length.to_string(), most: TAGS_MOST.to_string() });
        }
        problems
    }

    fn consent(&self) -> Option<&'static Consent> {
        Some(&CONSENT)
    }

    fn probe<'a>(&'a self, out: &'a Outbound, account: Account<'a>) -> BoxFuture<'a, Renewed> {
        Box::pin(async move {
            let asking = Asking { out, account, judge };
            let answer = asking.before(asked(&asking, Method::GET, "/youtube/v3/channels", &[("part", "snippet"), ("mine", "true")])?).await?;
            match text_at(&json(&answer), "/items/0/snippet/title") {
                Some(title) => Ok(Values::from([("account".to_owned(), title)])),
                // An account of Google without a channel of YouTube.
                None => Err(asking.report(Sent::Refused, &answer, Some(Refusal::of(Reason::Account, None)))),
            }
        })
    }

    fn send<'a>(&'a self, out: &'a Outbound, parcel: Parcel<'a>) -> BoxFuture<'a, Report<Sent>> {
        Box::pin(async move {
            let sent = async {
                let upload = Upload::of(out, &parcel).await?;
                match parcel.stage {
                    None => upload.begin().await,
                    Some(stage) => upload.go_on(stage).await,
                }
            };
            sent.await.unwrap_or_else(|report| report)
        })
    }

    fn look<'a>(&'a self, out: &'a Outbound, parcel: Parcel<'a>) -> BoxFuture<'a, Report<Seen>> {
        Box::pin(async move {
            match Upload::of(out, &parcel).await {
                Ok(upload) => upload.look(parcel.stage.unwrap_or_default()).await.unwrap_or_else(|report| report),
                Err(report) => Report { outcome: Seen::Unseen, status: None, reason: None, code: report.code, excerpt: None },
            }
        })
    }
}

/// What a session of YouTube holds.
#[derive(Debug, PartialEq, Eq)]
enum Held {
    /// So many bytes from the beginning.
    Part(u64),
    All,
    Gone,
}

impl Held {
    /// `None` when the answer is none of a session.
    fn of(answer: &Answer) -> Option<Held> {
        match answer.status.as_u16() {
            200 | 201 => Some(Held::All),
            308 => Some(Held::Part(answer.headers.get(header::RANGE).and_then(|range| next_byte(range.to_str().ok()?)).unwrap_or(0))),
            404 | 410 => Some(Held::Gone),
            _ => None,
        }
    }
}

/// The byte after `bytes=0-42`.
fn next_byte(range: &str) -> Option<u64> {
    range.trim().strip_prefix("bytes=0-")?.parse::<u64>().ok()?.checked_add(1)
}

/// One video on its way.
struct Upload<'a> {
    asking: Asking<'a>,
    parcel: &'a Parcel<'a>,
    payload: Payload,
    video: Medium,
    file: PathBuf,
    total: u64,
}

impl<'a> Upload<'a> {
    async fn of(out: &'a Outbound, parcel: &'a Parcel<'a>) -> Result<Upload<'a>, Report<Sent>> {
        let no_file = || Report::coded(Sent::Refused, "file");
        let payload = parcel.payload().ok_or_else(|| Report::coded(Sent::Refused, "malformed"))?;
        let video = payload.media.iter().find(|medium| medium.is_video()).cloned().ok_or_else(no_file)?;
        let file = parcel.file(&video.sha256).ok_or_else(no_file)?;
        let total = tokio::fs::metadata(&file).await.map_err(|_| no_file())?.len();
        Ok(Upload { asking: Asking { out, account: parcel.account, judge }, parcel, payload, video, file, total })
    }

    /// Opens a session: nothing of the video is there yet.
    async fn begin(&self) -> Result<Report<Sent>, Report<Sent>> {
        let query = [("uploadType", "resumable"), ("part", "snippet,status")];
        let mut request = asked(&self.asking, Method::POST, "/upload/youtube/v3/videos", &query)?;
        put(&mut request, "x-upload-content-type", &self.video.mime);
        put(&mut request, "x-upload-content-length", &self.total.to_string());
        request.body = Body::Json(resource(&self.payload, &self.asking.account));
        let answer = self.asking.before(request).await?;
        let location = answer.headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
        let Some(location) = location else { return Err(self.asking.report(Sent::RefusedForNow { retry_after_ms: None }, &answer, None)) };
        let stage = self.session(location)?.into();
        Ok(self.asking.report(Sent::Staged { stage }, &answer, None))
    }

    /// Sends what the session does not have yet, a piece at a time.
    async fn go_on(&self, stage: &str) -> Result<Report<Sent>, Report<Sent>> {
        let session = self.session(stage)?;
        let answer = self.asking.ask(self.question(&session)).await?;
        let mut from = match Held::of(&answer) {
            Some(Held::Part(from)) => from,
            Some(Held::All) => return Ok(self.published(&answer).await),
            // It ended before the last byte was there, so there is no video of it.
            Some(Held::Gone) => return self.begin().await,
            None => return Err(self.asking.not_taken(&answer)),
        };
        loop {
            let answer = self.asking.give(self.piece(&session, from)).await?;
            match Held::of(&answer) {
                Some(Held::All) => return Ok(self.published(&answer).await),
                Some(Held::Part(next)) if (from + 1..self.total).contains(&next) => from = next,
                // It took nothing, or says that it has all without a video: the session is asked again.
                Some(Held::Part(_)) => return Err(self.asking.report(Sent::Unknown, &answer, None)),
                Some(Held::Gone) => return Err(self.asking.report(Sent::RefusedForNow { retry_after_ms: None }, &answer, None)),
                None => return Err(self.asking.not_published(&answer)),
            }
        }
    }

    async fn look(&self, stage: &str) -> Result<Report<Seen>, Report<Seen>> {
        let Ok(session) = self.session(stage) else { return Err(Report::coded(Seen::Unseen, "redirected")) };
        let answer = self.asking.look(self.question(&session)).await?;
        let found = match Held::of(&answer) {
            Some(Held::Part(_)) => Seen::Open,
            Some(Held::Gone) => Seen::Expired,
            Some(Held::All) => match self.video_of(&answer) {
                Some((id, url)) => Seen::Present { id: Some(id), url: Some(url) },
                None => Seen::Unseen,
            },
            None => Seen::Unseen,
        };
        Ok(self.asking.report(found, &answer, None))
    }

    async fn published(&self, answer: &Answer) -> Report<Sent> {
        let Some((id, url)) = self.video_of(answer) else { return self.asking.report(Sent::Unknown, answer, None) };
        self.set_thumbnail(&id).await;
        self.asking.report(Sent::Published { id: Some(id), url: Some(url) }, answer, None)
    }

    fn video_of(&self, answer: &Answer) -> Option<(String, String)> {
        let id = text_at(&json(answer), "/id").filter(|id| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)))?;
        let url =
            if is_short(&self.video) { format!("https://www.youtube.com/shorts/{id}") } else { format!("https://www.youtube.com/watch?v={id}") };
        Some((id, url))
    }

    /// The picture of the post, where there is one. The video is up whatever becomes of it: accounts without a confirmed
    /// telephone may set none.
    async fn set_thumbnail(&self, id: &str) {
        let Some(image) = self.payload.media.iter().find(|medium| medium.is_image()) else { return };
        let Some(file) = self.parcel.file(&image.sha256) else { return };
        let Ok(mut request) = asked(&self.asking, Method::POST, "/upload/youtube/v3/thumbnails/set", &[("videoId", id)]) else { return };
        put(&mut request, "content-type", &image.mime);
        request.body = Body::File(file);
        if let Err(report) = self.asking.before(request).await {
            tracing::info!(code = report.code, status = report.status, "YouTube did not take the thumbnail");
        }
    }

    /// The address of a session, which must be the platform's own: it opens the account to whoever is asked there.
    fn session(&self, stage: &str) -> Result<Url, Report<Sent>> {
        let home = self.asking.account.at(API, "/");
        let url = Url::parse(stage).ok().filter(|url| home.is_some_and(|home| home.origin() == url.origin()));
        url.ok_or_else(|| Report::coded(Sent::Refused, "redirected"))
    }

    /// Asks the session what it has.
    fn question(&self, session: &Url) -> Request {
        let mut request = self.asking.signed(Request::new(Method::PUT, session.clone()), self.asking.account.value("access"));
        put(&mut request, "content-length", "0");
        put(&mut request, "content-range", &format!("bytes */{}", self.total));
        request
    }

    fn piece(&self, session: &Url, from: u64) -> Request {
        let length = PIECE.min(self.total.saturating_sub(from));
        let mut request = self.asking.signed(Request::new(Method::PUT, session.clone()), self.asking.account.value("access"));
        put(&mut request, "content-type", &self.video.mime);
        put(&mut request, "content-range", &format!("bytes {from}-{}/{}", (from + length).saturating_sub(1), self.total));
        request.body = Body::Piece { path: self.file.clone(), from, length };
        request.timeout = PIECE_TIME;
        request
    }
}

fn asked(asking: &Asking<'_>, method: Method, path: &str, query: &[(&str, &str)]) -> Result<Request, Report<Sent>> {
    let mut url = asking.account.at(API, path).ok_or_else(|| Report::coded(Sent::Refused, "malformed"))?;
    url.query_pairs_mut().extend_pairs(query);
    Ok(asking.signed(Request::new(method, url), asking.account.value("access")))
}

/// The video as YouTube describes one.
fn resource(payload: &Payload, account: &Account<'_>) -> Value {
    let first_line = payload.caption.trim().lines().next().unwrap_or_default();
    let title: String = Some(payload.title.trim()).filter(|title| !title.is_empty()).unwrap_or(first_line).chars().take(100).collect();
    let tags: Vec<&str> = payload.tags.iter().map(|tag| plain(tag)).filter(|tag| !tag.is_empty()).collect();
    json!({
        "snippet": { "title": title, "description": payload.caption.trim(), "tags": tags, "categoryId": account.value("category") },
        "status": {
            "privacyStatus": account.value("privacy"),
            "selfDeclaredMadeForKids": false,
            "containsSyntheticMedia": payload.is_made_by_ai(),
        },
    })
}

fn plain(tag: &str) -> &str {
    tag.trim().trim_start_matches('#')
}

/// Letters, a comma between two, and two quotation marks around a tag with a space.
fn tags_length(tags: &[String]) -> usize {
    let tags: Vec<&str> = tags.iter().map(|tag| plain(tag)).filter(|tag| !tag.is_empty()).collect();
    let quoted = |tag: &str| if tag.contains(char::is_whitespace) { 2 } else { 0 };
    tags.iter().map(|tag| tag.chars().count() + quoted(tag)).sum::<usize>() + tags.len().saturating_sub(1)
}

fn is_short(video: &Medium) -> bool {
    let upright = video.width.zip(video.height).is_some_and(|(width, height)| height > width);
    upright && video.duration_ms.is_some_and(|length| length <= SHORT_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_says_which_byte_is_next() {
        assert_eq!(next_byte("bytes=0-262143"), Some(262_144));
        for wrong in ["", "bytes=", "bytes=5-9", "0-9", "bytes=0-18446744073709551615"] {
            assert_eq!(next_byte(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn tags_are_counted_as_youtube_counts() {
        let tags = |tags: &[&str]| tags_length(&tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>());
        assert_eq!([tags(&[]), tags(&["opera"]), tags(&["#opera", "red face"]), tags(&["", "戏曲"])], [0, 5, 16, 2]);
        let payload = |title: &str, tag: String| Payload { title: title.into(), caption: "a > b".into(), tags: vec![tag], ..Payload::default() };
        let keys = |payload: &Payload| Youtube.problems(payload).iter().map(|problem| (problem.field, problem.key)).collect::<Vec<_>>();
        assert_eq!(keys(&payload("plain", "x".repeat(500))), [("caption", "limits-angles")]);
        assert_eq!(keys(&payload("<b>", "x".repeat(501))), [("title", "limits-angles"), ("caption", "limits-angles"), ("caption", "limits-tags")]);
    }

    #[test]
    fn what_is_upright_and_brief_is_a_short() {
        let video = |width, height, duration_ms| is_short(&Medium { width, height, duration_ms, ..Medium::default() });
        assert!(video(Some(1_080), Some(1_920), Some(180_000)));
        assert!(!video(Some(1_080), Some(1_920), Some(180_001)));
        assert!(!video(Some(1_920), Some(1_080), Some(10_000)));
        assert!(!video(None, None, Some(10_000)) && !video(Some(1), Some(2), None));
    }

    #[test]
    fn a_video_is_described_with_what_must_be_told() {
        let values = Values::from([("privacy".to_owned(), "unlisted".to_owned()), ("category".to_owned(), "24".to_owned())]);
        let account = Account { values: &values, masked: &[], stand_in: None, now: crate::platform::Ms(0) };
        let payload =
            Payload { caption: "First line\nsecond".into(), tags: vec!["#opera".into()], flags: vec!["ai_generated".into()], ..Payload::default() };
        let described = resource(&payload, &account);
        assert_eq!(described["snippet"]["title"], "First line");
        assert_eq!(described["snippet"]["tags"], json!(["opera"]));
        assert_eq!(described["status"], json!({ "privacyStatus": "unlisted", "selfDeclaredMadeForKids": false, "containsSyntheticMedia": true }));
        assert_eq!(resource(&Payload { flags: Vec::new(), ..payload }, &account)["status"]["containsSyntheticMedia"], false);
    }
}
