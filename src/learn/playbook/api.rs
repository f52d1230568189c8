//! The playbook for programs.

use super::actions::{self, Chosen, Wanted, Wording};
use super::model::{Card, Play, Sentence, Slate};
use super::pages::by;
use super::store;
use super::suggestion::idea_of;
use super::view::Laid;
use crate::platform::id::{ExperimentId, IdeaId, PlayId, ProjectId, SlateId, VariantId};
use crate::platform::{Error, House, Ms, Outcome};
use crate::web::{Ability, Access, Answer, Created, Cursor, Given, Items, Me, NewObject, Problem, Routes, Slice, create as create_once};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new()
        .api::<__path_index, _, _>(read, index)
        .api::<__path_create, _, _>(make, create)
        .api::<__path_show_play, _, _>(read, show_play)
        .api::<__path_update, _, _>(make, update)
        .api::<__path_destroy, _, _>(make, destroy)
        .api::<__path_breed, _, _>(make, breed)
        .api::<__path_show, _, _>(read, show)
        .api::<__path_accept, _, _>(make, accept)
        .api::<__path_change, _, _>(make, change)
        .api::<__path_accept_card, _, _>(make, accept_card)
        .api::<__path_refuse, _, _>(make, refuse)
        .api::<__path_put_back, _, _>(make, put_back)
}

/// What was learned.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PlayShown {
    id: PlayId,
    sentence: String,
    /// `a` to `d` by its experiment, or `said`
    grade: String,
    /// Rewritten since its experiment was called: the grade was earned by other words
    edited: bool,
    locale: Option<String>,
    experiment: Option<ExperimentId>,
    /// The invented audience taught it, not a real one
    simulated: bool,
    /// The last day on which it holds, as in 2027-03-31; not followed any more after it
    expires: Option<String>,
    used: i64,
    version: i64,
}

impl From<Play> for PlayShown {
    fn from(play: Play) -> PlayShown {
        let expires = play.last_day();
        let Play { id, sentence, grade, edited, locale, experiment, simulated, used, version, .. } = play;
        PlayShown { id, sentence, grade, edited, locale, experiment, simulated, expires, used, version }
    }
}

#[utoipa::path(get, path = "/api/v1/projects/{id}/plays", operation_id = "plays_index", tag = "playbook", params(("id" = uuid::Uuid, Path), Cursor),
    responses((status = 200, body = Items<PlayShown>), (status = 404, body = Problem)))]
