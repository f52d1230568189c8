//! Hooks: the first line of a piece, in five families.

use std::collections::HashSet;

use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

use super::brief::{Language, Tidy};
use super::fill::Slots;
use super::words::{self, Words};

/// How a piece opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HookFamily {
    Question,
    Claim,
    Number,
    Story,
    Silence,
}

impl HookFamily {
    pub const ALL: [Self; 5] = [Self::Question, Self::Claim, Self::Number, Self::Story, Self::Silence];

    /// The family a hook written by a person falls into, by its marks alone.
    pub(super) fn of(hook: &str) -> Self {
        if hook.contains(['?', '？']) {
            Self::Question
        } else if hook.chars().any(|c| c.is_ascii_digit()) {
            Self::Number
        } else {
            Self::Claim
        }
    }
}

/// A hook of the family that was not handed out before; nothing when the family is used up.
pub(super) fn fresh(family: HookFamily, tidy: &Tidy, language: Language, seen: &mut HashSet<String>, rng: &mut ChaCha8Rng) -> Option<String> {
    let words: &Words = words::of(language);
    let pool: Vec<&str> = words.hooks.iter().filter(|(of, _)| *of == family).map(|(_, text)| *text).collect();
    // Six templates and twenty facets: a fresh one turns up long before the tries end.
    (0..200).find_map(|_| {
        let slots = Slots { tidy, language, facet: words.facets.choose(rng)?, lens: "" };
        let text = slots.fill(pool.choose(rng)?)?;
        seen.insert(text.clone()).then_some(text)
    })
}
