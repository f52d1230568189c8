//! All SQL of a member's own settings.

use super::model::Profile;
use crate::platform::Outcome;
use crate::platform::db::Tx;
use crate::platform::id::MemberId;
use sqlx::SqlitePool;

pub(super) async fn find(db: &SqlitePool, id: MemberId) -> Outcome<Profile> {
    let row =
        sqlx::query!(r#"select name, locale, zone, theme, keys_on as "keys_on: bool", version from members where id = ?"#, id).fetch_one(db).await?;
    let keys = if row.keys_on { "on" } else { "" }.to_owned();
    Ok(Profile { name: row.name, locale: row.locale, zone: row.zone, theme: row.theme, keys, version: row.version })
}

/// 0 rows when the member was changed since `version` was read.
pub(super) async fn update(tx: &mut Tx, id: MemberId, profile: &Profile) -> Outcome<u64> {
    let (Profile { name, locale, zone, theme, version, .. }, keys_on) = (profile, profile.keys_on());
    Ok(sqlx::query!(
        "update members set name = ?, locale = ?, zone = ?, theme = ?, keys_on = ?, version = version + 1 where id = ? and version = ?",
        name,
        locale,
        zone,
        theme,
        keys_on,
        id,
        version
    )
    .execute(tx)
    .await?
    .rows_affected())
}

/// The version the member has now.
pub(super) async fn version(tx: &mut Tx, id: MemberId) -> Outcome<i64> {
    Ok(sqlx::query_scalar!("select version from members where id = ?", id).fetch_one(tx).await?)
}

pub(super) async fn password_hash(db: &SqlitePool, id: MemberId) -> Outcome<Option<String>> {
    Ok(sqlx::query_scalar!("select password_hash from members where id = ?", id).fetch_one(db).await?)
}
