//! All SQL of backends.

use super::outcome::Class;
use super::prices::{Tariff, Unit};
use crate::platform::clock::{HOUR, MINUTE, SECOND};
use crate::platform::db::Tx;
use crate::platform::id::{BackendId, MemberId, PriceId};
use crate::platform::{Error, Ms, Outcome};
use serde::Serialize;
use sqlx::SqlitePool;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The sketch has the same row in every studio.
pub const SKETCH: BackendId = BackendId(Uuid::from_u128(0x0000_0000_0000_7000_8000_736b_6574_6368));

/// What every studio has from the beginning keeps its id from one studio to the other. Ids are listed in order, so that
/// the sketch is the last of them and still the one used when nothing else is connected.
const ESPEAK: BackendId = BackendId(Uuid::from_u128(0x0000_0000_0000_7000_8000_6573_7065_616b));
const PREVIEW: BackendId = BackendId(Uuid::from_u128(0x0000_0000_0000_7000_8000_7072_6576_6965));

pub(super) fn is_embedded(id: BackendId) -> bool {
    [SKETCH, ESPEAK, PREVIEW].contains(&id)
}

/// A backend as a choice names it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct BackendName {
    pub id: BackendId,
    pub kind: String,
    pub name: String,
}

/// A backend as its page shows it; the secret is never read for it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct BackendShown {
    pub id: BackendId,
    pub kind: String,
    pub name: String,
    pub settings: BTreeMap<String, String>,
    pub has_secret: bool,
    /// When it was last tested
    #[serde(rename = "tested_at")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub tested_ms: Option<Ms>,
    /// Why the last test failed: an error class of runs
    pub test_error: Option<String>,
    /// Nothing is asked before this time
    #[serde(rename = "rests_until")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub rests_until_ms: Option<Ms>,
    /// Why: an error class of runs
    pub rests_class: Option<String>,
    /// The prices in force for any model, in millionths
    pub tariff: Tariff,
}

/// A price as its list shows it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Price {
    pub id: PriceId,
    /// Empty: any model
    pub model: String,
    pub unit: String,
    /// Millionths of the backend's currency: for a million tokens or characters, for one of the others
    pub micros: i64,
    #[serde(rename = "from")]
    #[schema(value_type = String, format = DateTime)]
    pub from_ms: Ms,
}

/// What is written of a backend.
#[derive(Debug)]
pub(super) struct Kept {
    pub id: BackendId,
    pub kind: &'static str,
    pub name: String,
    pub settings: BTreeMap<String, String>,
    /// Sealed; `None` keeps what is there.
    pub secret: Option<Vec<u8>>,
    /// Prices for any model, in millionths
    pub prices: Vec<(Unit, i64)>,
}

/// The living backends: the sketch, then the others in the order they were connected. A handful.
pub async fn list(db: &SqlitePool, now: Ms) -> Outcome<Vec<BackendShown>> {
    let rows = sqlx::query!(
        r#"select id as "id: BackendId", kind, name, settings, secret is not null as "has_secret!: bool",
             tested_ms as "tested_ms: Ms", test_error, rests_until_ms as "rests_until_ms: Ms", rests_class
           from backends where deleted_ms is null order by id limit 200"#
    )
    .fetch_all(db)
    .await?;
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let tariff = tariff(db, row.id, "", now).await?;
        shown.push(BackendShown {
            id: row.id,
            kind: row.kind,
            name: row.name,
            settings: serde_json::from_str(&row.settings).unwrap_or_default(),
            has_secret: row.has_secret,
            tested_ms: row.tested_ms,
            test_error: row.test_error,
            rests_until_ms: row.rests_until_ms.filter(|until| *until > now),
            rests_class: row.rests_class,
            tariff,
        });
    }
    Ok(shown)
}

