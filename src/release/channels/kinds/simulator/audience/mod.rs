//! The invented audience: a world whose truth is known, so that a newcomer sees the whole loop and a
//! method can be judged. Pure: no input or output, no clock, no database.
//!
//! A project's seed fixes its [`Audience`]; it answers three questions about a [`Publication`]: its
//! [`Rates`], an [`Observation`] at any age, and what it earned. Its [`Truth`] stays inside until it
//! is revealed. The caller turns its clock, real or fast, into the audience's hours. Each file states
//! its formulas and their sources.
//!
//! ```text
//! VariantText ─ Features ─┐
//! texts so far ─ sameness ─┴ Publication ─ appeal ─ Rates ─ counts per bucket ─ Observation at an age
//! ```
//!
//! Invariants: the same seed has the same history, whatever is asked, in whatever order; totals never
//! fall except at a correction, which is named; views never exceed impressions, nor any part its whole.
//! Everything that leaves here is simulated, and the caller marks it so.

mod course;
mod draws;
mod features;
mod history;
mod hook_family;
mod hook_words;
mod observation;
mod rates;
mod revenue;
#[cfg(test)]
mod sample;
mod split;
#[cfg(test)]
mod tests;
mod truth;

pub use crate::stats::similarity::Grams;
pub use features::{Feature, Features, Format, LengthBand, LocaleMatch, Making, PictureFamily, Stance, VariantText, speaking_seconds};
pub use history::{HALF_LIFE_DAYS, Memory, REMEMBERED, sameness};
pub use hook_family::HookFamily;
pub use observation::{Correction, Metric, Observation};
pub use rates::{Publication, Rates};
pub use revenue::Terms;
pub use split::{ArmCount, split};
pub use truth::{Base, Interaction, Truth, Weight};

/// One project's audience. Holds nothing but its truth: equal seeds are equal audiences.
#[derive(Debug, Clone, PartialEq)]
pub struct Audience {
    truth: Truth,
}

impl Audience {
    /// The audience of a project's seed.
    pub fn of(seed: u64) -> Self {
        Self { truth: Truth::of(seed) }
    }

    /// The probabilities behind a publication. Part of the truth: for links and studies, not for pages.
    pub fn rate(&self, publication: &Publication) -> Rates {
        self.truth.rates(publication)
    }

    /// The totals of a publication `age_hours` after it went out, on the audience's clock. Ages below 0
    /// count as 0, those beyond 90 days as 90 days.
    pub fn observe(&self, publication: &Publication, age_hours: f64) -> Observation {
        self.truth.observe(publication, age_hours)
    }

    /// Minor units of the terms' currency earned since publication, as shown at this age.
    pub fn earned_minor(&self, publication: &Publication, age_hours: f64, terms: Terms) -> u64 {
        self.truth.earned_minor(publication, age_hours, terms)
    }

    /// The whole truth, to be shown only once an experiment has been called.
    pub fn reveal(&self) -> &Truth {
        &self.truth
    }
}
