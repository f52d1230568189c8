//! Pages of experiments: the list, one experiment with its call; a new one in its own file.

mod opening;

use super::actions::{self, By};
use super::assessment::Findings;
use super::model::{Assignment, Badge, Choice, DayCount, Experiment, Listed, State, Verdict, letter};
use super::{api, comparison, store, truth, view};
use crate::platform::id::{ArmId, ExperimentId, ProjectId};
use crate::platform::{Error, House, Outcome};
use crate::web::{Ability, Access, Answer, Errors, Failure, Form, Me, Routes, Said, Shell, Slice, page, thousands};
use askama::Template;
use axum::extract::{Path, Query, State as Here};
use axum::http::StatusCode;
use serde::Deserialize;
use uuid::Uuid;

const IN_LIST: i64 = 50;

pub fn routes() -> Routes {
    let (read, make, publish) = (Access::Member(Ability::Read), Access::Member(Ability::Make), Access::Member(Ability::Publish));
    Routes::new()
        .get("/projects/{project}/experiments", read, index)
        .post("/projects/{project}/experiments", publish, opening::create)
        .get("/projects/{project}/experiments/new", publish, opening::new)
        .post("/projects/{project}/comparisons", publish, opening::compare)
        .get("/experiments/{experiment}", read, show)
        .delete("/experiments/{experiment}", publish, bin)
        .post("/experiments/{experiment}/restoration", publish, restore)
        .post("/experiments/{experiment}/counts", make, count)
        .post("/experiments/{experiment}/verdict", publish, call)
        .delete("/experiments/{experiment}/verdict", publish, reopen)
        .post("/experiments/{experiment}/reopening", publish, reopen)
        .post("/experiments/{experiment}/stop", publish, stop)
        .post("/experiments/{experiment}/simulation", publish, simulate)
        .merge(api::routes())
}

pub(super) fn by(house: &House, me: &Me) -> By {
    By { member: me.member.id, actor: me.actor(), at: house.now() }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Filter {
    state: String,
    after: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "learn/experiments/index.html")]
struct ListPage {
    shell: Shell,
    state: String,
    counts: Vec<(String, i64)>,
    ready: i64,
    list: Slice<Listed>,
}

impl ListPage {
    fn count(&self, state: &str) -> i64 {
        self.counts.iter().filter(|(name, _)| state.is_empty() || name == state).map(|(_, n)| n).sum()
    }
    fn percent(&self, value: &Option<f64>) -> String {
        value.map_or_else(|| "–".to_owned(), view::chance)
    }
    fn points(&self, value: &Option<f64>) -> String {
        value.map_or_else(|| "–".to_owned(), |loss| view::points(loss, &self.shell))
    }
    fn number(&self, value: &i64) -> String {
        thousands(value)
    }
}

async fn index(Here(house): Here<House>, me: Me, Path(project): Path<ProjectId>, Query(filter): Query<Filter>) -> Answer {
    let shell = me.shell(Some(project)).await?.at("experiments");
    let db = house.db.read();
    let state = match filter.state.as_str() {
        "" => None,
        name => Some(name.parse::<State>().map_err(|_| Failure::Bad("failure-filter"))?),
    };
    let list = store::list(db, me.member.id, project, state, (filter.after, IN_LIST)).await?;
    let (counts, ready) = (store::counts(db, project).await?, store::ready(db, project).await?);
    Ok(page(StatusCode::OK, &ListPage { shell, state: filter.state, counts, ready, list }))
}

/// The form that calls an experiment.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct CallForm {
    winner: String,
    play: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "learn/experiments/show.html")]
struct ShowPage {
    shell: Shell,
    one: Experiment,
    grade: &'static str,
    arms: Vec<view::ArmRow>,
    findings: Option<Findings>,
    verdicts: Vec<Verdict>,
    play: Option<String>,
    density: String,
    course: String,
    title: String,
    may_simulate: bool,
    /// Name, true rate, and what the audience likes: only of a simulated experiment that was called.
    truth: Vec<(String, String, String)>,
    called: CallForm,
    /// The day of counts that were refused; empty otherwise.
    counted: String,
    errors: Errors,
}

