//! Hooks: the first line of a piece, in five families.

use std::collections::HashSet;

use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

use super::brief::{Brief, Language, Tidy};
use super::fill::{Slots, dice, shuffled};
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
    pub const ALL: [Self; 5] = [
        Self::Question,
        Self::Claim,
        Self::Number,
        Self::Story,
        Self::Silence,
    ];

    /// The stored key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Claim => "claim",
            Self::Number => "number",
            Self::Story => "story",
            Self::Silence => "silence",
        }
    }

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

/// A drafted first line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookDraft {
    pub family: HookFamily,
    pub text: String,
}

/// Up to `count` (at most 60) different hooks, the families in turn.
pub fn hooks(seed: u64, brief: &Brief<'_>, language: Language, count: usize) -> Vec<HookDraft> {
    let tidy = Tidy::of(brief, language);
    let mut rng = dice(seed, 2);
    let families = shuffled(&HookFamily::ALL, &mut rng);
    let mut seen = HashSet::new();
    let turns = families.iter().cycle().take(count.min(60));
    turns
        .filter_map(|family| {
            let text = fresh(*family, &tidy, language, &mut seen, &mut rng)?;
            Some(HookDraft {
                family: *family,
                text,
            })
        })
        .collect()
}

/// A hook of the family that was not handed out before; nothing when the family is used up.
pub(super) fn fresh(
    family: HookFamily,
    tidy: &Tidy,
    language: Language,
    seen: &mut HashSet<String>,
    rng: &mut ChaCha8Rng,
) -> Option<String> {
    let words: &Words = words::of(language);
    let pool: Vec<&str> = words
        .hooks
        .iter()
        .filter(|(of, _)| *of == family)
        .map(|(_, text)| *text)
        .collect();
    // Six templates and twenty facets: a fresh one turns up long before the tries end.
    (0..200).find_map(|_| {
        let slots = Slots {
            tidy,
            language,
            facet: words.facets.choose(rng)?,
            lens: "",
        };
        let text = slots.fill(pool.choose(rng)?)?;
        seen.insert(text.clone()).then_some(text)
    })
}
