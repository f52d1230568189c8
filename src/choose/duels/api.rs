//! Duels and tastes for programs. A pair comes as blind as people see it.

use super::actions::{self, Decided};
use super::model::{ChosenBy, NewDuel, Taste};
use super::pages::{self, Asking};
use super::store::{self, Duel};
use crate::create::projects;
use crate::create::variants::Variant;
use crate::platform::id::{DuelId, PieceId, ProjectId, VariantId};
use crate::platform::{Error, House};
use crate::web::{Ability, Access, Answer, Created, Cursor, Given, Items, Me, NewObject, Problem, Routes, Slice, create as create_once};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};

pub fn routes() -> Routes {
    let (read, decide) = (Access::Member(Ability::Read), Access::Member(Ability::Decide));
    Routes::new()
        .api::<__path_index, _, _>(read, index)
        .api::<__path_next, _, _>(read, next)
        .api::<__path_create, _, _>(decide, create)
        .api::<__path_destroy, _, _>(decide, destroy)
        .api::<__path_tastes, _, _>(read, tastes)
}

#[utoipa::path(get, path = "/api/v1/projects/{id}/duels", operation_id = "duels_index", tag = "reviews", params(("id" = uuid::Uuid, Path), Cursor),
    responses((status = 200, body = Items<Duel>), (status = 404, body = Problem)))]
async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(cursor): Query<Cursor>) -> Answer {
    projects::find(house.db.read(), me.member.id, project).await?;
    let duels = store::page(house.db.read(), me.member.id, project, cursor.after, cursor.limit()?).await?;
    Ok(Json(Items::from(duels)).into_response())
}

/// Which drafts to ask about.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
struct NextQuery {
    /// A language; the one with the most drafts unless told
    locale: Option<String>,
    /// Only drafts of this piece
    #[param(value_type = Option<uuid::Uuid>)]
    piece: Option<PieceId>,
    /// How many pairs to pass over
    skip: Option<u32>,
}

/// The next two drafts.
#[derive(Serialize, utoipa::ToSchema)]
struct NextDuel {
    /// Null while fewer than two drafts can meet
    pair: Option<DuelPair>,
    /// The caller's last answer that stands; hand it back with the answer
    after: Option<DuelId>,
}

#[derive(Serialize, utoipa::ToSchema)]
struct DuelPair {
    left: DuelSide,
    right: DuelSide,
    chosen_by: ChosenBy,
}

/// A draft without where it comes from.
#[derive(Serialize, utoipa::ToSchema)]
struct DuelSide {
    id: VariantId,
    locale: String,
    title: String,
    hook: String,
    script: String,
    caption: String,
}

impl From<Variant> for DuelSide {
    fn from(draft: Variant) -> DuelSide {
        DuelSide { id: draft.id, locale: draft.locale, title: draft.title, hook: draft.hook, script: draft.script, caption: draft.caption }
    }
}

#[utoipa::path(get, path = "/api/v1/projects/{id}/duels/next", operation_id = "duels_next", tag = "reviews", params(("id" = uuid::Uuid, Path), NextQuery),
    responses((status = 200, body = NextDuel), (status = 404, body = Problem)))]
async fn next(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(query): Query<NextQuery>) -> Answer {
    projects::find(house.db.read(), me.member.id, project).await?;
    let asking = Asking { locale: query.locale.unwrap_or_default(), piece: query.piece, skip: query.skip.unwrap_or(0) };
    let (found, after) = pages::next(&house, me.member.id, project, &asking).await?;
    let pair = match found {
        Some(found) => {
            let (left, right) = pages::sides(&house, me.member.id, found.left, found.right).await?;
            Some(DuelPair { left: left.into(), right: right.into(), chosen_by: found.chosen_by })
        }
        None => None,
    };
    Ok(Json(NextDuel { pair, after }).into_response())
}

#[utoipa::path(post, path = "/api/v1/projects/{id}/duels", operation_id = "duels_create", tag = "reviews", request_body = NewDuel,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 201, body = NewObject), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn create(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, given: Given<NewDuel>) -> Answer {
    let (duel, call) = given.into_parts();
    projects::find(house.db.read(), me.member.id, project).await?;
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    let answer = create_once(&house, &me, call, async move |tx| {
        match actions::decide(tx, (&actor, member), project, duel, duel.after.map(Some), now).await? {
            Decided::Counted(id) => Ok(Created::id(id.0)),
            Decided::Before => Err(Error::Stale(None)),
        }
    })
    .await;
    house.jobs.ring();
    answer
}

#[utoipa::path(delete, path = "/api/v1/duels/{id}", operation_id = "duels_destroy", tag = "reviews", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn destroy(State(house): State<House>, me: Me, Path(id): Path<DuelId>) -> Answer {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house.db.write(async move |tx| actions::undo(tx, (&actor, member), id, now).await).await?;
    house.jobs.ring();
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[utoipa::path(get, path = "/api/v1/projects/{id}/tastes", operation_id = "tastes_index", tag = "reviews", params(("id" = uuid::Uuid, Path), Cursor),
    responses((status = 200, body = Items<Taste>), (status = 404, body = Problem)))]
async fn tastes(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(cursor): Query<Cursor>) -> Answer {
    projects::find(house.db.read(), me.member.id, project).await?;
    let tastes = store::tastes(house.db.read(), me.member.id, project).await?;
    Ok(Json(Items::from(Slice::of(tastes, &cursor, |taste| taste.variant_id.0)?)).into_response())
}
