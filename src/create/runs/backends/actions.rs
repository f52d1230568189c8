//! Verbs on backends: connect, change, test, remove, and open for a call.

use super::adapter::{Backend, Desk, Service};
use super::outcome::Trouble;
use super::prices::{Tariff, Unit};
use super::settings::{LIMITS, Setting};
use super::store::{self, Kept};
use super::{KINDS, of_kind, settings};
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{BackendId, PriceId};
use crate::platform::money;
use crate::platform::secrets::Place;
use crate::platform::text::Checks;
use crate::platform::{Error, House, Ms, Outcome, programs};
use crate::web::Me;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};
use tokio::sync::watch;

/// A backend as a program sends it.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewBackend {
    pub kind: String,
    pub name: String,
    /// What the kind asks for; `secret` is sealed and never shown again
    #[schema(value_type = Object)]
    pub settings: Map<String, Value>,
}

impl NewBackend {
    /// Settings as text, as a form has them.
    fn texts(&self) -> BTreeMap<String, String> {
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        };
        self.settings.iter().map(|(name, value)| (name.clone(), text(value))).collect()
    }
}

/// What a kind asks for, and what every kind asks for.
pub(super) fn described(adapter: &dyn Backend) -> Vec<&'static Setting> {
    adapter.settings().iter().chain(&LIMITS).collect()
}

/// What would be written. `before` holds the settings that are replaced, and whether a secret is kept.
fn check(house: &House, new: &NewBackend, id: BackendId, before: Option<(&BTreeMap<String, String>, bool)>) -> Outcome<Kept> {
    let Some(adapter) = of_kind(&new.kind).filter(|adapter| !adapter.is_embedded()) else {
        return Err(Error::field("kind", "error-choose-one"));
    };
    let list = described(adapter);
    let given = new.texts();
    let mut checks = Checks::new();
    let name = checks.required("name", &new.name, 60);
    if KINDS.iter().any(|kind| kind.is_embedded() && kind.kind() == name) {
        checks.wrong("name", "backends-error-name-taken");
    }
    let mut settings = settings::check(&list, &given, &house.outbound, &mut checks);
    let mut secret = None;
    if let Some(setting) = list.iter().find(|setting| setting.is_secret()) {
        let typed = given.get(setting.name).map(String::as_str).unwrap_or_default();
        let typed = checks.line(setting.field, typed, 2_000);
        // A key typed for one server is not handed to another one.
        let moved = before.is_some_and(|(before, has_secret)| has_secret && settings::moved(&list, before, &settings));
        if typed.is_empty() && moved {
            checks.wrong(setting.field, "backends-error-secret-again");
        }
        if !typed.is_ascii() {
            checks.wrong(setting.field, "backends-error-secret");
        }
        secret = Some(typed).filter(|typed| !typed.is_empty());
    }
    // Prices have a list of their own, where they are dated.
    let mut prices = Vec::new();
    for (setting, unit) in list.iter().filter_map(|setting| Some((setting, setting.price()?))) {
        if let Some(micros) = settings.remove(setting.name).as_deref().and_then(money::micros) {
            prices.push((unit, micros));
        }
    }
    let service = Service { settings: settings.clone(), secret: None };
    if adapter.programs().iter().any(|program| programs::found(program).is_none()) {
        checks.wrong("kind", "backends-error-program");
    } else if !adapter.is_local() && adapter.makes(&service).is_empty() {
        checks.wrong("settings.model", "backends-error-no-model");
    }
    if let Err((field, key)) = adapter.check(&service) {
        checks.wrong(field, key);
    }
    checks.finish()?;
    let seal = |text: String| house.secrets.seal(place(id), &text).map_err(Error::broken);
    Ok(Kept { id, kind: adapter.kind(), name, settings, secret: secret.map(seal).transpose()?, prices })
}

/// Adds the prices that differ from those in force.
async fn set_prices(tx: &mut Tx, backend: &Kept, in_force: Tariff, at: Ms) -> Outcome<()> {
    for (unit, micros) in &backend.prices {
        let mut changed = in_force;
        changed.set(*unit, *micros);
        if changed != in_force {
            store::add_price(tx, backend.id, ("", *unit, *micros), at, None, at).await?;
        }
    }
    Ok(())
}

/// A price as a program sends it.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPrice {
    /// Empty: any model
    #[serde(default)]
    pub model: String,
    pub unit: Unit,
    /// A decimal amount: for a million tokens or characters, for one picture, second or call
    pub price: String,
    /// From when on; now when empty
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<Ms>,
}

/// Adds a price; runs that are planned keep the prices of their moment.
pub(super) async fn add_price(tx: &mut Tx, me: &Me, id: BackendId, new: &NewPrice, at: Ms) -> Outcome<PriceId> {
    let mut checks = Checks::new();
    let model = checks.line("model", &new.model, 200);
    let micros = money::micros(new.price.trim());
    if micros.is_none() {
        checks.wrong("price", "backends-error-price");
    }
    checks.finish()?;
    if store::is_embedded(id) {
        return Err(Error::NotFound);
    }
    let micros = micros.unwrap_or_default();
    let price = store::add_price(tx, id, (&model, new.unit, micros), new.from.unwrap_or(at), Some(me.member.id), at).await?;
    let detail = json!({ "model": model, "unit": new.unit, "micros": micros });
    record(tx, &me.actor(), at, Event::new("backend.priced", id.0).detail(detail)).await?;
    Ok(price)
}

