//! The page of search.

use super::model::{Hit, NOUNS, Query as Asked};
use super::{api, store};
use crate::platform::House;
use crate::platform::id::ProjectId;
use crate::web::{Ability, Access, Answer, Me, Routes, Shell, cookie, page};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;

pub fn routes() -> Routes {
    Routes::new().get("/search", Access::Member(Ability::Read), index).merge(api::routes())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Question {
    q: String,
}

#[derive(Template)]
#[template(path = "today/search.html")]
struct SearchPage {
    shell: Shell,
    q: String,
    /// Only the newest texts were looked through.
    short: bool,
    groups: Vec<(&'static str, Vec<Hit>)>,
    found: usize,
}

async fn index(State(house): State<House>, me: Me, headers: HeaderMap, Query(Question { q }): Query<Question>) -> Answer {
    let hits = store::find(house.db.read(), me.member.id, &q, store::FINDS).await?;
    let found = hits.len();
    let groups = NOUNS.map(|noun| (noun, hits.iter().filter(|hit| hit.noun == noun).cloned().collect::<Vec<_>>()));
    let groups = groups.into_iter().filter(|(_, hits)| !hits.is_empty()).collect();
    let short = matches!(Asked::of(&q), Asked::Pattern(_));
    Ok(page(StatusCode::OK, &SearchPage { shell: frame(&me, &headers).await?, q, short, groups, found }))
}

/// The rooms of the project last looked at stay in the rail while one searches everywhere.
async fn frame(me: &Me, headers: &HeaderMap) -> crate::platform::Outcome<Shell> {
    let last: Option<ProjectId> = cookie(headers, "project").and_then(|text| text.parse().ok());
    let shell = match me.shell(last).await {
        Ok(shell) => shell,
        Err(_) => me.shell(None).await?,
    };
    Ok(shell.at("search"))
}
