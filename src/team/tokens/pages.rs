//! The page of a member's own tokens.

use super::model::{LIVES, TokenWish};
use super::store::{self, Token};
use super::{actions, api};
use crate::platform::id::TokenId;
use crate::platform::{Error, House};
use crate::web::{Ability, Access, Answer, Errors, Form, Me, Routes, Said, Scope, Shell, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;

pub fn routes() -> Routes {
    let read = Access::Member(Ability::Read);
    Routes::new().get("/tokens", read, index).post("/tokens", read, create).delete("/tokens/{token}", read, revoke).merge(api::routes())
}

#[derive(Template)]
#[template(path = "team/tokens/index.html")]
struct TokensPage {
    shell: Shell,
    tokens: Vec<Token>,
    form: TokenWish,
    errors: Errors,
    /// A fresh secret, shown this once
    secret: Option<String>,
}

impl TokensPage {
    fn scopes(&self) -> [&'static str; 5] {
        Scope::ALL.map(Scope::name)
    }

    fn lives(&self) -> [&'static str; 4] {
        LIVES
    }

    fn wishes(&self, scope: &str) -> bool {
        self.form.scope.iter().any(|wished| wished == scope)
    }
}

async fn index(State(house): State<House>, me: Me) -> Answer {
    let form = TokenWish { scope: vec![Scope::Read.name().to_owned()], days: "90".into(), ..TokenWish::default() };
    let answer = list(&house, &me, form, StatusCode::OK, Errors::default()).await?;
    Ok(me.end_once(answer, "/tokens"))
}

async fn list(house: &House, me: &Me, form: TokenWish, status: StatusCode, errors: Errors) -> Answer {
    let tokens = store::of_member(house.db.read(), me.member.id).await?;
    let secret = me.once().map(str::to_owned);
    Ok(page(status, &TokensPage { shell: me.shell(None).await?.at("tokens"), tokens, form, errors, secret }))
}

async fn create(State(house): State<House>, me: Me, Form(form): Form<TokenWish>) -> Answer {
    let secret = actions::fresh_secret()?;
    let (now, member, actor, kept) = (house.now(), me.member.id, me.actor(), secret.clone());
    let made = match form.check(now) {
        Ok(token) => house.db.write(async move |tx| actions::keep(tx, &actor, member, &token, &kept, now).await).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(_) => Ok(me.go_once("/tokens", &secret)),
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(me.words, &errors);
            list(&house, &me, form, StatusCode::UNPROCESSABLE_ENTITY, errors).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn revoke(State(house): State<House>, me: Me, Path(id): Path<TokenId>) -> Answer {
    actions::revoke(&house, &me, id).await?;
    Ok(me.go_saying("/tokens", Said::new("tokens-revoked")))
}
