//! fal: any model that runs there, by its name; put into its queue, looked at, its result read, its files downloaded.
//!
//! Source: fal's queue API. A task is asked for at the address of its app, which is the model's name without the path
//! below it. Addresses are put together here and not taken from answers, so the key goes to one origin only. A completed
//! task may still have failed: its result is the model's own answer, with the model's status.

mod input;
mod result;

use super::adapter::{Ask, Backend, Desk, Medium, Service};
use super::outcome::{Class, Looked, Remote, Submitted, Trouble, beginning};
use super::settings::{self, Setting, SettingKind, setting};
use super::wire::{self, Call};
use crate::platform::Ms;
use crate::platform::outbound::{Body, HeaderMap, Method};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

#[derive(Debug)]
pub struct Fal;

static SETTINGS: [Setting; 10] = [
    settings::SECRET.required(),
    settings::IMAGE_MODEL.default("fal-ai/flux/schnell"),
    settings::VIDEO_MODEL,
    settings::PRICE_PICTURE,
    settings::PRICE_SECOND,
    settings::PRICE_CALL,
    settings::CURRENCY,
    setting!("input", "input", SettingKind::Lines).seldom(),
    settings::BASE_URL.default("https://queue.fal.run").seldom(),
    settings::TIMEOUT,
];

/// Between looks, in milliseconds. Results are kept for minutes, so nothing waits long.
const AFTER: i64 = 2_000;
/// A task that never was.
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

impl Backend for Fal {
    fn kind(&self) -> &'static str {
        "fal"
    }

    fn label(&self) -> &'static str {
        "backends-fal"
    }

    fn about(&self) -> &'static str {
        "backends-fal-about"
    }

    fn key_page(&self) -> &'static str {
        "https://fal.ai/dashboard/keys"
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
        wire::authorization("Key", service.secret.as_ref())
    }

    fn submit<'a>(&'a self, desk: &'a Desk<'a>, ask: &'a Ask) -> BoxFuture<'a, Result<Submitted, Trouble>> {
        Box::pin(async move {
            let named = self.model(desk.service, ask.medium);
            let model = ask.model(&named).trim_matches('/');
            let app = app(model)?;
            let body = Value::Object(input::input(desk.service, ask)?);
            let answer = wire::send(self, desk, Call::post(format!("{}/{model}", base(desk)), body)).await?;
            if !answer.status.is_success() {
                return Err(result::refused(&answer));
            }
            let body = wire::json(&answer)?;
            let id = wire::text(&body, &["request_id"]);
            if id.is_empty() || !id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
                return Err(Trouble { raw: beginning(&answer.body), ..Trouble::new(Class::BadAnswer) });
            }
            let more = json!({ "app": app, "medium": ask.medium, "seconds": ask.frame.seconds });
            Ok(Submitted::Pending(Remote { id: id.to_owned(), more, finished: None }))
        })
    }

    fn look<'a>(&'a self, desk: &'a Desk<'a>, remote: &'a Remote) -> BoxFuture<'a, Result<Looked, Trouble>> {
        Box::pin(async move {
            let task = task(desk, wire::text(&remote.more, &["app"]), &remote.id);
            let (body, answer) = wire::ask(self, desk, Call::get(format!("{task}/status")).within(wire::LOOK)).await?;
            let raw = beginning(&answer.body);
            match wire::text(&body, &["status"]) {
                "IN_QUEUE" | "IN_PROGRESS" => Ok(Looked::Waiting { progress: None, after_ms: AFTER }),
                "COMPLETED" => {
                    let answer = wire::send(self, desk, Call::get(task).within(wire::LOOK).most(wire::FILES)).await?;
                    result::read(&answer, &remote.more)
                }
                _ => Err(Trouble { raw, ..Trouble::new(Class::BadAnswer) }),
            }
        })
    }

    fn cancel<'a>(&'a self, desk: &'a Desk<'a>, remote: &'a Remote) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let address = format!("{}/cancel", task(desk, wire::text(&remote.more, &["app"]), &remote.id));
            let call = Call::new(Method::PUT, address, Body::Empty).within(wire::LOOK);
            if let Err(trouble) = wire::send(self, desk, call).await {
                tracing::info!(?trouble, "a task could not be stopped");
            }
        })
    }

    /// Asks how far a task is that never was: whoever may ask is told so, and nothing is made. It proves the key and the
    /// address; a model that is not there shows when it is asked.
    fn test<'a>(&'a self, desk: &'a Desk<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            for medium in self.makes(desk.service) {
                let app = app(self.model(desk.service, medium).trim_matches('/'))?;
                let call = Call::get(format!("{}/status", task(desk, &app, NOBODY))).within(wire::TEST);
                let answer = wire::send(self, desk, call).await?;
                let is_told = matches!(answer.status.as_u16(), 200..=299 | 400 | 404 | 422);
                if !is_told {
                    return Err(result::refused(&answer));
                }
                if serde_json::from_slice::<Value>(&answer.body).is_err() {
                    return Err(Trouble { raw: beginning(&answer.body), ..Trouble::new(Class::BadAnswer) });
                }
            }
            Ok(())
        })
    }
}

fn base<'a>(desk: &'a Desk<'_>) -> &'a str {
    desk.service.get("base_url").trim_end_matches('/')
}

/// Where a task is asked for.
fn task(desk: &Desk<'_>, app: &str, id: &str) -> String {
    format!("{}/{app}/requests/{id}", base(desk))
}

/// The part of a model's name that stands in the addresses of its tasks: owner and app, and a workflow's namespace
/// before them. `fal-ai/flux/schnell` is `fal-ai/flux`.
fn app(model: &str) -> Result<String, Trouble> {
    let parts: Vec<&str> = model.split('/').collect();
    let kept = if matches!(parts.first(), Some(&"workflows" | &"comfy")) { 3 } else { 2 };
    let is_plain = |part: &&str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        !part.is_empty() && part.chars().all(plain) && part.chars().any(|c| c != '.')
    };
    if parts.len() < kept || !parts.iter().all(is_plain) {
        return Err(Trouble::saying(Class::UnknownModel, model));
    }
    Ok(parts.into_iter().take(kept).collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_lives_at_the_app_of_its_model() {
        for (model, kept) in [
            ("fal-ai/flux", "fal-ai/flux"),
            ("fal-ai/flux/schnell", "fal-ai/flux"),
            ("fal-ai/kling-video/v2.1/pro/image-to-video", "fal-ai/kling-video"),
            ("workflows/me/opera/v1", "workflows/me/opera"),
        ] {
            assert_eq!(app(model).unwrap(), kept, "{model}");
        }
        for model in ["", "flux", "fal-ai/", "fal-ai//flux", "../../x", "a/../b", "a/b?c=d", "a/b#c", "workflows/me", "a@evil.example/b"] {
            assert_eq!(app(model).unwrap_err().class, Class::UnknownModel, "{model}");
        }
    }
}
