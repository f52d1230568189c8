//! Shows arms to the invented audience on a randomised link and counts what it does.
//!
//! Invariant: the counts are a pure function of the project's seed, the experiment and its arms, so
//! the same days drawn again are the same rows; every row is marked as simulated by its experiment.

use super::actions::reassess;
use super::model::{DayCount, State, day};
use super::store::{self, Shown, Stage};
use super::truth;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::ExperimentId;
use crate::platform::jobs::{Ending, Job, Kind, progress};
use crate::platform::locale::local_day;
use crate::platform::{Error, House, Outcome};
use crate::release::channels::kinds::simulator::audience::split;
use serde_json::json;

/// Adds the next days of counts to a simulated experiment.
pub const SIMULATE: &str = "experiments.simulate";
/// Invented viewers of one arm a day: a fortnight meets every guard.
const VIEWERS_A_DAY: u64 = 300;

pub fn kinds() -> Vec<Kind> {
    vec![Kind::new(SIMULATE, 3, true, simulate)]
}

async fn simulate(house: House, job: Job) -> Ending {
    match add_days(&house, &job).await {
        Ok(()) => Ending::Done,
        Err(Error::Busy(_) | Error::Full) => Ending::Retry { class: "busy", reason: "failure-busy".into(), after_ms: None },
        Err(error) => {
            tracing::error!(%error, "the invented audience could not be asked");
            Ending::Fail { class: "broken", reason: "failure-broken".into() }
        }
    }
}

async fn add_days(house: &House, job: &Job) -> Outcome<()> {
    let asked = |name: &str| job.args.get(name).and_then(serde_json::Value::as_u64).unwrap_or(0);
    let id = job.args.get("experiment").and_then(|id| serde_json::from_value::<ExperimentId>(id.clone()).ok()).ok_or(Error::NotFound)?;
    let days = asked("days");
    for round in 0..asked("rounds").max(1) {
        if !add_round(house, id, (asked("from") + round * days, days)).await? {
            break;
        }
    }
    let done = i64::try_from(days).unwrap_or(0);
    progress(house, job.id, done, done).await
}

/// Adds some days from a day on; whether there is reason to look on: it runs and nothing can be said yet.
async fn add_round(house: &House, id: ExperimentId, (from, days): (u64, u64)) -> Outcome<bool> {
    let Some(stage) = store::stage(house.db.read(), id).await?.filter(|stage| stage.state == State::Running) else { return Ok(false) };
    let shown = store::shown(house.db.read(), id).await?;
    let counts = tokio::task::spawn_blocking(move || course(id, &stage, &shown, from, days)).await.map_err(Error::broken)?;
    let (now, rows) = (house.now(), counts.len());
    house
        .db
        .write(async move |tx| {
            // Called, stopped or binned while the audience watched: what was decided on stays as it was.
            let Some(project) = store::simulated_project(tx, id).await? else { return Ok(false) };
            for count in &counts {
                store::put_count(tx, count, "simulator").await?;
            }
            reassess(tx, id, now).await?;
            let event = Event::new("experiment.counted", id.0).within(project).detail(json!({ "rows": rows, "source": "simulator" }));
            record(tx, &Actor::system(), now, event).await?;
            store::undecided(tx, id).await
        })
        .await
}

/// Day counts of every arm, `days` of them beginning `from` days after the start.
fn course(id: ExperimentId, stage: &Stage, shown: &[Shown], from: u64, days: u64) -> Vec<DayCount> {
    let rates: Vec<f64> = shown.iter().map(|arm| truth::rate(id, stage, arm)).collect();
    let seed = stage.seed.cast_unsigned() ^ (id.0.as_u128() as u64);
    let viewers = VIEWERS_A_DAY * shown.len() as u64;
    let first = stage.started.and_then(|at| day(&local_day(at, &stage.zone))).unwrap_or_default();
    let mut before = split(seed, &rates, viewers * from);
    let mut counts = Vec::new();
    for offset in from..from + days {
        let after = split(seed, &rates, viewers * (offset + 1));
        let Some(date) = first.checked_add_days(chrono::Days::new(offset)) else { break };
        for (arm, (now, then)) in shown.iter().zip(after.iter().zip(&before)) {
            let gained = |now: u64, then: u64| i64::try_from(now.saturating_sub(then)).unwrap_or(0);
            counts.push(DayCount {
                arm: arm.arm,
                day: date.format("%Y-%m-%d").to_string(),
                exposures: gained(now.exposures, then.exposures),
                outcomes: gained(now.outcomes, then.outcomes),
            });
        }
        before = after;
    }
    debug_assert!(counts.iter().all(|count| day(&count.day).is_some()));
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Ms;
    use crate::platform::id::ArmId;
    use uuid::Uuid;

    fn course_of(from: u64, days: u64) -> Vec<DayCount> {
        let stage = Stage {
            seed: 7,
            stance: "raw".into(),
            market: "vi-VN".into(),
            zone: "Asia/Ho_Chi_Minh".into(),
            metric: "hook_rate".into(),
            state: State::Running,
            started: Some(Ms(1_790_000_000_000)),
        };
        let arm = |n: u128, hook: &str| Shown {
            arm: ArmId(Uuid::from_u128(n)),
            title: String::new(),
            hook: hook.into(),
            script: String::new(),
            caption: String::new(),
            locale: "vi".into(),
            kind: None,
            origin: None,
            stance: None,
        };
        let arms = [arm(1, "Bạn có dám hát không?"), arm(2, "Ông chưa từng thua")];
        course(ExperimentId(Uuid::from_u128(9)), &stage, &arms, from, days)
    }

    #[test]
    fn a_fortnight_meets_the_guards_and_is_the_same_in_two_parts() {
        let whole = course_of(0, 14);
        let parts = [course_of(0, 5), course_of(5, 9)].concat();
        assert_eq!(whole, parts);
        let viewers: i64 = whole.iter().filter(|count| count.arm == whole[0].arm).map(|count| count.exposures).sum();
        assert!(viewers > 3_800, "{viewers}");
        assert!(whole.iter().all(|count| count.outcomes <= count.exposures));
    }
}
