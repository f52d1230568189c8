//! From an answer to rows: what was drafted is read, cleaned, and written with the outcome.

use super::backends::sketch::{Card, Language, card};
use super::model::{line, lines};
use super::shapes::{self, IdeaShape, Repair, VariantShape};
use super::store::{self, End, Run};
use crate::create::ideas::{self, NewIdea, Origin};
use crate::create::pieces;
use crate::create::prompts::Purpose;
use crate::create::variants::{self, Author, NewAsset, NewVariant};
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{PieceId, RunId};
use crate::platform::jobs::progress;
use crate::platform::text::visible;
use crate::platform::{House, Ms, Outcome};
use serde_json::{Value, json};

const CARD_WIDTH: u32 = 1_080;
const CARD_HEIGHT: u32 = 1_920;

/// What an answer held.
#[derive(Debug)]
pub(super) enum Drafts {
    Ideas(Vec<NewIdea>),
    Variants(Vec<Draft>),
}

/// A variant with its picture, when there is one.
#[derive(Debug)]
pub(super) struct Draft {
    words: NewVariant,
    card: Option<NewAsset>,
}

impl Drafts {
    /// The drafts of an answer, at most as many as were asked for, and what had to be mended.
    pub(super) fn read(run: &Run, answer: &str) -> Option<(Drafts, Option<String>)> {
        let most = usize::try_from(run.count).unwrap_or(0);
        let locale = run.parameters().locale;
        match run.purpose() {
            Purpose::Ideas => {
                let parsed = shapes::parse_ideas(answer).ok()?;
                let ideas: Vec<NewIdea> =
                    parsed.items.iter().map(|idea| tidy_idea(idea, &locale)).filter(|idea| visible(&idea.title)).take(most).collect();
                (!ideas.is_empty()).then(|| (Drafts::Ideas(ideas), named(&parsed.repairs)))
            }
            Purpose::Variants => {
                let parsed = shapes::parse_variants(answer).ok()?;
                let drafts: Vec<Draft> = parsed
                    .items
                    .iter()
                    .map(|draft| NewVariant { locale: locale.clone(), ..tidy_variant(draft) })
                    .filter(|words| visible(&words.title))
                    .take(most)
                    .map(|words| Draft { words, card: None })
                    .collect();
                (!drafts.is_empty()).then(|| (Drafts::Variants(drafts), named(&parsed.repairs)))
            }
        }
    }

    /// Why an answer cannot be read, in words for the model; nothing when it can.
    pub(super) fn fault(run: &Run, answer: &str) -> Option<String> {
        if Drafts::read(run, answer).is_some() {
            return None;
        }
        let error = match run.purpose() {
            Purpose::Ideas => shapes::parse_ideas(answer).err(),
            Purpose::Variants => shapes::parse_variants(answer).err(),
        };
        Some(error.map_or_else(|| "it holds no drafts".to_owned(), |error| error.to_string()))
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Drafts::Ideas(ideas) => ideas.len(),
            Drafts::Variants(drafts) => drafts.len(),
        }
    }

    /// Draws a card for each variant. A card that cannot be drawn is left out: the words are the draft.
    pub(super) async fn draw(&mut self, house: &House, run: &Run) {
        let Drafts::Variants(drafts) = self else { return };
        let (of, seed) = (drafts.len(), run.parameters().seed);
        for (done, draft) in drafts.iter_mut().enumerate() {
            match drawn(house, &draft.words, run.id, seed.wrapping_add(done as u64)).await {
                Ok(card) => draft.card = Some(card),
                Err(reason) => tracing::info!(reason, run = %run.id, "a card was left out"),
            }
            if let Some(job) = run.job_id {
                let (done, of) = (i64::try_from(done + 1).unwrap_or(0), i64::try_from(of).unwrap_or(0));
                if let Err(error) = progress(house, job, done, of).await {
                    tracing::warn!(%error, "progress could not be written");
                }
            }
        }
    }

    /// Writes the drafts and the outcome together; false when the run was cancelled meanwhile, and
    /// then nothing is written.
    pub(super) async fn keep(&self, tx: &mut Tx, run: &Run, author: Author, end: &End, at: Ms) -> Outcome<bool> {
        if !store::finish(tx, run.id, end, at).await? {
            return Ok(false);
        }
        let house = Actor::system();
        match self {
            Drafts::Ideas(list) => {
                let origin = Origin { lenses: run.parameters().lenses, run: Some(run.id), play: run.parameters().play };
                ideas::add(tx, &house, None, run.project_id, list, &origin, at).await?;
            }
            Drafts::Variants(drafts) => {
                let first = drafts.first().map(|draft| draft.words.title.as_str()).unwrap_or_default();
                let piece = piece(tx, run, first, at).await?;
                let parent = match run.parent_id {
                    Some(parent) if store::lives_in(tx, parent, piece).await? => Some(parent),
                    _ => None,
                };
                for draft in drafts {
                    let words = NewVariant { parent, ..draft.words.clone() };
                    let id = variants::add(tx, &house, None, piece, &words, author, Some(run.id), at).await?;
                    if let Some(card) = &draft.card {
                        variants::attach(tx, &house, None, run.project_id, Some(id), card, at).await?;
                    }
                }
            }
        }
        let detail = json!({ "made": end.made, "cost_micros": end.cost_micros });
        record(tx, &house, at, Event::new("run.finished", run.id.0).within(run.project_id).detail(detail)).await?;
        Ok(true)
    }
}

