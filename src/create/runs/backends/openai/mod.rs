//! Any service that speaks the OpenAI protocols: hosted ones, Ollama, llama.cpp, vLLM, speech servers of one's own.
//! Words, pictures, speech, transcripts, embeddings: what it makes follows from the models that were named.
//!
//! Servers differ in which fields they know. A chat starts with everything that helps and gives up one field after each
//! 400 that names it; a 400 has done and cost nothing, so asking again is safe. Nothing is asked again after any other answer.

mod chat;
mod models;
pub(super) mod pictures;
mod request;
mod sound;
mod vectors;

use super::adapter::{Ask, Backend, Desk, Medium, Service};
use super::outcome::{Class, Made, Submitted, Trouble};
use super::settings::{self, Setting};
use super::sse;
use super::wire::{self, Call};
use crate::platform::Ms;
use crate::platform::outbound::{Answer, HeaderMap, header};
use futures_util::future::BoxFuture;
use request::Way;

#[derive(Debug)]
pub struct OpenAi;

static SETTINGS: [Setting; 15] = [
    settings::BASE_URL,
    settings::SECRET,
    settings::MODEL,
    settings::PRICE_IN,
    settings::PRICE_OUT,
    settings::CURRENCY,
    settings::IMAGE_MODEL.seldom(),
    settings::PRICE_PICTURE.seldom(),
    settings::SPEECH_MODEL.seldom(),
    settings::VOICE.seldom(),
    settings::PRICE_CHARACTER.seldom(),
    settings::TRANSCRIPT_MODEL.seldom(),
    settings::PRICE_SECOND.seldom(),
    settings::EMBEDDING_MODEL.seldom(),
    settings::TIMEOUT,
];

/// The setting that names the model of a medium.
fn model_setting(medium: Medium) -> &'static str {
    match medium {
        Medium::Text => "model",
        Medium::Image => "image_model",
        Medium::Speech => "speech_model",
        Medium::Transcript => "transcript_model",
        Medium::Embedding => "embedding_model",
        Medium::Video => "video_model",
    }
}

impl Backend for OpenAi {
    fn kind(&self) -> &'static str {
        "openai"
    }

    fn label(&self) -> &'static str {
        "backends-openai"
    }

    fn about(&self) -> &'static str {
        "backends-openai-about"
    }

    fn settings(&self) -> &'static [Setting] {
        &SETTINGS
    }

    fn makes(&self, service: &Service) -> Vec<Medium> {
        Medium::ALL.into_iter().filter(|medium| !service.get(model_setting(*medium)).is_empty()).collect()
    }

    fn model(&self, service: &Service, medium: Medium) -> String {
        service.get(model_setting(medium)).to_owned()
    }

    fn credentials(&self, service: &Service, _: Ms) -> Result<HeaderMap, Trouble> {
        wire::authorization("Bearer", service.secret.as_ref())
    }

    fn submit<'a>(&'a self, desk: &'a Desk<'a>, ask: &'a Ask) -> BoxFuture<'a, Result<Submitted, Trouble>> {
        Box::pin(async move {
            let made = match ask.medium {
                Medium::Text => talk(self, desk, ask).await,
                Medium::Image => pictures::make(self, desk, ask).await,
                Medium::Speech => sound::say(self, desk, ask).await,
                Medium::Transcript => sound::write_down(self, desk, ask).await,
                Medium::Embedding => vectors::embed(self, desk, ask).await,
                Medium::Video => Err(Trouble::new(Class::Refused)),
            };
            made.map(Submitted::Done)
        })
    }

    fn test<'a>(&'a self, desk: &'a Desk<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let base = desk.service.get("base_url");
            let answer = wire::send(self, desk, Call::get(format!("{base}/models")).within(wire::TEST)).await?;
            let asked = Medium::ALL.into_iter().map(|medium| self.model(desk.service, medium)).filter(|model| !model.is_empty());
            match models::listed(&answer).filter(|list| !list.is_empty()) {
                // Many servers list the models they chat with and no others.
                Some(list) => match desk.service.get("model") {
                    "" => Ok(()),
                    model if models::knows(&list, model) => Ok(()),
                    model => Err(Trouble::saying(Class::UnknownModel, model)),
                },
                None if answer.status.is_success() || answer.status.as_u16() == 404 => {
                    // A server without a list of models is asked for one word, where it writes words.
                    if desk.service.get("model").is_empty() {
                        return if asked.count() > 0 && answer.status.is_success() { Ok(()) } else { Err(wire::refused(&answer)) };
                    }
                    let call = Call::post(format!("{base}/chat/completions"), request::hello(desk.service)).within(wire::TEST);
                    chat::is_alive(&wire::send(self, desk, call).await?)
                }
                None => Err(wire::refused(&answer)),
            }
        })
    }

    fn models<'a>(&'a self, desk: &'a Desk<'a>) -> BoxFuture<'a, Result<Vec<String>, Trouble>> {
        Box::pin(async move {
            let call = Call::get(format!("{}/models", desk.service.get("base_url"))).within(wire::TEST);
            let answer = wire::send(self, desk, call).await?;
            wire::json(&answer)?;
            Ok(models::listed(&answer).unwrap_or_default())
        })
    }
}

/// A chat, read as it is written: the answer may be long in coming, and a stream that goes on is not a silence.
async fn talk(adapter: &OpenAi, desk: &Desk<'_>, ask: &Ask) -> Result<Made, Trouble> {
    let mut way = Way::default();
    loop {
        let body = request::chat(desk.service, ask, way);
        let call = Call::post(format!("{}/chat/completions", desk.service.get("base_url")), body);
        let stream = desk.outbound.open(wire::request(adapter, desk, call)?).await.map_err(wire::unanswered)?;
        let kind = stream.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if stream.status.is_success() && kind.starts_with("text/event-stream") {
            let mut chat = chat::Chat::default();
            let raw = sse::read(stream, |event| chat.take(&event)).await?;
            return chat.end(raw);
        }
        let answer: Answer = stream.whole().await.map_err(wire::unanswered)?;
        if way.gives_up(&answer) {
            continue;
        }
        return chat::read(&answer);
    }
}
