//! Google: words, pictures and speech by Gemini, films by Veo, over the Gemini API.
//!
//! Source: Google's API reference. Words, pictures and speech are one call that answers at once; a film is an operation
//! that is looked at, and its file lies at the service's own address, which wants the key as well. Pictures are as many
//! as one call gives: a second call could fail after the first was paid.

mod answer;
mod refusal;
mod request;
mod sound;
mod veo;

use super::adapter::{Ask, Backend, Desk, Medium, Service};
use super::outcome::{Class, Looked, Made, Product, Remote, Submitted, Trouble, Used, beginning};
use super::settings::{self, Setting};
use super::wire::{self, Call};
use crate::platform::Ms;
use crate::platform::outbound::{Answer, HeaderMap, HeaderName};
use answer::Answered;
use futures_util::future::BoxFuture;
use serde_json::Value;

#[derive(Debug)]
pub struct Gemini;

static SETTINGS: [Setting; 13] = [
    settings::SECRET.required(),
    settings::MODEL,
    settings::PRICE_IN,
    settings::PRICE_OUT,
    settings::IMAGE_MODEL,
    settings::PRICE_PICTURE,
    settings::VIDEO_MODEL,
    settings::PRICE_SECOND,
    settings::CURRENCY,
    settings::SPEECH_MODEL.seldom(),
    settings::VOICE.seldom(),
    settings::BASE_URL.default("https://generativelanguage.googleapis.com/v1beta").seldom(),
    settings::TIMEOUT,
];

const MEDIA: [Medium; 4] = [Medium::Text, Medium::Image, Medium::Video, Medium::Speech];

impl Backend for Gemini {
    fn kind(&self) -> &'static str {
        "gemini"
    }

    fn label(&self) -> &'static str {
        "backends-gemini"
    }

    fn about(&self) -> &'static str {
        "backends-gemini-about"
    }

    fn key_page(&self) -> &'static str {
        "https://aistudio.google.com/apikey"
    }

    fn settings(&self) -> &'static [Setting] {
        &SETTINGS
    }

    fn makes(&self, service: &Service) -> Vec<Medium> {
        MEDIA.into_iter().filter(|medium| !self.model(service, *medium).is_empty()).collect()
    }

    fn model(&self, service: &Service, medium: Medium) -> String {
        let setting = match medium {
            Medium::Text => "model",
            Medium::Image => "image_model",
            Medium::Video => "video_model",
            Medium::Speech => "speech_model",
            Medium::Transcript | Medium::Embedding => "",
        };
        service.get(setting).to_owned()
    }

    fn credentials(&self, service: &Service, _: Ms) -> Result<HeaderMap, Trouble> {
        match &service.secret {
            Some(secret) => wire::secret_header(HeaderName::from_static("x-goog-api-key"), secret.expose()),
            None => Ok(HeaderMap::new()),
        }
    }

    fn submit<'a>(&'a self, desk: &'a Desk<'a>, ask: &'a Ask) -> BoxFuture<'a, Result<Submitted, Trouble>> {
        Box::pin(async move {
            match ask.medium {
                Medium::Text => words(generate(self, desk, ask, request::words(ask)).await?).map(Submitted::Done),
                Medium::Image => pictures(generate(self, desk, ask, request::picture(ask)).await?).map(Submitted::Done),
                Medium::Speech => speech(generate(self, desk, ask, request::speech(desk.service, ask)).await?).map(Submitted::Done),
                Medium::Video => self.film(desk, ask).await.map(Submitted::Pending),
                Medium::Transcript | Medium::Embedding => Err(Trouble::new(Class::Refused)),
            }
        })
    }

    fn look<'a>(&'a self, desk: &'a Desk<'a>, remote: &'a Remote) -> BoxFuture<'a, Result<Looked, Trouble>> {
        Box::pin(async move {
            let call = Call::get(format!("{}/{}", desk.service.get("base_url"), remote.id)).within(wire::LOOK);
            let (body, answer) = asked(self, desk, call).await?;
            veo::read(&body, wire::number(&remote.more, &["seconds"]), beginning(&answer.body))
        })
    }

    /// Reads every model that was named; nothing is generated.
    fn test<'a>(&'a self, desk: &'a Desk<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            for model in MEDIA.into_iter().map(|medium| self.model(desk.service, medium)).filter(|model| !model.is_empty()) {
                let call = Call::get(address(desk, &model)).within(wire::TEST);
                let (body, answer) = asked(self, desk, call).await?;
                if wire::text(&body, &["name"]).is_empty() {
                    return Err(Trouble { raw: beginning(&answer.body), ..Trouble::new(Class::BadAnswer) });
                }
            }
            Ok(())
        })
    }

    fn models<'a>(&'a self, desk: &'a Desk<'a>) -> BoxFuture<'a, Result<Vec<String>, Trouble>> {
        Box::pin(async move {
            let call = Call::get(format!("{}/models?pageSize=1000", desk.service.get("base_url"))).within(wire::TEST);
            let (body, _) = asked(self, desk, call).await?;
            let list = body.get("models").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            Ok(list.iter().map(|model| bare(wire::text(model, &["name"]))).filter(|name| !name.is_empty()).map(str::to_owned).collect())
        })
    }
}

