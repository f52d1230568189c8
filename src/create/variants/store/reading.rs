//! What pages and programs read of variants, through what the member may see.

use super::rows::{Asset, Node, Revision, Variant};
use crate::create::variants::{Words, words_of};
use crate::platform::id::{AssetId, MemberId, PieceId, ProjectId, RunId, VariantId};
use crate::platform::{Ms, Outcome};
use crate::web::Slice;
use sqlx::SqlitePool;
use uuid::Uuid;

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

/// The living variants of a piece that a member sees.
macro_rules! nodes {
    ($rest:literal, $($argument:expr),+) => {
        sqlx::query_as!(
            Node,
            r#"select v.id as "id: VariantId", v.parent_id as "parent_id: VariantId", v.title, v.locale, v.state, v.author, v.edits, v.changed,
                 v.created_ms as "created_ms: Ms"
               from variants v where v.piece_id = ?1 and v.deleted_ms is null
                 and exists (select 1 from sights s where s.member_id = ?2 and s.project_id = v.project_id) "# + $rest,
            $($argument),+
        )
    };
}

/// The variants of a piece, oldest first: the tree is built from their parents.
pub async fn of_piece(db: &SqlitePool, member: MemberId, piece: PieceId) -> Outcome<Vec<Node>> {
    Ok(nodes!("order by v.id limit 500", piece, member).fetch_all(db).await?)
}

/// The same in pages.
pub async fn list(db: &SqlitePool, member: MemberId, piece: PieceId, after: Option<Uuid>, limit: i64) -> Outcome<Slice<Node>> {
    let (after, most) = (after.unwrap_or(Uuid::nil()), limit + 1);
    let rows = nodes!("and v.id > ?3 order by v.id limit ?4", piece, member, after, most).fetch_all(db).await?;
    Ok(Slice::cut(rows, limit, |node| node.id.0))
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

/// The words a variant began with, when somebody has edited them since; the caller has seen to it that the member may see it.
pub async fn original(db: &SqlitePool, id: VariantId) -> Outcome<Option<Words>> {
    let text = sqlx::query_scalar!("select before from revisions where variant_id = ? and number = 1", id).fetch_optional(db).await?;
    text.map(|text| words_of(&text)).transpose()
}

macro_rules! assets {
    ($from:literal, $($argument:expr),+) => {
        sqlx::query_as!(
            Asset,
            r#"select a.id as "id: AssetId", a.kind, a.mime, a.size, a.digest, a.alt, a.file_name, a.origin, a.width, a.height,
                 a.duration_ms from assets a "# + $from,
            $($argument),+
        )
    };
}

/// The media of a variant in their order.
pub async fn assets(db: &SqlitePool, id: VariantId) -> Outcome<Vec<Asset>> {
    let of_variant =
        assets!("join variant_assets va on va.asset_id = a.id where va.variant_id = ? and a.deleted_ms is null order by va.position", id);
    Ok(of_variant.fetch_all(db).await?)
}

/// What a run made and nobody threw away, in its order.
pub async fn assets_of_run(db: &SqlitePool, run: RunId) -> Outcome<Vec<Asset>> {
    let made =
        assets!("where a.run_id = ? and a.deleted_ms is null and not exists (select 1 from shots where asset_id = a.id) order by a.id limit 60", run);
    Ok(made.fetch_all(db).await?)
}

/// What runs made for a variant and nobody has put among its media, newest first.
pub async fn offered(db: &SqlitePool, id: VariantId) -> Outcome<Vec<Asset>> {
    let made = assets!(
        "join runs r on r.id = a.run_id where r.variant_id = ?1 and a.deleted_ms is null and not exists (select 1 from shots where asset_id = a.id)
           and not exists (select 1 from variant_assets where variant_id = ?1 and asset_id = a.id) order by a.id desc limit 24",
        id
    );
    Ok(made.fetch_all(db).await?)
}

/// An asset, whoever may see it: the caller has looked.
pub async fn any_asset(db: &SqlitePool, id: AssetId) -> Outcome<Asset> {
    Ok(assets!("where a.id = ? and a.deleted_ms is null", id).fetch_one(db).await?)
}

/// An asset this member may see.
pub async fn asset(db: &SqlitePool, member: MemberId, id: AssetId) -> Outcome<Asset> {
    let one = assets!("join sights s on s.project_id = a.project_id and s.member_id = ?2 where a.id = ?1 and a.deleted_ms is null", id, member);
    Ok(one.fetch_one(db).await?)
}
