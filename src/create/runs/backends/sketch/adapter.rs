//! The sketch as a backend: in the house, free, and the same again for the same seed.

use super::{Brief, Kind, Language, Lens, answer_json};
use crate::create::prompts::Purpose;
use crate::create::runs::backends::adapter::{Ask, Backend, Desk, Medium, Service};
use crate::create::runs::backends::outcome::{Made, Submitted, Trouble, Used, beginning};
use crate::create::runs::backends::settings::Setting;
use crate::create::variants::Author;
use crate::platform::Ms;
use crate::platform::outbound::HeaderMap;
use futures_util::future::BoxFuture;
use serde_json::{Map, Value};

#[derive(Debug)]
pub struct Sketch;

impl Backend for Sketch {
    fn kind(&self) -> &'static str {
        "sketch"
    }

    fn label(&self) -> &'static str {
        "backends-sketch"
    }

    fn about(&self) -> &'static str {
        "backends-sketch-about"
    }

    fn settings(&self) -> &'static [Setting] {
        &[]
    }

    fn author(&self) -> Author {
        Author::Template
    }

    fn is_local(&self) -> bool {
        true
    }

    fn is_embedded(&self) -> bool {
        true
    }

    fn makes(&self, _: &Service) -> Vec<Medium> {
        vec![Medium::Text]
    }

    fn model(&self, _: &Service, _: Medium) -> String {
        String::new()
    }

    fn credentials(&self, _: &Service, _: Ms) -> Result<HeaderMap, Trouble> {
        Ok(HeaderMap::new())
    }

    fn submit<'a>(&'a self, _: &'a Desk<'a>, ask: &'a Ask) -> BoxFuture<'a, Result<Submitted, Trouble>> {
        let text = answer(ask);
        let raw = beginning(text.as_bytes());
        let used = Used { tokens_in: Some(0), tokens_out: Some(0), ..Used::default() };
        Box::pin(std::future::ready(Ok(Submitted::Done(Made { text, used, raw, ..Made::default() }))))
    }

    fn test<'a>(&'a self, _: &'a Desk<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

fn answer(ask: &Ask) -> String {
    let lenses: Vec<Lens<'_>> = match ask.inputs.get("lenses") {
        Some(Value::Object(lenses)) => lenses
            .iter()
            .filter_map(|(key, value)| Some(Lens { axis: super::Axis::of(key)?, value: value.as_str().filter(|text| !text.is_empty())? }))
            .collect(),
        _ => Vec::new(),
    };
    let text = |name: &str| said(&ask.inputs, name);
    let idea = ask.inputs.get("idea").and_then(Value::as_object);
    let of_idea = |name: &str| idea.map(|words| said(words, name)).unwrap_or_default();
    let hook_of = |name: &str| ask.inputs.get(name).and_then(Value::as_object).map(|words| said(words, "hook")).unwrap_or_default();
    let brief = Brief {
        like: hook_of("parent"),
        unlike: hook_of("avoid"),
        niche: text("niche"),
        perspective: text("perspective"),
        audience: text("audience"),
        lenses: &lenses,
        title: of_idea("title"),
        hook: of_idea("hook"),
        angle: of_idea("angle"),
        stance: text("stance"),
        market: lenses.iter().find(|lens| lens.axis == super::Axis::Market).map(|lens| lens.value).unwrap_or_default(),
    };
    let kind = match ask.purpose {
        Purpose::Ideas => Kind::Ideas,
        Purpose::Variants => Kind::Variants,
    };
    answer_json(kind, ask.seed, &brief, Language::of(&ask.locale), ask.count).to_string()
}

fn said<'a>(map: &'a Map<String, Value>, name: &str) -> &'a str {
    map.get(name).and_then(Value::as_str).unwrap_or_default()
}
