//! All SQL of prompts.

mod fixtures;
mod parts;
mod scores;

use super::context::IdeaWords;
use super::model::{Checked, Choice, Label, ModelSettings, Purpose};
use super::parts::Source;
use crate::platform::db::Tx;
use crate::platform::id::{MemberId, ProjectId, PromptId, PromptVersionId};
use crate::platform::{Error, FieldError, Ms, Outcome};
use crate::web::Slice;
use serde::Serialize;
use sqlx::SqlitePool;
use uuid::Uuid;

pub(super) use fixtures::{delete_fixture, has_fixture, hold_fixture, insert_fixture, update_fixture};
pub use fixtures::{fixture, fixtures, fixtures_of};
pub(super) use parts::{add_part_version, hold_part, insert_part, set_part_deleted};
pub use parts::{part, part_version, part_versions, parts, parts_in, source};
pub use scores::scores;

/// A prompt as a list names it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PromptName {
    pub id: PromptId,
    pub project_id: ProjectId,
    pub name: String,
    pub purpose: String,
    /// How many versions there are; the newest has this number
    pub versions: i64,
    /// The number of the version with the label
    pub live: Option<i64>,
    pub trial: Option<i64>,
    #[serde(rename = "updated_at")]
    #[schema(value_type = String, format = DateTime)]
    pub updated_ms: Ms,
}

impl PromptName {
    pub fn purpose(&self) -> Purpose {
        self.purpose.parse().unwrap_or_default()
    }
}

/// A version without its text.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct VersionLine {
    pub id: PromptVersionId,
    pub number: i64,
    pub note: String,
    #[serde(rename = "created_at")]
    #[schema(value_type = String, format = DateTime)]
    pub created_ms: Ms,
    pub author: Option<String>,
    /// What runs with this version made, kept or not
    pub drafts: i64,
}

/// A version with its text.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Version {
    pub id: PromptVersionId,
    pub number: i64,
    pub template: String,
    pub settings: ModelSettings,
    pub note: String,
    #[serde(rename = "created_at")]
    #[schema(value_type = String, format = DateTime)]
    pub created_ms: Ms,
}

/// What a run needs of the version it uses.
#[derive(Debug, Clone)]
pub struct Chosen {
    pub id: PromptVersionId,
    pub purpose: Purpose,
    pub template: Source,
    pub settings: ModelSettings,
}

/// Prompts with the versions that their labels stand on.
macro_rules! prompts {
    ($rest:literal, $($argument:expr),+) => {
        sqlx::query_as!(
            PromptName,
            r#"select p.id as "id: PromptId", p.project_id as "project_id: ProjectId", p.name, p.purpose, p.versions,
                 live.number as "live?", trial.number as "trial?", p.updated_ms as "updated_ms: Ms"
               from prompts p
                 left join prompt_labels l on l.prompt_id = p.id and l.label = 'live'
                 left join prompt_versions live on live.id = l.version_id
                 left join prompt_labels t on t.prompt_id = p.id and t.label = 'trial'
                 left join prompt_versions trial on trial.id = t.version_id "# + $rest,
            $($argument),+
        )
    };
}

/// The living prompts of a project, newest first, in pages.
pub async fn list(db: &SqlitePool, member: MemberId, project: ProjectId, after: Option<Uuid>, limit: i64) -> Outcome<Slice<PromptName>> {
    let (before, most) = (after.unwrap_or(Uuid::max()), limit + 1);
    let found = prompts!(
        "where p.project_id = ?1 and p.deleted_ms is null and p.id < ?2
           and exists (select 1 from sights where member_id = ?3 and project_id = ?1)
         order by p.id desc limit ?4",
        project,
        before,
        member,
        most
    );
    Ok(Slice::cut(found.fetch_all(db).await?, limit, |prompt| prompt.id.0))
}

/// One prompt this member may see.
pub async fn find(db: &SqlitePool, member: MemberId, id: PromptId) -> Outcome<PromptName> {
    let found = prompts!(
        "where p.id = ?1 and p.deleted_ms is null and exists (select 1 from sights where member_id = ?2 and project_id = p.project_id)",
        id,
        member
    );
    Ok(found.fetch_one(db).await?)
}

/// The newest 200 versions of a prompt that was found before, without their texts.
pub async fn versions(db: &SqlitePool, prompt: PromptId) -> Outcome<Vec<VersionLine>> {
    Ok(sqlx::query_as!(
        VersionLine,
        r#"select v.id as "id: PromptVersionId", v.number, v.note, v.created_ms as "created_ms: Ms", m.name as "author?",
             coalesce(d.n, 0) as "drafts!: i64"
           from prompt_versions v left join members m on m.id = v.created_by left join version_drafts d on d.version_id = v.id
           where v.prompt_id = ? order by v.number desc limit 200"#,
        prompt
    )
    .fetch_all(db)
    .await?)
}

