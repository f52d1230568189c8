//! Answering a duel, and taking an answer back.

use super::jobs;
use super::model::{Better, COMPARED, NewDuel};
use super::store;
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{DuelId, MemberId, ProjectId};
use crate::platform::{Error, Ms, Outcome};
use serde_json::json;

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    Counted(DuelId),
    /// This member has answered since the page was made: a double click, or another tab.
    Before,
}

/// Writes an answer. `after` is the member's last answer when the pair was shown (`Some(None)`: there was none), or
/// `None` when the caller does not say.
pub async fn decide(
    tx: &mut Tx,
    (actor, member): (&Actor, MemberId),
    project: ProjectId,
    duel: NewDuel,
    after: Option<Option<DuelId>>,
    at: Ms,
) -> Outcome<Decided> {
    if duel.left == duel.right {
        return Err(Error::field("right", "duels-error-same"));
    }
    let (left, right) = store::hold(tx, member, project, duel.left, duel.right).await?;
    if let Some(after) = after
        && after != store::last_in(tx, member, project).await?
    {
        return Ok(Decided::Before);
    }
    if [&left, &right].iter().any(|side| side.gone || !COMPARED.contains(&side.state.as_str())) {
        return Err(Error::refused("duels-gone"));
    }
    if left.locale != right.locale {
        return Err(Error::refused("duels-two-languages"));
    }
    let id = DuelId::new(at);
    store::insert(tx, id, (project, member), &duel, at).await?;
    jobs::queue(tx, project, at).await?;
    let outcome = match duel.outcome {
        Better::Left => duel.left.to_string(),
        Better::Right => duel.right.to_string(),
        Better::Tie => "tie".to_owned(),
    };
    let detail = json!({ "better": outcome, "chosen_by": duel.chosen_by });
    record(tx, actor, at, Event::new("duel.decided", id.0).within(project).detail(detail)).await?;
    Ok(Decided::Counted(id))
}

/// Takes an answer of one's own back; once it is, again changes nothing. Answers what was asked.
pub async fn undo(tx: &mut Tx, (actor, member): (&Actor, MemberId), id: DuelId, at: Ms) -> Outcome<store::Asked> {
    let asked = store::asked(tx, member, id).await?;
    if asked.member != member {
        return Err(Error::refused("duels-not-yours"));
    }
    if store::undo(tx, id, at).await? {
        jobs::queue(tx, asked.project, at).await?;
        record(tx, actor, at, Event::new("duel.undone", id.0).within(asked.project)).await?;
    }
    Ok(asked)
}
