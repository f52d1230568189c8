//! All SQL of runs.

use super::model::{Parameters, RunState};
use crate::create::prompts::{IdeaWords, ParentWords, Purpose};
use crate::platform::db::Tx;
use crate::platform::id::{BackendId, BootId, IdeaId, JobId, MemberId, PieceId, ProjectId, PromptVersionId, RunId, VariantId};
use crate::platform::{Error, Ms, Outcome};
use crate::web::Slice;
use serde::Serialize;
use sqlx::SqlitePool;
use uuid::Uuid;

/// A run as a list shows it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RunLine {
    pub id: RunId,
    pub purpose: String,
    pub backend_kind: String,
    pub backend_name: String,
    pub count: i64,
    pub state: String,
    pub error_class: Option<String>,
    pub made: i64,
    /// Millionths of the currency
    pub cost_micros: i64,
    pub currency: String,
    #[serde(rename = "created_at")]
    #[schema(value_type = String, format = DateTime)]
    pub created_ms: Ms,
    /// Who asked, when a person did
    pub author: Option<String>,
}

/// A run with everything that was asked and everything that came of it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Run {
    pub id: RunId,
    pub project_id: ProjectId,
    pub purpose: String,
    pub prompt_version_id: Option<PromptVersionId>,
    pub backend_id: BackendId,
    pub backend_kind: String,
    pub backend_name: String,
    pub idea_id: Option<IdeaId>,
    pub piece_id: Option<PieceId>,
    pub parent_id: Option<VariantId>,
    /// JSON
    #[serde(skip)]
    pub inputs: String,
    /// The text that was sent; empty when the templates of the house were filled
    pub rendered: String,
    #[serde(skip)]
    pub parameters: String,
    pub count: i64,
    pub state: String,
    /// Why it failed
    pub error_class: Option<String>,
    /// What the service itself said
    pub error_text: Option<String>,
    /// The first 2 kB of what came back
    pub raw: Option<String>,
    /// What had to be mended before the answer could be read, comma-separated
    pub repaired: Option<String>,
    pub made: i64,
    pub tokens_in: Option<i64>,
    pub tokens_out: Option<i64>,
    /// Millionths of the currency
    pub cost_micros: i64,
    pub currency: String,
    #[serde(skip)]
    pub job_id: Option<JobId>,
    #[serde(rename = "created_at")]
    #[schema(value_type = String, format = DateTime)]
    pub created_ms: Ms,
    #[serde(rename = "started_at")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub started_ms: Option<Ms>,
    #[serde(rename = "finished_at")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_ms: Option<Ms>,
    pub author: Option<String>,
}

impl Run {
    pub fn purpose(&self) -> Purpose {
        self.purpose.parse().unwrap_or_default()
    }
    pub fn state(&self) -> RunState {
        self.state.parse().unwrap_or(RunState::Failed)
    }
    pub fn parameters(&self) -> Parameters {
        serde_json::from_str(&self.parameters).unwrap_or_default()
    }
}

/// A run as it is planned.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    pub purpose: Purpose,
    pub prompt_version: Option<PromptVersionId>,
    pub backend: BackendId,
    pub idea: Option<IdeaId>,
    pub piece: Option<PieceId>,
    pub parent: Option<VariantId>,
    pub inputs: String,
    pub rendered: String,
    pub parameters: Parameters,
    pub count: i64,
    pub currency: String,
}

/// The runs of a project, newest first, in pages.
pub async fn list(
    db: &SqlitePool,
    member: MemberId,
    project: ProjectId,
    state: Option<RunState>,
    after: Option<Uuid>,
    limit: i64,
) -> Outcome<Slice<RunLine>> {
    let (before, most, state) = (after.unwrap_or(Uuid::max()), limit + 1, state.map(RunState::name));
    let rows = sqlx::query_as!(
        RunLine,
        r#"select r.id as "id: RunId", r.purpose, b.kind as backend_kind, b.name as backend_name, r.count, r.state, r.error_class, r.made,
             r.cost_micros, r.currency, r.created_ms as "created_ms: Ms", m.name as "author?"
           from runs r join backends b on b.id = r.backend_id left join members m on m.id = r.created_by
           where r.project_id = ?1 and r.id < ?2 and (?3 is null or r.state = ?3)
             and exists (select 1 from sights where member_id = ?4 and project_id = ?1)
           order by r.id desc limit ?5"#,
        project,
        before,
        state,
        member,
        most
    )
    .fetch_all(db)
    .await?;
    Ok(Slice::cut(rows, limit, |run| run.id.0))
}

