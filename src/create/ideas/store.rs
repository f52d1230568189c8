//! All SQL of ideas.

use super::model::{Checked, IdeaState, Lenses};
use crate::platform::db::Tx;
use crate::platform::id::{IdeaId, MemberId, PlayId, ProjectId, RunId, VariantId};
use crate::platform::{Error, Ms, Outcome};
use crate::web::Slice;
use serde::Serialize;
use sqlx::SqlitePool;
use uuid::Uuid;

/// An idea with all its words.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Idea {
    pub id: IdeaId,
    pub project_id: ProjectId,
    pub title: String,
    pub hook: String,
    pub angle: String,
    pub why_now: String,
    pub locale: String,
    #[serde(skip)]
    pub lenses: String,
    pub state: String,
    pub run_id: Option<RunId>,
    pub play_id: Option<PlayId>,
    pub twin_id: Option<IdeaId>,
    pub version: i64,
    #[serde(rename = "created_at")]
    #[schema(value_type = String, format = DateTime)]
    pub created_ms: Ms,
    /// Who wrote it, when a person did
    pub author: Option<String>,
}

impl Idea {
    pub fn lenses(&self) -> Lenses {
        serde_json::from_str(&self.lenses).unwrap_or_default()
    }

    /// The lenses in use with their axes, for chips.
    pub fn lens_pairs(&self) -> Vec<(&'static str, String)> {
        self.lenses().used().map(|(axis, value)| (axis, value.to_owned())).collect()
    }

    pub fn state(&self) -> IdeaState {
        self.state.parse().unwrap_or(IdeaState::Inbox)
    }
}

/// Where an idea came from besides its words.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    pub lenses: Lenses,
    pub run: Option<RunId>,
    pub play: Option<PlayId>,
}

/// Ideas with who wrote them. Each list has an index of its own, so the conditions stand in queries of their own.
macro_rules! ideas {
    ($rest:literal, $($argument:expr),+) => {
        sqlx::query_as!(
            Idea,
            r#"select i.id as "id: IdeaId", i.project_id as "project_id: ProjectId", i.title, i.hook, i.angle, i.why_now, i.locale, i.lenses,
                 i.state, i.run_id as "run_id: RunId", i.play_id as "play_id: PlayId", i.twin_id as "twin_id: IdeaId", i.version,
                 i.created_ms as "created_ms: Ms", m.name as "author?"
               from ideas i left join members m on m.id = i.created_by "# + $rest,
            $($argument),+
        )
    };
}

/// One state of a project, newest first, in pages.
pub async fn in_state(
    db: &SqlitePool,
    member: MemberId,
    project: ProjectId,
    state: IdeaState,
    after: Option<Uuid>,
    limit: i64,
) -> Outcome<Slice<Idea>> {
    let (name, before, most) = (state.name(), after.unwrap_or(Uuid::max()), limit + 1);
    let found = ideas!(
        "where i.project_id = ?1 and i.state = ?2 and i.id < ?3 and i.deleted_ms is null
           and exists (select 1 from sights where member_id = ?4 and project_id = ?1)
         order by i.id desc limit ?5",
        project,
        name,
        before,
        member,
        most
    );
    Ok(Slice::cut(found.fetch_all(db).await?, limit, |idea| idea.id.0))
}

/// All living ideas of a project, newest first, in pages.
pub async fn list(db: &SqlitePool, member: MemberId, project: ProjectId, after: Option<Uuid>, limit: i64) -> Outcome<Slice<Idea>> {
    let (before, most) = (after.unwrap_or(Uuid::max()), limit + 1);
    let found = ideas!(
        "where i.project_id = ?1 and i.id < ?2 and i.deleted_ms is null
           and exists (select 1 from sights where member_id = ?3 and project_id = ?1)
         order by i.id desc limit ?4",
        project,
        before,
        member,
        most
    );
    Ok(Slice::cut(found.fetch_all(db).await?, limit, |idea| idea.id.0))
}

/// One idea this member may see.
pub async fn find(db: &SqlitePool, member: MemberId, id: IdeaId) -> Outcome<Idea> {
    let found = ideas!(
        "where i.id = ?1 and i.deleted_ms is null and exists (select 1 from sights where member_id = ?2 and project_id = i.project_id)",
        id,
        member
    );
    Ok(found.fetch_one(db).await?)
}

/// How many ideas are in each state, from the counters.
pub async fn counts(db: &SqlitePool, member: MemberId, project: ProjectId) -> Outcome<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        "select state, n from counters where project_id = ?1 and noun = 'idea'
           and exists (select 1 from sights where member_id = ?2 and project_id = ?1)",
        project,
        member
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.state, row.n)).collect())
}

