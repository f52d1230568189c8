//! Reads an uploaded file in, in the background.

use super::run::{Options, Progress, Target, run};
use super::{store, upload};
use crate::platform::id::ImportId;
use crate::platform::jobs::{Ending, Job, Kind};
use crate::platform::{Error, House, Outcome};

pub const IMPORT: &str = "import";
const ATTEMPTS: i64 = 3;

/// Repeatable: what a killed run wrote is found unchanged by the next one.
pub fn kinds() -> Vec<Kind> {
    vec![Kind::new(IMPORT, ATTEMPTS, true, work)]
}

async fn work(house: House, job: Job) -> Ending {
    let Some(id) = job.args.get("import").and_then(|id| serde_json::from_value::<ImportId>(id.clone()).ok()) else { return Ending::Done };
    match read_in(&house, &job, id).await {
        Ok(()) => {
            upload::discard(&house, id).await;
            Ending::Done
        }
        Err(Error::Busy(_) | Error::Full) if job.attempt < ATTEMPTS => Ending::Retry { class: "busy", reason: "failure-busy".into(), after_ms: None },
        Err(Error::Refused { key: "import-stopped", .. }) => {
            // The server stops: the file stays, and the job goes on at the next start.
            if !house.tasks.stopping().is_cancelled() {
                let _ = store::fail(&house, id, "import-stopped").await;
            }
            Ending::Cancelled
        }
        Err(error) => {
            let key = match error {
                Error::Refused { key, .. } => key,
                Error::Busy(_) => "failure-busy",
                Error::Full => "failure-full",
                other => {
                    tracing::error!(error = %other, "a file could not be read in");
                    "failure-broken"
                }
            };
            let _ = store::fail(&house, id, key).await;
            Ending::Fail { class: "refused", reason: key.into() }
        }
    }
}

async fn read_in(house: &House, job: &Job, id: ImportId) -> Outcome<()> {
    let Some(found) = store::queued(house.db.read(), id).await? else { return Ok(()) };
    let file = std::fs::File::open(upload::path(house, id)).map_err(|_| Error::refused("imports-error-gone"))?;
    let options = Options {
        target: Target::Project(found.project),
        mapping: found.mapping(),
        dry_run: false,
        file_name: found.file_name.clone(),
        member: job.created_by,
        import: Some(id),
    };
    run(house, &found.kind, Box::new(file), options, Progress::Job(job.id, job.stop.clone())).await?;
    Ok(())
}
