//! All SQL of the bin.

use super::model::{Binned, Noun};
use crate::create::pieces;
use crate::platform::db::Tx;
use crate::platform::id::{MemberId, PieceId, ProjectId};
use crate::platform::{Error, Ms, Outcome};
use sqlx::SqlitePool;
use uuid::Uuid;

const SHOWN: i64 = 200;
/// Rows that go in one unit: some milliseconds, so that nobody waits for the writer.
const AT_ONCE: i64 = 200;

/// What lies in a project's bin, newest first; the newest 200.
pub async fn list(db: &SqlitePool, member: MemberId, project: ProjectId) -> Outcome<Vec<Binned>> {
    Ok(sqlx::query_as!(
        Binned,
        r#"with binned (noun, id, title, deleted_ms) as (
             select 'idea', id, title, deleted_ms from ideas where project_id = ?1 and deleted_ms is not null
             union all select 'prompt', id, name, deleted_ms from prompts where project_id = ?1 and deleted_ms is not null
             union all select 'piece', id, title, deleted_ms from pieces where project_id = ?1 and deleted_ms is not null
             union all select 'variant', id, title, deleted_ms from variants where project_id = ?1 and deleted_ms is not null
             union all select 'channel', id, name, deleted_ms from channels where project_id = ?1 and deleted_ms is not null
             union all select 'experiment', id, name, deleted_ms from experiments where project_id = ?1 and deleted_ms is not null
             union all select 'play', id, sentence, deleted_ms from plays where project_id = ?1 and deleted_ms is not null
             union all select 'reference', id, name, deleted_ms from reference_sets where project_id = ?1 and deleted_ms is not null)
           select b.noun as "noun!: String", b.id as "id!: Uuid", b.title as "title!: String", b.deleted_ms as "deleted_ms!: Ms",
             (select coalesce(m.name, o.name) from events e left join members m on e.actor_kind = 'member' and m.id = e.actor_id
                left join tokens k on e.actor_kind = 'token' and k.id = e.actor_id left join members o on o.id = k.member_id
              where e.object_id = b.id and e.kind = b.noun || '.binned' order by e.id desc limit 1) as "by?: String"
           from binned b
           where exists (select 1 from sights where member_id = ?2 and project_id = ?1)
           order by b.deleted_ms desc limit ?3"#,
        project,
        member,
        SHOWN
    )
    .fetch_all(db)
    .await?)
}

/// Whole projects in the bin that this member may see, newest first.
pub async fn projects(db: &SqlitePool, member: MemberId) -> Outcome<Vec<Binned>> {
    Ok(sqlx::query_as!(
        Binned,
        r#"select 'project' as "noun!: String", p.id as "id!: Uuid", p.name as "title!: String", p.deleted_ms as "deleted_ms!: Ms",
             (select coalesce(m.name, o.name) from events e left join members m on e.actor_kind = 'member' and m.id = e.actor_id
                left join tokens k on e.actor_kind = 'token' and k.id = e.actor_id left join members o on o.id = k.member_id
              where e.object_id = p.id and e.kind = 'project.binned' order by e.id desc limit 1) as "by?: String"
           from projects p join sights s on s.project_id = p.id
           where s.member_id = ? and p.deleted_ms is not null order by p.deleted_ms desc limit ?"#,
        member,
        SHOWN
    )
    .fetch_all(db)
    .await?)
}

