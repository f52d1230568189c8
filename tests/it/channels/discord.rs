//! A webhook of Discord as its documentation has it.

use super::standin::{Asked, Fault, Ledger, Protocol, Reply, Step};
use super::{CAPTION, keeps_the_contract, stage};
use serde_json::{Value, json};

const HOOK: &str = "/api/webhooks/1999999999999999999/aLongTokenThatNobodyMayReadAnywhere_-0123456789";

static PROTOCOL: Protocol = Protocol {
    kind: "discord",
    settings: |origin| json!({ "url": format!("{origin}{HOOK}") }),
    step: |asked| if asked.method == "POST" { Step::Publish } else { Step::Probe },
    answer,
    dead: || refused(401, 50_027, "Invalid Webhook Token"),
    // As something on the way would repeat what it was asked.
    invalid: || {
        let errors = json!({ "content": { "_errors": [{ "code": "BASE_TYPE_MAX_LENGTH" }] } });
        Reply(400, json!({ "message": "Invalid Form Body", "code": 50_035, "errors": errors, "path": HOOK }), Vec::new())
    },
    asks_a_person: true,
};

fn refused(status: u16, code: u32, message: &str) -> Reply {
    Reply(status, json!({ "message": message, "code": code }), Vec::new())
}

fn answer(ledger: &mut Ledger, asked: &Asked, origin: &str) -> Reply {
    if asked.path != HOOK {
        return refused(404, 10_015, "Unknown Webhook");
    }
    if asked.method == "GET" {
        let token = HOOK.rsplit('/').next().unwrap();
        let hook = json!({ "id": "1999999999999999999", "name": "Captain", "channel_id": "55", "guild_id": "44", "token": token, "url": format!("{origin}{HOOK}") });
        return Reply::ok(hook);
    }
    assert_eq!((asked.query.get("wait").map(String::as_str), asked.header("connection")), (Some("true"), "close"));
    let form = asked.form();
    let message: Value = serde_json::from_str(&form["payload_json"].text).unwrap();
    assert_eq!(form["payload_json"].media_type.as_deref(), Some("application/json"));
    assert_eq!(message["allowed_mentions"], json!({ "parse": [] }), "nobody is pinged");
    let attachments = message["attachments"].as_array().unwrap().len();
    assert!((0..attachments).all(|index| form[&format!("files[{index}]")].is_picture() && message["attachments"][index]["id"] == index));
    let number = ledger.posts.len() + 1;
    ledger.posts.insert(format!("{number:03}"), json!({ "content": message["content"], "attachments": message["attachments"] }));
    Reply::ok(json!({ "id": format!("90{number}"), "channel_id": "55", "webhook_id": "1999999999999999999", "content": message["content"] }))
}

#[tokio::test]
async fn posts_keep_the_contract() {
    let stage = keeps_the_contract(&PROTOCOL).await;
    let first = stage.standin.posts().remove(0);
    assert_eq!(first["content"], "红脸不说谎。She never lies: https://a.example/face\n\n#opera");
    assert_eq!(first["attachments"], json!([{ "id": 0, "description": "A red face" }]));
}

#[tokio::test]
async fn a_webhook_says_whose_it_is_and_messages_have_an_address() {
    let stage = stage(&PROTOCOL).await;
    assert_eq!(stage.page.form(&format!("/channels/{}/test", stage.channel), &[]).await.status(), 303);
    let list = stage.page.page(&format!("/projects/{}/channels", stage.project)).await;
    assert!(list.contains("Captain"), "{list}");
    let alone = stage.until(&stage.publish_with("Alone", CAPTION, 0).await, "published").await;
    assert_eq!((&alone["remote_id"], &alone["remote_url"]), (&json!("901"), &json!("https://discord.com/channels/44/55/901")));
    stage.until(&stage.publish_with("Faces", CAPTION, 10).await, "published").await;
    assert_eq!(stage.standin.posts()[1]["attachments"].as_array().unwrap().len(), 10);
    assert_eq!(stage.plan(&stage.variant_with("Too many", CAPTION, 11).await).await.status(), 422);
    let long = stage.plan(&stage.variant("Long", &"红".repeat(1_993)).await).await;
    assert_eq!(long.status(), 422);
    let told = long.text().await.unwrap();
    assert!(told.contains("2001") && told.contains("2000"), "{told}");
}

#[tokio::test]
async fn the_address_is_sealed_and_shown_nowhere() {
    let stage = stage(&PROTOCOL).await;
    stage.standin.behave(&[(Step::Publish, Fault::Invalid)]);
    let failed = stage.publish("Never").await;
    stage.until(&failed, "failed").await;
    let page = stage.page.page(&format!("/publications/{failed}")).await;
    assert!(page.contains("BASE_TYPE_MAX_LENGTH"), "the evidence is shown: {page}");
    assert_eq!(stage.page.form(&format!("/channels/{}/test", stage.channel), &[]).await.status(), 303);
    let channel = stage.health().await;
    assert_eq!((&channel["settings"], &channel["facts"]["account"]), (&json!({}), &json!("Captain")));
    let form = stage.page.page(&format!("/channels/{}/edit", stage.channel)).await;
    assert!(form.contains("Webhook address"), "{form}");
    let token = HOOK.rsplit('/').next().unwrap();
    for text in [page, channel.to_string(), form] {
        assert!(!text.contains(token), "{text}");
    }
}

#[tokio::test]
async fn a_webhook_that_is_gone_is_said_at_once() {
    let stage = stage(&PROTOCOL).await;
    let project = format!("/projects/{}/channels", stage.project);
    let url = format!("{}/api/webhooks/1/other", stage.standin.origin());
    let fields = [("kind", "discord"), ("name", "Gone"), ("url", url.as_str()), ("zone", "Asia/Bangkok"), ("max_late_minutes", "720")];
    assert_eq!(stage.page.form(&project, &fields).await.status(), 303);
    assert!(stage.page.page(&project).await.contains("what it should go to is not there any more"));
    // Nothing inside may be reached by it.
    let fields = [
        ("kind", "discord"),
        ("name", "Inside"),
        ("url", "http://127.0.0.1:9/api/webhooks/1/t"),
        ("zone", "Asia/Bangkok"),
        ("max_late_minutes", "720"),
    ];
    assert_eq!(stage.page.form(&project, &fields).await.status(), 422);
}
