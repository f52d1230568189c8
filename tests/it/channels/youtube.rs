//! YouTube's Data API as its documentation has it: consent, upload sessions, one channel.

use super::standin::{Asked, Fault, Ledger, Protocol, Reply, Step};
use super::{keeps_the_contract, long_film, stage};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

pub static PROTOCOL: Protocol = Protocol {
    kind: "youtube",
    settings: |_| json!({ "client_id": "app-1", "client_secret": "hush-hush", "privacy": "unlisted", "category": "22" }),
    step: |asked| match (asked.path.as_str(), asked.method.as_str()) {
        ("/token", _) => Step::Session,
        ("/upload/youtube/v3/videos", "POST") => Step::Prepare,
        ("/upload/youtube/v3/videos", _) if asked.header("content-range").starts_with("bytes */") => Step::Look,
        ("/upload/youtube/v3/videos", _) => Step::Publish,
        _ => Step::Probe,
    },
    answer,
    dead: || refused(401, "authError"),
    invalid: || refused(400, "invalidDescription"),
    asks_a_person: false,
};

const KIB_256: u64 = 256 << 10;

fn refused(status: u16, reason: &str) -> Reply {
    Reply(status, json!({ "error": { "code": status, "errors": [{ "reason": reason, "domain": "youtube" }] } }), Vec::new())
}

fn answer(ledger: &mut Ledger, asked: &Asked, origin: &str) -> Reply {
    match asked.path.as_str() {
        "/o/oauth2/v2/auth" => return consent(ledger, asked),
        "/token" => return token(ledger, asked),
        _ => {}
    }
    if !ledger.sessions.contains(&asked.header("authorization").trim_start_matches("Bearer ").to_owned()) {
        return refused(401, "authError");
    }
    match (asked.path.as_str(), asked.method.as_str()) {
        ("/youtube/v3/channels", _) => Reply::ok(json!({ "items": [{ "id": "UC1", "snippet": { "title": "Red Faces" } }] })),
        ("/upload/youtube/v3/thumbnails/set", _) => {
            assert_eq!(asked.header("content-type"), "image/png");
            ledger.stages.insert(format!("thumbnail {}", asked.query["videoId"]), json!(asked.body.len()));
            // Accounts without a confirmed telephone may set none: the video is up all the same.
            refused(403, "forbidden")
        }
        (_, "POST") => begin(ledger, asked, origin),
        _ => upload(ledger, asked),
    }
}

/// The person says yes.
fn consent(ledger: &mut Ledger, asked: &Asked) -> Reply {
    let query = &asked.query;
    assert_eq!((query["client_id"].as_str(), query["response_type"].as_str()), ("app-1", "code"));
    assert_eq!((query["access_type"].as_str(), query["prompt"].as_str()), ("offline", "consent"));
    assert_eq!(query["code_challenge_method"], "S256");
    assert!(query["scope"].contains("youtube.upload"));
    let code = format!("code-{}", ledger.stages.len());
    ledger.stages.insert(code.clone(), json!({ "challenge": query["code_challenge"], "redirect": query["redirect_uri"] }));
    let back = format!("{}?state={}&code={code}&scope=x", query["redirect_uri"], query["state"]);
    Reply(302, Value::Null, vec![("location", back)])
}

fn token(ledger: &mut Ledger, asked: &Asked) -> Reply {
    let form: BTreeMap<String, String> = url::form_urlencoded::parse(&asked.body).into_owned().collect();
    if (form["client_id"].as_str(), form["client_secret"].as_str()) != ("app-1", "hush-hush") {
        return Reply(401, json!({ "error": "invalid_client" }), Vec::new());
    }
    let begins = form["grant_type"] == "authorization_code";
    let known = if begins {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&form["code_verifier"]));
        let code = ledger.stages.remove(&form["code"]);
        code.is_some_and(|code| code["challenge"] == challenge.as_str() && code["redirect"] == form["redirect_uri"].as_str())
    } else {
        ledger.stages.contains_key(&format!("refresh {}", form["refresh_token"]))
    };
    if !known {
        return Reply(400, json!({ "error": "invalid_grant" }), Vec::new());
    }
    let number = ledger.stages.len() + ledger.sessions.len();
    let access = format!("access-{number}-{}", ledger.stages.entry("tokens".into()).or_insert(json!(0)));
    let tokens = ledger.stages["tokens"].as_u64().unwrap() + 1;
    ledger.stages.insert("tokens".into(), json!(tokens));
    ledger.sessions.push(access.clone());
    let mut body = json!({ "access_token": access, "expires_in": 3_600, "token_type": "Bearer" });
    if begins {
        let refresh = format!("refresh-{number}");
        ledger.stages.insert(format!("refresh {refresh}"), json!(true));
        body["refresh_token"] = json!(refresh);
    } else {
        // Nothing new, and nothing at all: the one that is there still holds.
        body["refresh_token"] = json!("");
    }
    Reply::ok(body)
}

