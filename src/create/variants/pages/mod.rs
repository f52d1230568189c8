//! The bench: one variant with the tree of its piece, its editor and its origin.

use super::model::{Author, NewVariant, tags_of};
use super::store::{self, Asset, Node, Revision, Variant};
use super::{actions, api};
use crate::create::comments::{self, Comment};
use crate::create::pieces::{self, Piece};
use crate::platform::id::{PieceId, VariantId};
use crate::platform::locale::COMMON_LOCALES;
use crate::platform::{Error, FieldError, House};
use crate::web::{Ability, Access, Answer, Errors, Form, Me, Routes, Said, Shell, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;

pub(super) mod media;

pub fn routes() -> Routes {
    let (read, make) = (Access::Member(Ability::Read), Access::Member(Ability::Make));
    Routes::new()
        .get("/pieces/{piece}", read, of_piece)
        .get("/pieces/{piece}/variants/new", make, new)
        .post("/pieces/{piece}/variants", make, create)
        .get("/variants/{variant}", read, show)
        .post("/variants/{variant}", make, update)
        .delete("/variants/{variant}", make, bin)
        .post("/variants/{variant}/restoration", make, restore)
        .merge(media::routes())
        .merge(api::routes())
}

/// A variant as the page's form sends it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct VariantForm {
    pub title: String,
    pub hook: String,
    pub script: String,
    pub caption: String,
    pub tags: String,
    pub locale: String,
    pub parent: String,
    pub version: i64,
}

impl VariantForm {
    fn of(variant: &Variant) -> VariantForm {
        VariantForm {
            title: variant.title.clone(),
            hook: variant.hook.clone(),
            script: variant.script.clone(),
            caption: variant.caption.clone(),
            tags: variant.tag_list().join(", "),
            locale: variant.locale.clone(),
            parent: String::new(),
            version: variant.version,
        }
    }

    fn words(&self) -> NewVariant {
        NewVariant {
            title: self.title.clone(),
            hook: self.hook.clone(),
            script: self.script.clone(),
            caption: self.caption.clone(),
            tags: tags_of(&self.tags),
            locale: self.locale.clone(),
            parent: self.parent.parse().ok(),
            assets: Vec::new(),
            version: self.version,
        }
    }
}

/// A line of the tree: how deep, and whether it is the one on the bench.
pub struct Branch {
    pub node: Node,
    pub depth: usize,
    pub here: bool,
}

#[derive(Template)]
#[template(path = "create/variants/show.html")]
struct BenchPage {
    shell: Shell,
    piece: Piece,
    variant: Variant,
    tree: Vec<Branch>,
    revisions: Vec<Revision>,
    comments: Vec<Comment>,
    assets: Vec<Asset>,
    /// Made for it by runs, and not among its media
    offered: Vec<Asset>,
    form: VariantForm,
    errors: Errors,
}

impl BenchPage {
    fn comment_path(&self) -> String {
        self.shell.to(&format!("/variants/{}/comments", self.variant.id))
    }

    fn beats(&self) -> usize {
        self.variant.beats().len()
    }

    fn plays(&self) -> bool {
        self.assets.iter().any(|asset| asset.kind == "video" || asset.kind == "audio")
    }

    fn locales(&self) -> &'static [&'static str] {
        COMMON_LOCALES
    }
}

#[derive(Template)]
#[template(path = "create/variants/new.html")]
struct NewPage {
    shell: Shell,
    piece: Piece,
    form: VariantForm,
    errors: Errors,
}

impl NewPage {
    fn locales(&self) -> &'static [&'static str] {
        COMMON_LOCALES
    }
}

/// Orders nodes as a tree, parents before children; what lost its parent stands at the root.
fn tree(nodes: Vec<Node>, here: Option<VariantId>) -> Vec<Branch> {
    let known: std::collections::HashSet<VariantId> = nodes.iter().map(|node| node.id).collect();
    let mut children: std::collections::HashMap<Option<VariantId>, Vec<Node>> = std::collections::HashMap::new();
    for node in nodes {
        children.entry(node.parent_id.filter(|parent| known.contains(parent))).or_default().push(node);
    }
    let mut open: Vec<(Node, usize)> = children.remove(&None).unwrap_or_default().into_iter().rev().map(|node| (node, 0)).collect();
    let mut tree = Vec::new();
    while let Some((node, depth)) = open.pop() {
        let below = children.remove(&Some(node.id)).unwrap_or_default();
        open.extend(below.into_iter().rev().map(|child| (child, depth + 1)));
        tree.push(Branch { here: Some(node.id) == here, depth: depth.min(6), node });
    }
    tree
}

