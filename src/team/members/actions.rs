//! Verbs on members that need a transaction.

use super::model::NewMember;
use super::store;
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{MemberId, SessionId};
use crate::platform::{Error, Ms, Outcome};
use serde_json::json;

/// The studio and its first owner. Refused when there is an owner already.
pub async fn found_studio(tx: &mut Tx, member: &NewMember, studio: &str, password_hash: &str, at: Ms) -> Outcome<MemberId> {
    if store::any_owner(tx).await? {
        return Err(Error::NotFound);
    }
    store::insert_studio(tx, studio, &member.locale, &member.zone, at).await?;
    let id = MemberId::new(at);
    store::insert(tx, id, member, Some(password_hash), at).await?;
    record(tx, &Actor::member(id, None), at, Event::new("studio.founded", id.0).detail(json!({ "studio": studio }))).await?;
    Ok(id)
}

/// A member made by the operator or by accepting an invitation.
pub async fn add(tx: &mut Tx, actor: &Actor, member: &NewMember, password_hash: Option<&str>, at: Ms) -> Outcome<MemberId> {
    store::insert_studio(tx, "Studio", &member.locale, &member.zone, at).await?;
    let id = MemberId::new(at);
    store::insert(tx, id, member, password_hash, at)
        .await
        .map_err(|error| error.taken("members.email_key", "email", "error-email-taken"))?;
    let detail = json!({ "name": member.name, "role": member.role.name() });
    record(tx, actor, at, Event::new("member.added", id.0).detail(detail)).await?;
    Ok(id)
}

pub async fn set_password(tx: &mut Tx, actor: &Actor, id: MemberId, hash: &str, keep: Option<SessionId>, at: Ms) -> Outcome<()> {
    store::set_password(tx, id, hash, keep).await?;
    record(tx, actor, at, Event::new("member.password_changed", id.0)).await
}
