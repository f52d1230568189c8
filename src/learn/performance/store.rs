//! All SQL of performance. Every query reads totals or a bounded number of snapshots, never history.

use super::impact::Settled;
use super::model::{LATE, REFERENCE, Row, Totals, between};
use crate::platform::clock::{DAY, HOUR};
use crate::platform::id::{ChannelId, MemberId, PieceId, ProjectId, PublicationId, VariantId};
use crate::platform::{Ms, Outcome};
use crate::release::channels::kinds::simulator::audience::Metric;
use crate::release::publications::{self, Pair};
use sqlx::SqlitePool;
use std::collections::HashMap;
use uuid::Uuid;

/// Published rows, newest first: of one channel or of all.
pub async fn newest(
    db: &SqlitePool,
    (member, project): (MemberId, ProjectId),
    channel: Option<ChannelId>,
    (after, limit): (Option<Uuid>, i64),
) -> Outcome<Vec<Row>> {
    // Without a cursor everything lies before it.
    let start = match after {
        None => (i64::MAX, i64::MAX),
        Some(id) => sqlx::query!("select due_ms, no from publications where id = ?", id)
            .fetch_optional(db)
            .await?
            .map_or((i64::MAX, i64::MAX), |row| (row.due_ms, row.no)),
    };
    // Each order has its own index; the two queries differ in their condition only.
    macro_rules! published {
        ($condition:literal, $($argument:expr),+) => {
            sqlx::query_as!(
                Bare,
                r#"select p.no as "no!: i64", p.id as "id: PublicationId", p.variant_id as "variant: VariantId", v.title, v.locale,
                     p.channel_id as "channel: ChannelId", c.name as channel_name, p.remote_url as url,
                     coalesce(p.published_ms, p.due_ms) as "published!: Ms", p.simulated as "simulated: bool"
                   from publications p join variants v on v.id = p.variant_id join channels c on c.id = p.channel_id
                   where (p.due_ms, p.no) < (?2, ?3)
                     and exists (select 1 from sights where member_id = ?4 and project_id = ?1) and "#
                    + $condition
                    + " order by p.due_ms desc, p.no desc limit ?5",
                $($argument),+
            )
            .fetch_all(db)
            .await?
        };
    }
    let rows = match channel {
        // A plus keeps the project's index out, which would walk past the other channels.
        Some(channel) => {
            published!("p.channel_id = ?6 and +p.project_id = ?1 and +p.state = 'published'", project, start.0, start.1, member, limit, channel)
        }
        None => published!("p.project_id = ?1 and p.state = 'published'", project, start.0, start.1, member, limit),
    };
    Ok(rows.into_iter().map(Row::from).collect())
}

struct Bare {
    no: i64,
    id: PublicationId,
    variant: VariantId,
    title: String,
    locale: String,
    channel: ChannelId,
    channel_name: String,
    url: Option<String>,
    published: Ms,
    simulated: bool,
}

impl From<Bare> for Row {
    fn from(bare: Bare) -> Row {
        let Bare { no, id, variant, title, locale, channel, channel_name, url, published, simulated } = bare;
        Row { no, id, variant, title, locale, channel, channel_name, url, published, simulated, totals: Totals::default(), index: None }
    }
}

/// Fills in the totals, and why a missing one is missing. Returns when the newest number was observed.
pub async fn fill(db: &SqlitePool, rows: &mut [Row]) -> Outcome<Option<Ms>> {
    let nos = serde_json::to_string(&rows.iter().map(|row| row.no).collect::<Vec<_>>()).unwrap_or_default();
    let places: HashMap<i64, usize> = rows.iter().enumerate().map(|(place, row)| (row.no, place)).collect();
    let mut covered: Vec<(i64, &str, &str, i64)> = Vec::new();
    let totals = sqlx::query!(
        r#"select publication_no, metric, value, observed_ms as "observed: Ms" from totals
           where publication_no in (select value from json_each(?))"#,
        nos
    )
    .fetch_all(db)
    .await?;
    for total in &totals {
        if let Some(row) = places.get(&total.publication_no).and_then(|place| rows.get_mut(*place)) {
            row.totals.set(&total.metric, total.value);
            if row.simulated && total.observed.since(row.published) < EVEN_OUT {
                let pairs = LATE.iter().filter(|(part, _)| *part == total.metric);
                covered.extend(pairs.map(|(part, whole)| (total.publication_no, *part, *whole, total.observed.0 - later())));
            }
        }
    }
    explain(db, rows).await?;
    cover(db, rows, &places, &covered).await?;
    Ok(totals.iter().map(|total| total.observed).max())
}

