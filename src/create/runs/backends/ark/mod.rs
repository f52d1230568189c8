//! Volcengine Ark, and BytePlus ModelArk outside China: Seedream pictures (4 and later), Seedance films.
//!
//! Source: Ark's HTTP API, version 3. Pictures are answered at once, films are tasks. Words are left to the OpenAI adapter,
//! whose protocol Ark speaks at the same address. Pictures that are shown go along as data: Ark cannot read addresses of ours.

mod films;
mod pictures;

use super::adapter::{Ask, Backend, Desk, Medium, Reference, Service};
use super::outcome::{Class, Looked, Remote, Submitted, Trouble, beginning};
use super::settings::{self, Setting, SettingKind, setting};
use super::wire::{self, Call};
use crate::platform::Ms;
use crate::platform::outbound::{Answer, Body, HeaderMap, Method};
use futures_util::future::BoxFuture;
use serde_json::Value;

#[derive(Debug)]
pub struct Ark;

static SETTINGS: [Setting; 9] = [
    settings::SECRET.required(),
    settings::IMAGE_MODEL.default("doubao-seedream-4-5-251128"),
    settings::PRICE_PICTURE,
    settings::VIDEO_MODEL.default("doubao-seedance-2-0-fast-260128"),
    settings::PRICE_OUT.help("backends-setting-price-out-films-help"),
    settings::CURRENCY.default("CNY"),
    setting!("resolution", "resolution", SettingKind::Choice(&["480p", "720p"])).required().default("720p"),
    settings::BASE_URL.default("https://ark.cn-beijing.volces.com/api/v3").help("backends-setting-base-url-ark-help").seldom(),
    settings::TIMEOUT,
];

impl Backend for Ark {
    fn kind(&self) -> &'static str {
        "ark"
    }

    fn label(&self) -> &'static str {
        "backends-ark"
    }

    fn about(&self) -> &'static str {
        "backends-ark-about"
    }

    fn key_page(&self) -> &'static str {
        "https://console.volcengine.com/ark/region:ark+cn-beijing/apiKey"
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

    fn credentials(&self, service: &Service, _: Ms) -> Result<HeaderMap, Trouble> {
        wire::authorization("Bearer", service.secret.as_ref())
    }

    fn submit<'a>(&'a self, desk: &'a Desk<'a>, ask: &'a Ask) -> BoxFuture<'a, Result<Submitted, Trouble>> {
        Box::pin(async move {
            match ask.medium {
                Medium::Image => pictures::make(self, desk, ask).await.map(Submitted::Done),
                _ => films::begin(self, desk, ask).await.map(Submitted::Pending),
            }
        })
    }

    fn look<'a>(&'a self, desk: &'a Desk<'a>, remote: &'a Remote) -> BoxFuture<'a, Result<Looked, Trouble>> {
        Box::pin(async move {
            let (body, answer) = send(self, desk, Call::get(task(desk, remote)).within(wire::LOOK)).await?;
            films::read(&body, beginning(&answer.body))
        })
    }

    /// Only a task that still waits can be taken back; one that runs is made and charged.
    fn cancel<'a>(&'a self, desk: &'a Desk<'a>, remote: &'a Remote) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let call = Call::new(Method::DELETE, task(desk, remote), Body::Empty).within(wire::LOOK);
            if let Err(trouble) = wire::send(self, desk, call).await {
                tracing::info!(?trouble, "a task could not be stopped");
            }
        })
    }

    /// The list of tasks is free and wants the same key as everything else.
    fn test<'a>(&'a self, desk: &'a Desk<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let call = Call::get(format!("{}?page_num=1&page_size=1", films::tasks(desk))).within(wire::TEST);
            send(self, desk, call).await.map(|_| ())
        })
    }
}

fn task(desk: &Desk<'_>, remote: &Remote) -> String {
    format!("{}/{}", films::tasks(desk), remote.id)
}

/// One call, its refusals sorted by the codes of Ark.
async fn send(ark: &Ark, desk: &Desk<'_>, call: Call) -> Result<(Value, Answer), Trouble> {
    let answer = wire::send(ark, desk, call).await?;
    match wire::json(&answer) {
        Ok(body) => Ok((body, answer)),
        Err(trouble) => {
            let body = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
            Err(sorted(trouble, wire::text(&body, &["error", "code"])))
        }
    }
}

/// A trouble with the class that its code says, where the code says one.
fn sorted(trouble: Trouble, code: &str) -> Trouble {
    let class = class(code).unwrap_or(trouble.class);
    Trouble { class, retry_after: trouble.retry_after.filter(|_| class == Class::RateLimited), ..trouble }
}

/// Codes come with and without a detail behind a dot: `SensitiveContentDetected.Violence`.
fn class(code: &str) -> Option<Class> {
    const CODES: [(&str, Class); 12] = [
        ("SensitiveContentDetected", Class::Moderation),
        ("RiskDetect", Class::Moderation),
        ("QuotaExceeded", Class::NoCredit),
        ("Overdue", Class::NoCredit),
        ("RateLimitExceeded", Class::RateLimited),
        ("ServerOverloaded", Class::RateLimited),
        ("AuthenticationError", Class::RefusedKey),
        ("AccessDenied", Class::RefusedKey),
        ("ModelNotOpen", Class::UnknownModel),
        ("NotFound", Class::UnknownModel),
        ("InternalServiceError", Class::Unavailable),
        ("InvalidParameter", Class::Refused),
    ];
    CODES.into_iter().find(|(word, _)| code.contains(word)).map(|(_, class)| class)
}

/// The pictures among what is shown, as Ark takes them.
fn shown(references: &[Reference], most: usize) -> Vec<String> {
    references.iter().filter(|file| file.media_type.starts_with("image/")).take(most).map(Reference::data_url).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted() {
        for (code, expected) in [
            ("OutputVideoSensitiveContentDetected", Some(Class::Moderation)),
            ("InputTextSensitiveContentDetected", Some(Class::Moderation)),
            ("SensitiveContentDetected.Violence", Some(Class::Moderation)),
            ("InputImageRiskDetection", Some(Class::Moderation)),
            ("QuotaExceeded", Some(Class::NoCredit)),
            ("AccountOverdueError", Some(Class::NoCredit)),
            ("RateLimitExceeded.EndpointRPMExceeded", Some(Class::RateLimited)),
            ("ServerOverloaded", Some(Class::RateLimited)),
            ("AuthenticationError", Some(Class::RefusedKey)),
            ("InvalidEndpointOrModel.NotFound", Some(Class::UnknownModel)),
            ("InvalidParameter", Some(Class::Refused)),
            ("SomethingNew", None),
            ("", None),
        ] {
            assert_eq!(class(code), expected, "{code}");
        }
    }

    #[test]
    fn a_quota_that_is_used_up_is_not_waited_for() {
        let limited = Trouble { retry_after: Some(7), ..Trouble::new(Class::RateLimited) };
        let spent = sorted(limited.clone(), "QuotaExceeded");
        assert_eq!((spent.class, spent.retry_after), (Class::NoCredit, None));
        assert_eq!(sorted(limited.clone(), "RateLimitExceeded"), limited);
        assert_eq!(sorted(limited.clone(), ""), limited);
    }
}
