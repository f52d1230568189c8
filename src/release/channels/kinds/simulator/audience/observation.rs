//! What the platform would report of a publication at one moment.
//!
//! Arrivals of a bucket are Poisson(reach · share); everything after is a binomial of what it is part
//! of: impression → view → 3 s → hold → completion, and view → like, comment, save, share, follow,
//! click. Reach is log-normal around what the rates earn. Watch seconds of a bucket are the sum of its
//! views' log-normals, drawn as one log-normal of equal mean and variance (Fenton, 1960) and kept
//! between the least and the most that the counted holds allow. Within a bucket, totals grow with the
//! arrivals: ⌊elapsed share · count⌋.
//!
//! Platforms report late ([`Metric::lag_hours`]) and sometimes take views back: one publication in
//! [`CORRECTED_ONE_IN`] loses 1–4 % of all it had, once, on its second or third day.
//!
//! Invariants, at every age: a part never exceeds its whole; a total never falls except at the
//! correction that the observation names; the answer depends on (seed, publication, age) alone.

use serde::{Deserialize, Serialize};

use super::course::{Bucket, Course, HORIZON_HOURS, buckets};
use super::draws::{Draws, Purpose};
use super::rates::{LOOP_SHARE, Publication, Rates, hold_seconds};
use super::truth::Truth;

/// One publication in so many is corrected.
pub const CORRECTED_ONE_IN: u32 = 12;

/// What is counted. The order is part of the address of the draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    Impressions,
    Views,
    /// Views that lasted 3 s.
    Hooks,
    /// Views that lasted min(15 s, half the length).
    Holds,
    Completions,
    Likes,
    Comments,
    Saves,
    Shares,
    Follows,
    Clicks,
    WatchSeconds,
}

impl Metric {
    pub const ALL: [Self; 12] = [
        Self::Impressions,
        Self::Views,
        Self::Hooks,
        Self::Holds,
        Self::Completions,
        Self::Likes,
        Self::Comments,
        Self::Saves,
        Self::Shares,
        Self::Follows,
        Self::Clicks,
        Self::WatchSeconds,
    ];

    /// How long the platform takes to report it. A part is never reported sooner than its whole.
    pub fn lag_hours(self) -> f64 {
        match self {
            Self::Hooks | Self::Holds | Self::Completions | Self::WatchSeconds => 3.0,
            _ => 0.25,
        }
    }

    /// What it is counted within: its total is never larger. Watch seconds are not a count of views.
    pub fn within(self) -> Option<Self> {
        match self {
            Self::Impressions | Self::WatchSeconds => None,
            Self::Views => Some(Self::Impressions),
            Self::Holds => Some(Self::Hooks),
            Self::Completions => Some(Self::Holds),
            _ => Some(Self::Views),
        }
    }
}

/// A platform taking numbers back.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Correction {
    /// Age at which it shows, in whole hours.
    pub at_hours: u32,
    /// Share of every total it removes, 0.01..0.04.
    pub share: f64,
}

/// Cumulative totals at one age.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// Hours since publication, 0 to the horizon of 90 days.
    pub age_hours: f64,
    totals: [u64; 12],
    /// Present from the moment on at which totals were taken back.
    pub correction: Option<Correction>,
}

impl Observation {
    /// The total since publication (watch time in whole seconds), or `None` while the platform does
    /// not report it yet, which is not the same as 0. At the lag itself nothing has arrived to report.
    pub fn total(&self, metric: Metric) -> Option<u64> {
        (self.age_hours > metric.lag_hours()).then(|| self.counted(metric))
    }

    fn counted(&self, metric: Metric) -> u64 {
        self.totals.get(metric as usize).copied().unwrap_or_default()
    }
}

impl Truth {
    /// The totals of a publication `age_hours` after it went out, on the audience's clock. Ages below 0
    /// count as 0, beyond the horizon as the horizon.
    pub(super) fn observe(&self, publication: &Publication, age_hours: f64) -> Observation {
        let age_hours = age_hours.clamp(0.0, HORIZON_HOURS);
        let crowd = Crowd::of(self, publication);
        let scheduled = crowd.correction();
        let correction = scheduled.filter(|correction| age_hours >= f64::from(correction.at_hours));
        let mut totals = [0_u64; 12];
        let mut removable = [0_u64; 12];
        for bucket in buckets().take_while(|bucket| f64::from(bucket.start) < age_hours) {
            let counts = crowd.counts(bucket);
            // A correction falls on a bucket's bound, so that the parts stay inside their wholes.
            let removes = correction.is_some_and(|correction| bucket.end <= correction.at_hours);
            let cells = totals.iter_mut().zip(removable.iter_mut());
            for ((metric, count), (total, removed)) in Metric::ALL.iter().zip(counts).zip(cells) {
                let elapsed = bucket.elapsed(&crowd.course, age_hours - metric.lag_hours());
                let arrived = (elapsed * count as f64) as u64;
                *total += arrived;
                *removed += if removes { arrived } else { 0 };
            }
        }
        let share = correction.map_or(0.0, |correction| correction.share);
        for (total, removed) in totals.iter_mut().zip(removable) {
            *total -= (share * removed as f64) as u64;
        }
        Observation { age_hours, totals, correction }
    }
}

