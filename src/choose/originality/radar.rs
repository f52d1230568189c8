//! The radar of a project: the map, what repeats, and what viewers made of it, computed from bounded sets.
//!
//! It is computed again when something happened in the project; of a large library at most every five minutes, as
//! twenty works more or less do not show among thousands.

use super::model::formulas::{self, Use};
use super::model::{WINDOW, map};
use super::store::radar::{self, Drawn};
use super::store::{Raw, measuring, results, windows};
use crate::platform::clock::MINUTE;
use crate::platform::id::{PieceId, ProjectId, VariantId};
use crate::platform::{Error, House, Ms, Outcome};
use crate::stats::similarity::Grams;
use crate::stats::spearman::{Correlation, spearman};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// Newest works whose results are read.
const RESULTS: usize = 3_000;
/// The resamples behind an interval are the same for the same results.
const RESAMPLES_SEED: u64 = 1;
/// Formulas that are shown.
const SHOWN: usize = 24;
/// Results with a formula below which its index is chance.
const FEWEST: usize = 3;
/// More works than this are a large library.
const LARGE: usize = 600;
const BELIEVED: i64 = 5 * MINUTE;
/// Radars that are kept at hand, each of some tens of kilobytes.
const KEPT: usize = 16;
/// An index above this is high.
const HIGH: f64 = 1.3;

/// A dot of the map.
#[derive(Clone, Debug)]
pub struct Dot {
    pub variant: VariantId,
    pub title: String,
    pub locale: String,
    /// Percent from the left and from the top
    pub x: f64,
    pub y: f64,
    pub is_last: bool,
    pub is_high: bool,
    pub waits: bool,
    pub made: Ms,
}

/// A formula, how often it is used, and how its works did: mean index, half its 95 % interval, how many.
#[derive(Clone, Debug)]
pub struct Repeat {
    pub used: Use,
    pub index: Option<(f64, f64, usize)>,
}

#[derive(Clone, Debug, Default)]
pub struct Radar {
    pub dots: Vec<Dot>,
    /// Own pieces whose formulas were counted
    pub works: usize,
    pub repeats: Vec<Repeat>,
    /// Originality against the index, real and simulated apart
    pub real: Option<Correlation>,
    pub simulated: Option<Correlation>,
}

type Kept = HashMap<ProjectId, (i64, Ms, Arc<Radar>)>;
static RADARS: LazyLock<Mutex<Kept>> = LazyLock::new(Mutex::default);

/// The caller has asked who may see the project.
pub async fn of(house: &House, project: ProjectId) -> Outcome<Arc<Radar>> {
    let (now, event) = (house.now(), radar::last_event(house.db.read(), project).await?);
    if let Some((seen, at, known)) = RADARS.lock().unwrap_or_else(PoisonError::into_inner).get(&project) {
        let is_fresh = known.works > LARGE && now.since(*at).abs() < BELIEVED;
        if *seen == event || is_fresh {
            return Ok(Arc::clone(known));
        }
    }
    let made = Arc::new(look(house, project).await?);
    let mut kept = RADARS.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.len() >= KEPT {
        kept.clear();
    }
    kept.insert(project, (event, now, Arc::clone(&made)));
    Ok(made)
}

async fn look(house: &House, project: ProjectId) -> Outcome<Radar> {
    let db = house.db.read();
    let slots = usize::try_from(radar::slots(db, project).await?).unwrap_or(0);
    let drawn = radar::drawn(db, project, &map::chosen(slots)).await?;
    let last: Vec<VariantId> = windows::newest_works(db, project, WINDOW as i64).await?.into_iter().map(|work| work.id).collect();
    let works = radar::works(db, project).await?;
    let newest: Vec<VariantId> = works.iter().take(RESULTS).map(|work| work.id).collect();
    let mut results = results::in_experiments(db, newest.iter().copied()).await?;
    results.extend(results::in_channels(db, project).await?);
    let originalities = results::originalities(db, results.iter().map(|result| result.variant)).await?;
    let build = move || build(&drawn, &last, &works, &results, &originalities);
    tokio::task::spawn_blocking(build).await.map_err(Error::broken)
}

