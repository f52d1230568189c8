//! Room on the disk. Some of it is kept back: below the reserve new work is refused with "no room",
//! reads go on, and what came of things that have left the house already is still written. It ends by
//! itself when there is room again.

use super::House;
use std::path::Path;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const LOOK: Duration = Duration::from_secs(3);
/// The most that is kept back, in bytes; of a small disk a fiftieth.
const RESERVE: u64 = 256 << 20;

/// Bytes kept back on a disk of `whole` bytes.
fn reserve(whole: u64) -> u64 {
    RESERVE.min(whole / 50)
}

/// Whether less than the reserve is free where `folder` lies.
fn is_low(folder: &Path) -> std::io::Result<bool> {
    let about = fs4::statvfs(folder)?;
    Ok(about.available_space() < reserve(about.total_space()))
}

/// Looks at the disk until the server stops.
pub async fn watch(house: House, stop: CancellationToken) {
    loop {
        let folder = house.config.settings.data.clone();
        match tokio::task::spawn_blocking(move || is_low(&folder)).await {
            Ok(Ok(low)) => {
                if low != house.db.is_low() {
                    tracing::warn!(low, "the room on the disk crossed the reserve");
                    house.db.set_low(low);
                }
            }
            Ok(Err(error)) => tracing::warn!(%error, "the room on the disk is not known"),
            Err(error) => tracing::warn!(%error, "the room on the disk could not be looked at"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_disk_keeps_a_fiftieth_and_a_large_one_a_quarter_gigabyte() {
        assert_eq!(reserve(50 << 20), 1 << 20);
        assert_eq!(reserve(1 << 40), 256 << 20);
    }
}
