//! All SQL of trials.

use super::model::Side;
use crate::platform::db::Tx;
use crate::platform::id::{BackendId, MemberId, PieceId, ProjectId, PromptId, PromptVersionId, RunId, TrialId};
use crate::platform::{Error, Ms, Outcome};
use crate::web::Slice;
use serde::Serialize;
use sqlx::SqlitePool;
use uuid::Uuid;

/// A trial as lists and its page name it. A version that is gone has no number.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Trial {
    pub id: TrialId,
    pub project_id: ProjectId,
    pub prompt_id: Option<PromptId>,
    pub prompt_name: Option<String>,
    /// The numbers of the versions
    pub a: Option<i64>,
    pub b: Option<i64>,
    pub backend_kind: String,
    pub backend_name: String,
    /// Drafts asked for on each side of each pair
    pub count: i64,
    pub blind: bool,
    #[serde(skip)]
    pub seed: i64,
    pub pairs: i64,
    #[serde(rename = "created_at")]
    #[schema(value_type = String, format = DateTime)]
    pub created_ms: Ms,
    pub author: Option<String>,
}

macro_rules! trials {
    ($rest:literal, $($argument:expr),+) => {
        sqlx::query_as!(
            Trial,
            r#"select t.id as "id: TrialId", t.project_id as "project_id: ProjectId", p.id as "prompt_id?: PromptId", p.name as "prompt_name?",
                 a.number as "a?", b.number as "b?", k.kind as backend_kind, k.name as backend_name, t.count, t.blind as "blind: bool", t.seed,
                 (select count(*) from trial_runs r where r.trial_id = t.id and r.side = 'a') as "pairs!: i64",
                 t.created_ms as "created_ms: Ms", m.name as "author?"
               from trials t join backends k on k.id = t.backend_id left join prompt_versions a on a.id = t.a_id
                 left join prompt_versions b on b.id = t.b_id left join prompts p on p.id = coalesce(a.prompt_id, b.prompt_id)
                 left join members m on m.id = t.created_by "# + $rest,
            $($argument),+
        )
    };
}

/// The trials of a project, newest first, in pages.
pub async fn list(db: &SqlitePool, member: MemberId, project: ProjectId, after: Option<Uuid>, limit: i64) -> Outcome<Slice<Trial>> {
    let (before, most) = (after.unwrap_or(Uuid::max()), limit + 1);
    let found = trials!(
        "where t.project_id = ?1 and t.id < ?2 and exists (select 1 from sights where member_id = ?3 and project_id = ?1)
         order by t.id desc limit ?4",
        project,
        before,
        member,
        most
    );
    Ok(Slice::cut(found.fetch_all(db).await?, limit, |trial| trial.id.0))
}

/// One trial this member may see.
pub async fn find(db: &SqlitePool, member: MemberId, id: TrialId) -> Outcome<Trial> {
    let found = trials!("where t.id = ?1 and exists (select 1 from sights where member_id = ?2 and project_id = t.project_id)", id, member);
    Ok(found.fetch_one(db).await?)
}

/// The run of one side of one pair.
#[derive(Debug, Clone)]
pub struct Half {
    pub position: i64,
    pub side: Side,
    pub fixture: String,
    pub run: RunId,
    pub state: String,
    pub error_class: Option<String>,
    pub cost_micros: i64,
    pub currency: String,
    pub started_ms: Option<Ms>,
    pub finished_ms: Option<Ms>,
}

/// Both halves of every pair of a trial that was found before, in their order.
pub async fn halves(db: &SqlitePool, trial: TrialId) -> Outcome<Vec<Half>> {
    Ok(sqlx::query_as!(
        Half,
        r#"select t.position, t.side as "side: Side", t.fixture, r.id as "run: RunId", r.state, r.error_class, r.cost_micros, r.currency,
             r.started_ms as "started_ms: Ms", r.finished_ms as "finished_ms: Ms"
           from trial_runs t join runs r on r.id = t.run_id where t.trial_id = ? order by t.position, t.side"#,
        trial
    )
    .fetch_all(db)
    .await?)
}

/// A draft of a trial; of an idea, the angle stands for the script.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Drafted {
    pub title: String,
    pub hook: String,
    pub script: String,
    pub caption: String,
    pub locale: String,
}

