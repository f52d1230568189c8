//! What came of a call is brought home and written: the drafts or the files, the outcome, the ledger, all in one
//! transaction. An outcome is added once, so writing it again after trouble changes nothing.

use super::asking::wait_for;
use super::{Opened, looking};
use crate::create::budgets::{self, Settlement};
use crate::create::runs::backends::{self, Class, Finished, Made, Medium, Remote, Source, Trouble, Used};
use crate::create::runs::costs;
use crate::create::runs::drafts::Drafts;
use crate::create::runs::files;
use crate::create::runs::model::RunState;
use crate::create::runs::store::{self, End, Run};
use crate::platform::events::{Actor, Event, record};
use crate::platform::jobs::{Ending, postpone};
use crate::platform::{Error, House, Ms, Outcome};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// The class of a run whose answer nobody waited for.
pub(super) const INTERRUPTED: &str = "interrupted";
/// How long an answer that may be charged is held when it cannot be written at once, and how often it is tried.
const HELD: Duration = Duration::from_secs(30);
const WRITE_AGAIN: Duration = Duration::from_millis(500);

/// How a call came back.
pub(super) enum Call<T> {
    Answered(Result<T, Trouble>),
    /// Somebody cancelled the run.
    Dropped,
    /// The server stops and the answer did not come in time.
    Abandoned,
}

/// Reads the drafts or brings the files home, and writes them with the outcome. `fresh`: the answer is in nobody's
/// hands but ours, so addresses in it are written down before they are followed.
pub(super) async fn settle(house: &House, opened: &Opened, run: &Run, made: Made, fresh: bool) -> Outcome<Ending> {
    let addresses: Vec<_> = made
        .products
        .iter()
        .filter_map(|product| match &product.source {
            Source::Address(address) => {
                Some(backends::Address { file_name: product.file_name.clone(), duration_ms: product.duration_ms, ..address.clone() })
            }
            _ => None,
        })
        .collect();
    if !addresses.is_empty() && addresses.len() == made.products.len() && run.remote().is_none_or(|remote| remote.finished.is_none()) {
        let remote = run.remote().unwrap_or_default();
        let remote = Remote { finished: Some(Finished { files: addresses, used: made.used }), ..remote };
        wait_for(house, run, remote, 0).await?;
        return Ok(Ending::Done);
    }
    match run.medium() {
        Medium::Text => words(house, opened, run, made).await,
        _ => products(house, opened, run, made, fresh).await,
    }
}

async fn words(house: &House, opened: &Opened, run: &Run, made: Made) -> Outcome<Ending> {
    let Some((mut drafts, repaired)) = Drafts::read(run, &made.text) else {
        let class = if made.cut_short { Class::TooLong } else { Class::BadAnswer };
        let trouble = Trouble { used: made.used, earlier: made.earlier, raw: opened.service.hide(made.raw), ..Trouble::new(class) };
        return give_up(house, run, trouble).await;
    };
    if opened.adapter.is_local() {
        drafts.draw(house, run).await;
    }
    let end = End {
        raw: Some(opened.service.hide(made.raw)),
        repaired,
        made: i64::try_from(drafts.len()).unwrap_or(0),
        ..priced(run, made.used.plus(made.earlier))
    };
    let work = Arc::new((drafts, run.clone(), end, settlement(run, &made.used)));
    let (author, backend, db) = (opened.adapter.author(), run.backend_id, &house.db);
    let kept = patiently(house, |now| {
        let work = Arc::clone(&work);
        db.write_regardless(async move |tx| {
            let (drafts, run, end, settlement) = work.as_ref();
            budgets::settle(tx, run.id, settlement, now).await?;
            backends::succeeded(tx, backend).await?;
            drafts.keep(tx, run, author, end, now).await
        })
    });
    written(house, run, made.used, kept.await).await
}

async fn products(house: &House, opened: &Opened, run: &Run, made: Made, fresh: bool) -> Outcome<Ending> {
    let used = made.used;
    let raw = opened.service.hide(made.raw);
    let kept = match files::bring_home(house, opened.adapter, &opened.service, run, made.products).await {
        Ok(kept) => kept,
        // It was made and its address says no: perhaps for good, perhaps a fresh one helps.
        Err(trouble) if trouble.class.is_passing() && !fresh => return looking::unanswered(house, run, trouble).await,
        Err(trouble) if trouble.class == Class::Expired && !fresh => return ask_anew(house, run, trouble).await,
        Err(trouble) => return give_up(house, run, Trouble { used, raw, ..trouble }).await,
    };
    let made = i64::try_from(kept.iter().filter(|file| file.shot.is_none()).count()).unwrap_or(0);
    let end = End { raw: Some(raw).filter(|raw| !raw.is_empty()), made, ..priced(run, used) };
    let work = Arc::new((kept, run.clone(), end, settlement(run, &used)));
    let (backend, db) = (run.backend_id, &house.db);
    let outcome = patiently(house, |now| {
        let work = Arc::clone(&work);
        db.write_regardless(async move |tx| {
            let (kept, run, end, settlement) = work.as_ref();
            budgets::settle(tx, run.id, settlement, now).await?;
            backends::succeeded(tx, backend).await?;
            files::keep(tx, run, kept, end, now).await
        })
    });
    written(house, run, used, outcome.await).await
}

