//! Kling: everything is a task; keys sign a token, or one key is enough.

use super::standin::{Asked, Fault, Protocol, Reply, Step};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use serde_json::{Value, json};

fn settings(origin: &str, secret: &str) -> Value {
    json!({ "base_url": origin, "secret": secret, "video_model": "kling-v2-5-turbo", "image_model": "kling-v2-1", "price_second": "0.07" })
}

fn step(asked: &Asked) -> Step {
    match (asked.method.as_str(), asked.path.as_str()) {
        (_, path) if path.starts_with("/files/") => Step::Download,
        ("POST", _) => Step::Submit,
        (_, "/v1/videos/text2video") => Step::Test,
        _ => Step::Look,
    }
}

fn held_back(_: &str) -> (Step, u16, Value) {
    let data = json!({ "task_id": "t1", "task_status": "failed", "task_status_msg": "Failure to pass the risk control system" });
    (Step::Look, 200, said(data))
}

static VIDEO: Protocol = Protocol {
    kind: "kling",
    medium: "video",
    settings: |origin| settings(origin, "ak-1:key-1"),
    step,
    answer,
    is_signed: |asked| token(asked).is_some_and(|token| is_good(&token)),
    held_back,
    makes: ("video/", 1),
};

static IMAGE: Protocol = Protocol {
    kind: "kling",
    medium: "image",
    settings: |origin| settings(origin, "key-1"),
    step,
    answer,
    is_signed: |asked| token(asked).is_some_and(|token| token == "key-1"),
    held_back,
    makes: ("image/", 1),
};

fn token(asked: &Asked) -> Option<String> {
    asked.headers.get("authorization")?.strip_prefix("Bearer ").map(str::to_owned)
}

/// Whether a token is signed with the second key, names the first, and holds now.
fn is_good(token: &str) -> bool {
    let Some((said, signature)) = token.rsplit_once('.') else { return false };
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"key-1");
    let signed = URL_SAFE_NO_PAD.decode(signature).is_ok_and(|signature| hmac::verify(&key, said.as_bytes(), &signature).is_ok());
    let read = |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).unwrap_or_default()).unwrap_or_default();
    let (header, claims) = said.split_once('.').map(|(header, claims)| (read(header), read(claims))).unwrap_or_default();
    let (from, until) = (claims["nbf"].as_i64().unwrap_or(i64::MAX), claims["exp"].as_i64().unwrap_or(0));
    let now = chrono::Utc::now().timestamp();
    signed && header == json!({ "alg": "HS256", "typ": "JWT" }) && claims["iss"] == "ak-1" && from <= now && now < until && until - from == 1_805
}

fn said(data: Value) -> Value {
    json!({ "code": 0, "message": "SUCCEED", "request_id": "r1", "data": data })
}