/// The living backends by name, for choosing one.
pub async fn usable(db: &SqlitePool) -> Outcome<Vec<BackendName>> {
    Ok(sqlx::query_as!(BackendName, r#"select id as "id: BackendId", kind, name from backends where deleted_ms is null order by id limit 200"#)
        .fetch_all(db)
        .await?)
}

pub(super) async fn find(db: &SqlitePool, id: BackendId, now: Ms) -> Outcome<BackendShown> {
    list(db, now).await?.into_iter().find(|backend| backend.id == id).ok_or(Error::NotFound)
}

/// A living backend by its id, or by its name as people write it; `sketch` is always the sketch.
pub async fn resolve(db: &SqlitePool, text: &str) -> Outcome<Option<BackendName>> {
    let id = text.parse::<BackendId>().ok();
    Ok(usable(db).await?.into_iter().find(|backend| Some(backend.id) == id || backend.name == text || (backend.id == SKETCH && text == "sketch")))
}

/// The one used when nobody chose: the service connected last, or the sketch while there is none.
pub async fn default_one(db: &SqlitePool) -> Outcome<Option<BackendName>> {
    Ok(usable(db).await?.pop())
}

/// Kind, settings and sealed secret of a living backend, for the call itself.
pub(super) async fn sealed(db: &SqlitePool, id: BackendId) -> Outcome<(String, BTreeMap<String, String>, Option<Vec<u8>>)> {
    let row = sqlx::query!("select kind, settings, secret from backends where id = ? and deleted_ms is null", id).fetch_one(db).await?;
    Ok((row.kind, serde_json::from_str(&row.settings).map_err(Error::broken)?, row.secret))
}

pub(super) async fn insert(tx: &mut Tx, backend: &Kept, at: Ms) -> Outcome<()> {
    let settings = serde_json::to_string(&backend.settings).map_err(Error::broken)?;
    sqlx::query!(
        "insert into backends (id, kind, name, settings, secret, created_ms, updated_ms) values (?, ?, ?, ?, ?, ?, ?)",
        backend.id,
        backend.kind,
        backend.name,
        settings,
        backend.secret,
        at,
        at
    )
    .execute(tx)
    .await?;
    Ok(())
}

pub(super) async fn update(tx: &mut Tx, backend: &Kept, at: Ms) -> Outcome<()> {
    let settings = serde_json::to_string(&backend.settings).map_err(Error::broken)?;
    let done = sqlx::query!(
        "update backends set name = ?, settings = ?, secret = coalesce(?, secret), tested_ms = null, test_error = null, updated_ms = ?,
           failures = 0, rests_until_ms = null, rests_class = null
         where id = ? and deleted_ms is null",
        backend.name,
        settings,
        backend.secret,
        at,
        backend.id
    )
    .execute(tx)
    .await?;
    if done.rows_affected() == 0 { Err(Error::NotFound) } else { Ok(()) }
}

pub(super) async fn set_tested(tx: &mut Tx, id: BackendId, error: Option<&'static str>, at: Ms) -> Outcome<()> {
    sqlx::query!("update backends set tested_ms = ?, test_error = ? where id = ?", at, error, id).execute(tx).await?;
    Ok(())
}

/// Runs keep pointing at the row; its secret is gone for good.
pub(super) async fn remove(tx: &mut Tx, id: BackendId, at: Ms) -> Outcome<u64> {
    Ok(sqlx::query!("update backends set deleted_ms = ?, secret = null where id = ? and deleted_ms is null", at, id)
        .execute(tx)
        .await?
        .rows_affected())
}

/// The prices in force for a model: one of its own before one for any model, the newest that has begun.
pub async fn tariff(db: &SqlitePool, backend: BackendId, model: &str, at: Ms) -> Outcome<Tariff> {
    let rows = sqlx::query!(
        "select unit, micros from prices where backend_id = ?1 and model in ('', ?2) and from_ms <= ?3 order by model = '' desc, from_ms, id",
        backend,
        model,
        at
    )
    .fetch_all(db)
    .await?;
    let mut tariff = Tariff::default();
    for row in rows {
        if let Ok(unit) = row.unit.parse() {
            tariff.set(unit, row.micros);
        }
    }
    Ok(tariff)
}

/// The whole price list of a backend, by model and unit, the newest first.
pub(super) async fn prices(db: &SqlitePool, backend: BackendId) -> Outcome<Vec<Price>> {
    Ok(sqlx::query_as!(
        Price,
        r#"select id as "id: PriceId", model, unit, micros, from_ms as "from_ms: Ms" from prices where backend_id = ?
           order by model, unit, from_ms desc, id desc limit 500"#,
        backend
    )
    .fetch_all(db)
    .await?)
}

/// A price from a moment on.
pub(super) async fn add_price(
    tx: &mut Tx,
    backend: BackendId,
    (model, unit, micros): (&str, Unit, i64),
    from: Ms,
    by: Option<MemberId>,
    at: Ms,
) -> Outcome<PriceId> {
    let (id, unit) = (PriceId::new(at), unit.name());
    sqlx::query!(
        "insert into prices (id, backend_id, model, unit, micros, from_ms, created_by, created_ms) values (?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        backend,
        model,
        unit,
        micros,
        from,
        by,
        at
    )
    .execute(tx)
    .await?;
    Ok(id)
}

/// Failures in a row after which a backend rests, and how long it rests at first and at most, in milliseconds.
const FAILURES: i64 = 5;
const REST: i64 = MINUTE;
const REST_MAX: i64 = HOUR;
/// When a service asks to wait but does not say how long.
const ASKED_TO_WAIT: i64 = 10 * SECOND;

/// Whether a backend may be asked now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    Over,
    Until(Ms),
}

