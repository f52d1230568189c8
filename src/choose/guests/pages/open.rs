//! What somebody sees who opens a guest link: the drafts, the talk about them, and a decision where the link allows one.

use crate::choose::curate::{Decision, Why};
use crate::choose::guests::actions;
use crate::choose::guests::store::{self, Handed, Opened};
use crate::create::comments::{self, Comment, CommentForm};
use crate::create::variants::{self, Asset};
use crate::platform::clock::HOUR;
use crate::platform::id::{AssetId, VariantId};
use crate::platform::secrets::digest;
use crate::platform::{Error, House};
use crate::web::{Access, Answer, Errors, Failure, Form, Routes, Said, Shell, Visit, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;

pub fn routes() -> Routes {
    Routes::new()
        .get("/review/{token}", Access::Public, show)
        .get("/review/{token}/media/{asset}", Access::Public, media)
        .post("/review/{token}/variants/{variant}/comments", Access::Public, comment)
        .post("/review/{token}/variants/{variant}/review", Access::Public, review)
}

/// A draft with its media and its talk.
struct Draft {
    words: Handed,
    assets: Vec<Asset>,
    comments: Vec<Comment>,
}

impl Draft {
    fn beats(&self) -> Vec<(String, String, String)> {
        variants::beats(&self.words.script)
    }

    fn plays(&self) -> bool {
        self.assets.iter().any(|asset| asset.kind == "video" || asset.kind == "audio")
    }
}

#[derive(Template)]
#[template(path = "choose/guests/show.html")]
struct GuestPage {
    shell: Shell,
    guest: Opened,
    token: String,
    drafts: Vec<Draft>,
    /// What was typed and could not be sent, and under which draft
    kept: Option<(VariantId, String)>,
    errors: Errors,
}

impl GuestPage {
    fn kept_for(&self, id: &VariantId) -> &str {
        self.kept.as_ref().filter(|(kept, _)| kept == id).map_or("", |(_, body)| body)
    }
}

#[derive(Template)]
#[template(path = "choose/guests/ended.html")]
struct EndedPage {
    shell: Shell,
    invited_by: String,
}

/// The guest behind a token; what was guessed is not found.
async fn guest(house: &House, token: &str) -> Result<Opened, Failure> {
    Ok(store::by_hash(house.db.read(), &digest(token)).await?)
}

async fn show(State(house): State<House>, visit: Visit, Path(token): Path<String>) -> Answer {
    let guest = guest(&house, &token).await?;
    if guest.has_ended(house.now()) {
        return Ok(ended(&visit, guest));
    }
    let (now, id) = (house.now(), guest.id);
    if guest.seen_ms.is_none_or(|seen| now.since(seen) > HOUR) {
        house.db.write(async move |tx| store::seen(tx, id, now).await).await?;
    }
    shown(&house, &visit, guest, token, None, StatusCode::OK, Errors::default()).await
}

fn ended(visit: &Visit, guest: Opened) -> axum::response::Response {
    page(StatusCode::GONE, &EndedPage { shell: visit.bare_shell(), invited_by: guest.invited_by })
}

#[allow(clippy::too_many_arguments, reason = "a page with what was typed and what was wrong with it")]
async fn shown(
    house: &House,
    visit: &Visit,
    guest: Opened,
    token: String,
    kept: Option<(VariantId, String)>,
    status: StatusCode,
    errors: Errors,
) -> Answer {
    let db = house.db.read();
    let mut drafts = Vec::new();
    for words in store::handed(db, guest.id).await? {
        let (assets, comments) = (variants::assets(db, words.id).await?, comments::of_variant(db, words.id, None).await?);
        drafts.push(Draft { words, assets, comments });
    }
    Ok(page(status, &GuestPage { shell: visit.bare_shell(), guest, token, drafts, kept, errors }))
}

async fn media(State(house): State<House>, Path((token, id)): Path<(String, AssetId)>, headers: HeaderMap) -> Answer {
    let guest = guest(&house, &token).await?;
    if guest.has_ended(house.now()) || !store::may_see_asset(house.db.read(), guest.id, id).await? {
        return Err(Error::NotFound.into());
    }
    variants::serve(&house, id, &headers).await
}

async fn comment(
    State(house): State<House>,
    visit: Visit,
    Path((token, variant)): Path<(String, VariantId)>,
    Form(form): Form<CommentForm>,
) -> Answer {
    let guest = guest(&house, &token).await?;
    if guest.has_ended(house.now()) {
        return Ok(ended(&visit, guest));
    }
    let address = visit.address.map(|address| address.to_string());
    let said = match form.comment() {
        Ok(new) => actions::comment(&house, &guest, variant, new, address).await,
        Err(error) => Err(error),
    };
    match said {
        Ok(()) => Ok(visit.go_saying(&format!("/review/{token}#draft-{variant}"), Said::new("comments-said"))),
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(visit.words, &errors);
            shown(&house, &visit, guest, token, Some((variant, form.body)), StatusCode::UNPROCESSABLE_ENTITY, errors).await
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ReviewForm {
    decision: String,
    reason: String,
}

async fn review(State(house): State<House>, visit: Visit, Path((token, variant)): Path<(String, VariantId)>, Form(form): Form<ReviewForm>) -> Answer {
    let guest = guest(&house, &token).await?;
    if guest.has_ended(house.now()) {
        return Ok(ended(&visit, guest));
    }
    let decision: Decision = form.decision.parse().map_err(|_| Failure::Bad("failure-form"))?;
    let why = Why { reason: form.reason, chips: Vec::new() };
    actions::decide(&house, &guest, variant, decision, &why, visit.address.map(|address| address.to_string())).await?;
    Ok(visit.go_saying(&format!("/review/{token}#draft-{variant}"), Said::new("guests-said-decided")))
}
