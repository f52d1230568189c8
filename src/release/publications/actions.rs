//! Verbs on publications that need a transaction: schedule, reschedule, cancel, choose.

use super::model::State;
use super::plan::{self, Fold, Plan, ZoneRule};
use super::store::engine::{Row, save};
use super::store::frozen::{Frozen, Wanted, freeze};
use super::store::planning::{self, NewRow};
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{BootId, ChannelId, MemberId, ProjectId, PublicationId, VariantId};
use crate::platform::locale::zone;
use crate::platform::secrets::random_token;
use crate::platform::text::Checks;
use crate::platform::{Error, FieldError, House, Ms, Outcome};
use crate::release::channels::{Capability, Channel, found};
use crate::web::Me;
use chrono::{Days, TimeZone};
use serde_json::json;

/// More than this many on one channel in one local day is a crowd.
const CROWD: i64 = 4;

/// When it is to go out: a local time in a zone, or an instant.
#[derive(Clone, Debug, Default)]
pub struct When {
    pub local: Option<String>,
    pub zone: Option<String>,
    pub fold: Fold,
    pub at: Option<String>,
}

impl When {
    /// An instant, shown in a zone.
    pub fn at(at: Ms, zone: &str) -> When {
        When { at: Some(at.rfc3339()), zone: Some(zone.to_owned()), ..When::default() }
    }

    /// The plan; the channel's zone where none is named.
    fn plan(&self, channel_zone: &str, now: Ms) -> Outcome<Plan> {
        let named = self.zone.as_deref().unwrap_or(channel_zone);
        let plan = match (&self.local, &self.at) {
            (Some(local), None) => plan::local(local, named, self.fold, now),
            (None, Some(at)) => plan::at(at, named, now),
            _ => return Err(Error::field("local", "error-local-or-at")),
        };
        plan.map_err(|error| Error::Invalid(vec![error]))
    }
}

/// What to schedule.
#[derive(Clone, Debug)]
pub struct Wish {
    pub variant: VariantId,
    pub channel: ChannelId,
    pub when: When,
    /// Keep a place for a variant that is not approved yet.
    pub hold: bool,
}

/// What a person should look at; nothing of it refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    SameContent,
    CrowdedDay,
    /// The local time does not exist on that day.
    Shifted,
    /// The local time occurs twice on that day.
    Ambiguous,
    /// Waits for approval.
    NotApproved,
}

impl Warning {
    pub fn code(self) -> &'static str {
        match self {
            Warning::SameContent => "same_content",
            Warning::CrowdedDay => "crowded_day",
            Warning::Shifted => "shifted",
            Warning::Ambiguous => "ambiguous",
            Warning::NotApproved => "not_approved",
        }
    }

    /// The key of its sentence.
    pub fn key(self) -> &'static str {
        match self {
            Warning::SameContent => "publications-warning-same-content",
            Warning::CrowdedDay => "publications-warning-crowded-day",
            Warning::Shifted => "publications-warning-shifted",
            Warning::Ambiguous => "publications-warning-ambiguous",
            Warning::NotApproved => "publications-warning-not-approved",
        }
    }
}

/// What scheduling made.
#[derive(Clone, Debug)]
pub struct Scheduled {
    pub id: PublicationId,
    pub project: ProjectId,
    pub warnings: Vec<Warning>,
}

/// Who asks, and where the house is.
#[derive(Clone)]
pub struct By {
    pub member: MemberId,
    pub actor: Actor,
    pub now: Ms,
    pub boot: BootId,
    /// The public address, without a slash at its end.
    pub base: String,
}

impl By {
    pub fn of(house: &House, me: &Me) -> By {
        By { member: me.member.id, actor: me.actor(), now: house.now(), boot: house.boot, base: house.config.absolute("") }
    }
}

/// Plans one variant on one channel at one time.
pub async fn schedule(tx: &mut Tx, by: &By, wish: &Wish) -> Outcome<Scheduled> {
    let variant = planning::variant(tx, by.member, wish.variant).await?;
    let channel = match found(tx, by.member, wish.channel).await {
        Ok(channel) if channel.project == variant.project => channel,
        Ok(_) | Err(Error::NotFound) => return Err(Error::field("channel", "error-choose-one")),
        Err(error) => return Err(error),
    };
    if !variant.approved && !wish.hold {
        return Err(Error::refused("publications-not-approved"));
    }
    let plan = wish.when.plan(&channel.zone, by.now)?;
    let (id, delivery) = (PublicationId::new(by.now), random_token().map_err(Error::broken)?);
    let wanted =
        Wanted { id, project: variant.project, channel: channel.id, variant: wish.variant, delivery: &delivery, due: plan.due, base: &by.base };
    let frozen = fitting(&channel, freeze(tx, &wanted).await?)?.map(Frozen::kept);
    let warnings = warnings(tx, &channel, &plan, frozen.as_ref().map(|(_, digest)| digest.as_slice())).await?;
    let row =
        NewRow { id, variant: wish.variant, project: variant.project, channel: &channel, plan: &plan, delivery: &delivery, frozen, by: by.member };
    planning::insert(tx, row, by.now).await?;
    let detail = json!({ "channel": channel.name, "title": variant.title, "at": plan.due.rfc3339() });
    record(tx, &by.actor, by.now, Event::new("publication.scheduled", id.0).within(variant.project).detail(detail)).await?;
    Ok(Scheduled { id, project: variant.project, warnings })
}

