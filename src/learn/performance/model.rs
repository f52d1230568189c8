//! What the numbers of a publication come to: rates, engagement, and how it did against its channel.
//!
//! Invariants: a number that the platform does not offer is not zero; simulated and real numbers are
//! never added up; a publication is held only against others of its channel at the same age.
//!
//! Formulas: hook rate = held 3 s / impressions, or / views ("of starts") without impressions; hold
//! rate = held longer / held 3 s; completion = completions / views; engagement value in likes;
//! index = exp(ln(x + 1) − median of ln(x + 1) over the channel's newest posts), 1.0 = usual.

use crate::platform::Ms;
use crate::platform::clock::{DAY, HOUR};
use crate::platform::id::{ChannelId, PublicationId, VariantId};
use std::collections::BTreeMap;

/// Metrics as they are stored, in the order they are shown.
pub const METRICS: [&str; 12] =
    ["impressions", "views", "hooks", "holds", "completions", "likes", "comments", "saves", "shares", "follows", "clicks", "watch_seconds"];
/// One engagement in likes. An assumption, written where people can see it.
pub const WORTH: [(&str, f64); 6] = [("likes", 1.0), ("comments", 3.0), ("saves", 4.0), ("shares", 5.0), ("follows", 10.0), ("clicks", 2.0)];
/// Ages at which posts are compared, longest first.
pub const AGES: [i64; 4] = [7 * DAY, 3 * DAY, DAY, HOUR];
/// Fewest posts of a channel that make something usual.
pub const LEAST_POSTS: usize = 8;
/// Posts that make up what is usual.
pub const REFERENCE: i64 = 20;

/// Why there is no number, or the number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Figure {
    Given(f64),
    NotOffered,
    NotYet,
    Withheld,
    /// Nothing was ever said of it.
    Unknown,
}

impl Figure {
    pub fn absent(availability: Option<&str>) -> Figure {
        match availability {
            Some("not_offered") => Figure::NotOffered,
            Some("not_yet") => Figure::NotYet,
            Some("withheld") => Figure::Withheld,
            _ => Figure::Unknown,
        }
    }

    pub fn given(self) -> Option<f64> {
        match self {
            Figure::Given(value) => Some(value),
            _ => None,
        }
    }

    /// `self / whole`; without both, the reason of whichever is missing. Nothing of nothing is unknown.
    pub fn share_of(self, whole: Figure) -> Figure {
        match (self, whole) {
            (Figure::Given(part), Figure::Given(whole)) if whole > 0.0 => Figure::Given(part / whole),
            (Figure::Given(_), Figure::Given(_)) => Figure::Unknown,
            (Figure::Given(_), absent) | (absent, _) => absent,
        }
    }
}

/// What rates are made of: (part, whole).
const RATES: [(&str, &str); 4] = [("hooks", "impressions"), ("hooks", "views"), ("holds", "hooks"), ("completions", "views")];

/// Rates whose part the invented audience's platform reports later than its whole.
pub const LATE: [(&str, &str); 3] = [("hooks", "impressions"), ("hooks", "views"), ("completions", "views")];

/// The totals of one publication or of a group of one kind, simulated or real.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    given: BTreeMap<String, f64>,
    absent: BTreeMap<String, String>,
    /// Part and whole of a rate where they are not the totals. Of a group: over the publications that gave both,
    /// because a hook counted where no impressions are has no place over the impressions of others. Of one alone:
    /// the whole at the moment that the part, reported later, reaches up to.
    paired: BTreeMap<(&'static str, &'static str), (f64, f64)>,
    /// Publications that were added up; 0 for one alone.
    added: usize,
}

impl Totals {
    pub fn set(&mut self, metric: &str, value: f64) {
        self.given.insert(metric.to_owned(), value);
    }

    /// Rates a part over what its whole was when the part was counted.
    pub fn cover(&mut self, (part, whole): (&'static str, &'static str), then: f64) {
        if let Some(value) = self.given.get(part) {
            self.paired.insert((part, whole), (*value, then));
        }
    }

    /// Remembers why a metric is absent.
    pub fn explain(&mut self, metric: &str, availability: &str) {
        self.absent.insert(metric.to_owned(), availability.to_owned());
    }

    pub fn get(&self, metric: &str) -> Figure {
        match self.given.get(metric) {
            Some(value) => Figure::Given(*value),
            None => Figure::absent(self.absent.get(metric).map(String::as_str)),
        }
    }

