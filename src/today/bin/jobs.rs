//! Emptying the bin, every night, and forgetting what nobody asks for any more: the answers of yesterday's
//! idempotency keys, work that ended long ago, files that were uploaded and never read in.

use super::actions;
use crate::learn::imports;
use crate::platform::jobs::{self, Ending, Job, Kind};
use crate::platform::recurring::Recurring;
use crate::platform::{House, Outcome, boots, jumps};

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
    if jumps::is_doubtful(house).await? {
        tracing::warn!("the clock jumped within a day: nothing is old enough to go for good");
        return Ok(());
    }
    let rows = actions::empty(house).await?;
    let files = actions::sweep_media(house).await?;
    imports::sweep(house).await?;
    let now = house.now();
    house.db.write(async move |tx| boots::sweep_keys(tx, now).await).await?;
    while house.db.write(async move |tx| jobs::sweep(tx, now).await).await? > 0 {}
    tracing::info!(rows, files, "the bin was emptied");
    Ok(())
}
