//! Instants in words: relative where that helps, exact as a title, always in a named zone.

use super::Words;
use crate::platform::Ms;
use crate::platform::clock::{DAY, HOUR, MINUTE};
use chrono::{DateTime, Datelike, Timelike};
use chrono_tz::Tz;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{LazyLock, PoisonError, RwLock};

#[derive(Clone, Copy, Debug)]
pub struct Moment {
    at: Ms,
    now: Ms,
    zone: Tz,
    words: Words,
}

impl Moment {
    pub fn new(at: Ms, now: Ms, zone: Tz, words: Words) -> Moment {
        Moment { at, now, zone, words }
    }

    fn local(&self) -> DateTime<Tz> {
        self.at.utc().with_timezone(&self.zone)
    }

    /// For `datetime` attributes.
    pub fn machine(&self) -> String {
        self.at.rfc3339()
    }

    /// "18:12"
    pub fn clock(&self) -> String {
        let local = self.local();
        format!("{:02}:{:02}", local.hour(), local.minute())
    }

    /// "23 November" or "11月23日", with the year when it is another one.
    pub fn day(&self) -> String {
        let (local, now) = (self.local(), self.now.utc().with_timezone(&self.zone));
        let other_year = local.year() != now.year();
        match (self.words, other_year) {
            (Words::Chinese, false) => format!("{}月{}日", local.month(), local.day()),
            (Words::Chinese, true) => format!("{}年{}月{}日", local.year(), local.month(), local.day()),
            (Words::English, false) => format!("{} {}", local.day(), month(&local)),
            (Words::English, true) => format!("{} {} {}", local.day(), month(&local), local.year()),
        }
    }

    /// "Monday 23 November" or "11月23日，周一"
    pub fn weekday_and_day(&self) -> String {
        let local = self.local();
        match self.words {
            Words::Chinese => {
                let name = ["一", "二", "三", "四", "五", "六", "日"].get(local.weekday().num_days_from_monday() as usize).copied().unwrap_or("");
                format!("{}，周{name}", self.day())
            }
            Words::English => format!("{} {}", local.format("%A"), self.day()),
        }
    }

    /// "Monday 23 November, 18:12 Shanghai" or "11月23日，周一 18:12 上海": the day, the hour, the place.
    pub fn here(&self) -> String {
        self.words.ab("when-day", "day", self.weekday_and_day(), "time", format!("{} {}", self.clock(), self.city()))
    }

    /// "23 November 2026, 18:12 in Shanghai": everything, for titles.
    pub fn exact(&self) -> String {
        let local = self.local();
        let day = match self.words {
            Words::Chinese => format!("{}年{}月{}日", local.year(), local.month(), local.day()),
            Words::English => format!("{} {} {}", local.day(), month(&local), local.year()),
        };
        self.words.ab("when-exact", "day", day, "time", format!("{} {}", self.clock(), self.city()))
    }

    /// "today 19:30", "tomorrow 08:00", "23 November, 18:12"
    pub fn short(&self) -> String {
        let (local, now) = (self.local(), self.now.utc().with_timezone(&self.zone));
        let days = local.date_naive().signed_duration_since(now.date_naive()).num_days();
        let clock = self.clock();
        match days {
            0 => self.words.a("when-today", "time", clock),
            1 => self.words.a("when-tomorrow", "time", clock),
            -1 => self.words.a("when-yesterday", "time", clock),
            _ => self.words.ab("when-day", "day", self.day(), "time", clock),
        }
    }

    /// "3 days ago", "in 2 hours", "just now". What is past is counted in whole units; what is to
    /// come is rounded, so that 72 hours are three days from the first minute on.
    pub fn relative(&self) -> String {
        let gap = self.at.since(self.now);
        let (size, past) = (gap.abs(), gap < 0);
        let rounded = |unit: i64| if past { size / unit } else { (size + unit / 2) / unit };
        let (key_past, key_future, n) = match size {
            s if s < MINUTE => return self.words.t("when-now").into_owned(),
            _ if rounded(MINUTE) < 60 => ("when-minutes-ago", "when-in-minutes", rounded(MINUTE)),
            _ if rounded(HOUR) < 24 => ("when-hours-ago", "when-in-hours", rounded(HOUR)),
            _ => ("when-days-ago", "when-in-days", rounded(DAY)),
        };
        let key = if past { key_past } else { key_future };
        if n >= 100 {
            return self.words.n(key, n);
        }
        known(&GAPS, (self.words, key, n), || self.words.n(key, n))
    }

    /// The zone's city: "Ho Chi Minh City", "胡志明市".
    pub fn city(&self) -> String {
        city(self.zone, self.words)
    }
}

/// Sentences that every list says again and again: each is made once.
type Known<Key> = LazyLock<RwLock<HashMap<Key, String>>>;
static GAPS: Known<(Words, &'static str, i64)> = LazyLock::new(Default::default);
static CITIES: Known<(Words, Tz)> = LazyLock::new(Default::default);

fn known<Key: Eq + Hash>(all: &Known<Key>, key: Key, make: impl FnOnce() -> String) -> String {
    if let Some(text) = all.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return text.clone();
    }
    let text = make();
    all.write().unwrap_or_else(PoisonError::into_inner).insert(key, text.clone());
    text
}

fn month(local: &DateTime<Tz>) -> &'static str {
    const NAMES: [&str; 12] =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    NAMES.get(local.month0() as usize).copied().unwrap_or("")
}

/// A zone by its city, as people say it.
pub fn city(zone: Tz, words: Words) -> String {
    known(&CITIES, (words, zone), || city_of(zone, words))
}

fn city_of(zone: Tz, words: Words) -> String {
    let name = zone.name();
    let key = format!("city-{}", name.to_lowercase().replace(['/', '_'], "-"));
    let known = words.t(&key);
    if known == key { name.rsplit('/').next().unwrap_or(name).replace('_', " ") } else { known.into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_come_is_rounded_and_what_is_past_is_counted() {
        let said = |gap: i64| Moment::new(Ms(gap), Ms(0), chrono_tz::UTC, Words::English).relative();
        assert_eq!(said(3 * DAY - 1), said(3 * DAY));
        assert_eq!(said(DAY - 1), said(DAY));
        assert_eq!(said(HOUR - 1), said(HOUR));
        assert_ne!(said(2 * DAY + 11 * HOUR), said(3 * DAY));
        assert_eq!(said(-3 * DAY + 1), said(-2 * DAY));
        assert_eq!(said(-DAY + 1), said(-23 * HOUR));
    }
}
