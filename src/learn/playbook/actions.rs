//! The verbs: write a play, change it, bin it; draw a slate, refuse a card or put it back, accept one or the rest.

use super::evidence::Post;
use super::model::{Card, Drawn, NewPlay, SIZES, Sentence, Slate, combinations};
use super::proposal::{Grounds, propose};
use super::suggestion::idea_of;
use super::view::{Laid, lay};
use super::{lenses, store};
use crate::create::ideas::{self, Lenses, NewIdea, Origin};
use crate::create::prompts::Purpose;
use crate::create::runs::{self, NewRun};
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{ExperimentId, IdeaId, MemberId, PlayId, ProjectId, SlateId};
use crate::platform::text::Checks;
use crate::platform::{Error, House, Ms, Outcome};
use crate::web::is_same_language;
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
    let (sentence, locale, expires) = said.checked()?;
    let play = NewPlay { experiment: None, sentence, grade: "said".into(), market: locale, lens: json!({}) };
    let id = store::insert(tx, (project, Some(by.member)), by.at, &play).await?;
    store::expire(tx, id, expires).await?;
    record(tx, &by.actor, by.at, Event::new("play.written", id.0).within(project)).await?;
    Ok(id)
}

pub async fn edit(tx: &mut Tx, by: &By, (id, version): (PlayId, i64), said: &Sentence) -> Outcome<ProjectId> {
    let found = store::find(&mut *tx, by.member, id).await?;
    let (sentence, locale, expires) = said.checked()?;
    if store::update(tx, (id, version), &sentence, locale.as_deref(), by.at).await? == 0 {
        return Err(Error::stale(version, found.version));
    }
    store::expire(tx, id, expires).await?;
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
    /// What it was drawn by.
    posts: Vec<Post>,
}

/// What a slate should be: how many cards, the least share of them that tries what was hardly tried, and the dice, if
/// they are to fall as they fell before.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub size: i64,
    pub explore: f64,
    pub seed: Option<i64>,
}

/// Draws the next batch. Reads only; the draw is computed before the writer is taken.
pub async fn breed(house: &House, by: &By, project: ProjectId, wanted: Wanted) -> Outcome<Bred> {
    let Wanted { size, explore, seed } = wanted;
    let mut checks = Checks::new();
    if !SIZES.contains(&size) {
        checks.wrong("size", "error-batch-size");
    }
    if !(0.0..=1.0).contains(&explore) {
        checks.wrong("explore", "error-batch-explore");
    }
    checks.finish()?;
    let (id, db, at) = (SlateId::new(by.at), house.db.read(), by.at);
    // The random half of the id, kept within what the column can hold.
    let seed = seed.unwrap_or_else(|| i64::try_from(id.0.as_u128() & 0x7fff_ffff_ffff_ffff).unwrap_or(0));
    let (locale, markets, used) = store::lenses(db, project).await?;
    let mut grounds = Grounds {
        voice: store::voice(db, project).await?,
        sources: store::sources(db, project, at).await?,
        combinations: Vec::new(),
        posts: store::posts(db, Some(by.member), project, (at, at)).await?,
        own: store::own(db, project).await?,
    };
    let count = usize::try_from(size).unwrap_or(0);
    // Hundreds of combinations are held against hundreds of ideas, and hundreds of drafts against each other.
    let drawn = tokio::task::spawn_blocking(move || {
        grounds.combinations = combinations(&lenses::stock(&locale, &markets), &used);
        (propose(seed.cast_unsigned(), at, (count, explore), &grounds), grounds.posts)
    });
    let (cards, posts) = drawn.await.map_err(Error::broken)?;
    Ok(Bred { id, project, shape: (size, explore), seed, cards, posts })
}

impl Bred {
    /// The cards that were just kept, as they lie on the table.
    pub async fn laid(&self, tx: &mut Tx) -> Outcome<Vec<Laid>> {
        Ok(lay(store::cards(&mut *tx, self.id).await?, store::standings(tx, self.id).await?, &self.posts))
    }
}

/// The cards of a slate that was found, with what they stand on.
pub async fn laid(house: &House, slate: &Slate) -> Outcome<Vec<Laid>> {
    let db = house.db.read();
    let posts = store::posts(db, None, slate.project, (slate.created, slate.created)).await?;
    Ok(lay(store::cards(db, slate.id).await?, store::standings(db, slate.id).await?, &posts))
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
    store::refuse(tx, (id, position), by.member, by.at).await?;
    let event = Event::new("slate.card_refused", id.0).within(slate.project).detail(json!({ "position": position }));
    record(tx, &by.actor, by.at, event).await
}