/// One run this member may see.
pub async fn find(db: &SqlitePool, member: MemberId, id: RunId) -> Outcome<Run> {
    let run = find_for_system(db, id).await?;
    let project = run.project_id;
    let seen = sqlx::query_scalar!("select 1 from sights where member_id = ? and project_id = ?", member, project).fetch_optional(db).await?;
    if seen.is_none() { Err(Error::NotFound) } else { Ok(run) }
}

/// One run, for the job that does it.
pub(super) async fn find_for_system(db: &SqlitePool, id: RunId) -> Outcome<Run> {
    Ok(sqlx::query_as!(
        Run,
        r#"select r.id as "id: RunId", r.project_id as "project_id: ProjectId", r.purpose,
             r.prompt_version_id as "prompt_version_id: PromptVersionId", r.backend_id as "backend_id: BackendId",
             b.kind as backend_kind, b.name as backend_name, r.idea_id as "idea_id: IdeaId", r.piece_id as "piece_id: PieceId",
             r.parent_id as "parent_id: VariantId", r.inputs, r.rendered, r.parameters, r.count, r.state, r.error_class, r.error_text,
             r.raw, r.repaired, r.made, r.tokens_in, r.tokens_out, r.cost_micros, r.currency, r.job_id as "job_id: JobId",
             r.created_ms as "created_ms: Ms", r.started_ms as "started_ms: Ms", r.finished_ms as "finished_ms: Ms", m.name as "author?"
           from runs r join backends b on b.id = r.backend_id left join members m on m.id = r.created_by
           where r.id = ?"#,
        id
    )
    .fetch_one(db)
    .await?)
}

/// What a run made, in the order it was made: ids and titles.
pub(super) struct Made {
    pub id: Uuid,
    pub title: String,
    pub hook: String,
    pub locale: String,
}

/// The living ideas and variants of a run that was found before.
pub(super) async fn made(db: &SqlitePool, run: RunId, purpose: Purpose) -> Outcome<Vec<Made>> {
    Ok(match purpose {
        Purpose::Ideas => {
            sqlx::query_as!(
                Made,
                r#"select id as "id: Uuid", title, hook, locale from ideas where run_id = ? and deleted_ms is null order by id limit 60"#,
                run
            )
            .fetch_all(db)
            .await?
        }
        Purpose::Variants => {
            sqlx::query_as!(
                Made,
                r#"select id as "id: Uuid", title, hook, locale from variants where run_id = ? and deleted_ms is null order by id limit 60"#,
                run
            )
            .fetch_all(db)
            .await?
        }
    })
}

