//! The settings page of backends: what is connected, connecting one, testing it.

use super::actions::{self, NewBackend, NewPrice};
use super::adapter::{Backend, Medium, Service};
use super::outcome::Class;
use super::prices::{Tariff, Unit};
use super::settings::Setting;
use super::store::{self, BackendShown, Price};
use super::{KINDS, api, of_kind};
use crate::platform::id::BackendId;
use crate::platform::money::{amount, decimal};
use crate::platform::{Error, House, programs};
use crate::web::{Ability, Access, Answer, Errors, Failure, Form, Me, Routes, Said, Shell, page};
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
        .post("/settings/backends/{backend}/prices", administer, price)
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
    fn makes(&self, backend: &BackendShown) -> Vec<Medium> {
        let service = Service { settings: backend.settings.clone(), secret: None };
        of_kind(&backend.kind).map(|adapter| adapter.makes(&service)).unwrap_or_default()
    }
    fn sentence(&self, class: &str) -> Cow<'static, str> {
        Class::parse(class).map(|class| self.shell.t(class.key())).unwrap_or_default()
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
    tariff: Tariff,
    prices: Vec<Price>,
    currency: String,
    /// What the service offers, when it was asked for its list
    models: Vec<String>,
    form: BackendForm,
    errors: Errors,
}

impl FormPage {
    fn empty(shell: Shell, adapter: &'static dyn Backend, form: BackendForm, errors: Errors) -> FormPage {
        let (tariff, prices, models) = (Tariff::default(), Vec::new(), Vec::new());
        FormPage { shell, id: None, adapter, has_secret: false, tariff, prices, currency: String::new(), models, form, errors }
    }

    async fn of(house: &House, me: &Me, backend: BackendShown, form: BackendForm, errors: Errors) -> Result<FormPage, Failure> {
        let adapter = of_kind(&backend.kind).filter(|adapter| !adapter.is_embedded()).ok_or(Error::NotFound)?;
        let prices = store::prices(house.db.read(), backend.id).await?;
        let currency = backend.settings.get("currency").cloned().unwrap_or_else(|| "USD".into());
        let shell = me.shell(None).await?.at("settings");
        let (id, has_secret, tariff) = (Some(backend.id), backend.has_secret, backend.tariff);
        Ok(FormPage { shell, id, adapter, has_secret, tariff, prices, currency, models: Vec::new(), form, errors })
    }

    /// What stands in a field: what was typed, or the default. A secret is never sent back.
    fn value(&self, setting: &Setting) -> String {
        let in_force = setting.price().and_then(|unit| self.tariff.get(unit)).map(decimal);
        match self.form.0.get(setting.field) {
            _ if setting.is_secret() => String::new(),
            Some(typed) => typed.clone(),
            None => in_force.unwrap_or_else(|| setting.default.to_owned()),
        }
    }
    /// The settings people meet first, and those that are seldom changed.
    fn settings(&self, seldom: bool) -> Vec<&'static Setting> {
        actions::described(self.adapter).into_iter().filter(|setting| setting.seldom == seldom).collect()
    }
    /// A seldom setting was refused: it has to be seen.
    fn is_open(&self) -> bool {
        self.settings(true).iter().any(|setting| self.errors.on(setting.field).is_some())
    }
    fn units(&self) -> [Unit; 6] {
        Unit::ALL
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
    Ok(page(StatusCode::OK, &FormPage::empty(shell, adapter, form, Errors::default())))
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
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &FormPage::empty(shell, adapter, form, errors)))
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct EditQuery {
    /// Asks the service for its models
    models: Option<String>,
}

async fn edit(State(house): State<House>, me: Me, Path(id): Path<BackendId>, Query(query): Query<EditQuery>) -> Answer {
    let backend = store::find(house.db.read(), id, house.now()).await?;
    let mut fields: BTreeMap<String, String> = backend.settings.iter().map(|(name, value)| (format!("settings.{name}"), value.clone())).collect();
    fields.insert("name".into(), backend.name.clone());
    let models = match query.models {
        Some(_) => actions::models(&house, id).await?.unwrap_or_default(),
        None => Vec::new(),
    };
    let shown = FormPage { models, ..FormPage::of(&house, &me, backend, BackendForm(fields), Errors::default()).await? };
    Ok(page(StatusCode::OK, &shown))
}

async fn update(State(house): State<House>, me: Me, Path(id): Path<BackendId>, Form(form): Form<BackendForm>) -> Answer {
    match actions::update(&house, &me, id, &form.new_backend()).await {
        Ok(()) => Ok(me.go_saying("/settings/backends", Said::new("backends-saved").with("name", form.get("name")))),
        Err(Error::Invalid(errors)) => {
            let backend = store::find(house.db.read(), id, house.now()).await?;
            let errors = Errors::of(me.words, &errors);
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &FormPage::of(&house, &me, backend, form, errors).await?))
        }
        Err(error) => Err(error.into()),
    }
}

/// A price as the page's form sends it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct PriceForm {
    model: String,
    unit: String,
    price: String,
}

async fn price(State(house): State<House>, me: Me, Path(id): Path<BackendId>, Form(form): Form<PriceForm>) -> Answer {
    let unit = form.unit.parse().map_err(|key| Error::field("unit", key))?;
    let new = NewPrice { model: form.model, unit, price: form.price, from: None };
    let now = house.now();
    store::find(house.db.read(), id, now).await?;
    house
        .db
        .write(async move |tx| actions::add_price(tx, &me, id, &new, now).await.map(|_| me))
        .await
        .map(|me| me.go_saying(&format!("/settings/backends/{id}"), Said::new("backends-priced")))
        .map_err(Into::into)
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
