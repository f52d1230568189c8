//! All SQL of sessions, sign-in limits and the look-up of bearer tokens.

use crate::platform::clock::{DAY, HOUR, MINUTE};
use crate::platform::db::Tx;
use crate::platform::id::{MemberId, SessionId, TokenId};
use crate::platform::{Ms, Outcome};
use sqlx::pool::PoolConnection;
use sqlx::{Sqlite, SqliteConnection, SqlitePool};

const IDLE: i64 = 14 * DAY;
const ABSOLUTE: i64 = 30 * DAY;
const PER_ACCOUNT: (i64, i64) = (10, 15 * MINUTE);
const PER_ADDRESS: (i64, i64) = (100, HOUR);

/// A member with what a session or a token adds.
pub(super) struct Row {
    pub member_id: MemberId,
    pub name: String,
    pub email: String,
    pub role: String,
    pub locale: String,
    pub zone: String,
    pub theme: String,
    pub keys_on: bool,
    pub session_id: Option<SessionId>,
    pub token_id: Option<TokenId>,
    pub scopes: Option<String>,
    pub seen: Ms,
}

/// One of a member's own browsers.
#[derive(Debug, Clone)]
pub(super) struct OpenSession {
    pub id: SessionId,
    pub agent: String,
    pub address: String,
    pub created: Ms,
    pub seen: Ms,
}

/// Where a member is signed in, last seen first.
pub(super) async fn of_member(db: &SqlitePool, member: MemberId, now: Ms) -> Outcome<Vec<OpenSession>> {
    let (idle, absolute) = (now.plus(-IDLE), now.plus(-ABSOLUTE));
    Ok(sqlx::query_as!(
        OpenSession,
        r#"select id as "id: SessionId", agent, address, created_ms as "created: Ms", seen_ms as "seen: Ms"
           from sessions where member_id = ? and seen_ms > ? and created_ms > ? order by seen_ms desc, id desc limit 200"#,
        member,
        idle,
        absolute
    )
    .fetch_all(db)
    .await?)
}

/// Ends one session, if it is this member's own.
pub(super) async fn delete_own(tx: &mut Tx, member: MemberId, id: SessionId) -> Outcome<u64> {
    Ok(sqlx::query!("delete from sessions where id = ? and member_id = ?", id, member).execute(tx).await?.rows_affected())
}

/// Ends every session of a member but `keep`.
pub(super) async fn delete_others(tx: &mut Tx, member: MemberId, keep: Option<SessionId>) -> Outcome<u64> {
    Ok(sqlx::query!("delete from sessions where member_id = ? and id is not ?", member, keep).execute(tx).await?.rows_affected())
}

pub(super) async fn by_cookie(db: &SqlitePool, digest: &[u8], now: Ms) -> Outcome<Option<Row>> {
    let (idle, absolute) = (now.plus(-IDLE), now.plus(-ABSOLUTE));
    Ok(sqlx::query_as!(
        Row,
        r#"select m.id as "member_id: MemberId", m.name, m.email, m.role, m.locale, m.zone, m.theme, m.keys_on as "keys_on: bool",
             s.id as "session_id?: SessionId", null as "token_id?: TokenId", null as "scopes?: String", s.seen_ms as "seen: Ms"
           from sessions s join members m on m.id = s.member_id
           where s.token_digest = ? and m.state = 'active' and s.seen_ms > ? and s.created_ms > ?"#,
        digest,
        idle,
        absolute
    )
    .fetch_optional(db)
    .await?)
}

pub(super) async fn by_bearer(db: &SqlitePool, digest: &[u8], now: Ms) -> Outcome<Option<Row>> {
    Ok(sqlx::query_as!(
        Row,
        r#"select m.id as "member_id: MemberId", m.name, m.email, m.role, m.locale, m.zone, m.theme, m.keys_on as "keys_on: bool",
             null as "session_id?: SessionId", t.id as "token_id?: TokenId", t.scopes as "scopes?", coalesce(t.used_ms, 0) as "seen!: Ms"
           from tokens t join members m on m.id = t.member_id
           where t.token_digest = ? and m.state = 'active' and t.revoked_ms is null and (t.expires_ms is null or t.expires_ms > ?)"#,
        digest,
        now
    )
    .fetch_optional(db)
    .await?)
}

pub(super) async fn seen(tx: &mut Tx, session: Option<SessionId>, token: Option<TokenId>, now: Ms) -> Outcome<()> {
    sqlx::query!("update sessions set seen_ms = ? where id = ?", now, session).execute(&mut *tx).await?;
    sqlx::query!("update tokens set used_ms = ? where id = ?", now, token).execute(tx).await?;
    Ok(())
}

pub(super) async fn insert(tx: &mut Tx, id: SessionId, member: MemberId, digest: &[u8], agent: &str, address: &str, now: Ms) -> Outcome<()> {
    sqlx::query!(
        "insert into sessions (id, token_digest, member_id, agent, address, created_ms, seen_ms) values (?, ?, ?, ?, ?, ?, ?)",
        id,
        digest,
        member,
        agent,
        address,
        now,
        now
    )
    .execute(&mut *tx)
    .await?;
    let idle = now.plus(-IDLE);
    sqlx::query!("delete from sessions where seen_ms < ?", idle).execute(tx).await?;
    Ok(())
}

pub(super) async fn delete(tx: &mut Tx, id: SessionId) -> Outcome<()> {
    sqlx::query!("delete from sessions where id = ?", id).execute(tx).await?;
    Ok(())
}

/// The stored hash of an active account.
pub(super) async fn password_of(db: &SqlitePool, email_key: &str) -> Outcome<Option<(MemberId, Option<String>)>> {
    let row = sqlx::query!(r#"select id as "id: MemberId", password_hash from members where email_key = ? and state = 'active'"#, email_key)
        .fetch_optional(db)
        .await?;
    Ok(row.map(|row| (row.id, row.password_hash)))
}

/// One reader, for look-ups that also run inside a write.
pub async fn reader(db: &SqlitePool) -> Outcome<PoolConnection<Sqlite>> {
    Ok(db.acquire().await?)
}

/// Seconds to wait before this account and address may try again; 0 when they may now.
pub async fn wait(db: &mut SqliteConnection, account: &str, address: &str, now: Ms) -> Outcome<i64> {
    let mut wait = 0;
    for (key, (most, window)) in [(account, PER_ACCOUNT), (address, PER_ADDRESS)] {
        let since = now.plus(-window);
        let oldest = sqlx::query_scalar!(
            r#"select at_ms as "at: Ms" from login_failures where key = ?1 and at_ms > ?2 order by at_ms desc limit 1 offset ?3"#,
            key,
            since,
            most - 1
        )
        .fetch_optional(&mut *db)
        .await?;
        if let Some(at) = oldest {
            wait = wait.max((at.plus(window).since(now) + 999) / 1000);
        }
    }
    Ok(wait)
}

/// Counts a wrong password for both.
pub async fn failed(tx: &mut Tx, account: &str, address: &str, now: Ms) -> Outcome<()> {
    for key in [account, address] {
        sqlx::query!("insert into login_failures (key, at_ms) values (?, ?)", key, now).execute(&mut *tx).await?;
    }
    let old = now.plus(-PER_ADDRESS.1);
    sqlx::query!("delete from login_failures where at_ms < ?", old).execute(tx).await?;
    Ok(())
}

/// Forgets the wrong tries of an account that has proved itself.
pub async fn forgive(tx: &mut Tx, account: &str) -> Outcome<()> {
    sqlx::query!("delete from login_failures where key = ?", account).execute(tx).await?;
    Ok(())
}
