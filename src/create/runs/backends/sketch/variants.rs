//! Variants of one idea: hook families, lengths, beats with their seconds, captions and tags.

use std::collections::HashSet;

use rand::{RngExt, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

use super::brief::{Brief, Language, Tidy, clip};
use super::captions::{caption, tags};
use super::fill::{Slots, dice, shuffled};
use super::hooks::{HookFamily, fresh};
use super::words::{self, BeatTemplate, Words};
use crate::create::runs::shapes::{Beat, script_text};
use crate::stats::similarity::is_han;

/// A call never hands back more than this.
const MOST: usize = 30;

/// A drafted variant. `changed` names what differs from the first of the call: `hook_family`,
/// `opening`, `length`, `closing`, `title`, `caption`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantDraft {
    pub family: HookFamily,
    pub title: String,
    pub hook: String,
    pub script: Vec<Beat>,
    pub caption: String,
    pub tags: Vec<String>,
    pub changed: Vec<String>,
}

impl VariantDraft {
    /// In the shape a model is asked for: the script as text, one beat a line.
    pub(super) fn answer(&self) -> serde_json::Value {
        serde_json::json!({
            "title": self.title,
            "hook": self.hook,
            "script": script_text(&self.script),
            "caption": self.caption,
            "tags": self.tags,
        })
    }
}

/// Up to `count` (at most 30) variants with hooks all different. The first opens with the idea's own
/// hook if it has one; five in a row cover the five hook families.
pub fn variants(seed: u64, brief: &Brief<'_>, language: Language, count: usize) -> Vec<VariantDraft> {
    let tidy = Tidy::of(brief, language);
    let mut rng = dice(seed, 4);
    let families = families(&tidy, brief, &mut rng);
    let titles = titles(&tidy, language, &mut rng);
    let first_length = rng.random_range(0..3);
    let mut seen = HashSet::new();
    let mut drafts: Vec<VariantDraft> = Vec::new();
    for (place, family) in families.iter().cycle().take(count.min(MOST)).enumerate() {
        let own = place == 0 && !tidy.hook.is_empty() && brief.like.is_empty() && brief.unlike.is_empty();
        let hook = if own { Some(tidy.hook.clone()) } else { fresh(*family, &tidy, language, &mut seen, &mut rng) };
        let Some(hook) = hook else { continue };
        let script =
            script(&Opening { hook: &hook, family: *family, own, beats: 4 + (first_length + place) % 3 }, brief.stance, &tidy, language, &mut rng);
        let title = titles.iter().cycle().nth(place).cloned().unwrap_or_default();
        let caption = caption(&tidy, language, &mut rng);
        let tags = tags(&tidy, language, &mut rng);
        let mut draft = VariantDraft { family: *family, title, hook, script, caption, tags, changed: Vec::new() };
        draft.changed = drafts.first().map(|first| differences(first, &draft)).unwrap_or_default();
        drafts.push(draft);
    }
    drafts
}

/// The family of the idea's own hook leads; the others follow in a seeded order. Near a draft means its family only, away
/// from it every other.
fn families(tidy: &Tidy, brief: &Brief<'_>, rng: &mut ChaCha8Rng) -> Vec<HookFamily> {
    if !brief.like.is_empty() {
        return vec![HookFamily::of(brief.like)];
    }
    let mut families = shuffled(&HookFamily::ALL, rng);
    if !brief.unlike.is_empty() {
        let away = HookFamily::of(brief.unlike);
        families.retain(|family| *family != away);
        return families;
    }
    if !tidy.hook.is_empty() {
        let own = HookFamily::of(&tidy.hook);
        families.retain(|family| *family != own);
        families.insert(0, own);
    }
    families
}

/// The idea's title as it stands, then its variations.
fn titles(tidy: &Tidy, language: Language, rng: &mut ChaCha8Rng) -> Vec<String> {
    let (plain, rest) = words::of(language).titles.split_first().unwrap_or((&"{topic}", &[]));
    let slots = Slots { tidy, language, facet: "", lens: "" };
    let mut titles: Vec<String> = if tidy.title.is_empty() { slots.fill(plain).into_iter().collect() } else { vec![tidy.title.clone()] };
    titles.extend(shuffled(rest, rng).into_iter().filter_map(|template| slots.fill(template)));
    titles.iter().map(|title| clip(title, 120)).collect()
}

