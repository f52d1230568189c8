//! All SQL of fixtures.

use crate::create::prompts::fixtures::{Fixture, MOST, NewFixture};
use crate::platform::db::Tx;
use crate::platform::id::{FixtureId, MemberId, ProjectId, PromptId};
use crate::platform::{Error, Ms, Outcome};
use sqlx::SqlitePool;

struct Row {
    id: FixtureId,
    prompt_id: PromptId,
    name: String,
    locale: String,
    idea: String,
    inputs: String,
    version: i64,
    updated_ms: Ms,
}

impl From<Row> for Fixture {
    fn from(row: Row) -> Fixture {
        let Row { id, prompt_id, name, locale, idea, inputs, version, updated_ms } = row;
        let (idea, inputs) = (serde_json::from_str(&idea).unwrap_or_default(), serde_json::from_str(&inputs).unwrap_or_default());
        Fixture { id, prompt_id, name, locale, idea, inputs, version, updated_ms }
    }
}

macro_rules! fixtures {
    ($rest:literal, $($argument:expr),+) => {
        sqlx::query_as!(
            Row,
            r#"select f.id as "id: FixtureId", f.prompt_id as "prompt_id: PromptId", f.name, f.locale,
                 f.idea, f.inputs, f.version, f.updated_ms as "updated_ms: Ms"
               from fixtures f join prompts p on p.id = f.prompt_id "# + $rest,
            $($argument),+
        )
    };
}

/// The fixtures of a prompt that was found before, by name.
pub async fn fixtures(db: &SqlitePool, prompt: PromptId) -> Outcome<Vec<Fixture>> {
    let found = fixtures!("where f.prompt_id = ? order by f.name limit ?", prompt, MOST);
    Ok(found.fetch_all(db).await?.into_iter().map(Fixture::from).collect())
}

/// A fixture of a living prompt this member may see.
pub async fn fixture(db: &SqlitePool, member: MemberId, id: FixtureId) -> Outcome<Fixture> {
    let found = fixtures!(
        "where f.id = ?1 and p.deleted_ms is null and exists (select 1 from sights where member_id = ?2 and project_id = p.project_id)",
        id,
        member
    );
    Ok(found.fetch_one(db).await?.into())
}

/// Fixtures of one prompt, in the order of `ids`; one that is not among its own is not found.
pub async fn fixtures_of(db: &SqlitePool, prompt: PromptId, ids: &[FixtureId]) -> Outcome<Vec<Fixture>> {
    let all = fixtures(db, prompt).await?;
    ids.iter().map(|id| all.iter().find(|fixture| fixture.id == *id).cloned().ok_or(Error::NotFound)).collect()
}

pub(in crate::create::prompts) async fn insert_fixture(tx: &mut Tx, prompt: PromptId, new: &NewFixture, by: MemberId, at: Ms) -> Outcome<FixtureId> {
    let (id, idea, inputs) = (FixtureId::new(at), json(&new.idea)?, json(&new.inputs)?);
    let done = sqlx::query!(
        "insert into fixtures (id, prompt_id, name, locale, idea, inputs, created_by, created_ms, updated_ms)
         select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8 where (select count(*) from fixtures where prompt_id = ?2) < ?9",
        id,
        prompt,
        new.name,
        new.locale,
        idea,
        inputs,
        by,
        at,
        MOST
    )
    .execute(tx)
    .await?;
    if done.rows_affected() == 1 { Ok(id) } else { Err(Error::refused("prompts-fixtures-many")) }
}

/// Changes a fixture when it is as it was read.
pub(in crate::create::prompts) async fn update_fixture(tx: &mut Tx, id: FixtureId, new: &NewFixture, at: Ms) -> Outcome<()> {
    let (idea, inputs) = (json(&new.idea)?, json(&new.inputs)?);
    let done = sqlx::query!(
        "update fixtures set name = ?, locale = ?, idea = ?, inputs = ?, version = version + 1, updated_ms = ? where id = ? and version = ?",
        new.name,
        new.locale,
        idea,
        inputs,
        at,
        id,
        new.version
    )
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    let current = sqlx::query_scalar!("select version from fixtures where id = ?", id).fetch_one(tx).await?;
    Err(Error::stale(new.version, current))
}

pub(in crate::create::prompts) async fn delete_fixture(tx: &mut Tx, id: FixtureId) -> Outcome<()> {
    sqlx::query!("delete from fixtures where id = ?", id).execute(tx).await?;
    Ok(())
}

/// Whether a prompt keeps a fixture of this name.
pub(in crate::create::prompts) async fn has_fixture(tx: &mut Tx, prompt: PromptId, name: &str) -> Outcome<bool> {
    let found = sqlx::query_scalar!("select 1 from fixtures where prompt_id = ? and name = ?", prompt, name);
    Ok(found.fetch_optional(tx).await?.is_some())
}

/// The project, prompt and name of a fixture a member may change, inside a write.
pub(in crate::create::prompts) async fn hold_fixture(tx: &mut Tx, member: MemberId, id: FixtureId) -> Outcome<(ProjectId, PromptId, String)> {
    let row = sqlx::query!(
        r#"select p.project_id as "project: ProjectId", p.id as "prompt: PromptId", f.name from fixtures f join prompts p on p.id = f.prompt_id
             join sights s on s.project_id = p.project_id and s.member_id = ?2
           where f.id = ?1 and p.deleted_ms is null"#,
        id,
        member
    )
    .fetch_one(tx)
    .await?;
    Ok((row.project, row.prompt, row.name))
}

fn json(value: &impl serde::Serialize) -> Outcome<String> {
    serde_json::to_string(value).map_err(Error::broken)
}