/// After so long the wait of a late metric is nothing beside its age.
const EVEN_OUT: i64 = 7 * DAY;

/// How much later than impressions and views the invented audience's platform reports what viewers did. Milliseconds.
#[allow(clippy::cast_possible_truncation, reason = "a few hours")]
fn later() -> i64 {
    ((Metric::Hooks.lag_hours() - Metric::Views.lag_hours()) * HOUR as f64) as i64
}

/// Reads what the wholes were at the moments that the parts reach up to, between the reports around them. A young
/// post's late hooks over its impressions of now would look worse than it is.
async fn cover(db: &SqlitePool, rows: &mut [Row], places: &HashMap<i64, usize>, asked: &[(i64, &str, &str, i64)]) -> Outcome<()> {
    if asked.is_empty() {
        return Ok(());
    }
    let text = serde_json::to_string(asked).unwrap_or_default();
    let found = sqlx::query!(
        r#"with asked (no, part, whole, at) as (select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?))
           select k.no as "no!: i64", k.part as "part!: String", k.whole as "whole!: String", k.at as "at!: i64",
             b.observed_ms as "before_ms?: i64", b.value as "before?: f64", a.observed_ms as "after_ms?: i64", a.value as "after?: f64"
           from asked k
             left join snapshots b on b.publication_no = k.no and b.metric = k.whole and b.observed_ms = (
               select max(s.observed_ms) from snapshots s
               where s.publication_no = k.no and s.metric = k.whole and s.observed_ms <= k.at and s.availability = 'given')
             left join snapshots a on a.publication_no = k.no and a.metric = k.whole and a.observed_ms = (
               select min(s.observed_ms) from snapshots s
               where s.publication_no = k.no and s.metric = k.whole and s.observed_ms >= k.at and s.availability = 'given')"#,
        text
    )
    .fetch_all(db)
    .await?;
    for one in found {
        let Some(row) = places.get(&one.no).and_then(|place| rows.get_mut(*place)) else { continue };
        let Some(pair) = LATE.into_iter().find(|pair| pair.0 == one.part && pair.1 == one.whole) else { continue };
        let before = one.before_ms.zip(one.before).unwrap_or((row.published.0, 0.0));
        if let Some(then) = one.after_ms.zip(one.after).and_then(|after| between(before, after, one.at)) {
            row.totals.cover(pair, then);
        }
    }
    Ok(())
}

/// Asks for the newest word on each metric that has no total.
async fn explain(db: &SqlitePool, rows: &mut [Row]) -> Outcome<()> {
    let pairs: Vec<(i64, &str)> = rows.iter().flat_map(|row| row.totals.missing().map(|metric| (row.no, metric))).collect();
    let pairs = serde_json::to_string(&pairs).unwrap_or_default();
    let found = sqlx::query!(
        r#"select j.value ->> 0 as "no!: i64", j.value ->> 1 as "metric!: String",
             (select s.availability from snapshots s where s.publication_no = j.value ->> 0 and s.metric = j.value ->> 1
              order by s.observed_ms desc limit 1) as "availability?: String"
           from json_each(?) j"#,
        pairs
    )
    .fetch_all(db)
    .await?;
    let places: HashMap<i64, usize> = rows.iter().enumerate().map(|(place, row)| (row.no, place)).collect();
    for one in found {
        if let (Some(row), Some(why)) = (places.get(&one.no).and_then(|place| rows.get_mut(*place)), one.availability) {
            row.totals.explain(&one.metric, &why);
        }
    }
    Ok(())
}

