//! Verbs on tokens.

use super::model::NewToken;
use super::store;
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{MemberId, TokenId};
use crate::platform::secrets::{digest, random_token};
use crate::platform::{Error, Ms, Outcome};
use serde_json::json;

/// Makes a token and returns its secret, which is kept nowhere. The prefix lets scanners find it.
pub async fn add(tx: &mut Tx, actor: &Actor, member: MemberId, token: &NewToken, at: Ms) -> Outcome<String> {
    let id = TokenId::new(at);
    let secret = format!("troupe_{}", random_token().map_err(Error::broken)?);
    let prefix: String = secret.chars().take(13).collect();
    store::insert(tx, id, member, token, &prefix, &digest(&secret), at).await?;
    record(tx, actor, at, Event::new("token.added", id.0).detail(json!({ "name": token.name, "scopes": token.scopes }))).await?;
    Ok(secret)
}

pub async fn revoke_by_name(tx: &mut Tx, actor: &Actor, name: &str, at: Ms) -> Outcome<usize> {
    let revoked = store::revoke_by_name(tx, name, at).await?;
    for id in &revoked {
        record(tx, actor, at, Event::new("token.revoked", id.0)).await?;
    }
    Ok(revoked.len())
}
