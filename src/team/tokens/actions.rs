//! Verbs on tokens.

use super::model::NewToken;
use super::store;
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{MemberId, TokenId};
use crate::platform::secrets::{digest, random_token};
use crate::platform::{Error, House, Ms, Outcome};
use crate::web::Me;
use serde_json::json;

/// Makes a token and returns its secret, which is kept nowhere.
pub async fn add(tx: &mut Tx, actor: &Actor, member: MemberId, token: &NewToken, at: Ms) -> Outcome<String> {
    let secret = fresh_secret()?;
    keep(tx, actor, member, token, &secret, at).await?;
    Ok(secret)
}

/// A secret for a token to be. The prefix lets scanners find it.
pub(super) fn fresh_secret() -> Outcome<String> {
    Ok(format!("troupe_{}", random_token().map_err(Error::broken)?))
}

/// Keeps the digest of `secret` and what it may do.
pub(super) async fn keep(tx: &mut Tx, actor: &Actor, member: MemberId, token: &NewToken, secret: &str, at: Ms) -> Outcome<TokenId> {
    let id = TokenId::new(at);
    let prefix: String = secret.chars().take(13).collect();
    store::insert(tx, id, member, token, &prefix, &digest(secret), at).await?;
    record(tx, actor, at, Event::new("token.added", id.0).detail(json!({ "name": token.name, "scopes": token.scopes }))).await?;
    Ok(id)
}

pub async fn revoke_by_name(tx: &mut Tx, actor: &Actor, name: &str, at: Ms) -> Outcome<usize> {
    let revoked = store::revoke_by_name(tx, name, at).await?;
    for id in &revoked {
        record(tx, actor, at, Event::new("token.revoked", id.0)).await?;
    }
    Ok(revoked.len())
}

/// Ends one of the member's own tokens.
pub(super) async fn revoke(house: &House, me: &Me, id: TokenId) -> Outcome<()> {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            if store::revoke(tx, member, id, now).await? == 0 {
                return Err(Error::NotFound);
            }
            record(tx, &actor, now, Event::new("token.revoked", id.0)).await
        })
        .await
}