/// What a publication had of `metric` around an age: the reports before and after it, as
/// (milliseconds after publishing, value).
#[derive(Clone, Copy, Debug)]
pub struct Around {
    pub no: i64,
    pub before: Option<(i64, f64)>,
    pub after: Option<(i64, f64)>,
}

/// Reports that say only what was new are added up to their moment.
pub async fn around(db: &SqlitePool, nos: &[i64], metric: &str, age: i64) -> Outcome<Vec<Around>> {
    let nos = serde_json::to_string(nos).unwrap_or_default();
    let rows = sqlx::query!(
        r#"select p.no as "no!: i64", p.published_ms as "published!: i64",
             b.observed_ms as "before_ms?: i64", a.observed_ms as "after_ms?: i64",
             iif(b.basis = 'increment', (select sum(s.value) from snapshots s
               where s.publication_no = p.no and s.metric = ?2 and s.observed_ms <= b.observed_ms), b.value) as "before?: f64",
             iif(a.basis = 'increment', (select sum(s.value) from snapshots s
               where s.publication_no = p.no and s.metric = ?2 and s.observed_ms <= a.observed_ms), a.value) as "after?: f64"
           from publications p
             left join snapshots b on b.publication_no = p.no and b.metric = ?2 and b.observed_ms = (
               select max(s.observed_ms) from snapshots s
               where s.publication_no = p.no and s.metric = ?2 and s.observed_ms <= p.published_ms + ?3 and s.availability = 'given')
             left join snapshots a on a.publication_no = p.no and a.metric = ?2 and a.observed_ms = (
               select min(s.observed_ms) from snapshots s
               where s.publication_no = p.no and s.metric = ?2 and s.observed_ms >= p.published_ms + ?3 and s.availability = 'given')
           where p.no in (select value from json_each(?1)) and p.published_ms is not null"#,
        nos,
        metric,
        age
    )
    .fetch_all(db)
    .await?;
    let pair = |at: Option<i64>, value: Option<f64>, published: i64| at.zip(value).map(|(at, value)| (at - published, value));
    Ok(rows
        .into_iter()
        .map(|row| Around { no: row.no, before: pair(row.before_ms, row.before, row.published), after: pair(row.after_ms, row.after, row.published) })
        .collect())
}

/// The newest posts of a channel that are older than an age: what is usual there.
pub async fn reference(db: &SqlitePool, channel: ChannelId, before: Ms) -> Outcome<Vec<i64>> {
    Ok(sqlx::query_scalar!(
        r#"select no as "no!: i64" from publications where channel_id = ? and state = 'published' and due_ms <= ?
           order by due_ms desc limit ?"#,
        channel,
        before,
        REFERENCE
    )
    .fetch_all(db)
    .await?)
}

/// What one day brought.
#[derive(Clone, Debug)]
pub struct Daily {
    pub day: String,
    pub simulated: bool,
    pub value: f64,
}

/// Days of one metric since a day, of one channel or of all, simulated and real apart.
pub async fn daily(db: &SqlitePool, project: ProjectId, metric: &str, channel: Option<ChannelId>, since: &str) -> Outcome<Vec<Daily>> {
    Ok(sqlx::query_as!(
        Daily,
        r#"select day, simulated as "simulated: bool", sum(value) as "value!: f64" from daily_totals
           where project_id = ?1 and metric = ?2 and day >= ?3 and (?4 is null or channel_id = ?4)
           group by day, simulated order by day"#,
        project,
        metric,
        since,
        channel
    )
    .fetch_all(db)
    .await?)
}

/// What each channel brought since a day, per metric.
#[derive(Clone, Debug)]
pub struct ChannelSum {
    pub channel: ChannelId,
    pub name: String,
    pub simulated: bool,
    pub metric: String,
    pub value: f64,
}

