//! The verbs: open, count, call, reopen, bin. Each is one transaction with its event.

use super::model::{Choice, DayCount, Draft, Experiment, MOST, State, day, letter};
use super::store::{self, NewVerdict};
use crate::learn::playbook::{self, NewPlay};
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{ArmId, ExperimentId, MemberId, PlayId, ProjectId};
use crate::platform::jobs::{Queued, enqueue};
use crate::platform::text::Checks;
use crate::platform::{Error, Ms, Outcome};
use crate::stats::grade::Grade;
use serde_json::json;
use uuid::Uuid;

/// Days that the invented audience adds at once.
const DAYS_AT_ONCE: i64 = 14;

/// Who acts, and when.
#[derive(Clone, Debug)]
pub struct By {
    pub member: MemberId,
    pub actor: Actor,
    pub at: Ms,
}

/// Opens an experiment between variants of the project.
pub async fn open(tx: &mut Tx, by: &By, project: ProjectId, draft: &Draft) -> Outcome<ExperimentId> {
    store::sees(tx, by.member, project).await?;
    let opened = draft.checked()?;
    let arms = store::arms_from(tx, project, &opened.variants).await?;
    if arms.len() != opened.variants.len() {
        return Err(Error::field("variants", "error-experiment-variant"));
    }
    let id = store::insert(tx, (project, Some(by.member)), by.at, &opened, &arms).await?;
    record(tx, &by.actor, by.at, Event::new("experiment.opened", id.0).within(project)).await?;
    Ok(id)
}

/// Computes the assessment anew from what was counted.
pub async fn reassess(tx: &mut Tx, id: ExperimentId, at: Ms) -> Outcome<()> {
    store::roll_up(tx, id).await?;
    let found = store::measured(tx, id).await?.summary();
    store::save_summary(tx, id, &found, at).await
}

/// What is wrong with a count: its place in the list, the field, and the key of the sentence.
pub type WrongCount = (usize, &'static str, &'static str);

/// Looks at counts before anything is written: days that exist, outcomes within exposures.
pub fn check_counts(counts: &[DayCount]) -> Result<(), WrongCount> {
    for (place, count) in counts.iter().enumerate() {
        if day(&count.day).is_none() {
            return Err((place, "day", "error-experiment-day"));
        }
        if !(0..=MOST).contains(&count.exposures) {
            return Err((place, "exposures", "error-experiment-count"));
        }
        if !(0..=count.exposures).contains(&count.outcomes) {
            return Err((place, "outcomes", "error-experiment-outcomes"));
        }
    }
    Ok(())
}

/// Adds day counts; a day counted before is replaced.
pub async fn count(tx: &mut Tx, by: &By, id: ExperimentId, counts: &[DayCount], source: &'static str) -> Outcome<()> {
    let found = store::find(&mut *tx, by.member, id).await?;
    if found.simulated {
        return Err(Error::refused("experiment-refused-simulated"));
    }
    if found.state != State::Running {
        return Err(Error::refused("experiment-refused-closed"));
    }
    check_counts(counts).map_err(|(_, field, key)| Error::field(field, key))?;
    let arms = store::arms(&mut *tx, id).await?;
    if counts.iter().any(|count| arms.iter().all(|arm| arm.id != count.arm)) {
        return Err(Error::field("arm", "error-experiment-arm"));
    }
    for count in counts {
        store::put_count(tx, count, source).await?;
    }
    reassess(tx, id, by.at).await?;
    let event = Event::new("experiment.counted", id.0).within(found.project).detail(json!({ "rows": counts.len(), "source": source }));
    record(tx, &by.actor, by.at, event).await
}

/// A person's call: the verdict and the play it teaches, or neither.
pub async fn call(tx: &mut Tx, by: &By, id: ExperimentId, choice: Choice, (sentence, reason): (&str, &str)) -> Outcome<(Uuid, PlayId)> {
    let found = store::find(&mut *tx, by.member, id).await?;
    if found.state == State::Called {
        return Err(Error::refused("experiment-refused-called"));
    }
    let mut checks = Checks::new();
    let reason = checks.text("reason", reason, 1_000);
    let sentence = checks.required("play", sentence, 500);
    checks.finish()?;
    let grade = store::measured(tx, id).await?.grade();
    // Where viewers are what is counted, a call before any has come is an opinion.
    let evidence = if grade <= Grade::B && found.exposures == 0 { "said" } else { letter(grade) };
    let arm = match choice {
        Choice::NoDifference => None,
        Choice::Winner(arm) => {
            if store::arms(&mut *tx, id).await?.iter().all(|one| one.id != arm) {
                return Err(Error::field("winner", "error-experiment-arm"));
            }
            may_win(&found, letter(grade))?;
            Some(arm)
        }
    };
    let kind = if arm.is_some() { "winner" } else { "no_difference" };
    let verdict = NewVerdict { kind, arm, reason: &reason, state: State::Called };
    let verdict = store::insert_verdict(tx, id, &verdict, (by.member, by.at)).await?;
    let market = store::market(&mut *tx, id).await?;
    let play = NewPlay { experiment: Some(id), sentence, grade: evidence.to_owned(), market, lens: json!({}) };
    let play = playbook::write(tx, (found.project, Some(by.member)), by.at, &play).await?;
    let event = Event::new("experiment.called", id.0).within(found.project).detail(json!({ "kind": kind, "play": play.0 }));
    record(tx, &by.actor, by.at, event).await?;
    Ok((verdict, play))
}

