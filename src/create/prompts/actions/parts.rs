//! Verbs on shared parts.

use crate::create::prompts::parts::{By, NewPart};
use crate::create::prompts::store;
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{PartId, ProjectId};
use crate::platform::{Error, House, Outcome};
use crate::web::Me;
use serde_json::json;

/// A new part with its first version.
pub async fn create(tx: &mut Tx, actor: &Actor, by: By, project: ProjectId, new: &NewPart) -> Outcome<PartId> {
    let part = new.check(None)?;
    store::project_locale(tx, Some(by.member), project).await?;
    part.fits(store::parts_in(tx, project).await?)?;
    let id = store::insert_part(tx, project, &part.name, by)
        .await
        .map_err(|error| error.taken("parts.project_id, parts.name", "name", "prompts-error-part-taken"))?;
    store::add_part_version(tx, id, &part, by).await?;
    record(tx, actor, by.at, Event::new("part.created", id.0).within(project).detail(json!({ "name": part.name }))).await?;
    Ok(id)
}

/// A further version; templates include it from now on.
pub async fn add_version(tx: &mut Tx, actor: &Actor, by: By, id: PartId, new: &NewPart) -> Outcome<i64> {
    let (project, name) = store::hold_part(tx, by.member, id, false).await?;
    let part = new.check(Some(&name))?;
    part.fits(store::parts_in(tx, project).await?)?;
    let number = store::add_part_version(tx, id, &part, by).await?;
    record(tx, actor, by.at, Event::new("part.versioned", id.0).within(project).detail(json!({ "number": number }))).await?;
    Ok(number)
}

/// Takes a part away, or brings it back. Templates that include it are refused meanwhile, with the line.
pub async fn remove(house: &House, me: &Me, id: PartId, removed: bool) -> Outcome<(ProjectId, String)> {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            let (project, name) = store::hold_part(tx, member, id, !removed).await?;
            store::set_part_deleted(tx, id, removed.then_some(now)).await.map_err(|error| match error {
                Error::Constraint(_) => Error::refused("prompts-part-cannot-restore"),
                other => other,
            })?;
            let kind = if removed { "part.removed" } else { "part.restored" };
            record(tx, &actor, now, Event::new(kind, id.0).within(project)).await?;
            Ok((project, name))
        })
        .await
}
