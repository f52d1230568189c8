//! All SQL of the desk and of reviews.

use super::model::Decision;
use crate::platform::db::Tx;
use crate::platform::id::{AssetId, MemberId, ProjectId, ReviewId, VariantId};
use crate::platform::{Error, Ms, Outcome};
use crate::web::Slice;
use sqlx::SqlitePool;
use uuid::Uuid;

/// A draft in the strip of the desk.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub id: VariantId,
    pub title: String,
    pub hook: String,
    pub locale: String,
    pub author: String,
    pub still: Option<AssetId>,
}

impl Waiting {
    /// What tells it from its siblings, whose titles are often alike.
    pub fn words(&self) -> &str {
        if self.hook.is_empty() { &self.title } else { &self.hook }
    }
}

/// What waits in a project, oldest first, in pages.
pub async fn waiting_in(db: &SqlitePool, member: MemberId, project: ProjectId, after: Option<Uuid>, limit: i64) -> Outcome<Slice<Waiting>> {
    let (after, most) = (after.unwrap_or(Uuid::nil()), limit + 1);
    let rows = sqlx::query_as!(
        Waiting,
        r#"select v.id as "id: VariantId", v.title, v.hook, v.locale, v.author,
             (select va.asset_id from variant_assets va join assets a on a.id = va.asset_id
              where va.variant_id = v.id and a.kind = 'image' order by va.position limit 1) as "still?: AssetId"
           from variants v
           where v.project_id = ?1 and v.state = 'in_review' and v.id > ?2 and v.deleted_ms is null
             and exists (select 1 from sights where member_id = ?3 and project_id = ?1)
           order by v.id limit ?4"#,
        project,
        after,
        member,
        most
    )
    .fetch_all(db)
    .await?;
    Ok(Slice::cut(rows, limit, |draft| draft.id.0))
}

/// A decision as the log shows it.
#[derive(Debug, Clone)]
pub struct Review {
    pub id: ReviewId,
    pub variant_id: VariantId,
    pub title: String,
    pub locale: String,
    pub decision: String,
    pub reason: String,
    pub chips: String,
    pub member: String,
    pub at_ms: Ms,
    pub undone_ms: Option<Ms>,
}

impl Review {
    pub fn chips(&self) -> Vec<String> {
        serde_json::from_str(&self.chips).unwrap_or_default()
    }
}

/// The newest decisions of a project.
pub async fn decisions(db: &SqlitePool, member: MemberId, project: ProjectId, limit: i64) -> Outcome<Vec<Review>> {
    Ok(sqlx::query_as!(
        Review,
        r#"select r.id as "id: ReviewId", r.variant_id as "variant_id: VariantId", v.title, v.locale, r.decision, r.reason, r.chips,
             coalesce(m.name, g.name, '') as "member!: String", r.at_ms as "at_ms: Ms", r.undone_ms as "undone_ms: Ms"
           from reviews r join variants v on v.id = r.variant_id
             left join members m on m.id = r.member_id left join guests g on g.id = r.guest_id
           where r.project_id = ?1 and exists (select 1 from sights where member_id = ?2 and project_id = ?1)
           order by r.id desc limit ?3"#,
        project,
        member,
        limit
    )
    .fetch_all(db)
    .await?)
}

/// The approved or rejected variants of a project, newest first, in pages.
pub async fn decided(db: &SqlitePool, member: MemberId, project: ProjectId, state: &str, after: Option<Uuid>, limit: i64) -> Outcome<Slice<Waiting>> {
    let (before, most) = (after.unwrap_or(Uuid::max()), limit + 1);
    let rows = sqlx::query_as!(
        Waiting,
        r#"select v.id as "id: VariantId", v.title, v.hook, v.locale, v.author, null as "still?: AssetId"
           from variants v
           where v.project_id = ?1 and v.state = ?2 and v.id < ?3 and v.deleted_ms is null
             and exists (select 1 from sights where member_id = ?4 and project_id = ?1)
           order by v.id desc limit ?5"#,
        project,
        state,
        before,
        member,
        most
    )
    .fetch_all(db)
    .await?;
    Ok(Slice::cut(rows, limit, |draft| draft.id.0))
}

/// What a decision needs to know, inside a write, when this member may see it.
pub(super) struct Held {
    pub project: ProjectId,
    pub state: String,
    pub title: String,
    pub hook: String,
    pub script: String,
    pub caption: String,
    pub tags: String,
    pub locale: String,
}

