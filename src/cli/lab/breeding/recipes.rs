//! The recipes of one studio: combinations of features that the product can see, each with a voice of its own.

use rand::SeedableRng;
use rand::seq::index::sample;
use rand_chacha::ChaCha8Rng;

use super::texts::Voice;
use crate::release::channels::kinds::simulator::audience::{Features, Format, HookFamily, LengthBand, Making, PictureFamily, Stance, VariantText};

const LENGTHS: [LengthBand; 4] = [LengthBand::Flash, LengthBand::Short, LengthBand::Medium, LengthBand::Long];
const FORMATS: [Format; 4] = [Format::Video, Format::Carousel, Format::Image, Format::Text];
const STANCES: [Stance; 3] = [Stance::Raw, Stance::Crafted, Stance::Synthetic];
const PICTURES: [PictureFamily; 4] = [PictureFamily::Face, PictureFamily::Scene, PictureFamily::Card, PictureFamily::Absent];
/// All combinations there are.
pub(super) const COMBINATIONS: usize = LEVELS[0] * LEVELS[1] * LEVELS[2] * LEVELS[3] * LEVELS[4];
/// How many levels each attribute has: hook family, length, format, stance, picture.
pub(super) const LEVELS: [usize; 5] = [HookFamily::ALL.len(), LENGTHS.len(), FORMATS.len(), STANCES.len(), PICTURES.len()];

/// One way to make a post.
#[derive(Debug, Clone)]
pub(super) struct Recipe {
    /// Which level it has of each attribute, in the order of [`LEVELS`].
    pub(super) levels: [usize; LEVELS.len()],
    making: Making,
    voice: Voice,
}

impl Recipe {
    /// As many different combinations as wanted, chosen by the seed.
    pub(super) fn some(wanted: usize, standing: f64, seed: u64) -> Vec<Self> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let places = sample(&mut rng, COMBINATIONS, wanted.min(COMBINATIONS)).into_vec();
        places.into_iter().filter_map(|place| Self::at(place, standing, seed)).collect()
    }

    fn at(place: usize, standing: f64, seed: u64) -> Option<Self> {
        let mut rest = place;
        let levels @ [hook, length, format, stance, picture] = LEVELS.map(|count| {
            let level = rest % count;
            rest /= count;
            level
        });
        let (hook, length) = (*HookFamily::ALL.get(hook)?, *LENGTHS.get(length)?);
        let making =
            Making { format: *FORMATS.get(format)?, stance: *STANCES.get(stance)?, picture: *PICTURES.get(picture)?, seconds: Some(seconds(length)) };
        Some(Self { levels, making, voice: Voice::of(hook, length, standing, seed.wrapping_mul(1_000_003).wrapping_add(place as u64)) })
    }

    /// The words of an issue.
    pub(super) fn write(&self, issue: u64) -> VariantText {
        self.voice.write(issue)
    }

    /// What the audience sees in such words.
    pub(super) fn features(&self, text: &VariantText, market: &str) -> Features {
        Features::of(text, self.making, market)
    }
}

/// A running time in the middle of each band.
fn seconds(length: LengthBand) -> f64 {
    match length {
        LengthBand::Flash => 10.0,
        LengthBand::Short => 22.0,
        LengthBand::Medium => 45.0,
        LengthBand::Long => 90.0,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn recipes_are_different_combinations_and_read_as_such() {
        let seen: HashSet<String> =
            Recipe::some(COMBINATIONS, 0.5, 3).iter().map(|recipe| format!("{:?}", recipe.features(&recipe.write(0), "en-US").levels())).collect();
        assert_eq!(seen.len(), COMBINATIONS);
        let words = |seed| Recipe::some(5, 0.5, seed).iter().map(|recipe| recipe.write(7)).collect::<Vec<_>>();
        assert_eq!(words(1), words(1));
        assert_ne!(words(1), words(2));
    }
}
