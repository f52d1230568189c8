//! Mastodon as its documentation has it.

use super::standin::{Asked, Ledger, Protocol, Reply, Step};
use super::{keeps_the_contract, stage};
use serde_json::{Value, json};

static PROTOCOL: Protocol = Protocol {
    kind: "mastodon",
    settings: |origin| json!({ "server": origin, "token": "token-1", "visibility": "unlisted" }),
    step: |asked| match asked.path.as_str() {
        "/api/v1/statuses" => Step::Publish,
        path if path.contains("/media") => Step::Prepare,
        _ => Step::Probe,
    },
    answer,
    dead: || Reply(401, json!({ "error": "The access token was revoked" }), Vec::new()),
    invalid: || Reply(422, json!({ "error": "Validation failed: Text character limit of 500 exceeded" }), Vec::new()),
    asks_a_person: false,
};

fn answer(ledger: &mut Ledger, asked: &Asked, origin: &str) -> Reply {
    if asked.header("authorization") != "Bearer token-1" {
        return Reply(401, json!({ "error": "The access token is invalid" }), Vec::new());
    }
    match asked.path.as_str() {
        "/api/v1/accounts/verify_credentials" => Reply::ok(json!({ "acct": "lin@opera.example" })),
        "/api/v2/instance" => Reply::ok(json!({ "configuration": {
            "statuses": { "max_characters": 60, "max_media_attachments": 4, "characters_reserved_per_url": 23 },
            "media_attachments": { "image_size_limit": 16_777_216, "video_size_limit": 103_809_024 } } })),
        "/api/v2/media" => {
            assert!(asked.text().contains("A red face"), "the words for those who cannot see it go along");
            let id = format!("m{}", ledger.stages.len());
            ledger.stages.insert(id.clone(), json!({ "asked": 0 }));
            Reply(202, json!({ "id": id }), Vec::new())
        }
        "/api/v1/statuses" => {
            let key = asked.header("idempotency-key").to_owned();
            assert!(!key.is_empty());
            let (number, body) = (ledger.posts.len(), asked.json());
            let post = ledger
                .posts
                .entry(key)
                .or_insert_with(|| json!({ "id": format!("s{number}"), "url": format!("{origin}/@lin/s{number}"), "body": body }));
            Reply::ok(post.clone())
        }
        path => {
            let id = path.rsplit('/').next().unwrap();
            let Some(stage) = ledger.stages.get_mut(id) else { return Reply(404, json!({}), Vec::new()) };
            stage["asked"] = json!(stage["asked"].as_i64().unwrap() + 1);
            Reply::ok(json!({ "id": id }))
        }
    }
}

#[tokio::test]
async fn posts_keep_the_contract() {
    let stage = keeps_the_contract(&PROTOCOL).await;
    let first: Vec<Value> = stage.standin.posts().into_iter().filter(|post| post["id"] == "s0").collect();
    let body = &first[0]["body"];
    assert_eq!(body["status"], "红脸不说谎。She never lies: https://a.example/face\n\n#opera");
    assert_eq!((&body["visibility"], &body["language"], body["media_ids"].as_array().unwrap().len()), (&json!("unlisted"), &json!("en"), 1));
}

#[tokio::test]
async fn a_server_says_what_it_takes() {
    let stage = stage(&PROTOCOL).await;
    let answer = stage.page.form(&format!("/channels/{}/test", stage.channel), &[]).await;
    assert_eq!(answer.status(), 303);
    assert!(stage.page.page(&format!("/projects/{}/channels", stage.project)).await.contains("lin@opera.example"));
    // Sixty characters, an address counts as 23 of them: what is longer is refused before anything is planned.
    let long = stage.variant("Long", &"红".repeat(53)).await;
    let answer = stage.plan(&long).await;
    assert_eq!(answer.status(), 422);
    let told = answer.text().await.unwrap();
    assert!(told.contains("61") && told.contains("60"), "{told}");
    let fits = stage.variant("Fits", &format!("{} https://a.example/{}", "红".repeat(28), "x".repeat(200))).await;
    assert_eq!(stage.plan(&fits).await.status(), 201);
}

#[tokio::test]
async fn a_wrong_token_is_said_at_once() {
    let stage = stage(&PROTOCOL).await;
    let project = format!("/projects/{}/channels", stage.project);
    let fields = [
        ("kind", "mastodon"),
        ("name", "Wrong"),
        ("server", stage.standin.origin()),
        ("token", "guessed"),
        ("zone", "Asia/Bangkok"),
        ("max_late_minutes", "720"),
    ];
    assert_eq!(stage.page.form(&project, &fields).await.status(), 303);
    let list = stage.page.page(&project).await;
    assert!(list.contains("the platform does not know the session any more"), "{list}");
}
