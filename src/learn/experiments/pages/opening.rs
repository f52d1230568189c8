//! How an experiment begins: the form, and the one click that needs none.

use super::{by, said_of_watching};
use crate::learn::experiments::model::{self, Assignment, Draft};
use crate::learn::experiments::{actions, comparison, store};
use crate::platform::id::{PieceId, ProjectId, VariantId};
use crate::platform::{Error, House};
use crate::web::{Answer, Errors, Form, Me, Said, Shell, page, thousands};
use askama::Template;
use axum::extract::{Path, Query, State as Here};
use axum::http::StatusCode;
use serde::Deserialize;
use uuid::Uuid;

/// The way of meeting viewers that is random assignment before the invented audience.
const SIMULATOR: &str = "simulator";

/// The form of a new experiment; `base` is a percentage for the helper beside it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewForm {
    name: String,
    question: String,
    assignment: String,
    metric: String,
    planned: String,
    variant: Vec<VariantId>,
    /// The id of a piece; "" before one is chosen
    piece: String,
    base: String,
}

#[derive(Template)]
#[template(path = "learn/experiments/new.html")]
struct NewPage {
    shell: Shell,
    form: NewForm,
    pieces: Vec<(Uuid, String, i64)>,
    variants: Vec<(VariantId, String, String)>,
    simulator: bool,
    errors: Errors,
}

impl NewPage {
    fn metrics(&self) -> [&'static str; 5] {
        model::METRICS
    }
    /// The ways to meet viewers; the invented audience stands first while it is on, and says what it is.
    fn assignments(&self) -> impl Iterator<Item = &'static str> {
        self.simulator.then_some(SIMULATOR).into_iter().chain(Assignment::ALL.map(Assignment::name))
    }
    /// The piece that needs no choosing.
    fn only(&self) -> &[(Uuid, String, i64)] {
        if self.pieces.len() == 1 { &self.pieces } else { &[] }
    }
    fn chosen(&self, id: &VariantId) -> bool {
        self.form.variant.contains(id)
    }
    fn is_piece(&self, id: &Uuid) -> bool {
        self.form.piece == id.to_string()
    }
    /// (lift in percent, viewers per arm)
    fn viewers(&self) -> Vec<(i64, String)> {
        let base = self.form.base.trim().replace(',', ".").parse::<f64>().unwrap_or(0.0) / 100.0;
        model::viewers_needed(base).into_iter().map(|(lift, n)| (lift, thousands(n))).collect()
    }
    fn posts(&self) -> Vec<(i64, u64)> {
        model::posts_needed()
    }
}

pub async fn new(Here(house): Here<House>, me: Me, Path(project): Path<ProjectId>, Query(form): Query<NewForm>) -> Answer {
    let db = house.db.read();
    let invented = store::simulator_on(db).await? && !store::meets_people(db, me.member.id, project).await?;
    let usual = if invented { SIMULATOR } else { "randomised_here" };
    let form = NewForm {
        assignment: if form.assignment.is_empty() { usual.into() } else { form.assignment },
        metric: if form.metric.is_empty() { "hook_rate".into() } else { form.metric },
        base: if form.base.is_empty() { "40".into() } else { form.base },
        ..form
    };
    new_page(&house, &me, project, form, (StatusCode::OK, Errors::default())).await
}

async fn new_page(house: &House, me: &Me, project: ProjectId, mut form: NewForm, (status, errors): (StatusCode, Errors)) -> Answer {
    let shell = me.shell(Some(project)).await?.at("experiments");
    let (db, member) = (house.db.read(), me.member.id);
    let pieces = store::pieces(db, member, project).await?;
    // Nobody has to choose from one.
    if let ([(only, ..)], true) = (pieces.as_slice(), form.piece.is_empty()) {
        form.piece = only.to_string();
    }
    let simulator = store::simulator_on(db).await?;
    let variants = match form.piece.parse::<PieceId>() {
        Ok(piece) => store::variants_of(db, member, project, piece.0).await?,
        Err(_) => Vec::new(),
    };
    Ok(page(status, &NewPage { shell, form, pieces, variants, simulator, errors }))
}

pub async fn create(Here(house): Here<House>, me: Me, Path(project): Path<ProjectId>, Form(form): Form<NewForm>) -> Answer {
    let (planned, invented) = (form.planned.trim(), form.assignment == SIMULATOR);
    let draft = Draft {
        name: form.name.clone(),
        question: form.question.clone(),
        assignment: if invented { Assignment::RandomisedHere.name().to_owned() } else { form.assignment.clone() },
        metric: form.metric.clone(),
        planned: if planned.is_empty() { None } else { Some(planned.parse().unwrap_or(-1)) },
        variants: form.variant.clone(),
    };
    let by = by(&house, &me);
    let acts = by.clone();
    let opened = house.db.write(async move |tx| {
        let id = actions::open(tx, &acts, project, &draft).await?;
        if invented {
            actions::simulate(tx, &acts, id, comparison::FORTNIGHTS).await?;
        }
        Ok::<_, Error>(id)
    });
    match opened.await {
        Ok(id) if invented => {
            house.jobs.ring();
            let watched = comparison::answered(&house, &by, id).await?;
            Ok(me.go_saying(&format!("/experiments/{id}"), Said::new(said_of_watching(watched))))
        }
        Ok(id) => Ok(me.go_saying(&format!("/experiments/{id}"), Said::new("experiments-opened").with("name", &form.name))),
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(me.words, &errors);
            new_page(&house, &me, project, form, (StatusCode::UNPROCESSABLE_ENTITY, errors)).await
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize)]
pub struct CompareForm {
    piece: PieceId,
}

/// One step from a published piece to the page of its answer.
pub async fn compare(Here(house): Here<House>, me: Me, Path(project): Path<ProjectId>, Form(form): Form<CompareForm>) -> Answer {
    let by = by(&house, &me);
    let (acts, words) = (by.clone(), me.words);
    let id = house.db.write(async move |tx| comparison::compare(tx, &acts, (project, form.piece), words).await).await?;
    house.jobs.ring();
    let watched = comparison::answered(&house, &by, id).await?;
    Ok(me.go_saying(&format!("/experiments/{id}"), Said::new(said_of_watching(watched))))
}
