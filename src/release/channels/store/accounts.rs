//! The SQL of accounts: their sealed settings and sessions, and what their platform said of itself.

use crate::platform::db::Tx;
use crate::platform::id::ChannelId;
use crate::platform::secrets::{Place, Secrets};
use crate::platform::{Error, Outcome};
use crate::release::channels::kinds::Values;
use crate::release::channels::model::ChannelState;
use sqlx::SqlitePool;

/// The way into an account: what a sender hands to the kind.
#[derive(Clone)]
pub struct Connection {
    pub kind: String,
    /// Public settings, and what the platform said of itself.
    pub settings: Values,
    sealed: Option<Vec<u8>>,
    pub epoch: i64,
    id: ChannelId,
}

/// Reads the connection of a channel, for senders and looks.
pub async fn connection(db: &SqlitePool, id: ChannelId) -> Outcome<Connection> {
    let row = sqlx::query!("select kind, settings, facts, secret, epoch from channels where id = ?", id).fetch_one(db).await?;
    let mut settings: Values = serde_json::from_str(&row.facts).unwrap_or_default();
    settings.extend(serde_json::from_str::<Values>(&row.settings).unwrap_or_default());
    Ok(Connection { kind: row.kind, settings, sealed: row.secret, epoch: row.epoch, id })
}

/// The secret settings of a connection; `None` when they do not open with this key file.
pub fn open_secret(secrets: &Secrets, connection: &Connection) -> Option<Values> {
    let Some(sealed) = &connection.sealed else { return Some(Values::new()) };
    let plain = secrets.open(place(connection.id), sealed).ok()?;
    serde_json::from_str(plain.expose()).ok()
}

/// Writes a session over the one that was read under `epoch`; false when another came first.
pub async fn renew(tx: &mut Tx, id: ChannelId, epoch: i64, secret: Option<Vec<u8>>) -> Outcome<bool> {
    let done = sqlx::query!("update channels set secret = ?, epoch = epoch + 1 where id = ? and epoch = ?", secret, id, epoch).execute(tx).await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps what the platform said of itself.
pub async fn set_facts(tx: &mut Tx, id: ChannelId, facts: &Values) -> Outcome<()> {
    let facts = serde_json::to_string(facts).map_err(Error::broken)?;
    sqlx::query!("update channels set facts = ?2, last_error = null where id = ?1", id, facts).execute(tx).await?;
    Ok(())
}

/// Keeps why the platform does not take us.
pub async fn set_trouble(tx: &mut Tx, id: ChannelId, trouble: &str, state: Option<ChannelState>) -> Outcome<()> {
    sqlx::query!("update channels set last_error = ?2, state = coalesce(?3, state) where id = ?1", id, trouble, state).execute(tx).await?;
    Ok(())
}

fn place(id: ChannelId) -> Place {
    Place { table: "channels", row: id.0, column: "secret" }
}

/// Seals the secret settings for their row; `None` when the kind has none.
pub fn seal(secrets: &Secrets, id: ChannelId, values: &Values) -> Outcome<Option<Vec<u8>>> {
    if values.is_empty() {
        return Ok(None);
    }
    let text = serde_json::to_string(values).map_err(Error::broken)?;
    secrets.seal(place(id), &text).map(Some).map_err(Error::broken)
}

/// The stored secrets of a channel, to be kept over a change.
pub async fn stored_secret(db: &SqlitePool, secrets: &Secrets, id: ChannelId) -> Outcome<Values> {
    let sealed = sqlx::query_scalar!("select secret from channels where id = ?", id).fetch_one(db).await?;
    let plain = sealed.and_then(|sealed| secrets.open(place(id), &sealed).ok());
    Ok(plain.and_then(|plain| serde_json::from_str(plain.expose()).ok()).unwrap_or_default())
}
