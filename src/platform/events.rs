//! What happened, in order: one append-only log with a chained digest. The audit page, the live
//! refresh and the outbox read it.

use super::db::Tx;
use super::id::{MemberId, ProjectId, TokenId};
use super::{Ms, Outcome};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Who did it, and from where.
#[derive(Clone, Debug)]
pub struct Actor {
    pub kind: &'static str,
    pub id: Option<Uuid>,
    pub address: Option<String>,
}

impl Actor {
    pub fn member(id: MemberId, address: Option<String>) -> Actor {
        Actor { kind: "member", id: Some(id.0), address }
    }

    pub fn token(id: TokenId, address: Option<String>) -> Actor {
        Actor { kind: "token", id: Some(id.0), address }
    }

    pub const fn system() -> Actor {
        Actor { kind: "system", id: None, address: None }
    }

    /// Somebody at the command line of the machine.
    pub const fn operator() -> Actor {
        Actor { kind: "operator", id: None, address: None }
    }

    /// The member behind it, when a member it is.
    pub fn member_id(&self) -> Option<MemberId> {
        self.id.filter(|_| self.kind == "member").map(MemberId)
    }
}

/// One thing that happened. `detail` holds no secrets and no whole texts.
#[derive(Clone, Debug)]
pub struct Event {
    pub project: Option<ProjectId>,
    /// noun.verb in the past: "idea.created"
    pub kind: &'static str,
    pub object: Option<Uuid>,
    pub detail: Value,
}

impl Event {
    pub fn new(kind: &'static str, object: impl Into<Option<Uuid>>) -> Event {
        Event { project: None, kind, object: object.into(), detail: Value::Object(serde_json::Map::new()) }
    }

    pub fn within(mut self, project: ProjectId) -> Event {
        self.project = Some(project);
        self
    }

    pub fn detail(mut self, detail: Value) -> Event {
        self.detail = detail;
        self
    }
}

/// Appends `event` to the log, in the transaction of the change itself.
pub async fn record(tx: &mut Tx, actor: &Actor, at: Ms, event: Event) -> Outcome<()> {
    let before = sqlx::query_scalar!("select hash from events order by id desc limit 1").fetch_optional(&mut *tx).await?;
    let before = before.unwrap_or_else(|| vec![0; 32]);
    let noun = event.kind.split('.').next().unwrap_or(event.kind);
    let detail = event.detail.to_string();
    let hash = link(&before, event.kind, event.object, actor.id, at, &detail);
    sqlx::query!(
        "insert into events (project_id, kind, noun, object_id, actor_kind, actor_id, address, at_ms, detail, prev_hash, hash)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        event.project,
        event.kind,
        noun,
        event.object,
        actor.kind,
        actor.id,
        actor.address,
        at,
        detail,
        before,
        hash
    )
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// The digest of one row, over the digest of the row before and the row's own facts.
fn link(before: &[u8], kind: &str, object: Option<Uuid>, actor: Option<Uuid>, at: Ms, detail: &str) -> Vec<u8> {
    let mut hasher = Sha256::new();
    hasher.update(before);
    for part in [kind.as_bytes(), object.unwrap_or_default().as_bytes(), actor.unwrap_or_default().as_bytes(), &at.0.to_be_bytes(), detail.as_bytes()]
    {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().to_vec()
}

/// Walks the whole chain; the number of the first row that does not fit.
pub async fn first_broken(db: &sqlx::SqlitePool) -> Outcome<Option<i64>> {
    let mut before = vec![0_u8; 32];
    let mut after = 0;
    loop {
        let rows = sqlx::query!(
            r#"select id, kind, object_id as "object_id: Uuid", actor_id as "actor_id: Uuid", at_ms as "at: Ms", detail, prev_hash, hash
               from events where id > ? order by id limit 1000"#,
            after
        )
        .fetch_all(db)
        .await?;
        let Some(last) = rows.last() else { return Ok(None) };
        after = last.id;
        for row in rows {
            if row.prev_hash != before || row.hash != link(&before, &row.kind, row.object_id, row.actor_id, row.at, &row.detail) {
                return Ok(Some(row.id));
            }
            before = row.hash;
        }
    }
}
