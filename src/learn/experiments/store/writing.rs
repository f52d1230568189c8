//! What changes in experiments: arms, counts, what follows from them, verdicts, the bin.

use super::reading::{arms, evidence};
use crate::learn::experiments::assessment::{Measured, Summary};
use crate::learn::experiments::model::{Assignment, DayCount, Opened, State};
use crate::platform::db::Tx;
use crate::platform::id::{ArmId, ExperimentId, MemberId, ProjectId, VariantId, fresh};
use crate::platform::{Error, Ms, Outcome};
use uuid::Uuid;

/// May the member see the project? For verbs that make something in it.
pub async fn sees(tx: &mut Tx, member: MemberId, project: ProjectId) -> Outcome<()> {
    let found = sqlx::query_scalar!("select 1 from sights where member_id = ? and project_id = ?", member, project).fetch_optional(tx).await?;
    found.map(|_| ()).ok_or(Error::NotFound)
}

/// The variants among `ids` that live in the project, with their piece and title, in the order asked.
pub async fn arms_from(tx: &mut Tx, project: ProjectId, ids: &[VariantId]) -> Outcome<Vec<(VariantId, Uuid, String)>> {
    let mut found = Vec::new();
    for id in ids {
        let row = sqlx::query!(
            r#"select piece_id as "piece: Uuid", title from variants where id = ? and project_id = ? and deleted_ms is null"#,
            id,
            project
        )
        .fetch_optional(&mut *tx)
        .await?;
        if let Some(row) = row {
            found.push((*id, row.piece, row.title));
        }
    }
    Ok(found)
}