/// The idea and title of a living piece of this project.
pub(super) async fn piece(db: &SqlitePool, project: ProjectId, id: PieceId) -> Outcome<(Option<IdeaId>, String)> {
    let row =
        sqlx::query!(r#"select idea_id as "idea: IdeaId", title from pieces where id = ? and project_id = ? and deleted_ms is null"#, id, project)
            .fetch_optional(db)
            .await?
            .ok_or_else(|| Error::field("piece", "runs-error-piece"))?;
    Ok((row.idea, row.title))
}

/// The language and words of a living idea of this project.
pub(super) async fn idea(db: &SqlitePool, project: ProjectId, id: IdeaId) -> Outcome<(String, IdeaWords)> {
    let row =
        sqlx::query!("select locale, title, hook, angle, why_now from ideas where id = ? and project_id = ? and deleted_ms is null", id, project)
            .fetch_optional(db)
            .await?
            .ok_or_else(|| Error::field("idea", "runs-error-idea"))?;
    Ok((row.locale, IdeaWords { title: row.title, hook: row.hook, angle: row.angle, why_now: row.why_now }))
}

/// The piece, language and words of a living variant of this project.
pub(super) async fn parent(db: &SqlitePool, project: ProjectId, id: VariantId) -> Outcome<(PieceId, String, ParentWords)> {
    let row = sqlx::query!(
        r#"select piece_id as "piece: PieceId", locale, title, hook, script, caption from variants
           where id = ? and project_id = ? and deleted_ms is null"#,
        id,
        project
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::field("parent", "runs-error-parent"))?;
    let words = ParentWords { title: row.title, hook: row.hook, script: row.script, caption: row.caption };
    Ok((row.piece, row.locale, words))
}

/// Whether this member sees the project, inside a write.
pub(super) async fn sees(tx: &mut Tx, member: Option<MemberId>, project: ProjectId) -> Outcome<()> {
    sqlx::query_scalar!(
        "select 1 from projects where id = ?1 and deleted_ms is null
           and (?2 is null or exists (select 1 from sights where member_id = ?2 and project_id = ?1))",
        project,
        member
    )
    .fetch_optional(tx)
    .await?
    .map(|_| ())
    .ok_or(Error::NotFound)
}

pub(super) async fn insert(tx: &mut Tx, id: RunId, project: ProjectId, run: &Planned, by: Option<MemberId>, at: Ms) -> Outcome<()> {
    let parameters = serde_json::to_string(&run.parameters).map_err(Error::broken)?;
    let purpose = run.purpose.name();
    sqlx::query!(
        "insert into runs (id, project_id, purpose, prompt_version_id, backend_id, idea_id, piece_id, parent_id, inputs, rendered,
           parameters, count, state, currency, created_by, created_ms)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?)",
        id,
        project,
        purpose,
        run.prompt_version,
        run.backend,
        run.idea,
        run.piece,
        run.parent,
        run.inputs,
        run.rendered,
        parameters,
        run.count,
        run.currency,
        by,
        at
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Marks the start; false when the run is no longer waiting to be done.
pub(super) async fn start(tx: &mut Tx, id: RunId, at: Ms) -> Outcome<bool> {
    let done = sqlx::query!(
        "update runs set state = 'running', started_ms = ?, error_class = null, error_text = null where id = ? and state = 'queued'",
        at,
        id
    )
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Sends a running run back into the queue, with the reason.
pub(super) async fn requeue(tx: &mut Tx, id: RunId, class: &str, text: &str) -> Outcome<()> {
    sqlx::query!("update runs set state = 'queued', error_class = ?, error_text = ? where id = ? and state = 'running'", class, text, id)
        .execute(tx)
        .await?;
    Ok(())
}

/// The outcome of a run: added once, never edited.
#[derive(Debug, Clone, Default)]
pub(super) struct End {
    pub state: Option<RunState>,
    pub class: Option<&'static str>,
    pub text: Option<String>,
    pub raw: Option<String>,
    pub repaired: Option<String>,
    pub made: i64,
    pub tokens_in: Option<i64>,
    pub tokens_out: Option<i64>,
    pub cost_micros: i64,
}

/// Adds the outcome; false when the run was cancelled meanwhile, and then nothing was added.
pub(super) async fn finish(tx: &mut Tx, id: RunId, end: &End, at: Ms) -> Outcome<bool> {
    let state = end.state.unwrap_or(RunState::Done).name();
    let done = sqlx::query!(
        "update runs set state = ?, error_class = ?, error_text = ?, raw = ?, repaired = ?, made = ?, tokens_in = ?, tokens_out = ?,
           cost_micros = ?, finished_ms = ?
         where id = ? and state = 'running'",
        state,
        end.class,
        end.text,
        end.raw,
        end.repaired,
        end.made,
        end.tokens_in,
        end.tokens_out,
        end.cost_micros,
        at,
        id
    )
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Cancels what is still open, or closes a doubtful run; its job and its state before, `None` when it had ended.
pub(super) async fn cancel(tx: &mut Tx, member: MemberId, id: RunId, at: Ms) -> Outcome<Option<(ProjectId, Option<JobId>)>> {
    sqlx::query_scalar!("select 1 from runs r join sights s on s.project_id = r.project_id and s.member_id = ?2 where r.id = ?1", id, member)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound)?;
    let row = sqlx::query!(
        r#"update runs set state = 'cancelled', finished_ms = ?
           where id = ? and state in ('planned', 'queued', 'running', 'waiting', 'needs_look')
           returning project_id as "project: ProjectId", job_id as "job: JobId""#,
        at,
        id
    )
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|row| (row.project, row.job)))
}

