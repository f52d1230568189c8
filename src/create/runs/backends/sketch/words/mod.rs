//! The written material of the sketch backend: one folder per language, each written as somebody
//! who makes short video in that language would write it, never carried over word by word.
//!
//! Invariant: a template stays grammatical for any noun phrase in its slots (English uses `{niche}`
//! only after a preposition or before a colon or comma, so that neither article nor number shows),
//! and no template states a fact about the subject, because a template knows none.
//!
//! Slots: `{niche} {facet} {audience} {perspective} {lens} {market} {topic}`.

mod en;
mod vi;
mod zh;

use super::{Axis, HookFamily, Language};

/// Title, hook, angle.
pub(super) type IdeaTemplate = (&'static str, &'static str, &'static str);
/// What is said, and how it is shown.
pub(super) type BeatTemplate = (&'static str, &'static str);

/// Everything one language has to say.
pub(super) struct Words {
    pub ideas: &'static [IdeaTemplate],
    /// Used first when the caller draws a lens of this axis.
    pub lens_ideas: &'static [(Axis, IdeaTemplate)],
    /// Joined to an angle, so that every idea of a batch bends to the lens.
    pub lens_angles: &'static [(Axis, &'static str)],
    /// Universal sides of any subject; they fill `{facet}` and multiply the idea templates.
    pub facets: &'static [&'static str],
    pub why_now: &'static [&'static str],
    pub hooks: &'static [(HookFamily, &'static str)],
    pub titles: &'static [&'static str],
    /// Beats after the opening, in the order a script uses them; the last one closes.
    pub setups: &'static [BeatTemplate],
    pub proofs: &'static [BeatTemplate],
    pub turns: &'static [BeatTemplate],
    pub closes: &'static [BeatTemplate],
    /// How the opening of each family is shown.
    pub opening_notes: &'static [(HookFamily, &'static str)],
    /// Raw, crafted, synthetic: how the whole piece is shot.
    pub stance_notes: [(&'static str, &'static str); 3],
    pub captions: &'static [&'static str],
    /// Tags that fit any subject, without `#`.
    pub tags: &'static [&'static str],
    /// What stands for a niche the caller left empty.
    pub any_niche: &'static str,
    /// Said wherever a draft is shown: these are templates.
    pub mark: &'static str,
}

pub(super) fn of(language: Language) -> &'static Words {
    match language {
        Language::English => &en::WORDS,
        Language::Chinese => &zh::WORDS,
        Language::Vietnamese => &vi::WORDS,
    }
}
