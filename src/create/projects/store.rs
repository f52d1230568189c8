//! All SQL of projects and their markets.

use super::model::{Checked, NewProject};
use crate::platform::db::Tx;
use crate::platform::id::{MarketId, MemberId, ProjectId};
use crate::platform::locale::Locale;
use crate::platform::{Error, Ms, Outcome};
use crate::web::Slice;
use serde::Serialize;
use sqlx::SqlitePool;
use uuid::Uuid;

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Project {
    pub id: ProjectId,
    pub name: String,
    pub niche: String,
    pub perspective: String,
    pub audience: String,
    pub stance: String,
    pub style_guide: String,
    pub locale: String,
    pub zone: String,
    #[serde(skip)]
    pub seed: i64,
    pub sample: bool,
    /// An approval needs two people
    pub two_step: bool,
    pub version: i64,
    pub markets: Vec<Market>,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Market {
    pub locale: String,
    pub zone: String,
}

/// A project as a list names it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ProjectName {
    pub id: ProjectId,
    pub name: String,
    pub niche: String,
    pub locale: String,
    pub zone: String,
    pub sample: bool,
}

struct Row {
    id: ProjectId,
    name: String,
    niche: String,
    perspective: String,
    audience: String,
    stance: String,
    style_guide: String,
    locale: String,
    zone: String,
    seed: i64,
    sample: bool,
    two_step: bool,
    version: i64,
}

/// A project this member may see.
pub async fn find(db: &SqlitePool, member: MemberId, id: ProjectId) -> Outcome<Project> {
    let seen = sqlx::query_scalar!("select 1 from sights where member_id = ? and project_id = ?", member, id).fetch_optional(db).await?;
    if seen.is_none() { Err(Error::NotFound) } else { find_for_system(db, id).await }
}

/// A living project, for jobs and the command line, which act for nobody.
pub async fn find_for_system(db: &SqlitePool, id: ProjectId) -> Outcome<Project> {
    let row = sqlx::query_as!(
        Row,
        r#"select id as "id: ProjectId", name, niche, perspective, audience, stance, style_guide, locale, zone, seed,
             sample as "sample: bool", two_step as "two_step: bool", version
           from projects where id = ? and deleted_ms is null"#,
        id
    )
    .fetch_one(db)
    .await?;
    let markets = sqlx::query_as!(Market, "select locale, zone from markets where project_id = ? order by id", id).fetch_all(db).await?;
    let Row { id, name, niche, perspective, audience, stance, style_guide, locale, zone, seed, sample, two_step, version } = row;
    Ok(Project { id, name, niche, perspective, audience, stance, style_guide, locale, zone, seed, sample, two_step, version, markets })
}

/// The projects a member may see, oldest first; a studio has a handful.
pub async fn seen_by(db: &SqlitePool, member: MemberId) -> Outcome<Vec<ProjectName>> {
    Ok(sqlx::query_as!(
        ProjectName,
        r#"select p.id as "id: ProjectId", p.name, p.niche, p.locale, p.zone, p.sample as "sample: bool"
           from sights s join projects p on p.id = s.project_id
           where s.member_id = ? and p.deleted_ms is null order by p.id limit 200"#,
        member
    )
    .fetch_all(db)
    .await?)
}

/// The same in pages.
pub(super) async fn list(db: &SqlitePool, member: MemberId, after: Option<Uuid>, limit: i64) -> Outcome<Slice<ProjectName>> {
    let (after, most) = (after.unwrap_or(Uuid::nil()), limit + 1);
    let rows = sqlx::query_as!(
        ProjectName,
        r#"select p.id as "id: ProjectId", p.name, p.niche, p.locale, p.zone, p.sample as "sample: bool"
           from sights s join projects p on p.id = s.project_id
           where s.member_id = ?1 and p.id > ?2 and p.deleted_ms is null order by p.id limit ?3"#,
        member,
        after,
        most
    )
    .fetch_all(db)
    .await?;
    Ok(Slice::cut(rows, limit, |project| project.id.0))
}