/// A run whose job died with an older start of the program.
pub(super) struct Left {
    pub id: RunId,
    pub project: ProjectId,
    pub backend_kind: String,
    pub state: String,
    /// The job was put aside after dying too often.
    pub is_dead: bool,
    pub deaths: i64,
}

pub(super) async fn left_behind(tx: &mut Tx, boot: BootId) -> Outcome<Vec<Left>> {
    Ok(sqlx::query_as!(
        Left,
        r#"select r.id as "id: RunId", r.project_id as "project: ProjectId", b.kind as backend_kind, r.state,
             coalesce(j.state = 'dead', 0) as "is_dead!: bool", coalesce(j.deaths, 0) as "deaths!: i64"
           from runs r join backends b on b.id = r.backend_id left join jobs j on j.id = r.job_id
           where r.state in ('queued', 'running')
             and (j.id is null or j.state not in ('ready', 'running') or (j.state = 'running' and j.lease_boot is not ?))"#,
        boot
    )
    .fetch_all(tx)
    .await?)
}

/// Whether this is the first start after a restore.
pub(super) async fn is_restored(tx: &mut Tx) -> Outcome<bool> {
    Ok(sqlx::query_scalar!("select 1 from marks where name = 'restored_ms'").fetch_optional(tx).await?.is_some())
}

/// Gives a run its job, which remembers how often an older one died.
pub(super) async fn set_job(tx: &mut Tx, id: RunId, job: Option<JobId>, deaths: i64) -> Outcome<()> {
    sqlx::query!("update runs set state = 'queued', job_id = ? where id = ?", job, id).execute(&mut *tx).await?;
    sqlx::query!("update jobs set deaths = ? where id = ?", deaths, job).execute(&mut *tx).await?;
    Ok(())
}

/// Ends a run whose job died.
pub(super) async fn leave(tx: &mut Tx, id: RunId, state: RunState, at: Ms) -> Outcome<()> {
    let state = state.name();
    sqlx::query!("update runs set state = ?, error_class = 'interrupted', finished_ms = ? where id = ?", state, at, id).execute(tx).await?;
    Ok(())
}

/// How far the job of a run is: done, of.
pub(super) async fn progress(db: &SqlitePool, job: JobId) -> Outcome<(i64, i64)> {
    let row = sqlx::query!("select progress_done, progress_of from jobs where id = ?", job).fetch_optional(db).await?;
    Ok(row.map_or((0, 0), |row| (row.progress_done, row.progress_of)))
}

/// The newest living piece made from an idea.
pub(super) async fn piece_of(tx: &mut Tx, idea: IdeaId) -> Outcome<Option<PieceId>> {
    Ok(sqlx::query_scalar!(r#"select id as "id: PieceId" from pieces where idea_id = ? and deleted_ms is null order by id desc limit 1"#, idea)
        .fetch_optional(tx)
        .await?)
}

pub(super) async fn set_piece(tx: &mut Tx, run: RunId, piece: PieceId) -> Outcome<()> {
    sqlx::query!("update runs set piece_id = ? where id = ?", piece, run).execute(tx).await?;
    Ok(())
}
