//! All SQL of the playbook.

mod decisions;
mod grounds;

pub use decisions::{Decision, decide, put_back, refuse, standings, tallied};
pub use grounds::{own, posts, voice};

use super::model::{Card, Drawn, NewPlay, Play, Slate, Source};
use crate::platform::db::Tx;
use crate::platform::id::{ExperimentId, IdeaId, MemberId, PlayId, ProjectId, SlateId, VariantId};
use crate::platform::{Error, Ms, Outcome};
use crate::web::Slice;
use sqlx::SqlitePool;
use uuid::Uuid;

/// Plays with the experiment they come from; one in the bin is not named, but still says whether it was simulated.
macro_rules! plays {
    ($rest:literal, $($argument:expr),+) => {
        sqlx::query_as!(
            Play,
            r#"select y.id as "id: PlayId", y.project_id as "project: ProjectId", y.experiment_id as "experiment: ExperimentId",
                 iif(e.deleted_ms is null, e.name, null) as "experiment_name?: String", coalesce(e.simulated, 0) as "simulated!: bool",
                 y.sentence, y.grade, y.edited as "edited: bool", y.locale, y.used, y.expires_ms as "expires: Ms", y.version, y.created_ms as "created: Ms"
               from plays y left join experiments e on e.id = y.experiment_id "# + $rest,
            $($argument),+
        )
    };
}

pub async fn list(db: &SqlitePool, member: MemberId, project: ProjectId, (after, limit): (Option<Uuid>, i64)) -> Outcome<Slice<Play>> {
    let (after, more) = (after.unwrap_or(Uuid::max()), limit + 1);
    let found = plays!(
        "where y.project_id = ?1 and y.id < ?2 and y.deleted_ms is null
           and exists (select 1 from sights where member_id = ?3 and project_id = ?1)
         order by y.id desc limit ?4",
        project,
        after,
        member,
        more
    );
    Ok(Slice::cut(found.fetch_all(db).await?, limit, |play| play.id.0))
}

pub async fn find<'c, E>(db: E, member: MemberId, id: PlayId) -> Outcome<Play>
where
    E: sqlx::Executor<'c, Database = sqlx::Sqlite>,
{
    let found = plays!(
        "where y.id = ?1 and y.deleted_ms is null and exists (select 1 from sights where member_id = ?2 and project_id = y.project_id)",
        id,
        member
    );
    Ok(found.fetch_one(db).await?)
}

pub async fn sees(tx: &mut Tx, member: MemberId, project: ProjectId) -> Outcome<()> {
    let found = sqlx::query_scalar!("select 1 from sights where member_id = ? and project_id = ?", member, project).fetch_optional(tx).await?;
    found.map(|_| ()).ok_or(Error::NotFound)
}

pub async fn insert(tx: &mut Tx, (project, member): (ProjectId, Option<MemberId>), now: Ms, play: &NewPlay) -> Outcome<PlayId> {
    let (id, lens) = (PlayId::new(now), play.lens.to_string());
    sqlx::query!(
        "insert into plays (id, project_id, experiment_id, sentence, grade, locale, lens, created_by, created_ms, updated_ms)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        project,
        play.experiment,
        play.sentence,
        play.grade,
        play.market,
        lens,
        member,
        now,
        now
    )
    .execute(tx)
    .await?;
    Ok(id)
}

/// Changes the words of a play as it was read in `version`; 0 rows when it has another one.
pub async fn update(tx: &mut Tx, (id, version): (PlayId, i64), sentence: &str, locale: Option<&str>, now: Ms) -> Outcome<u64> {
    let done = sqlx::query!(
        "update plays set edited = edited or (experiment_id is not null and sentence <> ?1), sentence = ?1, locale = ?2, updated_ms = ?3,
           version = version + 1 where id = ?4 and version = ?5",
        sentence,
        locale,
        now,
        id,
        version
    )
    .execute(tx)
    .await?;
    Ok(done.rows_affected())
}

/// When it ends to be followed; never, if `None`.
pub async fn expire(tx: &mut Tx, id: PlayId, at: Option<Ms>) -> Outcome<()> {
    sqlx::query!("update plays set expires_ms = ? where id = ?", at, id).execute(tx).await?;
    Ok(())
}

pub async fn bin(tx: &mut Tx, id: PlayId, at: Option<Ms>, now: Ms) -> Outcome<()> {
    sqlx::query!("update plays set deleted_ms = ?, updated_ms = ?, version = version + 1 where id = ?", at, now, id).execute(tx).await?;
    Ok(())
}

