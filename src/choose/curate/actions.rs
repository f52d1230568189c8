//! Deciding, and taking a decision back.

use super::model::{CHIPS, Decision};
use super::store::{self, Held, NewReview};
use crate::create::variants::{NewVariant, VariantState, set_state};
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{MemberId, ProjectId, ReviewId, VariantId};
use crate::platform::text::Checks;
use crate::platform::{Error, House, Ms, Outcome};
use crate::web::Me;
use serde_json::json;

/// Why, in a person's words and by quick reasons.
#[derive(Debug, Clone, Default)]
pub struct Why {
    pub reason: String,
    pub chips: Vec<String>,
}

impl Why {
    pub fn check(&self) -> Outcome<Why> {
        let mut checks = Checks::new();
        let reason = checks.text("reason", &self.reason, 1000);
        checks.finish()?;
        let chips = self.chips.iter().filter(|chip| CHIPS.contains(&chip.as_str())).cloned().collect();
        Ok(Why { reason, chips })
    }
}

/// Decides on each of `ids`, all or none. Answers how many changed: a decision made twice, by a
/// second click or a second person, stands once.
pub(super) async fn decide(house: &House, me: &Me, ids: Vec<VariantId>, decision: Decision, why: &Why) -> Outcome<usize> {
    let why = why.check()?;
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            let mut changed = 0;
            for id in ids {
                changed += usize::from(decide_for(tx, &actor, Some(member), member, id, decision, &why, now).await?);
            }
            Ok(changed)
        })
        .await
}

/// One decision inside a transaction. `sight` limits what is found, `by` is who decided.
#[allow(clippy::too_many_arguments, reason = "a decision is who, what, why and when")]
pub async fn decide_for(
    tx: &mut Tx,
    actor: &Actor,
    sight: Option<MemberId>,
    by: MemberId,
    id: VariantId,
    decision: Decision,
    why: &Why,
    at: Ms,
) -> Outcome<bool> {
    let held = store::hold(tx, sight, id).await?;
    let state: VariantState = held.state.parse().map_err(Error::broken)?;
    if state == decision.leads_to() {
        return Ok(false);
    }
    if !decision.may_follow(state) {
        return Err(Error::refused("curate-not-on-desk"));
    }
    let digest = digest(tx, id, &held).await?;
    let review = ReviewId::new(at);
    let row = NewReview {
        project: held.project,
        variant: id,
        decision,
        reason: &why.reason,
        chips: &why.chips,
        before: &held.state,
        digest: Some(digest.clone()),
        by,
    };
    store::insert(tx, review, row, at).await?;
    let frozen = (decision == Decision::Approved).then_some(digest);
    set_state(tx, id, decision.leads_to(), frozen, at).await?;
    let kind = match decision {
        Decision::Approved => "variant.approved",
        Decision::Rejected => "variant.rejected",
        Decision::ChangesRequested => "variant.changes_requested",
    };
    record(tx, actor, at, Event::new(kind, id.0).within(held.project).detail(json!({ "reason": why.reason }))).await?;
    Ok(true)
}

async fn digest(tx: &mut Tx, id: VariantId, held: &Held) -> Outcome<Vec<u8>> {
    let words = NewVariant {
        title: held.title.clone(),
        hook: held.hook.clone(),
        script: held.script.clone(),
        caption: held.caption.clone(),
        tags: serde_json::from_str(&held.tags).unwrap_or_default(),
        locale: held.locale.clone(),
        ..NewVariant::default()
    };
    Ok(words.check(&held.locale)?.digest(&store::media(tx, id).await?))
}

/// Takes the standing decision on a variant back. `only` limits it to one kind of decision.
pub(super) async fn undo(house: &House, me: &Me, id: VariantId, only: Option<Decision>) -> Outcome<ProjectId> {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            let held = store::hold(tx, Some(member), id).await?;
            let standing = store::standing(tx, id).await?;
            let Some((review, before, _)) = standing.filter(|(_, _, decision)| only.is_none_or(|only| only.name() == decision)) else {
                return Err(Error::refused("curate-nothing-to-undo"));
            };
            store::undo(tx, review, member, now).await?;
            let before: VariantState = before.parse().map_err(Error::broken)?;
            // What was approved before needs a digest of today's words, so it goes back to the desk.
            let state = if before == VariantState::Approved { VariantState::InReview } else { before };
            set_state(tx, id, state, None, now).await?;
            record(tx, &actor, now, Event::new("variant.decision_undone", id.0).within(held.project)).await?;
            Ok(held.project)
        })
        .await
}