/// Every living project by name, for the command line.
pub async fn names(db: &SqlitePool) -> Outcome<Vec<(ProjectId, String)>> {
    let rows = sqlx::query!(r#"select id as "id: ProjectId", name from projects where deleted_ms is null order by id"#).fetch_all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

pub(super) async fn insert(tx: &mut Tx, id: ProjectId, project: &Checked, by: Option<MemberId>, seed: i64, at: Ms) -> Outcome<()> {
    let NewProject { name, niche, perspective, audience, stance, style_guide, locale, zone, two_step, .. } = &project.words;
    sqlx::query!(
        "insert into projects (id, name, niche, perspective, audience, stance, style_guide, locale, zone, two_step, seed, created_by, created_ms, updated_ms)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        name,
        niche,
        perspective,
        audience,
        stance,
        style_guide,
        locale,
        zone,
        two_step,
        seed,
        by,
        at,
        at
    )
    .execute(&mut *tx)
    .await?;
    if let Some(by) = by {
        sqlx::query!("insert into project_members (project_id, member_id, created_ms) values (?, ?, ?)", id, by, at).execute(&mut *tx).await?;
    }
    set_markets(tx, id, &project.markets, at).await
}

/// 0 rows when somebody else changed it since `version` was read.
pub(super) async fn update(tx: &mut Tx, id: ProjectId, project: &Checked, at: Ms) -> Outcome<u64> {
    let NewProject { name, niche, perspective, audience, stance, style_guide, locale, zone, two_step, version, .. } = &project.words;
    let done = sqlx::query!(
        "update projects set name = ?, niche = ?, perspective = ?, audience = ?, stance = ?, style_guide = ?, locale = ?, zone = ?, two_step = ?,
           version = version + 1, updated_ms = ?
         where id = ? and version = ? and deleted_ms is null",
        name,
        niche,
        perspective,
        audience,
        stance,
        style_guide,
        locale,
        zone,
        two_step,
        at,
        id,
        version
    )
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() == 1 {
        set_markets(tx, id, &project.markets, at).await?;
    }
    Ok(done.rows_affected())
}

/// The version it has now.
pub(super) async fn version(tx: &mut Tx, id: ProjectId) -> Outcome<i64> {
    Ok(sqlx::query_scalar!("select version from projects where id = ?", id).fetch_one(tx).await?)
}

async fn set_markets(tx: &mut Tx, id: ProjectId, markets: &[(Locale, String)], at: Ms) -> Outcome<()> {
    sqlx::query!("delete from markets where project_id = ?", id).execute(&mut *tx).await?;
    for (locale, zone) in markets {
        let market = MarketId::new(at);
        sqlx::query!("insert into markets (id, project_id, locale, zone, created_ms) values (?, ?, ?, ?, ?)", market, id, locale, zone, at)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Marks a project as the sample, which one click removes.
pub async fn set_sample(tx: &mut Tx, id: ProjectId) -> Outcome<()> {
    sqlx::query!("update projects set sample = 1 where id = ?", id).execute(tx).await?;
    Ok(())
}

/// Whether this member sees the project, inside a write; one in the bin when `binned`.
pub(super) async fn sees(tx: &mut Tx, member: MemberId, id: ProjectId, binned: bool) -> Outcome<()> {
    sqlx::query_scalar!(
        "select 1 from sights s join projects p on p.id = s.project_id
         where s.member_id = ? and p.id = ? and (p.deleted_ms is not null) = ?",
        member,
        id,
        binned
    )
    .fetch_optional(tx)
    .await?
    .map(|_| ())
    .ok_or(Error::NotFound)
}

pub(super) async fn set_deleted(tx: &mut Tx, id: ProjectId, at: Option<Ms>) -> Outcome<u64> {
    Ok(sqlx::query!("update projects set deleted_ms = ?2, version = version + 1 where id = ?1 and (deleted_ms is null) = (?2 is not null)", id, at)
        .execute(tx)
        .await?
        .rows_affected())
}
