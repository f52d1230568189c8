//! The voices as backends: words in, one WAV out.

use super::{Wave, espeak, piper, voices};
use crate::create::runs::backends::adapter::{Ask, Backend, Desk, Medium, Service};
use crate::create::runs::backends::outcome::{Class, Made, Product, Submitted, Trouble, Used};
use crate::create::runs::backends::settings::{ONNX_FILE, Setting};
use crate::create::runs::script::spoken;
use crate::create::variants::Author;
use crate::platform::outbound::HeaderMap;
use crate::platform::text::length;
use crate::platform::{Ms, programs};
use futures_util::future::BoxFuture;
use serde_json::json;
use std::path::Path;

/// Most lines of one run.
const LINES: usize = 200;

/// espeak-ng: in every studio where it is installed, for whatever language it speaks.
#[derive(Debug)]
pub struct Espeak;

/// Piper with one voice, which speaks one language.
#[derive(Debug)]
pub struct Piper;

impl Backend for Espeak {
    fn kind(&self) -> &'static str {
        "espeak"
    }
    fn label(&self) -> &'static str {
        "backends-espeak"
    }
    fn about(&self) -> &'static str {
        "backends-espeak-about"
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
    fn programs(&self) -> &'static [&'static str] {
        &[espeak::PROGRAM]
    }
    fn makes(&self, _: &Service) -> Vec<Medium> {
        if programs::found(espeak::PROGRAM).is_some() { vec![Medium::Speech] } else { Vec::new() }
    }
    fn model(&self, _: &Service, _: Medium) -> String {
        String::new()
    }
    fn credentials(&self, _: &Service, _: Ms) -> Result<HeaderMap, Trouble> {
        Ok(HeaderMap::new())
    }
    fn submit<'a>(&'a self, desk: &'a Desk<'a>, ask: &'a Ask) -> BoxFuture<'a, Result<Submitted, Trouble>> {
        Box::pin(async move {
            let voice = named(ask)?;
            speak(desk.folder, ask, Speaker::Espeak(voice)).await
        })
    }
    fn test<'a>(&'a self, desk: &'a Desk<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move { espeak::say(desk.folder, "test", "en-us", "test").await.map(|_| ()) })
    }
}

/// The voice that was asked for, else that of the language.
fn named(ask: &Ask) -> Result<&str, Trouble> {
    let asked = ask.frame.voice.trim();
    if asked.is_empty() {
        return voices::voice(&ask.locale).ok_or_else(|| Trouble::saying(Class::Refused, &format!("espeak-ng has no voice for {}", ask.locale)));
    }
    if voices::is_name(asked) { Ok(asked) } else { Err(Trouble::saying(Class::Refused, &format!("“{asked}” is no name of a voice"))) }
}

impl Backend for Piper {
    fn kind(&self) -> &'static str {
        "piper"
    }
    fn label(&self) -> &'static str {
        "backends-piper"
    }
    fn about(&self) -> &'static str {
        "backends-piper-about"
    }
    fn settings(&self) -> &'static [Setting] {
        &[ONNX_FILE]
    }
    fn is_local(&self) -> bool {
        true
    }
    fn programs(&self) -> &'static [&'static str] {
        &[piper::PROGRAM]
    }
    fn makes(&self, service: &Service) -> Vec<Medium> {
        let is_ready = programs::found(piper::PROGRAM).is_some() && !service.get(ONNX_FILE.name).is_empty();
        if is_ready { vec![Medium::Speech] } else { Vec::new() }
    }
    fn model(&self, service: &Service, _: Medium) -> String {
        let file = service.get(ONNX_FILE.name);
        file.rsplit('/').next().unwrap_or(file).trim_end_matches(".onnx").to_owned()
    }
    fn credentials(&self, _: &Service, _: Ms) -> Result<HeaderMap, Trouble> {
        Ok(HeaderMap::new())
    }
    fn submit<'a>(&'a self, desk: &'a Desk<'a>, ask: &'a Ask) -> BoxFuture<'a, Result<Submitted, Trouble>> {
        Box::pin(async move {
            let file = desk.service.get(ONNX_FILE.name);
            if let Some(language) = piper::language(file).await.filter(|language| language != piper::primary(&ask.locale)) {
                return Err(Trouble::saying(Class::Refused, &format!("this voice speaks {language}, not {}", ask.locale)));
            }
            piper::check(desk.folder).await?;
            speak(desk.folder, ask, Speaker::Piper(file)).await
        })
    }
    fn test<'a>(&'a self, desk: &'a Desk<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            piper::check(desk.folder).await?;
            piper::say(desk.folder, "test", desk.service.get(ONNX_FILE.name), "a").await.map(|_| ())
        })
    }
}

/// Who speaks, and with which voice.
enum Speaker<'a> {
    Espeak(&'a str),
    Piper(&'a str),
}

impl Speaker<'_> {
    async fn say(&self, folder: &Path, stem: &str, line: &str) -> Result<Wave, Trouble> {
        match self {
            Speaker::Espeak(voice) => espeak::say(folder, stem, voice, line).await,
            Speaker::Piper(file) => piper::say(folder, stem, file, line).await,
        }
    }
}

/// Speaks line by line, and joins the lines into one file.
async fn speak(folder: &Path, ask: &Ask, speaker: Speaker<'_>) -> Result<Submitted, Trouble> {
    let lines = spoken(&ask.prompt);
    if lines.is_empty() || lines.len() > LINES {
        let class = if lines.is_empty() { Class::Refused } else { Class::TooLong };
        return Err(Trouble::saying(class, &format!("{} lines; 1 to {LINES} can be spoken at once", lines.len())));
    }
    let mut waves = Vec::with_capacity(lines.len());
    for (place, line) in lines.iter().enumerate() {
        waves.push(speaker.say(folder, &format!("line-{place}"), line).await?);
    }
    let (whole, starts) = Wave::joined(&waves).ok_or_else(|| Trouble::saying(Class::Program, "the lines came in different rates"))?;
    let times: Vec<_> =
        lines.iter().zip(&waves).zip(&starts).map(|((line, wave), start)| json!({ "line": line, "start_ms": start, "ms": wave.ms() })).collect();
    let ms = i64::try_from(whole.ms()).unwrap_or(i64::MAX);
    let mut product = Product::bytes(whole.bytes(), "voice.wav");
    product.duration_ms = Some(ms);
    let used = Used { characters: i64::try_from(lines.iter().map(|line| length(line)).sum::<usize>()).ok(), ms: Some(ms), ..Used::default() };
    Ok(Submitted::Done(Made { products: vec![product], used, raw: json!({ "lines": times }).to_string(), ..Made::default() }))
}
