//! Pages of runs: the list, asking for one, one with all that was asked and came of it.

use super::actions;
use super::api;
use super::backends::{self, BackendName, Class, Medium};
use super::model::{NewRun, Parameters, amount};
use super::store::{self, Made, Run, RunLine};
use crate::create::ideas::Lenses;
use crate::create::projects;
use crate::create::prompts::{self, Choice, Label, PromptName, Purpose};
use crate::platform::id::{IdeaId, PieceId, ProjectId, PromptId, RunId, VariantId};
use crate::platform::locale::COMMON_LOCALES;
use crate::platform::{Error, House, Outcome};
use crate::web::{Ability, Access, After, Answer, Errors, Form, Me, Routes, Said, Shell, Slice, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

const IN_LIST: i64 = 50;
/// What a page puts before the names of inputs, so that they cannot meet its own fields.
const INPUT: &str = "in.";

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new()
        .get("/projects/{project}/runs", read, index)
        .get("/projects/{project}/runs/new", make, new)
        .post("/projects/{project}/runs", make, create)
        .get("/runs/{run}", read, show)
        .post("/runs/{run}/cancellation", make, cancel)
        .post("/runs/{run}/repetition", make, repeat)
        .merge(api::routes())
}

/// The fields of a form by name, as they were typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
struct RunForm(BTreeMap<String, String>);

impl RunForm {
    fn get(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.get(name) == value
    }

    /// An id in a field; nothing when nothing was chosen.
    fn id<T: std::str::FromStr>(&self, name: &'static str) -> Outcome<Option<T>> {
        match self.get(name) {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| Error::field(name, "error-choose-one")),
        }
    }

    fn purpose(&self) -> Purpose {
        self.get("purpose").parse().unwrap_or_default()
    }

    fn new_run(&self) -> Outcome<NewRun> {
        let count = match self.get("count").trim() {
            "" => None,
            text => Some(text.parse().map_err(|_| Error::field("count", "runs-error-count"))?),
        };
        let lens = |name: &str| self.get(name).trim().chars().take(200).collect::<String>();
        Ok(NewRun {
            purpose: Some(self.purpose()),
            prompt: self.id::<PromptId>("prompt")?,
            backend: self.get("backend").to_owned(),
            inputs: self.0.iter().filter_map(|(name, text)| Some((name.strip_prefix(INPUT)?.to_owned(), text.as_str().into()))).collect(),
            count,
            lenses: Lenses { angle: lens("angle"), market: lens("market"), format: lens("format"), emotion: lens("emotion") },
            locale: self.get("locale").to_owned(),
            idea: self.id::<IdeaId>("idea")?,
            piece: self.id::<PieceId>("piece")?,
            parent: self.id::<VariantId>("parent")?,
            ..NewRun::default()
        })
    }
}

#[derive(Template)]
#[template(path = "create/runs/index.html")]
struct IndexPage {
    shell: Shell,
    runs: Slice<RunLine>,
}

#[derive(Template)]
#[template(path = "create/runs/new.html")]
struct NewPage {
    shell: Shell,
    prompts: Vec<PromptName>,
    backends: Vec<BackendName>,
    markets: Vec<projects::Market>,
    /// Names that the chosen prompt asks for and nothing else supplies.
    asked: Vec<String>,
    form: RunForm,
    errors: Errors,
}

impl NewPage {
    fn locales(&self) -> &'static [&'static str] {
        COMMON_LOCALES
    }
    fn typed(&self, name: &str) -> &str {
        self.form.get(&[INPUT, name].concat())
    }
    fn for_ideas(&self) -> bool {
        self.form.purpose() == Purpose::Ideas
    }
}

#[derive(Template)]
#[template(path = "create/runs/show.html")]
struct RunPage {
    shell: Shell,
    run: Run,
    parameters: Parameters,
    /// Prompt, its name, the number of the version.
    prompt: Option<(PromptId, String, i64)>,
    made: Vec<Made>,
    progress: (i64, i64),
    /// What it drafted from, where that is still there.
    idea_title: Option<String>,
    piece_title: Option<String>,
}

impl RunPage {
    fn trouble(&self) -> Option<Cow<'static, str>> {
        trouble(&self.shell, self.run.error_class.as_deref())
    }
    fn repairs(&self) -> Vec<Cow<'static, str>> {
        let names = self.run.repaired.as_deref().unwrap_or_default().split(',').filter(|name| !name.is_empty());
        names.map(|name| self.shell.t(["runs-repair-", &name.replace('_', "-")].concat().as_str())).collect()
    }
    fn made_href(&self, made: &Made) -> String {
        let noun = if self.run.purpose() == Purpose::Ideas { "ideas" } else { "variants" };
        self.shell.to(&format!("/{noun}/{}", made.id))
    }
    fn seconds(&self) -> Option<String> {
        let (started, finished) = (self.run.started_ms?, self.run.finished_ms?);
        #[allow(clippy::cast_precision_loss, reason = "a duration shown to people")]
        Some(format!("{:.1}", finished.since(started) as f64 / 1_000.0))
    }
}

