//! Verbs on runs: plan, cancel, ask again; and what happens to runs of a start that died.

use super::backends::{self, BackendName, SKETCH};
use super::model::{NewRun, Parameters, RunState};
use super::store::{self, Planned, Run};
use crate::create::projects;
use crate::create::prompts::{self, Choice, Given, IdeaWords, Label, ParentWords, Purpose};
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{BootId, MemberId, PieceId, ProjectId, RunId};
use crate::platform::jobs::{self, Queued, enqueue};
use crate::platform::locale::Locale;
use crate::platform::{Error, FieldError, House, Ms, Outcome};
use crate::web::Me;
use serde_json::json;

/// Longest text sent, in characters: a rendered template may hold a long script.
const LONGEST: usize = 100_000;
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

/// Reads what the run is asked with and renders it; nothing is written yet.
pub(super) async fn prepare(house: &House, project: ProjectId, new: &NewRun) -> Outcome<Planned> {
    let db = house.db.read();
    let project = projects::find_for_system(db, project).await?;
    let count = new.count.unwrap_or(12);
    if !(1..=60).contains(&count) {
        return Err(Error::field("count", "runs-error-count"));
    }
    let backend = backend(house, &new.backend).await?;
    let chosen = chosen(house, project.id, new).await?;
    let purpose = chosen.as_ref().map(|chosen| chosen.purpose).or(new.purpose).unwrap_or_default();
    let source = source(house, project.id, purpose, new).await?;
    let tag = [new.locale.trim(), source.locale.as_str(), project.locale.as_str()].into_iter().find(|tag| !tag.is_empty()).unwrap_or_default();
    let locale: Locale = tag.parse().map_err(|key| Error::field("locale", key))?;
    let given = Given {
        locale: locale.to_string(),
        count,
        lenses: new.lenses.clone(),
        idea: source.idea,
        parent: source.parent,
        inputs: new.inputs.clone(),
    };
    let inputs = prompts::context(&project, purpose, &given);
    let rendered = match &chosen {
        Some(chosen) => prompts::render(&chosen.template, &inputs).map_err(|fault| {
            Error::Invalid(vec![FieldError::new("inputs", fault.key).with("line", fault.line).with("detail", fault.detail)])
        })?,
        None if backend.id == SKETCH => String::new(),
        None => return Err(Error::field("prompt", "runs-error-no-prompt")),
    };
    if rendered.chars().count() > LONGEST {
        return Err(Error::Invalid(vec![FieldError::new("prompt", "error-too-long").with("max", LONGEST)]));
    }
    let (_, service) = backends::open(house, backend.id).await?;
    let mut model = chosen.as_ref().map(|chosen| chosen.settings.clone()).unwrap_or_default();
    model.model = model.model.or_else(|| Some(service.get("model").to_owned()).filter(|model| !model.is_empty()));
    let parameters = Parameters {
        locale: locale.to_string(),
        lenses: new.lenses.clone(),
        model,
        seed: u64::try_from(project.seed).unwrap_or(1),
        price_in: service.get("price_in").to_owned(),
        price_out: service.get("price_out").to_owned(),
        play: new.play,
    };
    let currency = Some(service.get("currency")).filter(|currency| !currency.is_empty()).unwrap_or("USD").to_owned();
    let inputs = serde_json::to_string(&inputs).map_err(Error::broken)?;
    Ok(Planned {
        purpose,
        prompt_version: chosen.map(|chosen| chosen.id),
        backend: backend.id,
        idea: source.idea_id,
        piece: source.piece,
        parent: new.parent,
        inputs,
        rendered,
        parameters,
        count,
        currency,
    })
}

async fn backend(house: &House, asked: &str) -> Outcome<BackendName> {
    let db = house.db.read();
    let found = if asked.trim().is_empty() { backends::default_one(db).await? } else { backends::resolve(db, asked.trim()).await? };
    found.ok_or_else(|| Error::field("backend", "runs-error-backend"))
}

