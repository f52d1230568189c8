//! Consents under way. Each is read and ended by the member and the browser session that began it, and by no other.

use crate::platform::db::Tx;
use crate::platform::id::{ChannelId, MemberId, SessionId};
use crate::platform::secrets::{Place, Secrets};
use crate::platform::{Ms, Outcome};
use sqlx::SqlitePool;
use uuid::Uuid;

/// A consent that was begun.
#[derive(Clone, Debug)]
pub struct Consenting {
    pub id: Uuid,
    pub channel: ChannelId,
    verifier: Vec<u8>,
}

impl Consenting {
    /// Where the verifier of a consent is sealed.
    pub fn place(id: Uuid) -> Place {
        Place { table: "consents", row: id, column: "verifier" }
    }

    /// The verifier; `None` when it does not open with this key file.
    pub fn verifier(&self, secrets: &Secrets) -> Option<String> {
        secrets.open(Consenting::place(self.id), &self.verifier).ok().map(|plain| plain.expose().to_owned())
    }
}

/// Who consents, and in which browser session.
#[derive(Clone, Copy, Debug)]
pub struct Who {
    pub member: MemberId,
    pub session: SessionId,
}

/// Writes one that begins, in place of an older one of its channel.
pub async fn begin(tx: &mut Tx, begun: (Uuid, ChannelId), who: Who, state: &[u8; 32], verifier: &[u8], expires: Ms) -> Outcome<()> {
    let (id, channel) = begun;
    let state = state.as_slice();
    sqlx::query!(
        "insert or replace into consents (id, state_digest, channel_id, member_id, session_id, verifier, expires_ms) values (?, ?, ?, ?, ?, ?, ?)",
        id,
        state,
        channel,
        who.member,
        who.session,
        verifier,
        expires
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The one of this channel that is under way with this state.
pub async fn under_way(db: &SqlitePool, channel: ChannelId, who: Who, state: &[u8; 32], now: Ms) -> Outcome<Option<Consenting>> {
    let state = state.as_slice();
    let found = sqlx::query_as!(
        Consenting,
        r#"select id as "id: Uuid", channel_id as "channel: ChannelId", verifier from consents
           where state_digest = ? and channel_id = ? and member_id = ? and session_id = ? and expires_ms > ?"#,
        state,
        channel,
        who.member,
        who.session,
        now
    )
    .fetch_optional(db)
    .await?;
    Ok(found)
}

/// Ends the one with this state and hands it over, once. What others began stays theirs; what is over goes with it.
pub async fn take(tx: &mut Tx, who: Who, state: &[u8; 32], now: Ms) -> Outcome<Option<Consenting>> {
    sqlx::query!("delete from consents where expires_ms <= ?", now).execute(&mut *tx).await?;
    let state = state.as_slice();
    let taken = sqlx::query_as!(
        Consenting,
        r#"delete from consents where state_digest = ? and member_id = ? and session_id = ?
           returning id as "id!: Uuid", channel_id as "channel!: ChannelId", verifier as "verifier!""#,
        state,
        who.member,
        who.session
    )
    .fetch_optional(tx)
    .await?;
    Ok(taken)
}
