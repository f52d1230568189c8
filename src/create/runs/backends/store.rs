//! All SQL of backends.

use crate::platform::db::Tx;
use crate::platform::id::BackendId;
use crate::platform::{Error, Ms, Outcome};
use serde::Serialize;
use sqlx::SqlitePool;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The sketch has the same row in every studio.
pub const SKETCH: BackendId = BackendId(Uuid::from_u128(0x0000_0000_0000_7000_8000_736b_6574_6368));

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
}

/// The living backends: the sketch, then the others in the order they were connected. A handful.
pub async fn list(db: &SqlitePool) -> Outcome<Vec<BackendShown>> {
    let rows = sqlx::query!(
        r#"select id as "id: BackendId", kind, name, settings, secret is not null as "has_secret!: bool",
             tested_ms as "tested_ms: Ms", test_error
           from backends where deleted_ms is null order by id limit 200"#
    )
    .fetch_all(db)
    .await?;
    let shown = rows.into_iter().map(|row| BackendShown {
        id: row.id,
        kind: row.kind,
        name: row.name,
        settings: serde_json::from_str(&row.settings).unwrap_or_default(),
        has_secret: row.has_secret,
        tested_ms: row.tested_ms,
        test_error: row.test_error,
    });
    Ok(shown.collect())
}

/// The living backends by name, for choosing one.
pub async fn usable(db: &SqlitePool) -> Outcome<Vec<BackendName>> {
    Ok(sqlx::query_as!(BackendName, r#"select id as "id: BackendId", kind, name from backends where deleted_ms is null order by id limit 200"#)
        .fetch_all(db)
        .await?)
}

pub(super) async fn find(db: &SqlitePool, id: BackendId) -> Outcome<BackendShown> {
    list(db).await?.into_iter().find(|backend| backend.id == id).ok_or(Error::NotFound)
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
        "update backends set name = ?, settings = ?, secret = coalesce(?, secret), tested_ms = null, test_error = null, updated_ms = ?
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
