//! The job of a run: asks its backend once and writes what came of it.

use super::actions::ATTEMPTS;
use super::backends::{self, Ask, Backend, Class, Drafted, Service, Spent, Trouble, cost_micros};
use super::drafts::Drafts;
use super::model::RunState;
use super::store::{self, End, Run};
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::RunId;
use crate::platform::jobs::{Ending, Job, Kind};
use crate::platform::{Error, House, Ms, Outcome};
use futures_util::FutureExt;
use serde_json::json;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

/// How long a stopping server waits for an answer that is on its way and may be charged.
const PATIENCE: Duration = Duration::from_secs(10);
/// Milliseconds to wait when a service asks to wait but does not say how long; doubles with each attempt.
const WAIT: i64 = 10_000;
/// How long an answer that may be charged is held when it cannot be written at once, and how often it is tried.
const HELD: Duration = Duration::from_secs(30);
const WRITE_AGAIN: Duration = Duration::from_millis(500);
/// The class of a run whose answer nobody waited for.
const INTERRUPTED: &str = "interrupted";

/// A call is not repeatable after a kill: what it cost is unknown. [`super::recover`] decides by backend.
pub fn jobs() -> Vec<Kind> {
    vec![Kind::new("run", ATTEMPTS, false, work)]
}

async fn work(house: House, job: Job) -> Ending {
    let Ok(id) = serde_json::from_value::<RunId>(job.args.get("run").cloned().unwrap_or_default()) else { return Ending::Done };
    let cause = match AssertUnwindSafe(done(&house, &job, id)).catch_unwind().await {
        Ok(Ok(ending)) => return ending,
        Ok(Err(error)) => error.to_string(),
        Err(_) => "panicked".to_owned(),
    };
    tracing::error!(cause, run = %id, "the outcome of a run could not be written");
    // What it cost is unknown, so a person decides. If this cannot be written either, the next start does it.
    if let Ok(run) = store::find_for_system(house.db.read(), id).await {
        let end = End { state: Some(RunState::NeedsLook), class: Some(INTERRUPTED), ..End::default() };
        if let Err(error) = conclude(&house, &run, end, "run.doubtful").await {
            tracing::error!(%error, run = %id, "a doubtful run could not be marked");
        }
    }
    Ending::Fail { class: "not_written", reason: "job-broken".into() }
}

/// How a call came back.
enum Call {
    Answered(Result<Drafted, Trouble>),
    /// Somebody cancelled the run.
    Dropped,
    /// The server stops and the answer did not come in time.
    Abandoned,
}

async fn done(house: &House, job: &Job, id: RunId) -> Outcome<Ending> {
    let run = store::find_for_system(house.db.read(), id).await?;
    let open = backends::open(house, run.backend_id).await;
    let now = house.now();
    match house.db.write(async move |tx| store::start(tx, id, now).await).await {
        Ok(true) => {}
        Ok(false) => return Ok(Ending::Done), // cancelled before it began
        // Nobody was asked yet, so the run simply waits.
        Err(Error::Busy(_) | Error::Full) if job.attempt < ATTEMPTS => {
            return Ok(Ending::Retry { class: "busy", reason: "failure-busy".into(), after_ms: None });
        }
        Err(error) => return Err(error),
    }
    let (adapter, service) = match open {
        Ok(open) => open,
        Err(error) => {
            tracing::warn!(%error, run = %id, "the backend of a run cannot be opened");
            return give_up(house, &run, Trouble::new(Class::Gone)).await;
        }
    };
    match call(house, job, adapter, &service, &ask(&run)).await {
        Call::Answered(Ok(drafted)) => settle(house, adapter, &run, drafted).await,
        Call::Answered(Err(trouble)) if trouble.class == Class::RateLimited && job.attempt < ATTEMPTS => wait(house, job, &run, trouble).await,
        Call::Answered(Err(trouble)) => give_up(house, &run, trouble).await,
        Call::Dropped => Ok(Ending::Cancelled),
        Call::Abandoned => {
            let end = End { state: Some(RunState::NeedsLook), class: Some(INTERRUPTED), ..End::default() };
            conclude(house, &run, end, "run.doubtful").await?;
            Ok(Ending::Fail { class: INTERRUPTED, reason: "job-interrupted".into() })
        }
    }
}

fn ask(run: &Run) -> Ask {
    let parameters = run.parameters();
    Ask {
        purpose: run.purpose(),
        prompt: run.rendered.clone(),
        inputs: serde_json::from_str(&run.inputs).unwrap_or_default(),
        settings: parameters.model,
        count: usize::try_from(run.count).unwrap_or(1),
        locale: parameters.locale,
        seed: parameters.seed,
    }
}

