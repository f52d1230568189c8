//! All SQL of duels and tastes.

use super::judges::Judged;
use super::model::{Answered, Better, ChosenBy, NewDuel, Taste};
use super::ranking::Ranked;
use crate::platform::db::Tx;
use crate::platform::id::{DuelId, MemberId, PieceId, ProjectId, VariantId};
use crate::platform::{Error, Ms, Outcome};
use crate::web::Slice;
use serde::Serialize;
use sqlx::SqlitePool;
use std::collections::HashMap;
use uuid::Uuid;

/// The newest drafts that are compared with each other.
const CANDIDATES: i64 = 200;
/// Drafts that the choice of languages looks back on.
const LOOK_BACK: i64 = 1_000;
/// Answers that a member's own past and the figures on judges look back on.
const ANSWERS: i64 = 2_000;

/// Languages with drafts to compare, and how many in each; the fullest first.
pub async fn locales(db: &SqlitePool, member: MemberId, project: ProjectId, piece: Option<PieceId>) -> Outcome<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        r#"select locale, count(*) as "n!: i64" from (
             select locale from variants v
             where v.project_id = ?1 and v.state in ('in_review', 'changes_requested', 'approved') and v.deleted_ms is null
               and (?3 is null or v.piece_id = ?3) and exists (select 1 from sights where member_id = ?2 and project_id = ?1)
             order by v.id desc limit ?4)
           group by locale order by 2 desc, locale"#,
        project,
        member,
        piece,
        LOOK_BACK
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.locale, row.n)).collect())
}

/// The newest drafts of one language that can meet, newest first.
pub async fn candidates(db: &SqlitePool, member: MemberId, project: ProjectId, locale: &str, piece: Option<PieceId>) -> Outcome<Vec<VariantId>> {
    Ok(sqlx::query_scalar!(
        r#"select v.id as "id: VariantId" from variants v
           where v.project_id = ?1 and v.state in ('in_review', 'changes_requested', 'approved') and v.locale = ?3 and v.deleted_ms is null
             and (?4 is null or v.piece_id = ?4) and exists (select 1 from sights where member_id = ?2 and project_id = ?1)
           order by v.id desc limit ?5"#,
        project,
        member,
        locale,
        piece,
        CANDIDATES
    )
    .fetch_all(db)
    .await?)
}

/// The answers that stand between some drafts, counted.
pub async fn between(db: &SqlitePool, drafts: &[VariantId]) -> Outcome<Vec<Answered>> {
    let ids = list(drafts)?;
    Ok(sqlx::query_as!(
        Answered,
        r#"with some (id) as materialized (select unhex(value, '-') from json_each(?1))
           select d.left_id as "left: VariantId", d.right_id as "right: VariantId", d.outcome as "outcome: Better", count(*) as "n!: i64"
           from duels d where d.left_id in some and d.right_id in some and d.undone_ms is null
           group by d.left_id, d.right_id, d.outcome order by 1, 2, 3"#,
        ids
    )
    .fetch_all(db)
    .await?)
}

fn list(ids: &[VariantId]) -> Outcome<String> {
    serde_json::to_string(ids).map_err(Error::broken)
}

/// The pairs a member answered lately, oldest first.
pub async fn own(db: &SqlitePool, member: MemberId, project: ProjectId) -> Outcome<Vec<(VariantId, VariantId)>> {
    let rows = sqlx::query!(
        r#"select left_id as "left: VariantId", right_id as "right: VariantId" from (
             select id, left_id, right_id, member_id from duels where project_id = ?1 and undone_ms is null order by id desc limit ?3)
           where member_id = ?2 order by id"#,
        project,
        member,
        ANSWERS
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.left, row.right)).collect())
}

macro_rules! last {
    ($db:expr, $member:expr, $project:expr) => {
        sqlx::query_scalar!(
            r#"select id as "id: DuelId" from duels where project_id = ? and member_id = ? and undone_ms is null order by id desc limit 1"#,
            $project,
            $member
        )
        .fetch_optional($db)
    };
}

/// A member's last answer that stands.
pub async fn last(db: &SqlitePool, member: MemberId, project: ProjectId) -> Outcome<Option<DuelId>> {
    Ok(last!(db, member, project).await?)
}

/// The same inside a write.
pub async fn last_in(tx: &mut Tx, member: MemberId, project: ProjectId) -> Outcome<Option<DuelId>> {
    Ok(last!(tx, member, project).await?)
}

