//! Verbs on channels that need a transaction.

use super::accounts;
use super::kinds::{Values, consent};
use super::model::{ChannelChange, ChannelState, Checked, NewChannel};
use super::store::{self, Channel, Sealed};
use crate::platform::clock::MINUTE;
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{ChannelId, MemberId, ProjectId};
use crate::platform::jobs::{Ending, Job};
use crate::platform::{Error, House, Ms, Outcome};
use crate::web::{Me, Words};
use serde_json::json;

/// Judges and seals a new channel, ready to be written by [`insert`].
pub async fn prepare(house: &House, me: &Me, project: ProjectId, new: &NewChannel) -> Outcome<Sealed> {
    let zone = store::project_zone(house.db.read(), me.member.id, project).await?;
    let checked = new.check(&house.outbound, &zone, None)?;
    let id = ChannelId::new(house.now());
    let secret = store::seal(&house.secrets, id, &checked.secret)?;
    Ok(Sealed { id, checked, secret })
}

/// Writes a channel that was judged.
pub async fn insert(tx: &mut Tx, actor: &Actor, by: MemberId, project: ProjectId, row: &Sealed, now: Ms) -> Outcome<ChannelId> {
    store::insert(tx, project, by, row, now).await?;
    let detail = json!({ "kind": row.checked.kind.name(), "name": row.checked.name });
    record(tx, actor, now, Event::new("channel.created", row.id.0).within(project).detail(detail)).await?;
    Ok(row.id)
}

pub async fn create(house: &House, me: &Me, project: ProjectId, new: &NewChannel) -> Outcome<ChannelId> {
    let row = prepare(house, me, project, new).await?;
    let (actor, by, now) = (me.actor(), me.member.id, house.now());
    house.db.write(async move |tx| insert(tx, &actor, by, project, &row, now).await).await
}

/// Changes what is given and keeps the rest. New settings connect a channel again.
pub async fn update(house: &House, me: &Me, id: ChannelId, change: ChannelChange) -> Outcome<()> {
    let old = living(house, me, id).await?;
    let _held = accounts::hold(id).await;
    let secret = store::stored_secret(house.db.read(), &house.secrets, id).await?;
    let reconnects = change.settings.is_some();
    let new = NewChannel {
        kind: old.kind.clone(),
        name: change.name.unwrap_or_else(|| old.name.clone()),
        settings: change.settings.unwrap_or_default(),
        locale: change.locale.or_else(|| old.locale.clone()),
        zone: change.zone.or_else(|| Some(old.zone.clone())),
        max_late_minutes: change.max_late_minutes.or(Some(old.max_late_ms / MINUTE)),
    };
    let mut checked = new.check(&house.outbound, &old.zone, Some((&old.values(), &secret)))?;
    let reconnects = reconnects && checked.kind.consent().is_none();
    let still = keeps_session(&mut checked, &old, &secret);
    let state = match (change.state, old.state) {
        (Some(ChannelState::NeedsReconnect), _) => return Err(Error::field("state", "error-choose-one")),
        (Some(ChannelState::On), ChannelState::NeedsReconnect) if !reconnects => ChannelState::NeedsReconnect,
        (Some(state), _) => state,
        (None, ChannelState::NeedsReconnect) if reconnects => ChannelState::On,
        (None, state) => state,
    };
    let state = if still { state } else { ChannelState::NeedsReconnect };
    let sealed = store::seal(&house.secrets, id, &checked.secret)?;
    let (actor, now, row, project) = (me.actor(), house.now(), Sealed { id, checked, secret: sealed }, old.project);
    let version = change.version.unwrap_or(old.version);
    house
        .db
        .write(async move |tx| {
            store::update(tx, &row, state, version, now).await?;
            if state == ChannelState::On {
                store::release_waiting(tx, id, now).await?;
            }
            record(tx, &actor, now, Event::new("channel.updated", id.0).within(project)).await
        })
        .await
}

