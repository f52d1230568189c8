//! Replicate: predictions that are submitted, looked at and downloaded.

use super::standin::{Asked, Protocol, Reply, Step};
use serde_json::json;

static IMAGE: Protocol = Protocol {
    kind: "replicate",
    medium: "image",
    settings: |origin| json!({ "base_url": format!("{origin}/v1"), "secret": "key-1", "image_model": "maker/model" }),
    step,
    answer,
    is_signed: |asked| asked.headers.get("authorization").is_some_and(|value| value == "Bearer key-1"),
    held_back: |_| (Step::Look, 200, json!({ "id": "p1", "status": "failed", "error": "NSFW content detected" })),
    makes: ("image/", 2),
};

fn step(asked: &Asked) -> Step {
    match asked.path.as_str() {
        "/v1/account" => Step::Test,
        path if path.ends_with("/cancel") => Step::Cancel,
        path if path.starts_with("/files/") => Step::Download,
        _ if asked.method == "POST" => Step::Submit,
        _ => Step::Look,
    }
}

fn answer(asked: &Asked, step: Step, nth: usize, origin: &str) -> Reply {
    match step {
        Step::Submit => {
            let body = asked.json();
            assert_eq!(asked.path, "/v1/models/maker/model/predictions");
            assert_eq!(body["input"]["prompt"], "A white face, closer.");
            Reply::Json(201, json!({ "id": "p1", "status": "starting", "output": null, "urls": { "get": format!("{origin}/v1/predictions/p1") } }))
        }
        Step::Look if nth == 0 => Reply::Json(200, json!({ "id": "p1", "status": "processing" })),
        Step::Look => {
            let output = [format!("{origin}/files/1.png"), format!("{origin}/files/2.png")];
            Reply::Json(200, json!({ "id": "p1", "status": "succeeded", "output": output, "metrics": { "predict_time": 2.5 } }))
        }
        Step::Download => {
            assert!(!asked.headers.contains_key("authorization"), "the key does not go with a download");
            Reply::Bytes("image/png", super::picture())
        }
        Step::Test | Step::Cancel => Reply::Json(200, json!({ "type": "user" })),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicate_keeps_the_contract() {
    super::keeps_the_contract(&IMAGE).await;
}
