//! The watch over what fell out of every hand, and the clock of the invented audience.

use super::{Desk, GATHER, TICK, rest};
use crate::platform::Outcome;
use crate::platform::clock::SECOND;
use crate::release::publications::observing::{News, observe};
use crate::release::publications::store::engine;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Well below what readiness calls stuck.
const WATCH: Duration = Duration::from_secs(10);

/// Finds what fell out of every hand: leases of this boot that nobody holds (an answer of the writer
/// was lost), what a wrong clock left in its future, and plans that waited past their limit.
pub async fn watch(desk: Arc<Desk>, stop: CancellationToken) {
    loop {
        desk.house.tasks.beat("watch");
        if let Err(error) = look_after(&desk).await {
            tracing::warn!(%error, "the watch could not finish its round");
        }
        if rest(&stop, WATCH).await {
            return;
        }
    }
}

async fn look_after(desk: &Desk) -> Outcome<()> {
    let house = &desk.house;
    let now = house.now();
    for lease in engine::leased(house.db.read()).await? {
        if now.since(lease.since) > 60 * SECOND && !desk.holds(lease.id) {
            house.db.write_regardless(async move |tx| engine::interrupt(tx, lease, now).await).await?;
        }
    }
    house
        .db
        .write(async move |tx| {
            engine::went_back(tx, now).await?;
            engine::release_ready(tx, now).await?;
            engine::overdue(tx, now).await
        })
        .await
}

/// Writes the numbers of the invented audience as its clock goes on.
pub async fn simulate(desk: Arc<Desk>, stop: CancellationToken) {
    let mut news = News::default();
    loop {
        let wait = match observe(&desk.house, &mut news).await {
            Ok(0) => TICK,
            Ok(_) => GATHER,
            Err(error) => {
                tracing::warn!(%error, "the simulator's numbers could not be written");
                WATCH
            }
        };
        if rest(&stop, wait).await {
            return;
        }
    }
}