/// Everything about one publication that its buckets share.
struct Crowd {
    draws: Draws,
    course: Course,
    rates: Rates,
    reach: f64,
    length: f64,
}

impl Crowd {
    fn of(truth: &Truth, publication: &Publication) -> Self {
        let draws = Draws::about(truth.seed, publication.id);
        let rates = truth.rates(publication);
        Self {
            draws,
            course: Course::from(publication.local_hour()),
            rates,
            reach: rates.reach * (truth.reach_sd * draws.at(Purpose::Reach, 0).normal()).exp(),
            length: publication.features.seconds,
        }
    }

    fn correction(&self) -> Option<Correction> {
        let mut stream = self.draws.at(Purpose::Correction, 0);
        let happens = stream.uniform() * f64::from(CORRECTED_ONE_IN) < 1.0;
        let at_hours = stream.between(24.0, 72.0) as u32;
        let share = stream.between(0.01, 0.04);
        happens.then_some(Correction { at_hours, share })
    }

    /// The full counts of a bucket, in the order of [`Metric::ALL`].
    fn counts(&self, bucket: Bucket) -> [u64; 12] {
        let Rates { view, hook, hold, completion, .. } = self.rates;
        let part = |metric: Metric, of: u64, p: f64| self.draws.metric(metric as usize, bucket.start).binomial(of, p);
        let share = self.course.share(f64::from(bucket.end)) - self.course.share(f64::from(bucket.start));
        let impressions = self.draws.metric(Metric::Impressions as usize, bucket.start).poisson(self.reach * share);
        let views = part(Metric::Views, impressions, view);
        let hooks = part(Metric::Hooks, views, hook);
        let holds = part(Metric::Holds, hooks, hold / hook);
        let completions = part(Metric::Completions, holds, completion / hold);
        let watch = self.watch_seconds(bucket, [views, hooks, holds, completions]);
        [
            impressions,
            views,
            hooks,
            holds,
            completions,
            part(Metric::Likes, views, self.rates.like),
            part(Metric::Comments, views, self.rates.comment),
            part(Metric::Saves, views, self.rates.save),
            part(Metric::Shares, views, self.rates.share),
            part(Metric::Follows, views, self.rates.follow),
            part(Metric::Clicks, views, self.rates.click),
            watch,
        ]
    }

