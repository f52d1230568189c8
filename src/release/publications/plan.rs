//! From what a person plans to an instant: local time and zone, with the hours that clocks skip and
//! repeat.
//!
//! Rule: a local time that a zone skips means the first instant after the gap; one that occurs twice
//! means the first, unless the second is chosen.

use crate::platform::clock::{DAY, HOUR, MINUTE};
use crate::platform::locale::zone;
use crate::platform::{FieldError, Ms};
use chrono::{DateTime, NaiveDateTime, Offset, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// A plan may lie this far back and is due at once.
pub const GRACE_MS: i64 = 5 * MINUTE;
const HORIZON_MS: i64 = 5 * 366 * DAY;

/// How the local time became an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(rename_all = "snake_case")]
pub enum ZoneRule {
    Plain,
    /// It occurs twice; this is the first.
    First,
    Second,
    /// It does not occur; this is the first instant after the gap.
    Shifted,
}

/// Which of two equal local times is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fold {
    #[default]
    First,
    Second,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub due: Ms,
    /// As asked for, `2026-12-01T19:30`.
    pub local: String,
    pub zone: String,
    pub rule: ZoneRule,
}

/// The plan for a local time in a zone.
pub fn local(text: &str, zone_name: &str, fold: Fold, now: Ms) -> Result<Plan, FieldError> {
    let tz = zone(zone_name).map_err(|key| FieldError::new("zone", key))?;
    let naive = parse(text).ok_or(FieldError::new("local", "error-local-time"))?;
    let (due, rule) = instant(naive, tz, fold).ok_or(FieldError::new("local", "error-local-time"))?;
    within(due, "local", now)?;
    Ok(Plan { due, local: naive.format(FORMAT).to_string(), zone: tz.name().to_owned(), rule })
}

/// The plan for an instant, shown in `zone_name`.
pub fn at(text: &str, zone_name: &str, now: Ms) -> Result<Plan, FieldError> {
    let tz = zone(zone_name).map_err(|key| FieldError::new("zone", key))?;
    let instant = DateTime::parse_from_rfc3339(text.trim()).map_err(|_| FieldError::new("at", "error-instant"))?;
    let due = Ms(instant.timestamp_millis());
    within(due, "at", now)?;
    let here = instant.with_timezone(&tz);
    let rule = match tz.from_local_datetime(&here.naive_local()) {
        chrono::LocalResult::Ambiguous(first, _) if first == here => ZoneRule::First,
        chrono::LocalResult::Ambiguous(..) => ZoneRule::Second,
        _ => ZoneRule::Plain,
    };
    Ok(Plan { due, local: here.naive_local().format(FORMAT).to_string(), zone: tz.name().to_owned(), rule })
}

const FORMAT: &str = "%Y-%m-%dT%H:%M";

