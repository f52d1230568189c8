//! Verbs on one-time links.

use super::model::{Acceptance, Checked};
use super::store;
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{InvitationId, MemberId, ProjectId};
use crate::platform::secrets::digest;
use crate::platform::text::Checks;
use crate::platform::{Error, House, Ms, Outcome};
use crate::team::{members, password, sessions};
use crate::web::{Role, Visit};
use serde_json::json;

/// Invites an address that is no member yet. Nothing may be done with it until it is accepted.
pub(super) async fn invite(tx: &mut Tx, actor: &Actor, by: MemberId, invited: &Checked, token: &str, at: Ms) -> Outcome<InvitationId> {
    if store::is_member(tx, &invited.email).await? {
        return Err(Error::field("email", "error-email-taken"));
    }
    let id = InvitationId::new(at);
    store::insert(tx, id, &digest(token), invited, by, at).await?;
    let detail = json!({ "email": invited.email, "role": invited.role.name() });
    record(tx, actor, at, Event::new("invitation.made", id.0).detail(detail)).await?;
    Ok(id)
}

pub(super) async fn revoke(house: &House, actor: Actor, id: InvitationId) -> Outcome<()> {
    let now = house.now();
    house
        .db
        .write(async move |tx| {
            store::delete_open(tx, id).await?;
            record(tx, &actor, now, Event::new("invitation.revoked", id.0)).await
        })
        .await
}

/// Makes the member the invitation promised, and a session; the link is used up in the same
/// transaction. Answers the session's cookie.
pub(super) async fn accept(house: &House, visit: &Visit, token: &str, said: Acceptance) -> Outcome<String> {
    let (link, now, visit) = (digest(token), house.now(), visit.clone());
    let found = store::by_link(house.db.read(), "invitation", &link, now).await?;
    let (email, role) = promised(&found)?;
    let member = said.check(&email, role)?;
    let hash = password::hash(said.password).await?;
    house
        .db
        .write(async move |tx| {
            let found = store::by_link(&mut *tx, "invitation", &link, now).await?;
            store::use_up(tx, &link, now).await?;
            let projects: Vec<ProjectId> = serde_json::from_str(&found.projects).map_err(Error::broken)?;
            let address = visit.address.map(|address| address.to_string());
            let id = members::join(tx, address, &member, &hash, &projects, now).await?;
            sessions::open_session(tx, &visit, id, now).await
        })
        .await
}

/// The address and role an invitation is bound to.
pub(super) fn promised(link: &store::Link) -> Outcome<(String, Role)> {
    let email = link.email.clone().ok_or(Error::NotFound)?;
    let role = link.role.as_deref().unwrap_or_default().parse().map_err(Error::broken)?;
    Ok((email, role))
}

/// A reset link for an active member.
pub(super) async fn offer_reset(tx: &mut Tx, actor: &Actor, by: MemberId, member: MemberId, token: &str, at: Ms) -> Outcome<InvitationId> {
    let id = InvitationId::new(at);
    store::insert_reset(tx, id, &digest(token), member, by, at).await?;
    record(tx, actor, at, Event::new("member.reset_offered", member.0)).await?;
    Ok(id)
}

/// Sets the password behind a reset link, which ends every session of its member.
pub(super) async fn reset(house: &House, visit: &Visit, token: &str, new: String) -> Outcome<()> {
    let (link, now) = (digest(token), house.now());
    store::by_link(house.db.read(), "reset", &link, now).await?;
    let mut checks = Checks::new();
    password::check(&mut checks, "password", &new);
    checks.finish()?;
    let hash = password::hash(new).await?;
    let address = visit.address.map(|address| address.to_string());
    house
        .db
        .write(async move |tx| {
            let member = store::by_link(&mut *tx, "reset", &link, now).await?.member.ok_or(Error::NotFound)?;
            store::use_up(tx, &link, now).await?;
            members::set_password(tx, &Actor::member(member, address), member, &hash, None, now).await
        })
        .await
}
