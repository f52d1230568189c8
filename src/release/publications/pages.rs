//! Pages of publications: planning one, the list by state, one with its evidence and its choices.

mod media;
pub mod package;

use super::actions::{self, By, Choice, Scheduled, Warning, When, Wish};
use super::api;
use super::model::State as Standing;
use super::pairing::Pair;
use super::plan::{Fold, changes_clocks};
use super::store::{self, Attempt, Candidate, Listed, Shown};
use crate::platform::db::Tx;
use crate::platform::id::{ProjectId, PublicationId, VariantId};
use crate::platform::locale::{COMMON_ZONES, zone};
use crate::platform::{Error, House, Ms, Outcome};
use crate::release::channels::kinds::payload::Payload;
use crate::release::channels::{self, ChannelName, ChannelState};
use crate::web::{Ability, Access, Answer, Errors, Failure, Form, Me, Routes, Said, Shell, Slice, city, page, thousands};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use uuid::Uuid;

const IN_LIST: i64 = 50;

pub fn routes() -> Routes {
    let (read, publish) = (Access::Member(Ability::Read), Access::Member(Ability::Publish));
    Routes::new()
        .get("/variants/{variant}/publications/new", publish, new)
        .post("/variants/{variant}/publications", publish, create)
        .get("/projects/{project}/publications", read, index)
        .get("/publications/{publication}", read, show)
        .get("/publications/{publication}/package", read, package::download)
        .post("/publications/{publication}/choice", publish, choose)
        .post("/publications/{publication}/time", publish, reschedule)
        .post("/publications/{publication}/cancellation", publish, cancel)
        .delete("/publications/{publication}/cancellation", publish, uncancel)
        .get("/deliveries/{delivery}/media/{position}", Access::Public, media::fetch)
        .merge(api::routes())
}

/// A time as it is typed: day and clock apart, because that is what browsers offer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct TimeForm {
    channel: Option<Uuid>,
    date: String,
    time: String,
    zone: String,
    fold: Fold,
    hold: Option<String>,
    /// The other button: at once, whatever day and time stand in the fields
    now: Option<String>,
    /// The view of the calendar it was moved in, `week` or `day`
    back: String,
}

impl TimeForm {
    fn when(&self, now: Ms) -> When {
        let zone = Some(self.zone.trim().to_owned()).filter(|zone| !zone.is_empty());
        if self.now.is_some() {
            return When { at: Some(now.rfc3339()), zone, local: None, fold: self.fold };
        }
        When { local: Some(format!("{}T{}", self.date.trim(), self.time.trim())), zone, fold: self.fold, at: None }
    }

    /// In an hour, in the channel's or the project's zone.
    fn soon(shell: &Shell, zone_name: &str) -> TimeForm {
        let tz = zone(zone_name).unwrap_or(chrono_tz::UTC);
        let local = shell.now.plus(crate::platform::clock::HOUR).utc().with_timezone(&tz);
        TimeForm {
            date: local.format("%Y-%m-%d").to_string(),
            time: local.format("%H:%M").to_string(),
            zone: tz.name().to_owned(),
            ..TimeForm::default()
        }
    }
}

#[derive(Template)]
#[template(path = "release/publications/new.html")]
struct NewPage {
    shell: Shell,
    variant: Candidate,
    channels: Vec<ChannelName>,
    form: TimeForm,
    errors: Errors,
}

impl NewPage {
    fn zones(&self) -> &'static [&'static str] {
        COMMON_ZONES
    }
    /// Only where clocks change does anybody have to say which of two equal times is meant.
    fn asks_fold(&self) -> bool {
        zone(&self.form.zone).is_ok_and(|tz| changes_clocks(tz, self.shell.now))
    }
    /// It is approved and the chosen channel sends by itself: now is the likeliest time.
    fn goes_at_once(&self) -> bool {
        let chosen = self.channels.iter().find(|channel| self.is_chosen(channel));
        self.variant.approved && chosen.is_some_and(|channel| channel.kind != "hand" && channel.state == ChannelState::On)
    }
    /// The channel that only the invented audience sees, if there is one.
    fn private(&self) -> Option<&ChannelName> {
        self.channels.iter().find(|channel| channel.kind == "simulator")
    }
    fn is_chosen(&self, channel: &ChannelName) -> bool {
        self.form.channel == Some(channel.id.0)
    }
}

#[derive(Template)]
#[template(path = "release/publications/index.html")]
struct IndexPage {
    shell: Shell,
    counts: Vec<(Standing, i64)>,
    /// "" for all, or the name of a state
    state: String,
    rows: Slice<Listed>,
}

impl IndexPage {
    fn asking(&self) -> i64 {
        self.counts.iter().find(|(state, _)| *state == Standing::NeedsReview).map_or(0, |(_, n)| *n)
    }
    fn all(&self) -> i64 {
        self.counts.iter().map(|(_, n)| n).sum()
    }
}

#[derive(Template)]
#[template(path = "release/publications/show.html")]
struct ShowPage {
    shell: Shell,
    one: Shown,
    /// The two variants that would be compared, while nobody has compared them
    pair: Option<Pair>,
    /// Impressions and views so far
    newest: Option<(f64, f64)>,
    sent: Option<Payload>,
    attempts: Vec<Attempt>,
    form: TimeForm,
    address: String,
    errors: Errors,
}

