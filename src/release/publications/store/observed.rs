//! What the simulator reads and writes: whose numbers are to be written, what the audience met.

use crate::platform::db::Tx;
use crate::platform::id::{ChannelId, ProjectId, PublicationId, VariantId};
use crate::platform::{Ms, Outcome};
use sqlx::SqlitePool;

/// A simulated publication whose next numbers are due.
#[derive(Clone, Debug)]
pub struct Observed {
    pub no: i64,
    pub id: PublicationId,
    pub project: ProjectId,
    pub channel: ChannelId,
    pub variant: VariantId,
    pub seed: i64,
    pub published: Ms,
    pub locale: String,
    pub zone: String,
    pub audience: Option<String>,
    /// The newest moment numbers were written for, on the audience's clock.
    pub newest: Option<Ms>,
}

pub async fn due(db: &SqlitePool, now: Ms, limit: i64) -> Outcome<Vec<Observed>> {
    let rows = sqlx::query_as!(
        Observed,
        r#"select p.no as "no!", p.id as "id: PublicationId", p.project_id as "project: ProjectId", p.channel_id as "channel: ChannelId",
             p.variant_id as "variant: VariantId", pr.seed, p.published_ms as "published!: Ms",
             coalesce(c.locale, v.locale) as "locale!: String", c.zone, p.audience,
             (select max(observed_ms) from snapshots s where s.publication_no = p.no and s.metric = 'impressions') as "newest: Ms"
           from publications p join projects pr on pr.id = p.project_id join channels c on c.id = p.channel_id join variants v on v.id = p.variant_id
           where p.state = 'published' and p.simulated = 1 and p.next_ms is not null and p.next_ms <= ? order by p.next_ms limit ?"#,
        now,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// The words of a variant and what is known of its making.
#[derive(Clone, Debug)]
pub struct Words {
    pub title: String,
    pub hook: String,
    pub script: String,
    pub caption: String,
    pub tags: String,
    pub locale: String,
    pub stance: String,
    pub media: Option<String>,
}

pub async fn words(db: &SqlitePool, variant: VariantId) -> Outcome<Words> {
    let words = sqlx::query_as!(
        Words,
        r#"select v.title, v.hook, v.script, v.caption, v.tags, v.locale, pr.stance,
             (select a.kind from variant_assets va join assets a on a.id = va.asset_id where va.variant_id = v.id order by va.position limit 1) as "media: String"
           from variants v join projects pr on pr.id = v.project_id where v.id = ?"#,
        variant
    )
    .fetch_one(db)
    .await?;
    Ok(words)
}

/// What the audience saw of the project before, the newest first.
pub async fn seen_before(db: &SqlitePool, project: ProjectId, before: Ms, limit: i64) -> Outcome<Vec<(VariantId, Ms)>> {
    let rows = sqlx::query!(
        r#"select variant_id as "variant: VariantId", published_ms as "at!: Ms" from publications
           where project_id = ? and state = 'published' and simulated = 1 and published_ms < ? order by due_ms desc limit ?"#,
        project,
        before,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.variant, row.at)).collect())
}

/// Keeps what the audience met, and when its numbers are next due.
pub async fn keep(tx: &mut Tx, id: PublicationId, audience: &str, next: Option<Ms>) -> Outcome<()> {
    sqlx::query!("update publications set audience = coalesce(audience, ?), next_ms = ? where id = ?", audience, next, id).execute(tx).await?;
    Ok(())
}

/// Asks for its numbers again later.
pub async fn postpone(tx: &mut Tx, id: PublicationId, until: Ms) -> Outcome<()> {
    sqlx::query!("update publications set next_ms = ? where id = ? and state = 'published'", until, id).execute(tx).await?;
    Ok(())
}

/// How many times faster than ours the audience's clock runs, when somebody set it.
pub async fn speed(db: &SqlitePool) -> Outcome<Option<f64>> {
    let value = sqlx::query_scalar!("select value from marks where name = 'simulator_speed'").fetch_optional(db).await?;
    Ok(value.and_then(|text| text.parse::<f64>().ok()).filter(|speed| speed.is_finite() && *speed >= 1.0))
}
