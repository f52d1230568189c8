//! AUTOMATIC1111: one call that answers with pictures.

use super::standin::{Asked, Protocol, Reply, Step};
use base64::Engine;
use serde_json::json;

static IMAGE: Protocol = Protocol {
    kind: "automatic1111",
    medium: "image",
    settings: |origin| json!({ "base_url": origin, "image_model": "base.safetensors" }),
    step: |asked| if asked.path == "/sdapi/v1/sd-models" { Step::Test } else { Step::Submit },
    answer,
    // A server at home has no key.
    is_signed: |_| true,
    held_back: |_| (Step::Submit, 422, json!({ "detail": [{ "msg": "not safe", "type": "content_policy_violation" }] })),
    makes: ("image/", 1),
};

fn answer(asked: &Asked, step: Step, _: usize, _: &str) -> Reply {
    if step == Step::Test {
        return Reply::Json(200, json!([{ "title": "base.safetensors", "model_name": "base" }]));
    }
    let body = asked.json();
    assert_eq!((&body["prompt"], &body["width"], &body["height"]), (&json!("A white face, closer."), &json!(768), &json!(1_344)));
    assert_eq!(body["override_settings"]["sd_model_checkpoint"], "base.safetensors");
    Reply::Json(200, json!({ "images": [base64::engine::general_purpose::STANDARD.encode(super::picture())], "info": "{}" }))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn automatic1111_keeps_the_contract() {
    super::keeps_the_contract(&IMAGE).await;
}
