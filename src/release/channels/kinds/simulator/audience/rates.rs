//! What one publication does to one viewer, on average.
//!
//! appeal = weights·features + market + channel + hour + post effect − fatigue·sameness, in logits.
//! A rate is logit⁻¹(base + loading·appeal): 1 for the 3-second hold, ½ for starting at all, 0.6 for
//! what follows a view (assumptions; all positive, so whatever pleases raises every rate).
//!
//! Watch seconds of one view are log-normal with σ = [`WATCH_SIGMA`], so retention is
//! S(t) = 1 − Φ((ln t − μ)/σ). The hook rate fixes μ by S(3) = hook, and hold and completion are read
//! from the same curve: the figures of one video never contradict each other. The mean of the capped
//! law is the limited expected value E[min(W, L)] = e^(μ+σ²/2)·Φ((ln L − μ − σ²)/σ) + L·S(L)
//! (Klugman, Panjer and Willmot, *Loss Models*, appendix A). A share of those who finish watch again.

use chrono::{DateTime, Offset, TimeZone, Timelike};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use statrs::function::erf::{erfc, erfc_inv};

use super::features::Features;
use super::truth::Truth;

/// Log-scale spread of the seconds one view lasts.
pub const WATCH_SIGMA: f64 = 1.6;
/// Share of completed views that start over; a loop adds half the length on average.
pub const LOOP_SHARE: f64 = 0.12;
const HOOK_SECONDS: f64 = 3.0;

/// A publication as the invented audience meets it.
#[derive(Debug, Clone, PartialEq)]
pub struct Publication {
    /// The publication's UUID as a number; the address of its chances.
    pub id: u128,
    /// UTC milliseconds on the audience's clock.
    pub published_ms: i64,
    /// Any stable code; the market effect hangs on it.
    pub market: String,
    /// Any stable code; the channel effect hangs on it.
    pub channel: String,
    pub zone: Tz,
    pub features: Features,
    /// What [`super::history::sameness`] answered when it was published, 0..=1.
    pub sameness: f64,
}

impl Publication {
    /// The market's local time of day at publication in hours, 0..24. An instant beyond the calendar
    /// is taken as UTC.
    pub fn local_hour(&self) -> f64 {
        let Some(utc) = DateTime::from_timestamp_millis(self.published_ms) else {
            return (self.published_ms.rem_euclid(86_400_000)) as f64 / 3_600_000.0;
        };
        let offset = self.zone.offset_from_utc_datetime(&utc.naive_utc()).fix();
        f64::from(utc.with_timezone(&offset).num_seconds_from_midnight()) / 3_600.0
    }
}

/// Probabilities of one publication and the seconds that go with them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rates {
    /// Per impression.
    pub view: f64,
    /// Per view, as are all the following: still watching at 3 s, at min(15 s, ½ length), at the end.
    pub hook: f64,
    pub hold: f64,
    pub completion: f64,
    pub like: f64,
    pub comment: f64,
    pub save: f64,
    pub share: f64,
    pub follow: f64,
    pub click: f64,
    /// Mean watch seconds of a view, loops included, and its standard deviation (loops left out).
    pub watch_mean: f64,
    pub watch_sd: f64,
    /// Impressions the algorithm would give in the end, before the luck of this post.
    pub reach: f64,
}

impl Truth {
    /// Everything that speaks for this publication, in logits; 0 is an average one.
    fn appeal(&self, publication: &Publication) -> f64 {
        let away = (publication.local_hour() - self.best_hour) / 24.0;
        self.preference(&publication.features)
            + self.market_effect(&publication.market)
            + self.channel_effect(&publication.channel)
            + self.hour_logits * (std::f64::consts::TAU * away).cos()
            + self.post_effect(publication.id)
            - self.fatigue * publication.sameness
    }

    /// The rates of a publication under this truth.
    pub(super) fn rates(&self, publication: &Publication) -> Rates {
        let appeal = self.appeal(publication);
        let base = &self.base;
        let after_view = |logits: f64| logistic(logits + 0.6 * appeal);
        // Kept off 0 and 1, where the retention curve has no answer.
        let hook = logistic(base.hook + appeal).clamp(1e-6, 1.0 - 1e-6);
        let retention = Retention::through(hook);
        let length = publication.features.seconds;
        let completion = retention.survival(length);
        Rates {
            view: logistic(base.view + 0.5 * appeal),
            hook,
            hold: retention.survival(hold_seconds(length)),
            completion,
            like: after_view(base.like),
            comment: after_view(base.comment),
            save: after_view(base.save),
            share: after_view(base.share),
            follow: after_view(base.follow),
            click: after_view(base.click),
            watch_mean: retention.limited_mean(length) + LOOP_SHARE * completion * 0.5 * length,
            watch_sd: retention.limited_sd(length),
            reach: self.reach * (hook / logistic(base.hook)).powf(self.reach_elasticity),
        }
    }
}