/// Single posts never have a winner, nor does a test whose split is broken.
fn may_win(found: &Experiment, grade: &str) -> Outcome<()> {
    if grade == "d" {
        return Err(Error::refused("experiment-refused-single"));
    }
    if found.badge == Some(super::model::Badge::Broken) {
        return Err(Error::refused("experiment-refused-broken"));
    }
    Ok(())
}

/// Changes its name and its question; what is `None` stays.
pub async fn reword(tx: &mut Tx, by: &By, id: ExperimentId, (name, question): (Option<String>, Option<String>), version: Option<i64>) -> Outcome<()> {
    let found = store::find(&mut *tx, by.member, id).await?;
    let current = store::version(&mut *tx, id).await?;
    if let Some(yours) = version.filter(|version| *version != current) {
        return Err(Error::stale(yours, current));
    }
    let mut checks = Checks::new();
    let name = checks.required("name", name.as_deref().unwrap_or(&found.name), 200);
    let question = checks.text("question", question.as_deref().unwrap_or(&found.question), 1_000);
    checks.finish()?;
    store::reword(tx, id, (&name, &question), by.at).await?;
    record(tx, &by.actor, by.at, Event::new("experiment.changed", id.0).within(found.project)).await
}

/// Ends it without a verdict on the arms.
pub async fn stop(tx: &mut Tx, by: &By, id: ExperimentId) -> Outcome<()> {
    let found = store::find(&mut *tx, by.member, id).await?;
    if found.state != State::Running {
        return Err(Error::refused("experiment-refused-closed"));
    }
    let verdict = NewVerdict { kind: "stopped", arm: None, reason: "", state: State::Stopped };
    store::insert_verdict(tx, id, &verdict, (by.member, by.at)).await?;
    record(tx, &by.actor, by.at, Event::new("experiment.stopped", id.0).within(found.project)).await
}

/// Takes a call back: the verdict stays in the record, its play goes to the bin.
pub async fn reopen(tx: &mut Tx, by: &By, id: ExperimentId) -> Outcome<()> {
    let found = store::find(&mut *tx, by.member, id).await?;
    if !matches!(found.state, State::Called | State::Stopped) {
        return Err(Error::refused("experiment-refused-open"));
    }
    let state = if found.source_key.is_some() { State::Imported } else { State::Running };
    let verdict = NewVerdict { kind: "reopened", arm: None, reason: "", state };
    store::insert_verdict(tx, id, &verdict, (by.member, by.at)).await?;
    playbook::bin_of_experiment(tx, id, by.at).await?;
    record(tx, &by.actor, by.at, Event::new("experiment.reopened", id.0).within(found.project)).await
}

pub async fn bin(tx: &mut Tx, by: &By, id: ExperimentId) -> Outcome<ProjectId> {
    let found = store::find(&mut *tx, by.member, id).await?;
    store::bin(tx, id, Some(by.at), by.at).await?;
    record(tx, &by.actor, by.at, Event::new("experiment.binned", id.0).within(found.project)).await?;
    Ok(found.project)
}

pub async fn restore(tx: &mut Tx, by: &By, id: ExperimentId) -> Outcome<ProjectId> {
    let project = store::binned(tx, by.member, id).await?;
    store::bin(tx, id, None, by.at).await?;
    record(tx, &by.actor, by.at, Event::new("experiment.restored", id.0).within(project)).await?;
    Ok(project)
}

/// Lets the invented audience decide: queues its next fortnight, and more of them up to `rounds` while nothing can be
/// said. The intervals hold at every look, so looking on until they speak is no cheat.
pub async fn simulate(tx: &mut Tx, by: &By, id: ExperimentId, rounds: u64) -> Outcome<()> {
    let found = store::find(&mut *tx, by.member, id).await?;
    if found.state != State::Running || !store::may_simulate(tx, id).await? {
        return Err(Error::refused("experiment-refused-real"));
    }
    store::mark_simulated(tx, id).await?;
    let from = store::measured(tx, id).await?.days.unwrap_or(0);
    let key = id.to_string();
    let job = Queued {
        project: Some(found.project),
        unique_key: Some(&key),
        created_by: Some(by.member),
        ..Queued::now(super::jobs::SIMULATE, json!({ "experiment": id, "from": from, "days": DAYS_AT_ONCE, "rounds": rounds }), by.at)
    };
    enqueue(tx, by.at, job).await?;
    record(tx, &by.actor, by.at, Event::new("experiment.simulated", id.0).within(found.project)).await
}

/// The arm a person or a program named: by its id, its variant's id, or its place.
pub fn named(arms: &[super::model::Arm], name: &str) -> Option<ArmId> {
    let by_place = name.parse::<i64>().ok();
    let by_id = name.parse::<Uuid>().ok();
    arms.iter()
        .find(|arm| by_place == Some(arm.position) || by_id.is_some_and(|id| arm.id.0 == id || arm.variant.is_some_and(|variant| variant.0 == id)))
        .map(|arm| arm.id)
}
