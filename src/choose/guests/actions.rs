//! Inviting, ending, and what a guest does.

use super::model::NewGuest;
use super::store::{self, Opened};
use crate::choose::curate::{Decision, Voice, Why, decide_for};
use crate::create::comments::{self, CommentBy, NewComment};
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{GuestId, MemberId, ProjectId, VariantId};
use crate::platform::secrets::digest;
use crate::platform::{Error, House, Ms, Outcome};
use crate::web::Me;
use serde_json::json;

/// Makes a link whose secret is `token`.
pub async fn invite(tx: &mut Tx, actor: &Actor, by: MemberId, project: ProjectId, new: &NewGuest, token: &str, now: Ms) -> Outcome<GuestId> {
    let invited = new.check(now)?;
    if !store::sees(tx, by, project).await? {
        return Err(Error::NotFound);
    }
    let id = GuestId::new(now);
    store::insert(tx, id, project, &invited, &digest(token), by, now).await?;
    for variant in &invited.variants {
        if !store::hand_over(tx, id, project, *variant).await? {
            return Err(Error::field("variants", "guests-error-gone"));
        }
    }
    let detail = json!({ "name": invited.name, "decides": invited.decides, "variants": invited.variants.len() });
    record(tx, actor, now, Event::new("guest.created", id.0).within(project).detail(detail)).await?;
    Ok(id)
}

pub async fn revoke(house: &House, me: &Me, id: GuestId) -> Outcome<ProjectId> {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            let project = store::revoke(tx, member, id, now).await?;
            record(tx, &actor, now, Event::new("guest.revoked", id.0).within(project)).await?;
            Ok(project)
        })
        .await
}

/// Somebody at the other end of a link.
pub fn actor(address: Option<String>) -> Actor {
    Actor { address, ..Actor::system() }
}

/// A guest's comment on a draft that lies in front of them.
pub async fn comment(house: &House, guest: &Opened, variant: VariantId, new: NewComment, address: Option<String>) -> Outcome<()> {
    let (now, id) = (house.now(), guest.id);
    house
        .db
        .write(async move |tx| {
            store::holds(tx, id, variant).await?;
            comments::say(tx, &actor(address), CommentBy { member: None, guest: Some(id) }, variant, &new, now).await?;
            Ok(())
        })
        .await
}

/// A guest's decision; only on what still waits, and only by a link that decides.
pub async fn decide(house: &House, guest: &Opened, variant: VariantId, decision: Decision, why: &Why, address: Option<String>) -> Outcome<()> {
    if !guest.decides {
        return Err(Error::refused("guests-comment-only"));
    }
    let (now, id, why) = (house.now(), guest.id, why.check()?);
    house
        .db
        .write(async move |tx| {
            let state = store::holds(tx, id, variant).await?;
            if state != "in_review" {
                return Err(Error::refused("guests-decided"));
            }
            decide_for(tx, &actor(address), None, Voice::guest(id), variant, decision, &why, now).await?;
            Ok(())
        })
        .await
}
