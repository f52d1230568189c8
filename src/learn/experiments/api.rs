//! Experiments for programs.

use super::actions;
use super::assessment::Findings;
use super::model::{Assignment, Badge, Choice, DayCount, Draft, Experiment, Listed, State};
use super::pages::{by, grade_of};
use super::store;
use crate::platform::id::{ArmId, ExperimentId, ProjectId, VariantId};
use crate::platform::{Error, House};
use crate::web::{Ability, Access, Answer, Created, Failure, Given, Items, List, Me, NewObject, Problem, Routes, Slice, create as create_once};
use axum::Json;
use axum::extract::{Path, Query, State as Here};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub fn routes() -> Routes {
    let (read, make, publish) = (Access::Member(Ability::Read), Access::Member(Ability::Make), Access::Member(Ability::Publish));
    Routes::new()
        .api::<__path_index, _, _>(read, index)
        .api::<__path_create, _, _>(publish, create)
        .api::<__path_show, _, _>(read, show)
        .api::<__path_update, _, _>(publish, update)
        .api::<__path_count, _, _>(make, count)
        .api::<__path_stop, _, _>(publish, stop)
        .api::<__path_call, _, _>(publish, call)
        .api::<__path_reopen, _, _>(publish, reopen)
        .api::<__path_simulate, _, _>(publish, simulate)
        .api::<__path_destroy, _, _>(publish, destroy)
}

/// An experiment in a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ExperimentBrief {
    id: ExperimentId,
    name: String,
    state: State,
    assignment: Assignment,
    badge: Option<Badge>,
    leader: Option<String>,
    chance: Option<f64>,
    loss: Option<f64>,
    arms: i64,
    exposures: i64,
    simulated: bool,
}

impl From<Listed> for ExperimentBrief {
    fn from(row: Listed) -> ExperimentBrief {
        let Listed { id, name, state, assignment, badge, leader, chance, loss, arms, exposures, simulated, .. } = row;
        ExperimentBrief { id, name, state, assignment, badge, leader, chance, loss, arms, exposures, simulated }
    }
}

#[utoipa::path(get, path = "/api/v1/projects/{id}/experiments", operation_id = "experiments_index", tag = "experiments",
    params(("id" = uuid::Uuid, Path), List), responses((status = 200, body = Items<ExperimentBrief>), (status = 404, body = Problem)))]
async fn index(Here(house): Here<House>, me: Me, Path(project): Path<ProjectId>, Query(list): Query<List>) -> Answer {
    me.shell(Some(project)).await?;
    let state = list.state()?;
    let slice = store::list(house.db.read(), me.member.id, project, state, (list.after, list.limit()?)).await?;
    let brief = Slice { next: slice.next, items: slice.items.into_iter().map(ExperimentBrief::from).collect() };
    Ok(Json(Items::from(brief)).into_response())
}

/// A new experiment between two to eight variants.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewExperiment {
    name: String,
    #[serde(default)]
    question: String,
    assignment: Assignment,
    /// `click_rate`, `hook_rate`, `hold_rate`, `completion_rate` or `conversion_rate`
    metric: Option<String>,
    /// Viewers per arm that are planned for
    planned: Option<i64>,
    /// The first one is the control
    variants: Vec<VariantId>,
}

