//! Which two variants of a piece one would compare first.

use crate::platform::Outcome;
use crate::platform::db::Tx;
use crate::platform::id::{ExperimentId, MemberId, PieceId, ProjectId, VariantId};

/// A piece by its title, its variant that went out last, and the one to hold it against.
pub struct Pair {
    pub title: String,
    pub shown: VariantId,
    pub rival: VariantId,
}

/// The variant that is out, or else approved, against another one of its language, an approved one before a draft and a
/// rejected one last.
pub async fn pair(tx: &mut Tx, project: ProjectId, piece: PieceId) -> Outcome<Option<Pair>> {
    Ok(sqlx::query_as!(
        Pair,
        r#"select e.title, s.id as "shown: VariantId", r.id as "rival: VariantId"
           from pieces e join variants s on s.piece_id = e.id and s.deleted_ms is null
             join variants r on r.piece_id = e.id and r.deleted_ms is null and r.id <> s.id
           where e.id = ?2 and e.project_id = ?1 and e.deleted_ms is null
           order by coalesce((select max(p.due_ms) from publications p where p.variant_id = s.id and p.state = 'published'), 0) desc,
             s.state = 'approved' desc, s.id, r.locale <> s.locale, r.state = 'rejected', r.state <> 'approved', r.id limit 1"#,
        project,
        piece
    )
    .fetch_optional(tx)
    .await?)
}

/// The newest experiment on a piece that was not stopped.
pub async fn of_piece(tx: &mut Tx, project: ProjectId, piece: PieceId) -> Outcome<Option<ExperimentId>> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: ExperimentId" from experiments
           where project_id = ?1 and piece_id = ?2 and deleted_ms is null and state <> 'stopped' order by id desc limit 1"#,
        project,
        piece
    )
    .fetch_optional(tx)
    .await?)
}

/// Whether the numbers of this project come from real people anywhere; else a new experiment begins with the invented ones.
pub async fn meets_people(tx: &sqlx::SqlitePool, member: MemberId, project: ProjectId) -> Outcome<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from (select simulated from publications where project_id = ?1 and state = 'published'
               order by due_ms desc limit 50) where simulated = 0)
             and exists (select 1 from sights where member_id = ?2 and project_id = ?1) as "real!: bool""#,
        project,
        member
    )
    .fetch_one(tx)
    .await?)
}
