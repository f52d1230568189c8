//! Pages of trials: the list, a new one, one with its pairs side by side.

use super::model::{Choice, NewTrial, Side, Tally};
use super::store::{self, Trial};
use super::view::{Answered, Pair, Sum, TrialShown};
use super::{actions, api};
use crate::create::prompts::{self, Fixture, PromptName};
use crate::create::runs::backends::{self, BackendName};
use crate::platform::id::{FixtureId, ProjectId, PromptId, TrialId};
use crate::platform::money::amount;
use crate::platform::{Error, FieldError, House, Outcome};
use crate::web::{Ability, Access, After, Answer, Errors, Form, Me, Routes, Shell, Slice, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;

const IN_LIST: i64 = 50;

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new()
        .get("/projects/{project}/trials", read, index)
        .get("/prompts/{prompt}/trials/new", make, new)
        .post("/prompts/{prompt}/trials", make, create)
        .get("/trials/{trial}", read, show)
        .post("/trials/{trial}/choices", make, choose)
        .merge(api::routes())
}

#[derive(Template)]
#[template(path = "create/trials/index.html")]
struct IndexPage {
    shell: Shell,
    trials: Slice<Trial>,
}

/// What is typed and ticked. Ids that cannot be read are as good as not ticked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct TrialForm {
    a: i64,
    b: i64,
    fixture: Vec<String>,
    backend: String,
    count: String,
    blind: String,
}

impl TrialForm {
    fn new_trial(&self, prompt: PromptId) -> Outcome<NewTrial> {
        let count = match self.count.trim() {
            "" => None,
            text => Some(text.parse().map_err(|_| Error::Invalid(vec![FieldError::new("count", "trials-error-count").with("max", 6)]))?),
        };
        let fixtures = self.fixture.iter().filter_map(|id| id.parse::<FixtureId>().ok()).collect();
        Ok(NewTrial { prompt: Some(prompt), a: self.a, b: self.b, fixtures, backend: self.backend.clone(), count, blind: !self.blind.is_empty() })
    }
}

#[derive(Template)]
#[template(path = "create/trials/new.html")]
struct NewPage {
    shell: Shell,
    prompt: PromptName,
    fixtures: Vec<Fixture>,
    backends: Vec<BackendName>,
    form: TrialForm,
    errors: Errors,
}

impl NewPage {
    fn numbers(&self) -> Vec<i64> {
        (1..=self.prompt.versions).rev().take(200).collect()
    }
    fn ticked(&self, fixture: &Fixture) -> bool {
        self.form.fixture.contains(&fixture.id.to_string())
    }
    fn backend(&self, backend: &BackendName) -> bool {
        self.form.backend == backend.id.to_string()
    }
}

#[derive(Template)]
#[template(path = "create/trials/show.html")]
struct TrialPage {
    shell: Shell,
    shown: TrialShown,
}

impl TrialPage {
    fn title(&self) -> String {
        let trial = &self.shown.trial;
        self.shell.ab("trials-title-of", "a", version(trial.a), "b", version(trial.b))
    }
    /// The state in words.
    fn state(&self) -> String {
        match (self.shown.is_running(), self.shown.left()) {
            (true, _) => self.shell.t("trials-running").into_owned(),
            (false, 0) => self.shell.t("trials-all-chosen").into_owned(),
            (false, left) => self.shell.n("trials-to-choose", left),
        }
    }
    /// Which version an answer is of, or its place while that is hidden.
    fn head(&self, answered: &Answered, place: &str) -> String {
        match answered.version {
            Some(number) => self.shell.n("trials-version", number),
            None => self.shell.t(["trials-", place].concat()).into_owned(),
        }
    }
    fn cost(&self, answered: &Answered) -> String {
        let cost = answered.cost_micros.zip(answered.currency.as_deref()).map(|(micros, currency)| amount(micros, currency));
        match (cost, answered.took_ms) {
            (Some(cost), Some(ms)) => format!("{cost} · {}", seconds(ms)),
            (Some(cost), None) => cost,
            _ => self.shell.t("trials-hidden").into_owned(),
        }
    }
    fn is(&self, pair: &Pair, choice: &str) -> bool {
        matches!((pair.choice, choice), (Some(Choice::Left), "left") | (Some(Choice::Right), "right") | (Some(Choice::Neither), "neither"))
    }
    /// The first pair that waits for a choice has the keys.
    fn has_keys(&self, pair: &Pair) -> bool {
        self.shown.pairs.iter().find(|pair| pair.choice.is_none() && pair.is_ready()).is_some_and(|first| first.position == pair.position)
    }
    fn verdict(&self, tally: &Tally) -> String {
        let (a, b) = (version(self.shown.trial.a), version(self.shown.trial.b));
        match tally.apart() {
            Some(Side::A) => self.shell.a("trials-apart", "version", a),
            Some(Side::B) => self.shell.a("trials-apart", "version", b),
            None => self.shell.t("trials-not-apart").into_owned(),
        }
    }
    /// The share of B in words, with its interval.
    fn share(&self, tally: &Tally) -> String {
        let percent = |share: Option<f64>| share.map(|share| format!("{:.0} %", share * 100.0)).unwrap_or_default();
        let interval = self.shell.ab("trials-interval", "low", percent(tally.low), "high", percent(tally.high));
        self.shell.ab("trials-share", "share", percent(tally.share_b), "interval", interval)
    }
    fn sum(&self, sum: &Sum) -> String {
        let cost = amount(sum.cost_micros, &sum.currency);
        sum.took_ms.map_or_else(|| cost.clone(), |ms| format!("{cost} · {}", self.shell.a("trials-each", "time", seconds(ms))))
    }
    fn number(&self, number: &Option<i64>) -> String {
        version(*number)
    }
}