pub async fn bin_of_experiment(tx: &mut Tx, id: ExperimentId, now: Ms) -> Outcome<()> {
    sqlx::query!(
        "update plays set deleted_ms = ?, updated_ms = ?, version = version + 1 where experiment_id = ? and deleted_ms is null",
        now,
        now,
        id
    )
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn binned(tx: &mut Tx, member: MemberId, id: PlayId) -> Outcome<ProjectId> {
    Ok(sqlx::query_scalar!(
        r#"select project_id as "project: ProjectId" from plays where id = ? and deleted_ms is not null
           and exists (select 1 from sights where member_id = ? and project_id = plays.project_id)"#,
        id,
        member
    )
    .fetch_one(tx)
    .await?)
}

/// What can be built on: living plays, and variants that a test spoke for, be it by a person's call or by an
/// imported test's own assessment. Sixty of each at most, newest first.
pub async fn sources(db: &SqlitePool, project: ProjectId, now: Ms) -> Outcome<Vec<Source>> {
    let plays = sqlx::query!(
        r#"select y.id as "id: PlayId", y.sentence, y.grade, y.lens, w.hook as "opening?", g.title as "winner?",
             (select max(i.created_ms) from ideas i where i.project_id = y.project_id and i.play_id = y.id) as "last_used: Ms"
           from plays y
             left join variants w on w.deleted_ms is null and w.id = (select a.variant_id from verdicts d join arms a on a.id = d.arm_id
               where d.experiment_id = y.experiment_id order by d.id desc limit 1)
             left join pieces g on g.id = w.piece_id
           where y.project_id = ?1 and y.deleted_ms is null and (y.expires_ms is null or y.expires_ms > ?2)
           order by y.id desc limit 60"#,
        project,
        now
    )
    .fetch_all(db)
    .await?;
    let mut sources: Vec<Source> = plays
        .into_iter()
        .map(|play| Source {
            play: Some(play.id),
            variant: None,
            text: play.sentence,
            grade: play.grade,
            lens: serde_json::from_str(&play.lens).unwrap_or_default(),
            last_used: play.last_used,
            winner: play.winner,
            opening: play.opening,
        })
        .collect();
    sources.extend(winners(db, project).await?);
    Ok(sources)
}

/// A call counts while it stands: of an experiment that was reopened and called anew, only the newest verdict.
async fn winners(db: &SqlitePool, project: ProjectId) -> Outcome<Vec<Source>> {
    let rows = sqlx::query!(
        r#"select v.id as "id: VariantId", v.title, v.hook, g.title as "winner?", w.assignment as "assignment!: String",
             (select max(s.created_ms) from cards c join slates s on s.id = c.slate_id
                where c.variant_id = v.id and c.idea_id is not null) as "last_used: Ms"
           from (
             select * from (
               select a.variant_id, e.assignment from experiments e join arms a on a.experiment_id = e.id and a.position = e.leader
               where e.project_id = ?1 and e.state = 'imported' and e.badge in ('proven', 'safe') and e.deleted_ms is null
               order by e.id desc limit 60)
             union all
             select * from (
               select a.variant_id, e.assignment from experiments e
                 join verdicts d on d.id = (select max(id) from verdicts where experiment_id = e.id)
                 join arms a on a.id = d.arm_id
               where e.project_id = ?1 and e.state = 'called' and d.kind = 'winner' and e.deleted_ms is null
               order by e.id desc limit 60)) w
           join variants v on v.id = w.variant_id and v.deleted_ms is null left join pieces g on g.id = v.piece_id"#,
        project
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Source {
            play: None,
            variant: Some(row.id),
            text: row.title,
            grade: grade_of_winner(&row.assignment).into(),
            lens: serde_json::json!({}),
            last_used: row.last_used,
            winner: row.winner,
            opening: Some(row.hook),
        })
        .collect())
}

/// Only what earned its grade can have a winner, so the assignment tells it.
fn grade_of_winner(assignment: &str) -> &'static str {
    match assignment {
        "rotated" => "b",
        "replicated" => "c",
        _ => "a",
    }
}

/// The project's locale, its markets, and the lenses of its newest ideas.
pub async fn lenses(db: &SqlitePool, project: ProjectId) -> Outcome<(String, Vec<String>, Vec<serde_json::Value>)> {
    let locale = sqlx::query_scalar!("select locale from projects where id = ?", project).fetch_one(db).await?;
    let markets = sqlx::query_scalar!("select locale from markets where project_id = ? order by id", project).fetch_all(db).await?;
    let used = sqlx::query_scalar!("select lenses from ideas where project_id = ? and deleted_ms is null order by id desc limit 500", project)
        .fetch_all(db)
        .await?;
    Ok((locale, markets, used.iter().filter_map(|text| serde_json::from_str(text).ok()).collect()))
}

