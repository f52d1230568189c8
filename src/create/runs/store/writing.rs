//! What changes in runs: submitted once, then only their state and their outcome.

use super::rows::{End, Left, Planned};
use crate::create::runs::backends::Remote;
use crate::create::runs::model::RunState;
use crate::platform::db::Tx;
use crate::platform::id::{AssetId, BackendId, BootId, IdeaId, JobId, MemberId, PieceId, ProjectId, RunId, VariantId};
use crate::platform::{Error, Ms, Outcome};

/// Whether this member sees the project, inside a write.
pub async fn sees(tx: &mut Tx, member: Option<MemberId>, project: ProjectId) -> Outcome<()> {
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

pub async fn insert(tx: &mut Tx, id: RunId, project: ProjectId, run: &Planned, by: Option<MemberId>, at: Ms) -> Outcome<()> {
    let parameters = serde_json::to_string(&run.parameters).map_err(Error::broken)?;
    let (purpose, medium) = (run.purpose.name(), run.medium.name());
    sqlx::query!(
        "insert into runs (id, project_id, purpose, medium, variant_id, prompt_version_id, backend_id, idea_id, piece_id, parent_id, inputs, rendered,
           parameters, count, state, currency, created_by, created_ms)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?)",
        id,
        project,
        purpose,
        medium,
        run.variant,
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
pub async fn start(tx: &mut Tx, id: RunId, at: Ms) -> Outcome<bool> {
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
pub async fn requeue(tx: &mut Tx, id: RunId, class: &str, text: &str) -> Outcome<()> {
    sqlx::query!("update runs set state = 'queued', error_class = ?, error_text = ? where id = ? and state = 'running'", class, text, id)
        .execute(tx)
        .await?;
    Ok(())
}

/// The service works on it: what to ask with later is written before anybody asks. False when the run was cancelled meanwhile.
pub async fn wait(tx: &mut Tx, id: RunId, remote: &Remote) -> Outcome<bool> {
    let remote = serde_json::to_string(remote).map_err(Error::broken)?;
    let done = sqlx::query!("update runs set state = 'waiting', remote = ? where id = ? and state in ('running', 'waiting')", remote, id);
    Ok(done.execute(tx).await?.rows_affected() == 1)
}

/// Counts a look at a run that waits, with what stood in the way of an answer.
pub async fn looked(tx: &mut Tx, id: RunId, trouble: Option<(&str, &str)>) -> Outcome<()> {
    let (class, text) = trouble.unzip();
    sqlx::query!("update runs set looks = looks + 1, error_class = ?, error_text = ? where id = ? and state = 'waiting'", class, text, id)
        .execute(tx)
        .await?;
    Ok(())
}

/// A doubtful run whose task is known is looked at again.
pub async fn look_again(tx: &mut Tx, member: MemberId, id: RunId) -> Outcome<Option<ProjectId>> {
    Ok(sqlx::query_scalar!(
        r#"update runs set state = 'waiting', finished_ms = null where id = ?1 and state in ('needs_look', 'failed', 'cancelled') and remote is not null
             and exists (select 1 from sights where member_id = ?2 and project_id = runs.project_id)
           returning project_id as "project: ProjectId""#,
        id,
        member
    )
    .fetch_optional(tx)
    .await?)
}

/// The job that looks at a run.
pub async fn set_looker(tx: &mut Tx, id: RunId, job: Option<JobId>) -> Outcome<()> {
    sqlx::query!("update runs set job_id = coalesce(?, job_id) where id = ?", job, id).execute(tx).await?;
    Ok(())
}

/// How many runs of a backend are with the service.
pub async fn waiting_at(tx: &mut Tx, backend: BackendId) -> Outcome<i64> {
    Ok(sqlx::query_scalar!("select count(*) from runs where state = 'waiting' and backend_id = ?", backend).fetch_one(tx).await?)
}

/// Adds the outcome; false when the run was cancelled meanwhile, and then nothing was added.
pub async fn finish(tx: &mut Tx, id: RunId, end: &End, at: Ms) -> Outcome<bool> {
    let state = end.state.unwrap_or(RunState::Done).name();
    let done = sqlx::query!(
        "update runs set state = ?, error_class = ?, error_text = ?, raw = ?, repaired = ?, made = ?, tokens_in = ?, tokens_out = ?,
           cost_micros = ?, finished_ms = ?
         where id = ? and state in ('running', 'waiting')",
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
pub async fn cancel(tx: &mut Tx, member: MemberId, id: RunId, at: Ms) -> Outcome<Option<(ProjectId, Option<JobId>)>> {
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

pub async fn left_behind(tx: &mut Tx, boot: BootId) -> Outcome<Vec<Left>> {
    Ok(sqlx::query_as!(
        Left,
        r#"select r.id as "id: RunId", r.project_id as "project: ProjectId", b.kind as backend_kind, r.state,
             coalesce(j.state = 'dead', 0) as "is_dead!: bool", coalesce(j.deaths, 0) as "deaths!: i64"
           from runs r join backends b on b.id = r.backend_id left join jobs j on j.id = r.job_id
           where r.state in ('queued', 'running', 'waiting')
             and (j.id is null or j.state not in ('ready', 'running') or (j.state = 'running' and j.lease_boot is not ?))"#,
        boot
    )
    .fetch_all(tx)
    .await?)
}

/// Whether this is the first start after a restore.
pub async fn is_restored(tx: &mut Tx) -> Outcome<bool> {
    Ok(sqlx::query_scalar!("select 1 from marks where name = 'restored_ms'").fetch_optional(tx).await?.is_some())
}

/// Gives a run its job, which remembers how often an older one died.
pub async fn set_job(tx: &mut Tx, id: RunId, job: Option<JobId>, deaths: i64) -> Outcome<()> {
    sqlx::query!("update runs set state = 'queued', job_id = ? where id = ?", job, id).execute(&mut *tx).await?;
    sqlx::query!("update jobs set deaths = ? where id = ?", deaths, job).execute(&mut *tx).await?;
    Ok(())
}

/// Ends a run whose job died.
pub async fn leave(tx: &mut Tx, id: RunId, state: RunState, at: Ms) -> Outcome<()> {
    let state = state.name();
    sqlx::query!("update runs set state = ?, error_class = 'interrupted', finished_ms = ? where id = ?", state, at, id).execute(tx).await?;
    Ok(())
}

/// The newest living piece made from an idea.
pub async fn piece_of(tx: &mut Tx, idea: IdeaId) -> Outcome<Option<PieceId>> {
    Ok(sqlx::query_scalar!(r#"select id as "id: PieceId" from pieces where idea_id = ? and deleted_ms is null order by id desc limit 1"#, idea)
        .fetch_optional(tx)
        .await?)
}

/// Whether a piece is outside the bin.
pub async fn is_living(tx: &mut Tx, piece: PieceId) -> Outcome<bool> {
    Ok(sqlx::query_scalar!("select 1 from pieces where id = ? and deleted_ms is null", piece).fetch_optional(tx).await?.is_some())
}

/// Whether a variant is outside the bin and belongs to this piece.
pub async fn lives_in(tx: &mut Tx, variant: VariantId, piece: PieceId) -> Outcome<bool> {
    let found = sqlx::query_scalar!("select 1 from variants where id = ? and piece_id = ? and deleted_ms is null", variant, piece);
    Ok(found.fetch_optional(tx).await?.is_some())
}

pub async fn set_piece(tx: &mut Tx, run: RunId, piece: PieceId) -> Outcome<()> {
    sqlx::query!("update runs set piece_id = ? where id = ?", piece, run).execute(tx).await?;
    Ok(())
}

/// Remembers a file by what it is drawn from; the first one stays.
pub async fn keep_shot(tx: &mut Tx, key: [u8; 32], asset: AssetId, at: Ms) -> Outcome<()> {
    let key = key.as_slice();
    sqlx::query!("insert into shots (key, asset_id, created_ms) values (?, ?, ?) on conflict do nothing", key, asset, at).execute(tx).await?;
    Ok(())
}

/// The backend of a run, and how many lanes its settings give it.
pub async fn lanes(tx: &mut Tx, id: RunId) -> Outcome<(BackendId, Option<String>)> {
    let row = sqlx::query!(
        r#"select b.id as "id: BackendId", json_extract(b.settings, '$.at_once') as "lanes: String"
           from runs r join backends b on b.id = r.backend_id where r.id = ?"#,
        id
    )
    .fetch_one(tx)
    .await?;
    Ok((row.id, row.lanes))
}
