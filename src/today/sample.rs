//! The sample project: a perspective, ideas and drafts to choose from, and the invented audience.
//! Everything in it is made by the sketch backend and says so; what is decided on it is decided by
//! whoever looks at it. One click removes it.

use crate::create::ideas;
use crate::create::projects::NewProject;
use crate::create::prompts::Purpose;
use crate::create::runs::{self, NewRun};
use crate::platform::events::Actor;
use crate::platform::id::{IdeaId, MemberId, ProjectId};
use crate::platform::jobs::{Ending, Job};
use crate::platform::{Error, House, Outcome};
use crate::today::store;
use crate::web::Words;
use std::time::Duration;

const IDEAS: i64 = 12;
const DRAFTS: i64 = 3;
/// A run of the sketch backend takes a second or two; a busy machine some more.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the sample project says about itself, in the language of whoever set the studio up.
pub fn words(language: Words) -> NewProject {
    let t = |key: &str| language.t(key).into_owned();
    NewProject {
        name: t("sample-name"),
        niche: t("sample-niche"),
        perspective: t("sample-perspective"),
        audience: t("sample-audience"),
        style_guide: t("sample-style"),
        locale: language.tag().to_owned(),
        markets: "vi-VN Asia/Ho_Chi_Minh\nth-TH Asia/Bangkok\nid-ID Asia/Jakarta".to_owned(),
        ..NewProject::default()
    }
}

pub async fn fill_job(house: House, job: Job) -> Ending {
    let (Some(project), Some(member)) = (job.project, job.created_by) else { return Ending::Done };
    match fill(&house, project, member).await {
        // It was removed while it was filled.
        Ok(()) | Err(Error::NotFound) => Ending::Done,
        Err(error) => {
            tracing::warn!(%error, "the sample project could not be filled");
            Ending::Fail { class: "not_written", reason: "job-broken".into() }
        }
    }
}

/// Twelve ideas, and drafts of the newest two. Filling a filled one adds nothing.
async fn fill(house: &House, project: ProjectId, member: MemberId) -> Outcome<()> {
    if store::waiting(house.db.read(), project).await?.ideas == 0 {
        run(house, project, member, NewRun { purpose: Some(Purpose::Ideas), count: Some(IDEAS), ..NewRun::default() }).await?;
    }
    if store::waiting(house.db.read(), project).await?.variants > 0 {
        return Ok(());
    }
    let newest: Vec<IdeaId> = ideas::list(house.db.read(), member, project, None, 2).await?.items.iter().map(|idea| idea.id).collect();
    for idea in newest {
        run(house, project, member, NewRun { purpose: Some(Purpose::Variants), count: Some(DRAFTS), idea: Some(idea), ..NewRun::default() }).await?;
    }
    Ok(())
}

/// Plans a run of the sketch backend and waits for its end.
async fn run(house: &House, project: ProjectId, member: MemberId, new: NewRun) -> Outcome<()> {
    let new = NewRun { backend: "sketch".to_owned(), ..new };
    let id = runs::plan(house, Actor::member(member, None), Some(member), project, &new).await?;
    if runs::ended(house, member, id, PATIENCE).await? { Ok(()) } else { Err(Error::Busy("sample run")) }
}
