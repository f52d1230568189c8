//! Pages of fixtures: a new one, and one to change or remove.

use crate::create::prompts::actions::fixtures as actions;
use crate::create::prompts::context::{IdeaWords, asked};
use crate::create::prompts::fixtures::{Fixture, NewFixture};
use crate::create::prompts::model::Purpose;
use crate::create::prompts::store::{self, PromptName};
use crate::platform::id::{FixtureId, PromptId};
use crate::platform::{Error, FieldError, House};
use crate::web::{Ability, Access, Answer, Errors, Form, Me, Routes, Said, Shell, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

use super::INPUT;

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new()
        .get("/prompts/{prompt}/fixtures/new", make, new)
        .post("/prompts/{prompt}/fixtures", make, create)
        .get("/fixtures/{fixture}", read, show)
        .post("/fixtures/{fixture}", make, update)
        .delete("/fixtures/{fixture}", make, remove)
}

/// A field for an input; its name in the form begins with [`INPUT`].
struct Input {
    name: String,
    typed: String,
}

#[derive(Template)]
#[template(path = "create/prompts/fixture.html")]
struct FixturePage {
    shell: Shell,
    prompt: PromptName,
    /// The one that is kept already
    id: Option<FixtureId>,
    form: NewFixture,
    inputs: Vec<Input>,
    errors: Errors,
}

impl FixturePage {
    fn of_variants(&self) -> bool {
        self.prompt.purpose() == Purpose::Variants
    }
    /// Where the form is sent, without the base path.
    fn path(&self) -> String {
        match self.id {
            Some(id) => format!("/fixtures/{id}"),
            None => format!("/prompts/{}/fixtures", self.prompt.id),
        }
    }
}

/// What was typed; inputs that were left empty are not given.
fn typed(form: &BTreeMap<String, String>) -> NewFixture {
    let text = |name: &str| form.get(name).cloned().unwrap_or_default();
    let given = form.iter().filter_map(|(name, text)| Some((name.strip_prefix(INPUT)?, text))).filter(|(_, text)| !text.trim().is_empty());
    let inputs: Map<String, Value> = given.map(|(name, text)| (name.to_owned(), Value::from(text.replace("\r\n", "\n")))).collect();
    let idea = IdeaWords { title: text("idea.title"), hook: text("idea.hook"), angle: text("idea.angle"), why_now: text("idea.why_now") };
    NewFixture { name: text("name"), locale: text("locale"), idea, inputs, version: text("version").parse().unwrap_or(0) }
}

/// A page with a field for every name that the newest version asks for, and for those the fixture has besides.
async fn one(house: &House, me: &Me, prompt: PromptName, id: Option<FixtureId>, form: NewFixture, wrong: (StatusCode, &[FieldError])) -> Answer {
    let shell = me.shell(Some(prompt.project_id)).await?.at("prompts");
    let newest = store::version(house.db.read(), prompt.id, prompt.versions).await?;
    let source = store::source(house.db.read(), prompt.project_id, &newest.template).await?.unwrap_or_default();
    let names: BTreeSet<String> = asked(&source).into_iter().chain(form.inputs.keys().cloned()).collect();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let inputs = names.into_iter().map(|name| Input { typed: form.inputs.get(&name).map(text).unwrap_or_default(), name }).collect();
    let errors = Errors::of(me.words, wrong.1);
    Ok(page(wrong.0, &FixturePage { shell, prompt, id, form, inputs, errors }))
}

async fn new(State(house): State<House>, me: Me, Path(prompt): Path<PromptId>) -> Answer {
    let prompt = store::find(house.db.read(), me.member.id, prompt).await?;
    one(&house, &me, prompt, None, NewFixture::default(), (StatusCode::OK, &[])).await
}

async fn create(State(house): State<House>, me: Me, Path(prompt): Path<PromptId>, Form(form): Form<BTreeMap<String, String>>) -> Answer {
    let prompt = store::find(house.db.read(), me.member.id, prompt).await?;
    let form = typed(&form);
    let (now, by, actor, of) = (house.now(), me.member.id, me.actor(), prompt.id);
    let made = match form.check() {
        Ok(fixture) => house.db.write(async move |tx| actions::keep(tx, &actor, by, of, &fixture, now).await).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(id) => Ok(me.go_saying(&format!("/prompts/{of}?fixture={id}#preview"), Said::new("prompts-fixture-kept").with("name", &form.name))),
        Err(Error::Invalid(errors)) => one(&house, &me, prompt, None, form, (StatusCode::UNPROCESSABLE_ENTITY, &errors)).await,
        Err(error) => Err(error.into()),
    }
}

async fn show(State(house): State<House>, me: Me, Path(id): Path<FixtureId>) -> Answer {
    let Fixture { prompt_id, name, locale, idea, inputs, version, .. } = store::fixture(house.db.read(), me.member.id, id).await?;
    let prompt = store::find(house.db.read(), me.member.id, prompt_id).await?;
    one(&house, &me, prompt, Some(id), NewFixture { name, locale, idea, inputs, version }, (StatusCode::OK, &[])).await
}

async fn update(State(house): State<House>, me: Me, Path(id): Path<FixtureId>, Form(form): Form<BTreeMap<String, String>>) -> Answer {
    let stands = store::fixture(house.db.read(), me.member.id, id).await?;
    let form = typed(&form);
    let (status, errors) = match actions::change(&house, &me, id, form.clone()).await {
        Ok(()) => {
            let said = Said::new("prompts-fixture-kept").with("name", &form.name);
            return Ok(me.go_saying(&format!("/prompts/{}?fixture={id}#preview", stands.prompt_id), said));
        }
        Err(Error::Invalid(errors)) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
        Err(Error::Stale(_)) => (StatusCode::CONFLICT, vec![FieldError::new("version", "failure-stale")]),
        Err(error) => return Err(error.into()),
    };
    let prompt = store::find(house.db.read(), me.member.id, stands.prompt_id).await?;
    // What was typed is kept, over the version that stands now.
    let form = NewFixture { version: stands.version, ..form };
    one(&house, &me, prompt, Some(id), form, (status, &errors)).await
}

async fn remove(State(house): State<House>, me: Me, Path(id): Path<FixtureId>) -> Answer {
    let (prompt, name) = actions::remove(&house, &me, id).await?;
    Ok(me.go_saying(&format!("/prompts/{prompt}"), Said::new("prompts-fixture-removed").with("name", name)))
}
