//! What pages, programs and the planning of runs read.

use super::rows::{Made, Run, RunLine};
use crate::create::prompts::{IdeaWords, ParentWords, Purpose};
use crate::create::runs::model::RunState;
use crate::platform::id::{AssetId, BackendId, IdeaId, JobId, MemberId, PieceId, PlayId, ProjectId, PromptVersionId, RunId, VariantId};
use crate::platform::{Error, Ms, Outcome};
use crate::web::Slice;
use sqlx::SqlitePool;
use uuid::Uuid;

/// The runs of a project, newest first, in pages.
pub async fn list(
    db: &SqlitePool,
    member: MemberId,
    project: ProjectId,
    state: Option<RunState>,
    after: Option<Uuid>,
    limit: i64,
) -> Outcome<Slice<RunLine>> {
    // Each order has its own index, so there are two queries; they differ in their condition only.
    macro_rules! listed {
        ($condition:literal, $($argument:expr),+) => {
            sqlx::query_as!(
                RunLine,
                r#"select r.id as "id: RunId", r.purpose, r.medium, b.kind as backend_kind, b.name as backend_name, r.count, r.state, r.error_class, r.made,
                     r.cost_micros, r.currency, r.created_ms as "created_ms: Ms", m.name as "author?"
                   from runs r join backends b on b.id = r.backend_id left join members m on m.id = r.created_by
                   where r.project_id = ?1 and r.id < ?2 and exists (select 1 from sights where member_id = ?3 and project_id = ?1) and "#
                    + $condition
                    + " order by r.id desc limit ?4",
                $($argument),+
            )
            .fetch_all(db)
            .await?
        };
    }
    let (before, most) = (after.unwrap_or(Uuid::max()), limit + 1);
    let rows = match state.map(RunState::name) {
        Some(state) => listed!("r.state = ?5", project, before, member, most, state),
        None => listed!("true", project, before, member, most),
    };
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
pub async fn find_for_system(db: &SqlitePool, id: RunId) -> Outcome<Run> {
    Ok(sqlx::query_as!(
        Run,
        r#"select r.id as "id: RunId", r.project_id as "project_id: ProjectId", r.purpose, r.medium,
             r.prompt_version_id as "prompt_version_id: PromptVersionId", r.backend_id as "backend_id: BackendId",
             b.kind as backend_kind, b.name as backend_name, r.idea_id as "idea_id: IdeaId", r.piece_id as "piece_id: PieceId",
             r.parent_id as "parent_id: VariantId", r.variant_id as "variant_id: VariantId", r.remote, r.looks, r.inputs, r.rendered, r.parameters, r.count, r.state, r.error_class, r.error_text,
             r.raw, r.repaired, r.made, r.tokens_in, r.tokens_out, r.cost_micros, r.currency, r.job_id as "job_id: JobId",
             r.created_ms as "created_ms: Ms", r.started_ms as "started_ms: Ms", r.finished_ms as "finished_ms: Ms", m.name as "author?"
           from runs r join backends b on b.id = r.backend_id left join members m on m.id = r.created_by
           where r.id = ?"#,
        id
    )
    .fetch_one(db)
    .await?)
}

/// The living ideas and variants of a run that was found before.
pub async fn made(db: &SqlitePool, run: RunId, purpose: Purpose) -> Outcome<Vec<Made>> {
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
pub async fn piece(db: &SqlitePool, project: ProjectId, id: PieceId) -> Outcome<(Option<IdeaId>, String)> {
    let row =
        sqlx::query!(r#"select idea_id as "idea: IdeaId", title from pieces where id = ? and project_id = ? and deleted_ms is null"#, id, project)
            .fetch_optional(db)
            .await?
            .ok_or_else(|| Error::field("piece", "runs-error-piece"))?;
    Ok((row.idea, row.title))
}

/// The titles of the living idea and piece that a run drafted from.
pub async fn titles(db: &SqlitePool, project: ProjectId, idea: Option<IdeaId>, piece: Option<PieceId>) -> Outcome<(Option<String>, Option<String>)> {
    let row = sqlx::query!(
        r#"select (select title from ideas where id = ?1 and project_id = ?3 and deleted_ms is null) as "idea?: String",
             (select title from pieces where id = ?2 and project_id = ?3 and deleted_ms is null) as "piece?: String""#,
        idea,
        piece,
        project
    )
    .fetch_one(db)
    .await?;
    Ok((row.idea, row.piece))
}

/// The language and words of a living idea of this project.
pub async fn idea(db: &SqlitePool, project: ProjectId, id: IdeaId) -> Outcome<(String, IdeaWords)> {
    let row =
        sqlx::query!("select locale, title, hook, angle, why_now from ideas where id = ? and project_id = ? and deleted_ms is null", id, project)
            .fetch_optional(db)
            .await?
            .ok_or_else(|| Error::field("idea", "runs-error-idea"))?;
    Ok((row.locale, IdeaWords { title: row.title, hook: row.hook, angle: row.angle, why_now: row.why_now }))
}

/// The piece, language and words of a living variant of this project.
pub async fn parent(db: &SqlitePool, project: ProjectId, id: VariantId) -> Outcome<(PieceId, String, ParentWords)> {
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

/// Whether a play, in the bin or not, is one of this project.
pub async fn play(db: &SqlitePool, project: ProjectId, id: PlayId) -> Outcome<()> {
    let found = sqlx::query_scalar!("select 1 from plays where id = ? and project_id = ?", id, project).fetch_optional(db).await?;
    found.map(|_| ()).ok_or_else(|| Error::field("play", "runs-error-play"))
}

/// How far the job of a run is: done, of.
pub async fn progress(db: &SqlitePool, job: JobId) -> Outcome<(i64, i64)> {
    let row = sqlx::query!("select progress_done, progress_of from jobs where id = ?", job).fetch_optional(db).await?;
    Ok(row.map_or((0, 0), |row| (row.progress_done, row.progress_of)))
}

/// The type, name and digest of a file of this project.
pub async fn reference(db: &SqlitePool, project: ProjectId, id: AssetId) -> Outcome<(String, String, Vec<u8>)> {
    let row = sqlx::query!("select mime, file_name, digest from assets where id = ? and project_id = ? and deleted_ms is null", id, project)
        .fetch_optional(db)
        .await?
        .ok_or_else(|| Error::field("references", "runs-error-reference"))?;
    Ok((row.mime, row.file_name, row.digest))
}

/// The digest of a file that was drawn from the same before.
pub async fn shot(db: &SqlitePool, key: [u8; 32]) -> Outcome<Option<Vec<u8>>> {
    let key = key.as_slice();
    Ok(sqlx::query_scalar!("select a.digest from shots s join assets a on a.id = s.asset_id where s.key = ?", key).fetch_optional(db).await?)
}

/// The piece, language, title, hook and script of a living variant of this project.
pub async fn variant(db: &SqlitePool, project: ProjectId, id: VariantId) -> Outcome<(PieceId, String, ParentWords)> {
    parent(db, project, id).await.map_err(|_| Error::field("variant", "runs-error-variant"))
}
