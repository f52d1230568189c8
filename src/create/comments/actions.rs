//! Saying, answering, settling.

use super::model::{NewComment, mentioned};
use super::store;
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{CommentId, VariantId};
use crate::platform::{Error, House, Ms, Outcome};
use crate::web::{Ability, Me};
use serde_json::json;

pub use super::store::Author as Said;

/// Writes a comment. A member's sight decides; a guest's was checked by whoever calls.
pub async fn say(tx: &mut Tx, actor: &Actor, by: Said, variant: VariantId, new: &NewComment, at: Ms) -> Outcome<CommentId> {
    let place = store::place(tx, by.member, variant).await?;
    let (body, pin) = new.check(|part| place.words(part))?;
    let beginning = match new.reply_to {
        Some(answered) => Some(store::beginning(tx, variant, answered).await?.ok_or_else(|| Error::field("reply_to", "comments-error-reply"))?),
        None => None,
    };
    let id = CommentId::new(at);
    store::insert(tx, id, place.project, variant, beginning, &body, &pin, by, at).await?;
    for member in mentioned(&body, &store::people(tx, place.project).await?) {
        if Some(member) != by.member {
            store::mention(tx, id, member).await?;
        }
    }
    if let (Some(member), Some(beginning)) = (by.member, beginning) {
        store::seen_in(tx, member, beginning, at).await?;
    }
    let detail = if by.guest.is_some() { json!({ "variant": variant, "guest": true }) } else { json!({ "variant": variant }) };
    record(tx, actor, at, Event::new("comment.created", id.0).within(place.project).detail(detail)).await?;
    Ok(id)
}

/// Settles a talk, or opens it again; answers its variant.
pub(super) async fn settle(house: &House, me: &Me, id: CommentId, settled: bool) -> Outcome<VariantId> {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            let held = store::hold(tx, member, id).await?;
            store::settle(tx, held.beginning, member, settled.then_some(now)).await?;
            store::seen_in(tx, member, held.beginning, now).await?;
            let kind = if settled { "comment.settled" } else { "comment.reopened" };
            record(tx, &actor, now, Event::new(kind, held.beginning.0).within(held.project)).await?;
            Ok(held.variant)
        })
        .await
}

/// Whoever was mentioned says that they have seen it.
pub(super) async fn see(house: &House, me: &Me, id: CommentId) -> Outcome<VariantId> {
    let (now, member) = (house.now(), me.member.id);
    house
        .db
        .write(async move |tx| {
            let held = store::hold(tx, member, id).await?;
            store::seen_in(tx, member, held.beginning, now).await?;
            Ok(held.variant)
        })
        .await
}

/// One's own words are one's own; a producer may take away anybody's.
pub(super) async fn delete(house: &House, me: &Me, id: CommentId) -> Outcome<VariantId> {
    let (now, member, actor, rules) = (house.now(), me.member.id, me.actor(), me.member.can(Ability::Publish));
    house
        .db
        .write(async move |tx| {
            let held = store::hold(tx, member, id).await?;
            if held.member != Some(member) && !rules {
                return Err(Error::refused("comments-not-yours"));
            }
            store::delete(tx, id, now).await?;
            record(tx, &actor, now, Event::new("comment.deleted", id.0).within(held.project)).await?;
            Ok(held.variant)
        })
        .await
}
