//! Every kind of channel against a stand-in of its platform: one contract, one table of faults.

mod bluesky;
mod consent;
mod discord;
mod mastodon;
pub mod standin;
mod telegram;
mod youtube;

use crate::app::{self, Client, TestApp, Wishes, location};
use crate::backends::film;
use reqwest::Method;
use serde_json::{Value, json};
use standin::{Fault, Protocol, Standin, Step};
use troupe::platform::Clock;

/// A studio with a channel that is connected to a stand-in.
pub struct Stage {
    pub app: TestApp,
    pub api: Client,
    pub page: Client,
    pub standin: Standin,
    pub project: String,
    pub channel: String,
    films: bool,
}

pub const CAPTION: &str = "红脸不说谎。She never lies: https://a.example/face";

/// Platforms that take nothing but films.
const OF_FILMS: [&str; 1] = ["youtube"];

pub async fn stage(protocol: &'static Protocol) -> Stage {
    stage_at(protocol, Clock::default()).await
}

pub async fn stage_at(protocol: &'static Protocol, clock: Clock) -> Stage {
    let standin = standin::start(protocol).await;
    let stand_ins = vec![(format!("channel-{}", protocol.kind), standin.origin().to_owned())];
    let app = app::start_with(Wishes { allow_private: standin.target.clone(), stand_ins, clock: Some(clock), ..Wishes::default() }).await;
    let (page, api) = app.owner().await;
    let project = api.make("/api/v1/projects", json!({ "name": "Opera", "locale": "en", "zone": "Asia/Shanghai" })).await;
    let channel = json!({ "kind": protocol.kind, "name": "Out there", "settings": (protocol.settings)(standin.origin()) });
    let channel = api.make(&format!("/api/v1/projects/{project}/channels"), channel).await;
    let films = OF_FILMS.contains(&protocol.kind);
    let stage = Stage { app, api, page, standin, project, channel, films };
    stage.connect().await;
    stage
}

/// The film that goes out where films do: a little more than a mebibyte.
pub fn long_film() -> Vec<u8> {
    let padding = 1_100_000_u32;
    [film().as_slice(), &(padding + 8).to_be_bytes(), b"free", &vec![7; padding as usize]].concat()
}

impl Stage {
    /// Consents where the platform wants a person to.
    pub async fn connect(&self) {
        if self.health().await["state"] == "needs_reconnect" {
            let back = self.consent(&self.page).await;
            let answer = self.page.get(&back).await;
            assert_eq!(
                (answer.status(), location(&answer)),
                (reqwest::StatusCode::SEE_OTHER, format!("/projects/{}/channels", self.project).as_str())
            );
        }
    }

    /// Begins in this browser and consents at the platform: the path that leads back.
    pub async fn consent(&self, browser: &Client) -> String {
        let page = self.way_to_platform(browser).await;
        let platform = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        let answer = platform.get(page).send().await.unwrap();
        assert_eq!(answer.status(), 302);
        location(&answer).strip_prefix(&self.app.url).expect("the platform leads back to the studio").to_owned()
    }

    /// Begins in this browser: the address of the platform's page.
    pub async fn way_to_platform(&self, browser: &Client) -> String {
        let answer = browser.form(&format!("/channels/{}/consent", self.channel), &[]).await;
        let edit = format!("/channels/{}/edit", self.channel);
        assert_eq!((answer.status(), location(&answer)), (reqwest::StatusCode::SEE_OTHER, edit.as_str()));
        let once = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let mut client = browser.clone();
        client.cookie = Some([browser.cookie.clone().unwrap(), once].join("; "));
        let html = client.page(&edit).await;
        let link = html.split("href=\"").find(|rest| rest.starts_with(self.standin.origin())).expect("a link to the platform");
        link.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&")
    }

