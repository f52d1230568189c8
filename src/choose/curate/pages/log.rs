//! Who decided what and why, and a decision that met somebody else's.

use super::found;
use crate::choose::curate::model::Decision;
use crate::choose::curate::store::{self, Review};
use crate::create::variants::{self, Variant};
use crate::platform::diff::{Part, diff};
use crate::platform::id::{ProjectId, VariantId};
use crate::platform::{Error, House, Ms};
use crate::web::{After, Answer, Me, Shell, Slice, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "choose/curate/log.html")]
struct LogPage {
    shell: Shell,
    waiting: i64,
    decisions: Slice<Review>,
}

pub(super) async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(after): Query<After>) -> Answer {
    let shell = me.shell(Some(project)).await?.at("curate");
    let decisions = store::decisions(house.db.read(), me.member.id, project, after.after, 50).await?;
    Ok(page(StatusCode::OK, &LogPage { waiting: shell.hot("curate"), shell, decisions }))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    wanted: String,
    seen: i64,
    reason: String,
}

#[derive(Template)]
#[template(path = "choose/curate/overtaken.html")]
struct OvertakenPage {
    shell: Shell,
    variant: Variant,
    wanted: Decision,
    reason: String,
    /// What others decided meanwhile
    decided: Vec<Review>,
    /// From the words that were read to those of now; empty when they stayed
    changed: Vec<Part>,
    now: i64,
}

/// The second of two people sees what the first decided, and both versions of the words.
pub(super) async fn overtaken(State(house): State<House>, me: Me, Path(id): Path<VariantId>, Query(asked): Query<Wanted>) -> Answer {
    let (db, seen) = (house.db.read(), Ms(asked.seen));
    let variant = found(variants::find(db, me.member.id, id).await)?.ok_or(Error::NotFound)?;
    let shell = me.shell(Some(variant.project_id)).await?.at("curate");
    let wanted = asked.wanted.parse().unwrap_or(Decision::Approved);
    let decided = store::decided_since(db, id, me.member.id, seen).await?;
    let changed = match store::words_at(db, id, seen).await? {
        Some(before) => diff(&variants::words_of(&before)?.joined(), &variant.words()?.joined()),
        None => Vec::new(),
    };
    Ok(page(StatusCode::OK, &OvertakenPage { shell, variant, wanted, reason: asked.reason, decided, changed, now: house.now().0 }))
}
