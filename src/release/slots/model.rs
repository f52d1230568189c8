//! Rules of days: the part of RFC 5545 (3.3.10) that a person plans by.
//!
//! `FREQ` is DAILY, WEEKLY or MONTHLY; with `INTERVAL`, `BYDAY` (plain days), `BYMONTHDAY` (1 to 31), and `UNTIL` (a day)
//! or `COUNT`. Weeks begin on Monday. A month without the day is left out, as the RFC has it. Times are not part of the
//! rule: a slot has one time of day.

use crate::platform::clock::DAY;
use crate::platform::locale::zone;
use crate::platform::text::Checks;
use crate::platform::{FieldError, Ms, Outcome};
use crate::release::publications::wall;
use chrono::{Datelike, Days, NaiveDate, NaiveTime, Weekday};
use serde::Deserialize;
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// Days ahead that are ever looked at.
pub const AHEAD_DAYS: u64 = 366;
/// Nobody plans in steps of more than this.
const MOST_INTERVAL: u32 = 366;
const MOST_COUNT: u32 = 1_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Every {
    Day,
    Week,
    Month,
}

/// On which days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    every: Every,
    interval: u32,
    weekdays: Vec<Weekday>,
    month_days: Vec<u32>,
    until: Option<NaiveDate>,
    count: Option<u32>,
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Mon),
    ("TU", Weekday::Tue),
    ("WE", Weekday::Wed),
    ("TH", Weekday::Thu),
    ("FR", Weekday::Fri),
    ("SA", Weekday::Sat),
    ("SU", Weekday::Sun),
];

impl FromStr for Rule {
    /// The key of the sentence that says what is wrong.
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Rule, &'static str> {
        const WRONG: &str = "error-rule";
        let text = text.trim().trim_start_matches("RRULE:").to_ascii_uppercase();
        let mut rule = Rule { every: Every::Day, interval: 1, weekdays: Vec::new(), month_days: Vec::new(), until: None, count: None };
        let (mut every, mut seen) = (None, Vec::new());
        for part in text.split(';').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').ok_or(WRONG)?;
            if seen.contains(&name) {
                return Err(WRONG);
            }
            seen.push(name);
            match name {
                "FREQ" => {
                    every = Some(match value {
                        "DAILY" => Every::Day,
                        "WEEKLY" => Every::Week,
                        "MONTHLY" => Every::Month,
                        "SECONDLY" | "MINUTELY" | "HOURLY" => return Err("error-rule-too-often"),
                        _ => return Err(WRONG),
                    });
                }
                "INTERVAL" => rule.interval = value.parse().ok().filter(|n| (1..=MOST_INTERVAL).contains(n)).ok_or(WRONG)?,
                "COUNT" => rule.count = Some(value.parse().ok().filter(|n| (1..=MOST_COUNT).contains(n)).ok_or(WRONG)?),
                "UNTIL" => rule.until = Some(NaiveDate::parse_from_str(value.get(..8).ok_or(WRONG)?, "%Y%m%d").map_err(|_| WRONG)?),
                "BYDAY" => {
                    let named = |day: &str| WEEKDAYS.iter().find(|(name, _)| *name == day).map(|(_, day)| *day);
                    rule.weekdays = value.split(',').map(named).collect::<Option<_>>().ok_or(WRONG)?;
                }
                "BYMONTHDAY" => {
                    let day = |text: &str| text.parse().ok().filter(|day| (1..=31).contains(day));
                    rule.month_days = value.split(',').map(day).collect::<Option<_>>().ok_or(WRONG)?;
                }
                "WKST" if value == "MO" => {}
                _ => return Err(WRONG),
            }
        }
        rule.every = every.ok_or(WRONG)?;
        let mixed = (rule.every == Every::Month && !rule.weekdays.is_empty()) || (rule.every != Every::Month && !rule.month_days.is_empty());
        if mixed || (rule.until.is_some() && rule.count.is_some()) {
            return Err(WRONG);
        }
        rule.weekdays.sort_by_key(Weekday::num_days_from_monday);
        rule.weekdays.dedup();
        rule.month_days.sort_unstable();
        rule.month_days.dedup();
        Ok(rule)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let every = match self.every {
            Every::Day => "DAILY",
            Every::Week => "WEEKLY",
            Every::Month => "MONTHLY",
        };
        write!(f, "FREQ={every}")?;
        if self.interval > 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        if !self.weekdays.is_empty() {
            let names: Vec<&str> = self.weekdays().map(|(name, _)| *name).collect();
            write!(f, ";BYDAY={}", names.join(","))?;
        }
        if !self.month_days.is_empty() {
            let days: Vec<String> = self.month_days.iter().map(u32::to_string).collect();
            write!(f, ";BYMONTHDAY={}", days.join(","))?;
        }
        if let Some(until) = self.until {
            write!(f, ";UNTIL={}", until.format("%Y%m%d"))?;
        }
        if let Some(count) = self.count {
            write!(f, ";COUNT={count}")?;
        }
        Ok(())
    }
}

