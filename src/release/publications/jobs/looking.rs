//! Looking for what unanswered sends did.

use super::{Answered, Desk, GATHER, TICK, parcel, rest, settle_and_claim};
use crate::platform::Outcome;
use crate::release::channels::kinds::{Report, Seen};
use crate::release::channels::{Reached, reach};
use crate::release::publications::store::engine::{self, Errand};
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Looks under way at once, over all channels.
pub const AT_ONCE: usize = 16;

/// Looks for what unanswered sends did.
pub async fn resolve(desk: Arc<Desk>, stop: CancellationToken) {
    let mut version = desk.house.db.version();
    loop {
        desk.house.tasks.beat("resolver");
        let wait = match look_around(&desk).await {
            Ok(wait) => wait,
            Err(error) => {
                tracing::warn!(%error, "the resolver could not read what is to be looked at");
                TICK
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
            moved = version.changed() => {
                if moved.is_err() || rest(&stop, GATHER).await {
                    return;
                }
                version.mark_unchanged();
            }
        }
    }
}

async fn look_around(desk: &Arc<Desk>) -> Outcome<Duration> {
    let now = desk.house.now();
    for (id, next) in engine::to_look(desk.house.db.read(), 64).await? {
        if next > now {
            let wait = u64::try_from(next.since(now)).unwrap_or(1_000);
            return Ok(TICK.min(Duration::from_millis(wait.max(1))));
        }
        let Ok(permit) = Arc::clone(&desk.lookers).try_acquire_owned() else { return Ok(TICK) };
        let boot = desk.house.boot;
        if let Some(errand) = desk.house.db.write_regardless(async move |tx| engine::begin_look(tx, id, boot, now).await).await? {
            desk.hold(id);
            let desk = Arc::clone(desk);
            desk.house.clone().tasks.start(|stop| async move {
                look(&desk, errand, &stop).await;
                drop(permit);
            });
        }
    }
    Ok(TICK)
}

async fn look(desk: &Desk, errand: Errand, stop: &CancellationToken) {
    let unseen = |code| Report::coded(Seen::Unseen, code);
    let report = match reach(&desk.house, errand.row.channel).await {
        Ok(Reached::Open(opened)) => {
            let look = opened.kind.look(&desk.house.outbound, parcel(desk, &errand, &opened));
            AssertUnwindSafe(look).catch_unwind().await.unwrap_or_else(|_| unseen("broken"))
        }
        Ok(Reached::Closed(Report { status, reason, code, excerpt, .. })) => Report { outcome: Seen::Unseen, status, reason, code, excerpt },
        _ => unseen("secret"),
    };
    let channel = errand.row.channel;
    let _ = settle_and_claim(desk, channel, Some((errand, Answered::Looked(report))), false, stop).await;
}
