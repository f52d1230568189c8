//! Decisions and assignments as forms send them.

use crate::choose::curate::actions::{self, Why};
use crate::choose::curate::model::Decision;
use crate::create::variants::{self, VariantState};
use crate::platform::clock::DAY;
use crate::platform::id::{MemberId, ProjectId, ReviewId, VariantId};
use crate::platform::{Error, House, Ms};
use crate::web::{Ability, Answer, Failure, Form, Me, Said};
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;

/// Most drafts in one decision.
pub(super) const AT_ONCE: usize = 200;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct DecisionForm {
    pub reason: String,
    pub chip: Vec<String>,
    pub id: Vec<VariantId>,
    pub decision: String,
    pub back: String,
    /// When the page was made whose words were decided on
    pub seen: Option<i64>,
    assignee: String,
    /// Days until it is due
    days: String,
}

impl DecisionForm {
    fn why(&self) -> Why {
        Why { reason: self.reason.clone(), chips: self.chip.clone() }
    }

    fn seen(&self) -> Option<Ms> {
        self.seen.map(Ms)
    }

    fn assignee(&self) -> Result<Option<MemberId>, Error> {
        let text = self.assignee.trim();
        if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| Error::field("assignee", "error-choose-one")) }
    }

    fn due(&self, now: Ms) -> Option<Ms> {
        self.days.trim().parse::<i64>().ok().filter(|days| (0..=365).contains(days)).map(|days| now.plus(days * DAY))
    }
}

pub(super) async fn approve(State(house): State<House>, me: Me, Path(id): Path<VariantId>, Form(form): Form<DecisionForm>) -> Answer {
    one(&house, &me, id, Decision::Approved, &form).await
}

pub(super) async fn reject(State(house): State<House>, me: Me, Path(id): Path<VariantId>, Form(form): Form<DecisionForm>) -> Answer {
    one(&house, &me, id, Decision::Rejected, &form).await
}

pub(super) async fn request_changes(State(house): State<House>, me: Me, Path(id): Path<VariantId>, Form(form): Form<DecisionForm>) -> Answer {
    one(&house, &me, id, Decision::ChangesRequested, &form).await
}

/// Decides and goes on to the next draft, or back to the bench it was decided on.
async fn one(house: &House, me: &Me, id: VariantId, decision: Decision, form: &DecisionForm) -> Answer {
    let variant = variants::find(house.db.read(), me.member.id, id).await?;
    let decided = actions::decide(house, me, vec![id], decision, &form.why(), form.seen()).await?;
    if !decided.overtaken.is_empty() {
        return Ok(overtaken(me, id, decision, form));
    }
    let path = if form.back == "bench" { format!("/variants/{id}") } else { format!("/projects/{}/curate", variant.project_id) };
    let Some(review) = decided.reviews.first() else {
        return Ok(me.go_saying(&path, Said::new("curate-decided-before").with("title", variant.title)));
    };
    let after = variants::find(house.db.read(), me.member.id, id).await?.state();
    let key = match decision {
        Decision::Approved if after != VariantState::Approved => "curate-said-approved-first",
        Decision::Approved => "curate-said-approved",
        Decision::Rejected => "curate-said-rejected",
        Decision::ChangesRequested => "curate-said-changes",
    };
    let said = Said::new(key).with("title", variant.title).undo(taken_back_by(review));
    let goes_out = after == VariantState::Approved && me.member.can(Ability::Publish);
    Ok(me.go_saying(&path, if goes_out { said.next(format!("/variants/{id}/publications/new"), "curate-publish") } else { said }))
}

fn overtaken(me: &Me, id: VariantId, decision: Decision, form: &DecisionForm) -> Response {
    let reason: String = url::form_urlencoded::byte_serialize(form.reason.chars().take(500).collect::<String>().as_bytes()).collect();
    let path = format!("/variants/{id}/decision?wanted={}&seen={}&reason={reason}", decision.name(), form.seen.unwrap_or_default());
    me.go_asking(&path, &Said::new("curate-said-overtaken"))
}

pub(super) async fn batch(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Form(form): Form<DecisionForm>) -> Answer {
    let decision: Decision = form.decision.parse().map_err(|_| Failure::Bad("failure-form"))?;
    me.shell(Some(project)).await?;
    let path = format!("/projects/{project}/curate?view=grid");
    if form.id.is_empty() || form.id.len() > AT_ONCE {
        return Ok(me.go_saying(&path, Said::new("ideas-none-chosen")));
    }
    let (why, seen) = (form.why(), form.seen());
    let decided = actions::decide(&house, &me, form.id, decision, &why, seen).await?;
    let key = if decided.overtaken.is_empty() { "curate-said-batch" } else { "curate-said-batch-overtaken" };
    let said = Said::new(key).with("n", decided.reviews.len()).with("name", decided.overtaken.len());
    Ok(me.go_saying(
        &path,
        match decided.reviews.first() {
            Some(first) => said.undo(taken_back_by(first)),
            None => said,
        },
    ))
}

pub(super) async fn assign(State(house): State<House>, me: Me, Path(id): Path<VariantId>, Form(form): Form<DecisionForm>) -> Answer {
    let variant = variants::find(house.db.read(), me.member.id, id).await?;
    actions::assign(&house, &me, vec![id], form.assignee()?, form.due(house.now())).await?;
    let path = if form.back == "bench" { format!("/variants/{id}") } else { format!("/projects/{}/curate?lit={id}", variant.project_id) };
    Ok(me.go_saying(&path, Said::new("curate-said-assigned").with("n", 1)))
}

pub(super) async fn assign_all(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Form(form): Form<DecisionForm>) -> Answer {
    me.shell(Some(project)).await?;
    let path = format!("/projects/{project}/curate?view=grid");
    if form.id.is_empty() || form.id.len() > AT_ONCE {
        return Ok(me.go_saying(&path, Said::new("ideas-none-chosen")));
    }
    let (to, due, n) = (form.assignee()?, form.due(house.now()), form.id.len());
    actions::assign(&house, &me, form.id, to, due).await?;
    Ok(me.go_saying(&path, Said::new("curate-said-assigned").with("n", n)))
}

/// The decision itself, so that the way back never takes one that somebody made since.
fn taken_back_by(review: &ReviewId) -> String {
    format!("/reviews/{review}?_method=DELETE")
}

pub(super) async fn withdraw(State(house): State<House>, me: Me, Path(id): Path<VariantId>) -> Answer {
    actions::undo(&house, &me, id, Some(Decision::Approved)).await?;
    Ok(me.go_saying(&format!("/variants/{id}"), Said::new("curate-said-undone")))
}

pub(super) async fn undo(State(house): State<House>, me: Me, Path(id): Path<ReviewId>) -> Answer {
    let (project, back) = actions::take_back(&house, &me, id).await?;
    let desk = format!("/projects/{project}/curate");
    Ok(match back.as_slice() {
        [one] => me.go_saying(&format!("{desk}?lit={one}"), Said::new("curate-said-undone")),
        many => me.go_saying(&desk, Said::new("curate-said-undone-batch").with("n", many.len())),
    })
}
