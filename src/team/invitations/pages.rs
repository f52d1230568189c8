//! Pages of one-time links: inviting, the open invitations, accepting one, setting a new password.

use super::model::{Acceptance, NewInvitation};
use super::store::{self, OpenInvitation};
use super::{actions, api};
use crate::platform::id::{InvitationId, MemberId};
use crate::platform::locale::COMMON_ZONES;
use crate::platform::secrets::{digest, random_token};
use crate::platform::{Error, House, Ms};
use crate::team::members::{self, ProjectLabel};
use crate::web::{Ability, Access, Answer, Errors, Form, Me, Role, Routes, Said, Shell, Visit, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;

const LIST: &str = "/members/invitations";

pub fn routes() -> Routes {
    let administer = Access::Member(Ability::Administer);
    Routes::new()
        .get(LIST, administer, index)
        .post(LIST, administer, create)
        .get("/members/invitations/new", administer, new)
        .delete("/members/invitations/{invitation}", administer, revoke)
        .post("/members/{member}/reset", administer, offer_reset)
        .get("/invitations/{token}", Access::Public, open)
        .post("/invitations/{token}", Access::Public, accept)
        .get("/reset/{token}", Access::Public, open_reset)
        .post("/reset/{token}", Access::Public, reset)
        .merge(api::routes())
}

#[derive(Template)]
#[template(path = "team/invitations/index.html")]
struct IndexPage {
    shell: Shell,
    open: Vec<OpenInvitation>,
    /// A fresh link, shown this once
    link: Option<String>,
}

#[derive(Template)]
#[template(path = "team/invitations/new.html")]
struct NewPage {
    shell: Shell,
    projects: Vec<ProjectLabel>,
    form: NewInvitation,
    errors: Errors,
}

impl NewPage {
    fn roles(&self) -> [&'static str; 5] {
        Role::ALL.map(Role::name)
    }

    fn is_in(&self, project: &ProjectLabel) -> bool {
        self.form.projects.contains(&project.id)
    }
}

#[derive(Template)]
#[template(path = "team/invitations/accept.html")]
struct AcceptPage {
    shell: Shell,
    token: String,
    studio: String,
    email: String,
    role: Role,
    expires: Ms,
    form: Acceptance,
    errors: Errors,
}

impl AcceptPage {
    fn zones(&self) -> &'static [&'static str] {
        COMMON_ZONES
    }

    fn role_word(&self) -> String {
        format!("role-{}", self.role)
    }
}

#[derive(Template)]
#[template(path = "team/invitations/reset.html")]
struct ResetPage {
    shell: Shell,
    token: String,
    errors: Errors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ResetForm {
    password: String,
}

async fn index(State(house): State<House>, me: Me) -> Answer {
    let open = store::open(house.db.read(), me.now).await?;
    let link = me.once().map(|token| house.config.absolute(&format!("/invitations/{token}")));
    let answer = page(StatusCode::OK, &IndexPage { shell: me.shell(None).await?.at("members"), open, link });
    Ok(me.end_once(answer, LIST))
}

async fn new(State(house): State<House>, me: Me) -> Answer {
    let form = NewInvitation { role: Role::Maker.name().to_owned(), ..NewInvitation::default() };
    new_page(&house, &me, form, StatusCode::OK, Errors::default()).await
}

async fn new_page(house: &House, me: &Me, form: NewInvitation, status: StatusCode, errors: Errors) -> Answer {
    let projects = members::projects(house.db.read()).await?;
    Ok(page(status, &NewPage { shell: me.shell(None).await?.at("members"), projects, form, errors }))
}

async fn create(State(house): State<House>, me: Me, Form(form): Form<NewInvitation>) -> Answer {
    let token = random_token().map_err(Error::broken)?;
    let (now, by, actor, link) = (house.now(), me.member.id, me.actor(), token.clone());
    let made = match form.check() {
        Ok(invited) => house.db.write(async move |tx| actions::invite(tx, &actor, by, &invited, &link, now).await).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(_) => Ok(me.go_once(LIST, &token)),
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(me.words, &errors);
            new_page(&house, &me, form, StatusCode::UNPROCESSABLE_ENTITY, errors).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn revoke(State(house): State<House>, me: Me, Path(id): Path<InvitationId>) -> Answer {
    actions::revoke(&house, me.actor(), id).await?;
    Ok(me.go_saying(LIST, Said::new("invitations-revoked")))
}

async fn offer_reset(State(house): State<House>, me: Me, Path(member): Path<MemberId>) -> Answer {
    let token = random_token().map_err(Error::broken)?;
    let (now, by, actor, link) = (house.now(), me.member.id, me.actor(), token.clone());
    house.db.write(async move |tx| actions::offer_reset(tx, &actor, by, member, &link, now).await).await?;
    Ok(me.go_once(&format!("/members/{member}"), &token))
}

async fn open(State(house): State<House>, visit: Visit, Path(token): Path<String>) -> Answer {
    let form = Acceptance { locale: visit.words.tag().to_owned(), ..Acceptance::default() };
    accept_page(&house, &visit, token, form, StatusCode::OK, Errors::default()).await
}

async fn accept_page(house: &House, visit: &Visit, token: String, mut form: Acceptance, status: StatusCode, errors: Errors) -> Answer {
    let link = store::by_link(house.db.read(), "invitation", &digest(&token), visit.now).await?;
    let (email, role) = actions::promised(&link)?;
    let studio = members::studio(house.db.read()).await?.map_or_else(String::new, |studio| studio.name);
    form.password.clear();
    Ok(page(status, &AcceptPage { shell: visit.bare_shell(), token, studio, email, role, expires: link.expires, form, errors }))
}

async fn accept(State(house): State<House>, visit: Visit, Path(token): Path<String>, Form(form): Form<Acceptance>) -> Answer {
    match actions::accept(&house, &visit, &token, form.clone()).await {
        Ok(secret) => {
            let mut answer = visit.go("/");
            visit.set_cookie(&mut answer, visit.session_cookie(), &secret, Some(30 * 24 * 3600));
            Ok(answer)
        }
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(visit.words, &errors);
            accept_page(&house, &visit, token, form, StatusCode::UNPROCESSABLE_ENTITY, errors).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn open_reset(State(house): State<House>, visit: Visit, Path(token): Path<String>) -> Answer {
    store::by_link(house.db.read(), "reset", &digest(&token), visit.now).await?;
    Ok(page(StatusCode::OK, &ResetPage { shell: visit.bare_shell(), token, errors: Errors::default() }))
}

async fn reset(State(house): State<House>, visit: Visit, Path(token): Path<String>, Form(form): Form<ResetForm>) -> Answer {
    match actions::reset(&house, &visit, &token, form.password).await {
        Ok(()) => {
            let mut answer = visit.go_saying("/login", Said::new("reset-done"));
            visit.set_cookie(&mut answer, visit.session_cookie(), "", Some(0));
            Ok(answer)
        }
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(visit.words, &errors);
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &ResetPage { shell: visit.bare_shell(), token, errors }))
        }
        Err(error) => Err(error.into()),
    }
}
