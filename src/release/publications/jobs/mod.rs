//! The loops that make a publication happen once: the scheduler hands channels to lanes that send, the
//! resolver looks for what unanswered sends did, the watch finds what fell out of every hand.
//!
//! Invariants: one lane per channel; nothing leaves before its intent is committed; a send is never
//! retried here, only recorded, and the pure rules decide; the loops start by resolving what dead
//! boots left behind.

mod looking;
mod sending;
mod watching;

use super::store::engine::{self, Errand};
use crate::platform::db::Tx;
use crate::platform::id::{ChannelId, PublicationId};
use crate::platform::{House, Ms, Outcome};
use crate::release::channels::Opened;
use crate::release::channels::kinds::{Parcel, Report, Seen, Sent};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;

const TICK: Duration = Duration::from_secs(1);
/// How soon a commit is looked at; many at once are one look.
const GATHER: Duration = Duration::from_millis(20);
/// An answer that cannot be written now is written later; nothing else is sent meanwhile.
const WRITE_AGAIN: Duration = Duration::from_millis(500);

/// What the loops of one house share.
struct Desk {
    house: House,
    base: String,
    lanes: Arc<Semaphore>,
    spares: Arc<Semaphore>,
    lookers: Arc<Semaphore>,
    busy: Mutex<HashSet<ChannelId>>,
    /// What this process holds in its hands.
    held: Mutex<HashSet<PublicationId>>,
    bell: Notify,
}

/// Starts the loops; they end with the server.
pub fn start(house: &House) {
    let desk = Arc::new(Desk {
        house: house.clone(),
        base: house.config.absolute(""),
        lanes: Arc::new(Semaphore::new(sending::AT_ONCE)),
        spares: Arc::new(Semaphore::new(sending::SPARE)),
        lookers: Arc::new(Semaphore::new(looking::AT_ONCE)),
        busy: Mutex::default(),
        held: Mutex::default(),
        bell: Notify::new(),
    });
    house.tasks.start(|stop| run(desk, stop));
}

/// Resolves what dead boots left, then runs every loop.
async fn run(desk: Arc<Desk>, stop: CancellationToken) {
    while let Err(error) = recover(&desk).await {
        tracing::warn!(%error, "what an earlier start left could not be resolved yet");
        if rest(&stop, TICK).await {
            return;
        }
    }
    let tasks = &desk.house.tasks;
    tasks.start(|stop| looking::resolve(Arc::clone(&desk), stop));
    tasks.start(|stop| watching::watch(Arc::clone(&desk), stop));
    tasks.start(|stop| watching::simulate(Arc::clone(&desk), stop));
    sending::schedule(&desk, &stop).await;
}

/// Waits; true when the server stops.
async fn rest(stop: &CancellationToken, time: Duration) -> bool {
    tokio::select! { () = stop.cancelled() => true, () = tokio::time::sleep(time) => false }
}

impl Desk {
    fn take(&self, channel: ChannelId) -> bool {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).insert(channel)
    }

    fn put_back(&self, channel: ChannelId) {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&channel);
        self.bell.notify_one();
    }

    fn hold(&self, id: PublicationId) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
    }

    fn let_go(&self, id: PublicationId) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }

    fn holds(&self, id: PublicationId) -> bool {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).contains(&id)
    }
}

/// Leases of other boots are dead, whatever the clock says.
async fn recover(desk: &Desk) -> Outcome<()> {
    let house = &desk.house;
    let (now, boot) = (house.now(), house.boot);
    for lease in engine::leased(house.db.read()).await? {
        if lease.boot != boot {
            house.db.write_regardless(async move |tx| engine::interrupt(tx, lease, now).await).await?;
        }
    }
    if engine::is_restored(house.db.read()).await? {
        while house.db.write_regardless(async move |tx| engine::hold_restored(tx, now, now).await).await? {}
        house.db.write_regardless(async move |tx| engine::clear_restored(tx).await).await?;
    }
    Ok(())
}

/// What became of an errand.
#[derive(Clone)]
enum Answered {
    Sent(Report<Sent>),
    Looked(Report<Seen>),
}

async fn settle(tx: &mut Tx, errand: &Errand, answered: &Answered, now: Ms) -> Outcome<()> {
    match answered {
        Answered::Sent(report) => engine::settle(tx, errand, report, now).await,
        Answered::Looked(report) => engine::settle_look(tx, errand, report, now).await,
    }
}

/// Writes what came back, however often it takes, and takes the next one in the same transaction.
async fn settle_and_claim(
    desk: &Desk,
    channel: ChannelId,
    answered: Option<(Errand, Answered)>,
    more: bool,
    stop: &CancellationToken,
) -> Option<Errand> {
    let (house, answered) = (&desk.house, Arc::new(answered));
    loop {
        // What came back is written out of the reserve; nothing more is sent out of it.
        let more = more && !house.db.is_low();
        if !more && answered.is_none() {
            let _ = rest(stop, WRITE_AGAIN).await;
            return None;
        }
        let (now, boot, base, work) = (house.now(), house.boot, desk.base.clone(), Arc::clone(&answered));
        let written = house
            .db
            .write_regardless(async move |tx| {
                if let Some((errand, answer)) = work.as_ref() {
                    settle(tx, errand, answer, now).await?;
                }
                if more { engine::claim(tx, channel, boot, &base, now).await } else { Ok(None) }
            })
            .await;
        match written {
            Ok(next) => {
                if let Some((errand, _)) = answered.as_ref() {
                    desk.let_go(errand.row.id);
                }
                if let Some(next) = &next {
                    desk.hold(next.row.id);
                }
                return next;
            }
            Err(error) => {
                tracing::warn!(%error, "the answer to a send, or the next intent, could not be written");
                // Without an answer in hand there is nothing to lose; the next tick tries again.
                if answered.is_none() || stop.is_cancelled() {
                    let _ = rest(stop, WRITE_AGAIN).await;
                    return None;
                }
                tokio::time::sleep(WRITE_AGAIN).await;
            }
        }
    }
}

fn parcel<'a>(desk: &'a Desk, errand: &'a Errand, opened: &'a Opened) -> Parcel<'a> {
    let row = &errand.row;
    Parcel {
        account: opened.account(&desk.house),
        capability: row.standing.capability,
        delivery: &row.delivery,
        body: row.payload.as_deref().unwrap_or("{}"),
        stage: row.standing.stage.as_deref(),
        media: &desk.house.media,
    }
}
