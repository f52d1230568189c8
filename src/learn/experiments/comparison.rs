//! The experiment that needs no form: two variants of a piece before the invented audience, opened and run at once.
//!
//! Invariant: asked twice for the same piece it answers the experiment there is.

use super::actions::{self, By};
use super::model::{Assignment, Badge, Draft, Experiment};
use super::store;
use crate::platform::db::Tx;
use crate::platform::id::{ExperimentId, PieceId, ProjectId};
use crate::platform::text::shorten;
use crate::platform::{Error, House, Outcome};
use crate::release::publications::{self, Pair};
use crate::web::Words;
use std::time::Duration;

/// Fortnights that it watches at most before it gives no answer.
pub const FORTNIGHTS: u64 = 4;
/// How long an answer waits for the invented audience, which takes a fraction of a second.
const MOMENT: Duration = Duration::from_millis(2_500);

/// Opens an experiment on a piece of the project and lets the invented audience decide.
pub async fn compare(tx: &mut Tx, by: &By, (project, piece): (ProjectId, PieceId), words: Words) -> Outcome<ExperimentId> {
    store::sees(tx, by.member, project).await?;
    if let Some(there) = store::of_piece(tx, project, piece).await? {
        return Ok(there);
    }
    let pair = publications::pair_of(&mut *tx, project, piece).await?.ok_or_else(|| Error::refused("experiment-refused-alone"))?;
    let id = actions::open(tx, by, project, &draft(&pair, words)).await?;
    actions::simulate(tx, by, id, FORTNIGHTS).await?;
    Ok(id)
}

fn draft(pair: &Pair, words: Words) -> Draft {
    Draft {
        name: words.a("experiments-compare-name", "title", shorten(&pair.title, 120)),
        question: words.t("experiments-compare-question").into_owned(),
        assignment: Assignment::RandomisedHere.name().to_owned(),
        metric: "hook_rate".to_owned(),
        planned: None,
        variants: vec![pair.shown.id, pair.rival.id],
    }
}

/// Waits a moment until the invented audience has seen more than `before`, so that the page that follows has its numbers.
pub async fn watched(house: &House, by: &By, id: ExperimentId, before: i64) -> Outcome<bool> {
    house.settled(MOMENT, || async { Ok(store::find(house.db.read(), by.member, id).await?.exposures > before) }).await
}

/// Waits a moment for an answer that can be called; whether it has watched at all.
pub async fn answered(house: &House, by: &By, id: ExperimentId) -> Outcome<bool> {
    let found = || store::find(house.db.read(), by.member, id);
    let spoke = |one: &Experiment| one.badge.is_some_and(|badge| badge != Badge::KeepGoing);
    house.settled(MOMENT, || async { Ok(spoke(&found().await?)) }).await?;
    Ok(found().await?.exposures > 0)
}
