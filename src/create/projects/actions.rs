//! Verbs on projects.

use super::model::{Checked, NewProject};
use super::store;
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{MemberId, ProjectId};
use crate::platform::jobs::{Queued, enqueue};
use crate::platform::{Error, House, Ms, Outcome};
use crate::web::Me;
use serde_json::json;

/// Makes a project; its first prompts and channels are written by their rooms, which hear of it by job.
pub async fn create(tx: &mut Tx, actor: &Actor, by: Option<MemberId>, project: &Checked, at: Ms) -> Outcome<ProjectId> {
    let id = ProjectId::new(at);
    // Any number will do as long as it stays the same; the id's random half is at hand.
    let seed = i64::try_from(id.0.as_u128() & 0x7fff_ffff).unwrap_or(1);
    store::insert(tx, id, project, by, seed, at).await.map_err(name_taken)?;
    record(tx, actor, at, Event::new("project.created", id.0).within(id).detail(json!({ "name": project.words.name }))).await?;
    for kind in ["prompts.seed", "channels.seed"] {
        enqueue(tx, at, Queued { project: Some(id), created_by: by, ..Queued::now(kind, json!({}), at) }).await?;
    }
    Ok(id)
}

/// The living project of this name, made when there is none: for the command line.
pub async fn ensure(house: &House, name: &str) -> Outcome<ProjectId> {
    let found = store::names(house.db.read()).await?.into_iter().find(|(_, known)| known == name);
    if let Some((id, _)) = found {
        return Ok(id);
    }
    let now = house.now();
    let project = NewProject { name: name.to_owned(), ..NewProject::default() }.check("en", &house.config.settings.timezone)?;
    house.db.write(async move |tx| create(tx, &Actor::operator(), None, &project, now).await).await
}

pub(super) async fn update(house: &House, me: &Me, id: ProjectId, project: Checked) -> Outcome<()> {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            store::sees(tx, member, id, false).await?;
            if store::update(tx, id, &project, now).await.map_err(name_taken)? == 0 {
                return Err(Error::stale(project.words.version, store::version(tx, id).await?));
            }
            record(tx, &actor, now, Event::new("project.changed", id.0).within(id)).await
        })
        .await
}

/// Puts a project into the bin, or takes it out again.
pub(super) async fn bin(house: &House, me: &Me, id: ProjectId, binned: bool) -> Outcome<()> {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            store::sees(tx, member, id, !binned).await?;
            if store::set_deleted(tx, id, binned.then_some(now)).await.map_err(name_taken)? == 0 {
                return Err(Error::NotFound);
            }
            let kind = if binned { "project.binned" } else { "project.restored" };
            record(tx, &actor, now, Event::new(kind, id.0).within(id)).await
        })
        .await
}

fn name_taken(error: Error) -> Error {
    error.taken("projects.name", "name", "error-project-name-taken")
}