/// How many answers of a member since an instant stand.
pub async fn answered_since(db: &SqlitePool, member: MemberId, project: ProjectId, since: Ms) -> Outcome<i64> {
    // The ids grow with time, so that the index of the project finds the beginning.
    let from = Uuid::from_u128(u128::from(since.0.max(0).cast_unsigned()) << 80);
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!: i64" from duels where project_id = ? and id >= ? and member_id = ? and undone_ms is null"#,
        project,
        from,
        member
    )
    .fetch_one(db)
    .await?)
}

/// What an answer needs to know of a side.
pub struct Side {
    pub id: VariantId,
    pub state: String,
    pub locale: String,
    pub gone: bool,
}

/// Both sides, when they are of this project and the member may see it.
pub async fn hold(tx: &mut Tx, member: MemberId, project: ProjectId, left: VariantId, right: VariantId) -> Outcome<(Side, Side)> {
    let mut sides = sqlx::query_as!(
        Side,
        r#"select v.id as "id: VariantId", v.state, v.locale, v.deleted_ms is not null as "gone!: bool"
           from variants v join sights s on s.project_id = v.project_id and s.member_id = ?2
           where v.project_id = ?1 and v.id in (?3, ?4)"#,
        project,
        member,
        left,
        right
    )
    .fetch_all(tx)
    .await?;
    sides.sort_by_key(|side| side.id != left);
    match <[Side; 2]>::try_from(sides) {
        Ok([left, right]) => Ok((left, right)),
        Err(_) => Err(Error::NotFound),
    }
}

pub async fn insert(tx: &mut Tx, id: DuelId, (project, member): (ProjectId, MemberId), duel: &NewDuel, at: Ms) -> Outcome<()> {
    sqlx::query!(
        "insert into duels (id, project_id, left_id, right_id, outcome, chosen_by, member_id, at_ms) values (?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        project,
        duel.left,
        duel.right,
        duel.outcome,
        duel.chosen_by,
        member,
        at
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// What was asked in a duel, and of whom.
pub struct Asked {
    pub project: ProjectId,
    pub member: MemberId,
    pub left: VariantId,
    pub right: VariantId,
    pub chosen_by: ChosenBy,
}

/// A duel of a project this member may see.
pub async fn asked(tx: &mut Tx, member: MemberId, id: DuelId) -> Outcome<Asked> {
    Ok(sqlx::query_as!(
        Asked,
        r#"select d.project_id as "project: ProjectId", d.member_id as "member: MemberId", d.left_id as "left: VariantId",
             d.right_id as "right: VariantId", d.chosen_by as "chosen_by: ChosenBy"
           from duels d join sights s on s.project_id = d.project_id and s.member_id = ?2 where d.id = ?1"#,
        id,
        member
    )
    .fetch_one(tx)
    .await?)
}

/// Whether the answer stood until now.
pub async fn undo(tx: &mut Tx, id: DuelId, at: Ms) -> Outcome<bool> {
    let done = sqlx::query!("update duels set undone_ms = ? where id = ? and undone_ms is null", at, id).execute(tx).await?;
    Ok(done.rows_affected() == 1)
}

/// A duel as programs read it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Duel {
    pub id: DuelId,
    #[serde(rename = "left")]
    pub left_id: VariantId,
    #[serde(rename = "right")]
    pub right_id: VariantId,
    pub outcome: Better,
    pub chosen_by: ChosenBy,
    pub member_id: MemberId,
    #[serde(rename = "at")]
    #[schema(value_type = String, format = DateTime)]
    pub at_ms: Ms,
}

/// The answers that stand in a project, newest first, in pages.
pub async fn page(db: &SqlitePool, member: MemberId, project: ProjectId, after: Option<Uuid>, limit: i64) -> Outcome<Slice<Duel>> {
    let (before, most) = (after.unwrap_or(Uuid::max()), limit + 1);
    let rows = sqlx::query_as!(
        Duel,
        r#"select id as "id: DuelId", left_id as "left_id: VariantId", right_id as "right_id: VariantId", outcome as "outcome: Better",
             chosen_by as "chosen_by: ChosenBy", member_id as "member_id: MemberId", at_ms as "at_ms: Ms"
           from duels where project_id = ?1 and id < ?2 and undone_ms is null
             and exists (select 1 from sights where member_id = ?3 and project_id = ?1)
           order by id desc limit ?4"#,
        project,
        before,
        member,
        most
    )
    .fetch_all(db)
    .await?;
    Ok(Slice::cut(rows, limit, |duel| duel.id.0))
}

/// The newest answers that stand, oldest first, for what they say about the judges.
pub async fn judged(db: &SqlitePool, member: MemberId, project: ProjectId) -> Outcome<Vec<Judged>> {
    let mut rows = sqlx::query_as!(
        Judged,
        r#"select left_id as "left: VariantId", right_id as "right: VariantId", outcome as "outcome: Better", member_id as "member: MemberId"
           from duels where project_id = ?1 and undone_ms is null and exists (select 1 from sights where member_id = ?2 and project_id = ?1)
           order by id desc limit ?3"#,
        project,
        member,
        ANSWERS
    )
    .fetch_all(db)
    .await?;
    rows.reverse();
    Ok(rows)
}

/// Every answer of a project that stands between drafts of one language outside the bin, counted, with that language.
pub async fn answers(db: &SqlitePool, project: ProjectId) -> Outcome<Vec<(String, Answered)>> {
    let rows = sqlx::query!(
        r#"select l.locale, d.left_id as "left: VariantId", d.right_id as "right: VariantId", d.outcome as "outcome: Better", count(*) as "n!: i64"
           from duels d join variants l on l.id = d.left_id join variants r on r.id = d.right_id
           where d.project_id = ? and d.undone_ms is null and l.locale = r.locale and l.deleted_ms is null and r.deleted_ms is null
           group by d.left_id, d.right_id, d.outcome order by 2, 3, 4"#,
        project
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.locale, Answered { left: row.left, right: row.right, outcome: row.outcome, n: row.n })).collect())
}