/// The project and title of something in the bin that this member may see.
pub async fn find(tx: &mut Tx, member: MemberId, noun: Noun, id: Uuid) -> Outcome<(ProjectId, String)> {
    macro_rules! look {
        ($sql:literal) => {
            sqlx::query!($sql, id, member).fetch_optional(tx).await?.map(|row| (row.project, row.title))
        };
    }
    let found = match noun {
        Noun::Idea => look!(
            r#"select x.project_id as "project: ProjectId", x.title from ideas x join sights s on s.project_id = x.project_id join projects p on p.id = x.project_id where x.id = ? and s.member_id = ? and x.deleted_ms is not null and p.deleted_ms is null"#
        ),
        Noun::Prompt => look!(
            r#"select x.project_id as "project: ProjectId", x.name as title from prompts x join sights s on s.project_id = x.project_id join projects p on p.id = x.project_id where x.id = ? and s.member_id = ? and x.deleted_ms is not null and p.deleted_ms is null"#
        ),
        Noun::Piece => look!(
            r#"select x.project_id as "project: ProjectId", x.title from pieces x join sights s on s.project_id = x.project_id join projects p on p.id = x.project_id where x.id = ? and s.member_id = ? and x.deleted_ms is not null and p.deleted_ms is null"#
        ),
        Noun::Variant => look!(
            r#"select x.project_id as "project: ProjectId", x.title from variants x join sights s on s.project_id = x.project_id join projects p on p.id = x.project_id where x.id = ? and s.member_id = ? and x.deleted_ms is not null and p.deleted_ms is null"#
        ),
        Noun::Channel => look!(
            r#"select x.project_id as "project: ProjectId", x.name as title from channels x join sights s on s.project_id = x.project_id join projects p on p.id = x.project_id where x.id = ? and s.member_id = ? and x.deleted_ms is not null and p.deleted_ms is null"#
        ),
        Noun::Experiment => look!(
            r#"select x.project_id as "project: ProjectId", x.name as title from experiments x join sights s on s.project_id = x.project_id join projects p on p.id = x.project_id where x.id = ? and s.member_id = ? and x.deleted_ms is not null and p.deleted_ms is null"#
        ),
        Noun::Play => look!(
            r#"select x.project_id as "project: ProjectId", x.sentence as title from plays x join sights s on s.project_id = x.project_id join projects p on p.id = x.project_id where x.id = ? and s.member_id = ? and x.deleted_ms is not null and p.deleted_ms is null"#
        ),
        Noun::Reference => look!(
            r#"select x.project_id as "project: ProjectId", x.name as title from reference_sets x join sights s on s.project_id = x.project_id join projects p on p.id = x.project_id where x.id = ? and s.member_id = ? and x.deleted_ms is not null and p.deleted_ms is null"#
        ),
    };
    found.ok_or(Error::NotFound)
}

/// Takes it out of the bin. A variant of a piece in the bin waits for its piece.
pub async fn restore(tx: &mut Tx, noun: Noun, id: Uuid) -> Outcome<()> {
    match noun {
        Noun::Idea => sqlx::query!("update ideas set deleted_ms = null, version = version + 1 where id = ?", id).execute(tx).await,
        Noun::Prompt => sqlx::query!("update prompts set deleted_ms = null where id = ?", id).execute(tx).await,
        // With the variants that went with it.
        Noun::Piece => return pieces::set_deleted(tx, PieceId(id), None).await,
        Noun::Variant => {
            let lost =
                sqlx::query_scalar!("select 1 from variants v join pieces p on p.id = v.piece_id where v.id = ? and p.deleted_ms is not null", id)
                    .fetch_optional(&mut *tx)
                    .await?;
            if lost.is_some() {
                return Err(Error::refused("bin-piece-first"));
            }
            sqlx::query!("update variants set deleted_ms = null, version = version + 1 where id = ?", id).execute(tx).await
        }
        Noun::Channel => sqlx::query!("update channels set deleted_ms = null, version = version + 1 where id = ?", id).execute(tx).await,
        Noun::Experiment => sqlx::query!("update experiments set deleted_ms = null, version = version + 1 where id = ?", id).execute(tx).await,
        Noun::Play => sqlx::query!("update plays set deleted_ms = null, version = version + 1 where id = ?", id).execute(tx).await,
        Noun::Reference => sqlx::query!("update reference_sets set deleted_ms = null where id = ?", id).execute(tx).await,
    }
    .map(|_| ())
    .map_err(Error::from)
}