/// What the platform would refuse is refused now, beside the field that it concerns.
fn fitting(channel: &Channel, frozen: Option<Frozen>) -> Outcome<Option<Frozen>> {
    let problems = frozen.as_ref().map(|frozen| channel.problems(&frozen.payload, &frozen.files)).unwrap_or_default();
    if problems.is_empty() {
        return Ok(frozen);
    }
    let told = problems.into_iter().map(|problem| FieldError::new(problem.field, problem.key).with("now", problem.now).with("most", problem.most));
    Err(Error::Invalid(told.collect()))
}

async fn warnings(tx: &mut Tx, channel: &Channel, plan: &Plan, digest: Option<&[u8]>) -> Outcome<Vec<Warning>> {
    let mut warnings = Vec::new();
    match digest {
        Some(digest) if planning::same_words_near(tx, channel.id, digest, plan.due).await? => warnings.push(Warning::SameContent),
        Some(_) => {}
        None => warnings.push(Warning::NotApproved),
    }
    let (from, until) = day_of(plan);
    if planning::planned_between(tx, channel.id, from, until).await? >= CROWD {
        warnings.push(Warning::CrowdedDay);
    }
    match plan.rule {
        ZoneRule::Shifted => warnings.push(Warning::Shifted),
        ZoneRule::First | ZoneRule::Second => warnings.push(Warning::Ambiguous),
        ZoneRule::Plain => {}
    }
    Ok(warnings)
}

/// The local day of a plan as two instants.
fn day_of(plan: &Plan) -> (Ms, Ms) {
    let tz = zone(&plan.zone).unwrap_or(chrono_tz::UTC);
    let day = plan.due.utc().with_timezone(&tz).date_naive();
    let start = |day: chrono::NaiveDate| {
        let midnight = day.and_time(chrono::NaiveTime::MIN);
        tz.from_local_datetime(&midnight).earliest().map_or(Ms(midnight.and_utc().timestamp_millis()), |at| Ms(at.timestamp_millis()))
    };
    (start(day), start(day.checked_add_days(Days::new(1)).unwrap_or(day)))
}

/// Moves a plan to another time.
pub async fn reschedule(tx: &mut Tx, by: &By, id: PublicationId, when: &When) -> Outcome<Scheduled> {
    let was = planning::seen(tx, by.member, id).await?;
    let movable = was.standing.state.is_planned() || was.standing.state == State::Missed;
    if !movable || was.standing.doubtful {
        return Err(Error::refused("publications-not-movable"));
    }
    let channel = found(tx, by.member, was.channel).await.map_err(|_| Error::refused("publications-channel-gone"))?;
    let plan = when.plan(&channel.zone, by.now)?;
    let wanted =
        Wanted { id, project: was.project, channel: was.channel, variant: was.variant, delivery: &was.delivery, due: plan.due, base: &by.base };
    let frozen = fitting(&channel, freeze(tx, &wanted).await?)?.map(Frozen::kept);
    let mut warnings = if frozen.is_none() { vec![Warning::NotApproved] } else { Vec::new() };
    planning::replan(tx, &was, &plan, frozen, by.now).await?;
    record(tx, &by.actor, by.now, Event::new("publication.rescheduled", id.0).within(was.project).detail(json!({ "at": plan.due.rfc3339() })))
        .await?;
    // Counted with itself in its new place, so a crowd is one more than when it comes anew.
    let (from, until) = day_of(&plan);
    if planning::planned_between(tx, was.channel, from, until).await? > CROWD {
        warnings.push(Warning::CrowdedDay);
    }
    if plan.rule != ZoneRule::Plain {
        warnings.push(if plan.rule == ZoneRule::Shifted { Warning::Shifted } else { Warning::Ambiguous });
    }
    Ok(Scheduled { id, project: was.project, warnings })
}

