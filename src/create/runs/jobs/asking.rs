//! Asks a backend once: admitted, reserved, sent, and written down.

use super::settling::{self, Call};
use super::{Opened, run_of};
use crate::create::budgets::{self, Admission, Settlement};
use crate::create::runs::actions::ATTEMPTS;
use crate::create::runs::backends::{self, Ask, Backend, Class, Desk, Made, Medium, Remote, Rest, Submitted, Trouble, Used};
use crate::create::runs::costs;
use crate::create::runs::drafts::Drafts;
use crate::create::runs::hold_cells;
use crate::create::runs::model::RunState;
use crate::create::runs::store::{self, End, Run};
use crate::platform::clock::SECOND;
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::RunId;
use crate::platform::jobs::{self, Ending, Job, Queued, enqueue};
use crate::platform::{Error, House, Ms, Outcome};
use futures_util::FutureExt;
use serde_json::json;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

/// How long a stopping server waits for an answer that is on its way and may be charged.
pub(in crate::create::runs) const PATIENCE: Duration = Duration::from_secs(10);
/// How long a run stands back when the service has as many tasks as it may have, in milliseconds.
const CROWDED: i64 = 3 * SECOND;
/// How much of an answer that could not be read is shown to the model again, in characters.
const ANSWER_SHOWN: usize = 8_000;
/// The first look at a task, in milliseconds after it was taken.
const FIRST_LOOK: i64 = SECOND / 4;

pub(super) async fn work(house: House, job: Job) -> Ending {
    let Some(id) = run_of(&job) else { return Ending::Done };
    let cause = match AssertUnwindSafe(done(&house, &job, id)).catch_unwind().await {
        Ok(Ok(ending)) => return ending,
        Ok(Err(error)) => error.to_string(),
        Err(_) => "panicked".to_owned(),
    };
    tracing::error!(cause, run = %id, "the outcome of a run could not be written");
    // What it cost is unknown, so a person decides. If this cannot be written either, the next start does it.
    if let Ok(run) = store::find_for_system(house.db.read(), id).await
        && let Err(error) = settling::interrupted(&house, &run).await
    {
        tracing::error!(%error, run = %id, "a doubtful run could not be marked");
    }
    Ending::Fail { class: "not_written", reason: "job-broken".into() }
}

/// Whether a run may be asked now.
enum Start {
    Go,
    /// Cancelled before it began.
    Never,
    Later(Ms),
    /// The budget said no; it stands written.
    Refused,
}

async fn done(house: &House, job: &Job, id: RunId) -> Outcome<Ending> {
    let run = store::find_for_system(house.db.read(), id).await?;
    if run.state() != RunState::Queued {
        return Ok(Ending::Done);
    }
    let opened = Opened::of(house, &run).await;
    if let Ok(opened) = &opened
        && !turn(house, job, &run, opened).await?
    {
        return Ok(Ending::Cancelled);
    }
    let most = opened.as_ref().ok().and_then(|opened| (!opened.adapter.is_local()).then_some(opened));
    match start(house, &run, most).await {
        Ok(Start::Go) => {}
        Ok(Start::Never) => return Ok(Ending::Done),
        Ok(Start::Later(at)) => return Ok(Ending::Later(at)),
        Ok(Start::Refused) => return Ok(Ending::Fail { class: Class::OverBudget.name(), reason: Class::OverBudget.key().into() }),
        // Nobody was asked yet, so the run simply waits.
        Err(Error::Busy(_) | Error::Full) if job.attempt < ATTEMPTS => {
            return Ok(Ending::Retry { class: "busy", reason: "failure-busy".into(), after_ms: None });
        }
        Err(error) => return Err(error),
    }
    let opened = match opened {
        Ok(opened) => opened,
        Err(error) => {
            tracing::warn!(%error, run = %id, "the backend of a run cannot be opened");
            return settling::give_up(house, &run, Trouble::new(Class::Gone)).await;
        }
    };
    let ask = opened.ask(house, &run).await?;
    let shots = opened.shots(house, &ask).await?;
    let desk = opened.desk(house, &shots);
    match call(house, job, opened.adapter, &desk, &ask).await {
        Call::Answered(Ok(Submitted::Done(made))) => match repairable(&opened, &run, &made) {
            Some(prompt) => repair(house, job, &opened, &run, &desk, &Ask { prompt, ..ask }, made).await,
            None => settling::settle(house, &opened, &run, made, true).await,
        },
        Call::Answered(Ok(Submitted::Pending(remote))) => hand_over(house, &run, remote).await,
        Call::Answered(Err(trouble)) if trouble.class == Class::RateLimited && job.attempt < ATTEMPTS => step_back(house, &run, trouble).await,
        Call::Answered(Err(trouble)) => settling::give_up(house, &run, trouble).await,
        Call::Dropped => Ok(Ending::Cancelled),
        Call::Abandoned => {
            settling::interrupted(house, &run).await?;
            Ok(Ending::Fail { class: settling::INTERRUPTED, reason: "job-interrupted".into() })
        }
    }
}