fn answer(asked: &Asked, step: Step, nth: usize, origin: &str) -> Reply {
    let body = asked.json();
    match (step, asked.path.as_str()) {
        (Step::Submit, path) => {
            assert_eq!((&body["prompt"], body["external_task_id"].as_str().map(str::len)), (&json!("A white face, closer."), Some(36)));
            match path {
                "/v1/videos/text2video" => {
                    assert_eq!((&body["model_name"], &body["duration"], &body["mode"]), (&json!("kling-v2-5-turbo"), &json!("5"), &json!("std")));
                    assert_eq!((&body["aspect_ratio"], body.get("image")), (&json!("9:16"), None));
                }
                "/v1/videos/image2video" => {
                    let picture = base64::engine::general_purpose::STANDARD.decode(body["image"].as_str().unwrap()).unwrap();
                    assert!(picture.starts_with(b"\x89PNG"), "the picture itself, without data: before it");
                }
                "/v1/images/generations" => {
                    assert_eq!((&body["model_name"], &body["n"], &body["aspect_ratio"]), (&json!("kling-v2-1"), &json!(1), &json!("9:16")));
                }
                path => panic!("{path} is not of this protocol"),
            }
            Reply::Json(200, said(json!({ "task_id": "t1", "task_status": "submitted" })))
        }
        (Step::Look, _) if nth == 0 => Reply::Json(200, said(json!({ "task_id": "t1", "task_status": "processing", "task_status_msg": "" }))),
        (Step::Look, "/v1/images/generations/t1") => {
            let images = json!([{ "index": 0, "url": format!("{origin}/files/{nth}.png") }]);
            Reply::Json(200, said(json!({ "task_id": "t1", "task_status": "succeed", "task_result": { "images": images } })))
        }
        (Step::Look, "/v1/videos/text2video/t1" | "/v1/videos/image2video/t1") => {
            // Every look signs another address.
            let videos = json!([{ "id": "v1", "url": format!("{origin}/files/{nth}.mp4"), "duration": "5.1" }]);
            Reply::Json(200, said(json!({ "task_id": "t1", "task_status": "succeed", "task_result": { "videos": videos } })))
        }
        (Step::Download, path) => {
            assert!(!asked.headers.contains_key("authorization"), "the key does not go with a download");
            if path.ends_with(".png") { Reply::Bytes("image/png", super::picture()) } else { Reply::Bytes("video/mp4", super::film()) }
        }
        (Step::Test, _) => Reply::Json(200, said(json!([]))),
        (_, path) => panic!("{path} is not of this protocol"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn films_keep_the_contract() {
    super::keeps_the_contract(&VIDEO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_keep_the_contract() {
    super::keeps_the_contract(&IMAGE).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_a_refusal_whatever_the_status_is() {
    let stage = super::stage(&VIDEO).await;
    for (code, class) in [(1_002, "refused_key"), (1_102, "no_credit"), (1_201, "refused"), (1_301, "moderation")] {
        let body = json!({ "code": code, "message": "said by Kling", "request_id": "r1" });
        let ended = stage.ended(&stage.run(vec![(Step::Submit, Fault::Say(200, body))]).await).await;
        assert_eq!((&ended["state"], &ended["error_class"]), (&json!("failed"), &json!(class)), "{code}: {ended}");
        assert_eq!(stage.standin.asked(Step::Submit).len(), 1, "{code} is not asked again");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_at_once_are_asked_again_under_the_same_name() {
    let stage = super::stage(&VIDEO).await;
    let crowded = json!({ "code": 1_303, "message": "parallel task over resource pack limit", "request_id": "r1" });
    let run = stage.run(vec![(Step::Submit, Fault::Say(429, crowded))]).await;
    assert_eq!(stage.ended(&run).await["state"], "done");
    let names: Vec<Value> = stage.standin.asked(Step::Submit).iter().map(|asked| asked.json()["external_task_id"].clone()).collect();
    assert_eq!(names, [json!(run), json!(run)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_film_is_charged_by_its_length() {
    let stage = super::stage(&VIDEO).await;
    let ended = stage.ended(&stage.run(vec![]).await).await;
    assert_eq!((&ended["state"], &ended["cost_micros"]), (&json!("done"), &json!(357_000)), "{ended}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_expired_is_asked_for_anew() {
    let stage = super::stage(&VIDEO).await;
    let ended = stage.ended(&stage.run(vec![(Step::Download, Fault::Status(404))]).await).await;
    assert_eq!(ended["state"], "done", "{ended}");
    let paths: Vec<String> = stage.standin.asked(Step::Download).into_iter().map(|asked| asked.path).collect();
    assert_eq!(paths, ["/files/1.mp4", "/files/2.mp4"], "from another address");
    assert_eq!(stage.standin.asked(Step::Submit).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_film_from_a_picture_is_looked_for_where_it_was_asked() {
    let stage = super::stage(&VIDEO).await;
    let picture = stage.asset(super::picture(), "a.png", "image/png").await;
    let body = json!({ "backend": stage.backend, "medium": "video", "text": "A white face, closer.", "references": [picture] });
    let run = stage.api.make(&format!("/api/v1/projects/{}/runs", stage.project), body).await;
    assert_eq!(stage.ended(&run).await["state"], "done");
    let paths = |step| stage.standin.asked(step).into_iter().map(|asked| asked.path).collect::<Vec<_>>();
    assert_eq!(paths(Step::Submit), ["/v1/videos/image2video"]);
    assert!(paths(Step::Look).iter().all(|path| path == "/v1/videos/image2video/t1"), "{:?}", paths(Step::Look));
}

#[test]
fn the_stand_in_knows_a_token_that_is_not_signed() {
    let claims = json!({ "iss": "ak-1", "nbf": 0, "exp": 1_805 }).to_string();
    assert!(!is_good(&format!("e30.{}.AAAA", URL_SAFE_NO_PAD.encode(claims))));
    assert!(!is_good("key-1"));
}
