//! The page of performance and its export.

mod chart;
mod export;
mod impact;

use super::api;
use super::model::{AGES, Figure, METRICS, Row, Totals, at_age, comparable_age, index as index_of};
use super::store::{self, Daily};
use super::taste::{Beside, beside};
use crate::choose::duels;
use crate::platform::clock::DAY;
use crate::platform::id::{ChannelId, MemberId, ProjectId, VariantId};
use crate::platform::locale::local_day;
use crate::platform::{House, Ms, Outcome};
use crate::release::publications::Pair;
use crate::stats::spearman::Correlation;
use crate::web::charts::{self, Scale, Tone};
use crate::web::{Ability, Access, Answer, Failure, Me, Routes, Shell, page, thousands};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use std::collections::HashMap;
use uuid::Uuid;

const IN_LIST: i64 = 50;
/// Publications that the variants' table looks back on.
const LOOK_BACK: i64 = 200;
/// Days of the chart and of the channels' table.
const WINDOW_DAYS: i64 = 28;

pub fn routes() -> Routes {
    let read = Access::Member(Ability::Read);
    Routes::new()
        .get("/projects/{project}/performance", read, index)
        .merge(export::routes())
        .merge(impact::routes())
        .api::<api::__path_index, _, _>(read, api::index)
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Filter {
    /// "publications", "variants" or "channels"
    by: String,
    /// The id of a channel; "" for all
    channel: String,
    metric: String,
    after: Option<Uuid>,
}

impl Filter {
    fn channel(&self) -> Result<Option<ChannelId>, Failure> {
        match self.channel.as_str() {
            "" => Ok(None),
            id => id.parse().map(Some).map_err(|_| Failure::Bad("failure-filter")),
        }
    }
}

/// A line of the variants' or the channels' table: never simulated and real together.
struct Group {
    name: String,
    locale: String,
    simulated: bool,
    n: usize,
    totals: Totals,
}

#[derive(Template)]
#[template(path = "learn/performance/index.html")]
struct PerformancePage {
    shell: Shell,
    filter: Filter,
    channels: Vec<(ChannelId, String)>,
    rows: Vec<Row>,
    groups: Vec<Group>,
    next: Option<Uuid>,
    chart: String,
    /// Of the variants' table
    taste: Vec<Beside>,
    /// Up to when the numbers reach: a time, or a day of the invented audience
    as_of: String,
    comparable: Option<Pair>,
}

impl PerformancePage {
    fn rho(&self, rho: &f64) -> String {
        format!("{rho:.2}").replace('-', "−")
    }
    fn rhos(&self, found: &Correlation) -> String {
        self.shell.ab("tastes-interval", "low", self.rho(&found.low), "high", self.rho(&found.high))
    }
    fn drawn(&self, found: &Correlation) -> String {
        let Correlation { rho, low, high, .. } = *found;
        let tone = if low > 0.0 { Tone::Good } else { Tone::Plain };
        charts::interval((low, rho, high), Scale { lo: -1.0, hi: 1.0 }, Some(0.0), tone, &self.rhos(found))
    }
    fn metrics(&self) -> [&'static str; 12] {
        METRICS
    }
    fn is_channel(&self, id: &ChannelId) -> bool {
        self.filter.channel == id.to_string()
    }
    fn count(&self, totals: &Totals, metric: &str) -> String {
        self.written(totals.get(metric), &whole)
    }
    fn hook(&self, totals: &Totals) -> String {
        let (figure, of_starts) = totals.hook_rate();
        let text = self.written(figure, &percent);
        if of_starts && figure.given().is_some() { self.shell.a("performance-of-starts", "value", text) } else { text }
    }
    fn hold(&self, totals: &Totals) -> String {
        self.written(totals.hold_rate(), &percent)
    }
    fn completion(&self, totals: &Totals) -> String {
        self.written(totals.completion(), &percent)
    }
    fn engagement(&self, totals: &Totals) -> String {
        self.written(totals.engagement(), &whole)
    }
    fn written(&self, figure: Figure, write: &dyn Fn(f64) -> String) -> String {
        match figure {
            Figure::Given(value) => write(value),
            Figure::NotOffered => self.shell.t("performance-not-offered").into_owned(),
            Figure::NotYet => self.shell.t("performance-not-yet").into_owned(),
            Figure::Withheld => self.shell.t("performance-withheld").into_owned(),
            Figure::Unknown => "–".to_owned(),
        }
    }
    fn index(&self, row: &Row) -> String {
        row.index.map_or_else(|| "–".to_owned(), |index| format!("{index:.2}"))
    }
    fn heading(&self) -> String {
        let best = self.rows.iter().filter(|row| row.index.is_some_and(|index| index >= 1.25)).count();
        match (self.rows.is_empty() && self.groups.is_empty(), self.filter.by.as_str()) {
            (true, _) => self.shell.t("performance-none-title").into_owned(),
            (_, "variants") => self.shell.t("performance-heading-variants").into_owned(),
            (_, "channels") => self.shell.t("performance-heading-channels").into_owned(),
            _ => self.of_posts(best),
        }
    }
}

/// Posts of a channel from which on its usual is known.
const ENOUGH: usize = 8;
impl PerformancePage {
    /// One post is told in its numbers and proves nothing; of a few nobody knows what is usual.
    fn of_posts(&self, best: usize) -> String {
        match self.rows.as_slice() {
            [only] if self.filter.after.is_none() => {
                let numbers = ["impressions", "views"].map(|metric| self.count(&only.totals, metric));
                self.shell.ab("performance-heading-one", "impressions", &numbers[0], "views", &numbers[1])
            }
            few if few.len() < ENOUGH && self.filter.after.is_none() && few.iter().all(|row| row.index.is_none()) => {
                self.shell.n("performance-heading-few", few.len())
            }
            _ => self.shell.n("performance-heading", best),
        }
    }
}

/// Whole viewers, never fewer than none.
fn whole(value: f64) -> String {
    thousands(value.max(0.0).round())
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(filter): Query<Filter>) -> Answer {
    let shell = me.shell(Some(project)).await?.at("performance");
    let mut filter = filter;
    if filter.metric.is_empty() {
        filter.metric = "views".into();
    }
    if filter.by.is_empty() {
        filter.by = "publications".into();
    }
    let channel = filter.channel()?;
    if !METRICS.contains(&filter.metric.as_str()) || !["publications", "variants", "channels"].contains(&filter.by.as_str()) {
        return Err(Failure::Bad("failure-filter"));
    }
    let (db, member, now) = (house.db.read(), me.member.id, house.now());
    let channels = store::channels(db, member, project).await?;
    let (mut rows, mut groups, mut next, mut as_of, mut taste) = (Vec::new(), Vec::new(), None, None, Vec::new());
    match filter.by.as_str() {
        "channels" => groups = by_channel(db, project, &since(now, &shell.project.zone)).await?,
        "variants" => {
            let mut looked = store::newest(db, (member, project), channel, (None, LOOK_BACK)).await?;
            as_of = store::fill(db, &mut looked).await?;
            taste = of_taste(db, (member, project), &looked, now).await?;
            groups = by_variant(looked);
        }
        _ => {
            rows = store::newest(db, (member, project), channel, (filter.after, IN_LIST + 1)).await?;
            if rows.len() > IN_LIST as usize {
                rows.truncate(IN_LIST as usize);
                next = rows.last().map(|row| row.id.0);
            }
            as_of = store::fill(db, &mut rows).await?;
            compare(db, &mut rows, now).await?;
        }
    }
    let from = since(now, &shell.project.zone);
    let daily = store::daily(db, project, &filter.metric, channel, &from).await?;
    let as_of = reaches(as_of, &daily, &shell);
    let chart = chart::drawn(&daily, &filter.metric, &as_of, &shell);
    let comparable = store::comparable(db, project).await?;
    Ok(page(StatusCode::OK, &PerformancePage { shell, filter, channels, rows, groups, next, chart, as_of, comparable, taste }))
}

/// Taste beside the index, of those among the rows that have a taste.
async fn of_taste(db: &sqlx::SqlitePool, (member, project): (MemberId, ProjectId), rows: &[Row], now: Ms) -> Outcome<Vec<Beside>> {
    let mut drafts: Vec<VariantId> = rows.iter().map(|row| row.variant).collect();
    drafts.sort_unstable();
    drafts.dedup();
    let tastes = duels::of_variants(db, member, &drafts).await?;
    let mut liked: Vec<Row> = rows.iter().filter(|row| tastes.contains_key(&row.variant)).cloned().collect();
    compare(db, &mut liked, now).await?;
    // The resamples behind the interval are the same for the same numbers.
    let seed = u64::from_be_bytes(*project.0.as_bytes().last_chunk().unwrap_or(&[0; 8]));
    Ok(beside(&liked, &tastes, seed))
}

/// Nothing of these days is real.
fn invented(daily: &[Daily]) -> bool {
    !daily.is_empty() && daily.iter().all(|one| one.simulated)
}

/// Up to when the numbers reach. The invented audience lives ahead of the clock, so it is dated by its own days; beside real
/// numbers nothing is dated later than now.
fn reaches(as_of: Option<Ms>, daily: &[Daily], shell: &Shell) -> String {
    match as_of {
        Some(_) if invented(daily) => shell.n("experiments-simulated-day", charts::every_day(daily.iter().map(|one| one.day.as_str())).len()),
        Some(at) => shell.when(&Ms(at.0.min(shell.now.0))).exact(),
        None => String::new(),
    }
}

/// The first day of the window.
fn since(now: Ms, zone: &str) -> String {
    local_day(now.plus(-WINDOW_DAYS * DAY), zone)
}

/// Gives each row its index against the newest posts of its own channel at the same age.
pub(in crate::learn::performance) async fn compare(db: &sqlx::SqlitePool, rows: &mut [Row], now: Ms) -> Outcome<()> {
    for age in AGES {
        let mut channels: HashMap<ChannelId, Vec<usize>> = HashMap::new();
        for (place, row) in rows.iter().enumerate().filter(|(_, row)| comparable_age(row.published, now) == Some(age)) {
            channels.entry(row.channel).or_default().push(place);
        }
        for (channel, places) in channels {
            let reference = store::reference(db, channel, now.plus(-age)).await?;
            let mut nos: Vec<i64> = places.iter().filter_map(|place| rows.get(*place)).map(|row| row.no).chain(reference.iter().copied()).collect();
            nos.sort_unstable();
            nos.dedup();
            let around = store::around(db, &nos, "views", age).await?;
            let values: HashMap<i64, f64> = around.iter().filter_map(|one| Some((one.no, at_age(one.before, one.after, age)?))).collect();
            let usual: Vec<f64> = reference.iter().filter_map(|no| values.get(no).copied()).collect();
            for place in places {
                if let Some(row) = rows.get_mut(place) {
                    row.index = values.get(&row.no).and_then(|value| index_of(*value, &usual));
                }
            }
        }
    }
    Ok(())
}

fn by_variant(rows: Vec<Row>) -> Vec<Group> {
    let mut order: Vec<(VariantId, bool)> = Vec::new();
    let mut groups: HashMap<(VariantId, bool), Group> = HashMap::new();
    for row in rows {
        let key = (row.variant, row.simulated);
        let group = groups.entry(key).or_insert_with(|| {
            order.push(key);
            Group { name: row.title.clone(), locale: row.locale.clone(), simulated: row.simulated, n: 0, totals: Totals::default() }
        });
        group.n += 1;
        group.totals.add(&row.totals);
    }
    order.into_iter().filter_map(|key| groups.remove(&key)).collect()
}

async fn by_channel(db: &sqlx::SqlitePool, project: ProjectId, from: &str) -> Outcome<Vec<Group>> {
    let mut groups: Vec<Group> = Vec::new();
    let mut keys: Vec<(ChannelId, bool)> = Vec::new();
    for sum in store::by_channel(db, project, from).await? {
        let key = (sum.channel, sum.simulated);
        if keys.last() != Some(&key) {
            keys.push(key);
            groups.push(Group { name: sum.name, locale: String::new(), simulated: sum.simulated, n: 0, totals: Totals::default() });
        }
        if let Some(group) = groups.last_mut() {
            group.totals.set(&sum.metric, sum.value);
        }
    }
    for (group, (channel, _)) in groups.iter_mut().zip(keys) {
        let missing: Vec<&str> = group.totals.missing().collect();
        for (metric, why) in store::explain_channel(db, channel, &missing).await? {
            group.totals.explain(&metric, &why);
        }
    }
    Ok(groups)
}