/// The piece the variants belong to: the one asked for while it is there, the one the idea has, or a
/// new one. What was paid for is kept even when the piece went to the bin meanwhile.
async fn piece(tx: &mut Tx, run: &Run, first: &str, at: Ms) -> Outcome<PieceId> {
    if let Some(piece) = run.piece_id
        && store::is_living(tx, piece).await?
    {
        return Ok(piece);
    }
    let known = match run.idea_id {
        Some(idea) => store::piece_of(tx, idea).await?,
        None => None,
    };
    let piece = match known {
        Some(piece) => piece,
        None => {
            let inputs: Value = serde_json::from_str(&run.inputs).unwrap_or_default();
            let title = inputs.get("idea").and_then(|idea| idea.get("title")).and_then(Value::as_str);
            let title = title.filter(|title| visible(title)).unwrap_or(first);
            pieces::create(tx, &Actor::system(), None, run.project_id, run.idea_id, title, at).await?
        }
    };
    store::set_piece(tx, run.id, piece).await?;
    Ok(piece)
}

/// The limits are those of the room of ideas.
fn tidy_idea(idea: &IdeaShape, locale: &str) -> NewIdea {
    NewIdea {
        title: line(&idea.title, 200),
        hook: lines(&idea.hook, 500),
        angle: lines(&idea.angle, 1_000),
        why_now: line(&idea.why_now, 300),
        locale: locale.to_owned(),
        version: 0,
    }
}

/// The limits are those of the room of variants, or less.
fn tidy_variant(draft: &VariantShape) -> NewVariant {
    let hook = line(&draft.hook, 500);
    // A draft without a title goes by its first words.
    let title = [line(&draft.title, 200), line(&hook, 60), line(&draft.script, 60)].into_iter().find(|title| visible(title)).unwrap_or_default();
    NewVariant {
        title,
        hook,
        script: lines(&draft.script, 20_000),
        caption: lines(&draft.caption, 5_000),
        tags: draft.tags.iter().map(|tag| line(tag, 60)).filter(|tag| !tag.is_empty()).collect(),
        ..NewVariant::default()
    }
}

fn named(repairs: &[Repair]) -> Option<String> {
    let names: Vec<String> = repairs.iter().filter_map(|repair| Some(serde_json::to_value(repair).ok()?.as_str()?.to_owned())).collect();
    (!names.is_empty()).then(|| names.join(","))
}

async fn drawn(house: &House, words: &NewVariant, run: RunId, seed: u64) -> Result<NewAsset, String> {
    let (title, subtitle, language) = (words.title.clone(), words.hook.clone(), Language::of(&words.locale));
    let png = tokio::task::spawn_blocking(move || {
        card(&Card { title: &title, subtitle: &subtitle, language, seed, width: CARD_WIDTH, height: CARD_HEIGHT }).map_err(|error| error.to_string())
    })
    .await
    .map_err(|error| error.to_string())??;
    let (width, height) = (CARD_WIDTH, CARD_HEIGHT);
    let stored = house.media.keep_drawn(png, (width, height)).await.map_err(|error| error.to_string())?;
    Ok(NewAsset {
        kind: "image",
        mime: stored.kind.media_type(),
        size: i64::try_from(stored.size).unwrap_or(0),
        digest: stored.digest.bytes().to_vec(),
        width: Some(width.into()),
        height: Some(height.into()),
        duration_ms: None,
        alt: words.title.clone(),
        file_name: format!("card.{}", stored.kind.extension()),
        origin: "template",
        run: Some(run),
    })
}
