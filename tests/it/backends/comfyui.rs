//! ComfyUI: graphs that are queued, looked for in the history, and fetched with the key.

use super::standin::{Asked, Protocol, Reply, Step};
use reqwest::Method;
use serde_json::{Value, json};

fn graph() -> Value {
    json!({
        "3": { "class_type": "KSampler", "inputs": { "seed": 5, "steps": 20, "model": ["4", 0] } },
        "5": { "class_type": "EmptyLatentImage", "inputs": { "width": 832, "height": 480, "batch_size": 1 } },
        "6": { "class_type": "CLIPTextEncode", "inputs": { "text": "old words", "clip": ["4", 1] } },
        "10": { "class_type": "LoadImage", "inputs": { "image": "old.png" } },
    })
}

fn settings(origin: &str, makes: &str) -> Value {
    json!({ "base_url": origin, "secret": "key-1", "makes": makes, "graph": graph().to_string(), "prompt_path": "6.inputs.text",
        "width_path": "5.inputs.width", "height_path": "5.inputs.height", "picture_path": "10.inputs.image" })
}

fn is_signed(asked: &Asked) -> bool {
    asked.headers.get("authorization").is_some_and(|value| value == "Bearer key-1")
}

fn step(asked: &Asked) -> Step {
    match (asked.method.as_str(), asked.path.as_str()) {
        ("POST", "/prompt") => Step::Submit,
        ("POST", "/queue" | "/interrupt") => Step::Cancel,
        (_, "/view") => Step::Download,
        // Uploading makes nothing.
        (_, "/system_stats" | "/upload/image") => Step::Test,
        _ => Step::Look,
    }
}

fn held_back(_: &str) -> (Step, u16, Value) {
    let error = json!(["execution_error", { "node_id": "7", "node_type": "PartnerNode", "exception_message": "Rejected by moderation" }]);
    (Step::Look, 200, json!({ "p1": { "status": { "status_str": "error", "completed": false, "messages": [error] }, "outputs": {} } }))
}

static IMAGE: Protocol = Protocol {
    kind: "comfyui",
    medium: "image",
    settings: |origin| settings(origin, "image"),
    step,
    answer,
    is_signed,
    held_back,
    makes: ("image/", 2),
};

static VIDEO: Protocol = Protocol {
    kind: "comfyui",
    medium: "video",
    settings: |origin| settings(origin, "video"),
    step,
    answer,
    is_signed,
    held_back,
    makes: ("video/", 1),
};

/// Words that are queued and never end, and words that a restart loses.
const NEVER: &str = "never ends";
const LOST: &str = "is lost";

fn answer(asked: &Asked, step: Step, nth: usize, _: &str) -> Reply {
    match (step, asked.path.as_str()) {
        (Step::Submit, _) => queued(&asked.json()),
        (Step::Look, "/queue") => Reply::Json(200, json!({ "queue_running": [[1, "never", {}, {}, []]], "queue_pending": [[2, "p1", {}, {}, []]] })),
        (Step::Look, "/history/p1") if nth > 0 => {
            let file = |name: &str, kind: &str| json!({ "filename": name, "subfolder": "day 1", "type": kind });
            let images = json!([file("a b.png", "output"), file("c.png", "output"), file("preview.png", "temp")]);
            let films = json!([file("film.mp4", "output")]);
            let status = json!({ "status_str": "success", "completed": true, "messages": [] });
            Reply::Json(200, json!({ "p1": { "outputs": { "9": { "images": images }, "12": { "gifs": films } }, "status": status } }))
        }
        (Step::Look, path) if path.starts_with("/history/") => Reply::Json(200, json!({})),
        (Step::Download, _) => {
            assert!(is_signed(asked), "its files lie behind the same door");
            assert!(asked.query.contains("subfolder=day+1&type=output"), "{}", asked.query);
            match asked.query.split('&').next() {
                Some("filename=a+b.png" | "filename=c.png") => Reply::Bytes("image/png", super::picture()),
                Some("filename=film.mp4") => Reply::Bytes("video/mp4", super::film()),
                other => panic!("{other:?} was not asked for"),
            }
        }
        (Step::Test, "/upload/image") => {
            let body = String::from_utf8_lossy(&asked.body);
            assert!(body.contains("name=\"image\"; filename=\"") && body.contains("name=\"overwrite\""), "{body}");
            Reply::Json(200, json!({ "name": "kept.png", "subfolder": "troupe", "type": "input" }))
        }
        (Step::Test, _) => Reply::Json(200, json!({ "system": { "comfyui_version": "0.3.0" } })),
        (Step::Cancel, _) => Reply::Json(200, json!({})),
        (_, path) => panic!("{path} is not of this protocol"),
    }
}

