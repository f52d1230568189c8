//! When impressions arrive: a saturating curve with the day and night of the market.
//!
//! Intensity at age t hours: (Σ wᵢ·kᵢ·e^(−kᵢ·t)) · (1 + Σ aⱼ·cos(ω·j·(h₀ + t − φⱼ))), with a burst of
//! half-life 8 h and a tail of half-life 72 h, h₀ the local hour of publication and ω = 2π/24. Both
//! factors multiply to terms e^(−kt)·cos(…), whose integral is elementary, so the share delivered by
//! any age is a formula and not a sum over hours. Assumptions: the half-lives, and a rhythm with its
//! peak near 20:00 and its trough near 3:00.
//!
//! Invariants: the share never falls, is 0 at age 0 and tends to 1. The zone's offset is that of the
//! publication's hour: a change of summer time within the weeks that follow is left out.

use std::f64::consts::{LN_2, TAU};

/// (share, half-life in hours)
const DECAYS: [(f64, f64); 2] = [(0.6, 8.0), (0.4, 72.0)];
/// (cycles a day, amplitude, local hour of the crest); the amplitudes stay below 1 together.
const RHYTHM: [(f64, f64, f64); 2] = [(1.0, 0.55, 17.0), (2.0, 0.25, 20.0)];
/// After this age nothing more is counted.
pub const HORIZON_HOURS: f64 = 90.0 * 24.0;

/// The course of one publication's impressions over its age.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Course {
    local_hour: f64,
    whole: f64,
}

impl Course {
    /// For a publication at this local hour (0..24) of its market.
    pub fn from(local_hour: f64) -> Self {
        let mut course = Self { local_hour, whole: 1.0 };
        course.whole = course.remaining(0.0);
        course
    }

    /// Share of all impressions that arrived by this age in hours, 0..=1.
    pub fn share(&self, age_hours: f64) -> f64 {
        (1.0 - self.remaining(age_hours.max(0.0)) / self.whole).clamp(0.0, 1.0)
    }

    /// ∫ from `age` to ∞ of the intensity, not yet divided by the whole. For one term,
    /// ∫ₐ^∞ k·e^(−kt)·cos(ν(t + s)) dt = k·e^(−ka)·(k·cos(ν(a+s)) − ν·sin(ν(a+s))) / (k² + ν²).
    fn remaining(&self, age: f64) -> f64 {
        DECAYS
            .iter()
            .map(|(weight, half_life)| {
                let k = LN_2 / half_life;
                let waves: f64 = RHYTHM
                    .iter()
                    .map(|(cycles, amplitude, crest)| {
                        let speed = TAU * cycles / 24.0;
                        let (sine, cosine) = (speed * (age + self.local_hour - crest)).sin_cos();
                        amplitude * k * (k * cosine - speed * sine) / (k * k + speed * speed)
                    })
                    .sum();
                weight * (-k * age).exp() * (1.0 + waves)
            })
            .sum()
    }
}

/// A stretch of age whose counts are drawn at once, in whole hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    pub start: u32,
    pub end: u32,
}

/// The buckets from age 0 on: hours for three days, quarter days for a week, then days, so that 28
/// days are 109 buckets. Their bounds depend on nothing, which keeps every draw at its address.
pub fn buckets() -> impl Iterator<Item = Bucket> {
    let width = |start| match start {
        0..72 => 1,
        72..168 => 6,
        _ => 24,
    };
    let first = Bucket { start: 0, end: 1 };
    std::iter::successors(Some(first), move |last| Some(Bucket { start: last.end, end: last.end + width(last.end) }))
        .take_while(|bucket| f64::from(bucket.end) <= HORIZON_HOURS)
}

impl Bucket {
    /// Share of this bucket's arrivals that came by `age_hours`, exactly 0 before and 1 after it.
    pub fn elapsed(&self, course: &Course, age_hours: f64) -> f64 {
        if age_hours <= f64::from(self.start) {
            return 0.0;
        }
        if age_hours >= f64::from(self.end) {
            return 1.0;
        }
        let before = course.share(f64::from(self.start));
        let whole = course.share(f64::from(self.end)) - before;
        if whole <= 0.0 { 1.0 } else { ((course.share(age_hours) - before) / whole).clamp(0.0, 1.0) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_share_never_falls_and_saturates(local_hour in 0.0f64..24.0, age in 0.0f64..2_000.0, more in 0.0f64..48.0) {
            let course = Course::from(local_hour);
            prop_assert!(course.share(age + more) >= course.share(age));
            prop_assert_eq!(course.share(0.0), 0.0);
            prop_assert!(course.share(HORIZON_HOURS) > 0.999_999);
        }
    }

    /// The closed form against summing the intensity in the module's first line.
    #[test]
    fn the_share_is_the_integral_of_the_intensity() {
        let local_hour = 9.0;
        let intensity = |t: f64| -> f64 {
            let decay: f64 = DECAYS.iter().map(|(w, half)| w * LN_2 / half * (-LN_2 / half * t).exp()).sum();
            let wave: f64 = RHYTHM.iter().map(|(c, a, crest)| a * (TAU * c / 24.0 * (local_hour + t - crest)).cos()).sum();
            decay * (1.0 + wave)
        };
        let until = |age: f64| -> f64 { (0..(age * 100.0) as u32).map(|step| intensity((f64::from(step) + 0.5) / 100.0) / 100.0).sum() };
        let whole = until(HORIZON_HOURS);
        for age in [1.0, 7.0, 24.0, 100.0] {
            let share = Course::from(local_hour).share(age);
            assert!((share - until(age) / whole).abs() < 1e-5, "{share} at {age} h");
        }
    }

    #[test]
    fn evenings_bring_more_than_nights() {
        // Published at noon: 20:00 of the next day against 3:00 of the night before. Decay alone would
        // leave the evening a third of the night.
        let course = Course::from(12.0);
        let hour = |age: f64| course.share(age + 1.0) - course.share(age);
        assert!(hour(32.0) > 1.3 * hour(15.0));
    }

    #[test]
    fn buckets_join_without_a_gap_up_to_the_horizon() {
        let all: Vec<Bucket> = buckets().collect();
        assert_eq!(all.iter().filter(|bucket| bucket.end <= 28 * 24).count(), 109);
        assert!(all.windows(2).all(|pair| pair[0].end == pair[1].start));
        assert_eq!(f64::from(all.last().unwrap().end), HORIZON_HOURS);
    }
}