    /// A file of the variant.
    async fn attach(&self, variant: &str, bytes: Vec<u8>, name: &'static str, kind: &str) {
        let part = reqwest::multipart::Part::bytes(bytes).file_name(name).mime_str(kind).unwrap();
        let form = reqwest::multipart::Form::new().text("alt", "A red face").part("file", part);
        let answer = self.api.request(Method::POST, &format!("/api/v1/variants/{variant}/assets")).multipart(form).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    /// An approved variant with a picture, and with a film where films go out.
    pub async fn variant(&self, title: &str, caption: &str) -> String {
        self.variant_with(title, caption, 1).await
    }

    /// An approved variant with so many pictures.
    pub async fn variant_with(&self, title: &str, caption: &str, pictures: u8) -> String {
        let piece = self.api.make(&format!("/api/v1/projects/{}/pieces", self.project), json!({ "title": title })).await;
        let words = json!({ "title": title, "caption": caption, "tags": ["opera"], "locale": "en" });
        let variant = self.api.make(&format!("/api/v1/pieces/{piece}/variants"), words).await;
        if self.films {
            self.attach(&variant, long_film(), "face.mp4", "video/mp4").await;
        }
        for number in 0..pictures {
            self.attach(&variant, picture(number), "face.png", "image/png").await;
        }
        assert!(self.api.post(&format!("/api/v1/variants/{variant}/approval"), json!({})).await.status().is_success());
        variant
    }

    /// Plans it for now; the answer.
    pub async fn plan(&self, variant: &str) -> reqwest::Response {
        let now = self.app.house.now().rfc3339();
        self.api.post(&format!("/api/v1/variants/{variant}/publications"), json!({ "channel": self.channel, "at": now })).await
    }

    pub async fn publish(&self, title: &str) -> String {
        self.publish_with(title, CAPTION, 1).await
    }

    pub async fn publish_with(&self, title: &str, caption: &str, pictures: u8) -> String {
        let variant = self.variant_with(title, caption, pictures).await;
        let answer = self.plan(&variant).await;
        assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
        answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned()
    }

    pub async fn until(&self, publication: &str, state: &str) -> Value {
        self.app
            .eventually(&format!("{publication} becomes {state}"), async || {
                let now = self.api.json(&format!("/api/v1/publications/{publication}")).await;
                (now["state"] == state).then_some(now)
            })
            .await
    }

    pub async fn health(&self) -> Value {
        self.api.json(&format!("/api/v1/channels/{}", self.channel)).await
    }
}

/// A small picture, each of another red.
fn picture(number: u8) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(4, 4, image::Rgb([200 - number, 30, 30])).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// What holds for every platform that publishes: once, whatever goes wrong on the way.
pub async fn keeps_the_contract(protocol: &'static Protocol) -> Stage {
    let stage = stage(protocol).await;
    let out = stage.until(&stage.publish("Well").await, "published").await;
    assert!(out["remote_id"].as_str().is_some_and(|id| !id.is_empty()), "{out}");
    assert_eq!(stage.standin.posts().len(), 1);
    let mut wanted = 1;
    // Nothing is public yet: it may be asked for again.
    for fault in [Fault::Before, Fault::After, Fault::Cut, Fault::Later] {
        for step in [Step::Session, Step::Prepare] {
            stage.standin.behave(&[(step, fault)]);
            if step == Step::Session {
                stage.standin.forget_sessions();
            }
            stage.until(&stage.publish(&format!("{fault:?} at {step:?}")).await, "published").await;
            wanted += 1;
            assert_eq!(stage.standin.posts().len(), wanted, "{fault:?} at {step:?}");
        }
    }
    // It may be public: what the platform can do decides.
    for fault in [Fault::Before, Fault::After, Fault::Cut] {
        stage.standin.behave(&[(Step::Publish, fault)]);
        let id = stage.publish(&format!("{fault:?} at publishing")).await;
        wanted += usize::from(!(protocol.asks_a_person && fault == Fault::Before));
        stage.until(&id, if protocol.asks_a_person { "needs_review" } else { "published" }).await;
        assert_eq!(stage.standin.posts().len(), wanted, "{fault:?} at publishing");
    }
    stage.standin.behave(&[(Step::Publish, Fault::Later)]);
    stage.until(&stage.publish("Later").await, "published").await;
    wanted += 1;
    // For good, with the reason in words.
    stage.standin.behave(&[(Step::Publish, Fault::Invalid)]);
    let failed = stage.publish("Never").await;
    stage.until(&failed, "failed").await;
    let told = stage.page.page(&format!("/publications/{failed}")).await;
    assert!(told.contains("the text is not as the platform wants it"), "the reason stands in words on the page");
    assert_eq!(stage.standin.posts().len(), wanted);
    // A dead token: the channel says so, what is due waits, and goes out once it is connected again.
    stage.standin.behave(&[(Step::Publish, Fault::Dead), (Step::Session, Fault::Dead), (Step::Session, Fault::Dead)]);
    let waiting = stage.publish("Dead").await;
    stage.until(&waiting, "waiting_channel").await;
    assert_eq!(stage.health().await["state"], "needs_reconnect");
    stage.standin.behave(&[]);
    let again = json!({ "settings": (protocol.settings)(stage.standin.origin()) });
    let answer = stage.api.request(Method::PATCH, &format!("/api/v1/channels/{}", stage.channel)).json(&again).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
    stage.connect().await;
    stage.until(&waiting, "published").await;
    assert_eq!(stage.standin.posts().len(), wanted + 1);
    stage
}
