//! Verbs on ideas.

use super::model::{Checked, IdeaState, NewIdea, twin};
use super::store::{self, Origin};
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{IdeaId, MemberId, ProjectId};
use crate::platform::{Error, House, Ms, Outcome};
use crate::stats::similarity::Grams;
use crate::web::Me;
use serde_json::json;

/// Adds ideas to a project's inbox in one go, marking those that say what is there already. `by`
/// is the member whose sight decides; `None` acts for the house (a run, an import).
pub async fn add(
    tx: &mut Tx,
    actor: &Actor,
    by: Option<MemberId>,
    project: ProjectId,
    ideas: &[NewIdea],
    origin: &Origin,
    at: Ms,
) -> Outcome<Vec<IdeaId>> {
    let locale = store::project_locale(tx, by, project).await?;
    // Each title is taken apart once: a batch is compared while the writer waits.
    let mut known: Vec<(IdeaId, Grams)> = store::newest_titles(tx, project).await?.into_iter().map(|(id, title)| (id, Grams::of(&title))).collect();
    let mut added = Vec::with_capacity(ideas.len());
    for idea in ideas {
        let idea = idea.check(&locale)?;
        let grams = Grams::of(&idea.title);
        let twin = twin(&grams, &known);
        let id = store::insert(tx, project, &idea, origin, twin, by, at).await?;
        record(tx, actor, at, Event::new("idea.created", id.0).within(project)).await?;
        known.push((id, grams));
        added.push(id);
    }
    Ok(added)
}

pub(super) async fn update(house: &House, me: &Me, id: IdeaId, idea: Checked) -> Outcome<()> {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            let (project, _) = store::state_of(tx, member, id, false).await?;
            if store::update(tx, id, &idea, now).await? == 0 {
                return Err(Error::stale(idea.version, store::version(tx, id).await?));
            }
            record(tx, &actor, now, Event::new("idea.changed", id.0).within(project)).await
        })
        .await
}

/// Moves ideas to a state, all or none; answers the states they had, for undo.
pub(super) async fn move_to(house: &House, me: &Me, ids: Vec<IdeaId>, to: IdeaState) -> Outcome<Vec<(IdeaId, IdeaState)>> {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            let mut before = Vec::with_capacity(ids.len());
            for id in ids {
                let (project, from) = store::state_of(tx, member, id, false).await?;
                if from == to {
                    continue; // pressed twice: the second changes nothing
                }
                if !from.may_become(to) {
                    return Err(Error::refused("ideas-cannot-move"));
                }
                store::set_state(tx, id, to, now).await?;
                let detail = json!({ "from": from, "to": to });
                record(tx, &actor, now, Event::new("idea.moved", id.0).within(project).detail(detail)).await?;
                before.push((id, from));
            }
            Ok(before)
        })
        .await
}

/// An idea goes into production when its first piece is made.
pub async fn begin_production(tx: &mut Tx, actor: &Actor, project: ProjectId, id: IdeaId, at: Ms) -> Outcome<()> {
    store::set_state(tx, id, IdeaState::InProduction, at).await?;
    let detail = json!({ "to": IdeaState::InProduction });
    record(tx, actor, at, Event::new("idea.moved", id.0).within(project).detail(detail)).await
}

/// Puts an idea into the bin, or takes it out again.
pub(super) async fn bin(house: &House, me: &Me, id: IdeaId, binned: bool) -> Outcome<ProjectId> {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            let (project, _) = store::state_of(tx, member, id, !binned).await?;
            store::set_deleted(tx, id, binned.then_some(now)).await?;
            let kind = if binned { "idea.binned" } else { "idea.restored" };
            record(tx, &actor, now, Event::new(kind, id.0).within(project)).await?;
            Ok(project)
        })
        .await
}
