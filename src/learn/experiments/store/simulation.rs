//! What the simulator needs to know of an experiment, and that its numbers are not real ones.

use crate::learn::experiments::model::State;
use crate::platform::db::Tx;
use crate::platform::id::{ArmId, ExperimentId, ProjectId};
use crate::platform::{Ms, Outcome};
use sqlx::SqlitePool;

pub async fn simulator_on(db: &SqlitePool) -> Outcome<bool> {
    Ok(sqlx::query_scalar!(r#"select coalesce((select simulator from studio), 0) = 1 as "on!: bool""#).fetch_one(db).await?)
}

/// The simulator is on, and the numbers of this experiment are not real ones.
pub async fn may_simulate(tx: &mut Tx, id: ExperimentId) -> Outcome<bool> {
    Ok(sqlx::query_scalar!(
        r#"select (e.simulated = 1 or e.exposures = 0) and coalesce((select simulator from studio), 0) = 1 as "may!: bool"
           from experiments e where e.id = ?"#,
        id
    )
    .fetch_one(tx)
    .await?)
}

/// Marks it, and freezes what the audience meets in each arm: what it says is about those words, however they are edited later.
pub async fn mark_simulated(tx: &mut Tx, id: ExperimentId) -> Outcome<()> {
    sqlx::query!(
        "update arms set shown = (
           select json_object('title', v.title, 'hook', v.hook, 'script', v.script, 'caption', v.caption, 'locale', v.locale, 'stance', p.stance,
             'kind', (select s.kind from variant_assets va join assets s on s.id = va.asset_id where va.variant_id = v.id and va.position = 0),
             'origin', (select s.origin from variant_assets va join assets s on s.id = va.asset_id where va.variant_id = v.id and va.position = 0))
           from variants v join projects p on p.id = v.project_id where v.id = arms.variant_id)
         where experiment_id = ? and shown is null",
        id
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!("update experiments set simulated = 1 where id = ?", id).execute(tx).await?;
    Ok(())
}

/// The project of a simulated experiment that still runs, inside a write.
pub async fn simulated_project(tx: &mut Tx, id: ExperimentId) -> Outcome<Option<ProjectId>> {
    Ok(sqlx::query_scalar!(
        r#"select project_id as "project: ProjectId" from experiments where id = ? and simulated = 1 and state = 'running' and deleted_ms is null"#,
        id
    )
    .fetch_optional(tx)
    .await?)
}

/// Whether its newest assessment asks to keep going.
pub async fn undecided(tx: &mut Tx, id: ExperimentId) -> Outcome<bool> {
    Ok(sqlx::query_scalar!(r#"select coalesce(badge, 'keep_going') = 'keep_going' as "open!: bool" from experiments where id = ?"#, id)
        .fetch_one(tx)
        .await?)
}

/// Where and how an experiment is shown to the invented audience.
#[derive(Clone, Debug)]
pub struct Stage {
    pub seed: i64,
    pub stance: String,
    pub market: String,
    pub zone: String,
    pub metric: String,
    pub state: State,
    pub started: Option<Ms>,
}

/// The project's side of a simulated experiment; `None` when it is gone.
pub async fn stage(db: &SqlitePool, id: ExperimentId) -> Outcome<Option<Stage>> {
    Ok(sqlx::query_as!(
        Stage,
        r#"select p.seed, p.stance, p.zone, e.metric, e.state as "state: State", e.started_ms as "started: Ms",
             coalesce((select m.locale from markets m where m.project_id = p.id order by m.id limit 1), p.locale) as "market!: String"
           from experiments e join projects p on p.id = e.project_id
           where e.id = ? and e.simulated = 1 and e.deleted_ms is null"#,
        id
    )
    .fetch_optional(db)
    .await?)
}

/// What the invented audience meets in one arm: frozen when it was first asked.
#[derive(Clone, Debug)]
pub struct Shown {
    pub arm: ArmId,
    pub title: String,
    pub hook: String,
    pub script: String,
    pub caption: String,
    pub locale: String,
    pub kind: Option<String>,
    pub origin: Option<String>,
    /// The project's, when it was frozen with the words
    pub stance: Option<String>,
}

pub async fn shown(db: &SqlitePool, id: ExperimentId) -> Outcome<Vec<Shown>> {
    Ok(sqlx::query_as!(
        Shown,
        r#"select a.id as "arm: ArmId", coalesce(a.shown ->> 'title', v.title, a.label) as "title!: String",
             coalesce(a.shown ->> 'hook', v.hook, '') as "hook!: String", coalesce(a.shown ->> 'script', v.script, '') as "script!: String",
             coalesce(a.shown ->> 'caption', v.caption, '') as "caption!: String",
             coalesce(a.shown ->> 'locale', v.locale, '') as "locale!: String",
             iif(a.shown is null, s.kind, a.shown ->> 'kind') as "kind?: String", iif(a.shown is null, s.origin, a.shown ->> 'origin') as "origin?: String",
             a.shown ->> 'stance' as "stance?: String"
           from arms a left join variants v on v.id = a.variant_id
             left join variant_assets va on va.variant_id = v.id and va.position = 0 left join assets s on s.id = va.asset_id
           where a.experiment_id = ? order by a.position"#,
        id
    )
    .fetch_all(db)
    .await?)
}
