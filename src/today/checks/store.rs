//! All SQL of the check. Sums are counted anew from the rows themselves.

use crate::platform::{Ms, Outcome};
use sqlx::{Row, SqlitePool};
use uuid::Uuid;

/// What SQLite says about its own pages; nothing when they are sound.
pub async fn integrity(db: &SqlitePool) -> Outcome<Vec<String>> {
    let found: Vec<String> = sqlx::query_scalar("pragma integrity_check(20)").fetch_all(db).await?;
    Ok(found.into_iter().filter(|line| line != "ok").map(|line| format!("database: {line}")).collect())
}

/// Rows that point at nothing.
pub async fn dangling(db: &SqlitePool) -> Outcome<Vec<String>> {
    let rows = sqlx::query("pragma foreign_key_check").fetch_all(db).await?;
    let name = |row: &sqlx::sqlite::SqliteRow, n: usize| row.try_get::<String, _>(n).unwrap_or_default();
    Ok(rows.iter().take(20).map(|row| format!("{}: a row points at a row of {} that is not there", name(row, 0), name(row, 2))).collect())
}

pub async fn events(db: &SqlitePool) -> Outcome<i64> {
    Ok(sqlx::query_scalar!("select count(*) from events").fetch_one(db).await?)
}

/// Five hundred digests of media in their order.
pub async fn digests_after(db: &SqlitePool, after: &[u8]) -> Outcome<Vec<Vec<u8>>> {
    Ok(sqlx::query_scalar!("select distinct digest from assets where digest > ? order by digest limit 500", after).fetch_all(db).await?)
}

/// Counters that differ from a recount.
pub async fn counters_off(db: &SqlitePool) -> Outcome<Vec<String>> {
    let rows = sqlx::query!(
        r#"with counted (project_id, noun, state, n) as (
             select project_id, 'idea', state, count(*) from ideas where deleted_ms is null group by project_id, state
             union all select project_id, 'piece', 'all', count(*) from pieces where deleted_ms is null group by project_id
             union all select project_id, 'variant', state, count(*) from variants where deleted_ms is null group by project_id, state
             union all select project_id, 'publication', state, count(*) from publications group by project_id, state
             union all select project_id, 'experiment', state, count(*) from experiments where deleted_ms is null group by project_id, state)
           select k.noun as "noun!: String", k.state as "state!: String", k.n as "counted!: i64", coalesce(c.n, 0) as "kept!: i64"
           from counted k left join counters c on c.project_id = k.project_id and c.noun = k.noun and c.state = k.state
           where coalesce(c.n, 0) <> k.n
           union all
           select c.noun, c.state, 0, c.n from counters c
           where c.n <> 0 and c.noun in ('idea', 'piece', 'variant', 'publication', 'experiment')
             and not exists (select 1 from counted k where k.project_id = c.project_id and k.noun = c.noun and k.state = c.state)"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows.iter().map(|row| format!("counters: {} {}: {} kept, {} counted", row.noun, row.state, row.kept, row.counted)).collect())
}

/// Pieces whose own counters differ from a recount of their variants and publications.
pub async fn pieces_off(db: &SqlitePool) -> Outcome<Vec<String>> {
    let rows = sqlx::query!(
        r#"with counted as (
             select piece_id, count(*) as variants, sum(state = 'in_review') as waiting, sum(state = 'approved') as approved
             from variants where deleted_ms is null group by piece_id),
           sent as (
             select v.piece_id, count(*) as published from publications p join variants v on v.id = p.variant_id
             where p.state = 'published' group by v.piece_id)
           select p.id as "id: Uuid" from pieces p left join counted c on c.piece_id = p.id left join sent s on s.piece_id = p.id
           where p.variants <> coalesce(c.variants, 0) or p.waiting <> coalesce(c.waiting, 0)
             or p.approved <> coalesce(c.approved, 0) or p.published <> coalesce(s.published, 0) limit 20"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows.iter().map(|row| format!("pieces: {}: its counters differ from a recount", row.id)).collect())
}

