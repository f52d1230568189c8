//! Backends for programs.

use super::actions::{self, NewBackend, NewPrice};
use super::store::{self, BackendShown, Price};
use crate::platform::House;
use crate::platform::id::BackendId;
use crate::web::{Ability, Access, Answer, Created, Cursor, Given, Items, Me, NewObject, Problem, Routes, Slice, create as create_once};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub fn routes() -> Routes {
    let administer = Access::Member(Ability::Administer);
    Routes::new()
        .api::<__path_index, _, _>(administer, index)
        .api::<__path_create, _, _>(administer, create)
        .api::<__path_show, _, _>(administer, show)
        .api::<__path_update, _, _>(administer, update)
        .api::<__path_test, _, _>(administer, test)
        .api::<__path_destroy, _, _>(administer, destroy)
        .api::<__path_models, _, _>(administer, models)
        .api::<__path_prices, _, _>(administer, prices)
        .api::<__path_add_price, _, _>(administer, add_price)
}

/// What a test found.
#[derive(Serialize, utoipa::ToSchema)]
struct Tested {
    ok: bool,
    /// An error class of runs
    class: Option<&'static str>,
    /// The same in a sentence
    reason: Option<String>,
    /// What the service itself said
    detail: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/backends", operation_id = "backends_index", tag = "backends", params(Cursor),
    responses((status = 200, body = Items<BackendShown>), (status = 422, body = Problem)))]
async fn index(State(house): State<House>, Query(cursor): Query<Cursor>) -> Answer {
    let backends = store::list(house.db.read(), house.now()).await?;
    Ok(Json(Items::from(Slice::of(backends, &cursor, |backend| backend.id.0)?)).into_response())
}

#[utoipa::path(post, path = "/api/v1/backends", operation_id = "backends_create", tag = "backends", request_body = NewBackend,
    responses((status = 201, body = NewObject), (status = 422, body = Problem)))]
async fn create(State(house): State<House>, me: Me, given: Given<NewBackend>) -> Answer {
    let (new, call) = given.into_parts();
    let kept = actions::prepare(&house, &new)?;
    let (now, actor) = (house.now(), me.actor());
    create_once(&house, &me, call, async move |tx| Ok(Created::id(actions::connect(tx, &actor, &kept, now).await?.0))).await
}

#[utoipa::path(get, path = "/api/v1/backends/{id}", operation_id = "backends_show", tag = "backends", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = BackendShown), (status = 404, body = Problem)))]
async fn show(State(house): State<House>, Path(id): Path<BackendId>) -> Answer {
    Ok(Json(store::find(house.db.read(), id, house.now()).await?).into_response())
}

/// What changes; what is left out stays as it is.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
struct BackendChange {
    name: Option<String>,
    /// Settings that change. The secret stays, unless the address moves: then it is asked for again
    #[schema(value_type = Object)]
    settings: Map<String, Value>,
}

#[utoipa::path(patch, path = "/api/v1/backends/{id}", operation_id = "backends_update", tag = "backends", params(("id" = uuid::Uuid, Path)), request_body = BackendChange,
    responses((status = 200, body = BackendShown), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn update(State(house): State<House>, me: Me, Path(id): Path<BackendId>, given: Given<BackendChange>) -> Answer {
    let (change, _) = given.into_parts();
    let before = store::find(house.db.read(), id, house.now()).await?;
    let mut settings: Map<String, Value> = before.settings.into_iter().map(|(name, text)| (name, text.into())).collect();
    settings.extend(change.settings);
    let new = NewBackend { kind: before.kind, name: change.name.unwrap_or(before.name), settings };
    actions::update(&house, &me, id, &new).await?;
    show(State(house), Path(id)).await
}

#[utoipa::path(post, path = "/api/v1/backends/{id}/tests", operation_id = "backends_test", tag = "backends", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Tested), (status = 404, body = Problem)))]
async fn test(State(house): State<House>, me: Me, Path(id): Path<BackendId>) -> Answer {
    let tested = match actions::test(&house, &me, id).await? {
        Ok(()) => Tested { ok: true, class: None, reason: None, detail: None },
        Err(trouble) => Tested {
            ok: false,
            class: Some(trouble.class.name()),
            reason: Some(me.words.t(trouble.class.key()).into_owned()),
            detail: Some(trouble.detail).filter(|detail| !detail.is_empty()),
        },
    };
    Ok(Json(tested).into_response())
}

#[utoipa::path(delete, path = "/api/v1/backends/{id}", operation_id = "backends_destroy", tag = "backends", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn destroy(State(house): State<House>, me: Me, Path(id): Path<BackendId>) -> Answer {
    actions::remove(&house, &me, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The models that the service offers; none where it has no such list.
#[utoipa::path(get, path = "/api/v1/backends/{id}/models", operation_id = "backends_models", tag = "backends", params(("id" = uuid::Uuid, Path), Cursor),
    responses((status = 200, body = Items<String>), (status = 404, body = Problem)))]
async fn models(State(house): State<House>, Path(id): Path<BackendId>) -> Answer {
    let items = actions::models(&house, id).await?.unwrap_or_default();
    Ok(Json(Items { items, next: None }).into_response())
}

/// Every price of a backend, past ones included.
#[utoipa::path(get, path = "/api/v1/backends/{id}/prices", operation_id = "backends_prices", tag = "backends", params(("id" = uuid::Uuid, Path), Cursor),
    responses((status = 200, body = Items<Price>), (status = 404, body = Problem)))]
async fn prices(State(house): State<House>, Path(id): Path<BackendId>, Query(cursor): Query<Cursor>) -> Answer {
    store::find(house.db.read(), id, house.now()).await?;
    let prices = store::prices(house.db.read(), id).await?;
    Ok(Json(Items::from(Slice::of(prices, &cursor, |price| price.id.0)?)).into_response())
}

/// Adds a price; runs that are planned already keep theirs.
#[utoipa::path(post, path = "/api/v1/backends/{id}/prices", operation_id = "backends_add_price", tag = "backends", params(("id" = uuid::Uuid, Path)),
    request_body = NewPrice, responses((status = 201, body = NewObject), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn add_price(State(house): State<House>, me: Me, Path(id): Path<BackendId>, given: Given<NewPrice>) -> Answer {
    let (new, call) = given.into_parts();
    let now = house.now();
    store::find(house.db.read(), id, now).await?;
    let by = me.clone();
    create_once(&house, &me, call, async move |tx| Ok(Created::id(actions::add_price(tx, &by, id, &new, now).await?.0))).await
}