fn begin(ledger: &mut Ledger, asked: &Asked, origin: &str) -> Reply {
    assert_eq!((asked.query["uploadType"].as_str(), asked.query["part"].as_str()), ("resumable", "snippet,status"));
    assert_eq!(asked.header("x-upload-content-type"), "video/mp4");
    if let Some(reason) = ledger.stages.remove("refuse") {
        return refused(400, reason.as_str().unwrap());
    }
    let id = format!("upload-{}", ledger.stages.len());
    let total: u64 = asked.header("x-upload-content-length").parse().unwrap();
    ledger.stages.insert(id.clone(), json!({ "have": 0, "total": total, "video": asked.json() }));
    let home = if ledger.stages.contains_key("elsewhere") { "https://elsewhere.example" } else { origin };
    Reply(200, Value::Null, vec![("location", format!("{home}/upload/youtube/v3/videos?uploadType=resumable&upload_id={id}"))])
}

fn upload(ledger: &mut Ledger, asked: &Asked) -> Reply {
    let id = asked.query["upload_id"].clone();
    let weak = ledger.stages.contains_key("weak");
    let Some(stage) = ledger.stages.get_mut(&id) else { return Reply(404, json!({}), Vec::new()) };
    let (have, total) = (stage["have"].as_u64().unwrap(), stage["total"].as_u64().unwrap());
    let range = asked.header("content-range").strip_prefix("bytes ").unwrap().to_owned();
    assert!(range.ends_with(&format!("/{total}")), "{range}");
    let mut next = have;
    if let Some((first, last)) = range.split('/').next().unwrap().split_once('-') {
        let (first, last): (u64, u64) = (first.parse().unwrap(), last.parse().unwrap());
        assert_eq!((first, last - first + 1), (have, asked.body.len() as u64), "it goes on where the session stands");
        assert!(last + 1 == total || (last + 1 - first) % KIB_256 == 0, "pieces are multiples of 256 KiB: {range}");
        next = if weak { have + KIB_256.min(last + 1 - first) } else { last + 1 };
    }
    stage["have"] = json!(next);
    let video = stage["video"].clone();
    if next == total {
        ledger.posts.entry(id.clone()).or_insert(video);
        return Reply(
            if next == have { 200 } else { 201 },
            json!({ "id": format!("video-{id}"), "status": { "uploadStatus": "uploaded" } }),
            Vec::new(),
        );
    }
    if range.starts_with('*') || !weak {
        return Reply(308, Value::Null, if next > 0 { vec![("range", format!("bytes=0-{}", next - 1))] } else { Vec::new() });
    }
    ledger.stages.remove("weak");
    Reply(308, Value::Null, Vec::new())
}

#[tokio::test]
async fn videos_keep_the_contract() {
    let stage = keeps_the_contract(&PROTOCOL).await;
    let video = stage.standin.posts().into_iter().find(|post| post["snippet"]["title"] == "Well").unwrap();
    assert_eq!(video["snippet"]["description"], "红脸不说谎。She never lies: https://a.example/face");
    assert_eq!((&video["snippet"]["tags"], &video["snippet"]["categoryId"]), (&json!(["opera"]), &json!("22")));
    let status = json!({ "privacyStatus": "unlisted", "selfDeclaredMadeForKids": false, "containsSyntheticMedia": false });
    assert_eq!(video["status"], status);
    assert!(stage.page.page(&format!("/projects/{}/channels", stage.project)).await.contains("Red Faces"));
    // The picture went along as the thumbnail; that it was refused failed nothing.
    assert!(stage.standin.ledger(|ledger| ledger.stages.keys().any(|key| key.starts_with("thumbnail video-upload"))));
}

#[tokio::test]
async fn an_upload_goes_on_where_it_was_cut() {
    let stage = stage(&PROTOCOL).await;
    // 256 KiB arrive, then the connection breaks: the answer that says so never comes.
    stage.standin.ledger(|ledger| ledger.stages.insert("weak".into(), json!(true)));
    stage.standin.behave(&[(Step::Publish, Fault::Cut)]);
    let out = stage.until(&stage.publish("Long").await, "published").await;
    assert!(out["remote_url"].as_str().unwrap().starts_with("https://www.youtube.com/watch?v=video-upload-"), "{out}");
    let ranges: Vec<String> = stage.standin.asked(Step::Publish).iter().map(|asked| asked.header("content-range").to_owned()).collect();
    let total = long_film().len();
    assert_eq!(ranges, [format!("bytes 0-{}/{total}", total - 1), format!("bytes 262144-{}/{total}", total - 1)]);
    assert_eq!((stage.standin.posts().len(), stage.standin.asked(Step::Prepare).len()), (1, 1), "one video, one session");
    let sent: usize = stage.standin.asked(Step::Publish)[1].body.len();
    assert_eq!(sent, total - 262_144);
}

