//! The tree of a piece for programs: its parts, each with the ids that tie them together.

use super::store::{self, Going, Made, Root, Source};
use crate::platform::House;
use crate::platform::id::PieceId;
use crate::web::{Ability, Access, Answer, Me, Problem, Routes};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use serde::Serialize;

pub fn routes() -> Routes {
    Routes::new().api::<__path_show, _, _>(Access::Member(Ability::Read), show)
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Lineage)]
struct Tree {
    #[schema(inline)]
    piece: Root,
    #[schema(inline)]
    sources: Vec<Source>,
    #[schema(inline)]
    variants: Vec<Made>,
    #[schema(inline)]
    publications: Vec<Going>,
}

#[utoipa::path(get, path = "/api/v1/pieces/{id}/tree", operation_id = "tree_show", tag = "pieces", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Tree), (status = 404, body = Problem)))]
async fn show(State(house): State<House>, me: Me, Path(id): Path<PieceId>) -> Answer {
    let (db, member) = (house.db.read(), me.member.id);
    let piece = store::root(db, member, id).await?;
    let (sources, variants) = (store::sources(db, member, id).await?, store::variants(db, member, id).await?);
    let publications = store::publications(db, member, id).await?;
    Ok(Json(Tree { piece, sources, variants, publications }).into_response())
}
