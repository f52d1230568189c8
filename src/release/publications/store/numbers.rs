//! The SQL of numbers: snapshots, totals and days in one transaction.

use crate::platform::db::Tx;
use crate::platform::id::{ChannelId, MemberId, ProjectId, PublicationId};
use crate::platform::locale::local_day;
use crate::platform::{Error, Ms, Outcome};
use crate::release::publications::numbers::{Availability, Basis, Number, shift};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

/// What became of the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Recorded {
    pub added: u64,
    /// Said already of that moment.
    pub unchanged: u64,
    /// Said anew of a moment that had another number: kept beside it, nothing is ever overwritten.
    pub corrected: u64,
}

/// The running state of one metric of one publication.
struct Sum {
    value: f64,
    observed: Ms,
    corrected: bool,
    basis: Basis,
    changed: bool,
}

struct Owner {
    project: ProjectId,
    channel: ChannelId,
    simulated: bool,
    zone: String,
}

/// Records rows of publications, oldest first within each; the caller has shown that it may.
pub async fn record(tx: &mut Tx, rows: &[Number]) -> Outcome<Recorded> {
    let mut sorted: Vec<&Number> = rows.iter().collect();
    sorted.sort_by(|a, b| (a.publication, &a.metric, a.observed).cmp(&(b.publication, &b.metric, b.observed)));
    let (mut recorded, mut owners) = (Recorded::default(), HashMap::new());
    let mut days: BTreeMap<(i64, String, String), f64> = BTreeMap::new();
    let mut sums: BTreeMap<(i64, String), Option<Sum>> = BTreeMap::new();
    for row in sorted {
        let mut corrects = None;
        if insert(tx, row).await? {
            recorded.added += 1;
        } else if let Some(known) = known(tx, row).await?.filter(|known| (known.value, known.availability) != (row.value, row.availability)) {
            correct(tx, row, known.seq + 1).await?;
            recorded.corrected += 1;
            corrects = Some(known.value);
        } else {
            recorded.unchanged += 1;
            continue;
        }
        let Some(value) = row.value else { continue };
        let key = (row.publication, row.metric.clone());
        if !sums.contains_key(&key) {
            let sum = sum(tx, row).await?;
            sums.insert(key.clone(), sum);
        }
        let Some(sum) = sums.get_mut(&key) else { continue };
        let zone = &owner(tx, row.publication, &mut owners).await?.zone;
        for (day, change) in add(tx, sum, row, value, (corrects, zone)).await? {
            *days.entry((row.publication, row.metric.clone(), day)).or_default() += change;
        }
    }
    for ((publication, metric), sum) in &sums {
        let Some(sum) = sum.as_ref().filter(|sum| sum.changed) else { continue };
        let owner = owner(tx, *publication, &mut owners).await?;
        write_total(tx, *publication, metric, owner, sum).await?;
    }
    for ((publication, metric, day), change) in days {
        let owner = owner(tx, publication, &mut owners).await?;
        write_day(tx, &metric, &day, owner, change).await?;
    }
    Ok(recorded)
}

async fn insert(tx: &mut Tx, row: &Number) -> Outcome<bool> {
    let done = sqlx::query!(
        "insert into snapshots (publication_no, metric, observed_ms, value, basis, availability, source) values (?, ?, ?, ?, ?, ?, ?)
         on conflict do nothing",
        row.publication,
        row.metric,
        row.observed,
        row.value,
        row.basis,
        row.availability,
        row.source
    )
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What was said last of a moment.
struct Known {
    seq: i64,
    value: Option<f64>,
    availability: Availability,
}

async fn known(tx: &mut Tx, row: &Number) -> Outcome<Option<Known>> {
    Ok(sqlx::query_as!(
        Known,
        r#"select seq as "seq!: i64", value as "value: f64", availability as "availability!: Availability" from (
             select 0 as seq, value, availability from snapshots where publication_no = ?1 and metric = ?2 and observed_ms = ?3
             union all select seq, value, availability from corrections where publication_no = ?1 and metric = ?2 and observed_ms = ?3)
           order by seq desc limit 1"#,
        row.publication,
        row.metric,
        row.observed
    )
    .fetch_optional(tx)
    .await?)
}

