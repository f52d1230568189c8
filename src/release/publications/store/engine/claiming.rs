//! Taking the next one: what is due on a channel is claimed with the intent to send it, what is in
//! doubt with the intent to look.

use super::{Errand, Row, row, save, tell};
use crate::platform::db::Tx;
use crate::platform::id::{BootId, ChannelId, PublicationId};
use crate::platform::{Error, Ms, Outcome};
use crate::release::channels::{Capability, ChannelState};
use crate::release::publications::model::{Ready, Standing, State, Step};
use crate::release::publications::store::frozen::{self, Frozen, Wanted};
use sqlx::SqlitePool;

/// A channel with something planned, and when.
pub struct Due {
    pub channel: ChannelId,
    pub next: Ms,
}

/// When each channel has its next one, soonest first; blocked channels not before they open.
pub async fn channels_by_next(db: &SqlitePool) -> Outcome<Vec<Due>> {
    let rows = sqlx::query_as!(
        Due,
        r#"select channel as "channel!: ChannelId", next as "next!: Ms" from (
             select c.id as channel, max(coalesce(c.blocked_until_ms, 0),
               (select next_ms from publications p where p.channel_id = c.id and p.state = 'scheduled' order by next_ms limit 1)) as next
             from channels c)
           where next is not null order by next limit 500"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Takes the next one whose turn has come on a channel and writes the intent to send it. What may
/// not be sent moves aside on the way.
pub async fn claim(tx: &mut Tx, channel: ChannelId, boot: BootId, base: &str, now: Ms) -> Outcome<Option<Errand>> {
    for _ in 0..20 {
        let found = sqlx::query!(
            r#"select p.id as "id: PublicationId", c.state as "state: ChannelState", c.deleted_ms is not null or pr.deleted_ms is not null as "gone!: bool"
               from publications p join channels c on c.id = p.channel_id join projects pr on pr.id = p.project_id
               where p.channel_id = ?1 and p.state = 'scheduled' and p.next_ms <= ?2 and coalesce(c.blocked_until_ms, 0) <= ?2
               order by p.next_ms, p.due_ms limit 1"#,
            channel, now
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(found) = found else { return Ok(None) };
        let mut was = row(tx, found.id).await?;
        let approved = thaw(tx, &mut was, base).await?;
        let mut turned = was.standing.clone();
        let ready = Ready { approved, channel_on: found.state == ChannelState::On && !found.gone };
        let Some(step) = turned.turn(ready, now) else {
            save(tx, &was, &turned, None, now).await?;
            tell(tx, &was, &turned, now).await?;
            continue;
        };
        turned.state = State::Claimed;
        save(tx, &was, &turned, Some(boot), now).await?;
        (was.epoch, was.standing) = (was.epoch + 1, turned);
        return intend(tx, was, step, boot, now).await.map(Some);
    }
    Ok(None)
}

/// Sees to it that what goes out is what is approved: a changed and approved again variant is frozen
/// anew, unless a send under the same key may have carried the older words.
async fn thaw(tx: &mut Tx, was: &mut Row, base: &str) -> Outcome<bool> {
    let Some(approved) = frozen::approved_digest(tx, was.variant).await? else { return Ok(false) };
    if was.payload.is_some() && was.content_digest.as_ref() == Some(&approved) {
        return Ok(true);
    }
    if was.standing.doubtful && was.standing.capability == Capability::Key {
        return Ok(false);
    }
    let wanted = Wanted { id: was.id, project: was.project, channel: was.channel, variant: was.variant, delivery: &was.delivery, due: was.due, base };
    let Some((payload, digest)) = frozen::freeze(tx, &wanted).await?.map(Frozen::kept) else { return Ok(false) };
    sqlx::query!("update publications set payload = ?, content_digest = ? where id = ?", payload, digest, was.id).execute(tx).await?;
    (was.payload, was.content_digest, was.standing.stage) = (Some(payload), Some(digest), None);
    Ok(true)
}

/// Writes that something is about to leave.
async fn intend(tx: &mut Tx, was: Row, step: Step, boot: BootId, now: Ms) -> Outcome<Errand> {
    use sha2::{Digest, Sha256};
    let mut sending = was.standing.clone();
    sending.send_begins(step, now);
    let done = sqlx::query!(
        "update publications set state = ?1, sends = ?2, looks = ?3, first_sent_ms = ?4, sent_ms = ?5, next_ms = null
         where id = ?6 and state = 'claimed' and lease_epoch = ?7",
        sending.state,
        sending.sends,
        sending.looks,
        sending.first_sent,
        sending.sent,
        was.id,
        was.epoch
    )
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() != 1 {
        return Err(Error::broken("a claimed publication was not there"));
    }
    let digest = Sha256::digest(was.payload.as_deref().unwrap_or_default().as_bytes()).to_vec();
    let attempt = open(tx, &was, step, boot, Some(digest), now).await?;
    Ok(Errand { row: Row { standing: sending, ..was }, step, attempt })
}

/// What is to be looked at now, and when the next one is.
pub async fn to_look(db: &SqlitePool, limit: i64) -> Outcome<Vec<(PublicationId, Ms)>> {
    let rows = sqlx::query!(
        r#"select id as "id: PublicationId", next_ms as "next!: Ms" from publications
           where state = 'verifying' and next_ms is not null order by next_ms limit ?"#,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.next)).collect())
}

/// Writes the intent to look; `None` when there is nothing to look at any more.
pub async fn begin_look(tx: &mut Tx, id: PublicationId, boot: BootId, now: Ms) -> Outcome<Option<Errand>> {
    let mut was = row(tx, id).await?;
    if was.standing.state != State::Verifying || was.standing.next.is_none_or(|next| next > now) {
        return Ok(None);
    }
    let looking = Standing { next: None, ..was.standing.clone() };
    save(tx, &was, &looking, Some(boot), now).await?;
    (was.epoch, was.standing) = (was.epoch + 1, looking);
    let attempt = open(tx, &was, Step::Look, boot, None, now).await?;
    Ok(Some(Errand { row: was, step: Step::Look, attempt }))
}

async fn open(tx: &mut Tx, row: &Row, step: Step, boot: BootId, digest: Option<Vec<u8>>, now: Ms) -> Outcome<i64> {
    let id = sqlx::query_scalar!(
        r#"insert into attempts (publication_id, seq, step, boot, lease_epoch, delivery, request_digest, state, intended_ms)
           select ?1, coalesce(max(seq), 0) + 1, ?2, ?3, ?4, ?5, ?6, 'sending', ?7 from attempts where publication_id = ?1
           returning id as "id!""#,
        row.id,
        step,
        boot,
        row.epoch,
        row.delivery,
        digest,
        now
    )
    .fetch_one(tx)
    .await?;
    Ok(id)
}
