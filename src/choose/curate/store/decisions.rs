//! Decisions: written, taken back, and read as a log.

use crate::choose::curate::model::Decision;
use crate::choose::curate::model::Voice;
use crate::platform::db::Tx;
use crate::platform::id::{GuestId, MemberId, ProjectId, ReviewId, VariantId};
use crate::platform::{Error, Ms, Outcome};
use crate::web::Slice;
use serde::Serialize;
use sqlx::SqlitePool;
use uuid::Uuid;

/// A decision as the log shows it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = ReviewLine)]
pub struct Review {
    pub id: ReviewId,
    pub variant_id: VariantId,
    pub title: String,
    pub locale: String,
    pub decision: String,
    /// False for the first of two approvals
    pub is_final: bool,
    pub reason: String,
    #[serde(skip)]
    pub chips: String,
    #[serde(rename = "by")]
    pub member: String,
    /// A guest decided, not a member
    pub by_guest: bool,
    #[serde(rename = "at")]
    #[schema(value_type = String, format = DateTime)]
    pub at_ms: Ms,
    #[serde(rename = "undone_at")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub undone_ms: Option<Ms>,
}

impl Review {
    pub fn chips(&self) -> Vec<String> {
        serde_json::from_str(&self.chips).unwrap_or_default()
    }
}

macro_rules! reviews {
    ($rest:literal, $($argument:expr),+) => {
        sqlx::query_as!(
            Review,
            r#"select r.id as "id: ReviewId", r.variant_id as "variant_id: VariantId", v.title, v.locale, r.decision,
                 r.final as "is_final: bool", r.reason, r.chips, r.guest_id is not null as "by_guest!: bool",
                 coalesce(m.name, g.name, '') as "member!: String", r.at_ms as "at_ms: Ms", r.undone_ms as "undone_ms: Ms"
               from reviews r join variants v on v.id = r.variant_id
                 left join members m on m.id = r.member_id left join guests g on g.id = r.guest_id "# + $rest,
            $($argument),+
        )
    };
}

/// The decisions of a project, newest first, in pages.
pub async fn decisions(db: &SqlitePool, member: MemberId, project: ProjectId, before: Option<Uuid>, limit: i64) -> Outcome<Slice<Review>> {
    let (before, most) = (before.unwrap_or(Uuid::max()), limit + 1);
    let rows = reviews!(
        "where r.project_id = ?1 and r.id < ?3 and exists (select 1 from sights where member_id = ?2 and project_id = ?1) order by r.id desc limit ?4",
        project,
        member,
        before,
        most
    );
    Ok(Slice::cut(rows.fetch_all(db).await?, limit, |review| review.id.0))
}

/// What others decided on a variant after `seen`, newest first.
pub async fn decided_since(db: &SqlitePool, id: VariantId, me: MemberId, seen: Ms) -> Outcome<Vec<Review>> {
    let rows = reviews!(
        "where r.variant_id = ?1 and r.at_ms > ?2 and r.member_id is not ?3 and r.undone_ms is null order by r.id desc limit 10",
        id,
        seen,
        me
    );
    Ok(rows.fetch_all(db).await?)
}

/// The words a variant had at `seen`, when they have changed since.
pub async fn words_at(db: &SqlitePool, id: VariantId, seen: Ms) -> Outcome<Option<String>> {
    Ok(sqlx::query_scalar!("select before from revisions where variant_id = ? and at_ms > ? order by number limit 1", id, seen)
        .fetch_optional(db)
        .await?)
}

/// Whether somebody else decided on it or changed its words after `seen`.
pub async fn is_overtaken(tx: &mut Tx, id: VariantId, me: MemberId, seen: Ms) -> Outcome<bool> {
    let found = sqlx::query_scalar!(
        r#"select exists (select 1 from reviews where variant_id = ?1 and at_ms > ?2 and member_id is not ?3 and undone_ms is null)
             or exists (select 1 from revisions where variant_id = ?1 and at_ms > ?2 and edited_by is not ?3) as "overtaken!: bool""#,
        id,
        seen,
        me
    );
    Ok(found.fetch_one(tx).await?)
}

