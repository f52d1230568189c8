//! The interface's words: Fluent sentences in English and Simplified Chinese.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

include!(concat!(env!("OUT_DIR"), "/locales.rs"));

/// A language of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Words {
    #[default]
    English,
    Chinese,
}

struct Language {
    /// Sentences without a placeholder, the great majority, answered by one look-up.
    plain: HashMap<&'static str, &'static str>,
    /// Sentences whose placeholders are names and nothing else, joined without the interpreter.
    joined: HashMap<&'static str, Vec<Part>>,
    bundle: FluentBundle<FluentResource>,
}

/// A part of a sentence: as it stands, or to be filled in.
enum Part {
    Text(&'static str),
    Name(&'static str),
}

static ENGLISH: LazyLock<Language> = LazyLock::new(|| Language::load("en"));
static CHINESE: LazyLock<Language> = LazyLock::new(|| Language::load("zh-Hans"));

impl Language {
    fn load(tag: &str) -> Language {
        let mut bundle = FluentBundle::new_concurrent(tag.parse().into_iter().collect());
        // No invisible isolation marks: the texts around are of one direction.
        bundle.set_use_isolating(false);
        let (mut plain, mut joined) = (HashMap::new(), HashMap::new());
        for (_, source) in SOURCES.iter().filter(|(language, _)| *language == tag) {
            for (key, text) in one_liners(source) {
                if !text.contains('{') {
                    plain.insert(key, text);
                } else if let Some(parts) = parts(text) {
                    joined.insert(key, parts);
                }
            }
            let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(resource, errors)| {
                tracing::error!(?errors, tag, "words with errors");
                resource
            });
            bundle.add_resource_overriding(resource);
        }
        Language { plain, joined, bundle }
    }
}

/// `key = text` lines with nothing below.
fn one_liners(source: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut lines = source.lines().peekable();
    std::iter::from_fn(move || {
        loop {
            let line = lines.next()?;
            let continued = lines.peek().is_some_and(|next| next.starts_with(' '));
            if let Some((key, text)) = line.split_once(" = ")
                && !continued
                && !key.starts_with(['#', '-', ' '])
            {
                return Some((key, text.trim()));
            }
        }
    })
}

/// The parts of a sentence whose placeholders are `{ $name }`; `None` when one is more than that.
fn parts(text: &'static str) -> Option<Vec<Part>> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}')?;
        let name = name.trim().strip_prefix('$')?;
        if !name.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'_' || letter == b'-') {
            return None;
        }
        parts.extend([Part::Text(before), Part::Name(name)]);
        rest = behind;
    }
    parts.push(Part::Text(rest));
    Some(parts)
}

/// `None` when a name has no value: the interpreter knows what to show then.
fn join(parts: &[Part], values: &[(&'static str, FluentValue<'_>)]) -> Option<String> {
    let mut sentence = String::new();
    for part in parts {
        match part {
            Part::Text(text) => sentence.push_str(text),
            Part::Name(name) => match &values.iter().find(|(found, _)| found == name)?.1 {
                FluentValue::String(text) => sentence.push_str(text),
                FluentValue::Number(number) => sentence.push_str(&number.as_string()),
                _ => return None,
            },
        }
    }
    Some(sentence)
}

impl Words {
    /// The best language for a locale tag or an `Accept-Language` header.
    pub fn of(tag: &str) -> Words {
        let chinese = tag.split(',').next().is_some_and(|first| first.trim().to_lowercase().starts_with("zh"));
        if chinese { Words::Chinese } else { Words::English }
    }

    /// The tag for `lang` attributes.
    pub fn tag(self) -> &'static str {
        match self {
            Words::English => "en",
            Words::Chinese => "zh-Hans",
        }
    }

    pub fn is_chinese(self) -> bool {
        self == Words::Chinese
    }

    fn language(self) -> &'static Language {
        match self {
            Words::English => &ENGLISH,
            Words::Chinese => &CHINESE,
        }
    }

    /// A sentence with nothing to fill in.
    pub fn t(self, key: &str) -> Cow<'static, str> {
        match self.language().plain.get(key) {
            Some(text) => Cow::Borrowed(*text),
            None => Cow::Owned(self.with(key, &[])),
        }
    }

    /// A sentence with one number named `n`, which may choose the form.
    pub fn n(self, key: &str, n: impl Arg) -> String {
        self.with(key, &[("n", n.value())])
    }

    /// A sentence with one named part.
    pub fn a(self, key: &str, name: &'static str, value: impl Arg) -> String {
        self.with(key, &[(name, value.value())])
    }

    /// A sentence with two named parts.
    pub fn ab(self, key: &str, a: &'static str, first: impl Arg, b: &'static str, second: impl Arg) -> String {
        self.with(key, &[(a, first.value()), (b, second.value())])
    }

    /// A sentence with any parts. A missing key shows itself, and a test finds it.
    pub fn with(self, key: &str, parts: &[(&'static str, FluentValue<'_>)]) -> String {
        let Language { joined, bundle, .. } = self.language();
        if let Some(sentence) = joined.get(key).and_then(|known| join(known, parts)) {
            return sentence;
        }
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else { return key.to_owned() };
        let mut args = FluentArgs::new();
        for (name, value) in parts {
            args.set(*name, value.clone());
        }
        let mut errors = Vec::new();
        bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned()
    }

    /// Every key of this language, for the test that compares them.
    pub fn keys(self) -> Vec<&'static str> {
        SOURCES
            .iter()
            .filter(|(language, _)| *language == self.tag())
            .flat_map(|(_, source)| source.lines())
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
            .filter_map(|line| line.split_once(" =").map(|(key, _)| key))
            .collect()
    }
}

/// What can be put into a sentence.
pub trait Arg {
    fn value(&self) -> FluentValue<'static>;
}

macro_rules! numbers {
    ($($kind:ty),*) => {$(
        impl Arg for $kind {
            #[allow(clippy::cast_precision_loss, reason = "counts shown to people")]
            fn value(&self) -> FluentValue<'static> {
                FluentValue::from(*self as f64)
            }
        }
    )*};
}
numbers!(i64, i32, u32, u64, usize, f64);

impl Arg for str {
    fn value(&self) -> FluentValue<'static> {
        FluentValue::from(self.to_owned())
    }
}
impl Arg for String {
    fn value(&self) -> FluentValue<'static> {
        FluentValue::from(self.clone())
    }
}
impl Arg for Cow<'_, str> {
    fn value(&self) -> FluentValue<'static> {
        FluentValue::from(self.to_string())
    }
}
impl<T: Arg + ?Sized> Arg for &T {
    fn value(&self) -> FluentValue<'static> {
        (**self).value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every sentence of both languages that is joined says what the interpreter says.
    #[test]
    fn joined_sentences_are_those_of_the_interpreter() {
        let mut seen = 0;
        for language in [Words::English, Words::Chinese].map(Words::language) {
            for (key, known) in &language.joined {
                let values: Vec<_> = known
                    .iter()
                    .filter_map(|part| if let Part::Name(name) = part { Some(*name) } else { None })
                    .enumerate()
                    .map(|(at, name)| (name, if at % 2 == 0 { FluentValue::from(1234.5) } else { FluentValue::from("红脸 & {co}") }))
                    .collect();
                let args: FluentArgs = values.iter().map(|(name, value)| (*name, value.clone())).collect();
                let pattern = language.bundle.get_message(key).and_then(|message| message.value()).unwrap();
                let expected = language.bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned();
                assert_eq!(join(known, &values), Some(expected), "{key}");
                seen += 1;
            }
        }
        assert!(seen > 100, "{seen}");
    }
}
