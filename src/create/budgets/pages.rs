//! The page of money that generation costs: this month beside its budgets, and the ledger.

use super::actions::{self, By};
use super::api::{self, BudgetShown};
use super::model::{NewBudget, Spending, month};
use super::store::{self, Entry};
use crate::create::projects;
use crate::platform::id::{BudgetId, EntryId, ProjectId};
use crate::platform::money::{amount, decimal, micros};
use crate::platform::{Error, House};
use crate::web::{Ability, Access, After, Answer, Errors, Form, Me, Routes, Said, Shell, Slice, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;

const IN_LIST: i64 = 50;

pub fn routes() -> Routes {
    let (read, publish) = (Access::Member(Ability::Read), Access::Member(Ability::Publish));
    Routes::new()
        .get("/projects/{project}/budgets", read, index)
        .post("/projects/{project}/budgets", publish, create)
        .delete("/budgets/{budget}", publish, destroy)
        .post("/entries/{entry}/settlement", publish, settle)
        .merge(api::routes())
}

/// A budget as the page's form sends it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct BudgetForm {
    currency: String,
    month: String,
}

#[derive(Template)]
#[template(path = "create/budgets/index.html")]
struct IndexPage {
    shell: Shell,
    budgets: Vec<BudgetShown>,
    /// What this month holds in currencies without a budget
    others: Vec<(String, Spending)>,
    month: String,
    entries: Slice<Entry>,
    form: BudgetForm,
    errors: Errors,
}

impl IndexPage {
    /// The share of a budget that is gone, in whole per cent, at most 100.
    fn percent(budget: &BudgetShown) -> i64 {
        let held = budget.spending.spent_micros.saturating_add(budget.spending.reserved_micros);
        (held.saturating_mul(100) / budget.budget.month_micros.max(1)).clamp(0, 100)
    }
}

async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(view): Query<After>) -> Answer {
    shown(&house, &me, project, view.after, StatusCode::OK, BudgetForm::default(), Errors::default()).await
}

async fn shown(
    house: &House,
    me: &Me,
    project: ProjectId,
    after: Option<uuid::Uuid>,
    status: StatusCode,
    form: BudgetForm,
    errors: Errors,
) -> Answer {
    let shell = me.shell(Some(project)).await?.at("runs");
    let db = house.db.read();
    let budgets = api::shown(house, me, project).await?;
    let month = month(house.now(), &projects::find(db, me.member.id, project).await?.zone);
    let mut others = store::spendings(db, project, &month).await?;
    others.retain(|(currency, _)| !budgets.iter().any(|budget| budget.budget.currency == *currency));
    let entries = store::entries(db, me.member.id, project, None, after, IN_LIST).await?;
    Ok(page(status, &IndexPage { shell, budgets, others, month, entries, form, errors }))
}

async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Form(form): Form<BudgetForm>) -> Answer {
    let new = NewBudget { currency: form.currency.clone(), month: form.month.clone() };
    match actions::check(&new) {
        Ok(checked) => {
            let by = By { member: me.member.id, actor: me.actor(), at: house.now() };
            let said = Said::new("budgets-set").with("amount", amount(checked.1, &checked.0));
            house.db.write(async move |tx| actions::set(tx, &by, project, &checked).await).await?;
            Ok(me.go_saying(&format!("/projects/{project}/budgets"), said))
        }
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(me.words, &errors);
            shown(&house, &me, project, None, StatusCode::UNPROCESSABLE_ENTITY, form, errors).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn destroy(State(house): State<House>, me: Me, Path(id): Path<BudgetId>) -> Answer {
    let by = By { member: me.member.id, actor: me.actor(), at: house.now() };
    let project = house.db.write(async move |tx| actions::remove(tx, &by, id).await).await?;
    Ok(me.go_saying(&format!("/projects/{project}/budgets"), Said::new("budgets-removed")))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SettlementForm {
    amount: String,
}

async fn settle(State(house): State<House>, me: Me, Path(id): Path<EntryId>, Form(form): Form<SettlementForm>) -> Answer {
    let micros = micros(form.amount.trim()).ok_or_else(|| Error::field("amount", "budgets-error-amount"))?;
    let by = By { member: me.member.id, actor: me.actor(), at: house.now() };
    let project = house.db.write(async move |tx| actions::settle(tx, &by, id, micros).await).await?;
    Ok(me.go_saying(&format!("/projects/{project}/budgets"), Said::new("budgets-settled")))
}
