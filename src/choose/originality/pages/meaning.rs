//! What a project compares by: choosing it, and how asking for vectors goes.

use super::radar_page;
use crate::choose::originality::actions::{self, NewMeaning};
use crate::choose::originality::store::vectors::{self, Space};
use crate::create::runs::backends::Class;
use crate::create::runs::embedding;
use crate::platform::id::ProjectId;
use crate::platform::{Error, House, Outcome};
use crate::web::{Ability, Access, Answer, Errors, Form, Me, Routes, Said};
use axum::extract::{Path, State};
use serde::Deserialize;

pub fn routes() -> Routes {
    Routes::new().post("/projects/{project}/meaning", Access::Member(Ability::Publish), choose)
}

/// A model that can be chosen: what the form sends, and how it is called.
pub(super) struct Choice {
    pub value: String,
    pub name: String,
    pub is_chosen: bool,
}

/// What holds now, and what could.
pub(super) struct Comparing {
    pub space: Option<Space>,
    pub waiting: i64,
    pub choices: Vec<Choice>,
}

impl Comparing {
    /// The sentence about what keeps the vectors from coming.
    pub fn trouble(&self) -> Option<&'static str> {
        let class = self.space.as_ref()?.class.as_deref().and_then(Class::parse)?;
        Some(match class {
            Class::Gone => "originality-trouble-gone",
            Class::BadAnswer | Class::TooLong | Class::Moderation | Class::Refused => "originality-trouble-answer",
            other => other.key(),
        })
    }
}

/// `kept`: what a form that was refused had chosen.
pub(super) async fn comparing(house: &House, project: ProjectId, kept: Option<&str>) -> Outcome<Comparing> {
    let space = vectors::space(house.db.read(), project).await?;
    let waiting = vectors::waiting_in(house.db.read(), project).await?;
    let choice = |backend: &dyn std::fmt::Display, name: &str, model: &str| Choice {
        value: format!("{backend} {model}"),
        name: format!("{name} · {model}"),
        is_chosen: false,
    };
    let mut choices: Vec<Choice> = embedding::embedders(house).await?.iter().map(|known| choice(&known.backend, &known.name, &known.model)).collect();
    if let Some(space) = &space {
        let current = choice(&space.backend, &space.backend_name, &space.model);
        let chosen = kept.unwrap_or(&current.value).to_owned();
        // The model that holds may be none of those that the settings name by now.
        if !choices.iter().any(|known| known.value == current.value) {
            choices.push(current);
        }
        choices.iter_mut().for_each(|known| known.is_chosen = known.value == chosen);
    }
    Ok(Comparing { space, waiting, choices })
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct MeaningForm {
    /// A backend and a model; empty: words alone
    model: String,
}

async fn choose(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Form(form): Form<MeaningForm>) -> Answer {
    let new = match form.model.split_once(' ') {
        Some((backend, model)) => match backend.parse() {
            Ok(backend) => Ok(NewMeaning { backend: Some(backend), model: model.to_owned() }),
            Err(_) => Err(Error::field("model", "originality-error-embedder")),
        },
        None if form.model.is_empty() => Ok(NewMeaning::default()),
        None => Err(Error::field("model", "originality-error-embedder")),
    };
    let chosen = match new {
        Ok(new) => actions::choose_meaning(&house, me.actor(), me.member.id, project, &new).await,
        Err(error) => Err(error),
    };
    match chosen {
        Ok(()) => Ok(me.go_saying(&format!("/projects/{project}/originality"), Said::new("originality-said-meaning"))),
        Err(Error::Invalid(list)) => {
            let errors = Errors::of(me.words, &list);
            radar_page(&house, &me, project, Some((None, Some(form.model), errors))).await
        }
        Err(other) => Err(other.into()),
    }
}
