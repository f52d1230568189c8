//! Publications and their numbers for programs.

use super::actions::{self, By, Choice, Warning, When, Wish};
use super::numbers::{Availability, Basis, Number, Recorded, Source, record};
use super::pages::package::download;
use super::plan::Fold;
use super::store::{self, Attempt, Listed};
use crate::platform::clock::MINUTE;
use crate::platform::db::Tx;
use crate::platform::events::{self, Event};
use crate::platform::id::{ChannelId, MemberId, ProjectId, PublicationId, VariantId};
use crate::platform::{Error, House, Ms, Outcome};
use crate::web::{Ability, Access, Answer, Created, Failure, Given, Items, List, Me, Problem, Routes, Words, create};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub fn routes() -> Routes {
    let (read, publish) = (Access::Member(Ability::Read), Access::Member(Ability::Publish));
    Routes::new()
        .api::<__path_schedule, _, _>(publish, schedule)
        .api::<__path_index, _, _>(read, index)
        .api::<__path_show, _, _>(read, show)
        .api::<__path_package, _, _>(read, package)
        .api::<__path_update, _, _>(publish, update)
        .api::<__path_destroy, _, _>(publish, destroy)
        .api::<__path_restore, _, _>(publish, restore)
        .api::<__path_choose, _, _>(publish, choose)
        .api::<__path_ingest, _, _>(publish, ingest)
}

/// When and where: either `local` and `zone`, or `at`.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPublication {
    channel: ChannelId,
    /// A local time such as `2026-12-01T19:30`
    local: Option<String>,
    /// An IANA zone; the channel's own unless told
    zone: Option<String>,
    /// Which of two equal local times, where clocks go back: `first` unless told
    #[serde(default)]
    fold: Fold,
    /// An instant, RFC 3339; up to five minutes past is due at once
    at: Option<String>,
    /// Keep a place for a variant that is not approved yet; if it still is not at its time, nothing is sent
    #[serde(default)]
    hold: bool,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTime {
    local: Option<String>,
    zone: Option<String>,
    #[serde(default)]
    fold: Fold,
    at: Option<String>,
}

/// What should be looked at; nothing of it refuses.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Warned {
    /// `same_content`, `crowded_day`, `shifted`, `ambiguous` or `not_approved`
    code: &'static str,
    detail: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ScheduledAnswer {
    id: PublicationId,
    warnings: Vec<Warned>,
}

fn warned(words: Words, warnings: &[Warning]) -> Vec<Warned> {
    warnings.iter().map(|warning| Warned { code: warning.code(), detail: words.t(warning.key()).into_owned() }).collect()
}

#[utoipa::path(post, path = "/api/v1/variants/{id}/publications", operation_id = "publications_create", tag = "publications",
    params(("id" = uuid::Uuid, Path)),
    request_body = NewPublication, responses((status = 201, body = ScheduledAnswer), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn schedule(State(house): State<House>, me: Me, Path(variant): Path<VariantId>, given: Given<NewPublication>) -> Answer {
    let (NewPublication { channel, local, zone, fold, at, hold }, call) = given.into_parts();
    let wish = Wish { variant, channel, when: When { local, zone, fold, at }, hold };
    let (by, words) = (By::of(&house, &me), me.words);
    create(&house, &me, call, async move |tx| {
        let made = actions::schedule(tx, &by, &wish).await?;
        Ok(Created { status: StatusCode::CREATED, body: json!({ "id": made.id, "warnings": warned(words, &made.warnings) }) })
    })
    .await
}

#[utoipa::path(get, path = "/api/v1/projects/{id}/publications", operation_id = "publications_index", tag = "publications",
    params(("id" = uuid::Uuid, Path), List), responses((status = 200, body = Items<Listed>), (status = 404, body = Problem)))]
async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(list): Query<List>) -> Answer {
    me.shell(Some(project)).await?;
    let state = list.state()?;
    let slice = store::seen_in(house.db.read(), me.member.id, project, state, list.after.map(PublicationId), list.limit()?).await?;
    Ok(Json(Items::from(slice)).into_response())
}

/// One publication with its evidence.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PublicationAnswer {
    #[serde(flatten)]
    publication: Listed,
    /// Every send and look, the first one first.
    evidence: Vec<Attempt>,
    /// The body that is sent, frozen when it was planned; null while its variant is not approved.
    #[schema(value_type = Option<Object>)]
    body: Option<Value>,
}

#[utoipa::path(get, path = "/api/v1/publications/{id}", operation_id = "publications_show", tag = "publications", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = PublicationAnswer), (status = 404, body = Problem)))]
async fn show(State(house): State<House>, me: Me, Path(id): Path<PublicationId>) -> Answer {
    let shown = store::find(house.db.read(), me.member.id, id).await?;
    let evidence = store::attempts(house.db.read(), id).await?;
    let body = shown.payload.as_deref().and_then(|payload| serde_json::from_str(payload).ok());
    Ok(Json(PublicationAnswer { publication: shown.listed, evidence, body }).into_response())
}