#[utoipa::path(post, path = "/api/v1/projects/{id}/experiments", operation_id = "experiments_create", tag = "experiments",
    params(("id" = uuid::Uuid, Path)), request_body = NewExperiment,
    responses((status = 201, body = NewObject), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn create(Here(house): Here<House>, me: Me, Path(project): Path<ProjectId>, given: Given<NewExperiment>) -> Answer {
    let (new, call) = given.into_parts();
    let draft = Draft {
        name: new.name,
        question: new.question,
        assignment: new.assignment.name().to_owned(),
        metric: new.metric.unwrap_or_else(|| "click_rate".to_owned()),
        planned: new.planned,
        variants: new.variants,
    };
    let by = by(&house, &me);
    create_once(&house, &me, call, async move |tx| Ok(Created::id(actions::open(tx, &by, project, &draft).await?.0))).await
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ArmShown {
    id: ArmId,
    position: i64,
    label: String,
    variant: Option<VariantId>,
    weight: f64,
    exposures: i64,
    outcomes: i64,
}

/// One experiment with what its counts prove.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ExperimentShown {
    id: ExperimentId,
    project: ProjectId,
    name: String,
    question: String,
    assignment: Assignment,
    /// `a`, `b`, `c` or `d`: follows from the assignment
    grade: String,
    metric: String,
    state: State,
    planned: Option<i64>,
    simulated: bool,
    badge: Option<Badge>,
    exposures: i64,
    arms: Vec<ArmShown>,
    /// Null below grade A and before anybody came
    assessment: Option<Findings>,
    version: i64,
}

#[utoipa::path(get, path = "/api/v1/experiments/{id}", operation_id = "experiments_show", tag = "experiments",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = ExperimentShown), (status = 404, body = Problem)))]
async fn show(Here(house): Here<House>, me: Me, Path(id): Path<ExperimentId>) -> Answer {
    let db = house.db.read();
    let one = store::find(db, me.member.id, id).await?;
    let arms = store::arms(db, id).await?;
    let (grade, version) = (grade_of(db, &one).await?, store::version(db, id).await?);
    let Experiment { id, project, name, question, assignment, metric, state, planned, simulated, badge, exposures, assessment, .. } = one;
    let arms = arms
        .into_iter()
        .map(|arm| ArmShown {
            id: arm.id,
            position: arm.position,
            label: arm.label,
            variant: arm.variant,
            weight: arm.weight,
            exposures: arm.exposures,
            outcomes: arm.outcomes,
        })
        .collect();
    let assessment = assessment.and_then(|text| serde_json::from_str(&text).ok());
    let grade = grade.to_owned();
    Ok(Json(ExperimentShown {
        id,
        project,
        name,
        question,
        assignment,
        grade,
        metric,
        state,
        planned,
        simulated,
        badge,
        exposures,
        arms,
        assessment,
        version,
    })
    .into_response())
}

/// What changes; what is left out stays as it is. The question's metric and plan are settled.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
struct ExperimentChange {
    name: Option<String>,
    question: Option<String>,
    /// The version that was read: changed meanwhile is a conflict. As it stands when left out
    version: Option<i64>,
}

#[utoipa::path(patch, path = "/api/v1/experiments/{id}", operation_id = "experiments_update", tag = "experiments",
    params(("id" = uuid::Uuid, Path)), request_body = ExperimentChange,
    responses((status = 200, body = ExperimentShown), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn update(Here(house): Here<House>, me: Me, Path(id): Path<ExperimentId>, given: Given<ExperimentChange>) -> Answer {
    let (ExperimentChange { name, question, version }, _) = given.into_parts();
    let by = by(&house, &me);
    house.db.write(async move |tx| actions::reword(tx, &by, id, (name, question), version).await).await?;
    show(Here(house), me, Path(id)).await
}

/// Ends it without a verdict on the arms; deleting the verdict lets it go on.
#[utoipa::path(post, path = "/api/v1/experiments/{id}/stop", operation_id = "experiments_stop", tag = "experiments",
    params(("id" = uuid::Uuid, Path)), responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn stop(Here(house): Here<House>, me: Me, Path(id): Path<ExperimentId>) -> Answer {
    let by = by(&house, &me);
    house.db.write(async move |tx| actions::stop(tx, &by, id).await).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// One day of one arm, named by its id, its variant's id or its position.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Count {
    arm: Option<uuid::Uuid>,
    position: Option<i64>,
    /// `2026-11-23`
    day: String,
    exposures: i64,
    outcomes: i64,
}

/// A day that was counted before is replaced; totals and the assessment follow.
#[utoipa::path(post, path = "/api/v1/experiments/{id}/counts", operation_id = "experiments_count", tag = "experiments",
    params(("id" = uuid::Uuid, Path)), request_body = Vec<Count>,
    responses((status = 200), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn count(Here(house): Here<House>, me: Me, Path(id): Path<ExperimentId>, given: Given<Vec<Count>>) -> Answer {
    let (rows, _) = given.into_parts();
    let db = house.db.read();
    store::find(db, me.member.id, id).await?;
    if rows.len() > 1_000 {
        return Err(Failure::Json { pointer: String::new(), detail: "at most 1,000 rows".into() });
    }
    let arms = store::arms(db, id).await?;
    let mut counts = Vec::with_capacity(rows.len());
    for (place, row) in rows.into_iter().enumerate() {
        let named = row.arm.map(|id| id.to_string()).or(row.position.map(|position| position.to_string())).unwrap_or_default();
        let detail = || me.words.t("error-experiment-arm").into_owned();
        let arm = actions::named(&arms, &named).ok_or_else(|| Failure::Json { pointer: format!("/{place}/arm"), detail: detail() })?;
        counts.push(DayCount { arm, day: row.day, exposures: row.exposures, outcomes: row.outcomes });
    }
    actions::check_counts(&counts)
        .map_err(|(place, field, key)| Failure::Json { pointer: format!("/{place}/{field}"), detail: me.words.t(key).into_owned() })?;
    let (by, n) = (by(&house, &me), counts.len());
    house.db.write(async move |tx| actions::count(tx, &by, id, &counts, "api").await).await?;
    Ok(Json(json!({ "id": id, "rows": n })).into_response())
}

/// A person's call: `winner` is an arm (its position, its id or its variant's id) or null for "no difference".
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Call {
    #[schema(value_type = Object)]
    winner: Value,
    /// The sentence for the playbook
    play: String,
    #[serde(default)]
    reason: String,
}

#[utoipa::path(post, path = "/api/v1/experiments/{id}/verdict", operation_id = "experiments_call", tag = "experiments",
    params(("id" = uuid::Uuid, Path)), request_body = Call,
    responses((status = 201), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn call(Here(house): Here<House>, me: Me, Path(id): Path<ExperimentId>, given: Given<Call>) -> Answer {
    let (sent, call) = given.into_parts();
    let db = house.db.read();
    store::find(db, me.member.id, id).await?;
    let arms = store::arms(db, id).await?;
    let choice = match &sent.winner {
        Value::Null => Some(Choice::NoDifference),
        Value::String(text) if text == "none" || text == "no_difference" => Some(Choice::NoDifference),
        Value::String(text) => actions::named(&arms, text).map(Choice::Winner),
        Value::Number(place) => actions::named(&arms, &place.to_string()).map(Choice::Winner),
        _ => None,
    };
    let choice = choice.ok_or(Error::field("winner", "error-experiment-arm"))?;
    let by = by(&house, &me);
    create_once(&house, &me, call, async move |tx| {
        let (verdict, play) = actions::call(tx, &by, id, choice, (&sent.play, &sent.reason)).await?;
        Ok(Created { status: StatusCode::CREATED, body: json!({ "id": verdict, "play": play }) })
    })
    .await
}

#[utoipa::path(delete, path = "/api/v1/experiments/{id}/verdict", operation_id = "experiments_reopen", tag = "experiments",
    params(("id" = uuid::Uuid, Path)), responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn reopen(Here(house): Here<House>, me: Me, Path(id): Path<ExperimentId>) -> Answer {
    let by = by(&house, &me);
    house.db.write(async move |tx| actions::reopen(tx, &by, id).await).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Shows the arms to the invented audience for another fortnight; the numbers are marked as simulated.
#[utoipa::path(post, path = "/api/v1/experiments/{id}/simulation", operation_id = "experiments_simulate", tag = "experiments",
    params(("id" = uuid::Uuid, Path)), responses((status = 202), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn simulate(Here(house): Here<House>, me: Me, Path(id): Path<ExperimentId>) -> Answer {
    let by = by(&house, &me);
    house.db.write(async move |tx| actions::simulate(tx, &by, id, 1).await).await?;
    house.jobs.ring();
    Ok(StatusCode::ACCEPTED.into_response())
}

#[utoipa::path(delete, path = "/api/v1/experiments/{id}", operation_id = "experiments_destroy", tag = "experiments",
    params(("id" = uuid::Uuid, Path)), responses((status = 204), (status = 404, body = Problem)))]
async fn destroy(Here(house): Here<House>, me: Me, Path(id): Path<ExperimentId>) -> Answer {
    let by = by(&house, &me);
    house.db.write(async move |tx| actions::bin(tx, &by, id).await).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
