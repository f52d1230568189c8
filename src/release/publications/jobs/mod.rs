//! The loops that make a publication happen once: the scheduler hands channels to senders, the
//! resolver looks for what unanswered sends did, the watch finds what fell out of every hand.
//!
//! Invariants: one sender per channel; nothing leaves before its intent is committed; a send is never
//! retried here, only recorded, and the pure rules decide; the loops start by resolving what dead
//! boots left behind.

use super::observing::observe;
use super::store::engine::{self, Errand};
use crate::platform::clock::SECOND;
use crate::platform::id::{ChannelId, PublicationId};
use crate::platform::{House, Ms, Outcome};
use crate::release::channels::kinds::{Kind, Parcel, Report, Seen, Sent, Values, kind};
use crate::release::channels::{connection, open_secret};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

/// Sends under way at once, over all channels; looks have as many of their own.
const AT_ONCE: usize = 16;
/// A sender makes room for other channels after so many.
const TURN: usize = 25;
const TICK: Duration = Duration::from_secs(1);
/// How soon a commit is looked at; many at once are one look.
const GATHER: Duration = Duration::from_millis(20);
/// An answer that cannot be written now is written later; nothing else is sent meanwhile.
const WRITE_AGAIN: Duration = Duration::from_millis(500);
/// Well below what readiness calls stuck.
const WATCH: Duration = Duration::from_secs(10);

/// What the loops of one house share.
struct Desk {
    house: House,
    base: String,
    senders: Arc<Semaphore>,
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
        senders: Arc::new(Semaphore::new(AT_ONCE)),
        lookers: Arc::new(Semaphore::new(AT_ONCE)),
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
    tasks.start(|stop| resolve(Arc::clone(&desk), stop));
    tasks.start(|stop| watch(Arc::clone(&desk), stop));
    tasks.start(|stop| simulate(Arc::clone(&desk), stop));
    schedule(&desk, &stop).await;
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
            house.db.write(async move |tx| engine::interrupt(tx, lease, now).await).await?;
        }
    }
    if engine::is_restored(house.db.read()).await? {
        while house.db.write(async move |tx| engine::hold_restored(tx, now, now).await).await? {}
        house.db.write(async move |tx| engine::clear_restored(tx).await).await?;
    }
    Ok(())
}

/// Hands every channel whose time has come to a sender; sleeps until the next one, a second at most.
async fn schedule(desk: &Arc<Desk>, stop: &CancellationToken) {
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

/// Starts the senders; how long until somebody should look again.
async fn hand_out(desk: &Arc<Desk>) -> Outcome<Duration> {
    let now = desk.house.now();
    for due in engine::channels_by_next(desk.house.db.read()).await? {
        if due.next > now {
            let wait = u64::try_from(due.next.since(now)).unwrap_or(1_000);
            return Ok(TICK.min(Duration::from_millis(wait.max(1))));
        }
        let Ok(permit) = Arc::clone(&desk.senders).try_acquire_owned() else { return Ok(TICK) };
        if desk.take(due.channel) {
            let (desk, channel) = (Arc::clone(desk), due.channel);
            desk.house.clone().tasks.start(|stop| async move {
                send_on(&desk, channel, permit, &stop).await;
                desk.put_back(channel);
            });
        }
    }
    Ok(TICK)
}

/// One channel's turn: takes the next, sends it, and records the answer together with taking the one
/// after it, so that each costs one commit.
async fn send_on(desk: &Desk, channel: ChannelId, _permit: OwnedSemaphorePermit, stop: &CancellationToken) {
    let mut answered: Option<(Errand, Answered)> = None;
    for sent in 0..=TURN {
        let more = sent < TURN && !stop.is_cancelled();
        let Some(next) = settle_and_claim(desk, channel, answered.take(), more, stop).await else { return };
        let answer = send(desk, &next).await;
        answered = Some((next, answer));
    }
}

/// What became of an errand.
#[derive(Clone)]
enum Answered {
    Sent(Report<Sent>),
    Looked(Report<Seen>),
    /// The channel's secret could not be opened; nothing left.
    Locked,
}

async fn settle(tx: &mut crate::platform::db::Tx, errand: &Errand, answered: &Answered, now: Ms) -> Outcome<()> {
    match answered {
        Answered::Sent(report) => engine::settle(tx, errand, report, now).await,
        Answered::Looked(report) => engine::settle_look(tx, errand, report, now).await,
        Answered::Locked => engine::disconnect(tx, errand, now).await,
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
        let (now, boot, base, work) = (house.now(), house.boot, desk.base.clone(), Arc::clone(&answered));
        let written = house
            .db
            .write(async move |tx| {
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

/// The kind and its settings, with the secret opened.
async fn account(desk: &Desk, channel: ChannelId) -> Outcome<Option<(&'static dyn Kind, Values)>> {
    let connection = connection(desk.house.db.read(), channel).await?;
    Ok(kind(&connection.kind).zip(open_secret(&desk.house.secrets, &connection)))
}

async fn send(desk: &Desk, errand: &Errand) -> Answered {
    match account(desk, errand.row.channel).await {
        Ok(Some((kind, values))) => Answered::Sent(kind.send(&desk.house.outbound, parcel(desk, errand, &values)).await),
        Ok(None) => Answered::Locked,
        // Our own trouble, before anything left.
        Err(_) => Answered::Sent(Report { code: Some("busy"), ..Report::bare(Sent::RefusedForNow { retry_after_ms: Some(SECOND) }) }),
    }
}

fn parcel<'a>(desk: &Desk, errand: &'a Errand, values: &'a Values) -> Parcel<'a> {
    let row = &errand.row;
    Parcel {
        values,
        capability: row.standing.capability,
        delivery: &row.delivery,
        body: row.payload.as_deref().unwrap_or("{}"),
        stage: row.standing.stage.as_deref(),
        now: desk.house.now(),
    }
}

/// Looks for what unanswered sends did.
async fn resolve(desk: Arc<Desk>, stop: CancellationToken) {
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
        if let Some(errand) = desk.house.db.write(async move |tx| engine::begin_look(tx, id, boot, now).await).await? {
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
    let report = match account(desk, errand.row.channel).await {
        Ok(Some((kind, values))) => kind.look(&desk.house.outbound, parcel(desk, &errand, &values)).await,
        _ => Report { code: Some("secret"), ..Report::bare(Seen::Unseen) },
    };
    let channel = errand.row.channel;
    let _ = settle_and_claim(desk, channel, Some((errand, Answered::Looked(report))), false, stop).await;
}

/// Finds what fell out of every hand: leases of this boot that nobody holds (an answer of the writer
/// was lost), and plans that waited past their limit.
async fn watch(desk: Arc<Desk>, stop: CancellationToken) {
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
            house.db.write(async move |tx| engine::interrupt(tx, lease, now).await).await?;
        }
    }
    house
        .db
        .write(async move |tx| {
            engine::release_ready(tx, now).await?;
            engine::overdue(tx, now).await
        })
        .await
}

/// Writes the numbers of the invented audience as its clock goes on.
async fn simulate(desk: Arc<Desk>, stop: CancellationToken) {
    loop {
        let wait = match observe(&desk.house).await {
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
