//! Asks for vectors of what a project wrote, where it compares by meaning.
//!
//! The list of what waits is a table that the schema's triggers keep, so a kill loses nothing. The same words are never
//! asked for twice in a project and model. Measuring never waits for this: without a vector a draft is measured by words,
//! and once more when the vector came. An answer that cannot be used makes the next call smaller, down to one text; what
//! is refused alone three times is left to words for good.

use super::model::Text;
use super::model::meaning::digest;
use super::store::vectors::{self, KIND, Kept, Listed, Space};
use super::store::{self, Raw, references};
use crate::create::runs::backends::{Class, Trouble};
use crate::create::runs::embedding::{self, Texts};
use crate::platform::clock::{HOUR, SECOND};
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{ProjectId, VariantId};
use crate::platform::jobs::{self, Ending, Job, Kind, Queued};
use crate::platform::{Error, House, Outcome};
use crate::stats::meaning::Vector;
use serde_json::json;
use std::collections::HashMap;

/// How long a service is left alone after its first failure and at most, in milliseconds; doubled with each.
const REST: i64 = 10 * SECOND;
const REST_MAX: i64 = 6 * HOUR;
/// How long a text stands back that was refused alone, and after how many times it is left.
const STAND_BACK: i64 = HOUR;
const TRIES: i64 = 3;
/// Failures from the largest call down to one text.
const STEPS: i64 = 3;

pub fn jobs() -> Vec<Kind> {
    // Safe to be run again after a kill: what came is kept call by call, and the call that was cut off is in doubt in the ledger.
    vec![Kind::new(KIND, i64::MAX, true, work)]
}

/// Queues the work of every project that has some.
pub async fn enqueue(house: &House) -> Outcome<()> {
    let now = house.now();
    for project in vectors::projects_to_ask(house.db.read(), now).await? {
        house
            .db
            .write(async move |tx| {
                let key = project.to_string();
                let job = Queued { project: Some(project), unique_key: Some(&key), ..Queued::now(KIND, json!({}), now) };
                jobs::enqueue(tx, now, job).await
            })
            .await?;
        house.jobs.ring();
    }
    Ok(())
}

async fn work(house: House, job: Job) -> Ending {
    let Some(project) = job.project else { return Ending::Done };
    loop {
        if job.stop.is_cancelled() {
            return Ending::Cancelled;
        }
        match step(&house, project, &job).await {
            Ok(true) => {}
            Ok(false) => return Ending::Done,
            Err(error) => {
                tracing::warn!(%error, %project, "vectors could not be kept");
                return Ending::Retry { class: "broken", reason: "job-broken".into(), after_ms: None };
            }
        }
    }
}

/// One call at most; false when there is nothing to ask for now.
async fn step(house: &House, project: ProjectId, job: &Job) -> Outcome<bool> {
    let (db, now) = (house.db.read(), house.now());
    let Some(space) = vectors::space(db, project).await?.filter(|space| space.retry_ms <= now) else { return Ok(false) };
    let listed = vectors::listed(db, project, space.at_once, now).await?;
    if listed.is_empty() {
        return list_older(house, project, &space).await;
    }
    let rows = store::words(db, listed.iter().map(|one| one.id)).await?;
    let texts: Vec<Text> = tokio::task::spawn_blocking(move || rows.into_iter().map(Raw::text).collect()).await.map_err(Error::broken)?;
    let batch = Batch::of(house, &space, &listed, texts).await?;
    let vectors = match batch.missing.is_empty() {
        true => Ok(Vec::new()),
        false => asked(house, project, &space, &batch, job).await?,
    };
    match vectors {
        Ok(vectors) => batch.keep(house, project, &space, vectors).await?,
        Err(_) if job.stop.is_cancelled() => return Ok(true),
        Err(trouble) => batch.give_up(house, project, &space, &trouble).await?,
    }
    Ok(true)
}

/// The next older variants; when there are none, drafts that wait are ranked anew, as their history is whole now.
async fn list_older(house: &House, project: ProjectId, space: &Space) -> Outcome<bool> {
    if !space.is_listing {
        return Ok(false);
    }
    let space = space.id;
    house
        .db
        .write(async move |tx| {
            let more = vectors::list_older(tx, project, space).await?;
            if !more {
                references::measure_again(tx, project).await?;
            }
            Ok(more)
        })
        .await
}

