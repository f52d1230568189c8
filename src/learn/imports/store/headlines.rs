//! What a file of tests brings: experiments with their pieces, a variant and an arm for each row, and the counts.

use crate::learn::experiments::Summary;
use crate::learn::imports::run::KnownTest;
use crate::platform::db::Tx;
use crate::platform::id::{ArmId, ExperimentId, PieceId, ProjectId, VariantId};
use crate::platform::{Ms, Outcome};
use serde_json::json;
use sqlx::SqlitePool;
use std::collections::HashMap;

/// What a project has of a kind already, by source key.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub tests: HashMap<String, KnownTest>,
    pub arms: HashMap<String, KnownArm>,
}

#[derive(Clone, Copy, Debug)]
pub struct KnownArm {
    pub exposures: i64,
    pub outcomes: i64,
}

/// A test to be written, whole.
#[derive(Clone, Debug)]
pub struct NewTest {
    pub key: String,
    /// The experiment it extends, and its piece.
    pub known: Option<(ExperimentId, Option<PieceId>)>,
    /// Counts of the arms that are there.
    pub before: Vec<(i64, i64)>,
    pub name: String,
    pub started: Option<Ms>,
    pub arms: Vec<NewArm>,
    pub found: Summary,
}

#[derive(Clone, Debug)]
pub struct NewArm {
    pub position: i64,
    pub source_key: String,
    pub label: String,
    pub headline: String,
    pub eyecatcher: String,
    pub day: String,
    pub exposures: i64,
    pub outcomes: i64,
}

/// Everything of `kind` in the project, the bin included.
pub async fn known(db: &SqlitePool, project: ProjectId, kind: &str) -> Outcome<Known> {
    // ';' follows ':' in ASCII, so the two bounds hold exactly the keys of this kind.
    let (from, to) = (format!("{kind}:"), format!("{kind};"));
    let rows = sqlx::query!(
        r#"select e.id as "id: ExperimentId", e.piece_id as "piece: PieceId", e.source_key as "key!: String",
             a.exposures, a.outcomes, v.source_key as "arm_key?: String"
           from experiments e join arms a on a.experiment_id = e.id left join variants v on v.id = a.variant_id
           where e.project_id = ? and e.source_key >= ? and e.source_key < ? order by e.source_key, a.position"#,
        project,
        from,
        to
    )
    .fetch_all(db)
    .await?;
    let mut known = Known::default();
    for row in rows {
        let test = known.tests.entry(row.key).or_insert_with(|| KnownTest { id: row.id, piece: row.piece, counts: Vec::new() });
        test.counts.push((row.exposures, row.outcomes));
        if let Some(key) = row.arm_key {
            known.arms.insert(key, KnownArm { exposures: row.exposures, outcomes: row.outcomes });
        }
    }
    Ok(known)
}

/// Writes one test: the experiment, its piece, a variant and an arm for each row, and the counts.
pub async fn insert_test(tx: &mut Tx, project: ProjectId, test: &NewTest, now: Ms) -> Outcome<()> {
    let (id, piece) = match test.known {
        Some((id, Some(piece))) => (id, piece),
        Some((id, None)) => (id, insert_piece(tx, project, test, now).await?),
        None => {
            let piece = insert_piece(tx, project, test, now).await?;
            (insert_experiment(tx, (project, piece), test, now).await?, piece)
        }
    };
    for arm in &test.arms {
        insert_arm(tx, (project, piece, id), arm, now).await?;
    }
    let arms = i64::try_from(test.before.len() + test.arms.len()).unwrap_or(0);
    let exposures: i64 = test.before.iter().map(|count| count.0).chain(test.arms.iter().map(|arm| arm.exposures)).sum();
    let found = &test.found;
    sqlx::query!(
        "update experiments set arms = ?, exposures = ?, assessment = ?, leader = ?, chance = ?, loss = ?, badge = ?, assessed_ms = ?,
           updated_ms = ? where id = ?",
        arms,
        exposures,
        found.json,
        found.leader,
        found.chance,
        found.loss,
        found.badge,
        now,
        now,
        id
    )
    .execute(tx)
    .await?;
    Ok(())
}

async fn insert_piece(tx: &mut Tx, project: ProjectId, test: &NewTest, now: Ms) -> Outcome<PieceId> {
    let id = PieceId::new(now);
    sqlx::query!(
        "insert into pieces (id, project_id, title, source_key, created_ms, updated_ms) values (?, ?, ?, ?, ?, ?)
         on conflict do nothing",
        id,
        project,
        test.name,
        test.key,
        now,
        now
    )
    .execute(&mut *tx)
    .await?;
    // A piece whose experiment was deleted for good is found again by its key.
    Ok(sqlx::query_scalar!(r#"select id as "id: PieceId" from pieces where project_id = ? and source_key = ?"#, project, test.key)
        .fetch_one(tx)
        .await?)
}

async fn insert_experiment(tx: &mut Tx, (project, piece): (ProjectId, PieceId), test: &NewTest, now: Ms) -> Outcome<ExperimentId> {
    const WEEK: i64 = 7 * crate::platform::clock::DAY;
    let (id, ended) = (ExperimentId::new(now), test.started.map(|at| at.plus(WEEK)));
    sqlx::query!(
        "insert into experiments (id, project_id, piece_id, name, assignment, metric, state, started_ms, ended_ms, source_key,
           created_ms, updated_ms)
         values (?, ?, ?, ?, 'randomised_platform', 'click_rate', 'imported', ?, ?, ?, ?, ?)",
        id,
        project,
        piece,
        test.name,
        test.started,
        ended,
        test.key,
        now,
        now
    )
    .execute(tx)
    .await?;
    Ok(id)
}

/// Imported variants are archived from the start: they are history, not work for the desk.
async fn insert_arm(tx: &mut Tx, (project, piece, experiment): (ProjectId, PieceId, ExperimentId), arm: &NewArm, now: Ms) -> Outcome<()> {
    let (variant, id) = (VariantId::new(now), ArmId::new(now));
    let tags = if arm.eyecatcher.is_empty() { json!([]) } else { json!([format!("picture {}", arm.eyecatcher)]) }.to_string();
    sqlx::query!(
        "insert into variants (id, project_id, piece_id, locale, title, tags, state, author, human_share, source_key, created_ms, updated_ms)
         select ?, id, ?, locale, ?, ?, 'archived', 'import', 1, ?, ?, ? from projects where id = ?",
        variant,
        piece,
        arm.headline,
        tags,
        arm.source_key,
        now,
        now,
        project
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into arms (id, experiment_id, position, label, variant_id, weight, exposures, outcomes) values (?, ?, ?, ?, ?, 1, ?, ?)",
        id,
        experiment,
        arm.position,
        arm.label,
        variant,
        arm.exposures,
        arm.outcomes
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into arm_counts (arm_id, day, exposures, outcomes, source) values (?, ?, ?, ?, 'import')",
        id,
        arm.day,
        arm.exposures,
        arm.outcomes
    )
    .execute(tx)
    .await?;
    Ok(())
}
