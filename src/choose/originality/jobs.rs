//! Measures what was written or changed, soon after it was, and looks at the last twenty when they move.
//!
//! The triggers of the schema keep the list of what waits, so no writer knows of this, and a kill loses nothing. While
//! nothing is written, two narrow questions in ten seconds are all it asks. A slice is read and computed beside the writer, which only takes what came of it.

use super::meaning;
use super::model::meaning::{SpaceId, Vectors};
use super::model::{BEFORE, NEAREST, Near, Text, WINDOW, looks, mean_of_nearest, originality, percentile, width};
use super::store::measuring::{self, Measured, Picture, Waiting};
use super::store::{self, NearReference, Raw, SamePicture, signatures, vectors};
use super::window::look_at_window;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{AssetId, ProjectId, ReferenceId, VariantId};
use crate::platform::media::Digest;
use crate::platform::{Error, House, Outcome};
use crate::stats::minhash::Signature;
use crate::stats::similarity::Grams;
use serde_json::json;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt;
use tokio_util::sync::CancellationToken;

/// Variants of one slice: what is written at once stays far below 50 ms.
const SLICE: i64 = 128;
/// A slice of at most so many are drafts somebody waits for; more are an import.
const FEW: usize = 8;
/// Texts whose words are looked at for each draft, and for each row of an import.
pub(super) const CANDIDATES: usize = 128;
const CANDIDATES_OF_MANY: usize = 16;
/// Texts that stay at hand from slice to slice.
const AT_HAND: usize = 4_000;
/// How soon a commit is looked at; many at once are one look.
const GATHER: Duration = Duration::from_millis(300);
/// Another process may write too (`troupe import`).
const BEAT: Duration = Duration::from_secs(10);
/// Pictures above this are not looked at, in bytes.
const PICTURE_MAX: u64 = 32 << 20;

/// Starts the loop; it ends with the server.
pub fn start(house: &House) {
    let house = house.clone();
    house.clone().tasks.start(|stop| run(house, stop));
}

async fn run(house: House, stop: CancellationToken) {
    let mut version = house.db.version();
    let mut seen = None;
    loop {
        house.tasks.beat("originality");
        version.mark_unchanged();
        if let Err(error) = look(&house, &mut seen, &stop).await {
            tracing::warn!(%error, "originality could not be measured");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            moved = version.changed() => if moved.is_err() { return },
            () = tokio::time::sleep(BEAT) => {}
        }
        tokio::select! { () = stop.cancelled() => return, () = tokio::time::sleep(GATHER) => {} }
    }
}

/// Measures all that waits, then looks at the windows of the projects that were touched since event `seen`; the first
/// time at all of them, as much may have been decided while nothing ran.
async fn look(house: &House, seen: &mut Option<i64>, stop: &CancellationToken) -> Outcome<()> {
    let db = house.db.read();
    for project in measuring::projects_waiting(db).await? {
        let mut at_hand = HashMap::new();
        while measure_slice(house, project, &mut at_hand).await? {
            house.tasks.beat("originality");
            if stop.is_cancelled() {
                return Ok(());
            }
        }
    }
    meaning::enqueue(house).await?;
    let (touched, last) = match *seen {
        Some(after) => measuring::touched_since(db, after).await?,
        None => (measuring::projects(db).await?, measuring::last_event(db).await?),
    };
    for project in touched {
        look_at_window(house, project).await?;
    }
    *seen = Some(last);
    Ok(())
}

/// What one slice is computed from.
struct Slice {
    waiting: Vec<Waiting>,
    texts: Arc<HashMap<VariantId, Arc<Text>>>,
    /// The fifty before each, newest first, and the likeliest of all
    before: HashMap<VariantId, Vec<VariantId>>,
    likeliest: HashMap<VariantId, Vec<VariantId>>,
    lines: HashMap<VariantId, Vec<VariantId>>,
    signatures: HashMap<VariantId, Signature>,
    references: Vec<(ReferenceId, Grams)>,
    /// What the project compares in, and the vectors there are
    space: Option<SpaceId>,
    vectors: Vectors,
    /// Of each measure, ascending; `None` when ranks are asked one by one
    histories: Option<HashMap<Option<SpaceId>, Vec<f64>>>,
    looks: HashMap<VariantId, Vec<SamePicture>>,
}

type AtHand = HashMap<VariantId, Arc<Text>>;

