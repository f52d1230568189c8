//! Pages of the playbook: what was learned, and how good the suggestions were.

mod slate;

use super::actions::{self, By, Wanted};
use super::judgement::{Judgement, Mean, judge};
use super::model::{Play, Sentence, Slate};
use super::{api, store};
use crate::platform::clock::DAY;
use crate::platform::id::{PlayId, ProjectId};
use crate::platform::{Error, FieldError, House, Outcome};
use crate::web::{Ability, Access, Answer, Errors, Form, Me, Routes, Said, Shell, Slice, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use uuid::Uuid;

const IN_LIST: i64 = 50;
/// Cards of a first batch: few enough to read, and the percentage of them that looks elsewhere.
const SIZE: i64 = 6;
const EXPLORE: i64 = 30;
/// How far back suggestions are judged.
const WINDOW_DAYS: i64 = 180;

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new()
        .get("/projects/{project}/playbook", read, index)
        .post("/projects/{project}/playbook", make, create)
        .get("/plays/{play}", read, show)
        .post("/plays/{play}", make, update)
        .delete("/plays/{play}", make, bin)
        .post("/plays/{play}/restoration", make, restore)
        .post("/projects/{project}/next-batch", make, breed)
        .merge(slate::routes())
        .merge(api::routes())
}

pub(super) fn by(house: &House, me: &Me) -> By {
    By { member: me.member.id, actor: me.actor(), at: house.now() }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct After {
    after: Option<Uuid>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct PlayForm {
    sentence: String,
    locale: String,
    /// The last day on which it holds
    expires: String,
    version: i64,
}

impl PlayForm {
    fn said(&self) -> Sentence {
        Sentence { sentence: self.sentence.clone(), locale: self.locale.clone(), expires: self.expires.clone() }
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct BatchForm {
    size: String,
    /// A percentage
    explore: String,
}

impl BatchForm {
    /// What was left out is as in the newest batch, or what suits a first one.
    fn like(self, newest: Option<&Slate>) -> BatchForm {
        let usual = newest.map_or((SIZE, EXPLORE), |slate| (slate.size, (slate.explore * 100.0).round() as i64));
        let or = |text: String, usual: i64| if text.trim().is_empty() { usual.to_string() } else { text };
        BatchForm { size: or(self.size, usual.0), explore: or(self.explore, usual.1) }
    }
}

#[derive(Template)]
#[template(path = "learn/playbook/index.html")]
struct ListPage {
    shell: Shell,
    plays: Slice<Play>,
    slates: Vec<Slate>,
    form: PlayForm,
    batch: BatchForm,
    errors: Errors,
    /// `None` before anything was decided on a card
    judged: Option<Judgement>,
}

impl ListPage {
    /// A mean with its interval: "1.12 (0.80 to 1.45)".
    fn mean(&self, mean: &Mean) -> String {
        let Mean { mean, low, high } = mean;
        [format!("{mean:.2}"), self.shell.ab("judged-interval", "low", format!("{low:.2}"), "high", format!("{high:.2}"))].concat()
    }
    fn share(&self, slate: &Slate) -> String {
        format!("{:.0} %", slate.explore * 100.0)
    }
}

async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(list): Query<After>) -> Answer {
    list_page(&house, &me, project, list.after, (PlayForm::default(), BatchForm::default(), StatusCode::OK, Errors::default())).await
}

type Filled = (PlayForm, BatchForm, StatusCode, Errors);

async fn list_page(house: &House, me: &Me, project: ProjectId, after: Option<Uuid>, (form, batch, status, errors): Filled) -> Answer {
    let shell = me.shell(Some(project)).await?.at("playbook");
    let (db, member) = (house.db.read(), me.member.id);
    let (plays, slates) = (store::list(db, member, project, (after, IN_LIST)).await?, store::slates(db, member, project).await?);
    let batch = if !errors.any() { batch.like(slates.first()) } else { batch };
    let judged = judged(house, me, project).await?;
    Ok(page(status, &ListPage { shell, plays, slates, form, batch, errors, judged }))
}

/// What became of the cards since the first slate of the window, beside people's own ideas since then.
async fn judged(house: &House, me: &Me, project: ProjectId) -> Outcome<Option<Judgement>> {
    let (db, now) = (house.db.read(), house.now());
    let (first, decisions) = store::tallied(db, project, now.plus(-WINDOW_DAYS * DAY)).await?;
    let Some(since) = first.filter(|_| decisions.iter().sum::<i64>() > 0) else { return Ok(None) };
    Ok(Some(judge(&store::posts(db, Some(me.member.id), project, (now, now)).await?, since, decisions)))
}

async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Form(form): Form<PlayForm>) -> Answer {
    let (by, said) = (by(&house, &me), form.said());
    match house.db.write(async move |tx| actions::say(tx, &by, project, &said).await).await {
        Ok(_) => Ok(me.go_saying(&format!("/projects/{project}/playbook"), Said::new("plays-written"))),
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(me.words, &errors);
            list_page(&house, &me, project, None, (form, BatchForm::default(), StatusCode::UNPROCESSABLE_ENTITY, errors)).await
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "learn/playbook/show.html")]
struct PlayPage {
    shell: Shell,
    play: Play,
    form: PlayForm,
    errors: Errors,
}

async fn show(State(house): State<House>, me: Me, Path(id): Path<PlayId>) -> Answer {
    let play = store::find(house.db.read(), me.member.id, id).await?;
    let form = PlayForm {
        sentence: play.sentence.clone(),
        locale: play.locale.clone().unwrap_or_default(),
        expires: play.last_day().unwrap_or_default(),
        version: play.version,
    };
    play_page(&me, play, form, (StatusCode::OK, Errors::default())).await
}

async fn play_page(me: &Me, play: Play, form: PlayForm, (status, errors): (StatusCode, Errors)) -> Answer {
    let shell = me.shell(Some(play.project)).await?.at("playbook");
    Ok(page(status, &PlayPage { shell, play, form, errors }))
}

async fn update(State(house): State<House>, me: Me, Path(id): Path<PlayId>, Form(form): Form<PlayForm>) -> Answer {
    let (by, said, version) = (by(&house, &me), form.said(), form.version);
    let done = house.db.write(async move |tx| actions::edit(tx, &by, (id, version), &said).await).await;
    let (status, errors) = match done {
        Ok(project) => return Ok(me.go_saying(&format!("/projects/{project}/playbook"), Said::new("plays-saved"))),
        Err(Error::Invalid(errors)) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
        Err(Error::Stale(_)) => (StatusCode::CONFLICT, vec![FieldError::new("sentence", "failure-stale")]),
        Err(error) => return Err(error.into()),
    };
    let play = store::find(house.db.read(), me.member.id, id).await?;
    play_page(&me, play, form, (status, Errors::of(me.words, &errors))).await
}

async fn bin(State(house): State<House>, me: Me, Path(id): Path<PlayId>) -> Answer {
    let by = by(&house, &me);
    let project = house.db.write(async move |tx| actions::bin(tx, &by, id).await).await?;
    Ok(me.go_saying(&format!("/projects/{project}/playbook"), Said::new("plays-binned").undo(format!("/plays/{id}/restoration"))))
}

async fn restore(State(house): State<House>, me: Me, Path(id): Path<PlayId>) -> Answer {
    let by = by(&house, &me);
    let project = house.db.write(async move |tx| actions::restore(tx, &by, id).await).await?;
    Ok(me.go(&format!("/projects/{project}/playbook")))
}

async fn breed(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Form(form): Form<BatchForm>) -> Answer {
    me.shell(Some(project)).await?;
    let form = form.like(store::slates(house.db.read(), me.member.id, project).await?.first());
    let size = form.size.trim().parse().unwrap_or(0);
    let explore = form.explore.trim().parse::<f64>().map_or(-1.0, |percent| percent / 100.0);
    let by = by(&house, &me);
    let kept = match actions::breed(&house, &by, project, Wanted { size, explore, seed: None }).await {
        Ok(bred) => house.db.write(async move |tx| actions::keep(tx, &by, &bred).await).await,
        Err(error) => Err(error),
    };
    match kept {
        Ok(id) => Ok(me.go(&format!("/slates/{id}"))),
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(me.words, &errors);
            list_page(&house, &me, project, None, (PlayForm::default(), form, StatusCode::UNPROCESSABLE_ENTITY, errors)).await
        }
        Err(error) => Err(error.into()),
    }
}
