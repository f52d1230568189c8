//! Pages of a consent: it begins on the settings of a channel and comes back from the platform.

use super::{asked_words, list, words_of};
use crate::platform::House;
use crate::platform::id::ChannelId;
use crate::release::channels::consents::{self, Finished, Returned};
use crate::release::channels::store::Channel;
use crate::web::{Answer, Me, Said, Shell, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;

/// What the settings of a channel show of a consent.
pub struct ConsentPart {
    /// The address to be registered with the platform's app.
    pub redirect: String,
    /// The platform's page, once this person began.
    pub page: Option<String>,
}

impl ConsentPart {
    /// For a channel that is not there yet.
    pub fn before(house: &House) -> ConsentPart {
        ConsentPart { redirect: consents::redirect(house), page: None }
    }

    pub async fn of(house: &House, me: &Me, channel: &Channel) -> crate::platform::Outcome<ConsentPart> {
        let page = match me.once() {
            Some(state) => consents::page(house, me, channel, state).await?.map(String::from),
            None => None,
        };
        Ok(ConsentPart { page, ..ConsentPart::before(house) })
    }
}

/// Begins, and leads back to the settings, which show the way to the platform: a form of ours never leads to another
/// origin, so a person follows a link.
pub async fn begin(State(house): State<House>, me: Me, Path(id): Path<ChannelId>) -> Answer {
    let state = consents::begin(&house, &me, id).await?;
    Ok(me.go_once(&format!("/channels/{id}/edit"), &state))
}

/// What platforms add to the address they send a person back to.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Callback {
    state: String,
    code: String,
    error: String,
    iss: String,
}

#[derive(Template)]
#[template(path = "release/channels/again.html")]
struct AgainPage {
    shell: Shell,
    trouble: Option<String>,
    to: String,
}

pub async fn callback(State(house): State<House>, me: Me, Query(back): Query<Callback>) -> Answer {
    let Callback { state, code, error, iss } = back;
    match consents::finish(&house, &me, &Returned { state, code, error, issuer: iss }).await? {
        Finished::Connected(channel, probed) => {
            let said = asked_words(&me, probed, Said::new("channels-saved").with("name", &channel.name));
            Ok(me.go_saying(&list(channel.project), said))
        }
        Finished::Again(channel, report) => {
            let to = match (channel, me.last_project()) {
                (Some(id), _) => format!("/channels/{id}/edit"),
                (None, Some(project)) => list(project),
                (None, None) => "/".to_owned(),
            };
            let trouble = report.and_then(|report| report.trouble()).map(|code| words_of(me.words, &code));
            // The address of this page holds what the platform sent along: nothing on it repeats that.
            let shell = Shell { path: to.clone(), ..me.bare_shell() };
            Ok(page(StatusCode::BAD_REQUEST, &AgainPage { shell, trouble, to }))
        }
    }
}
