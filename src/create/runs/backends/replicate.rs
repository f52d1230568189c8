//! Replicate: any model that is published there, by its name; submitted, looked at, downloaded.
//!
//! Source: Replicate's HTTP API. Fields differ by model, so what a model wants beside the prompt is a setting. Output
//! lies at an address for an hour; the key belongs to the API's own origin and does not go with the download.

use super::adapter::{Ask, Backend, Desk, Medium, Service};
use super::outcome::{Class, Looked, Made, Product, Remote, Submitted, Trouble, Used, beginning};
use super::settings::{self, Setting, SettingKind, setting};
use super::wire::{self, Call};
use crate::platform::Ms;
use crate::platform::outbound::HeaderMap;
use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};

#[derive(Debug)]
pub struct Replicate;

static SETTINGS: [Setting; 10] = [
    settings::SECRET.required(),
    settings::IMAGE_MODEL.default("black-forest-labs/flux-schnell"),
    settings::VIDEO_MODEL,
    settings::SPEECH_MODEL,
    settings::PRICE_PICTURE,
    settings::PRICE_CALL,
    settings::CURRENCY,
    setting!("input", "input", SettingKind::Lines).seldom(),
    settings::BASE_URL.default("https://api.replicate.com/v1").seldom(),
    settings::TIMEOUT,
];

/// Between looks, in milliseconds.
const AFTER: i64 = 2_000;

impl Backend for Replicate {
    fn kind(&self) -> &'static str {
        "replicate"
    }

    fn label(&self) -> &'static str {
        "backends-replicate"
    }

    fn about(&self) -> &'static str {
        "backends-replicate-about"
    }

    fn key_page(&self) -> &'static str {
        "https://replicate.com/account/api-tokens"
    }

    fn settings(&self) -> &'static [Setting] {
        &SETTINGS
    }

    fn makes(&self, service: &Service) -> Vec<Medium> {
        [Medium::Image, Medium::Video, Medium::Speech].into_iter().filter(|medium| !self.model(service, *medium).is_empty()).collect()
    }

    fn model(&self, service: &Service, medium: Medium) -> String {
        let setting = match medium {
            Medium::Image => "image_model",
            Medium::Video => "video_model",
            Medium::Speech => "speech_model",
            _ => "",
        };
        service.get(setting).to_owned()
    }

    fn credentials(&self, service: &Service, _: Ms) -> Result<HeaderMap, Trouble> {
        wire::authorization("Bearer", service.secret.as_ref())
    }

    fn submit<'a>(&'a self, desk: &'a Desk<'a>, ask: &'a Ask) -> BoxFuture<'a, Result<Submitted, Trouble>> {
        Box::pin(async move {
            let model = self.model(desk.service, ask.medium);
            let base = desk.service.get("base_url");
            let input = input(desk.service, ask)?;
            let call = match ask.model(&model).split_once(':') {
                Some((_, version)) => Call::post(format!("{base}/predictions"), json!({ "version": version, "input": input })),
                None => Call::post(format!("{base}/models/{}/predictions", ask.model(&model)), json!({ "input": input })),
            };
            let (body, answer) = wire::ask(self, desk, call).await?;
            let id = wire::text(&body, &["id"]);
            if id.is_empty() {
                return Err(Trouble { raw: beginning(&answer.body), ..Trouble::new(Class::BadAnswer) });
            }
            Ok(Submitted::Pending(Remote { id: id.to_owned(), more: json!({ "medium": ask.medium }), finished: None }))
        })
    }

    fn look<'a>(&'a self, desk: &'a Desk<'a>, remote: &'a Remote) -> BoxFuture<'a, Result<Looked, Trouble>> {
        Box::pin(async move {
            let call = Call::get(format!("{}/predictions/{}", desk.service.get("base_url"), remote.id)).within(wire::LOOK);
            let (body, answer) = wire::ask(self, desk, call).await?;
            let raw = beginning(&answer.body);
            match wire::text(&body, &["status"]) {
                "starting" | "processing" => Ok(Looked::Waiting { progress: None, after_ms: AFTER }),
                "succeeded" => finished(&body, raw),
                "failed" | "canceled" | "aborted" => Err(Trouble { raw, ..failed(&body) }),
                _ => Err(Trouble { raw, ..Trouble::new(Class::BadAnswer) }),
            }
        })
    }

    fn cancel<'a>(&'a self, desk: &'a Desk<'a>, remote: &'a Remote) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let call = Call::post(format!("{}/predictions/{}/cancel", desk.service.get("base_url"), remote.id), json!({})).within(wire::LOOK);
            if let Err(trouble) = wire::send(self, desk, call).await {
                tracing::info!(?trouble, "a task could not be stopped");
            }
        })
    }

    fn test<'a>(&'a self, desk: &'a Desk<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let call = Call::get(format!("{}/account", desk.service.get("base_url"))).within(wire::TEST);
            wire::ask(self, desk, call).await.map(|_| ())
        })
    }
}

/// The prompt, the frame, a first picture, and what the model wants besides: that wins.
fn input(service: &Service, ask: &Ask) -> Result<Map<String, Value>, Trouble> {
    let mut input = Map::new();
    let words = if ask.medium == Medium::Speech { "text" } else { "prompt" };
    input.insert(words.into(), ask.prompt.clone().into());
    if ask.medium != Medium::Speech {
        input.insert("aspect_ratio".into(), ask.frame.aspect().into());
    }
    if ask.medium == Medium::Image && ask.count > 1 {
        input.insert("num_outputs".into(), ask.count.into());
    }
    if let Some(seconds) = ask.frame.seconds.filter(|_| ask.medium == Medium::Video) {
        input.insert("duration".into(), seconds.into());
    }
    if let Some(picture) = ask.references.first() {
        input.insert("image".into(), picture.data_url().into());
    }
    let besides = service.get("input").trim();
    if !besides.is_empty() {
        let besides: Map<String, Value> =
            serde_json::from_str(besides).map_err(|error| Trouble::saying(Class::Refused, &format!("settings.input: {error}")))?;
        input.extend(besides);
    }
    Ok(input)
}

/// Output is one address, or a list of them.
fn finished(body: &Value, raw: String) -> Result<Looked, Trouble> {
    let output = body.get("output").unwrap_or(&Value::Null);
    let one = std::slice::from_ref(output);
    let list = output.as_array().map_or(one, Vec::as_slice);
    let products: Vec<Product> = list.iter().filter_map(Value::as_str).map(|url| Product::at(url, "result")).collect();
    if products.is_empty() {
        return Err(Trouble { raw, ..Trouble::new(Class::TaskFailed) });
    }
    let used = Used { pictures: i64::try_from(products.len()).ok(), ..Used::default() };
    Ok(Looked::Done(Made { products, used, raw, ..Made::default() }))
}

fn failed(body: &Value) -> Trouble {
    let said = wire::text(body, &["error"]);
    Trouble::saying(if wire::is_held_back(said) { Class::Moderation } else { Class::TaskFailed }, said)
}
