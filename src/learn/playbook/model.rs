//! What was learned, in one sentence each, and the draw of what to make next.
//!
//! The draw follows Thompson's idea without the posteriors that single sentences lack: a source's
//! weight is what its grade allows it to claim, less its fatigue (e^{−days since last use / 14}), and
//! a card says with which chance it was drawn. Invariant: the same seed and the same sources give the
//! same slate.

use crate::platform::clock::DAY;
use crate::platform::id::{ExperimentId, IdeaId, PlayId, ProjectId, SlateId, VariantId};
use crate::platform::text::Checks;
use crate::platform::{Ms, Outcome};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// The lenses an idea is found through.
pub const AXES: [&str; 4] = ["angle", "market", "format", "emotion"];
pub const SIZES: std::ops::RangeInclusive<i64> = 1..=60;
/// How much fatigue takes away from a source that was used just now.
const FATIGUE: f64 = 0.6;
const RECOVERY_DAYS: f64 = 14.0;

/// A play to be written.
#[derive(Clone, Debug)]
pub struct NewPlay {
    pub experiment: Option<ExperimentId>,
    pub sentence: String,
    pub grade: String,
    pub locale: Option<String>,
    pub lens: Value,
}

#[derive(Clone, Debug)]
pub struct Play {
    pub id: PlayId,
    pub project: ProjectId,
    pub experiment: Option<ExperimentId>,
    pub experiment_name: Option<String>,
    /// The invented audience taught it.
    pub simulated: bool,
    pub sentence: String,
    pub grade: String,
    /// Its words are not those that the experiment was called with.
    pub edited: bool,
    pub locale: Option<String>,
    pub used: i64,
    pub version: i64,
    pub created: Ms,
}

/// What a person writes into the playbook.
#[derive(Clone, Debug, Default)]
pub struct Sentence {
    pub sentence: String,
    pub locale: String,
}

impl Sentence {
    /// The sentence and its market, if it has one.
    pub fn checked(&self) -> Outcome<(String, Option<String>)> {
        let mut checks = Checks::new();
        let sentence = checks.required("sentence", &self.sentence, 500);
        let locale = match self.locale.trim() {
            "" => None,
            tag => match tag.parse::<crate::platform::locale::Locale>() {
                Ok(locale) => Some(locale.to_string()),
                Err(key) => {
                    checks.wrong("locale", key);
                    None
                }
            },
        };
        checks.finish()?;
        Ok((sentence, locale))
    }
}

/// Something to build on: a play, or a variant that a test spoke for.
#[derive(Clone, Debug)]
pub struct Source {
    pub play: Option<PlayId>,
    pub variant: Option<VariantId>,
    /// The sentence of the play, or the title of the variant.
    pub text: String,
    pub grade: String,
    pub lens: Value,
    pub used: i64,
    pub last_used: Option<Ms>,
}

impl Source {
    /// What the grade allows, less fatigue; never zero, so that nothing is shut out for ever.
    fn weight(&self, now: Ms) -> f64 {
        let grade = match self.grade.as_str() {
            "a" => 1.0,
            "b" => 0.8,
            "c" => 0.6,
            "d" => 0.3,
            _ => 0.4,
        };
        let tired = self.last_used.map_or(0.0, |at| (-(now.since(at).max(0) as f64) / (RECOVERY_DAYS * DAY as f64)).exp());
        grade * (1.0 - FATIGUE * tired) / (1.0 + self.used as f64).sqrt()
    }
}

/// A combination of lenses and how often ideas were found through it.
#[derive(Clone, Debug, PartialEq)]
pub struct Combination {
    pub lens: Value,
    pub used: i64,
}

/// A card before it has a slate.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    pub kind: &'static str,
    pub play: Option<PlayId>,
    pub variant: Option<VariantId>,
    pub lens: Value,
    /// What the card builds on, as words; for an exploring card its lenses in a row.
    pub reason: String,
    pub probability: f64,
}

/// A card of a slate.
#[derive(Clone, Debug)]
pub struct Card {
    pub position: i64,
    pub kind: String,
    pub play: Option<PlayId>,
    pub variant: Option<VariantId>,
    pub lens: String,
    pub reason: String,
    pub probability: f64,
    pub idea: Option<IdeaId>,
    pub grade: Option<String>,
    /// The invented audience taught its play, or spoke for its variant.
    pub simulated: bool,
    /// What its project is about, its name, and the language it writes in.
    pub niche: String,
    pub project: String,
    pub tongue: String,
    /// The variant that led: its title, its piece, its first words and their language, where one did.
    pub led: Option<String>,
    pub piece: Option<String>,
    pub opening: Option<String>,
    pub opening_locale: Option<String>,
    /// What its test allows to be said of it, where it leads there; only `proven` is a proof.
    pub badge: Option<String>,
}