    /// Adds another publication of the same kind. A metric that only some offer stays the sum of those.
    pub fn add(&mut self, other: &Totals) {
        for (metric, value) in &other.given {
            *self.given.entry(metric.clone()).or_default() += value;
        }
        for (metric, why) in &other.absent {
            self.absent.entry(metric.clone()).or_insert_with(|| why.clone());
        }
        self.added += 1;
        for pair in RATES {
            let given = other.given.get(pair.0).copied().zip(other.given.get(pair.1).copied());
            if let Some((part, whole)) = other.paired.get(&pair).copied().or(given) {
                let sum = self.paired.entry(pair).or_default();
                *sum = (sum.0 + part, sum.1 + whole);
            }
        }
    }

    /// `part / whole` of one publication, or over those of a group that gave both.
    fn rate(&self, part: &'static str, whole: &'static str) -> Figure {
        match (self.paired.get(&(part, whole)), self.get(part), self.get(whole)) {
            (Some((part, whole)), ..) => Figure::Given(*part).share_of(Figure::Given(*whole)),
            (None, Figure::Given(_), Figure::Given(_)) if self.added > 0 => Figure::Unknown,
            (None, part, whole) => part.share_of(whole),
        }
    }

    pub fn missing(&self) -> impl Iterator<Item = &'static str> {
        METRICS.into_iter().filter(|metric| !self.given.contains_key(*metric))
    }

    /// The hook rate, and whether it is "of starts" because impressions are not known.
    pub fn hook_rate(&self) -> (Figure, bool) {
        match (self.rate("hooks", "impressions"), self.get("impressions")) {
            (rate @ Figure::Given(_), _) => (rate, false),
            // Nothing was shown to anybody yet.
            (rate, Figure::Given(_)) if self.added == 0 => (rate, false),
            _ => (self.rate("hooks", "views"), true),
        }
    }

    pub fn hold_rate(&self) -> Figure {
        self.rate("holds", "hooks")
    }

    pub fn completion(&self) -> Figure {
        self.rate("completions", "views")
    }

    /// Engagement in likes; unknown when nothing of it was ever given.
    pub fn engagement(&self) -> Figure {
        let given: Vec<f64> = WORTH.iter().filter_map(|(metric, worth)| Some(self.given.get(*metric)? * worth)).collect();
        if given.is_empty() { self.get("likes") } else { Figure::Given(given.iter().sum()) }
    }
}

/// A publication with its numbers.
#[derive(Clone, Debug)]
pub struct Row {
    pub no: i64,
    pub id: PublicationId,
    pub variant: VariantId,
    pub title: String,
    pub locale: String,
    pub channel: ChannelId,
    pub channel_name: String,
    pub url: Option<String>,
    pub published: Ms,
    pub simulated: bool,
    pub totals: Totals,
    pub index: Option<f64>,
}

/// The longest age of [`AGES`] that a publication has reached.
pub fn comparable_age(published: Ms, now: Ms) -> Option<i64> {
    AGES.into_iter().find(|age| now.since(published) >= *age)
}

/// A value at a reference age from the reports before and after it: (observed after publishing, value).
/// Linear between them; nothing when they are further apart than max(2 h, a quarter of the age).
pub fn at_age(before: Option<(i64, f64)>, after: Option<(i64, f64)>, age: i64) -> Option<f64> {
    let (before, after) = (before.unwrap_or((0, 0.0)), after?);
    if after.0 - before.0 > (2 * HOUR).max(age / 4) {
        return None;
    }
    between(before, after, age)
}

/// A value on the line between two reports, as (moment, value); `None` outside of them.
pub fn between((from, low): (i64, f64), (to, high): (i64, f64), at: i64) -> Option<f64> {
    match to - from {
        _ if !(from..=to).contains(&at) => None,
        0 => Some(high),
        whole => Some(low + (high - low) * (at - from) as f64 / whole as f64),
    }
}

/// How a value stands against the usual of its channel; `usual` are the channel's newest posts at the
/// same age.
pub fn index(value: f64, usual: &[f64]) -> Option<f64> {
    if usual.len() < LEAST_POSTS {
        return None;
    }
    let mut logs: Vec<f64> = usual.iter().map(|value| value.max(0.0).ln_1p()).collect();
    logs.sort_by(f64::total_cmp);
    let (low, high) = (logs.get((logs.len() - 1) / 2)?, logs.get(logs.len() / 2)?);
    Some((value.max(0.0).ln_1p() - 0.5 * (low + high)).exp())
}

