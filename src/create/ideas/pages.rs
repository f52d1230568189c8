//! Pages of ideas: the board, the list, one idea.

use super::model::{IdeaState, NewIdea};
use super::store::{self, Idea, Origin};
use super::{actions, api};
use crate::create::projects;
use crate::platform::id::{IdeaId, ProjectId, VariantId};
use crate::platform::locale::COMMON_LOCALES;
use crate::platform::{Error, FieldError, House};
use crate::web::{Ability, Access, Answer, Errors, Failure, Form, Me, Routes, Said, Shell, Slice, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use uuid::Uuid;

const ON_BOARD: i64 = 20;
const IN_LIST: i64 = 50;

/// What the lenses suggest; anything else may be typed.
const ANGLES: &[&str] =
    &["lens-angle-villain", "lens-angle-backstage", "lens-angle-object", "lens-angle-audience", "lens-angle-number", "lens-angle-first-time"];
const FORMATS: &[&str] =
    &["lens-format-micro-drama", "lens-format-explainer", "lens-format-before-after", "lens-format-one-shot", "lens-format-reply"];
const EMOTIONS: &[&str] =
    &["lens-emotion-tenderness", "lens-emotion-anger", "lens-emotion-wonder", "lens-emotion-laughter", "lens-emotion-longing", "lens-emotion-pride"];

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new()
        .get("/projects/{project}/ideas", read, index)
        .post("/projects/{project}/ideas", make, create)
        .get("/projects/{project}/ideas/new", make, new)
        .post("/projects/{project}/ideas/state", make, move_many)
        .get("/ideas/{idea}", read, show)
        .post("/ideas/{idea}", make, update)
        .post("/ideas/{idea}/state", make, move_one)
        .delete("/ideas/{idea}", make, bin)
        .post("/ideas/{idea}/restoration", make, restore)
        .merge(api::routes())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct View {
    view: String,
    state: String,
    after: Option<Uuid>,
}

/// How many ideas stand where, from the counters.
#[derive(Default)]
struct Counts {
    inbox: i64,
    shortlisted: i64,
    in_production: i64,
    dropped: i64,
    all: i64,
}

impl Counts {
    fn of(rows: &[(String, i64)]) -> Counts {
        let n = |state: IdeaState| rows.iter().find(|(name, _)| name == state.name()).map_or(0, |(_, n)| *n);
        Counts {
            inbox: n(IdeaState::Inbox),
            shortlisted: n(IdeaState::Shortlisted),
            in_production: n(IdeaState::InProduction),
            dropped: n(IdeaState::Dropped),
            all: rows.iter().map(|(_, n)| n).sum(),
        }
    }
}

#[derive(Template)]
#[template(path = "create/ideas/index.html")]
struct BoardPage {
    shell: Shell,
    counts: Counts,
    markets: Vec<projects::Market>,
    /// Where reading the drafts begins
    newest: Option<VariantId>,
    inbox: Slice<Idea>,
    shortlist: Slice<Idea>,
    production: Slice<Idea>,
}

impl BoardPage {
    /// The one step that comes next: "choose" what was drafted, "draft" what is on the shortlist, "pick" from the inbox,
    /// or more "ideas".
    fn needed(&self) -> &'static str {
        match (self.shell.hot("curate"), self.counts.shortlisted, self.counts.inbox) {
            (1.., ..) if self.shell.decides() => "choose",
            (_, 1.., _) => "draft",
            (_, _, 1..) => "pick",
            _ => "ideas",
        }
    }
    /// The idea that stands first on the shortlist.
    fn first(&self) -> Option<&Idea> {
        self.shortlist.items.first()
    }
}

#[derive(Template)]
#[template(path = "create/ideas/list.html")]
struct ListPage {
    shell: Shell,
    counts: Counts,
    /// "" for all, or the name of a state
    state: String,
    ideas: Slice<Idea>,
}

