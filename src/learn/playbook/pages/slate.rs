//! The page of a slate: its cards, and what is decided on them.

use super::by;
use crate::create::ideas::NewIdea;
use crate::learn::playbook::actions::{self, Chosen, Wording};
use crate::learn::playbook::model::{Card, Slate, in_a_row};
use crate::learn::playbook::store;
use crate::learn::playbook::suggestion::idea_of;
use crate::learn::playbook::view::{Laid, Standing};
use crate::platform::id::SlateId;
use crate::platform::{Error, House};
use crate::stats::slate::EXPLORE;
use crate::web::{Ability, Access, Answer, Errors, Form, Me, Routes, Said, Shell, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;

pub(super) fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new()
        .get("/slates/{slate}", read, show)
        .post("/slates/{slate}/acceptance", make, accept)
        .post("/slates/{slate}/cards/{position}", make, change)
        .delete("/slates/{slate}/cards/{position}", make, refuse)
        .post("/slates/{slate}/cards/{position}/acceptance", make, accept_card)
        .post("/slates/{slate}/cards/{position}/restoration", make, put_back)
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WordingForm {
    title: String,
    angle: String,
}

/// The card whose words were refused, what was typed, and what is wrong with it.
type Refused = Option<(i64, WordingForm)>;

#[derive(Template)]
#[template(path = "learn/playbook/slate.html")]
struct SlatePage {
    shell: Shell,
    slate: Slate,
    cards: Vec<Laid>,
    refused: Refused,
    errors: Errors,
}

impl SlatePage {
    fn open(&self) -> usize {
        self.cards.iter().filter(|laid| laid.is_open()).count()
    }
    fn off(&self) -> usize {
        self.cards.iter().filter(|laid| laid.is_refused()).count()
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
        format!("{:.0} %", self.slate.explore.max(EXPLORE) * 100.0)
    }
    /// How many drafts accepting asks for.
    fn drafts(&self) -> i64 {
        actions::DRAFTS * i64::try_from(self.open()).unwrap_or(0)
    }
    /// "Expected: 1.12, between 0.80 and 1.45."
    fn expected(&self, standing: &Standing) -> Option<String> {
        let expected = standing.expectation()?;
        let range = self.shell.ab("slate-between", "low", format!("{:.2}", expected.low), "high", format!("{:.2}", expected.high));
        Some(self.shell.ab("slate-expected", "index", format!("{:.2}", expected.mean), "range", range))
    }
    fn percent(&self, share: &f64) -> String {
        format!("{:.0} %", share * 100.0)
    }
    /// What was typed for a card, if that is what was refused.
    fn typed(&self, card: &Card) -> Option<&WordingForm> {
        self.refused.as_ref().filter(|(position, _)| *position == card.position).map(|(_, form)| form)
    }
    fn title(&self, card: &Card, idea: &NewIdea) -> String {
        self.typed(card).map_or(&idea.title, |form| &form.title).clone()
    }
    fn angle(&self, card: &Card, idea: &NewIdea) -> String {
        self.typed(card).map_or(&idea.angle, |form| &form.angle).clone()
    }
    /// The id of a field: that which is wrong is the one the summary leads to.
    fn field(&self, card: &Card, name: &str) -> String {
        if self.typed(card).is_some() { name.to_owned() } else { format!("{name}-{}", card.position) }
    }
    fn wrong(&self, card: &Card, name: &str) -> Option<&str> {
        self.typed(card).and_then(|_| self.errors.on(name))
    }
}

async fn show(State(house): State<House>, me: Me, Path(id): Path<SlateId>) -> Answer {
    slate_page(&house, &me, id, (StatusCode::OK, None, Errors::default())).await
}

async fn slate_page(house: &House, me: &Me, id: SlateId, (status, refused, errors): (StatusCode, Refused, Errors)) -> Answer {
    let slate = store::slate(house.db.read(), me.member.id, id).await?;
    let shell = me.shell(Some(slate.project)).await?.at("playbook");
    let cards = actions::laid(house, &slate).await?;
    Ok(page(status, &SlatePage { shell, slate, cards, refused, errors }))
}

async fn accept(State(house): State<House>, me: Me, Path(id): Path<SlateId>) -> Answer {
    let slate = store::slate(house.db.read(), me.member.id, id).await?;
    let n = actions::accept(&house, by(&house, &me), id, Chosen::Open).await?;
    Ok(me.go_saying(&format!("/projects/{}/ideas", slate.project), Said::new("slate-accepted").with("n", n)))
}

async fn accept_card(State(house): State<House>, me: Me, Path((id, position)): Path<(SlateId, i64)>) -> Answer {
    let n = actions::accept(&house, by(&house, &me), id, Chosen::One(position)).await?;
    Ok(me.go_saying(&format!("/slates/{id}"), Said::new("slate-accepted").with("n", n)))
}

async fn change(State(house): State<House>, me: Me, Path((id, position)): Path<(SlateId, i64)>, Form(form): Form<WordingForm>) -> Answer {
    let wording = Wording { title: form.title.clone(), angle: form.angle.clone() };
    match actions::accept(&house, by(&house, &me), id, Chosen::Changed(position, wording)).await {
        Ok(n) => Ok(me.go_saying(&format!("/slates/{id}"), Said::new("slate-accepted").with("n", n))),
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(me.words, &errors);
            slate_page(&house, &me, id, (StatusCode::UNPROCESSABLE_ENTITY, Some((position, form)), errors)).await
        }
        Err(error) => Err(error.into()),
    }
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
