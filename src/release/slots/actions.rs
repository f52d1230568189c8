//! Verbs on slots: make, remove, which are open, and the next free one.

use super::model::{AHEAD_DAYS, NewSlot, Rule, instants};
use super::store::{self, Slot};
use crate::platform::clock::{DAY, MINUTE};
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{ChannelId, MemberId, ProjectId, SlotId, VariantId};
use crate::platform::{Error, Ms, Outcome};
use crate::release::channels;
use crate::release::publications::{By, Scheduled, When, Wish, schedule};
use chrono::NaiveDate;
use serde_json::json;
use sqlx::SqlitePool;

/// What is planned so near a slot stands in it.
const NEAR: i64 = 15 * MINUTE;
/// A slot that is nearer than this is as good as gone.
const LEAD: i64 = 2 * MINUTE;

/// A time of a channel at which nothing is planned yet.
#[derive(Clone, Debug)]
pub struct Open {
    pub slot: SlotId,
    pub channel: ChannelId,
    pub at: Ms,
    pub zone: String,
    pub queue: String,
}

pub async fn create(tx: &mut Tx, actor: &Actor, by: MemberId, project: ProjectId, new: &NewSlot, now: Ms) -> Outcome<SlotId> {
    let channel = match channels::found(tx, by, ChannelId(new.channel)).await {
        Ok(channel) if channel.project == project => channel,
        Ok(_) | Err(Error::NotFound) => return Err(Error::field("channel", "error-choose-one")),
        Err(error) => return Err(error),
    };
    let checked = new.check(&channel.zone, now)?;
    let id = SlotId::new(now);
    store::insert(tx, (id, project, channel.id), &checked, by, now).await?;
    let detail = json!({ "channel": channel.name, "rule": checked.rule.to_string(), "time": checked.time });
    record(tx, actor, now, Event::new("slot.created", id.0).within(project).detail(detail)).await?;
    Ok(id)
}

pub async fn remove(tx: &mut Tx, actor: &Actor, by: MemberId, id: SlotId, now: Ms) -> Outcome<ProjectId> {
    let (project, _) = store::find(&mut *tx, by, id).await?;
    store::delete(tx, id).await?;
    record(tx, actor, now, Event::new("slot.removed", id.0).within(project)).await?;
    Ok(project)
}

/// The open slots of a project between two instants, in order.
pub async fn open_between(db: &SqlitePool, member: MemberId, project: ProjectId, (from, until): (Ms, Ms)) -> Outcome<Vec<Open>> {
    open(db, store::list(db, member, project).await?, (from, until)).await
}

/// The next open slot of a channel for a queue; a slot without a queue takes anything.
pub async fn next_free(db: &SqlitePool, member: MemberId, project: ProjectId, channel: ChannelId, queue: &str, now: Ms) -> Outcome<Option<Open>> {
    let mut slots = store::list(db, member, project).await?;
    slots.retain(|slot| slot.channel == channel && (queue.is_empty() || slot.queue.is_empty() || slot.queue == queue));
    let (mut from, end) = (now.plus(LEAD), now.plus(i64::try_from(AHEAD_DAYS).unwrap_or(366) * DAY));
    // Most often the next week has one; a full queue is looked at a month at a time.
    for days in [7, 31, 31, 62, 120, 120] {
        let until = from.plus(days * DAY).min(end);
        if let Some(found) = open(db, slots.clone(), (from, until)).await?.into_iter().next() {
            return Ok(Some(found));
        }
        from = until;
    }
    Ok(None)
}

/// Puts a variant into an open slot; stale when somebody was there first.
pub async fn put_in(tx: &mut Tx, by: &By, variant: VariantId, open: &Open) -> Outcome<Scheduled> {
    if store::is_taken(&mut *tx, open.channel, open.at.plus(-NEAR), open.at.plus(NEAR)).await? {
        return Err(Error::Stale(None));
    }
    schedule(tx, by, &Wish { variant, channel: open.channel, when: When::at(open.at, &open.zone), hold: false }).await
}

async fn open(db: &SqlitePool, slots: Vec<Slot>, (from, until): (Ms, Ms)) -> Outcome<Vec<Open>> {
    let mut found: Vec<Open> = Vec::new();
    let mut taken: Option<(ChannelId, Vec<Ms>)> = None;
    for slot in slots {
        let (Ok(rule), Ok(starts)) = (slot.rule.parse::<Rule>(), slot.starts_on.parse::<NaiveDate>()) else { continue };
        // The list is ordered by channel, so each is asked once.
        if taken.as_ref().is_none_or(|(channel, _)| *channel != slot.channel) {
            taken = Some((slot.channel, store::taken(db, slot.channel, from.plus(-NEAR), until.plus(NEAR)).await?));
        }
        let busy = taken.as_ref().map(|(_, times)| times.as_slice()).unwrap_or_default();
        let free = |at: &Ms| {
            let next = busy.partition_point(|due| *due < at.plus(-NEAR));
            busy.get(next).is_none_or(|due| due.since(*at) > NEAR)
        };
        let times = instants(&rule, starts, (&slot.time, &slot.zone), (from, until)).into_iter().filter(free);
        found.extend(times.map(|at| Open { slot: slot.id, channel: slot.channel, at, zone: slot.zone.clone(), queue: slot.queue.clone() }));
    }
    found.sort_by_key(|open| (open.at, open.channel.0));
    found.dedup_by_key(|open| (open.at, open.channel.0));
    Ok(found)
}