/// The second at which a hold is counted: min(15 s, half the length).
pub fn hold_seconds(length: f64) -> f64 {
    (0.5 * length).clamp(HOOK_SECONDS, 15.0)
}

/// The inverse of the logit.
pub fn logistic(logits: f64) -> f64 {
    1.0 / (1.0 + (-logits).exp())
}

/// The log-normal watch time of one view.
struct Retention {
    mu: f64,
}

impl Retention {
    /// The curve with S(3 s) = `hook`, 0 < hook < 1.
    fn through(hook: f64) -> Self {
        // Φ⁻¹(p) = −√2·erfc⁻¹(2p)
        let quantile = -std::f64::consts::SQRT_2 * erfc_inv(2.0 * hook);
        Self { mu: HOOK_SECONDS.ln() + WATCH_SIGMA * quantile }
    }

    /// S(t): share of views that last at least `seconds`.
    fn survival(&self, seconds: f64) -> f64 {
        normal_cdf((self.mu - seconds.ln()) / WATCH_SIGMA)
    }

    fn limited_mean(&self, length: f64) -> f64 {
        self.limited_moment(1.0, length)
    }

    fn limited_sd(&self, length: f64) -> f64 {
        (self.limited_moment(2.0, length) - self.limited_mean(length).powi(2)).max(0.0).sqrt()
    }

    /// E[min(W, L)^k] = e^(kμ + k²σ²/2)·Φ((ln L − μ − kσ²)/σ) + L^k·S(L).
    fn limited_moment(&self, k: f64, length: f64) -> f64 {
        let whole = (k * self.mu + 0.5 * (k * WATCH_SIGMA).powi(2)).exp();
        let inside = normal_cdf((length.ln() - self.mu - k * WATCH_SIGMA.powi(2)) / WATCH_SIGMA);
        whole * inside + length.powf(k) * self.survival(length)
    }
}

fn normal_cdf(z: f64) -> f64 {
    0.5 * erfc(-z / std::f64::consts::SQRT_2)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::sample::publication;
    use super::super::truth::Weight;
    use super::*;

    fn all(rates: &Rates) -> [f64; 12] {
        let Rates { view, hook, hold, completion, like, comment, save, share, follow, click, watch_mean, watch_sd: _, reach } = *rates;
        [view, hook, hold, completion, like, comment, save, share, follow, click, watch_mean, reach]
    }

    proptest! {
        #[test]
        fn every_rate_rises_with_a_positive_weight(seed: u64, which in 0usize..6, logits in 0.05f64..1.0) {
            let plain = Truth::of(seed);
            let publication = publication(seed);
            let mut keener = plain.clone();
            keener.weights.push(Weight { feature: publication.features.levels()[which], logits });
            for (after, before) in all(&keener.rates(&publication)).iter().zip(all(&plain.rates(&publication))) {
                prop_assert!(*after > before, "{} is not above {}", after, before);
            }
        }

        #[test]
        fn every_rate_falls_with_sameness(seed: u64, sameness in 0.05f64..1.0) {
            let truth = Truth::of(seed);
            let fresh = publication(seed);
            let stale = Publication { sameness, ..fresh.clone() };
            for (after, before) in all(&truth.rates(&stale)).iter().zip(all(&truth.rates(&fresh))) {
                prop_assert!(*after < before);
            }
        }

        #[test]
        fn retention_only_falls_and_watching_stays_within_the_length(seed: u64, id: u64) {
            let publication = publication(id);
            let rates = Truth::of(seed).rates(&publication);
            prop_assert!(rates.hook >= rates.hold && rates.hold >= rates.completion && rates.completion > 0.0);
            prop_assert!(rates.watch_mean > 3.0 * rates.hook);
            prop_assert!(rates.watch_mean <= publication.features.seconds * (1.0 + LOOP_SHARE));
        }
    }

    /// Against the integral E[min(W, L)^k] = ∫₀^L k·t^(k−1)·S(t) dt.
    #[test]
    fn the_capped_moments_are_the_integrals_of_the_retention_curve() {
        let retention = Retention::through(0.6);
        assert!((retention.survival(3.0) - 0.6).abs() < 1e-9);
        let (length, steps) = (30.0, 200_000);
        let width = length / f64::from(steps);
        let integral = |k: f64| -> f64 {
            (0..steps).map(|step| (f64::from(step) + 0.5) * width).map(|t| k * t.powf(k - 1.0) * retention.survival(t) * width).sum()
        };
        assert!((retention.limited_moment(1.0, length) - integral(1.0)).abs() < 1e-4);
        assert!((retention.limited_moment(2.0, length) - integral(2.0)).abs() < 1e-2);
    }

    #[test]
    fn the_hour_is_that_of_the_market() {
        let midnight_utc = Publication { published_ms: 0, zone: chrono_tz::Asia::Ho_Chi_Minh, ..publication(1) };
        assert_eq!(midnight_utc.local_hour(), 8.0);
        assert_eq!(Publication { published_ms: i64::MAX, ..midnight_utc }.local_hour().floor(), 7.0);
    }
}