/// What the runs of a trial made, with the run of each. They are as many as were asked for: at most 240.
pub async fn drafted(db: &SqlitePool, trial: TrialId) -> Outcome<Vec<(RunId, Drafted)>> {
    let rows = sqlx::query!(
        r#"select v.run_id as "run!: RunId", v.title, v.hook, v.script, v.caption, v.locale, v.id as "id: Uuid"
           from trial_runs t join variants v on v.run_id = t.run_id where t.trial_id = ?1
           union all
           select i.run_id, i.title, i.hook, i.angle, i.why_now, i.locale, i.id
           from trial_runs t join ideas i on i.run_id = t.run_id where t.trial_id = ?1 order by 7"#,
        trial
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.run, Drafted { title: row.title, hook: row.hook, script: row.script, caption: row.caption, locale: row.locale }))
        .collect())
}

/// What a member chose, by position; none stands for neither.
pub async fn choices(db: &SqlitePool, trial: TrialId, member: MemberId) -> Outcome<Vec<(i64, Option<Side>)>> {
    let rows = sqlx::query!("select position, choice from trial_choices where trial_id = ? and member_id = ? order by position", trial, member)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.position, side(&row.choice))).collect())
}

fn side(choice: &str) -> Option<Side> {
    match choice {
        "a" => Some(Side::A),
        "b" => Some(Side::B),
        _ => None,
    }
}

/// The living piece that trials of a project draft into.
pub async fn piece(db: &SqlitePool, project: ProjectId) -> Outcome<Option<PieceId>> {
    Ok(sqlx::query_scalar!(
        r#"select t.piece_id as "id!: PieceId" from trials t join pieces p on p.id = t.piece_id
           where t.project_id = ? and p.deleted_ms is null order by t.id desc limit 1"#,
        project
    )
    .fetch_optional(db)
    .await?)
}

/// What is written once, when a trial is planned.
pub struct NewRow {
    pub versions: (PromptVersionId, PromptVersionId),
    pub backend: BackendId,
    pub piece: Option<PieceId>,
    pub count: i64,
    pub blind: bool,
    pub by: MemberId,
}

pub async fn insert(tx: &mut Tx, id: TrialId, project: ProjectId, row: &NewRow, at: Ms) -> Outcome<()> {
    // The last bytes of an id are chance already. The order is mixed against habit, not against an adversary.
    let seed = i64::try_from(id.0.as_u128() & 0x7fff_ffff_ffff_ffff).unwrap_or(0);
    sqlx::query!(
        "insert into trials (id, project_id, a_id, b_id, backend_id, piece_id, count, blind, seed, created_by, created_ms)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        project,
        row.versions.0,
        row.versions.1,
        row.backend,
        row.piece,
        row.count,
        row.blind,
        seed,
        row.by,
        at
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Says that a run is half of a pair, before it can begin.
pub async fn insert_half(tx: &mut Tx, trial: TrialId, run: RunId, (position, side): (i64, Side), fixture: &str) -> Outcome<()> {
    sqlx::query!("insert into trial_runs (run_id, trial_id, position, side, fixture) values (?, ?, ?, ?, ?)", run, trial, position, side, fixture)
        .execute(tx)
        .await?;
    Ok(())
}

/// What choosing needs to know, when this member may see the trial: its project, how its sides stand, and whether
/// both answers of the pair are there.
pub struct Held {
    pub project: ProjectId,
    pub blind: bool,
    pub seed: i64,
    pub open: i64,
}

pub async fn hold(tx: &mut Tx, member: MemberId, id: TrialId, position: i64) -> Outcome<Held> {
    let held = sqlx::query!(
        r#"select t.project_id as "project: ProjectId", t.blind as "blind: bool", t.seed, count(r.id) as "halves!: i64",
             coalesce(sum(r.state in ('planned', 'queued', 'running', 'waiting')), 0) as "open!: i64"
           from trials t join sights s on s.project_id = t.project_id and s.member_id = ?2
             left join trial_runs h on h.trial_id = t.id and h.position = ?3 left join runs r on r.id = h.run_id
           where t.id = ?1 group by t.id"#,
        id,
        member,
        position
    )
    .fetch_one(tx)
    .await?;
    if held.halves == 0 { Err(Error::NotFound) } else { Ok(Held { project: held.project, blind: held.blind, seed: held.seed, open: held.open }) }
}

pub async fn choose(tx: &mut Tx, trial: TrialId, position: i64, member: MemberId, choice: Option<Side>, at: Ms) -> Outcome<()> {
    let choice = match choice {
        Some(Side::A) => "a",
        Some(Side::B) => "b",
        None => "neither",
    };
    sqlx::query!(
        "insert into trial_choices (trial_id, position, member_id, choice, at_ms) values (?, ?, ?, ?, ?)
         on conflict do update set choice = excluded.choice, at_ms = excluded.at_ms",
        trial,
        position,
        member,
        choice,
        at
    )
    .execute(tx)
    .await?;
    Ok(())
}
