//! The bin for programs: what lies in it, and taking things out.

use super::model::{Binned, Noun};
use super::{actions, store};
use crate::platform::House;
use crate::platform::id::ProjectId;
use crate::web::{Ability, Access, Answer, Cursor, Items, Me, Problem, Routes, Slice};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use uuid::Uuid;

pub fn routes() -> Routes {
    Routes::new()
        .api::<__path_index, _, _>(Access::Member(Ability::Make), index)
        .api::<__path_idea, _, _>(Access::Member(Noun::Idea.ability()), idea)
        .api::<__path_prompt, _, _>(Access::Member(Noun::Prompt.ability()), prompt)
        .api::<__path_piece, _, _>(Access::Member(Noun::Piece.ability()), piece)
        .api::<__path_variant, _, _>(Access::Member(Noun::Variant.ability()), variant)
        .api::<__path_channel, _, _>(Access::Member(Noun::Channel.ability()), channel)
        .api::<__path_experiment, _, _>(Access::Member(Noun::Experiment.ability()), experiment)
        .api::<__path_play, _, _>(Access::Member(Noun::Play.ability()), play)
}

#[utoipa::path(get, path = "/api/v1/projects/{id}/bin", operation_id = "bin_index", tag = "bin", params(("id" = uuid::Uuid, Path), Cursor),
    responses((status = 200, body = Items<Binned>), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(cursor): Query<Cursor>) -> Answer {
    me.shell(Some(project)).await?;
    let binned = store::list(house.db.read(), me.member.id, project).await?;
    Ok(Json(Items::from(Slice::newest(binned, &cursor, |binned| binned.id)?)).into_response())
}

macro_rules! restoration {
    ($name:ident, $noun:expr, $path:tt, $operation:tt) => {
        #[utoipa::path(post, path = $path, operation_id = $operation, tag = "bin", params(("id" = uuid::Uuid, Path)), responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
        async fn $name(State(house): State<House>, me: Me, Path(id): Path<Uuid>) -> Answer {
            actions::restore(&house, &me, $noun, id).await?;
            Ok(StatusCode::NO_CONTENT.into_response())
        }
    };
}

restoration!(idea, Noun::Idea, "/api/v1/ideas/{id}/restoration", "ideas_restore");
restoration!(prompt, Noun::Prompt, "/api/v1/prompts/{id}/restoration", "prompts_restore");
restoration!(piece, Noun::Piece, "/api/v1/pieces/{id}/restoration", "pieces_restore");
restoration!(variant, Noun::Variant, "/api/v1/variants/{id}/restoration", "variants_restore");
restoration!(channel, Noun::Channel, "/api/v1/channels/{id}/restoration", "channels_restore");
restoration!(experiment, Noun::Experiment, "/api/v1/experiments/{id}/restoration", "experiments_restore");
restoration!(play, Noun::Play, "/api/v1/plays/{id}/restoration", "plays_restore");
