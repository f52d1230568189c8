//! What the caller hands over, and how it is tidied: collapsed, clipped by grapheme, without control
//! or direction-override characters. Any field may be empty, hostile or very long.

use unicode_segmentation::UnicodeSegmentation;

use super::words;

/// A language the templates are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    English,
    Chinese,
    Vietnamese,
}

impl Language {
    /// From a BCP 47 tag (`zh-Hans`, `vi_VN`); a language without templates is answered in English.
    pub fn of(locale: &str) -> Self {
        let primary = locale.trim().split(['-', '_']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "zh" | "cmn" => Self::Chinese,
            "vi" => Self::Vietnamese,
            _ => Self::English,
        }
    }

    /// The tag of the language as the templates write it.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-Hans",
            Self::Vietnamese => "vi",
        }
    }

    /// What stands between two sentences.
    pub(super) fn gap(self) -> &'static str {
        if self == Self::Chinese { "" } else { " " }
    }

    /// Syllables, words or characters a calm voice speaks in a second.
    pub(super) fn pace(self) -> f32 {
        match self {
            Self::English => 2.4,
            Self::Chinese => 4.2,
            Self::Vietnamese => 3.2,
        }
    }
}

/// The four lenses of the Ideas room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    Angle,
    Market,
    Format,
    Emotion,
}

impl Axis {
    /// From the stored key of the axis.
    pub fn of(key: &str) -> Option<Self> {
        match key.trim().to_ascii_lowercase().as_str() {
            "angle" => Some(Self::Angle),
            "market" => Some(Self::Market),
            "format" => Some(Self::Format),
            "emotion" => Some(Self::Emotion),
            _ => None,
        }
    }
}

/// One lens the caller draws, such as (emotion, "tenderness").
#[derive(Clone, Copy, Debug)]
pub struct Lens<'a> {
    pub axis: Axis,
    pub value: &'a str,
}

/// What there is to draft from. `title`, `hook` and `angle` are those of the idea when variants are drafted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Brief<'a> {
    pub niche: &'a str,
    pub perspective: &'a str,
    pub audience: &'a str,
    pub lenses: &'a [Lens<'a>],
    pub title: &'a str,
    pub hook: &'a str,
    pub angle: &'a str,
    /// `raw`, `crafted` or `synthetic`; anything else adds no note.
    pub stance: &'a str,
    pub market: &'a str,
    /// The opening of a draft to come near to, and of one to stay away from.
    pub like: &'a str,
    pub unlike: &'a str,
}

/// The brief after tidying: every field fits a sentence.
pub(super) struct Tidy {
    pub niche: String,
    pub perspective: String,
    pub audience: String,
    pub lenses: Vec<(Axis, String)>,
    /// The idea's title as a phrase; the niche when there is none.
    pub topic: String,
    pub title: String,
    pub hook: String,
    pub angle: String,
    pub market: String,
}

impl Tidy {
    pub(super) fn of(brief: &Brief<'_>, language: Language) -> Self {
        let mut niche = phrase(clause(brief.niche), 48, language);
        if niche.is_empty() {
            niche = words::of(language).any_niche.to_owned();
        }
        let title = clean(brief.title, 120);
        let topic = match phrase(brief.title, 90, language) {
            empty if empty.is_empty() => niche.clone(),
            topic => topic,
        };
        let lenses = brief.lenses.iter().take(8).map(|lens| (lens.axis, phrase(lens.value, 40, language)));
        Self {
            niche,
            perspective: bare(&clean(brief.perspective, 140)).to_owned(),
            audience: phrase(clause(brief.audience), 60, language),
            lenses: lenses.filter(|(_, value)| !value.is_empty()).collect(),
            topic,
            title,
            hook: sentence(brief.hook, 200, language),
            angle: sentence(brief.angle, 240, language),
            market: phrase(brief.market, 40, language),
        }
    }
}

/// Whitespace collapsed, control, direction and brace characters gone, clipped to `limit` graphemes.
pub(super) fn clean(text: &str, limit: usize) -> String {
    // Ten kilobytes of one word must not be walked to its end.
    let near = text.chars().take(limit.saturating_mul(8));
    let kept: String = near.map(|c| if is_noise(c) { ' ' } else { c }).collect();
    clip(&kept.split_whitespace().collect::<Vec<_>>().join(" "), limit)
}

/// At most `limit` graphemes, broken at a space where one is near, with an ellipsis.
pub(super) fn clip(text: &str, limit: usize) -> String {
    if text.graphemes(true).count() <= limit {
        return text.to_owned();
    }
    let head: String = text.graphemes(true).take(limit.saturating_sub(1)).collect();
    let cut = match head.rfind(' ') {
        Some(at) if at * 3 > head.len() * 2 => head.get(..at).unwrap_or(&head),
        _ => &head,
    };
    format!("{}…", cut.trim_end_matches([' ', ',', '，', '、', ':', '：', ';', '；']))
}

fn is_noise(c: char) -> bool {
    c.is_control() || matches!(c, '{' | '}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Without the marks that would double those of the template around it.
fn bare(text: &str) -> &str {
    let mut rest = text.trim_matches(|c: char| c.is_whitespace() || ".,;:!?。，、；：！？…".contains(c));
    for (open, close) in [('“', '”'), ('"', '"'), ('「', '」'), ('《', '》')] {
        rest = rest.strip_prefix(open).and_then(|inner| inner.strip_suffix(close)).unwrap_or(rest);
    }
    rest.trim_matches(|c: char| c.is_whitespace() || ".,;:!?。，、；：！？…".contains(c))
}

/// What stands before the first comma: the rest explains, and would be repeated in every title.
fn clause(text: &str) -> &str {
    text.split([',', ';', '(', '—', '–', '。', '；', '，', '（']).find(|part| !part.trim().is_empty()).unwrap_or(text)
}

/// A noun phrase: a long text is cut at its first clause, an English article loses its capital.
fn phrase(text: &str, limit: usize, language: Language) -> String {
    let whole = clean(text, limit * 4);
    let mut part = bare(&whole);
    if part.graphemes(true).count() > limit {
        part = bare(part.split(['.', ';', ',', '(', '—', '–', '。', '；', '，', '（']).find(|s| !s.trim().is_empty()).unwrap_or(part));
    }
    let mut words = clip(part, limit);
    if language == Language::English {
        for article in ["A ", "An ", "The ", "Our ", "My "] {
            if let Some(rest) = words.strip_prefix(article) {
                words = format!("{}{rest}", article.to_ascii_lowercase());
                break;
            }
        }
    }
    words
}

/// A whole sentence, with a full stop if the caller left none.
fn sentence(text: &str, limit: usize, language: Language) -> String {
    let mut text = clean(text, limit);
    let closed = text.ends_with(['.', '?', '!', '…', '。', '？', '！', '”', '"', '」', ')', '）']);
    if !text.is_empty() && !closed {
        text.push(if language == Language::Chinese { '。' } else { '.' });
    }
    text
}
