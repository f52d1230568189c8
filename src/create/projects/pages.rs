//! Pages of projects: the list of them, a new one, its words, the bin.

use super::model::{NewProject, STANCES};
use super::{actions, api, store};
use crate::platform::id::ProjectId;
use crate::platform::locale::{COMMON_LOCALES, COMMON_ZONES, MARKETS};
use crate::platform::{Error, House};
use crate::web::{Ability, Access, Answer, Errors, Form, Me, Routes, Said, Shell, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;

/// Says of a market that it is not on the list.
const OTHER: &str = "other";

pub fn routes() -> Routes {
    let read = Access::Member(Ability::Read);
    let publish = Access::Member(Ability::Publish);
    Routes::new()
        .get("/projects", read, index)
        .get("/projects/new", publish, new)
        .post("/projects", publish, create)
        .get("/projects/{project}/edit", publish, edit)
        .post("/projects/{project}", publish, update)
        .post("/projects/{project}/perspective", publish, begin)
        .delete("/projects/{project}", publish, bin)
        .post("/projects/{project}/restoration", publish, restore)
        .merge(api::routes())
}

#[derive(Template)]
#[template(path = "create/projects/index.html")]
struct IndexPage {
    shell: Shell,
    projects: Vec<store::ProjectName>,
}

#[derive(Template)]
#[template(path = "create/projects/form.html")]
struct FormPage {
    shell: Shell,
    id: Option<ProjectId>,
    sample: bool,
    form: NewProject,
    errors: Errors,
}

impl FormPage {
    fn stances(&self) -> [&'static str; 3] {
        STANCES
    }
    fn zones(&self) -> &'static [&'static str] {
        COMMON_ZONES
    }
    fn locales(&self) -> &'static [&'static str] {
        COMMON_LOCALES
    }
    fn offered(&self) -> &'static [(&'static str, &'static str, &'static str)] {
        MARKETS
    }
}

async fn index(State(house): State<House>, me: Me) -> Answer {
    let projects = store::seen_by(house.db.read(), me.member.id).await?;
    Ok(page(StatusCode::OK, &IndexPage { shell: me.shell(None).await?.at("projects"), projects }))
}

async fn new(me: Me) -> Answer {
    let form =
        NewProject { locale: me.member.locale.clone(), zone: me.member.zone.name().to_owned(), stance: "crafted".into(), ..NewProject::default() };
    Ok(page(StatusCode::OK, &FormPage { shell: me.shell(None).await?.at("projects"), id: None, sample: false, form, errors: Errors::default() }))
}

async fn create(State(house): State<House>, me: Me, Form(form): Form<NewProject>) -> Answer {
    let (now, by, actor) = (house.now(), me.member.id, me.actor());
    let made = match form.check(&me.member.locale, me.member.zone.name()) {
        Ok(project) => house.db.write(async move |tx| actions::create(tx, &actor, Some(by), &project, now).await).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(id) => {
            house.jobs.ring();
            Ok(me.go_saying(&format!("/projects/{id}/ideas"), Said::new("projects-created").with("name", &form.name)))
        }
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(me.words, &errors);
            let shell = me.shell(None).await?.at("projects");
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &FormPage { shell, id: None, sample: false, form, errors }))
        }
        Err(error) => Err(error.into()),
    }
}

async fn edit(State(house): State<House>, me: Me, Path(id): Path<ProjectId>) -> Answer {
    let project = store::find(house.db.read(), me.member.id, id).await?;
    let (sample, form) = (project.sample, NewProject::of(project));
    let shell = me.shell(Some(id)).await?.at("projects");
    Ok(page(StatusCode::OK, &FormPage { shell, id: Some(id), sample, form, errors: Errors::default() }))
}

async fn update(State(house): State<House>, me: Me, Path(id): Path<ProjectId>, Form(form): Form<NewProject>) -> Answer {
    let done = match form.check(&me.member.locale, me.member.zone.name()) {
        Ok(project) => actions::update(&house, &me, id, project).await,
        Err(error) => Err(error),
    };
    let (status, errors) = match done {
        Ok(()) => return Ok(me.go_saying(&format!("/projects/{id}/edit"), Said::new("projects-saved"))),
        Err(Error::Invalid(errors)) => (StatusCode::UNPROCESSABLE_ENTITY, Errors::of(me.words, &errors)),
        Err(Error::Stale(_)) => (StatusCode::CONFLICT, Errors::of(me.words, &[crate::platform::FieldError::new("version", "failure-stale")])),
        Err(error) => return Err(error.into()),
    };
    let shell = me.shell(Some(id)).await?.at("projects");
    Ok(page(status, &FormPage { shell, id: Some(id), sample: false, form, errors }))
}

/// What the first drafts need of a project: the rest of its form can wait.
#[derive(Deserialize)]
struct BeginForm {
    niche: String,
    perspective: String,
    /// A market of the list as its line is written, `other` for one that is not on it, or nothing yet
    #[serde(default)]
    market: String,
}

async fn begin(State(house): State<House>, me: Me, Path(id): Path<ProjectId>, Form(form): Form<BeginForm>) -> Answer {
    let project = store::find(house.db.read(), me.member.id, id).await?;
    let elsewhere = form.market == OTHER;
    let words = NewProject::of(project);
    let markets = if elsewhere { words.markets } else { format!("{}\n{}", words.markets, form.market) };
    let form = NewProject { niche: form.niche, perspective: form.perspective, markets, ..words };
    let done = match form.check(&me.member.locale, me.member.zone.name()) {
        Ok(project) => actions::update(&house, &me, id, project).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(me.go_saying(&if elsewhere { format!("/projects/{id}/edit") } else { "/".to_owned() }, Said::new("projects-saved"))),
        Err(Error::Invalid(errors)) => {
            let (errors, shell) = (Errors::of(me.words, &errors), me.shell(Some(id)).await?.at("projects"));
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &FormPage { shell, id: Some(id), sample: false, form, errors }))
        }
        Err(error) => Err(error.into()),
    }
}

async fn bin(State(house): State<House>, me: Me, Path(id): Path<ProjectId>) -> Answer {
    let project = store::find(house.db.read(), me.member.id, id).await?;
    actions::bin(&house, &me, id, true).await?;
    Ok(me.go_saying("/projects", Said::new("projects-binned").with("name", project.name).undo(format!("/projects/{id}/restoration"))))
}

async fn restore(State(house): State<House>, me: Me, Path(id): Path<ProjectId>) -> Answer {
    actions::bin(&house, &me, id, false).await?;
    Ok(me.go(&format!("/projects/{id}/ideas")))
}
