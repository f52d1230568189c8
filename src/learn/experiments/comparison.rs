//! The experiment that needs no form: two variants of a piece before the invented audience, opened and run at once.
//!
//! Invariant: asked twice for the same piece it answers the experiment there is.

use super::actions::{self, By};
use super::model::{Assignment, Draft};
use super::store::{self, Pair};
use crate::platform::db::Tx;
use crate::platform::id::{ExperimentId, PieceId, ProjectId};
use crate::platform::text::shorten;
use crate::platform::{Error, House, Outcome};
use crate::web::Words;
use std::time::Duration;

/// How long an answer waits for the invented audience, which takes a fraction of a second.
const MOMENT: Duration = Duration::from_millis(2_500);

/// Opens an experiment on a piece of the project and lets the invented audience decide.
pub async fn compare(tx: &mut Tx, by: &By, (project, piece): (ProjectId, PieceId), words: Words) -> Outcome<ExperimentId> {
    store::sees(tx, by.member, project).await?;
    if let Some(there) = store::of_piece(tx, project, piece).await? {
        return Ok(there);
    }
    let pair = store::pair(tx, project, piece).await?.ok_or_else(|| Error::refused("experiment-refused-alone"))?;
    let id = actions::open(tx, by, project, &draft(&pair, words)).await?;
    actions::simulate(tx, by, id).await?;
    Ok(id)
}

fn draft(pair: &Pair, words: Words) -> Draft {
    Draft {
        name: words.a("experiments-compare-name", "title", shorten(&pair.title, 120)),
        question: words.t("experiments-compare-question").into_owned(),
        assignment: Assignment::RandomisedHere.name().to_owned(),
        metric: "hook_rate".to_owned(),
        planned: None,
        variants: vec![pair.shown, pair.rival],
    }
}

/// Waits a moment for the invented audience, so that the page that follows has its answer.
pub async fn watched(house: &House, by: &By, id: ExperimentId, before: i64) -> Outcome<bool> {
    house.settled(MOMENT, || async { Ok(store::find(house.db.read(), by.member, id).await?.exposures > before) }).await
}
