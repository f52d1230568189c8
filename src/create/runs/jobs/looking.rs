//! Looks at a task until the service is done with it, and brings home what it made. Looking is free and may be repeated;
//! a task that nobody answers for is shown to a person in the end, with everything that is known.

use super::settling::{self, INTERRUPTED};
use super::{Opened, run_of};
use crate::create::runs::backends::{Class, Looked, Made, Product, Remote, Source, Trouble};
use crate::create::runs::model::RunState;
use crate::create::runs::store::{self, Run};
use crate::platform::clock::{DAY, MINUTE, SECOND};
use crate::platform::jobs::{self, Ending, Job};
use crate::platform::{Error, House, Outcome};

/// A task that has not ended by then is a person's, in milliseconds after the run began.
const GIVEN_UP: i64 = DAY;
/// Between looks: no sooner, no later, in milliseconds.
const SOONEST: i64 = SECOND / 4;
const LATEST: i64 = 2 * MINUTE;
/// Looks until they come as seldom as the service asks.
const FULL: i64 = 8;
/// After a look that was not answered, doubling.
const AGAIN: i64 = SECOND / 2;

pub(super) async fn work(house: House, job: Job) -> Ending {
    let Some(id) = run_of(&job) else { return Ending::Done };
    match look(&house, &job, id).await {
        Ok(ending) => ending,
        Err(error) => {
            // Nothing is lost: the task is known, and looking again changes nothing.
            tracing::warn!(%error, run = %id, "a look at a run could not be written");
            Ending::Later(house.now().plus(AGAIN))
        }
    }
}

async fn look(house: &House, job: &Job, id: crate::platform::id::RunId) -> Outcome<Ending> {
    let run = store::find_for_system(house.db.read(), id).await?;
    let (RunState::Waiting, Some(remote)) = (run.state(), run.remote()) else { return Ok(Ending::Done) };
    let opened = match Opened::of(house, &run).await {
        Ok(opened) => opened,
        Err(Error::NotFound) => return settling::give_up(house, &run, Trouble::new(Class::Gone)).await,
        Err(error) => return Err(error),
    };
    let shots = std::collections::HashMap::new();
    let desk = opened.desk(house, &shots);
    let looked = match &remote.finished {
        // It is done, and its files wait to be brought home.
        Some(finished) => {
            let product = |address: &crate::create::runs::backends::Address| Product {
                duration_ms: address.duration_ms,
                source: Source::Address(address.clone()),
                file_name: address.file_name.clone(),
                shot: None,
            };
            Ok(Looked::Done(Made { products: finished.files.iter().map(product).collect(), used: finished.used, ..Made::default() }))
        }
        None => {
            tokio::select! {
                biased;
                () = job.stop.cancelled() => return Ok(Ending::Cancelled),
                looked = opened.adapter.look(&desk, &remote) => looked.map_err(|trouble| opened.service.without_secret(trouble)),
            }
        }
    };
    match looked {
        Ok(Looked::Waiting { progress, after_ms }) => still(house, job, &run, progress, after_ms).await,
        Ok(Looked::Done(made)) => settling::settle(house, &opened, &run, made, false).await,
        Err(trouble) if trouble.class.is_passing() || trouble.class == Class::BadAnswer => unanswered(house, &run, trouble).await,
        Err(trouble) => settling::give_up(house, &run, trouble).await,
    }
}

async fn still(house: &House, job: &Job, run: &Run, progress: Option<i64>, after_ms: i64) -> Outcome<Ending> {
    if is_given_up(house, run) {
        return doubtful(house, run, Class::Timeout, "").await;
    }
    let id = run.id;
    house.db.write_regardless(async move |tx| store::looked(tx, id, None).await).await?;
    if let Some(percent) = progress {
        jobs::progress(house, job.id, percent.clamp(0, 100), 100).await?;
    }
    // What is quickly done is seen quickly: the first looks come sooner than the service asks.
    let after = after_ms.saturating_mul((run.looks + 1).min(FULL)) / FULL;
    Ok(Ending::Later(house.now().plus(after.clamp(SOONEST, LATEST))))
}

/// Nobody answered for the task: it is asked again, less and less often, until a person has to.
pub(super) async fn unanswered(house: &House, run: &Run, trouble: Trouble) -> Outcome<Ending> {
    if is_given_up(house, run) {
        return doubtful(house, run, trouble.class, &trouble.detail).await;
    }
    let (id, class, detail) = (run.id, trouble.class, trouble.detail);
    house.db.write_regardless(async move |tx| store::looked(tx, id, Some((class.name(), &detail))).await).await?;
    let wait = trouble.retry_after.unwrap_or(AGAIN << run.looks.clamp(0, 8));
    Ok(Ending::Later(house.now().plus(wait.clamp(SOONEST, LATEST))))
}

fn is_given_up(house: &House, run: &Run) -> bool {
    run.started_ms.is_some_and(|started| house.now().since(started) > GIVEN_UP)
}

async fn doubtful(house: &House, run: &Run, class: Class, detail: &str) -> Outcome<Ending> {
    settling::doubtful(house, run, Trouble::saying(class, detail)).await?;
    Ok(Ending::Fail { class: INTERRUPTED, reason: class.key().into() })
}

/// Asks the service to stop a task that somebody cancelled. What it does is its own affair.
pub(super) async fn stop(house: House, job: Job) -> Ending {
    let Some(id) = run_of(&job) else { return Ending::Done };
    let Ok(run) = store::find_for_system(house.db.read(), id).await else { return Ending::Done };
    let Some(remote): Option<Remote> = run.remote() else { return Ending::Done };
    if let Ok(opened) = Opened::of(&house, &run).await {
        let shots = std::collections::HashMap::new();
        opened.adapter.cancel(&opened.desk(&house, &shots), &remote).await;
    }
    Ending::Done
}
