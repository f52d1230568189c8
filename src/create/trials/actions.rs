//! Verbs on trials: plan one, choose between two answers.

use super::model::{Choice, NewTrial, Side, left};
use super::store::{self, NewRow};
use crate::create::prompts::{self, Choice as Of, Chosen, Fixture, Purpose};
use crate::create::runs::{self, NewRun, Planned};
use crate::create::{pieces, projects};
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{MemberId, PieceId, ProjectId, PromptId, TrialId};
use crate::platform::{Error, FieldError, House, Ms, Outcome};
use crate::web::{Me, Words};
use serde_json::json;

/// A trial whose runs are rendered, and nothing of it is written yet.
#[derive(Debug)]
pub struct Prepared {
    versions: (Chosen, Chosen),
    piece: Option<PieceId>,
    count: i64,
    blind: bool,
    /// Name of the fixture, and the run of each version
    pairs: Vec<(String, Planned, Planned)>,
}

/// Renders both versions over every fixture; the first that cannot be asked says why.
pub async fn prepare(house: &House, me: &Me, project: ProjectId, new: &NewTrial) -> Outcome<Prepared> {
    let (id, count) = new.check()?;
    let db = house.db.read();
    let prompt = prompts::find(db, me.member.id, id).await.map_err(|_| Error::field("prompt", "runs-error-prompt"))?;
    if prompt.project_id != project {
        return Err(Error::field("prompt", "runs-error-prompt"));
    }
    let fixtures = prompts::fixtures_of(db, id, &new.fixtures).await.map_err(|_| Error::field("fixtures", "trials-error-no-fixture"))?;
    let version = async |number, field| prompts::choose(db, project, Of::Version(id, number)).await?.ok_or(Error::field(field, "error-choose-one"));
    let versions = (version(new.a, "a").await?, version(new.b, "b").await?);
    let piece = if prompt.purpose() == Purpose::Variants { Some(piece(house, me, project).await?) } else { None };
    let asked = Asked { prompt: id, backend: &new.backend, count, piece };
    let mut pairs = Vec::with_capacity(fixtures.len());
    for fixture in fixtures {
        let a = half(house, project, &asked, (&versions.0, new.a), &fixture).await?;
        let b = half(house, project, &asked, (&versions.1, new.b), &fixture).await?;
        pairs.push((fixture.name, a, b));
    }
    Ok(Prepared { versions, piece, count, blind: new.blind, pairs })
}

/// What all runs of a trial are asked with.
struct Asked<'a> {
    prompt: PromptId,
    backend: &'a str,
    count: i64,
    piece: Option<PieceId>,
}

/// One run: planned as any, then rendered over the words of the fixture's idea instead of one from the board.
async fn half(house: &House, project: ProjectId, asked: &Asked<'_>, (chosen, number): (&Chosen, i64), fixture: &Fixture) -> Outcome<Planned> {
    let run = NewRun {
        prompt: Some(asked.prompt),
        version: Some(number),
        inputs: fixture.inputs.clone(),
        backend: asked.backend.to_owned(),
        count: Some(asked.count),
        locale: fixture.locale.clone(),
        piece: asked.piece,
        ..NewRun::default()
    };
    let mut planned = runs::prepare(house, project, &run).await.map_err(|error| of_a_trial(error, &fixture.name))?;
    let about = projects::find_for_system(house.db.read(), project).await?;
    let given = prompts::Given { locale: planned.parameters.locale.clone(), ..fixture.given(asked.count) };
    let inputs = prompts::recorded(prompts::context(&about, chosen.purpose, &given), Some(chosen));
    planned.rendered = prompts::render(&chosen.template, &inputs)
        .map_err(|fault| Error::Invalid(vec![FieldError::new("fixtures", fault.key).with("line", fault.line).with("detail", fault.detail)]))?;
    planned.inputs = serde_json::to_string(&inputs).map_err(Error::broken)?;
    Ok(planned)
}

/// The fields of a run by the names they have in a trial; inputs are wrong in a fixture, which is named.
fn of_a_trial(error: Error, fixture: &str) -> Error {
    let Error::Invalid(errors) = error else { return error };
    let named = |error: FieldError| match error.field {
        "inputs" | "locale" | "piece" => FieldError { field: "fixtures", ..error.inside(fixture) },
        _ => error,
    };
    Error::Invalid(errors.into_iter().map(named).collect())
}

/// The piece that variants of trials hang on: one for the project, so that they are apart from everything else.
async fn piece(house: &House, me: &Me, project: ProjectId) -> Outcome<PieceId> {
    if let Some(piece) = store::piece(house.db.read(), project).await? {
        return Ok(piece);
    }
    let title = Words::of(&projects::find(house.db.read(), me.member.id, project).await?.locale).t("trials-piece").into_owned();
    let (now, by, actor) = (house.now(), me.member.id, me.actor());
    house.db.write(async move |tx| pieces::create(tx, &actor, Some(by), project, None, &title, now).await).await
}

/// Writes a prepared trial and queues its runs.
pub async fn submit(tx: &mut Tx, actor: &Actor, by: MemberId, project: ProjectId, trial: &Prepared, at: Ms) -> Outcome<TrialId> {
    let id = TrialId::new(at);
    let Some((_, first, _)) = trial.pairs.first() else { return Err(Error::field("fixtures", "trials-error-no-fixture")) };
    let versions = (trial.versions.0.id, trial.versions.1.id);
    let row = NewRow { versions, backend: first.backend, piece: trial.piece, count: trial.count, blind: trial.blind, by };
    store::insert(tx, id, project, &row, at).await?;
    for (position, (fixture, a, b)) in (0_i64..).zip(&trial.pairs) {
        for (side, planned) in [(Side::A, a), (Side::B, b)] {
            let run = runs::submit(tx, actor, Some(by), project, planned, at).await?;
            store::insert_half(tx, id, run, (position, side), fixture).await?;
        }
    }
    let detail = json!({ "pairs": trial.pairs.len(), "count": trial.count, "blind": trial.blind });
    record(tx, actor, at, Event::new("trial.planned", id.0).within(project).detail(detail)).await?;
    Ok(id)
}

/// Keeps what a member likes better of one pair; chosen anew, the newest stands.
pub async fn choose(house: &House, me: &Me, trial: TrialId, position: i64, choice: Choice) -> Outcome<()> {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            let held = store::hold(tx, member, trial, position).await?;
            if held.open > 0 {
                return Err(Error::refused("trials-not-yet"));
            }
            let side = choice.side(left(held.blind, held.seed, position));
            store::choose(tx, trial, position, member, side, now).await?;
            let detail = json!({ "pair": position, "choice": side });
            record(tx, &actor, now, Event::new("trial.chosen", trial.0).within(held.project).detail(detail)).await
        })
        .await
}