/// Asks, until there is an answer, somebody cancels, or a stopping server has waited long enough.
async fn call(house: &House, job: &Job, adapter: &'static dyn Backend, service: &Service, ask: &Ask) -> Call {
    let mut answer = adapter.draft(&house.outbound, service, ask);
    tokio::select! {
        biased;
        answered = &mut answer => return Call::Answered(service.without_secret(answered)),
        () = job.stop.cancelled() => {}
    }
    if !house.tasks.stopping().is_cancelled() {
        return Call::Dropped;
    }
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(answered) => Call::Answered(service.without_secret(answered)),
        Err(_) => Call::Abandoned,
    }
}

/// Reads the drafts, draws what belongs to them, and writes them with the outcome.
async fn settle(house: &House, adapter: &'static dyn Backend, run: &Run, drafted: Drafted) -> Outcome<Ending> {
    let Some((mut drafts, repaired)) = Drafts::read(run, &drafted.text) else {
        let class = if drafted.cut_short { Class::TooLong } else { Class::BadAnswer };
        return give_up(house, run, Trouble { spent: drafted.spent, raw: drafted.raw, ..Trouble::new(class) }).await;
    };
    if adapter.is_local() {
        drafts.draw(house, run).await;
    }
    let end = End { raw: Some(drafted.raw.clone()), repaired, made: i64::try_from(drafts.len()).unwrap_or(0), ..priced(run, drafted.spent) };
    let work = Arc::new((drafts, run.clone(), end));
    let (author, db) = (adapter.author(), &house.db);
    let kept = patiently(house, |now| {
        let work = Arc::clone(&work);
        db.write_regardless(async move |tx| {
            let (drafts, run, end) = work.as_ref();
            drafts.keep(tx, run, author, end, now).await
        })
    });
    match kept.await {
        Ok(_) => Ok(Ending::Done),
        Err(error @ (Error::Busy(_) | Error::Full)) => Err(error),
        Err(error) => {
            // The project went away meanwhile, or the house is at fault.
            tracing::error!(%error, run = %run.id, "drafts could not be kept");
            give_up(house, run, Trouble { spent: drafted.spent, raw: drafted.raw, ..Trouble::new(Class::NotKept) }).await
        }
    }
}

/// The service asked to wait: the run goes back into the queue.
async fn wait(house: &House, job: &Job, run: &Run, trouble: Trouble) -> Outcome<Ending> {
    let (id, class, detail) = (run.id, trouble.class, trouble.detail);
    house.db.write_regardless(async move |tx| store::requeue(tx, id, class.name(), &detail).await).await?;
    let after = trouble.retry_after.unwrap_or(WAIT << job.attempt.clamp(0, 6));
    Ok(Ending::Retry { class: class.name(), reason: class.key().into(), after_ms: Some(after) })
}

async fn give_up(house: &House, run: &Run, trouble: Trouble) -> Outcome<Ending> {
    let class = trouble.class;
    let end = End {
        state: Some(RunState::Failed),
        class: Some(class.name()),
        text: Some(trouble.detail).filter(|detail| !detail.is_empty()),
        raw: Some(trouble.raw).filter(|raw| !raw.is_empty()),
        ..priced(run, trouble.spent)
    };
    conclude(house, run, end, "run.failed").await?;
    Ok(Ending::Fail { class: class.name(), reason: class.key().into() })
}

/// Usage and cost by the prices frozen in the run.
fn priced(run: &Run, spent: Spent) -> End {
    let parameters = run.parameters();
    let cost = |tokens: Option<i64>, price: &str| cost_micros(tokens.unwrap_or(0), price);
    let cost_micros = cost(spent.tokens_in, &parameters.price_in).saturating_add(cost(spent.tokens_out, &parameters.price_out));
    End { tokens_in: spent.tokens_in, tokens_out: spent.tokens_out, cost_micros, ..End::default() }
}

async fn conclude(house: &House, run: &Run, end: End, event: &'static str) -> Outcome<()> {
    let (id, project, db) = (run.id, run.project_id, &house.db);
    patiently(house, |now| {
        let end = end.clone();
        db.write_regardless(async move |tx| {
            if store::finish(tx, id, &end, now).await? {
                let detail = json!({ "class": end.class, "cost_micros": end.cost_micros });
                record(tx, &Actor::system(), now, Event::new(event, id.0).within(project).detail(detail)).await?;
            }
            Ok(())
        })
    })
    .await
}

/// Writes what came of a call that may be charged: while the disk is full or the writer busy it is
/// held and tried again for half a minute, so that an answer is not lost for a moment's trouble.
/// Doing it twice changes nothing: an outcome is added once.
async fn patiently<T, W>(house: &House, mut write: impl FnMut(Ms) -> W) -> Outcome<T>
where
    W: Future<Output = Outcome<T>>,
{
    let until = tokio::time::Instant::now() + HELD;
    loop {
        match write(house.now()).await {
            Err(error @ (Error::Busy(_) | Error::Full)) if tokio::time::Instant::now() < until => {
                tracing::warn!(%error, "the outcome of a run waits to be written");
                tokio::time::sleep(WRITE_AGAIN).await;
            }
            outcome => return outcome,
        }
    }
}
