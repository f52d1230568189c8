//! The nightly backup: made, verified, old ones removed, and what broken work left in `tmp/` swept.

use super::actions;
use crate::platform::clock::DAY;
use crate::platform::events::Actor;
use crate::platform::jobs::{Ending, Job, Kind};
use crate::platform::recurring::Recurring;
use crate::platform::{House, Ms, backups};
use std::path::Path;
use std::time::UNIX_EPOCH;

/// Before people come to work, in the zone of the settings.
pub const NIGHTLY: Recurring = Recurring { kind: "backup.nightly", hour: 3, minute: 10 };

pub fn kind() -> Kind {
    Kind::new(NIGHTLY.kind, 5, true, nightly)
}

async fn nightly(house: House, _: Job) -> Ending {
    let data = house.config.settings.data.clone();
    if let Err(error) = actions::make(&house, &Actor::system(), true).await {
        tracing::error!(%error, "the nightly backup was not made");
        return Ending::Retry { class: "backup", reason: "job-backup-failed".into(), after_ms: None };
    }
    let now = house.now();
    let swept = tokio::task::spawn_blocking(move || backups::keep_some(&data).and_then(|_| sweep(&data.join("tmp"), now))).await;
    if let Ok(Err(error)) = swept {
        tracing::warn!(%error, "old backups could not be removed");
    }
    Ending::Done
}

/// Whatever a kill left in `tmp/` for more than a day.
fn sweep(tmp: &Path, now: Ms) -> std::io::Result<()> {
    for entry in std::fs::read_dir(tmp)? {
        let entry = entry?;
        let about = entry.metadata()?;
        let changed = about.modified()?.duration_since(UNIX_EPOCH).ok().and_then(|age| i64::try_from(age.as_millis()).ok()).unwrap_or(i64::MAX);
        if now.since(Ms(changed)) > DAY {
            if about.is_dir() { std::fs::remove_dir_all(entry.path())? } else { std::fs::remove_file(entry.path())? }
        }
    }
    Ok(())
}
