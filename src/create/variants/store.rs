//! All SQL of variants, their revisions and their media.

use super::model::{Author, VariantState, Words};
use crate::platform::db::Tx;
use crate::platform::diff::Part;
use crate::platform::id::{AssetId, MemberId, PieceId, ProjectId, RunId, VariantId};
use crate::platform::locale::Locale;
use crate::platform::{Error, Ms, Outcome};
use serde::Serialize;
use sqlx::SqlitePool;

/// A variant with all its words.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Variant {
    pub id: VariantId,
    pub project_id: ProjectId,
    pub piece_id: PieceId,
    pub piece_title: String,
    pub parent_id: Option<VariantId>,
    pub locale: String,
    pub title: String,
    pub hook: String,
    pub script: String,
    pub caption: String,
    #[serde(skip)]
    pub tags: String,
    pub state: String,
    pub author: String,
    pub run_id: Option<RunId>,
    pub edits: i64,
    pub human_share: f64,
    #[serde(skip)]
    pub digest: Option<Vec<u8>>,
    pub version: i64,
    #[serde(rename = "created_at")]
    #[schema(value_type = String, format = DateTime)]
    pub created_ms: Ms,
    pub created_by: Option<String>,
}

impl Variant {
    pub fn tag_list(&self) -> Vec<String> {
        serde_json::from_str(&self.tags).unwrap_or_default()
    }

    pub fn state(&self) -> VariantState {
        self.state.parse().unwrap_or(VariantState::Draft)
    }

    pub fn words(&self) -> Outcome<Words> {
        let locale: Locale = self.locale.parse().map_err(Error::broken)?;
        Ok(Words {
            title: self.title.clone(),
            hook: self.hook.clone(),
            script: self.script.clone(),
            caption: self.caption.clone(),
            tags: self.tag_list(),
            locale,
        })
    }

    /// The script line by line: the time a beat begins, when it says one; the note in brackets on
    /// how it is shown; its words.
    pub fn beats(&self) -> Vec<(String, String, String)> {
        let digits = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let timed = |line: &str| {
            let (time, rest) = line.split_once(' ')?;
            let (minutes, seconds) = time.split_once(':')?;
            (digits(minutes) && digits(seconds)).then(|| (time.to_owned(), rest.trim().to_owned()))
        };
        let beat = |line: &str| {
            let (time, rest) = timed(line).unwrap_or_else(|| (String::new(), line.to_owned()));
            match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                Some((note, words)) => (time, note.to_owned(), words.trim().to_owned()),
                None => (time, String::new(), rest),
            }
        };
        self.script.lines().map(str::trim).filter(|line| !line.is_empty()).map(beat).collect()
    }

    pub fn percent_human(&self) -> i64 {
        #[allow(clippy::cast_possible_truncation, reason = "0 to 100")]
        let percent = (self.human_share * 100.0).round() as i64;
        percent
    }
}

/// A variant as the tree of its piece shows it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Node {
    pub id: VariantId,
    pub parent_id: Option<VariantId>,
    pub title: String,
    pub locale: String,
    pub state: String,
    pub author: String,
    pub edits: i64,
    #[serde(skip)]
    pub changed: String,
    #[serde(rename = "created_at")]
    #[schema(value_type = String, format = DateTime)]
    pub created_ms: Ms,
}

impl Node {
    pub fn changed(&self) -> Vec<String> {
        serde_json::from_str(&self.changed).unwrap_or_default()
    }
}

#[derive(Debug, Clone)]
pub struct Revision {
    pub number: i64,
    pub diff: String,
    pub at_ms: Ms,
    pub by: Option<String>,
}