/// Puts a card back that was taken off a slate.
pub async fn put_back(tx: &mut Tx, by: &By, id: SlateId, position: i64) -> Outcome<()> {
    let slate = store::slate(&mut *tx, by.member, id).await?;
    store::put_back(tx, (id, position)).await?;
    let event = Event::new("slate.card_restored", id.0).within(slate.project).detail(json!({ "position": position }));
    record(tx, &by.actor, by.at, event).await
}

/// Drafts asked for each idea that comes from a card.
pub(super) const DRAFTS: i64 = 3;

/// Which cards are accepted.
#[derive(Clone, Debug)]
pub enum Chosen {
    /// All that nobody decided on
    Open,
    One(i64),
    /// One, in other words
    Changed(i64, Wording),
}

/// What a person makes of a card's words.
#[derive(Clone, Debug, Default)]
pub struct Wording {
    pub title: String,
    pub angle: String,
}

/// Makes an idea of every chosen card, then asks for drafts of each and waits a moment for those made on this machine;
/// returns how many ideas there are.
/// Drafting that cannot be planned (a missing prompt, say) leaves its idea in the inbox.
pub async fn accept(house: &House, by: By, id: SlateId, chosen: Chosen) -> Outcome<usize> {
    let within = by.clone();
    let (project, made) = house.db.write(async move |tx| make_ideas(tx, &within, id, &chosen).await).await?;
    let (own, ..) = store::lenses(house.db.read(), project).await?;
    let mut asked = Vec::new();
    for (idea, card) in &made {
        let lenses: Lenses = serde_json::from_str(&card.lens).unwrap_or_default();
        let new = NewRun {
            purpose: Some(Purpose::Variants),
            idea: Some(*idea),
            // A market that reads the project's own language is written for in the tag that the project has.
            locale: if is_same_language(&lenses.market, &own) { String::new() } else { lenses.market.clone() },
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

async fn make_ideas(tx: &mut Tx, by: &By, id: SlateId, chosen: &Chosen) -> Outcome<(ProjectId, Vec<(IdeaId, Card)>)> {
    let slate = store::slate(&mut *tx, by.member, id).await?;
    let (cards, standings) = (store::cards(&mut *tx, id).await?, store::standings(&mut *tx, id).await?);
    let mut made = Vec::new();
    for card in lay(cards, standings, &[]).into_iter().filter(Laid::is_open).map(|laid| laid.card) {
        let wording = match chosen {
            Chosen::Open => None,
            Chosen::One(position) if *position == card.position => None,
            Chosen::Changed(position, wording) if *position == card.position => Some(wording),
            _ => continue,
        };
        let mut idea = idea_of(&card);
        let changed = wording.is_some_and(|wording| rewrite(&mut idea, wording));
        let origin = Origin { lenses: serde_json::from_str(&card.lens).unwrap_or_default(), run: None, play: card.play };
        // The draw made it, so it carries no author; who accepted it is in the event and on the card.
        let added = ideas::add(tx, &by.actor, None, slate.project, &[idea], &origin, by.at).await?;
        if let Some(idea) = added.first().copied() {
            let decision = store::Decision { idea, changed, by: by.member, at: by.at };
            store::decide(tx, (id, card.position), card.play, decision).await?;
            made.push((idea, card, changed));
        }
    }
    let event = match (chosen, made.first()) {
        (Chosen::Open, _) => Event::new("slate.accepted", id.0).detail(json!({ "ideas": made.len() })),
        (_, None) => return Err(Error::NotFound),
        (_, Some((_, card, false))) => Event::new("slate.card_accepted", id.0).detail(json!({ "position": card.position })),
        (_, Some((_, card, true))) => {
            Event::new("slate.card_changed", id.0).detail(json!({ "position": card.position, "before": idea_of(card).title }))
        }
    };
    record(tx, &by.actor, by.at, event.within(slate.project)).await?;
    Ok((slate.project, made.into_iter().map(|(idea, card, _)| (idea, card)).collect()))
}

/// Whether the words are not those of the card.
fn rewrite(idea: &mut NewIdea, wording: &Wording) -> bool {
    let differs = idea.title.trim() != wording.title.trim() || idea.angle.trim() != wording.angle.trim();
    (idea.title, idea.angle) = (wording.title.clone(), wording.angle.clone());
    differs
}
