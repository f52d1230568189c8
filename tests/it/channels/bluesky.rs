//! A server of the AT Protocol as its lexicons have it.

use super::standin::{Asked, Fault, Ledger, Protocol, Reply, Step};
use super::{keeps_the_contract, stage};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

static PROTOCOL: Protocol = Protocol {
    kind: "bluesky",
    settings: |origin| json!({ "server": origin, "handle": "lin.opera.example", "password": "app-pass-word" }),
    step: |asked| match asked.path.rsplit('/').next().unwrap() {
        "com.atproto.server.createSession" | "com.atproto.server.refreshSession" => Step::Session,
        "com.atproto.repo.uploadBlob" => Step::Prepare,
        "com.atproto.repo.putRecord" => Step::Publish,
        _ => Step::Probe,
    },
    answer,
    dead: || Reply(400, json!({ "error": "ExpiredToken", "message": "Token has expired" }), Vec::new()),
    invalid: || Reply(400, json!({ "error": "InvalidRecord", "message": "text must not be longer" }), Vec::new()),
    asks_a_person: false,
};

fn token(kind: &str, number: usize) -> String {
    let ends = 4_000_000_000_u64;
    format!("h.{}.{kind}{number}", URL_SAFE_NO_PAD.encode(json!({ "exp": ends }).to_string()))
}

fn answer(ledger: &mut Ledger, asked: &Asked, _: &str) -> Reply {
    let method = asked.path.rsplit('/').next().unwrap();
    let bearer = asked.header("authorization").trim_start_matches("Bearer ").to_owned();
    if method.ends_with("Session") && method != "com.atproto.server.getSession" {
        let known = if method.contains("refresh") { ledger.sessions.contains(&bearer) } else { asked.json()["password"] == "app-pass-word" };
        if !known {
            return Reply(401, json!({ "error": "AuthenticationRequired" }), Vec::new());
        }
        let number = ledger.sessions.len();
        let (access, refresh) = (token("a", number), token("r", number));
        ledger.sessions.extend([access.clone(), refresh.clone()]);
        return Reply::ok(json!({ "accessJwt": access, "refreshJwt": refresh, "did": "did:plc:opera", "handle": "lin.opera.example" }));
    }
    if !ledger.sessions.contains(&bearer) {
        return Reply(400, json!({ "error": "ExpiredToken" }), Vec::new());
    }
    match method {
        "com.atproto.server.getSession" => Reply::ok(json!({ "handle": "lin.opera.example", "did": "did:plc:opera" })),
        "com.atproto.repo.uploadBlob" => {
            assert_eq!(asked.header("content-type"), "image/png");
            let size = asked.body.len();
            assert_eq!(asked.header("content-length"), size.to_string());
            Reply::ok(json!({ "blob": { "$type": "blob", "mimeType": "image/png", "size": size, "ref": { "$link": "bafy" } } }))
        }
        _ => {
            let body = asked.json();
            let key = body["rkey"].as_str().unwrap().to_owned();
            let uri = format!("at://did:plc:opera/app.bsky.feed.post/{key}");
            ledger.posts.insert(key, body["record"].clone());
            Reply::ok(json!({ "uri": uri, "cid": "bafy" }))
        }
    }
}

#[tokio::test]
async fn posts_keep_the_contract() {
    let stage = keeps_the_contract(&PROTOCOL).await;
    let record: Value = stage.standin.posts().remove(0);
    assert_eq!(record["text"], "红脸不说谎。She never lies: https://a.example/face\n\n#opera");
    assert_eq!(record["embed"]["images"][0]["alt"], "A red face");
    assert_eq!(record["facets"].as_array().unwrap().len(), 2);
    // One session serves many posts.
    let (sessions, posts) = (stage.standin.asked(Step::Session).len(), stage.standin.asked(Step::Publish).len());
    assert!(sessions < posts, "{sessions} sessions for {posts} posts");
}

#[tokio::test]
async fn two_at_once_begin_one_session() {
    let stage = stage(&PROTOCOL).await;
    let (one, two) = (stage.publish("One").await, stage.publish("Two").await);
    stage.until(&one, "published").await;
    stage.until(&two, "published").await;
    assert_eq!(stage.standin.asked(Step::Session).len(), 1);
}

#[tokio::test]
async fn a_wrong_password_holds_the_channel() {
    let stage = stage(&PROTOCOL).await;
    stage.standin.behave(&[(Step::Session, Fault::Dead), (Step::Session, Fault::Dead)]);
    let waiting = stage.publish("Nobody").await;
    stage.until(&waiting, "waiting_channel").await;
    assert_eq!(stage.health().await["last_error"], "token");
    assert!(stage.standin.posts().is_empty());
}