#[derive(Template)]
#[template(path = "create/ideas/show.html")]
struct IdeaPage {
    shell: Shell,
    idea: Idea,
    twin: Option<Idea>,
    /// What drafts may be asked for in: its own language first, then those of the markets.
    locales: Vec<String>,
    /// The language drafts were asked for in, and the one they were written in instead
    unwritten: Option<(String, String)>,
    form: NewIdea,
    errors: Errors,
}

#[derive(Template)]
#[template(path = "create/ideas/new.html")]
struct NewPage {
    shell: Shell,
    form: NewIdea,
    errors: Errors,
}

impl NewPage {
    fn locales(&self) -> &'static [&'static str] {
        COMMON_LOCALES
    }
}

impl IdeaPage {
    fn locales(&self) -> &'static [&'static str] {
        COMMON_LOCALES
    }
}

async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(view): Query<View>) -> Answer {
    let shell = me.shell(Some(project)).await?.at("ideas");
    let (db, member) = (house.db.read(), me.member.id);
    let counts = Counts::of(&store::counts(db, member, project).await?);
    if view.view == "list" {
        let ideas = match view.state.parse() {
            Ok(state) => store::in_state(db, member, project, state, view.after, IN_LIST).await?,
            Err(_) if view.state.is_empty() => store::list(db, member, project, view.after, IN_LIST).await?,
            Err(_) => return Err(Failure::Bad("failure-filter")),
        };
        return Ok(page(StatusCode::OK, &ListPage { shell, counts, state: view.state, ideas }));
    }
    let column = |state| store::in_state(db, member, project, state, None, ON_BOARD);
    let (inbox, shortlist, production) =
        (column(IdeaState::Inbox).await?, column(IdeaState::Shortlisted).await?, column(IdeaState::InProduction).await?);
    let markets = projects::find(db, member, project).await?.markets;
    let newest = store::newest_waiting(db, project).await?;
    Ok(page(StatusCode::OK, &BoardPage { shell, counts, markets, newest, inbox, shortlist, production }))
}

async fn new(me: Me, Path(project): Path<ProjectId>) -> Answer {
    let shell = me.shell(Some(project)).await?.at("ideas");
    let form = NewIdea { locale: shell.project.locale.clone(), ..NewIdea::default() };
    Ok(page(StatusCode::OK, &NewPage { shell, form, errors: Errors::default() }))
}

async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Form(form): Form<NewIdea>) -> Answer {
    let (now, by, actor, idea) = (house.now(), me.member.id, me.actor(), form.clone());
    let made = house.db.write(async move |tx| actions::add(tx, &actor, Some(by), project, &[idea], &Origin::default(), now).await).await;
    match made {
        Ok(_) => Ok(me.go_saying(&format!("/projects/{project}/ideas"), Said::new("ideas-created").with("title", &form.title))),
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(me.words, &errors);
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &NewPage { shell: me.shell(Some(project)).await?.at("ideas"), form, errors }))
        }
        Err(error) => Err(error.into()),
    }
}

async fn show(State(house): State<House>, me: Me, Path(id): Path<IdeaId>) -> Answer {
    let idea = store::find(house.db.read(), me.member.id, id).await?;
    let form = NewIdea {
        title: idea.title.clone(),
        hook: idea.hook.clone(),
        angle: idea.angle.clone(),
        why_now: idea.why_now.clone(),
        locale: idea.locale.clone(),
        version: idea.version,
    };
    one(&house, &me, idea, form, StatusCode::OK, Errors::default()).await
}

async fn one(house: &House, me: &Me, idea: Idea, form: NewIdea, status: StatusCode, errors: Errors) -> Answer {
    let twin = match idea.twin_id {
        Some(id) => store::find(house.db.read(), me.member.id, id).await.ok(),
        None => None,
    };
    let shell = me.shell(Some(idea.project_id)).await?.at("ideas");
    let mut locales = vec![idea.locale.clone()];
    for market in projects::find(house.db.read(), me.member.id, idea.project_id).await?.markets {
        if !locales.contains(&market.locale) {
            locales.push(market.locale);
        }
    }
    let unwritten = store::unwritten(house.db.read(), idea.id).await?;
    Ok(page(status, &IdeaPage { shell, idea, twin, locales, unwritten, form, errors }))
}

