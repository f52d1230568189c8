//! Every adapter against a stand-in of its service: one contract, one table of faults, and what each one says of its own.

mod anthropic;
mod ark;
mod automatic1111;
mod comfyui;
mod fal;
mod gemini;
mod kills;
mod kling;
mod openai;
mod replicate;
pub mod standin;

use crate::app::{self, Client, TestApp, Wishes};
use serde_json::{Value, json};
use standin::{Fault, Protocol, Standin, Step};

/// A studio with a backend that is connected to a stand-in, in a project without a budget.
struct Stage {
    app: TestApp,
    api: Client,
    standin: Standin,
    backend: String,
    project: String,
    protocol: &'static Protocol,
}

async fn stage(protocol: &'static Protocol) -> Stage {
    let standin = standin::start(protocol).await;
    // Under two names, so that one can be another origin.
    let allow_private = format!("{0},{1}", standin.target, standin.target.replace("127.0.0.1", "localhost"));
    let app = app::start_with(Wishes { allow_private, ..Wishes::default() }).await;
    let (_, api) = app.owner().await;
    let body = json!({ "kind": protocol.kind, "name": "Home", "settings": (protocol.settings)(standin.origin()) });
    let backend = api.make("/api/v1/backends", body).await;
    let project = api.make("/api/v1/projects", json!({ "name": "Opera", "locale": "en", "niche": "opera" })).await;
    if protocol.medium == "text" {
        let prompt = json!({ "name": "Ideas", "purpose": "ideas", "template": "{{ count }} about {{ niche }}" });
        api.make(&format!("/api/v1/projects/{project}/prompts"), prompt).await;
    }
    Stage { app, api, standin, backend, project, protocol }
}

impl Stage {
    /// Asks for one thing, misbehaving like this on the way.
    async fn run(&self, faults: Vec<(Step, Fault)>) -> String {
        self.standin.behave(faults);
        // Changing a backend ends its rest.
        self.api.request(reqwest::Method::PATCH, &format!("/api/v1/backends/{}", self.backend)).json(&json!({})).send().await.unwrap();
        let mut body = json!({ "backend": self.backend, "medium": self.protocol.medium, "count": 1, "text": "A white face, closer." });
        if self.protocol.medium == "text" {
            body = json!({ "backend": self.backend, "purpose": "ideas", "count": 2 });
        }
        if self.protocol.medium == "transcript" {
            body["references"] = json!([self.sound().await]);
        }
        self.api.make(&format!("/api/v1/projects/{}/runs", self.project), body).await
    }

    /// A sound of this project.
    async fn sound(&self) -> String {
        self.asset(wave(1), "a.wav", "audio/wav").await
    }

    /// A file of this project, to go with a request.
    async fn asset(&self, bytes: Vec<u8>, name: &'static str, kind: &str) -> String {
        let piece = self.api.make(&format!("/api/v1/projects/{}/pieces", self.project), json!({ "title": name })).await;
        let variant = self.api.make(&format!("/api/v1/pieces/{piece}/variants"), json!({ "title": name })).await;
        let part = reqwest::multipart::Part::bytes(bytes).file_name(name).mime_str(kind).unwrap();
        let form = reqwest::multipart::Form::new().part("file", part);
        let path = format!("/api/v1/variants/{variant}/assets");
        let answer = self.api.request(reqwest::Method::POST, &path).multipart(form).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned()
    }

    async fn until(&self, run: &str, states: &[&str]) -> Value {
        self.app
            .eventually(&format!("{} of {}: {states:?}", self.protocol.medium, self.protocol.kind), async || {
                let run = self.api.json(&format!("/api/v1/runs/{run}")).await;
                states.contains(&run["state"].as_str().unwrap()).then_some(run)
            })
            .await
    }

    async fn ended(&self, run: &str) -> Value {
        self.until(run, &["done", "failed", "cancelled", "needs_look"]).await
    }
}

/// A second of silence, so many times over: a file that plays.
pub fn wave(seconds: u32) -> Vec<u8> {
    let (rate, size) = (8_000_u32, 8_000 * seconds);
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + size).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend([rate.to_le_bytes(), rate.to_le_bytes()].concat());
    bytes.extend(b"\x01\0\x08\0data");
    bytes.extend(size.to_le_bytes());
    bytes.extend(vec![128; size as usize]);
    bytes
}

/// The smallest film there is, of ten seconds that hold nothing.
pub fn film() -> Vec<u8> {
    let boxed = |name: &[u8], inside: &[u8]| [&u32::try_from(inside.len() + 8).unwrap().to_be_bytes(), name, inside].concat();
    let mvhd = [&[0_u8; 12], 1_000_u32.to_be_bytes().as_slice(), &10_000_u32.to_be_bytes(), &[0; 80]].concat();
    [boxed(b"ftyp", b"isom\0\0\x02\0isom"), boxed(b"moov", &boxed(b"mvhd", &mvhd)), boxed(b"mdat", &[0; 4_096])].concat()
}