/// Prompt versions whose count of drafts differs from a recount.
pub async fn versions_off(db: &SqlitePool) -> Outcome<Vec<String>> {
    let rows = sqlx::query!(
        r#"with made as (select prompt_version_id as id, sum(made) as n from runs where prompt_version_id is not null group by prompt_version_id)
           select v.id as "id: Uuid" from prompt_versions v left join made m on m.id = v.id left join version_drafts d on d.version_id = v.id
           where coalesce(m.n, 0) <> coalesce(d.n, 0) limit 20"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows.iter().map(|row| format!("prompt_versions: {}: its count of drafts differs from a recount", row.id)).collect())
}

/// Prompt versions whose scores differ from a recount. Decisions on drafts that left the bin for good stay counted, so
/// there may be more of them than are found.
pub async fn scores_off(db: &SqlitePool) -> Outcome<Vec<String>> {
    let rows = sqlx::query!(
        r#"with asked as (
             select r.* from runs r where r.prompt_version_id is not null and not exists (select 1 from trial_runs t where t.run_id = r.id)),
           made as (select prompt_version_id as id, sum(made) as n, sum(cost_micros) as cost from asked group by prompt_version_id),
           spent as (select version_id as id, sum(cost_micros) as cost from version_spend group by version_id),
           liked as (
             select r.prompt_version_id as id, sum(v.state in ('approved', 'rejected')) as decided, sum(v.state = 'approved') as approved
             from asked r join variants v on v.run_id = r.id group by r.prompt_version_id)
           select v.id as "id: Uuid" from prompt_versions v left join version_scores s on s.version_id = v.id
             left join made m on m.id = v.id left join spent c on c.id = v.id left join liked l on l.id = v.id
           where coalesce(m.n, 0) <> coalesce(s.made, 0) or coalesce(m.cost, 0) <> coalesce(c.cost, 0)
             or coalesce(l.decided, 0) > coalesce(s.decided, 0) or coalesce(l.approved, 0) > coalesce(s.approved, 0) limit 20"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows.iter().map(|row| format!("prompt_versions: {}: its scores differ from a recount", row.id)).collect())
}

/// Variants whose count of living publications differs from a recount.
pub async fn variants_off(db: &SqlitePool) -> Outcome<Vec<String>> {
    let rows = sqlx::query!(
        r#"with living as (
             select variant_id, count(*) as n from publications where state not in ('cancelled', 'missed', 'failed') group by variant_id)
           select v.id as "id: Uuid" from variants v left join living l on l.variant_id = v.id where v.placed <> coalesce(l.n, 0) limit 20"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows.iter().map(|row| format!("variants: {}: its count of publications differs from a recount", row.id)).collect())
}

/// Runs whose idea, piece, variant or play belongs to another project. What is gone for good was
/// once there: runs outlive what they were drafted from.
pub async fn runs_off(db: &SqlitePool) -> Outcome<Vec<String>> {
    let rows = sqlx::query!(
        r#"select r.id as "id: Uuid" from runs r left join ideas i on i.id = r.idea_id left join pieces p on p.id = r.piece_id
             left join variants v on v.id = r.parent_id
             left join plays l on l.id = unhex(replace(json_extract(r.parameters, '$.play'), '-', ''))
           where i.project_id <> r.project_id or p.project_id <> r.project_id or v.project_id <> r.project_id
             or l.project_id <> r.project_id limit 20"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows.iter().map(|row| format!("runs: {}: it was drafted from something of another project", row.id)).collect())
}

/// Publications that say they went out without saying when, or with no send on record.
pub async fn publications_off(db: &SqlitePool) -> Outcome<Vec<String>> {
    let rows = sqlx::query!(
        r#"select id as "id: Uuid" from publications
           where state = 'published' and published_ms is null
             or state in ('claimed', 'sending') and lease_boot is null limit 20"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows.iter().map(|row| format!("publications: {}: its state and its facts contradict each other", row.id)).collect())
}

/// The body of a publication beside the digest its newest send was recorded with.
pub struct Frozen {
    pub no: i64,
    pub id: Uuid,
    pub payload: String,
    pub digest: Vec<u8>,
}

/// Five hundred bodies that left, in their order. One that is to be sent anew has another delivery.
pub async fn frozen_after(db: &SqlitePool, after: i64) -> Outcome<Vec<Frozen>> {
    Ok(sqlx::query_as!(
        Frozen,
        r#"select p.no as "no!", p.id as "id: Uuid", coalesce(p.payload, '') as "payload!: String", a.request_digest as "digest!"
           from publications p join attempts a on a.publication_id = p.id
           where p.no > ? and p.state in ('sending', 'verifying', 'needs_review', 'published') and a.delivery = p.delivery
             and a.request_digest is not null
             and a.seq = (select max(seq) from attempts s where s.publication_id = p.id and s.step in ('create', 'publish'))
           order by p.no limit 500"#,
        after
    )
    .fetch_all(db)
    .await?)
}

/// Things that search would not find under their title, or would find though they are gone; and
/// texts that the index lacks or no longer has.
pub async fn search_off(db: &SqlitePool) -> Outcome<Vec<String>> {
    let texts = sqlx::query!(
        r#"with living (noun, id, title) as (
             select 'idea', id, title from ideas where deleted_ms is null union all select 'piece', id, title from pieces where deleted_ms is null
             union all select 'variant', id, title from variants where deleted_ms is null
             union all select 'prompt', id, name from prompts where deleted_ms is null)
           select l.noun as "noun!: String", l.id as "id!: Uuid" from living l
             left join search_texts t on t.noun = l.noun and t.object_id = l.id where t.title is not l.title
           union all
           select t.noun, t.object_id from search_texts t where not exists (
             select 1 from ideas where t.noun = 'idea' and id = t.object_id and deleted_ms is null
             union all select 1 from pieces where t.noun = 'piece' and id = t.object_id and deleted_ms is null
             union all select 1 from variants where t.noun = 'variant' and id = t.object_id and deleted_ms is null
             union all select 1 from prompts where t.noun = 'prompt' and id = t.object_id and deleted_ms is null)
           limit 20"#
    )
    .fetch_all(db)
    .await?;
    let rows = sqlx::query_scalar!(
        r#"select (select count(*) from search_texts t where not exists (select 1 from search_grams_docsize d where d.id = (t.place << 40) | t.id))
             + (select count(*) from search_grams_docsize d where not exists (
                 select 1 from search_texts t where t.id = d.id & 1099511627775 and t.place = d.id >> 40)) as "n!: i64""#
    )
    .fetch_one(db)
    .await?;
    let mut findings: Vec<String> = texts.iter().map(|row| format!("search: {} {}: its text differs from what it says", row.noun, row.id)).collect();
    if rows > 0 {
        findings.push(format!("search: {rows} rows of the index and of the texts do not belong together"));
    }
    Ok(findings)
}

/// What the doctor wants to know about a studio.
#[derive(Debug)]
pub struct Facts {
    pub members: i64,
    pub projects: i64,
    pub last_event: Option<Ms>,
    /// Name, when it last answered, why it did not.
    pub backends: Vec<(String, Option<Ms>, Option<String>)>,
}

pub async fn facts(db: &SqlitePool) -> Outcome<Facts> {
    let counts = sqlx::query!(
        r#"select (select count(*) from members where state = 'active') as "members!: i64",
             (select count(*) from projects where deleted_ms is null) as "projects!: i64",
             (select at_ms from events order by id desc limit 1) as "last: Ms""#
    )
    .fetch_one(db)
    .await?;
    let rows =
        sqlx::query!(r#"select name, tested_ms as "tested: Ms", test_error from backends where deleted_ms is null and created_ms > 0 order by name"#)
            .fetch_all(db)
            .await?;
    let backends = rows.into_iter().map(|row| (row.name, row.tested, row.test_error)).collect();
    Ok(Facts { members: counts.members, projects: counts.projects, last_event: counts.last, backends })
}
