//! The indices of the newest posts, for whoever judges by them.

use super::pages::compare;
use super::store;
use crate::platform::id::{MemberId, ProjectId};
use crate::platform::{Ms, Outcome};
use sqlx::SqlitePool;

/// Newest posts that are compared.
const NEWEST: i64 = 200;

/// A publication with its index, 1.0 = usual on its channel at its age.
#[derive(Clone, Copy, Debug)]
pub struct Published {
    pub no: i64,
    pub index: f64,
}

/// Of the newest two hundred posts those that have an index.
pub async fn indices(db: &SqlitePool, owner: (MemberId, ProjectId), now: Ms) -> Outcome<Vec<Published>> {
    let mut rows = store::newest(db, owner, None, (None, NEWEST)).await?;
    compare(db, &mut rows, now).await?;
    Ok(rows.into_iter().filter_map(|row| Some(Published { no: row.no, index: row.index? })).collect())
}
