//! All SQL of experiments. Reads go through what the member may see.

use super::assessment::{Measured, Summary};
use super::model::{Arm, Assignment, Badge, DayCount, Experiment, Listed, Opened, State, Verdict};
use crate::platform::db::Tx;
use crate::platform::id::{ArmId, ExperimentId, MemberId, ProjectId, VariantId, fresh};
use crate::platform::{Ms, Outcome};
use crate::web::Slice;
use sqlx::SqlitePool;
use uuid::Uuid;

/// One page of a project's experiments, newest first. The caller has seen that the member may.
pub async fn list(
    db: &SqlitePool,
    member: MemberId,
    project: ProjectId,
    state: Option<State>,
    (after, limit): (Option<Uuid>, i64),
) -> Outcome<Slice<Listed>> {
    let (after, more) = (after.unwrap_or(Uuid::max()), limit + 1);
    let rows = match state {
        Some(state) => {
            sqlx::query_as!(
                Listed,
                r#"select e.id as "id: ExperimentId", e.name, e.state as "state: State", e.assignment as "assignment: Assignment",
                     e.badge as "badge: Badge", a.label as "leader?", e.chance, e.loss, e.arms, e.exposures,
                     e.simulated as "simulated: bool"
                   from experiments e left join arms a on a.experiment_id = e.id and a.position = e.leader
                   where e.project_id = ?1 and e.state = ?2 and e.id < ?3 and e.deleted_ms is null
                     and exists (select 1 from sights where member_id = ?4 and project_id = ?1)
                   order by e.id desc limit ?5"#,
                project,
                state,
                after,
                member,
                more
            )
            .fetch_all(db)
            .await?
        }
        None => {
            sqlx::query_as!(
                Listed,
                r#"select e.id as "id: ExperimentId", e.name, e.state as "state: State", e.assignment as "assignment: Assignment",
                     e.badge as "badge: Badge", a.label as "leader?", e.chance, e.loss, e.arms, e.exposures,
                     e.simulated as "simulated: bool"
                   from experiments e left join arms a on a.experiment_id = e.id and a.position = e.leader
                   where e.project_id = ?1 and e.id < ?2 and e.deleted_ms is null
                     and exists (select 1 from sights where member_id = ?3 and project_id = ?1)
                   order by e.id desc limit ?4"#,
                project,
                after,
                member,
                more
            )
            .fetch_all(db)
            .await?
        }
    };
    Ok(Slice::cut(rows, limit, |row| row.id.0))
}

/// How many there are of each state.
pub async fn counts(db: &SqlitePool, project: ProjectId) -> Outcome<Vec<(String, i64)>> {
    let rows = sqlx::query!("select state, n from counters where project_id = ? and noun = 'experiment'", project).fetch_all(db).await?;
    Ok(rows.into_iter().map(|row| (row.state, row.n)).collect())
}

/// How many running ones can be called.
pub async fn ready(db: &SqlitePool, project: ProjectId) -> Outcome<i64> {
    Ok(sqlx::query_scalar!(
        "select count(*) from experiments where project_id = ? and badge in ('proven', 'safe', 'no_difference')
           and state = 'running' and deleted_ms is null",
        project
    )
    .fetch_one(db)
    .await?)
}

/// The experiment, if this member may see it.
pub async fn find<'c, E>(db: E, member: MemberId, id: ExperimentId) -> Outcome<Experiment>
where
    E: sqlx::Executor<'c, Database = sqlx::Sqlite>,
{
    Ok(sqlx::query_as!(
        Experiment,
        r#"select e.id as "id: ExperimentId", e.project_id as "project: ProjectId", e.name, e.question, e.assignment as "assignment: Assignment", e.metric, e.state as "state: State", e.planned,
             e.simulated as "simulated: bool", e.source_key, e.assessment, e.assessed_ms as "assessed: Ms",
             e.badge as "badge: Badge", e.exposures, p.locale
           from experiments e join projects p on p.id = e.project_id
           where e.id = ?1 and e.deleted_ms is null and p.deleted_ms is null
             and exists (select 1 from sights where member_id = ?2 and project_id = e.project_id)"#,
        id, member
    )
    .fetch_one(db)
    .await?)
}

pub async fn arms<'c, E>(db: E, id: ExperimentId) -> Outcome<Vec<Arm>>
where
    E: sqlx::Executor<'c, Database = sqlx::Sqlite>,
{
    Ok(sqlx::query_as!(
        Arm,
        r#"select a.id as "id: ArmId", a.position, a.label, a.variant_id as "variant: VariantId", v.locale as "locale?",
             v.author as "author?", a.weight, a.exposures, a.outcomes
           from arms a left join variants v on v.id = a.variant_id
           where a.experiment_id = ? order by a.position"#,
        id
    )
    .fetch_all(db)
    .await?)
}

/// What each day brought to each arm, all sources together, oldest first.
pub async fn days(db: &SqlitePool, id: ExperimentId) -> Outcome<Vec<DayCount>> {
    Ok(sqlx::query_as!(
        DayCount,
        r#"select c.arm_id as "arm: ArmId", c.day, sum(c.exposures) as "exposures!: i64", sum(c.outcomes) as "outcomes!: i64"
           from arms a join arm_counts c on c.arm_id = a.id where a.experiment_id = ?
           group by c.arm_id, c.day order by c.day, a.position limit 2000"#,
        id
    )
    .fetch_all(db)
    .await?)
}

/// Every call and every taking back, oldest first.
pub async fn verdicts(db: &SqlitePool, id: ExperimentId) -> Outcome<Vec<Verdict>> {
    Ok(sqlx::query_as!(
        Verdict,
        r#"select v.kind, a.label as "arm?", v.badge as "badge: Badge", v.reason, m.name as member, v.at_ms as "at: Ms"
           from verdicts v join members m on m.id = v.member_id left join arms a on a.id = v.arm_id
           where v.experiment_id = ? order by v.id"#,
        id
    )
    .fetch_all(db)
    .await?)
}