fn parse(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim();
    [FORMAT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"].iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
}

fn within(due: Ms, field: &'static str, now: Ms) -> Result<(), FieldError> {
    if now.since(due) > GRACE_MS {
        return Err(FieldError::new(field, "error-in-the-past"));
    }
    if due.since(now) > HORIZON_MS {
        return Err(FieldError::new(field, "error-too-far-ahead"));
    }
    Ok(())
}

fn instant(naive: NaiveDateTime, tz: Tz, fold: Fold) -> Option<(Ms, ZoneRule)> {
    use chrono::LocalResult::{Ambiguous, None, Single};
    match (tz.from_local_datetime(&naive), fold) {
        (Single(found), _) => Some((Ms(found.timestamp_millis()), ZoneRule::Plain)),
        (Ambiguous(first, _), Fold::First) => Some((Ms(first.timestamp_millis()), ZoneRule::First)),
        (Ambiguous(_, second), Fold::Second) => Some((Ms(second.timestamp_millis()), ZoneRule::Second)),
        (None, _) => Some((after_gap(naive, tz)?, ZoneRule::Shifted)),
    }
}

/// The instant at which clocks in a zone show this, by the rule above; `None` outside the calendar.
pub fn wall(naive: NaiveDateTime, tz: Tz) -> Option<Ms> {
    Some(instant(naive, tz, Fold::First)?.0)
}

/// Whether clocks of the zone are changed within a year from `now`: then a time may come twice or never.
pub fn changes_clocks(tz: Tz, now: Ms) -> bool {
    let offset = |month: i64| now.plus(month * 30 * DAY).utc().with_timezone(&tz).offset().fix();
    (1..=12).any(|month| offset(month) != offset(0))
}

/// The first instant at which clocks in the zone show at least this time. Offsets lie between −12 and
/// +14 hours, and a gap is a day at most, so it is within 40 hours of the same time in UTC.
fn after_gap(naive: NaiveDateTime, tz: Tz) -> Option<Ms> {
    let middle = naive.and_utc().timestamp_millis();
    let (mut before, mut after) = (middle - 40 * HOUR, middle + 40 * HOUR);
    while after - before > 1 {
        let half = before + (after - before) / 2;
        let shown = DateTime::from_timestamp_millis(half)?.with_timezone(&tz).naive_local();
        if shown >= naive { after = half } else { before = half }
    }
    Some(Ms(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> Ms {
        Ms(DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis())
    }

    fn due(local_text: &str, zone: &str, fold: Fold) -> (String, ZoneRule) {
        let naive = parse(local_text).unwrap();
        let (at, rule) = instant(naive, zone.parse().unwrap(), fold).unwrap();
        (at.utc().to_rfc3339_opts(chrono::SecondsFormat::Secs, true), rule)
    }

    #[test]
    fn only_some_zones_change_their_clocks() {
        let now = utc("2026-11-23T12:00:00Z");
        for (zone, changes) in
            [("Asia/Shanghai", false), ("Asia/Ho_Chi_Minh", false), ("UTC", false), ("Europe/Berlin", true), ("America/New_York", true)]
        {
            assert_eq!(changes_clocks(zone.parse().unwrap(), now), changes, "{zone}");
        }
    }

    // Expected values computed with Python's zoneinfo.
    #[test]
    fn local_times_become_instants() {
        for (local, zone, fold, wanted, rule) in [
            ("2026-12-01T19:30", "Asia/Ho_Chi_Minh", Fold::First, "2026-12-01T12:30:00Z", ZoneRule::Plain),
            ("2027-03-28T02:30", "Europe/Berlin", Fold::First, "2027-03-28T01:00:00Z", ZoneRule::Shifted),
            ("2027-10-31T02:30", "Europe/Berlin", Fold::First, "2027-10-31T00:30:00Z", ZoneRule::First),
            ("2027-10-31T02:30", "Europe/Berlin", Fold::Second, "2027-10-31T01:30:00Z", ZoneRule::Second),
            ("2027-03-14T02:15", "America/New_York", Fold::First, "2027-03-14T07:00:00Z", ZoneRule::Shifted),
            ("2026-10-04T02:15", "Australia/Lord_Howe", Fold::First, "2026-10-03T15:30:00Z", ZoneRule::Shifted),
            ("2027-04-04T01:45", "Australia/Lord_Howe", Fold::Second, "2027-04-03T15:15:00Z", ZoneRule::Second),
            ("2011-12-30T12:00", "Pacific/Apia", Fold::First, "2011-12-30T10:00:00Z", ZoneRule::Shifted),
            ("2026-06-01T00:00", "Asia/Kathmandu", Fold::First, "2026-05-31T18:15:00Z", ZoneRule::Plain),
        ] {
            assert_eq!(due(local, zone, fold), (wanted.to_owned(), rule), "{local} {zone}");
        }
    }

    #[test]
    fn only_the_near_past_and_the_next_years_can_be_planned() {
        let now = utc("2026-11-23T12:00:00Z");
        assert_eq!(at("2026-11-23T11:55:00Z", "UTC", now).unwrap().due, utc("2026-11-23T11:55:00Z"));
        for (text, key) in
            [("2026-11-23T11:54:59Z", "error-in-the-past"), ("2032-01-01T00:00:00Z", "error-too-far-ahead"), ("tomorrow", "error-instant")]
        {
            assert_eq!(at(text, "UTC", now).unwrap_err().key, key, "{text}");
        }
        for (text, zone, field) in [
            ("2027-02-29T10:00", "UTC", "local"),
            ("2026-12-01 25:00", "UTC", "local"),
            ("", "UTC", "local"),
            ("2026-12-01T10:00", "+05:30", "zone"),
            ("2020-01-01T10:00", "UTC", "local"),
        ] {
            assert_eq!(local(text, zone, Fold::First, now).unwrap_err().field, field, "{text} {zone}");
        }
    }

    #[test]
    fn an_instant_keeps_its_local_time() {
        let plan = at("2027-10-31T01:30:00Z", "Europe/Berlin", utc("2026-11-23T12:00:00Z")).unwrap();
        assert_eq!((plan.local.as_str(), plan.rule), ("2027-10-31T02:30", ZoneRule::Second));
    }
}