/// Waits for this call's place where only so many leave in a minute; false when the run was cancelled meanwhile.
async fn turn(house: &House, job: &Job, run: &Run, opened: &Opened) -> Outcome<bool> {
    let Some(per_minute) = opened.service.get("per_minute").parse::<i64>().ok().filter(|calls| *calls > 0) else { return Ok(true) };
    let (backend, now) = (run.backend_id, house.now());
    let at = house.db.write(async move |tx| backends::turn(tx, backend, per_minute, now).await).await?;
    let wait = Duration::from_millis(u64::try_from(at.since(now)).unwrap_or(0));
    tokio::select! {
        () = job.stop.cancelled() => Ok(false),
        () = tokio::time::sleep(wait) => Ok(true),
    }
}

/// Marks the start and reserves what it may cost, in one transaction, before anything leaves.
async fn start(house: &House, run: &Run, paid: Option<&Opened>) -> Outcome<Start> {
    let (id, backend, now, run) = (run.id, run.backend_id, house.now(), run.clone());
    let reserve = paid.map(|opened| reservation(&run, opened));
    let at_once = paid.and_then(|opened| opened.service.get("at_once").parse::<i64>().ok());
    house
        .db
        .write(async move |tx| {
            if let Rest::Until(until) = backends::rest(tx, backend, now).await? {
                return Ok(Start::Later(until));
            }
            if let Some(at_once) = at_once
                && store::waiting_at(tx, backend).await? >= at_once
            {
                return Ok(Start::Later(now.plus(CROWDED)));
            }
            if !store::start(tx, id, now).await? {
                return Ok(Start::Never);
            }
            let Some(call) = reserve else { return Ok(Start::Go) };
            Ok::<_, Error>(match budgets::reserve(tx, &call, now).await? {
                Admission::Reserved => Start::Go,
                refused => {
                    over_budget(tx, &run, refused, now).await?;
                    Start::Refused
                }
            })
        })
        .await
}

/// The month holds no more: this run ends unasked, and the batch it belongs to pauses, so that nothing else of it is tried
/// in vain. In the transaction that refused it: a run that stands as begun may have been asked.
async fn over_budget(tx: &mut Tx, run: &Run, admission: Admission, at: Ms) -> Outcome<()> {
    if let Some(batch) = store::pause_batch(tx, run.id).await? {
        hold_cells(tx, batch, at).await?;
    }
    let class = Class::OverBudget;
    let end = End { state: Some(RunState::Failed), class: Some(class.name()), text: Some(admission.name().to_owned()), ..End::default() };
    store::finish(tx, run.id, &end, at).await?;
    let event = Event::new("run.failed", run.id.0).within(run.project_id).detail(json!({ "class": class.name(), "why": admission.name() }));
    record(tx, &Actor::system(), at, event).await
}

/// Asks, until there is an answer, somebody cancels, or a stopping server has waited long enough.
async fn call(house: &House, job: &Job, adapter: &'static dyn Backend, desk: &Desk<'_>, ask: &Ask) -> Call<Submitted> {
    let mut answer = adapter.submit(desk, ask);
    let clean = |answered: Result<Submitted, Trouble>| Call::Answered(answered.map_err(|trouble| desk.service.without_secret(trouble)));
    let mut steps = desk.steps.subscribe();
    loop {
        tokio::select! {
            biased;
            answered = &mut answer => return clean(answered),
            () = job.stop.cancelled() => break,
            Ok(()) = steps.changed() => {
                let (done, of) = *steps.borrow_and_update();
                // A step that is not seen is no reason to stop.
                let _ = jobs::progress(house, job.id, done, of).await;
            }
        }
    }
    if !house.tasks.stopping().is_cancelled() {
        return Call::Dropped;
    }
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(answered) => clean(answered),
        Err(_) => Call::Abandoned,
    }
}

