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
    let about = About {
        project: event.project.map(|project| project.0),
        kind: event.kind,
        object: event.object,
        actor_kind: actor.kind,
        actor: actor.id,
        address: actor.address.as_deref(),
        at,
        detail: &detail,
    };
    let hash = about.link(&before);
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

/// All that a row says, for its digest.
struct About<'a> {
    project: Option<Uuid>,
    kind: &'a str,
    object: Option<Uuid>,
    actor_kind: &'a str,
    actor: Option<Uuid>,
    address: Option<&'a str>,
    at: Ms,
    detail: &'a str,
}

impl About<'_> {
    /// The digest of one row, over the digest of the row before and the row's own facts.
    fn link(&self, before: &[u8]) -> Vec<u8> {
        let (object, actor, project) = (self.object.unwrap_or_default(), self.actor.unwrap_or_default(), self.project.unwrap_or_default());
        let (at, address) = (self.at.0.to_be_bytes(), self.address.unwrap_or_default().as_bytes());
        digest(
            before,
            &[
                self.kind.as_bytes(),
                object.as_bytes(),
                actor.as_bytes(),
                &at,
                self.detail.as_bytes(),
                project.as_bytes(),
                self.actor_kind.as_bytes(),
                address,
            ],
        )
    }

    /// The same as the first versions took it: without project, kind of actor and address.
    fn early_link(&self, before: &[u8]) -> Vec<u8> {
        let (object, actor) = (self.object.unwrap_or_default(), self.actor.unwrap_or_default());
        digest(before, &[self.kind.as_bytes(), object.as_bytes(), actor.as_bytes(), &self.at.0.to_be_bytes(), self.detail.as_bytes()])
    }
}

fn digest(before: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut hasher = Sha256::new();
    hasher.update(before);
    for part in parts {
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
            r#"select id, project_id as "project_id: Uuid", kind, object_id as "object_id: Uuid", actor_kind, actor_id as "actor_id: Uuid",
                 address, at_ms as "at: Ms", detail, prev_hash, hash
               from events where id > ? order by id limit 1000"#,
            after
        )
        .fetch_all(db)
        .await?;
        let Some(last) = rows.last() else { return Ok(None) };
        after = last.id;
        for row in rows {
            let about = About {
                project: row.project_id,
                kind: &row.kind,
                object: row.object_id,
                actor_kind: &row.actor_kind,
                actor: row.actor_id,
                address: row.address.as_deref(),
                at: row.at,
                detail: &row.detail,
            };
            if row.prev_hash != before || (row.hash != about.link(&before) && row.hash != about.early_link(&before)) {
                return Ok(Some(row.id));
            }
            before = row.hash;
        }
    }
}
