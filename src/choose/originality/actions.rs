//! Verbs: what a draft is near to now, the floor, reference sets; and what other rooms ask.

use super::jobs::{CANDIDATES, nearest};
use super::model::meaning::Vectors;
use super::model::reference::{self, Kept};
use super::model::{BEFORE, Near, Text};
use super::store::{self, Raw, measuring, references, signatures, vectors, windows};
use crate::create::runs::embedding;
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{BackendId, MemberId, ProjectId, ReferenceSetId, VariantId};
use crate::platform::text::Checks;
use crate::platform::{Error, House, Ms, Outcome};
use crate::stats::minhash::Signature;
use serde_json::json;
use sqlx::SqlitePool;
use std::collections::HashMap;

/// Texts that are written at once.
const AT_ONCE: usize = 400;

/// What stands beside a draft on the desk.
#[derive(Clone, Debug)]
pub struct Beside {
    /// 0 to 1, and the share of the project's variants that were at most as original
    pub originality: f64,
    pub percentile: Option<f64>,
    /// What it adds to the effective number of different pieces among the last twenty
    pub gain: Option<f64>,
    pub below_floor: bool,
    /// The nearest own variant, its words and their similarity
    pub nearest: Option<(VariantId, String, f64)>,
}

/// What is known of these variants, as far as they were measured and this member may see them.
pub async fn of_variants(db: &SqlitePool, member: MemberId, ids: &[VariantId]) -> Outcome<HashMap<VariantId, Beside>> {
    let known = store::of_all(db, member, ids).await?;
    let first = |one: &store::Originality| one.nearest.first().copied();
    let titles: HashMap<VariantId, String> =
        store::titles(db, known.iter().filter_map(first).map(|near| near.variant)).await?.into_iter().map(|(id, title, _)| (id, title)).collect();
    let floors = store::floors(db, ids).await?;
    let beside = |one: store::Originality| {
        let nearest = first(&one).and_then(|near| Some((near.variant, titles.get(&near.variant)?.clone(), near.similarity)));
        let below_floor = floors.get(&one.variant).is_some_and(|floor| one.originality < *floor);
        (one.variant, Beside { originality: one.originality, percentile: one.percentile, gain: one.gain, below_floor, nearest })
    };
    Ok(known.into_iter().map(beside).collect())
}

/// Two variants with their words, and their similarity.
pub type NamedPair = ((VariantId, String), (VariantId, String), f64);

/// The last twenty works got far more alike than usual, and machines proposed most of them.
#[derive(Clone, Debug)]
pub struct Narrowing {
    /// The effective number of different ones
    pub vendi: f64,
    /// The nearest pairs: words and similarity
    pub pairs: Vec<NamedPair>,
}

/// Whether the loop of a project narrows, for whoever shows it. The caller has asked who may see the project.
pub async fn narrowing(db: &SqlitePool, project: ProjectId) -> Outcome<Option<Narrowing>> {
    let newest = windows::windows(db, None, project, 1).await?.pop();
    let Some(window) = newest.filter(|window| window.narrow) else { return Ok(None) };
    Ok(Some(Narrowing { vendi: window.vendi_1, pairs: named_pairs(db, &window).await?.into_iter().take(2).collect() }))
}

/// The nearest pairs of a window with their words.
pub(super) async fn named_pairs(db: &SqlitePool, window: &windows::Window) -> Outcome<Vec<NamedPair>> {
    let pairs = window.nearest_pairs();
    let titles: HashMap<VariantId, String> =
        store::titles(db, pairs.iter().flat_map(|pair| [pair.0, pair.1])).await?.into_iter().map(|(id, title, _)| (id, title)).collect();
    let named = |id: VariantId| Some((id, titles.get(&id)?.clone()));
    Ok(pairs.into_iter().filter_map(|(a, b, similarity)| Some((named(a)?, named(b)?, similarity))).collect())
}

/// A text with its nearest among all variants of the project, nearest first.
pub(super) struct Found {
    pub text: Text,
    pub nearest: Vec<(Near, Text)>,
    pub is_by_meaning: bool,
}

/// Searches the whole project now, by words as they stand. The caller has asked who may see the variant.
pub(super) async fn search(db: &SqlitePool, project: ProjectId, id: VariantId) -> Outcome<Found> {
    let text = store::words(db, [id]).await?.pop().map(Raw::text).ok_or(Error::NotFound)?;
    let Some(signature) = Signature::of(&text.grams) else {
        return Ok(Found { text, nearest: Vec::new(), is_by_meaning: false });
    };
    let mut likely = signatures::likeliest(db, project, &[signature], CANDIDATES).await?.pop().unwrap_or_default();
    let mut kept = Vec::new();
    if let Some(space) = vectors::space(db, project).await? {
        // The last fifty are looked at by meaning whatever their words are.
        likely.extend(measuring::newest_until(db, project, id, BEFORE as i64 + 1).await?);
        likely.sort();
        likely.dedup();
        kept = vectors::of(db, space.id, likely.iter().copied().chain([id])).await?;
    }
    let line: Vec<VariantId> = measuring::lines(db, &[id]).await?.into_iter().map(|(_, relative)| relative).collect();
    let rows = store::words(db, likely).await?;
    let compared = tokio::task::spawn_blocking(move || {
        let others: Vec<Text> = rows.into_iter().map(Raw::text).filter(|other| !text.is_same_work(other, &line)).collect();
        let mut vectors = Vectors::of(kept, others.iter().chain([&text]));
        let is_by_meaning = vectors.hold(&text);
        if !is_by_meaning {
            vectors = Vectors::default();
        }
        let near = nearest(&text, others.iter(), &vectors);
        let mut known: HashMap<VariantId, Text> = others.into_iter().map(|other| (other.id, other)).collect();
        let nearest = near.into_iter().filter_map(|near| Some((near, known.remove(&near.variant)?))).collect();
        Found { text, nearest, is_by_meaning }
    });
    compared.await.map_err(Error::broken)
}

