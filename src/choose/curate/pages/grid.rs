//! All that waits at once, and what several decisions would do before they are written.

use super::View;
use super::verbs::DecisionForm;
use crate::choose::curate::model::{CHIPS, Decision, Filter};
use crate::choose::curate::store::{self, Hand, Waiting};
use crate::platform::House;
use crate::platform::id::ProjectId;
use crate::web::{Answer, Failure, Form, Me, Said, Shell, Slice, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use uuid::Uuid;

const IN_GRID: i64 = 60;

#[derive(Template)]
#[template(path = "choose/curate/grid.html")]
struct GridPage {
    shell: Shell,
    waiting: i64,
    filter: Filter,
    locales: Vec<String>,
    drafts: Slice<Waiting>,
    after: Option<Uuid>,
    is_all: bool,
    hands: Vec<Hand>,
}

pub(super) async fn show(house: &House, me: &Me, project: ProjectId, view: View, shell: Shell) -> Answer {
    let (db, member, filter) = (house.db.read(), me.member.id, view.filter());
    let drafts = store::waiting_in(db, member, project, &filter, view.after, IN_GRID).await?;
    let (hands, locales) = (store::hands(db, member, project).await?, store::locales(db, member, project).await?);
    let waiting = shell.hot("curate");
    Ok(page(StatusCode::OK, &GridPage { shell, waiting, filter, locales, drafts, after: view.after, is_all: view.all == "1", hands }))
}

#[derive(Template)]
#[template(path = "choose/curate/summary.html")]
struct SummaryPage {
    shell: Shell,
    decision: Decision,
    /// Waits, and would be decided
    drafts: Vec<Waiting>,
    /// Decided meanwhile, and would be left as it is
    left: Vec<Waiting>,
    seen: i64,
    chips: &'static [&'static str],
}

impl SummaryPage {
    fn below(&self) -> usize {
        self.drafts.iter().filter(|draft| draft.is_below).count()
    }
}

/// What would happen; nothing is written yet.
pub(super) async fn summary(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Form(form): Form<DecisionForm>) -> Answer {
    let shell = me.shell(Some(project)).await?.at("curate");
    let decision = form.decision.parse().map_err(|_| Failure::Bad("failure-form"))?;
    if form.id.is_empty() || form.id.len() > super::verbs::AT_ONCE {
        return Ok(me.go_saying(&format!("/projects/{project}/curate?view=grid"), Said::new("ideas-none-chosen")));
    }
    let all = store::of_ids(house.db.read(), me.member.id, project, &form.id).await?;
    let (drafts, left) = all.into_iter().partition(|draft| draft.state == "in_review");
    Ok(page(StatusCode::OK, &SummaryPage { shell, decision, drafts, left, seen: house.now().0, chips: CHIPS }))
}
