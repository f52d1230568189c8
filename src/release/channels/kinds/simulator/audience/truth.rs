//! What the invented audience of one project likes: drawn once, hidden, revealed after a verdict.
//!
//! All effects are on the logit scale. Weights ~ Normal(0, 0.3²) and sum to zero within a family, so
//! the base rate is that of an average variant; 0.3 is also the prior that attribute effects are
//! estimated with, so a studio's estimates meet a world of the size they expect. A publication's own
//! language pays, another costs: the locale weights keep their sign. The base rates and the other
//! spreads are assumptions of a believable short-video account, not measurements.
//!
//! Invariant: a pure function of the seed. Market and channel effects belong to a name and are
//! computed when asked, so a market added later does not change the others.

use serde::{Deserialize, Serialize};

use super::draws::{Draws, Purpose, Stream};
use super::features::{Feature, Features, Format, LengthBand, LocaleMatch, PictureFamily, Stance};
use super::hook_family::HookFamily;

/// Standard deviation of the post effect, in logits: two posts of one recipe differ this much, which
/// is what makes a single post inconclusive.
pub const POST_SD: f64 = 0.35;
const WEIGHT_SD: f64 = 0.3;
const MARKET_SD: f64 = 0.25;
const CHANNEL_SD: f64 = 0.15;

/// Base rates as logits, for an average variant that nobody is tired of.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Base {
    /// Views per impression.
    pub view: f64,
    /// 3-second holds per view.
    pub hook: f64,
    /// The remaining ones per view.
    pub like: f64,
    pub comment: f64,
    pub save: f64,
    pub share: f64,
    pub follow: f64,
    pub click: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Weight {
    pub feature: Feature,
    pub logits: f64,
}

/// Two features that together do more, or less, than their weights say.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interaction {
    pub first: Feature,
    pub second: Feature,
    pub logits: f64,
}

/// The whole truth about one project's audience; what the reveal shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Truth {
    pub seed: u64,
    pub base: Base,
    pub weights: Vec<Weight>,
    pub interactions: Vec<Interaction>,
    /// Local hour of the day (0..24) at which publishing works best, and by how much.
    pub best_hour: f64,
    pub hour_logits: f64,
    /// Logits lost when all of the last 20 publications were the same text, just now.
    pub fatigue: f64,
    pub post_sd: f64,
    /// Median reach in impressions of an average variant, its log-normal spread, and how strongly the
    /// algorithm rewards early holds: reach ∝ (hook rate / base hook rate)^elasticity.
    pub reach: f64,
    pub reach_sd: f64,
    pub reach_elasticity: f64,
}

impl Truth {
    /// The truth that belongs to a project's seed.
    pub fn of(seed: u64) -> Self {
        let mut stream = Draws::about(seed, 0).at(Purpose::Truth, 0);
        Self {
            seed,
            base: Base::drawn(&mut stream),
            weights: weights(&mut stream),
            interactions: interactions(&mut stream),
            best_hour: stream.between(17.0, 22.0),
            hour_logits: stream.between(0.1, 0.25),
            fatigue: stream.between(0.8, 2.0),
            post_sd: POST_SD,
            reach: 4_000.0 * (0.4 * stream.normal()).exp(),
            reach_sd: 0.5,
            reach_elasticity: stream.between(0.8, 1.4),
        }
    }

    /// Sum of the weights and interactions of a variant, in logits.
    pub fn preference(&self, features: &Features) -> f64 {
        let levels = features.levels();
        let alone: f64 = self.weights.iter().filter(|weight| levels.contains(&weight.feature)).map(|weight| weight.logits).sum();
        let together: f64 =
            self.interactions.iter().filter(|pair| levels.contains(&pair.first) && levels.contains(&pair.second)).map(|pair| pair.logits).sum();
        alone + together
    }

    /// How much warmer a market is than the average one, in logits. `market` is any stable code.
    pub fn market_effect(&self, market: &str) -> f64 {
        MARKET_SD * Draws::about_name(self.seed, market).at(Purpose::MarketEffect, 0).normal()
    }

    /// The same for a channel.
    pub fn channel_effect(&self, channel: &str) -> f64 {
        CHANNEL_SD * Draws::about_name(self.seed, channel).at(Purpose::ChannelEffect, 0).normal()
    }

    /// What this one post has or lacks for no reason anyone can see, in logits.
    pub fn post_effect(&self, publication: u128) -> f64 {
        self.post_sd * Draws::about(self.seed, publication).at(Purpose::PostEffect, 0).normal()
    }
}

impl Base {
    fn drawn(stream: &mut Stream) -> Self {
        let mut around = |rate: f64, sd: f64| (rate / (1.0 - rate)).ln() + sd * stream.normal();
        Self {
            view: around(0.45, 0.2),
            hook: around(0.55, 0.2),
            like: around(0.04, 0.3),
            comment: around(0.004, 0.3),
            save: around(0.007, 0.3),
            share: around(0.006, 0.3),
            follow: around(0.003, 0.3),
            click: around(0.008, 0.3),
        }
    }
}

