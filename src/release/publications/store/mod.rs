//! All SQL of publications: lists and pages here, the engine, the frozen words, numbers and the
//! simulator's reading in their own files.

pub mod engine;
pub mod frozen;
pub mod numbers;
pub mod observed;
pub mod pairing;
pub mod planning;

use super::model::{State, Step};
use crate::platform::id::{ChannelId, MemberId, PieceId, ProjectId, PublicationId, VariantId};
use crate::platform::{Error, Ms, Outcome};
use crate::release::channels::Capability;
use crate::web::Slice;
use serde::Serialize;
use sqlx::SqlitePool;

/// A publication as programs read it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Listed {
    pub id: PublicationId,
    pub state: State,
    pub variant: VariantId,
    pub channel: ChannelId,
    pub channel_name: String,
    /// RFC 3339, UTC.
    pub planned_at: String,
    pub local: String,
    pub zone: String,
    pub remote_id: Option<String>,
    pub remote_url: Option<String>,
    /// How many sends and looks there were.
    pub attempts: i64,
    /// Why a person is asked, or why it ended: `no_answer`, `too_late`, `refused`, …
    pub review_reason: Option<String>,
    pub published_at: Option<String>,
    pub simulated: bool,
    #[serde(skip)]
    pub title: String,
    #[serde(skip)]
    pub locale: String,
    #[serde(skip)]
    pub due: Ms,
    #[serde(skip)]
    pub kind: String,
    #[serde(skip)]
    pub approved: bool,
}

struct ListedRow {
    id: PublicationId,
    state: State,
    variant: VariantId,
    channel: ChannelId,
    channel_name: String,
    kind: String,
    due: Ms,
    local: String,
    zone: String,
    remote_id: Option<String>,
    remote_url: Option<String>,
    attempts: i64,
    review_reason: Option<String>,
    published: Option<Ms>,
    simulated: bool,
    title: String,
    locale: String,
    approved: bool,
}

impl From<ListedRow> for Listed {
    fn from(row: ListedRow) -> Listed {
        Listed {
            id: row.id,
            state: row.state,
            variant: row.variant,
            channel: row.channel,
            channel_name: row.channel_name,
            planned_at: row.due.rfc3339(),
            local: row.local,
            zone: row.zone,
            remote_id: row.remote_id,
            remote_url: row.remote_url,
            attempts: row.attempts,
            review_reason: row.review_reason,
            published_at: row.published.map(Ms::rfc3339),
            simulated: row.simulated,
            title: row.title,
            locale: row.locale,
            due: row.due,
            kind: row.kind,
            approved: row.approved,
        }
    }
}

