//! The sketch backend: drafts ideas, hooks, scripts, captions and cards from templates, offline.
//!
//! It is not a model and says so wherever its work is shown ([`mark`]). Templates are filled from the
//! caller's own words, so any niche is served. Invariants: the same seed, brief and language give the
//! same drafts; nothing is read or written (the card alone loads system fonts, once); no draft states
//! a fact that the caller did not supply.

mod adapter;
mod brief;
mod captions;
mod card;
mod fill;
mod hooks;
mod ideas;
mod motifs;
mod tongue;
mod typeset;
mod variants;
mod words;

#[cfg(test)]
mod tests;

pub use adapter::Sketch;
pub use brief::{Axis, Brief, Language, Lens};
pub use card::{Card, card, fonts};
use hooks::HookFamily;
use ideas::ideas;
pub use tongue::writes;
use variants::{VariantDraft, variants};

/// What a run asks for; each kind has its schema in `runs::shapes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Ideas,
    Variants,
}

/// The answer a real model would be asked for, in the very shape of `runs::shapes`.
pub fn answer_json(kind: Kind, seed: u64, brief: &Brief<'_>, language: Language, count: usize) -> serde_json::Value {
    match kind {
        Kind::Ideas => serde_json::json!({ "ideas": ideas(seed, brief, language, count) }),
        Kind::Variants => {
            let drafts = variants(seed, brief, language, count);
            serde_json::json!({ "variants": drafts.iter().map(VariantDraft::answer).collect::<Vec<_>>() })
        }
    }
}

/// "Template, not AI" in the reader's language.
pub fn mark(language: Language) -> &'static str {
    words::of(language).mark
}