/// The play that this experiment wrote, if one stands.
pub async fn play(db: &SqlitePool, id: ExperimentId) -> Outcome<Option<String>> {
    Ok(sqlx::query_scalar!("select sentence from plays where experiment_id = ? and deleted_ms is null order by id desc limit 1", id)
        .fetch_optional(db)
        .await?)
}

/// A piece's living variants: id and title.
pub async fn variants_of(db: &SqlitePool, member: MemberId, project: ProjectId, piece: Uuid) -> Outcome<Vec<(VariantId, String, String)>> {
    let rows = sqlx::query!(
        r#"select v.id as "id: VariantId", v.title, v.locale from variants v
           where v.piece_id = ?1 and v.project_id = ?2 and v.deleted_ms is null
             and exists (select 1 from sights where member_id = ?3 and project_id = ?2)
           order by v.id limit 60"#,
        piece,
        project,
        member
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.title, row.locale)).collect())
}

/// The newest pieces with two variants or more, to choose arms from.
pub async fn pieces(db: &SqlitePool, member: MemberId, project: ProjectId) -> Outcome<Vec<(Uuid, String, i64)>> {
    let rows = sqlx::query!(
        r#"select id as "id: Uuid", title, variants from pieces
           where project_id = ?1 and deleted_ms is null and source_key is null and variants >= 2
             and exists (select 1 from sights where member_id = ?2 and project_id = ?1)
           order by id desc limit 50"#,
        project,
        member
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.title, row.variants)).collect())
}

/// May the member see the project? For verbs that make something in it.
pub async fn sees(tx: &mut Tx, member: MemberId, project: ProjectId) -> Outcome<()> {
    let found = sqlx::query_scalar!("select 1 from sights where member_id = ? and project_id = ?", member, project).fetch_optional(tx).await?;
    found.map(|_| ()).ok_or(crate::platform::Error::NotFound)
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

/// Sets one day of one arm as one source counts it; the same day again replaces it.
pub async fn put_count(tx: &mut Tx, count: &DayCount, source: &str) -> Outcome<()> {
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
    Ok(Measured {
        assignment: head.assignment,
        counts: arms.iter().map(|arm| (arm.exposures, arm.outcomes)).collect(),
        weights: arms.iter().map(|arm| arm.weight).collect(),
        // An imported test tells weeks at best, so no duration is asked of it.
        days: head.dated.then_some(head.days),
        planned: head.planned,
        slices,
        posts,
    })
}

/// What the grade follows from besides the assignment: arm-days counted, whoever counted them, and the
/// fewest published posts that the variant of any arm has.
pub async fn evidence<'c, E>(db: E, id: ExperimentId) -> Outcome<(u32, u32)>
where
    E: sqlx::Executor<'c, Database = sqlx::Sqlite>,
{
    let row = sqlx::query!(
        r#"select
             (select count(*) from (select distinct c.arm_id, c.day from arm_counts c join arms a on a.id = c.arm_id
                where a.experiment_id = ?1)) as "slices!: i64",
             coalesce((select min((select count(*) from publications p where p.variant_id = a.variant_id and p.state = 'published'))
                from arms a where a.experiment_id = ?1), 0) as "posts!: i64""#,
        id
    )
    .fetch_one(db)
    .await?;
    let whole = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    Ok((whole(row.slices), whole(row.posts)))
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

pub async fn mark_simulated(tx: &mut Tx, id: ExperimentId) -> Outcome<()> {
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

/// What the invented audience meets in one arm.
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
}

/// Where and how an experiment is shown to the invented audience.
#[derive(Clone, Debug)]
pub struct Stage {
    pub seed: i64,
    pub stance: String,
    pub market: String,
    pub zone: String,
    pub metric: String,
    pub started: Option<Ms>,
}

/// The project's side of a simulated experiment; `None` when it is gone or no longer runs.
pub async fn stage(db: &SqlitePool, id: ExperimentId) -> Outcome<Option<Stage>> {
    Ok(sqlx::query_as!(
        Stage,
        r#"select p.seed, p.stance, p.zone, e.metric, e.started_ms as "started: Ms",
             coalesce((select m.locale from markets m where m.project_id = p.id order by m.id limit 1), p.locale) as "market!: String"
           from experiments e join projects p on p.id = e.project_id
           where e.id = ? and e.simulated = 1 and e.state = 'running' and e.deleted_ms is null"#,
        id
    )
    .fetch_optional(db)
    .await?)
}

pub async fn shown(db: &SqlitePool, id: ExperimentId) -> Outcome<Vec<Shown>> {
    Ok(sqlx::query_as!(
        Shown,
        r#"select a.id as "arm: ArmId", coalesce(v.title, a.label) as "title!: String", coalesce(v.hook, '') as "hook!: String",
             coalesce(v.script, '') as "script!: String", coalesce(v.caption, '') as "caption!: String",
             coalesce(v.locale, '') as "locale!: String", s.kind as "kind?", s.origin as "origin?"
           from arms a left join variants v on v.id = a.variant_id
             left join variant_assets va on va.variant_id = v.id and va.position = 0 left join assets s on s.id = va.asset_id
           where a.experiment_id = ? order by a.position"#,
        id
    )
    .fetch_all(db)
    .await?)
}

pub async fn simulator_on(db: &SqlitePool) -> Outcome<bool> {
    Ok(sqlx::query_scalar!(r#"select coalesce((select simulator from studio), 0) = 1 as "on!: bool""#).fetch_one(db).await?)
}