pub async fn by_channel(db: &SqlitePool, project: ProjectId, since: &str) -> Outcome<Vec<ChannelSum>> {
    let metrics = serde_json::to_string(&super::model::METRICS).unwrap_or_default();
    Ok(sqlx::query_as!(
        ChannelSum,
        r#"select d.channel_id as "channel: ChannelId", c.name, d.simulated as "simulated: bool", d.metric, sum(d.value) as "value!: f64"
           from json_each(?1) m join daily_totals d on d.project_id = ?2 and d.metric = m.value and d.day >= ?3
             join channels c on c.id = d.channel_id
           group by d.channel_id, d.simulated, d.metric order by c.name, d.channel_id, d.simulated"#,
        metrics,
        project,
        since
    )
    .fetch_all(db)
    .await?)
}

/// Why a channel gave none of a metric: the newest word on it among the channel's newest publications.
pub async fn explain_channel(db: &SqlitePool, channel: ChannelId, metrics: &[&str]) -> Outcome<Vec<(String, String)>> {
    let metrics = serde_json::to_string(metrics).unwrap_or_default();
    let rows = sqlx::query!(
        r#"select cast(m.value as text) as "metric!: String",
             (select s.availability from snapshots s
                join (select no from publications where channel_id = ?1 and state = 'published' order by due_ms desc limit ?2) p
                  on p.no = s.publication_no
              where s.metric = m.value order by s.observed_ms desc limit 1) as "availability?: String"
           from json_each(?3) m"#,
        channel,
        REFERENCE,
        metrics
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.metric, row.availability?))).collect())
}

/// Two variants of the newest published piece that no experiment has compared yet, while the invented audience is there to
/// compare them. The piece is looked for among the newest fifty publications.
pub async fn comparable(db: &SqlitePool, project: ProjectId) -> Outcome<Option<Pair>> {
    let piece = sqlx::query_scalar!(
        r#"select e.id as "piece: PieceId"
           from (select v.piece_id, p.due_ms from publications p join variants v on v.id = p.variant_id
                 where p.project_id = ?1 and p.state = 'published' and v.deleted_ms is null order by p.due_ms desc limit 50) c
             join pieces e on e.id = c.piece_id
           where e.deleted_ms is null and e.variants >= 2 and coalesce((select simulator from studio), 0) = 1
             and not exists (select 1 from experiments x where x.project_id = ?1 and x.piece_id = e.id and x.deleted_ms is null)
           order by c.due_ms desc limit 1"#,
        project
    )
    .fetch_optional(db)
    .await?;
    match piece {
        Some(piece) => publications::pair_of(db, project, piece).await,
        None => Ok(None),
    }
}

/// The channels to filter by.
pub async fn channels(db: &SqlitePool, member: MemberId, project: ProjectId) -> Outcome<Vec<(ChannelId, String)>> {
    let rows = sqlx::query!(
        r#"select id as "id: ChannelId", name from channels
           where project_id = ?1 and exists (select 1 from sights where member_id = ?2 and project_id = ?1) order by name limit 100"#,
        project,
        member
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// The decisions of members and guests that stand since `since`, oldest first: the last one on each variant.
pub async fn settled(db: &SqlitePool, member: MemberId, project: ProjectId, since: Ms) -> Outcome<Vec<Settled>> {
    Ok(sqlx::query_as!(
        Settled,
        r#"select r.at_ms as "at: Ms", r.decision = 'approved' as "is_approved!: bool", r.at_ms - v.created_ms as "waited!: i64",
             coalesce(v.words_edited, 0) as "edits!: i64"
           from reviews r join variants v on v.id = r.variant_id
           where r.project_id = ?1 and r.at_ms >= ?3 and r.undone_ms is null and r.final = 1 and v.deleted_ms is null
             and exists (select 1 from sights where member_id = ?2 and project_id = ?1)
             and not exists (select 1 from reviews later where later.variant_id = r.variant_id and later.id > r.id and later.undone_ms is null and later.final = 1)
           order by r.id"#,
        project,
        member,
        since
    )
    .fetch_all(db)
    .await?)
}
