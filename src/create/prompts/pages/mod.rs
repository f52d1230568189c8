//! Pages of prompts: the list, one prompt with a version open, a new one.

mod board;
mod files;
mod fixtures;
mod parts;

use crate::create::projects;
use crate::create::prompts::context::{Given, context, source as comes_from};
use crate::create::prompts::fixtures::Fixture;
use crate::create::prompts::model::{Label, ModelSettings, NewPrompt, NewVersion, Purpose, wrong};
use crate::create::prompts::store::{self, PromptName, Version, VersionLine};
use crate::create::prompts::template::{self, Rendered};
use crate::create::prompts::{actions, api};
use crate::platform::diff::{Part, diff};
use crate::platform::id::{FixtureId, ProjectId, PromptId};
use crate::platform::{Error, House, Outcome};
use crate::web::{Ability, Access, After, Answer, Errors, Failure, Form, Me, Routes, Said, Shell, Slice, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use board::Board;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use uuid::Uuid;

const IN_LIST: i64 = 50;
/// How many drafts a preview pretends to ask for.
const SAMPLE_COUNT: i64 = 12;
/// What a page puts before the names of inputs, so that they cannot meet its own fields.
const INPUT: &str = "in.";

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new()
        .get("/projects/{project}/prompts", read, index)
        .get("/projects/{project}/prompts/new", make, new)
        .post("/projects/{project}/prompts", make, create)
        .get("/prompts/{prompt}", read, show)
        .post("/prompts/{prompt}/versions", make, add_version)
        .post("/prompts/{prompt}/labels", make, move_label)
        .delete("/prompts/{prompt}", make, bin)
        .post("/prompts/{prompt}/restoration", make, restore)
        .merge(files::routes())
        .merge(fixtures::routes())
        .merge(parts::routes())
        .merge(api::routes())
}

/// A version as a form sends it: numbers are still text.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct PromptForm {
    name: String,
    purpose: Purpose,
    template: String,
    model: String,
    temperature: String,
    max_tokens: String,
    note: String,
    label: String,
}

impl PromptForm {
    fn of(version: &Version) -> PromptForm {
        let settings = &version.settings;
        PromptForm {
            template: version.template.clone(),
            model: settings.model.clone().unwrap_or_default(),
            temperature: settings.temperature.map(|degrees| degrees.to_string()).unwrap_or_default(),
            max_tokens: settings.max_tokens.map(|tokens| tokens.to_string()).unwrap_or_default(),
            ..PromptForm::default()
        }
    }

    fn settings(&self) -> Outcome<ModelSettings> {
        let temperature = number(&self.temperature).map_err(|()| Error::field("settings.temperature", "prompts-error-temperature"))?;
        let max_tokens = number(&self.max_tokens).map_err(|()| Error::field("settings.max_tokens", "prompts-error-max-tokens"))?;
        Ok(ModelSettings { model: Some(self.model.clone()), temperature, max_tokens })
    }

    fn new_prompt(&self) -> Outcome<NewPrompt> {
        let settings = self.settings()?;
        Ok(NewPrompt { name: self.name.clone(), purpose: self.purpose, template: self.template.clone(), settings, note: self.note.clone() })
    }

    fn new_version(&self) -> Outcome<NewVersion> {
        let settings = self.settings()?;
        Ok(NewVersion { template: self.template.clone(), settings, note: self.note.clone(), label: self.label.parse().ok() })
    }
}

/// Nothing when nothing was typed.
fn number<T: std::str::FromStr>(text: &str) -> Result<Option<T>, ()> {
    let text = text.trim();
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| ()) }
}

#[derive(Template)]
#[template(path = "create/prompts/index.html")]
struct IndexPage {
    shell: Shell,
    prompts: Slice<PromptName>,
    read: Read,
}

/// A file that was to be read in, and why it was not.
#[derive(Default)]
struct Read {
    text: String,
    errors: Errors,
}

#[derive(Template)]
#[template(path = "create/prompts/new.html")]
struct NewPage {
    shell: Shell,
    form: PromptForm,
    errors: Errors,
}

/// A name the template asks for: where it comes from, or the field to try it with.
struct Input {
    name: String,
    from: Option<&'static str>,
    typed: String,
}

#[derive(Template)]
#[template(path = "create/prompts/show.html")]
struct PromptPage {
    shell: Shell,
    prompt: PromptName,
    versions: Vec<VersionLine>,
    version: Version,
    inputs: Vec<Input>,
    /// The text that would be sent, or the sentence that says why there is none.
    rendered: Result<Rendered, String>,
    /// The version compared with, and the way from it to this one.
    against: Option<(i64, Vec<Part>)>,
    board: Board,
    fixtures: Vec<Fixture>,
    /// The fixture that is rendered over
    over: Option<FixtureId>,
    form: PromptForm,
    errors: Errors,
}

