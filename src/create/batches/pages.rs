//! Pages of batches: the list, planning one, one with its matrix.

use super::actions::{self, By};
use super::api;
use super::model::{BatchState, NewBatch, Progress};
use super::store::{self, Batch, Cell};
use crate::create::ideas::{self, Idea};
use crate::create::projects;
use crate::create::prompts::{self, PromptName, Purpose};
use crate::create::runs::backends::{BackendName, Medium};
use crate::create::runs::{self, amount};
use crate::platform::id::{BatchId, IdeaId, ProjectId, PromptId};
use crate::platform::{Error, House, Outcome};
use crate::web::{Ability, Access, After, Answer, Errors, Form, Me, Routes, Said, Shell, Slice, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;

const IN_LIST: i64 = 50;
/// Ideas offered, newest first.
const OFFERED: i64 = 60;

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new()
        .get("/projects/{project}/batches", read, index)
        .get("/projects/{project}/batches/new", make, new)
        .post("/projects/{project}/batches", make, create)
        .get("/batches/{batch}", read, show)
        .post("/batches/{batch}/state", make, lead)
        .merge(api::routes())
}

#[derive(Template)]
#[template(path = "create/batches/index.html")]
struct IndexPage {
    shell: Shell,
    batches: Slice<Batch>,
}

/// What is typed and ticked. Ids that cannot be read are as good as not ticked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct BatchForm {
    name: String,
    idea: Vec<String>,
    locale: Vec<String>,
    prompt: Vec<String>,
    backend: String,
    count: String,
}

impl BatchForm {
    fn new_batch(&self) -> Outcome<NewBatch> {
        let count = match self.count.trim() {
            "" => None,
            text => Some(text.parse().map_err(|_| Error::field("count", "runs-error-count"))?),
        };
        Ok(NewBatch {
            name: self.name.clone(),
            ideas: self.idea.iter().filter_map(|id| id.parse::<IdeaId>().ok()).collect(),
            locales: self.locale.clone(),
            prompts: self.prompt.iter().filter_map(|id| id.parse::<PromptId>().ok()).collect(),
            backend: self.backend.clone(),
            count,
            start: false,
        })
    }
}

#[derive(Template)]
#[template(path = "create/batches/new.html")]
struct NewPage {
    shell: Shell,
    ideas: Vec<Idea>,
    locales: Vec<String>,
    prompts: Vec<PromptName>,
    backends: Vec<BackendName>,
    form: BatchForm,
    errors: Errors,
}

impl NewPage {
    fn has(list: &[String], value: &str) -> bool {
        list.iter().any(|ticked| ticked == value)
    }
    fn idea(&self, idea: &Idea) -> bool {
        NewPage::has(&self.form.idea, &idea.id.to_string())
    }
    fn locale(&self, locale: &str) -> bool {
        NewPage::has(&self.form.locale, locale)
    }
    fn prompt(&self, prompt: &PromptName) -> bool {
        NewPage::has(&self.form.prompt, &prompt.id.to_string())
    }
    fn backend(&self, backend: &BackendName) -> bool {
        self.form.backend == backend.id.to_string()
    }
}

/// One row of the matrix: an idea, and its cell for each column.
struct Row<'a> {
    title: &'a str,
    cells: Vec<Option<&'a Cell>>,
}

#[derive(Template)]
#[template(path = "create/batches/show.html")]
struct BatchPage {
    shell: Shell,
    batch: Batch,
    progress: Progress,
    cells: Vec<Cell>,
}

