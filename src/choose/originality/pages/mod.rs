//! The radar, and what one variant is near to.

mod meaning;
mod one;
mod references;

use super::actions::{self, NamedPair};
use super::api;
use super::model::formulas::Part;
use super::radar::{self, Dot, Radar, Repeat};
use super::store::radar::on_the_desk;
use super::store::windows::{self, Window};
use super::store::{self, Originality};
use crate::platform::clock::DAY;
use crate::platform::id::{ProjectId, VariantId};
use crate::platform::{Error, House};
use crate::stats::spearman::Correlation;
use crate::web::charts::{self, Axis, ChartWords, Frame, LineChart, Series, Tone};
use crate::web::{Ability, Access, Answer, Errors, Form, Me, Routes, Said, Shell, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use meaning::{Comparing, comparing};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;

/// Windows of the trend.
const TREND: i64 = 60;
/// Drafts on the desk whose gain is shown.
const DRAFTS: i64 = 5;
/// Older dots are drawn fainter.
const OLD: i64 = 56 * DAY;

pub fn routes() -> Routes {
    let (read, publish) = (Access::Member(Ability::Read), Access::Member(Ability::Publish));
    Routes::new()
        .get("/projects/{project}/originality", read, index)
        .post("/projects/{project}/floor", publish, move_floor)
        .merge(meaning::routes())
        .merge(one::routes())
        .merge(references::routes())
        .merge(api::routes())
}

/// A draft on the desk and what it would add.
struct Draft {
    id: VariantId,
    title: String,
    locale: String,
    known: Option<Originality>,
    nearest: Option<(VariantId, String, f64)>,
}

#[derive(Template)]
#[template(path = "choose/originality/index.html")]
struct RadarPage {
    shell: Shell,
    radar: Arc<Radar>,
    floor: f64,
    form: FloorForm,
    errors: Errors,
    waiting: i64,
    windows: Vec<Window>,
    pairs: Vec<NamedPair>,
    drafts: Vec<Draft>,
    trend: String,
    comparing: Comparing,
}

impl RadarPage {
    fn window(&self) -> Option<&Window> {
        self.windows.first()
    }
    /// Whether the mean of the last ones is below the floor.
    fn is_below(&self) -> bool {
        self.window().and_then(|window| window.originality).is_some_and(|mean| mean < self.floor)
    }
    fn heading(&self) -> String {
        match self.window() {
            None if self.radar.dots.is_empty() => self.shell.t("originality-heading-none").into_owned(),
            None => self.shell.t("originality-heading-first").into_owned(),
            Some(window) if window.narrow => self.shell.n("originality-heading-narrow", window.n),
            Some(window) if self.is_below() => self.shell.n("originality-heading-below", window.n),
            Some(window) => self.shell.n("originality-heading-usual", window.n),
        }
    }
    fn class(&self, dot: &Dot) -> &'static str {
        match dot {
            dot if dot.waits => "model",
            dot if dot.is_last => "wait",
            dot if dot.is_high => "good",
            dot if self.shell.now.since(dot.made) > OLD => "old",
            _ => "",
        }
    }
    fn at(&self, percent: &f64) -> String {
        figure(*percent, 1)
    }
    /// The dots that are named in the table behind the map: what is drawn on top.
    fn named(&self) -> impl Iterator<Item = &Dot> {
        self.radar.dots.iter().filter(|dot| dot.is_last || dot.waits)
    }
    fn two(&self, value: &f64) -> String {
        figure(*value, 2)
    }
    fn percent(&self, share: &f64) -> String {
        format!("{:.0} %", share * 100.0)
    }
    fn now(&self, repeat: &Repeat) -> String {
        self.percent(&repeat.used.share_now())
    }
    fn formula(&self, repeat: &Repeat) -> String {
        match repeat.used.formula.part {
            Part::Form => self.shell.t(["originality-form-", repeat.used.formula.words.as_str()].concat()).into_owned(),
            Part::Opening => self.shell.a("originality-opening", "words", repeat.used.shown.clone()),
            Part::Ending => self.shell.a("originality-ending", "words", repeat.used.shown.clone()),
        }
    }
    fn part(&self, repeat: &Repeat) -> String {
        self.shell.t(["originality-part-", repeat.used.formula.part.name()].concat()).into_owned()
    }
    /// A share of the last ones that grew far beyond what it was.
    fn is_much(&self, repeat: &Repeat) -> bool {
        repeat.used.share_now() >= 0.25 && repeat.used.share_now() > 1.5 * repeat.used.share_before()
    }
    fn bar(&self, repeat: &Repeat) -> String {
        let tone = if self.is_much(repeat) { Tone::Wait } else { Tone::Plain };
        charts::meter(repeat.used.share_now(), Some(repeat.used.share_before()), tone)
    }
    fn meter(&self, known: &Originality) -> String {
        charts::meter(known.originality, Some(self.floor), tone(known.originality, self.floor))
    }
    fn sentence(&self, correlation: &Correlation) -> String {
        let key = match correlation {
            one if one.low > 0.0 => "originality-correlation-up",
            one if one.high < 0.0 => "originality-correlation-down",
            _ => "originality-correlation-none",
        };
        self.shell.n(key, correlation.n)
    }
    /// Where the last ones would stand with this draft: the effective number now, and then.
    fn would_be(&self, gain: &f64) -> Option<(String, String)> {
        let window = self.window()?;
        Some((figure(window.vendi_1, 1), figure(window.vendi_1 + gain, 1)))
    }
}