pub(super) async fn hold(tx: &mut Tx, member: Option<MemberId>, id: VariantId) -> Outcome<Held> {
    Ok(sqlx::query_as!(
        Held,
        r#"select v.project_id as "project: ProjectId", v.state, v.title, v.hook, v.script, v.caption, v.tags, v.locale from variants v
           where v.id = ?1 and v.deleted_ms is null
             and (?2 is null or exists (select 1 from sights s where s.member_id = ?2 and s.project_id = v.project_id))"#,
        id,
        member
    )
    .fetch_one(tx)
    .await?)
}

/// The digests of a variant's media in their order.
pub(super) async fn media(tx: &mut Tx, id: VariantId) -> Outcome<Vec<Vec<u8>>> {
    Ok(sqlx::query_scalar!(
        "select a.digest from variant_assets va join assets a on a.id = va.asset_id where va.variant_id = ? order by va.position",
        id
    )
    .fetch_all(tx)
    .await?)
}

pub(super) struct NewReview<'a> {
    pub project: ProjectId,
    pub variant: VariantId,
    pub decision: Decision,
    pub reason: &'a str,
    pub chips: &'a [String],
    pub before: &'a str,
    pub digest: Option<Vec<u8>>,
    pub by: MemberId,
}

pub(super) async fn insert(tx: &mut Tx, id: ReviewId, review: NewReview<'_>, at: Ms) -> Outcome<()> {
    let (decision, chips) = (review.decision.name(), serde_json::to_string(review.chips).map_err(Error::broken)?);
    sqlx::query!(
        "insert into reviews (id, project_id, variant_id, decision, reason, chips, before_state, digest, member_id, at_ms)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        review.project,
        review.variant,
        decision,
        review.reason,
        chips,
        review.before,
        review.digest,
        review.by,
        at
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// A decision that stands, and the state there was before it.
pub(super) struct Standing {
    pub review: ReviewId,
    pub variant: VariantId,
    pub project: ProjectId,
    pub before: String,
    pub decision: String,
}

/// The newest decision on a living variant that stands.
pub(super) async fn standing(tx: &mut Tx, id: VariantId) -> Outcome<Option<Standing>> {
    Ok(sqlx::query_as!(
        Standing,
        r#"select r.id as "review: ReviewId", r.variant_id as "variant: VariantId", r.project_id as "project: ProjectId",
             r.before_state as before, r.decision
           from reviews r join variants v on v.id = r.variant_id
           where r.variant_id = ? and r.undone_ms is null and v.deleted_ms is null order by r.id desc limit 1"#,
        id
    )
    .fetch_optional(tx)
    .await?)
}

/// Remembers that these were decided in one call, under the id of the first.
pub(super) async fn bind(tx: &mut Tx, batch: ReviewId, reviews: &[ReviewId]) -> Outcome<()> {
    for review in reviews {
        sqlx::query!("update reviews set batch = ? where id = ?", batch, review).execute(&mut *tx).await?;
    }
    Ok(())
}

/// A decision this member may see, with those made in the same call; and their project.
pub(super) async fn together(tx: &mut Tx, member: MemberId, id: ReviewId) -> Outcome<(ProjectId, Vec<(ReviewId, VariantId)>)> {
    let found = sqlx::query!(
        r#"select r.project_id as "project: ProjectId", r.variant_id as "variant: VariantId", r.batch as "batch: ReviewId" from reviews r
           join sights s on s.project_id = r.project_id and s.member_id = ?2 where r.id = ?1"#,
        id,
        member
    )
    .fetch_one(&mut *tx)
    .await?;
    let Some(batch) = found.batch else { return Ok((found.project, vec![(id, found.variant)])) };
    let rows = sqlx::query!(r#"select id as "id: ReviewId", variant_id as "variant: VariantId" from reviews where batch = ? order by id"#, batch)
        .fetch_all(tx)
        .await?;
    Ok((found.project, rows.into_iter().map(|row| (row.id, row.variant)).collect()))
}

pub(super) async fn undo(tx: &mut Tx, id: ReviewId, by: MemberId, at: Ms) -> Outcome<()> {
    sqlx::query!("update reviews set undone_ms = ?, undone_by = ? where id = ?", at, by, id).execute(tx).await?;
    Ok(())
}
