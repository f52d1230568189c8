//! Sending: the scheduler hands every channel whose time has come to a lane, which claims in the order
//! of the plan, sends, and records.
//!
//! A lane sends one after the other. While its channel is behind it goes on with the next one before
//! the answer is there, a little apart so that they arrive in order; a blind platform is spared that,
//! because every send under way at a death becomes a question to a person, and so is one that refuses.

use super::{Answered, Desk, GATHER, TICK, parcel, rest, settle_and_claim};
use crate::platform::clock::SECOND;
use crate::platform::id::ChannelId;
use crate::platform::{Ms, Outcome};
use crate::release::channels::kinds::{Reason, Report, Sent};
use crate::release::channels::{Capability, Reached, reach, reach_again};
use crate::release::publications::store::engine::{self, Errand};
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Channels that send at once.
pub const AT_ONCE: usize = 16;
/// Further sends at once of channels that are behind, over all of them. They are counted apart, so
/// that slow platforms with a long queue do not keep other channels waiting.
pub const SPARE: usize = 16;
/// Sends under way at once on one channel.
const WIDEST: usize = 8;
/// A channel that is so late is behind.
const BEHIND: i64 = SECOND;
/// Sends of one channel that are under way together begin so far apart.
const STEP: Duration = Duration::from_millis(20);
/// A lane makes room for other channels after so many.
const TURN: usize = 25;

/// Hands every channel whose time has come to a sender; sleeps until the next one, a second at most.
pub async fn schedule(desk: &Arc<Desk>, stop: &CancellationToken) {
    let mut version = desk.house.db.version();
    loop {
        desk.house.tasks.beat("scheduler");
        let wait = match hand_out(desk).await {
            Ok(wait) => wait,
            Err(error) => {
                tracing::warn!(%error, "the scheduler could not read what is due");
                TICK
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
            () = desk.bell.notified() => {}
            moved = version.changed() => {
                if moved.is_err() || rest(stop, GATHER).await {
                    return;
                }
                version.mark_unchanged();
            }
        }
    }
}

/// Starts the lanes; how long until somebody should look again.
async fn hand_out(desk: &Arc<Desk>) -> Outcome<Duration> {
    let now = desk.house.now();
    for due in engine::channels_by_next(desk.house.db.read()).await? {
        if due.next > now {
            let wait = u64::try_from(due.next.since(now)).unwrap_or(1_000);
            return Ok(TICK.min(Duration::from_millis(wait.max(1))));
        }
        let Ok(permit) = Arc::clone(&desk.lanes).try_acquire_owned() else { return Ok(TICK) };
        if let Some(taken) = Taken::of(desk, due.channel) {
            desk.house.tasks.start(|stop| async move {
                Lane::new(&taken).run(&stop).await;
                drop(permit);
            });
        }
    }
    Ok(TICK)
}

/// A channel in the hands of one lane; put back however the lane ends.
struct Taken {
    desk: Arc<Desk>,
    channel: ChannelId,
}

impl Taken {
    fn of(desk: &Arc<Desk>, channel: ChannelId) -> Option<Taken> {
        desk.take(channel).then(|| Taken { desk: Arc::clone(desk), channel })
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.desk.put_back(self.channel);
    }
}

type Landed = (Errand, Answered);

/// One channel's turn.
struct Lane<'a> {
    desk: &'a Arc<Desk>,
    channel: ChannelId,
    /// What is sent beyond one at a time.
    spares: Vec<OwnedSemaphorePermit>,
    under_way: usize,
    taken: usize,
    /// There may be more to claim.
    open: bool,
    begun: Option<Instant>,
    tell: mpsc::Sender<Landed>,
    told: mpsc::Receiver<Landed>,
}

