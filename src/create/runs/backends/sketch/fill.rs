//! Slots into templates, in one pass: what the caller wrote is never read as a template again.

use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;

use super::brief::{Language, Tidy};
use crate::stats::similarity::is_han;

/// The source of every choice; the salt keeps two kinds of draft from the same seed apart.
pub(super) fn dice(seed: u64, salt: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed ^ salt.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// The templates in a seeded order.
pub(super) fn shuffled<T: Copy>(items: &[T], rng: &mut ChaCha8Rng) -> Vec<T> {
    let mut items = items.to_vec();
    items.shuffle(rng);
    items
}

/// Values for the slots of one draft.
pub(super) struct Slots<'a> {
    pub tidy: &'a Tidy,
    pub language: Language,
    pub facet: &'a str,
    pub lens: &'a str,
}

impl Slots<'_> {
    /// The filled template, or nothing when it needs a word the caller did not give.
    pub(super) fn fill(&self, template: &str) -> Option<String> {
        let mut out = String::with_capacity(template.len() + 64);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, tail) = after.split_once('}')?;
            self.push(&mut out, before);
            let value = self.value(name)?;
            let starts = out.is_empty() || out == "“" || out.ends_with([' ', '“']) && sentence_ended(&out);
            if starts && self.language != Language::Chinese {
                self.push(&mut out, &capitalised(value));
            } else {
                self.push(&mut out, value);
            }
            rest = tail;
        }
        self.push(&mut out, rest);
        Some(out)
    }

    /// A random template of the pool that can be filled.
    pub(super) fn draw(&self, pool: &[&str], rng: &mut ChaCha8Rng) -> String {
        if pool.is_empty() {
            return String::new();
        }
        let start = rng.random_range(0..pool.len());
        let turned = pool.iter().cycle().skip(start).take(pool.len());
        turned.filter_map(|template| self.fill(template)).next().unwrap_or_default()
    }

    fn value(&self, name: &str) -> Option<&str> {
        let value = match name {
            "niche" => &self.tidy.niche,
            "topic" => &self.tidy.topic,
            "audience" => &self.tidy.audience,
            "perspective" => &self.tidy.perspective,
            "market" => &self.tidy.market,
            "facet" => self.facet,
            "lens" => self.lens,
            _ => return None,
        };
        (!value.is_empty()).then_some(value)
    }

    /// Chinese sets a space between Han and Latin.
    fn push(&self, out: &mut String, piece: &str) {
        if let (Language::Chinese, Some(last), Some(first)) = (self.language, out.chars().last(), piece.chars().next())
            && (is_han(last) && is_latin(first) || is_latin(last) && is_han(first))
        {
            out.push(' ');
        }
        out.push_str(piece);
    }
}

/// The text with its first letter in upper case.
pub(super) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn is_latin(c: char) -> bool {
    c.is_alphanumeric() && u32::from(c) < 0x2000
}

fn sentence_ended(out: &str) -> bool {
    out.trim_end_matches([' ', '“']).ends_with(['.', '?', '…'])
}