async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(cursor): Query<Cursor>) -> Answer {
    me.shell(Some(project)).await?;
    let slice = store::list(house.db.read(), me.member.id, project, (cursor.after, cursor.limit()?)).await?;
    let shown = Slice { next: slice.next, items: slice.items.into_iter().map(PlayShown::from).collect() };
    Ok(Json(Items::from(shown)).into_response())
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPlay {
    sentence: String,
    /// A market's language tag, if it holds only there
    #[serde(default)]
    locale: String,
    /// The last day on which it holds, as in 2027-03-31; left out if it holds until further notice
    #[serde(default)]
    expires: String,
}

#[utoipa::path(post, path = "/api/v1/projects/{id}/plays", operation_id = "plays_create", tag = "playbook", params(("id" = uuid::Uuid, Path)),
    request_body = NewPlay, responses((status = 201, body = NewObject), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, given: Given<NewPlay>) -> Answer {
    let (new, call) = given.into_parts();
    let (by, said) = (by(&house, &me), Sentence { sentence: new.sentence, locale: new.locale, expires: new.expires });
    create_once(&house, &me, call, async move |tx| Ok(Created::id(actions::say(tx, &by, project, &said).await?.0))).await
}

#[utoipa::path(get, path = "/api/v1/plays/{id}", operation_id = "plays_show", tag = "playbook", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = PlayShown), (status = 404, body = Problem)))]
async fn show_play(State(house): State<House>, me: Me, Path(id): Path<PlayId>) -> Answer {
    Ok(Json(PlayShown::from(store::find(house.db.read(), me.member.id, id).await?)).into_response())
}

/// What changes; what is left out stays as it is.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
struct PlayChange {
    sentence: Option<String>,
    /// Empty when it holds everywhere
    locale: Option<String>,
    /// Empty when it holds until further notice
    expires: Option<String>,
    /// The version that was read: changed meanwhile is a conflict. As it stands when left out
    version: Option<i64>,
}

#[utoipa::path(patch, path = "/api/v1/plays/{id}", operation_id = "plays_update", tag = "playbook", params(("id" = uuid::Uuid, Path)),
    request_body = PlayChange, responses((status = 200, body = PlayShown), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn update(State(house): State<House>, me: Me, Path(id): Path<PlayId>, given: Given<PlayChange>) -> Answer {
    let (change, _) = given.into_parts();
    let play = store::find(house.db.read(), me.member.id, id).await?;
    let expires = change.expires.or(play.last_day()).unwrap_or_default();
    let said = Sentence { sentence: change.sentence.unwrap_or(play.sentence), locale: change.locale.or(play.locale).unwrap_or_default(), expires };
    let (by, version) = (by(&house, &me), change.version.unwrap_or(play.version));
    house.db.write(async move |tx| actions::edit(tx, &by, (id, version), &said).await).await?;
    Ok(Json(PlayShown::from(store::find(house.db.read(), me.member.id, id).await?)).into_response())
}

#[utoipa::path(delete, path = "/api/v1/plays/{id}", operation_id = "plays_destroy", tag = "playbook", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn destroy(State(house): State<House>, me: Me, Path(id): Path<PlayId>) -> Answer {
    let by = by(&house, &me);
    house.db.write(async move |tx| actions::bin(tx, &by, id).await).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NextBatch {
    /// Cards, 1 to 60
    size: i64,
    /// Least share of cards that try what was hardly tried, 0 to 1; a fifth at least in any case
    explore: f64,
    /// The seed of an earlier slate, to draw again as it was drawn
    #[serde(default)]
    seed: Option<i64>,
}

/// A card of a slate: why it is there, what is expected of it, and with which chance it was drawn.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CardShown {
    position: i64,
    /// `play`, `winner` or `explore`
    kind: String,
    reason: String,
    probability: f64,
    #[schema(value_type = Object)]
    lens: Value,
    play: Option<PlayId>,
    variant: Option<VariantId>,
    idea: Option<IdeaId>,
    /// The idea it would become
    title: String,
    angle: String,
    /// Expected index, 1 being usual; `null` on cards drawn before there was one
    expected: Option<f64>,
    /// Its 90 % interval
    expected_low: Option<f64>,
    expected_high: Option<f64>,
    /// Posts of what it follows when it was drawn
    posts: u32,
    /// What it follows was hardly tried
    explores: bool,
    /// What is expected rests on the invented audience
    simulated: bool,
    /// Against the newest own variants, 0 to 1
    originality: Option<f64>,
    /// The own variant that is nearest, and how alike, 0 to 1
    nearest: Option<VariantId>,
    similarity: Option<f64>,
    /// `accepted`, `changed`, `refused`, or `null` while it is open
    decision: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(serialize_with = "Ms::to_text_if_any")]
    decided_at: Option<Ms>,
}