impl Card {
    /// What the card builds on: "play", a variant that is "proven", "leading" or a person's choice ("chosen"), or nothing
    /// yet ("explore").
    pub fn ground(&self) -> &'static str {
        match (self.kind.as_str(), self.badge.as_deref()) {
            ("play", _) => "play",
            ("winner", Some("proven")) => "proven",
            ("winner", Some("safe" | "keep_going")) => "leading",
            ("winner", _) => "chosen",
            _ => "explore",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Slate {
    pub id: SlateId,
    pub project: ProjectId,
    pub size: i64,
    pub explore: f64,
    pub created: Ms,
}

/// Draws `size` cards, of which the share `explore` (rounded up, when it is not zero) looks elsewhere.
/// Without anything to build on all cards explore. Every card has lenses of its own, so that two cards which build on
/// the same play are two ideas.
pub fn draw(seed: u64, now: Ms, (size, explore): (usize, f64), sources: &[Source], combinations: &[Combination]) -> Vec<Drawn> {
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let looks = if sources.is_empty() { size } else { ((size as f64 * explore).ceil() as usize).min(size) };
    let weights: Vec<f64> = sources.iter().map(|source| source.weight(now)).collect();
    let built = picks(&mut dice, &weights, size - looks);
    // Rarely used combinations first: the weight falls with the square of the use.
    let weights: Vec<f64> = combinations.iter().map(|one| 1.0 / (1.0 + one.used as f64).powi(2)).collect();
    let order = picks(&mut dice, &weights, size.max(combinations.len()));
    let mut lenses = told_apart(order, combinations, size).into_iter();
    let elsewhere: Vec<_> = lenses.by_ref().take(looks).collect();
    let mut cards: Vec<Drawn> = built
        .into_iter()
        .filter_map(|(at, chance)| {
            let lens = lenses.next().and_then(|(at, _)| combinations.get(at)).map(|one| &one.lens);
            sources.get(at).map(|source| built_on(source, lens, chance))
        })
        .collect();
    cards.extend(elsewhere.into_iter().filter_map(|(at, chance)| combinations.get(at).map(|one| exploring(one, chance))));
    cards
}

/// The first `size` places in the drawn order: every angle once, then every angle with another emotion, then another form,
/// and last what differs by its market only, because the same thing said twice is not two ideas.
fn told_apart(order: Vec<(usize, f64)>, combinations: &[Combination], size: usize) -> Vec<(usize, f64)> {
    let value = |at: usize, axis: &str| combinations.get(at).and_then(|one| one.lens.get(axis)).and_then(Value::as_str).unwrap_or_default();
    let (mut drawn, mut left) = (Vec::new(), order);
    for axes in [&["angle"][..], &["angle", "emotion"], &["angle", "emotion", "format"]] {
        let whole = |at: usize| axes.iter().map(|axis| value(at, axis)).collect::<Vec<_>>();
        let mut said: HashSet<_> = drawn.iter().map(|(at, _)| whole(*at)).collect();
        let (new, again): (Vec<_>, Vec<_>) = left.into_iter().partition(|(at, _)| said.insert(whole(*at)));
        drawn.extend(new);
        left = again;
    }
    drawn.extend(left);
    drawn.truncate(size);
    drawn
}

/// The lenses of the source stand; where it has none, those that were drawn.
fn built_on(source: &Source, drawn: Option<&Value>, probability: f64) -> Drawn {
    let kind = if source.play.is_some() { "play" } else { "winner" };
    let mut lens = drawn.and_then(Value::as_object).cloned().unwrap_or_default();
    lens.extend(source.lens.as_object().cloned().unwrap_or_default());
    Drawn { kind, play: source.play, variant: source.variant, lens: Value::Object(lens), reason: source.text.clone(), probability }
}

fn exploring(one: &Combination, probability: f64) -> Drawn {
    Drawn { kind: "explore", play: None, variant: None, lens: one.lens.clone(), reason: in_a_row(&one.lens), probability }
}

/// `wanted` places drawn without putting back; when all are used up, the next round begins. Each with
/// the chance it had in its draw.
fn picks(dice: &mut ChaCha8Rng, weights: &[f64], wanted: usize) -> Vec<(usize, f64)> {
    let mut drawn = Vec::new();
    let mut left: Vec<usize> = Vec::new();
    while drawn.len() < wanted && !weights.is_empty() {
        if left.is_empty() {
            left = (0..weights.len()).collect();
        }
        let weight = |at: &usize| weights.get(*at).copied().unwrap_or(0.0);
        let whole: f64 = left.iter().map(weight).sum();
        let mut rest = dice.random::<f64>() * whole;
        let place = left
            .iter()
            .position(|at| {
                rest -= weight(at);
                rest < 0.0
            })
            .unwrap_or(left.len() - 1);
        let at = left.remove(place);
        drawn.push((at, (weight(&at) / whole).clamp(0.0, 1.0)));
    }
    drawn
}

/// The values of a lens in the order of the axes: "a beginner's eyes · vi · tenderness".
pub fn in_a_row(lens: &Value) -> String {
    let values: Vec<&str> = AXES.iter().filter_map(|axis| lens.get(axis).and_then(Value::as_str)).filter(|text| !text.is_empty()).collect();
    values.join(" · ")
}

/// Every combination of angle, format and emotion with one market each, and how often ideas used its
/// angle, format and emotion together. `used` are the lenses of ideas so far.
pub fn combinations(stock: &[(&'static str, Vec<String>)], used: &[Value]) -> Vec<Combination> {
    let mut all = vec![Map::new()];
    for (axis, values) in stock.iter().filter(|(_, values)| !values.is_empty()) {
        all = all
            .into_iter()
            .flat_map(|lens| {
                values.iter().map(move |value| {
                    let mut lens = lens.clone();
                    lens.insert((*axis).to_owned(), json!(value));
                    lens
                })
            })
            .collect();
    }
    let count = |lens: &Map<String, Value>| {
        let same = |idea: &&Value| AXES.iter().filter(|axis| lens.contains_key(**axis) && idea.get(**axis) == lens.get(**axis)).count();
        // An idea that shares all but one axis has been nearly there already.
        used.iter().filter(|idea| same(idea) + 1 >= lens.len()).count()
    };
    all.into_iter().map(|lens| Combination { used: i64::try_from(count(&lens)).unwrap_or(0), lens: Value::Object(lens) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const NOW: Ms = Ms(1_790_000_000_000);

    fn source(n: u128, grade: &str, used: i64, last_used: Option<Ms>) -> Source {
        Source {
            play: Some(PlayId(Uuid::from_u128(n))),
            variant: None,
            text: format!("play {n}"),
            grade: grade.into(),
            lens: json!({}),
            used,
            last_used,
        }
    }

    fn elsewhere() -> Vec<Combination> {
        let stock = [("angle", vec!["a".to_owned(), "b".to_owned(), "c".to_owned()]), ("emotion", vec!["x".to_owned(), "y".to_owned()])];
        combinations(&stock, &[json!({"angle": "a", "emotion": "x"})])
    }

    #[test]
    fn the_share_that_explores_is_kept() {
        let sources = [source(1, "a", 0, None), source(2, "said", 0, None)];
        for (size, explore, looks) in [(10, 0.3, 3), (10, 0.0, 0), (10, 1.0, 10), (4, 0.1, 1), (1, 0.3, 1)] {
            let cards = draw(5, NOW, (size, explore), &sources, &elsewhere());
            assert_eq!(cards.len(), size);
            assert_eq!(cards.iter().filter(|card| card.kind == "explore").count(), looks, "{size} {explore}");
            assert!(cards.iter().all(|card| card.probability > 0.0 && card.probability <= 1.0));
        }
        assert!(draw(5, NOW, (6, 0.2), &[], &elsewhere()).iter().all(|card| card.kind == "explore"));
    }

    #[test]
    fn cards_of_one_source_have_lenses_of_their_own() {
        let mut taught = source(1, "a", 0, None);
        taught.lens = json!({"emotion": "z"});
        let cards = draw(5, NOW, (3, 0.0), &[taught], &elsewhere());
        let angles: HashSet<_> = cards.iter().map(|card| card.lens["angle"].to_string()).collect();
        assert!(angles.len() > 1 && cards.iter().all(|card| card.lens["emotion"] == "z"), "{cards:?}");
    }

    #[test]
    fn the_same_seed_draws_the_same_slate() {
        let sources = [source(1, "a", 0, None), source(2, "b", 1, None), source(3, "c", 0, None)];
        let cards = |seed| draw(seed, NOW, (8, 0.3), &sources, &elsewhere());
        assert_eq!(cards(1), cards(1));
        assert!((2..40).any(|seed| cards(seed) != cards(1)));
    }

    #[test]
    fn stronger_evidence_weighs_more_and_use_tires() {
        assert!(source(1, "a", 0, None).weight(NOW) > source(1, "said", 0, None).weight(NOW));
        let (fresh, tired) = (source(1, "a", 1, Some(NOW.plus(-60 * DAY))), source(1, "a", 1, Some(NOW)));
        assert!(fresh.weight(NOW) > 2.0 * tired.weight(NOW));
        assert!(tired.weight(NOW) > 0.0);
    }

    #[test]
    fn combinations_count_what_was_nearly_there() {
        let all = elsewhere();
        assert_eq!(all.len(), 6);
        let used = |lens: Value| all.iter().find(|one| one.lens == lens).map(|one| one.used);
        assert_eq!(used(json!({"angle": "a", "emotion": "x"})), Some(1));
        assert_eq!(used(json!({"angle": "a", "emotion": "y"})), Some(1));
        assert_eq!(used(json!({"angle": "b", "emotion": "y"})), Some(0));
        assert_eq!(in_a_row(&json!({"emotion": "x", "angle": "a"})), "a · x");
    }
}
