//! What there is on a piece already, and whom a project meets.

use crate::platform::Outcome;
use crate::platform::db::Tx;
use crate::platform::id::{ExperimentId, MemberId, PieceId, ProjectId};

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