/// Carries the session that a person consented to over a change; another app has to be consented to anew. Whether the
/// account can still be reached.
fn keeps_session(checked: &mut Checked, old: &Channel, secret: &Values) -> bool {
    if checked.kind.consent().is_none() {
        return true;
    }
    let same_app =
        checked.open.get("client_id") == old.values().get("client_id") && checked.secret.get("client_secret") == secret.get("client_secret");
    if same_app {
        let kept = consent::SESSION.into_iter().filter_map(|name| Some((name.to_owned(), secret.get(name)?.clone())));
        checked.secret.extend(kept);
    }
    checked.secret.contains_key("refresh")
}

/// Stops a channel, or lets it go on.
pub async fn pause(house: &House, me: &Me, id: ChannelId, paused: bool) -> Outcome<Channel> {
    let channel = living(house, me, id).await?;
    let (state, kind) = if paused { (ChannelState::Paused, "channel.paused") } else { (ChannelState::On, "channel.resumed") };
    if channel.state == ChannelState::NeedsReconnect {
        return Err(Error::refused("channels-reconnect-first"));
    }
    let (actor, now, project) = (me.actor(), house.now(), channel.project);
    house
        .db
        .write(async move |tx| {
            store::set_state(tx, id, state, now).await?;
            if state == ChannelState::On {
                store::release_waiting(tx, id, now).await?;
            }
            record(tx, &actor, now, Event::new(kind, id.0).within(project)).await
        })
        .await?;
    Ok(channel)
}

/// Into the bin: nothing leaves on it any more, and what was published stays.
pub async fn bin(house: &House, me: &Me, id: ChannelId) -> Outcome<Channel> {
    let channel = living(house, me, id).await?;
    let (actor, now, project) = (me.actor(), house.now(), channel.project);
    house
        .db
        .write(async move |tx| {
            store::set_binned(tx, id, Some(now), now).await?;
            record(tx, &actor, now, Event::new("channel.binned", id.0).within(project)).await
        })
        .await?;
    Ok(channel)
}

pub async fn restore(house: &House, me: &Me, id: ChannelId) -> Outcome<Channel> {
    let channel = store::find(house.db.read(), me.member.id, id).await?;
    let (actor, now, project, on) = (me.actor(), house.now(), channel.project, channel.state == ChannelState::On);
    house
        .db
        .write(async move |tx| {
            store::set_binned(tx, id, None, now).await?;
            if on {
                store::release_waiting(tx, id, now).await?;
            }
            record(tx, &actor, now, Event::new("channel.restored", id.0).within(project)).await
        })
        .await?;
    Ok(channel)
}

/// A channel that is not in the bin.
pub async fn living(house: &House, me: &Me, id: ChannelId) -> Outcome<Channel> {
    let channel = store::find(house.db.read(), me.member.id, id).await?;
    if channel.binned { Err(Error::NotFound) } else { Ok(channel) }
}

/// The two lanes that need no account: the invented audience, and posting by hand. Asked for by
/// whoever made the project; a lane that is there already stays as it is.
pub async fn seed_job(house: House, job: Job) -> Ending {
    let (Some(project), Some(by)) = (job.project, job.created_by) else { return Ending::Done };
    match seed(&house, project, by).await {
        // A project that went into the bin meanwhile needs no channels.
        Ok(()) | Err(Error::NotFound) => Ending::Done,
        Err(error) => {
            tracing::warn!(%error, "first channels could not be written");
            Ending::Retry { class: "not_written", reason: "job-broken".into(), after_ms: None }
        }
    }
}

async fn seed(house: &House, project: ProjectId, by: MemberId) -> Outcome<()> {
    let zone = store::project_zone(house.db.read(), by, project).await?;
    let now = house.now();
    let words = Words::of(&store::member_locale(house.db.read(), by).await?);
    for (kind, name) in [("simulator", "channels-kind-simulator"), ("hand", "channels-kind-hand")] {
        let new = NewChannel { kind: kind.to_owned(), name: words.t(name).into_owned(), ..NewChannel::default() };
        let row = Sealed { id: ChannelId::new(now), checked: new.check(&house.outbound, &zone, None)?, secret: None };
        let done = house.db.write(async move |tx| insert(tx, &Actor::system(), by, project, &row, now).await).await;
        match done {
            Ok(_) | Err(Error::Invalid(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
