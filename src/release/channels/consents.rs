//! Connecting an account by consent: a person is sent to the platform with a state of their own, comes back with a code,
//! and the code becomes a session.
//!
//! Invariants: a state is used once, within ten minutes, by the member and in the browser session that it was made for,
//! and only the newest of a channel counts; whatever else comes back changes no channel; a code is exchanged once.

use super::actions::living;
use super::kinds::consent::{Consent, Grant, RETURN};
use super::kinds::{Report, Sent, kind};
use super::model::ChannelState;
use super::store::{self, Channel, Consenting, Who};
use super::{Opened, accounts};
use crate::platform::clock::MINUTE;
use crate::platform::events::{Event, record};
use crate::platform::id::{ChannelId, fresh};
use crate::platform::outbound::Url;
use crate::platform::secrets::{digest, random_token};
use crate::platform::{Error, House, Outcome};
use crate::web::Me;

/// How long a person may take at the platform.
const WITHIN_MS: i64 = 10 * MINUTE;

/// What a platform sent a person back with.
#[derive(Clone, Debug, Default)]
pub struct Returned {
    pub state: String,
    pub code: String,
    /// The platform's word for why there is no code.
    pub error: String,
    /// Who says that it answers, where it does (RFC 9207).
    pub issuer: String,
}

/// What came of it.
pub enum Finished {
    /// The account is there, its name with it where the platform tells one.
    Connected(Box<Channel>, Result<Option<String>, Report<Sent>>),
    /// Nothing changed: it has to be begun again, at this channel where that is known, and perhaps why.
    Again(Option<ChannelId>, Option<Report<Sent>>),
}

/// The address to be registered with a platform's app.
pub fn redirect(house: &House) -> String {
    house.config.absolute(RETURN)
}

/// How the kind of a channel asks for consent.
fn consent_of(channel: &Channel) -> Outcome<&'static Consent> {
    kind(&channel.kind).and_then(super::kinds::Kind::consent).ok_or(Error::NotFound)
}

/// A consent belongs to a browser session; a program has none.
fn who(me: &Me) -> Outcome<Who> {
    Ok(Who { member: me.member.id, session: me.session.ok_or(Error::NotFound)? })
}

/// Begins: the state that the person takes along.
pub async fn begin(house: &House, me: &Me, id: ChannelId) -> Outcome<String> {
    let channel = living(house, me, id).await?;
    consent_of(&channel)?;
    let who = who(me)?;
    let (state, verifier) = (random_token().map_err(Error::broken)?, random_token().map_err(Error::broken)?);
    let now = house.now();
    let row = fresh(now);
    let sealed = house.secrets.seal(Consenting::place(row), &verifier).map_err(Error::broken)?;
    let (kept, expires) = (digest(&state), now.plus(WITHIN_MS));
    house.db.write(async move |tx| store::begin_consent(tx, (row, id), who, &kept, &sealed, expires).await).await?;
    Ok(state)
}

/// The platform's page for a consent that this person began here.
pub async fn page(house: &House, me: &Me, channel: &Channel, state: &str) -> Outcome<Option<Url>> {
    let Ok(consent) = consent_of(channel) else { return Ok(None) };
    let begun = store::consent_under_way(house.db.read(), channel.id, who(me)?, &digest(state), house.now()).await?;
    let verifier = begun.and_then(|begun| begun.verifier(&house.secrets));
    let opened = accounts::open(house, channel.id).await?;
    Ok(verifier.zip(opened).and_then(|(verifier, opened)| consent.page(&opened.account(house), &redirect(house), state, &verifier)))
}

/// Ends: takes the state, exchanges the code, and lets what waits go on.
pub async fn finish(house: &House, me: &Me, returned: &Returned) -> Outcome<Finished> {
    let (who, now, state) = (who(me)?, house.now(), digest(&returned.state));
    let taken = house.db.write(async move |tx| store::take_consent(tx, who, &state, now).await).await?;
    let Some(taken) = taken else { return Ok(Finished::Again(None, None)) };
    let channel = match living(house, me, taken.channel).await {
        Ok(channel) => channel,
        Err(Error::NotFound) => return Ok(Finished::Again(None, None)),
        Err(error) => return Err(error),
    };
    let again = |report| Ok(Finished::Again(Some(channel.id), report));
    let opened = accounts::open(house, channel.id).await?;
    let Some((verifier, opened)) = taken.verifier(&house.secrets).zip(opened) else { return again(None) };
    if !is_answer(house, &opened, consent_of(&channel)?, returned) {
        return again(None);
    }
    let grant = Grant { code: &returned.code, verifier: &verifier, redirect: &redirect(house) };
    match accounts::consented(house, channel.id, &grant).await? {
        Ok(()) => connect(house, me, channel).await,
        Err(report) => again(Some(report)),
    }
}

/// Whether there is a code, from where the person was sent.
fn is_answer(house: &House, opened: &Opened, consent: &Consent, returned: &Returned) -> bool {
    let ours = returned.issuer.is_empty() || consent.is_from(&opened.account(house), &returned.issuer);
    ours && returned.error.is_empty() && !returned.code.is_empty()
}

/// Asks whose account it is, and lets what waits go on unless the platform says that it cannot be used.
async fn connect(house: &House, me: &Me, channel: Channel) -> Outcome<Finished> {
    let probed = accounts::probe(house, channel.id).await?;
    let usable = probed.as_ref().map_or_else(|report| matches!(report.outcome, Sent::RefusedForNow { .. }), |_| true);
    let (actor, now, id, project, state) = (me.actor(), house.now(), channel.id, channel.project, channel.state);
    house
        .db
        .write(async move |tx| {
            if usable && state == ChannelState::NeedsReconnect {
                store::set_state(tx, id, ChannelState::On, now).await?;
                store::release_waiting(tx, id, now).await?;
            }
            record(tx, &actor, now, Event::new("channel.connected", id.0).within(project)).await
        })
        .await?;
    Ok(Finished::Connected(Box::new(channel), probed))
}