impl From<Laid> for CardShown {
    fn from(laid: Laid) -> CardShown {
        let (explores, idea_of_card) = (laid.explores(), idea_of(&laid.card));
        let Laid { card, standing, posts, simulated } = laid;
        let lens = serde_json::from_str(&card.lens).unwrap_or_default();
        let Card { position, kind, reason, probability, play, variant, idea, .. } = card;
        CardShown {
            position,
            kind,
            reason,
            probability,
            lens,
            play,
            variant,
            idea,
            title: idea_of_card.title,
            angle: idea_of_card.angle,
            expected: standing.expected,
            expected_low: standing.low,
            expected_high: standing.high,
            posts,
            explores,
            simulated,
            originality: standing.originality,
            nearest: standing.nearest,
            similarity: standing.similarity,
            decision: standing.decision,
            decided_at: standing.decided,
        }
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SlateShown {
    id: SlateId,
    size: i64,
    explore: f64,
    seed: i64,
    cards: Vec<CardShown>,
}

impl SlateShown {
    fn of(slate: Slate, cards: Vec<Laid>) -> SlateShown {
        let Slate { id, size, explore, seed, .. } = slate;
        SlateShown { id, size, explore, seed, cards: cards.into_iter().map(CardShown::from).collect() }
    }
}

async fn shown(house: &House, me: &Me, id: SlateId) -> Outcome<SlateShown> {
    let slate = store::slate(house.db.read(), me.member.id, id).await?;
    let cards = actions::laid(house, &slate).await?;
    Ok(SlateShown::of(slate, cards))
}

/// Draws the next batch. Nothing is made until it is accepted.
#[utoipa::path(post, path = "/api/v1/projects/{id}/next-batch", operation_id = "slates_create", tag = "playbook", params(("id" = uuid::Uuid, Path)),
    request_body = NextBatch, responses((status = 201, body = SlateShown), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn breed(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, given: Given<NextBatch>) -> Answer {
    let (batch, call) = given.into_parts();
    me.shell(Some(project)).await?;
    let by = by(&house, &me);
    let bred = actions::breed(&house, &by, project, Wanted { size: batch.size, explore: batch.explore, seed: batch.seed }).await?;
    create_once(&house, &me, call, async move |tx| {
        let id = actions::keep(tx, &by, &bred).await?;
        let shown = SlateShown::of(store::slate(&mut *tx, by.member, id).await?, bred.laid(tx).await?);
        Ok(Created { status: StatusCode::CREATED, body: json!(shown) })
    })
    .await
}

#[utoipa::path(get, path = "/api/v1/slates/{id}", operation_id = "slates_show", tag = "playbook", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = SlateShown), (status = 404, body = Problem)))]
async fn show(State(house): State<House>, me: Me, Path(id): Path<SlateId>) -> Answer {
    Ok(Json(shown(&house, &me, id).await?).into_response())
}

/// Makes an idea of every card that is left.
#[utoipa::path(post, path = "/api/v1/slates/{id}/acceptance", operation_id = "slates_accept", tag = "playbook", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = SlateShown), (status = 404, body = Problem)))]
async fn accept(State(house): State<House>, me: Me, Path(id): Path<SlateId>) -> Answer {
    actions::accept(&house, by(&house, &me), id, Chosen::Open).await?;
    Ok(Json(shown(&house, &me, id).await?).into_response())
}

#[utoipa::path(delete, path = "/api/v1/slates/{id}/cards/{position}", operation_id = "slates_refuse", tag = "playbook",
    params(("id" = uuid::Uuid, Path), ("position" = i64, Path)), responses((status = 200), (status = 404, body = Problem)))]
async fn refuse(State(house): State<House>, me: Me, Path((id, position)): Path<(SlateId, i64)>) -> Answer {
    let by = by(&house, &me);
    house.db.write(async move |tx| actions::refuse(tx, &by, id, position).await).await?;
    Ok(Json(json!({ "id": id })).into_response())
}

/// The words that the idea of a card gets instead; what is left out stays.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
struct CardChange {
    title: Option<String>,
    angle: Option<String>,
}

/// Makes an idea of a card in other words.
#[utoipa::path(patch, path = "/api/v1/slates/{id}/cards/{position}", operation_id = "slates_change_card", tag = "playbook",
    params(("id" = uuid::Uuid, Path), ("position" = i64, Path)), request_body = CardChange,
    responses((status = 200, body = SlateShown), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn change(State(house): State<House>, me: Me, Path((id, position)): Path<(SlateId, i64)>, given: Given<CardChange>) -> Answer {
    let (change, _) = given.into_parts();
    store::slate(house.db.read(), me.member.id, id).await?;
    let card = store::cards(house.db.read(), id).await?.into_iter().find(|card| card.position == position).ok_or(Error::NotFound)?;
    let now = idea_of(&card);
    let wording = Wording { title: change.title.unwrap_or(now.title), angle: change.angle.unwrap_or(now.angle) };
    actions::accept(&house, by(&house, &me), id, Chosen::Changed(position, wording)).await?;
    Ok(Json(shown(&house, &me, id).await?).into_response())
}

/// Makes an idea of one card.
#[utoipa::path(post, path = "/api/v1/slates/{id}/cards/{position}/acceptance", operation_id = "slates_accept_card", tag = "playbook",
    params(("id" = uuid::Uuid, Path), ("position" = i64, Path)), responses((status = 200, body = SlateShown), (status = 404, body = Problem)))]
async fn accept_card(State(house): State<House>, me: Me, Path((id, position)): Path<(SlateId, i64)>) -> Answer {
    actions::accept(&house, by(&house, &me), id, Chosen::One(position)).await?;
    Ok(Json(shown(&house, &me, id).await?).into_response())
}

/// Puts back a card that was refused.
#[utoipa::path(post, path = "/api/v1/slates/{id}/cards/{position}/restoration", operation_id = "slates_put_back", tag = "playbook",
    params(("id" = uuid::Uuid, Path), ("position" = i64, Path)), responses((status = 200, body = SlateShown), (status = 404, body = Problem)))]
async fn put_back(State(house): State<House>, me: Me, Path((id, position)): Path<(SlateId, i64)>) -> Answer {
    let by = by(&house, &me);
    house.db.write(async move |tx| actions::put_back(tx, &by, id, position).await).await?;
    Ok(Json(shown(&house, &me, id).await?).into_response())
}