/// The project and state of an idea a member may change, inside a write; deleted ones too when `binned`.
pub(super) async fn state_of(tx: &mut Tx, member: MemberId, id: IdeaId, binned: bool) -> Outcome<(ProjectId, IdeaState)> {
    let row = sqlx::query!(
        r#"select i.project_id as "project: ProjectId", i.state from ideas i
           join sights s on s.project_id = i.project_id and s.member_id = ?2
           where i.id = ?1 and (i.deleted_ms is not null) = ?3"#,
        id,
        member,
        binned
    )
    .fetch_one(tx)
    .await?;
    Ok((row.project, row.state.parse().map_err(Error::broken)?))
}

/// Whether this member sees the project, inside a write; its own language.
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

/// The newest titles of a project, in which twins are looked for.
pub(super) async fn newest_titles(tx: &mut Tx, project: ProjectId) -> Outcome<Vec<(IdeaId, String)>> {
    let rows = sqlx::query!(
        r#"select id as "id: IdeaId", title from ideas where project_id = ? and deleted_ms is null order by id desc limit 200"#,
        project
    )
    .fetch_all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.title)).collect())
}

pub(super) async fn insert(
    tx: &mut Tx,
    project: ProjectId,
    idea: &Checked,
    origin: &Origin,
    twin: Option<IdeaId>,
    by: Option<MemberId>,
    at: Ms,
) -> Outcome<IdeaId> {
    let id = IdeaId::new(at);
    let lenses = serde_json::to_string(&origin.lenses).map_err(Error::broken)?;
    sqlx::query!(
        "insert into ideas (id, project_id, title, hook, angle, why_now, locale, lenses, state, run_id, play_id, twin_id, created_by, created_ms, updated_ms)
         values (?, ?, ?, ?, ?, ?, ?, ?, 'inbox', ?, ?, ?, ?, ?, ?)",
        id, project, idea.title, idea.hook, idea.angle, idea.why_now, idea.locale, lenses, origin.run, origin.play, twin, by, at, at
    )
    .execute(tx)
    .await?;
    Ok(id)
}

/// 0 when somebody else changed it since its version was read.
pub(super) async fn update(tx: &mut Tx, id: IdeaId, idea: &Checked, at: Ms) -> Outcome<u64> {
    Ok(sqlx::query!(
        "update ideas set title = ?, hook = ?, angle = ?, why_now = ?, locale = ?, version = version + 1, updated_ms = ?
         where id = ? and version = ?",
        idea.title,
        idea.hook,
        idea.angle,
        idea.why_now,
        idea.locale,
        at,
        id,
        idea.version
    )
    .execute(tx)
    .await?
    .rows_affected())
}

/// The version it has now.
pub(super) async fn version(tx: &mut Tx, id: IdeaId) -> Outcome<i64> {
    Ok(sqlx::query_scalar!("select version from ideas where id = ?", id).fetch_one(tx).await?)
}

pub(super) async fn set_state(tx: &mut Tx, id: IdeaId, state: IdeaState, at: Ms) -> Outcome<()> {
    let name = state.name();
    sqlx::query!("update ideas set state = ?, version = version + 1, updated_ms = ? where id = ?", name, at, id).execute(tx).await?;
    Ok(())
}

pub(super) async fn set_deleted(tx: &mut Tx, id: IdeaId, deleted: Option<Ms>) -> Outcome<()> {
    sqlx::query!("update ideas set deleted_ms = ?, version = version + 1 where id = ?", deleted, id).execute(tx).await?;
    Ok(())
}

/// The language that was asked for when the idea was last drafted from, and the one that was written instead.
pub async fn unwritten(db: &SqlitePool, id: IdeaId) -> Outcome<Option<(String, String)>> {
    let row = sqlx::query!(
        r#"select parameters ->> 'wanted' as "wanted?: String", parameters ->> 'locale' as "written?: String"
           from runs where idea_id = ? and purpose = 'variants' and medium = 'text' order by id desc limit 1"#,
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(row.and_then(|row| row.wanted.zip(row.written)))
}

/// The draft that waits of the ideas which were made last, so that reading goes on with what is new.
pub async fn newest_waiting(db: &SqlitePool, project: ProjectId) -> Outcome<Option<VariantId>> {
    Ok(sqlx::query_scalar!(
        r#"select v.id as "id: VariantId"
           from (select id, piece_id from variants where project_id = ?1 and state = 'in_review' and deleted_ms is null
                 order by id desc limit 200) v join pieces p on p.id = v.piece_id join ideas i on i.id = p.idea_id
           order by i.created_ms desc, v.id limit 1"#,
        project
    )
    .fetch_optional(db)
    .await?)
}
