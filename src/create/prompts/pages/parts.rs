//! Pages of shared parts: the list with a new one, and one with its versions.

use crate::create::prompts::actions::parts as actions;
use crate::create::prompts::parts::{By, NewPart, Part, PartVersion};
use crate::create::prompts::store;
use crate::platform::id::{PartId, ProjectId};
use crate::platform::{Error, House};
use crate::web::{Ability, Access, Answer, Errors, Form, Me, Routes, Said, Shell, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new()
        .get("/projects/{project}/parts", read, index)
        .post("/projects/{project}/parts", make, create)
        .get("/parts/{part}", read, show)
        .post("/parts/{part}/versions", make, add_version)
        .delete("/parts/{part}", make, remove)
        .post("/parts/{part}/restoration", make, restore)
}

#[derive(Template)]
#[template(path = "create/prompts/parts.html")]
struct ListPage {
    shell: Shell,
    parts: Vec<Part>,
    form: NewPart,
    errors: Errors,
}

#[derive(Template)]
#[template(path = "create/prompts/part.html")]
struct PartPage {
    shell: Shell,
    part: Part,
    versions: Vec<PartVersion>,
    open: i64,
    form: NewPart,
    errors: Errors,
}

impl ListPage {
    fn call(&self, name: &str) -> String {
        call(name)
    }
}

impl PartPage {
    fn call(&self) -> String {
        call(&self.part.name)
    }
    fn next(&self) -> i64 {
        self.part.versions + 1
    }
    fn is_open(&self, number: &i64) -> bool {
        self.open == *number
    }
}

/// How a template asks for a part.
fn call(name: &str) -> String {
    format!("{{{{ part(\"{name}\") }}}}")
}

async fn list(house: &House, me: &Me, project: ProjectId, form: NewPart, (status, errors): (StatusCode, Errors)) -> Answer {
    let shell = me.shell(Some(project)).await?.at("prompts");
    let parts = store::parts(house.db.read(), me.member.id, project).await?;
    Ok(page(status, &ListPage { shell, parts, form, errors }))
}

async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>) -> Answer {
    list(&house, &me, project, NewPart::default(), (StatusCode::OK, Errors::default())).await
}

async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Form(form): Form<NewPart>) -> Answer {
    let (by, actor, new) = (By { member: me.member.id, at: house.now() }, me.actor(), form.clone());
    match house.db.write(async move |tx| actions::create(tx, &actor, by, project, &new).await).await {
        Ok(id) => Ok(me.go_saying(&format!("/parts/{id}"), Said::new("prompts-part-kept").with("name", &form.name))),
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(me.words, &errors);
            list(&house, &me, project, form, (StatusCode::UNPROCESSABLE_ENTITY, errors)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Which version of a part is open; the newest unless told.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Open {
    version: Option<i64>,
}

async fn show(State(house): State<House>, me: Me, Path(id): Path<PartId>, Query(view): Query<Open>) -> Answer {
    let part = store::part(house.db.read(), me.member.id, id).await?;
    let open = store::part_version(house.db.read(), id, view.version.unwrap_or(part.versions)).await?;
    let form = NewPart { text: open.text, ..NewPart::default() };
    one(&house, &me, part, (open.number, form), (StatusCode::OK, Errors::default())).await
}

async fn one(house: &House, me: &Me, part: Part, (open, form): (i64, NewPart), (status, errors): (StatusCode, Errors)) -> Answer {
    let shell = me.shell(Some(part.project_id)).await?.at("prompts");
    let versions = store::part_versions(house.db.read(), part.id).await?;
    Ok(page(status, &PartPage { shell, part, versions, open, form, errors }))
}

async fn add_version(State(house): State<House>, me: Me, Path(id): Path<PartId>, Form(form): Form<NewPart>) -> Answer {
    let part = store::part(house.db.read(), me.member.id, id).await?;
    let (by, actor, new) = (By { member: me.member.id, at: house.now() }, me.actor(), form.clone());
    match house.db.write(async move |tx| actions::add_version(tx, &actor, by, id, &new).await).await {
        Ok(number) => Ok(me.go_saying(&format!("/parts/{id}"), Said::new("prompts-versioned").with("n", number))),
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(me.words, &errors);
            let open = part.versions;
            one(&house, &me, part, (open, form), (StatusCode::UNPROCESSABLE_ENTITY, errors)).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn remove(State(house): State<House>, me: Me, Path(id): Path<PartId>) -> Answer {
    let (project, name) = actions::remove(&house, &me, id, true).await?;
    let said = Said::new("prompts-part-removed").with("name", name).undo(format!("/parts/{id}/restoration"));
    Ok(me.go_saying(&format!("/projects/{project}/parts"), said))
}

async fn restore(State(house): State<House>, me: Me, Path(id): Path<PartId>) -> Answer {
    actions::remove(&house, &me, id, false).await?;
    Ok(me.go(&format!("/parts/{id}")))
}
