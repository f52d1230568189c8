//! Looks at the last twenty own works when they move: how wide they are, and whether the loop narrows.

use super::model::meaning::{SpaceId, Vectors};
use super::model::{Text, WINDOW, width};
use super::store::vectors;
use super::store::windows::{self, Window};
use super::store::{self, Raw};
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{ProjectId, VariantId};
use crate::platform::{Error, House, Outcome};
use serde_json::json;

/// Keeps how wide the last twenty own works are, when their newest is another one than last time, or they can be compared
/// by meaning now. While their vectors are on the way it waits for them; when there is trouble, words are the measure.
pub(super) async fn look_at_window(house: &House, project: ProjectId) -> Outcome<()> {
    let db = house.db.read();
    let works = windows::newest_works(db, project, WINDOW as i64).await?;
    let Some(newest) = works.first() else { return Ok(()) };
    let earlier = windows::windows(db, None, project, 1 + 2 * width::TRAILING as i64).await?;
    let space = vectors::space(db, project).await?;
    let wanted = space.as_ref().map(|space| space.id);
    let last = earlier.first().filter(|last| last.variant_id == newest.id && last.n == works.len() as i64);
    if last.is_some_and(|last| last.space_id == wanted) {
        return Ok(());
    }
    let ids: Vec<VariantId> = works.iter().map(|work| work.id).collect();
    let (texts, vectors) = read(house, wanted, &ids).await?;
    let measure = wanted.filter(|_| vectors.cover(texts.iter()));
    let is_on_its_way = measure.is_none() && space.is_some_and(|space| space.class.is_none());
    if is_on_its_way || last.is_some_and(|last| last.space_id == measure) {
        return Ok(());
    }
    let vectors = if measure.is_some() { vectors } else { Vectors::default() };
    let measured = tokio::task::spawn_blocking(move || width::width(&texts, &vectors));
    let Some(width) = measured.await.map_err(Error::broken)? else { return Ok(()) };
    let machines = works.iter().filter(|work| matches!(work.author.as_str(), "model" | "template")).count();
    let suggested = machines as f64 / works.len() as f64;
    let usual: Vec<f64> = earlier.iter().filter(|one| one.n == WINDOW as i64 && one.space_id == measure).map(|one| one.vendi_1).collect();
    let narrow = width::is_narrow(width.n, width.vendi_1, &usual, suggested);
    let now = house.now();
    let window = Window {
        at_ms: now,
        variant_id: newest.id,
        n: width.n as i64,
        vendi_1: width.vendi_1,
        vendi_2: width.vendi_2,
        homogeneity: width.homogeneity,
        originality: windows::mean_originality(db, measure, &ids).await?,
        distinct_2: width.companions.distinct_2,
        self_bleu: width.companions.self_bleu_4.unwrap_or(0.0),
        deflate: width.companions.deflate_ratio,
        repetition: width.companions.self_repetition,
        suggested,
        narrow,
        pairs: windows::pairs(&width.pairs)?,
        space_id: measure,
    };
    house
        .db
        .write(async move |tx| {
            windows::keep(tx, project, &window).await?;
            let event = Event::new("originality.looked", None).within(project).detail(json!({ "vendi": window.vendi_1, "narrow": narrow }));
            record(tx, &Actor::system(), now, event).await
        })
        .await
}

async fn read(house: &House, space: Option<SpaceId>, ids: &[VariantId]) -> Outcome<(Vec<Text>, Vectors)> {
    let rows = store::words(house.db.read(), ids.iter().copied()).await?;
    let kept = match space {
        Some(space) => vectors::of(house.db.read(), space, ids.iter().copied()).await?,
        None => Vec::new(),
    };
    let read = move || {
        let texts: Vec<Text> = rows.into_iter().map(Raw::text).collect();
        let vectors = Vectors::of(kept, texts.iter());
        (texts, vectors)
    };
    tokio::task::spawn_blocking(read).await.map_err(Error::broken)
}
