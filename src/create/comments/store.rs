//! All SQL of comments and mentions.

use super::model::Pin;
use crate::platform::db::Tx;
use crate::platform::id::{CommentId, GuestId, MemberId, ProjectId, VariantId};
use crate::platform::{Ms, Outcome};
use serde::Serialize;
use sqlx::SqlitePool;

/// A comment as it is read.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Comment {
    pub id: CommentId,
    pub variant_id: VariantId,
    pub reply_to: Option<CommentId>,
    pub body: String,
    pub part: Option<String>,
    /// Characters from and to (not included), where the quoted words stood
    pub from_char: Option<i64>,
    pub to_char: Option<i64>,
    pub quote: Option<String>,
    pub beat: Option<i64>,
    pub second: Option<f64>,
    /// Who said it
    pub name: String,
    /// Somebody without an account, by a link
    pub by_guest: bool,
    /// Said by whoever reads
    pub mine: bool,
    #[serde(rename = "created_at")]
    #[schema(value_type = String, format = DateTime)]
    pub created_ms: Ms,
    #[serde(rename = "settled_at")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub settled_ms: Option<Ms>,
}

impl Comment {
    /// "0:07"
    pub fn time(&self) -> Option<String> {
        #[allow(clippy::cast_possible_truncation, reason = "seconds of a film")]
        let whole = self.second.map(|second| second.max(0.0) as i64);
        whole.map(|whole| format!("{}:{:02}", whole / 60, whole % 60))
    }
}

/// The comments on a variant, oldest first, at most 500; the caller has seen to it that it may be seen.
pub async fn of_variant(db: &SqlitePool, id: VariantId, reader: Option<MemberId>) -> Outcome<Vec<Comment>> {
    Ok(sqlx::query_as!(
        Comment,
        r#"select c.id as "id: CommentId", c.variant_id as "variant_id: VariantId", c.reply_to as "reply_to: CommentId", c.body, c.part, c.from_char,
             c.to_char, c.quote, c.beat, c.second, coalesce(m.name, g.name, '') as "name!: String", c.guest_id is not null as "by_guest!: bool",
             coalesce(c.member_id = ?2, 0) as "mine!: bool", c.created_ms as "created_ms: Ms", c.settled_ms as "settled_ms: Ms"
           from comments c left join members m on m.id = c.member_id left join guests g on g.id = c.guest_id
           where c.variant_id = ?1 and c.deleted_ms is null order by coalesce(c.reply_to, c.id), c.id limit 500"#,
        id,
        reader
    )
    .fetch_all(db)
    .await?)
}

/// Nothing, or "not found" for a variant that this member may not see.
pub async fn visible(db: &SqlitePool, member: MemberId, id: VariantId) -> Outcome<()> {
    let seen = sqlx::query_scalar!(
        "select 1 from variants v join sights s on s.project_id = v.project_id and s.member_id = ?2 where v.id = ?1 and v.deleted_ms is null",
        id,
        member
    );
    seen.fetch_one(db).await?;
    Ok(())
}

/// Where a comment would go: the project and the words of a living variant, when this member (`None`: the house) may see it.
pub struct Place {
    pub project: ProjectId,
    pub title: String,
    pub hook: String,
    pub script: String,
    pub caption: String,
}

impl Place {
    pub fn words(&self, part: &str) -> String {
        match part {
            "title" => self.title.clone(),
            "hook" => self.hook.clone(),
            "script" => self.script.clone(),
            _ => self.caption.clone(),
        }
    }
}

pub async fn place(tx: &mut Tx, member: Option<MemberId>, id: VariantId) -> Outcome<Place> {
    Ok(sqlx::query_as!(
        Place,
        r#"select v.project_id as "project: ProjectId", v.title, v.hook, v.script, v.caption from variants v
           where v.id = ?1 and v.deleted_ms is null
             and (?2 is null or exists (select 1 from sights s where s.member_id = ?2 and s.project_id = v.project_id))"#,
        id,
        member
    )
    .fetch_one(tx)
    .await?)
}

/// The comment that began the talk in which `id` stands, on this variant.
pub async fn beginning(tx: &mut Tx, variant: VariantId, id: CommentId) -> Outcome<Option<CommentId>> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(reply_to, id) as "id!: CommentId" from comments where id = ? and variant_id = ? and deleted_ms is null"#,
        id,
        variant
    )
    .fetch_optional(tx)
    .await?)
}

/// A member's or a guest's.
#[derive(Clone, Copy, Debug)]
pub struct Author {
    pub member: Option<MemberId>,
    pub guest: Option<GuestId>,
}

