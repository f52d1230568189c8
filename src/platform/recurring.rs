//! Work that comes again every day. The next slot of each is kept as a mark, so that a night the
//! machine slept through is made up for once, and no slot is queued twice.

use super::db::Tx;
use super::jobs::{Queued, enqueue};
use super::{House, Ms, Outcome};
use chrono::{Days, NaiveTime, TimeZone};
use chrono_tz::Tz;
use serde_json::json;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often slots are looked at; well below what readiness calls stuck.
const LOOK: Duration = Duration::from_secs(10);

/// A kind of job queued once a day, at this local time in the zone of the settings.
#[derive(Clone, Copy, Debug)]
pub struct Recurring {
    pub kind: &'static str,
    pub hour: u32,
    pub minute: u32,
}

impl Recurring {
    /// The first slot after `now`. A local time that a clock change skips moves to the hour after.
    pub fn next_after(&self, now: Ms, zone: Tz) -> Ms {
        let today = now.utc().with_timezone(&zone).date_naive();
        let days = (0..=2).filter_map(|n| today.checked_add_days(Days::new(n)));
        let slots = days.filter_map(|day| {
            let at = |hour: u32| zone.from_local_datetime(&day.and_time(NaiveTime::from_hms_opt(hour, self.minute, 0)?)).earliest();
            at(self.hour).or_else(|| at(self.hour + 1))
        });
        slots.map(|slot| Ms(slot.timestamp_millis())).find(|slot| *slot > now).unwrap_or(now.plus(super::clock::DAY))
    }
}

/// Queues what is due until the server stops.
pub async fn run(house: House, list: Vec<Recurring>, stop: CancellationToken) {
    let zone = super::locale::zone(&house.config.settings.timezone).unwrap_or(chrono_tz::UTC);
    loop {
        house.tasks.beat("recurring");
        for one in &list {
            match look(&house, *one, zone).await {
                Ok(true) => house.jobs.ring(),
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, kind = one.kind, "recurring work could not be queued"),
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// True when a slot was due and its job is queued.
async fn look(house: &House, one: Recurring, zone: Tz) -> Outcome<bool> {
    let now = house.now();
    let mark = format!("next.{}", one.kind);
    let known = sqlx::query_scalar!("select value from marks where name = ?", mark).fetch_optional(house.db.read()).await?;
    let slot = known.and_then(|text| text.parse().ok()).map(Ms);
    let next = one.next_after(now, zone);
    // A clock that was set back leaves a slot too far ahead: it is taken from now on again.
    let due = match slot {
        Some(slot) if slot <= now => Some(slot),
        Some(slot) if slot <= next => return Ok(false),
        _ => None,
    };
    house
        .db
        .write(async move |tx| {
            if let Some(slot) = due {
                let key = slot.0.to_string();
                enqueue(tx, now, Queued { unique_key: Some(&key), ..Queued::now(one.kind, json!({ "slot": slot }), now) }).await?;
            }
            set_mark(tx, &mark, &next.0.to_string(), now).await
        })
        .await?;
    Ok(due.is_some())
}

/// Remembers one value under a name.
pub async fn set_mark(tx: &mut Tx, name: &str, value: &str, at: Ms) -> Outcome<()> {
    sqlx::query!(
        "insert into marks (name, value, at_ms) values (?, ?, ?) on conflict do update set value = excluded.value, at_ms = excluded.at_ms",
        name,
        value,
        at
    )
    .execute(tx)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(text: &str) -> Ms {
        Ms(chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis())
    }

    #[test]
    fn a_day_has_one_slot_also_where_the_clock_changes() {
        let nightly = Recurring { kind: "x", hour: 2, minute: 30 };
        let zone = chrono_tz::Europe::Berlin;
        assert_eq!(nightly.next_after(ms("2026-01-10T00:00:00Z"), zone), ms("2026-01-10T01:30:00Z"));
        assert_eq!(nightly.next_after(ms("2026-01-10T01:30:00Z"), zone), ms("2026-01-11T01:30:00Z"));
        // 29 March: 02:30 does not exist; 25 October: 02:30 comes twice, the first counts.
        assert_eq!(nightly.next_after(ms("2026-03-28T23:00:00Z"), zone), ms("2026-03-29T01:30:00Z"));
        assert_eq!(nightly.next_after(ms("2026-10-24T23:00:00Z"), zone), ms("2026-10-25T00:30:00Z"));
        assert_eq!(nightly.next_after(ms("2026-10-25T00:30:00Z"), zone), ms("2026-10-26T01:30:00Z"));
    }
}
