//! Verbs of a member on themselves.

use super::model::Profile;
use super::store;
use crate::platform::events::{Event, record};
use crate::platform::text::Checks;
use crate::platform::{Error, House, Outcome};
use crate::team::{members, password, sessions};
use crate::web::{Failure, Me};

pub(super) async fn update(house: &House, me: &Me, profile: Profile) -> Outcome<()> {
    let (now, id, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            if store::update(tx, id, &profile).await? == 0 {
                return Err(Error::stale(profile.version, store::version(tx, id).await?));
            }
            record(tx, &actor, now, Event::new("member.profile_changed", id.0)).await
        })
        .await
}

/// Sets a new password for whoever knows the old one. Every session ends, and this browser gets a
/// new one: the answer is its cookie. Wrong tries are slowed like those of the sign-in page.
pub(super) async fn change_password(house: &House, me: &Me, old: String, new: String) -> Result<String, Failure> {
    let mut checks = Checks::new();
    password::check(&mut checks, "password", &new);
    checks.finish()?;
    let (now, id, actor) = (house.now(), me.member.id, me.actor());
    let address = me.address.map_or_else(|| "local".to_owned(), |address| address.to_string());
    let account = format!("password {id} {address}");
    let wait = sessions::wait(&mut *sessions::reader(house.db.read()).await?, &account, &address, now).await?;
    if wait > 0 {
        return Err(Failure::TooMany(wait));
    }
    if !password::fits(old, store::password_hash(house.db.read(), id).await?).await? {
        house.db.write(async move |tx| sessions::failed(tx, &account, &address, now).await).await?;
        return Err(Error::field("old", "error-old-password").into());
    }
    let hash = password::hash(new).await?;
    let visit = me.visit.clone();
    house
        .db
        .write(async move |tx| {
            // Guesses that were made side by side have all passed the first look.
            let wait = sessions::wait(tx, &account, &address, now).await?;
            if wait > 0 {
                return Ok(Err(Failure::TooMany(wait)));
            }
            sessions::forgive(tx, &account).await?;
            members::set_password(tx, &actor, id, &hash, None, now).await?;
            Ok::<_, Error>(Ok(sessions::open_session(tx, &visit, id, now).await?))
        })
        .await?
}

/// Ends the actor's own membership; the typed name says that it is meant.
pub(super) async fn leave(house: &House, me: &Me, typed: &str) -> Outcome<()> {
    if typed.trim() != me.member.name {
        return Err(Error::field("name", "error-own-name"));
    }
    let (now, id, actor) = (house.now(), me.member.id, me.actor());
    house.db.write(async move |tx| members::set_active(tx, &actor, id, false, now).await).await
}