    /// Watch seconds of a bucket's views, given how many of them reached each mark.
    fn watch_seconds(&self, bucket: Bucket, reached: [u64; 4]) -> u64 {
        let [views, hooks, holds, completions] = reached.map(|count| count as f64);
        if views == 0.0 {
            return 0;
        }
        let (mean, hold_at) = (self.rates.watch_mean, hold_seconds(self.length));
        let log_variance = ((self.rates.watch_sd / mean).powi(2) / views).ln_1p();
        let z = self.draws.metric(Metric::WatchSeconds as usize, bucket.start).normal();
        let drawn = views * mean * (log_variance.sqrt() * z - 0.5 * log_variance).exp();
        // A view that passed one mark but not the next lasted somewhere between the two.
        let least = 3.0 * hooks + (hold_at - 3.0) * holds + (self.length - hold_at) * completions;
        let most = 3.0 * views + (hold_at - 3.0) * hooks + (self.length - hold_at) * holds + LOOP_SHARE * self.length * completions;
        drawn.clamp(least, most.max(least)).round() as u64
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::sample::publication;
    use super::*;

    fn totals(observation: &Observation) -> Vec<u64> {
        Metric::ALL.iter().map(|metric| observation.counted(*metric)).collect()
    }

    proptest! {
        #[test]
        fn totals_never_fall_except_by_a_named_correction(seed: u64, id: u64, age in 0.0f64..800.0, more in 0.0f64..200.0) {
            let (truth, publication) = (Truth::of(seed), publication(id));
            let (before, after) = (truth.observe(&publication, age), truth.observe(&publication, age + more));
            if before.correction == after.correction {
                for (earlier, later) in totals(&before).iter().zip(totals(&after)) {
                    prop_assert!(later >= *earlier);
                }
            } else {
                prop_assert!(before.correction.is_none() && after.correction.is_some());
            }
        }

        #[test]
        fn a_part_never_exceeds_its_whole(seed: u64, id: u64, age in 0.0f64..800.0) {
            let observation = Truth::of(seed).observe(&publication(id), age);
            for metric in Metric::ALL {
                if let Some(whole) = metric.within() {
                    prop_assert!(observation.counted(metric) <= observation.counted(whole), "{:?}", metric);
                    prop_assert!(metric.lag_hours() >= whole.lag_hours());
                }
            }
        }

        #[test]
        fn the_same_seed_has_the_same_history_in_any_order(seed: u64, id: u64, ages in prop::collection::vec(0.0f64..700.0, 1..8)) {
            let publication = publication(id);
            let forwards: Vec<Observation> = ages.iter().map(|age| Truth::of(seed).observe(&publication, *age)).collect();
            let mut backwards: Vec<Observation> = ages.iter().rev().map(|age| Truth::of(seed).observe(&publication, *age)).collect();
            backwards.reverse();
            prop_assert_eq!(forwards, backwards);
        }
    }

    #[test]
    fn another_seed_or_publication_has_another_history() {
        let here = totals(&Truth::of(1).observe(&publication(1), 100.0));
        assert_ne!(here, totals(&Truth::of(2).observe(&publication(1), 100.0)));
        assert_ne!(here, totals(&Truth::of(1).observe(&publication(2), 100.0)));
    }

    #[test]
    fn corrections_are_rare_and_take_a_few_percent() {
        let truth = Truth::of(3);
        let mut corrected = 0;
        for id in 0..600 {
            let publication = publication(id);
            let Some(correction) = truth.observe(&publication, 100.0).correction else {
                continue;
            };
            corrected += 1;
            let at = f64::from(correction.at_hours);
            let views = |age| truth.observe(&publication, age).total(Metric::Views).unwrap() as f64;
            let lost = views(at - 1e-9) - views(at);
            assert_eq!(lost, (correction.share * views(at - 1e-9)).floor());
        }
        assert!((25..=80).contains(&corrected), "{corrected} of 600");
    }

    #[test]
    fn late_metrics_are_absent_before_they_are_zero() {
        let (truth, publication) = (Truth::of(1), publication(1));
        assert_eq!(truth.observe(&publication, 0.1).total(Metric::Views), None);
        let early = truth.observe(&publication, 2.0);
        assert!(early.total(Metric::Views).is_some_and(|views| views > 0));
        assert_eq!(early.total(Metric::Hooks), None);
        assert_eq!(truth.observe(&publication, Metric::Hooks.lag_hours()).total(Metric::Hooks), None);
        assert!(truth.observe(&publication, 4.0).total(Metric::Hooks).is_some());
    }

    /// Observed shares over many posts meet the probabilities they were drawn with.
    #[test]
    fn observed_shares_are_the_rates() {
        let truth = Truth::of(11);
        for id in 0..50 {
            let publication = publication(id);
            let rates = truth.rates(&publication);
            let seen = truth.observe(&publication, HORIZON_HOURS);
            let total = |metric| seen.counted(metric) as f64;
            for (part, whole, p) in [
                (Metric::Views, Metric::Impressions, rates.view),
                (Metric::Hooks, Metric::Views, rates.hook),
                (Metric::Completions, Metric::Views, rates.completion),
                (Metric::Likes, Metric::Views, rates.like),
            ] {
                let z = (total(part) - p * total(whole)) / (p * (1.0 - p) * total(whole)).sqrt();
                assert!(z.abs() < 5.0, "{part:?} of {id}: z = {z}");
            }
            let watch = total(Metric::WatchSeconds) / total(Metric::Views);
            assert!((watch / rates.watch_mean - 1.0).abs() < 0.2, "{watch} s instead of {} s", rates.watch_mean);
        }
    }

    /// What the audience likes is shown to more people, over and above the better rates.
    #[test]
    fn better_holds_reach_further() {
        let mut truth = Truth::of(5);
        let before: u64 = (0..40).filter_map(|id| truth.observe(&publication(id), 200.0).total(Metric::Impressions)).sum();
        for weight in &mut truth.weights {
            weight.logits += 0.15;
        }
        let after: u64 = (0..40).filter_map(|id| truth.observe(&publication(id), 200.0).total(Metric::Impressions)).sum();
        assert!(after as f64 > 1.1 * before as f64, "{after} after {before}");
    }
}