impl ShowPage {
    fn guards(&self) -> Vec<String> {
        self.findings.as_ref().map(|found| view::guards(found, &self.arms, &self.shell)).unwrap_or_default()
    }
    fn is(&self, state: &str) -> bool {
        self.one.state.name() == state
    }
    fn can_be_called(&self) -> bool {
        self.one.state != State::Called && self.arms.len() > 1 && (self.one.exposures > 0 || !matches!(self.grade, "a" | "b"))
    }
    /// Below grade D nobody wins, and neither does anybody where the split is broken.
    fn may_win(&self) -> bool {
        self.grade != "d" && self.one.badge != Some(Badge::Broken)
    }
    fn safe(&self) -> Option<String> {
        let at = self.findings.as_ref()?.safe_to_ship?;
        self.arms.get(at).map(|arm| self.whole(arm))
    }
    fn proven(&self) -> Option<String> {
        let at = self.findings.as_ref()?.proven_better?;
        self.arms.get(at).map(|arm| self.whole(arm))
    }
    fn versus(&self) -> Option<[&view::ArmRow; 2]> {
        view::side_by_side(&self.arms)
    }
    fn whole(&self, arm: &view::ArmRow) -> String {
        view::whole_name(arm, &self.arms)
    }
    fn split(&self) -> Option<(bool, String)> {
        self.findings.as_ref()?.srm.as_ref().map(|srm| (srm.alarm, view::p_value(srm.p_value)))
    }
    fn planned(&self) -> Option<String> {
        self.one.planned.map(thousands)
    }
    fn day(&self) -> String {
        if !self.counted.is_empty() {
            return self.counted.clone();
        }
        self.shell.now.utc().with_timezone(&self.shell.zone()).format("%Y-%m-%d").to_string()
    }
    fn viewers(&self) -> String {
        thousands(self.one.exposures)
    }
    /// Whom the arms are shown to.
    fn method(&self) -> &'static str {
        view::method(&self.one)
    }
    /// Nobody has seen it, so nothing is said of what viewers did.
    fn unseen(&self) -> bool {
        self.one.exposures == 0 && (matches!(self.grade, "a" | "b") || self.one.assignment == Assignment::Rotated)
    }
    /// What may be said: of invented viewers nothing about others.
    fn claim(&self) -> String {
        if self.unseen() {
            let said = |beginning: &str| self.shell.t([beginning, self.method()].concat());
            return self.shell.ab("experiments-claim-unseen", "method", said("assignment-"), "claim", said("assignment-claim-"));
        }
        let key = if self.one.simulated && self.grade == "a" { "simulated" } else { self.grade };
        self.shell.t(["grade-claim-", key].concat()).into_owned()
    }
    /// The one step that is needed now: "simulate", "call", "breed", or nothing.
    fn needed(&self) -> &'static str {
        let decided = matches!(self.one.badge, Some(Badge::Proven | Badge::Safe | Badge::NoDifference));
        match self.one.state {
            State::Called => "breed",
            State::Running if self.may_simulate && !decided => "simulate",
            _ if self.can_be_called() => "call",
            _ => "",
        }
    }
}

async fn show(Here(house): Here<House>, me: Me, Path(id): Path<ExperimentId>) -> Answer {
    let one = store::find(house.db.read(), me.member.id, id).await?;
    show_page(&house, &me, one, Typed::Nothing, (StatusCode::OK, Errors::default())).await
}

/// A form of the page that was refused, as it was typed.
enum Typed {
    Nothing,
    Call(CallForm),
    Counts(CountForm),
}

async fn show_page(house: &House, me: &Me, one: Experiment, typed: Typed, (status, errors): (StatusCode, Errors)) -> Answer {
    let shell = me.shell(Some(one.project)).await?.at("experiments");
    let db = house.db.read();
    let arms = store::arms(db, one.id).await?;
    let days = store::days(db, one.id).await?;
    let grade = grade_of(db, &one).await?;
    let findings: Option<Findings> = one.assessment.as_ref().and_then(|text| serde_json::from_str(text).ok());
    let mut rows = view::rows(arms, findings.as_ref(), &shell);
    let watched = days.iter().map(|count| count.day.as_str()).collect::<std::collections::BTreeSet<_>>().len();
    let density = view::density(&one, &rows, watched, &shell);
    let course = view::course(&one, &rows, &days, &shell);
    let title = view::title(&one, grade, &rows, findings.as_ref(), &shell);
    let mut called = CallForm {
        winner: view::suggested(findings.as_ref(), &rows).map(|arm| arm.to_string()).unwrap_or_default(),
        play: view::sentence(&one, &rows, findings.as_ref(), &shell),
        reason: String::new(),
    };
    let mut counted = String::new();
    match typed {
        Typed::Nothing => {}
        Typed::Call(form) => called = form,
        Typed::Counts(form) => {
            for (arm, typed) in form.arm.iter().zip(form.exposures.into_iter().zip(form.outcomes)) {
                if let Some(row) = rows.iter_mut().find(|row| row.arm.id == *arm) {
                    row.typed = typed;
                }
            }
            counted = form.day;
        }
    }
    let may_simulate = one.state == State::Running && (one.simulated || one.exposures == 0) && store::simulator_on(db).await?;
    let truth = if one.simulated && one.state == State::Called { revealed(db, &one, &rows, &shell).await? } else { Vec::new() };
    let (verdicts, play) = (store::verdicts(db, one.id).await?, store::play(db, one.id).await?);
    let page_of =
        ShowPage { shell, one, grade, arms: rows, findings, verdicts, play, density, course, title, may_simulate, truth, called, counted, errors };
    Ok(page(status, &page_of))
}

async fn revealed(db: &sqlx::SqlitePool, one: &Experiment, rows: &[view::ArmRow], shell: &Shell) -> Outcome<Vec<(String, String, String)>> {
    let Some(stage) = store::stage(db, one.id).await? else { return Ok(Vec::new()) };
    let shown = store::shown(db, one.id).await?;
    Ok(view::truth(&truth::reveal(one.id, &stage, &shown), rows, shell))
}

