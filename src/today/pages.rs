//! The page of today.

use super::{store, welcome};
use crate::create::projects;
use crate::platform::House;
use crate::web::{Ability, Access, Answer, Me, Routes, Shell, cookie, page};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

pub fn routes() -> Routes {
    Routes::new().get("/", Access::Member(Ability::Read), index).merge(welcome::routes())
}

#[derive(Template)]
#[template(path = "today/index.html")]
struct TodayPage {
    shell: Shell,
    waiting: store::Waiting,
}

/// Today is of the project last looked at, which a cookie remembers, or the first one.
async fn index(State(house): State<House>, me: Me, headers: HeaderMap) -> Answer {
    let projects = projects::seen_by(house.db.read(), me.member.id).await?;
    let last = cookie(&headers, "project").and_then(|text| text.parse().ok());
    let project = projects.iter().find(|project| Some(project.id) == last).or(projects.first()).map(|project| project.id);
    let shell = me.shell(project).await?.at("today");
    let waiting = match project {
        Some(id) => store::waiting(house.db.read(), id).await?,
        None => store::Waiting::default(),
    };
    Ok(page(StatusCode::OK, &TodayPage { shell, waiting }))
}