/// Where the list goes on: the row of the cursor. Without one everything lies before it, so that the
/// index is always entered at a bound.
async fn cursor(db: &SqlitePool, after: Option<PublicationId>) -> Outcome<(Ms, PublicationId)> {
    let start = (Ms(i64::MAX), PublicationId(uuid::Uuid::max()));
    let Some(after) = after else { return Ok(start) };
    let due = sqlx::query_scalar!(r#"select due_ms as "due: Ms" from publications where id = ?"#, after).fetch_optional(db).await?;
    Ok(due.map_or(start, |due| (due, after)))
}

/// The publications of a project this member may see, the latest planned first.
pub async fn seen_in(
    db: &SqlitePool,
    member: MemberId,
    project: ProjectId,
    state: Option<State>,
    after: Option<PublicationId>,
    limit: i64,
) -> Outcome<Slice<Listed>> {
    let (due, id) = cursor(db, after).await?;
    let more = limit + 1;
    let rows = match state {
        Some(state) => {
            sqlx::query_as!(
                ListedRow,
                r#"select p.id as "id: PublicationId", p.state as "state: State", p.variant_id as "variant: VariantId",
                     p.channel_id as "channel: ChannelId", c.name as channel_name, c.kind, p.due_ms as "due: Ms", p.due_local as local,
                     p.due_zone as zone, p.remote_id, p.remote_url, p.review_reason, p.published_ms as "published: Ms",
                     p.simulated as "simulated: bool", v.title, v.locale, v.state = 'approved' as "approved!: bool",
                     (select coalesce(max(seq), 0) from attempts where publication_id = p.id) as "attempts!: i64"
                   from publications p join channels c on c.id = p.channel_id join variants v on v.id = p.variant_id
                   where p.project_id = ?1 and p.state = ?3 and (p.due_ms, p.id) < (?4, ?5)
                     and exists (select 1 from sights where member_id = ?2 and project_id = p.project_id)
                   order by p.due_ms desc, p.id desc limit ?6"#,
                project,
                member,
                state,
                due,
                id,
                more
            )
            .fetch_all(db)
            .await?
        }
        None => {
            sqlx::query_as!(
                ListedRow,
                r#"select p.id as "id: PublicationId", p.state as "state: State", p.variant_id as "variant: VariantId",
                     p.channel_id as "channel: ChannelId", c.name as channel_name, c.kind, p.due_ms as "due: Ms", p.due_local as local,
                     p.due_zone as zone, p.remote_id, p.remote_url, p.review_reason, p.published_ms as "published: Ms",
                     p.simulated as "simulated: bool", v.title, v.locale, v.state = 'approved' as "approved!: bool",
                     (select coalesce(max(seq), 0) from attempts where publication_id = p.id) as "attempts!: i64"
                   from publications p join channels c on c.id = p.channel_id join variants v on v.id = p.variant_id
                   where p.project_id = ?1 and (p.due_ms, p.id) < (?3, ?4)
                     and exists (select 1 from sights where member_id = ?2 and project_id = p.project_id)
                   order by p.due_ms desc, p.id desc limit ?5"#,
                project,
                member,
                due,
                id,
                more
            )
            .fetch_all(db)
            .await?
        }
    };
    Ok(Slice::cut(rows.into_iter().map(Listed::from).collect(), limit, |row| row.id.0))
}

/// What is planned or done between two instants, in order; the calendar's rows.
pub async fn between(db: &SqlitePool, member: MemberId, project: ProjectId, from: Ms, until: Ms, limit: i64) -> Outcome<Vec<Listed>> {
    let rows = sqlx::query_as!(
        ListedRow,
        r#"select p.id as "id: PublicationId", p.state as "state: State", p.variant_id as "variant: VariantId",
             p.channel_id as "channel: ChannelId", c.name as channel_name, c.kind, p.due_ms as "due: Ms", p.due_local as local,
             p.due_zone as zone, p.remote_id, p.remote_url, p.review_reason, p.published_ms as "published: Ms",
             p.simulated as "simulated: bool", v.title, v.locale, v.state = 'approved' as "approved!: bool", 0 as "attempts!: i64"
           from publications p join channels c on c.id = p.channel_id join variants v on v.id = p.variant_id
           where p.project_id = ?1 and p.due_ms >= ?3 and p.due_ms < ?4 and p.state <> 'cancelled'
             and exists (select 1 from sights where member_id = ?2 and project_id = p.project_id)
           order by p.due_ms, p.id limit ?5"#,
        project,
        member,
        from,
        until,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Listed::from).collect())
}

/// One publication with everything a page shows of it.
#[derive(Clone, Debug)]
pub struct Shown {
    pub listed: Listed,
    pub project: ProjectId,
    pub capability: Capability,
    pub payload: Option<String>,
    pub doubtful: bool,
    pub published: Option<Ms>,
    pub next: Option<Ms>,
    pub review_choice: Option<String>,
    pub reviewed: Option<Ms>,
    pub reviewer: Option<String>,
    pub piece: PieceId,
    /// It is out, its piece has another variant, no experiment compared them yet, and the invented audience is there.
    pub comparable: bool,
}

/// A publication this member may see.
pub async fn find(db: &SqlitePool, member: MemberId, id: PublicationId) -> Outcome<Shown> {
    let listed = sqlx::query_as!(
        ListedRow,
        r#"select p.id as "id: PublicationId", p.state as "state: State", p.variant_id as "variant: VariantId",
             p.channel_id as "channel: ChannelId", c.name as channel_name, c.kind, p.due_ms as "due: Ms", p.due_local as local,
             p.due_zone as zone, p.remote_id, p.remote_url, p.review_reason, p.published_ms as "published: Ms",
             p.simulated as "simulated: bool", v.title, v.locale, v.state = 'approved' as "approved!: bool",
             (select coalesce(max(seq), 0) from attempts where publication_id = p.id) as "attempts!: i64"
           from publications p join channels c on c.id = p.channel_id join variants v on v.id = p.variant_id
           where p.id = ?1 and exists (select 1 from sights where member_id = ?2 and project_id = p.project_id)"#,
        id,
        member
    )
    .fetch_one(db)
    .await?;
    let row = sqlx::query!(
        r#"select p.project_id as "project: ProjectId", p.capability as "capability: Capability", p.payload, p.doubtful as "doubtful: bool", p.published_ms as "published: Ms",
             p.next_ms as "next: Ms", p.review_choice, p.reviewed_ms as "reviewed: Ms", m.name as "reviewer?", v.piece_id as "piece: PieceId",
             (p.state = 'published' and v.deleted_ms is null and e.deleted_ms is null and e.variants >= 2
               and coalesce((select simulator from studio), 0) = 1 and not exists (
                 select 1 from experiments x where x.project_id = p.project_id and x.piece_id = e.id and x.deleted_ms is null)) as "comparable!: bool"
           from publications p join variants v on v.id = p.variant_id join pieces e on e.id = v.piece_id
             left join members m on m.id = p.reviewed_by where p.id = ?"#,
        id
    )
    .fetch_one(db)
    .await?;
    Ok(Shown {
        listed: listed.into(),
        project: row.project,
        capability: row.capability,
        payload: row.payload,
        doubtful: row.doubtful,
        published: row.published,
        next: row.next,
        review_choice: row.review_choice,
        reviewed: row.reviewed,
        reviewer: row.reviewer,
        piece: row.piece,
        comparable: row.comparable,
    })
}