/// Takes a plan back. What may be live already is decided by a choice, not cancelled.
pub async fn cancel(tx: &mut Tx, by: &By, id: PublicationId) -> Outcome<ProjectId> {
    let was = planning::seen(tx, by.member, id).await?;
    if !was.standing.state.is_planned() || was.standing.doubtful {
        return Err(Error::refused("publications-not-cancellable"));
    }
    planning::set_cancelled(tx, &was, "cancelled", None, by.now).await?;
    record(tx, &by.actor, by.now, Event::new("publication.cancelled", id.0).within(was.project)).await?;
    Ok(was.project)
}

/// Brings back what was cancelled, if its time has not passed; what was dropped asks again.
pub async fn uncancel(tx: &mut Tx, by: &By, id: PublicationId) -> Outcome<ProjectId> {
    let was = planning::seen(tx, by.member, id).await?;
    if was.standing.state != State::Cancelled {
        return Err(Error::refused("publications-not-cancelled"));
    }
    if planning::is_dropped(tx, id).await? {
        planning::set_cancelled(tx, &was, "needs_review", None, by.now).await?;
    } else if by.now.since(was.due) > plan::GRACE_MS {
        return Err(Error::refused("publications-time-passed"));
    } else {
        planning::set_cancelled(tx, &was, "scheduled", Some(was.due), by.now).await?;
    }
    record(tx, &by.actor, by.now, Event::new("publication.uncancelled", id.0).within(was.project)).await?;
    Ok(was.project)
}

/// What a person says became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Choice {
    /// It is out there.
    Live,
    /// It is not: send it once more, as a new delivery.
    Again,
    /// Let it go.
    Drop,
}

/// Decides on one that asks a person.
pub async fn choose(tx: &mut Tx, by: &By, id: PublicationId, choice: Choice, address: Option<&str>) -> Outcome<ProjectId> {
    let was = planning::seen(tx, by.member, id).await?;
    if !was.standing.state.asks_a_person() {
        return Err(Error::refused("publications-nothing-to-choose"));
    }
    let word = match choice {
        Choice::Live => live(tx, by, &was, address).await?,
        Choice::Again => again(tx, by, &was).await?,
        Choice::Drop => {
            planning::set_cancelled(tx, &was, "cancelled", None, by.now).await?;
            "drop"
        }
    };
    planning::write_choice(tx, id, word, by.member, by.now).await?;
    record(tx, &by.actor, by.now, Event::new("publication.chosen", id.0).within(was.project).detail(json!({ "choice": word }))).await?;
    Ok(was.project)
}

async fn live(tx: &mut Tx, by: &By, was: &Row, address: Option<&str>) -> Outcome<&'static str> {
    let by_hand = was.standing.capability == Capability::Hand;
    let address = address.map(str::trim).filter(|text| !text.is_empty());
    let mut checks = Checks::new();
    match address {
        Some(text) => {
            let text = checks.line("url", text, 2_000);
            if !text.starts_with("https://") && !text.starts_with("http://") {
                checks.wrong("url", "error-web-address");
            }
        }
        None if by_hand => checks.wrong("url", "error-required"),
        None => {}
    }
    checks.finish()?;
    // The choice comes first: the table says a published row has an id or this word.
    let word = if address.is_some() { "live" } else { "live_no_id" };
    planning::write_choice(tx, was.id, word, by.member, by.now).await?;
    planning::mark_live(tx, was, address, by.now).await?;
    if by_hand {
        planning::hand_attempt(tx, was, by.boot, address, by.now).await?;
    }
    Ok(word)
}

async fn again(tx: &mut Tx, by: &By, was: &Row) -> Outcome<&'static str> {
    let variant = planning::variant(tx, by.member, was.variant).await.map_err(|_| Error::refused("publications-not-approved"))?;
    if !variant.approved {
        return Err(Error::refused("publications-not-approved"));
    }
    let delivery = random_token().map_err(Error::broken)?;
    let wanted =
        Wanted { id: was.id, project: was.project, channel: was.channel, variant: was.variant, delivery: &delivery, due: was.due, base: &by.base };
    let frozen = freeze(tx, &wanted).await?.map(Frozen::kept);
    planning::renew(tx, was.id, &delivery, frozen).await?;
    let mut after = was.standing.clone();
    after.start_over(by.now);
    if !save(tx, was, &after, None, by.now).await? {
        return Err(Error::Stale(None));
    }
    Ok("again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_day_has_the_length_its_zone_gives_it() {
        let now = Ms(1_790_000_000_000);
        for (local, hours) in [("2027-03-28T12:00", 23), ("2027-10-31T12:00", 25), ("2027-06-01T12:00", 24)] {
            let plan = plan::local(local, "Europe/Berlin", Fold::First, now).unwrap();
            let (from, until) = day_of(&plan);
            assert_eq!(until.since(from), hours * 3_600_000, "{local}");
            assert!(from <= plan.due && plan.due < until);
        }
    }
}
