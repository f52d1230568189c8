//! The interface's words: Fluent sentences in English and Simplified Chinese.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

include!(concat!(env!("OUT_DIR"), "/locales.rs"));

/// A language of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Words {
    #[default]
    English,
    Chinese,
}

struct Language {
    /// Sentences without a placeholder, the great majority, answered by one look-up.
    plain: HashMap<&'static str, &'static str>,
    bundle: FluentBundle<FluentResource>,
}

static ENGLISH: LazyLock<Language> = LazyLock::new(|| Language::load("en"));
static CHINESE: LazyLock<Language> = LazyLock::new(|| Language::load("zh-Hans"));

impl Language {
    fn load(tag: &str) -> Language {
        let mut bundle = FluentBundle::new_concurrent(tag.parse().into_iter().collect());
        // No invisible isolation marks: the texts around are of one direction.
        bundle.set_use_isolating(false);
        let mut plain = HashMap::new();
        for (_, source) in SOURCES.iter().filter(|(language, _)| *language == tag) {
            for (key, text) in one_liners(source) {
                plain.insert(key, text);
            }
            let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(resource, errors)| {
                tracing::error!(?errors, tag, "words with errors");
                resource
            });
            bundle.add_resource_overriding(resource);
        }
        Language { plain, bundle }
    }
}

/// `key = text` lines with nothing to fill in and nothing below.
fn one_liners(source: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut lines = source.lines().peekable();
    std::iter::from_fn(move || {
        loop {
            let line = lines.next()?;
            let continued = lines.peek().is_some_and(|next| next.starts_with(' '));
            if let Some((key, text)) = line.split_once(" = ")
                && !continued
                && !text.contains('{')
                && !key.starts_with(['#', '-', ' '])
            {
                return Some((key, text.trim()));
            }
        }
    })
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
        let bundle = &self.language().bundle;
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
