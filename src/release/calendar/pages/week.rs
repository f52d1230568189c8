//! A week or a day: channels down, days across, each channel in the days of those who watch it; what is planned, and the
//! slots that are still open.

use super::super::model::{day_in, start_of, week_of};
use super::{Slot, clocks, elsewhen, weekday};
use crate::platform::id::ChannelId;
use crate::platform::id::{MemberId, ProjectId};
use crate::platform::locale::zone;
use crate::platform::{House, Ms, Outcome};
use crate::release::channels::{self, ChannelName};
use crate::release::publications::{self, Unplaced};
use crate::release::slots::{self, Open};
use crate::web::Shell;
use askama::Template;
use chrono::{Datelike, Days, NaiveDate};
use chrono_tz::Tz;
use std::collections::HashMap;

const IN_WEEK: i64 = 500;
const IN_TRAY: i64 = 12;
/// The longest way from one zone's clocks to another's.
const WIDEST_MS: i64 = 26 * crate::platform::clock::HOUR;

/// A time of a channel at which nothing is planned.
pub struct Free {
    pub there: String,
    pub here: String,
    pub elsewhen: Option<&'static str>,
    pub queue: String,
}

/// What one channel does on one day.
pub struct Cell {
    pub date: NaiveDate,
    pub today: bool,
    pub slots: Vec<Slot>,
    pub free: Vec<Free>,
}

pub struct Lane {
    pub channel: ChannelName,
    pub cells: Vec<Cell>,
}

/// Something approved, and the next free slot of each channel that speaks its language.
pub struct Waiting {
    pub variant: Unplaced,
    pub fits: Vec<(ChannelId, String, String)>,
}

#[derive(Template)]
#[template(path = "release/calendar/week.html")]
pub struct WeekPage {
    pub shell: Shell,
    days: Vec<NaiveDate>,
    today: NaiveDate,
    lanes: Vec<Lane>,
    tray: Vec<Waiting>,
    clocks: Vec<(String, String)>,
}

impl WeekPage {
    /// One day is a view of its own.
    fn is_day(&self) -> bool {
        self.days.len() == 1
    }

    fn view(&self) -> &'static str {
        if self.is_day() { "day" } else { "week" }
    }

    fn title(&self) -> String {
        let words = |day: &NaiveDate| self.shell.when(&start_of(self.shell.zone(), *day)).weekday_and_day();
        match self.days.as_slice() {
            [day] => words(day),
            [first, .., last] => self.shell.ab("calendar-from-to", "from", words(first), "to", words(last)),
            [] => String::new(),
        }
    }

    fn step(&self, back: bool) -> String {
        let days = Days::new(self.days.len() as u64);
        let first = self.days.first().copied().unwrap_or(self.today);
        let to = if back { first.checked_sub_days(days) } else { first.checked_add_days(days) };
        self.at(self.view(), to.unwrap_or(first))
    }

    fn at(&self, view: &str, day: NaiveDate) -> String {
        self.shell.within(&format!("/calendar?view={view}&day={day}"))
    }

    fn before(&self) -> String {
        self.step(true)
    }
    fn after(&self) -> String {
        self.step(false)
    }
    fn as_view(&self, view: &str) -> String {
        let first = self.days.first().copied().unwrap_or(self.today);
        let inside = if self.days.contains(&self.today) { self.today } else { first };
        match view {
            "month" | "list" => self.shell.within(&format!("/calendar?view={view}&month={}", inside.format("%Y-%m"))),
            view => self.at(view, inside),
        }
    }

    fn weekday(&self, day: &NaiveDate) -> &'static str {
        weekday(*day)
    }

    fn number(&self, day: &NaiveDate) -> u32 {
        day.day()
    }

    fn label(&self, day: &NaiveDate) -> String {
        format!("{} {}", self.shell.t(self.weekday(day)), day.day())
    }

    fn planned(&self) -> usize {
        self.lanes.iter().flat_map(|lane| &lane.cells).map(|cell| cell.slots.len()).sum()
    }

    fn open(&self) -> usize {
        self.lanes.iter().flat_map(|lane| &lane.cells).map(|cell| cell.free.len()).sum()
    }
}

