//! Kling: films from words or from a first picture, and pictures. Everything is a task.
//!
//! Source: Kling's HTTP API, version 1. Older accounts sign a token for each request with two keys, newer ones have one
//! plain key: the secret is `ACCESS:SECRET` or that key. Every task carries the run's own name beside Kling's, and can be
//! asked for by either.

mod answer;
mod request;
mod token;

use super::adapter::{Ask, Backend, Desk, Medium, Service};
use super::outcome::{Class, Looked, Remote, Submitted, Trouble, beginning};
use super::settings::{self, Setting, SettingKind, setting};
use super::wire::{self, Call};
use crate::platform::Ms;
use crate::platform::outbound::{Answer, HeaderMap, header};
use crate::platform::secrets::Secret;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

#[derive(Debug)]
pub struct Kling;

static SETTINGS: [Setting; 9] = [
    settings::SECRET.required().help("backends-setting-secret-kling-help"),
    settings::VIDEO_MODEL.default("kling-v2-5-turbo"),
    settings::PRICE_SECOND,
    settings::IMAGE_MODEL.default("kling-v2-1"),
    settings::PRICE_PICTURE,
    settings::CURRENCY,
    setting!("mode", "mode", SettingKind::Choice(&["std", "pro"])).required().default("std"),
    settings::BASE_URL.default("https://api-beijing.klingai.com").help("backends-setting-base-url-kling-help").seldom(),
    settings::TIMEOUT,
];

impl Backend for Kling {
    fn kind(&self) -> &'static str {
        "kling"
    }

    fn label(&self) -> &'static str {
        "backends-kling"
    }

    fn about(&self) -> &'static str {
        "backends-kling-about"
    }

    fn key_page(&self) -> &'static str {
        "https://app.klingai.com/global/dev/api-key"
    }

    fn settings(&self) -> &'static [Setting] {
        &SETTINGS
    }

    fn makes(&self, service: &Service) -> Vec<Medium> {
        [Medium::Image, Medium::Video].into_iter().filter(|medium| !self.model(service, *medium).is_empty()).collect()
    }

    fn model(&self, service: &Service, medium: Medium) -> String {
        let setting = match medium {
            Medium::Image => "image_model",
            Medium::Video => "video_model",
            _ => "",
        };
        service.get(setting).to_owned()
    }

    fn credentials(&self, service: &Service, now: Ms) -> Result<HeaderMap, Trouble> {
        match service.secret.as_ref().map(Secret::expose).and_then(|secret| secret.split_once(':')) {
            Some((access, secret)) => {
                let token = token::token(access.trim(), secret.trim(), now);
                wire::secret_header(header::AUTHORIZATION, &format!("Bearer {token}"))
            }
            None => wire::authorization("Bearer", service.secret.as_ref()),
        }
    }

    fn submit<'a>(&'a self, desk: &'a Desk<'a>, ask: &'a Ask) -> BoxFuture<'a, Result<Submitted, Trouble>> {
        Box::pin(async move {
            let path = request::path(ask);
            let call = Call::post(address(desk, path), request::body(desk.service, ask));
            let (data, answer) = send(self, desk, call).await?;
            let id = wire::text(&data, &["task_id"]);
            if id.is_empty() {
                return Err(Trouble { raw: beginning(&answer.body), ..Trouble::new(Class::BadAnswer) });
            }
            Ok(Submitted::Pending(Remote { id: id.to_owned(), more: json!({ "path": path }), finished: None }))
        })
    }

    fn look<'a>(&'a self, desk: &'a Desk<'a>, remote: &'a Remote) -> BoxFuture<'a, Result<Looked, Trouble>> {
        Box::pin(async move {
            let path = format!("{}/{}", wire::text(&remote.more, &["path"]), remote.id);
            let (data, answer) = send(self, desk, Call::get(address(desk, &path)).within(wire::LOOK)).await?;
            answer::read(&data, beginning(&answer.body))
        })
    }

    /// The list of tasks is free and wants the same key as everything else.
    fn test<'a>(&'a self, desk: &'a Desk<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let call = Call::get(address(desk, "videos/text2video?pageNum=1&pageSize=1")).within(wire::TEST);
            send(self, desk, call).await.map(|_| ())
        })
    }
}

fn address(desk: &Desk<'_>, path: &str) -> String {
    format!("{}/v1/{path}", desk.service.get("base_url"))
}

async fn send(kling: &Kling, desk: &Desk<'_>, call: Call) -> Result<(Value, Answer), Trouble> {
    let answer = wire::send(kling, desk, call).await?;
    Ok((answer::data(&answer)?, answer))
}
