//! Verbs on runs: plan, cancel, ask again; and what happens to runs of a start that died.

use super::backends;
use super::model::{NewRun, RunState};
use super::planning::prepare;
use super::store::{self, Planned, Run};
use crate::create::budgets::{self, Settlement};
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{BatchId, BootId, JobId, MemberId, ProjectId, RunId};
use crate::platform::jobs::{self, Queued, enqueue};
use crate::platform::{Error, House, Ms, Outcome};
use crate::web::Me;
use serde_json::json;

/// Attempts of a run, all but the first after a service asked to wait.
pub(super) const ATTEMPTS: i64 = 5;

/// Plans a run and queues it. `by` is the member whose sight decides; `None` acts for the house.
pub async fn plan(house: &House, actor: Actor, by: Option<MemberId>, project: ProjectId, new: &NewRun) -> Outcome<RunId> {
    let planned = prepare(house, project, new).await?;
    let now = house.now();
    let id = house.db.write(async move |tx| submit(tx, &actor, by, project, &planned, now).await).await?;
    house.jobs.ring();
    Ok(id)
}

/// Freezes a planned run and queues its job.
pub async fn submit(tx: &mut Tx, actor: &Actor, by: Option<MemberId>, project: ProjectId, planned: &Planned, at: Ms) -> Outcome<RunId> {
    store::sees(tx, by, project).await?;
    let id = RunId::new(at);
    store::insert(tx, id, project, &seeded(planned, id), by, at).await?;
    let job = queue(tx, id, project, by, at).await?;
    store::set_job(tx, id, job, 0).await?;
    let detail = json!({ "purpose": planned.purpose, "count": planned.count, "backend": planned.backend });
    record(tx, actor, at, Event::new("run.planned", id.0).within(project).detail(detail)).await?;
    Ok(id)
}

/// Freezes a run as a cell of a batch; it waits for [`queue_cells`].
pub async fn plan_cell(tx: &mut Tx, project: ProjectId, planned: &Planned, (batch, by): (BatchId, MemberId), at: Ms) -> Outcome<RunId> {
    let id = RunId::new(at);
    store::insert(tx, id, project, &seeded(planned, id), Some(by), at).await?;
    store::join_batch(tx, id, batch).await?;
    Ok(id)
}

/// Queues every cell that waits.
pub async fn queue_cells(tx: &mut Tx, batch: BatchId, by: MemberId, at: Ms) -> Outcome<()> {
    let project = store::project_of_batch(tx, batch).await?;
    for (id, _) in store::in_batch(tx, batch, RunState::Planned.name()).await? {
        let job = queue(tx, id, project, Some(by), at).await?;
        store::set_job(tx, id, job, 0).await?;
    }
    Ok(())
}

/// Takes back every cell that is queued and has not begun.
pub async fn hold_cells(tx: &mut Tx, batch: BatchId, at: Ms) -> Outcome<()> {
    for (id, job) in store::in_batch(tx, batch, RunState::Queued.name()).await? {
        if let Some(job) = job {
            jobs::cancel(tx, job, at).await?;
        }
        store::hold(tx, id).await?;
    }
    Ok(())
}

/// Cancels every cell that has not begun.
pub async fn cancel_cells(tx: &mut Tx, batch: BatchId, at: Ms) -> Outcome<()> {
    hold_cells(tx, batch, at).await?;
    for (id, _) in store::in_batch(tx, batch, RunState::Planned.name()).await? {
        store::cancel_waiting(tx, id, at).await?;
    }
    Ok(())
}

/// Each run draws its own drafts, and the same run the same ones.
fn seeded(planned: &Planned, id: RunId) -> Planned {
    let mut planned = planned.clone();
    planned.parameters.seed = (planned.parameters.seed ^ (id.0.as_u128() as u64)) & 0x1f_ffff_ffff_ffff;
    planned
}

/// Queues the job of a run in a lane of its backend: a lane asks one thing after the other.
async fn queue(tx: &mut Tx, id: RunId, project: ProjectId, by: Option<MemberId>, at: Ms) -> Outcome<Option<JobId>> {
    let (backend, settings) = store::lanes(tx, id).await?;
    let lanes = settings.and_then(|lanes| lanes.parse::<u128>().ok()).filter(|lanes| *lanes > 0).unwrap_or(backends::AT_ONCE);
    let lane = format!("{backend}:{}", id.0.as_u128() % lanes);
    let run_at = match backends::rest(tx, backend, at).await? {
        backends::Rest::Until(until) => until,
        backends::Rest::Over => at,
    };
    let job = Queued {
        project: Some(project),
        max_attempts: ATTEMPTS,
        created_by: by,
        group_key: Some(&lane),
        run_at,
        ..Queued::now("run", json!({ "run": id }), at)
    };
    enqueue(tx, at, job).await
}

