//! The variants of a piece that could be compared.

use crate::platform::Outcome;
use crate::platform::id::{PieceId, ProjectId, VariantId};
use crate::release::publications::pairing::{Contender, Pair, pair};

/// More variants of one piece than anybody compares.
const MOST: i64 = 60;

/// The pair of a piece to compare first; `None` when it has no two variants. The caller has seen that the member may.
pub async fn pair_of<'c, E>(db: E, project: ProjectId, piece: PieceId) -> Outcome<Option<Pair>>
where
    E: sqlx::Executor<'c, Database = sqlx::Sqlite>,
{
    let rows = sqlx::query!(
        r#"select v.id as "id: VariantId", v.title, v.hook, v.script, v.caption, v.locale, v.state, e.title as piece,
             coalesce((select max(p.due_ms) from publications p where p.variant_id = v.id and p.state = 'published'), 0) as "shown!: i64"
           from variants v join pieces e on e.id = v.piece_id
           where v.piece_id = ?2 and e.project_id = ?1 and v.deleted_ms is null and e.deleted_ms is null order by v.id limit ?3"#,
        project,
        piece,
        MOST
    )
    .fetch_all(db)
    .await?;
    let title = rows.first().map(|row| row.piece.clone()).unwrap_or_default();
    let all: Vec<Contender> = rows
        .into_iter()
        .map(|row| Contender {
            id: row.id,
            approved: row.state == "approved",
            rejected: row.state == "rejected",
            title: row.title,
            hook: row.hook,
            script: row.script,
            caption: row.caption,
            locale: row.locale,
            shown: row.shown,
        })
        .collect();
    Ok(pair(&all).map(|(shown, rival)| Pair { piece, title, shown: shown.clone(), rival: rival.clone() }))
}