/// Asks for what is missing; vectors of as many figures as the space has.
async fn asked(house: &House, project: ProjectId, space: &Space, batch: &Batch, job: &Job) -> Outcome<Result<Vec<Vector>, Trouble>> {
    let texts = batch.missing.iter().map(|one| one.words.clone()).collect();
    let texts = Texts { project, backend: space.backend, model: space.model.clone(), texts };
    let rows = match embedding::embed(house, &texts, &job.stop).await? {
        Ok(rows) => rows,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let fits = |row: &Vec<f64>| space.dimensions.is_none_or(|n| usize::try_from(n).is_ok_and(|n| n == row.len()));
    let vectors: Option<Vec<Vector>> = rows.iter().map(|row| Vector::of(row).filter(|_| fits(row))).collect();
    Ok(vectors.ok_or_else(|| Trouble::new(Class::BadAnswer)))
}

/// A text that is not known yet.
struct Missing {
    digest: [u8; 32],
    words: String,
    /// The first variant that says it, and how often it was refused alone
    listed: Listed,
}

/// What is taken off the list at once.
struct Batch {
    /// Variants with the digest of their words
    listed: Vec<(Listed, [u8; 32])>,
    known: HashMap<Vec<u8>, Vec<u8>>,
    /// Each text once
    missing: Vec<Missing>,
}

impl Batch {
    async fn of(house: &House, space: &Space, listed: &[Listed], texts: Vec<Text>) -> Outcome<Batch> {
        let versions: HashMap<VariantId, Listed> = listed.iter().map(|one| (one.id, *one)).collect();
        let texts: Vec<(Listed, [u8; 32], Text)> =
            texts.into_iter().filter_map(|text| Some((*versions.get(&text.id)?, digest(&text.words), text))).collect();
        let mut known = vectors::known(house.db.read(), space.id, texts.iter().map(|text| text.1)).await?;
        let mut missing: HashMap<[u8; 32], Missing> = HashMap::new();
        for (listed, digest, text) in &texts {
            if text.grams.is_empty() {
                // There are no words to ask for.
                known.entry(digest.to_vec()).or_default();
            } else if !known.contains_key(digest.as_slice()) {
                missing.entry(*digest).or_insert_with(|| Missing { digest: *digest, words: text.words.clone(), listed: *listed });
            }
        }
        let listed = texts.iter().map(|(listed, digest, _)| (*listed, *digest)).collect();
        Ok(Batch { listed, known, missing: missing.into_values().collect() })
    }

    /// Keeps what came, and what was known, for all variants of the batch.
    async fn keep(self, house: &House, project: ProjectId, space: &Space, came: Vec<Vector>) -> Outcome<()> {
        let dimensions = came.first().map(|vector| vector.to_bytes().len()).and_then(|n| i64::try_from(n).ok());
        let mut known = self.known;
        known.extend(self.missing.iter().zip(&came).map(|(one, vector)| (one.digest.to_vec(), vector.to_bytes())));
        let kept = |(listed, digest): (Listed, [u8; 32])| {
            let vector = known.get(digest.as_slice())?.clone();
            Some(Kept { id: listed.id, version: listed.version, digest, vector })
        };
        let kept: Vec<Kept> = self.listed.into_iter().filter_map(kept).collect();
        let space = space.id;
        house
            .db
            .write_regardless(async move |tx| {
                vectors::keep(tx, project, space, &kept).await?;
                match dimensions {
                    Some(dimensions) => vectors::succeeded(tx, space, dimensions).await,
                    None => Ok(()),
                }
            })
            .await
    }

    /// Leaves the service alone for a while. Whatever is asked next is less, unless the service itself was the cause.
    async fn give_up(self, house: &House, project: ProjectId, space: &Space, trouble: &Trouble) -> Outcome<()> {
        let (class, now, id, first) = (trouble.class, house.now(), space.id, space.failures == 0);
        let rest = trouble.retry_after.unwrap_or((REST << space.failures.clamp(0, 20)).min(REST_MAX));
        let of_the_texts = matches!(class, Class::TooLong | Class::Moderation | Class::Refused | Class::BadAnswer);
        let at_once = if of_the_texts { (space.at_once.min(self.missing.len() as i64) / 4).max(1) } else { space.at_once };
        // A service that refuses one text after the other is at fault, not they.
        let is_the_text = space.failures <= STEPS;
        let alone = match self.missing.as_slice() {
            [one] if of_the_texts => Some((one.listed, one.digest)),
            _ => None,
        };
        house
            .db
            .write_regardless(async move |tx| {
                vectors::failed(tx, id, class.name(), now.plus(rest), at_once).await?;
                match alone {
                    Some((listed, digest)) if is_the_text && listed.tries + 1 >= TRIES => {
                        let never = Kept { id: listed.id, version: listed.version, digest, vector: Vec::new() };
                        vectors::keep(tx, project, id, &[never]).await?;
                    }
                    Some((listed, _)) => vectors::stand_back(tx, listed.id, now.plus(STAND_BACK << listed.tries.clamp(0, 5))).await?,
                    None => {}
                }
                if first {
                    let event = Event::new("meaning.failed", None).within(project).detail(json!({ "class": class.name() }));
                    record(tx, &Actor::system(), now, event).await?;
                }
                Ok(())
            })
            .await
    }
}