/// Removes some of what was binned before `before`; how many rows went. What a run or a number
/// still points at loses the pointer, not the run.
pub async fn empty(tx: &mut Tx, noun: Noun, before: Ms) -> Outcome<u64> {
    let done = match noun {
        Noun::Idea => {
            sqlx::query!("delete from ideas where id in (select id from ideas where deleted_ms < ? limit ?)", before, AT_ONCE).execute(tx).await
        }
        Noun::Prompt => {
            sqlx::query!(
                "update runs set prompt_version_id = null where prompt_version_id in (
                   select v.id from prompt_versions v where v.prompt_id in (select id from prompts where deleted_ms < ? limit ?))",
                before,
                AT_ONCE
            )
            .execute(&mut *tx)
            .await?;
            sqlx::query!("delete from prompts where id in (select id from prompts where deleted_ms < ? limit ?)", before, AT_ONCE).execute(tx).await
        }
        Noun::Piece => {
            sqlx::query!("delete from pieces where id in (select id from pieces where deleted_ms < ? limit ?)", before, AT_ONCE).execute(tx).await
        }
        Noun::Variant => {
            sqlx::query!("delete from variants where id in (select id from variants where deleted_ms < ? limit ?)", before, AT_ONCE).execute(tx).await
        }
        Noun::Channel => {
            sqlx::query!("delete from channels where id in (select id from channels where deleted_ms < ? limit ?)", before, AT_ONCE).execute(tx).await
        }
        Noun::Experiment => {
            sqlx::query!("delete from experiments where id in (select id from experiments where deleted_ms < ? limit ?)", before, AT_ONCE)
                .execute(tx)
                .await
        }
        Noun::Play => {
            sqlx::query!("delete from plays where id in (select id from plays where deleted_ms < ? limit ?)", before, AT_ONCE).execute(tx).await
        }
        Noun::Reference => {
            sqlx::query!("delete from reference_sets where id in (select id from reference_sets where deleted_ms < ? limit ?)", before, AT_ONCE)
                .execute(tx)
                .await
        }
    };
    Ok(done?.rows_affected())
}

/// Uploaded files nobody uses any more.
pub async fn empty_assets(tx: &mut Tx, before: Ms) -> Outcome<u64> {
    let done =
        sqlx::query!("delete from assets where id in (select id from assets where deleted_ms < ? limit ?)", before, AT_ONCE).execute(tx).await?;
    Ok(done.rows_affected())
}

/// Projects that were binned before `before`.
pub async fn old_projects(db: &SqlitePool, before: Ms) -> Outcome<Vec<ProjectId>> {
    Ok(sqlx::query_scalar!(r#"select id as "id: ProjectId" from projects where deleted_ms < ?"#, before).fetch_all(db).await?)
}

/// The tables that hold rows of projects and are emptied with them. The log and the ledger are not.
pub async fn tables_of_projects(db: &SqlitePool) -> Outcome<Vec<String>> {
    let all: Vec<String> = sqlx::query_scalar(
        "select t.name from pragma_table_list t join pragma_table_xinfo(t.name) c on c.name = 'project_id'
         where t.schema = 'main' and t.type = 'table' and t.wr = 0 order by t.name",
    )
    .fetch_all(db)
    .await?;
    Ok(all.into_iter().filter(|name| !matches!(name.as_str(), "events" | "ledger" | "jobs" | "search_texts")).collect())
}

/// Removes some rows of a project from one table. 0 also when other rows still point at them.
pub async fn drain(tx: &mut Tx, table: &str, project: ProjectId) -> Outcome<u64> {
    // The name comes from the schema itself, not from anybody outside.
    let text = format!("delete from \"{table}\" where rowid in (select rowid from \"{table}\" where project_id = ? limit ?)");
    match sqlx::query(sqlx::AssertSqlSafe(text)).bind(project).bind(AT_ONCE).execute(tx).await.map_err(Error::from) {
        Ok(done) => Ok(done.rows_affected()),
        Err(Error::Constraint(_)) => Ok(0),
        Err(error) => Err(error),
    }
}

/// The project itself, when nothing large hangs on it any more.
pub async fn remove_project(tx: &mut Tx, project: ProjectId) -> Outcome<()> {
    sqlx::query!("delete from projects where id = ? and deleted_ms is not null", project).execute(&mut *tx).await?;
    sqlx::query!("delete from counters where project_id = ?", project).execute(tx).await?;
    Ok(())
}

/// Whether a row still names this file.
pub async fn is_used(db: &SqlitePool, digest: &[u8]) -> Outcome<bool> {
    Ok(sqlx::query_scalar!("select 1 from assets where digest = ? limit 1", digest).fetch_optional(db).await?.is_some())
}