/// Queues a look at a run that waits for its service.
async fn queue_look(tx: &mut Tx, id: RunId, project: ProjectId, at: Ms) -> Outcome<()> {
    let job = Queued { project: Some(project), max_attempts: i64::MAX, ..Queued::now("run_look", json!({ "run": id }), at) };
    let job = enqueue(tx, at, job).await?;
    store::set_looker(tx, id, job).await
}

/// Looks once more at a run that ended in doubt or in trouble, where its task at the service is known: nothing is asked twice.
pub(super) async fn look_again(house: &House, me: &Me, id: RunId) -> Outcome<bool> {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    let begun = house
        .db
        .write(async move |tx| {
            let Some(project) = store::look_again(tx, member, id).await? else { return Ok::<_, Error>(false) };
            queue_look(tx, id, project, now).await?;
            record(tx, &actor, now, Event::new("run.looked", id.0).within(project)).await?;
            Ok(true)
        })
        .await?;
    house.jobs.ring();
    Ok(begun)
}

/// Takes a run back, or closes a doubtful one. One that has ended stays as it is.
pub(super) async fn cancel(house: &House, me: &Me, id: RunId) -> Outcome<bool> {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    let cancelled = house
        .db
        .write(async move |tx| {
            let Some((project, job)) = store::cancel(tx, member, id, now).await? else { return Ok::<_, Error>(None) };
            if let Some(job) = job {
                jobs::cancel(tx, job, now).await?;
            }
            // What was on its way may have been charged, and the service is asked to stop.
            budgets::settle(tx, id, &Settlement::Doubtful, now).await?;
            enqueue(tx, now, Queued { project: Some(project), ..Queued::now("run_stop", json!({ "run": id }), now) }).await?;
            record(tx, &actor, now, Event::new("run.cancelled", id.0).within(project)).await?;
            Ok(Some(job))
        })
        .await?;
    if let Some(Some(job)) = cancelled {
        house.jobs.stop(job);
    }
    Ok(cancelled.is_some())
}

/// Asks once more with what was frozen in a run that has ended; a doubtful one is closed by it.
pub(super) async fn repeat(house: &House, me: &Me, run: &Run) -> Outcome<RunId> {
    if run.state().is_open() {
        return Err(Error::refused("runs-still-open"));
    }
    backends::resolve(house.db.read(), &run.backend_id.to_string()).await?.ok_or_else(|| Error::refused("runs-backend-gone"))?;
    let planned = Planned {
        purpose: run.purpose(),
        medium: run.medium(),
        variant: run.variant_id,
        prompt_version: run.prompt_version_id,
        backend: run.backend_id,
        idea: run.idea_id,
        piece: run.piece_id,
        parent: run.parent_id,
        inputs: run.inputs.clone(),
        rendered: run.rendered.clone(),
        parameters: run.parameters(),
        count: run.count,
        currency: run.currency.clone(),
    };
    let (now, by, actor, project) = (house.now(), me.member.id, me.actor(), run.project_id);
    let before = run.id;
    let doubtful = (run.state() == RunState::NeedsLook).then_some(run.id);
    let id = house
        .db
        .write(async move |tx| {
            if let Some(doubtful) = doubtful {
                store::cancel(tx, by, doubtful, now).await?;
            }
            let again = submit(tx, &actor, Some(by), project, &planned, now).await?;
            store::take_place(tx, before, again).await?;
            Ok::<_, Error>(again)
        })
        .await?;
    house.jobs.ring();
    Ok(id)
}

/// Decides on runs whose job died with an older start: what asked nobody outside is done again, a
/// paid answer that was on its way needs a person. Runs at start, after the jobs were decided on.
pub async fn recover(tx: &mut Tx, boot: BootId, at: Ms) -> Outcome<()> {
    // After a restore nobody knows which of the waiting runs were paid for since the backup.
    let restored = store::is_restored(tx).await?;
    for run in store::left_behind(tx, boot).await? {
        // The service has it: nothing is asked again, it is looked at. Looking is free, however often the program died.
        if run.state == RunState::Waiting.name() {
            queue_look(tx, run.id, run.project, at).await?;
            continue;
        }
        let is_local = backends::of_kind(&run.backend_kind).is_some_and(backends::Backend::is_local);
        // A run that waits has not asked yet, or was told to wait.
        let asked_nobody = is_local || (run.state == RunState::Queued.name() && !restored);
        // What died at work often may be the cause of it; what had not begun is not.
        if asked_nobody && (!run.is_dead || run.state == RunState::Queued.name()) {
            let job = queue(tx, run.id, run.project, None, at).await?;
            store::set_job(tx, run.id, job, run.deaths).await?;
            continue;
        }
        let (state, kind) = if asked_nobody { (RunState::Failed, "run.failed") } else { (RunState::NeedsLook, "run.doubtful") };
        store::leave(tx, run.id, state, at).await?;
        let settlement = if asked_nobody { Settlement::Released } else { Settlement::Doubtful };
        budgets::settle(tx, run.id, &settlement, at).await?;
        record(tx, &Actor::system(), at, Event::new(kind, run.id.0).within(run.project)).await?;
    }
    Ok(())
}
