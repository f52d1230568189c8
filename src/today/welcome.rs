//! The first page of a new studio: a link that works once makes its owner.

use crate::create::projects::{self, NewProject};
use crate::platform::clock::HOUR;
use crate::platform::events::Actor;
use crate::platform::id::InvitationId;
use crate::platform::jobs::{Queued, enqueue};
use crate::platform::locale::COMMON_ZONES;
use crate::platform::secrets::{digest, random_token};
use crate::platform::{Error, House, Ms, Outcome};
use crate::team::members::Founding;
use crate::team::{found_studio, invitations, password, sessions};
use crate::today::sample;
use crate::web::{Access, Answer, Errors, Form, Routes, Shell, Visit, Words, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::json;

const LASTS: i64 = HOUR;

pub fn routes() -> Routes {
    Routes::new().get("/setup/{token}", Access::Public, new).post("/setup/{token}", Access::Public, create)
}

#[derive(Template)]
#[template(path = "today/setup.html")]
struct SetupPage {
    shell: Shell,
    token: String,
    minutes: i64,
    form: Founding,
    errors: Errors,
}

impl SetupPage {
    fn zones(&self) -> &'static [&'static str] {
        COMMON_ZONES
    }
}

/// The path of a fresh set-up link while the studio has no owner.
pub async fn invite_owner(house: &House) -> Outcome<Option<String>> {
    if crate::team::members::any(house.db.read()).await? {
        return Ok(None);
    }
    let token = random_token().map_err(Error::broken)?;
    let (digest, now) = (digest(&token), house.now());
    house.db.write(async move |tx| invitations::replace_setup(tx, InvitationId::new(now), &digest, now, now.plus(LASTS)).await).await?;
    Ok(Some(format!("/setup/{token}")))
}

async fn open_link(house: &House, token: &str) -> Outcome<Ms> {
    // An owner may have been made at the command line meanwhile.
    if crate::team::members::any(house.db.read()).await? {
        return Err(Error::NotFound);
    }
    invitations::setup_expiry(house.db.read(), &digest(token), house.now()).await
}

fn minutes_left(expires: Ms, now: Ms) -> i64 {
    expires.since(now).max(0) / 60_000 + 1
}

async fn new(State(house): State<House>, visit: Visit, Path(token): Path<String>) -> Answer {
    let expires = open_link(&house, &token).await?;
    let form = Founding { locale: visit.words.tag().to_owned(), zone: String::new(), begin: "sample".into(), ..Founding::default() };
    Ok(page(
        StatusCode::OK,
        &SetupPage { minutes: minutes_left(expires, visit.now), shell: visit.bare_shell(), token, form, errors: Errors::default() },
    ))
}

async fn create(State(house): State<House>, visit: Visit, Path(token): Path<String>, Form(mut form): Form<Founding>) -> Answer {
    let expires = open_link(&house, &token).await?;
    match found(&house, &visit, &token, &form).await {
        Ok(secret) => {
            house.jobs.ring();
            let mut answer = visit.go("/");
            visit.set_cookie(&mut answer, visit.session_cookie(), &secret, Some(30 * 24 * 3600));
            Ok(answer)
        }
        Err(Error::Invalid(errors)) => {
            form.password.clear();
            let errors = Errors::of(visit.words, &errors);
            let minutes = minutes_left(expires, visit.now);
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &SetupPage { shell: visit.bare_shell(), token, minutes, form, errors }))
        }
        Err(error) => Err(error.into()),
    }
}

/// Studio, owner, first project and session in one transaction; the link is used up with it.
async fn found(house: &House, visit: &Visit, token: &str, form: &Founding) -> Outcome<String> {
    let (member, studio) = form.check()?;
    let hash = password::hash(form.password.clone()).await?;
    let (link, now, visit, sample) = (digest(token), house.now(), visit.clone(), form.begin == "sample");
    let words = if sample { sample::words(Words::of(&member.locale)) } else { NewProject { name: studio.clone(), ..NewProject::default() } };
    let project = words.check(&member.locale, &member.zone)?;
    house
        .db
        .write(async move |tx| {
            invitations::use_up(tx, &link, now).await?;
            let owner = found_studio(tx, &member, &studio, &hash, now).await?;
            let actor = Actor::member(owner, visit.address.map(|address| address.to_string()));
            let id = projects::create(tx, &actor, Some(owner), &project, now).await?;
            if sample {
                projects::set_sample(tx, id).await?;
                enqueue(tx, now, Queued { project: Some(id), created_by: Some(owner), ..Queued::now("sample.fill", json!({}), now) }).await?;
            }
            sessions::open_session(tx, &visit, owner, now).await
        })
        .await
}
