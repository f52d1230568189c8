//! What was decided on cards, and what a card stands on.

use crate::learn::playbook::view::Standing;
use crate::platform::db::Tx;
use crate::platform::id::{IdeaId, MemberId, PlayId, ProjectId, SlateId, VariantId};
use crate::platform::{Error, Ms, Outcome};
use sqlx::SqlitePool;

/// A card that becomes an idea: as it is, or with other words.
#[derive(Clone, Copy, Debug)]
pub struct Decision {
    pub idea: IdeaId,
    pub changed: bool,
    pub by: MemberId,
    pub at: Ms,
}

/// What each card of a slate was expected to do, and what was decided on it; in the order of the cards.
pub async fn standings<'c, E>(db: E, id: SlateId) -> Outcome<Vec<Standing>>
where
    E: sqlx::Executor<'c, Database = sqlx::Sqlite>,
{
    Ok(sqlx::query_as!(
        Standing,
        r#"select c.expected, c.expected_low as low, c.expected_high as high, c.originality, c.nearest_id as "nearest: VariantId",
             v.title as "nearest_title?", v.locale as "nearest_locale?", c.similarity, c.decision, m.name as "decided_by?",
             c.decided_ms as "decided: Ms"
           from cards c left join variants v on v.id = c.nearest_id and v.deleted_ms is null left join members m on m.id = c.decided_by
           where c.slate_id = ? order by c.position"#,
        id
    )
    .fetch_all(db)
    .await?)
}

/// The card has become an idea; its play was used once more. Not found if it was decided on meanwhile.
pub async fn decide(tx: &mut Tx, (id, position): (SlateId, i64), play: Option<PlayId>, decision: Decision) -> Outcome<()> {
    let Decision { idea, changed, by, at } = decision;
    let word = if changed { "changed" } else { "accepted" };
    let done = sqlx::query!(
        "update cards set idea_id = ?, decision = ?, decided_by = ?, decided_ms = ?
         where slate_id = ? and position = ? and idea_id is null and decision is null",
        idea,
        word,
        by,
        at,
        id,
        position
    );
    one(done.execute(&mut *tx).await?.rows_affected())?;
    if let Some(play) = play {
        sqlx::query!("update plays set used = used + 1 where id = ?", play).execute(tx).await?;
    }
    Ok(())
}

pub async fn refuse(tx: &mut Tx, (id, position): (SlateId, i64), by: MemberId, at: Ms) -> Outcome<()> {
    let done = sqlx::query!(
        "update cards set decision = 'refused', decided_by = ?, decided_ms = ?
         where slate_id = ? and position = ? and idea_id is null and decision is null",
        by,
        at,
        id,
        position
    );
    one(done.execute(tx).await?.rows_affected())
}

pub async fn put_back(tx: &mut Tx, (id, position): (SlateId, i64)) -> Outcome<()> {
    let done = sqlx::query!(
        "update cards set decision = null, decided_by = null, decided_ms = null where slate_id = ? and position = ? and decision = 'refused'",
        id,
        position
    );
    one(done.execute(tx).await?.rows_affected())
}

fn one(rows: u64) -> Outcome<()> {
    if rows == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Since when cards were drawn within a window, and how many were accepted, changed and refused.
pub async fn tallied(db: &SqlitePool, project: ProjectId, since: Ms) -> Outcome<(Option<Ms>, [i64; 3])> {
    let row = sqlx::query!(
        r#"select min(s.created_ms) as "first: Ms", count(*) filter (where c.decision = 'accepted') as "accepted!: i64",
             count(*) filter (where c.decision = 'changed') as "changed!: i64", count(*) filter (where c.decision = 'refused') as "refused!: i64"
           from slates s join cards c on c.slate_id = s.id where s.project_id = ? and s.created_ms >= ?"#,
        project,
        since
    )
    .fetch_one(db)
    .await?;
    Ok((row.first, [row.accepted, row.changed, row.refused]))
}