/// Replaces the tastes of a project. A draft that was emptied from the bin meanwhile is left out.
pub async fn put_tastes(tx: &mut Tx, project: ProjectId, ranked: &[Ranked], at: Ms) -> Outcome<()> {
    sqlx::query!("delete from tastes where project_id = ?", project).execute(&mut *tx).await?;
    for one in ranked {
        sqlx::query!(
            "insert into tastes (variant_id, project_id, theta, sd, rank, rank_low, rank_high, duels, measured_ms)
             select id, project_id, ?3, ?4, ?5, ?6, ?7, ?8, ?9 from variants where id = ?1 and project_id = ?2",
            one.variant,
            project,
            one.theta,
            one.sd,
            one.rank,
            one.low,
            one.high,
            one.duels,
            at
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

/// What taste says of these drafts, as far as they are ranked and this member may see them.
pub async fn of_variants(db: &SqlitePool, member: MemberId, drafts: &[VariantId]) -> Outcome<HashMap<VariantId, Taste>> {
    let ids = list(drafts)?;
    let rows = sqlx::query_as!(
        Taste,
        r#"select t.variant_id as "variant_id: VariantId", v.locale, t.theta, t.sd, t.rank, t.rank_low, t.rank_high, t.duels
           from json_each(?1) j join tastes t on t.variant_id = unhex(j.value, '-') join variants v on v.id = t.variant_id
             join sights s on s.project_id = t.project_id and s.member_id = ?2
           where v.deleted_ms is null"#,
        ids,
        member
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|taste| (taste.variant_id, taste)).collect())
}

/// Every draft of a project that is ranked.
pub async fn tastes(db: &SqlitePool, member: MemberId, project: ProjectId) -> Outcome<Vec<Taste>> {
    Ok(sqlx::query_as!(
        Taste,
        r#"select t.variant_id as "variant_id: VariantId", v.locale, t.theta, t.sd, t.rank, t.rank_low, t.rank_high, t.duels
           from tastes t join variants v on v.id = t.variant_id
           where t.project_id = ?1 and v.deleted_ms is null and exists (select 1 from sights where member_id = ?2 and project_id = ?1)
           order by t.rank, t.variant_id"#,
        project,
        member
    )
    .fetch_all(db)
    .await?)
}

/// The words by which the ranking names a draft.
#[derive(Debug, Clone)]
pub struct Named {
    pub id: VariantId,
    pub title: String,
    pub hook: String,
}

/// The names of drafts that were found before.
pub async fn names(db: &SqlitePool, drafts: &[VariantId]) -> Outcome<HashMap<VariantId, Named>> {
    let ids = list(drafts)?;
    let rows = sqlx::query_as!(
        Named,
        r#"select v.id as "id: VariantId", v.title, v.hook from json_each(?) j join variants v on v.id = unhex(j.value, '-')"#,
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// When the tastes of a project were measured.
pub async fn measured(db: &SqlitePool, project: ProjectId) -> Outcome<Option<Ms>> {
    Ok(sqlx::query_scalar!(r#"select max(measured_ms) as "at?: Ms" from tastes where project_id = ?"#, project).fetch_one(db).await?)
}