#[utoipa::path(get, path = "/api/v1/publications/{id}/package", operation_id = "publications_package", tag = "publications",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, description = "Media and texts, to be published by hand", content_type = "application/zip"),
    (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn package(house: State<House>, me: Me, id: Path<PublicationId>) -> Answer {
    download(house, me, id).await
}

#[utoipa::path(patch, path = "/api/v1/publications/{id}", operation_id = "publications_update", tag = "publications", params(("id" = uuid::Uuid, Path)),
    request_body = NewTime, responses((status = 200, body = ScheduledAnswer), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn update(State(house): State<House>, me: Me, Path(id): Path<PublicationId>, given: Given<NewTime>) -> Answer {
    let (NewTime { local, zone, fold, at }, _) = given.into_parts();
    let (by, when) = (By::of(&house, &me), When { local, zone, fold, at });
    let moved = house.db.write(async move |tx| actions::reschedule(tx, &by, id, &when).await).await?;
    Ok(Json(ScheduledAnswer { id, warnings: warned(me.words, &moved.warnings) }).into_response())
}

#[utoipa::path(delete, path = "/api/v1/publications/{id}", operation_id = "publications_destroy", tag = "publications", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn destroy(State(house): State<House>, me: Me, Path(id): Path<PublicationId>) -> Answer {
    let by = By::of(&house, &me);
    house.db.write(async move |tx| actions::cancel(tx, &by, id).await).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Takes a cancellation back.
#[utoipa::path(post, path = "/api/v1/publications/{id}/restoration", operation_id = "publications_restore", tag = "publications",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = PublicationAnswer), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn restore(State(house): State<House>, me: Me, Path(id): Path<PublicationId>) -> Answer {
    let by = By::of(&house, &me);
    house.db.write(async move |tx| actions::uncancel(tx, &by, id).await).await?;
    show(State(house), me, Path(id)).await
}

/// What a person says became of it.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewChoice {
    choice: Choice,
    /// Where it is, for `live`
    url: Option<String>,
}

#[utoipa::path(post, path = "/api/v1/publications/{id}/choice", operation_id = "publications_choose", tag = "publications", params(("id" = uuid::Uuid, Path)),
    request_body = NewChoice, responses((status = 200, body = PublicationAnswer), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn choose(State(house): State<House>, me: Me, Path(id): Path<PublicationId>, given: Given<NewChoice>) -> Answer {
    let (NewChoice { choice, url }, _) = given.into_parts();
    let by = By::of(&house, &me);
    house.db.write(async move |tx| actions::choose(tx, &by, id, choice, url.as_deref()).await).await?;
    show(State(house), me, Path(id)).await
}

/// One number of one publication at one moment.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSnapshot {
    publication: PublicationId,
    /// As in `views`, `likes`, `watch_seconds`
    metric: String,
    /// RFC 3339
    observed_at: String,
    /// Absent or null when it was not given
    value: Option<f64>,
    /// `cumulative` unless told
    #[serde(default = "cumulative")]
    basis: Basis,
    /// Why there is no value; `given` with one
    availability: Option<Availability>,
}

fn cumulative() -> Basis {
    Basis::Cumulative
}

const ROWS_MOST: usize = 1_000;

#[utoipa::path(post, path = "/api/v1/projects/{id}/snapshots", operation_id = "snapshots_create", tag = "publications", params(("id" = uuid::Uuid, Path)),
    request_body = Vec<NewSnapshot>, responses((status = 200, body = Recorded), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn ingest(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, given: Given<Vec<NewSnapshot>>) -> Answer {
    let (rows, _) = given.into_parts();
    me.shell(Some(project)).await?;
    if rows.len() > ROWS_MOST {
        return Err(Failure::Json { pointer: String::new(), detail: format!("at most {ROWS_MOST} rows") });
    }
    let (member, actor, now) = (me.member.id, me.actor(), house.now());
    let outcome = house
        .db
        .write(async move |tx| {
            let mut numbers = Vec::with_capacity(rows.len());
            for (index, row) in rows.iter().enumerate() {
                match number(tx, member, project, row, now).await? {
                    Ok(number) => numbers.push(number),
                    Err((field, detail)) => return Ok(Err(Failure::Json { pointer: format!("/{index}/{field}"), detail: detail.into() })),
                }
            }
            let recorded = record(tx, &numbers).await?;
            if recorded.added + recorded.corrected > 0 {
                let detail = json!({ "rows": recorded.added, "corrected": recorded.corrected });
                let event = Event::new("numbers.recorded", None).within(project).detail(detail);
                events::record(tx, &actor, now, event).await?;
            }
            Ok::<_, Error>(Ok(recorded))
        })
        .await?;
    Ok(Json(outcome?).into_response())
}

/// Judges one row; the wrong field and what it should be.
async fn number(
    tx: &mut Tx,
    member: MemberId,
    project: ProjectId,
    row: &NewSnapshot,
    now: Ms,
) -> Outcome<Result<Number, (&'static str, &'static str)>> {
    let good = |text: &str| {
        !text.is_empty() && text.len() <= 40 && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    if !good(&row.metric) {
        return Ok(Err(("metric", "lower-case letters, digits and underscores, at most 40")));
    }
    let Ok(observed) = chrono::DateTime::parse_from_rfc3339(&row.observed_at) else {
        return Ok(Err(("observed_at", "an instant in RFC 3339")));
    };
    let observed = Ms(observed.timestamp_millis());
    if observed.since(now) > 5 * MINUTE || observed.0 < 0 {
        return Ok(Err(("observed_at", "not in the future")));
    }
    let availability = row.availability.unwrap_or(if row.value.is_some() { Availability::Given } else { Availability::NotYet });
    if (availability == Availability::Given) != row.value.is_some() || row.value.is_some_and(|value| !value.is_finite() || value < 0.0) {
        return Ok(Err(("value", "a number from 0 on exactly when it was given")));
    }
    let Some(found) = store::numbers::counted(tx, member, project, row.publication).await? else {
        return Ok(Err(("publication", "a publication of this project")));
    };
    if !found.published {
        return Ok(Err(("publication", "one that was published: what never went out has no numbers")));
    }
    if found.simulated {
        return Ok(Err(("publication", "a real one: simulated numbers are written by the simulator alone")));
    }
    Ok(Ok(Number {
        publication: found.no,
        metric: row.metric.clone(),
        observed,
        value: row.value,
        basis: row.basis,
        availability,
        source: Source::Api,
    }))
}
