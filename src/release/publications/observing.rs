//! The simulator's numbers: what the invented audience made of each publication, written at growing
//! intervals of the audience's own clock for 28 days.
//!
//! Moments are on the audience's clock: a snapshot "a day after" carries an instant a day after
//! publication, however fast that day went by. Ages only grow, so a change of speed loses nothing.

use super::numbers::{Availability, Basis, Number, Source, record};
use super::store::observed::{self, Observed};
use crate::platform::clock::{HOUR, MINUTE, SECOND};
use crate::platform::db::Tx;
use crate::platform::events::{self, Actor, Event};
use crate::platform::id::{ProjectId, PublicationId};
use crate::platform::{Error, House, Ms, Outcome};
use crate::release::channels::kinds::simulator::audience::{
    Audience, Features, Format, Grams, Making, Memory, Metric, PictureFamily, Publication, REMEMBERED, Stance, VariantText, sameness,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A day of the audience passes in a minute unless the house says otherwise.
const SPEED: f64 = 1_440.0;
const LAST_HOUR: i64 = 28 * 24;
/// Moments of one publication that are written at once after a pause.
const CATCH_UP: usize = 64;

/// What the audience met when it went out.
#[derive(Serialize, Deserialize)]
struct Met {
    features: Features,
    sameness: f64,
    market: String,
    channel: String,
}

/// Open pages are told of new numbers so often at most: the invented audience never stops talking.
const TELL_EVERY: i64 = 10 * SECOND;
/// One whose numbers cannot be made is left aside for so long, so that the others go on.
const ASIDE: i64 = MINUTE;

/// Projects with numbers that nobody was told of, and when somebody was last told.
#[derive(Debug, Default)]
pub struct News {
    untold: BTreeSet<ProjectId>,
    told: Option<Ms>,
}

impl News {
    /// What is to be told now. A clock that was set back does not silence it.
    fn take(&mut self, now: Ms) -> BTreeSet<ProjectId> {
        let fresh = self.told.is_some_and(|told| now.since(told).abs() < TELL_EVERY);
        if fresh || self.untold.is_empty() {
            return BTreeSet::new();
        }
        self.told = Some(now);
        std::mem::take(&mut self.untold)
    }
}

/// Writes what is due; how many publications got numbers.
pub async fn observe(house: &House, news: &mut News) -> Outcome<usize> {
    let now = house.now();
    let due = observed::due(house.db.read(), now, 50).await?;
    if !due.is_empty() {
        let speed = observed::speed(house.db.read()).await?.unwrap_or(SPEED);
        for one in &due {
            match write(house, one, speed, now).await {
                Ok(()) => drop(news.untold.insert(one.project)),
                Err(error) => leave_aside(house, one.id, &error, now).await?,
            }
        }
    }
    let told = news.take(now);
    if !told.is_empty() {
        house.db.write(async move |tx| tell(tx, &told, now).await).await?;
    }
    Ok(due.len())
}

async fn tell(tx: &mut Tx, projects: &BTreeSet<ProjectId>, now: Ms) -> Outcome<()> {
    for project in projects {
        events::record(tx, &Actor::system(), now, Event::new("numbers.simulated", None).within(*project)).await?;
    }
    Ok(())
}

/// The first in the row must not keep all others waiting.
async fn leave_aside(house: &House, id: PublicationId, error: &Error, now: Ms) -> Outcome<()> {
    tracing::warn!(%error, publication = %id, "simulated numbers could not be made");
    house.db.write(async move |tx| observed::postpone(tx, id, now.plus(ASIDE)).await).await
}

async fn write(house: &House, one: &Observed, speed: f64, now: Ms) -> Outcome<()> {
    let met = match one.audience.as_deref().map(serde_json::from_str::<Met>) {
        Some(met) => met.map_err(Error::broken)?,
        None => meet(house, one).await?,
    };
    let seen = Publication {
        id: one.id.0.as_u128(),
        published_ms: one.published.0,
        market: met.market.clone(),
        channel: met.channel.clone(),
        zone: one.zone.parse().unwrap_or(chrono_tz::UTC),
        features: met.features,
        sameness: met.sameness,
    };
    let audience = Audience::of(u64::from_ne_bytes(one.seed.to_ne_bytes()));
    let mut age = one.newest.map_or(0, |newest| newest.since(one.published) / HOUR);
    let mut real = real_time(one, age, speed, now);
    let mut rows = Vec::new();
    let mut next = None;
    for _ in 0..CATCH_UP {
        let Some(following) = next_age(age) else { break };
        real = real.plus(scaled((following - age) * HOUR, speed));
        if real > now {
            next = Some(real);
            break;
        }
        age = following;
        rows.extend(numbers(&audience, &seen, one, age));
        next = Some(now);
    }
    if next_age(age).is_none() {
        next = None;
    }
    let (id, text) = (one.id, serde_json::to_string(&met).map_err(Error::broken)?);
    house
        .db
        .write(async move |tx| {
            record(tx, &rows).await?;
            observed::keep(tx, id, &text, next).await
        })
        .await
}

/// When the newest moment was reached on our clock: the start, or just now when there was one before.
fn real_time(one: &Observed, age: i64, speed: f64, now: Ms) -> Ms {
    let reached = one.published.plus(scaled(age * HOUR, speed));
    // A slower clock would ask to wait for what has been written already.
    reached.min(now)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "milliseconds of 28 days fit exactly")]
