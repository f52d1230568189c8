//! The verbs: write a play, change it, bin it; draw a slate, refuse a card, accept the rest.

use super::model::{Card, Drawn, NewPlay, SIZES, Sentence, combinations, draw};
use super::suggestion::idea_of;
use super::{lenses, store};
use crate::create::ideas::{self, Lenses, Origin};
use crate::create::prompts::Purpose;
use crate::create::runs::{self, NewRun};
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{ExperimentId, IdeaId, MemberId, PlayId, ProjectId, SlateId};
use crate::platform::text::Checks;
use crate::platform::{Error, House, Ms, Outcome};
use serde_json::json;

/// Who acts, and when.
#[derive(Clone, Debug)]
pub struct By {
    pub member: MemberId,
    pub actor: Actor,
    pub at: Ms,
}

/// Writes a play for an experiment, in the experiment's own transaction.
pub async fn write(tx: &mut Tx, owner: (ProjectId, Option<MemberId>), now: Ms, play: &NewPlay) -> Outcome<PlayId> {
    store::insert(tx, owner, now, play).await
}

/// Bins what an experiment had taught, because its call was taken back.
pub async fn bin_of_experiment(tx: &mut Tx, id: ExperimentId, now: Ms) -> Outcome<()> {
    store::bin_of_experiment(tx, id, now).await
}

/// Keeps what somebody says; its grade is "said".
pub async fn say(tx: &mut Tx, by: &By, project: ProjectId, said: &Sentence) -> Outcome<PlayId> {
    store::sees(tx, by.member, project).await?;
    let (sentence, locale) = said.checked()?;
    let play = NewPlay { experiment: None, sentence, grade: "said".into(), locale, lens: json!({}) };
    let id = store::insert(tx, (project, Some(by.member)), by.at, &play).await?;
    record(tx, &by.actor, by.at, Event::new("play.written", id.0).within(project)).await?;
    Ok(id)
}

pub async fn edit(tx: &mut Tx, by: &By, (id, version): (PlayId, i64), said: &Sentence) -> Outcome<ProjectId> {
    let found = store::find(&mut *tx, by.member, id).await?;
    let (sentence, locale) = said.checked()?;
    if store::update(tx, (id, version), &sentence, locale.as_deref(), by.at).await? == 0 {
        return Err(Error::stale(version, found.version));
    }
    record(tx, &by.actor, by.at, Event::new("play.edited", id.0).within(found.project)).await?;
    Ok(found.project)
}

pub async fn bin(tx: &mut Tx, by: &By, id: PlayId) -> Outcome<ProjectId> {
    let found = store::find(&mut *tx, by.member, id).await?;
    store::bin(tx, id, Some(by.at), by.at).await?;
    record(tx, &by.actor, by.at, Event::new("play.binned", id.0).within(found.project)).await?;
    Ok(found.project)
}

pub async fn restore(tx: &mut Tx, by: &By, id: PlayId) -> Outcome<ProjectId> {
    let project = store::binned(tx, by.member, id).await?;
    store::bin(tx, id, None, by.at).await?;
    record(tx, &by.actor, by.at, Event::new("play.restored", id.0).within(project)).await?;
    Ok(project)
}

/// A slate that was drawn and is not kept yet.
#[derive(Clone, Debug)]
pub struct Bred {
    id: SlateId,
    project: ProjectId,
    shape: (i64, f64),
    seed: i64,
    cards: Vec<Drawn>,
}

/// Draws the next batch: `size` cards, of which the share `explore` looks elsewhere. Reads only; the draw is computed
/// before the writer is taken.
pub async fn breed(house: &House, at: Ms, project: ProjectId, (size, explore): (i64, f64)) -> Outcome<Bred> {
    let mut checks = Checks::new();
    if !SIZES.contains(&size) {
        checks.wrong("size", "error-batch-size");
    }
    if !(0.0..=1.0).contains(&explore) {
        checks.wrong("explore", "error-batch-explore");
    }
    checks.finish()?;
    let (id, db) = (SlateId::new(at), house.db.read());
    // The random half of the id, kept within what the column can hold.
    let seed = i64::try_from(id.0.as_u128() & 0x7fff_ffff_ffff_ffff).unwrap_or(0);
    let sources = store::sources(db, project, at).await?;
    let (locale, markets, used) = store::lenses(db, project).await?;
    let count = usize::try_from(size).unwrap_or(0);
    // Hundreds of combinations are held against hundreds of ideas.
    let drawn = tokio::task::spawn_blocking(move || {
        let elsewhere = combinations(&lenses::stock(&locale, &markets), &used);
        draw(seed.cast_unsigned(), at, (count, explore), &sources, &elsewhere)
    });
    Ok(Bred { id, project, shape: (size, explore), seed, cards: drawn.await.map_err(Error::broken)? })
}

