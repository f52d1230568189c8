//! One event stream per browser: `hello` at once, `changed` when something this member may see happened, `job` when work
//! of a project in sight has moved. Pages refresh themselves; nothing but the fact of a change, and how far a job is, travels.

use super::{Failure, Me};
use crate::platform::House;
use crate::platform::id::{JobId, MemberId};
use crate::platform::jobs::Moved;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Six connections are all a browser gives one host; more streams than this are a fault.
const STREAMS_MAX: usize = 200;
/// Of one member: several browsers, and what they did not close yet.
const OWN_MAX: usize = 20;
static OPEN: Mutex<BTreeMap<MemberId, usize>> = Mutex::new(BTreeMap::new());

struct Stream {
    house: House,
    member: MemberId,
    seen: i64,
    version: tokio::sync::watch::Receiver<u64>,
    greeted: bool,
    /// How far each job was when it was last told
    told: HashMap<JobId, Moved>,
    _place: Place,
}

/// One of the streams there may be; given back however the stream ends.
struct Place(MemberId);

impl Place {
    fn take(member: MemberId) -> Option<Place> {
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        let own = open.get(&member).copied().unwrap_or(0);
        if own >= OWN_MAX || open.values().sum::<usize>() >= STREAMS_MAX {
            return None;
        }
        open.insert(member, own + 1);
        Some(Place(member))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        match open.get_mut(&self.0) {
            Some(own) if *own > 1 => *own -= 1,
            _ => drop(open.remove(&self.0)),
        }
    }
}

pub async fn stream(State(house): State<House>, me: Me) -> Result<Response, Failure> {
    let place = Place::take(me.member.id).ok_or(Failure::TooMany(30))?;
    let version = house.db.version();
    let seen = last(&house, me.member.id).await?;
    let start = Stream { house, member: me.member.id, seen, version, greeted: false, told: HashMap::new(), _place: place };
    let events = stream::unfold(start, |mut stream| async move {
        let text = next(&mut stream).await?;
        Some((Ok::<_, Infallible>(Bytes::from(text)), stream))
    });
    let mut answer = Body::from_stream(events).into_response();
    let head = answer.headers_mut();
    head.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    head.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform"));
    head.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(answer)
}

/// Waits for the next thing to say; `None` ends the stream with the server.
async fn next(stream: &mut Stream) -> Option<String> {
    if !stream.greeted {
        stream.greeted = true;
        return Some("event: hello\ndata: 1\n\n".into());
    }
    let stop = stream.house.tasks.stopping();
    loop {
        tokio::select! {
            () = stop.cancelled() => return None,
            () = tokio::time::sleep(Duration::from_secs(25)) => return Some(": still here\n\n".into()),
            moved = stream.version.changed() => moved.ok()?,
        }
        // What is written together is told together.
        tokio::time::sleep(Duration::from_millis(150)).await;
        stream.version.mark_unchanged();
        let newest = newest(&stream.house, stream.member, stream.seen).await.ok()?;
        let mut text = moved(stream).await.ok()?;
        if newest > stream.seen {
            stream.seen = newest;
            text.push_str("event: changed\ndata: 1\n\n");
        }
        if !text.is_empty() {
            return Some(text);
        }
    }
}

/// The jobs that have moved since they were last told, of projects this member sees.
async fn moved(stream: &mut Stream) -> Result<String, crate::platform::Error> {
    let now: HashMap<JobId, Moved> = stream.house.jobs.moved().into_iter().collect();
    stream.told.retain(|id, _| now.contains_key(id));
    let mut text = String::new();
    for (id, moved) in now {
        if stream.told.get(&id) == Some(&moved) {
            continue;
        }
        stream.told.insert(id, moved);
        let Some(project) = moved.project else { continue };
        let seen = sqlx::query_scalar!("select 1 from sights where member_id = ? and project_id = ?", stream.member, project);
        if seen.fetch_optional(stream.house.db.read()).await?.is_some() {
            let data = serde_json::json!({ "job": id, "done": moved.done, "of": moved.of });
            text += &format!("event: job\ndata: {data}\n\n");
        }
    }
    Ok(text)
}

/// The counter a browser asks for when a proxy holds the stream back.
pub async fn version(State(house): State<House>, me: Me) -> Result<Response, Failure> {
    Ok(last(&house, me.member.id).await?.to_string().into_response())
}

/// The last event this member may see: one look into the log of each project, however long it is.
async fn last(house: &House, member: MemberId) -> Result<i64, crate::platform::Error> {
    let id = sqlx::query_scalar!(
        r#"select max(n) as "id: i64" from (
             select max(id) as n from events where project_id is null
             union all
             select (select max(e.id) from events e where e.project_id = s.project_id) from sights s where s.member_id = ?)"#,
        member
    )
    .fetch_one(house.db.read())
    .await?;
    Ok(id.unwrap_or(0))
}

/// The newest event after `after`, which this member may see.
async fn newest(house: &House, member: MemberId, after: i64) -> Result<i64, crate::platform::Error> {
    let id = sqlx::query_scalar!(
        r#"select id as "id!" from events
           where id > ? and (project_id is null or project_id in (select project_id from sights where member_id = ?))
           order by id desc limit 1"#,
        after,
        member
    )
    .fetch_optional(house.db.read())
    .await?;
    Ok(id.unwrap_or(after))
}
