//! The way into an account: its settings with the secret ones opened, and a session that still holds.
//!
//! Invariants: a session is renewed by one at a time, under a lock here and over the epoch that was read, so a late answer
//! never replaces a newer session; nothing that is empty replaces anything; a platform that does not know us any more is
//! told apart from one that could not be asked.

use super::kinds::consent::Grant;
use super::kinds::parcel::masks;
use super::kinds::{Account, Kind, Report, Sent, Values, kind};
use super::store;
use crate::platform::id::ChannelId;
use crate::platform::{Error, House, Outcome};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

/// One lock for each channel whose session is being renewed now.
static RENEWING: LazyLock<Mutex<HashMap<ChannelId, Weak<tokio::sync::Mutex<()>>>>> = LazyLock::new(Mutex::default);

/// An account that can be asked.
#[derive(Clone)]
pub struct Opened {
    pub kind: &'static dyn Kind,
    values: Values,
    masked: Vec<String>,
    epoch: i64,
}

impl Opened {
    pub fn account<'a>(&'a self, house: &'a House) -> Account<'a> {
        let stand_in = house.config.stand_in(&format!("channel-{}", self.kind.name()));
        Account { values: &self.values, masked: &self.masked, stand_in, now: house.now() }
    }
}

/// What came of asking for an account.
pub enum Reached {
    Open(Box<Opened>),
    /// Its secret does not open with this key file.
    Locked,
    /// Its session could not be renewed: the platform refused, or could not be asked.
    Closed(Report<Sent>),
}

/// The account of a channel, its session renewed when it must be.
pub async fn reach(house: &House, channel: ChannelId) -> Outcome<Reached> {
    let Some(opened) = open(house, channel).await? else { return Ok(Reached::Locked) };
    if !opened.kind.is_expired(&opened.account(house)) {
        return Ok(Reached::Open(Box::new(opened)));
    }
    let _held = hold(channel).await;
    // Somebody else may have renewed it while this one waited.
    let Some(opened) = open(house, channel).await? else { return Ok(Reached::Locked) };
    if !opened.kind.is_expired(&opened.account(house)) {
        return Ok(Reached::Open(Box::new(opened)));
    }
    match opened.kind.renew(&house.outbound, opened.account(house)).await {
        Ok(session) => Ok(keep(house, channel, opened.epoch, session).await?.map_or(Reached::Locked, |opened| Reached::Open(Box::new(opened)))),
        Err(report) => Ok(Reached::Closed(report)),
    }
}

/// A session that should hold was refused: begins it again, once, unless somebody did already. `None` where a kind has
/// no sessions, so that nothing else is to be tried.
pub async fn reach_again(house: &House, channel: ChannelId, refused: &Opened) -> Outcome<Option<Reached>> {
    let _held = hold(channel).await;
    let Some(opened) = open(house, channel).await? else { return Ok(Some(Reached::Locked)) };
    if opened.epoch != refused.epoch {
        return Ok(Some(Reached::Open(Box::new(opened))));
    }
    match opened.kind.renew(&house.outbound, opened.account(house)).await {
        Ok(session) if session.is_empty() => Ok(None),
        Ok(session) => {
            let opened = keep(house, channel, opened.epoch, session).await?;
            Ok(Some(opened.map_or(Reached::Locked, |opened| Reached::Open(Box::new(opened)))))
        }
        Err(report) => Ok(Some(Reached::Closed(report))),
    }
}

/// Writes a new session beside the other secrets, and reads what holds now.
async fn keep(house: &House, channel: ChannelId, epoch: i64, session: Values) -> Outcome<Option<Opened>> {
    write(house, channel, epoch, session).await?;
    open(house, channel).await
}

/// False when another session came first, or other settings.
async fn write(house: &House, channel: ChannelId, epoch: i64, session: Values) -> Outcome<bool> {
    let mut secret = store::stored_secret(house.db.read(), &house.secrets, channel).await?;
    secret.extend(session.into_iter().filter(|(_, value)| !value.is_empty()));
    let sealed = store::seal(&house.secrets, channel, &secret)?;
    house.db.write_regardless(async move |tx| store::renew(tx, channel, epoch, sealed.clone()).await).await
}

/// Turns what a person brought back from the platform into a session and keeps it. Asked once: a code is worth nothing the
/// second time.
pub async fn consented(house: &House, channel: ChannelId, grant: &Grant<'_>) -> Outcome<Result<(), Report<Sent>>> {
    let _held = hold(channel).await;
    let Some(opened) = open(house, channel).await? else { return Ok(Err(Report::coded(Sent::Denied, "secret"))) };
    let consent = opened.kind.consent().ok_or(Error::NotFound)?;
    match consent.exchange(&house.outbound, opened.account(house), grant).await {
        Ok(session) => {
            let kept = write(house, channel, opened.epoch, session).await?;
            // Its app was changed while the platform was asked: the session is that of the old one.
            Ok(if kept { Ok(()) } else { Err(Report::coded(Sent::RefusedForNow { retry_after_ms: None }, "busy")) })
        }
        Err(report) => Ok(Err(report)),
    }
}

/// The account as it is, whether or not its session holds; `None` when its secret does not open with this key file.
pub async fn open(house: &House, channel: ChannelId) -> Outcome<Option<Opened>> {
    let connection = store::connection(house.db.read(), channel).await?;
    let Some((kind, secret)) = kind(&connection.kind).zip(store::open_secret(&house.secrets, &connection)) else { return Ok(None) };
    let masked = masks(&secret);
    let mut values = connection.settings;
    values.extend(secret);
    Ok(Some(Opened { kind, values, masked, epoch: connection.epoch }))
}

/// Waits for a session of this channel that is being renewed, and keeps others from it: a change of settings that was
/// read before a renewal would put the older session back.
pub async fn hold(channel: ChannelId) -> tokio::sync::OwnedMutexGuard<()> {
    lock_of(channel).lock_owned().await
}

fn lock_of(channel: ChannelId) -> Arc<tokio::sync::Mutex<()>> {
    let mut locks = RENEWING.lock().unwrap_or_else(PoisonError::into_inner);
    locks.retain(|_, lock| lock.strong_count() > 0);
    if let Some(lock) = locks.get(&channel).and_then(Weak::upgrade) {
        return lock;
    }
    let lock = Arc::new(tokio::sync::Mutex::new(()));
    locks.insert(channel, Arc::downgrade(&lock));
    lock
}

/// Asks the platform of a channel whose account it is and what it takes, and keeps the answer: the account's name there,
/// or what it refused with.
pub async fn probe(house: &House, channel: ChannelId) -> Outcome<Result<Option<String>, Report<Sent>>> {
    let found = match reach(house, channel).await? {
        Reached::Open(opened) => opened.kind.probe(&house.outbound, opened.account(house)).await,
        Reached::Locked => Err(Report::coded(Sent::Denied, "secret")),
        Reached::Closed(report) => Err(report),
    };
    match found {
        Ok(facts) => {
            let account = facts.get("account").cloned();
            house.db.write(async move |tx| store::set_facts(tx, channel, &facts).await).await?;
            Ok(Ok(account))
        }
        Err(report) => {
            let (trouble, denied) = (report.trouble().unwrap_or_default(), report.outcome == Sent::Denied);
            let state = denied.then_some(super::ChannelState::NeedsReconnect);
            house.db.write(async move |tx| store::set_trouble(tx, channel, &trouble, state).await).await?;
            Ok(Err(report))
        }
    }
}
