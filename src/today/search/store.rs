//! All SQL of search. The index is walked from the newest row and left after fifty finds, so that
//! the time does not grow with what there is.

use super::model::{Hit, Query, excerpt};
use crate::platform::Outcome;
use crate::platform::id::MemberId;
use sqlx::SqlitePool;
use uuid::Uuid;

const FINDS: i64 = 50;
/// Questions too short for the index look through this many of the newest texts.
const LOOKED_THROUGH: i64 = 20_000;

struct Row {
    noun: String,
    id: Uuid,
    project_id: Uuid,
    project: String,
    title: String,
    body: String,
}

/// The newest fifty finds this member may see.
pub async fn find(db: &SqlitePool, member: MemberId, question: &str) -> Outcome<Vec<Hit>> {
    let rows = match Query::of(question) {
        Query::Empty => Vec::new(),
        Query::Grams(expression) => by_grams(db, member, &expression).await?,
        Query::Pattern(pattern) => by_pattern(db, member, &pattern).await?,
    };
    Ok(rows.into_iter().map(|row| shown(question, row)).collect())
}

fn shown(question: &str, row: Row) -> Hit {
    let Row { noun, id, project_id, project, title, body } = row;
    Hit { noun, id, project_id, project, excerpt: excerpt(question, &title, &body), title }
}

async fn by_grams(db: &SqlitePool, member: MemberId, expression: &str) -> Outcome<Vec<Row>> {
    Ok(sqlx::query_as!(
        Row,
        r#"select t.noun as "noun!", t.object_id as "id!: Uuid", t.project_id as "project_id!: Uuid", p.name as "project!", t.title as "title!", t.body as "body!"
           from search_grams g cross join search_texts t on t.id = g.rowid cross join projects p on p.id = t.project_id
           where g.search_grams match ?1 and p.deleted_ms is null
             and t.project_id in (select project_id from sights where member_id = ?2)
             and (t.noun <> 'variant' or not exists (
               select 1 from variants v join pieces w on w.id = v.piece_id where v.id = t.object_id and w.deleted_ms is not null))
           order by g.rowid desc limit ?3"#,
        expression, member, FINDS
    )
    .fetch_all(db)
    .await?)
}

async fn by_pattern(db: &SqlitePool, member: MemberId, pattern: &str) -> Outcome<Vec<Row>> {
    Ok(sqlx::query_as!(
        Row,
        r#"select t.noun as "noun!", t.object_id as "id!: Uuid", t.project_id as "project_id!: Uuid", p.name as "project!", t.title as "title!", t.body as "body!"
           from (select id from search_texts where project_id in (
               select s.project_id from sights s join projects o on o.id = s.project_id where s.member_id = ?1 and o.deleted_ms is null)
             order by id desc limit ?2) newest
           cross join search_texts t on t.id = newest.id join projects p on p.id = t.project_id
           where (t.title like ?3 escape '!' or t.body like ?3 escape '!')
             and (t.noun <> 'variant' or not exists (
               select 1 from variants v join pieces w on w.id = v.piece_id where v.id = t.object_id and w.deleted_ms is not null))
           order by t.id desc limit ?4"#,
        member, LOOKED_THROUGH, pattern, FINDS
    )
    .fetch_all(db)
    .await?)
}