/// One version of a prompt that was found before.
pub async fn version(db: &SqlitePool, prompt: PromptId, number: i64) -> Outcome<Version> {
    let row = sqlx::query!(
        r#"select id as "id: PromptVersionId", number, template, settings, note, created_ms as "created_ms: Ms"
           from prompt_versions where prompt_id = ? and number = ?"#,
        prompt,
        number
    )
    .fetch_one(db)
    .await?;
    let settings = serde_json::from_str(&row.settings).unwrap_or_default();
    Ok(Version { id: row.id, number: row.number, template: row.template, settings, note: row.note, created_ms: row.created_ms })
}

/// The newest 200 versions of a prompt that was found before, oldest first, with their texts.
pub async fn whole_versions(db: &SqlitePool, prompt: PromptId) -> Outcome<Vec<Version>> {
    let rows = sqlx::query!(
        r#"select id as "id: PromptVersionId", number, template, settings, note, created_ms as "created_ms: Ms"
           from prompt_versions where prompt_id = ? order by number desc limit 200"#,
        prompt
    )
    .fetch_all(db)
    .await?;
    let whole = rows.into_iter().rev().map(|row| {
        let settings = serde_json::from_str(&row.settings).unwrap_or_default();
        Version { id: row.id, number: row.number, template: row.template, settings, note: row.note, created_ms: row.created_ms }
    });
    Ok(whole.collect())
}