pub async fn insert_slate(
    tx: &mut Tx,
    (id, project, member): (SlateId, ProjectId, Option<MemberId>),
    (size, explore, seed): (i64, f64, i64),
    cards: &[Drawn],
    now: Ms,
) -> Outcome<()> {
    sqlx::query!(
        "insert into slates (id, project_id, size, explore, seed, created_by, created_ms) values (?, ?, ?, ?, ?, ?, ?)",
        id,
        project,
        size,
        explore,
        seed,
        member,
        now
    )
    .execute(&mut *tx)
    .await?;
    for (position, card) in cards.iter().enumerate() {
        let (position, lens) = (i64::try_from(position).unwrap_or(0), card.lens.to_string());
        let (mean, low, high) = (card.expected.map(|one| one.mean), card.expected.map(|one| one.low), card.expected.map(|one| one.high));
        let (nearest, similarity) = card.nearest.unzip();
        sqlx::query!(
            "insert into cards (slate_id, position, kind, play_id, variant_id, lens, reason, probability,
               expected, expected_low, expected_high, originality, nearest_id, similarity) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            id,
            position,
            card.kind,
            card.play,
            card.variant,
            lens,
            card.reason,
            card.probability,
            mean,
            low,
            high,
            card.originality,
            nearest,
            similarity
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

pub async fn slate<'c, E>(db: E, member: MemberId, id: SlateId) -> Outcome<Slate>
where
    E: sqlx::Executor<'c, Database = sqlx::Sqlite>,
{
    Ok(sqlx::query_as!(
        Slate,
        r#"select s.id as "id: SlateId", s.project_id as "project: ProjectId", s.size, s.explore, s.seed, s.created_ms as "created: Ms"
           from slates s where s.id = ?1 and exists (select 1 from sights where member_id = ?2 and project_id = s.project_id)"#,
        id,
        member
    )
    .fetch_one(db)
    .await?)
}

pub async fn cards<'c, E>(db: E, id: SlateId) -> Outcome<Vec<Card>>
where
    E: sqlx::Executor<'c, Database = sqlx::Sqlite>,
{
    Ok(sqlx::query_as!(
        Card,
        r#"select c.position, c.kind, c.play_id as "play: PlayId", c.variant_id as "variant: VariantId", c.lens, c.reason,
             c.probability, c.idea_id as "idea: IdeaId", y.grade as "grade?", coalesce(e.simulated,
               (select x.simulated from arms a join experiments x on x.id = a.experiment_id
                where a.variant_id = c.variant_id and x.deleted_ms is null order by x.id desc limit 1), 0) as "simulated!: bool",
             j.niche, j.name as project, j.locale as tongue, w.hook as "opening?", w.locale as "opening_locale?", w.title as "led?",
             g.title as "piece?",
             (select x.badge from arms a join experiments x on x.id = a.experiment_id and x.leader = a.position
              where a.variant_id = c.variant_id and x.deleted_ms is null order by x.id desc limit 1) as "badge?: String"
           from cards c join slates s on s.id = c.slate_id join projects j on j.id = s.project_id
             left join plays y on y.id = c.play_id left join experiments e on e.id = y.experiment_id
             left join variants w on w.deleted_ms is null and w.id = coalesce(c.variant_id,
               (select a.variant_id from verdicts d join arms a on a.id = d.arm_id where d.experiment_id = e.id order by d.id desc limit 1))
             left join pieces g on g.id = w.piece_id
           where c.slate_id = ? and c.position >= 0 order by c.position"#,
        id
    )
    .fetch_all(db)
    .await?)
}

/// The newest slates of a project.
pub async fn slates(db: &SqlitePool, member: MemberId, project: ProjectId) -> Outcome<Vec<Slate>> {
    Ok(sqlx::query_as!(
        Slate,
        r#"select s.id as "id: SlateId", s.project_id as "project: ProjectId", s.size, s.explore, s.seed, s.created_ms as "created: Ms"
           from slates s where s.project_id = ?1 and exists (select 1 from sights where member_id = ?2 and project_id = ?1)
           order by s.id desc limit 5"#,
        project,
        member
    )
    .fetch_all(db)
    .await?)
}