fn build(drawn: &[Drawn], last: &[VariantId], works: &[Raw], results: &[results::Result], originalities: &HashMap<VariantId, f64>) -> Radar {
    let index = mean_index(results);
    let correlated = |simulated: bool| {
        let mut known: Vec<_> =
            index.iter().filter(|((_, of), _)| *of == simulated).filter_map(|((id, _), index)| Some((*originalities.get(id)?, *index))).collect();
        known.sort_by(|a: &(f64, f64), b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let (original, answered): (Vec<f64>, Vec<f64>) = known.into_iter().unzip();
        spearman(&original, &answered, RESAMPLES_SEED)
    };
    Radar {
        dots: dots(drawn, last, &index),
        works: works.iter().map(|work| work.piece).collect::<HashSet<_>>().len(),
        repeats: repeats(works, last, &index),
        real: correlated(false),
        simulated: correlated(true),
    }
}

/// The mean index of each variant, simulated and real apart.
fn mean_index(results: &[results::Result]) -> HashMap<(VariantId, bool), f64> {
    let mut sums: HashMap<(VariantId, bool), (f64, f64)> = HashMap::new();
    for result in results {
        let sum = sums.entry((result.variant, result.simulated)).or_default();
        *sum = (sum.0 + result.index, sum.1 + 1.0);
    }
    sums.into_iter().map(|(key, (sum, n))| (key, sum / n)).collect()
}

fn dots(drawn: &[Drawn], last: &[VariantId], index: &HashMap<(VariantId, bool), f64>) -> Vec<Dot> {
    let grams: Vec<Grams> = drawn.iter().map(|one| Grams::of(&one.words)).collect();
    let places = map::places(&grams);
    let is_shown = |one: &Drawn| matches!(one.state.as_str(), "approved" | "in_review") || (one.state == "archived" && one.author == "import");
    drawn
        .iter()
        .zip(places)
        .filter(|(one, _)| is_shown(one))
        .map(|(one, (x, y))| Dot {
            variant: one.id,
            title: crate::platform::text::shorten(&one.title, 70),
            locale: one.locale.clone(),
            x: 100.0 * x,
            y: 100.0 * y,
            is_last: last.contains(&one.id),
            is_high: index.get(&(one.id, false)).is_some_and(|index| *index > HIGH),
            waits: one.state == "in_review",
            made: one.created_ms,
        })
        .collect()
}

fn repeats(works: &[Raw], last: &[VariantId], index: &HashMap<(VariantId, bool), f64>) -> Vec<Repeat> {
    let newest: HashSet<VariantId> = last.iter().copied().collect();
    let end = |work: &Raw| if work.script.trim().is_empty() { work.first().to_owned() } else { work.script.clone() };
    let ends: Vec<String> = works.iter().map(end).collect();
    let pieces = |is_now: bool| -> Vec<formulas::Versions<'_>> {
        let mut places: HashMap<PieceId, usize> = HashMap::new();
        let mut made: Vec<formulas::Versions<'_>> = Vec::new();
        for (work, end) in works.iter().zip(&ends).filter(|(work, _)| newest.contains(&work.id) == is_now) {
            let place = *places.entry(work.piece).or_insert(made.len());
            if place == made.len() {
                made.push(Vec::new());
            }
            if let Some(versions) = made.get_mut(place) {
                versions.push((work.first(), end.as_str()));
            }
        }
        made
    };
    let mut used = formulas::repeats(&pieces(true), &pieces(false));
    // What the last twenty repeat stands first; of a long history also what it repeats most.
    let (mut now, mut before): (Vec<Use>, Vec<Use>) = used.drain(..).partition(|one| one.now.0 >= 2);
    now.truncate(SHOWN / 3);
    before.sort_by_key(|one| std::cmp::Reverse(one.before.0));
    before.truncate(SHOWN - now.len());
    now.extend(before);
    let mut indexes: HashMap<&formulas::Formula, Vec<f64>> = now.iter().map(|one| (&one.formula, Vec::new())).collect();
    for (work, end) in works.iter().zip(&ends).take(RESULTS) {
        let Some(index) = index.get(&(work.id, false)) else { continue };
        for (formula, _) in formulas::of(work.first(), end) {
            if let Some(all) = indexes.get_mut(&formula) {
                all.push(*index);
            }
        }
    }
    let mut means: HashMap<formulas::Formula, (f64, f64, usize)> = HashMap::new();
    for (formula, all) in indexes {
        if all.len() >= FEWEST {
            means.insert(formula.clone(), mean(&all));
        }
    }
    now.into_iter().map(|used| Repeat { index: means.get(&used.formula).copied(), used }).collect()
}

/// Mean, half of its 95 % interval by normal theory, and how many.
fn mean(values: &[f64]) -> (f64, f64, usize) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
    (mean, 1.96 * (variance / n).sqrt(), values.len())
}

/// How many variants wait to be measured.
pub async fn waiting(house: &House, project: ProjectId) -> Outcome<i64> {
    measuring::waiting_in(house.db.read(), project).await
}
