//! Anthropic: words by the Messages API, shaped by a tool that must be called, read as they are written.
//!
//! Source: Anthropic's API reference. Newer models refuse fields that older ones want (a temperature, a tool that is
//! forced); each is given up after a 400 that names it, which has done and cost nothing. Nothing is asked again after any
//! other answer.

mod message;
mod request;

use super::adapter::{Ask, Backend, Desk, Medium, Service};
use super::outcome::{Class, Made, Submitted, Trouble, beginning};
use super::settings::{self, Setting};
use super::sse;
use super::wire::{self, Call};
use crate::platform::Ms;
use crate::platform::outbound::{HeaderMap, HeaderName, header};
use futures_util::future::BoxFuture;
use message::Message;
use request::Way;
use serde_json::Value;

#[derive(Debug)]
pub struct Anthropic;

static SETTINGS: [Setting; 7] = [
    settings::SECRET.required(),
    settings::MODEL.required(),
    settings::PRICE_IN,
    settings::PRICE_OUT,
    settings::CURRENCY,
    settings::BASE_URL.default("https://api.anthropic.com/v1").seldom(),
    settings::TIMEOUT,
];

/// The version of the protocol that is spoken here.
const VERSION: (&str, &str) = ("anthropic-version", "2023-06-01");

impl Backend for Anthropic {
    fn kind(&self) -> &'static str {
        "anthropic"
    }

    fn label(&self) -> &'static str {
        "backends-anthropic"
    }

    fn about(&self) -> &'static str {
        "backends-anthropic-about"
    }

    fn key_page(&self) -> &'static str {
        "https://console.anthropic.com/settings/keys"
    }

    fn settings(&self) -> &'static [Setting] {
        &SETTINGS
    }

    fn makes(&self, service: &Service) -> Vec<Medium> {
        if service.get("model").is_empty() { Vec::new() } else { vec![Medium::Text] }
    }

    fn model(&self, service: &Service, medium: Medium) -> String {
        if medium == Medium::Text { service.get("model").to_owned() } else { String::new() }
    }

    fn credentials(&self, service: &Service, _: Ms) -> Result<HeaderMap, Trouble> {
        match &service.secret {
            Some(secret) => wire::secret_header(HeaderName::from_static("x-api-key"), secret.expose()),
            None => Ok(HeaderMap::new()),
        }
    }

    fn submit<'a>(&'a self, desk: &'a Desk<'a>, ask: &'a Ask) -> BoxFuture<'a, Result<Submitted, Trouble>> {
        Box::pin(async move {
            match ask.medium {
                Medium::Text => talk(self, desk, ask).await.map(Submitted::Done),
                _ => Err(Trouble::new(Class::Refused)),
            }
        })
    }

    fn test<'a>(&'a self, desk: &'a Desk<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let model = desk.service.get("model");
            if self.models(desk).await?.iter().any(|listed| listed == model) {
                return Ok(());
            }
            // The list holds no short names; asked for one by itself, the service knows it.
            read(self, desk, &format!("models/{model}")).await.map(|_| ())
        })
    }

    fn models<'a>(&'a self, desk: &'a Desk<'a>) -> BoxFuture<'a, Result<Vec<String>, Trouble>> {
        Box::pin(async move {
            let body = read(self, desk, "models?limit=1000").await?;
            let Some(list) = body.get("data").and_then(Value::as_array) else {
                return Err(Trouble { raw: beginning(body.to_string().as_bytes()), ..Trouble::new(Class::BadAnswer) });
            };
            Ok(list.iter().map(|model| wire::text(model, &["id"])).filter(|id| !id.is_empty()).map(str::to_owned).collect())
        })
    }
}

/// Reads something that costs nothing.
async fn read(adapter: &Anthropic, desk: &Desk<'_>, path: &str) -> Result<Value, Trouble> {
    let call = Call::get(format!("{}/{path}", desk.service.get("base_url"))).with(VERSION.0, VERSION.1).within(wire::TEST);
    let answer = wire::send(adapter, desk, call).await?;
    if answer.status.is_success() { wire::json(&answer) } else { Err(message::refused(&answer)) }
}

async fn talk(adapter: &Anthropic, desk: &Desk<'_>, ask: &Ask) -> Result<Made, Trouble> {
    let mut way = Way::default();
    loop {
        let body = request::message(desk.service, ask, way);
        let call = Call::post(format!("{}/messages", desk.service.get("base_url")), body).with(VERSION.0, VERSION.1);
        let stream = desk.outbound.open(wire::request(adapter, desk, call)?).await.map_err(wire::unanswered)?;
        let kind = stream.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if stream.status.is_success() && kind.starts_with("text/event-stream") {
            let mut message = Message::default();
            let read = sse::read(stream, |event| message.take(&event)).await;
            return match read {
                Ok(raw) => message.end(raw),
                Err(trouble) => Err(Trouble { used: message.used(), ..trouble }),
            };
        }
        let answer = stream.whole().await.map_err(wire::unanswered)?;
        if way.gives_up(&answer) {
            continue;
        }
        return message::read(&answer);
    }
}
