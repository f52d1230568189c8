//! fal: tasks in a queue, asked for at their app, with results that may be refusals.

use super::standin::{Asked, Fault, Protocol, Reply, Step};
use reqwest::Method;
use serde_json::{Value, json};

fn settings(origin: &str) -> Value {
    json!({ "base_url": origin, "secret": "key-1", "image_model": "fal-ai/flux/schnell", "video_model": "fal-ai/film/v2/text-to-video" })
}

fn is_signed(asked: &Asked) -> bool {
    asked.headers.get("authorization").is_some_and(|value| value == "Key key-1")
}

fn step(asked: &Asked) -> Step {
    match asked.path.as_str() {
        path if path.starts_with("/files/") => Step::Download,
        path if path.contains("/requests/00000000-") => Step::Test,
        _ if asked.method == "POST" => Step::Submit,
        _ if asked.method == "PUT" => Step::Cancel,
        _ => Step::Look,
    }
}

fn violation() -> Value {
    json!({ "detail": [{ "loc": ["body", "prompt"], "msg": "The content was flagged.", "type": "content_policy_violation" }] })
}

fn held_back(_: &str) -> (Step, u16, Value) {
    (Step::Submit, 422, violation())
}

type Answer = fn(&Asked, Step, usize, &str) -> Reply;

const fn protocol(medium: &'static str, answer: Answer, makes: (&'static str, usize)) -> Protocol {
    Protocol { kind: "fal", medium, settings, step, answer, is_signed, held_back, makes }
}

static IMAGE: Protocol = protocol("image", answer, ("image/", 2));
static VIDEO: Protocol = protocol("video", answer, ("video/", 1));
static HELD: Protocol = protocol("image", held, ("image/", 2));
static FAILING: Protocol = protocol("image", failing, ("image/", 2));
static SLOW: Protocol = protocol("image", slow, ("image/", 2));

fn answer(asked: &Asked, step: Step, nth: usize, origin: &str) -> Reply {
    match (step, asked.path.as_str()) {
        (Step::Test, _) => Reply::Json(404, json!({ "detail": "Request not found" })),
        (Step::Submit, "/fal-ai/flux/schnell") => {
            let expected = json!({ "prompt": "A white face, closer.", "aspect_ratio": "9:16", "image_size": "portrait_16_9" });
            assert_eq!(asked.json(), expected);
            queued("fal-ai/flux")
        }
        (Step::Submit, "/fal-ai/film/v2/text-to-video") => {
            assert_eq!(asked.json(), json!({ "prompt": "A white face, closer.", "aspect_ratio": "9:16" }));
            queued("fal-ai/film")
        }
        (Step::Look, "/fal-ai/flux/requests/r-1/status" | "/fal-ai/film/requests/r-1/status") => match nth {
            0 => Reply::Json(202, json!({ "status": "IN_QUEUE", "queue_position": 2 })),
            1 => Reply::Json(202, json!({ "status": "IN_PROGRESS" })),
            _ => Reply::Json(200, json!({ "status": "COMPLETED" })),
        },
        (Step::Look, "/fal-ai/flux/requests/r-1") => {
            let images = [json!({ "url": format!("{origin}/files/1.png") }), json!({ "url": format!("{origin}/files/2.png") })];
            Reply::Json(200, json!({ "images": images, "seed": 7, "has_nsfw_concepts": [false, false] }))
        }
        (Step::Look, "/fal-ai/film/requests/r-1") => Reply::Json(200, json!({ "video": { "url": format!("{origin}/files/1.mp4") } })),
        (Step::Download, path) => {
            assert!(!asked.headers.contains_key("authorization"), "the key does not go with a download");
            if path.ends_with(".mp4") { Reply::Bytes("video/mp4", super::film()) } else { Reply::Bytes("image/png", super::picture()) }
        }
        (_, path) => panic!("{path} is not of this protocol"),
    }
}

/// Its addresses point to a place where nobody answers: whoever follows them is found out.
fn queued(app: &str) -> Reply {
    let task = format!("http://127.0.0.1:1/{app}/requests/r-1");
    Reply::Json(
        200,
        json!({ "request_id": "r-1", "status": "IN_QUEUE", "response_url": task, "status_url": format!("{task}/status"), "cancel_url": task }),
    )
}

/// Completed, and the result is the model's refusal.
fn held(asked: &Asked, step: Step, nth: usize, origin: &str) -> Reply {
    if asked.path == "/fal-ai/flux/requests/r-1" { Reply::Json(422, violation()) } else { answer(asked, step, nth, origin) }
}

fn failing(asked: &Asked, step: Step, nth: usize, origin: &str) -> Reply {
    if asked.path == "/fal-ai/flux/requests/r-1" {
        return Reply::Json(504, json!({ "detail": "Request timed out", "error_type": "request_timeout" }));
    }
    answer(asked, step, nth, origin)
}

/// Never done.
fn slow(asked: &Asked, step: Step, nth: usize, origin: &str) -> Reply {
    match step {
        Step::Look => Reply::Json(202, json!({ "status": "IN_PROGRESS" })),
        Step::Cancel => Reply::Json(202, json!({ "status": "CANCELLATION_REQUESTED" })),
        _ => answer(asked, step, nth, origin),
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
async fn a_completed_task_may_have_been_held_back_or_have_failed() {
    for (protocol, class) in [(&HELD, "moderation"), (&FAILING, "task_failed")] {
        let stage = super::stage(protocol).await;
        let run = stage.run(vec![]).await;
        let ended = stage.ended(&run).await;
        assert_eq!((ended["state"].as_str(), ended["error_class"].as_str()), (Some("failed"), Some(class)), "{ended}");
        let results = stage.standin.asked(Step::Look).iter().filter(|asked| !asked.path.ends_with("/status")).count();
        assert_eq!(results, 1, "what is final is not asked for again");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_without_credit_is_told_from_a_wrong_key() {
    let stage = super::stage(&IMAGE).await;
    let locked = json!({ "detail": "User is locked. Reason: Exhausted balance. Top up your balance." });
    let run = stage.run(vec![(Step::Submit, Fault::Say(403, locked))]).await;
    assert_eq!(stage.ended(&run).await["error_class"], "no_credit");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_key_is_found_by_the_test() {
    let stage = super::stage(&IMAGE).await;
    stage.standin.behave(vec![(Step::Test, Fault::Status(401))]);
    let tested = stage.api.post(&format!("/api/v1/backends/{}/tests", stage.backend), json!({})).await.json::<Value>().await.unwrap();
    assert_eq!(tested["ok"], false, "{tested}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_run_stops_its_task() {
    let stage = super::stage(&SLOW).await;
    let run = stage.run(vec![]).await;
    stage.until(&run, &["waiting"]).await;
    stage.api.request(Method::DELETE, &format!("/api/v1/runs/{run}")).send().await.unwrap();
    stage
        .app
        .eventually("the task is asked to stop", async || {
            let asked = stage.standin.asked(Step::Cancel);
            asked.first().map(|asked| assert_eq!(asked.path, "/fal-ai/flux/requests/r-1/cancel"))
        })
        .await;
    assert_eq!(stage.ended(&run).await["state"], "cancelled");
}
