//! Pages of channels: the list with its health, a new one, its settings, pause, the bin.

mod consents;

use super::kinds::consent::RETURN;
use super::kinds::{KINDS, Kind, Report, Sent, Setting, Shape, Values, kind, trouble};
use super::model::{ChannelChange, ChannelState, NewChannel};
use super::store::{self, Channel};
use super::{accounts, actions, api};
use crate::platform::id::{ChannelId, ProjectId};
use crate::platform::locale::{COMMON_LOCALES, COMMON_ZONES};
use crate::platform::{Error, House, Ms};
use crate::web::{Ability, Access, After, Answer, Errors, Failure, Form, Me, Routes, Said, Shell, Slice, Words, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use consents::ConsentPart;
use serde::Deserialize;

const IN_LIST: i64 = 50;

pub fn routes() -> Routes {
    let (read, publish) = (Access::Member(Ability::Read), Access::Member(Ability::Publish));
    Routes::new()
        .get("/projects/{project}/channels", read, index)
        .post("/projects/{project}/channels", publish, create)
        .get("/projects/{project}/channels/new", publish, new)
        .get("/channels/{channel}/edit", publish, edit)
        .post("/channels/{channel}", publish, update)
        .delete("/channels/{channel}", publish, bin)
        .post("/channels/{channel}/restoration", publish, restore)
        .post("/channels/{channel}/pause", publish, pause)
        .delete("/channels/{channel}/pause", publish, resume)
        .post("/channels/{channel}/test", publish, test)
        .post("/channels/{channel}/consent", publish, consents::begin)
        .get(RETURN, publish, consents::callback)
        .merge(api::routes())
}

#[derive(Template)]
#[template(path = "release/channels/index.html")]
struct IndexPage {
    shell: Shell,
    channels: Slice<Channel>,
}

impl IndexPage {
    /// The last trouble in words: an answer's status, or why there was none.
    fn trouble(&self, error: &str) -> String {
        match error.parse::<u16>() {
            Ok(status) => self.shell.a("channels-trouble-status", "status", status.to_string()),
            Err(_) => self.shell.t(trouble(error)).into_owned(),
        }
    }
    fn blocked(&self, channel: &Channel) -> Option<Ms> {
        channel.blocked_until.filter(|until| *until > self.shell.now)
    }
    fn capability(&self, channel: &Channel) -> String {
        format!("channels-capability-{}", channel.capability.name())
    }
}

#[derive(Template)]
#[template(path = "release/channels/kinds.html")]
struct KindsPage {
    shell: Shell,
}

impl KindsPage {
    fn kinds(&self) -> Vec<&'static str> {
        KINDS.iter().map(|kind| kind.name()).collect()
    }
}

#[derive(Template)]
#[template(path = "release/channels/form.html")]
struct FormPage {
    shell: Shell,
    id: Option<ChannelId>,
    kind: &'static dyn Kind,
    form: ChannelForm,
    errors: Errors,
    /// Where a person has to consent at the platform.
    consent: Option<ConsentPart>,
}

impl FormPage {
    fn zones(&self) -> &'static [&'static str] {
        COMMON_ZONES
    }
    fn locales(&self) -> &'static [&'static str] {
        COMMON_LOCALES
    }
    fn choices(&self, setting: &Setting) -> &'static [&'static str] {
        if let Shape::Choice(choices) = setting.shape { choices } else { &[] }
    }
    fn value(&self, setting: &Setting) -> &str {
        self.form.settings.get(setting.name).map_or("", String::as_str)
    }
}

/// A channel as it is typed; settings carry the names the kind gives them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct ChannelForm {
    kind: String,
    name: String,
    locale: String,
    zone: String,
    max_late_minutes: String,
    #[serde(flatten)]
    settings: Values,
}

impl ChannelForm {
    fn minutes(&self) -> Option<i64> {
        // What is no number is refused as out of bounds, beside its field.
        Some(self.max_late_minutes.trim()).filter(|text| !text.is_empty()).map(|text| text.parse().unwrap_or(-1))
    }

    fn to_new(&self) -> NewChannel {
        NewChannel {
            kind: self.kind.clone(),
            name: self.name.clone(),
            settings: self.settings.clone(),
            locale: Some(self.locale.clone()),
            zone: Some(self.zone.clone()),
            max_late_minutes: self.minutes(),
        }
    }

    fn to_change(&self) -> ChannelChange {
        let NewChannel { name, settings, locale, zone, max_late_minutes, .. } = self.to_new();
        ChannelChange { name: Some(name), settings: Some(settings), locale, zone, max_late_minutes, ..ChannelChange::default() }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Which {
    kind: String,
}

fn list(project: ProjectId) -> String {
    format!("/projects/{project}/channels")
}

async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(after): Query<After>) -> Answer {
    let shell = me.shell(Some(project)).await?.at("channels");
    let channels = store::seen_in(house.db.read(), me.member.id, project, after.after.map(ChannelId), IN_LIST).await?;
    Ok(page(StatusCode::OK, &IndexPage { shell, channels }))
}

async fn new(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(which): Query<Which>) -> Answer {
    let shell = me.shell(Some(project)).await?.at("channels");
    let Some(kind) = kind(&which.kind) else {
        return if which.kind.is_empty() { Ok(page(StatusCode::OK, &KindsPage { shell })) } else { Err(Failure::Bad("failure-filter")) };
    };
    let form = ChannelForm { kind: which.kind, zone: shell.project.zone.clone(), max_late_minutes: "720".into(), ..ChannelForm::default() };
    let consent = kind.consent().map(|_| ConsentPart::before(&house));
    Ok(page(StatusCode::OK, &FormPage { shell, id: None, kind, form, errors: Errors::default(), consent }))
}

async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Form(form): Form<ChannelForm>) -> Answer {
    match actions::create(&house, &me, project, &form.to_new()).await {
        Ok(id) => {
            let channel = actions::living(&house, &me, id).await?;
            go_on(&house, &me, &channel, Said::new("channels-created").with("name", &form.name)).await
        }
        Err(Error::Invalid(errors)) => {
            let shell = me.shell(Some(project)).await?.at("channels");
            let Some(kind) = kind(&form.kind) else { return Err(Error::Invalid(errors).into()) };
            let consent = kind.consent().map(|_| ConsentPart::before(&house));
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &FormPage { shell, id: None, kind, form, errors: Errors::of(me.words, &errors), consent }))
        }
        Err(error) => Err(error.into()),
    }
}