impl BatchPage {
    fn may(&self, to: &str) -> bool {
        to.parse().is_ok_and(|to| self.batch.state.may_become(to))
    }
    /// Language and prompt of each column, in the order they were planned.
    fn columns(&self) -> Vec<(&str, Option<&str>, Option<i64>)> {
        let mut columns = Vec::new();
        for cell in &self.cells {
            let column = (cell.locale.as_str(), cell.prompt_name.as_deref(), cell.version);
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        columns
    }
    fn rows(&self) -> Vec<Row<'_>> {
        let columns = self.columns();
        let mut ideas: Vec<Option<IdeaId>> = Vec::new();
        for cell in &self.cells {
            if !ideas.contains(&cell.idea) {
                ideas.push(cell.idea);
            }
        }
        let of = |idea, column: &(&str, Option<&str>, Option<i64>)| {
            self.cells.iter().find(|cell| cell.idea == idea && (cell.locale.as_str(), cell.prompt_name.as_deref(), cell.version) == *column)
        };
        let row = |idea: Option<IdeaId>| Row {
            title: self.cells.iter().find(|cell| cell.idea == idea).and_then(|cell| cell.idea_title.as_deref()).unwrap_or("–"),
            cells: columns.iter().map(|column| of(idea, column)).collect(),
        };
        ideas.into_iter().map(row).collect()
    }
    fn estimate(&self) -> String {
        amount(self.batch.estimate_micros, &self.batch.currency)
    }
    fn spent(&self) -> String {
        amount(self.progress.cost_micros, &self.batch.currency)
    }
    /// Whole seconds left, at least one.
    fn left(&self) -> Option<i64> {
        self.progress.left_ms.filter(|_| self.batch.state == BatchState::Running).map(|ms| (ms / 1_000).max(1))
    }
    fn drafts(&self) -> i64 {
        self.batch.cells.saturating_mul(self.batch.count)
    }
}

fn mark(state: &str) -> &'static str {
    match state {
        "done" => "good",
        "failed" | "needs_look" => "act",
        "running" | "queued" | "waiting" => "wait",
        _ => "",
    }
}

async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(view): Query<After>) -> Answer {
    let shell = me.shell(Some(project)).await?.at("runs");
    let batches = store::list(house.db.read(), me.member.id, project, view.after, IN_LIST).await?;
    Ok(page(StatusCode::OK, &IndexPage { shell, batches }))
}

async fn new(State(house): State<House>, me: Me, Path(project): Path<ProjectId>) -> Answer {
    form_page(&house, &me, project, BatchForm::default(), StatusCode::OK, Errors::default()).await
}

async fn form_page(house: &House, me: &Me, project: ProjectId, form: BatchForm, status: StatusCode, errors: Errors) -> Answer {
    let shell = me.shell(Some(project)).await?.at("runs");
    let db = house.db.read();
    let mut ideas = ideas::list(db, me.member.id, project, None, OFFERED).await?.items;
    ideas.retain(|idea| idea.state != "dropped");
    let mut prompts = prompts::list(db, me.member.id, project, None, 200).await?.items;
    prompts.retain(|prompt| prompt.purpose() == Purpose::Variants && prompt.live.is_some());
    let backends = runs::making(house, Medium::Text).await?;
    let found = projects::find(db, me.member.id, project).await?;
    let mut locales = vec![found.locale];
    for market in found.markets {
        if !locales.contains(&market.locale) {
            locales.push(market.locale);
        }
    }
    Ok(page(status, &NewPage { shell, ideas, locales, prompts, backends, form, errors }))
}

async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Form(form): Form<BatchForm>) -> Answer {
    let shell = me.shell(Some(project)).await?; // not found before anything is read
    let prepared = match form.new_batch() {
        Ok(batch) => actions::prepare(&house, project, &batch).await,
        Err(error) => Err(error),
    };
    match prepared {
        Ok(prepared) => {
            let by = By { member: me.member.id, actor: me.actor(), at: house.now() };
            let id = house.db.write(async move |tx| actions::submit(tx, &by, project, &prepared).await).await?;
            Ok(me.go(&format!("/batches/{id}")))
        }
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(shell.words, &errors);
            form_page(&house, &me, project, form, StatusCode::UNPROCESSABLE_ENTITY, errors).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn show(State(house): State<House>, me: Me, Path(id): Path<BatchId>) -> Answer {
    let batch = store::find(house.db.read(), me.member.id, id).await?;
    let shell = me.shell(Some(batch.project_id)).await?.at("runs");
    let cells = store::cells(house.db.read(), id).await?;
    Ok(page(StatusCode::OK, &BatchPage { shell, batch, progress: store::progress(&cells), cells }))
}

#[derive(Deserialize)]
struct LeadForm {
    to: BatchState,
}

async fn lead(State(house): State<House>, me: Me, Path(id): Path<BatchId>, Form(form): Form<LeadForm>) -> Answer {
    let by = By { member: me.member.id, actor: me.actor(), at: house.now() };
    house.db.write(async move |tx| actions::lead(tx, &by, id, form.to).await).await?;
    house.jobs.ring();
    let said = match form.to {
        BatchState::Running => "batches-said-running",
        BatchState::Paused => "batches-said-paused",
        _ => "batches-said-stopped",
    };
    Ok(me.go_saying(&format!("/batches/{id}"), Said::new(said)))
}
