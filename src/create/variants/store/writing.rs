//! What changes in variants: new ones, edits with their revisions, states, media, the bin.

use crate::create::variants::NewAsset;
use crate::create::variants::model::{Author, VariantState, Words};
use crate::platform::db::Tx;
use crate::platform::diff::Part;
use crate::platform::id::{AssetId, MemberId, PieceId, ProjectId, RunId, VariantId};
use crate::platform::{Error, Ms, Outcome};

/// A piece a member may add to (`None`: the house), its project and the project's language.
pub async fn piece(tx: &mut Tx, member: Option<MemberId>, id: PieceId) -> Outcome<(ProjectId, String)> {
    let row = sqlx::query!(
        r#"select p.project_id as "project: ProjectId", j.locale from pieces p join projects j on j.id = p.project_id
           where p.id = ?1 and p.deleted_ms is null
             and (?2 is null or exists (select 1 from sights s where s.member_id = ?2 and s.project_id = p.project_id))"#,
        id,
        member
    )
    .fetch_one(tx)
    .await?;
    Ok((row.project, row.locale))
}

/// Whether a piece is outside the bin.
pub async fn piece_lives(tx: &mut Tx, id: PieceId) -> Outcome<bool> {
    Ok(sqlx::query_scalar!("select 1 from pieces where id = ? and deleted_ms is null", id).fetch_optional(tx).await?.is_some())
}

/// A variant's words, state and owner inside a write, when this member may change it.
pub struct Held {
    pub project: ProjectId,
    pub piece: PieceId,
    pub state: VariantState,
    pub words: Words,
    pub author: String,
    pub edits: i64,
    pub version: i64,
}

pub async fn hold(tx: &mut Tx, member: Option<MemberId>, id: VariantId, binned: bool) -> Outcome<Held> {
    let row = sqlx::query!(
        r#"select v.project_id as "project: ProjectId", v.piece_id as "piece: PieceId", v.state, v.title, v.hook, v.script, v.caption, v.tags,
             v.locale, v.author, v.edits, v.version
           from variants v where v.id = ?1 and (v.deleted_ms is not null) = ?3
             and (?2 is null or exists (select 1 from sights s where s.member_id = ?2 and s.project_id = v.project_id))"#,
        id,
        member,
        binned
    )
    .fetch_one(tx)
    .await?;
    Ok(Held {
        project: row.project,
        piece: row.piece,
        state: row.state.parse().map_err(Error::broken)?,
        words: Words {
            title: row.title,
            hook: row.hook,
            script: row.script,
            caption: row.caption,
            tags: serde_json::from_str(&row.tags).unwrap_or_default(),
            locale: row.locale.parse().map_err(Error::broken)?,
        },
        author: row.author,
        edits: row.edits,
        version: row.version,
    })
}

/// Where a new variant comes from.
pub struct Birth {
    pub parent: Option<VariantId>,
    pub author: Author,
    pub run: Option<RunId>,
    pub changed: Vec<&'static str>,
    pub by: Option<MemberId>,
}

pub async fn insert(tx: &mut Tx, id: VariantId, project: ProjectId, piece: PieceId, words: &Words, birth: &Birth, at: Ms) -> Outcome<()> {
    let (tags, changed) = (serde_json::to_string(&words.tags).map_err(Error::broken)?, serde_json::to_string(&birth.changed).map_err(Error::broken)?);
    let (author, share) = (birth.author.name(), if birth.author == Author::Person { 1.0 } else { 0.0 });
    sqlx::query!(
        "insert into variants (id, project_id, piece_id, parent_id, locale, title, hook, script, caption, tags, state, author, run_id, changed,
           human_share, created_by, created_ms, updated_ms)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'in_review', ?, ?, ?, ?, ?, ?, ?)",
        id,
        project,
        piece,
        birth.parent,
        words.locale,
        words.title,
        words.hook,
        words.script,
        words.caption,
        tags,
        author,
        birth.run,
        changed,
        share,
        birth.by,
        at,
        at
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The words a variant began with: before its first edit.
pub async fn first_words(tx: &mut Tx, id: VariantId) -> Outcome<Option<Words>> {
    let text = sqlx::query_scalar!("select before from revisions where variant_id = ? and number = 1", id).fetch_optional(tx).await?;
    text.map(|text| serde_json::from_str(&text).map_err(Error::broken)).transpose()
}

/// What people did to a draft since it was written.
#[derive(Clone, Copy)]
pub struct Share {
    /// Of today's words, 0 to 1
    pub human: f64,
    /// Words taken out, put in or replaced
    pub words: i64,
}

