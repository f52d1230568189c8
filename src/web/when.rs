//! Instants in words: relative where that helps, exact as a title, always in a named zone.

use super::Words;
use crate::platform::Ms;
use crate::platform::clock::{DAY, HOUR, MINUTE};
use chrono::{DateTime, Datelike, Timelike};
use chrono_tz::Tz;

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
            (Words::English, false) => format!("{} {}", local.day(), local.format("%B")),
            (Words::English, true) => format!("{} {}", local.day(), local.format("%B %Y")),
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
            Words::English => format!("{} {}", local.day(), local.format("%B %Y")),
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

    /// "3 days ago", "in 2 hours", "just now"
    pub fn relative(&self) -> String {
        let gap = self.at.since(self.now);
        let (size, past) = (gap.abs(), gap < 0);
        let (key_past, key_future, unit) = match size {
            s if s < MINUTE => return self.words.t("when-now").into_owned(),
            s if s < HOUR => ("when-minutes-ago", "when-in-minutes", MINUTE),
            s if s < DAY => ("when-hours-ago", "when-in-hours", HOUR),
            _ => ("when-days-ago", "when-in-days", DAY),
        };
        self.words.n(if past { key_past } else { key_future }, size / unit)
    }

    /// The zone's city: "Ho Chi Minh City", "胡志明市".
    pub fn city(&self) -> String {
        city(self.zone, self.words)
    }
}

/// A zone by its city, as people say it.
pub fn city(zone: Tz, words: Words) -> String {
    let name = zone.name();
    let key = format!("city-{}", name.to_lowercase().replace(['/', '_'], "-"));
    let known = words.t(&key);
    if known == key { name.rsplit('/').next().unwrap_or(name).replace('_', " ") } else { known.into_owned() }
}