/// Who gave the first of two approvals to exactly these words, if it stands.
pub async fn first_approval(tx: &mut Tx, id: VariantId, digest: &[u8]) -> Outcome<Option<Voice>> {
    Ok(sqlx::query_as!(
        Voice,
        r#"select member_id as "member: MemberId", guest_id as "guest: GuestId" from reviews
           where variant_id = ? and decision = 'approved' and final = 0 and undone_ms is null and digest = ? order by id desc limit 1"#,
        id,
        digest
    )
    .fetch_optional(tx)
    .await?)
}

/// What a decision needs to know, inside a write, when this member may see it.
pub struct Held {
    pub project: ProjectId,
    pub state: String,
    pub title: String,
    pub hook: String,
    pub script: String,
    pub caption: String,
    pub tags: String,
    pub locale: String,
    /// The project asks for two approvals by two people.
    pub two_step: bool,
}

pub async fn hold(tx: &mut Tx, member: Option<MemberId>, id: VariantId) -> Outcome<Held> {
    Ok(sqlx::query_as!(
        Held,
        r#"select v.project_id as "project: ProjectId", v.state, v.title, v.hook, v.script, v.caption, v.tags, v.locale, p.two_step as "two_step: bool"
           from variants v join projects p on p.id = v.project_id
           where v.id = ?1 and v.deleted_ms is null
             and (?2 is null or exists (select 1 from sights s where s.member_id = ?2 and s.project_id = v.project_id))"#,
        id,
        member
    )
    .fetch_one(tx)
    .await?)
}

/// The digests of a variant's media in their order.
pub async fn media(tx: &mut Tx, id: VariantId) -> Outcome<Vec<Vec<u8>>> {
    Ok(sqlx::query_scalar!(
        "select a.digest from variant_assets va join assets a on a.id = va.asset_id where va.variant_id = ? order by va.position",
        id
    )
    .fetch_all(tx)
    .await?)
}

pub struct NewReview<'a> {
    pub project: ProjectId,
    pub variant: VariantId,
    pub decision: Decision,
    pub reason: &'a str,
    pub chips: &'a [String],
    pub before: &'a str,
    pub digest: Option<Vec<u8>>,
    pub is_final: bool,
    pub by: Voice,
}

pub async fn insert(tx: &mut Tx, id: ReviewId, review: NewReview<'_>, at: Ms) -> Outcome<()> {
    let (decision, chips) = (review.decision.name(), serde_json::to_string(review.chips).map_err(Error::broken)?);
    sqlx::query!(
        "insert into reviews (id, project_id, variant_id, decision, final, reason, chips, before_state, digest, member_id, guest_id, at_ms)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        review.project,
        review.variant,
        decision,
        review.is_final,
        review.reason,
        chips,
        review.before,
        review.digest,
        review.by.member,
        review.by.guest,
        at
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// A decision that stands, and the state there was before it.
pub struct Standing {
    pub review: ReviewId,
    pub variant: VariantId,
    pub project: ProjectId,
    pub before: String,
    pub decision: String,
}

/// The newest decision on a living variant that stands.
pub async fn standing(tx: &mut Tx, id: VariantId) -> Outcome<Option<Standing>> {
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
pub async fn bind(tx: &mut Tx, batch: ReviewId, reviews: &[ReviewId]) -> Outcome<()> {
    for review in reviews {
        sqlx::query!("update reviews set batch = ? where id = ?", batch, review).execute(&mut *tx).await?;
    }
    Ok(())
}

/// A decision this member may see, with those made in the same call; and their project.
pub async fn together(tx: &mut Tx, member: MemberId, id: ReviewId) -> Outcome<(ProjectId, Vec<(ReviewId, VariantId)>)> {
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

pub async fn undo(tx: &mut Tx, id: ReviewId, by: MemberId, at: Ms) -> Outcome<()> {
    sqlx::query!("update reviews set undone_ms = ?, undone_by = ? where id = ?", at, by, id).execute(tx).await?;
    Ok(())
}
