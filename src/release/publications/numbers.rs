//! What platforms say about publications: raw rows that are never edited, and the totals and days
//! that follow from them in the same transaction.
//!
//! Rules: the total of a cumulative metric is the running maximum of what was given, the total of
//! increments is their sum; a day of the project's zone is credited with what the total rose on it. Both come out the same
//! in whatever order rows arrive, so rollups can be rebuilt from the rows. What is said anew of a
//! moment is a row of its own: one more value given of a running total, the difference of an increment.

use crate::platform::Ms;
use crate::platform::locale::local_day;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub use super::store::numbers::{Recorded, record};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(rename_all = "snake_case")]
pub enum Basis {
    /// Since publication.
    Cumulative,
    /// Since the row before.
    Increment,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(rename_all = "snake_case")]
pub enum Availability {
    Given,
    NotOffered,
    NotYet,
    Withheld,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(rename_all = "snake_case")]
pub enum Source {
    Platform,
    Import,
    Hand,
    Api,
    Simulator,
}

/// One number of one publication at one moment. `value` is there exactly when it was given.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// `publications.no`
    pub publication: i64,
    pub metric: String,
    pub observed: Ms,
    pub value: Option<f64>,
    pub basis: Basis,
    pub availability: Availability,
    pub source: Source,
}

/// What a cumulative value at `at` changes of the days of a zone, when `before` was the running maximum until
/// then and `later` are the values given after it, in order.
pub fn shift(before: f64, (at, value): (Ms, f64), later: &[(Ms, f64)], zone: &str) -> BTreeMap<String, f64> {
    let mut days = BTreeMap::new();
    if value <= before {
        return days;
    }
    *days.entry(local_day(at, zone)).or_default() += value - before;
    let (mut with, mut without) = (value, before);
    for (moment, given) in later {
        if without >= value {
            break; // from here on both curves are the same
        }
        let (rise_with, rise_without) = ((given - with).max(0.0), (given - without).max(0.0));
        *days.entry(local_day(*moment, zone)).or_default() += rise_with - rise_without;
        (with, without) = (with.max(*given), without.max(*given));
    }
    days.retain(|_, change| *change != 0.0);
    days
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ZONE: &str = "Asia/Shanghai";

    fn rebuilt(rows: &[(Ms, f64)]) -> BTreeMap<String, f64> {
        let mut sorted = rows.to_vec();
        sorted.sort_by_key(|(at, _)| *at);
        let (mut days, mut most) = (BTreeMap::new(), 0.0_f64);
        for (at, value) in sorted {
            if value > most {
                *days.entry(local_day(at, ZONE)).or_default() += value - most;
                most = value;
            }
        }
        days
    }

    proptest! {
        #[test]
        fn days_come_out_the_same_in_any_order(values in prop::collection::btree_map(0_i64..200, 0_u32..1_000, 1..12), order in prop::collection::vec(any::<prop::sample::Index>(), 12)) {
            let mut waiting: Vec<(Ms, f64)> = values.into_iter().map(|(hour, value)| (Ms(hour * 3_600_000), f64::from(value))).collect();
            let (mut rows, mut days) = (Vec::<(Ms, f64)>::new(), BTreeMap::<String, f64>::new());
            for pick in order {
                if waiting.is_empty() { break; }
                let (at, value) = waiting.swap_remove(pick.index(waiting.len()));
                rows.sort_by_key(|(at, _)| *at);
                let before = rows.iter().filter(|(moment, _)| *moment < at).map(|(_, value)| *value).fold(0.0, f64::max);
                let later: Vec<_> = rows.iter().filter(|(moment, _)| *moment > at).copied().collect();
                for (day, change) in shift(before, (at, value), &later, ZONE) {
                    *days.entry(day).or_default() += change;
                }
                rows.push((at, value));
                days.retain(|_, value| *value != 0.0);
                prop_assert_eq!(&days, &rebuilt(&rows));
            }
        }
    }
}
