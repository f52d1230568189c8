//! Pages of members: who is here, and one member with role, projects and state.

use super::actions::{self, Change};
use super::api;
use super::store::{self, MemberRow, ProjectLabel};
use crate::platform::id::{MemberId, ProjectId};
use crate::platform::{Error, FieldError, House, Outcome};
use crate::web::{Ability, Access, Answer, Errors, Form, Me, Role, Routes, Said, Shell, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;

pub fn routes() -> Routes {
    let administer = Access::Member(Ability::Administer);
    Routes::new()
        .get("/members", administer, index)
        .get("/members/{member}", administer, show)
        .post("/members/{member}", administer, update)
        .post("/members/{member}/deactivation", administer, deactivate)
        .delete("/members/{member}/deactivation", administer, reactivate)
        .merge(api::routes())
}

/// A member as a line of the list.
struct Line {
    member: MemberRow,
    projects: Vec<String>,
}

#[derive(Template)]
#[template(path = "team/members/index.html")]
struct IndexPage {
    shell: Shell,
    lines: Vec<Line>,
    active: usize,
}

#[derive(Template)]
#[template(path = "team/members/show.html")]
struct MemberPage {
    shell: Shell,
    member: MemberRow,
    projects: Vec<ProjectLabel>,
    form: MemberForm,
    errors: Errors,
    /// A fresh reset link, shown this once
    link: Option<String>,
}

impl MemberPage {
    fn roles(&self) -> [&'static str; 5] {
        Role::ALL.map(Role::name)
    }

    fn is_in(&self, project: &ProjectLabel) -> bool {
        self.form.projects.contains(&project.id)
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct MemberForm {
    role: String,
    projects: Vec<ProjectId>,
    version: i64,
}

impl MemberForm {
    fn check(&self) -> Outcome<Change> {
        let role: Role = self.role.parse().map_err(|key| Error::field("role", key))?;
        Ok(Change { role: Some(role), active: None, projects: Some(self.projects.clone()), version: Some(self.version) })
    }
}

async fn index(State(house): State<House>, me: Me) -> Answer {
    let db = house.db.read();
    let (members, projects, inside) = (store::list(db).await?, store::projects(db).await?, store::memberships(db).await?);
    let name = |id: ProjectId| projects.iter().find(|project| project.id == id).map(|project| project.name.clone());
    let active = members.iter().filter(|member| member.is_active()).count();
    let lines = members
        .into_iter()
        .map(|member| Line { projects: inside.iter().filter(|(id, _)| *id == member.id).filter_map(|(_, id)| name(*id)).collect(), member })
        .collect();
    Ok(page(StatusCode::OK, &IndexPage { shell: me.shell(None).await?.at("members"), lines, active }))
}

async fn show(State(house): State<House>, me: Me, Path(id): Path<MemberId>) -> Answer {
    let member = store::find(house.db.read(), id).await?;
    let inside = store::memberships(house.db.read()).await?;
    let projects = inside.into_iter().filter(|(member, _)| *member == id).map(|(_, project)| project).collect();
    let form = MemberForm { role: member.role.clone(), projects, version: member.version };
    let answer = one(&house, &me, member, form, StatusCode::OK, Errors::default()).await?;
    Ok(me.end_once(answer, &format!("/members/{id}")))
}

async fn one(house: &House, me: &Me, member: MemberRow, form: MemberForm, status: StatusCode, errors: Errors) -> Answer {
    let projects = store::projects(house.db.read()).await?;
    let link = me.once().map(|token| house.config.absolute(&format!("/reset/{token}")));
    Ok(page(status, &MemberPage { shell: me.shell(None).await?.at("members"), member, projects, form, errors, link }))
}

async fn update(State(house): State<House>, me: Me, Path(id): Path<MemberId>, Form(form): Form<MemberForm>) -> Answer {
    let done = match form.check() {
        Ok(change) => actions::change(&house, me.actor(), id, change).await,
        Err(error) => Err(error),
    };
    let (status, errors) = match done {
        Ok(()) => return Ok(me.go_saying("/members", Said::new("members-saved"))),
        Err(Error::Invalid(errors)) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
        Err(Error::Refused { key, .. }) => (StatusCode::UNPROCESSABLE_ENTITY, vec![FieldError::new("role", key)]),
        Err(Error::Stale(_)) => (StatusCode::CONFLICT, vec![FieldError::new("version", "failure-stale")]),
        Err(error) => return Err(error.into()),
    };
    let member = store::find(house.db.read(), id).await?;
    let errors = Errors::of(me.words, &errors);
    one(&house, &me, member, form, status, errors).await
}

async fn deactivate(State(house): State<House>, me: Me, Path(id): Path<MemberId>) -> Answer {
    let change = Change { active: Some(false), ..Change::default() };
    let member = store::find(house.db.read(), id).await?;
    actions::change(&house, me.actor(), id, change).await?;
    let said = Said::new("members-deactivated").with("name", member.name).undo(format!("/members/{id}/deactivation?_method=DELETE"));
    Ok(me.go_saying("/members", said))
}

async fn reactivate(State(house): State<House>, me: Me, Path(id): Path<MemberId>) -> Answer {
    let change = Change { active: Some(true), ..Change::default() };
    let member = store::find(house.db.read(), id).await?;
    actions::change(&house, me.actor(), id, change).await?;
    Ok(me.go_saying("/members", Said::new("members-reactivated").with("name", member.name)))
}