/// The words that ask once more for an answer that could not be read; nothing when it was read, or cut at its limit.
fn repairable(opened: &Opened, run: &Run, made: &Made) -> Option<String> {
    if run.medium() != Medium::Text || opened.adapter.is_local() || made.cut_short {
        return None;
    }
    let fault = Drafts::fault(run, &made.text)?;
    let answer: String = made.text.chars().take(ANSWER_SHOWN).collect();
    Some(format!(
        "{}\n\nAn earlier answer could not be read: {fault}. Answer again, with the JSON object alone. The earlier answer, as data:\n<answer>\n{answer}\n</answer>",
        run.rendered
    ))
}

/// Asks once more, in words that name the fault. It is a call of its own in the ledger, and there is no third one.
async fn repair(house: &House, job: &Job, opened: &Opened, run: &Run, desk: &Desk<'_>, ask: &Ask, first: Made) -> Outcome<Ending> {
    let (id, now) = (run.id, house.now());
    let (settlement, again) = (settling::settlement(run, &first.used), reservation(run, opened));
    let admission = house
        .db
        .write_regardless(async move |tx| {
            budgets::settle(tx, id, &settlement, now).await?;
            budgets::reserve(tx, &again, now).await
        })
        .await?;
    if admission != Admission::Reserved {
        return settling::settle(house, opened, run, Made { earlier: first.used, used: Used::default(), ..first }, true).await;
    }
    let earlier = first.used;
    match call(house, job, opened.adapter, desk, ask).await {
        Call::Answered(Ok(Submitted::Done(made))) => settling::settle(house, opened, run, Made { earlier, ..made }, true).await,
        Call::Answered(Ok(Submitted::Pending(remote))) => hand_over(house, run, remote).await,
        Call::Answered(Err(trouble)) => settling::give_up(house, run, Trouble { earlier, ..trouble }).await,
        Call::Dropped => Ok(Ending::Cancelled),
        Call::Abandoned => {
            settling::interrupted(house, run).await?;
            Ok(Ending::Fail { class: settling::INTERRUPTED, reason: "job-interrupted".into() })
        }
    }
}

/// What a call of this run reserves: the most it can cost, where prices are known.
fn reservation(run: &Run, opened: &Opened) -> budgets::Call {
    let (parameters, medium) = (run.parameters(), run.medium());
    budgets::Call {
        project: run.project_id,
        run: run.id,
        backend: run.backend_id,
        most_micros: (!parameters.tariff.is_empty()).then(|| costs::most(medium, &run.rendered, &parameters, run.count)),
        model: parameters.model.model.unwrap_or_else(|| opened.adapter.model(&opened.service, medium)),
        medium: medium.name(),
        currency: run.currency.clone(),
    }
}

/// The service took it: its name there is written before anybody looks.
async fn hand_over(house: &House, run: &Run, remote: Remote) -> Outcome<Ending> {
    wait_for(house, run, remote, FIRST_LOOK).await?;
    Ok(Ending::Done)
}

/// Writes what to ask with later, and queues the looking.
pub(super) async fn wait_for(house: &House, run: &Run, remote: Remote, after: i64) -> Outcome<()> {
    let (id, project, backend, db) = (run.id, run.project_id, run.backend_id, &house.db);
    settling::patiently(house, |now| {
        let remote = remote.clone();
        db.write_regardless(async move |tx| {
            if store::wait(tx, id, &remote).await? {
                let job = Queued { project: Some(project), max_attempts: i64::MAX, ..Queued::now("run_look", json!({ "run": id }), now.plus(after)) };
                let job = enqueue(tx, now, job).await?;
                store::set_looker(tx, id, job).await?;
                record(tx, &Actor::system(), now, Event::new("run.handed", id.0).within(project).detail(json!({ "task": remote.id }))).await?;
            }
            backends::succeeded(tx, backend).await
        })
    })
    .await?;
    house.jobs.ring();
    Ok(())
}

/// The service asked to wait: the run goes back into the queue, and the other runs of this backend stand back as well.
async fn step_back(house: &House, run: &Run, trouble: Trouble) -> Outcome<Ending> {
    let (id, backend) = (run.id, run.backend_id);
    let now = house.now();
    let until = house
        .db
        .write_regardless(async move |tx| {
            store::requeue(tx, id, trouble.class.name(), &trouble.detail).await?;
            budgets::settle(tx, id, &Settlement::Released, now).await?;
            let until = backends::troubled(tx, backend, trouble.class, trouble.retry_after, now).await?.unwrap_or(now);
            jobs::postpone(tx, "run", &backend.to_string(), until).await?;
            Ok::<_, Error>(until)
        })
        .await?;
    let class = Class::RateLimited;
    Ok(Ending::Retry { class: class.name(), reason: class.key().into(), after_ms: Some(until.since(now).max(0)) })
}
