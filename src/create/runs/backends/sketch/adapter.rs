//! The sketch as a backend: in the house, free, and the same again for the same seed.

use super::tongue::{says, tongue};
use super::{Axis, Brief, Kind, Language, Lens, answer_json};
use crate::create::prompts::Purpose;
use crate::create::runs::backends::adapter::{Ask, Backend, Desk, Medium, Service};
use crate::create::runs::backends::outcome::{Made, Submitted, Trouble, Used, beginning};
use crate::create::runs::backends::settings::Setting;
use crate::create::variants::Author;
use crate::platform::Ms;
use crate::platform::locale::Locale;
use crate::platform::outbound::HeaderMap;
use crate::web::{Words, country};
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

    fn tongue(&self, wanted: &Locale, (own, subject, words): (&str, &str, &str)) -> Locale {
        tongue(wanted, own, subject, words)
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
    let language = Language::of(&ask.locale);
    // What is plainly said in another language would stand as a foreign piece in every sentence.
    let fits = |text: &&str| says(text).is_none_or(|said| said == language);
    let lens = |name: &str| ask.inputs.get("lenses").and_then(|lenses| lenses.get(name)).and_then(Value::as_str).filter(|text| !text.is_empty());
    let market = lens("market").and_then(|market| place(market, language)).unwrap_or_default();
    let lenses: Vec<Lens<'_>> = ["angle", "market", "format", "emotion"]
        .into_iter()
        .filter_map(|key| Some(Lens { axis: Axis::of(key)?, value: if key == "market" { &market } else { lens(key)? } }))
        .filter(|lens| !lens.value.is_empty())
        .collect();
    let text = |name: &str| Some(said(&ask.inputs, name)).filter(fits).unwrap_or_default();
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
        stance: said(&ask.inputs, "stance"),
        market: &market,
    };
    let kind = match ask.purpose {
        Purpose::Ideas => Kind::Ideas,
        Purpose::Variants => Kind::Variants,
    };
    answer_json(kind, ask.seed, &brief, language, ask.count).to_string()
}

/// A market by its country; a language tag is never said. There are no names of countries in Vietnamese.
fn place(market: &str, language: Language) -> Option<String> {
    match (market.parse::<Locale>(), language) {
        (Ok(_), Language::Vietnamese) => None,
        (Ok(locale), _) => country(locale.as_str(), Words::of(language.tag())),
        (Err(_), _) => Some(market.to_owned()),
    }
}

fn said<'a>(map: &'a Map<String, Value>, name: &str) -> &'a str {
    map.get(name).and_then(Value::as_str).unwrap_or_default()
}