impl PromptPage {
    fn next(&self) -> i64 {
        self.prompt.versions + 1
    }
    fn is_live(&self, number: &i64) -> bool {
        self.prompt.live == Some(*number)
    }
    fn is_trial(&self, number: &i64) -> bool {
        self.prompt.trial == Some(*number)
    }
    fn is_open(&self, number: &i64) -> bool {
        self.version.number == *number
    }
    fn is_over(&self, fixture: &Fixture) -> bool {
        self.over == Some(fixture.id)
    }
    fn of_variants(&self) -> bool {
        self.prompt.purpose() == Purpose::Variants
    }
    /// What the board calls the drafts that were liked, what one of them cost, and how it counts.
    fn approved(&self) -> &'static str {
        if self.of_variants() { "prompts-score-approved" } else { "prompts-score-shortlisted" }
    }
    fn cost(&self) -> &'static str {
        if self.of_variants() { "prompts-score-cost" } else { "prompts-score-cost-ideas" }
    }
    fn explained(&self) -> &'static str {
        if self.of_variants() { "prompts-scores-explained" } else { "prompts-scores-explained-ideas" }
    }
    fn asks(&self) -> bool {
        self.inputs.iter().any(|input| input.from.is_none())
    }
}

async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(view): Query<After>) -> Answer {
    index_page(&house, &me, project, view.after, (StatusCode::OK, Read::default())).await
}

async fn index_page(house: &House, me: &Me, project: ProjectId, after: Option<Uuid>, (status, read): (StatusCode, Read)) -> Answer {
    let shell = me.shell(Some(project)).await?.at("prompts");
    let prompts = store::list(house.db.read(), me.member.id, project, after, IN_LIST).await?;
    Ok(page(status, &IndexPage { shell, prompts, read }))
}

async fn new(me: Me, Path(project): Path<ProjectId>) -> Answer {
    let shell = me.shell(Some(project)).await?.at("prompts");
    Ok(page(StatusCode::OK, &NewPage { shell, form: PromptForm::default(), errors: Errors::default() }))
}

async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Form(form): Form<PromptForm>) -> Answer {
    let (now, by, actor) = (house.now(), me.member.id, me.actor());
    let made = match form.new_prompt() {
        Ok(prompt) => house.db.write(async move |tx| actions::create(tx, &actor, Some(by), project, &prompt, now).await).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(id) => Ok(me.go_saying(&format!("/prompts/{id}"), Said::new("prompts-created").with("name", &form.name))),
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(me.words, &errors);
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &NewPage { shell: me.shell(Some(project)).await?.at("prompts"), form, errors }))
        }
        Err(error) => Err(error.into()),
    }
}

async fn show(State(house): State<House>, me: Me, Path(id): Path<PromptId>, Query(view): Query<BTreeMap<String, String>>) -> Answer {
    let prompt = store::find(house.db.read(), me.member.id, id).await?;
    let asked = |name: &str| view.get(name).and_then(|text| text.parse::<i64>().ok());
    let number = asked("version").unwrap_or(prompt.versions);
    let version = store::version(house.db.read(), id, number).await?;
    let form = PromptForm::of(&version);
    let typed = view.iter().filter_map(|(name, text)| Some((name.strip_prefix(INPUT)?.to_owned(), text.clone()))).collect();
    let over = view.get("fixture").and_then(|id| id.parse().ok());
    let wanted = Wanted { prompt, version, against: asked("against"), over, typed, form, errors: Errors::default() };
    one(&house, &me, wanted, StatusCode::OK).await
}

/// What the page of one prompt is made from.
struct Wanted {
    prompt: PromptName,
    version: Version,
    against: Option<i64>,
    over: Option<FixtureId>,
    typed: BTreeMap<String, String>,
    form: PromptForm,
    errors: Errors,
}

