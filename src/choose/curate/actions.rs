//! Deciding, and taking a decision back.

use super::model::{Approval, CHIPS, Decision, Voice};
use super::store::{self, Held, NewReview, Standing};
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

/// What became of several decisions made at once.
#[derive(Debug, Default)]
pub(super) struct Decided {
    pub reviews: Vec<ReviewId>,
    /// Decided on or changed by somebody else after they were read; left as they are.
    pub overtaken: Vec<VariantId>,
}

/// Decides on each of `ids`. A decision made twice, by a second click or a second person, stands once. What somebody else
/// decided on or changed after `seen` is left to be looked at. Those of one call are taken back together.
pub(super) async fn decide(house: &House, me: &Me, ids: Vec<VariantId>, decision: Decision, why: &Why, seen: Option<Ms>) -> Outcome<Decided> {
    let why = why.check()?;
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            let mut decided = Decided::default();
            for id in ids {
                if let Some(seen) = seen
                    && store::is_overtaken(tx, id, member, seen).await?
                {
                    decided.overtaken.push(id);
                    continue;
                }
                decided.reviews.extend(decide_for(tx, &actor, Some(member), Voice::member(member), id, decision, &why, now).await?);
            }
            if let [first, _, ..] = decided.reviews.as_slice() {
                store::bind(tx, *first, &decided.reviews).await?;
            }
            Ok(decided)
        })
        .await
}

/// One decision inside a transaction; `None` when it stood already. `sight` limits what is found, `by` is who decided. Where
/// the project asks for two approvals, the first leaves the variant on the desk for somebody else.
#[allow(clippy::too_many_arguments, reason = "a decision is who, what, why and when")]
pub async fn decide_for(
    tx: &mut Tx,
    actor: &Actor,
    sight: Option<MemberId>,
    by: Voice,
    id: VariantId,
    decision: Decision,
    why: &Why,
    at: Ms,
) -> Outcome<Option<ReviewId>> {
    let held = store::hold(tx, sight, id).await?;
    let state: VariantState = held.state.parse().map_err(Error::broken)?;
    if state == decision.leads_to() {
        return Ok(None);
    }
    if !decision.may_follow(state) {
        return Err(Error::refused("curate-not-on-desk"));
    }
    let digest = digest(tx, id, &held).await?;
    let approval = match decision {
        Decision::Approved => Approval::of(held.two_step, store::first_approval(tx, id, &digest).await?, by),
        _ => Approval::Final,
    };
    if approval == Approval::Again {
        return Err(Error::refused("curate-second-person"));
    }
    let is_final = approval == Approval::Final;
    let review = ReviewId::new(at);
    let row = NewReview {
        project: held.project,
        variant: id,
        decision,
        reason: &why.reason,
        chips: &why.chips,
        before: &held.state,
        digest: Some(digest.clone()),
        is_final,
        by,
    };
    store::insert(tx, review, row, at).await?;
    if is_final {
        let frozen = (decision == Decision::Approved).then_some(digest);
        set_state(tx, id, decision.leads_to(), frozen, at).await?;
    }
    let kind = match decision {
        Decision::Approved if !is_final => "variant.approved_first",
        Decision::Approved => "variant.approved",
        Decision::Rejected => "variant.rejected",
        Decision::ChangesRequested => "variant.changes_requested",
    };
    record(tx, actor, at, Event::new(kind, id.0).within(held.project).detail(json!({ "reason": why.reason }))).await?;
    Ok(Some(review))
}

/// Lays drafts on somebody's desk, or on nobody's, all or none. Answers the project of the first.
pub(super) async fn assign(house: &House, me: &Me, ids: Vec<VariantId>, to: Option<MemberId>, by_when: Option<Ms>) -> Outcome<()> {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            for id in ids {
                let held = store::hold(tx, Some(member), id).await?;
                if !store::assign(tx, id, to, by_when).await? {
                    return Err(Error::field("assignee", "curate-error-assignee"));
                }
                let detail = json!({ "to": to, "by": by_when });
                record(tx, &actor, now, Event::new("variant.assigned", id.0).within(held.project).detail(detail)).await?;
            }
            Ok(())
        })
        .await
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
            let Some(standing) = standing.filter(|standing| only.is_none_or(|only| only.name() == standing.decision)) else {
                return Err(Error::refused("curate-nothing-to-undo"));
            };
            undo_one(tx, &actor, member, &standing, now).await?;
            Ok(held.project)
        })
        .await
}

/// Takes one decision back, with those made in the same call. One that somebody has decided over
/// since stays as it is. Answers the project and the variants that went back.
pub(super) async fn take_back(house: &House, me: &Me, review: ReviewId) -> Outcome<(ProjectId, Vec<VariantId>)> {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            let (project, together) = store::together(tx, member, review).await?;
            let mut back = Vec::new();
            for (review, variant) in together {
                if let Some(standing) = store::standing(tx, variant).await?.filter(|standing| standing.review == review) {
                    undo_one(tx, &actor, member, &standing, now).await?;
                    back.push(variant);
                }
            }
            if back.is_empty() { Err(Error::refused("curate-nothing-to-undo")) } else { Ok((project, back)) }
        })
        .await
}

async fn undo_one(tx: &mut Tx, actor: &Actor, by: MemberId, standing: &Standing, at: Ms) -> Outcome<()> {
    store::undo(tx, standing.review, by, at).await?;
    let before: VariantState = standing.before.parse().map_err(Error::broken)?;
    // What was approved before needs a digest of today's words, so it goes back to the desk.
    let state = if before == VariantState::Approved { VariantState::InReview } else { before };
    set_state(tx, standing.variant, state, None, at).await?;
    record(tx, actor, at, Event::new("variant.decision_undone", standing.variant.0).within(standing.project)).await
}