/// Moves the floor of a project: 0 to 1.
pub(super) async fn move_floor(tx: &mut Tx, actor: &Actor, member: MemberId, project: ProjectId, floor: f64, at: Ms) -> Outcome<()> {
    if !(0.0..=1.0).contains(&floor) {
        return Err(Error::field("floor", "originality-error-floor"));
    }
    if !references::set_floor(tx, member, project, floor).await? {
        return Err(Error::NotFound);
    }
    record(tx, actor, at, Event::new("project.floor_moved", project.0).within(project).detail(json!({ "to": floor }))).await
}

/// What a project compares by, as a form or a program says it.
#[derive(Clone, Debug, Default)]
pub(super) struct NewMeaning {
    /// `None`: by words alone
    pub backend: Option<BackendId>,
    /// Empty: the one that the backend's settings name
    pub model: String,
}

/// Compares a project by meaning too, or by words alone. Saying the same again asks at once for what stood back.
pub(super) async fn choose_meaning(house: &House, actor: Actor, member: MemberId, project: ProjectId, new: &NewMeaning) -> Outcome<()> {
    let model = match new.backend {
        None => None,
        Some(backend) => {
            let known = embedding::embedders(house).await?.into_iter().find(|known| known.backend == backend);
            let known = known.ok_or_else(|| Error::field("model", "originality-error-embedder"))?;
            let mut checks = Checks::new();
            let named = checks.line("model", &new.model, 200);
            checks.finish()?;
            Some((backend, if named.is_empty() { known.model } else { named }))
        }
    };
    let now = house.now();
    house
        .db
        .write(async move |tx| {
            references::may_see(tx, member, project).await?;
            let chosen = model.as_ref().map(|(backend, model)| (*backend, model.as_str()));
            if !vectors::choose(tx, project, chosen).await? {
                return Ok(());
            }
            references::measure_again(tx, project).await?;
            let detail = json!({ "model": chosen.map(|(_, model)| model) });
            record(tx, &actor, now, Event::new("project.meaning_chosen", project.0).within(project).detail(detail)).await
        })
        .await
}

/// A reference set as it was handed in.
#[derive(Clone, Debug, Default)]
pub(super) struct NewSet {
    pub name: String,
    pub source: String,
    pub texts: Vec<Kept>,
}

/// Keeps a set: how many texts, and how many there was no place for.
pub(super) async fn add_set(house: &House, actor: Actor, member: MemberId, project: ProjectId, set: NewSet) -> Outcome<(ReferenceSetId, i64, i64)> {
    let mut checks = Checks::new();
    let name = checks.required("name", &set.name, 120);
    let source = checks.line("source", &set.source, 300);
    if set.texts.is_empty() {
        checks.wrong("lines", "originality-error-no-texts");
    }
    checks.finish()?;
    let room = usize::try_from((reference::MOST - references::texts_in(house.db.read(), project).await?).max(0)).unwrap_or(0);
    if room == 0 {
        return Err(Error::field("lines", "originality-error-no-room"));
    }
    let (now, given) = (house.now(), set.texts.len());
    let id = ReferenceSetId::new(now);
    let mut added = 0;
    let mut is_new = true;
    for part in set.texts.get(..room.min(given)).unwrap_or_default().chunks(AT_ONCE) {
        let (part, name, source, actor, first) = (part.to_vec(), name.clone(), source.clone(), actor.clone(), is_new);
        is_new = false;
        added += house
            .db
            .write(async move |tx| {
                if first {
                    references::may_see(tx, member, project).await?;
                    references::insert(tx, id, project, (&name, &source), member, now).await?;
                    record(tx, &actor, now, Event::new("reference.added", id.0).within(project).detail(json!({ "name": name, "n": given }))).await?;
                }
                references::measure_again(tx, project).await?;
                references::add(tx, id, &part, now).await
            })
            .await?;
    }
    Ok((id, added, i64::try_from(given.saturating_sub(room)).unwrap_or(0)))
}

/// Puts a set into the bin; its project and name.
pub(super) async fn bin_set(tx: &mut Tx, actor: &Actor, member: MemberId, id: ReferenceSetId, at: Ms) -> Outcome<(ProjectId, String)> {
    let (project, name) = references::held(tx, member, id).await?;
    references::bin(tx, id, at).await?;
    references::measure_again(tx, project).await?;
    record(tx, actor, at, Event::new("reference.binned", id.0).within(project).detail(json!({ "name": name }))).await?;
    Ok((project, name))
}
