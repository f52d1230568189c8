//! Ideas: title, hook, angle, why now. Distinct within a call, bent to the lenses that are drawn.

use std::collections::HashSet;

use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

use super::brief::{Brief, Language, Tidy, clip};
use super::fill::{Slots, dice, shuffled};
use super::words::{self, IdeaTemplate, Words};

/// A call never hands back more than this.
const MOST: usize = 120;

/// A drafted idea; every field is one line of plain text.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct IdeaDraft {
    pub title: String,
    pub hook: String,
    pub angle: String,
    pub why_now: String,
}

/// Up to `count` (at most 120) ideas with titles all different.
pub fn ideas(seed: u64, brief: &Brief<'_>, language: Language, count: usize) -> Vec<IdeaDraft> {
    let (tidy, words) = (Tidy::of(brief, language), words::of(language));
    let mut rng = dice(seed, 1);
    let order = order(words, &tidy, &mut rng);
    let facets = shuffled(words.facets, &mut rng);
    let plain = Slots { tidy: &tidy, language, facet: "", lens: "" };
    let reasons: Vec<String> = shuffled(words.why_now, &mut rng).into_iter().filter_map(|reason| plain.fill(reason)).collect();
    let (mut drafts, mut seen) = (Vec::new(), HashSet::new());
    for round in 0..facets.len() {
        for (place, (template, own_lens)) in order.iter().enumerate() {
            if drafts.len() >= count.min(MOST) {
                return drafts;
            }
            let facet = facets.get((place + round) % facets.len()).copied().unwrap_or_default();
            let slots = Slots { tidy: &tidy, language, facet, lens: own_lens.unwrap_or_default() };
            let Some(mut draft) = from_template(*template, &slots) else {
                continue;
            };
            if !seen.insert(draft.title.clone()) {
                continue;
            }
            if own_lens.is_none() {
                bend(&mut draft, &slots, words, &mut rng);
            }
            draft.why_now = reasons.get(drafts.len() % reasons.len().max(1)).cloned().unwrap_or_default();
            drafts.push(draft);
        }
    }
    drafts
}

/// Templates in the order of use; those of a drawn lens alternate with the general ones.
fn order<'t>(words: &Words, tidy: &'t Tidy, rng: &mut ChaCha8Rng) -> Vec<(IdeaTemplate, Option<&'t str>)> {
    let mut bent = Vec::new();
    for (axis, value) in &tidy.lenses {
        bent.extend(words.lens_ideas.iter().filter(|(of, _)| of == axis).map(|(_, template)| (*template, Some(value.as_str()))));
    }
    let mut bent = shuffled(&bent, rng).into_iter();
    let mut order = Vec::with_capacity(words.ideas.len() + bent.len());
    for template in shuffled(words.ideas, rng) {
        order.extend(bent.next());
        order.push((template, None));
    }
    order
}

fn from_template((title, hook, angle): IdeaTemplate, slots: &Slots<'_>) -> Option<IdeaDraft> {
    Some(IdeaDraft { title: clip(&slots.fill(title)?, 120), hook: slots.fill(hook)?, angle: slots.fill(angle)?, why_now: String::new() })
}

/// A general idea still carries one of the drawn lenses, as the last sentence of its angle.
fn bend(draft: &mut IdeaDraft, slots: &Slots<'_>, words: &Words, rng: &mut ChaCha8Rng) {
    let Some((axis, value)) = slots.tidy.lenses.choose(rng) else {
        return;
    };
    let lines: Vec<&str> = words.lens_angles.iter().filter(|(of, _)| of == axis).map(|(_, line)| *line).collect();
    let line = lines.choose(rng).copied().unwrap_or_default();
    let bent = Slots { lens: value, ..*slots };
    if let Some(sentence) = bent.fill(line) {
        draft.angle = format!("{}{}{sentence}", draft.angle, slots.language.gap());
    }
}
