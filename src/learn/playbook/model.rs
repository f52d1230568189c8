//! What was learned, in one sentence each, and the cards of what to make next.
//!
//! Invariant: a card without a decision has no idea yet, and one that became an idea stays decided.

use crate::platform::clock::HOUR;
use crate::platform::id::{ExperimentId, IdeaId, PlayId, ProjectId, SlateId, VariantId};
use crate::platform::text::Checks;
use crate::platform::{Ms, Outcome};
use chrono::{NaiveDate, NaiveTime};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// The lenses an idea is found through.
pub const AXES: [&str; 4] = ["angle", "market", "format", "emotion"];
pub const SIZES: std::ops::RangeInclusive<i64> = 1..=60;
/// A play expires when its last day has ended everywhere: midnight of UTC−12.
const LAST_MIDNIGHT: i64 = 36 * HOUR;

/// A play to be written.
#[derive(Clone, Debug)]
pub struct NewPlay {
    pub experiment: Option<ExperimentId>,
    pub sentence: String,
    pub grade: String,
    /// Where it holds, as a language tag with a country; everywhere, if `None`.
    pub market: Option<String>,
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
    /// It is not followed any more from then on.
    pub expires: Option<Ms>,
    pub version: i64,
    pub created: Ms,
}

impl Play {
    /// The last day on which it holds, as in 2027-03-31.
    pub fn last_day(&self) -> Option<String> {
        self.expires.map(|at| at.plus(-LAST_MIDNIGHT).utc().date_naive().to_string())
    }

    pub fn has_expired(&self, now: &Ms) -> bool {
        self.expires.is_some_and(|at| at <= *now)
    }
}

/// What a person writes into the playbook.
#[derive(Clone, Debug, Default)]
pub struct Sentence {
    pub sentence: String,
    pub locale: String,
    /// The last day on which it holds; empty if it holds until further notice.
    pub expires: String,
}

impl Sentence {
    /// The sentence, its market, if it has one, and when it expires, if it does.
    pub fn checked(&self) -> Outcome<(String, Option<String>, Option<Ms>)> {
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
        let expires = match self.expires.trim() {
            "" => None,
            day => match day.parse::<NaiveDate>() {
                Ok(day) => Some(Ms(day.and_time(NaiveTime::MIN).and_utc().timestamp_millis()).plus(LAST_MIDNIGHT)),
                Err(_) => {
                    checks.wrong("expires", "error-play-expires");
                    None
                }
            },
        };
        checks.finish()?;
        Ok((sentence, locale, expires))
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
    pub last_used: Option<Ms>,
    /// The piece and the first words of the variant that won, where one did.
    pub winner: Option<String>,
    pub opening: Option<String>,
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
    pub expected: Option<Expectation>,
    /// Against what was written already, 0 to 1; `None` before anything was.
    pub originality: Option<f64>,
    /// The own variant that is nearest to it, and how alike, 0 to 1.
    pub nearest: Option<(VariantId, f64)>,
}

/// The index that is expected of a card, 1 being usual, with its 90 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expectation {
    pub mean: f64,
    pub low: f64,
    pub high: f64,
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
    pub seed: i64,
    pub created: Ms,
}

/// All combinations in the order in which they are tried: drawn, those rarely used rather first, and then so that the
/// first ones differ as much as they can.
pub fn lenses_in_turn(seed: u64, combinations: &[Combination]) -> Vec<&Combination> {
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    // The weight falls with the square of the use.
    let weights: Vec<f64> = combinations.iter().map(|one| 1.0 / (1.0 + one.used as f64).powi(2)).collect();
    let order = picks(&mut dice, &weights, combinations.len());
    told_apart(order, combinations, combinations.len()).into_iter().filter_map(|(at, _)| combinations.get(at)).collect()
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
pub fn built_on(source: &Source, drawn: Option<&Value>, probability: f64) -> Drawn {
    let kind = if source.play.is_some() { "play" } else { "winner" };
    let mut lens = drawn.and_then(Value::as_object).cloned().unwrap_or_default();
    lens.extend(source.lens.as_object().cloned().unwrap_or_default());
    let lens = Value::Object(lens);
    let (expected, originality, nearest) = (None, None, None);
    Drawn { kind, play: source.play, variant: source.variant, lens, reason: source.text.clone(), probability, expected, originality, nearest }
}

pub fn exploring(one: &Combination, probability: f64) -> Drawn {
    let (expected, originality, nearest) = (None, None, None);
    let (lens, reason) = (one.lens.clone(), in_a_row(&one.lens));
    Drawn { kind: "explore", play: None, variant: None, lens, reason, probability, expected, originality, nearest }
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

/// What a lens tells, wherever it is shown: its angle, format and emotion, which results are told apart by.
pub fn told_by(lens: &Value) -> String {
    let told = ["angle", "format", "emotion"].map(|axis| lens.get(axis).and_then(Value::as_str).unwrap_or_default());
    if told.concat().is_empty() { String::new() } else { told.join("\u{1f}") }
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

    fn elsewhere() -> Vec<Combination> {
        let stock = [("angle", vec!["a".to_owned(), "b".to_owned(), "c".to_owned()]), ("emotion", vec!["x".to_owned(), "y".to_owned()])];
        combinations(&stock, &[json!({"angle": "a", "emotion": "x"})])
    }

    #[test]
    fn lenses_come_in_a_drawn_order_that_differs_as_much_as_it_can() {
        let all = elsewhere();
        let order = |seed| lenses_in_turn(seed, &all);
        assert_eq!(order(1), order(1));
        assert!((2..40).any(|seed| order(seed) != order(1)));
        for seed in 0..20 {
            let angles: HashSet<_> = order(seed).iter().take(3).map(|one| one.lens["angle"].to_string()).collect();
            assert_eq!((order(seed).len(), angles.len()), (6, 3), "every combination once, and every angle before one comes again");
        }
    }

    #[test]
    fn cards_keep_the_lenses_that_taught_and_have_their_own_beside() {
        let taught = Source {
            play: None,
            variant: None,
            text: "Red faces".into(),
            grade: "a".into(),
            lens: json!({ "emotion": "z" }),
            last_used: None,
            winner: None,
            opening: None,
        };
        let card = built_on(&taught, Some(&json!({ "emotion": "x", "angle": "a" })), 0.5);
        assert_eq!((card.kind, card.lens), ("winner", json!({ "emotion": "z", "angle": "a" })));
    }

    #[test]
    fn a_play_holds_until_its_last_day_has_ended_everywhere() {
        let said = |expires: &str| Sentence { sentence: "Questions hold.".into(), locale: String::new(), expires: expires.into() }.checked();
        assert_eq!(said("").unwrap().2, None);
        assert_eq!(said("2027-03-31").unwrap().2.unwrap().rfc3339(), Ms(1_806_580_800_000).rfc3339());
        for wrong in ["2027-02-30", "soon", "31.3.2027"] {
            assert!(said(wrong).is_err(), "{wrong}");
        }
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
