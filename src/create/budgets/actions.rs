//! Verbs on budgets: set one, take it away, say what a doubtful call cost.

use super::model::NewBudget;
use super::store;
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{BudgetId, EntryId, MemberId, ProjectId};
use crate::platform::money;
use crate::platform::text::Checks;
use crate::platform::{Ms, Outcome};
use serde_json::json;

/// Who acts, and when.
#[derive(Clone, Debug)]
pub(super) struct By {
    pub member: MemberId,
    pub actor: Actor,
    pub at: Ms,
}

/// A checked budget: currency and millionths.
pub(super) fn check(new: &NewBudget) -> Outcome<(String, i64)> {
    let mut checks = Checks::new();
    let currency = new.currency.trim().to_ascii_uppercase();
    if currency.len() != 3 || !currency.bytes().all(|letter| letter.is_ascii_uppercase()) {
        checks.wrong("currency", "budgets-error-currency");
    }
    let micros = money::micros(new.month.trim());
    if micros.is_none() {
        checks.wrong("month", "budgets-error-amount");
    }
    checks.finish()?;
    Ok((currency, micros.unwrap_or_default()))
}

/// Sets what a project may spend in a month; there is one budget a currency.
pub(super) async fn set(tx: &mut Tx, by: &By, project: ProjectId, (currency, micros): &(String, i64)) -> Outcome<BudgetId> {
    let id = store::put(tx, project, (currency, *micros), by.member, by.at).await?;
    let detail = json!({ "currency": currency, "month_micros": micros });
    record(tx, &by.actor, by.at, Event::new("budget.set", id.0).within(project).detail(detail)).await?;
    Ok(id)
}

pub(super) async fn remove(tx: &mut Tx, by: &By, id: BudgetId) -> Outcome<ProjectId> {
    let (project, currency) = store::remove(tx, by.member, id).await?;
    record(tx, &by.actor, by.at, Event::new("budget.removed", id.0).within(project).detail(json!({ "currency": currency }))).await?;
    Ok(project)
}

/// A person looked it up: a doubtful call cost so much, or nothing.
pub(super) async fn settle(tx: &mut Tx, by: &By, id: EntryId, micros: i64) -> Outcome<ProjectId> {
    let (project, run) = store::resolve(tx, by.member, id, micros, by.at).await?;
    let detail = json!({ "run": run, "micros": micros });
    record(tx, &by.actor, by.at, Event::new("entry.settled", id.0).within(project).detail(detail)).await?;
    Ok(project)
}