/// Measures the oldest that wait; false when none does.
async fn measure_slice(house: &House, project: ProjectId, at_hand: &mut AtHand) -> Outcome<bool> {
    let db = house.db.read();
    let waiting = measuring::waiting(db, project, SLICE).await?;
    let start = Instant::now();
    let (Some(newest), now) = (waiting.iter().map(|one| one.id).max(), house.now()) else { return Ok(false) };
    let ids: Vec<VariantId> = waiting.iter().map(|one| one.id).collect();
    if at_hand.len() > AT_HAND {
        at_hand.clear();
    }
    for id in &ids {
        at_hand.remove(id);
    }
    let (looks, hashes) = same_looks(house, project, &ids).await?;
    let before = before_each(house, project, newest, &ids).await?;
    read(house, at_hand, ids.iter().chain(before.values().flatten()).copied()).await?;
    let signatures = sign_all(&ids, at_hand).await?;
    let likeliest = likeliest_of(house, project, &ids, &signatures).await?;
    read(house, at_hand, likeliest.values().flatten().copied()).await?;
    let mut lines: HashMap<VariantId, Vec<VariantId>> = HashMap::new();
    for (root, relative) in measuring::lines(db, &ids).await? {
        lines.entry(root).or_default().push(relative);
    }
    let references = measuring::references(db, project).await?;
    let space = vectors::space(db, project).await?.map(|space| space.id);
    let histories = if ids.len() > FEW { Some(histories(house, project, space, &ids).await?) } else { None };
    let vectors = vectors_of(house, space, at_hand).await?;
    let texts = Arc::new(std::mem::take(at_hand));
    let slice = Slice {
        waiting,
        texts: Arc::clone(&texts),
        before,
        likeliest,
        lines,
        signatures,
        references: measuring::grams_of(references),
        space,
        vectors,
        histories,
        looks,
    };
    let mut measured = tokio::task::spawn_blocking(move || slice.measure()).await.map_err(Error::broken)?;
    *at_hand = Arc::try_unwrap(texts).unwrap_or_default();
    if ids.len() <= FEW {
        for one in &mut measured {
            one.percentile = measuring::rank(db, project, one.space, one.waiting.id, one.originality).await?;
        }
    }
    let n = measured.len();
    house
        .db
        .write(async move |tx| {
            for (asset, hash) in hashes {
                measuring::keep_hash(tx, asset, hash).await?;
            }
            measuring::keep(tx, project, &measured, now).await?;
            record(tx, &Actor::system(), now, Event::new("originality.measured", None).within(project).detail(json!({ "n": n }))).await
        })
        .await?;
    tracing::debug!(n, ms = start.elapsed().as_secs_f64() * 1_000.0, "measured");
    Ok(true)
}