/// A piece is shown by its newest approved variant, else its newest one, else by an empty form; to those who write none,
/// the list says so.
async fn of_piece(State(house): State<House>, me: Me, Path(id): Path<PieceId>) -> Answer {
    let piece = pieces::find(house.db.read(), me.member.id, id).await?;
    let nodes = store::of_piece(house.db.read(), me.member.id, id).await?;
    let chosen = nodes.iter().rev().find(|node| node.state == "approved").or(nodes.last());
    Ok(match chosen {
        Some(node) => me.go(&format!("/variants/{}", node.id)),
        None if me.member.makes() => me.go(&format!("/pieces/{id}/variants/new")),
        None => me.go_saying(&format!("/projects/{}/pieces", piece.project_id), Said::new("pieces-no-variants").with("title", piece.title)),
    })
}

async fn show(State(house): State<House>, me: Me, Path(id): Path<VariantId>) -> Answer {
    let variant = store::find(house.db.read(), me.member.id, id).await?;
    let form = VariantForm::of(&variant);
    bench(&house, &me, variant, form, StatusCode::OK, Errors::default()).await
}

async fn bench(house: &House, me: &Me, variant: Variant, form: VariantForm, status: StatusCode, errors: Errors) -> Answer {
    let (db, member) = (house.db.read(), me.member.id);
    let piece = pieces::find(db, member, variant.piece_id).await?;
    let tree = tree(store::of_piece(db, member, variant.piece_id).await?, Some(variant.id));
    let revisions = store::revisions(db, variant.id).await?;
    let comments = comments::of_variant(db, variant.id, Some(member)).await?;
    let (assets, offered) = (store::assets(db, variant.id).await?, store::offered(db, variant.id).await?);
    let shell = me.shell(Some(variant.project_id)).await?.at("pieces");
    Ok(page(status, &BenchPage { shell, piece, variant, tree, revisions, comments, assets, offered, form, errors }))
}

async fn update(State(house): State<House>, me: Me, Path(id): Path<VariantId>, Form(form): Form<VariantForm>) -> Answer {
    let variant = store::find(house.db.read(), me.member.id, id).await?;
    let (status, errors) = match actions::edit(&house, &me, id, form.words(), None).await {
        Ok(changed) => {
            let approved = variant.state == "approved";
            let key = match (changed, approved) {
                (false, _) => "variants-nothing-changed",
                (true, true) => "variants-saved-approval-back",
                (true, false) => "variants-saved",
            };
            return Ok(me.go_saying(&format!("/variants/{id}"), Said::new(key)));
        }
        Err(Error::Invalid(errors)) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
        Err(Error::Stale(_)) => (StatusCode::CONFLICT, vec![FieldError::new("version", "failure-stale")]),
        Err(error) => return Err(error.into()),
    };
    let errors = Errors::of(me.words, &errors);
    bench(&house, &me, variant, form, status, errors).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct From {
    parent: Option<VariantId>,
}

/// An empty form, or the words of a parent to start from.
async fn new(State(house): State<House>, me: Me, Path(id): Path<PieceId>, axum::extract::Query(from): axum::extract::Query<From>) -> Answer {
    let piece = pieces::find(house.db.read(), me.member.id, id).await?;
    let shell = me.shell(Some(piece.project_id)).await?.at("pieces");
    let form = match from.parent {
        Some(parent) => {
            let parent = store::find(house.db.read(), me.member.id, parent).await?;
            VariantForm { parent: parent.id.to_string(), version: 0, ..VariantForm::of(&parent) }
        }
        None => VariantForm { title: piece.title.clone(), locale: shell.project.locale.clone(), ..VariantForm::default() },
    };
    Ok(page(StatusCode::OK, &NewPage { shell, piece, form, errors: Errors::default() }))
}

async fn create(State(house): State<House>, me: Me, Path(piece): Path<PieceId>, Form(form): Form<VariantForm>) -> Answer {
    let (now, by, actor, words) = (house.now(), me.member.id, me.actor(), form.words());
    match house.db.write(async move |tx| actions::add(tx, &actor, Some(by), piece, &words, Author::Person, None, now).await).await {
        Ok(id) => Ok(me.go_saying(&format!("/variants/{id}"), Said::new("variants-created"))),
        Err(Error::Invalid(errors)) => {
            let errors = Errors::of(me.words, &errors);
            let piece = pieces::find(house.db.read(), me.member.id, piece).await?;
            let shell = me.shell(Some(piece.project_id)).await?.at("pieces");
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &NewPage { shell, piece, form, errors }))
        }
        Err(error) => Err(error.into()),
    }
}

async fn bin(State(house): State<House>, me: Me, Path(id): Path<VariantId>) -> Answer {
    let variant = store::find(house.db.read(), me.member.id, id).await?;
    let piece = actions::bin(&house, &me, id, true).await?;
    let said = Said::new("variants-binned").with("title", variant.title).undo(format!("/variants/{id}/restoration"));
    Ok(me.go_saying(&format!("/pieces/{piece}"), said))
}

async fn restore(State(house): State<House>, me: Me, Path(id): Path<VariantId>) -> Answer {
    actions::bin(&house, &me, id, false).await?;
    Ok(me.go(&format!("/variants/{id}")))
}
