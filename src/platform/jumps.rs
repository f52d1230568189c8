//! Jumps of the wall clock: set by hand, corrected after a start with a wrong battery, wrong for a
//! while. Leases know no clock, so nothing is lost or doubled by one; but what waits for an instant
//! would wait as long as the clock went back, and what is thrown away by age would all be old.

use super::clock::{DAY, MINUTE, SECOND};
use super::db::Tx;
use super::events::{Actor, Event, record};
use super::recurring::set_mark;
use super::{Clock, House, Ms, Outcome};
use rustix::time::{ClockId, clock_gettime};
use serde_json::json;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often the two clocks are compared.
const LOOK: Duration = Duration::from_secs(2);
/// A clock that is steered gently differs by less.
const JUMP: i64 = 5 * SECOND;
/// A studio that was off for longer may have come back with another clock.
const LONG_OFF: i64 = 7 * DAY;
const MARK: &str = "clock_jumped_ms";

/// Milliseconds that nobody can set, time asleep included.
fn unset() -> i64 {
    let time = clock_gettime(ClockId::Boottime);
    time.tv_sec.saturating_mul(SECOND).saturating_add(time.tv_nsec / 1_000_000)
}

/// Compares the wall clock with the one of the machine until the server stops. A held clock is
/// moved on purpose.
pub async fn watch(house: House, stop: CancellationToken) {
    if matches!(house.clock, Clock::Held(_)) {
        return;
    }
    if let Err(error) = since_last_time(&house).await {
        tracing::warn!(%error, "the clock could not be compared with the log");
    }
    let (mut wall, mut true_ms) = (house.now(), unset());
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        let (now, true_now) = (house.now(), unset());
        let by = now.since(wall) - (true_now - true_ms);
        (wall, true_ms) = (now, true_now);
        if by.abs() > JUMP {
            tracing::warn!(seconds = by / SECOND, "the clock jumped");
            if let Err(error) = house.db.write(async move |tx| jumped(tx, by, now).await).await {
                tracing::warn!(%error, "a jump of the clock could not be noted");
            }
            house.jobs.ring();
        }
    }
}

/// While nothing ran only the log can tell.
async fn since_last_time(house: &House) -> Outcome<()> {
    let last = sqlx::query_scalar!(r#"select at_ms as "at: Ms" from events order by id desc limit 1"#).fetch_optional(house.db.read()).await?;
    let now = house.now();
    match last.map(|last| now.since(last)) {
        Some(gap) if gap < -MINUTE => house.db.write(async move |tx| jumped(tx, gap, now).await).await,
        Some(gap) if gap > LONG_OFF => house.db.write(async move |tx| set_mark(tx, MARK, &now.0.to_string(), now).await).await,
        _ => Ok(()),
    }
}

/// Notes a jump, and takes back with the clock what waits for an instant.
pub async fn jumped(tx: &mut Tx, by: i64, now: Ms) -> Outcome<()> {
    set_mark(tx, MARK, &now.0.to_string(), now).await?;
    record(tx, &Actor::system(), now, Event::new("clock.jumped", None).detail(json!({ "seconds": by / SECOND }))).await?;
    if by < 0 {
        sqlx::query!("update jobs set run_at_ms = max(run_at_ms + ?1, ?2) where state = 'ready' and run_at_ms > ?2", by, now).execute(tx).await?;
    }
    Ok(())
}

/// Whether the clock may not be believed yet for what cannot be taken back: for a day after a jump.
pub async fn is_doubtful(house: &House) -> Outcome<bool> {
    let at = sqlx::query_scalar!("select value from marks where name = ?", MARK).fetch_optional(house.db.read()).await?;
    let at = at.and_then(|text| text.parse().ok()).map(Ms);
    Ok(at.is_some_and(|at| house.now().since(at).abs() < DAY))
}
