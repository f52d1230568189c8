//! Measures taste anew after answers were given or taken back.
//!
//! Invariant: the rows of a project are a pure function of its answers that stand and its drafts outside the bin.

use super::ranking::ranking;
use super::store;
use crate::platform::clock::SECOND;
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::ProjectId;
use crate::platform::jobs::{Ending, Job, Kind, Queued, enqueue};
use crate::platform::{Error, House, Ms, Outcome};
use serde_json::json;

const MEASURE: &str = "tastes.measure";
/// Answers that come quickly are measured together.
const GATHER: i64 = SECOND;

pub fn kinds() -> Vec<Kind> {
    vec![Kind::new(MEASURE, 3, true, measure)]
}

/// Queues the measuring of a project, once however many answers come. While it runs already, which may be too early to
/// see this answer, a second one waits behind it.
pub async fn queue(tx: &mut Tx, project: ProjectId, at: Ms) -> Outcome<()> {
    let group = format!("{MEASURE}:{project}");
    for turn in ["now", "after"] {
        let key = format!("{project}:{turn}");
        let job =
            Queued { project: Some(project), unique_key: Some(&key), group_key: Some(&group), ..Queued::now(MEASURE, json!({}), at.plus(GATHER)) };
        if enqueue(tx, at, job).await?.is_some() {
            break;
        }
    }
    Ok(())
}

async fn measure(house: House, job: Job) -> Ending {
    let Some(project) = job.project else { return Ending::Done };
    match rank(&house, project).await {
        Ok(()) => Ending::Done,
        Err(Error::Busy(_) | Error::Full) => Ending::Retry { class: "busy", reason: "failure-busy".into(), after_ms: None },
        Err(error) => {
            tracing::error!(%error, "taste could not be measured");
            Ending::Fail { class: "broken", reason: "failure-broken".into() }
        }
    }
}

async fn rank(house: &House, project: ProjectId) -> Outcome<()> {
    let answers = store::answers(house.db.read(), project).await?;
    // The draws behind the intervals are the same for the same answers.
    let seed = u64::from_be_bytes(*project.0.as_bytes().last_chunk().unwrap_or(&[0; 8]));
    let ranked = tokio::task::spawn_blocking(move || ranking(&answers, seed)).await.map_err(Error::broken)?;
    let now = house.now();
    house
        .db
        .write(async move |tx| {
            store::put_tastes(tx, project, &ranked, now).await?;
            let event = Event::new("taste.measured", project.0).within(project).detail(json!({ "n": ranked.len() }));
            record(tx, &Actor::system(), now, event).await
        })
        .await
}
