//! Emptying the bin, every night.

use super::actions;
use crate::platform::jobs::{Ending, Job, Kind};
use crate::platform::recurring::Recurring;
use crate::platform::{House, Outcome};

/// After the nightly backup, so that a last copy of what goes exists.
pub const EMPTYING: Recurring = Recurring { kind: "bin.empty", hour: 4, minute: 10 };

pub fn kind() -> Kind {
    Kind::new(EMPTYING.kind, 5, true, empty)
}

async fn empty(house: House, _: Job) -> Ending {
    match work(&house).await {
        Ok(()) => Ending::Done,
        Err(error) => {
            tracing::warn!(%error, "the bin could not be emptied");
            Ending::Retry { class: "bin", reason: "job-bin-failed".into(), after_ms: None }
        }
    }
}

async fn work(house: &House) -> Outcome<()> {
    let rows = actions::empty(house).await?;
    let files = actions::sweep_media(house).await?;
    tracing::info!(rows, files, "the bin was emptied");
    Ok(())
}
