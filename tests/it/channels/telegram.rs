//! The Bot API as its documentation has it.

use super::standin::{Asked, Fault, Ledger, Protocol, Reply, Step};
use super::{CAPTION, keeps_the_contract, stage};
use serde_json::{Value, json};

const TOKEN: &str = "7000000001:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw";
const WORDS: &str = "红脸不说谎。She never lies: https://a.example/face\n\n#opera";

static PROTOCOL: Protocol = Protocol {
    kind: "telegram",
    settings: |origin| json!({ "server": origin, "token": TOKEN, "chat": "@opera" }),
    step: |asked| if asked.path.contains("/send") { Step::Publish } else { Step::Probe },
    answer,
    dead: || refused(401, "Unauthorized"),
    // As something on the way would repeat what it was asked.
    invalid: || {
        Reply(
            400,
            json!({ "ok": false, "error_code": 400, "description": "Bad Request: message caption is too long", "path": format!("/bot{TOKEN}/sendPhoto") }),
            Vec::new(),
        )
    },
    asks_a_person: true,
};

fn refused(code: u16, description: &str) -> Reply {
    Reply(code, json!({ "ok": false, "error_code": code, "description": description }), Vec::new())
}

fn answer(ledger: &mut Ledger, asked: &Asked, _: &str) -> Reply {
    let Some(method) = asked.path.strip_prefix(&format!("/bot{TOKEN}/")) else { return refused(404, "Not Found") };
    let chat = json!({ "id": -1_001_234, "type": "channel", "title": "Opera", "username": "opera" });
    match method {
        "getMe" => Reply::ok(json!({ "ok": true, "result": { "id": 7, "is_bot": true, "username": "opera_bot" } })),
        "getChat" if asked.query.get("chat_id").is_some_and(|chat| chat == "@opera") => Reply::ok(json!({ "ok": true, "result": chat })),
        "getChat" => refused(400, "Bad Request: chat not found"),
        "sendMessage" | "sendPhoto" | "sendMediaGroup" => {
            assert_eq!(asked.header("connection"), "close", "no old connection may leave a doubt");
            let form = asked.form();
            assert_eq!(form["chat_id"].text, "@opera");
            let files = form.values().filter(|field| field.is_picture()).count();
            let text = |name: &str| form.get(name).map_or("", |field| field.text.as_str()).to_owned();
            let number = ledger.posts.len() + 1;
            let post = json!({ "method": method, "text": text("text"), "caption": text("caption"), "media": text("media"), "files": files });
            ledger.posts.insert(format!("{number:03}"), post);
            let message = |offset: usize| json!({ "message_id": number * 10 + offset, "chat": chat });
            let result = if method == "sendMediaGroup" { json!([message(0), message(1)]) } else { message(0) };
            Reply::ok(json!({ "ok": true, "result": result }))
        }
        _ => refused(404, "Not Found: method not found"),
    }
}

#[tokio::test]
async fn posts_keep_the_contract() {
    let stage = keeps_the_contract(&PROTOCOL).await;
    let first = stage.standin.posts().remove(0);
    assert_eq!(first, json!({ "method": "sendPhoto", "text": "", "caption": WORDS, "media": "", "files": 1 }));
}

#[tokio::test]
async fn words_go_alone_and_files_in_a_group() {
    let stage = stage(&PROTOCOL).await;
    let alone = stage.until(&stage.publish_with("Alone", CAPTION, 0).await, "published").await;
    assert_eq!((&alone["remote_id"], &alone["remote_url"]), (&json!("10"), &json!("https://t.me/opera/10")));
    let group = stage.until(&stage.publish_with("Group", CAPTION, 3).await, "published").await;
    assert_eq!((&group["remote_id"], &group["remote_url"]), (&json!("20"), &json!("https://t.me/opera/20")));
    let posts = stage.standin.posts();
    assert_eq!(posts[0], json!({ "method": "sendMessage", "text": WORDS, "caption": "", "media": "", "files": 0 }));
    assert_eq!((&posts[1]["method"], &posts[1]["files"]), (&json!("sendMediaGroup"), &json!(3)));
    let media: Value = serde_json::from_str(posts[1]["media"].as_str().unwrap()).unwrap();
    let item = |index: usize| json!({ "type": "photo", "media": format!("attach://file{index}") });
    let mut first = item(0);
    first["caption"] = json!(WORDS);
    assert_eq!(media, json!([first, item(1), item(2)]));
}

#[tokio::test]
async fn a_caption_is_shorter_than_a_message() {
    let stage = stage(&PROTOCOL).await;
    // With its tag: 8 more.
    let long = "红".repeat(1_017);
    let with_picture = stage.plan(&stage.variant("Long", &long).await).await;
    assert_eq!(with_picture.status(), 422);
    let told = with_picture.text().await.unwrap();
    assert!(told.contains("1025") && told.contains("1024"), "{told}");
    assert_eq!(stage.plan(&stage.variant_with("Long alone", &long, 0).await).await.status(), 201);
    assert_eq!(stage.plan(&stage.variant_with("Too many", "Faces", 11).await).await.status(), 422);
}

#[tokio::test]
async fn the_token_is_on_no_page_and_in_no_answer() {
    let stage = stage(&PROTOCOL).await;
    stage.standin.behave(&[(Step::Publish, Fault::Invalid)]);
    let failed = stage.publish("Never").await;
    stage.until(&failed, "failed").await;
    let page = stage.page.page(&format!("/publications/{failed}")).await;
    assert!(page.contains("message caption is too long") && page.contains("/sendPhoto"), "the evidence is shown: {page}");
    let told = [page, stage.api.json(&format!("/api/v1/publications/{failed}")).await.to_string(), stage.health().await.to_string()];
    assert!(told.iter().all(|text| !text.contains(TOKEN)), "{told:?}");
}

#[tokio::test]
async fn a_bot_says_where_it_posts() {
    let stage = stage(&PROTOCOL).await;
    assert_eq!(stage.page.form(&format!("/channels/{}/test", stage.channel), &[]).await.status(), 303);
    let list = stage.page.page(&format!("/projects/{}/channels", stage.project)).await;
    assert!(list.contains("@opera · @opera_bot"), "{list}");
    let project = format!("/projects/{}/channels", stage.project);
    for (name, token, chat, wanted) in [
        ("Elsewhere", TOKEN, "@nowhere", "what it should go to is not there any more"),
        ("Guessed", "7000000001:guessed", "@opera", "the platform does not know the session any more"),
    ] {
        let fields = [
            ("kind", "telegram"),
            ("name", name),
            ("server", stage.standin.origin()),
            ("token", token),
            ("chat", chat),
            ("zone", "Asia/Bangkok"),
            ("max_late_minutes", "720"),
        ];
        assert_eq!(stage.page.form(&project, &fields).await.status(), 303, "{name}");
        let list = stage.page.page(&project).await;
        assert!(list.contains(wanted), "{name}: {list}");
    }
}
