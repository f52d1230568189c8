//! ComfyUI: workflows of one's own, on a machine of one's own. Pictures and films.
//!
//! Source: the HTTP routes of ComfyUI's server. A prompt is queued once and looked for in the history, which the server
//! keeps in memory: one that is neither queued nor in the history was lost by a restart, and nobody has to wait for it.

mod graph;
mod history;

use super::adapter::{Ask, Backend, Desk, Medium, Reference, Service};
use super::outcome::{Class, Looked, Made, Remote, Submitted, Trouble, Used, beginning};
use super::settings::{self, Setting, SettingKind, setting};
use super::wire::{self, Call};
use crate::platform::Ms;
use crate::platform::outbound::{Content, HeaderMap, Part};
use futures_util::future::BoxFuture;
use graph::Graph;
use history::Told;
use serde_json::{Value, json};

#[derive(Debug)]
pub struct ComfyUi;

static SETTINGS: [Setting; 13] = [
    settings::BASE_URL.default("http://127.0.0.1:8188").help("backends-setting-base-url-comfyui-help"),
    settings::SECRET,
    setting!("makes", "makes", SettingKind::Choice(&["image", "video"])).required().default("image"),
    setting!("graph", "graph", SettingKind::Lines).required(),
    setting!("prompt_path", "prompt-path", SettingKind::Line).required(),
    setting!("seed_path", "seed-path", SettingKind::Line),
    setting!("width_path", "width-path", SettingKind::Line),
    setting!("height_path", "height-path", SettingKind::Line),
    setting!("count_path", "count-path", SettingKind::Line),
    setting!("picture_path", "picture-path", SettingKind::Line),
    settings::PRICE_CALL.seldom(),
    settings::CURRENCY.seldom(),
    settings::TIMEOUT,
];

/// Between looks, in milliseconds.
const AFTER: i64 = 1_000;

impl Backend for ComfyUi {
    fn kind(&self) -> &'static str {
        "comfyui"
    }

    fn label(&self) -> &'static str {
        "backends-comfyui"
    }

    fn about(&self) -> &'static str {
        "backends-comfyui-about"
    }

    fn settings(&self) -> &'static [Setting] {
        &SETTINGS
    }

    fn check(&self, service: &Service) -> Result<(), (&'static str, &'static str)> {
        graph::check(service)
    }

    fn makes(&self, service: &Service) -> Vec<Medium> {
        vec![if service.get("makes") == "video" { Medium::Video } else { Medium::Image }]
    }

    /// The graph names its models itself.
    fn model(&self, _: &Service, _: Medium) -> String {
        String::new()
    }

    fn credentials(&self, service: &Service, _: Ms) -> Result<HeaderMap, Trouble> {
        wire::authorization("Bearer", service.secret.as_ref())
    }

    fn submit<'a>(&'a self, desk: &'a Desk<'a>, ask: &'a Ask) -> BoxFuture<'a, Result<Submitted, Trouble>> {
        Box::pin(async move {
            let graph = Graph::read(desk.service.get("graph")).map_err(|_| Trouble::saying(Class::Refused, "settings.graph"))?;
            let picture = match ask.references.first() {
                Some(_) if desk.service.get("picture_path").is_empty() => return Err(Trouble::saying(Class::Refused, "settings.picture_path")),
                Some(picture) => Some(upload(self, desk, ask, picture).await?),
                None => None,
            };
            let body = json!({ "prompt": graph.filled(desk.service, ask, picture.as_deref()), "client_id": ask.key });
            let answer = wire::send(self, desk, Call::post(format!("{}/prompt", desk.service.get("base_url")), body)).await?;
            let said = || serde_json::from_slice::<Value>(&answer.body).ok().and_then(|body| history::not_taken(&body));
            let body = wire::json(&answer).map_err(|trouble| match said() {
                Some(said) if trouble.class == Class::Refused => Trouble { raw: trouble.raw, ..Trouble::saying(Class::Refused, &said) },
                _ => trouble,
            })?;
            let id = wire::text(&body, &["prompt_id"]);
            if id.is_empty() {
                return Err(Trouble { raw: beginning(&answer.body), ..Trouble::new(Class::BadAnswer) });
            }
            Ok(Submitted::Pending(Remote { id: id.to_owned(), more: json!({ "medium": ask.medium }), finished: None }))
        })
    }

    fn look<'a>(&'a self, desk: &'a Desk<'a>, remote: &'a Remote) -> BoxFuture<'a, Result<Looked, Trouble>> {
        Box::pin(async move {
            let waiting = Ok(Looked::Waiting { progress: None, after_ms: AFTER });
            match told(self, desk, remote).await? {
                (Told::Nothing, _) if is_queued(self, desk, remote).await => waiting,
                // It may have ended between the two questions.
                (Told::Nothing, _) => match told(self, desk, remote).await? {
                    (Told::Nothing, raw) => {
                        Err(Trouble { raw, ..Trouble::saying(Class::TaskFailed, "neither in the queue nor in the history: was ComfyUI restarted?") })
                    }
                    told => read(told, remote),
                },
                told => read(told, remote),
            }
        })
    }

    fn cancel<'a>(&'a self, desk: &'a Desk<'a>, remote: &'a Remote) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            if let Err(trouble) = stop(self, desk, &remote.id).await {
                tracing::info!(?trouble, "a prompt could not be stopped");
            }
        })
    }

    fn test<'a>(&'a self, desk: &'a Desk<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let call = Call::get(format!("{}/system_stats", desk.service.get("base_url"))).within(wire::TEST);
            wire::ask(self, desk, call).await.map(|_| ())
        })
    }
}