/// The letter of the evidence an experiment has so far.
pub(super) async fn grade_of(db: &sqlx::SqlitePool, one: &Experiment) -> Result<&'static str, Error> {
    let (slices, posts) = store::evidence(db, one.id).await?;
    Ok(letter(one.assignment.grade(slices, posts)))
}

async fn call(Here(house): Here<House>, me: Me, Path(id): Path<ExperimentId>, Form(form): Form<CallForm>) -> Answer {
    let one = store::find(house.db.read(), me.member.id, id).await?;
    let by = by(&house, &me);
    let choice = match form.winner.as_str() {
        "none" => Ok(Choice::NoDifference),
        text => text.parse().map(|arm| Choice::Winner(ArmId(arm))).map_err(|_| Error::field("winner", "error-choose-one")),
    };
    let sent = form.clone();
    let done = match choice {
        Ok(choice) => house.db.write(async move |tx| actions::call(tx, &by, id, choice, (&sent.play, &sent.reason)).await).await.map(|_| ()),
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(me.go_saying(&format!("/experiments/{id}"), Said::new("experiments-called").undo(format!("/experiments/{id}/reopening")))),
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(me.words, &errors);
            show_page(&house, &me, one, Typed::Call(form), (StatusCode::UNPROCESSABLE_ENTITY, errors)).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn reopen(Here(house): Here<House>, me: Me, Path(id): Path<ExperimentId>) -> Answer {
    let by = by(&house, &me);
    house.db.write(async move |tx| actions::reopen(tx, &by, id).await).await?;
    Ok(me.go_saying(&format!("/experiments/{id}"), Said::new("experiments-reopened")))
}

async fn stop(Here(house): Here<House>, me: Me, Path(id): Path<ExperimentId>) -> Answer {
    let by = by(&house, &me);
    house.db.write(async move |tx| actions::stop(tx, &by, id).await).await?;
    Ok(me.go_saying(&format!("/experiments/{id}"), Said::new("experiments-stopped").undo(format!("/experiments/{id}/reopening"))))
}

async fn simulate(Here(house): Here<House>, me: Me, Path(id): Path<ExperimentId>) -> Answer {
    let before = store::find(house.db.read(), me.member.id, id).await?.exposures;
    let by = by(&house, &me);
    let acts = by.clone();
    house.db.write(async move |tx| actions::simulate(tx, &acts, id, 1).await).await?;
    house.jobs.ring();
    let watched = comparison::watched(&house, &by, id, before).await?;
    Ok(me.go_saying(&format!("/experiments/{id}"), Said::new(said_of_watching(watched))))
}

fn said_of_watching(watched: bool) -> &'static str {
    if watched { "experiments-simulated-said" } else { "experiments-simulating" }
}

/// One day, counted by hand: a pair of numbers for each arm.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct CountForm {
    day: String,
    arm: Vec<ArmId>,
    exposures: Vec<String>,
    outcomes: Vec<String>,
}

async fn count(Here(house): Here<House>, me: Me, Path(id): Path<ExperimentId>, Form(form): Form<CountForm>) -> Answer {
    let one = store::find(house.db.read(), me.member.id, id).await?;
    let number = |text: &String| text.trim().parse::<i64>().unwrap_or(-1);
    let filled =
        form.arm.iter().zip(form.exposures.iter().zip(&form.outcomes)).filter(|(_, (seen, did))| !(seen.trim().is_empty() && did.trim().is_empty()));
    let counts: Vec<DayCount> = filled
        .map(|(arm, (seen, did))| DayCount { arm: *arm, day: form.day.trim().to_owned(), exposures: number(seen), outcomes: number(did) })
        .collect();
    let by = by(&house, &me);
    let done = match counts.is_empty() {
        true => Err(Error::field("exposures", "error-experiment-count")),
        false => house.db.write(async move |tx| actions::count(tx, &by, id, &counts, "hand").await).await,
    };
    match done {
        Ok(()) => Ok(me.go_saying(&format!("/experiments/{id}"), Said::new("experiments-counted"))),
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(me.words, &errors);
            show_page(&house, &me, one, Typed::Counts(form), (StatusCode::UNPROCESSABLE_ENTITY, errors)).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn bin(Here(house): Here<House>, me: Me, Path(id): Path<ExperimentId>) -> Answer {
    let by = by(&house, &me);
    let project = house.db.write(async move |tx| actions::bin(tx, &by, id).await).await?;
    Ok(me.go_saying(&format!("/projects/{project}/experiments"), Said::new("experiments-binned").undo(format!("/experiments/{id}/restoration"))))
}

async fn restore(Here(house): Here<House>, me: Me, Path(id): Path<ExperimentId>) -> Answer {
    let by = by(&house, &me);
    house.db.write(async move |tx| actions::restore(tx, &by, id).await).await?;
    Ok(me.go(&format!("/experiments/{id}")))
}
