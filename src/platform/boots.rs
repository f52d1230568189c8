//! Starts of the program. A lease names its boot, so a new boot knows the leases of dead ones.

use super::db::Tx;
use super::id::BootId;
use super::{Ms, Outcome};

pub async fn begin(tx: &mut Tx, id: BootId, at: Ms) -> Outcome<()> {
    let (version, pid) = (env!("CARGO_PKG_VERSION"), i64::from(std::process::id()));
    sqlx::query!("insert into boots (id, version, pid, started_ms) values (?, ?, ?, ?)", id, version, pid, at).execute(tx).await?;
    Ok(())
}

pub async fn end(tx: &mut Tx, id: BootId, at: Ms) -> Outcome<()> {
    sqlx::query!("update boots set stopped_ms = ? where id = ?", at, id).execute(tx).await?;
    Ok(())
}

/// Idempotency keys live a day.
pub async fn sweep_keys(tx: &mut Tx, now: Ms) -> Outcome<()> {
    let old = now.plus(-super::clock::DAY);
    sqlx::query!("delete from idempotency_keys where created_ms < ?", old).execute(tx).await?;
    Ok(())
}
