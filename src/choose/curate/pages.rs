//! The desk: one draft lit, the others in the strip, every decision one key.

use super::actions::{self, Why};
use super::api;
use super::model::{CHIPS, Decision};
use super::store::{self, Review, Waiting};
use crate::create::variants::{self, Asset, Variant, VariantState};
use crate::platform::diff::{Part, diff};
use crate::platform::id::{ProjectId, ReviewId, VariantId};
use crate::platform::{Error, House, Outcome};
use crate::web::{Ability, Access, Answer, Failure, Form, Me, Routes, Said, Shell, Slice, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use uuid::Uuid;

const IN_STRIP: i64 = 12;
const IN_LIST: i64 = 50;

pub fn routes() -> Routes {
    let (read, decide) = (Access::Member(Ability::Read), Access::Member(Ability::Decide));
    Routes::new()
        .get("/projects/{project}/curate", read, desk)
        .post("/projects/{project}/reviews", decide, batch)
        .post("/variants/{variant}/approval", decide, approve)
        .delete("/variants/{variant}/approval", decide, withdraw)
        .post("/variants/{variant}/rejection", decide, reject)
        .post("/variants/{variant}/changes", decide, request_changes)
        .delete("/reviews/{review}", decide, undo)
        .merge(api::routes())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct View {
    view: String,
    lit: Option<VariantId>,
    after: Option<Uuid>,
}

/// The draft under the lamp.
struct Lit {
    variant: Variant,
    assets: Vec<Asset>,
    /// what differs from its parent's hook and title
    against: Vec<Part>,
}

impl Lit {
    /// The picture shown large.
    fn still(&self) -> Option<&Asset> {
        self.assets.iter().find(|asset| asset.kind == "image")
    }
}

#[derive(Template)]
#[template(path = "choose/curate/desk.html")]
struct DeskPage {
    shell: Shell,
    waiting: i64,
    strip: Slice<Waiting>,
    /// Where this page of the strip begins
    after: Option<Uuid>,
    lit: Option<Lit>,
    decisions: Vec<Review>,
    chips: &'static [&'static str],
}

#[derive(Template)]
#[template(path = "choose/curate/decided.html")]
struct DecidedPage {
    shell: Shell,
    waiting: i64,
    state: String,
    drafts: Slice<Waiting>,
}

async fn desk(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(view): Query<View>) -> Answer {
    let shell = me.shell(Some(project)).await?.at("curate");
    let (db, member) = (house.db.read(), me.member.id);
    let waiting = shell.hot("curate");
    let state = match view.view.as_str() {
        "" => None,
        "approved" => Some("approved"),
        "rejected" => Some("rejected"),
        "changes" => Some("changes_requested"),
        _ => return Err(Failure::Bad("failure-filter")),
    };
    if let Some(state) = state {
        let drafts = store::decided(db, member, project, state, view.after, IN_LIST).await?;
        return Ok(page(StatusCode::OK, &DecidedPage { shell, waiting, state: state.to_owned(), drafts }));
    }
    let strip = store::waiting_in(db, member, project, view.after, IN_STRIP).await?;
    let asked = match view.lit {
        Some(id) => {
            found(variants::find(db, member, id).await)?.filter(|draft| draft.project_id == project && draft.state() == VariantState::InReview)
        }
        None => None,
    };
    let chosen = match (asked, strip.items.first()) {
        (Some(draft), _) => Some(draft),
        (None, Some(first)) => found(variants::find(db, member, first.id).await)?,
        (None, None) => None,
    };
    let lit = match chosen {
        Some(draft) => Some(light(&house, &me, draft).await?),
        None => None,
    };
    let decisions = store::decisions(db, member, project, 10).await?;
    Ok(page(StatusCode::OK, &DeskPage { shell, waiting, strip, after: view.after, lit, decisions, chips: CHIPS }))
}

/// Nothing, when it went into the bin.
fn found(variant: Outcome<Variant>) -> Outcome<Option<Variant>> {
    match variant {
        Err(Error::NotFound) => Ok(None),
        other => other.map(Some),
    }
}

async fn light(house: &House, me: &Me, variant: Variant) -> Result<Lit, Failure> {
    let (db, member) = (house.db.read(), me.member.id);
    let assets = variants::assets(db, variant.id).await?;
    // A draft outlives its parent.
    let parent = match variant.parent_id {
        Some(parent) => found(variants::find(db, member, parent).await)?,
        None => None,
    };
    let against =
        parent.map(|parent| diff(&format!("{}\n{}", parent.title, parent.hook), &format!("{}\n{}", variant.title, variant.hook))).unwrap_or_default();
    Ok(Lit { variant, assets, against })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct DecisionForm {
    reason: String,
    chip: Vec<String>,
    id: Vec<VariantId>,
    decision: String,
    back: String,
}

impl DecisionForm {
    fn why(&self) -> Why {
        Why { reason: self.reason.clone(), chips: self.chip.clone() }
    }
}

async fn approve(State(house): State<House>, me: Me, Path(id): Path<VariantId>, Form(form): Form<DecisionForm>) -> Answer {
    one(&house, &me, id, Decision::Approved, &form).await
}

async fn reject(State(house): State<House>, me: Me, Path(id): Path<VariantId>, Form(form): Form<DecisionForm>) -> Answer {
    one(&house, &me, id, Decision::Rejected, &form).await
}

async fn request_changes(State(house): State<House>, me: Me, Path(id): Path<VariantId>, Form(form): Form<DecisionForm>) -> Answer {
    one(&house, &me, id, Decision::ChangesRequested, &form).await
}

/// Decides and goes on to the next draft, or back to the bench it was decided on.
async fn one(house: &House, me: &Me, id: VariantId, decision: Decision, form: &DecisionForm) -> Answer {
    let variant = variants::find(house.db.read(), me.member.id, id).await?;
    let reviews = actions::decide(house, me, vec![id], decision, &form.why()).await?;
    let path = if form.back == "bench" { format!("/variants/{id}") } else { format!("/projects/{}/curate", variant.project_id) };
    let Some(review) = reviews.first() else {
        return Ok(me.go_saying(&path, Said::new("curate-decided-before").with("title", variant.title)));
    };
    let key = match decision {
        Decision::Approved => "curate-said-approved",
        Decision::Rejected => "curate-said-rejected",
        Decision::ChangesRequested => "curate-said-changes",
    };
    let said = Said::new(key).with("title", variant.title).undo(taken_back_by(review));
    let goes_out = decision == Decision::Approved && me.member.can(Ability::Publish);
    Ok(me.go_saying(&path, if goes_out { said.next(format!("/variants/{id}/publications/new"), "curate-publish") } else { said }))
}

async fn batch(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Form(form): Form<DecisionForm>) -> Answer {
    let decision = match form.decision.as_str() {
        "approved" => Decision::Approved,
        "rejected" => Decision::Rejected,
        _ => return Err(Failure::Bad("failure-form")),
    };
    me.shell(Some(project)).await?;
    let path = format!("/projects/{project}/curate");
    if form.id.is_empty() || form.id.len() > 200 {
        return Ok(me.go_saying(&path, Said::new("ideas-none-chosen")));
    }
    let why = form.why();
    let reviews = actions::decide(&house, &me, form.id, decision, &why).await?;
    let said = Said::new("curate-said-batch").with("n", reviews.len());
    Ok(me.go_saying(
        &path,
        match reviews.first() {
            Some(first) => said.undo(taken_back_by(first)),
            None => said,
        },
    ))
}

/// The decision itself, so that the way back never takes one that somebody made since.
fn taken_back_by(review: &ReviewId) -> String {
    format!("/reviews/{review}?_method=DELETE")
}

async fn withdraw(State(house): State<House>, me: Me, Path(id): Path<VariantId>) -> Answer {
    actions::undo(&house, &me, id, Some(Decision::Approved)).await?;
    Ok(me.go_saying(&format!("/variants/{id}"), Said::new("curate-said-undone")))
}

async fn undo(State(house): State<House>, me: Me, Path(id): Path<ReviewId>) -> Answer {
    let (project, back) = actions::take_back(&house, &me, id).await?;
    let desk = format!("/projects/{project}/curate");
    Ok(match back.as_slice() {
        [one] => me.go_saying(&format!("{desk}?lit={one}"), Said::new("curate-said-undone")),
        many => me.go_saying(&desk, Said::new("curate-said-undone-batch").with("n", many.len())),
    })
}