pub async fn insert(
    tx: &mut Tx,
    (project, member): (ProjectId, Option<MemberId>),
    now: Ms,
    opened: &Opened,
    arms: &[(VariantId, Uuid, String)],
) -> Outcome<ExperimentId> {
    let id = ExperimentId::new(now);
    let piece = arms.first().map(|arm| arm.1).filter(|piece| arms.iter().all(|arm| arm.1 == *piece));
    let n = i64::try_from(arms.len()).unwrap_or(0);
    sqlx::query!(
        "insert into experiments (id, project_id, piece_id, name, question, assignment, metric, state, planned, started_ms, arms,
           created_by, created_ms, updated_ms)
         values (?, ?, ?, ?, ?, ?, ?, 'running', ?, ?, ?, ?, ?, ?)",
        id,
        project,
        piece,
        opened.name,
        opened.question,
        opened.assignment,
        opened.metric,
        opened.planned,
        now,
        n,
        member,
        now,
        now
    )
    .execute(&mut *tx)
    .await?;
    for (position, (variant, _, label)) in arms.iter().enumerate() {
        let (arm, position) = (ArmId(fresh(now)), i64::try_from(position).unwrap_or(0));
        sqlx::query!(
            "insert into arms (id, experiment_id, position, label, variant_id, weight) values (?, ?, ?, ?, ?, 1)",
            arm,
            id,
            position,
            label,
            variant
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(id)
}

/// Sets one day of one arm; the same day again replaces it, whoever counted it before: two counts of
/// one day are the same viewers, not more of them.
pub async fn put_count(tx: &mut Tx, count: &DayCount, source: &str) -> Outcome<()> {
    sqlx::query!("delete from arm_counts where arm_id = ? and day = ? and source <> ?", count.arm, count.day, source).execute(&mut *tx).await?;
    sqlx::query!(
        "insert into arm_counts (arm_id, day, exposures, outcomes, source) values (?, ?, ?, ?, ?)
         on conflict do update set exposures = excluded.exposures, outcomes = excluded.outcomes",
        count.arm,
        count.day,
        count.exposures,
        count.outcomes,
        source
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Rebuilds the totals of the arms and of the experiment from the day counts.
pub async fn roll_up(tx: &mut Tx, id: ExperimentId) -> Outcome<()> {
    sqlx::query!(
        "update arms set
           exposures = coalesce((select sum(exposures) from arm_counts where arm_id = arms.id), 0),
           outcomes  = coalesce((select sum(outcomes)  from arm_counts where arm_id = arms.id), 0)
         where experiment_id = ?",
        id
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "update experiments set exposures = (select coalesce(sum(exposures), 0) from arms where experiment_id = experiments.id),
           arms = (select count(*) from arms where experiment_id = experiments.id) where id = ?",
        id
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Everything an assessment is computed from.
pub async fn measured(tx: &mut Tx, id: ExperimentId) -> Outcome<Measured> {
    let head = sqlx::query!(
        r#"select e.assignment as "assignment: Assignment", e.planned, e.source_key is null as "dated!: bool",
             (select count(distinct c.day) from arm_counts c join arms a on a.id = c.arm_id where a.experiment_id = e.id) as "days!: i64"
           from experiments e where e.id = ?"#,
        id
    )
    .fetch_one(&mut *tx)
    .await?;
    let (slices, posts) = evidence(&mut *tx, id).await?;
    let arms = arms(&mut *tx, id).await?;
    let settled = sqlx::query_scalar!(
        r#"select (select coalesce(sum(c.exposures), 0) from arm_counts c where c.arm_id = a.id and c.day < (
             select max(n.day) from arms b join arm_counts n on n.arm_id = b.id where b.experiment_id = ?1)) as "seen!: i64"
           from arms a where a.experiment_id = ?1 order by a.position"#,
        id
    )
    .fetch_all(&mut *tx)
    .await?;
    Ok(Measured {
        assignment: head.assignment,
        counts: arms.iter().map(|arm| (arm.exposures, arm.outcomes)).collect(),
        weights: arms.iter().map(|arm| arm.weight).collect(),
        settled: head.dated.then_some(settled),
        // An imported test tells weeks at best, so no duration is asked of it.
        days: head.dated.then_some(head.days),
        planned: head.planned,
        slices,
        posts,
    })
}

pub async fn save_summary(tx: &mut Tx, id: ExperimentId, found: &Summary, now: Ms) -> Outcome<()> {
    sqlx::query!(
        "update experiments set assessment = ?, leader = ?, chance = ?, loss = ?, badge = ?, assessed_ms = ?, updated_ms = ?,
           version = version + 1 where id = ?",
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

/// Writes a verdict; rows are added, never edited. The experiment's badge was earned by the arm that
/// stands as its leader: a call for another one carries none.
pub async fn insert_verdict(tx: &mut Tx, id: ExperimentId, new: &NewVerdict<'_>, (member, now): (MemberId, Ms)) -> Outcome<Uuid> {
    let verdict = fresh(now);
    sqlx::query!(
        "insert into verdicts (id, experiment_id, kind, arm_id, badge, reason, assessment, member_id, at_ms)
         select ?1, id, ?2, ?3,
           case when ?3 is null then iif(badge = 'no_difference', badge, null)
                when leader = (select position from arms where id = ?3) then badge end,
           ?4, assessment, ?5, ?6 from experiments where id = ?7",
        verdict,
        new.kind,
        new.arm,
        new.reason,
        member,
        now,
        id
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "update experiments set state = ?, ended_ms = iif(? in ('called', 'stopped'), coalesce(ended_ms, ?), iif(source_key is null, null, ended_ms)),
           updated_ms = ?, version = version + 1 where id = ?",
        new.state, new.state, now, now, id
    )
    .execute(tx)
    .await?;
    Ok(verdict)
}

/// A verdict to write, and the state that follows from it.
pub struct NewVerdict<'a> {
    pub kind: &'static str,
    pub arm: Option<ArmId>,
    pub reason: &'a str,
    pub state: State,
}

pub async fn bin(tx: &mut Tx, id: ExperimentId, at: Option<Ms>, now: Ms) -> Outcome<()> {
    sqlx::query!("update experiments set deleted_ms = ?, updated_ms = ?, version = version + 1 where id = ?", at, now, id).execute(tx).await?;
    Ok(())
}

/// The binned experiment's project, if this member may see it.
pub async fn binned(tx: &mut Tx, member: MemberId, id: ExperimentId) -> Outcome<ProjectId> {
    Ok(sqlx::query_scalar!(
        r#"select e.project_id as "project: ProjectId" from experiments e where e.id = ? and e.deleted_ms is not null
           and exists (select 1 from sights where member_id = ? and project_id = e.project_id)"#,
        id,
        member
    )
    .fetch_one(tx)
    .await?)
}

pub async fn reword(tx: &mut Tx, id: ExperimentId, (name, question): (&str, &str), now: Ms) -> Outcome<()> {
    sqlx::query!("update experiments set name = ?, question = ?, version = version + 1, updated_ms = ? where id = ?", name, question, now, id)
        .execute(tx)
        .await?;
    Ok(())
}