/// A picture of four by four.
pub fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(4, 4, image::Rgb([200, 30, 30])).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// What the whole list of adapters must do alike. Each adapter's file calls it with its protocols.
async fn keeps_the_contract(protocol: &'static Protocol) {
    let stage = stage(protocol).await;
    let tested = stage.api.post(&format!("/api/v1/backends/{}/tests", stage.backend), json!({})).await.json::<Value>().await.unwrap();
    assert_eq!(tested["ok"], true, "{} answers its test: {tested}", protocol.kind);
    let has = |step: Step| stage.standin.asked(step).len();

    let run = stage.run(vec![]).await;
    let ended = stage.ended(&run).await;
    assert_eq!(ended["state"], "done", "{}: {ended}", protocol.kind);
    assert_eq!(has(Step::Submit), 1, "asked once");
    let (family, files) = protocol.makes;
    if family.is_empty() {
        assert_eq!(ended["drafts"].as_array().unwrap().len(), 2, "{ended}");
    } else {
        let made = ended["assets"].as_array().unwrap();
        assert_eq!(made.len(), files, "{ended}");
        for asset in made {
            assert!(asset["mime"].as_str().unwrap().starts_with(family), "{asset}");
            assert!(asset["size"].as_i64().unwrap() > 0);
        }
    }
    let (polls, downloads) = (has(Step::Look) > 0, has(Step::Download) > 0);

    // Where nobody was asked, or said no before doing anything: it failed, with the reason, and is not asked again by itself.
    let table = [
        (Fault::Status(401), "refused_key"),
        (Fault::Status(402), "no_credit"),
        (Fault::Status(400), "refused"),
        (Fault::Status(500), "unavailable"),
        (Fault::Html, "bad_answer"),
        (Fault::Broken, "bad_answer"),
    ];
    for (fault, class) in table {
        let run = stage.run(vec![(Step::Submit, fault.clone())]).await;
        let ended = stage.ended(&run).await;
        assert_eq!((ended["state"].as_str(), ended["error_class"].as_str()), (Some("failed"), Some(class)), "{} {fault:?}: {ended}", protocol.kind);
        assert_eq!(has(Step::Submit), 1, "{fault:?} is not asked again");
    }
    // Where it may have been done and charged: a person looks.
    for fault in [Fault::Cut, Fault::Endless, Fault::Huge] {
        let run = stage.run(vec![(Step::Submit, fault.clone())]).await;
        let ended = stage.ended(&run).await;
        assert_eq!(ended["state"], "needs_look", "{} {fault:?}: {ended}", protocol.kind);
        assert_eq!(has(Step::Submit), 1, "{fault:?} is not asked again");
    }
    // Asked to wait: it waits, and is asked again.
    let soon = (chrono::Utc::now() + chrono::Duration::milliseconds(1_200)).to_rfc2822().replace("+0000", "GMT");
    for after in ["0".to_owned(), "1".to_owned(), soon] {
        let run = stage.run(vec![(Step::Submit, Fault::Wait(after.clone()))]).await;
        assert_eq!(stage.ended(&run).await["state"], "done", "{} Retry-After: {after}", protocol.kind);
        assert_eq!(has(Step::Submit), 2);
    }
    let run = stage.run(vec![(Step::Submit, Fault::Wait("99999999".into()))]).await;
    let waits = stage
        .app
        .eventually("the rest of a backend", async || {
            let backend = stage.api.json(&format!("/api/v1/backends/{}", stage.backend)).await;
            backend["rests_until"].as_str().map(str::to_owned)
        })
        .await;
    let until = chrono::DateTime::parse_from_rfc3339(&waits).unwrap();
    assert!(until < chrono::Utc::now() + chrono::Duration::minutes(61), "an absurd wait is an hour at most");
    stage.api.request(reqwest::Method::DELETE, &format!("/api/v1/runs/{run}")).send().await.unwrap();
    stage.ended(&run).await;

    let (step, status, said) = (protocol.held_back)(stage.standin.origin());
    let run = stage.run(vec![(step, Fault::Say(status, said))]).await;
    let ended = stage.ended(&run).await;
    assert_eq!((ended["state"].as_str(), ended["error_class"].as_str()), (Some("failed"), Some("moderation")), "{}: {ended}", protocol.kind);

    // Looking changes nothing, so whatever goes wrong there is asked again.
    if polls {
        for fault in [Fault::Status(500), Fault::Wait("0".into()), Fault::Html, Fault::Broken, Fault::Cut] {
            let run = stage.run(vec![(Step::Look, fault.clone())]).await;
            let ended = stage.ended(&run).await;
            assert_eq!(ended["state"], "done", "{} looks again after {fault:?}: {ended}", protocol.kind);
            assert_eq!(has(Step::Submit), 1, "looking never asks");
        }
    }
    if downloads {
        for fault in [Fault::Status(500), Fault::Status(403), Fault::Cut] {
            let run = stage.run(vec![(Step::Download, fault.clone())]).await;
            let ended = stage.ended(&run).await;
            let expected = if fault == Fault::Status(403) && !polls { "needs_look" } else { "done" };
            assert_eq!(ended["state"], expected, "{} downloads again after {fault:?}: {ended}", protocol.kind);
            assert_eq!(has(Step::Submit), 1, "downloading never asks");
        }
    }
    // The key stays where it is.
    let text = stage.api.json(&format!("/api/v1/projects/{}/runs", stage.project)).await.to_string();
    let backend = stage.api.json(&format!("/api/v1/backends/{}", stage.backend)).await.to_string();
    assert!(!text.contains("key-1") && !backend.contains("key-1"));
}
