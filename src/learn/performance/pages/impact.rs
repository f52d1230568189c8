//! Impact beside volume, as a page.

use super::compare;
use crate::learn::performance::impact::{WEEK, WEEKS, Week, weeks, whole};
use crate::learn::performance::model::Row;
use crate::learn::performance::store;
use crate::platform::clock::DAY;
use crate::platform::id::{MemberId, ProjectId};
use crate::platform::{House, Ms, Outcome};
use crate::stats::proportion;
use crate::web::{Ability, Access, Answer, Me, Routes, Shell, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;

/// Publications that the weeks look back on.
const LOOK_BACK: i64 = 500;

pub fn routes() -> Routes {
    Routes::new().get("/projects/{project}/performance/impact", Access::Member(Ability::Read), show)
}

#[derive(Template)]
#[template(path = "learn/performance/impact.html")]
struct ImpactPage {
    shell: Shell,
    weeks: Vec<Week>,
    /// All of them together
    whole: Week,
    survived: Option<(f64, f64)>,
    is_simulated: bool,
}

impl ImpactPage {
    fn share(&self, share: Option<f64>) -> String {
        share.map_or_else(|| "–".to_owned(), |share| format!("{:.0} %", share * 100.0))
    }

    /// The interval of the share that survived, in words.
    fn between(&self) -> String {
        let ends = |(low, high)| self.shell.ab("impact-between", "low", self.share(Some(low)), "high", self.share(Some(high)));
        self.survived.map(ends).unwrap_or_default()
    }

    fn figure(&self, value: &Option<f64>) -> String {
        value.map_or_else(|| "–".to_owned(), |value| format!("{value:.1}"))
    }

    fn impact(&self, week: &Week) -> String {
        match (week.impact, week.interval) {
            (Some(impact), Some((low, high))) => format!("{impact:.2} ({low:.2}–{high:.2})"),
            (Some(impact), None) => format!("{impact:.2}"),
            _ => "–".to_owned(),
        }
    }

    fn wait(&self, waited: &Option<i64>) -> String {
        const HOUR: i64 = DAY / 24;
        match *waited {
            None => "–".to_owned(),
            Some(gap) if gap < HOUR => self.shell.n("today-leg-minutes", gap / (HOUR / 60)),
            Some(gap) if gap < 2 * DAY => self.shell.n("today-leg-hours", gap / HOUR),
            Some(gap) => self.shell.n("today-leg-days", gap / DAY),
        }
    }

    fn from(&self, week: &Week) -> String {
        self.shell.when(&Ms(week.from)).day()
    }
}

async fn show(State(house): State<House>, me: Me, Path(project): Path<ProjectId>) -> Answer {
    let shell = me.shell(Some(project)).await?.at("performance");
    let now = house.now();
    let since = now.plus(-WEEK * WEEKS as i64);
    let settled = store::settled(house.db.read(), me.member.id, project, since).await?;
    let rows = published(&house, (me.member.id, project), now).await?;
    // Real numbers when there are any; the two are never added up.
    let is_simulated = !rows.iter().any(|row| !row.simulated) && !rows.is_empty();
    let published: Vec<(Ms, Option<f64>)> = rows.iter().filter(|row| row.simulated == is_simulated).map(|row| (row.published, row.index)).collect();
    let weeks = weeks(now, &settled, &published);
    let whole = whole(now, &settled, &published);
    let survived = proportion::wilson(whole.approved as u64, whole.decided as u64, 0.1).map(|share| (share.low, share.high));
    Ok(page(StatusCode::OK, &ImpactPage { shell, weeks, whole, survived, is_simulated }))
}

/// The newest publications with their index.
async fn published(house: &House, (member, project): (MemberId, ProjectId), now: Ms) -> Outcome<Vec<Row>> {
    let db = house.db.read();
    let mut rows = store::newest(db, (member, project), None, (None, LOOK_BACK)).await?;
    compare(db, &mut rows, now).await?;
    Ok(rows)
}
