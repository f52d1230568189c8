//! Vietnamese: spoken, addressed to one viewer as “bạn”; classifiers chosen so that any noun fits.

mod ideas;
mod scripts;

use super::Words;

pub(super) const WORDS: Words = Words {
    ideas: ideas::IDEAS,
    lens_ideas: ideas::LENS_IDEAS,
    lens_angles: ideas::LENS_ANGLES,
    facets: ideas::FACETS,
    why_now: ideas::WHY_NOW,
    hooks: scripts::HOOKS,
    titles: scripts::TITLES,
    setups: scripts::SETUPS,
    proofs: scripts::PROOFS,
    turns: scripts::TURNS,
    closes: scripts::CLOSES,
    opening_notes: scripts::OPENING_NOTES,
    stance_notes: scripts::STANCE_NOTES,
    captions: scripts::CAPTIONS,
    tags: scripts::TAGS,
    any_niche: scripts::ANY_NICHE,
    mark: scripts::MARK,
};
