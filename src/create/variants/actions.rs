//! Verbs on variants.

use super::model::{Author, NewVariant, Words};
use super::store::{self, Birth, Share};
use crate::platform::db::Tx;
use crate::platform::diff::{diff, share_new, words_edited};
use crate::platform::events::{Actor, Event, record};
use crate::platform::id::{AssetId, MemberId, PieceId, ProjectId, RunId, VariantId};
use crate::platform::{Error, House, Ms, Outcome};
use crate::web::Me;
use serde_json::json;

/// Adds a variant to a piece, on the desk at once. `by` is the member whose sight decides; `None`
/// acts for the house (a run, an import).
#[allow(clippy::too_many_arguments, reason = "who, where, what and from which run are all the origin there is")]
pub async fn add(
    tx: &mut Tx,
    actor: &Actor,
    by: Option<MemberId>,
    piece: PieceId,
    new: &NewVariant,
    author: Author,
    run: Option<RunId>,
    at: Ms,
) -> Outcome<VariantId> {
    let (project, locale) = store::piece(tx, by, piece).await?;
    let words = new.check(&locale)?;
    let changed = match new.parent {
        Some(parent) => {
            let parent = store::hold(tx, by, parent, false).await.map_err(|_| Error::field("parent", "error-parent"))?;
            if parent.piece != piece {
                return Err(Error::field("parent", "error-parent"));
            }
            words.changed_from(&parent.words)
        }
        None => Vec::new(),
    };
    let id = VariantId::new(at);
    store::insert(tx, id, project, piece, &words, &Birth { parent: new.parent, author, run, changed, by }, at).await?;
    for asset in &new.assets {
        store::place_asset(tx, id, *asset).await?;
    }
    record(tx, actor, at, Event::new("variant.created", id.0).within(project).detail(json!({ "author": author.name() }))).await?;
    Ok(id)
}

/// Edits the words and, when told, which media it has. Answers false when nothing differed, which
/// writes nothing.
pub(super) async fn edit(house: &House, me: &Me, id: VariantId, new: NewVariant, assets: Option<Vec<AssetId>>) -> Outcome<bool> {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            let held = store::hold(tx, Some(member), id, false).await?;
            if new.version != held.version {
                return Err(Error::stale(new.version, held.version));
            }
            let words = new.check(held.words.locale.as_str())?;
            let moved = match assets {
                Some(assets) => store::replace_assets(tx, id, &assets).await?,
                None => false,
            };
            if words == held.words {
                if moved {
                    // What was approved with other media is looked at again.
                    store::set_state(tx, id, held.state.after_edit(), None, now).await?;
                    record(tx, &actor, now, Event::new("variant.edited", id.0).within(held.project).detail(json!({ "parts": ["media"] }))).await?;
                }
                return Ok(moved);
            }
            let first = store::first_words(tx, id).await?;
            let first = first.as_ref().unwrap_or(&held.words);
            let people = Share { human: human_share(&held.author, first, &words), words: edited(first, &words) };
            let parts = diff(&held.words.joined(), &words.joined());
            store::edit(tx, id, &held, &words, &parts, people, Some(member), now).await?;
            let detail = json!({ "parts": words.changed_from(&held.words), "state": held.state.after_edit() });
            record(tx, &actor, now, Event::new("variant.edited", id.0).within(held.project).detail(detail)).await?;
            Ok(true)
        })
        .await
}

/// People's words in a model's draft are those that the draft did not have.
fn human_share(author: &str, first: &Words, now: &Words) -> f64 {
    if author == "model" || author == "template" { share_new(&first.joined(), &now.joined()) } else { 1.0 }
}

/// Words that changed since the draft was written; what scores are made of.
fn edited(first: &Words, now: &Words) -> i64 {
    i64::try_from(words_edited(&first.joined(), &now.joined())).unwrap_or(i64::MAX)
}

pub(super) async fn bin(house: &House, me: &Me, id: VariantId, binned: bool) -> Outcome<PieceId> {
    let (now, member, actor) = (house.now(), me.member.id, me.actor());
    house
        .db
        .write(async move |tx| {
            let held = store::hold(tx, Some(member), id, !binned).await?;
            if !binned && !store::piece_lives(tx, held.piece).await? {
                return Err(Error::refused("bin-piece-first"));
            }
            store::set_deleted(tx, id, binned.then_some(now)).await?;
            let kind = if binned { "variant.binned" } else { "variant.restored" };
            record(tx, &actor, now, Event::new(kind, id.0).within(held.project)).await?;
            Ok(held.piece)
        })
        .await
}

/// A file that is stored already and now belongs to a project.
#[derive(Debug, Clone)]
pub struct NewAsset {
    pub kind: &'static str,
    pub mime: &'static str,
    pub size: i64,
    pub digest: Vec<u8>,
    pub width: Option<i64>,
    pub height: Option<i64>,
    /// Of films and sound
    pub duration_ms: Option<i64>,
    pub alt: String,
    pub file_name: String,
    /// upload, template or model
    pub origin: &'static str,
    pub run: Option<RunId>,
}

/// Adds an asset to a project and, when asked, to the end of a variant's media.
pub async fn attach(
    tx: &mut Tx,
    actor: &Actor,
    by: Option<MemberId>,
    project: ProjectId,
    variant: Option<VariantId>,
    asset: &NewAsset,
    at: Ms,
) -> Outcome<AssetId> {
    let id = AssetId::new(at);
    store::insert_asset(tx, id, project, asset, by, at).await?;
    if let Some(variant) = variant {
        store::place_asset(tx, variant, id).await?;
    }
    record(tx, actor, at, Event::new("asset.added", id.0).within(project).detail(json!({ "mime": asset.mime, "origin": asset.origin }))).await?;
    Ok(id)
}

/// Puts something that was made before among a variant's media, as a person chose it; what was approved without it is
/// looked at again.
pub async fn choose_asset(tx: &mut Tx, actor: &Actor, by: MemberId, id: VariantId, asset: AssetId, at: Ms) -> Outcome<()> {
    let held = store::hold(tx, Some(by), id, false).await?;
    if store::holds_asset(tx, id, asset).await? {
        return Ok(());
    }
    store::place_asset(tx, id, asset).await?;
    store::set_state(tx, id, held.state.after_edit(), None, at).await?;
    record(tx, actor, at, Event::new("asset.chosen", asset.0).within(held.project).detail(json!({ "variant": id }))).await
}

/// Adds a file to a variant's media; what was approved without it is looked at again.
pub(super) async fn add_asset(
    tx: &mut Tx,
    actor: &Actor,
    by: MemberId,
    (project, id): (ProjectId, VariantId),
    asset: &NewAsset,
    at: Ms,
) -> Outcome<AssetId> {
    let held = store::hold(tx, Some(by), id, false).await?;
    let asset = attach(tx, actor, Some(by), project, Some(id), asset, at).await?;
    store::set_state(tx, id, held.state.after_edit(), None, at).await?;
    Ok(asset)
}
