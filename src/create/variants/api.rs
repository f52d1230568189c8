//! Variants for programs.

use super::actions;
use super::model::{Author, NewVariant};
use super::pages::media;
use super::store::{self, Asset, Node, Variant};
use crate::create::pieces;
use crate::platform::House;
use crate::platform::id::{AssetId, PieceId, VariantId};
use crate::web::{Ability, Access, Answer, Created, Cursor, Failure, Given, Head, Items, Me, NewObject, Problem, Routes, create as create_once};
use axum::Json;
use axum::extract::{DefaultBodyLimit, Multipart, Path, Query, State};
use axum::handler::Handler;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new()
        .api::<__path_index, _, _>(read, index)
        .api::<__path_create, _, _>(make, create)
        .api::<__path_show, _, _>(read, show)
        .api::<__path_update, _, _>(make, update)
        .api::<__path_destroy, _, _>(make, destroy)
        .api::<__path_medium, _, _>(read, medium)
        .api::<__path_upload, _, _>(make, upload.layer(DefaultBodyLimit::disable()))
}

/// A variant with its tags and media.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Whole {
    #[serde(flatten)]
    variant: Variant,
    tags: Vec<String>,
    assets: Vec<Asset>,
}

#[utoipa::path(get, path = "/api/v1/pieces/{id}/variants", operation_id = "variants_index", tag = "variants", params(("id" = uuid::Uuid, Path), Cursor),
    responses((status = 200, body = Items<Node>), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn index(State(house): State<House>, me: Me, Path(piece): Path<PieceId>, Query(cursor): Query<Cursor>) -> Answer {
    pieces::find(house.db.read(), me.member.id, piece).await?;
    let slice = store::list(house.db.read(), me.member.id, piece, cursor.after, cursor.limit()?).await?;
    Ok(Json(Items::from(slice)).into_response())
}

#[utoipa::path(post, path = "/api/v1/pieces/{id}/variants", operation_id = "variants_create", tag = "variants", params(("id" = uuid::Uuid, Path)),
    request_body = NewVariant, responses((status = 201, body = NewObject), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn create(State(house): State<House>, me: Me, Path(piece): Path<PieceId>, given: Given<NewVariant>) -> Answer {
    let (variant, call) = given.into_parts();
    let (now, by, actor) = (house.now(), me.member.id, me.actor());
    create_once(&house, &me, call, async move |tx| {
        Ok(Created::id(actions::add(tx, &actor, Some(by), piece, &variant, Author::Person, None, now).await?.0))
    })
    .await
}

#[utoipa::path(get, path = "/api/v1/variants/{id}", operation_id = "variants_show", tag = "variants", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Whole), (status = 404, body = Problem)))]
async fn show(State(house): State<House>, me: Me, Path(id): Path<VariantId>) -> Answer {
    let variant = store::find(house.db.read(), me.member.id, id).await?;
    let (tags, assets) = (variant.tag_list(), store::assets(house.db.read(), id).await?);
    Ok(Json(Whole { variant, tags, assets }).into_response())
}

/// What changes; what is left out stays as it is.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
struct VariantChange {
    title: Option<String>,
    hook: Option<String>,
    script: Option<String>,
    caption: Option<String>,
    tags: Option<Vec<String>>,
    locale: Option<String>,
    /// Exactly these media of the project from now on, in this order
    assets: Option<Vec<AssetId>>,
    /// The version that was read: changed meanwhile is a conflict. As it stands when left out
    version: Option<i64>,
}

impl VariantChange {
    fn of(self, variant: Variant) -> NewVariant {
        NewVariant {
            tags: self.tags.unwrap_or_else(|| variant.tag_list()),
            title: self.title.unwrap_or(variant.title),
            hook: self.hook.unwrap_or(variant.hook),
            script: self.script.unwrap_or(variant.script),
            caption: self.caption.unwrap_or(variant.caption),
            locale: self.locale.unwrap_or(variant.locale),
            version: self.version.unwrap_or(variant.version),
            ..NewVariant::default()
        }
    }
}

#[utoipa::path(patch, path = "/api/v1/variants/{id}", operation_id = "variants_update", tag = "variants", params(("id" = uuid::Uuid, Path)), request_body = VariantChange,
    responses((status = 200, body = Whole), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn update(State(house): State<House>, me: Me, Path(id): Path<VariantId>, given: Given<VariantChange>) -> Answer {
    let (mut change, _) = given.into_parts();
    let variant = store::find(house.db.read(), me.member.id, id).await?;
    let assets = change.assets.take();
    actions::edit(&house, &me, id, change.of(variant), assets).await?;
    show(State(house), me, Path(id)).await
}

#[utoipa::path(delete, path = "/api/v1/variants/{id}", operation_id = "variants_destroy", tag = "variants", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn destroy(State(house): State<House>, me: Me, Path(id): Path<VariantId>) -> Answer {
    actions::bin(&house, &me, id, true).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The file itself; ranges are served.
#[utoipa::path(get, path = "/api/v1/media/{id}", operation_id = "media_show", tag = "variants", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = 206, content_type = "application/octet-stream"), (status = 404, body = Problem), (status = 416)))]
async fn medium(house: State<House>, me: Me, id: Path<AssetId>, headers: HeaderMap) -> Answer {
    media::show(house, me, id, headers).await
}

#[utoipa::path(post, path = "/api/v1/variants/{id}/assets", operation_id = "variants_upload", tag = "variants", params(("id" = uuid::Uuid, Path)),
    request_body(content_type = "multipart/form-data", description = "A part named `file`; one named `alt` before it says what it shows"),
    responses((status = 201, body = NewObject), (status = 404, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem)))]
async fn upload(State(house): State<House>, me: Me, Path(id): Path<VariantId>, head: Head, mut form: Multipart) -> Answer {
    let variant = store::find(house.db.read(), me.member.id, id).await?;
    let mut alt = String::new();
    while let Some(field) = form.next_field().await.map_err(|_| Failure::Bad("failure-form"))? {
        if field.name() == Some("alt") {
            alt = media::alt(field).await?;
        } else if field.name() == Some("file") {
            let asset = media::keep(&house, field, &alt).await?;
            let (call, by, actor, now) = (head.with(&asset.digest), me.member.id, me.actor(), house.now());
            return create_once(&house, &me, call, async move |tx| {
                Ok(Created::id(actions::add_asset(tx, &actor, by, (variant.project_id, id), &asset, now).await?.0))
            })
            .await;
        }
    }
    Err(Failure::Bad("failure-form"))
}