async fn one(house: &House, me: &Me, wanted: Wanted, status: StatusCode) -> Answer {
    let Wanted { prompt, version, against, over, typed, form, errors } = wanted;
    let shell = me.shell(Some(prompt.project_id)).await?.at("prompts");
    let db = house.db.read();
    let against = match against {
        Some(number) => {
            let other = store::version(db, prompt.id, number).await?;
            Some((number, diff(&other.template, &version.template)))
        }
        None => None,
    };
    let source = store::source(db, prompt.project_id, &version.template).await?;
    let inputs = source.as_ref().ok().and_then(|source| template::inputs(source).ok()).unwrap_or_default();
    let inputs: Vec<Input> =
        inputs.into_iter().map(|name| Input { from: comes_from(&name), typed: typed.get(&name).cloned().unwrap_or_default(), name }).collect();
    let project = projects::find(db, me.member.id, prompt.project_id).await?;
    let fixtures = store::fixtures(db, prompt.id).await?;
    let mut given = match fixtures.iter().find(|fixture| over == Some(fixture.id)) {
        Some(fixture) => fixture.given(SAMPLE_COUNT),
        None => Given { count: SAMPLE_COUNT, idea: store::newest_idea(db, prompt.project_id).await?.unwrap_or_default(), ..Given::default() },
    };
    given.inputs.extend(typed_inputs(&inputs));
    let rendered = source
        .and_then(|source| template::preview(&source, &context(&project, prompt.purpose(), &given)))
        .map_err(|fault| Errors::of(me.words, &[wrong(&fault)]).on("template").unwrap_or_default().to_owned());
    let versions = store::versions(db, prompt.id).await?;
    let board = Board::of(&store::scores(db, prompt.id, house.now()).await?, &shell);
    Ok(page(status, &PromptPage { shell, prompt, versions, version, inputs, rendered, against, board, fixtures, over, form, errors }))
}

/// What was typed for the names that nothing else supplies.
fn typed_inputs(inputs: &[Input]) -> Map<String, Value> {
    inputs
        .iter()
        .filter(|input| input.from.is_none() && !input.typed.is_empty())
        .map(|input| (input.name.clone(), Value::from(input.typed.as_str())))
        .collect()
}

async fn add_version(State(house): State<House>, me: Me, Path(id): Path<PromptId>, Form(form): Form<PromptForm>) -> Answer {
    let prompt = store::find(house.db.read(), me.member.id, id).await?;
    let (now, by, actor) = (house.now(), me.member.id, me.actor());
    let made = match form.new_version() {
        Ok(version) => house.db.write(async move |tx| actions::add_version(tx, &actor, by, id, &version, now).await).await,
        Err(error) => Err(error),
    };
    match made {
        Ok((_, number)) => Ok(me.go_saying(&format!("/prompts/{id}"), Said::new("prompts-versioned").with("n", number))),
        Err(Error::Invalid(errors)) => {
            let version = store::version(house.db.read(), id, prompt.versions).await?;
            let errors = Errors::of(me.words, &errors);
            let wanted = Wanted { prompt, version, against: None, over: None, typed: BTreeMap::new(), form, errors };
            one(&house, &me, wanted, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LabelForm {
    label: String,
    version: i64,
}

/// Undo comes with the label and the version it had in the query, because its form has no fields.
async fn move_label(
    State(house): State<House>,
    me: Me,
    Path(id): Path<PromptId>,
    Query(undo): Query<LabelForm>,
    Form(form): Form<LabelForm>,
) -> Answer {
    let form = if undo.label.is_empty() { form } else { undo };
    let label: Label = form.label.parse().map_err(|_| Failure::Bad("failure-form"))?;
    let prompt = store::find(house.db.read(), me.member.id, id).await?;
    let before = if label == Label::Live { prompt.live } else { prompt.trial };
    let (now, by, actor, number) = (house.now(), me.member.id, me.actor(), form.version);
    house.db.write(async move |tx| actions::move_label(tx, &actor, by, id, (label, number), now).await).await?;
    let key = if label == Label::Live { "prompts-made-live" } else { "prompts-made-trial" };
    let mut said = Said::new(key).with("n", number);
    if let Some(before) = before.filter(|before| *before != number) {
        said = said.undo(format!("/prompts/{id}/labels?label={}&version={before}", label.name()));
    }
    Ok(me.go_saying(&format!("/prompts/{id}?version={number}"), said))
}

async fn bin(State(house): State<House>, me: Me, Path(id): Path<PromptId>) -> Answer {
    let (project, name) = actions::bin(&house, &me, id, true).await?;
    let said = Said::new("prompts-binned").with("name", name).undo(format!("/prompts/{id}/restoration"));
    Ok(me.go_saying(&format!("/projects/{project}/prompts"), said))
}

async fn restore(State(house): State<House>, me: Me, Path(id): Path<PromptId>) -> Answer {
    actions::bin(&house, &me, id, false).await?;
    Ok(me.go(&format!("/prompts/{id}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_nothing_a_number_or_wrong() {
        assert_eq!(number::<i64>(" "), Ok(None));
        assert_eq!(number("12"), Ok(Some(12)));
        assert_eq!(number::<i64>("12.5"), Err(()));
    }
}