/// Good above the floor, waiting below it.
fn tone(originality: f64, floor: f64) -> Tone {
    if originality < floor { Tone::Wait } else { Tone::Good }
}

fn figure(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    if text.trim_start_matches(['-', '0', '.']).is_empty() { text.trim_start_matches('-').to_owned() } else { text }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct FloorForm {
    floor: String,
}

async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>) -> Answer {
    radar_page(&house, &me, project, None).await
}

/// What a refused form held: the floor, the model, and what was wrong.
type Wrong = (Option<FloorForm>, Option<String>, Errors);

async fn radar_page(house: &House, me: &Me, project: ProjectId, wrong: Option<Wrong>) -> Answer {
    let shell = me.shell(Some(project)).await?.at("originality");
    let db = house.db.read();
    let windows = windows::windows(db, Some(me.member.id), project, TREND).await?;
    let pairs = match windows.first() {
        Some(window) => actions::named_pairs(db, window).await?,
        None => Vec::new(),
    };
    let floor = store::floor(db, project).await?;
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (form, kept, errors) = wrong.unwrap_or_default();
    let form = form.unwrap_or_else(|| FloorForm { floor: figure(floor, 2) });
    let comparing = comparing(house, project, kept.as_deref()).await?;
    let drafts = drafts(house, me, project).await?;
    let trend = trend(&windows, floor, &shell);
    let (radar, waiting) = (radar::of(house, project).await?, radar::waiting(house, project).await?);
    Ok(page(status, &RadarPage { shell, radar, floor, form, errors, waiting, windows, pairs, drafts, trend, comparing }))
}

async fn drafts(house: &House, me: &Me, project: ProjectId) -> Result<Vec<Draft>, Error> {
    let db = house.db.read();
    let ids = on_the_desk(db, project, DRAFTS).await?;
    let mut known: HashMap<VariantId, Originality> = store::of_all(db, me.member.id, &ids).await?.into_iter().map(|one| (one.variant, one)).collect();
    let near: Vec<VariantId> = known.values().filter_map(|one| one.nearest.first()).map(|near| near.variant).collect();
    let titles = store::titles(db, ids.iter().copied().chain(near)).await?;
    let named: HashMap<VariantId, (String, String)> = titles.into_iter().map(|(id, title, locale)| (id, (title, locale))).collect();
    let draft = |id: VariantId| {
        let (title, locale) = named.get(&id)?.clone();
        let known = known.remove(&id);
        let near = known.as_ref().and_then(|one| one.nearest.first());
        let nearest = near.and_then(|near| Some((near.variant, named.get(&near.variant)?.0.clone(), near.similarity)));
        Some(Draft { id, title, locale, known, nearest })
    };
    Ok(ids.into_iter().filter_map(draft).collect())
}

/// Mean originality of the last twenty, each time they moved, against the floor.
fn trend(windows: &[Window], floor: f64, shell: &Shell) -> String {
    // Figures of another measure stand on another scale.
    let measure = windows.first().and_then(|window| window.space_id);
    let whole: Vec<&Window> = windows.iter().rev().filter(|window| window.originality.is_some() && window.space_id == measure).collect();
    if whole.len() < 2 {
        return String::new();
    }
    let points = whole.iter().enumerate().filter_map(|(at, window)| Some((at as f64, window.originality?))).collect();
    let name = shell.t("originality-trend-mean").into_owned();
    let series = [Series { name, points, ..Series::default() }];
    let [table, source, as_of, simulated, to, nothing] =
        ["chart-table", "chart-source", "chart-as-of", "chart-simulated", "chart-to", "chart-nothing"].map(|key| shell.t(key));
    let words = ChartWords { table: &table, source: &source, as_of: &as_of, simulated: &simulated, to: &to, nothing: &nothing };
    let day = |at: f64| whole.get(at.round().max(0.0) as usize).map(|window| shell.when(&window.at_ms).day()).unwrap_or_default();
    let label = |value: f64| figure(value, 2);
    // The last day alone: the name of the floor may stand where the first would.
    let ticks = [(whole.len() - 1) as f64];
    let (title, from, floor_name, axis) = (
        shell.t("originality-trend-title"),
        shell.t("originality-trend-source"),
        shell.a("originality-floor-at", "value", figure(floor, 2)),
        shell.t("originality-figure"),
    );
    let newest = whole.last().map(|window| shell.when(&window.at_ms).exact()).unwrap_or_default();
    let chart = LineChart {
        frame: Frame { id: "trend", title: &title, source: &from, as_of: &newest },
        x: Axis { name: "", unit: "", label: &day, ticks: &ticks },
        y: Axis { name: &axis, unit: "", label: &label, ticks: &[] },
        series: &series,
        reference: Some((floor, &floor_name)),
    };
    charts::line(&chart, &words)
}

async fn move_floor(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Form(form): Form<FloorForm>) -> Answer {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    // People write a comma where others write a point.
    let floor = form.floor.trim().replace(',', ".").parse::<f64>().unwrap_or(f64::NAN);
    let moved = house.db.write(async move |tx| actions::move_floor(tx, &actor, member, project, floor, now).await).await;
    match moved {
        Ok(()) => Ok(me.go_saying(&format!("/projects/{project}/originality"), Said::new("originality-said-floor"))),
        Err(Error::Invalid(list)) => {
            let errors = Errors::of(me.words, &list);
            radar_page(&house, &me, project, Some((Some(form), None, errors))).await
        }
        Err(other) => Err(other.into()),
    }
}