async fn update(State(house): State<House>, me: Me, Path(id): Path<IdeaId>, Form(form): Form<NewIdea>) -> Answer {
    let idea = store::find(house.db.read(), me.member.id, id).await?;
    let done = match form.check(&idea.locale) {
        Ok(checked) => actions::update(&house, &me, id, checked).await,
        Err(error) => Err(error),
    };
    let (status, errors) = match done {
        Ok(()) => return Ok(me.go_saying(&format!("/ideas/{id}"), Said::new("ideas-saved"))),
        Err(Error::Invalid(errors)) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
        Err(Error::Stale(_)) => (StatusCode::CONFLICT, vec![FieldError::new("version", "failure-stale")]),
        Err(error) => return Err(error.into()),
    };
    // The page shows what stands there now and keeps what was typed.
    let errors = Errors::of(me.words, &errors);
    one(&house, &me, idea, form, status, errors).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MoveForm {
    to: String,
    id: Vec<IdeaId>,
    back: String,
}

/// Undo comes with the state in the query, because its form has no fields.
async fn move_one(State(house): State<House>, me: Me, Path(id): Path<IdeaId>, Query(undo): Query<MoveForm>, Form(form): Form<MoveForm>) -> Answer {
    let form = if undo.to.is_empty() { form } else { undo };
    let idea = store::find(house.db.read(), me.member.id, id).await?;
    let to: IdeaState = form.to.parse().map_err(|_| Failure::Bad("failure-form"))?;
    let before = actions::move_to(&house, &me, vec![id], to).await?;
    let path = format!("/projects/{}/ideas{}", idea.project_id, back(&form.back));
    Ok(match before.first() {
        Some((_, from)) if from.may_become(to) && to.may_become(*from) => {
            let said = Said::new(moved_key(to)).with("title", &idea.title).undo(format!("/ideas/{id}/state?to={from}"));
            me.go_saying(&path, said)
        }
        _ => me.go(&path),
    })
}

async fn move_many(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Form(form): Form<MoveForm>) -> Answer {
    let to: IdeaState = form.to.parse().map_err(|_| Failure::Bad("failure-form"))?;
    me.shell(Some(project)).await?;
    let path = format!("/projects/{project}/ideas{}", back(&form.back));
    if form.id.is_empty() || form.id.len() > 200 {
        return Ok(me.go_saying(&path, Said::new("ideas-none-chosen")));
    }
    let moved = actions::move_to(&house, &me, form.id, to).await?;
    Ok(me.go_saying(&path, Said::new("ideas-moved-many").with("n", moved.len())))
}

fn moved_key(to: IdeaState) -> &'static str {
    match to {
        IdeaState::Inbox => "ideas-moved-inbox",
        IdeaState::Shortlisted => "ideas-moved-shortlisted",
        IdeaState::InProduction => "ideas-moved-in-production",
        IdeaState::Done => "ideas-moved-done",
        IdeaState::Dropped => "ideas-moved-dropped",
    }
}

/// The view a form came from: one of our own query strings or nothing.
fn back(text: &str) -> &str {
    let plain = text.starts_with('?') && text.len() < 100 && text.chars().all(|c| c.is_ascii_alphanumeric() || "?=&-_".contains(c));
    if plain { text } else { "" }
}

async fn bin(State(house): State<House>, me: Me, Path(id): Path<IdeaId>) -> Answer {
    let idea = store::find(house.db.read(), me.member.id, id).await?;
    let project = actions::bin(&house, &me, id, true).await?;
    let said = Said::new("ideas-binned").with("title", idea.title).undo(format!("/ideas/{id}/restoration"));
    Ok(me.go_saying(&format!("/projects/{project}/ideas"), said))
}

async fn restore(State(house): State<House>, me: Me, Path(id): Path<IdeaId>) -> Answer {
    let project = actions::bin(&house, &me, id, false).await?;
    Ok(me.go(&format!("/projects/{project}/ideas")))
}