/// One send or look, as evidence.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Attempt {
    pub number: i64,
    /// `create`, `publish`, `look` or `hand`
    pub step: String,
    /// `sending`, `ok`, `refused`, `refused_for_now`, `unknown`, `present`, `absent` or `late_answer`
    pub state: String,
    pub http_status: Option<i64>,
    /// What a refusal means, in the words that all platforms share: `token`, `text`, `gone`, …; `other` for a code that no table knows
    pub reason: Option<String>,
    /// The platform's own code; or, without a whole answer, a short word for why there is none
    pub error_code: Option<String>,
    pub answer_excerpt: Option<String>,
    pub intended_at: String,
    pub answered_at: Option<String>,
    #[serde(skip)]
    pub intended: Ms,
    #[serde(skip)]
    pub took_ms: Option<i64>,
}

/// The attempts of a publication the caller has been shown, the first one first, at most 200.
pub async fn attempts(db: &SqlitePool, id: PublicationId) -> Outcome<Vec<Attempt>> {
    let rows = sqlx::query!(
        r#"select seq, step as "step: Step", state, http_status, reason, error_code, answer_excerpt, intended_ms as "intended: Ms", answered_ms as "answered: Ms"
           from attempts where publication_id = ? order by seq desc limit 200"#,
        id
    )
    .fetch_all(db)
    .await?;
    let attempt = rows.into_iter().rev().map(|row| Attempt {
        number: row.seq,
        step: format!("{:?}", row.step).to_lowercase(),
        state: row.state,
        http_status: row.http_status,
        reason: row.reason,
        error_code: row.error_code,
        answer_excerpt: row.answer_excerpt,
        intended_at: row.intended.rfc3339(),
        answered_at: row.answered.map(Ms::rfc3339),
        intended: row.intended,
        took_ms: row.answered.map(|answered| answered.since(row.intended)),
    });
    Ok(attempt.collect())
}

/// An approved variant without a place on the calendar.
#[derive(Clone, Debug)]
pub struct Unplaced {
    pub id: VariantId,
    pub title: String,
    pub locale: String,
}

/// Approved variants that no living publication carries, the newest first.
pub async fn unplaced(db: &SqlitePool, member: MemberId, project: ProjectId, limit: i64) -> Outcome<Vec<Unplaced>> {
    let rows = sqlx::query_as!(
        Unplaced,
        r#"select v.id as "id: VariantId", v.title, v.locale from variants v indexed by variants_unplaced
           where v.project_id = ?1 and v.state = 'approved' and v.deleted_ms is null and v.placed = 0
             and exists (select 1 from sights where member_id = ?2 and project_id = ?1)
           order by v.id desc limit ?3"#,
        project,
        member,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// A variant to be scheduled, as its form shows it.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub id: VariantId,
    pub project: ProjectId,
    pub title: String,
    pub locale: String,
    pub approved: bool,
}

pub async fn candidate(db: &SqlitePool, member: MemberId, id: VariantId) -> Outcome<Candidate> {
    let row = sqlx::query_as!(
        Candidate,
        r#"select id as "id: VariantId", project_id as "project: ProjectId", title, locale,
             state = 'approved' as "approved!: bool"
           from variants v where id = ?1 and deleted_ms is null
             and exists (select 1 from sights where member_id = ?2 and project_id = v.project_id)"#,
        id,
        member
    )
    .fetch_one(db)
    .await?;
    Ok(row)
}

/// How many publications of a project are in each state; from the counters.
pub async fn counts(db: &SqlitePool, project: ProjectId) -> Outcome<Vec<(State, i64)>> {
    let rows = sqlx::query!(r#"select state as "state: State", n from counters where project_id = ? and noun = 'publication'"#, project)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.state, row.n)).collect())
}

/// The frozen body that a delivery opens, and whether it may be read at all.
pub async fn by_delivery(db: &SqlitePool, delivery: &str) -> Outcome<String> {
    let payload = sqlx::query_scalar!("select payload from publications where delivery = ?", delivery).fetch_one(db).await?;
    payload.ok_or(Error::NotFound)
}