pub async fn show(house: &House, member: MemberId, project: ProjectId, shell: Shell, (day, whole): (NaiveDate, bool)) -> Outcome<WeekPage> {
    let here = shell.zone();
    let days = if whole { week_of(day) } else { vec![day] };
    let db = house.db.read();
    let (first, last) = (days.first().copied().unwrap_or(day), days.last().copied().unwrap_or(day));
    let from = start_of(chrono_tz::UTC, first).plus(-WIDEST_MS);
    let until = start_of(chrono_tz::UTC, last).plus(crate::platform::clock::DAY + WIDEST_MS);
    let rows = publications::between(db, member, project, from, until, IN_WEEK).await?;
    let open = slots::open_between(db, member, project, (from.max(shell.now), until)).await?;
    let names = channels::names(db, member, project).await?;
    let tray = tray(house, member, project, &shell, &names).await?;
    let clocks = clocks(&shell, names.iter().map(|channel| channel.zone.clone()));
    let mut by_channel: HashMap<ChannelId, Vec<Slot>> = HashMap::new();
    for row in rows {
        by_channel.entry(row.channel).or_default().push(Slot::new(row, here));
    }
    let lanes = names.into_iter().map(|channel| lane(channel, &days, (&mut by_channel, &open), (shell.now, here))).collect();
    let today = day_in(here, shell.now);
    Ok(WeekPage { shell, days, today, lanes, tray, clocks })
}

fn lane(channel: ChannelName, days: &[NaiveDate], (rows, open): (&mut HashMap<ChannelId, Vec<Slot>>, &[Open]), (now, here): (Ms, Tz)) -> Lane {
    let there = zone(&channel.zone).unwrap_or(here);
    let mut slots = rows.remove(&channel.id).unwrap_or_default();
    let cells = days.iter().map(|date| {
        let on_day = |at: Ms| day_in(there, at) == *date;
        let (mine, rest): (Vec<Slot>, Vec<Slot>) = std::mem::take(&mut slots).into_iter().partition(|slot| on_day(slot.listed.due));
        slots = rest;
        let clock = |at: Ms, tz: Tz| at.utc().with_timezone(&tz).format("%H:%M").to_string();
        let free = open.iter().filter(|open| open.channel == channel.id && on_day(open.at)).map(|open| Free {
            there: clock(open.at, there),
            here: clock(open.at, here),
            elsewhen: elsewhen(open.at, there, here),
            queue: open.queue.clone(),
        });
        Cell { date: *date, today: day_in(there, now) == *date, slots: mine, free: free.collect() }
    });
    let cells = cells.collect();
    Lane { channel, cells }
}

/// What is approved and has no place, with the next slot it would fit.
async fn tray(house: &House, member: MemberId, project: ProjectId, shell: &Shell, names: &[ChannelName]) -> Outcome<Vec<Waiting>> {
    let db = house.db.read();
    let variants = publications::unplaced(db, member, project, IN_TRAY).await?;
    let mut next = Vec::new();
    if !variants.is_empty() {
        for channel in names {
            if let Some(open) = slots::next_free(db, member, project, channel.id, "", shell.now).await? {
                next.push((channel, shell.when(&open.at).short()));
            }
        }
    }
    Ok(variants
        .into_iter()
        .map(|variant| {
            let speaks = |channel: &ChannelName| channel.locale.as_deref().is_none_or(|locale| primary(locale) == primary(&variant.locale));
            let fits = next.iter().filter(|(channel, _)| speaks(channel)).map(|(channel, at)| (channel.id, channel.name.clone(), at.clone()));
            let fits = fits.take(2).collect();
            Waiting { variant, fits }
        })
        .collect())
}

fn primary(locale: &str) -> &str {
    locale.split('-').next().unwrap_or(locale)
}
