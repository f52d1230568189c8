//! The guests of a project, as the team sees them.

mod open;

use super::model::NewGuest;
use super::store::{self, Guest};
use super::{actions, api};
use crate::choose::curate;
use crate::platform::id::{GuestId, ProjectId, VariantId};
use crate::platform::secrets::random_token;
use crate::platform::{Error, House};
use crate::web::{Ability, Access, After, Answer, Errors, Form, Me, Routes, Said, Shell, Slice, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;

pub fn routes() -> Routes {
    let decide = Access::Member(Ability::Decide);
    Routes::new()
        .get("/projects/{project}/guests", decide, index)
        .post("/projects/{project}/guests", decide, create)
        .get("/projects/{project}/guests/new", decide, new)
        .delete("/guests/{guest}/link", decide, revoke)
        .merge(open::routes())
        .merge(api::routes())
}

#[derive(Template)]
#[template(path = "choose/guests/index.html")]
struct IndexPage {
    shell: Shell,
    waiting: i64,
    guests: Slice<Guest>,
    /// A fresh link, shown this once
    link: Option<String>,
}

#[derive(Template)]
#[template(path = "choose/guests/new.html")]
struct NewPage {
    shell: Shell,
    drafts: Vec<curate::Waiting>,
    form: GuestForm,
    errors: Errors,
}

impl NewPage {
    fn is_in(&self, id: &VariantId) -> bool {
        self.form.id.contains(id)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct GuestForm {
    name: String,
    decides: String,
    days: String,
    id: Vec<VariantId>,
}

impl GuestForm {
    fn guest(&self) -> NewGuest {
        NewGuest {
            name: self.name.clone(),
            decides: self.decides == "1",
            days: Some(self.days.trim()).filter(|text| !text.is_empty()).map(|text| text.parse().unwrap_or(0)),
            variants: self.id.clone(),
        }
    }
}

async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(after): Query<After>) -> Answer {
    let shell = me.shell(Some(project)).await?.at("curate");
    let guests = store::list(house.db.read(), me.member.id, project, after.after, 50).await?;
    let link = me.once().map(|token| house.config.absolute(&format!("/review/{token}")));
    let answer = page(StatusCode::OK, &IndexPage { waiting: shell.hot("curate"), shell, guests, link });
    Ok(me.end_once(answer, &format!("/projects/{project}/guests")))
}

async fn new(
    State(house): State<House>,
    me: Me,
    Path(project): Path<ProjectId>,
    axum_extra::extract::Query(form): axum_extra::extract::Query<GuestForm>,
) -> Answer {
    form_page(&house, &me, project, form, StatusCode::OK, Errors::default()).await
}

/// The drafts that were named, else all that wait.
async fn form_page(house: &House, me: &Me, project: ProjectId, form: GuestForm, status: StatusCode, errors: Errors) -> Answer {
    let shell = me.shell(Some(project)).await?.at("curate");
    let drafts = curate::drafts(house.db.read(), me.member.id, project, &form.id).await?;
    Ok(page(status, &NewPage { shell, drafts, form, errors }))
}

async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Form(form): Form<GuestForm>) -> Answer {
    let token = random_token().map_err(Error::broken)?;
    let (now, by, actor, secret, guest) = (house.now(), me.member.id, me.actor(), token.clone(), form.guest());
    match house.db.write(async move |tx| actions::invite(tx, &actor, by, project, &guest, &secret, now).await).await {
        Ok(_) => Ok(me.go_once(&format!("/projects/{project}/guests"), &token)),
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(me.words, &errors);
            form_page(&house, &me, project, form, StatusCode::UNPROCESSABLE_ENTITY, errors).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn revoke(State(house): State<House>, me: Me, Path(id): Path<GuestId>) -> Answer {
    let project = actions::revoke(&house, &me, id).await?;
    Ok(me.go_saying(&format!("/projects/{project}/guests"), Said::new("guests-revoked")))
}
