//! All SQL of batches.

use super::model::{BatchState, Counted, Progress};
use crate::platform::db::Tx;
use crate::platform::id::{BatchId, IdeaId, MemberId, ProjectId, PromptId, RunId};
use crate::platform::{Error, Ms, Outcome};
use crate::web::Slice;
use serde::Serialize;
use sqlx::SqlitePool;
use uuid::Uuid;

/// A batch as lists and its page show it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Batch {
    pub id: BatchId,
    pub project_id: ProjectId,
    pub name: String,
    pub state: BatchState,
    pub cells: i64,
    /// Drafts asked for in each cell
    pub count: i64,
    /// What it was thought to cost before it began, in millionths of the currency
    pub estimate_micros: i64,
    pub currency: String,
    #[serde(rename = "created_at")]
    #[schema(value_type = String, format = DateTime)]
    pub created_ms: Ms,
    #[serde(rename = "started_at")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub started_ms: Option<Ms>,
    #[serde(rename = "finished_at")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_ms: Option<Ms>,
    /// Cells that have ended, however
    pub ended: i64,
    pub author: Option<String>,
}

/// One cell: the run that stands for it now.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Cell {
    pub run: RunId,
    pub idea: Option<IdeaId>,
    pub idea_title: Option<String>,
    pub prompt: Option<PromptId>,
    pub prompt_name: Option<String>,
    /// The number of the prompt's version
    pub version: Option<i64>,
    pub locale: String,
    pub state: String,
    pub error_class: Option<String>,
    pub made: i64,
    pub cost_micros: i64,
    #[serde(skip)]
    pub started_ms: Option<Ms>,
    #[serde(skip)]
    pub finished_ms: Option<Ms>,
}

impl Cell {
    pub fn counted(&self) -> Counted<'_> {
        Counted { state: &self.state, made: self.made, cost_micros: self.cost_micros, took: self.started_ms.zip(self.finished_ms) }
    }
}

/// How far a batch is; as many runs as the house does at once share the work.
pub fn progress(cells: &[Cell]) -> Progress {
    Progress::of(cells.iter().map(Cell::counted), i64::try_from(crate::create::runs::backends::AT_ONCE).unwrap_or(1))
}

/// What is written once, when it is planned.
pub struct Priced<'a> {
    pub name: &'a str,
    pub cells: i64,
    pub count: i64,
    pub estimate_micros: i64,
    pub currency: &'a str,
}

macro_rules! batches {
    ($rest:literal, $($arg:expr),*) => {
        sqlx::query_as!(
            Batch,
            r#"select b.id as "id: BatchId", b.project_id as "project_id: ProjectId", b.name, b.state as "state: BatchState", b.cells,
                 b.count, b.estimate_micros, b.currency, b.created_ms as "created_ms: Ms", b.started_ms as "started_ms: Ms",
                 b.finished_ms as "finished_ms: Ms", m.name as "author?",
                 (select count(*) from runs r where r.batch_id = b.id and r.state in ('done', 'failed', 'cancelled', 'needs_look')) as ended
               from batches b left join members m on m.id = b.created_by "# + $rest,
            $($arg),*
        )
    };
}

/// The batches of a project, newest first, in pages.
pub async fn list(db: &SqlitePool, member: MemberId, project: ProjectId, after: Option<Uuid>, limit: i64) -> Outcome<Slice<Batch>> {
    let (before, most) = (after.unwrap_or(Uuid::max()), limit + 1);
    let rows = batches!(
        "where b.project_id = ?1 and b.id < ?2 and exists (select 1 from sights where member_id = ?3 and project_id = ?1)
         order by b.id desc limit ?4",
        project,
        before,
        member,
        most
    )
    .fetch_all(db)
    .await?;
    Ok(Slice::cut(rows, limit, |batch| batch.id.0))
}

/// One batch this member may see.
pub async fn find(db: &SqlitePool, member: MemberId, id: BatchId) -> Outcome<Batch> {
    Ok(batches!("join sights s on s.project_id = b.project_id and s.member_id = ?2 where b.id = ?1", id, member).fetch_one(db).await?)
}

/// The cells of a batch that was found before, in the order they were planned.
pub async fn cells(db: &SqlitePool, batch: BatchId) -> Outcome<Vec<Cell>> {
    Ok(sqlx::query_as!(
        Cell,
        r#"select r.id as "run: RunId", r.idea_id as "idea: IdeaId", i.title as "idea_title?", p.id as "prompt?: PromptId",
             p.name as "prompt_name?", v.number as "version?", coalesce(r.parameters ->> 'wanted', r.parameters ->> 'locale', '') as "locale!: String",
             r.state, r.error_class, r.made, r.cost_micros, r.started_ms as "started_ms: Ms", r.finished_ms as "finished_ms: Ms"
           from runs r left join ideas i on i.id = r.idea_id left join prompt_versions v on v.id = r.prompt_version_id
             left join prompts p on p.id = v.prompt_id
           where r.batch_id = ? order by r.id"#,
        batch
    )
    .fetch_all(db)
    .await?)
}

/// Whether this member sees the project, inside a write.
pub async fn sees(tx: &mut Tx, member: MemberId, project: ProjectId) -> Outcome<()> {
    sqlx::query_scalar!(
        "select 1 from projects where id = ?1 and deleted_ms is null and exists (select 1 from sights where member_id = ?2 and project_id = ?1)",
        project,
        member
    )
    .fetch_optional(tx)
    .await?
    .map(|_| ())
    .ok_or(Error::NotFound)
}

pub async fn insert(tx: &mut Tx, id: BatchId, project: ProjectId, batch: &Priced<'_>, by: MemberId, at: Ms) -> Outcome<()> {
    sqlx::query!(
        "insert into batches (id, project_id, name, state, cells, count, estimate_micros, currency, created_by, created_ms)
         values (?, ?, ?, 'planned', ?, ?, ?, ?, ?, ?)",
        id,
        project,
        batch.name,
        batch.cells,
        batch.count,
        batch.estimate_micros,
        batch.currency,
        by,
        at
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The project and state of a batch this member may lead.
pub async fn state(tx: &mut Tx, member: MemberId, id: BatchId) -> Outcome<(ProjectId, BatchState)> {
    let row = sqlx::query!(
        r#"select b.project_id as "project: ProjectId", b.state as "state: BatchState"
           from batches b join sights s on s.project_id = b.project_id and s.member_id = ?2 where b.id = ?1"#,
        id,
        member
    )
    .fetch_one(tx)
    .await?;
    Ok((row.project, row.state))
}

pub async fn set_state(tx: &mut Tx, id: BatchId, to: BatchState, at: Ms) -> Outcome<()> {
    let (begins, ends) = (to == BatchState::Running, to == BatchState::Stopped);
    sqlx::query!(
        "update batches set state = ?2, started_ms = iif(?3, coalesce(started_ms, ?5), started_ms), finished_ms = iif(?4, ?5, null) where id = ?1",
        id,
        to,
        begins,
        ends,
        at
    )
    .execute(tx)
    .await?;
    Ok(())
}
