//! The page of today: what needs a human, what goes out, what runs, what can be called, the pace.

use super::store::{self, Callable, Draft, Due, Going, Pace, Waiting, Working};
use super::welcome;
use crate::choose::originality::{self, Narrowing};
use crate::create::comments::{self, Mention};
use crate::create::{ideas, projects};
use crate::learn::performance;
use crate::platform::House;
use crate::platform::clock::{DAY, HOUR, MINUTE};
use crate::platform::id::{ProjectId, SlateId, VariantId};
use crate::platform::locale::MARKETS;
use crate::release::publications::{self, Pair};
use crate::web::{Ability, Access, Answer, Me, Routes, Shell, page};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

pub fn routes() -> Routes {
    Routes::new().get("/", Access::Member(Ability::Read), index).merge(welcome::routes())
}

#[derive(Template)]
#[template(path = "today/index.html")]
struct TodayPage {
    shell: Shell,
    waiting: Waiting,
    steps: Option<Steps>,
    /// The first turn has been gone, and no second one yet
    turned: bool,
    /// Where reading the drafts begins
    newest: Option<VariantId>,
    drafts: Vec<Draft>,
    /// What this member was mentioned in, and drafts on their own desk by when they are due
    mentions: Vec<Mention>,
    due: Vec<Due>,
    looks: Vec<Going>,
    going: Vec<Going>,
    experiments: Vec<Callable>,
    working: Vec<Working>,
    pace: Pace,
    /// The newest batch of suggestions that still asks, and how many cards of it.
    suggestions: Option<(SlateId, i64)>,
    /// The last twenty got far more alike than usual
    narrowing: Option<Narrowing>,
}

impl TodayPage {
    /// Markets to choose from: the key of the name, locale and zone.
    fn markets(&self) -> &'static [(&'static str, &'static str, &'static str)] {
        MARKETS
    }
    /// The first turn has gone beyond choosing, so its next step is the one that is needed.
    fn is_further(&self) -> bool {
        self.steps.as_ref().is_some_and(|steps| steps.decided)
    }
    /// What the page says of itself: the first turn, what waits, or the suggestions when nothing else does.
    fn title(&self) -> String {
        match (self.waiting.all(), self.suggestions) {
            (0, Some((_, open))) => self.shell.n("today-suggestions", open),
            (0, None) if self.steps.is_some() => self.shell.t("today-title-first").into_owned(),
            (all, _) => self.shell.n("today-title", all),
        }
    }

    /// A stretch of time as people say it: "40 min", "5 h", "2 d".
    fn leg(&self, gap: &Option<i64>) -> String {
        match *gap {
            None => self.shell.t("today-leg-none").into_owned(),
            Some(gap) if gap < HOUR => self.shell.n("today-leg-minutes", gap / MINUTE),
            Some(gap) if gap < 2 * DAY => self.shell.n("today-leg-hours", gap / HOUR),
            Some(gap) => self.shell.n("today-leg-days", gap / DAY),
        }
    }

    /// The zone of a planned time, by its city.
    fn there(&self, going: &Going) -> String {
        let zone = crate::platform::locale::zone(&going.zone).unwrap_or(chrono_tz::UTC);
        let moment = crate::web::Moment::new(going.due_ms, self.shell.now, zone, self.shell.words);
        self.shell.ab("today-there", "time", moment.clock(), "city", moment.city())
    }
}

#[derive(Template)]
#[template(path = "today/no-project.html")]
struct NoProjectPage {
    shell: Shell,
}

/// The first turn of the loop, step by step; gone when it has been gone.
struct Steps {
    /// What the project believes, as it was said; empty before
    perspective: String,
    ideas: bool,
    decided: bool,
    published: bool,
    learned: bool,
    /// The approved variant without a place that was made last
    ready: Option<VariantId>,
    /// Two variants of a published piece that could be compared
    comparable: Option<Pair>,
}

impl Steps {
    fn perspective(&self) -> bool {
        !self.perspective.is_empty()
    }
    fn done(&self) -> usize {
        1 + [self.perspective(), self.ideas, self.decided, self.published, self.learned].into_iter().filter(|done| *done).count()
    }
}

/// Today is of the project last looked at, or the first one.
async fn index(State(house): State<House>, me: Me) -> Answer {
    let db = house.db.read();
    let projects = projects::seen_by(db, me.member.id).await?;
    let last = me.last_project();
    let Some(project) = projects.iter().find(|project| Some(project.id) == last).or(projects.first()) else {
        return Ok(page(StatusCode::OK, &NoProjectPage { shell: me.shell(None).await?.at("today") }));
    };
    let shell = me.shell(Some(project.id)).await?.at("today");
    let waiting = store::waiting(db, project.id).await?;
    let steps = steps(&house, &me, project.id, &waiting).await?;
    let now = house.now();
    Ok(page(
        StatusCode::OK,
        &TodayPage {
            turned: steps.is_none() && waiting.plays == 1,
            newest: ideas::newest_waiting(db, project.id).await?,
            steps,
            drafts: store::drafts(db, project.id).await?,
            mentions: comments::unseen(db, me.member.id, project.id).await?,
            due: store::due(db, me.member.id, project.id).await?,
            looks: store::going(db, project.id, r#"["needs_review","missed","failed"]"#, now.plus(400 * DAY)).await?,
            going: store::going(db, project.id, r#"["scheduled","claimed","sending","verifying","waiting_channel"]"#, now.plus(2 * DAY)).await?,
            experiments: store::experiments(db, project.id).await?,
            working: store::working(db, project.id).await?,
            pace: store::pace(db, project.id).await?,
            suggestions: store::suggestions(db, project.id).await?,
            narrowing: originality::narrowing(db, project.id).await?,
            waiting,
            shell,
        },
    ))
}

async fn steps(house: &House, me: &Me, project: ProjectId, waiting: &Waiting) -> Result<Option<Steps>, crate::web::Failure> {
    let (db, member) = (house.db.read(), me.member.id);
    let mut steps = Steps {
        perspective: projects::find(db, member, project).await?.perspective,
        ideas: waiting.ideas > 0,
        decided: waiting.approved > 0 || waiting.scheduled > 0 || waiting.published > 0,
        published: waiting.published > 0,
        learned: waiting.plays > 0,
        ready: None,
        comparable: None,
    };
    if steps.done() == 6 {
        return Ok(None);
    }
    if steps.decided && !steps.published {
        steps.ready = publications::unplaced(db, member, project, 1).await?.first().map(|one| one.id);
    }
    if steps.published && !steps.learned {
        steps.comparable = performance::comparable(db, project).await?;
    }
    Ok(Some(steps))
}