async fn chosen(house: &House, project: ProjectId, new: &NewRun) -> Outcome<Option<prompts::Chosen>> {
    let label = new.label.unwrap_or(Label::Live);
    let choice = match (new.prompt, new.version) {
        (Some(prompt), Some(number)) => Choice::Version(prompt, number),
        (Some(prompt), None) => Choice::Label(prompt, label),
        (None, _) => Choice::Any(new.purpose.unwrap_or_default(), label),
    };
    let found = prompts::choose(house.db.read(), project, choice).await?;
    match &found {
        None if new.prompt.is_some() => Err(Error::field("prompt", "runs-error-prompt")),
        Some(chosen) if new.purpose.is_some_and(|purpose| purpose != chosen.purpose) => Err(Error::field("prompt", "runs-error-purpose")),
        _ => Ok(found),
    }
}

/// What variants are drafted from.
#[derive(Default)]
struct Source {
    idea_id: Option<crate::platform::id::IdeaId>,
    piece: Option<PieceId>,
    idea: IdeaWords,
    parent: ParentWords,
    locale: String,
}

async fn source(house: &House, project: ProjectId, purpose: Purpose, new: &NewRun) -> Outcome<Source> {
    let db = house.db.read();
    if purpose == Purpose::Ideas {
        return Ok(Source::default());
    }
    let mut source = Source { idea_id: new.idea, piece: new.piece, ..Source::default() };
    if let Some(parent) = new.parent {
        let (piece, locale, words) = store::parent(db, project, parent).await?;
        (source.piece, source.locale, source.parent) = (Some(piece), locale, words);
    }
    if let Some(piece) = source.piece {
        let (idea, title) = store::piece(db, project, piece).await?;
        source.idea_id = idea;
        source.idea.title = title;
    }
    match source.idea_id {
        Some(idea) => match store::idea(db, project, idea).await {
            Ok(words) => source.idea = words,
            // A piece outlives its idea.
            Err(_) if source.piece.is_some() => source.idea_id = None,
            Err(error) => return Err(error),
        },
        None if source.piece.is_none() => return Err(Error::field("idea", "runs-error-no-idea")),
        None => {}
    }
    Ok(source)
}

/// Freezes a planned run and queues its job.
pub(super) async fn submit(tx: &mut Tx, actor: &Actor, by: Option<MemberId>, project: ProjectId, planned: &Planned, at: Ms) -> Outcome<RunId> {
    store::sees(tx, by, project).await?;
    let id = RunId::new(at);
    let mut planned = planned.clone();
    // Each run draws its own drafts, and the same run the same ones.
    planned.parameters.seed = (planned.parameters.seed ^ (id.0.as_u128() as u64)) & 0x1f_ffff_ffff_ffff;
    store::insert(tx, id, project, &planned, by, at).await?;
    let job = queue(tx, id, project, by, at).await?;
    store::set_job(tx, id, job, 0).await?;
    let detail = json!({ "purpose": planned.purpose, "count": planned.count, "backend": planned.backend });
    record(tx, actor, at, Event::new("run.planned", id.0).within(project).detail(detail)).await?;
    Ok(id)
}

async fn queue(tx: &mut Tx, id: RunId, project: ProjectId, by: Option<MemberId>, at: Ms) -> Outcome<Option<crate::platform::id::JobId>> {
    let job = Queued { project: Some(project), max_attempts: ATTEMPTS, created_by: by, ..Queued::now("run", json!({ "run": id }), at) };
    enqueue(tx, at, job).await
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
    let doubtful = (run.state() == RunState::NeedsLook).then_some(run.id);
    let id = house
        .db
        .write(async move |tx| {
            if let Some(doubtful) = doubtful {
                store::cancel(tx, by, doubtful, now).await?;
            }
            submit(tx, &actor, Some(by), project, &planned, now).await
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
        let is_local = backends::of_kind(&run.backend_kind).is_some_and(backends::Backend::is_local);
        // A run that waits has not asked yet, or was told to wait.
        let asked_nobody = is_local || (run.state == RunState::Queued.name() && !restored);
        if asked_nobody && !run.is_dead {
            let job = queue(tx, run.id, run.project, None, at).await?;
            store::set_job(tx, run.id, job, run.deaths).await?;
            continue;
        }
        let (state, kind) = if asked_nobody { (RunState::Failed, "run.failed") } else { (RunState::NeedsLook, "run.doubtful") };
        store::leave(tx, run.id, state, at).await?;
        record(tx, &Actor::system(), at, Event::new(kind, run.id.0).within(run.project)).await?;
    }
    Ok(())
}