/// Reads the words that are not at hand, and counts their grams beside the loop.
async fn read(house: &House, at_hand: &mut AtHand, ids: impl Iterator<Item = VariantId>) -> Outcome<()> {
    let missing: HashSet<VariantId> = ids.filter(|id| !at_hand.contains_key(id)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let rows = store::words(house.db.read(), missing).await?;
    let texts = tokio::task::spawn_blocking(move || rows.into_iter().map(Raw::text).collect::<Vec<_>>()).await.map_err(Error::broken)?;
    at_hand.extend(texts.into_iter().map(|text| (text.id, Arc::new(text))));
    Ok(())
}

/// Figures of the others by words, and by the measure that may hold for these.
async fn histories(house: &House, project: ProjectId, space: Option<SpaceId>, ids: &[VariantId]) -> Outcome<HashMap<Option<SpaceId>, Vec<f64>>> {
    let mut all = HashMap::new();
    for measure in [None, space] {
        all.insert(measure, measuring::history(house.db.read(), project, measure, ids).await?);
    }
    Ok(all)
}

/// The vectors of all texts at hand. They are read with each slice, as more may have come meanwhile.
async fn vectors_of(house: &House, space: Option<SpaceId>, at_hand: &AtHand) -> Outcome<Vectors> {
    let Some(space) = space else { return Ok(Vectors::default()) };
    let rows = vectors::of(house.db.read(), space, at_hand.keys().copied()).await?;
    let texts: Vec<Arc<Text>> = at_hand.values().cloned().collect();
    tokio::task::spawn_blocking(move || Vectors::of(rows, texts.iter().map(AsRef::as_ref))).await.map_err(Error::broken)
}

/// The newest living variants before each.
async fn before_each(house: &House, project: ProjectId, newest: VariantId, ids: &[VariantId]) -> Outcome<HashMap<VariantId, Vec<VariantId>>> {
    // Some are the same work in another language, and do not count.
    let wanted = BEFORE + 14;
    let most = i64::try_from(wanted + ids.len()).map_err(Error::broken)?;
    let around = measuring::newest_until(house.db.read(), project, newest, most).await?;
    let mut all = HashMap::new();
    for id in ids {
        let mut before: Vec<VariantId> = around.iter().copied().filter(|other| other < id).take(wanted).collect();
        // Far behind the newest: the slice is not one stretch of the library.
        if before.len() < wanted && around.len() as i64 == most {
            let own = measuring::newest_until(house.db.read(), project, *id, i64::try_from(wanted + 1).map_err(Error::broken)?).await?;
            before = own.into_iter().filter(|other| other < id).collect();
        }
        all.insert(*id, before);
    }
    Ok(all)
}

async fn sign_all(ids: &[VariantId], at_hand: &AtHand) -> Outcome<HashMap<VariantId, Signature>> {
    let texts: Vec<Arc<Text>> = ids.iter().filter_map(|id| at_hand.get(id).cloned()).collect();
    let sign = move || texts.iter().filter_map(|text| Some((text.id, Signature::of(&text.grams)?))).collect();
    tokio::task::spawn_blocking(sign).await.map_err(Error::broken)
}

/// The variants of the whole project that are likeliest near to each, those of the slice itself among them.
async fn likeliest_of(
    house: &House,
    project: ProjectId,
    ids: &[VariantId],
    signatures: &HashMap<VariantId, Signature>,
) -> Outcome<HashMap<VariantId, Vec<VariantId>>> {
    let signed: Vec<(VariantId, Signature)> = ids.iter().filter_map(|id| Some((*id, *signatures.get(id)?))).collect();
    let most = if ids.len() <= FEW { CANDIDATES } else { CANDIDATES_OF_MANY };
    let bits: Vec<Signature> = signed.iter().map(|one| one.1).collect();
    let found = signatures::likeliest(house.db.read(), project, &bits, most).await?;
    Ok(signed
        .iter()
        .zip(found)
        .map(|((id, bits), mut likely)| {
            let mut beside: Vec<(u32, VariantId)> =
                signed.iter().filter(|(other, _)| other != id).map(|(other, theirs)| (bits.equal(theirs), *other)).collect();
            beside.sort_by(|a, b| b.cmp(a));
            likely.extend(beside.into_iter().take(most).map(|(_, other)| other));
            likely.sort();
            likely.dedup();
            (*id, likely)
        })
        .collect())
}

/// Pictures of the project that look like one of each variant's own, and the hashes that were taken for it.
async fn same_looks(house: &House, project: ProjectId, ids: &[VariantId]) -> Outcome<(HashMap<VariantId, Vec<SamePicture>>, Vec<(AssetId, i64)>)> {
    let mut own = measuring::pictures(house.db.read(), ids).await?;
    if own.is_empty() {
        return Ok((HashMap::new(), Vec::new()));
    }
    let mut taken = Vec::new();
    for picture in own.iter_mut().filter(|picture| picture.hash.is_none()) {
        let hash = take_hash(house, picture).await?.unwrap_or(0);
        picture.hash = Some(hash);
        taken.push((picture.asset, hash));
    }
    let mut all = measuring::looks(house.db.read(), project).await?;
    all.extend(own.iter().filter_map(|picture| Some((picture.asset, picture.variant, picture.hash.filter(|hash| *hash != 0)?))));
    let mut found: HashMap<VariantId, Vec<SamePicture>> = HashMap::new();
    for picture in &own {
        let Some(hash) = picture.hash.filter(|hash| *hash != 0) else { continue };
        let like = |(asset, variant, other): &(AssetId, VariantId, i64)| {
            let distance = looks::distance(hash, *other);
            (distance <= looks::SAME_LOOK && *variant != picture.variant).then_some(SamePicture { asset: *asset, variant: *variant, distance })
        };
        found.entry(picture.variant).or_default().extend(all.iter().filter_map(like));
    }
    for same in found.values_mut() {
        same.sort_by_key(|one| (one.variant, one.distance));
        same.dedup_by_key(|one| one.variant);
        same.sort_by_key(|one| one.distance);
        same.truncate(NEAREST);
    }
    Ok((found, taken))
}

/// `None` for a file that is gone, is too large or is no picture.
async fn take_hash(house: &House, picture: &Picture) -> Outcome<Option<i64>> {
    let digest = <[u8; 32]>::try_from(picture.digest.as_slice()).map(Digest::from).map_err(Error::broken)?;
    let Ok((file, size)) = house.media.open(digest).await else { return Ok(None) };
    if size > PICTURE_MAX {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.take(PICTURE_MAX).read_to_end(&mut bytes).await?;
    tokio::task::spawn_blocking(move || looks::hash(&bytes)).await.map_err(Error::broken)
}

impl Slice {
    fn measure(mut self) -> Vec<Measured> {
        let waiting = std::mem::take(&mut self.waiting);
        let mut histories = self.histories.take();
        let mut done = Vec::with_capacity(waiting.len());
        for one in waiting {
            // In the bin since it was read: it goes on waiting there.
            let Some(mut measured) = self.measure_one(one) else { continue };
            if let Some(history) = histories.as_mut().and_then(|all| all.get_mut(&measured.space)) {
                measured.percentile = percentile(history, measured.originality);
                history.insert(history.partition_point(|known| *known < measured.originality), measured.originality);
            }
            done.push(measured);
        }
        done
    }

    fn measure_one(&self, waiting: Waiting) -> Option<Measured> {
        let id = waiting.id;
        let none = Vec::new();
        let text = self.texts.get(&id)?;
        let line = self.lines.get(&id).unwrap_or(&none);
        let others = |ids: &HashMap<VariantId, Vec<VariantId>>| -> Vec<Arc<Text>> {
            let known = ids.get(&id).into_iter().flatten().filter_map(|other| self.texts.get(other));
            known.filter(|other| !text.is_same_work(other, line)).cloned().collect()
        };
        let mut before = others(&self.before);
        before.truncate(BEFORE);
        // By meaning only where nothing of it is missing: figures of two measures say nothing about one another.
        let is_covered = self.vectors.hold(text) && self.vectors.cover(before.iter().map(AsRef::as_ref));
        let words = Vectors::default();
        let (space, vectors) = if is_covered { (self.space, &self.vectors) } else { (None, &words) };
        let own = mean_of_nearest(before.iter().map(|other| vectors.similarity(text, other)));
        let mut references: Vec<NearReference> = self
            .references
            .iter()
            .map(|(reference, grams)| NearReference { reference: *reference, similarity: text.grams.similarity(grams) })
            .collect();
        let reference = (!references.is_empty()).then(|| mean_of_nearest(references.iter().map(|near| near.similarity)));
        references.retain(|near| near.similarity > 0.0);
        references.sort_by(|a, b| b.similarity.total_cmp(&a.similarity));
        references.truncate(NEAREST);
        let last: Vec<&Text> = before.iter().take(WINDOW).map(AsRef::as_ref).collect();
        // What an imported row would have added helps no decision.
        let gain = if waiting.state == "archived" { None } else { width::gain(&last, text, vectors) };
        let mut likely = others(&self.likeliest);
        // What says the same in other words has another signature; among the last fifty it is found all the same.
        if is_covered {
            likely.extend(before.iter().filter(|other| !likely.iter().any(|known| known.id == other.id)).cloned().collect::<Vec<_>>());
        }
        Some(Measured {
            signature: self.signatures.get(&id).copied(),
            originality: originality(own, reference),
            own,
            reference,
            percentile: None,
            gain,
            space,
            nearest: nearest(text, likely.iter().map(AsRef::as_ref), vectors),
            references,
            pictures: self.looks.get(&id).cloned().unwrap_or_default(),
            waiting,
        })
    }
}

/// The nearest of these, nearest first, with their similarities.
pub(super) fn nearest<'a>(text: &Text, others: impl Iterator<Item = &'a Text>, vectors: &Vectors) -> Vec<Near> {
    let mut near: Vec<Near> = others.map(|other| Near { variant: other.id, similarity: vectors.similarity(text, other) }).collect();
    near.retain(|one| one.similarity > 0.0);
    near.sort_by(|a, b| b.similarity.total_cmp(&a.similarity).then(a.variant.cmp(&b.variant)));
    near.truncate(NEAREST);
    near
}