impl Rule {
    fn weekdays(&self) -> impl Iterator<Item = &'static (&'static str, Weekday)> {
        WEEKDAYS.iter().filter(|(_, day)| self.weekdays.contains(day))
    }

    /// Whether the day is one of the rule that begins on `starts`, its count aside.
    fn has(&self, starts: NaiveDate, day: NaiveDate) -> bool {
        if day < starts || self.until.is_some_and(|until| day > until) {
            return false;
        }
        let monday = |day: NaiveDate| day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday()))).unwrap_or(day);
        let interval = i64::from(self.interval);
        match self.every {
            Every::Day => (day - starts).num_days() % interval == 0 && (self.weekdays.is_empty() || self.weekdays.contains(&day.weekday())),
            Every::Week => {
                let named = if self.weekdays.is_empty() { day.weekday() == starts.weekday() } else { self.weekdays.contains(&day.weekday()) };
                named && (monday(day) - monday(starts)).num_days() / 7 % interval == 0
            }
            Every::Month => {
                let months = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
                let named = if self.month_days.is_empty() { day.day() == starts.day() } else { self.month_days.contains(&day.day()) };
                named && (months(day) - months(starts)) % interval == 0
            }
        }
    }

    /// The days of the rule that begins on `starts`, from one day to another, both included.
    pub fn days(&self, starts: NaiveDate, from: NaiveDate, to: NaiveDate) -> Vec<NaiveDate> {
        // What is counted is counted from the beginning.
        let first = if self.count.is_some() { starts } else { starts.max(from) };
        let most = self.count.map_or(usize::MAX, |count| usize::try_from(count).unwrap_or(usize::MAX));
        first.iter_days().take_while(|day| *day <= to).filter(|day| self.has(starts, *day)).take(most).filter(|day| *day >= from).collect()
    }
}

/// A slot as it is made: either a rule, or the days of the week.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSlot {
    pub channel: Uuid,
    /// RFC 5545, as `FREQ=WEEKLY;BYDAY=MO,TH`
    pub rule: String,
    /// `19:30`, by the clocks of `zone`
    pub time: String,
    /// The channel's zone unless told
    #[serde(default)]
    pub zone: Option<String>,
    /// What it is for, in the team's own word; anything when left out
    #[serde(default)]
    pub queue: String,
    /// The first day it may fall on; today when left out
    #[serde(default)]
    pub starts_on: Option<String>,
}

/// A slot whose every field was looked at.
#[derive(Clone, Debug)]
pub struct Checked {
    pub rule: Rule,
    pub time: String,
    pub zone: String,
    pub queue: String,
    pub starts_on: NaiveDate,
}

impl NewSlot {
    pub fn check(&self, channel_zone: &str, now: Ms) -> Outcome<Checked> {
        let mut checks = Checks::new();
        let rule = self.rule.parse::<Rule>().map_err(|key| checks.wrong("rule", key)).ok();
        let time = NaiveTime::parse_from_str(self.time.trim(), "%H:%M").map_err(|_| checks.wrong("time", "error-time")).ok();
        let named = self.zone.as_deref().map(str::trim).filter(|text| !text.is_empty()).unwrap_or(channel_zone);
        let tz = zone(named).map_err(|key| checks.wrong("zone", key)).ok();
        let queue = checks.line("queue", &self.queue, 60);
        let today = now.utc().with_timezone(&tz.unwrap_or(chrono_tz::UTC)).date_naive();
        let starts_on = match self.starts_on.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            None => today,
            Some(text) => NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap_or_else(|_| {
                checks.wrong("starts_on", "error-day");
                today
            }),
        };
        if let Some(rule) = &rule {
            let last = starts_on.checked_add_days(Days::new(AHEAD_DAYS * 5)).unwrap_or(starts_on);
            if rule.until.is_some_and(|until| until < starts_on) {
                checks.add(FieldError::new("rule", "error-rule-ends-first"));
            } else if rule.days(starts_on, starts_on, last).is_empty() {
                checks.add(FieldError::new("rule", "error-rule-never"));
            }
        }
        checks.finish()?;
        let (Some(rule), Some(time), Some(tz)) = (rule, time, tz) else { return Err(crate::platform::Error::field("rule", "error-rule")) };
        Ok(Checked { rule, time: time.format("%H:%M").to_string(), zone: tz.name().to_owned(), queue, starts_on })
    }
}

