//! AUTOMATIC1111 and Forge: pictures from a Stable Diffusion server of one's own. `docs/EXTENDING.md` walks through this
//! file: it is the shortest whole adapter.
//!
//! Source: the server's own `/docs` (start it with `--api`). One call that answers when the pictures are done.

use super::adapter::{Ask, Backend, Desk, Medium, Service};
use super::outcome::{Class, Made, Product, Submitted, Trouble, Used};
use super::settings::{self, Setting, SettingKind, setting};
use super::wire::{self, Call};
use crate::platform::Ms;
use crate::platform::outbound::HeaderMap;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

#[derive(Debug)]
pub struct Automatic1111;

static SETTINGS: [Setting; 4] = [
    settings::BASE_URL.default("http://127.0.0.1:7860"),
    settings::IMAGE_MODEL,
    setting!("steps", "steps", SettingKind::Number).required().default("25").seldom(),
    settings::TIMEOUT.default("300"),
];

impl Backend for Automatic1111 {
    fn kind(&self) -> &'static str {
        "automatic1111"
    }

    fn label(&self) -> &'static str {
        "backends-automatic1111"
    }

    fn about(&self) -> &'static str {
        "backends-automatic1111-about"
    }

    fn settings(&self) -> &'static [Setting] {
        &SETTINGS
    }

    fn makes(&self, _: &Service) -> Vec<Medium> {
        vec![Medium::Image]
    }

    fn model(&self, service: &Service, _: Medium) -> String {
        service.get("image_model").to_owned()
    }

    fn credentials(&self, _: &Service, _: Ms) -> Result<HeaderMap, Trouble> {
        Ok(HeaderMap::new())
    }

    fn submit<'a>(&'a self, desk: &'a Desk<'a>, ask: &'a Ask) -> BoxFuture<'a, Result<Submitted, Trouble>> {
        Box::pin(async move {
            let call = Call::post(format!("{}/sdapi/v1/txt2img", desk.service.get("base_url")), body(desk.service, ask));
            let (answer, _) = wire::ask(self, desk, call.most(wire::FILES)).await?;
            let pictures = answer.get("images").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let named = pictures.iter().enumerate().map(|(at, picture)| (format!("picture-{}", at + 1), picture.as_str().unwrap_or_default()));
            let products: Vec<Product> = named.filter_map(|(name, picture)| Some(Product::bytes(wire::decoded(picture)?, &name))).collect();
            if products.is_empty() {
                return Err(Trouble::new(Class::BadAnswer));
            }
            let used = Used { pictures: i64::try_from(products.len()).ok(), ..Used::default() };
            Ok(Submitted::Done(Made { products, used, ..Made::default() }))
        })
    }

    fn test<'a>(&'a self, desk: &'a Desk<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move { self.models(desk).await.map(|_| ()) })
    }

    fn models<'a>(&'a self, desk: &'a Desk<'a>) -> BoxFuture<'a, Result<Vec<String>, Trouble>> {
        Box::pin(async move {
            let call = Call::get(format!("{}/sdapi/v1/sd-models", desk.service.get("base_url"))).within(wire::TEST);
            let (answer, _) = wire::ask(self, desk, call).await?;
            let list = answer.as_array().ok_or_else(|| Trouble::new(Class::BadAnswer))?;
            Ok(list.iter().map(|model| wire::text(model, &["title"]).to_owned()).filter(|title| !title.is_empty()).collect())
        })
    }
}

fn body(service: &Service, ask: &Ask) -> Value {
    let (width, height) = sides(ask.frame.ratio());
    let mut body = json!({
        "prompt": ask.prompt, "batch_size": ask.count, "seed": ask.seed & 0xffff_ffff, "width": width, "height": height,
        "steps": service.get("steps").parse::<u32>().unwrap_or(25),
    });
    let model = ask.model(service.get("image_model"));
    if !model.is_empty()
        && let Some(fields) = body.as_object_mut()
    {
        fields.insert("override_settings".into(), json!({ "sd_model_checkpoint": model }));
    }
    body
}

/// About a megapixel in this ratio, in multiples of 64, which the models want.
fn sides((width, height): (u32, u32)) -> (u32, u32) {
    let scale = (1_048_576.0 / (f64::from(width) * f64::from(height))).sqrt();
    let side = |side: u32| ((f64::from(side) * scale / 64.0).round() as u32).clamp(4, 32) * 64;
    (side(width), side(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_fit_the_models() {
        for (ratio, expected) in [((9, 16), (768, 1_344)), ((16, 9), (1_344, 768)), ((1, 1), (1_024, 1_024)), ((1, 32), (256, 2_048))] {
            assert_eq!(sides(ratio), expected, "{ratio:?}");
        }
    }
}
