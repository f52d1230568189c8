//! Pages of a member about themselves: the profile, the password, the way out for good.

use super::model::{Profile, THEMES};
use super::{actions, store};
use crate::platform::locale::COMMON_ZONES;
use crate::platform::{Error, FieldError, House};
use crate::web::{Ability, Access, Answer, Errors, Failure, Form, Me, Routes, Said, Shell, page};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

pub fn routes() -> Routes {
    let read = Access::Member(Ability::Read);
    Routes::new()
        .get("/profile", read, edit)
        .post("/profile", read, update)
        .get("/password", read, edit_password)
        .post("/password", read, change_password)
        .get("/departure", read, ask)
        .post("/departure", read, leave)
}

#[derive(Template)]
#[template(path = "team/profile/edit.html")]
struct ProfilePage {
    shell: Shell,
    email: String,
    role: String,
    form: Profile,
    errors: Errors,
}

impl ProfilePage {
    fn zones(&self) -> &'static [&'static str] {
        COMMON_ZONES
    }
    fn themes(&self) -> [&'static str; 3] {
        THEMES
    }
}

#[derive(Template)]
#[template(path = "team/profile/password.html")]
struct PasswordPage {
    shell: Shell,
    errors: Errors,
}

#[derive(Template)]
#[template(path = "team/profile/departure.html")]
struct DeparturePage {
    shell: Shell,
    /// The name that must be typed
    own: String,
    typed: String,
    errors: Errors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PasswordForm {
    old: String,
    password: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct DepartureForm {
    name: String,
}

async fn edit(State(house): State<House>, me: Me) -> Answer {
    let form = store::find(house.db.read(), me.member.id).await?;
    profile_page(&me, form, StatusCode::OK, Errors::default()).await
}

async fn profile_page(me: &Me, form: Profile, status: StatusCode, errors: Errors) -> Answer {
    let shell = me.shell(None).await?.at("profile");
    Ok(page(status, &ProfilePage { shell, email: me.member.email.clone(), role: me.member.role_word(), form, errors }))
}

async fn update(State(house): State<House>, me: Me, Form(form): Form<Profile>) -> Answer {
    let done = match form.check() {
        Ok(profile) => actions::update(&house, &me, profile).await,
        Err(error) => Err(error),
    };
    let (status, errors) = match done {
        Ok(()) => {
            // The door keeps the language and the theme after signing out.
            let mut answer = me.go_saying("/profile", Said::new("profile-saved"));
            me.set_cookie(&mut answer, "lang", &form.locale, Some(365 * 24 * 3600));
            me.set_cookie(&mut answer, "theme", &form.theme, Some(365 * 24 * 3600));
            return Ok(answer);
        }
        Err(Error::Invalid(errors)) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
        Err(Error::Stale(_)) => (StatusCode::CONFLICT, vec![FieldError::new("version", "failure-stale")]),
        Err(error) => return Err(error.into()),
    };
    profile_page(&me, form, status, Errors::of(me.words, &errors)).await
}

async fn edit_password(me: Me) -> Answer {
    Ok(page(StatusCode::OK, &PasswordPage { shell: me.shell(None).await?.at("profile"), errors: Errors::default() }))
}

async fn change_password(State(house): State<House>, me: Me, Form(form): Form<PasswordForm>) -> Answer {
    match actions::change_password(&house, &me, form.old, form.password).await {
        Ok(secret) => {
            let mut answer = me.go_saying("/profile", Said::new("password-changed"));
            me.set_cookie(&mut answer, me.session_cookie(), &secret, Some(30 * 24 * 3600));
            Ok(answer)
        }
        Err(Failure::House(Error::Invalid(errors))) => {
            let errors = Errors::of(me.words, &errors);
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &PasswordPage { shell: me.shell(None).await?.at("profile"), errors }))
        }
        Err(failure) => Err(failure),
    }
}

async fn ask(me: Me) -> Answer {
    departure_page(&me, String::new(), StatusCode::OK, Errors::default()).await
}

async fn departure_page(me: &Me, typed: String, status: StatusCode, errors: Errors) -> Answer {
    Ok(page(status, &DeparturePage { shell: me.shell(None).await?.at("profile"), own: me.member.name.clone(), typed, errors }))
}

async fn leave(State(house): State<House>, me: Me, Form(form): Form<DepartureForm>) -> Answer {
    let errors = match actions::leave(&house, &me, &form.name).await {
        Ok(()) => {
            let mut answer = me.go_saying("/login", Said::new("departure-done"));
            me.set_cookie(&mut answer, me.session_cookie(), "", Some(0));
            return Ok(answer);
        }
        Err(Error::Invalid(errors)) => errors,
        Err(Error::Refused { key, .. }) => vec![FieldError::new("name", key)],
        Err(error) => return Err(error.into()),
    };
    departure_page(&me, form.name, StatusCode::UNPROCESSABLE_ENTITY, Errors::of(me.words, &errors)).await
}