/// An address that expired: the task itself is asked once for another one.
async fn ask_anew(house: &House, run: &Run, trouble: Trouble) -> Outcome<Ending> {
    let remote = run.remote().unwrap_or_default();
    if remote.more.is_null() || run.looks > 20 {
        doubtful(house, run, trouble).await?;
        return Ok(Ending::Fail { class: Class::Expired.name(), reason: Class::Expired.key().into() });
    }
    let id = run.id;
    let remote = Remote { finished: None, ..remote };
    house
        .db
        .write_regardless(async move |tx| {
            store::looked(tx, id, Some((trouble.class.name(), &trouble.detail))).await?;
            store::wait(tx, id, &remote).await
        })
        .await?;
    Ok(Ending::Later(house.now().plus(500)))
}

async fn written(house: &House, run: &Run, used: Used, kept: Outcome<bool>) -> Outcome<Ending> {
    match kept {
        Ok(_) => Ok(Ending::Done),
        Err(error @ (Error::Busy(_) | Error::Full)) => Err(error),
        Err(error) => {
            // The project went away meanwhile, or the house is at fault.
            tracing::error!(%error, run = %run.id, "what a run made could not be kept");
            give_up(house, run, Trouble { used, ..Trouble::new(Class::NotKept) }).await
        }
    }
}

/// There is no result: failed, or in doubt when the service may have done the work all the same.
pub(super) async fn give_up(house: &House, run: &Run, trouble: Trouble) -> Outcome<Ending> {
    let class = trouble.class;
    if class.is_doubtful() {
        doubtful(house, run, trouble).await?;
    } else {
        let unpriced = class == Class::BadAnswer && trouble.used == Used::default() && !run.parameters().tariff.is_empty();
        let settlement = match settlement_of(run, &trouble.used) {
            _ if unpriced => Settlement::Doubtful,
            Some(spent) => spent,
            None => Settlement::Released,
        };
        conclude(house, run, (RunState::Failed, "run.failed"), trouble, settlement).await?;
    }
    Ok(Ending::Fail { class: class.name(), reason: class.key().into() })
}

/// Perhaps it was done and charged: a person looks, with the evidence.
pub(super) async fn doubtful(house: &House, run: &Run, trouble: Trouble) -> Outcome<()> {
    conclude(house, run, (RunState::NeedsLook, "run.doubtful"), trouble, Settlement::Doubtful).await
}

/// The program stopped, or could not write, while an answer was on its way.
pub(super) async fn interrupted(house: &House, run: &Run) -> Outcome<()> {
    let end = End { state: Some(RunState::NeedsLook), class: Some(INTERRUPTED), ..End::default() };
    write_end(house, run, end, "run.doubtful", Settlement::Doubtful, None).await
}

async fn conclude(house: &House, run: &Run, (state, event): (RunState, &'static str), trouble: Trouble, settlement: Settlement) -> Outcome<()> {
    let end = End {
        state: Some(state),
        class: Some(trouble.class.name()),
        text: Some(trouble.detail).filter(|detail| !detail.is_empty()),
        raw: Some(trouble.raw).filter(|raw| !raw.is_empty()),
        ..priced(run, trouble.used.plus(trouble.earlier))
    };
    write_end(house, run, end, event, settlement, Some((trouble.class, trouble.retry_after))).await
}

async fn write_end(
    house: &House,
    run: &Run,
    end: End,
    event: &'static str,
    settlement: Settlement,
    trouble: Option<(Class, Option<i64>)>,
) -> Outcome<()> {
    let (id, project, backend, db) = (run.id, run.project_id, run.backend_id, &house.db);
    patiently(house, |now| {
        let (end, settlement) = (end.clone(), settlement.clone());
        db.write_regardless(async move |tx| {
            budgets::settle(tx, id, &settlement, now).await?;
            if let Some((class, retry_after)) = trouble
                && let Some(until) = backends::troubled(tx, backend, class, retry_after, now).await?
            {
                postpone(tx, "run", &backend.to_string(), until).await?;
            }
            if store::finish(tx, id, &end, now).await? {
                let detail = json!({ "class": end.class, "cost_micros": end.cost_micros });
                record(tx, &Actor::system(), now, Event::new(event, id.0).within(project).detail(detail)).await?;
            }
            Ok(())
        })
    })
    .await
}

/// Usage and cost by the prices frozen in the run. A service that does not say what it used is taken at the estimate.
fn priced(run: &Run, used: Used) -> End {
    let cost_micros = run.parameters().tariff.cost(&used);
    End { tokens_in: used.tokens_in, tokens_out: used.tokens_out, cost_micros, ..End::default() }
}

fn settlement_of(run: &Run, used: &Used) -> Option<Settlement> {
    let cost = run.parameters().tariff.cost(used);
    (cost > 0).then(|| Settlement::Spent { micros: cost, used: serde_json::to_string(used).unwrap_or_default() })
}

pub(super) fn settlement(run: &Run, used: &Used) -> Settlement {
    let parameters = run.parameters();
    let micros =
        if *used == Used::default() { costs::guess(run.medium(), &run.rendered, &parameters, run.count) } else { parameters.tariff.cost(used) };
    Settlement::Spent { micros, used: serde_json::to_string(used).unwrap_or_else(|_| "{}".into()) }
}

/// Writes what came of a call that may be charged: while the disk is full or the writer busy it is
/// held and tried again for half a minute, so that an answer is not lost for a moment's trouble.
/// Doing it twice changes nothing: an outcome is added once.
pub(in crate::create::runs) async fn patiently<T, W>(house: &House, mut write: impl FnMut(Ms) -> W) -> Outcome<T>
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