struct Opening<'a> {
    hook: &'a str,
    family: HookFamily,
    /// The hook is the idea's own, so the script need not come back to it.
    own: bool,
    beats: usize,
}

fn script(opening: &Opening<'_>, stance: &str, tidy: &Tidy, language: Language, rng: &mut ChaCha8Rng) -> Vec<Beat> {
    let words = words::of(language);
    let slots = Slots { tidy, language, facet: words.facets.choose(rng).copied().unwrap_or_default(), lens: "" };
    let mut lines = vec![(opening.hook.to_owned(), opening_note(words, opening.family, stance, language))];
    let (mut setup, mut setup_note) = beat(&slots, words.setups, rng);
    if !opening.own && !tidy.hook.is_empty() {
        setup.clone_from(&tidy.hook);
    }
    if !tidy.angle.is_empty() {
        setup_note = format!("{}{}{setup_note}", tidy.angle, language.gap());
    }
    lines.push((setup, setup_note));
    let proofs = shuffled(words.proofs, rng);
    lines.extend(proofs.iter().take(opening.beats.saturating_sub(4)).filter_map(|proof| filled(&slots, *proof)));
    lines.push(beat(&slots, words.turns, rng));
    lines.push(beat(&slots, words.closes, rng));
    timed(lines, opening.family, language)
}

fn opening_note(words: &Words, family: HookFamily, stance: &str, language: Language) -> String {
    let shown = words.opening_notes.iter().find(|(of, _)| *of == family).map_or("", |(_, note)| note);
    match words.stance_notes.iter().find(|(key, _)| *key == stance) {
        Some((_, look)) => format!("{shown}{}{look}", language.gap()),
        None => shown.to_owned(),
    }
}

fn beat(slots: &Slots<'_>, pool: &[BeatTemplate], rng: &mut ChaCha8Rng) -> (String, String) {
    shuffled(pool, rng).into_iter().find_map(|template| filled(slots, template)).unwrap_or_default()
}

fn filled(slots: &Slots<'_>, (text, note): BeatTemplate) -> Option<(String, String)> {
    Some((slots.fill(text)?, slots.fill(note)?))
}

/// Each beat starts when the one before has been spoken and the picture has had time to be seen.
fn timed(lines: Vec<(String, String)>, family: HookFamily, language: Language) -> Vec<Beat> {
    let mut clock = 0.0_f32;
    let mut beats = Vec::with_capacity(lines.len());
    for (place, (text, note)) in lines.into_iter().enumerate() {
        let quiet = place == 0 && family == HookFamily::Silence;
        let spoken = if quiet { 3.0 } else { units(&text) / language.pace() };
        beats.push(Beat { second: clock.round() as u32, text, note });
        clock += if place == 0 { spoken.max(3.0) } else { spoken + 2.0 };
    }
    beats
}

/// Han characters one by one, everything else by the word.
fn units(text: &str) -> f32 {
    let han = text.chars().filter(|c| is_han(*c)).count();
    let words = text.split(|c: char| c.is_whitespace() || is_han(c) || !c.is_alphanumeric() && !"'’-".contains(c));
    (han + words.filter(|word| !word.is_empty()).count()) as f32
}

fn differences(first: &VariantDraft, other: &VariantDraft) -> Vec<String> {
    let closing = |draft: &VariantDraft| draft.script.last().map(|beat| beat.text.clone());
    let checks = [
        ("hook_family", first.family != other.family),
        ("opening", first.hook != other.hook),
        ("length", first.script.len() != other.script.len()),
        ("closing", closing(first) != closing(other)),
        ("title", first.title != other.title),
        ("caption", first.caption != other.caption),
    ];
    checks.iter().filter(|(_, differs)| *differs).map(|(key, _)| (*key).to_owned()).collect()
}
