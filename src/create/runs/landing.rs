//! Where asking for drafts leads: to what was drafted when it is there in a moment, else to the run.

use super::backends;
use super::store;
use crate::create::prompts::Purpose;
use crate::platform::id::{MemberId, ProjectId, RunId};
use crate::platform::{House, Outcome};
use crate::web::{Answer, Me, Said};
use std::time::Duration;

/// How long an answer is held back for a backend on this machine, which takes a fraction of a second, or some on a busy machine.
const MOMENT: Duration = Duration::from_secs(4);

/// Whether the run ended within `patience`.
pub async fn ended(house: &House, member: MemberId, id: RunId, patience: Duration) -> Outcome<bool> {
    house.settled(patience, || async { Ok(!store::find(house.db.read(), member, id).await?.state().is_open()) }).await
}

/// Waits a moment in all for those of these runs that draft on this machine.
pub async fn drafted(house: &House, member: MemberId, ids: &[RunId]) -> Outcome<()> {
    house
        .settled(MOMENT, || async {
            for id in ids {
                let run = store::find(house.db.read(), member, *id).await?;
                if run.state().is_open() && is_local(&run) {
                    return Ok(false);
                }
            }
            Ok(true)
        })
        .await?;
    Ok(())
}

fn is_local(run: &store::Run) -> bool {
    run.medium == "text" && backends::of_kind(&run.backend_kind).is_some_and(backends::Backend::is_local)
}

/// Goes on to the ideas or the desk when a local backend has drafted meanwhile; what takes longer or needs a look is
/// followed on the page of its run.
pub(super) async fn go_on(house: &House, me: &Me, project: ProjectId, id: RunId) -> Answer {
    let (db, member) = (house.db.read(), me.member.id);
    let run = store::find(db, member, id).await?;
    let made = match is_local(&run) && ended(house, member, id, MOMENT).await? {
        true => store::made(db, id, run.purpose()).await?,
        false => Vec::new(),
    };
    let Some(first) = made.first() else {
        return Ok(me.go_saying(&format!("/runs/{id}"), Said::new("runs-planned")));
    };
    Ok(match run.purpose() {
        Purpose::Ideas => me.go_saying(&format!("/projects/{project}/ideas"), Said::new("runs-made-ideas").with("n", made.len())),
        Purpose::Variants => {
            me.go_saying(&format!("/projects/{project}/curate?lit={}", first.id), Said::new("runs-made-variants").with("n", made.len()))
        }
    })
}
