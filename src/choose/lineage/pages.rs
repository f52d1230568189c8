//! The tree of a piece as a page.

use super::api;
use super::model::{Step, walk};
use super::store::{self, Root};
use crate::platform::House;
use crate::platform::id::PieceId;
use crate::web::{Ability, Access, Answer, Me, Routes, Shell, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;

pub fn routes() -> Routes {
    Routes::new().get("/pieces/{piece}/tree", Access::Member(Ability::Read), show).merge(api::routes())
}

#[derive(Template)]
#[template(path = "choose/lineage/show.html")]
struct TreePage {
    shell: Shell,
    piece: PieceId,
    root: Root,
    steps: Vec<Step>,
    variants: usize,
    stale: usize,
    published: usize,
}

async fn show(State(house): State<House>, me: Me, Path(piece): Path<PieceId>) -> Answer {
    let (db, member) = (house.db.read(), me.member.id);
    let root = store::root(db, member, piece).await?;
    let shell = me.shell(Some(root.project_id)).await?.at("pieces");
    let (sources, variants) = (store::sources(db, member, piece).await?, store::variants(db, member, piece).await?);
    let goings = store::publications(db, member, piece).await?;
    let stale = variants.iter().filter(|variant| variant.is_stale).count();
    let published = goings.iter().filter(|going| going.state == "published").count();
    let count = variants.len();
    let steps = walk(sources, variants, goings);
    Ok(page(StatusCode::OK, &TreePage { shell, piece, root, steps, variants: count, stale, published }))
}
