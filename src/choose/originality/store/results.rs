//! What viewers made of variants, for holding originality against it: 1 is usual.

use super::hexes;
use crate::platform::Outcome;
use crate::platform::clock::DAY;
use crate::platform::id::{ProjectId, VariantId};
use sqlx::SqlitePool;
use std::collections::HashMap;

/// Viewers below which the rate of an arm is chance.
const VIEWERS: i64 = 100;
/// Newest publications that are looked at.
const PUBLICATIONS: i64 = 300;
/// The age at which views are compared.
const AGE: i64 = 3 * DAY;
/// Fewer posts have no usual.
const FEWEST: usize = 5;

/// A result of one variant. Simulated and real are never added up.
#[derive(Clone, Copy, Debug)]
pub struct Result {
    pub variant: VariantId,
    /// Rate ÷ the rate of its experiment, or views at three days ÷ the median of its channel
    pub index: f64,
    pub simulated: bool,
}

/// Results of these in experiments.
pub async fn in_experiments(db: &SqlitePool, ids: impl IntoIterator<Item = VariantId>) -> Outcome<Vec<Result>> {
    let ids = hexes(ids);
    let rows = sqlx::query!(
        r#"select a.variant_id as "variant!: VariantId", a.exposures, a.outcomes, e.simulated as "simulated: bool",
             (select sum(b.exposures) from arms b where b.experiment_id = e.id) as "all_exposures!: i64",
             (select sum(b.outcomes) from arms b where b.experiment_id = e.id) as "all_outcomes!: i64"
           from json_each(?1) j cross join arms a on a.variant_id = unhex(j.value) join experiments e on e.id = a.experiment_id
           where e.deleted_ms is null and a.exposures >= ?2"#,
        ids,
        VIEWERS
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .filter(|row| row.all_outcomes > 0)
        .map(|row| {
            let usual = row.all_outcomes as f64 / row.all_exposures as f64;
            Result { variant: row.variant, index: row.outcomes as f64 / row.exposures as f64 / usual, simulated: row.simulated }
        })
        .collect())
}

/// Results of the newest publications of a project: views at three days against the median of the same channel.
pub async fn in_channels(db: &SqlitePool, project: ProjectId) -> Outcome<Vec<Result>> {
    let rows = sqlx::query!(
        r#"with newest as (
             select no, variant_id, channel_id, simulated, published_ms from publications
             where project_id = ?1 and state = 'published' and published_ms is not null order by due_ms desc limit ?2)
           select p.variant_id as "variant!: VariantId", p.channel_id as "channel!: Vec<u8>", p.simulated as "simulated!: bool",
             (select max(s.value) from snapshots s where s.publication_no = p.no and s.metric = 'views' and s.availability = 'given'
               and s.basis = 'cumulative' and s.observed_ms <= p.published_ms + ?3) as "views?: f64"
           from newest p where exists (select 1 from snapshots s where s.publication_no = p.no and s.metric = 'views'
             and s.observed_ms >= p.published_ms + ?3)"#,
        project,
        PUBLICATIONS,
        AGE
    )
    .fetch_all(db)
    .await?;
    let mut channels: HashMap<_, Vec<(VariantId, f64)>> = HashMap::new();
    for row in rows {
        if let Some(views) = row.views {
            channels.entry((row.channel, row.simulated)).or_default().push((row.variant, views));
        }
    }
    let mut results = Vec::new();
    for ((_, simulated), mut posts) in channels {
        posts.sort_by(|a, b| a.1.total_cmp(&b.1));
        let usual = posts.get(posts.len() / 2).map_or(0.0, |post| post.1);
        if posts.len() >= FEWEST && usual > 0.0 {
            results.extend(posts.into_iter().map(|(variant, views)| Result { variant, index: views / usual, simulated }));
        }
    }
    Ok(results)
}

/// Originality of the ones among these that were measured as their project measures now.
pub async fn originalities(db: &SqlitePool, ids: impl IntoIterator<Item = VariantId>) -> Outcome<HashMap<VariantId, f64>> {
    let ids = hexes(ids);
    let rows = sqlx::query!(
        r#"select o.variant_id as "id: VariantId", o.originality from json_each(?) j cross join originalities o on o.variant_id = unhex(j.value)
             join projects p on p.id = o.project_id and p.space_id is o.space_id"#,
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.originality)).collect())
}