impl ShowPage {
    /// The key of what was wrong: what the platform meant, or why there was no whole answer.
    fn trouble(&self, attempt: &Attempt) -> Option<String> {
        attempt.reason.as_deref().or(attempt.error_code.as_deref()).map(channels::kinds::trouble)
    }
    /// The platform's own code, beside what it means.
    fn code<'a>(&self, attempt: &'a Attempt) -> Option<&'a str> {
        attempt.reason.as_ref().and(attempt.error_code.as_deref())
    }
    /// What the newest numbers say, in a line.
    fn numbers(&self) -> Option<String> {
        let (impressions, views) = self.newest?;
        let number = |value: f64| thousands(value.max(0.0).round());
        Some(self.shell.ab("publications-newest", "impressions", number(impressions), "views", number(views)))
    }
    fn by_hand(&self) -> bool {
        self.one.capability == channels::Capability::Hand
    }
    fn movable(&self) -> bool {
        (self.one.listed.state.is_planned() || self.one.listed.state == Standing::Missed) && !self.one.doubtful
    }
    /// Whether it was planned in another zone than the reader's, so that both times are worth saying.
    fn elsewhere(&self) -> bool {
        zone(&self.one.listed.zone).is_ok_and(|tz| tz != self.shell.zone())
    }
    fn city(&self) -> String {
        zone(&self.one.listed.zone).map(|tz| city(tz, self.shell.words)).unwrap_or_default()
    }
    fn zones(&self) -> &'static [&'static str] {
        COMMON_ZONES
    }
    fn asks_fold(&self) -> bool {
        zone(&self.form.zone).is_ok_and(|tz| changes_clocks(tz, self.shell.now))
    }
}

impl Standing {
    /// The shape and colour it is shown with.
    pub fn mark(self) -> &'static str {
        match self {
            Standing::Published => "good",
            Standing::NeedsReview | Standing::Failed | Standing::Missed => "act",
            Standing::Claimed | Standing::Sending | Standing::Verifying | Standing::WaitingChannel => "wait",
            Standing::Scheduled | Standing::Cancelled => "",
        }
    }
}

/// A result of scheduling in one line: planned, and the first thing to look at.
fn said(done: &Scheduled, title: &str, now: bool) -> Said {
    match done.warnings.first() {
        None if now => Said::new("publications-said-now").with("title", title),
        None => Said::new("publications-scheduled").with("title", title),
        Some(warning) => Said::new(warning.said()).with("title", title),
    }
}

async fn new(State(house): State<House>, me: Me, Path(id): Path<VariantId>) -> Answer {
    let variant = store::candidate(house.db.read(), me.member.id, id).await?;
    let shell = me.shell(Some(variant.project)).await?.at("calendar");
    let channels = channels::names(house.db.read(), me.member.id, variant.project).await?;
    let first = likeliest(&channels);
    let zone = first.map_or(shell.project.zone.clone(), |channel| channel.zone.clone());
    let form = TimeForm { channel: first.map(|channel| channel.id.0), ..TimeForm::soon(&shell, &zone) };
    Ok(page(StatusCode::OK, &NewPage { shell, variant, channels, form, errors: Errors::default() }))
}

/// Among the channels that are on, one that sends by itself, rather to people than to the simulator.
fn likeliest(channels: &[ChannelName]) -> Option<&ChannelName> {
    channels.iter().min_by_key(|channel| (channel.state != ChannelState::On, channel.kind == "hand", channel.kind == "simulator"))
}

async fn create(State(house): State<House>, me: Me, Path(id): Path<VariantId>, Form(form): Form<TimeForm>) -> Answer {
    let variant = store::candidate(house.db.read(), me.member.id, id).await?;
    let wish = Wish {
        variant: id,
        channel: crate::platform::id::ChannelId(form.channel.unwrap_or_default()),
        when: form.when(house.now()),
        hold: form.hold.is_some(),
    };
    let by = By::of(&house, &me);
    let made = house.db.write(async move |tx| actions::schedule(tx, &by, &wish).await).await;
    match made {
        Ok(done) => Ok(me.go_saying(&format!("/publications/{}", done.id), said(&done, &variant.title, form.now.is_some()))),
        Err(error) => {
            let errors = on_form(&me, error)?;
            let shell = me.shell(Some(variant.project)).await?.at("calendar");
            let channels = channels::names(house.db.read(), me.member.id, variant.project).await?;
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &NewPage { shell, variant, channels, form, errors }))
        }
    }
}

