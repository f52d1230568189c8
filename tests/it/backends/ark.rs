//! Volcengine Ark: pictures at once, films as tasks.

use super::standin::{Asked, Fault, Protocol, Reply, Step};
use serde_json::{Value, json};

fn settings(origin: &str) -> Value {
    json!({ "base_url": format!("{origin}/api/v3"), "secret": "key-1", "image_model": "seedream", "video_model": "seedance",
        "price_picture": "0.25", "price_out": "15" })
}

fn is_signed(asked: &Asked) -> bool {
    asked.headers.get("authorization").is_some_and(|value| value == "Bearer key-1")
}

fn step(asked: &Asked) -> Step {
    match (asked.method.as_str(), asked.path.as_str()) {
        (_, path) if path.starts_with("/files/") => Step::Download,
        ("POST", _) => Step::Submit,
        ("DELETE", _) => Step::Cancel,
        (_, "/api/v3/contents/generations/tasks") => Step::Test,
        _ => Step::Look,
    }
}

static IMAGE: Protocol = Protocol {
    kind: "ark",
    medium: "image",
    settings,
    step,
    answer,
    is_signed,
    held_back: |_| (Step::Submit, 400, error("InputTextSensitiveContentDetected")),
    makes: ("image/", 1),
};

static VIDEO: Protocol = Protocol {
    kind: "ark",
    medium: "video",
    settings,
    step,
    answer,
    is_signed,
    held_back: |_| {
        let error = json!({ "code": "OutputVideoSensitiveContentDetected", "message": "held back" });
        (Step::Look, 200, json!({ "id": "cgt-1", "status": "failed", "error": error }))
    },
    makes: ("video/", 1),
};

fn error(code: &str) -> Value {
    json!({ "error": { "code": code, "message": "said by Ark", "param": "", "type": "BadRequest" } })
}

fn answer(asked: &Asked, step: Step, nth: usize, origin: &str) -> Reply {
    let body = asked.json();
    match (step, asked.path.as_str()) {
        (Step::Submit, "/api/v3/images/generations") => {
            assert_eq!((&body["model"], &body["prompt"], &body["size"]), (&json!("seedream"), &json!("A white face, closer."), &json!("1440x2560")));
            assert_eq!((&body["watermark"], &body["sequential_image_generation"]), (&json!(false), &json!("disabled")));
            let picture = json!({ "url": format!("{origin}/files/1.png"), "size": "1440x2560" });
            let usage = json!({ "generated_images": 1, "output_tokens": 14_400, "total_tokens": 14_400 });
            Reply::Json(200, json!({ "model": "seedream", "data": [picture], "usage": usage }))
        }
        (Step::Submit, "/api/v3/contents/generations/tasks") => {
            assert_eq!((&body["model"], &body["ratio"], &body["duration"]), (&json!("seedance"), &json!("9:16"), &json!(5)));
            assert_eq!((&body["resolution"], &body["generate_audio"], &body["watermark"]), (&json!("720p"), &json!(false), &json!(false)));
            assert_eq!(body["content"][0], json!({ "type": "text", "text": "A white face, closer." }));
            Reply::Json(200, json!({ "id": "cgt-1" }))
        }
        (Step::Look, "/api/v3/contents/generations/tasks/cgt-1") => match nth {
            0 => Reply::Json(200, json!({ "id": "cgt-1", "status": "queued" })),
            1 => Reply::Json(200, json!({ "id": "cgt-1", "status": "running" })),
            // Every look signs another address.
            _ => {
                let content = json!({ "video_url": format!("{origin}/files/{nth}.mp4") });
                let usage = json!({ "completion_tokens": 108_900, "total_tokens": 108_900 });
                Reply::Json(200, json!({ "id": "cgt-1", "status": "succeeded", "content": content, "usage": usage }))
            }
        },
        (Step::Download, path) => {
            assert!(!asked.headers.contains_key("authorization"), "the key does not go with a download");
            if path.ends_with(".png") { Reply::Bytes("image/png", super::picture()) } else { Reply::Bytes("video/mp4", super::film()) }
        }
        (Step::Test, _) => Reply::Json(200, json!({ "items": [], "total": 0 })),
        (Step::Cancel, "/api/v3/contents/generations/tasks/cgt-1") => Reply::Json(200, json!({})),
        (_, path) => panic!("{path} is not of this protocol"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_keep_the_contract() {
    super::keeps_the_contract(&IMAGE).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn films_keep_the_contract() {
    super::keeps_the_contract(&VIDEO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_charged_is_pictures_and_the_tokens_of_films() {
    for (protocol, cost) in [(&IMAGE, 250_000), (&VIDEO, 1_633_500)] {
        let stage = super::stage(protocol).await;
        let ended = stage.ended(&stage.run(vec![]).await).await;
        assert_eq!((&ended["state"], &ended["cost_micros"]), (&json!("done"), &json!(cost)), "{}: {ended}", protocol.medium);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_say_more_than_the_status() {
    let stage = super::stage(&IMAGE).await;
    for (status, code, class) in
        [(429, "QuotaExceeded", "no_credit"), (403, "AccountOverdueError", "no_credit"), (400, "AuthenticationError", "refused_key")]
    {
        let ended = stage.ended(&stage.run(vec![(Step::Submit, Fault::Say(status, error(code)))]).await).await;
        assert_eq!((&ended["state"], &ended["error_class"]), (&json!("failed"), &json!(class)), "{code}: {ended}");
        assert_eq!(stage.standin.asked(Step::Submit).len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_expired_is_asked_for_anew() {
    let stage = super::stage(&VIDEO).await;
    let ended = stage.ended(&stage.run(vec![(Step::Download, Fault::Status(403))]).await).await;
    assert_eq!(ended["state"], "done", "{ended}");
    let paths: Vec<String> = stage.standin.asked(Step::Download).into_iter().map(|asked| asked.path).collect();
    assert_eq!(paths, ["/files/2.mp4", "/files/3.mp4"], "from another address");
    assert_eq!(stage.standin.asked(Step::Submit).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_go_along_as_data() {
    let stage = super::stage(&VIDEO).await;
    let picture = stage.asset(super::picture(), "a.png", "image/png").await;
    let body = json!({ "backend": stage.backend, "medium": "video", "text": "A white face, closer.", "references": [picture] });
    let run = stage.api.make(&format!("/api/v1/projects/{}/runs", stage.project), body).await;
    assert_eq!(stage.ended(&run).await["state"], "done");
    let shown = stage.standin.asked(Step::Submit)[0].json()["content"][1].clone();
    assert_eq!(shown["role"], "first_frame");
    assert!(shown["image_url"]["url"].as_str().unwrap().starts_with("data:image/png;base64,"), "{shown}");
}
