//! The settings page of backends: what is connected, connecting one, testing it.

use super::actions::{self, NewBackend};
use super::adapter::Backend;
use super::outcome::Class;
use super::settings::Setting;
use super::store::{self, BackendShown};
use super::{KINDS, api, of_kind};
use crate::platform::id::BackendId;
use crate::platform::{Error, House, programs};
use crate::web::{Ability, Access, Answer, Errors, Form, Me, Routes, Said, Shell, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;

pub fn routes() -> Routes {
    let administer = Access::Member(Ability::Administer);
    Routes::new()
        .get("/settings/backends", administer, index)
        .get("/settings/backends/new", administer, new)
        .post("/settings/backends", administer, create)
        .get("/settings/backends/{backend}", administer, edit)
        .post("/settings/backends/{backend}", administer, update)
        .post("/settings/backends/{backend}/tests", administer, test)
        .delete("/settings/backends/{backend}", administer, destroy)
        .merge(api::routes())
}

#[derive(Template)]
#[template(path = "create/runs/backends/index.html")]
struct IndexPage {
    shell: Shell,
    backends: Vec<BackendShown>,
    kinds: Vec<&'static dyn Backend>,
}

impl IndexPage {
    /// What every studio has, which nobody connected.
    fn embedded(&self, backend: &BackendShown) -> Option<&'static dyn Backend> {
        of_kind(&backend.kind).filter(|kind| kind.is_embedded())
    }
    /// What to do for a program that is missing.
    fn missing(&self, backend: &BackendShown) -> Option<Cow<'static, str>> {
        let program = of_kind(&backend.kind)?.programs().iter().find(|program| programs::found(program).is_none())?;
        Some(self.shell.t(install(program)))
    }
    /// The sentence about the last test that failed.
    fn trouble(&self, backend: &BackendShown) -> Option<Cow<'static, str>> {
        let class = backend.test_error.as_deref().and_then(Class::parse)?;
        Some(self.shell.t(class.key()))
    }
    fn only_sketch(&self) -> bool {
        self.backends.iter().all(|backend| self.embedded(backend).is_some())
    }
}

/// The fields of a form by name, as they were typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
struct BackendForm(BTreeMap<String, String>);

impl BackendForm {
    fn get(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }

    fn new_backend(&self) -> NewBackend {
        let settings: Map<String, Value> =
            self.0.iter().filter_map(|(name, text)| Some((name.strip_prefix("settings.")?.to_owned(), Value::from(text.as_str())))).collect();
        NewBackend { kind: self.get("kind").to_owned(), name: self.get("name").to_owned(), settings }
    }
}

#[derive(Template)]
#[template(path = "create/runs/backends/form.html")]
struct FormPage {
    shell: Shell,
    id: Option<BackendId>,
    adapter: &'static dyn Backend,
    has_secret: bool,
    form: BackendForm,
    errors: Errors,
}

impl FormPage {
    /// What stands in a field: what was typed, or the default. A secret is never sent back.
    fn value<'a>(&'a self, setting: &'a Setting) -> &'a str {
        match self.form.0.get(setting.field) {
            _ if setting.is_secret() => "",
            Some(typed) => typed,
            None => setting.default,
        }
    }
}

async fn index(State(house): State<House>, me: Me) -> Answer {
    let backends = store::list(house.db.read(), house.now()).await?;
    let kinds = KINDS.iter().copied().filter(|kind| is_offered(*kind)).collect();
    Ok(page(StatusCode::OK, &IndexPage { shell: me.shell(None).await?.at("settings"), backends, kinds }))
}

/// A kind that can be connected on this machine.
fn is_offered(kind: &dyn Backend) -> bool {
    !kind.is_embedded() && kind.programs().iter().all(|program| programs::found(program).is_some())
}

/// The sentence that says how to install a program.
fn install(program: &str) -> &'static str {
    match program {
        "ffmpeg" => "backends-install-ffmpeg",
        "espeak-ng" => "backends-install-espeak-ng",
        _ => "backends-install",
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct KindQuery {
    kind: String,
}

async fn new(me: Me, Query(query): Query<KindQuery>) -> Answer {
    let adapter = of_kind(&query.kind).filter(|adapter| !adapter.is_embedded()).ok_or(Error::NotFound)?;
    let shell = me.shell(None).await?.at("settings");
    let form = BackendForm::default();
    Ok(page(StatusCode::OK, &FormPage { shell, id: None, adapter, has_secret: false, form, errors: Errors::default() }))
}

async fn create(State(house): State<House>, me: Me, Form(form): Form<BackendForm>) -> Answer {
    let adapter = of_kind(form.get("kind")).ok_or(Error::NotFound)?;
    let (now, actor) = (house.now(), me.actor());
    let made = match actions::prepare(&house, &form.new_backend()) {
        Ok(kept) => house.db.write(async move |tx| actions::connect(tx, &actor, &kept, now).await).await,
        Err(error) => Err(error),
    };
    match made {
        // A test follows at once: who connects a service wants to know whether it answers.
        Ok(id) => test(State(house), me, Path(id)).await,
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(me.words, &errors);
            let shell = me.shell(None).await?.at("settings");
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &FormPage { shell, id: None, adapter, has_secret: false, form, errors }))
        }
        Err(error) => Err(error.into()),
    }
}

async fn edit(State(house): State<House>, me: Me, Path(id): Path<BackendId>) -> Answer {
    let backend = store::find(house.db.read(), id, house.now()).await?;
    let mut fields: BTreeMap<String, String> = backend.settings.into_iter().map(|(name, value)| (format!("settings.{name}"), value)).collect();
    fields.insert("name".into(), backend.name);
    let adapter = of_kind(&backend.kind).filter(|adapter| !adapter.is_embedded()).ok_or(Error::NotFound)?;
    let shell = me.shell(None).await?.at("settings");
    let (form, errors) = (BackendForm(fields), Errors::default());
    Ok(page(StatusCode::OK, &FormPage { shell, id: Some(id), adapter, has_secret: backend.has_secret, form, errors }))
}

async fn update(State(house): State<House>, me: Me, Path(id): Path<BackendId>, Form(form): Form<BackendForm>) -> Answer {
    match actions::update(&house, &me, id, &form.new_backend()).await {
        Ok(()) => Ok(me.go_saying("/settings/backends", Said::new("backends-saved").with("name", form.get("name")))),
        Err(Error::Invalid(errors)) => {
            let backend = store::find(house.db.read(), id, house.now()).await?;
            let adapter = of_kind(&backend.kind).ok_or(Error::NotFound)?;
            let (errors, shell) = (Errors::of(me.words, &errors), me.shell(None).await?.at("settings"));
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &FormPage { shell, id: Some(id), adapter, has_secret: backend.has_secret, form, errors }))
        }
        Err(error) => Err(error.into()),
    }
}

async fn test(State(house): State<House>, me: Me, Path(id): Path<BackendId>) -> Answer {
    let key = match actions::test(&house, &me, id).await? {
        Ok(()) => "backends-answers",
        Err(trouble) => trouble.class.key(),
    };
    Ok(me.go_saying("/settings/backends", Said::new(key)))
}

async fn destroy(State(house): State<House>, me: Me, Path(id): Path<BackendId>) -> Answer {
    let backend = store::find(house.db.read(), id, house.now()).await?;
    actions::remove(&house, &me, id).await?;
    Ok(me.go_saying("/settings/backends", Said::new("backends-removed").with("name", backend.name)))
}
