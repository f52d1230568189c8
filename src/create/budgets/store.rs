//! All SQL of budgets and of the ledger.

use super::model::{Admission, Call, Settlement, Spending, month};
use crate::platform::db::Tx;
use crate::platform::id::{BudgetId, EntryId, MemberId, ProjectId, RunId};
use crate::platform::{Error, Ms, Outcome};
use crate::web::Slice;
use serde::Serialize;
use sqlx::SqlitePool;
use uuid::Uuid;

/// What a project may spend in a month, and what this month holds.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Budget {
    pub id: BudgetId,
    pub project_id: ProjectId,
    pub currency: String,
    /// Millionths of the currency
    pub month_micros: i64,
    pub version: i64,
}

/// One call in the ledger.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Entry {
    pub id: EntryId,
    /// The run that asked, or the call itself where no run did
    pub run_id: RunId,
    pub has_run: bool,
    pub backend_name: String,
    pub model: String,
    pub medium: String,
    /// Of the project's zone, as in 2026-12
    pub month: String,
    pub currency: String,
    /// reserved, spent, released or doubtful
    pub state: String,
    pub reserved_micros: i64,
    pub spent_micros: i64,
    #[serde(rename = "created_at")]
    #[schema(value_type = String, format = DateTime)]
    pub created_ms: Ms,
}

impl Entry {
    /// What was charged, or what may be.
    pub fn shown_micros(&self) -> i64 {
        if self.state == "spent" { self.spent_micros } else { self.reserved_micros }
    }
}

/// The budgets of a project this member sees, with the spending of one month.
pub async fn budgets(db: &SqlitePool, member: MemberId, project: ProjectId) -> Outcome<Vec<Budget>> {
    Ok(sqlx::query_as!(
        Budget,
        r#"select id as "id: BudgetId", project_id as "project_id: ProjectId", currency, month_micros, version from budgets
           where project_id = ?1 and exists (select 1 from sights where member_id = ?2 and project_id = ?1) order by currency"#,
        project,
        member
    )
    .fetch_all(db)
    .await?)
}

/// What a month holds, by currency.
pub async fn spendings(db: &SqlitePool, project: ProjectId, month: &str) -> Outcome<Vec<(String, Spending)>> {
    let rows = sqlx::query_as!(
        Month,
        "select currency, reserved_micros, spent_micros, calls from spendings where project_id = ? and month = ? order by currency",
        project,
        month
    )
    .fetch_all(db)
    .await?;
    let spending = |row| {
        let Month { currency, spent_micros, reserved_micros, calls } = row;
        (currency, Spending { spent_micros, reserved_micros, calls })
    };
    Ok(rows.into_iter().map(spending).collect())
}

struct Month {
    currency: String,
    spent_micros: i64,
    reserved_micros: i64,
    calls: i64,
}

/// The ledger of a project, newest first, in pages; of one state when one is named.
pub async fn entries(
    db: &SqlitePool,
    member: MemberId,
    project: ProjectId,
    state: Option<&str>,
    after: Option<Uuid>,
    limit: i64,
) -> Outcome<Slice<Entry>> {
    let (before, most) = (after.unwrap_or(Uuid::max()), limit + 1);
    let rows = sqlx::query_as!(
        Entry,
        r#"select e.id as "id: EntryId", e.run_id as "run_id: RunId",
             exists (select 1 from runs r where r.id = e.run_id) as "has_run!: bool", b.name as backend_name, e.model, e.medium, e.month, e.currency, e.state,
             e.reserved_micros, e.spent_micros, e.created_ms as "created_ms: Ms"
           from entries e join backends b on b.id = e.backend_id
           where e.project_id = ?1 and e.id < ?2 and exists (select 1 from sights where member_id = ?3 and project_id = ?1)
             and (?4 is null or e.state = ?4)
           order by e.id desc limit ?5"#,
        project,
        before,
        member,
        state,
        most
    )
    .fetch_all(db)
    .await?;
    Ok(Slice::cut(rows, limit, |entry| entry.id.0))
}

/// The calls of a run, oldest first.
pub async fn of_run(db: &SqlitePool, run: RunId) -> Outcome<Vec<Entry>> {
    Ok(sqlx::query_as!(
        Entry,
        r#"select e.id as "id: EntryId", e.run_id as "run_id: RunId",
             exists (select 1 from runs r where r.id = e.run_id) as "has_run!: bool", b.name as backend_name, e.model, e.medium, e.month, e.currency, e.state,
             e.reserved_micros, e.spent_micros, e.created_ms as "created_ms: Ms"
           from entries e join backends b on b.id = e.backend_id where e.run_id = ? order by e.id limit 50"#,
        run
    )
    .fetch_all(db)
    .await?)
}

/// Whether a project has any budget.
pub async fn has_budget(db: &SqlitePool, project: ProjectId) -> Outcome<bool> {
    Ok(sqlx::query_scalar!("select 1 from budgets where project_id = ? limit 1", project).fetch_optional(db).await?.is_some())
}

