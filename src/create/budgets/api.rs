//! Budgets and the ledger for programs.

use super::actions::{self, By};
use super::model::{NewBudget, Spending, month};
use super::store::{self, Budget, Entry};
use crate::create::projects;
use crate::platform::id::{BudgetId, EntryId, ProjectId};
use crate::platform::money::micros;
use crate::platform::{Error, House};
use crate::web::{Ability, Access, Answer, Created, Given, Items, List, Me, NewObject, Problem, Routes, create as create_once};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};

pub fn routes() -> Routes {
    let (read, publish) = (Access::Member(Ability::Read), Access::Member(Ability::Publish));
    Routes::new()
        .api::<__path_index, _, _>(read, index)
        .api::<__path_create, _, _>(publish, create)
        .api::<__path_destroy, _, _>(publish, destroy)
        .api::<__path_entries, _, _>(read, entries)
        .api::<__path_settle, _, _>(publish, settle)
}

/// A budget and what this month holds of it.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct BudgetShown {
    #[serde(flatten)]
    pub budget: Budget,
    /// Of the project's zone, as in 2026-12
    pub month: String,
    pub spending: Spending,
}

/// The budgets of a project with the spending of its present month.
pub(super) async fn shown(house: &House, me: &Me, project: ProjectId) -> crate::platform::Outcome<Vec<BudgetShown>> {
    let db = house.db.read();
    let zone = projects::find(db, me.member.id, project).await?.zone;
    let month = month(house.now(), &zone);
    let held = store::spendings(db, project, &month).await?;
    let budgets = store::budgets(db, me.member.id, project).await?;
    let shown = budgets.into_iter().map(|budget| {
        let spending = held.iter().find(|(currency, _)| *currency == budget.currency).map(|(_, spending)| *spending).unwrap_or_default();
        BudgetShown { budget, month: month.clone(), spending }
    });
    Ok(shown.collect())
}

#[utoipa::path(get, path = "/api/v1/projects/{id}/budgets", operation_id = "budgets_index", tag = "budgets", params(("id" = uuid::Uuid, Path), List),
    responses((status = 200, body = Items<BudgetShown>), (status = 404, body = Problem)))]
async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(list): Query<List>) -> Answer {
    list.limit()?;
    let items = shown(&house, &me, project).await?;
    Ok(Json(Items { items, next: None }).into_response())
}

/// Sets what a project may spend in a month in one currency; it takes the place of the one that was there.
#[utoipa::path(post, path = "/api/v1/projects/{id}/budgets", operation_id = "budgets_create", tag = "budgets", request_body = NewBudget,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 201, body = NewObject), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, given: Given<NewBudget>) -> Answer {
    let (new, call) = given.into_parts();
    projects::find(house.db.read(), me.member.id, project).await?;
    let checked = actions::check(&new)?;
    let by = By { member: me.member.id, actor: me.actor(), at: house.now() };
    create_once(&house, &me, call, async move |tx| Ok(Created::id(actions::set(tx, &by, project, &checked).await?.0))).await
}

#[utoipa::path(delete, path = "/api/v1/budgets/{id}", operation_id = "budgets_destroy", tag = "budgets", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn destroy(State(house): State<House>, me: Me, Path(id): Path<BudgetId>) -> Answer {
    let by = By { member: me.member.id, actor: me.actor(), at: house.now() };
    house.db.write(async move |tx| actions::remove(tx, &by, id).await).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[utoipa::path(get, path = "/api/v1/projects/{id}/entries", operation_id = "entries_index", tag = "budgets", params(("id" = uuid::Uuid, Path), List),
    responses((status = 200, body = Items<Entry>), (status = 404, body = Problem)))]
async fn entries(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(list): Query<List>) -> Answer {
    projects::find(house.db.read(), me.member.id, project).await?;
    let state = list.state.as_deref().filter(|state| !state.is_empty());
    let entries = store::entries(house.db.read(), me.member.id, project, state, list.after, list.limit()?).await?;
    Ok(Json(Items::from(entries)).into_response())
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct EntrySettlement {
    /// What a doubtful call cost after all, as a decimal amount; 0 for nothing
    amount: String,
}

#[utoipa::path(post, path = "/api/v1/entries/{id}/settlement", operation_id = "entries_settle", tag = "budgets", params(("id" = uuid::Uuid, Path)),
    request_body = EntrySettlement, responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn settle(State(house): State<House>, me: Me, Path(id): Path<EntryId>, given: Given<EntrySettlement>) -> Answer {
    let (EntrySettlement { amount }, _) = given.into_parts();
    let micros = micros(amount.trim()).ok_or_else(|| Error::field("amount", "budgets-error-amount"))?;
    let by = By { member: me.member.id, actor: me.actor(), at: house.now() };
    house.db.write(async move |tx| actions::settle(tx, &by, id, micros).await).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