/// Puts a picture where the graph can load it; gives the name it goes by there. Uploading makes nothing, so whatever
/// goes wrong here is no doubt about the run.
async fn upload(adapter: &ComfyUi, desk: &Desk<'_>, ask: &Ask, picture: &Reference) -> Result<String, Trouble> {
    let ending = picture.file_name.rsplit('.').next().filter(|ending| ending.bytes().all(|letter| letter.is_ascii_alphanumeric())).unwrap_or("png");
    let text =
        |name: &str, text: &str| Part { name: name.into(), file_name: None, media_type: None, content: Content::Bytes(text.to_owned().into()) };
    let image = Part {
        name: "image".into(),
        file_name: Some(format!("{}.{ending}", ask.key)),
        media_type: Some(picture.media_type.clone()),
        content: Content::Bytes(picture.bytes.clone()),
    };
    let call = Call::form(format!("{}/upload/image", desk.service.get("base_url")), vec![image, text("type", "input"), text("overwrite", "true")]);
    let (body, answer) = wire::ask(adapter, desk, call).await.map_err(|trouble| match trouble.class.is_doubtful() {
        true => Trouble { class: Class::Unavailable, ..trouble },
        false => trouble,
    })?;
    match (wire::text(&body, &["subfolder"]), wire::text(&body, &["name"])) {
        (_, "") => Err(Trouble { raw: beginning(&answer.body), ..Trouble::new(Class::BadAnswer) }),
        ("", name) => Ok(name.to_owned()),
        (folder, name) => Ok(format!("{folder}/{name}")),
    }
}

/// What the history says, and the beginning of what it said.
async fn told(adapter: &ComfyUi, desk: &Desk<'_>, remote: &Remote) -> Result<(Told, String), Trouble> {
    let base = desk.service.get("base_url");
    let (body, answer) = wire::ask(adapter, desk, Call::get(format!("{base}/history/{}", remote.id)).within(wire::LOOK)).await?;
    let medium = wire::text(&remote.more, &["medium"]).parse().unwrap_or(Medium::Image);
    Ok((history::read(&body, &remote.id, medium, base), beginning(&answer.body)))
}

fn read((told, raw): (Told, String), remote: &Remote) -> Result<Looked, Trouble> {
    match told {
        Told::Nothing => Ok(Looked::Waiting { progress: None, after_ms: AFTER }),
        Told::Failed(trouble) => Err(Trouble { raw, ..trouble }),
        Told::Made(products) => {
            let is_picture = wire::text(&remote.more, &["medium"]) == Medium::Image.name();
            let used = Used { pictures: i64::try_from(products.len()).ok().filter(|_| is_picture), ..Used::default() };
            Ok(Looked::Done(Made { products, used, raw, ..Made::default() }))
        }
    }
}

/// Whether it still waits or runs; a server that does not say is believed to be working.
async fn is_queued(adapter: &ComfyUi, desk: &Desk<'_>, remote: &Remote) -> bool {
    queue(adapter, desk).await.map_or(true, |queue| history::is_queued(&queue, &remote.id))
}

async fn queue(adapter: &ComfyUi, desk: &Desk<'_>) -> Result<Value, Trouble> {
    // Every prompt that waits stands there with its whole graph.
    let call = Call::get(format!("{}/queue", desk.service.get("base_url"))).within(wire::LOOK).most(wire::FILES);
    wire::ask(adapter, desk, call).await.map(|(body, _)| body)
}

/// Takes a prompt out of the queue; interrupts only when it is the very one that runs, because an interrupt names none on
/// older servers.
async fn stop(adapter: &ComfyUi, desk: &Desk<'_>, id: &str) -> Result<(), Trouble> {
    let base = desk.service.get("base_url");
    wire::send(adapter, desk, Call::post(format!("{base}/queue"), json!({ "delete": [id] })).within(wire::LOOK)).await?;
    if history::is_running(&queue(adapter, desk).await?, id) {
        wire::send(adapter, desk, Call::post(format!("{base}/interrupt"), json!({ "prompt_id": id })).within(wire::LOOK)).await?;
    }
    Ok(())
}
