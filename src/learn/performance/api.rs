//! Performance for programs: the rows of the page.

use super::model::{Figure, METRICS, Row};
use super::pages::compare;
use super::store;
use crate::platform::id::{ChannelId, ProjectId, PublicationId, VariantId};
use crate::platform::{House, Ms};
use crate::web::{Answer, Items, Me, Problem, Slice, limit};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub struct PerformanceList {
    /// The `next` of the page before
    after: Option<Uuid>,
    /// How many, 50 unless told, at most 200
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Only this channel
    #[param(value_type = Option<Uuid>)]
    channel: Option<ChannelId>,
}

/// A number, or why there is none: `not_offered`, `not_yet`, `withheld` or `unknown`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct FigureShown {
    value: Option<f64>,
    absent: Option<&'static str>,
}

impl From<Figure> for FigureShown {
    fn from(figure: Figure) -> FigureShown {
        let absent = match figure {
            Figure::Given(_) => None,
            Figure::NotOffered => Some("not_offered"),
            Figure::NotYet => Some("not_yet"),
            Figure::Withheld => Some("withheld"),
            Figure::Unknown => Some("unknown"),
        };
        FigureShown { value: figure.given(), absent }
    }
}

/// What became of one publication.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PerformanceRow {
    publication: PublicationId,
    variant: VariantId,
    title: String,
    locale: String,
    channel: ChannelId,
    channel_name: String,
    url: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    published_at: Ms,
    /// The invented audience's numbers
    simulated: bool,
    metrics: BTreeMap<&'static str, FigureShown>,
    hook_rate: FigureShown,
    /// The hook rate is one of starts, because there are no impressions
    of_starts: bool,
    hold_rate: FigureShown,
    completion: FigureShown,
    /// In likes
    engagement: FigureShown,
    /// Against the newest posts of its channel at the same age; 1 is usual
    index: Option<f64>,
}

impl From<Row> for PerformanceRow {
    fn from(row: Row) -> PerformanceRow {
        let (hook_rate, of_starts) = row.totals.hook_rate();
        PerformanceRow {
            metrics: METRICS.into_iter().map(|metric| (metric, row.totals.get(metric).into())).collect(),
            hook_rate: hook_rate.into(),
            of_starts,
            hold_rate: row.totals.hold_rate().into(),
            completion: row.totals.completion().into(),
            engagement: row.totals.engagement().into(),
            publication: row.id,
            variant: row.variant,
            title: row.title,
            locale: row.locale,
            channel: row.channel,
            channel_name: row.channel_name,
            url: row.url,
            published_at: row.published,
            simulated: row.simulated,
            index: row.index,
        }
    }
}

/// What was published, the newest first, with its numbers and rates.
#[utoipa::path(get, path = "/api/v1/projects/{id}/performance", operation_id = "performance_index", tag = "performance",
    params(("id" = uuid::Uuid, Path), PerformanceList),
    responses((status = 200, body = Items<PerformanceRow>), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn index(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(list): Query<PerformanceList>) -> Answer {
    me.shell(Some(project)).await?;
    let (db, limit) = (house.db.read(), limit(list.limit)?);
    let rows = store::newest(db, (me.member.id, project), list.channel, (list.after, limit + 1)).await?;
    let mut slice = Slice::cut(rows, limit, |row| row.id.0);
    store::fill(db, &mut slice.items).await?;
    compare(db, &mut slice.items, house.now()).await?;
    let items: Vec<PerformanceRow> = slice.items.into_iter().map(PerformanceRow::from).collect();
    Ok(Json(Items { items, next: slice.next }).into_response())
}
