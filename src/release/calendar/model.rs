//! Months and their weeks. Pure.

use crate::platform::Ms;
use chrono::{Datelike, Days, Months, NaiveDate, TimeZone};
use chrono_tz::Tz;

/// A month of some year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month(NaiveDate);

impl Month {
    /// `2026-12`; between 1970 and 2200.
    pub fn parse(text: &str) -> Option<Month> {
        let first = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").ok()?;
        (1970..2200).contains(&first.year()).then_some(Month(first))
    }

    pub fn of(day: NaiveDate) -> Month {
        Month(day.with_day(1).unwrap_or(day))
    }

    pub fn name(self) -> String {
        self.0.format("%Y-%m").to_string()
    }

    pub fn first(self) -> NaiveDate {
        self.0
    }

    pub fn before(self) -> Month {
        Month(self.0.checked_sub_months(Months::new(1)).unwrap_or(self.0))
    }

    pub fn after(self) -> Month {
        Month(self.0.checked_add_months(Months::new(1)).unwrap_or(self.0))
    }

    pub fn has(self, day: NaiveDate) -> bool {
        Month::of(day) == self
    }

    /// The days of the grid: whole weeks from Monday that cover the month.
    pub fn grid(self) -> Vec<NaiveDate> {
        let lead = u64::from(self.0.weekday().num_days_from_monday());
        let start = self.0.checked_sub_days(Days::new(lead)).unwrap_or(self.0);
        let next = self.after().0;
        let mut days: Vec<NaiveDate> = start.iter_days().take_while(|day| *day < next).collect();
        while !days.len().is_multiple_of(7) {
            let Some(day) = days.last().and_then(NaiveDate::succ_opt) else { break };
            days.push(day);
        }
        days
    }
}

/// The seven days from Monday around a day.
pub fn week_of(day: NaiveDate) -> Vec<NaiveDate> {
    let monday = day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday()))).unwrap_or(day);
    monday.iter_days().take(7).collect()
}

/// The day an instant falls on in a zone.
pub fn day_in(zone: Tz, at: Ms) -> NaiveDate {
    at.utc().with_timezone(&zone).date_naive()
}

/// The first instant of a day in a zone.
pub fn start_of(zone: Tz, day: NaiveDate) -> Ms {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    let hours = [0, 1, 2, 3, 24];
    // Where midnight is skipped, the day begins when clocks show a time again.
    let at = hours.iter().find_map(|hours| zone.from_local_datetime(&(midnight + chrono::TimeDelta::hours(*hours))).earliest());
    at.map_or(Ms(midnight.and_utc().timestamp_millis()), |at| Ms(at.timestamp_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_is_whole_weeks_around_the_month() {
        for (text, first, len) in [("2026-11", "2026-10-26", 42), ("2027-02", "2027-02-01", 28), ("2024-02", "2024-01-29", 35)] {
            let grid = Month::parse(text).unwrap().grid();
            assert_eq!((grid[0].to_string().as_str(), grid.len()), (first, len), "{text}");
        }
        for text in ["2026-13", "1969-01", "9999-01", "x"] {
            assert!(Month::parse(text).is_none(), "{text}");
        }
        assert_eq!(Month::parse("2026-12").unwrap().after().name(), "2027-01");
    }

    #[test]
    fn a_week_begins_on_monday() {
        let week = week_of(NaiveDate::from_ymd_opt(2027, 1, 3).unwrap());
        assert_eq!((week[0].to_string().as_str(), week[6].to_string().as_str()), ("2026-12-28", "2027-01-03"));
    }

    #[test]
    fn a_day_without_midnight_begins_at_one() {
        let zone: Tz = "America/Sao_Paulo".parse().unwrap();
        let day = NaiveDate::from_ymd_opt(2018, 11, 4).unwrap();
        assert_eq!(start_of(zone, day).rfc3339(), "2018-11-04T03:00:00.000Z");
    }
}
