//! Captions and tags.

use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::brief::{Language, Tidy};
use super::fill::{Slots, shuffled};
use super::words;
use crate::stats::similarity::is_han;

pub(super) fn caption(tidy: &Tidy, language: Language, rng: &mut ChaCha8Rng) -> String {
    let words = words::of(language);
    let facet = words.facets.choose(rng).copied().unwrap_or_default();
    Slots { tidy, language, facet, lens: "" }.draw(words.captions, rng)
}

/// The niche and the market as tags, then two that fit any subject. Other lenses say how to make it, not what it is.
pub(super) fn tags(tidy: &Tidy, language: Language, rng: &mut ChaCha8Rng) -> Vec<String> {
    let given = [tidy.niche.as_str(), tidy.market.as_str()];
    let mut tags: Vec<String> = Vec::new();
    for tag in given.into_iter().map(slug).filter(|tag| (2..=30).contains(&tag.chars().count())) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    let general = shuffled(words::of(language).tags, rng);
    tags.extend(general.into_iter().take(2).map(str::to_owned));
    tags
}

/// One word without marks: Han stays, Latin loses case and diacritics, as people type tags on a phone.
fn slug(text: &str) -> String {
    let folded = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    folded.map(|c| if c == 'đ' { 'd' } else { c }).filter(|c| c.is_alphanumeric() || is_han(*c)).nfc().collect()
}
