//! Any service that speaks the OpenAI chat protocol: hosted ones, Ollama, llama.cpp, vLLM.
//!
//! Servers differ in which fields they know. A request starts with everything that helps and gives
//! up one field after each 400 that names it; a 400 has done and cost nothing, so asking again is safe.
//! Nothing is asked again after any other answer.

mod answer;
mod request;

use super::adapter::{Ask, Backend, Class, Drafted, Service, Trouble};
use super::settings::{Setting, SettingKind};
use crate::platform::outbound::{Answer, Failure, HeaderValue, Method, Outbound, Request, Url, header};
use futures_util::future::BoxFuture;
use request::Way;
use serde_json::Value;
use std::time::Duration;

/// Longest answer read, in bytes: sixty long scripts are a tenth of it.
const MOST: usize = 4 * 1024 * 1024;
const TEST_SECONDS: u64 = 20;

#[derive(Debug)]
pub struct OpenAi;

/// A row of the table below; the field is the name with `settings.` before it.
macro_rules! setting {
    ($name:literal, $kind:ident, $required:literal, $default:literal, $label:literal, $help:literal) => {
        Setting {
            name: $name,
            field: concat!("settings.", $name),
            label: $label,
            help: $help,
            kind: SettingKind::$kind,
            required: $required,
            default: $default,
        }
    };
}

static SETTINGS: [Setting; 7] = [
    setting!("base_url", Url, true, "", "backends-openai-base-url", "backends-openai-base-url-help"),
    setting!("secret", Secret, false, "", "backends-openai-secret", "backends-openai-secret-help"),
    setting!("model", Line, true, "", "backends-openai-model", "backends-openai-model-help"),
    setting!("price_in", Price, false, "", "backends-openai-price-in", "backends-openai-price-in-help"),
    setting!("price_out", Price, false, "", "backends-openai-price-out", "backends-openai-price-out-help"),
    setting!("currency", Currency, true, "USD", "backends-openai-currency", "backends-openai-currency-help"),
    setting!("timeout", Seconds, true, "180", "backends-openai-timeout", "backends-openai-timeout-help"),
];

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

    fn draft<'a>(&'a self, outbound: &'a Outbound, service: &'a Service, ask: &'a Ask) -> BoxFuture<'a, Result<Drafted, Trouble>> {
        Box::pin(async move {
            let mut way = Way::default();
            loop {
                let body = request::chat(service, ask, way);
                let timeout = Duration::from_secs(service.get("timeout").parse().unwrap_or(180));
                let answer = send(outbound, service, Method::POST, "chat/completions", Some(body), timeout).await?;
                if way.gives_up(&answer) {
                    continue;
                }
                return answer::read(&answer);
            }
        })
    }

    fn test<'a>(&'a self, outbound: &'a Outbound, service: &'a Service) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let timeout = Duration::from_secs(TEST_SECONDS);
            let answer = send(outbound, service, Method::GET, "models", None, timeout).await?;
            match answer::knows_model(&answer, service.get("model")) {
                Some(true) => Ok(()),
                Some(false) => Err(Trouble { detail: service.get("model").to_owned(), ..Trouble::new(Class::UnknownModel) }),
                // A server without a list of models is asked for one word.
                None if answer.status.is_success() || answer.status.as_u16() == 404 => {
                    let body = request::hello(service);
                    let answer = send(outbound, service, Method::POST, "chat/completions", Some(body), timeout).await?;
                    answer::is_alive(&answer)
                }
                None => Err(answer::refused(&answer)),
            }
        })
    }
}

async fn send(outbound: &Outbound, service: &Service, method: Method, path: &str, body: Option<Value>, timeout: Duration) -> Result<Answer, Trouble> {
    let address = format!("{}/{path}", service.get("base_url").trim_end_matches('/'));
    let url: Url = address.parse().map_err(|_| Trouble::new(Class::NotConnected))?;
    let mut request = Request { timeout, max_bytes: MOST, ..Request::new(method, url) };
    if let Some(body) = body {
        request.body = crate::platform::outbound::Body::Json(body);
    }
    if let Some(secret) = &service.secret {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", secret.expose())).map_err(|_| Trouble::new(Class::RefusedKey))?;
        value.set_sensitive(true);
        request.headers.insert(header::AUTHORIZATION, value);
    }
    match outbound.send(request).await {
        Ok(answer) => Ok(answer),
        Err(failure) => Err(unanswered(failure)),
    }
}

/// A refusal says enough by its status even when its body broke off; a success does not.
fn unanswered(failure: Failure) -> Trouble {
    match failure {
        Failure::Unread { status, headers } | Failure::TooLarge { status, headers } if !status.is_success() => {
            answer::refused(&Answer { status, headers, body: bytes::Bytes::new(), complete: false })
        }
        failure if failure.nothing_left() => Trouble::new(Class::NotConnected),
        Failure::TimedOut => Trouble::new(Class::Timeout),
        failure => Trouble { detail: failure.to_string(), ..Trouble::new(Class::Unknown) },
    }
}