/// Keeps a drawn slate. Nothing is made of it until a person accepts it.
pub async fn keep(tx: &mut Tx, by: &By, bred: &Bred) -> Outcome<SlateId> {
    store::sees(tx, by.member, bred.project).await?;
    let (size, explore) = bred.shape;
    store::insert_slate(tx, (bred.id, bred.project, Some(by.member)), (size, explore, bred.seed), &bred.cards, by.at).await?;
    record(tx, &by.actor, by.at, Event::new("slate.drawn", bred.id.0).within(bred.project)).await?;
    Ok(bred.id)
}

/// Takes one card off a slate.
pub async fn refuse(tx: &mut Tx, by: &By, id: SlateId, position: i64) -> Outcome<()> {
    let slate = store::slate(&mut *tx, by.member, id).await?;
    store::refuse(tx, id, position).await?;
    let event = Event::new("slate.card_refused", id.0).within(slate.project).detail(json!({ "position": position }));
    record(tx, &by.actor, by.at, event).await
}

/// Puts a card back that was taken off a slate.
pub async fn put_back(tx: &mut Tx, by: &By, id: SlateId, position: i64) -> Outcome<()> {
    let slate = store::slate(&mut *tx, by.member, id).await?;
    store::put_back(tx, id, position).await?;
    let event = Event::new("slate.card_restored", id.0).within(slate.project).detail(json!({ "position": position }));
    record(tx, &by.actor, by.at, event).await
}

/// Drafts asked for each idea that comes from a card.
pub(super) const DRAFTS: i64 = 3;

/// Makes an idea of every card that is left, then asks for drafts of each and waits a moment for those made on this machine;
/// returns how many ideas there are.
/// Drafting that cannot be planned (a missing prompt, say) leaves its idea in the inbox.
pub async fn accept(house: &House, by: By, id: SlateId) -> Outcome<usize> {
    let within = by.clone();
    let (project, made) = house.db.write(async move |tx| make_ideas(tx, &within, id).await).await?;
    let mut asked = Vec::new();
    for (idea, card) in &made {
        let lenses: Lenses = serde_json::from_str(&card.lens).unwrap_or_default();
        let new = NewRun {
            purpose: Some(Purpose::Variants),
            idea: Some(*idea),
            locale: lenses.market.clone(),
            count: Some(DRAFTS),
            lenses,
            play: card.play,
            ..NewRun::default()
        };
        match runs::plan(house, by.actor.clone(), Some(by.member), project, &new).await {
            Ok(run) => asked.push(run),
            Err(error) => tracing::warn!(%error, "drafts of an accepted card were not planned"),
        }
    }
    runs::drafted(house, by.member, &asked).await?;
    Ok(made.len())
}

async fn make_ideas(tx: &mut Tx, by: &By, id: SlateId) -> Outcome<(ProjectId, Vec<(IdeaId, Card)>)> {
    let slate = store::slate(&mut *tx, by.member, id).await?;
    let cards = store::cards(&mut *tx, id).await?;
    let mut made = Vec::new();
    for card in cards.into_iter().filter(|card| card.idea.is_none()) {
        let origin = Origin { lenses: serde_json::from_str(&card.lens).unwrap_or_default(), run: None, play: card.play };
        // The draw made it, so it carries no author; who accepted it is in the event.
        let added = ideas::add(tx, &by.actor, None, slate.project, &[idea_of(&card)], &origin, by.at).await?;
        if let Some(idea) = added.first() {
            store::accepted(tx, id, card.position, *idea, card.play).await?;
            made.push((*idea, card));
        }
    }
    let event = Event::new("slate.accepted", id.0).within(slate.project).detail(json!({ "ideas": made.len() }));
    record(tx, &by.actor, by.at, event).await?;
    Ok((slate.project, made))
}