fn queued(body: &Value) -> Reply {
    let graph = &body["prompt"];
    assert_eq!(body["client_id"].as_str().unwrap().len(), 36);
    assert_eq!((&graph["3"]["class_type"], &graph["3"]["inputs"]["steps"]), (&json!("KSampler"), &json!(20)), "the rest stays as it was");
    assert_ne!(graph["3"]["inputs"]["seed"], 5, "a seed of its own");
    let id = match graph["6"]["inputs"]["text"].as_str().unwrap() {
        NEVER => "never",
        LOST => "lost",
        words => {
            assert_eq!(words, "A white face, closer.");
            "p1"
        }
    };
    Reply::Json(200, json!({ "prompt_id": id, "number": 1, "node_errors": {} }))
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
async fn a_graph_that_cannot_be_queued_is_not_connected() {
    let stage = super::stage(&IMAGE).await;
    let editor = json!({ "last_node_id": 9, "nodes": [{ "id": 3, "type": "KSampler" }], "links": [] }).to_string();
    let cases = [
        ("graph", editor.as_str(), "/settings/graph", "API format"),
        ("graph", "a picture of a face", "/settings/graph", "API format"),
        ("prompt_path", "7.inputs.text", "/settings/prompt_path", "6.inputs.text"),
        ("seed_path", "6.inputs.text", "/settings/seed_path", "number"),
        ("makes", "music", "/settings/makes", ""),
    ];
    for (name, value, field, said) in cases {
        let mut settings = settings(stage.standin.origin(), "image");
        settings[name] = json!(value);
        let answer = stage.api.post("/api/v1/backends", json!({ "kind": "comfyui", "name": "Second", "settings": settings })).await;
        assert_eq!(answer.status(), 422, "{name}: {value}");
        let problem = answer.text().await.unwrap();
        assert!(problem.contains(field) && problem.contains(said), "{name}: {problem}");
    }
    let change = json!({ "settings": { "graph": editor } });
    let path = format!("/api/v1/backends/{}", stage.backend);
    assert_eq!(stage.api.request(Method::PATCH, &path).json(&change).send().await.unwrap().status(), 422, "nor is one put in its place");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_form_keeps_what_was_said() {
    let stage = super::stage(&VIDEO).await;
    let browser = stage.app.browser("owner").await;
    for (path, chosen, words) in [("new?kind=comfyui", "image", ""), (stage.backend.as_str(), "video", "old words")] {
        let page = browser.get(&format!("/settings/backends/{path}")).await.text().await.unwrap();
        let page = scraper::Html::parse_document(&page);
        let one = |text: &str| page.select(&scraper::Selector::parse(text).unwrap()).next();
        let choice = one("select[name='settings.makes'] option[selected]").unwrap();
        assert_eq!(choice.value().attr("value"), Some(chosen), "{path}");
        let graph: String = one("textarea[name='settings.graph']").unwrap().text().collect();
        assert!(graph.contains(words) && graph.is_empty() == words.is_empty(), "{path}: {graph}");
        assert!(one("input[name='settings.secret'][type='password']").unwrap().value().attr("value") == Some(""), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_words_again_have_another_seed() {
    let stage = super::stage(&IMAGE).await;
    let mut seeds = Vec::new();
    for _ in 0..2 {
        assert_eq!(stage.ended(&stage.run(vec![]).await).await["state"], "done");
        seeds.push(stage.standin.asked(Step::Submit)[0].json()["prompt"]["3"]["inputs"]["seed"].as_u64().unwrap());
    }
    assert_ne!(seeds[0], seeds[1], "or ComfyUI answers from its cache, with nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_frame_and_the_picture_go_where_they_were_said_to() {
    let stage = super::stage(&IMAGE).await;
    let picture = stage.asset(super::picture(), "a.png", "image/png").await;
    let body = json!({ "backend": stage.backend, "medium": "image", "text": "A white face, closer.", "references": [picture], "frame": { "aspect": "1:1" } });
    let run = stage.api.make(&format!("/api/v1/projects/{}/runs", stage.project), body).await;
    assert_eq!(stage.ended(&run).await["state"], "done");
    let graph = stage.standin.asked(Step::Submit)[0].json()["prompt"].clone();
    assert_eq!((&graph["5"]["inputs"]["width"], &graph["5"]["inputs"]["height"]), (&json!(640), &json!(640)), "as many pixels as the graph had");
    assert_eq!(graph["10"]["inputs"]["image"], "troupe/kept.png");
    assert_eq!(stage.standin.asked(Step::Test).len(), 1, "uploaded once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_fails_leaves_no_doubt() {
    let stage = super::stage(&IMAGE).await;
    let picture = stage.asset(super::picture(), "a.png", "image/png").await;
    stage.standin.behave(vec![(Step::Test, super::Fault::Cut)]);
    let body = json!({ "backend": stage.backend, "medium": "image", "text": "A white face, closer.", "references": [picture] });
    let run = stage.api.make(&format!("/api/v1/projects/{}/runs", stage.project), body).await;
    let ended = stage.ended(&run).await;
    assert_eq!((&ended["state"], &ended["error_class"]), (&json!("failed"), &json!("unavailable")), "{ended}");
    assert!(stage.standin.asked(Step::Submit).is_empty(), "nothing was queued");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_refuses_is_named() {
    let stage = super::stage(&IMAGE).await;
    let errors = json!([{ "type": "value_not_in_list", "message": "Value not in list", "details": "ckpt_name: 'x' not in []" }]);
    let body = json!({ "error": { "type": "prompt_outputs_failed_validation", "message": "Prompt outputs failed validation" },
        "node_errors": { "4": { "errors": errors, "class_type": "CheckpointLoaderSimple" } } });
    let ended = stage.ended(&stage.run(vec![(Step::Submit, super::Fault::Say(400, body))]).await).await;
    assert_eq!(ended["error_class"], "refused", "{ended}");
    assert!(ended.to_string().contains("CheckpointLoaderSimple (4): Value not in list"), "{ended}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_prompt_that_a_restart_lost_is_not_waited_for() {
    let stage = super::stage(&IMAGE).await;
    let body = json!({ "backend": stage.backend, "medium": "image", "text": LOST });
    let run = stage.api.make(&format!("/api/v1/projects/{}/runs", stage.project), body).await;
    let ended = stage.ended(&run).await;
    assert_eq!((&ended["state"], &ended["error_class"]), (&json!("failed"), &json!("task_failed")), "{ended}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelling_interrupts_only_what_runs() {
    let stage = super::stage(&IMAGE).await;
    let body = json!({ "backend": stage.backend, "medium": "image", "text": NEVER });
    let run = stage.api.make(&format!("/api/v1/projects/{}/runs", stage.project), body).await;
    stage.until(&run, &["waiting"]).await;
    stage.api.request(Method::DELETE, &format!("/api/v1/runs/{run}")).send().await.unwrap();
    let asked = stage.app.eventually("an interrupt", async || Some(stage.standin.asked(Step::Cancel)).filter(|asked| asked.len() == 2)).await;
    assert_eq!((asked[0].path.as_str(), asked[0].json()), ("/queue", json!({ "delete": ["never"] })));
    assert_eq!((asked[1].path.as_str(), asked[1].json()), ("/interrupt", json!({ "prompt_id": "never" })));
}
