//! Publications and their numbers as CSV.

use super::Filter;
use crate::learn::performance::model::{Figure, METRICS, Row, cell};
use crate::learn::performance::store;
use crate::platform::id::ProjectId;
use crate::platform::{Error, House};
use crate::web::{Ability, Access, Answer, Me, Routes};
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use futures_util::stream;
use uuid::Uuid;

const EXPORTED_AT_ONCE: i64 = 500;

pub(super) fn routes() -> Routes {
    Routes::new().get("/projects/{project}/performance.csv", Access::Member(Ability::Read), export)
}

/// All publications as CSV, newest first, read as fast as they are taken. What is not offered is said
/// so; an empty cell is unknown; 0 is zero.
async fn export(State(house): State<House>, me: Me, Path(project): Path<ProjectId>, Query(filter): Query<Filter>) -> Answer {
    me.shell(Some(project)).await?;
    let (owner, channel) = ((me.member.id, project), filter.channel()?);
    let first = Page { head: true, after: None };
    let parts = stream::try_unfold(Some(first), move |page| {
        let house = house.clone();
        async move {
            let Some(page) = page else { return Ok::<_, Error>(None) };
            let mut rows = store::newest(house.db.read(), owner, channel, (page.after, EXPORTED_AT_ONCE)).await?;
            store::fill(house.db.read(), &mut rows).await?;
            let next = rows.last().filter(|_| rows.len() as i64 == EXPORTED_AT_ONCE).map(|row| Page { head: false, after: Some(row.id.0) });
            Ok(Some((csv(&rows, page.head), next)))
        }
    });
    let head = [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"performance.csv\"")];
    Ok((head, Body::from_stream(parts)).into_response())
}

/// Where the next part of an export begins.
struct Page {
    head: bool,
    after: Option<Uuid>,
}

fn csv(rows: &[Row], head: bool) -> String {
    let mut text = String::new();
    if head {
        text.push_str("\u{feff}publication,published_at,channel,title,locale,simulated,url");
        for metric in METRICS {
            text.push(',');
            text.push_str(metric);
        }
        text.push_str("\r\n");
    }
    for row in rows {
        let kind = if row.simulated { "simulated" } else { "real" };
        let fixed = [
            row.id.to_string(),
            row.published.rfc3339(),
            cell(&row.channel_name),
            cell(&row.title),
            cell(&row.locale),
            kind.to_owned(),
            cell(row.url.as_deref().unwrap_or("")),
        ];
        text.push_str(&fixed.join(","));
        for metric in METRICS {
            text.push(',');
            text.push_str(&match row.totals.get(metric) {
                Figure::Given(value) => value.to_string(),
                Figure::NotOffered => "not_offered".to_owned(),
                Figure::NotYet => "not_yet".to_owned(),
                Figure::Withheld => "withheld".to_owned(),
                Figure::Unknown => String::new(),
            });
        }
        text.push_str("\r\n");
    }
    text
}
