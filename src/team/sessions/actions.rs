//! Coming in and going out.

use super::store::{self, Row};
use crate::platform::clock::MINUTE;
use crate::platform::db::Tx;
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{MemberId, SessionId};
use crate::platform::secrets::{digest, random_token};
use crate::platform::{Error, House, Ms, Outcome, locale};
use crate::team::members;
use crate::team::password;
use crate::web::{Doors, Failure, Found, Me, Member, Scope, Visit};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How long a looked-up session is believed without asking again, unless something was written:
/// another process (`troupe admin`) may have ended it.
const BELIEVED: i64 = 1_000;

/// Looks up who stands behind a cookie or a token.
pub struct Gate {
    house: House,
    known: Mutex<HashMap<[u8; 32], (Ms, u64, Found)>>,
}

impl Gate {
    pub fn new(house: House) -> Gate {
        Gate { house, known: Mutex::new(HashMap::new()) }
    }

    fn remembered(&self, key: &[u8; 32], now: Ms, version: u64) -> Option<Found> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(key).filter(|(at, seen, _)| *seen == version && now.since(*at).abs() < BELIEVED).map(|(_, _, found)| found.clone())
    }

    fn remember(&self, key: [u8; 32], now: Ms, version: u64, found: &Found) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() > 500 {
            known.clear();
        }
        known.insert(key, (now, version, found.clone()));
    }

    async fn find(&self, secret: &str, cookie: bool) -> Outcome<Option<Found>> {
        if secret.len() > 200 {
            return Ok(None);
        }
        let (key, now) = (digest(secret), self.house.now());
        let version = *self.house.db.version().borrow();
        if let Some(found) = self.remembered(&key, now, version) {
            return Ok(Some(found));
        }
        let db = self.house.db.read();
        let row = if cookie { store::by_cookie(db, &key, now).await? } else { store::by_bearer(db, &key, now).await? };
        let Some(row) = row else { return Ok(None) };
        if now.since(row.seen) > 5 * MINUTE {
            let (session, token) = (row.session_id, row.token_id);
            // Reading goes on when nothing can be written.
            if let Err(error) = self.house.db.write(async move |tx| store::seen(tx, session, token, now).await).await {
                tracing::debug!(%error, "a visit was not noted");
            }
        }
        let found = found(row)?;
        self.remember(key, now, version, &found);
        Ok(Some(found))
    }
}

fn found(row: Row) -> Outcome<Found> {
    let scopes: Option<Vec<Scope>> = row.scopes.map(|text| serde_json::from_str(&text).map_err(Error::broken)).transpose()?;
    let member = Member {
        id: row.member_id,
        name: row.name,
        email: row.email,
        role: row.role.parse().map_err(Error::broken)?,
        scopes,
        locale: row.locale,
        zone: locale::zone(&row.zone).unwrap_or(chrono_tz::UTC),
        theme: row.theme,
        keys_on: row.keys_on,
    };
    Ok(Found { member: Arc::new(member), session: row.session_id, token: row.token_id })
}

impl Doors for Gate {
    fn by_cookie<'a>(&'a self, cookie: &'a str) -> BoxFuture<'a, Outcome<Option<Found>>> {
        self.find(cookie, true).boxed()
    }

    fn by_bearer<'a>(&'a self, secret: &'a str) -> BoxFuture<'a, Outcome<Option<Found>>> {
        self.find(secret, false).boxed()
    }
}

/// Makes a session for `member` and returns the cookie's value, which is kept nowhere. What this
/// browser was signed in as before ends with it.
pub async fn open_session(tx: &mut Tx, visit: &Visit, member: MemberId, at: Ms) -> Outcome<String> {
    if let Some(old) = visit.session {
        store::delete(tx, old).await?;
    }
    let secret = random_token().map_err(Error::broken)?;
    let address = visit.address.map(|address| address.to_string()).unwrap_or_default();
    store::insert(tx, SessionId::new(at), member, &digest(&secret), &visit.agent, &address, at).await?;
    Ok(secret)
}

/// Signs in, or says the same "no" for every reason, after the same work.
pub(super) async fn sign_in(house: &House, visit: &Visit, email: &str, password: String) -> Result<String, Failure> {
    let now = house.now();
    let address = visit.address.map_or_else(|| "local".to_owned(), |address| address.to_string());
    let key = members::email_key(email);
    let account = format!("{key} {address}");
    let wait = store::wait(&mut *store::reader(house.db.read()).await?, &account, &address, now).await?;
    if wait > 0 {
        return Err(Failure::TooMany(wait));
    }
    let known = store::password_of(house.db.read(), &key).await?;
    let member = known.as_ref().map(|(id, _)| *id);
    let fits = password::fits(password, known.and_then(|(_, hash)| hash)).await?;
    let visit = visit.clone();
    house
        .db
        .write(async move |tx| {
            // Guesses that were made side by side have all passed the first look.
            let wait = store::wait(tx, &account, &address, now).await?;
            if wait > 0 {
                return Ok(Err(Failure::TooMany(wait)));
            }
            let Some(member) = member.filter(|_| fits) else {
                store::failed(tx, &account, &address, now).await?;
                return Ok(Err(Error::field("password", "error-sign-in").into()));
            };
            store::forgive(tx, &account).await?;
            record(tx, &Actor::member(member, Some(address)), now, Event::new("session.opened", member.0)).await?;
            Ok::<_, Error>(Ok(open_session(tx, &visit, member, now).await?))
        })
        .await?
}

pub(super) async fn sign_out(house: &House, session: SessionId, actor: Actor) -> Outcome<()> {
    let now = house.now();
    house
        .db
        .write(async move |tx| {
            store::delete(tx, session).await?;
            record(tx, &actor, now, Event::new("session.closed", session.0)).await
        })
        .await
}

/// Ends one of the actor's own sessions.
pub(super) async fn end(house: &House, me: &Me, id: SessionId) -> Outcome<()> {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            if store::delete_own(tx, member, id).await? == 0 {
                return Err(Error::NotFound);
            }
            record(tx, &actor, now, Event::new("session.ended", id.0)).await
        })
        .await
}

/// Ends every session of the actor but this one; how many that were.
pub(super) async fn end_others(house: &House, me: &Me) -> Outcome<u64> {
    let (now, member, actor, keep) = (house.now(), me.member.id, me.actor(), me.session);
    house
        .db
        .write(async move |tx| {
            let n = store::delete_others(tx, member, keep).await?;
            if n > 0 {
                record(tx, &actor, now, Event::new("session.others_ended", member.0).detail(json!({ "n": n }))).await?;
            }
            Ok::<_, Error>(n)
        })
        .await
}
