//! Verbs on members that need a transaction.

use super::model::NewMember;
use super::store;
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{MemberId, ProjectId, SessionId};
use crate::platform::{Error, House, Ms, Outcome};
use crate::web::Role;
use serde_json::json;
use std::collections::BTreeSet;

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
    store::insert(tx, id, member, password_hash, at).await.map_err(|error| error.taken("members.email_key", "email", "error-email-taken"))?;
    let detail = json!({ "name": member.name, "role": member.role.name() });
    record(tx, actor, at, Event::new("member.added", id.0).detail(detail)).await?;
    Ok(id)
}

pub async fn set_password(tx: &mut Tx, actor: &Actor, id: MemberId, hash: &str, keep: Option<SessionId>, at: Ms) -> Outcome<()> {
    store::set_password(tx, id, hash, keep).await?;
    record(tx, actor, at, Event::new("member.password_changed", id.0)).await
}

/// What shall be different about a member; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub(super) struct Change {
    pub role: Option<Role>,
    pub active: Option<bool>,
    pub projects: Option<Vec<ProjectId>>,
    /// The version that was read; without one the newest counts
    pub version: Option<i64>,
}

/// Changes role, state and projects together; each that moved is an event of its own.
pub(super) async fn change(house: &House, actor: Actor, id: MemberId, change: Change) -> Outcome<()> {
    let now = house.now();
    house
        .db
        .write(async move |tx| {
            let (role, _, newest) = store::standing(tx, id).await?;
            if let Some(yours) = change.version.filter(|version| *version != newest) {
                return Err(Error::stale(yours, newest));
            }
            if let Some(to) = change.role.filter(|to| to.name() != role) {
                store::set_role(tx, id, to.name(), newest).await.map_err(last_owner)?;
                record(tx, &actor, now, Event::new("member.role_changed", id.0).detail(json!({ "from": role, "to": to.name() }))).await?;
            }
            if let Some(projects) = change.projects {
                let projects: BTreeSet<ProjectId> = projects.into_iter().collect();
                let projects: Vec<ProjectId> = projects.into_iter().collect();
                store::set_projects(tx, id, &projects, now).await?;
                record(tx, &actor, now, Event::new("member.projects_changed", id.0).detail(json!({ "projects": projects.len() }))).await?;
            }
            if let Some(active) = change.active {
                set_active(tx, &actor, id, active, now).await?;
            }
            Ok(())
        })
        .await
}

/// Ends or begins a membership; nothing is recorded when it stood so already.
pub(crate) async fn set_active(tx: &mut Tx, actor: &Actor, id: MemberId, active: bool, at: Ms) -> Outcome<()> {
    store::standing(tx, id).await?;
    if store::set_state(tx, id, active, at).await.map_err(last_owner)? == 1 {
        let kind = if active { "member.reactivated" } else { "member.deactivated" };
        record(tx, actor, at, Event::new(kind, id.0)).await?;
    }
    Ok(())
}

/// Somebody who accepted an invitation: the member with the projects it names, as far as they live.
pub async fn join(
    tx: &mut Tx,
    actor_address: Option<String>,
    member: &NewMember,
    password_hash: &str,
    projects: &[ProjectId],
    at: Ms,
) -> Outcome<MemberId> {
    let id = MemberId::new(at);
    store::insert(tx, id, member, Some(password_hash), at).await.map_err(|error| error.taken("members.email_key", "email", "error-email-taken"))?;
    let living: Vec<ProjectId> = store::living(tx).await?.into_iter().filter(|project| projects.contains(project)).collect();
    store::set_projects(tx, id, &living, at).await?;
    let detail = json!({ "name": member.name, "role": member.role.name() });
    record(tx, &Actor::member(id, actor_address), at, Event::new("member.joined", id.0).detail(detail)).await?;
    Ok(id)
}

fn last_owner(error: Error) -> Error {
    error.rule("last_owner", "members-last-owner")
}