/// Whether a call may leave; when it may, it stands in the ledger.
pub async fn reserve(tx: &mut Tx, call: &Call, at: Ms) -> Outcome<Admission> {
    let zone = sqlx::query_scalar!("select zone from projects where id = ?", call.project).fetch_one(&mut *tx).await?;
    let month = month(at, &zone);
    let admission = admission(tx, call, &month).await?;
    if admission != Admission::Reserved {
        return Ok(admission);
    }
    let (id, most) = (EntryId::new(at), call.most_micros.unwrap_or(0));
    sqlx::query!(
        "insert into entries (id, project_id, run_id, backend_id, model, medium, month, currency, state, reserved_micros, created_ms)
         values (?, ?, ?, ?, ?, ?, ?, ?, 'reserved', ?, ?)",
        id,
        call.project,
        call.run,
        call.backend,
        call.model,
        call.medium,
        month,
        call.currency,
        most,
        at
    )
    .execute(tx)
    .await?;
    Ok(Admission::Reserved)
}

async fn admission(tx: &mut Tx, call: &Call, month: &str) -> Outcome<Admission> {
    let budgets = sqlx::query!("select currency, month_micros from budgets where project_id = ?", call.project).fetch_all(&mut *tx).await?;
    if budgets.is_empty() {
        return Ok(Admission::Reserved);
    }
    let Some(most) = call.most_micros else { return Ok(Admission::NoPrice) };
    if most == 0 {
        return Ok(Admission::Reserved);
    }
    let Some(budget) = budgets.into_iter().find(|budget| budget.currency == call.currency) else { return Ok(Admission::NoBudget) };
    let held = sqlx::query_as!(
        Spending,
        "select spent_micros, reserved_micros, calls from spendings where project_id = ? and currency = ? and month = ?",
        call.project,
        call.currency,
        month
    )
    .fetch_optional(tx)
    .await?;
    Ok(match held.unwrap_or_default().admits(budget.month_micros, most) {
        Ok(()) => Admission::Reserved,
        Err(left) => Admission::Over { left },
    })
}

/// Closes what a run has on its way in the ledger.
pub async fn settle(tx: &mut Tx, run: RunId, settlement: &Settlement, at: Ms) -> Outcome<()> {
    let (state, micros, used) = match settlement {
        Settlement::Spent { micros, used } => ("spent", *micros, used.as_str()),
        Settlement::Released => ("released", 0, "{}"),
        Settlement::Doubtful => ("doubtful", 0, "{}"),
    };
    sqlx::query!(
        "update entries set state = ?, spent_micros = ?, used = ?, settled_ms = ? where run_id = ? and state in ('reserved', 'doubtful')",
        state,
        micros,
        used,
        at,
        run
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Calls without a run that a dead start of the program left on their way: what they cost is in doubt. Runs decide about
/// their own. Before anything is asked.
pub async fn recover(tx: &mut Tx, at: Ms) -> Outcome<()> {
    sqlx::query!(
        "update entries set state = 'doubtful', settled_ms = ? where state = 'reserved' and not exists (select 1 from runs r where r.id = run_id)",
        at
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// A person says what a doubtful call cost; its project, or not found.
pub async fn resolve(tx: &mut Tx, member: MemberId, id: EntryId, micros: i64, at: Ms) -> Outcome<(ProjectId, RunId)> {
    let state = if micros == 0 { "released" } else { "spent" };
    let row = sqlx::query!(
        r#"update entries set state = ?, spent_micros = ?, settled_ms = ?
           where id = ? and state = 'doubtful' and exists (select 1 from sights where member_id = ? and project_id = entries.project_id)
           returning project_id as "project: ProjectId", run_id as "run: RunId""#,
        state,
        micros,
        at,
        id,
        member
    )
    .fetch_optional(tx)
    .await?
    .ok_or(Error::NotFound)?;
    Ok((row.project, row.run))
}

/// Sets what a project may spend in a currency; the budget's id.
pub async fn put(tx: &mut Tx, project: ProjectId, (currency, micros): (&str, i64), by: MemberId, at: Ms) -> Outcome<BudgetId> {
    let id = BudgetId::new(at);
    sqlx::query_scalar!(
        r#"insert into budgets (id, project_id, currency, month_micros, created_by, updated_ms)
           select ?1, ?2, ?3, ?4, ?5, ?6 where exists (select 1 from sights where member_id = ?5 and project_id = ?2)
           on conflict (project_id, currency) do update set month_micros = excluded.month_micros, updated_ms = excluded.updated_ms, version = version + 1
           returning id as "id: BudgetId""#,
        id,
        project,
        currency,
        micros,
        by,
        at
    )
    .fetch_optional(tx)
    .await?
    .ok_or(Error::NotFound)
}

/// Takes a budget away; its project.
pub async fn remove(tx: &mut Tx, member: MemberId, id: BudgetId) -> Outcome<(ProjectId, String)> {
    let row = sqlx::query!(
        r#"delete from budgets where id = ? and exists (select 1 from sights where member_id = ? and project_id = budgets.project_id)
           returning project_id as "project: ProjectId", currency"#,
        id,
        member
    )
    .fetch_optional(tx)
    .await?
    .ok_or(Error::NotFound)?;
    Ok((row.project, row.currency))
}
