//! What the radar shows: dots, formulas, drafts on the desk.

use super::Raw;
use crate::platform::id::{PieceId, ProjectId, VariantId};
use crate::platform::{Ms, Outcome};
use sqlx::SqlitePool;

/// Works of each kind whose formulas are counted.
const FORMULAS: i64 = 12_000;

/// How many slots a project's signatures have.
pub async fn slots(db: &SqlitePool, project: ProjectId) -> Outcome<i64> {
    Ok(sqlx::query_scalar!(r#"select coalesce(max(slot) + 1, 0) as "n!: i64" from signature_slots where project_id = ?"#, project)
        .fetch_one(db)
        .await?)
}

/// A variant that may be a dot.
#[derive(Clone, Debug)]
pub struct Drawn {
    pub id: VariantId,
    pub title: String,
    pub words: String,
    pub locale: String,
    pub state: String,
    pub author: String,
    pub created_ms: Ms,
}

/// Those in these slots, in their order, with the words a map needs.
pub async fn drawn(db: &SqlitePool, project: ProjectId, slots: &[usize]) -> Outcome<Vec<Drawn>> {
    let slots = serde_json::to_string(slots).unwrap_or_default();
    Ok(sqlx::query_as!(
        Drawn,
        r#"select v.id as "id: VariantId", iif(v.hook = '', v.title, v.hook) as "title!: String",
             substr(v.title || char(10) || v.hook || char(10) || v.script, 1, 200) as "words!: String", v.locale, v.state, v.author,
             v.created_ms as "created_ms: Ms"
           from json_each(?2) j cross join signature_slots s on s.project_id = ?1 and s.slot = j.value
             cross join variants v on v.id = s.variant_id
           where v.deleted_ms is null order by s.slot"#,
        project,
        slots
    )
    .fetch_all(db)
    .await?)
}

/// The newest own works, newest first: first words and the end of the last ones.
pub async fn works(db: &SqlitePool, project: ProjectId) -> Outcome<Vec<Raw>> {
    Ok(sqlx::query_as!(
        Raw,
        r#"select id as "id!: VariantId", piece_id as "piece!: PieceId", locale as "locale!: String", title as "title!: String",
             hook as "hook!: String", script as "script!: String" from (
             select * from (select id, piece_id, locale, title, substr(hook, 1, 400) as hook, substr(script, -200) as script from variants
               where project_id = ?1 and state = 'approved' and deleted_ms is null order by id desc limit ?2)
             union all
             select * from (select id, piece_id, locale, title, substr(hook, 1, 400) as hook, substr(script, -200) as script from variants
               where project_id = ?1 and state = 'archived' and author = 'import' and deleted_ms is null order by id desc limit ?2))
           order by id desc limit ?2"#,
        project,
        FORMULAS
    )
    .fetch_all(db)
    .await?)
}

/// The newest drafts that wait on the desk, as far as they were measured.
pub async fn on_the_desk(db: &SqlitePool, project: ProjectId, limit: i64) -> Outcome<Vec<VariantId>> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: VariantId" from variants where project_id = ? and state = 'in_review' and deleted_ms is null order by id desc limit ?"#,
        project,
        limit
    )
    .fetch_all(db)
    .await?)
}

/// The last event of a project: what is shown is of that moment.
pub async fn last_event(db: &SqlitePool, project: ProjectId) -> Outcome<i64> {
    Ok(sqlx::query_scalar!(r#"select coalesce(max(id), 0) as "n!: i64" from events where project_id = ?"#, project).fetch_one(db).await?)
}