impl Revision {
    pub fn parts(&self) -> Vec<Part> {
        serde_json::from_str(&self.diff).unwrap_or_default()
    }
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Asset {
    pub id: AssetId,
    pub kind: String,
    pub mime: String,
    pub size: i64,
    #[serde(skip)]
    pub digest: Vec<u8>,
    pub alt: String,
    pub file_name: String,
    pub origin: String,
}

pub async fn find(db: &SqlitePool, member: MemberId, id: VariantId) -> Outcome<Variant> {
    Ok(sqlx::query_as!(
        Variant,
        r#"select v.id as "id: VariantId", v.project_id as "project_id: ProjectId", v.piece_id as "piece_id: PieceId", p.title as piece_title,
             v.parent_id as "parent_id: VariantId", v.locale, v.title, v.hook, v.script, v.caption, v.tags, v.state, v.author,
             v.run_id as "run_id: RunId", v.edits, v.human_share, v.digest, v.version, v.created_ms as "created_ms: Ms", m.name as "created_by?"
           from variants v join sights s on s.project_id = v.project_id and s.member_id = ?2
             join pieces p on p.id = v.piece_id left join members m on m.id = v.created_by
           where v.id = ?1 and v.deleted_ms is null"#,
        id,
        member
    )
    .fetch_one(db)
    .await?)
}

/// The variants of a piece, oldest first: the tree is built from their parents.
pub async fn of_piece(db: &SqlitePool, member: MemberId, piece: PieceId) -> Outcome<Vec<Node>> {
    Ok(sqlx::query_as!(
        Node,
        r#"select v.id as "id: VariantId", v.parent_id as "parent_id: VariantId", v.title, v.locale, v.state, v.author, v.edits, v.changed,
             v.created_ms as "created_ms: Ms"
           from variants v where v.piece_id = ?1 and v.deleted_ms is null
             and exists (select 1 from sights s where s.member_id = ?2 and s.project_id = v.project_id)
           order by v.id limit 500"#,
        piece,
        member
    )
    .fetch_all(db)
    .await?)
}

pub async fn revisions(db: &SqlitePool, id: VariantId) -> Outcome<Vec<Revision>> {
    Ok(sqlx::query_as!(
        Revision,
        r#"select r.number, r.diff, r.at_ms as "at_ms: Ms", m.name as "by?" from revisions r left join members m on m.id = r.edited_by
           where r.variant_id = ? order by r.number desc limit 50"#,
        id
    )
    .fetch_all(db)
    .await?)
}

/// The media of a variant in their order.
pub async fn assets(db: &SqlitePool, id: VariantId) -> Outcome<Vec<Asset>> {
    Ok(sqlx::query_as!(
        Asset,
        r#"select a.id as "id: AssetId", a.kind, a.mime, a.size, a.digest, a.alt, a.file_name, a.origin
           from variant_assets va join assets a on a.id = va.asset_id
           where va.variant_id = ? and a.deleted_ms is null order by va.position"#,
        id
    )
    .fetch_all(db)
    .await?)
}

/// An asset this member may see.
pub async fn asset(db: &SqlitePool, member: MemberId, id: AssetId) -> Outcome<Asset> {
    Ok(sqlx::query_as!(
        Asset,
        r#"select a.id as "id: AssetId", a.kind, a.mime, a.size, a.digest, a.alt, a.file_name, a.origin
           from assets a join sights s on s.project_id = a.project_id and s.member_id = ?2
           where a.id = ?1 and a.deleted_ms is null"#,
        id,
        member
    )
    .fetch_one(db)
    .await?)
}

/// A piece a member may add to (`None`: the house), its project and the project's language.
pub(super) async fn piece(tx: &mut Tx, member: Option<MemberId>, id: PieceId) -> Outcome<(ProjectId, String)> {
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
pub(super) async fn piece_lives(tx: &mut Tx, id: PieceId) -> Outcome<bool> {
    Ok(sqlx::query_scalar!("select 1 from pieces where id = ? and deleted_ms is null", id).fetch_optional(tx).await?.is_some())
}

/// A variant's words, state and owner inside a write, when this member may change it.
pub(super) struct Held {
    pub project: ProjectId,
    pub piece: PieceId,
    pub state: VariantState,
    pub words: Words,
    pub author: String,
    pub edits: i64,
    pub version: i64,
}

pub(super) async fn hold(tx: &mut Tx, member: Option<MemberId>, id: VariantId, binned: bool) -> Outcome<Held> {
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
pub(super) struct Birth {
    pub parent: Option<VariantId>,
    pub author: Author,
    pub run: Option<RunId>,
    pub changed: Vec<&'static str>,
    pub by: Option<MemberId>,
}

pub(super) async fn insert(tx: &mut Tx, id: VariantId, project: ProjectId, piece: PieceId, words: &Words, birth: &Birth, at: Ms) -> Outcome<()> {
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
pub(super) async fn first_words(tx: &mut Tx, id: VariantId) -> Outcome<Option<Words>> {
    let text = sqlx::query_scalar!("select before from revisions where variant_id = ? and number = 1", id).fetch_optional(tx).await?;
    text.map(|text| serde_json::from_str(&text).map_err(Error::broken)).transpose()
}

/// Writes the edit: the revision, the new words, the state they leave; an approval ends with it.
#[allow(clippy::too_many_arguments, reason = "a revision is both texts, their diff, the share, who and when")]
pub(super) async fn edit(
    tx: &mut Tx,
    id: VariantId,
    held: &Held,
    words: &Words,
    diff: &[Part],
    share: f64,
    by: Option<MemberId>,
    at: Ms,
) -> Outcome<()> {
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
           human_share = ?, version = version + 1, updated_ms = ?
         where id = ?",
        words.title,
        words.hook,
        words.script,
        words.caption,
        tags,
        words.locale,
        state,
        number,
        share,
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

pub(super) async fn set_deleted(tx: &mut Tx, id: VariantId, deleted: Option<Ms>) -> Outcome<()> {
    sqlx::query!("update variants set deleted_ms = ?, version = version + 1 where id = ?", deleted, id).execute(tx).await?;
    Ok(())
}

pub(super) async fn insert_asset(tx: &mut Tx, id: AssetId, project: ProjectId, asset: &super::NewAsset, by: Option<MemberId>, at: Ms) -> Outcome<()> {
    sqlx::query!(
        "insert into assets (id, project_id, kind, mime, size, digest, width, height, alt, file_name, origin, run_id, created_by, created_ms)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        project,
        asset.kind,
        asset.mime,
        asset.size,
        asset.digest,
        asset.width,
        asset.height,
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

/// Puts an asset of the same project at the end of a variant's media.
pub(super) async fn place_asset(tx: &mut Tx, variant: VariantId, asset: AssetId) -> Outcome<()> {
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
