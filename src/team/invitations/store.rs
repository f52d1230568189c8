//! All SQL of one-time links.

use crate::platform::db::Tx;
use crate::platform::id::InvitationId;
use crate::platform::{Error, Ms, Outcome};
use sqlx::SqlitePool;

/// A new set-up link; older ones end.
pub async fn replace_setup(tx: &mut Tx, id: InvitationId, digest: &[u8], now: Ms, expires: Ms) -> Outcome<()> {
    sqlx::query!("delete from invitations where kind = 'setup' and used_ms is null").execute(&mut *tx).await?;
    sqlx::query!(
        "insert into invitations (id, kind, token_digest, role, created_ms, expires_ms) values (?, 'setup', ?, 'owner', ?, ?)",
        id, digest, now, expires
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// When an open set-up link ends; `NotFound` when it is none.
pub async fn setup_expiry(db: &SqlitePool, digest: &[u8], now: Ms) -> Outcome<Ms> {
    Ok(sqlx::query_scalar!(
        r#"select expires_ms as "at: Ms" from invitations where kind = 'setup' and token_digest = ? and used_ms is null and expires_ms > ?"#,
        digest, now
    )
    .fetch_one(db)
    .await?)
}

/// Uses a link up, once.
pub async fn use_up(tx: &mut Tx, digest: &[u8], now: Ms) -> Outcome<()> {
    let done = sqlx::query!("update invitations set used_ms = ?1 where token_digest = ?2 and used_ms is null and expires_ms > ?1", now, digest)
        .execute(tx)
        .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Error::NotFound) }
}
