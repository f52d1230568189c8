//! All SQL of search. Each project somebody may see is one stretch of the index, read from its
//! newest rows and left when enough was found, so that the time grows neither with what there is
//! nor with what others have.

use super::model::{Hit, Query, excerpt};
use crate::platform::id::{MemberId, ProjectId};
use crate::platform::{Error, Outcome};
use sqlx::SqlitePool;
use std::cmp::Reverse;
use uuid::Uuid;

/// Finds of a page.
pub const FINDS: i64 = 50;
/// Texts that are looked at more closely at once: some belong to pieces in the bin.
const CANDIDATES: i64 = 500;
/// Questions too short for the index look through this many of the newest texts.
const LOOKED_THROUGH: i64 = 20_000;
/// The bits of an index row that name its text; the place of the project stands above them.
const ROW_BITS: u32 = 40;
/// How many texts the first look covers; each further one covers more, unless it finds too much.
const FIRST_LOOK: i64 = 256;
const WIDER: i64 = 8;
const MOST: i64 = 2_048;

struct Row {
    noun: String,
    id: Uuid,
    project_id: Uuid,
    project: String,
    title: String,
    body: String,
}

/// The newest finds this member may see, at most `most`.
pub async fn find(db: &SqlitePool, member: MemberId, question: &str, most: i64) -> Outcome<Vec<Hit>> {
    let projects = seen_by(db, member).await?;
    let found = match Query::of(question) {
        Query::Empty => Vec::new(),
        Query::Grams(expression) => by_grams(db, member, &projects, &expression, most).await?,
        Query::Pattern(pattern) => by_pattern(db, member, &projects, &pattern, most).await?,
    };
    Ok(found.into_iter().take(usize::try_from(most).unwrap_or(0)).map(|row| shown(question, row)).collect())
}

fn shown(question: &str, row: Row) -> Hit {
    let Row { noun, id, project_id, project, title, body } = row;
    Hit { noun, id, project_id, project, excerpt: excerpt(question, &title, &body), title }
}

async fn seen_by(db: &SqlitePool, member: MemberId) -> Outcome<Vec<ProjectId>> {
    Ok(sqlx::query_scalar!(
        r#"select s.project_id as "id!: ProjectId" from sights s join projects p on p.id = s.project_id
           where s.member_id = ? and p.deleted_ms is null"#,
        member
    )
    .fetch_all(db)
    .await?)
}

/// Where the index rows of a project stand: the column `place`, above the bits of the text.
fn place(project: ProjectId) -> i64 {
    i64::try_from(project.0.as_u128() & 0xf_ffff).unwrap_or(0) << ROW_BITS
}

/// Looks from the newest text down. The index is quick to read upwards only, so each look is.
async fn by_grams(db: &SqlitePool, member: MemberId, projects: &[ProjectId], expression: &str, most: i64) -> Outcome<Vec<Row>> {
    let newest = sqlx::query_scalar!(r#"select coalesce(max(id), 0) as "id!: i64" from search_texts"#).fetch_one(db).await?;
    let (mut above, mut wide, mut found) = (newest + 1, FIRST_LOOK, Vec::new());
    while above > 0 && count(&found) < most {
        let below = (above - wide).max(0);
        let mut texts = Vec::new();
        for project in projects {
            texts.extend(look(db, *project, (below, above - 1), expression).await?);
            if count(&texts) >= MOST && wide > MOST {
                break;
            }
        }
        if count(&texts) >= MOST && wide > MOST {
            wide /= WIDER;
            continue;
        }
        found.extend(rows(db, member, texts, most).await?);
        (above, wide) = (below, wide * WIDER);
    }
    Ok(found)
}

/// The texts of one project, from the first to the last of the look, that hold the words.
async fn look(db: &SqlitePool, project: ProjectId, (first, last): (i64, i64), expression: &str) -> Outcome<Vec<i64>> {
    let place = place(project);
    let (first, last) = (place | first, place | last);
    let rows = sqlx::query_scalar!(
        r#"select g.rowid as "row!: i64" from search_grams g
           where g.search_grams match ?1 and g.rowid between ?2 and ?3 order by g.rowid limit ?4"#,
        expression,
        first,
        last,
        MOST
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| row - place).collect())
}

/// The same for questions too short for the index: the newest texts of each project one by one.
async fn by_pattern(db: &SqlitePool, member: MemberId, projects: &[ProjectId], pattern: &str, most: i64) -> Outcome<Vec<Row>> {
    let each = LOOKED_THROUGH / count(projects).max(1);
    let mut texts = Vec::new();
    for project in projects {
        texts.extend(
            sqlx::query_scalar!(
                r#"select t.id as "id!" from (select id from search_texts where project_id = ?1 order by id desc limit ?2) newest
                   cross join search_texts t on t.id = newest.id
                   where t.title like ?3 escape '!' or t.body like ?3 escape '!' order by t.id desc limit ?4"#,
                project,
                each,
                pattern,
                CANDIDATES
            )
            .fetch_all(db)
            .await?,
        );
    }
    rows(db, member, texts, most).await
}

fn count<T>(list: &[T]) -> i64 {
    i64::try_from(list.len()).unwrap_or(i64::MAX)
}

/// Those of the texts that a list would show to this member, newest first.
async fn rows(db: &SqlitePool, member: MemberId, mut texts: Vec<i64>, most: i64) -> Outcome<Vec<Row>> {
    texts.sort_unstable_by_key(|id| Reverse(*id));
    texts.dedup(); // two projects may share a place
    texts.truncate(usize::try_from(CANDIDATES).unwrap_or(0));
    let texts = serde_json::to_string(&texts).map_err(Error::broken)?;
    Ok(sqlx::query_as!(
        Row,
        r#"select t.noun as "noun!", t.object_id as "id!: Uuid", t.project_id as "project_id!: Uuid", p.name as "project!", t.title as "title!", t.body as "body!"
           from json_each(?1) n cross join search_texts t on t.id = n.value cross join projects p on p.id = t.project_id
           where p.deleted_ms is null and t.project_id in (select project_id from sights where member_id = ?2)
             and (t.noun <> 'variant' or not exists (
               select 1 from variants v join pieces w on w.id = v.piece_id where v.id = t.object_id and w.deleted_ms is not null))
           order by n.key limit ?3"#,
        texts,
        member,
        most
    )
    .fetch_all(db)
    .await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::{ConnectOptions, Connection};

    #[tokio::test]
    async fn the_place_of_a_project_is_where_the_database_puts_it() {
        let temp = tempfile::tempdir().unwrap();
        let folder = crate::platform::Folder::take(temp.path()).unwrap();
        folder.migrate().await.unwrap();
        let mut db = crate::platform::db::options(&folder.database()).foreign_keys(false).connect().await.unwrap();
        for id in ["01940000-0000-7000-8000-0000000fa0b1", "01940000-0000-7000-8000-aaaaaaa00000", "01940000-0000-7000-8000-12345679cdef"] {
            let project = ProjectId(id.parse().unwrap());
            let insert =
                "insert into search_texts (noun, object_id, project_id, title, body) values ('idea', ?1, ?1, 'mask', '') returning id, place";
            let (row, place): (i64, i64) = sqlx::query_as(insert).bind(project).fetch_one(&mut db).await.unwrap();
            assert_eq!(super::place(project) | row, (place << ROW_BITS) | row, "{id}");
        }
        db.close().await.unwrap();
    }
}