async fn edit(State(house): State<House>, me: Me, Path(id): Path<ChannelId>) -> Answer {
    let channel = actions::living(&house, &me, id).await?;
    let form = ChannelForm {
        kind: channel.kind.clone(),
        name: channel.name.clone(),
        locale: channel.locale.clone().unwrap_or_default(),
        zone: channel.zone.clone(),
        max_late_minutes: channel.max_late_minutes().to_string(),
        settings: channel.values(),
    };
    form_page(&house, &me, &channel, form, Errors::default()).await
}

async fn form_page(house: &House, me: &Me, channel: &Channel, form: ChannelForm, errors: Errors) -> Answer {
    let shell = me.shell(Some(channel.project)).await?.at("channels");
    let kind = kind(&channel.kind).ok_or(Error::NotFound)?;
    let consent = match kind.consent() {
        Some(_) => Some(ConsentPart::of(house, me, channel).await?),
        None => None,
    };
    let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(page(status, &FormPage { shell, id: Some(channel.id), kind, form, errors, consent }))
}

async fn update(State(house): State<House>, me: Me, Path(id): Path<ChannelId>, Form(form): Form<ChannelForm>) -> Answer {
    let channel = actions::living(&house, &me, id).await?;
    match actions::update(&house, &me, id, form.to_change()).await {
        Ok(()) => {
            let channel = actions::living(&house, &me, id).await?;
            go_on(&house, &me, &channel, Said::new("channels-saved").with("name", &form.name)).await
        }
        Err(Error::Invalid(errors)) => form_page(&house, &me, &channel, form, Errors::of(me.words, &errors)).await,
        Err(error) => Err(error.into()),
    }
}

/// Where a saved channel leads: to the list, or to what is left where a person has to consent first.
async fn go_on(house: &House, me: &Me, channel: &Channel, plain: Said) -> Answer {
    let consents = kind(&channel.kind).is_some_and(|kind| kind.consent().is_some());
    if consents && channel.state == ChannelState::NeedsReconnect {
        return Ok(me.go_saying(&format!("/channels/{}/edit", channel.id), Said::new("channels-consent-left").with("name", &channel.name)));
    }
    let said = asked(house, me, channel.id, plain).await?;
    Ok(me.go_saying(&list(channel.project), said))
}

/// Asks the platform whose account it is, and says so; `plain` where a kind has nobody to ask.
async fn asked(house: &House, me: &Me, id: ChannelId, plain: Said) -> Result<Said, Failure> {
    Ok(asked_words(me, accounts::probe(house, id).await?, plain))
}

fn asked_words(me: &Me, found: Result<Option<String>, Report<Sent>>, plain: Said) -> Said {
    match found {
        Ok(Some(account)) => Said::new("channels-connected").with("name", &account),
        Ok(None) => plain,
        Err(report) => Said::new("channels-not-connected").with("name", words_of(me.words, &report.trouble().unwrap_or_default())),
    }
}

/// A trouble in words: an answer's status, the meaning of its code, or why there was none.
fn words_of(words: Words, trouble_code: &str) -> String {
    match trouble_code.parse::<u16>() {
        Ok(status) => words.a("channels-trouble-status", "status", status.to_string()),
        Err(_) => words.t(&trouble(trouble_code)).into_owned(),
    }
}

async fn test(State(house): State<House>, me: Me, Path(id): Path<ChannelId>) -> Answer {
    let channel = actions::living(&house, &me, id).await?;
    let said = asked(&house, &me, id, Said::new("channels-nothing-to-ask")).await?;
    Ok(me.go_saying(&list(channel.project), said))
}

async fn bin(State(house): State<House>, me: Me, Path(id): Path<ChannelId>) -> Answer {
    let channel = actions::bin(&house, &me, id).await?;
    let said = Said::new("channels-binned").with("name", &channel.name).undo(format!("/channels/{id}/restoration"));
    Ok(me.go_saying(&list(channel.project), said))
}

async fn restore(State(house): State<House>, me: Me, Path(id): Path<ChannelId>) -> Answer {
    let channel = actions::restore(&house, &me, id).await?;
    Ok(me.go_saying(&list(channel.project), Said::new("channels-restored").with("name", &channel.name)))
}

async fn pause(State(house): State<House>, me: Me, Path(id): Path<ChannelId>) -> Answer {
    let channel = actions::pause(&house, &me, id, true).await?;
    let said = Said::new("channels-paused").with("name", &channel.name).undo(format!("/channels/{id}/pause?_method=DELETE"));
    Ok(me.go_saying(&list(channel.project), said))
}

async fn resume(State(house): State<House>, me: Me, Path(id): Path<ChannelId>) -> Answer {
    let channel = actions::pause(&house, &me, id, false).await?;
    Ok(me.go_saying(&list(channel.project), Said::new("channels-resumed").with("name", &channel.name)))
}
