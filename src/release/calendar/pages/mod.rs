//! Pages of the calendar: a month as a grid, or as a list of days; a week or a day by channels; what is approved and has
//! no place.

mod week;

use super::model::{Month, day_in, start_of};
use crate::platform::id::ProjectId;
use crate::platform::locale::zone;
use crate::platform::{House, Ms};
use crate::release::channels;
use crate::release::publications::{self, Listed, State as Standing, Unplaced};
use crate::web::{Ability, Access, Answer, Failure, Me, Routes, Shell, city, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use serde::Deserialize;

/// More in one month than a grid can show; the list of publications has all.
const IN_MONTH: i64 = 1_000;
/// Of one day, in the grid.
const IN_DAY: usize = 6;
const IN_TRAY: i64 = 30;

pub fn routes() -> Routes {
    Routes::new().get("/projects/{project}/calendar", Access::Member(Ability::Read), index)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct View {
    view: String,
    month: String,
    /// A day of the week that is shown, or the one day
    day: String,
}

/// One publication on its day: the time where it is watched, and the reader's own.
pub struct Slot {
    pub listed: Listed,
    pub there: String,
    pub here: String,
    /// The key of the weekday here, where it is another day than there.
    pub elsewhen: Option<&'static str>,
}

struct Day {
    date: NaiveDate,
    inside: bool,
    today: bool,
    slots: Vec<Slot>,
}

impl Day {
    fn shown(&self) -> &[Slot] {
        self.slots.get(..IN_DAY).unwrap_or(&self.slots)
    }
    fn more(&self) -> usize {
        self.slots.len().saturating_sub(IN_DAY)
    }
}

#[derive(Template)]
#[template(path = "release/calendar/index.html")]
struct CalendarPage {
    shell: Shell,
    month: Month,
    list: bool,
    days: Vec<Day>,
    /// There are more than are shown.
    cut: bool,
    tray: Vec<Unplaced>,
    /// City and its time now, for every zone the project publishes in.
    clocks: Vec<(String, String)>,
}

impl CalendarPage {
    /// "December 2026", "2026年12月"
    fn title(&self) -> String {
        let first = self.month.first();
        if self.shell.words.is_chinese() { format!("{}年{}月", first.year(), first.month()) } else { first.format("%B %Y").to_string() }
    }

    fn at(&self, month: Month, list: bool) -> String {
        let view = if list { "list" } else { "month" };
        self.shell.within(&format!("/calendar?view={view}&month={}", month.name()))
    }

    fn before(&self) -> String {
        self.at(self.month.before(), self.list)
    }
    fn after(&self) -> String {
        self.at(self.month.after(), self.list)
    }
    fn as_month(&self) -> String {
        self.at(self.month, false)
    }
    fn as_list(&self) -> String {
        self.at(self.month, true)
    }
    /// The week, or the day, of today where it lies in this month, else its first.
    fn as_view(&self, view: &str) -> String {
        let today = day_in(self.shell.zone(), self.shell.now);
        let day = if self.month.has(today) { today } else { self.month.first() };
        self.shell.within(&format!("/calendar?view={view}&day={day}"))
    }
    fn current(&self) -> &'static str {
        if self.list { "list" } else { "month" }
    }

    fn weekdays(&self) -> [&'static str; 7] {
        WEEKDAYS
    }

    fn most(&self) -> i64 {
        IN_MONTH
    }

    fn planned(&self) -> usize {
        self.days.iter().filter(|day| day.inside).map(|day| day.slots.len()).sum()
    }

    fn asking(&self) -> usize {
        self.days.iter().filter(|day| day.inside).flat_map(|day| &day.slots).filter(|slot| slot.listed.state.asks_a_person()).count()
    }

    fn busy_days(&self) -> impl Iterator<Item = &Day> {
        self.days.iter().filter(|day| day.inside && !day.slots.is_empty())
    }

    /// A day in words, as a heading.
    fn heading(&self, day: &Day) -> String {
        self.shell.when(&start_of(self.shell.zone(), day.date)).weekday_and_day()
    }
}

impl Slot {
    pub fn new(listed: Listed, here: Tz) -> Slot {
        let clock = |tz: Tz| listed.due.utc().with_timezone(&tz).format("%H:%M").to_string();
        let there = zone(&listed.zone).unwrap_or(here);
        let elsewhen = elsewhen(listed.due, there, here);
        let (there, here) = (clock(there), clock(here));
        Slot { listed, there, here, elsewhen }
    }

    /// Nothing of it has left: it may still go out at another time.
    pub fn is_movable(&self) -> bool {
        self.listed.state.is_planned() || self.listed.state == Standing::Missed
    }

    /// Its time of day as a form takes it.
    pub fn clock(&self) -> &str {
        self.listed.local.split('T').nth(1).unwrap_or_default()
    }

    pub fn class(&self) -> &'static str {
        match self.listed.state {
            Standing::Published => "done good",
            Standing::Scheduled if self.listed.approved => "good",
            state if state.asks_a_person() => "act",
            _ => "wait",
        }
    }

    pub fn word(&self) -> String {
        match self.listed.state {
            Standing::Scheduled if !self.listed.approved => "calendar-not-approved".to_owned(),
            state => format!("publication-state-{}", state.name()),
        }
    }

    pub fn mark(&self) -> &'static str {
        match self.class() {
            "done good" => "good",
            class => class,
        }
    }
}