async fn correct(tx: &mut Tx, row: &Number, seq: i64) -> Outcome<()> {
    sqlx::query!(
        "insert into corrections (publication_no, metric, observed_ms, seq, value, availability, source) values (?, ?, ?, ?, ?, ?, ?)",
        row.publication,
        row.metric,
        row.observed,
        seq,
        row.value,
        row.availability,
        row.source
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The total so far, before the rows of this call.
async fn sum(tx: &mut Tx, row: &Number) -> Outcome<Option<Sum>> {
    let found = sqlx::query!(
        r#"select value, observed_ms as "observed: Ms", corrected as "corrected: bool",
             (select basis from snapshots s where s.publication_no = t.publication_no and s.metric = t.metric
                and s.observed_ms = t.observed_ms) as "basis: Basis"
           from totals t where publication_no = ? and metric = ?"#,
        row.publication,
        row.metric
    )
    .fetch_optional(tx)
    .await?;
    Ok(found.map(|found| Sum {
        value: found.value,
        observed: found.observed,
        corrected: found.corrected,
        basis: found.basis.unwrap_or(row.basis),
        changed: false,
    }))
}

/// Adds one value to a total; what it changes of the days. `corrects` is there for a value that was
/// said anew: what stood at its moment before.
async fn add(
    tx: &mut Tx,
    sum: &mut Option<Sum>,
    row: &Number,
    value: f64,
    (corrects, zone): (Option<Option<f64>>, &str),
) -> Outcome<BTreeMap<String, f64>> {
    let Some(sum) = sum.as_mut() else {
        *sum = Some(Sum { value, observed: row.observed, corrected: false, basis: row.basis, changed: true });
        return Ok(BTreeMap::from([(local_day(row.observed, zone), value)]));
    };
    if sum.basis != row.basis {
        return Err(Error::field("basis", "error-basis-mixed"));
    }
    let in_order = row.observed > sum.observed;
    // Of increments a correction brings the difference; of running totals it is one more that was given.
    let old = corrects.flatten();
    let step = value - old.unwrap_or(0.0);
    let days = match row.basis {
        Basis::Increment => BTreeMap::from([(local_day(row.observed, zone), step)]),
        Basis::Cumulative if in_order => shift(sum.value, (row.observed, value), &[], zone),
        Basis::Cumulative => late(tx, row, value, (corrects.is_some(), zone)).await?,
    };
    sum.corrected |= old.is_some_and(|old| value < old);
    match row.basis {
        Basis::Increment => sum.value += step,
        Basis::Cumulative => {
            sum.corrected |= in_order && value < sum.value;
            sum.value = sum.value.max(value);
        }
    }
    sum.observed = sum.observed.max(row.observed);
    sum.changed = true;
    Ok(days)
}

/// A value that comes after later ones: days are credited anew from there on.
async fn late(tx: &mut Tx, row: &Number, value: f64, (corrects, zone): (bool, &str)) -> Outcome<BTreeMap<String, f64>> {
    let before = sqlx::query_scalar!(
        r#"select coalesce(max(value), 0.0) as "most!: f64" from (
             select value from snapshots where publication_no = ?1 and metric = ?2 and observed_ms <= ?3 and (observed_ms < ?3 or ?4)
             union all select value from corrections c where publication_no = ?1 and metric = ?2 and observed_ms <= ?3
               and (observed_ms < ?3 or seq < (select max(seq) from corrections n
                 where n.publication_no = c.publication_no and n.metric = c.metric and n.observed_ms = c.observed_ms)))"#,
        row.publication,
        row.metric,
        row.observed,
        corrects
    )
    .fetch_one(&mut *tx)
    .await?;
    let later = sqlx::query!(
        r#"select observed_ms as "at: Ms", value as "value!: f64" from snapshots
           where publication_no = ?1 and metric = ?2 and observed_ms > ?3 and value is not null
           union all
           select observed_ms, value from corrections where publication_no = ?1 and metric = ?2 and observed_ms > ?3 and value is not null
           order by 1"#,
        row.publication,
        row.metric,
        row.observed
    )
    .fetch_all(tx)
    .await?;
    let later: Vec<(Ms, f64)> = later.into_iter().map(|row| (row.at, row.value)).collect();
    Ok(shift(before, (row.observed, value), &later, zone))
}

async fn owner<'k>(tx: &mut Tx, publication: i64, known: &'k mut HashMap<i64, Owner>) -> Outcome<&'k Owner> {
    let vacant = match known.entry(publication) {
        Entry::Occupied(there) => return Ok(there.into_mut()),
        Entry::Vacant(vacant) => vacant,
    };
    let owner = sqlx::query_as!(
        Owner,
        r#"select p.project_id as "project: ProjectId", p.channel_id as "channel: ChannelId", p.simulated as "simulated: bool", j.zone
           from publications p join projects j on j.id = p.project_id where p.no = ?"#,
        publication
    )
    .fetch_one(tx)
    .await?;
    Ok(vacant.insert(owner))
}

async fn write_total(tx: &mut Tx, publication: i64, metric: &str, owner: &Owner, sum: &Sum) -> Outcome<()> {
    sqlx::query!(
        "insert into totals (publication_no, metric, project_id, channel_id, value, observed_ms, corrected, simulated) values (?, ?, ?, ?, ?, ?, ?, ?)
         on conflict do update set value = excluded.value, observed_ms = excluded.observed_ms, corrected = excluded.corrected",
        publication, metric, owner.project, owner.channel, sum.value, sum.observed, sum.corrected, owner.simulated
    )
    .execute(tx)
    .await?;
    Ok(())
}

async fn write_day(tx: &mut Tx, metric: &str, day: &str, owner: &Owner, change: f64) -> Outcome<()> {
    sqlx::query!(
        "insert into daily_totals (project_id, channel_id, metric, day, simulated, value) values (?, ?, ?, ?, ?, ?)
         on conflict do update set value = value + excluded.value",
        owner.project,
        owner.channel,
        metric,
        day,
        owner.simulated,
        change
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// What a number is to be written for.
pub struct Counted {
    pub no: i64,
    pub simulated: bool,
    /// It went out; what did not has no numbers.
    pub published: bool,
}

/// A publication of a project this member may see, as numbers know it.
pub async fn counted(tx: &mut Tx, member: MemberId, project: ProjectId, id: PublicationId) -> Outcome<Option<Counted>> {
    Ok(sqlx::query_as!(
        Counted,
        r#"select no as "no!", simulated as "simulated: bool", state = 'published' as "published!: bool" from publications p where id = ?1 and project_id = ?2
             and exists (select 1 from sights where member_id = ?3 and project_id = p.project_id)"#,
        id,
        project,
        member
    )
    .fetch_optional(tx)
    .await?)
}

/// Impressions and views of a publication so far; `None` until both were given.
pub async fn so_far(db: &sqlx::SqlitePool, id: PublicationId) -> Outcome<Option<(f64, f64)>> {
    let row = sqlx::query!(
        r#"select (select value from totals where publication_no = p.no and metric = 'impressions') as "impressions?: f64",
             (select value from totals where publication_no = p.no and metric = 'views') as "views?: f64"
           from publications p where p.id = ?"#,
        id
    )
    .fetch_one(db)
    .await?;
    Ok(row.impressions.zip(row.views))
}
