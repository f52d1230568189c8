//! Pages of slots: which there are, a new one, and the next free one for what is approved.

use super::model::NewSlot;
use super::store::{self, Slot};
use super::{actions, api};
use crate::platform::id::{ChannelId, ProjectId, SlotId, VariantId};
use crate::platform::{Error, House};
use crate::release::channels::{self, ChannelName};
use crate::release::publications::{By, candidate};
use crate::web::{Ability, Access, Answer, Errors, Form, Me, Routes, Said, Shell, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use uuid::Uuid;

pub fn routes() -> Routes {
    let (read, publish) = (Access::Member(Ability::Read), Access::Member(Ability::Publish));
    Routes::new()
        .get("/projects/{project}/slots", read, index)
        .post("/projects/{project}/slots", publish, create)
        .delete("/slots/{slot}", publish, remove)
        .post("/variants/{variant}/slot", publish, fill)
        .merge(api::routes())
}

/// How often a slot may be taken by somebody else in the same moment before a person hears of it.
const TRIES: usize = 8;

const WEEKDAYS: [(&str, &str); 7] = [
    ("MO", "calendar-mon"),
    ("TU", "calendar-tue"),
    ("WE", "calendar-wed"),
    ("TH", "calendar-thu"),
    ("FR", "calendar-fri"),
    ("SA", "calendar-sat"),
    ("SU", "calendar-sun"),
];

#[derive(Template)]
#[template(path = "release/slots/index.html")]
struct IndexPage {
    shell: Shell,
    slots: Vec<Slot>,
    channels: Vec<ChannelName>,
    form: SlotForm,
    errors: Errors,
}

impl IndexPage {
    fn weekdays(&self) -> [(&'static str, &'static str); 7] {
        WEEKDAYS
    }

    /// A rule in words where it is days of the week, and as it is otherwise.
    fn words(&self, rule: &str) -> String {
        let days = rule.strip_prefix("FREQ=WEEKLY;BYDAY=");
        let named = |day: &str| WEEKDAYS.iter().find(|(name, _)| *name == day).map(|(_, key)| self.shell.t(key).into_owned());
        match days.map(|days| days.split(',').map(named).collect::<Option<Vec<_>>>()) {
            Some(Some(days)) if days.len() == 7 => self.shell.t("slots-daily").into_owned(),
            Some(Some(days)) => days.join(if self.shell.words.is_chinese() { "、" } else { ", " }),
            _ if rule == "FREQ=DAILY" => self.shell.t("slots-daily").into_owned(),
            _ => rule.to_owned(),
        }
    }

    fn ticked(&self, day: &str) -> bool {
        self.form.day.iter().any(|ticked| ticked == day)
    }

    fn is_chosen(&self, channel: &ChannelName) -> bool {
        self.form.channel == Some(channel.id.0)
    }
}

/// A slot as it is typed: days of the week, or a rule of one's own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct SlotForm {
    channel: Option<Uuid>,
    day: Vec<String>,
    rule: String,
    time: String,
    zone: String,
    queue: String,
    starts_on: String,
}

impl SlotForm {
    fn to_new(&self) -> NewSlot {
        let rule = if self.rule.trim().is_empty() { format!("FREQ=WEEKLY;BYDAY={}", self.day.join(",")) } else { self.rule.clone() };
        NewSlot {
            channel: self.channel.unwrap_or_default(),
            rule,
            time: self.time.clone(),
            zone: Some(self.zone.clone()),
            queue: self.queue.clone(),
            starts_on: Some(self.starts_on.clone()),
        }
    }
}

fn list(project: ProjectId) -> String {
    format!("/projects/{project}/slots")
}

async fn shown(house: &House, me: &Me, project: ProjectId, (status, form, errors): (StatusCode, SlotForm, Errors)) -> Answer {
    let shell = me.shell(Some(project)).await?.at("calendar");
    let (db, member) = (house.db.read(), me.member.id);
    let (slots, channels) = (store::list(db, member, project).await?, channels::names(db, member, project).await?);
    Ok(page(status, &IndexPage { shell, slots, channels, form, errors }))
}

async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>) -> Answer {
    shown(&house, &me, project, (StatusCode::OK, SlotForm { time: "19:30".into(), ..SlotForm::default() }, Errors::default())).await
}

async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Form(form): Form<SlotForm>) -> Answer {
    me.shell(Some(project)).await?;
    let (actor, by, now, new) = (me.actor(), me.member.id, house.now(), form.to_new());
    match house.db.write(async move |tx| actions::create(tx, &actor, by, project, &new, now).await).await {
        Ok(_) => Ok(me.go_saying(&list(project), Said::new("slots-created"))),
        Err(Error::Invalid(errors)) => shown(&house, &me, project, (StatusCode::UNPROCESSABLE_ENTITY, form, Errors::of(me.words, &errors))).await,
        Err(error) => Err(error.into()),
    }
}

async fn remove(State(house): State<House>, me: Me, Path(id): Path<SlotId>) -> Answer {
    let (actor, by, now) = (me.actor(), me.member.id, house.now());
    let project = house.db.write(async move |tx| actions::remove(tx, &actor, by, id, now).await).await?;
    Ok(me.go_saying(&list(project), Said::new("slots-removed")))
}

#[derive(Deserialize)]
struct FillForm {
    channel: ChannelId,
    #[serde(default)]
    queue: String,
}

async fn fill(State(house): State<House>, me: Me, Path(variant): Path<VariantId>, Form(form): Form<FillForm>) -> Answer {
    let project = candidate(house.db.read(), me.member.id, variant).await?.project;
    let by = By::of(&house, &me);
    let mut tries = 0;
    let (done, at) = loop {
        let open = actions::next_free(house.db.read(), me.member.id, project, form.channel, form.queue.trim(), house.now()).await?;
        let open = open.ok_or(Error::refused("slots-none-free"))?;
        let (at, by) = (open.at, by.clone());
        tries += 1;
        match house.db.write(async move |tx| actions::put_in(tx, &by, variant, &open).await).await {
            // Somebody was there first: the next one, then.
            Err(Error::Stale(None)) if tries < TRIES => {}
            put => break (put?, at),
        }
    };
    let shell = me.shell(Some(project)).await?;
    let said = Said::new("slots-filled").with("time", shell.when(&at).short()).undo(format!("/publications/{}/cancellation", done.id));
    Ok(me.go_saying(&format!("/projects/{project}/calendar"), said))
}