async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(view): Query<View>) -> Answer {
    let shell = me.shell(Some(project)).await?.at("calendar");
    let here = shell.zone();
    let today = day_in(here, shell.now);
    let month = match view.month.as_str() {
        "" => Month::of(today),
        text => Month::parse(text).ok_or(Failure::Bad("failure-filter"))?,
    };
    let day = match view.day.as_str() {
        "" => today,
        text => text.parse().ok().filter(|day: &NaiveDate| (1970..2200).contains(&day.year())).ok_or(Failure::Bad("failure-filter"))?,
    };
    let list = match view.view.as_str() {
        "" | "month" => false,
        "list" => true,
        "week" | "day" => return Ok(page(StatusCode::OK, &week::show(&house, me.member.id, project, shell, (day, view.view == "week")).await?)),
        _ => return Err(Failure::Bad("failure-filter")),
    };
    let dates = month.grid();
    let (from, until) = bounds(&dates, here);
    let (db, member) = (house.db.read(), me.member.id);
    let mut rows = publications::between(db, member, project, from, until, IN_MONTH + 1).await?;
    let cut = rows.len() > IN_MONTH as usize;
    rows.truncate(IN_MONTH as usize);
    let tray = publications::unplaced(db, member, project, IN_TRAY).await?;
    let clocks = clocks(&shell, channels::names(db, member, project).await?.into_iter().map(|channel| channel.zone));
    let mut days: Vec<Day> = dates.into_iter().map(|date| Day { date, inside: month.has(date), today: date == today, slots: Vec::new() }).collect();
    for row in rows {
        let date = day_in(here, row.due);
        if let Some(day) = days.iter_mut().find(|day| day.date == date) {
            day.slots.push(Slot::new(row, here));
        }
    }
    Ok(page(StatusCode::OK, &CalendarPage { shell, month, list, days, cut, tray, clocks }))
}

const WEEKDAYS: [&str; 7] = ["calendar-mon", "calendar-tue", "calendar-wed", "calendar-thu", "calendar-fri", "calendar-sat", "calendar-sun"];

fn weekday(day: NaiveDate) -> &'static str {
    WEEKDAYS.get(day.weekday().num_days_from_monday() as usize).copied().unwrap_or("calendar-mon")
}

/// The weekday here, where an instant falls on another day than there.
pub fn elsewhen(at: Ms, there: Tz, here: Tz) -> Option<&'static str> {
    let day = day_in(here, at);
    (day != day_in(there, at)).then(|| weekday(day))
}

fn bounds(dates: &[NaiveDate], here: Tz) -> (Ms, Ms) {
    let start = dates.first().map_or(Ms(0), |day| start_of(here, *day));
    let end = dates.last().and_then(NaiveDate::succ_opt).map_or(start, |day| start_of(here, day));
    (start, end)
}

/// What time it is where people watch, each zone once.
pub fn clocks(shell: &Shell, names: impl Iterator<Item = String>) -> Vec<(String, String)> {
    let mut zones: Vec<Tz> = names.filter_map(|name| zone(&name).ok()).collect();
    zones.push(shell.zone());
    zones.sort_by_key(|tz| tz.name());
    zones.dedup();
    let clock = |tz: Tz| shell.now.utc().with_timezone(&tz).format("%H:%M").to_string();
    zones.into_iter().map(|tz| (city(tz, shell.words), clock(tz))).collect()
}
