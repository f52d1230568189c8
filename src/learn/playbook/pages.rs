//! Pages of the playbook: what was learned, and the next batch.

use super::actions::{self, By};
use super::model::{Card, Play, Sentence, Slate, in_a_row};
use super::suggestion::idea_of;
use super::{api, store};
use crate::create::ideas::NewIdea;
use crate::platform::id::{PlayId, ProjectId, SlateId};
use crate::platform::{Error, FieldError, House};
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
        .get("/slates/{slate}", read, slate)
        .post("/slates/{slate}/acceptance", make, accept)
        .delete("/slates/{slate}/cards/{position}", make, refuse)
        .post("/slates/{slate}/cards/{position}/restoration", make, put_back)
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
    version: i64,
}

impl PlayForm {
    fn said(&self) -> Sentence {
        Sentence { sentence: self.sentence.clone(), locale: self.locale.clone() }
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
}

impl ListPage {
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
    Ok(page(status, &ListPage { shell, plays, slates, form, batch, errors }))
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
    let form = PlayForm { sentence: play.sentence.clone(), locale: play.locale.clone().unwrap_or_default(), version: play.version };
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
    let kept = match actions::breed(&house, by.at, project, (size, explore)).await {
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

#[derive(Template)]
#[template(path = "learn/playbook/slate.html")]
struct SlatePage {
    shell: Shell,
    slate: Slate,
    cards: Vec<Card>,
}

impl SlatePage {
    fn open(&self) -> usize {
        self.cards.iter().filter(|card| card.idea.is_none()).count()
    }
    fn lens(&self, card: &Card) -> String {
        let mut lens: serde_json::Value = serde_json::from_str(&card.lens).unwrap_or_default();
        if let Some(market) = lens.get_mut("market") {
            *market = self.shell.market(market.as_str().unwrap_or_default()).into();
        }
        in_a_row(&lens)
    }
    /// What speaks for the card; `opens`: it hands on the opening that led.
    fn why(&self, card: &Card, opens: bool) -> String {
        let what = if card.kind == "play" { &card.reason } else { card.led.as_ref().unwrap_or(&card.reason) };
        let why = self.shell.a(&["slate-why-", card.ground()].concat(), "what", what);
        if opens { [why.as_str(), self.shell.gap(), &self.shell.t("slate-opens")].concat() } else { why }
    }
    fn idea(&self, card: &Card) -> NewIdea {
        idea_of(card)
    }
    fn share(&self) -> String {
        format!("{:.0} %", self.slate.explore * 100.0)
    }
    /// How many drafts accepting asks for.
    fn drafts(&self) -> i64 {
        actions::DRAFTS * i64::try_from(self.open()).unwrap_or(0)
    }
}

async fn slate(State(house): State<House>, me: Me, Path(id): Path<SlateId>) -> Answer {
    let slate = store::slate(house.db.read(), me.member.id, id).await?;
    let shell = me.shell(Some(slate.project)).await?.at("playbook");
    let cards = store::cards(house.db.read(), id).await?;
    Ok(page(StatusCode::OK, &SlatePage { shell, slate, cards }))
}

async fn accept(State(house): State<House>, me: Me, Path(id): Path<SlateId>) -> Answer {
    let slate = store::slate(house.db.read(), me.member.id, id).await?;
    let n = actions::accept(&house, by(&house, &me), id).await?;
    Ok(me.go_saying(&format!("/projects/{}/ideas", slate.project), Said::new("slate-accepted").with("n", n)))
}

async fn refuse(State(house): State<House>, me: Me, Path((id, position)): Path<(SlateId, i64)>) -> Answer {
    let by = by(&house, &me);
    house.db.write(async move |tx| actions::refuse(tx, &by, id, position).await).await?;
    Ok(me.go_saying(&format!("/slates/{id}"), Said::new("slate-refused").undo(format!("/slates/{id}/cards/{position}/restoration"))))
}

async fn put_back(State(house): State<House>, me: Me, Path((id, position)): Path<(SlateId, i64)>) -> Answer {
    let by = by(&house, &me);
    house.db.write(async move |tx| actions::put_back(tx, &by, id, position).await).await?;
    Ok(me.go(&format!("/slates/{id}")))
}