impl Gemini {
    async fn film(&self, desk: &Desk<'_>, ask: &Ask) -> Result<Remote, Trouble> {
        let model = self.model(desk.service, Medium::Video);
        let call = Call::post(format!("{}:predictLongRunning", address(desk, ask.model(&model))), veo::request(ask));
        let (body, answer) = asked(self, desk, call).await?;
        veo::begun(&body, ask).ok_or_else(|| Trouble { raw: beginning(&answer.body), ..Trouble::new(Class::BadAnswer) })
    }
}

/// The name of a model without the folder that lists write before it.
fn bare(model: &str) -> &str {
    model.trim_start_matches("models/")
}

fn address(desk: &Desk<'_>, model: &str) -> String {
    format!("{}/models/{}", desk.service.get("base_url"), bare(model))
}

/// A call that answers JSON; anything but a success is trouble, sorted as this service words it.
async fn asked(adapter: &Gemini, desk: &Desk<'_>, call: Call) -> Result<(Value, Answer), Trouble> {
    let answer = wire::send(adapter, desk, call).await?;
    if !answer.status.is_success() {
        return Err(refusal::refused(&answer));
    }
    Ok((wire::json(&answer)?, answer))
}

async fn generate(adapter: &Gemini, desk: &Desk<'_>, ask: &Ask, body: Value) -> Result<Answered, Trouble> {
    let model = adapter.model(desk.service, ask.medium);
    let call = Call::post(format!("{}:generateContent", address(desk, ask.model(&model))), body).most(wire::FILES);
    let (body, answer) = asked(adapter, desk, call).await?;
    answer::read(&body, beginning(&answer.body))
}

fn words(answered: Answered) -> Result<Made, Trouble> {
    if answered.text.trim().is_empty() {
        let class = if answered.cut_short { Class::TooLong } else { Class::BadAnswer };
        return Err(answered.without_result(class));
    }
    let Answered { text, cut_short, used, raw, .. } = answered;
    Ok(Made { text, cut_short, used, raw, ..Made::default() })
}

fn pictures(answered: Answered) -> Result<Made, Trouble> {
    if answered.files.is_empty() {
        return Err(answered.without_result(Class::BadAnswer));
    }
    let Answered { files, used, raw, .. } = answered;
    let used = Used { pictures: i64::try_from(files.len()).ok(), ..used };
    let products = files.into_iter().enumerate().map(|(at, file)| Product::bytes(file.bytes, &format!("picture-{}", at + 1))).collect();
    Ok(Made { products, used, raw, ..Made::default() })
}

/// Speech is charged by tokens; its length is counted too, because a price of a second comes before them.
fn speech(mut answered: Answered) -> Result<Made, Trouble> {
    let Some(product) = answered.files.pop().and_then(sound::product) else {
        return Err(answered.without_result(Class::BadAnswer));
    };
    let Answered { used, raw, .. } = answered;
    let used = Used { ms: product.duration_ms, ..used };
    Ok(Made { products: vec![product], used, raw, ..Made::default() })
}