fn weights(stream: &mut Stream) -> Vec<Weight> {
    let mut all: Vec<Weight> = free_families().iter().flat_map(|levels| centred(levels, stream)).collect();
    let own = stream.between(0.2, 0.45);
    for (level, logits) in [(LocaleMatch::Exact, own), (LocaleMatch::Language, 0.0), (LocaleMatch::Foreign, -own)] {
        all.push(Weight { feature: Feature::Locale(level), logits });
    }
    all
}

/// The families whose levels may please or displease; locale match is not one of them.
fn free_families() -> [Vec<Feature>; 5] {
    [
        HookFamily::ALL.map(Feature::Hook).to_vec(),
        [LengthBand::Flash, LengthBand::Short, LengthBand::Medium, LengthBand::Long].map(Feature::Length).to_vec(),
        [Format::Video, Format::Carousel, Format::Image, Format::Text].map(Feature::Format).to_vec(),
        [Stance::Raw, Stance::Crafted, Stance::Synthetic].map(Feature::Stance).to_vec(),
        [PictureFamily::Face, PictureFamily::Scene, PictureFamily::Card, PictureFamily::Absent].map(Feature::Picture).to_vec(),
    ]
}

/// Normal weights, shifted to sum to zero and widened so that their spread stays [`WEIGHT_SD`].
fn centred(levels: &[Feature], stream: &mut Stream) -> Vec<Weight> {
    let drawn: Vec<f64> = levels.iter().map(|_| stream.normal()).collect();
    let count = levels.len() as f64;
    let mean = drawn.iter().sum::<f64>() / count;
    let scale = WEIGHT_SD * (count / (count - 1.0)).sqrt();
    levels.iter().zip(drawn).map(|(feature, z)| Weight { feature: *feature, logits: scale * (z - mean) }).collect()
}

/// One or two pairs of a hook with something else, each worth 0.3 to 0.6 logits either way.
fn interactions(stream: &mut Stream) -> Vec<Interaction> {
    let [hooks, lengths, _, stances, pictures] = free_families();
    let mut pairs = vec![lengths];
    if stream.uniform() < 0.5 {
        pairs.push([stances, pictures].concat());
    }
    pairs
        .iter()
        .filter_map(|others| {
            let (first, second) = (pick(&hooks, stream)?, pick(others, stream)?);
            let size = stream.between(0.3, 0.6);
            Some(Interaction { first, second, logits: if stream.uniform() < 0.5 { -size } else { size } })
        })
        .collect()
}

fn pick(levels: &[Feature], stream: &mut Stream) -> Option<Feature> {
    levels.get((stream.uniform() * levels.len() as f64) as usize).copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn family_sum(truth: &Truth, family: &[Feature]) -> f64 {
        truth.weights.iter().filter(|weight| family.contains(&weight.feature)).map(|weight| weight.logits).sum()
    }

    proptest! {
        #[test]
        fn the_same_seed_has_the_same_truth_and_survives_writing_down(seed: u64) {
            let truth = Truth::of(seed);
            prop_assert_eq!(&truth, &Truth::of(seed));
            let written = serde_json::to_value(&truth).unwrap();
            prop_assert_eq!(&written, &serde_json::to_value(serde_json::from_value::<Truth>(written.clone()).unwrap()).unwrap());
            prop_assert_ne!(&truth.weights, &Truth::of(seed ^ 1).weights);
        }

        #[test]
        fn every_family_is_centred_and_the_own_language_pays(seed: u64) {
            let truth = Truth::of(seed);
            for family in free_families() {
                prop_assert!(family_sum(&truth, &family).abs() < 1e-9);
            }
            prop_assert!(family_sum(&truth, &[Feature::Locale(LocaleMatch::Exact)]) >= 0.2);
            prop_assert!(family_sum(&truth, &[Feature::Locale(LocaleMatch::Foreign)]) <= -0.2);
            prop_assert!((1..=2).contains(&truth.interactions.len()));
        }
    }

    #[test]
    fn weights_and_post_effects_have_the_announced_spread() {
        let worlds = 2_000;
        let weights: Vec<f64> = (0..worlds)
            .flat_map(|seed| Truth::of(seed).weights)
            .filter(|weight| !matches!(weight.feature, Feature::Locale(_)))
            .map(|weight| weight.logits)
            .collect();
        let posts: Vec<f64> = (0..20_000).map(|id| Truth::of(9).post_effect(id)).collect();
        assert!((spread(&weights) - WEIGHT_SD).abs() < 0.01, "{}", spread(&weights));
        assert!((spread(&posts) - POST_SD).abs() < 0.01, "{}", spread(&posts));
    }

    fn spread(values: &[f64]) -> f64 {
        (values.iter().map(|value| value * value).sum::<f64>() / values.len() as f64).sqrt()
    }

    #[test]
    fn markets_differ_and_do_not_depend_on_each_other() {
        let truth = Truth::of(4);
        assert_ne!(truth.market_effect("vi-VN"), truth.market_effect("th-TH"));
        assert_ne!(truth.market_effect("vi-VN"), Truth::of(5).market_effect("vi-VN"));
    }
}
