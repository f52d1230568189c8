//! All SQL of tokens.

use super::model::NewToken;
use crate::platform::db::Tx;
use crate::platform::id::{MemberId, TokenId};
use crate::platform::{Error, Ms, Outcome};
use crate::web::Scope;
use serde::Serialize;
use sqlx::SqlitePool;

struct Row {
    id: TokenId,
    name: String,
    prefix: String,
    scopes: String,
    created: Ms,
    expires: Option<Ms>,
    used: Option<Ms>,
}

/// A member's own living token. Its secret is nowhere.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Token {
    pub id: TokenId,
    pub name: String,
    /// The first characters of the secret, to tell tokens apart
    pub prefix: String,
    pub scopes: Vec<Scope>,
    #[serde(rename = "created_at", serialize_with = "Ms::to_text")]
    #[schema(value_type = String, format = DateTime)]
    pub created: Ms,
    /// Null for a token that lasts as long as its member
    #[serde(rename = "expires_at", serialize_with = "Ms::to_text_if_any")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires: Option<Ms>,
    /// To within five minutes
    #[serde(rename = "used_at", serialize_with = "Ms::to_text_if_any")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub used: Option<Ms>,
}

impl Token {
    pub fn is_over(&self, now: Ms) -> bool {
        self.expires.is_some_and(|at| at <= now)
    }
}

/// The tokens a member has not revoked, newest first.
pub(super) async fn of_member(db: &SqlitePool, member: MemberId) -> Outcome<Vec<Token>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: TokenId", name, prefix, scopes, created_ms as "created: Ms", expires_ms as "expires: Ms", used_ms as "used: Ms"
           from tokens where member_id = ? and revoked_ms is null order by created_ms desc, id desc limit 200"#,
        member
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|Row { id, name, prefix, scopes, created, expires, used }| {
            Ok(Token { id, name, prefix, scopes: serde_json::from_str(&scopes).map_err(Error::broken)?, created, expires, used })
        })
        .collect()
}

/// Ends a token, if it is this member's own and not ended yet.
pub(super) async fn revoke(tx: &mut Tx, member: MemberId, id: TokenId, at: Ms) -> Outcome<u64> {
    Ok(sqlx::query!("update tokens set revoked_ms = ? where id = ? and member_id = ? and revoked_ms is null", at, id, member)
        .execute(tx)
        .await?
        .rows_affected())
}

pub(super) async fn insert(tx: &mut Tx, id: TokenId, member: MemberId, token: &NewToken, prefix: &str, digest: &[u8], at: Ms) -> Outcome<()> {
    let scopes = serde_json::to_string(&token.scopes).map_err(Error::broken)?;
    sqlx::query!(
        "insert into tokens (id, member_id, name, prefix, token_digest, scopes, created_ms, expires_ms) values (?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        member,
        token.name,
        prefix,
        digest,
        scopes,
        at,
        token.expires
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Revokes every open token of this name or with these first characters.
pub(super) async fn revoke_by_name(tx: &mut Tx, name: &str, at: Ms) -> Outcome<Vec<TokenId>> {
    Ok(sqlx::query_scalar!(
        r#"update tokens set revoked_ms = ?1 where revoked_ms is null and (name = ?2 or prefix = ?2) returning id as "id!: TokenId""#,
        at,
        name
    )
    .fetch_all(tx)
    .await?)
}