pub async fn rest(tx: &mut Tx, id: BackendId, at: Ms) -> Outcome<Rest> {
    let until = sqlx::query_scalar!(r#"select rests_until_ms as "until: Ms" from backends where id = ?"#, id).fetch_one(tx).await?;
    Ok(until.filter(|until| *until > at).map_or(Rest::Over, Rest::Until))
}

/// A backend answered as it should.
pub async fn succeeded(tx: &mut Tx, id: BackendId) -> Outcome<()> {
    sqlx::query!(
        "update backends set failures = 0, rests_until_ms = null, rests_class = null where id = ? and (failures > 0 or rests_until_ms is not null)",
        id
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Counts a failure of the service itself; the time before which it is not asked again, when it rests now.
pub async fn troubled(tx: &mut Tx, id: BackendId, class: Class, retry_after: Option<i64>, at: Ms) -> Outcome<Option<Ms>> {
    let failures = sqlx::query_scalar!("select failures from backends where id = ?", id).fetch_one(&mut *tx).await?;
    let Some((failures, wait)) = rests(class, failures, retry_after) else { return succeeded(tx, id).await.map(|()| None) };
    let (until, name) = (wait.map(|wait| at.plus(wait)), class.name());
    sqlx::query!(
        "update backends set failures = ?1, rests_until_ms = coalesce(max(coalesce(rests_until_ms, 0), ?2), rests_until_ms),
           rests_class = iif(?2 is null, rests_class, ?3) where id = ?4",
        failures,
        until,
        name,
        id
    )
    .execute(tx)
    .await?;
    Ok(until)
}

/// Failures in a row by now and the rest that follows; nothing for what is not the fault of the service.
fn rests(class: Class, failures: i64, retry_after: Option<i64>) -> Option<(i64, Option<i64>)> {
    match class {
        Class::RateLimited => Some((failures + 1, Some(retry_after.unwrap_or(ASKED_TO_WAIT << failures.clamp(0, 6))))),
        Class::NotConnected | Class::Unavailable | Class::RefusedKey | Class::NoCredit | Class::Timeout => {
            let failures = failures + 1;
            let rest = (failures >= FAILURES).then(|| (REST << (failures - FAILURES).clamp(0, 6)).min(REST_MAX));
            Some((failures, rest))
        }
        _ => None,
    }
}

/// The moment at which the next call may leave when only so many leave in a minute.
pub async fn turn(tx: &mut Tx, id: BackendId, per_minute: i64, at: Ms) -> Outcome<Ms> {
    let gap = MINUTE / per_minute.max(1);
    Ok(sqlx::query_scalar!(r#"update backends set next_ms = max(next_ms, ?1) + ?2 where id = ?3 returning next_ms - ?2 as "turn!: Ms""#, at, gap, id)
        .fetch_one(tx)
        .await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_rests_when_it_asks_to_or_fails_in_a_row() {
        for (class, failures, retry_after, expected) in [
            (Class::RateLimited, 0, Some(7_000), Some((1, Some(7_000)))),
            (Class::RateLimited, 2, None, Some((3, Some(40_000)))),
            (Class::RateLimited, 60, None, Some((61, Some(640_000)))),
            (Class::Unavailable, 0, None, Some((1, None))),
            (Class::Unavailable, 4, None, Some((5, Some(60_000)))),
            (Class::NotConnected, 6, None, Some((7, Some(240_000)))),
            (Class::NoCredit, 90, None, Some((91, Some(HOUR)))),
            (Class::Moderation, 4, None, None),
            (Class::BadAnswer, 4, None, None),
        ] {
            assert_eq!(rests(class, failures, retry_after), expected, "{class:?} after {failures}");
        }
    }
}
