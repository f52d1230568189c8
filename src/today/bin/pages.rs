//! The pages of the bin.

use super::model::{Binned, Noun};
use super::{actions, api, store};
use crate::platform::id::ProjectId;
use crate::platform::{Error, House};
use crate::web::{Ability, Access, Answer, Me, Routes, Said, Shell, page, require};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use uuid::Uuid;

pub fn routes() -> Routes {
    Routes::new()
        .get("/bin", Access::Member(Ability::Publish), projects)
        .get("/projects/{project}/bin", Access::Member(Ability::Make), index)
        .post("/bin/{noun}/{id}/restoration", Access::Member(Ability::Make), restore)
        .merge(api::routes())
}

#[derive(Template)]
#[template(path = "today/bin.html")]
struct BinPage {
    shell: Shell,
    binned: Vec<Binned>,
    /// True on the page of whole projects.
    whole: bool,
}

impl BinPage {
    fn may_restore(&self, binned: &Binned) -> bool {
        let ability = binned.noun.parse().map_or(Ability::Publish, Noun::ability);
        self.shell.member.as_ref().is_some_and(|member| member.can(ability))
    }
}

async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>) -> Answer {
    let shell = me.shell(Some(project)).await?.at("bin");
    let binned = store::list(house.db.read(), me.member.id, project).await?;
    Ok(page(StatusCode::OK, &BinPage { shell, binned, whole: false }))
}

async fn projects(State(house): State<House>, me: Me) -> Answer {
    let shell = me.shell(None).await?.at("bin");
    let binned = store::projects(house.db.read(), me.member.id).await?;
    Ok(page(StatusCode::OK, &BinPage { shell, binned, whole: true }))
}

async fn restore(State(house): State<House>, me: Me, Path((noun, id)): Path<(String, Uuid)>) -> Answer {
    let noun: Noun = noun.parse().map_err(|_| Error::NotFound)?;
    require(&me, noun.ability())?;
    let (project, title) = actions::restore(&house, &me, noun, id).await?;
    Ok(me.go_saying(&format!("/projects/{project}/bin"), Said::new("bin-restored").with("title", title)))
}
