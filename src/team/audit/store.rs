//! All SQL of the record.

use super::model::{Checked, Entry};
use crate::platform::db::Tx;
use crate::platform::id::MemberId;
use crate::platform::{Ms, Outcome};
use sqlx::SqlitePool;
use uuid::Uuid;

const MARK: &str = "audit_chain";

/// Which part of the record is asked for. Newest first, `before` is the last number of the page before.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    pub before: Option<i64>,
    /// "idea.created", or a noun alone
    pub kind: Option<String>,
    /// What this member did, also through tokens
    pub member: Option<MemberId>,
}

struct Row {
    id: i64,
    kind: String,
    object: Option<Uuid>,
    project: Option<Uuid>,
    actor: String,
    member: Option<MemberId>,
    name: Option<String>,
    token: Option<String>,
    address: Option<String>,
    at: Ms,
    detail: String,
}

/// At most `limit` entries, and whether older ones follow. What is asked for is picked by index, as many
/// of each kind or actor as could be shown: a rare one is not looked for in the whole record.
pub(super) async fn list(db: &SqlitePool, filter: &Filter, limit: i64) -> Outcome<(Vec<Entry>, bool)> {
    macro_rules! listed {
        ($picked:literal, $condition:literal, $($argument:expr),+) => {
            sqlx::query_as!(
                Row,
                $picked
                    + r#" select e.id as "id!: i64", e.kind as "kind!", e.object_id as "object: Uuid", e.project_id as "project: Uuid",
                     e.actor_kind as "actor!", m.id as "member?: MemberId", m.name as "name?", t.name as "token?", e.address,
                     e.at_ms as "at!: Ms", e.detail as "detail!"
                   from events e
                     left join tokens t on e.actor_kind = 'token' and t.id = e.actor_id
                     left join members m on m.id = coalesce(t.member_id, e.actor_id)
                   where e.id < ?1 and "#
                    + $condition
                    + " order by e.id desc limit ?2",
                $($argument),+
            )
            .fetch_all(db)
            .await?
        };
    }
    let (before, more) = (filter.before.unwrap_or(i64::MAX), limit + 1);
    let kinds = filter.kind.as_deref().map(kinds);
    let mut rows = match (kinds, filter.member) {
        (None, None) => listed!("", "true", before, more),
        (Some((first, last)), None) => listed!(
            "with recursive kinds (kind) as (
               select min(kind) from events where kind between ?3 and ?4
               union all
               select (select min(e.kind) from events e where e.kind > kinds.kind and e.kind <= ?4) from kinds where kinds.kind is not null)",
            "e.id in (select p.id from kinds k join events p on p.id in (
               select f.id from events f where f.kind = k.kind and f.id < ?1 order by f.id desc limit ?2))",
            before,
            more,
            first,
            last
        ),
        (kinds, Some(member)) => {
            let (first, last) = kinds.unwrap_or_else(|| (String::new(), "~".to_owned()));
            listed!(
                "with actors (id) as (select ?3 union select id from tokens where member_id = ?3)",
                "e.id in (select p.id from actors a join events p on p.id in (
                   select f.id from events f where f.actor_id = a.id and f.id < ?1 and f.kind between ?4 and ?5 order by f.id desc limit ?2))",
                before,
                more,
                member,
                first,
                last
            )
        }
    };
    let follows = i64::try_from(rows.len()).unwrap_or(more) == more;
    rows.truncate(usize::try_from(limit).unwrap_or(0));
    Ok((rows.into_iter().map(entry).collect(), follows))
}

/// The first and the last kind that are asked for: one, or all of a noun. Kinds are lower-case ASCII, below `~`.
fn kinds(asked: &str) -> (String, String) {
    if asked.contains('.') { (asked.to_owned(), asked.to_owned()) } else { (format!("{asked}."), format!("{asked}.~")) }
}

fn entry(row: Row) -> Entry {
    let Row { id, kind, object, project, actor, member, name, token, address, at, detail } = row;
    Entry { id, kind, object, project, actor, member, name, token, address, at, detail: serde_json::from_str(&detail).unwrap_or_default() }
}

/// What the last check of the chain found; `None` when it was never checked.
pub(super) async fn last_check(db: &SqlitePool) -> Outcome<Option<Checked>> {
    let row = sqlx::query!(r#"select value, at_ms as "at: Ms" from marks where name = ?"#, MARK).fetch_optional(db).await?;
    Ok(row.map(|row| Checked { at: row.at, broken: row.value.parse().ok() }))
}

pub(super) async fn keep_check(tx: &mut Tx, broken: Option<i64>, at: Ms) -> Outcome<()> {
    let value = broken.map_or_else(|| "whole".to_owned(), |id| id.to_string());
    sqlx::query!(
        "insert into marks (name, value, at_ms) values (?, ?, ?) on conflict (name) do update set value = excluded.value, at_ms = excluded.at_ms",
        MARK,
        value,
        at
    )
    .execute(tx)
    .await?;
    Ok(())
}
