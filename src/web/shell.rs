//! The frame around every page: who is here, which project, which rooms and what waits in them.

use super::i18n::Arg;
use super::when::Moment;
use super::{Ability, Member, Words, asset, thousands};
use crate::platform::Ms;
use crate::platform::id::ProjectId;
use crate::platform::locale::{MARKETS, zone as zone_of};
use chrono_tz::Tz;
use std::borrow::Cow;
use std::sync::Arc;

#[derive(Clone, Debug, Default)]
pub struct ProjectBrief {
    pub id: Option<ProjectId>,
    pub name: String,
    pub sample: bool,
    pub zone: String,
    pub locale: String,
}

/// A room in the rail. `letter` follows `g` on the keyboard.
#[derive(Clone, Debug)]
pub struct Room {
    pub key: &'static str,
    pub href: String,
    pub letter: char,
    pub hot: i64,
}

impl Room {
    /// The key of the room's name.
    pub fn word(&self) -> String {
        format!("room-{}", self.key)
    }
}

/// One of the five stations of the rail; Today has no rooms below it.
#[derive(Clone, Debug)]
pub struct Act {
    pub key: &'static str,
    pub icon: &'static str,
    pub head: Option<Room>,
    pub rooms: Vec<Room>,
}

/// Where a page stands, for `aria-current` and the room's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place(pub &'static str);

/// A line shown once after a change, with a way back when there is one.
#[derive(Clone, Debug)]
pub struct Say {
    pub text: String,
    pub undo: Option<String>,
    /// Path and key of the step that follows.
    pub next: Option<(String, String)>,
}

#[derive(Clone, Debug)]
pub struct Shell {
    pub words: Words,
    pub base: String,
    pub now: Ms,
    pub member: Option<Arc<Member>>,
    pub project: ProjectBrief,
    pub acts: Vec<Act>,
    pub place: Place,
    pub say: Option<Say>,
    pub theme: String,
    /// The path of this page without the base, for coming back to it.
    pub path: String,
}

impl Shell {
    pub fn at(mut self, room: &'static str) -> Shell {
        self.place = Place(room);
        self
    }

    pub fn t(&self, key: impl AsRef<str>) -> Cow<'static, str> {
        self.words.t(key.as_ref())
    }
    pub fn n(&self, key: impl AsRef<str>, n: impl Arg) -> String {
        self.words.n(key.as_ref(), n)
    }
    pub fn a(&self, key: &str, name: &'static str, value: impl Arg) -> String {
        self.words.a(key, name, value)
    }
    pub fn ab(&self, key: &str, a: &'static str, first: impl Arg, b: &'static str, second: impl Arg) -> String {
        self.words.ab(key, a, first, b, second)
    }

    /// A number by itself: "18,204".
    pub fn num(&self, number: impl std::fmt::Display) -> String {
        thousands(number)
    }

    /// A path inside the studio with the base path before it.
    pub fn to(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// A path below the project that is open.
    pub fn within(&self, path: &str) -> String {
        match self.project.id {
            Some(id) => format!("{}/projects/{id}{path}", self.base),
            None => format!("{}{path}", self.base),
        }
    }

    pub fn asset(&self, name: &str) -> String {
        format!("{}/static/{}", self.base, asset(name).map_or(name, |asset| asset.file))
    }

    /// The number beside a room in the rail.
    pub fn hot(&self, key: &str) -> i64 {
        self.acts.iter().flat_map(|act| &act.rooms).find(|room| room.key == key).map_or(0, |room| room.hot)
    }

    pub fn zone(&self) -> Tz {
        self.member.as_ref().map_or(chrono_tz::UTC, |member| member.zone)
    }

    /// An instant in the reader's words and zone.
    pub fn when(&self, at: &Ms) -> Moment {
        Moment::new(*at, self.now, self.zone(), self.words)
    }

    /// What stands between two sentences, or after a colon: nothing in Chinese, whose marks are wide.
    pub fn gap(&self) -> &'static str {
        if self.words.is_chinese() { "" } else { " " }
    }

    /// A language by its name: `zh-Hans` is 简体中文 to a Chinese reader.
    pub fn language(&self, tag: &str) -> String {
        super::language(tag, self.words)
    }
    /// A language by its name where it is not the project's own; everything in a project's own language says nothing of it.
    pub fn foreign(&self, tag: impl AsRef<str>) -> Option<String> {
        (!super::is_same_language(tag.as_ref(), &self.project.locale)).then(|| self.language(tag.as_ref()))
    }
    /// A market by its country.
    pub fn market(&self, tag: &str) -> String {
        super::market(tag, self.words)
    }
    /// Markets to choose from: the key of the country, locale and zone.
    pub fn markets(&self) -> &'static [(&'static str, &'static str, &'static str)] {
        MARKETS
    }
    /// Whether a tag is among them.
    pub fn offers(&self, tag: &str) -> bool {
        MARKETS.iter().any(|(_, locale, _)| *locale == tag)
    }
    /// A zone by its city.
    pub fn place(&self, zone: &str) -> String {
        zone_of(zone).map_or_else(|_| zone.to_owned(), |zone| super::city(zone, self.words))
    }

    pub fn is_here(&self, key: &str) -> bool {
        self.place.0 == key
    }

    pub fn makes(&self) -> bool {
        self.member.as_ref().is_some_and(|member| member.makes())
    }
    pub fn comments(&self) -> bool {
        self.member.as_ref().is_some_and(|member| member.can(Ability::Comment))
    }
    pub fn decides(&self) -> bool {
        self.member.as_ref().is_some_and(|member| member.decides())
    }
    pub fn publishes(&self) -> bool {
        self.member.as_ref().is_some_and(|member| member.publishes())
    }
    pub fn administers(&self) -> bool {
        self.member.as_ref().is_some_and(|member| member.administers())
    }
}