#[tokio::test]
async fn a_session_at_another_address_gets_nothing() {
    let stage = stage(&PROTOCOL).await;
    stage.standin.ledger(|ledger| ledger.stages.insert("elsewhere".into(), json!(true)));
    let id = stage.publish("Astray").await;
    stage.until(&id, "failed").await;
    assert!(stage.page.page(&format!("/publications/{id}")).await.contains("the platform sent us elsewhere"));
    assert!(stage.standin.asked(Step::Publish).is_empty() && stage.standin.posts().is_empty());
}

#[tokio::test]
async fn a_session_that_is_gone_is_opened_anew() {
    let stage = stage(&PROTOCOL).await;
    stage.standin.behave(&[(Step::Publish, Fault::Later)]);
    let id = stage.publish("Gone").await;
    stage.app.eventually("the first try", async || (stage.standin.asked(Step::Publish).len() == 1).then_some(())).await;
    stage.standin.ledger(|ledger| ledger.stages.retain(|key, _| !key.starts_with("upload-")));
    stage.until(&id, "published").await;
    assert_eq!((stage.standin.posts().len(), stage.standin.asked(Step::Prepare).len()), (1, 2));
}

#[tokio::test]
async fn one_renews_for_all_and_an_old_refresh_token_stays() {
    let stage = stage(&PROTOCOL).await;
    assert_eq!(stage.standin.asked(Step::Session).len(), 1, "the code");
    for round in 1..=2 {
        stage.standin.forget_sessions();
        let (one, two) = (stage.publish("One").await, stage.publish("Two").await);
        stage.until(&one, "published").await;
        stage.until(&two, "published").await;
        let renewals = stage.standin.asked(Step::Session).split_off(1);
        assert_eq!(renewals.len(), round, "one renewal for two uploads");
        assert!(renewals.iter().all(|asked| asked.text() == renewals[0].text()), "the refresh token that was left out stays");
    }
}

#[tokio::test]
async fn a_revoked_consent_holds_the_channel_until_somebody_consents_again() {
    let stage = stage(&PROTOCOL).await;
    stage.standin.forget_sessions();
    stage.standin.ledger(|ledger| ledger.stages.retain(|key, _| !key.starts_with("refresh ")));
    let id = stage.publish("Revoked").await;
    stage.until(&id, "waiting_channel").await;
    let health = stage.health().await;
    assert_eq!((&health["state"], &health["last_error"]), (&json!("needs_reconnect"), &json!("token")));
    stage.connect().await;
    stage.until(&id, "published").await;
    assert_eq!(stage.health().await["state"], "on");
}

#[tokio::test]
async fn what_youtube_would_refuse_is_said_before() {
    let stage = stage(&PROTOCOL).await;
    let planned = async |title: &str, caption: &str| {
        let answer = stage.plan(&stage.variant(title, caption).await).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, told) = planned(&"t".repeat(101), "fine").await;
    assert!(status == 422 && told.contains("101"), "{status} {told}");
    let (status, told) = planned("Fine", "a <b> c").await;
    assert!(status == 422 && told.contains("takes no < or >"), "{status} {told}");
    assert_eq!(planned("Fine", "fine").await.0, 201);
}

#[tokio::test]
async fn each_refusal_means_what_the_table_says() {
    let stage = stage(&PROTOCOL).await;
    for (reason, state, sentence) in [
        ("invalidTitle", "failed", "the title is not as the platform wants it"),
        ("invalidTags", "failed", "the tags are not as the platform wants them"),
        ("invalidCategoryId", "failed", "the account does not have a choice that was made"),
        ("youtubeSignupRequired", "failed", "the account is not ready on the platform"),
        ("uploadLimitExceeded", "scheduled", "the platform takes no more posts today"),
    ] {
        stage.standin.ledger(|ledger| ledger.stages.insert("refuse".into(), json!(reason)));
        let id = stage.publish(reason).await;
        let tried = stage.app.eventually(reason, async || {
            let html = stage.page.page(&format!("/publications/{id}")).await;
            html.contains(sentence).then_some(())
        });
        tried.await;
        stage.until(&id, state).await;
    }
    assert!(stage.standin.posts().is_empty());
}