/// A cell of a table that spreadsheets must not take for a formula (OWASP, "CSV injection").
pub fn cell(text: &str) -> String {
    let tame = match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{text}"),
        _ => text.to_owned(),
    };
    if tame.contains(['"', ',', '\n', '\r', ';']) { format!("\"{}\"", tame.replace('"', "\"\"")) } else { tame }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(pairs: &[(&str, f64)]) -> Totals {
        let mut all = Totals::default();
        for (metric, value) in pairs {
            all.set(metric, *value);
        }
        all
    }

    #[test]
    fn not_offered_is_not_zero() {
        let mut some = totals(&[("views", 100.0), ("hooks", 0.0)]);
        some.explain("impressions", "not_offered");
        assert_eq!(some.get("impressions"), Figure::NotOffered);
        assert_eq!(some.hook_rate(), (Figure::Given(0.0), true));
        assert_eq!(some.get("likes"), Figure::Unknown);
        assert_eq!(some.engagement(), Figure::Unknown);
        assert_eq!(totals(&[("views", 0.0), ("completions", 0.0)]).completion(), Figure::Unknown);
    }

    #[test]
    fn rates_by_their_formulas() {
        let all = totals(&[("impressions", 1000.0), ("views", 400.0), ("hooks", 200.0), ("holds", 50.0), ("completions", 20.0)]);
        assert_eq!(all.hook_rate(), (Figure::Given(0.2), false));
        assert_eq!(all.hold_rate(), Figure::Given(0.25));
        assert_eq!(all.completion(), Figure::Given(0.05));
        assert_eq!(totals(&[("likes", 5.0), ("follows", 2.0)]).engagement(), Figure::Given(25.0));
    }

    #[test]
    fn a_group_rates_only_those_that_gave_both() {
        let mut group = Totals::default();
        group.add(&totals(&[("impressions", 1000.0), ("views", 400.0), ("hooks", 200.0)]));
        group.add(&totals(&[("views", 500.0), ("hooks", 450.0)]));
        assert_eq!(group.get("hooks"), Figure::Given(650.0));
        assert_eq!(group.hook_rate(), (Figure::Given(0.2), false), "the second one has no impressions");
        assert_eq!(group.completion(), Figure::Unknown);
        let mut starts = Totals::default();
        starts.add(&totals(&[("views", 500.0), ("hooks", 450.0)]));
        assert_eq!(starts.hook_rate(), (Figure::Given(0.9), true));
    }

    #[test]
    fn a_part_reported_later_is_rated_over_what_its_whole_was_then() {
        let mut early = totals(&[("impressions", 1000.0), ("views", 400.0), ("hooks", 100.0)]);
        early.cover(("hooks", "impressions"), 500.0);
        early.cover(("completions", "views"), 200.0);
        assert_eq!(early.hook_rate(), (Figure::Given(0.2), false));
        assert_eq!(early.completion(), Figure::Unknown, "nothing was said of completions");
        let mut group = Totals::default();
        group.add(&early);
        group.add(&totals(&[("impressions", 500.0), ("hooks", 100.0)]));
        assert_eq!(group.hook_rate(), (Figure::Given(0.2), false));
    }

    #[test]
    fn values_at_an_age_are_interpolated_within_reach() {
        assert_eq!(at_age(Some((HOUR * 20, 100.0)), Some((HOUR * 26, 160.0)), DAY), Some(140.0));
        assert_eq!(at_age(Some((HOUR, 100.0)), Some((HOUR * 26, 160.0)), DAY), None);
        assert_eq!(at_age(Some((DAY, 7.0)), Some((DAY, 7.0)), DAY), Some(7.0));
        assert_eq!(at_age(Some((DAY, 7.0)), None, DAY), None);
    }

    #[test]
    fn the_index_is_one_for_the_usual_and_needs_enough_posts() {
        let usual = [90.0, 95.0, 100.0, 100.0, 100.0, 105.0, 110.0, 300.0];
        assert!((index(100.0, &usual).unwrap() - 1.0).abs() < 1e-12);
        assert!(index(201.0, &usual).unwrap() > 1.9);
        assert_eq!(index(100.0, &usual[..7]), None);
    }

    #[test]
    fn cells_are_no_formulas() {
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("@x, \"y\""), "\"'@x, \"\"y\"\"\"");
        assert_eq!(cell("plain"), "plain");
    }
}
