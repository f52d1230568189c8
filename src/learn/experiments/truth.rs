//! What the invented audience really likes about the arms of a simulated experiment: the rates that its counts are
//! drawn from and, once it has been called, the weights behind them.
//!
//! Invariant: no page shows any of it before the call; a known answer would make the question worthless.

use super::store::{Shown, Stage};
use crate::platform::id::{ArmId, ExperimentId};
use crate::release::channels::kinds::simulator::audience::{
    Audience, Feature, Features, Format, Making, PictureFamily, Publication, Rates, Stance, VariantText,
};
use serde_json::Value;

/// The truth about one arm.
pub struct Revealed {
    pub arm: ArmId,
    /// The chance that one viewer does what the metric counts.
    pub rate: f64,
    /// What the audience sees in it, as `hook-question`, and how much it likes that, in logits.
    pub weights: Vec<(String, f64)>,
}

/// The truth about every arm, in their order. For experiments that have been called.
pub fn reveal(id: ExperimentId, stage: &Stage, shown: &[Shown]) -> Vec<Revealed> {
    let audience = audience(stage);
    let weight = |feature: &Feature| audience.reveal().weights.iter().find(|weight| weight.feature == *feature).map_or(0.0, |weight| weight.logits);
    let seen = |arm: &Shown| features(stage, arm).levels().iter().map(|feature| (name(feature), weight(feature))).collect();
    shown.iter().map(|arm| Revealed { arm: arm.arm, rate: rate(id, stage, arm), weights: seen(arm) }).collect()
}

/// `hook-question`, as the feature is written down.
fn name(feature: &Feature) -> String {
    let written = serde_json::to_value(feature).unwrap_or_default();
    let part = |key: &str| written.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    [part("family"), part("level")].join("-")
}

fn audience(stage: &Stage) -> Audience {
    Audience::of(stage.seed.cast_unsigned())
}

/// The chance that one viewer of an arm does what the metric counts.
pub fn rate(id: ExperimentId, stage: &Stage, arm: &Shown) -> f64 {
    let rates = rates(id, stage, arm);
    match stage.metric.as_str() {
        "hook_rate" => rates.hook,
        "hold_rate" => rates.hold,
        "completion_rate" => rates.completion,
        "conversion_rate" => rates.follow,
        _ => rates.click,
    }
}

/// What the audience does with one arm. All arms stand on one link, so they share its luck.
fn rates(id: ExperimentId, stage: &Stage, arm: &Shown) -> Rates {
    let publication = Publication {
        id: id.0.as_u128(),
        published_ms: stage.started.map_or(0, |at| at.0),
        market: stage.market.clone(),
        channel: "link".into(),
        zone: stage.zone.parse().unwrap_or(chrono_tz::UTC),
        features: features(stage, arm),
        sameness: 0.0,
    };
    audience(stage).rate(&publication)
}

fn features(stage: &Stage, arm: &Shown) -> Features {
    let text = VariantText {
        title: arm.title.clone(),
        hook: arm.hook.clone(),
        script: arm.script.clone(),
        caption: arm.caption.clone(),
        tags: Vec::new(),
        locale: arm.locale.clone(),
    };
    let making = Making {
        format: match arm.kind.as_deref() {
            Some("image") => Format::Image,
            None if arm.script.is_empty() => Format::Text,
            _ => Format::Video,
        },
        stance: match arm.stance.as_deref().unwrap_or(&stage.stance) {
            "raw" => Stance::Raw,
            "synthetic" => Stance::Synthetic,
            _ => Stance::Crafted,
        },
        picture: match arm.origin.as_deref() {
            None => PictureFamily::Absent,
            Some("template") => PictureFamily::Card,
            Some(_) => PictureFamily::Scene,
        },
        seconds: None,
    };
    Features::of(&text, making, &stage.market)
}