fn scaled(ms: i64, speed: f64) -> i64 {
    (ms as f64 / speed) as i64
}

/// The age in hours at which the next numbers are written: hours, then quarters of a day, then days.
fn next_age(age: i64) -> Option<i64> {
    let next = match age {
        ..6 => age + 1,
        6..24 => age + 3,
        24..72 => age + 6,
        _ => age + 24,
    };
    (next <= LAST_HOUR).then_some(next)
}

#[allow(clippy::cast_precision_loss, reason = "ages and counts are far below 2^52")]
fn numbers(audience: &Audience, seen: &Publication, one: &Observed, age: i64) -> Vec<Number> {
    let observation = audience.observe(seen, age as f64);
    let number = |metric: &Metric| {
        let value = observation.total(*metric).map(|total| total as f64);
        Number {
            publication: one.no,
            metric: name(*metric).to_owned(),
            observed: one.published.plus(age * HOUR),
            availability: if value.is_some() { Availability::Given } else { Availability::NotYet },
            value,
            basis: Basis::Cumulative,
            source: Source::Simulator,
        }
    };
    Metric::ALL.iter().map(number).collect()
}

/// The name under which a metric is stored.
fn name(metric: Metric) -> &'static str {
    match metric {
        Metric::Impressions => "impressions",
        Metric::Views => "views",
        Metric::Hooks => "hooks",
        Metric::Holds => "holds",
        Metric::Completions => "completions",
        Metric::Likes => "likes",
        Metric::Comments => "comments",
        Metric::Saves => "saves",
        Metric::Shares => "shares",
        Metric::Follows => "follows",
        Metric::Clicks => "clicks",
        Metric::WatchSeconds => "watch_seconds",
    }
}

/// Reads the variant as the audience would, and how much it resembles what they saw before.
async fn meet(house: &House, one: &Observed) -> Outcome<Met> {
    let db = house.db.read();
    let (text, making) = read(&observed::words(db, one.variant).await?);
    let mut past = Vec::new();
    let remembered = i64::try_from(REMEMBERED).unwrap_or(20);
    for (variant, published) in observed::seen_before(db, one.project, one.published, remembered).await? {
        let (words, _) = read(&observed::words(db, variant).await?);
        past.push(Memory { grams: Grams::of(&words.joined()), published_ms: published.0 });
    }
    Ok(Met {
        features: Features::of(&text, making, &one.locale),
        sameness: sameness(&Grams::of(&text.joined()), one.published.0, &past),
        market: one.locale.clone(),
        channel: one.channel.to_string(),
    })
}

fn read(words: &observed::Words) -> (VariantText, Making) {
    let text = VariantText {
        title: words.title.clone(),
        hook: words.hook.clone(),
        script: words.script.clone(),
        caption: words.caption.clone(),
        tags: serde_json::from_str(&words.tags).unwrap_or_default(),
        locale: words.locale.clone(),
    };
    let (format, picture) = match words.media.as_deref() {
        Some("video") => (Format::Video, PictureFamily::Scene),
        Some("image") => (Format::Image, PictureFamily::Card),
        _ => (Format::Text, PictureFamily::Absent),
    };
    let stance = match words.stance.as_str() {
        "raw" => Stance::Raw,
        "synthetic" => Stance::Synthetic,
        _ => Stance::Crafted,
    };
    (text, Making { format, stance, picture, seconds: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_told_once_and_the_last_one_is_told_too() {
        let (mut news, project) = (News::default(), ProjectId::new(Ms(1)));
        assert!(news.take(Ms(0)).is_empty());
        news.untold.insert(project);
        assert_eq!(news.take(Ms(0)).len(), 1);
        news.untold.insert(project);
        assert!(news.take(Ms(TELL_EVERY - 1)).is_empty());
        assert_eq!(news.take(Ms(TELL_EVERY)).len(), 1);
        assert!(news.take(Ms(5 * TELL_EVERY)).is_empty());
    }

    #[test]
    fn the_moments_meet_every_checkpoint_and_end() {
        let ages: Vec<i64> = std::iter::successors(next_age(0), |age| next_age(*age)).collect();
        for checkpoint in [1, 24, 72, 7 * 24, 28 * 24] {
            assert!(ages.contains(&checkpoint), "{checkpoint} h");
        }
        assert_eq!(ages.last(), Some(&LAST_HOUR));
        assert!(ages.len() <= CATCH_UP);
    }
}