/// The instants of a rule at a time of day in a zone, from one instant to another, both included.
pub fn instants(rule: &Rule, starts: NaiveDate, (time, zone_name): (&str, &str), (from, until): (Ms, Ms)) -> Vec<Ms> {
    let (Ok(time), Ok(tz)) = (NaiveTime::parse_from_str(time, "%H:%M"), zone(zone_name)) else { return Vec::new() };
    // A day more on either side: a time in a gap may become the next day's.
    let day = |at: Ms| at.utc().with_timezone(&tz).date_naive();
    let days = rule.days(starts, day(from.plus(-DAY)), day(until.plus(DAY)));
    days.into_iter().filter_map(|day| wall(day.and_time(time), tz)).filter(|at| (from..=until).contains(at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn days(rule: &str, starts: &str, to: &str) -> String {
        let rule: Rule = rule.parse().unwrap();
        rule.days(day(starts), day(starts), day(to)).iter().map(NaiveDate::to_string).collect::<Vec<_>>().join(" ")
    }

    // Expected days from python-dateutil's rrule.
    #[test]
    fn rules_fall_on_their_days() {
        for (rule, starts, to, wanted) in [
            ("FREQ=WEEKLY;BYDAY=MO,TH", "2026-11-24", "2026-12-04", "2026-11-26 2026-11-30 2026-12-03"),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU", "2026-11-24", "2026-12-21", "2026-11-24 2026-11-29 2026-12-08 2026-12-13"),
            ("FREQ=DAILY;INTERVAL=3", "2027-02-26", "2027-03-08", "2027-02-26 2027-03-01 2027-03-04 2027-03-07"),
            ("FREQ=DAILY;BYDAY=SA,SU", "2026-11-27", "2026-12-05", "2026-11-28 2026-11-29 2026-12-05"),
            ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-11-24", "2027-06-30", "2026-12-31 2027-01-31 2027-03-31 2027-05-31"),
            ("FREQ=MONTHLY;BYMONTHDAY=29", "2027-01-01", "2027-04-01", "2027-01-29 2027-03-29"),
            ("FREQ=MONTHLY", "2028-01-29", "2028-03-30", "2028-01-29 2028-02-29 2028-03-29"),
            ("RRULE:FREQ=WEEKLY;UNTIL=20261210T000000Z", "2026-11-24", "2027-01-01", "2026-11-24 2026-12-01 2026-12-08"),
            ("freq=daily;count=2", "2026-11-24", "2026-12-24", "2026-11-24 2026-11-25"),
        ] {
            assert_eq!(days(rule, starts, to), wanted, "{rule}");
        }
        let counted: Rule = "FREQ=DAILY;COUNT=5".parse().unwrap();
        assert_eq!(counted.days(day("2026-11-24"), day("2026-11-27"), day("2027-01-01")).len(), 2, "counted from its beginning");
    }

    #[test]
    fn what_nobody_plans_by_is_refused() {
        for (rule, key) in [
            ("FREQ=SECONDLY", "error-rule-too-often"),
            ("FREQ=HOURLY;INTERVAL=5", "error-rule-too-often"),
            ("", "error-rule"),
            ("BYDAY=MO", "error-rule"),
            ("FREQ=WEEKLY;BYDAY=XX", "error-rule"),
            ("FREQ=WEEKLY;BYDAY=1MO", "error-rule"),
            ("FREQ=DAILY;INTERVAL=0", "error-rule"),
            ("FREQ=DAILY;FREQ=DAILY", "error-rule"),
            ("FREQ=MONTHLY;BYMONTHDAY=32", "error-rule"),
            ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "error-rule"),
            ("FREQ=DAILY;BYSETPOS=1", "error-rule"),
        ] {
            assert_eq!(rule.parse::<Rule>().unwrap_err(), key, "{rule}");
        }
        for rule in ["FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;COUNT=4", "FREQ=MONTHLY;BYMONTHDAY=1,15;UNTIL=20270101", "FREQ=DAILY"] {
            assert_eq!(rule.parse::<Rule>().unwrap().to_string(), rule);
        }
        let slot = |rule: &str| NewSlot {
            channel: Uuid::nil(),
            rule: rule.into(),
            time: "09:00".into(),
            zone: None,
            queue: String::new(),
            starts_on: Some("2026-11-24".into()),
        };
        assert!(slot("FREQ=DAILY;UNTIL=20261101").check("UTC", Ms(0)).is_err());
        assert!(slot("FREQ=DAILY").check("+05:30", Ms(0)).is_err());
        assert!(slot("FREQ=DAILY").check("Asia/Jakarta", Ms(0)).is_ok());
    }

    // Python's zoneinfo: 02:30 in Berlin is skipped on 28 March 2027 and comes twice on 31 October.
    #[test]
    fn a_slot_keeps_its_wall_clock() {
        let rule: Rule = "FREQ=DAILY".parse().unwrap();
        let at = |text: &str| Ms(chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis());
        let found = |from: &str, until: &str| -> Vec<String> {
            instants(&rule, day("2027-01-01"), ("02:30", "Europe/Berlin"), (at(from), at(until))).into_iter().map(Ms::rfc3339).collect()
        };
        assert_eq!(
            found("2027-03-27T00:00:00Z", "2027-03-29T23:00:00Z"),
            ["2027-03-27T01:30:00.000Z", "2027-03-28T01:00:00.000Z", "2027-03-29T00:30:00.000Z"]
        );
        assert_eq!(
            found("2027-10-30T00:00:00Z", "2027-11-01T23:00:00Z"),
            ["2027-10-30T00:30:00.000Z", "2027-10-31T00:30:00.000Z", "2027-11-01T01:30:00.000Z"]
        );
    }
}
