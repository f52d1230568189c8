//! What pages and programs read of experiments, through what the member may see.

use crate::learn::experiments::model::{Arm, Assignment, Badge, DayCount, Experiment, Listed, State, Verdict};
use crate::platform::db::Tx;
use crate::platform::id::{ArmId, ExperimentId, MemberId, ProjectId, VariantId};
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
    // Each order has its own index, so there are two queries; they differ in their condition only.
    macro_rules! listed {
        ($condition:literal, $($argument:expr),+) => {
            sqlx::query_as!(
                Listed,
                r#"select e.id as "id: ExperimentId", e.name, e.state as "state: State", e.assignment as "assignment: Assignment",
                     e.badge as "badge: Badge", a.label as "leader?", e.chance, e.loss, e.arms, e.exposures,
                     e.simulated as "simulated: bool"
                   from experiments e left join arms a on a.experiment_id = e.id and a.position = e.leader
                   where e.deleted_ms is null and exists (select 1 from sights where member_id = ?2 and project_id = ?1)
                     and e.project_id = ?1 and e.id < ?3 and "# + $condition + " order by e.id desc limit ?4",
                $($argument),+
            )
            .fetch_all(db)
            .await?
        };
    }
    let (after, more) = (after.unwrap_or(Uuid::max()), limit + 1);
    let rows = match state {
        Some(state) => listed!("e.state = ?5", project, member, after, more, state),
        None => listed!("true", project, member, after, more),
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

/// The version it has now; whoever asks has found it before.
pub async fn version<'c, E>(db: E, id: ExperimentId) -> Outcome<i64>
where
    E: sqlx::Executor<'c, Database = sqlx::Sqlite>,
{
    Ok(sqlx::query_scalar!("select version from experiments where id = ?", id).fetch_one(db).await?)
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
             e.badge as "badge: Badge", e.exposures
           from experiments e join projects p on p.id = e.project_id
           where e.id = ?1 and e.deleted_ms is null and p.deleted_ms is null
             and exists (select 1 from sights where member_id = ?2 and project_id = e.project_id)"#,
        id, member
    )
    .fetch_one(db)
    .await?)
}

/// The market it was held in, of those the project has: for the invented audience the first, where it lives; else the one
/// that the ideas of all its arms were meant for. `None` where there is no such, or no one.
pub async fn market(tx: &mut Tx, id: ExperimentId) -> Outcome<Option<String>> {
    Ok(sqlx::query_scalar!(
        r#"select iif(e.simulated, (select m.locale from markets m where m.project_id = e.project_id order by m.id limit 1),
             (select iif(count(distinct coalesce(m.locale, '')) = 1, max(m.locale), null) from arms a
                left join variants v on v.id = a.variant_id left join pieces g on g.id = v.piece_id left join ideas i on i.id = g.idea_id
                left join markets m on m.project_id = e.project_id and m.locale = i.lenses ->> 'market'
              where a.experiment_id = e.id)) as "market?: String"
           from experiments e where e.id = ?"#,
        id
    )
    .fetch_one(tx)
    .await?)
}

pub async fn arms<'c, E>(db: E, id: ExperimentId) -> Outcome<Vec<Arm>>
where
    E: sqlx::Executor<'c, Database = sqlx::Sqlite>,
{
    Ok(sqlx::query_as!(
        Arm,
        r#"select a.id as "id: ArmId", a.position, a.label, coalesce(a.shown ->> 'hook', v.hook) as "hook?: String",
             a.variant_id as "variant: VariantId", v.locale as "locale?",
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