#[allow(clippy::too_many_arguments, reason = "a comment is where, what and who")]
pub async fn insert(
    tx: &mut Tx,
    id: CommentId,
    project: ProjectId,
    variant: VariantId,
    reply_to: Option<CommentId>,
    body: &str,
    pin: &Pin,
    by: Author,
    at: Ms,
) -> Outcome<()> {
    let (from, to) = (pin.range.map(|range| range.0), pin.range.map(|range| range.1));
    sqlx::query!(
        "insert into comments (id, project_id, variant_id, reply_to, body, part, from_char, to_char, quote, beat, second, member_id, guest_id, created_ms)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        project,
        variant,
        reply_to,
        body,
        pin.part,
        from,
        to,
        pin.quote,
        pin.beat,
        pin.second,
        by.member,
        by.guest,
        at
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Who is in a project, for mentions.
pub async fn people(tx: &mut Tx, project: ProjectId) -> Outcome<Vec<(MemberId, String)>> {
    let rows =
        sqlx::query!(r#"select m.id as "id: MemberId", m.name from members m join sights s on s.member_id = m.id where s.project_id = ?"#, project)
            .fetch_all(tx)
            .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

pub async fn mention(tx: &mut Tx, comment: CommentId, member: MemberId) -> Outcome<()> {
    sqlx::query!("insert or ignore into mentions (member_id, comment_id) values (?, ?)", member, comment).execute(tx).await?;
    Ok(())
}

/// Whoever answers a talk has seen that they were mentioned in it.
pub async fn seen_in(tx: &mut Tx, member: MemberId, beginning: CommentId, at: Ms) -> Outcome<()> {
    sqlx::query!(
        "update mentions set seen_ms = ?3 where member_id = ?1 and seen_ms is null
           and comment_id in (select id from comments where id = ?2 or reply_to = ?2)",
        member,
        beginning,
        at
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// A comment a member may see: its project, variant, talk and author.
pub struct Held {
    pub project: ProjectId,
    pub variant: VariantId,
    pub beginning: CommentId,
    pub member: Option<MemberId>,
}

pub async fn hold(tx: &mut Tx, member: MemberId, id: CommentId) -> Outcome<Held> {
    Ok(sqlx::query_as!(
        Held,
        r#"select c.project_id as "project: ProjectId", c.variant_id as "variant: VariantId", coalesce(c.reply_to, c.id) as "beginning!: CommentId",
             c.member_id as "member: MemberId"
           from comments c join sights s on s.project_id = c.project_id and s.member_id = ?2 where c.id = ?1 and c.deleted_ms is null"#,
        id,
        member
    )
    .fetch_one(tx)
    .await?)
}

/// Settles a talk, or opens it again.
pub async fn settle(tx: &mut Tx, beginning: CommentId, by: MemberId, at: Option<Ms>) -> Outcome<()> {
    let by = at.map(|_| by);
    sqlx::query!("update comments set settled_ms = ?2, settled_by = ?3 where id = ?1", beginning, at, by).execute(tx).await?;
    Ok(())
}

pub async fn delete(tx: &mut Tx, id: CommentId, at: Ms) -> Outcome<()> {
    sqlx::query!("update comments set deleted_ms = ?2 where id = ?1", id, at).execute(tx).await?;
    Ok(())
}

/// A mention nobody has looked at.
#[derive(Debug, Clone)]
pub struct Mention {
    pub comment: CommentId,
    pub variant: VariantId,
    pub title: String,
    pub locale: String,
    pub body: String,
    pub name: String,
    pub at_ms: Ms,
}

/// What a member was mentioned in and has not seen, newest first, in one project.
pub async fn unseen(db: &SqlitePool, member: MemberId, project: ProjectId) -> Outcome<Vec<Mention>> {
    Ok(sqlx::query_as!(
        Mention,
        r#"select c.id as "comment: CommentId", v.id as "variant: VariantId", v.title, v.locale, c.body,
             coalesce(m.name, g.name, '') as "name!: String", c.created_ms as "at_ms: Ms"
           from mentions x join comments c on c.id = x.comment_id join variants v on v.id = c.variant_id
             left join members m on m.id = c.member_id left join guests g on g.id = c.guest_id
           where x.member_id = ?1 and x.seen_ms is null and c.project_id = ?2 and c.deleted_ms is null and v.deleted_ms is null
             and exists (select 1 from sights where member_id = ?1 and project_id = ?2)
           order by c.id desc limit 5"#,
        member,
        project
    )
    .fetch_all(db)
    .await?)
}
