//! Pages of pieces: the list, a new one. A piece itself is shown by its variants.

use super::store::{self, Piece};
use super::{actions, api};
use crate::platform::id::{PieceId, ProjectId};
use crate::platform::{Error, House};
use crate::web::{Ability, Access, After, Answer, Errors, Form, Me, Routes, Said, Shell, Slice, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;

const IN_LIST: i64 = 50;

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new()
        .get("/projects/{project}/pieces", read, index)
        .post("/projects/{project}/pieces", make, create)
        .post("/pieces/{piece}", make, rename)
        .delete("/pieces/{piece}", make, bin)
        .post("/pieces/{piece}/restoration", make, restore)
        .merge(api::routes())
}

#[derive(Template)]
#[template(path = "create/pieces/index.html")]
struct IndexPage {
    shell: Shell,
    count: i64,
    pieces: Slice<Piece>,
    form: TitleForm,
    errors: Errors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TitleForm {
    title: String,
}

async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(after): Query<After>) -> Answer {
    list(&house, &me, project, after, TitleForm::default(), StatusCode::OK, Errors::default()).await
}

async fn list(house: &House, me: &Me, project: ProjectId, after: After, form: TitleForm, status: StatusCode, errors: Errors) -> Answer {
    let shell = me.shell(Some(project)).await?.at("pieces");
    let (pieces, count) = store::counted(house.db.read(), me.member.id, project, after.after, IN_LIST).await?;
    Ok(page(status, &IndexPage { shell, count, pieces, form, errors }))
}

async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Form(form): Form<TitleForm>) -> Answer {
    let (now, by, actor, title) = (house.now(), me.member.id, me.actor(), form.title.clone());
    match house.db.write(async move |tx| actions::create(tx, &actor, Some(by), project, None, &title, now).await).await {
        Ok(id) => Ok(me.go(&format!("/pieces/{id}"))),
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(me.words, &errors);
            list(&house, &me, project, After::default(), form, StatusCode::UNPROCESSABLE_ENTITY, errors).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn rename(State(house): State<House>, me: Me, Path(id): Path<PieceId>, Form(form): Form<TitleForm>) -> Answer {
    match actions::rename(&house, &me, id, &form.title).await {
        Ok(()) => Ok(me.go_saying(&format!("/pieces/{id}"), Said::new("pieces-renamed"))),
        Err(Error::Invalid(_)) => Ok(me.go_saying(&format!("/pieces/{id}"), Said::new("pieces-title-needed"))),
        Err(error) => Err(error.into()),
    }
}

async fn bin(State(house): State<House>, me: Me, Path(id): Path<PieceId>) -> Answer {
    let piece = store::find(house.db.read(), me.member.id, id).await?;
    let project = actions::bin(&house, &me, id, true).await?;
    let said = Said::new("pieces-binned").with("title", piece.title).undo(format!("/pieces/{id}/restoration"));
    Ok(me.go_saying(&format!("/projects/{project}/pieces"), said))
}

async fn restore(State(house): State<House>, me: Me, Path(id): Path<PieceId>) -> Answer {
    actions::bin(&house, &me, id, false).await?;
    Ok(me.go(&format!("/pieces/{id}")))
}