impl<'a> Lane<'a> {
    fn new(taken: &'a Taken) -> Lane<'a> {
        let (tell, told) = mpsc::channel(TURN);
        Lane { desk: &taken.desk, channel: taken.channel, spares: Vec::new(), under_way: 0, taken: 0, open: true, begun: None, tell, told }
    }

    /// Takes the next, sends it, and records an answer together with taking the one after it, so that
    /// each costs one commit.
    async fn run(mut self, stop: &CancellationToken) {
        let mut landed: Option<Landed> = None;
        loop {
            let more = self.has_room() && !stop.is_cancelled();
            if more {
                self.keep_apart().await;
            }
            let next = settle_and_claim(self.desk, self.channel, landed.take(), more, stop).await;
            self.open &= !more || next.is_some();
            if let Some(errand) = next {
                self.widen(&errand);
                self.launch(errand);
            }
            if self.under_way == 0 {
                return;
            }
            // What has room goes on at once, with an answer that is there already.
            landed = if self.has_room() && !stop.is_cancelled() { self.told.try_recv().ok() } else { self.told.recv().await };
            if let Some((_, answered)) = &landed {
                self.under_way -= 1;
                if !is_taken(answered) {
                    self.spares.clear();
                }
            }
        }
    }

    fn has_room(&self) -> bool {
        self.open && self.taken < TURN && self.under_way <= self.spares.len()
    }

    /// Others of this channel are on their way: they arrive first.
    async fn keep_apart(&self) {
        if let Some(begun) = self.begun.filter(|_| self.under_way > 0) {
            tokio::time::sleep_until(begun + STEP).await;
        }
    }

    /// One more at a time while the channel is behind, as far as there is one to spare.
    fn widen(&mut self, errand: &Errand) {
        let standing = &errand.row.standing;
        let resolves_itself = matches!(standing.capability, Capability::Key | Capability::Staged | Capability::Lookup);
        if resolves_itself && is_behind(standing.wanted, self.desk.house.now()) && self.spares.len() + 1 < WIDEST {
            self.spares.extend(Arc::clone(&self.desk.spares).try_acquire_owned().ok());
        }
    }

    fn launch(&mut self, errand: Errand) {
        (self.taken, self.under_way, self.begun) = (self.taken + 1, self.under_way + 1, Some(Instant::now()));
        let (desk, tell) = (Arc::clone(self.desk), self.tell.clone());
        self.desk.house.tasks.start(|_| async move {
            let answered = AssertUnwindSafe(send(&desk, &errand)).catch_unwind().await;
            // A fault in a kind says nothing about what left.
            let answered = answered.unwrap_or_else(|_| Answered::Sent(Report::coded(Sent::Unknown, "broken")));
            let _ = tell.send((errand, answered)).await;
        });
    }
}

fn is_behind(wanted: Ms, now: Ms) -> bool {
    now.since(wanted) > BEHIND
}

/// The platform took it; anything else is a reason to go slowly.
fn is_taken(answered: &Answered) -> bool {
    matches!(answered, Answered::Sent(Report { outcome: Sent::Published { .. } | Sent::Staged { .. }, .. }))
}

async fn send(desk: &Desk, errand: &Errand) -> Answered {
    let (house, channel) = (&desk.house, errand.row.channel);
    let opened = match reach(house, channel).await {
        Ok(Reached::Open(opened)) => opened,
        Ok(Reached::Locked) => return Answered::Sent(Report::coded(Sent::Denied, "secret")),
        Ok(Reached::Closed(report)) => return Answered::Sent(closed(report)),
        // Our own trouble, before anything left.
        Err(_) => return Answered::Sent(Report::coded(Sent::RefusedForNow { retry_after_ms: Some(SECOND) }, "busy")),
    };
    let report = opened.kind.send(&house.outbound, parcel(desk, errand, &opened)).await;
    if report.outcome != Sent::Denied || report.reason != Some(Reason::Token) {
        return Answered::Sent(report);
    }
    // A session may end before its time: what was refused for that is tried once with a new one.
    Answered::Sent(match reach_again(house, channel, &opened).await {
        Ok(Some(Reached::Open(opened))) => opened.kind.send(&house.outbound, parcel(desk, errand, &opened)).await,
        Ok(Some(Reached::Closed(report))) => closed(report),
        _ => report,
    })
}

/// Nothing left yet: whatever was wrong with the session, a refusal for good is none of this publication.
fn closed(report: Report<Sent>) -> Report<Sent> {
    if report.outcome == Sent::Denied { report } else { Report { outcome: Sent::RefusedForNow { retry_after_ms: None }, ..report } }
}
