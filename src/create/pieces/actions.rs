//! Verbs on pieces.

use super::store;
use crate::create::ideas;
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{IdeaId, MemberId, PieceId, ProjectId};
use crate::platform::text::Checks;
use crate::platform::{Error, House, Ms, Outcome};
use crate::web::Me;

/// Makes a piece; when it comes from an idea of the project, the idea goes into production.
pub async fn create(
    tx: &mut Tx,
    actor: &Actor,
    by: Option<MemberId>,
    project: ProjectId,
    idea: Option<IdeaId>,
    title: &str,
    at: Ms,
) -> Outcome<PieceId> {
    let mut checks = Checks::new();
    let title = checks.required("title", title, 200);
    checks.finish()?;
    store::sees_project(tx, by, project).await?;
    if let Some(idea) = idea
        && !store::has_idea(tx, project, idea).await?
    {
        return Err(Error::field("idea", "runs-error-idea"));
    }
    let id = PieceId::new(at);
    store::insert(tx, id, project, idea, &title, by, at).await?;
    record(tx, actor, at, Event::new("piece.created", id.0).within(project)).await?;
    if let Some(idea) = idea {
        ideas::begin_production(tx, actor, project, idea, at).await?;
    }
    Ok(id)
}

pub(super) async fn rename(house: &House, me: &Me, id: PieceId, title: &str) -> Outcome<()> {
    let mut checks = Checks::new();
    let title = checks.required("title", title, 200);
    checks.finish()?;
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            let project = store::project_of(tx, member, id, false).await?;
            store::rename(tx, id, &title, now).await?;
            record(tx, &actor, now, Event::new("piece.changed", id.0).within(project)).await
        })
        .await
}

/// Puts a piece with its variants into the bin, or takes it out again.
pub(super) async fn bin(house: &House, me: &Me, id: PieceId, binned: bool) -> Outcome<ProjectId> {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            let project = store::project_of(tx, member, id, !binned).await?;
            store::set_deleted(tx, id, binned.then_some(now)).await?;
            let kind = if binned { "piece.binned" } else { "piece.restored" };
            record(tx, &actor, now, Event::new(kind, id.0).within(project)).await?;
            Ok(project)
        })
        .await
}
