//! The words of the study: invented captions whose likeness is measured, not assumed.
//!
//! A recipe writes as a person does who has found a form: its hook follows one pattern, and of its sentences a share
//! stands in every post while the others are new. All recipes draw on the same words, so posts of different recipes
//! are as unlike as posts of one niche are. Invariant: a text is a function of (seed, recipe, issue), and its hook
//! reads as the family it was written for.

use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::release::channels::kinds::simulator::audience::{HookFamily, LengthBand, VariantText};

const PEOPLE: [&str; 16] = [
    "the singer",
    "an old actor",
    "the drummer",
    "a stagehand",
    "the costume maker",
    "a young rebel",
    "the mask painter",
    "my neighbour",
    "the director",
    "a street vendor",
    "the acrobat",
    "a retired diva",
    "the lighting crew",
    "a stubborn student",
    "the puppeteer",
    "a quiet usher",
];
const DOINGS: [&str; 20] = [
    "repairs",
    "hides",
    "borrows",
    "remembers",
    "forgets",
    "paints over",
    "sings about",
    "carries",
    "laughs at",
    "trades",
    "guards",
    "burns",
    "photographs",
    "steals back",
    "explains",
    "mends",
    "refuses",
    "imitates",
    "whispers to",
    "rehearses with",
];
const THINGS: [&str; 20] = [
    "a cracked mask",
    "white powder",
    "water sleeves",
    "a bamboo flute",
    "the red curtain",
    "seven drums",
    "paper lanterns",
    "a broken crown",
    "the ghost role",
    "cheap glitter",
    "a family secret",
    "wooden swords",
    "the last ticket",
    "a borrowed voice",
    "rain on the roof",
    "silk shoes",
    "the villain's laugh",
    "an empty stage",
    "a phone camera",
    "sugar cane juice",
];
const PLACES: [&str; 14] = [
    "behind the market",
    "before midnight",
    "in the dressing room",
    "under the bridge",
    "on a rooftop",
    "during the storm",
    "at the village fair",
    "without a rehearsal",
    "for one coin",
    "in front of children",
    "on the night train",
    "after the applause",
    "between two shows",
    "in complete silence",
];
const TAGS: [&str; 12] =
    ["opera", "backstage", "craft", "streetart", "masks", "theatre", "slowmaking", "heritage", "nightshift", "costume", "percussion", "rehearsal"];
/// Patterns of each family; {} stands for somebody and what they do.
const QUESTIONS: [&str; 4] = ["Why is it that {}?", "Did you know that {}?", "Would you stay if {}?", "Who believes that {}?"];
const CLAIMS: [&str; 4] = ["Nobody tells you that {}", "Watch closely: {}", "Forget what you heard, {}", "Proof that {}"];
const NUMBERS: [&str; 4] = ["3 reasons why {}", "7 seconds in which {}", "5 signs that {}", "9 times that {}"];
const STORIES: [&str; 4] = ["I was there when {}", "Last night {}", "My grandmother swore that {}", "Once, long ago, {}"];
const SILENCES: [&str; 4] = ["[close-up: {}]", "[no words, {}]", "[slow zoom as {}]", "[drum roll while {}]"];

/// How a recipe writes.
#[derive(Debug, Clone)]
pub(super) struct Voice {
    seed: u64,
    pattern: &'static str,
    standing: Vec<String>,
    tags: Vec<String>,
    /// Share of the sentences that stand, 0..=1.
    share: f64,
}

impl Voice {
    pub(super) fn of(hook: HookFamily, length: LengthBand, share: f64, seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let standing = (0..sentences(length)).map(|_| sentence(&mut rng)).collect();
        let tags = (0..3).map(|_| one(&TAGS, &mut rng).to_owned()).collect();
        Self { seed, pattern: one(patterns(hook), &mut rng), standing, tags, share }
    }

    /// The words of this issue, which differ from those of every other one.
    pub(super) fn write(&self, issue: u64) -> VariantText {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed ^ (issue + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let hook = self.pattern.replace("{}", &sentence(&mut rng));
        let script: Vec<String> =
            self.standing.iter().map(|standing| if rng.random::<f64>() < self.share { standing.clone() } else { sentence(&mut rng) }).collect();
        VariantText { hook, script: script.join(". "), tags: self.tags.clone(), locale: "en".into(), ..VariantText::default() }
    }
}

fn patterns(hook: HookFamily) -> &'static [&'static str] {
    match hook {
        HookFamily::Question => &QUESTIONS,
        HookFamily::Claim => &CLAIMS,
        HookFamily::Number => &NUMBERS,
        HookFamily::Story => &STORIES,
        HookFamily::Silence => &SILENCES,
    }
}

fn sentences(length: LengthBand) -> usize {
    match length {
        LengthBand::Flash => 2,
        LengthBand::Short => 3,
        LengthBand::Medium => 4,
        LengthBand::Long => 5,
    }
}

fn sentence(rng: &mut ChaCha8Rng) -> String {
    format!("{} {} {} {}", one(&PEOPLE, rng), one(&DOINGS, rng), one(&THINGS, rng), one(&PLACES, rng))
}

fn one(words: &[&'static str], rng: &mut ChaCha8Rng) -> &'static str {
    words.choose(rng).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::similarity::Grams;

    #[test]
    fn a_hook_reads_as_its_family() {
        for hook in HookFamily::ALL {
            for seed in 0..40 {
                let text = Voice::of(hook, LengthBand::Short, 0.5, seed).write(seed);
                assert_eq!(HookFamily::of(&text.hook), hook, "{}", text.hook);
            }
        }
    }

    #[test]
    fn posts_of_one_recipe_are_more_alike_the_more_of_it_stands() {
        let grams = |voice: &Voice, issue| Grams::of(&voice.write(issue).joined());
        let mean = |share: f64| {
            let alike = |seed: u64| {
                let voice = Voice::of(HookFamily::Claim, LengthBand::Short, share, seed);
                grams(&voice, 1).similarity(&grams(&voice, 2))
            };
            (0..30).map(alike).sum::<f64>() / 30.0
        };
        let (none, half, all) = (mean(0.0), mean(0.5), mean(1.0));
        assert!(none + 0.1 < half && half + 0.1 < all && all < 1.0, "{none} {half} {all}");
        let [one, other] = [1, 2].map(|seed| grams(&Voice::of(HookFamily::Claim, LengthBand::Short, 1.0, seed), 1));
        assert!(one.similarity(&other) < 0.6, "{}", one.similarity(&other));
    }
}