/// What a form can show; the rest goes on.
fn on_form(me: &Me, error: Error) -> Result<Errors, Failure> {
    match error {
        Error::Invalid(errors) => Ok(Errors::of(me.words, &errors)),
        Error::Refused { key, .. } => Ok(Errors::of(me.words, &[crate::platform::FieldError::new("channel", key)])),
        other => Err(other.into()),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct View {
    state: String,
    after: Option<Uuid>,
}

async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(view): Query<View>) -> Answer {
    let shell = me.shell(Some(project)).await?.at("publications");
    let state = match view.state.parse::<Standing>() {
        Ok(state) => Some(state),
        Err(_) if view.state.is_empty() => None,
        Err(_) => return Err(Failure::Bad("failure-filter")),
    };
    let db = house.db.read();
    let rows = store::seen_in(db, me.member.id, project, state, view.after.map(PublicationId), IN_LIST).await?;
    let mut counts = store::counts(db, project).await?;
    counts.retain(|(_, n)| *n > 0);
    Ok(page(StatusCode::OK, &IndexPage { shell, counts, state: view.state, rows }))
}

async fn show(State(house): State<House>, me: Me, Path(id): Path<PublicationId>) -> Answer {
    shown(&house, &me, id, StatusCode::OK, None, String::new(), Errors::default()).await
}

async fn shown(house: &House, me: &Me, id: PublicationId, status: StatusCode, form: Option<TimeForm>, address: String, errors: Errors) -> Answer {
    let one = store::find(house.db.read(), me.member.id, id).await?;
    let attempts = store::attempts(house.db.read(), id).await?;
    let shell = me.shell(Some(one.project)).await?.at("publications");
    let sent = one.payload.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let form = form.unwrap_or_else(|| {
        let (date, time) = one.listed.local.split_once('T').unwrap_or_default();
        TimeForm { date: date.to_owned(), time: time.to_owned(), zone: one.listed.zone.clone(), ..TimeForm::default() }
    });
    let pair = if one.comparable { store::pairing::pair_of(house.db.read(), one.project, one.piece).await? } else { None };
    let newest = store::numbers::so_far(house.db.read(), id).await?;
    Ok(page(status, &ShowPage { shell, one, pair, newest, sent, attempts, form, address, errors }))
}

/// Runs a verb and goes back to the publication, or shows it again with what is wrong.
async fn act<F>(house: &House, me: &Me, id: PublicationId, done: Said, address: String, verb: F) -> Answer
where
    F: AsyncFnOnce(&mut Tx, By) -> Outcome<()> + Send + 'static,
{
    let by = By::of(house, me);
    match house.db.write(async move |tx| verb(tx, by).await).await {
        Ok(()) => Ok(me.go_saying(&format!("/publications/{id}"), done)),
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(me.words, &errors);
            shown(house, me, id, StatusCode::UNPROCESSABLE_ENTITY, None, address, errors).await
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize)]
struct ChoiceForm {
    choice: Choice,
    #[serde(default)]
    url: String,
}

async fn choose(State(house): State<House>, me: Me, Path(id): Path<PublicationId>, Form(form): Form<ChoiceForm>) -> Answer {
    let (choice, url) = (form.choice, form.url.clone());
    let done = match choice {
        Choice::Live => Said::new("publications-said-live"),
        Choice::Again => Said::new("publications-said-again"),
        Choice::Drop => Said::new("publications-said-drop").undo(format!("/publications/{id}/cancellation?_method=DELETE")),
    };
    act(&house, &me, id, done, form.url, async move |tx, by| actions::choose(tx, &by, id, choice, Some(url.as_str())).await.map(drop)).await
}

async fn reschedule(State(house): State<House>, me: Me, Path(id): Path<PublicationId>, Form(form): Form<TimeForm>) -> Answer {
    let (by, when, back) = (By::of(&house, &me), form.when(house.now()), form.back.clone());
    let day = form.date.parse::<chrono::NaiveDate>().map(|day| day.to_string()).unwrap_or_default();
    match house.db.write(async move |tx| actions::reschedule(tx, &by, id, &when).await).await {
        Ok(done) => {
            let to = match back.as_str() {
                view @ ("week" | "day") => format!("/projects/{}/calendar?view={view}&day={day}", done.project),
                _ => format!("/publications/{id}"),
            };
            Ok(me.go_saying(&to, said(&done, "", false)))
        }
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(me.words, &errors);
            shown(&house, &me, id, StatusCode::UNPROCESSABLE_ENTITY, Some(form), String::new(), errors).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn cancel(State(house): State<House>, me: Me, Path(id): Path<PublicationId>) -> Answer {
    let done = Said::new("publications-cancelled").undo(format!("/publications/{id}/cancellation?_method=DELETE"));
    act(&house, &me, id, done, String::new(), async move |tx, by| actions::cancel(tx, &by, id).await.map(drop)).await
}

async fn uncancel(State(house): State<House>, me: Me, Path(id): Path<PublicationId>) -> Answer {
    act(&house, &me, id, Said::new("publications-uncancelled"), String::new(), async move |tx, by| actions::uncancel(tx, &by, id).await.map(drop))
        .await
}

impl Warning {
    /// The key of the line that says it is planned, and this.
    fn said(self) -> &'static str {
        match self {
            Warning::SameContent => "publications-scheduled-same-content",
            Warning::CrowdedDay => "publications-scheduled-crowded-day",
            Warning::Shifted => "publications-scheduled-shifted",
            Warning::Ambiguous => "publications-scheduled-ambiguous",
            Warning::NotApproved => "publications-scheduled-not-approved",
        }
    }
}