/// The living prompt of a name, and what it asks for.
pub(super) async fn named_in(tx: &mut Tx, project: ProjectId, name: &str) -> Outcome<Option<(PromptId, String)>> {
    let name = name.trim();
    let row =
        sqlx::query!(r#"select id as "id: PromptId", purpose from prompts where project_id = ? and name = ? and deleted_ms is null"#, project, name)
            .fetch_optional(tx)
            .await?;
    Ok(row.map(|row| (row.id, row.purpose)))
}

/// The newest version of a prompt that says exactly this with these settings.
pub(super) async fn number_of(tx: &mut Tx, prompt: PromptId, version: &Checked) -> Outcome<Option<i64>> {
    let settings = serde_json::to_string(&version.settings).map_err(Error::broken)?;
    Ok(sqlx::query_scalar!(
        "select number from prompt_versions where prompt_id = ? and template = ? and settings = ? order by number desc limit 1",
        prompt,
        version.template,
        settings
    )
    .fetch_optional(tx)
    .await?)
}

/// The prompt and number of a version, for pages that name where something came from.
pub async fn named(db: &SqlitePool, version: PromptVersionId) -> Outcome<(PromptId, String, i64)> {
    let row = sqlx::query!(
        r#"select p.id as "id: PromptId", p.name, v.number
           from prompt_versions v join prompts p on p.id = v.prompt_id where v.id = ?"#,
        version
    )
    .fetch_one(db)
    .await?;
    Ok((row.id, row.name, row.number))
}

/// The words of the newest idea of a project that was found before, to try a template on.
pub async fn newest_idea(db: &SqlitePool, project: ProjectId) -> Outcome<Option<IdeaWords>> {
    Ok(sqlx::query_as!(
        IdeaWords,
        "select title, hook, angle, why_now from ideas where project_id = ? and deleted_ms is null order by id desc limit 1",
        project
    )
    .fetch_optional(db)
    .await?)
}

/// The version a run uses, among the living prompts of its project, with the parts it includes. `None` when there is none.
pub async fn choose(db: &SqlitePool, project: ProjectId, choice: Choice) -> Outcome<Option<Chosen>> {
    let (prompt, number, label, purpose) = match choice {
        Choice::Version(prompt, number) => (Some(prompt), Some(number), None, None),
        Choice::Label(prompt, label) => (Some(prompt), None, Some(label.name()), None),
        Choice::Any(purpose, label) => (None, None, Some(label.name()), Some(purpose.name())),
    };
    let row = sqlx::query!(
        r#"select v.id as "id: PromptVersionId", p.purpose, v.template, v.settings
           from prompts p join prompt_versions v on v.prompt_id = p.id
             left join prompt_labels l on l.version_id = v.id and l.label = ?4
           where p.project_id = ?1 and p.deleted_ms is null
             and (?2 is null or p.id = ?2) and (?3 is null or v.number = ?3)
             and (?4 is null or l.label is not null) and (?5 is null or p.purpose = ?5)
           order by l.moved_ms desc, v.number desc limit 1"#,
        project,
        prompt,
        number,
        label,
        purpose
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let template = source(db, project, &row.template)
        .await?
        .map_err(|fault| Error::Invalid(vec![FieldError::new("prompt", fault.key).with("line", fault.line).with("detail", fault.detail)]))?;
    Ok(Some(Chosen {
        id: row.id,
        purpose: row.purpose.parse().map_err(Error::broken)?,
        template,
        settings: serde_json::from_str(&row.settings).unwrap_or_default(),
    }))
}

/// Whether this member sees the project, inside a write; its language.
pub(super) async fn project_locale(tx: &mut Tx, member: Option<MemberId>, project: ProjectId) -> Outcome<String> {
    Ok(sqlx::query_scalar!(
        "select locale from projects where id = ?1 and deleted_ms is null
           and (?2 is null or exists (select 1 from sights where member_id = ?2 and project_id = ?1))",
        project,
        member
    )
    .fetch_one(tx)
    .await?)
}

/// The project of a prompt a member may change, inside a write; a binned one when `binned`.
pub(super) async fn project_of(tx: &mut Tx, member: MemberId, id: PromptId, binned: bool) -> Outcome<(ProjectId, String)> {
    let row = sqlx::query!(
        r#"select p.project_id as "project: ProjectId", p.name from prompts p
           join sights s on s.project_id = p.project_id and s.member_id = ?2
           where p.id = ?1 and (p.deleted_ms is not null) = ?3"#,
        id,
        member,
        binned
    )
    .fetch_one(tx)
    .await?;
    Ok((row.project, row.name))
}

/// Whether the project ever had a prompt, binned ones included.
pub(super) async fn any(tx: &mut Tx, project: ProjectId) -> Outcome<bool> {
    Ok(sqlx::query_scalar!("select 1 from prompts where project_id = ? limit 1", project).fetch_optional(tx).await?.is_some())
}

pub(super) async fn insert(tx: &mut Tx, project: ProjectId, name: &str, purpose: Purpose, by: Option<MemberId>, at: Ms) -> Outcome<PromptId> {
    let (id, purpose) = (PromptId::new(at), purpose.name());
    sqlx::query!(
        "insert into prompts (id, project_id, name, purpose, created_by, created_ms, updated_ms) values (?, ?, ?, ?, ?, ?, ?)",
        id,
        project,
        name,
        purpose,
        by,
        at,
        at
    )
    .execute(tx)
    .await?;
    Ok(id)
}

/// Adds a version under the next number.
pub(super) async fn add_version(tx: &mut Tx, prompt: PromptId, version: &Checked, by: Option<MemberId>, at: Ms) -> Outcome<(PromptVersionId, i64)> {
    let number = sqlx::query_scalar!("update prompts set versions = versions + 1, updated_ms = ? where id = ? returning versions", at, prompt)
        .fetch_one(&mut *tx)
        .await?;
    let id = PromptVersionId::new(at);
    let settings = serde_json::to_string(&version.settings).map_err(Error::broken)?;
    sqlx::query!(
        "insert into prompt_versions (id, prompt_id, number, template, settings, note, created_by, created_ms) values (?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        prompt,
        number,
        version.template,
        settings,
        version.note,
        by,
        at
    )
    .execute(&mut *tx)
    .await?;
    Ok((id, number))
}

/// Moves a label to the version of this number; `NotFound` when there is none.
pub(super) async fn move_label(tx: &mut Tx, prompt: PromptId, label: Label, number: i64, by: Option<MemberId>, at: Ms) -> Outcome<()> {
    let label = label.name();
    let done = sqlx::query!(
        "insert into prompt_labels (prompt_id, label, version_id, moved_by, moved_ms)
         select ?1, ?2, id, ?4, ?5 from prompt_versions where prompt_id = ?1 and number = ?3
         on conflict do update set version_id = excluded.version_id, moved_by = excluded.moved_by, moved_ms = excluded.moved_ms",
        prompt,
        label,
        number,
        by,
        at
    )
    .execute(tx)
    .await?;
    if done.rows_affected() == 0 { Err(Error::NotFound) } else { Ok(()) }
}

pub(super) async fn rename(tx: &mut Tx, id: PromptId, name: &str, at: Ms) -> Outcome<()> {
    sqlx::query!("update prompts set name = ?, updated_ms = ? where id = ?", name, at, id).execute(tx).await?;
    Ok(())
}

pub(super) async fn set_deleted(tx: &mut Tx, id: PromptId, deleted: Option<Ms>) -> Outcome<()> {
    sqlx::query!("update prompts set deleted_ms = ? where id = ?", deleted, id).execute(tx).await?;
    Ok(())
}
