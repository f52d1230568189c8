//! All SQL of tokens.

use super::model::NewToken;
use crate::platform::db::Tx;
use crate::platform::id::{MemberId, TokenId};
use crate::platform::{Error, Ms, Outcome};

pub(super) async fn insert(tx: &mut Tx, id: TokenId, member: MemberId, token: &NewToken, prefix: &str, digest: &[u8], at: Ms) -> Outcome<()> {
    let scopes = serde_json::to_string(&token.scopes).map_err(Error::broken)?;
    sqlx::query!(
        "insert into tokens (id, member_id, name, prefix, token_digest, scopes, created_ms, expires_ms) values (?, ?, ?, ?, ?, ?, ?, ?)",
        id, member, token.name, prefix, digest, scopes, at, token.expires
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Revokes every open token of this name or with these first characters.
pub(super) async fn revoke_by_name(tx: &mut Tx, name: &str, at: Ms) -> Outcome<Vec<TokenId>> {
    Ok(sqlx::query_scalar!(
        r#"update tokens set revoked_ms = ?1 where revoked_ms is null and (name = ?2 or prefix = ?2) returning id as "id!: TokenId""#,
        at, name
    )
    .fetch_all(tx)
    .await?)
}