/// Writes the edit: the revision, the new words, the state they leave; an approval ends with it.
#[allow(clippy::too_many_arguments, reason = "a revision is both texts, their diff, the share, who and when")]
pub async fn edit(tx: &mut Tx, id: VariantId, held: &Held, words: &Words, diff: &[Part], people: Share, by: Option<MemberId>, at: Ms) -> Outcome<()> {
    let (before, diff) = (serde_json::to_string(&held.words).map_err(Error::broken)?, serde_json::to_string(diff).map_err(Error::broken)?);
    let number = held.edits + 1;
    sqlx::query!(
        "insert into revisions (variant_id, number, before, diff, edited_by, at_ms) values (?, ?, ?, ?, ?, ?)",
        id,
        number,
        before,
        diff,
        by,
        at
    )
    .execute(&mut *tx)
    .await?;
    let (tags, state) = (serde_json::to_string(&words.tags).map_err(Error::broken)?, held.state.after_edit().name());
    sqlx::query!(
        "update variants set title = ?, hook = ?, script = ?, caption = ?, tags = ?, locale = ?, state = ?, digest = null, edits = ?,
           human_share = ?, words_edited = ?, version = version + 1, updated_ms = ?
         where id = ?",
        words.title,
        words.hook,
        words.script,
        words.caption,
        tags,
        words.locale,
        state,
        number,
        people.human,
        people.words,
        at,
        id
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Sets the state a decision leads to, and the digest of what was decided on.
pub async fn set_state(tx: &mut Tx, id: VariantId, state: VariantState, digest: Option<Vec<u8>>, at: Ms) -> Outcome<()> {
    let name = state.name();
    sqlx::query!("update variants set state = ?, digest = ?, version = version + 1, updated_ms = ? where id = ?", name, digest, at, id)
        .execute(tx)
        .await?;
    Ok(())
}

pub async fn set_deleted(tx: &mut Tx, id: VariantId, deleted: Option<Ms>) -> Outcome<()> {
    sqlx::query!("update variants set deleted_ms = ?, version = version + 1 where id = ?", deleted, id).execute(tx).await?;
    Ok(())
}

pub async fn insert_asset(tx: &mut Tx, id: AssetId, project: ProjectId, asset: &NewAsset, by: Option<MemberId>, at: Ms) -> Outcome<()> {
    sqlx::query!(
        "insert into assets (id, project_id, kind, mime, size, digest, width, height, duration_ms, alt, file_name, origin, run_id, created_by,
           created_ms)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        project,
        asset.kind,
        asset.mime,
        asset.size,
        asset.digest,
        asset.width,
        asset.height,
        asset.duration_ms,
        asset.alt,
        asset.file_name,
        asset.origin,
        asset.run,
        by,
        at
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Gives a variant exactly these media in this order; false when it had them so already.
pub async fn replace_assets(tx: &mut Tx, variant: VariantId, assets: &[AssetId]) -> Outcome<bool> {
    let had = sqlx::query_scalar!(
        r#"select va.asset_id as "id: AssetId" from variant_assets va join assets a on a.id = va.asset_id
           where va.variant_id = ? and a.deleted_ms is null order by va.position"#,
        variant
    )
    .fetch_all(&mut *tx)
    .await?;
    if had == assets {
        return Ok(false);
    }
    if assets.iter().enumerate().any(|(place, asset)| assets.iter().take(place).any(|other| other == asset)) {
        return Err(Error::field("assets", "error-asset"));
    }
    sqlx::query!("delete from variant_assets where variant_id = ?", variant).execute(&mut *tx).await?;
    for asset in assets {
        place_asset(tx, variant, *asset).await?;
    }
    Ok(true)
}

pub async fn holds_asset(tx: &mut Tx, variant: VariantId, asset: AssetId) -> Outcome<bool> {
    let found = sqlx::query_scalar!("select 1 from variant_assets where variant_id = ? and asset_id = ?", variant, asset);
    Ok(found.fetch_optional(tx).await?.is_some())
}

/// Puts an asset of the same project at the end of a variant's media.
pub async fn place_asset(tx: &mut Tx, variant: VariantId, asset: AssetId) -> Outcome<()> {
    let done = sqlx::query!(
        "insert into variant_assets (variant_id, asset_id, position)
         select v.id, a.id, (select coalesce(max(position) + 1, 0) from variant_assets where variant_id = ?1)
         from variants v join assets a on a.project_id = v.project_id where v.id = ?1 and a.id = ?2 and a.deleted_ms is null",
        variant,
        asset
    )
    .execute(tx)
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Error::field("assets", "error-asset")) }
}