fn place(id: BackendId) -> Place {
    Place { table: "backends", row: id.0, column: "secret" }
}

/// Checks and seals a new backend; [`connect`] writes it.
pub(super) fn prepare(house: &House, new: &NewBackend) -> Outcome<Kept> {
    check(house, new, BackendId::new(house.now()), None)
}

pub(super) async fn connect(tx: &mut Tx, actor: &Actor, backend: &Kept, at: Ms) -> Outcome<BackendId> {
    store::insert(tx, backend, at).await.map_err(name_taken)?;
    set_prices(tx, backend, Tariff::default(), at).await?;
    let detail = json!({ "kind": backend.kind, "name": backend.name });
    record(tx, actor, at, Event::new("backend.connected", backend.id.0).detail(detail)).await?;
    Ok(backend.id)
}

/// Changes name and settings; an empty secret keeps the one that is there, unless the address moves.
pub(super) async fn update(house: &House, me: &Me, id: BackendId, new: &NewBackend) -> Outcome<()> {
    let before = store::find(house.db.read(), id, house.now()).await?;
    let new = NewBackend { kind: before.kind.clone(), ..new.clone() };
    let kept = check(house, &new, id, Some((&before.settings, before.has_secret)))?;
    let (now, actor) = (house.now(), me.actor());
    house
        .db
        .write(async move |tx| {
            store::update(tx, &kept, now).await.map_err(name_taken)?;
            set_prices(tx, &kept, before.tariff, now).await?;
            record(tx, &actor, now, Event::new("backend.changed", id.0).detail(json!({ "name": kept.name }))).await
        })
        .await
}

/// Asks the service whether it would answer, and keeps what was found.
pub(super) async fn test(house: &House, me: &Me, id: BackendId) -> Outcome<Result<(), Trouble>> {
    let (adapter, service) = open(house, id).await?;
    let scratch = house.media.scratch()?;
    let (now, shots, steps) = (house.now(), HashMap::new(), watch::Sender::default());
    let desk = Desk { outbound: &house.outbound, service: &service, now, folder: scratch.path(), shots: &shots, steps: &steps };
    let found = adapter.test(&desk).await.map_err(|trouble| service.without_secret(trouble));
    let error = found.as_ref().err().map(|trouble| trouble.class.name());
    let (now, actor) = (house.now(), me.actor());
    house
        .db
        .write(async move |tx| {
            store::set_tested(tx, id, error, now).await?;
            if error.is_none() {
                store::succeeded(tx, id).await?;
            }
            record(tx, &actor, now, Event::new("backend.tested", id.0).detail(json!({ "error": error }))).await
        })
        .await?;
    Ok(found)
}

/// The models that the service offers, where it has such a list.
pub(super) async fn models(house: &House, id: BackendId) -> Outcome<Result<Vec<String>, Trouble>> {
    let (adapter, service) = open(house, id).await?;
    let scratch = house.media.scratch()?;
    let (now, shots, steps) = (house.now(), HashMap::new(), watch::Sender::default());
    let desk = Desk { outbound: &house.outbound, service: &service, now, folder: scratch.path(), shots: &shots, steps: &steps };
    let found = adapter.models(&desk).await.map_err(|trouble| service.without_secret(trouble));
    Ok(found.map(|mut models| {
        models.sort();
        models.truncate(1_000);
        models
    }))
}

pub(super) async fn remove(house: &House, me: &Me, id: BackendId) -> Outcome<()> {
    if store::is_embedded(id) {
        return Err(Error::refused("backends-embedded-stays"));
    }
    let (now, actor) = (house.now(), me.actor());
    house
        .db
        .write(async move |tx| {
            if store::remove(tx, id, now).await? == 0 {
                return Err(Error::NotFound);
            }
            record(tx, &actor, now, Event::new("backend.removed", id.0)).await
        })
        .await
}

/// A backend ready to be called: its secret opened, the operator's stand-in in place of its origin.
pub async fn open(house: &House, id: BackendId) -> Outcome<(&'static dyn Backend, Service)> {
    let (kind, mut settings, sealed) = store::sealed(house.db.read(), id).await?;
    let adapter = of_kind(&kind).ok_or(Error::NotFound)?;
    let secret = sealed.map(|sealed| house.secrets.open(place(id), &sealed)).transpose().map_err(Error::broken)?;
    if let Some(origin) = house.config.stand_in(&format!("backend-{kind}")) {
        for setting in adapter.settings().iter().filter(|setting| setting.kind == settings::SettingKind::Url) {
            if let Some(address) = settings.get_mut(setting.name) {
                *address = stood_in(address, origin);
            }
        }
    }
    Ok((adapter, Service { settings, secret }))
}

/// The same path at another origin.
fn stood_in(address: &str, origin: &url::Url) -> String {
    let path = url::Url::parse(address).map(|url| url.path().to_owned()).unwrap_or_default();
    format!("{}{}", origin.as_str().trim_end_matches('/'), path.trim_end_matches('/'))
}

fn name_taken(error: Error) -> Error {
    error.taken("backends.name", "name", "backends-error-name-taken")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_stand_in_keeps_the_path() {
        let origin = url::Url::parse("http://127.0.0.1:9000").unwrap();
        assert_eq!(super::stood_in("https://api.example.com/v1", &origin), "http://127.0.0.1:9000/v1");
        assert_eq!(super::stood_in("https://api.example.com", &origin), "http://127.0.0.1:9000");
    }
}
