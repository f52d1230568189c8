//! A voice speaks a script.

use super::{CHINESE, asset, probed, seconds, stage};
use reqwest::StatusCode;
use serde_json::{Value, json};

#[tokio::test]
#[ignore = "needs espeak-ng"]
async fn a_script_is_spoken_line_by_line_into_one_file() {
    let stage = stage().await;
    let variant = stage.variant(CHINESE).await;
    // Nobody named a backend: the one that speaks is found.
    let run = stage.run(json!({ "medium": "speech", "variant": variant })).await;
    let ended = stage.done(&run).await;
    let voice = asset(&ended, "audio/wav");
    assert_eq!((&ended["cost_micros"], &voice["origin"]), (&json!(0), &json!("template")));
    let lasts = seconds(&probed(&stage.file(voice).await)["format"]["duration"]);
    let lines = stage.told(&run).await["lines"].as_array().unwrap().clone();
    let of = |line: &Value, name: &str| line[name].as_f64().unwrap() / 1_000.0;
    assert_eq!(lines.len(), 3);
    assert!((of(&lines[2], "start_ms") + of(&lines[2], "ms") - lasts).abs() < 0.02, "{lines:?} {lasts}");
    assert_eq!(voice["duration_ms"].as_f64().unwrap().round(), (lasts * 1_000.0).floor());
    // A language it does not speak is refused with the reason.
    let run = stage.run(json!({ "medium": "speech", "backend": "espeak", "text": "ភាសាខ្មែរ", "locale": "km" })).await;
    let ended = stage.ended(&run).await;
    assert_eq!((&ended["state"], &ended["error_class"]), (&json!("failed"), &json!("refused")), "{ended}");
    assert!(ended.to_string().contains("espeak-ng has no voice for km"), "{ended}");
    stage.app.stop().await;
}

#[tokio::test]
async fn what_is_in_the_house_is_neither_connected_nor_changed_nor_removed() {
    let stage = stage().await;
    for kind in ["espeak", "preview", "sketch"] {
        let refused = stage.api.post("/api/v1/backends", json!({ "kind": kind, "name": "Mine", "settings": {} })).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{kind}");
        let listed = stage.api.json("/api/v1/backends").await;
        let found = listed["items"].as_array().unwrap().iter().find(|backend| backend["kind"] == kind).unwrap()["id"].clone();
        let path = format!("/api/v1/backends/{}", found.as_str().unwrap());
        for method in [reqwest::Method::DELETE, reqwest::Method::PATCH] {
            let answer = stage.api.request(method.clone(), &path).json(&json!({})).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{method} {kind}");
        }
    }
    // Words are still drafted by the sketch when nobody chose.
    let run = stage.run(json!({ "purpose": "ideas", "count": 1, "backend": "" })).await;
    assert_eq!(stage.done(&run).await["backend_kind"], "sketch");
    let voice = json!({ "kind": "piper", "name": "Voice", "settings": { "file": "/etc/passwd" } });
    let refused = stage.api.post("/api/v1/backends", voice).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "a file that is no voice");
    stage.app.stop().await;
}