fn version(number: Option<i64>) -> String {
    number.map_or_else(|| "–".to_owned(), |number| number.to_string())
}

fn seconds(ms: i64) -> String {
    format!("{:.1} s", ms as f64 / 1_000.0)
}

/// The trial as this member may see it.
pub(super) async fn shown(house: &House, me: &Me, id: TrialId) -> Outcome<TrialShown> {
    let db = house.db.read();
    let trial = store::find(db, me.member.id, id).await?;
    let (halves, drafted) = (store::halves(db, id).await?, store::drafted(db, id).await?);
    Ok(TrialShown::of(trial, &halves, drafted, &store::choices(db, id, me.member.id).await?))
}

async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(view): Query<After>) -> Answer {
    let shell = me.shell(Some(project)).await?.at("prompts");
    let trials = store::list(house.db.read(), me.member.id, project, view.after, IN_LIST).await?;
    Ok(page(StatusCode::OK, &IndexPage { shell, trials }))
}

async fn new(State(house): State<House>, me: Me, Path(prompt): Path<PromptId>) -> Answer {
    let prompt = prompts::find(house.db.read(), me.member.id, prompt).await?;
    let live = prompt.live.unwrap_or(1);
    let newest = if live == prompt.versions { prompt.versions - 1 } else { prompt.versions };
    let form = TrialForm { a: live, b: prompt.trial.filter(|trial| *trial != live).unwrap_or(newest), blind: "1".into(), ..TrialForm::default() };
    form_page(&house, &me, prompt, form, (StatusCode::OK, Errors::default())).await
}

async fn form_page(house: &House, me: &Me, prompt: PromptName, form: TrialForm, (status, errors): (StatusCode, Errors)) -> Answer {
    let shell = me.shell(Some(prompt.project_id)).await?.at("prompts");
    let fixtures = prompts::fixtures(house.db.read(), prompt.id).await?;
    let backends = backends::usable(house.db.read()).await?;
    Ok(page(status, &NewPage { shell, prompt, fixtures, backends, form, errors }))
}

async fn create(State(house): State<House>, me: Me, Path(prompt): Path<PromptId>, Form(form): Form<TrialForm>) -> Answer {
    let prompt = prompts::find(house.db.read(), me.member.id, prompt).await?;
    let project = prompt.project_id;
    let prepared = match form.new_trial(prompt.id) {
        Ok(trial) => actions::prepare(&house, &me, project, &trial).await,
        Err(error) => Err(error),
    };
    match prepared {
        Ok(prepared) => {
            let (now, by, actor) = (house.now(), me.member.id, me.actor());
            let id = house.db.write(async move |tx| actions::submit(tx, &actor, by, project, &prepared, now).await).await?;
            house.jobs.ring();
            Ok(me.go(&format!("/trials/{id}")))
        }
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(me.words, &errors);
            form_page(&house, &me, prompt, form, (StatusCode::UNPROCESSABLE_ENTITY, errors)).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn show(State(house): State<House>, me: Me, Path(id): Path<TrialId>) -> Answer {
    let shown = shown(&house, &me, id).await?;
    let shell = me.shell(Some(shown.trial.project_id)).await?.at("prompts");
    Ok(page(StatusCode::OK, &TrialPage { shell, shown }))
}

#[derive(Deserialize)]
struct ChoiceForm {
    position: i64,
    choice: Choice,
}

async fn choose(State(house): State<House>, me: Me, Path(id): Path<TrialId>, Form(form): Form<ChoiceForm>) -> Answer {
    actions::choose(&house, &me, id, form.position, form.choice).await?;
    Ok(me.go(&format!("/trials/{id}#pair-{}", form.position)))
}