/// The sentence about an error class.
fn trouble(shell: &Shell, class: Option<&str>) -> Option<Cow<'static, str>> {
    let class = class?;
    Some(match Class::parse(class) {
        Some(class) => shell.t(class.key()),
        None => shell.t("runs-trouble-interrupted"),
    })
}

/// The name people know a backend by.
fn backend_shown<'a>(shell: &Shell, kind: &str, name: &'a str) -> Cow<'a, str> {
    match backends::of_kind(kind).filter(|kind| kind.is_embedded()) {
        Some(kind) => shell.t(kind.label()),
        None => Cow::Borrowed(name),
    }
}

async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(view): Query<After>) -> Answer {
    let shell = me.shell(Some(project)).await?.at("runs");
    let runs = store::list(house.db.read(), me.member.id, project, None, view.after, IN_LIST).await?;
    Ok(page(StatusCode::OK, &IndexPage { shell, runs }))
}

async fn new(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(form): Query<RunForm>) -> Answer {
    form_page(&house, &me, project, form, StatusCode::OK, Errors::default()).await
}

async fn form_page(house: &House, me: &Me, project: ProjectId, form: RunForm, status: StatusCode, errors: Errors) -> Answer {
    let shell = me.shell(Some(project)).await?.at("runs");
    let db = house.db.read();
    let mut prompts = prompts::list(db, me.member.id, project, None, 200).await?.items;
    prompts.retain(|prompt| prompt.purpose() == form.purpose() && prompt.live.is_some());
    let backends = super::media::making(house, Medium::Text).await?;
    let markets = projects::find(db, me.member.id, project).await?.markets;
    let choice = match form.id::<PromptId>("prompt").ok().flatten() {
        Some(prompt) => Choice::Label(prompt, Label::Live),
        None => Choice::Any(form.purpose(), Label::Live),
    };
    let asked = prompts::choose(db, project, choice).await?.map(|chosen| prompts::asked(&chosen.template)).unwrap_or_default();
    Ok(page(status, &NewPage { shell, prompts, backends, markets, asked, form, errors }))
}

async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Form(form): Form<RunForm>) -> Answer {
    let shell = me.shell(Some(project)).await?; // not found before anything is read
    let planned = match form.new_run() {
        Ok(run) => actions::plan(&house, me.actor(), Some(me.member.id), project, &run).await,
        Err(error) => Err(error),
    };
    match planned {
        Ok(id) => Ok(me.go_saying(&format!("/runs/{id}"), Said::new("runs-planned"))),
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(shell.words, &errors);
            form_page(&house, &me, project, form, StatusCode::UNPROCESSABLE_ENTITY, errors).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn show(State(house): State<House>, me: Me, Path(id): Path<RunId>) -> Answer {
    let db = house.db.read();
    let run = store::find(db, me.member.id, id).await?;
    let shell = me.shell(Some(run.project_id)).await?.at("runs");
    let prompt = match run.prompt_version_id {
        Some(version) => Some(prompts::named(db, version).await?),
        None => None,
    };
    let made = store::made(db, id, run.purpose()).await?;
    let progress = match run.job_id {
        Some(job) if run.state().is_open() => store::progress(db, job).await?,
        _ => (0, 0),
    };
    let parameters = run.parameters();
    let (idea_title, piece_title) = store::titles(db, run.project_id, run.idea_id, run.piece_id).await?;
    Ok(page(StatusCode::OK, &RunPage { shell, run, parameters, prompt, made, progress, idea_title, piece_title }))
}

async fn cancel(State(house): State<House>, me: Me, Path(id): Path<RunId>) -> Answer {
    let said = if actions::cancel(&house, &me, id).await? { "runs-cancelled" } else { "runs-had-ended" };
    Ok(me.go_saying(&format!("/runs/{id}"), Said::new(said)))
}

async fn repeat(State(house): State<House>, me: Me, Path(id): Path<RunId>) -> Answer {
    let run = store::find(house.db.read(), me.member.id, id).await?;
    let again = actions::repeat(&house, &me, &run).await?;
    Ok(me.go_saying(&format!("/runs/{again}"), Said::new("runs-planned")))
}
