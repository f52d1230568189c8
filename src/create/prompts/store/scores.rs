//! What versions led to. Every query starts from the versions of one prompt and goes on by primary keys into counts that
//! triggers keep (`version_scores`, `version_spend`) and into what was published (`version_published`): its cost grows
//! with the number of versions and, for results, with at most [`RATED`] posts of each; never with the drafts.

use crate::create::prompts::scores::{Counted, RATED, RIPE, Results, Score, Spend};
use crate::platform::id::{PromptId, PromptVersionId};
use crate::platform::{Ms, Outcome};
use sqlx::SqlitePool;
use std::collections::HashMap;

/// The scores of the newest 200 versions of a prompt that was found before, newest first.
pub async fn scores(db: &SqlitePool, prompt: PromptId, now: Ms) -> Outcome<Vec<Score>> {
    let counted = counted(db, prompt).await?;
    let (mut spent, mut results) = (spent(db, prompt).await?, results(db, prompt, now).await?);
    Ok(counted
        .iter()
        .map(|one| {
            let mut of = |simulated| results.remove(&(one.version, simulated)).unwrap_or_default();
            let (real, simulated) = (of(false), of(true));
            Score::of(one, spent.remove(&one.version).unwrap_or_default(), real, simulated)
        })
        .collect())
}

async fn counted(db: &SqlitePool, prompt: PromptId) -> Outcome<Vec<Counted>> {
    Ok(sqlx::query_as!(
        Counted,
        r#"select v.id as "version: PromptVersionId", v.number, coalesce(s.made, 0) as "made!: i64", coalesce(s.decided, 0) as "decided!: i64",
             coalesce(s.approved, 0) as "approved!: i64", coalesce(s.counted, 0) as "edited!: i64", coalesce(s.words, 0) as "words!: i64"
           from prompt_versions v left join version_scores s on s.version_id = v.id
           where v.prompt_id = ? order by v.number desc limit 200"#,
        prompt
    )
    .fetch_all(db)
    .await?)
}

async fn spent(db: &SqlitePool, prompt: PromptId) -> Outcome<HashMap<PromptVersionId, Vec<Spend>>> {
    let rows = sqlx::query!(
        r#"select s.version_id as "id: PromptVersionId", s.currency, s.runs, s.cost_micros
           from prompt_versions v join version_spend s on s.version_id = v.id where v.prompt_id = ? order by s.version_id, s.currency"#,
        prompt
    )
    .fetch_all(db)
    .await?;
    let mut spent: HashMap<PromptVersionId, Vec<Spend>> = HashMap::new();
    for row in rows {
        let one = Spend { currency: row.currency, runs: row.runs, cost_micros: row.cost_micros, per_approved_micros: None };
        spent.entry(row.id).or_default().push(one);
    }
    Ok(spent)
}

/// How many drafts went out, and the rates of the newest, by version and by whether the audience is invented.
async fn results(db: &SqlitePool, prompt: PromptId, now: Ms) -> Outcome<HashMap<(PromptVersionId, bool), Results>> {
    let ripe = now.0 - RIPE;
    let rows = sqlx::query!(
        r#"with sent as (
             select w.version_id, w.simulated, count(distinct w.variant_id) as n
             from prompt_versions v join version_published w on w.version_id = v.id
             where v.prompt_id = ?1 group by w.version_id, w.simulated)
           select s.version_id as "id: PromptVersionId", s.simulated as "simulated!: bool", s.n as "published!: i64",
             count(h.value / i.value) as "shown!: i64", avg(h.value / i.value) as "of_shown?: f64",
             count(h.value / b.value) as "begun!: i64", avg(h.value / b.value) as "of_begun?: f64"
           from sent s
             left join publications p on p.published_ms <= ?2 and p.no in (
               select w.publication_no from version_published w
               where w.version_id = s.version_id and w.simulated = s.simulated order by w.variant_id desc limit ?3)
             left join totals h on h.publication_no = p.no and h.metric = 'hooks'
             left join totals i on i.publication_no = p.no and i.metric = 'impressions' and i.value > 0
             left join totals b on b.publication_no = p.no and b.metric = 'views' and b.value > 0
           group by s.version_id, s.simulated"#,
        prompt,
        ripe,
        RATED
    )
    .fetch_all(db)
    .await?;
    let pairs = rows.into_iter().map(|row| {
        let results = Results::of(row.published, (row.shown, row.of_shown), (row.begun, row.of_begun));
        ((row.id, row.simulated), results)
    });
    Ok(pairs.collect())
}
